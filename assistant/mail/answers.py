"""Which quoted line an answer stands under."""

import re

from assistant.mail import layout, lines

#: quoted lines above an answer among which a question is sought
NEAR = 3
#: quoted lines above a single answer from which it answers the mail, not a line of it
WHOLE = 2
#: characters from which a quoted line may go on from the one above it, and of what is given
LONG, GIVEN = 60, 600

_QUESTION = re.compile(r"[?？]\s*$")
_ENDED = re.compile(r"[.!?。！？:：;；]\s*$")


def quoted_above(sheet: layout.Layout, index: int, is_only: bool) -> str:
    """Give the quoted line that the new line at `index` answers; "" where it answers none.

    The nearest question of the last few lines, else the last line, with what it goes on from. An
    answer that is the only one (`is_only`) and stands below a whole mail answers no line of it.
    """
    above = _block_above(sheet, index)
    asked = next((row for row in above[:NEAR] if _QUESTION.search(sheet.rows[row].bare)), None)
    if asked is not None:
        return _with_beginning(sheet, asked)
    if not above or (is_only and len(above) > WHOLE):
        return ""
    return _with_beginning(sheet, above[0])


def is_below_quote(sheet: layout.Layout, index: int) -> bool:
    """Tell whether a line stands right below a quote."""
    return bool(_block_above(sheet, index))


def _block_above(sheet: layout.Layout, index: int) -> list[int]:
    """List the quoted lines with text right above a line, nearest first."""
    found: list[int] = []
    row = lines.last_filled(sheet.rows, index)
    while row >= 0 and sheet.kinds[row] is layout.SpanKind.QUOTE and row not in sheet.intro_rows:
        if sheet.rows[row].bare:
            found.append(row)
        if len(found) > NEAR:
            break
        row -= 1
    return found


def _with_beginning(sheet: layout.Layout, row: int) -> str:
    """Join a quoted line with those above it that were broken to make it."""
    shown = sheet.rows[row].bare
    while row > 0 and len(shown) < GIVEN and sheet.kinds[row - 1] is layout.SpanKind.QUOTE:
        before = sheet.rows[row - 1].bare
        if len(before) < LONG or _ENDED.search(before) or row - 1 in sheet.intro_rows:
            break
        shown, row = f"{before} {shown}", row - 1
    return shown[-GIVEN:]
