"""A text as lines with their offsets; every later step works on these."""

import dataclasses
import re
from collections.abc import Iterable, Sequence

#: characters of a line that patterns look at; longer lines are prose
WIDTH = 600
#: lines of a text that are told apart
LINES = 10_000

_SIGNS = re.compile(r"[\W_]+")
_MARKS = re.compile(r"^(?:[ \t]*[>＞|])+[ \t]?")


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line: character offsets into the text, half-open, without its line end."""

    start: int
    end: int
    text: str

    @property
    def blank(self) -> bool:
        """Nothing but white space."""
        return not self.text or self.text.isspace()

    @property
    def head(self) -> str:
        """The stretch that patterns look at, without white space at its edges."""
        return self.text[:WIDTH].strip()

    @property
    def prefixed(self) -> bool:
        """A quote mark stands before it (RFC 3676 section 4.5); not a decoration like `>>> x <<<`."""
        text = self.head
        return text[:1] in (">", "＞") and not text.endswith("<<")

    @property
    def bare(self) -> str:
        """The line without its quote marks."""
        return _MARKS.sub("", self.text[:WIDTH]).strip()


def split(text: str) -> list[Line]:
    r"""Cut a text at "\n"; what stands below the first `LINES` lines stays one line."""
    found: list[Line] = []
    start = 0
    for piece in text.split("\n", LINES):
        found.append(Line(start, start + len(piece), piece))
        start += len(piece) + 1
    return found


def cut(line: Line, at: int) -> tuple[Line, Line]:
    """Cut one line in two before the character at offset `at` of its text."""
    middle = line.start + at
    return Line(line.start, middle, line.text[:at]), Line(middle, line.end, line.text[at:])


def squeezed(text: str) -> str:
    """Leave letters and digits only, in one case: what survives re-wrapping and changed marks."""
    return _SIGNS.sub("", text.casefold())


def last_filled(found: Sequence[Line], before: int) -> int:
    """Give the index of the last line with text before index `before`; -1 where there is none."""
    for index in range(before - 1, -1, -1):
        if not found[index].blank:
            return index
    return -1


def joined(found: Iterable[Line]) -> str:
    """Join lines by spaces."""
    return " ".join(line.head for line in found)


def width(text: str) -> int:
    """Measure a text; a Chinese character counts two."""
    return len(text) + sum(char >= "\u2e80" for char in text)
