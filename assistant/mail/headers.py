"""Header values of any quality -> text, addresses, ids and instants. Nothing here raises."""

import base64
import binascii
import datetime
import email.message
import email.utils
import re
import unicodedata
from collections.abc import Iterator

from assistant.mail import charsets, message

#: headers that are kept; what a mail has beyond is noted and left in the raw bytes
COUNT = 500
#: characters of one header that are kept
LENGTH = 16_000
#: characters of a display name that are kept
NAME_LENGTH = 200
#: addresses of one header that are kept
ADDRESSES = 500
#: ids of one References header that are kept: the newest
IDS = 100

_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_FOLD = re.compile(r"\r?\n[ \t]?")
_QUOTED = re.compile(r'"[^"]{0,998}"')
_ID = re.compile(r"<([^<>]{1,998})>")
_ADDRESS = re.compile(
    r"[^\s<>()\[\],;:\"@]{1,320}@[^\s<>(),;:\"@]{1,255}(?:@[^\s<>(),;:\"@]{1,255})?"
)


def read(mail: email.message.Message) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Give (lower-case name, decoded value) in order, and notes on what was repaired."""
    items: list[tuple[str, str]] = []
    notes: list[str] = []
    for name, raw in mail.raw_items():
        if len(items) == COUNT:
            notes.append(f"headers beyond the first {COUNT} were left out")
            break
        value, note = decode(str(raw))
        items.append((name.lower(), value))
        if note:
            notes.append(f"{name.lower()} header: {note}")
    return tuple(items), tuple(dict.fromkeys(notes))


def decode(raw: str) -> tuple[str, str]:
    """Decode one raw value: unfolded, RFC 2047 words and raw 8-bit bytes read, controls dropped."""
    value = _FOLD.sub(" ", raw[:LENGTH])
    notes = [f"only the first {LENGTH} characters were kept"] if len(raw) > LENGTH else []
    value, note = _eight_bit(value)
    notes += [note] if note else []
    if "=?" in value:
        value, note = _words(value)
        notes += [note] if note else []
    return clean(value), "; ".join(notes)


def clean(value: str) -> str:
    """Drop control and bidirectional override characters; one space for each stretch of white space."""
    if value.isprintable():
        return " ".join(value.split())
    kept = (" " if char.isspace() else char for char in value if not _is_control(char))
    return " ".join("".join(kept).split())


def _is_control(char: str) -> bool:
    """Tell whether a character could steer a terminal or turn the reading direction."""
    if char in "\t\n\r":
        return False
    return (
        unicodedata.category(char) in ("Cc", "Cs")
        or char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def _eight_bit(value: str) -> tuple[str, str]:
    """Read raw bytes that the parser kept as surrogates."""
    if value.isascii():
        return value, ""
    data = value.encode("utf-8", "surrogateescape")
    text, _ = charsets.decode(data, "")
    return text, "raw 8-bit characters"


def _words(value: str) -> tuple[str, str]:
    """Decode RFC 2047 encoded words; neighbours of one set are joined first, as a character may be torn."""
    pieces: list[str] = []
    notes: list[str] = []
    for label, data in _joined(value):
        text, note = (
            charsets.decode(data, label) if label else (data.decode("utf-8", "replace"), "")
        )
        pieces.append(text)
        notes += [note] if note else []
    return "".join(pieces), "; ".join(dict.fromkeys(notes))


def _joined(value: str) -> Iterator[tuple[str, bytes]]:
    """Give (character set, bytes) for words and ("", bytes) for plain text, neighbours joined."""
    label, held, end = "", b"", 0
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        name = match[1].lower()
        if between.strip() or name != label:
            if held:
                yield label, held
            held = b""
            if between.strip() or (between and not end):
                yield "", between.encode("utf-8", "replace")
        label, held, end = name, held + _unpack(match[2], match[3]), match.end()
    if held:
        yield label, held
    yield "", value[end:].encode("utf-8", "replace")


def _unpack(encoding: str, text: str) -> bytes:
    """Undo B or Q encoding (RFC 2047 section 4), however badly padded."""
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    sound = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    sound = sound[:-1] if len(sound) % 4 == 1 else sound
    return base64.b64decode(sound + b"=" * (-len(sound) % 4))


def addresses(values: tuple[str, ...]) -> tuple[message.Address, ...]:
    """Read the raw values of an address header (RFC 5322 section 3.4), as many as make sense."""
    found: list[message.Address] = []
    for raw in values:
        unfolded = _FOLD.sub(" ", raw[:LENGTH])
        for name, address in _pairs(unfolded):
            made = _address(name, address)
            if made is not None:
                found.append(made)
    return tuple(found[:ADDRESSES])


def _pairs(raw: str) -> list[tuple[str, str]]:
    """Split a header into (name, address); where the library fails, what looks like an address."""
    plain = _eight_bit(raw)[0]
    single = _single(plain)
    if single is not None:
        return [single]
    try:
        pairs = email.utils.getaddresses([plain])
    except Exception:
        # the library's own parser is known to fail on malformed headers (cpython 94306, 151857)
        pairs = []
    if any("@" in address for _, address in pairs):
        return pairs
    found = _ADDRESS.findall(plain)
    name = plain.partition("<")[0] if len(found) == 1 else ""
    return [(name, address) for address in found] or pairs


def _single(plain: str) -> tuple[str, str] | None:
    """Read `name <address>` where the name has a bare comma, or an address that only poses as one."""
    name, bracket, rest = plain.rstrip().partition("<")
    address = rest.removesuffix(">").strip()
    if not bracket or not rest.endswith(">") or set("<>, ").intersection(address):
        return None
    bare = _QUOTED.sub("", name)
    return None if "," in bare and "@" in bare else (_unquoted(name), address)


def _unquoted(name: str) -> str:
    """Take the quotes off a display name (RFC 5322 section 3.2.4)."""
    return name.strip().strip('"').replace('\\"', '"').replace("\\\\", "\\")


def _address(name: str, address: str) -> message.Address | None:
    """Make an Address of one pair, or None where there is no address in it."""
    email_ = clean(address).replace(" ", "").lower()
    shown = decode(name)[0].strip("\"' ")[:NAME_LENGTH]
    return message.Address(shown, email_) if email_ else None


def message_id(value: str) -> str:
    """Give the id with its angle brackets, or "" where there is none (RFC 5322 section 3.6.4)."""
    found = _ID.search(value)
    if found:
        inner = "".join(found[1].split())
        return f"<{inner}>" if inner else ""
    bare = value.strip().strip("<>")
    return f"<{bare}>" if "@" in bare and not bare.count(" ") else ""


def message_ids(value: str) -> tuple[str, ...]:
    """Give all ids in order; those without @ (`null`, pitfall 30) are left out."""
    inner = ("".join(found.split()) for found in _ID.findall(value))
    ids = tuple(dict.fromkeys(f"<{found}>" for found in inner if "@" in found.strip("@")))
    return ids[-IDS:]


def instant(value: str) -> tuple[datetime.datetime | None, int]:
    """Read a Date header as aware UTC, with the sender's own offset in seconds."""
    try:
        date = email.utils.parsedate_to_datetime(value[:200])
        offset = date.utcoffset()
        aware = date if offset is not None else date.replace(tzinfo=datetime.UTC)
        return aware.astimezone(datetime.UTC), int(offset.total_seconds()) if offset else 0
    except Exception:
        # ValueError, TypeError, IndexError, OverflowError: whatever was written there
        return None, 0
