"""Which lines stand in the message that is answered: those are quoted, whatever a program did to them."""

from collections.abc import Sequence

from assistant.mail import lines

#: letters and digits that are compared at a time
GRAM = 6
#: characters of the parent that are known
LENGTH = 200_000
#: share of a line's grams that must stand in the parent
SHARE = 0.85
#: letters and digits that a line must have to be told by itself, above and below the first quote
ALONE_ABOVE = 16
ALONE_BELOW = 8


class Parent:
    """A message that may be quoted. Looking up a line costs time in proportion to the line alone."""

    def __init__(self, text: str) -> None:
        rows = [lines.squeezed(row.bare) for row in lines.split(text[:LENGTH])]
        whole = "".join(rows)
        self._rows = frozenset(row for row in rows if row)
        self._grams = frozenset(whole[i : i + GRAM] for i in range(len(whole) - GRAM + 1))

    def holds(self, row: lines.Line, least: int) -> bool:
        """Tell whether a line of at least `least` letters and digits stands in the parent."""
        shown = lines.squeezed(row.text[:2000])
        if len(shown) < least:
            return False
        if shown in self._rows:
            return True
        grams = [shown[i : i + GRAM] for i in range(len(shown) - GRAM + 1)]
        return bool(grams) and sum(gram in self._grams for gram in grams) >= SHARE * len(grams)

    def is_line(self, row: lines.Line) -> bool:
        """Tell whether a line is one of the parent's, however short."""
        return lines.squeezed(row.text[:2000]) in self._rows


def covered(rows: Sequence[lines.Line], parent: Parent) -> list[bool]:
    """Tell for each line of an unprefixed quote whether it is the parent's."""
    return [row.blank or parent.is_line(row) or parent.holds(row, ALONE_BELOW) for row in rows]
