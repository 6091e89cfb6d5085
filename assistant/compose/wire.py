"""Header values and bodies -> RFC 5322 bytes.

Headers are written here and not by `EmailMessage`, which turns ids longer than a line into encoded
words: 119 of 1,823 real Message-IDs on Python 3.11.7, 58 of 62 from outlook.com (mail pitfalls,
measured 1), and Outlook then drops them. Every value that comes in is one clean line.
"""

import email.message
import email.policy
import re
from collections.abc import Iterable, Sequence
from email.header import Header

import idna

from assistant.mail import message

#: longest line in octets without its end (RFC 5322 section 2.1.1)
LINE_OCTETS = 998
#: longest id that fits a line of its own
ID_OCTETS = 900
_FOLD = "\r\n "
#: an id as it may stand in a header: printable ASCII in angle brackets (RFC 5322 section 3.6.4, and what is met)
_ID = re.compile(r"<[!-;=?-~]+>")
#: dot-atoms on both sides, or a literal address behind the @ (RFC 5322 section 3.4.1)
_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@(?:[\w.-]+|\[[\w.:]+\])", re.ASCII)
#: a display name that needs no quotes
_ATOMS = re.compile(r"[\w!#$%&'*+/?^`{|}~ -]+", re.ASCII)


def identifier(value: str) -> str:
    """Give the id if it can be written unbroken on one line, else ""."""
    return value if len(value) <= ID_OCTETS and _ID.fullmatch(value) else ""


def identifiers(values: Iterable[str]) -> str:
    """Write ids, one a line, never broken and never encoded."""
    return _FOLD.join(values)


def sentence(name: str, value: str) -> str:
    """Write unstructured text, as encoded words of at most 75 characters where ASCII does not do (RFC 2047)."""
    return Header(value, _charset(value), header_name=name, maxlinelen=76).encode(linesep="\r\n")


def mailbox(address: message.Address) -> str:
    """Write one address; "" where it cannot be written in ASCII (RFC 5322 section 3.4)."""
    where = _ascii_address(address.email)
    if not where:
        return ""
    if not address.name:
        return where
    return f"{_phrase(address.name)}{_FOLD if len(address.name) > 40 else ' '}<{where}>"


def domain(address: message.Address) -> str:
    """Give the domain of a writable address in ASCII (RFC 5891)."""
    return _ascii_address(address.email).rpartition("@")[2]


def mailboxes(addresses: Iterable[message.Address]) -> str:
    """Write addresses, one a line."""
    return f",{_FOLD}".join(mailbox(address) for address in addresses)


def assemble(head: Sequence[tuple[str, str]], text: str, html: str, boundary: str) -> bytes:
    """Give the whole message: `head` without its empty values, then both bodies as alternatives.

    Bodies are quoted-printable, where "=_" cannot occur: a boundary that begins with it is safe
    (RFC 2046 section 5.1.1).
    """
    body = email.message.EmailMessage(policy=email.policy.SMTP)
    body.set_content(text, charset="utf-8", cte="quoted-printable")
    body.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    body.set_boundary(f"=_{boundary}")
    lines = "".join(f"{name}: {value}\r\n" for name, value in head if value)
    return lines.encode("ascii") + body.as_bytes()


def _charset(value: str) -> str:
    """Encode also what only looks encoded, so that it is read back as it was."""
    return "us-ascii" if value.isascii() and "=?" not in value else "utf-8"


def _phrase(name: str) -> str:
    if _charset(name) == "utf-8":
        return Header(name, "utf-8", maxlinelen=75, header_name="Cc").encode(linesep="\r\n")
    if _ATOMS.fullmatch(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _ascii_address(value: str) -> str:
    local, _, domain = value.rpartition("@")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            return ""
    written = f"{local}@{domain}"
    return written if len(written) <= 254 and _ADDRESS.fullmatch(written) else ""
