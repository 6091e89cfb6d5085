"""Down the lines: what stands under an introduction, or behind a quote mark, is quoted."""

import re

from assistant.mail import layout, markup, quotes

#: characters of a quoted line whose rest may stand on the next
LONG, LONGEST = 60, 100

_LINK = re.compile(r"[(<\[]?(?:https?|mailto):\S+[)>\]]?\s*>?")
#: the sender says that the answers stand in the quoted mail
_INLINE = re.compile(
    r"\b(?:in ?line|inline|below in (?:red|blue|green|bold|caps)|(?:answers?|repl(?:y|ies)|comments?"
    r"|responses?) (?:are )?(?:below|inline|in (?:red|blue|between))|see my (?:answers|comments))\b"
    r"|(?:写|寫|答|回复|回覆|标|標|批注|注)(?:\S{0,3})在(?:\S{0,8})(?:下面|下方|下邊|下边|后面|後面"
    r"|原文|原邮件|邮件里|邮件中|郵件中|字下|问题后|問題後)"
    r"|(?:见|見|如|用)(?:下面|下文|下方|原文|邮件中?|文中)?的?(?:红字|紅字|蓝字|藍字|红色|紅色|蓝色"
    r"|藍色)|(?:红|紅|蓝|藍)字(?:部分|回复|回覆|为|為|是)|逐(?:条|條|一|项|項)(?:回复|回覆|答复"
    r"|答覆)(?:如下|在下)?",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[?？]\s*$")
_NUMBERED = re.compile(
    r"^\s*(?:\(?\d{1,2}[.、)）．:：]|[(（][一二三四五六七八九十\d]{1,2}[)）]"
    r"|[一二三四五六七八九十]{1,2}、|Q\d{0,2}[.:：])"
)


def follow(sheet: layout.Layout, found: markup.Markup, below: layout.SpanKind) -> None:
    """Mark introductions, and what they introduce; `below` is a quote's kind."""
    intros = {intro.first: intro for intro in quotes.find(sheet.rows)}
    for intro in intros.values():
        sheet.intro_rows.update(range(intro.first, intro.after))
    until = 0
    for index, row in enumerate(sheet.rows):
        if row.prefixed:
            sheet.mark(index, index + 1, layout.SpanKind.QUOTE)
        if index < until or index not in intros or sheet.kinds[index] is layout.SpanKind.SIGNATURE:
            continue
        until = _introduce(sheet, intros[index], found, below)
    markup.settle_indents(sheet, found, below)
    _mend_wraps(sheet)


def _introduce(
    sheet: layout.Layout, intro: quotes.Intro, found: markup.Markup, below: layout.SpanKind
) -> int:
    """Mark an introduction and what it introduces; give the line after that."""
    following = sheet.next_filled(intro.after)
    prefixed = following < len(sheet.rows) and sheet.rows[following].prefixed
    set_in = found.set_in.get(following)
    if intro.kind is quotes.IntroKind.FORWARD:
        return _forward(sheet, intro, found)
    if not intro.strong and not prefixed and set_in is None:
        sheet.intro_rows.difference_update(range(intro.first, intro.after))
        return intro.after
    sheet.mark(intro.first, intro.after, below)
    if prefixed:
        return intro.after
    for under in found.attributed if set_in else ():
        if under.start >= intro.after:
            sheet.mark(under.start, under.stop, below)
    after = set_in.stop if set_in else found.end_of_wrapper(intro.first) or len(sheet.rows)
    sheet.mark(intro.after, after, below)
    return after


def _forward(sheet: layout.Layout, intro: quotes.Intro, found: markup.Markup) -> int:
    """Mark a forwarded mail: to the end of its element, or of the text."""
    after = found.end_of_wrapper(intro.first) or len(sheet.rows)
    for index in range(intro.first, after):
        if sheet.kinds[index] is not layout.SpanKind.SIGNATURE:
            sheet.kinds[index] = layout.SpanKind.FORWARD
    return after


def _mend_wraps(sheet: layout.Layout) -> None:
    """Take in the rest of a quoted line that a program broke without a mark."""
    for index in range(1, len(sheet.rows) - 1):
        before, row, after = sheet.rows[index - 1 : index + 2]
        if sheet.kinds[index] is not layout.SpanKind.NEW or not before.prefixed:
            continue
        if after.prefixed and _is_rest(before.bare, row.head):
            sheet.kinds[index] = layout.SpanKind.QUOTE


def _is_rest(before: str, row: str) -> bool:
    """Tell whether a line is the rest of the quoted line before it.

    Programs break at 72 to 78 characters: the line before is about as long, ends in no question, and
    the rest goes on in lower case; or it closes a bracket, or is a link alone.
    """
    if not row:
        return False
    unclosed = before.count("(") > before.count(")") and ")" in row
    broken = LONG <= len(before) <= LONGEST and before[-1:] not in "?？:：" and row[0].islower()
    return bool(unclosed or (broken and len(row) < len(before)) or _LINK.fullmatch(row))


def guess_answers(sheet: layout.Layout, found: markup.Markup) -> None:
    """Find answers in an unprefixed quote where the sender says that they stand there.

    An answer is what stands right under a question or a numbered line, up to the next empty or
    numbered line. A guess, and noted as one: the parent's text, where it is known, tells more.
    """
    head = " ".join(
        row.head for i, row in enumerate(sheet.rows[:40]) if sheet.kinds[i] is layout.SpanKind.NEW
    )
    if not _INLINE.search(head[:2000]):
        return
    set_in = {index for under in found.set_in.values() for index in under}
    for index in range(1, len(sheet.rows)):
        if index not in set_in and _is_inline_answer(sheet, index):
            sheet.kinds[index] = layout.SpanKind.NEW
            _doubt_inline(sheet)


def _is_inline_answer(sheet: layout.Layout, index: int) -> bool:
    """Tell whether a line stands right under a question, or under such an answer."""
    row, before = sheet.rows[index], sheet.rows[index - 1]
    if sheet.kinds[index] is not layout.SpanKind.QUOTE or row.blank or row.prefixed or before.blank:
        return False
    if index in sheet.intro_rows or index - 1 in sheet.intro_rows or _NUMBERED.match(row.head):
        return False
    asked = _QUESTION.search(before.head) or _NUMBERED.match(before.head)
    continued = sheet.kinds[index - 1] is layout.SpanKind.NEW
    return bool(asked or continued)


def _doubt_inline(sheet: layout.Layout) -> None:
    """Say once that answers were guessed."""
    said = "answers were found between the lines of the quoted mail by their place alone"
    if said not in sheet.doubts:
        sheet.doubts.append(said)
