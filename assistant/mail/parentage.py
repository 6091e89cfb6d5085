"""Which lines stand in the message that is answered: quoted, whatever a program did to them."""

from assistant.mail import layout, lines, programs, quotes

#: letters and digits that are compared at a time
GRAM = 6
#: characters of the parent that are known
LENGTH = 200_000
#: share of a line's grams that must stand in the parent: re-wrapping and a changed word leave this much
SHARE = 0.85
#: letters and digits that a line must have to be told without its neighbours
ALONE_BELOW = 8
ALONE_ABOVE = 16
#: a single line above the first quote that is the parent's, and not a phrase that both would use
ALONE_LONG = 48
#: share of an unprefixed quote's lines that must be the parent's before the others count as answers
KNOWN_SHARE = 0.5
#: characters of a line that are compared
WIDTH = 2_000


class Parent:
    """A message that may be quoted. Looking up a line costs time in proportion to that line alone."""

    def __init__(self, text: str) -> None:
        rows = [lines.squeezed(row.bare) for row in lines.split(text[:LENGTH])]
        whole = "".join(rows)
        self._rows = frozenset(row for row in rows if row)
        #: its different lines
        self.size = len(self._rows)
        self._grams = frozenset(whole[i : i + GRAM] for i in range(len(whole) - GRAM + 1))

    def holds(self, row: lines.Line, least: int) -> bool:
        """Tell whether a line of at least `least` letters and digits stands in the parent."""
        shown = lines.squeezed(row.text[:WIDTH])
        if len(shown) < least:
            return False
        if shown in self._rows:
            return True
        grams = [shown[i : i + GRAM] for i in range(len(shown) - GRAM + 1)]
        return sum(gram in self._grams for gram in grams) >= SHARE * len(grams) > 0

    def is_line(self, row: lines.Line) -> bool:
        """Tell whether a line is one of the parent's, however short."""
        return lines.squeezed(row.text[:WIDTH]) in self._rows


def compare(sheet: layout.Layout, parent: Parent) -> None:
    """Take for quoted what stands in the parent, and for new what does not, between its lines."""
    _quote_known(sheet, parent)
    _free_unknown(sheet, parent)


def _quote_known(sheet: layout.Layout, parent: Parent) -> None:
    """Mark new lines that are the parent's: beside a quote, several together, or long."""
    for first, after in list(sheet.stretches(layout.SpanKind.NEW)):
        run: list[int] = []
        for index in [i for i in range(first, after) if not sheet.rows[i].blank] + [after]:
            beside = bool(run) or (index == sheet.next_filled(first) and first > 0)
            if index < after and _known(parent, sheet.rows[index], beside):
                run.append(index)
                continue
            if _counts(sheet, run, first, index):
                sheet.mark(run[0], run[-1] + 1, layout.SpanKind.QUOTE)
            run = []


def _known(parent: Parent, row: lines.Line, beside: bool) -> bool:
    """Tell whether a line is the parent's; short ones only beside another that is quoted."""
    if beside:
        return parent.is_line(row) or parent.holds(row, ALONE_BELOW)
    return parent.holds(row, ALONE_ABOVE)


def _counts(sheet: layout.Layout, run: list[int], first: int, index: int) -> bool:
    """Tell whether neighbouring known lines are a quote, and not a phrase that both would use."""
    if not run:
        return False
    touches = (run[0] == sheet.next_filled(first) and first > 0) or (
        index < len(sheet.rows) and sheet.kinds[index] is layout.SpanKind.QUOTE
    )
    letters = sum(len(lines.squeezed(sheet.rows[i].text[:WIDTH])) for i in run)
    return touches or len(run) > 1 or letters >= ALONE_LONG


def _free_unknown(sheet: layout.Layout, parent: Parent) -> None:
    """Find answers typed between, and right below, the lines of an unprefixed quote."""
    quoted = [i for i in range(len(sheet.rows)) if _is_plain_quote(sheet, i)]
    known = [
        i
        for i in quoted
        if parent.is_line(sheet.rows[i]) or parent.holds(sheet.rows[i], ALONE_BELOW)
    ]
    if not known:
        return
    between = [i for i in quoted if known[0] <= i <= known[-1]]
    if len(known) < min(2, parent.size) or len(known) < KNOWN_SHARE * len(between):
        return
    unknown = sorted({*between, *_below(sheet, known[-1] + 1)} - {*known})
    for index in unknown:
        if not quotes.is_header(sheet.rows[index]) and not programs.RULE.match(
            sheet.rows[index].head
        ):
            sheet.kinds[index] = layout.SpanKind.NEW


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
