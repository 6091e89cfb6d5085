"""One MIME part's own content: its type, its name, its bytes and its text, however badly declared."""

import binascii
import email.message
from collections.abc import Callable, Iterator

from assistant.mail import bounds, charsets, headers

#: bytes of one text part that are read
TEXT_BYTES = 2_000_000

_BREAKS = (12, 13, 0x85, 0x2028, 0x2029)
_CONTROLS: dict[int, str | None] = {
    **dict.fromkeys((*range(9), 11, *range(14, 32), 127, 0xFEFF)),
    **dict.fromkeys(_BREAKS, "\n"),
}
_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": binascii.a2b_base64,
    "quoted-printable": binascii.a2b_qp,
}


def media_type(part: email.message.Message) -> str:
    """Give a part's type, lower-case, whatever stands in its header."""
    try:
        return part.get_content_type().lower()
    except Exception:
        return "application/octet-stream"


def disposition(part: email.message.Message) -> str:
    """Give "attachment", "inline" or ""."""
    return str(part.get("content-disposition", ""))[:200].partition(";")[0].strip().lower()


def file_name(part: email.message.Message) -> str:
    """Give a file's name, however it is written, and never a path; "" where there is none."""
    try:
        name = part.get_filename() or ""
    except Exception:
        # RFC 2231 parameters crash the library (IndexError, LookupError, TypeError)
        name = "attachment"
    return headers.decode(str(name))[0].replace("/", "_").replace("\\", "_")[:255]


def decoded(part: email.message.Message, bounded: bounds.Bounded) -> bytes:
    """Undo the transfer encoding (RFC 2045 section 6), whatever state it is in."""
    payload = part.get_payload()
    encoded = payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""
    restored = bounded.restore(encoded)
    if restored is encoded:
        return _by_library(part) or encoded
    return undone(restored, str(part.get("content-transfer-encoding", "")))


def undone(data: bytes, encoding: str) -> bytes:
    """Undo a transfer encoding; the bytes as they are where it does not fit."""
    try:
        return _DECODERS.get(encoding.strip().lower(), bytes)(data)
    except (binascii.Error, ValueError):
        return data


def _by_library(part: email.message.Message) -> bytes:
    """Let Python's parser undo the encoding; b"" where it cannot."""
    try:
        data = part.get_payload(decode=True)
    except Exception:
        # LookupError on unknown charsets, ValueError on broken uuencode
        return b""
    return data if isinstance(data, bytes) else b""


def text(part: email.message.Message, data: bytes) -> tuple[str, list[str]]:
    """Decode a text part's bytes; give notes on what was repaired or left out."""
    notes = []
    if len(data) > TEXT_BYTES:
        notes.append(f"text beyond {TEXT_BYTES} bytes was left in the raw message")
    value, note = charsets.decode(data[:TEXT_BYTES], _label(part))
    notes += [note] if note else []
    value = plain_lines(value)
    if _parameter(part, "format") == "flowed":
        value = "\n".join(_unflowed(value.split("\n"), _parameter(part, "delsp") == "yes"))
    return value, notes


def unlabelled(data: bytes) -> str:
    """Read bytes of unknown structure as text."""
    return plain_lines(charsets.decode(data[:TEXT_BYTES], "")[0])


def plain_lines(value: str) -> str:
    """Bring line ends to one form; drop control characters."""
    return value.replace("\r\n", "\n").translate(_CONTROLS)


def _label(part: email.message.Message) -> str:
    """Give the declared character set, "" where there is none."""
    try:
        return str(part.get_content_charset() or "")
    except Exception:
        return ""


def _parameter(part: email.message.Message, name: str) -> str:
    """Give a parameter of Content-Type in lower case, "" where it is missing or broken."""
    try:
        return str(part.get_param(name) or "").lower()
    except Exception:
        return ""


def _unflowed(rows: list[str], delete_space: bool) -> Iterator[str]:
    """Join lines that were broken softly (RFC 3676 section 4): those that end with a space."""
    held: str | None = None
    depth = 0
    for row in rows:
        body = row.lstrip(">")
        marks, body = len(row) - len(body), body.removeprefix(" ")
        soft = body.endswith(" ") and body != "-- "
        if held is not None and (marks != depth or body == "-- "):
            yield _marked(depth, held)
            held = None
        joined = (held or "") + body
        held, depth = (joined[:-1] if soft and delete_space else joined), marks
        if not soft:
            yield _marked(depth, held)
            held = None
    if held is not None:
        yield _marked(depth, held)


def _marked(depth: int, row: str) -> str:
    """Put the quote marks back before a line."""
    return f"{'>' * depth} {row}" if depth else row
