"""What the sender wrote this time, told from quotes, forwards, signatures and footers."""

import dataclasses
import re
from collections.abc import Iterator

from assistant.mail import (
    answers,
    layout,
    lines,
    markup,
    message,
    parentage,
    quotes,
    quoting,
    render,
    signature,
)

#: what a stretch of a message is: new, quote, signature, footer or forward
SpanKind = layout.SpanKind

#: width of a comment above a forward that leaves the matter to the forwarded mail; Chinese counts two
COMMENT_WIDTH = 60

#: the sender of a text of which nothing is known
NOBODY = message.Address("", "")

_POINTS = re.compile(
    r"\bfyi\b|\bf\.y\.i|\bbelow\b|\bfw\b|forward|\bpls\b|please|handle|take (?:a look|care)"
    r"|for (?:your )?(?:info|action|review)|thoughts\W*$|over to you|see attached"
    r"|见下|見下|如下|下面|以下|下方|附件|转发|轉發|轉寄|转给|转你|请看|請看|请处理|請處理|请阅|請參閱"
    r"|参见|参考|處理|处理|查收|跟进|跟進|知悉|供参",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|morning"
    r"|afternoon)\b[^,，:：!！.。]{0,40}[,，:：]"
    r"|(?:dear|hi)\s[^,，:：!！.。]{1,40}[!！.。]?"
    r"|(?:尊敬的)?[\u3400-\u9fff]{0,8}(?:您好|你好|早上好|下午好|早安|午安)[,，:：!！。~]*"
    r"|[\u3400-\u9fff]{1,5}(?:总|總|工|经理|經理|老师|老師|先生|小姐|女士)[,，:：!！]?)$",
    re.IGNORECASE,
)
_FORWARD_SUBJECT = re.compile(r"^\s*(?:fwd?|wg|转发|轉寄|轉發|轉呈)\s*[:：]", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:：@]{1,64}@[^\s<>()\[\]\",;:：@]{1,255}")


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """A stretch of Message.text: character offsets, half-open."""

    start: int
    end: int
    kind: layout.SpanKind


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """A stretch of Reading.text (character offsets, half-open) and the quoted line it answers."""

    start: int
    end: int
    quoted: str


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What the sender wrote this time; `spans` cover Message.text without gap or overlap."""

    text: str
    spans: tuple[Span, ...] = ()
    #: False where the cut is a guess; `notes` says why
    sure: bool = True
    notes: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()


def read(mail: message.Message, parent_text: str | None = None) -> Reading:
    """Tell what the sender wrote this time from everything else in `mail.text`.

    `parent_text` is the text of the message that is answered, where our record holds it: its lines
    are quoted, whatever the client's program did to them. Never raises; linear in the text.
    """
    rendered = render.render(mail.html) if mail.html else render.Rendered("")
    same = rendered.text == mail.text
    forwarded = bool(_FORWARD_SUBJECT.match(mail.subject))
    below = SpanKind.FORWARD if forwarded else SpanKind.QUOTE
    sheet = layout.Layout(quotes.split_shared(lines.split(mail.text)))
    found = markup.follow(sheet, rendered.marks if same else (), below)
    quoting.follow(sheet, found, below)
    if rendered.marks and not same:
        markup.compare(sheet, rendered)
    parent = parentage.Parent(parent_text or "")
    if not parentage.compare(sheet, parent):
        quoting.guess_answers(sheet, found)
    if not forwarded:
        _turn_to_forward(sheet, mail)
    return _finish(sheet, mail.text, mail.sender or NOBODY)


def read_text(text: str, parent_text: str | None = None) -> Reading:
    """Do the same for a plain text of which nothing else is known."""
    return read(message.Message(sha256="", text=text), parent_text)


def _turn_to_forward(sheet: layout.Layout, mail: message.Message) -> None:
    """Take a quote by someone who is no recipient for a forward, where the comment only points at it."""
    recipients = {address.email for address in (*mail.to, *mail.cc)}
    block = [sheet.rows[index].text[: lines.WIDTH] for index in sorted(sheet.intro_rows)]
    author = next((found for row in block for found in _ADDRESS.findall(row)), "").lower()
    if not author or not recipients or author in recipients or not _only_points(_joined(sheet)):
        return
    sheet.kinds = [SpanKind.FORWARD if kind is SpanKind.QUOTE else kind for kind in sheet.kinds]


def _joined(sheet: layout.Layout) -> str:
    """Join the new lines."""
    return "\n".join(
        row.text for row, kind in zip(sheet.rows, sheet.kinds, strict=True) if kind is SpanKind.NEW
    )


def _finish(sheet: layout.Layout, text: str, sender: message.Address) -> Reading:
    """Cut the signature, join what is new, and say what is what."""
    signature.cut(sheet, sender)
    reading = _gather(sheet, text, SpanKind.NEW)
    if SpanKind.FORWARD in sheet.kinds and _only_points(reading.text):
        _sign_forward(sheet)
        reading = _gather(sheet, text, SpanKind.NEW, SpanKind.FORWARD)
    elif text.strip() and _says_nothing(reading.text):
        sheet.doubts.append(
            "nothing but a greeting is left above the quote; the whole text was kept"
        )
        reading = Reading(text.strip())
    return dataclasses.replace(
        reading, spans=tuple(_spans(sheet, text)), sure=not sheet.doubts, notes=tuple(sheet.doubts)
    )


def _sign_forward(sheet: layout.Layout) -> None:
    """Cut the signature of the forwarded mail, which has become the message."""
    for first, after in list(sheet.stretches(SpanKind.FORWARD))[-1:]:
        start = first + signature.block(sheet.rows[first:after], "")
        for index in range(start, after):
            sheet.kinds[index] = SpanKind.SIGNATURE


def _gather(sheet: layout.Layout, text: str, *wanted: layout.SpanKind) -> Reading:
    """Join the stretches of some kinds, and tie each to the quoted line above it."""
    pieces: list[str] = []
    ties: list[Answer] = []
    length = 0
    parts = list(_parts(sheet, wanted))
    below = sum(answers.is_below_quote(sheet, first) for first, _ in parts)
    for first, after in parts:
        piece = text[sheet.rows[first].start : sheet.rows[after - 1].end].strip("\n").rstrip()
        start = length + 2 if pieces else 0
        quoted = answers.quoted_above(sheet, first, is_only=below == 1)
        if quoted:
            ties.append(Answer(start, start + len(piece), quoted))
        pieces.append(piece)
        length = start + len(piece)
    return Reading("\n\n".join(pieces), answers=tuple(ties))


def _parts(sheet: layout.Layout, wanted: tuple[layout.SpanKind, ...]) -> Iterator[tuple[int, int]]:
    """Give the stretches of the wanted kinds, without the header block of a forward."""
    for first, after in sheet.stretches(*wanted):
        start = first
        for index in range(first, after + 1):
            if index < after and not _introduces_forward(sheet, index):
                continue
            if any(not row.blank for row in sheet.rows[start:index]):
                yield start, index
            start = index + 1


def _introduces_forward(sheet: layout.Layout, index: int) -> bool:
    """Tell a line of a forward's title or header block."""
    return index in sheet.intro_rows and sheet.kinds[index] is SpanKind.FORWARD


def _spans(sheet: layout.Layout, text: str) -> Iterator[Span]:
    """Cover the text with spans; a line end belongs to its line, an empty line to what stands above."""
    if not text:
        return
    start, kind = 0, sheet.kinds[0]
    for row, next_ in zip(sheet.rows, sheet.kinds, strict=True):
        if row.blank or next_ is kind:
            continue
        if row.start > start:
            yield Span(start, row.start, kind)
            start = row.start
        kind = next_
    yield Span(start, len(text), kind)


def _only_points(text: str) -> bool:
    """Tell a comment that leaves the matter to the mail below it, or no comment at all."""
    text = text.strip()
    short = len(text) <= COMMENT_WIDTH and lines.width(text) <= COMMENT_WIDTH
    return not text or (short and bool(_POINTS.search(text)))


def _says_nothing(text: str) -> bool:
    """Tell whether nothing, or only a greeting, is left."""
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    return not rows or (len(rows) == 1 and len(rows[0]) < 80 and bool(_GREETING.match(rows[0])))
