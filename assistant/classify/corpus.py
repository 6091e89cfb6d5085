"""The training text: whole messages split into labelled segments; read, checked, joined again."""

import dataclasses
import json
import re
import zlib
from collections.abc import Iterable
from pathlib import Path

from assistant import errors
from assistant.classify import labels, segment

#: what a segment may carry: the labels of the guide, with the outcome of a decision
TAGS = (
    "requirement_change",
    "issue",
    "status_request",
    "approval:granted",
    "approval:conditional",
    "approval:refused",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """One message of the corpus, or one correction by the manager."""

    id: str
    #: the author's batch: what stands in one file never goes on both sides of a split
    batch: str
    #: "zh", "en" or "mixed"
    language: str
    subject: str
    #: None where it is not known
    asked: labels.Asked | None
    #: (text, tags out of TAGS)
    segments: tuple[tuple[str, frozenset[str]], ...]

    @property
    def tags(self) -> frozenset[str]:
        """Give the tags of all segments together."""
        return frozenset().union(*(tags for _, tags in self.segments))


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """One message of the manager's own, and what it asks."""

    batch: str
    subject: str
    text: str
    asks: labels.Asked


def examples(folder: Path) -> list[Example]:
    """Read clients-*.jsonl in order of name; ModelError names file and line of the first fault."""
    return [
        _example(row, where)
        for path in sorted(folder.glob("clients-*.jsonl"))
        for row, where in _rows(path)
    ]


def requests(folder: Path) -> list[Request]:
    """Read manager-*.jsonl in order of name; ModelError names file and line of the first fault."""
    return [
        _request(row, where)
        for path in sorted(folder.glob("manager-*.jsonl"))
        for row, where in _rows(path)
    ]


def joined(example: Example) -> tuple[str, list[tuple[int, int, frozenset[str]]]]:
    """Write the segments as one text, as a client would have; give it with each segment's span.

    Lines break after a salutation and here and there, chosen by the text itself: the same each time.
    """
    text = ""
    spans: list[tuple[int, int, frozenset[str]]] = []
    for at, (piece, tags) in enumerate(example.segments):
        piece = piece.strip()
        if at:
            text += _separator(text, piece, at, len(example.segments))
        spans.append((len(text), len(text) + len(piece), tags))
        text += piece
    return text, spans


def passages(example: Example) -> tuple[str, list[tuple[int, int, frozenset[str]]]]:
    """Split the joined text as a reader would; a passage has the tags of the segments it holds.

    A segment counts for a passage when half of either lies in the other.
    """
    text, spans = joined(example)
    found = []
    for start, end in segment.passages(text):
        tags: frozenset[str] = frozenset()
        for begin, stop, given in spans:
            shared = min(end, stop) - max(start, begin)
            if shared > 0 and 2 * shared >= min(end - start, stop - begin):
                tags |= given
        found.append((start, end, tags))
    return text, found


def _separator(text: str, piece: str, at: int, count: int) -> str:
    """Choose what stands between two segments: nothing, a space, or a new line."""
    chance = zlib.crc32(f"{text[-20:]}|{piece}".encode()) % 100
    ended = bool(re.search(r"[。！？!?；;….]['\"”’」)）]*$", text))
    half = bool(re.search(r"[，,、]$", text))
    greeting = at == 1 and len(text) < 30 and text[-1] in ",，:：!！"
    if greeting or (at == count - 1 and len(piece) < 25 and not half and chance < 60):
        return "\n\n" if chance % 2 else "\n"
    if not ended and not half:
        return "\n" if chance < 70 else " "
    if not half and chance < 15:
        return "\n"
    chinese = bool(re.match(r"[\u3400-\u9fff“《（]", piece)) or bool(
        re.search(r"[。，！？；]$", text)
    )
    return "" if chinese else " "


def _rows(path: Path) -> Iterable[tuple[dict[str, object], str]]:
    """Yield each line's object with "file:line"."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise errors.ModelError(f"{path}:{number} is not JSON: {error.msg}.") from error
        yield row, f"{path.name}:{number}"


def _example(row: dict[str, object], where: str) -> Example:
    """Check one row of clients-*.jsonl."""
    try:
        segments = tuple(_segment(piece) for piece in _list(row["segments"]))
        return Example(
            id=str(row["id"]),
            batch=where.partition(":")[0],
            language=str(row["lang"]),
            subject=str(row["subject"]),
            asked=labels.Asked(str(row["asked"])),
            segments=segments,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise errors.ModelError(f"{where} is not an example of the corpus: {error}.") from error


def _segment(piece: object) -> tuple[str, frozenset[str]]:
    """Check one [text, [tags]]."""
    text, tags = _list(piece)
    unknown = set(_list(tags)) - set(TAGS)
    if unknown or not isinstance(text, str) or not text.strip():
        raise ValueError(f"segment {text!r} with {sorted(map(str, unknown))}")
    return text, frozenset(_list(tags))


def _list(value: object) -> list[str]:
    """Say that `value` is a list, or raise TypeError."""
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value


def _request(row: dict[str, object], where: str) -> Request:
    """Check one row of manager-*.jsonl."""
    try:
        return Request(
            batch=where.partition(":")[0],
            subject=str(row["subject"]),
            text=str(row["text"]),
            asks=labels.Asked(str(row["asks"])),
        )
    except (KeyError, ValueError) as error:
        raise errors.ModelError(f"{where} is not a message of the manager's: {error}.") from error
