"""What each line of a message is: the sheet that every step of reading writes on."""

import bisect
import dataclasses
from collections.abc import Iterator
from enum import StrEnum

from assistant.mail import lines


class SpanKind(StrEnum):
    """What a stretch of a message is."""

    #: written by the sender this time
    NEW = "new"
    #: quoted from an earlier mail, with its attribution line or header block
    QUOTE = "quote"
    #: the sender's signature block, or the line of a phone
    SIGNATURE = "signature"
    #: legal text, or that of a mailing list
    FOOTER = "footer"
    #: a mail of someone else, passed on
    FORWARD = "forward"


@dataclasses.dataclass(slots=True)
class Layout:
    """A text's lines and the kind of each; everything is new until a step says otherwise."""

    rows: list[lines.Line]
    kinds: list[SpanKind] = dataclasses.field(default_factory=list)
    #: lines that introduce a quote: attribution, title, header block
    intro_rows: set[int] = dataclasses.field(default_factory=set)
    #: why the cut is a guess, where it is one
    doubts: list[str] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        self.kinds = [SpanKind.NEW] * len(self.rows)

    def mark(self, first: int, after: int, kind: SpanKind) -> None:
        """Give the new lines from `first` to `after` (half-open) another kind."""
        for index in range(first, after):
            if self.kinds[index] is SpanKind.NEW:
                self.kinds[index] = kind

    def stretches(self, *wanted: SpanKind) -> Iterator[tuple[int, int]]:
        """Give neighbouring lines of the wanted kinds (half-open), where they hold any text."""
        first = None
        for index in range(len(self.rows) + 1):
            inside = index < len(self.rows) and self.kinds[index] in wanted
            if inside and first is None:
                first = index
            if not inside and first is not None:
                if any(not row.blank for row in self.rows[first:index]):
                    yield first, index
                first = None

    def next_filled(self, index: int) -> int:
        """Give the first line with text from `index` on; the number of lines where there is none."""
        while index < len(self.rows) and self.rows[index].blank:
            index += 1
        return index

    def under(self, start: int, end: int) -> range:
        """Give the lines that a stretch of characters (half-open) touches."""
        first = bisect.bisect_right(self.rows, start, key=lambda row: row.start) - 1
        if first >= 0 and self.rows[first].end <= start < end:
            first += not self.rows[first].blank or self.rows[first].end < start
        after = bisect.bisect_left(self.rows, end, key=lambda row: row.start)
        return range(max(first, 0), after)
