"""Which lines stand in the message that is answered: quoted, whatever a program did to them."""

import unicodedata

from assistant.mail import layout, lines, quotes

#: letters and digits that are compared at a time
GRAM = 6
#: characters of the parent that are known
LENGTH = 50_000
#: share of a line's grams that must stand in the parent: re-wrapping and a changed word leave this much
SHARE = 0.85
#: width that a line must have to be told without its neighbours; a Chinese character counts two
ALONE = 16
#: the same in a stretch that is quoted already
QUOTED = 8
#: width of a single line above the first quote that is the parent's, not a phrase that both would use
LONG = 48
#: share of an unprefixed quote's lines that must be the parent's before the others count as answers
KNOWN_SHARE = 0.5
#: characters of a line that are compared
WIDTH = 2_000
#: letters and digits of a neighbour with which a short line must stand together in the parent
JOINT = 12


class Parent:
    """A message that may be quoted. Looking up a line costs time in proportion to that line alone."""

    def __init__(self, text: str) -> None:
        rows = [lines.squeezed(row.bare) for row in lines.split(text[:LENGTH])]
        self._whole = "".join(rows)
        self._rows = frozenset(row for row in rows if row)
        self._grams = frozenset(
            self._whole[i : i + GRAM] for i in range(len(self._whole) - GRAM + 1)
        )
        #: its different lines
        self.size = len(self._rows)

    def holds(self, shown: str, least: int) -> bool:
        """Tell whether a line of at least a width stands in the parent; `shown` is squeezed."""
        if lines.width(shown) < least:
            return False
        grams = [shown[i : i + GRAM] for i in range(len(shown) - GRAM + 1)]
        return sum(gram in self._grams for gram in grams) >= SHARE * len(grams) > 0

    def is_line(self, shown: str) -> bool:
        """Tell whether a line is one of the parent's, however short."""
        return shown in self._rows

    def joins(self, before: str, after: str) -> bool:
        """Tell whether two lines stand together in the parent, in this order."""
        return before[-JOINT:] + after[:JOINT] in self._whole


def compare(sheet: layout.Layout, parent: Parent) -> bool:
    """Take for quoted what stands in the parent, and for new what does not, between its lines.

    True where an unprefixed quote was found to be the parent's: its answers are then all found.
    """
    shown = [lines.squeezed(row.text[:WIDTH]) for row in sheet.rows]
    known = _free_unknown(sheet, parent, shown)
    for first, after in list(sheet.stretches(layout.SpanKind.NEW)):
        _quote_known(sheet, parent, shown, range(first, after))
    return known


def _quote_known(sheet: layout.Layout, parent: Parent, shown: list[str], stretch: range) -> None:
    """Mark new lines that are the parent's: beside a quote, several together, or long."""
    filled = [index for index in stretch if shown[index]]
    known = [parent.holds(shown[index], ALONE) for index in filled]
    for order in (range(1, len(filled)), range(len(filled) - 1, 0, -1)):
        for position in order:
            _spread(parent, shown, filled, known, position)
    run: list[int] = []
    for index, is_known in [*zip(filled, known, strict=True), (stretch.stop, False)]:
        if is_known:
            run.append(index)
            continue
        if run and _counts(sheet, run, [shown[i] for i in run]):
            sheet.mark(run[0], run[-1] + 1, layout.SpanKind.QUOTE)
        run = []


def _spread(
    parent: Parent, shown: list[str], filled: list[int], known: list[bool], position: int
) -> None:
    """Let a known line tell its neighbour, where both stand together in the parent."""
    if known[position - 1] == known[position]:
        return
    if parent.joins(shown[filled[position - 1]], shown[filled[position]]):
        known[position - 1] = known[position] = True


def _counts(sheet: layout.Layout, run: list[int], shown: list[str]) -> bool:
    """Tell whether known lines are a quote, and not a phrase that both would use."""
    above, below = lines.last_filled(sheet.rows, run[0]), sheet.next_filled(run[-1] + 1)
    beside = [index for index in (above, below) if 0 <= index < len(sheet.rows)]
    if any(sheet.kinds[index] is layout.SpanKind.QUOTE for index in beside):
        return True
    return len(run) > 1 or lines.width("".join(shown)) >= LONG


def _free_unknown(sheet: layout.Layout, parent: Parent, shown: list[str]) -> bool:
    """Find answers typed between, and right below, the lines of an unprefixed quote."""
    quoted = [index for index in range(len(sheet.rows)) if _is_plain_quote(sheet, index)]
    known = _known_in_quote(parent, shown, quoted)
    between = [index for index in quoted if known and known[0] <= index <= known[-1]]
    if len(known) < max(1, min(2, parent.size)) or len(known) < KNOWN_SHARE * len(between):
        return False
    for index in {*between, *_below(sheet, known[-1] + 1)} - {*known}:
        if _says_something(sheet, index, shown[index]):
            sheet.kinds[index] = layout.SpanKind.NEW
    return True


def _says_something(sheet: layout.Layout, index: int, shown: str) -> bool:
    """Tell an answer from a drawn line, and from the header block of an older mail."""
    row = sheet.rows[index]
    if not shown:
        return any(unicodedata.category(char) == "So" for char in row.head)
    beside = sheet.rows[max(0, index - 1) : index + 2]
    return not (quotes.is_header(row) and sum(map(quotes.is_header, beside)) > 1)


def _known_in_quote(parent: Parent, shown: list[str], quoted: list[int]) -> list[int]:
    """List the quoted lines that are the parent's; a short one where it goes on from the one before."""
    known: list[int] = []
    for position, index in enumerate(quoted):
        if parent.is_line(shown[index]) or parent.holds(shown[index], QUOTED):
            known.append(index)
        elif known and shown[index] and parent.joins(shown[known[-1]], shown[index]):
            following = quoted[position + 1 : position + 2]
            # an answer may begin with the words of the next question, which then joins as well
            if not any(parent.joins(shown[known[-1]], shown[after]) for after in following):
                known.append(index)
    return known


def _is_plain_quote(sheet: layout.Layout, index: int) -> bool:
    """Tell a quoted line that bears no mark and introduces nothing."""
    row = sheet.rows[index]
    if row.blank or row.prefixed or index in sheet.intro_rows:
        return False
    return sheet.kinds[index] is layout.SpanKind.QUOTE


def _below(sheet: layout.Layout, index: int) -> list[int]:
    """List the plainly quoted lines from `index` to the next introduction."""
    found: list[int] = []
    while index < len(sheet.rows) and index not in sheet.intro_rows:
        if _is_plain_quote(sheet, index):
            found.append(index)
        index += 1
    return found
