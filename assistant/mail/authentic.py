"""Did the sender write it? The receiving server's word, and look-alikes of known contacts."""

import dataclasses
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

import authres  # type: ignore[import-untyped]  # authres ships no types
import idna

from assistant.mail import headers, message


@dataclasses.dataclass(frozen=True, slots=True)
class Authenticity:
    """Whether the sender is who the From header says; `reason` is a sentence for the manager."""

    verified: bool
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class _Result:
    """One method's result in an Authentication-Results header (RFC 8601 section 2.2)."""

    method: str
    value: str
    #: "header.d" -> value, lower-case
    properties: dict[str, str]


#: Latin letter -> what looks like it (Unicode TS 39, the common ones; digits that stand for letters)
LOOKALIKES = {
    "a": "аαɑà",
    "b": "ЬƄ8",
    "c": "сϲ",
    "d": "ԁ",
    "e": "еє3",
    "g": "ɡ",
    "h": "һ",
    "j": "ј",
    "k": "кκ",
    "l": "1|Іӏıℓ",
    "m": "м",
    "n": "пη",
    "o": "0оοօ",
    "p": "рρ",
    "q": "ԛ",
    "r": "г",
    "s": "ѕ5$",
    "t": "тτ",
    "u": "υս",
    "v": "ν",
    "w": "ԝω",
    "x": "хχ",
    "y": "уγ",
    "i": "і",
}
#: domains where anybody may have an address
PUBLIC_DOMAINS = frozenset(
    (
        *(
            "qq.com",
            "foxmail.com",
            "163.com",
            "126.com",
            "yeah.net",
            "sina.com",
            "sohu.com",
            "139.com",
        ),
        *(
            "aliyun.com",
            "gmail.com",
            "outlook.com",
            "hotmail.com",
            "live.com",
            "yahoo.com",
            "icloud.com",
        ),
        *(
            "yahoo.com.tw",
            "yahoo.com.hk",
            "gmx.de",
            "proton.me",
            "protonmail.com",
            "aol.com",
            "mail.ru",
        ),
    )
)
_PLAIN = str.maketrans({strange: plain for plain, all_ in LOOKALIKES.items() for strange in all_})
_ADDRESS = re.compile(r"[^\s<>()\",;:@]{1,64}@[^\s<>()\",;:@]{1,255}")


def check(mail: message.Message, trusted_authserv_ids: Collection[str]) -> Authenticity:
    """Say whether a server that we trust vouches for the From header; when in doubt, no.

    Only headers of a trusted authserv-id count, and only those above the sender's own headers; of
    several trusted ids the topmost speaks alone, and all its headers must agree (pitfall 37).
    The server must itself remove forged headers with its id (RFC 8601 section 5). Verified:
    dmarc=pass, or a DKIM pass whose domain is aligned with From's (RFC 7489 section 3.1).
    """
    if not trusted_authserv_ids:
        return Authenticity(
            False, "No trusted server is configured (manager.trusted_authserv_ids)."
        )
    domain = _author_domain(mail)
    if not domain:
        return Authenticity(False, "The From header does not name exactly one address.")
    results = _trusted_results(mail, {name.strip().lower() for name in trusted_authserv_ids})
    if results is None:
        return Authenticity(False, "No trusted server has stamped its authentication results.")
    return _judge(results, domain)


def _judge(results: list[_Result], domain: str) -> Authenticity:
    """Weigh what the trusted server says of `domain`."""
    dmarc = [result for result in results if result.method == "dmarc"]
    if any(result.value not in ("pass", "none") for result in dmarc):
        return Authenticity(False, f"The receiving server's DMARC check of {domain} did not pass.")
    passed = [result for result in dmarc if result.value == "pass"]
    if any(_same(result.properties.get("header.from", domain), domain) for result in passed):
        return Authenticity(True, f"The receiving server's DMARC check of {domain} passed.")
    signed = [result for result in results if result.method == "dkim" and result.value == "pass"]
    for result in signed:
        signer = (
            result.properties.get("header.d")
            or result.properties.get("header.i", "").rpartition("@")[2]
        )
        if _aligned(signer, domain):
            return Authenticity(True, f"The mail is signed by {signer} (DKIM).")
    return Authenticity(False, f"No DMARC or aligned DKIM pass for {domain}.")


def _author_domain(mail: message.Message) -> str:
    """Give the domain of the one author, "" where there are several or none."""
    froms = mail.headers_named("from")
    if len(froms) != 1 or mail.sender is None or len(headers.addresses(froms)) != 1:
        return ""
    return mail.sender.domain


def _trusted_results(mail: message.Message, trusted: set[str]) -> list[_Result] | None:
    """Gather the results of the topmost trusted server; None where there is none."""
    chosen = ""
    results: list[_Result] = []
    for value in _stamped(mail):
        parsed = _parse(value)
        if parsed is None or parsed[0] not in trusted or (chosen and parsed[0] != chosen):
            continue
        chosen = parsed[0]
        results += parsed[1]
    return results if chosen else None


def _stamped(mail: message.Message) -> Iterator[str]:
    """Give the Authentication-Results above the sender's own headers (RFC 8601 section 4: prepended)."""
    for name, value in mail.headers:
        if name in ("from", "subject", "dkim-signature"):
            return
        if name == "authentication-results":
            yield value


def _parse(value: str) -> tuple[str, list[_Result]] | None:
    """Read one header with the library; None where it is malformed."""
    try:
        header = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {value}")
        results = [_result(result) for result in header.results]
        return str(header.authserv_id).lower(), results
    except Exception:
        # authres raises SyntaxError and its own errors on what does not follow RFC 8601
        return None


def _result(result: "authres.core.AuthenticationResult") -> _Result:
    """Put one result into our words."""
    properties = {f"{p.type}.{p.name}".lower(): str(p.value).lower() for p in result.properties}
    return _Result(str(result.method).lower(), str(result.result).lower(), properties)


def _same(one: str, other: str) -> bool:
    """Compare domains in any case."""
    return one.rpartition("@")[2].strip(".").lower() == other.strip(".").lower()


def _aligned(signer: str, domain: str) -> bool:
    """Tell whether a DKIM domain belongs to the author's: the same, above it, or below it."""
    signer, domain = signer.strip(".").lower(), domain.strip(".").lower()
    if "." not in signer or "." not in domain:
        return False
    return signer == domain or domain.endswith(f".{signer}") or signer.endswith(f".{domain}")


def impersonates(address: message.Address, known: Iterable[message.Address]) -> str | None:
    """Say whom an address could be taken for, or None.

    Flags a known contact's display name at a domain where no known contact writes, a known address
    inside the display name, and a domain that looks like a known one (IDNA, homoglyphs, one slip).
    """
    contacts = list(known)
    if any(contact.email == address.email for contact in contacts):
        return None
    named = {found.lower() for found in _ADDRESS.findall(address.name)} - {address.email}
    domains = {contact.domain for contact in contacts}
    for contact in contacts:
        if contact.email in named:
            return f"{address.email} shows the address of {contact.email} as its name."
        if address.domain in domains - PUBLIC_DOMAINS:
            continue
        if _looks_like(address.domain, contact.domain):
            return f"The domain {address.domain} looks like {contact.domain}."
        if _plain_name(contact.name) and _plain_name(contact.name) == _plain_name(address.name):
            return f"{address.email} uses the name of {contact.email}."
    return None


def _plain_name(name: str) -> str:
    """Bring a display name to one form."""
    kept = (char for char in unicodedata.normalize("NFKD", name).casefold() if char.isalnum())
    return "".join(kept).translate(_PLAIN)


def _looks_like(domain: str, known: str) -> bool:
    """Tell whether a reader could take one domain for the other."""
    if not domain or not known or domain == known:
        return False
    one, other = _skeleton(domain), _skeleton(known)
    return one == other or (min(len(one), len(other)) >= 8 and _one_slip(one, other))


def _skeleton(domain: str) -> str:
    """Reduce a domain to what the eye sees of it."""
    labels = (_unicode(label) for label in domain.lower().split("."))
    shown = unicodedata.normalize("NFKD", ".".join(labels))
    bare = "".join(char for char in shown if not unicodedata.combining(char))
    return (
        bare.translate(_PLAIN)
        .replace("rn", "m")
        .replace("vv", "w")
        .replace("i", "l")
        .replace("-", "")
    )


def _unicode(label: str) -> str:
    """Decode an IDNA label (RFC 5891); as it stands where it is not one."""
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label


def _one_slip(one: str, other: str) -> bool:
    """Tell whether one letter was added, dropped, changed, or swapped with its neighbour."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else b[1:] == a
