"""What a message may cost: large bodies are set aside, and excess is cut, before the parser sees them.

Python's parser takes about 4 µs a line, and every open multipart adds to that: 50 MB of attachments
took 6 s and 500 MB of memory, 50 MB of short lines 24 s (measured 2026-11-21, Python 3.11).
"""

import dataclasses
import itertools
import re
from collections.abc import Iterator, Sequence

#: bytes of one message that are read; the rest stays in the raw message
SIZE_BYTES = 60_000_000
#: messages up to this size go to the parser as they are
SMALL_BYTES = 1_000_000
#: bytes that the parser gets at most, large bodies being set aside
PARSED_BYTES = 4_000_000
#: a body larger than this is set aside
BODY_BYTES = 16_000
#: bytes of the message's header block that are read
HEADER_BYTES = 256_000
#: bytes within which a part's header block must end
PART_HEADER_BYTES = 64_000
#: stretches between delimiters, or what looks like them, among which large bodies are sought
STRETCHES = 20_000
#: multiparts and attached mails that are followed: each nests, and costs time in every line below it
CONTAINERS = 100
#: parts of one multipart that are followed
PARTS = 2_000

_BOUNDARY = re.compile(rb"boundary\s{0,9}=\s{0,9}\"?([^\";\r\n]{1,70})", re.IGNORECASE)
_BLANK = re.compile(rb"\r?\n\r?\n")


@dataclasses.dataclass(frozen=True, slots=True)
class Bounded:
    """A message that the parser may see."""

    raw: bytes
    #: stands in a token; the sender cannot have written it
    nonce: str = ""
    #: the bodies that tokens stand for, still encoded
    aside: Sequence[memoryview] = ()
    notes: tuple[str, ...] = ()

    def restore(self, data: bytes) -> bytes:
        """Put the bodies back where their tokens stand."""
        if not self.aside or self.nonce.encode() not in data:
            return data
        token = re.compile(rb"%s-(\d+)-" % self.nonce.encode())
        return token.sub(lambda found: bytes(self.aside[int(found[1])]), data)


def bound(raw: bytes, nonce: str) -> Bounded:
    """Cut what would cost too much, and set large bodies aside.

    `nonce` must be such that the sender cannot have written it: the digest of the message.
    """
    notes: list[str] = []
    raw = _cut(raw, SIZE_BYTES, "bytes", notes)
    raw = _cut_header(raw, notes)
    lower = raw.lower()
    raw = _cut(raw, _at_container(raw, lower), f"{CONTAINERS} containers", notes)
    raw = _cut(raw, _at_part(raw, lower), f"{PARTS} parts", notes)
    if len(raw) <= SMALL_BYTES:
        return Bounded(raw, notes=tuple(notes))
    aside: list[memoryview] = []
    spared = b"".join(_spared(raw, nonce, aside))
    spared = _cut(spared, PARSED_BYTES, "what can be followed", notes)
    return Bounded(spared, nonce, aside, tuple(notes))


def _cut(raw: bytes, at: int, what: str, notes: list[str]) -> bytes:
    """Cut at an offset, and say so."""
    if len(raw) <= at:
        return raw
    notes.append(f"what stands beyond {what} was left in the raw message")
    return raw[:at]


def _cut_header(raw: bytes, notes: list[str]) -> bytes:
    """Cut a header block that no mail system writes."""
    if len(raw) <= HEADER_BYTES or _BLANK.search(raw, 0, HEADER_BYTES):
        return raw
    end = _BLANK.search(raw)
    notes.append(f"headers beyond {HEADER_BYTES} bytes were left in the raw message")
    line_end = raw.rfind(b"\n", 0, HEADER_BYTES)
    head = raw[: line_end if line_end > 0 else HEADER_BYTES]
    return head + b"\n\n" + (raw[end.end() :] if end else b"")


def _at_container(raw: bytes, lower: bytes) -> int:
    """Give the offset of the first container too many; the length where there is none."""
    enclosed = itertools.islice(_finds(lower, b"message/rfc822"), CONTAINERS + 1)
    opened = (found.start() for found in _boundaries(raw, lower))
    places = sorted([*enclosed, *opened])
    return places[CONTAINERS] if len(places) > CONTAINERS else len(raw)


def _at_part(raw: bytes, lower: bytes) -> int:
    """Give the offset of the first part too many; the length where there is none."""
    boundaries = {found[1].strip() for found in _boundaries(raw, lower)}
    return min((_nth(raw, b"\n--" + boundary) for boundary in boundaries), default=len(raw))


def _boundaries(raw: bytes, lower: bytes) -> list[re.Match[bytes]]:
    """Find as many declared boundaries as are followed, and one more."""
    places = itertools.islice(_finds(lower, b"boundary"), 10 * CONTAINERS)
    found = (_BOUNDARY.match(raw, place) for place in places)
    return list(itertools.islice(filter(None, found), CONTAINERS + 1))


def _finds(data: bytes, word: bytes) -> Iterator[int]:
    """Give the offsets of a word; a regular expression is 20 times slower over 50 MB."""
    at = data.find(word)
    while at >= 0:
        yield at
        at = data.find(word, at + 1)


def _nth(raw: bytes, mark: bytes) -> int:
    """Give the offset at which `mark` stands for the time after the last that is followed."""
    at = -1
    for _ in range(PARTS + 1):
        at = raw.find(mark, at + 1)
        if at < 0:
            return len(raw)
    return at


def _spared(raw: bytes, nonce: str, aside: list[memoryview]) -> Iterator[bytes]:
    """Give the message with a token in place of each large body."""
    view = memoryview(raw)
    for start, end in _stretches(raw):
        body = _body_start(raw, start, end)
        if body is None or end - body <= BODY_BYTES:
            yield raw[start:end]
            continue
        yield raw[start:body] + f"{nonce}-{len(aside)}-".encode()
        aside.append(view[body:end])


def _stretches(raw: bytes) -> Iterator[tuple[int, int]]:
    """Cut a message before every line that begins as a delimiter does (RFC 2046 section 5.1.1)."""
    start = 0
    for _ in range(STRETCHES):
        at = raw.find(b"\n--", start + 1)
        if at < 0:
            break
        yield start, at
        start = at
    yield start, len(raw)


def _body_start(raw: bytes, start: int, end: int) -> int | None:
    """Give the offset of a part's body, behind its header block, and that of a mail inside it."""
    at = start
    while True:
        limit = min(end, at + PART_HEADER_BYTES)
        blank = _BLANK.search(raw, at, limit)
        if blank is None:
            return None
        if b"message/rfc822" not in raw[at : blank.start()].lower():
            return blank.end()
        at = blank.end()
