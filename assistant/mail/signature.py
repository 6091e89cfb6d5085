"""Where the newly written text ends: phone line, legal footer, signature block."""

import re
from collections.abc import Sequence

from assistant.mail import closings, layout, lines, message, names, programs

#: lines that a signature block may have
LINES = 14
#: the same below the standard delimiter "-- ", which is used for nothing else
STANDARD_LINES = 30
#: width of a signature's line; a Chinese character counts two
WIDTH = 90
#: width of a line that names a firm or a post
LABEL_WIDTH = 70
#: width and words of the line that a phone adds
TRAILER_WIDTH, TRAILER_WORDS = 80, 10
#: lines at the end of a stretch among which a footer may begin
FOOTER_LINES = 60
#: lines that a gateway's banner may have
BANNER_LINES = 6
#: empty lines that a footer may hold
BREAKS = 12

_AN_ADDRESS = re.compile(r"<[^<>]{0,80}>")
_A_SENTENCE = re.compile(r"[,，].*\w|[.。]\s|\bis\b")
_FIRST_WORD = re.compile(r"[\s|｜/,，·]")
_LIST_ADDRESS = re.compile(r"^\S+@\S+\.\S+$|^https?://\S+$")


def cut(sheet: layout.Layout, sender: message.Address) -> None:
    """Cut what stands below the newly written text, above the first quote and at the end."""
    _cut_banner(sheet)
    runs = list(sheet.stretches(layout.SpanKind.NEW))
    signed = {run for run in runs if _is_signed(sheet, run[1])}
    for first, after in sorted({runs[0], runs[-1], *signed}) if runs else ():
        if (first, after) in signed:
            rows = sheet.rows[first:after]
            start = first + _with_parting(rows, len(rows), sender.name, is_below=first > 0)
            sheet.mark(start, after, layout.SpanKind.SIGNATURE)
        else:
            _cut_run(sheet, first, after, sender)


def _cut_banner(sheet: layout.Layout) -> None:
    """Cut what a gateway writes above a mail from outside: up to the next empty line."""
    first = sheet.next_filled(0)
    if first == len(sheet.rows) or not closings.BANNER.search(sheet.rows[first].head):
        return
    after = first
    while after < len(sheet.rows) and not sheet.rows[after].blank and after - first < BANNER_LINES:
        after += 1
    if any(not row.blank for row in sheet.rows[after:]):
        sheet.mark(first, after, layout.SpanKind.FOOTER)


def _is_signed(sheet: layout.Layout, index: int) -> bool:
    """Tell whether the mail program itself marks a signature at a line."""
    return index < len(sheet.rows) and sheet.kinds[index] is layout.SpanKind.SIGNATURE


def _cut_run(sheet: layout.Layout, first: int, after: int, sender: message.Address) -> None:
    """Cut phone line, footer and signature block off one stretch of new lines."""
    after = _cut_trailer(sheet, first, after)
    after = _cut_footer(sheet, first, after)
    after = _cut_rule(sheet, first, after)
    after = _cut_address(sheet, first, after, sender.email)
    start = first + block(sheet.rows[first:after], sender.name, is_below=first > 0)
    sheet.mark(start, after, layout.SpanKind.SIGNATURE)


def _cut_rule(sheet: layout.Layout, first: int, after: int) -> int:
    """Cut a drawn line under which nothing stands."""
    last = lines.last_filled(sheet.rows, after)
    if last <= first or not programs.RULE.match(sheet.rows[last].head):
        return after
    sheet.mark(last, after, layout.SpanKind.SIGNATURE)
    return last


def _cut_address(sheet: layout.Layout, first: int, after: int, address: str) -> int:
    """Cut the sender's own address, which Foxmail puts below a mail as its signature."""
    last = lines.last_filled(sheet.rows, after)
    if not address or last <= first or sheet.rows[last].head.lower() != address:
        return after
    sheet.mark(last, after, layout.SpanKind.SIGNATURE)
    return last


def _cut_trailer(sheet: layout.Layout, first: int, after: int) -> int:
    """Cut at the line of a phone; programs without a header block put the quoted mail below it."""
    for index in range(first, after):
        if not is_trailer(sheet.rows[index]):
            continue
        sheet.kinds[index] = layout.SpanKind.SIGNATURE
        below = sheet.next_filled(index + 1)
        if below < after and is_trailer(sheet.rows[below]):
            continue
        if below < after:
            sheet.mark(index + 1, after, layout.SpanKind.QUOTE)
            sheet.doubts.append("text below the line of a phone was taken for a quote")
        return index
    return after


def is_trailer(row: lines.Line) -> bool:
    """Tell the line of a phone from a sentence that begins alike."""
    text = _AN_ADDRESS.sub("", row.head)
    if len(text) > TRAILER_WIDTH or not closings.TRAILER.match(text):
        return False
    return not _A_SENTENCE.search(text) and len(text.split()) <= TRAILER_WORDS


def _cut_footer(sheet: layout.Layout, first: int, after: int) -> int:
    """Cut legal text and what a mailing list adds, with the line drawn above."""
    rows = sheet.rows[first:after]
    for index in range(max(0, len(rows) - FOOTER_LINES), len(rows)):
        if _begins_footer(rows, index, first > 0):
            start = first + _with_rule(rows, index)
            sheet.mark(start, after, layout.SpanKind.FOOTER)
            return start
    return after


def _begins_footer(rows: Sequence[lines.Line], index: int, is_below: bool) -> bool:
    """Tell whether a footer begins at a line: legal words, something above, and not much below."""
    found = closings.FOOTER.search(rows[index].head)
    if not found or sum(row.blank for row in rows[index:]) > BREAKS:
        return False
    title_alone = found.group().strip() == rows[index].head and index + 1 == len(rows)
    return not title_alone and (is_below or lines.last_filled(rows, index) >= 0)


def _with_rule(rows: Sequence[lines.Line], index: int) -> int:
    """Take in the list's name and address, and the drawn line, above a footer."""
    for _ in range(4):
        above = lines.last_filled(rows, index)
        if above < 0:
            return index
        text = rows[above].head
        if closings.DELIMITER.match(text) or programs.RULE.match(text):
            return above
        if not _LIST_ADDRESS.match(text) and not closings.FOOTER.search(text):
            return index
        index = above
    return index


def block(rows: Sequence[lines.Line], sender: str, is_below: bool = False) -> int:
    """Give the index at which the signature block begins, or len(rows).

    A block is a delimiter line and what follows; or the last lines, where they are short, are no
    list and no prose, begin with a name or a parting phrase, and tell a post, a firm or a way to
    reach the sender. Text stands above it, if only a quote (`is_below`). A name alone, or a parting
    phrase with a name, stays: the sender wrote it this time (so in 7 of 10 such development messages
    and in talon's cases, 2026-11-21).
    """
    end = lines.last_filled(rows, len(rows)) + 1
    start = _delimiter(rows, end)
    if start == end:
        start = _start(rows, end, sender, is_below)
    return _with_parting(rows, start, sender, is_below) if start < end else len(rows)


def _delimiter(rows: Sequence[lines.Line], end: int) -> int:
    """Find a delimiter line: "--" with any few lines below it, another with a narrow block."""
    for index in range(max(1, end - STANDARD_LINES), end):
        if rows[index].head == "--":
            return index
    for index in range(max(1, end - LINES), end):
        if closings.DELIMITER.match(rows[index].head) and _is_narrow(rows[index + 1 : end]):
            return index
    return end


def _is_narrow(rows: Sequence[lines.Line]) -> bool:
    """Tell whether lines are as narrow as a signature, and no list."""
    return all(
        lines.width(row.head) <= WIDTH and not closings.BULLET.match(row.head) for row in rows
    )


def _start(rows: Sequence[lines.Line], end: int, sender: str, is_below: bool) -> int:
    """Find the topmost line from which everything to `end` reads as a signature."""
    found = end
    for index in range(end - 1, max(-1, end - LINES), -1):
        if rows[index].blank:
            continue
        stands_below = is_below or lines.last_filled(rows, index) >= 0
        if not _is_signature_like(rows[index].head) or not stands_below:
            break
        if _is_block(rows, index, end, sender):
            found = index
    return found


def _is_signature_like(text: str) -> bool:
    """Tell whether a line could stand in a signature."""
    if lines.width(text) > WIDTH or closings.BULLET.match(text):
        return False
    if is_parting(text) or not closings.PROSE_END.search(text):
        return True
    return (
        bool(closings.POST.match(text) or closings.CONTACT.search(text)) and text[-1:] in ",，;；.!"
    )


def _is_block(rows: Sequence[lines.Line], index: int, end: int, sender: str) -> bool:
    """Tell whether the lines from `index` to `end` read as one signature."""
    text = rows[index].head
    above = lines.last_filled(rows, index)
    if above >= 0 and rows[above].head[-1:] in ":：":
        return False
    filled = [row.head for row in rows[index:end] if not row.blank]
    if is_parting(text) or _is_name(text, sender):
        return _tells(filled, sender)
    below_text = above >= 0 and index - above == 1
    if closings.NAMED_POST.match(text) and closings.POST.search(text) and _is_label(text):
        return not below_text or names.is_name(_FIRST_WORD.split(text)[0], sender)
    if below_text:
        return False
    return _is_letterhead(filled, sender)


def _tells(filled: Sequence[str], sender: str) -> bool:
    """Tell whether lines name a post, a firm, or a way to reach the sender."""
    rest = [text for text in filled if not is_parting(text) and not _is_name(text, sender)]
    if any(_is_detail(text) for text in rest):
        return True
    return len(rest) in (1, 2) and names.holds_name(filled[0], sender)


def _is_letterhead(filled: Sequence[str], sender: str) -> bool:
    """Tell a block that begins with the firm: with the sender's name, a number, or a letter's date."""
    if names.holds_name(filled[0], sender) and _tells(filled, sender):
        return True
    rest = filled[1:]
    sure = any(closings.CONTACT.search(text) or closings.DATE_LINE.match(text) for text in rest)
    return bool(closings.POST.search(filled[0])) and sure and _is_label(filled[0])


def _is_label(text: str) -> bool:
    """Tell a firm or a post from talk without punctuation."""
    return lines.width(text) <= LABEL_WIDTH and not closings.TALK.search(text)


def _is_detail(text: str) -> bool:
    """Tell whether a line names a post or a firm, a way to reach the sender, or a letter's date."""
    return bool(
        closings.CONTACT.search(text)
        or closings.POST.search(text)
        or closings.DATE_LINE.match(text)
    )


def _with_parting(rows: Sequence[lines.Line], start: int, sender: str, is_below: bool) -> int:
    """Take in a parting phrase and a name that stand alone above the block."""
    for _ in range(3):
        above = lines.last_filled(rows, start)
        stands_below = is_below or lines.last_filled(rows, above) >= 0
        if above < 0 or start - above > 3 or not stands_below:
            return start
        text, upper = rows[above].head, rows[above - 1]
        alone = above == 0 or upper.blank or is_parting(upper.head)
        drawn = closings.DELIMITER.match(text) or closings.DATE_LINE.match(text)
        parting = is_parting(text) or bool(drawn)
        if not parting and not (alone and _is_name(text, sender)):
            return start
        start = above
    return start


def is_parting(text: str) -> bool:
    """Tell a parting phrase from a sentence of thanks, which ends with a full stop."""
    return bool(closings.SIGN_OFF.match(text)) and text[-1:] not in "。！!.？?～~"


def _is_name(text: str, sender: str) -> bool:
    """Tell whether a line is a name, and no post or firm."""
    return names.is_name(text, sender) and not closings.POST.search(text)
