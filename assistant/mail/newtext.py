"""What the sender wrote this time, told from quotes, forwards, signatures and footers."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from assistant.mail import lines, message, parentage, programs, quotes, render, signature


class SpanKind(StrEnum):
    """What a stretch of a message is."""

    NEW = "new"
    QUOTE = "quote"
    SIGNATURE = "signature"
    FOOTER = "footer"
    FORWARD = "forward"


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """A stretch of Message.text: character offsets, half-open."""

    start: int
    end: int
    kind: SpanKind


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """A stretch of Reading.text (character offsets, half-open) and the quoted line that it answers."""

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


#: width of a comment above a forward that leaves the matter to the forwarded mail
COMMENT_WIDTH = 60

_POINTS = re.compile(
    r"\bfyi\b|\bf\.y\.i|\bbelow\b|forward|pls\b|please|handle|take a look|see attached|for (?:your )?(?:info|action|review)|thoughts\??$|over to you"
    r"|见下|見下|如下|下面|以下|下方|附件|转发|轉發|轉寄|转给|转你|请看|請看|请处理|請處理|请阅|請參閱|参见|参考|處理|处理|请查收|跟进|知悉|供参",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|morning|afternoon)\b[^,，:：!！.。\n]{0,40}[,，:：]"
    r"|(?:dear|hi)\s[^,，:：!！.。\n]{1,40}[!！.。]?"
    r"|(?:尊敬的)?[\u3400-\u9fff]{0,8}(?:您好|你好|早上好|下午好|早安)[,，:：!！。~]*|[\u3400-\u9fff]{1,5}(?:总|總|工|经理|經理|老师|老師|先生|小姐|女士)[,，:：!！]?)$",
    re.IGNORECASE,
)
_FORWARD_SUBJECT = re.compile(r"^\s*(?:fwd?|wg|转发|轉寄|轉發|轉呈)\s*[:：]", re.IGNORECASE)


def read(mail: message.Message, parent_text: str | None = None) -> Reading:
    """Tell what the sender wrote this time from everything else in `mail.text`.

    `parent_text` is the text of the message that is answered, where our record holds it: its lines
    are quoted, whatever the client's program did to them. Never raises; linear in the text.
    """
    hints = _hints(mail)
    sender = mail.sender.name if mail.sender else ""
    forwarded = bool(_FORWARD_SUBJECT.match(mail.subject))
    return _Reader(mail.text, hints, sender, parent_text, forwarded).read()


def read_text(text: str, parent_text: str | None = None) -> Reading:
    """Do the same for a plain text of which nothing else is known."""
    return _Reader(text, (), "", parent_text, False).read()


def _hints(mail: message.Message) -> tuple[render.Mark, ...]:
    """Give what the HTML part's elements tell of `mail.text`; () where that text is not the HTML's."""
    if not mail.html:
        return ()
    rendered = render.render(mail.html)
    return rendered.marks if rendered.text == mail.text else ()


class _Reader:
    """The state of one reading: a kind for each line."""

    def __init__(
        self,
        text: str,
        hints: Sequence[render.Mark],
        sender: str,
        parent_text: str | None,
        forwarded: bool,
    ) -> None:
        self._text = text
        self._rows = quotes.split_shared(lines.split(text))
        self._kinds = [SpanKind.NEW] * len(self._rows)
        self._hints = hints
        self._sender = sender
        self._parent = (
            parentage.Parent(parent_text) if parent_text and parent_text.strip() else None
        )
        self._forwarded = forwarded
        self._intro_rows: set[int] = set()
        self._sure = True
        self._notes: list[str] = []

    def read(self) -> Reading:
        self._follow_hints()
        self._follow_intros()
        self._mend_wraps()
        self._compare_with_parent()
        self._cut_runs()
        return self._result()

    def _doubt(self, note: str) -> None:
        self._sure = False
        self._notes.append(note)

    def _set(self, first: int, after: int, kind: SpanKind) -> None:
        """Give lines that are still new another kind."""
        for index in range(first, after):
            if self._kinds[index] is SpanKind.NEW:
                self._kinds[index] = kind

    def _under(self, mark: render.Mark) -> range:
        """Give the lines under a mark."""
        touched = [
            i
            for i, row in enumerate(self._rows)
            if row.start < mark.end and max(row.end, row.start + 1) > mark.start
        ]
        return range(touched[0], touched[-1] + 1) if touched else range(0)

    def _follow_hints(self) -> None:
        """Use what the mail program's own elements say."""
        self._set_in: dict[int, range] = {}
        for mark in self._hints:
            under = self._under(mark)
            if (
                mark.kind
                in (render.MarkKind.INDENT, render.MarkKind.ATTRIBUTED, render.MarkKind.QUOTE)
                and under
            ):
                self._set_in.setdefault(under.start, under)
            if mark.kind in (render.MarkKind.QUOTE, render.MarkKind.BELOW):
                self._set(under.start, under.stop, self._below_kind())
            elif mark.kind is render.MarkKind.SIGNATURE:
                self._set(under.start, under.stop, SpanKind.SIGNATURE)

    def _below_kind(self) -> SpanKind:
        return SpanKind.FORWARD if self._forwarded else SpanKind.QUOTE

    def _follow_intros(self) -> None:
        """Go down the lines: what an introduction stands above is quoted."""
        intros = {intro.first: intro for intro in quotes.find(self._rows)}
        for index, row in enumerate(self._rows):
            if row.prefixed:
                self._set(index, index + 1, SpanKind.QUOTE)
            intro = intros.get(index)
            if intro is None or self._kinds[index] in (SpanKind.SIGNATURE, SpanKind.FORWARD):
                continue
            if self._kinds[index] is SpanKind.QUOTE and self._rows[intro.first].prefixed:
                continue
            if self._introduce(intro):
                return
        self._settle_indents()

    def _introduce(self, intro: quotes.Intro) -> bool:
        """Mark an introduction and what it introduces; True where that runs to the end."""
        is_forward = intro.kind is quotes.IntroKind.FORWARD
        kind = SpanKind.FORWARD if is_forward else self._below_kind()
        self._intro_rows.update(range(intro.first, intro.after))
        self._set(intro.first, intro.after, kind)
        next_ = self._next_filled(intro.after)
        if next_ == len(self._rows):
            return True
        if self._rows[next_].prefixed and not is_forward:
            return False
        if next_ in self._set_in and not is_forward:
            under = self._set_in[next_]
            self._set(under.start, under.stop, kind)
            return False
        self._set(intro.after, len(self._rows), kind)
        return True

    def _next_filled(self, index: int) -> int:
        while index < len(self._rows) and self._rows[index].blank:
            index += 1
        return index

    def _settle_indents(self) -> None:
        """Take a plain blockquote for a quote, unless an attributed quote stands elsewhere."""
        if SpanKind.QUOTE in self._kinds:
            return
        for mark in self._hints:
            if mark.kind is render.MarkKind.INDENT:
                under = self._under(mark)
                self._set(under.start, under.stop, SpanKind.QUOTE)

    def _mend_wraps(self) -> None:
        """Take in the rest of a quoted line that a program broke without a mark."""
        for index in range(1, len(self._rows) - 1):
            before, row, after = self._rows[index - 1 : index + 2]
            if (
                self._kinds[index] is SpanKind.NEW
                and before.prefixed
                and after.prefixed
                and _is_rest(before.bare, row.head)
            ):
                self._kinds[index] = SpanKind.QUOTE

    def _compare_with_parent(self) -> None:
        """Take for quoted what stands in the parent, and for new what does not, between its lines."""
        if self._parent is None:
            return
        self._quote_known_lines(self._parent)
        self._free_unknown_lines(self._parent)

    def _quote_known_lines(self, parent: parentage.Parent) -> None:
        for index, row in enumerate(self._rows):
            if self._kinds[index] is not SpanKind.NEW or row.blank:
                continue
            beside = index and self._kinds[index - 1] is SpanKind.QUOTE
            if parent.holds(row, parentage.ALONE_BELOW if beside else parentage.ALONE_ABOVE) or (
                beside and parent.is_line(row)
            ):
                self._kinds[index] = SpanKind.QUOTE

    def _free_unknown_lines(self, parent: parentage.Parent) -> None:
        """Find answers typed between the lines of an unprefixed quote."""
        quoted = [
            i
            for i, kind in enumerate(self._kinds)
            if kind is SpanKind.QUOTE
            and i not in self._intro_rows
            and not self._rows[i].prefixed
            and not self._rows[i].blank
        ]
        if not quoted:
            return
        known = parentage.covered([self._rows[i] for i in quoted], parent)
        if sum(known) < 0.5 * len(known) or sum(known) < 2:
            return
        last = max(position for position, is_known in enumerate(known) if is_known)
        for position, index in enumerate(quoted[: last + 2]):
            if (
                not known[position]
                and not quotes.is_header(self._rows[index])
                and not programs.RULE.match(self._rows[index].head)
            ):
                self._kinds[index] = SpanKind.NEW

    def _cut_runs(self) -> None:
        """Cut signature and footer off the new text above the first quote, and off the last."""
        runs = list(self._runs())
        ends = {runs[0], runs[-1]} if runs else set()
        for first, after in sorted(ends):
            self._cut(first, after)

    def _runs(self) -> Iterator[tuple[int, int]]:
        """Give the stretches of new lines that hold text (half-open)."""
        first = None
        for index, kind in enumerate([*self._kinds, SpanKind.QUOTE]):
            if kind is SpanKind.NEW and first is None:
                first = index
            if kind is not SpanKind.NEW and first is not None:
                if any(not row.blank for row in self._rows[first:index]):
                    yield first, index
                first = None

    def _cut(self, first: int, after: int) -> None:
        rows = self._rows[first:after]
        trailer = signature.trailer(rows)
        if trailer < len(rows):
            self._kinds[first + trailer] = SpanKind.SIGNATURE
            if any(not row.blank for row in rows[trailer + 1 :]):
                self._set(first + trailer + 1, after, SpanKind.QUOTE)
                self._doubt("text below the mail program's line was taken for a quote")
        rows = rows[:trailer]
        footer = signature.footer(rows)
        self._set(first + footer, first + len(rows), SpanKind.FOOTER)
        rows = rows[:footer]
        block = signature.block(rows, self._sender)
        if any(not row.blank for row in rows[:block]) or first > 0:
            self._set(first + block, first + len(rows), SpanKind.SIGNATURE)

    def _result(self) -> Reading:
        """Join what is new, and say what is what."""
        new = self._gather(SpanKind.NEW)
        if SpanKind.FORWARD in self._kinds and _only_points(new.text):
            new = self._gather(SpanKind.NEW, SpanKind.FORWARD)
        elif self._text.strip() and _says_nothing(new.text):
            self._doubt("nothing but a greeting is left above the quote; the whole text was kept")
            return Reading(self._text.strip(), tuple(self._spans()), False, tuple(self._notes))
        return dataclasses.replace(
            new, spans=tuple(self._spans()), sure=self._sure, notes=tuple(self._notes)
        )

    def _gather(self, *wanted: SpanKind) -> Reading:
        """Join the stretches of some kinds, and tie each to the quoted line above it."""
        pieces: list[str] = []
        answers: list[Answer] = []
        length = 0
        for first, after in self._stretches(wanted):
            piece = (
                self._text[self._rows[first].start : self._rows[after - 1].end].strip("\n").rstrip()
            )
            if not piece.strip():
                continue
            start = length + (2 if pieces else 0)
            quoted = self._quoted_above(first)
            if quoted:
                answers.append(Answer(start, start + len(piece), quoted))
            pieces.append(piece)
            length = start + len(piece)
        return Reading("\n\n".join(pieces), answers=tuple(answers))

    def _stretches(self, wanted: tuple[SpanKind, ...]) -> Iterator[tuple[int, int]]:
        """Give neighbouring lines of the wanted kinds (half-open)."""
        first = None
        for index in range(len(self._kinds) + 1):
            inside = index < len(self._kinds) and self._kinds[index] in wanted
            if inside and first is None:
                first = index
            if not inside and first is not None:
                yield first, index
                first = None

    def _quoted_above(self, index: int) -> str:
        """Give the quoted line that an answer stands under; "" where none does."""
        above = lines.last_filled(self._rows, index)
        if above < 0 or self._kinds[above] is not SpanKind.QUOTE or above in self._intro_rows:
            return ""
        return self._rows[above].bare

    def _spans(self) -> Iterator[Span]:
        """Cover the text with spans; a line end belongs to its line."""
        if not self._text:
            return
        start, kind = 0, self._kinds[0]
        for row, next_ in zip(self._rows, self._kinds, strict=True):
            if next_ is not kind and row.start > start:
                yield Span(start, row.start, kind)
                start = row.start
            kind = next_
        yield Span(start, len(self._text), kind)


def _is_rest(before: str, row: str) -> bool:
    """Tell whether a line is the rest of the quoted line before it."""
    if not row:
        return False
    unclosed = before.count("(") > before.count(")")
    long = len(before) >= 64 and before[-1:] not in ".!?。！？:："
    link = re.fullmatch(r"[(<]?https?://\S+[)>]?\s*>?", row)
    return bool(unclosed or link or (long and len(row) < len(before)))


def _only_points(text: str) -> bool:
    """Tell a comment that leaves the matter to the mail below it."""
    text = text.strip()
    return not text or (
        len(text) + sum(c >= "\u2e80" for c in text) <= COMMENT_WIDTH and bool(_POINTS.search(text))
    )


def _says_nothing(text: str) -> bool:
    """Tell whether nothing, or only a greeting, is left."""
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    return not rows or (len(rows) == 1 and bool(_GREETING.match(rows[0])))
