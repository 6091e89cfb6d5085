"""An HTML part -> the text that a person sees, with marks where the mail program shows its hand."""

import dataclasses
import functools
import re
from collections.abc import Iterable
from enum import StrEnum

from assistant.mail import dom


class MarkKind(StrEnum):
    """What an element says of the text in it."""

    #: quoted by the mail program, with an attribution line or a header block beside it
    QUOTE = "quote"
    #: a plain blockquote: a quote, or the sender's own indentation
    INDENT = "indent"
    #: a quote where an attribution stands above it, else the sender's own words set in
    ATTRIBUTED = "attributed"
    #: a wrapper that holds the quote, and perhaps answers between its blockquotes
    WRAPPER = "wrapper"
    #: from here to the end of the document
    BELOW = "below"
    #: the signature that the mail program put in
    SIGNATURE = "signature"
    #: a line that the program draws above a signature
    SIGNED_BELOW = "signed below"


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """A marked stretch: character offsets into the rendered text, half-open."""

    start: int
    end: int
    kind: MarkKind


@dataclasses.dataclass(frozen=True, slots=True)
class Rendered:
    """What a person sees of an HTML part."""

    text: str
    marks: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = ()


#: (attribute, how it begins or what class it holds, what it means, mail program)
ELEMENTS: tuple[tuple[str, str, MarkKind, str], ...] = (
    ("class", "gmail_quote", MarkKind.WRAPPER, "Gmail"),
    ("class", "gmail_quote_container", MarkKind.WRAPPER, "Gmail"),
    ("class", "yahoo_quoted", MarkKind.QUOTE, "Yahoo"),
    ("class", "protonmail_quote", MarkKind.QUOTE, "Proton"),
    ("class", "zmail_extra", MarkKind.QUOTE, "Zoho"),
    ("class", "moz-cite-prefix", MarkKind.QUOTE, "Thunderbird"),
    ("class", "gmail_attr", MarkKind.QUOTE, "Gmail"),
    ("class", "ntes-mailmaster-quote", MarkKind.QUOTE, "NetEase Mail Master"),
    ("class", "xm_mail_oringinal_describe", MarkKind.QUOTE, "Exmail"),
    ("id", "isReplyContent", MarkKind.QUOTE, "163, Coremail"),
    ("id", "isForwardContent", MarkKind.WRAPPER, "163, Coremail"),
    ("id", "OLK_SRC_BODY_SECTION", MarkKind.QUOTE, "Outlook for Mac"),
    ("id", "mail-editor-reference-message-container", MarkKind.BELOW, "Outlook mobile"),
    ("id", "divRplyFwdMsg", MarkKind.BELOW, "Outlook on the web"),
    ("id", "appendonsend", MarkKind.BELOW, "Outlook on the web"),
    ("id", "stopSpelling", MarkKind.BELOW, "Hotmail"),
    ("class", "history-quote-wrapper", MarkKind.WRAPPER, "Lark"),
    ("class", "adit-html-block--collapsed", MarkKind.WRAPPER, "Lark"),
    ("id", "reply-intro", MarkKind.QUOTE, "Roundcube"),
    ("data-marker", "__QUOTED_TEXT__", MarkKind.QUOTE, "Zimbra"),
    ("data-marker", "__HEADERS__", MarkKind.QUOTE, "Zimbra"),
    ("name", "quote", MarkKind.QUOTE, "GMX"),
    ("class", "gmail_signature", MarkKind.SIGNATURE, "Gmail"),
    ("class", "moz-signature", MarkKind.SIGNATURE, "Thunderbird"),
    ("class", "protonmail_signature_block", MarkKind.SIGNATURE, "Proton"),
    ("class", "__aliyun_signature_wrap", MarkKind.SIGNATURE, "Aliyun"),
    ("class", "xm_signature", MarkKind.SIGNATURE, "Exmail"),
    ("id", "Signature", MarkKind.SIGNATURE, "Outlook on the web"),
    ("id", "ms-outlook-mobile-signature", MarkKind.SIGNATURE, "Outlook mobile"),
    ("id", "AppleMailSignature", MarkKind.SIGNATURE, "Apple Mail"),
    ("id", "lineBreakAtBeginningOfSignature", MarkKind.SIGNATURE, "Apple Mail"),
    ("id", "ntes-pcmac-signature", MarkKind.SIGNATURE, "NetEase Mail Master"),
    ("id", "_FoxSIGNATURE", MarkKind.SIGNATURE, "Foxmail"),
    ("data-smartmail", "gmail_signature", MarkKind.SIGNATURE, "Gmail"),
)
#: elements that mean something by themselves: QQ Mail and Exmail
TAGS = {"includetail": MarkKind.QUOTE, "sign": MarkKind.SIGNATURE}

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "includetail",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_UNSEEN = frozenset(
    [
        "head",
        "style",
        "script",
        "title",
        "template",
        "noscript",
        "object",
        "svg",
        "math",
        "textarea",
        "select",
        "meta",
        "link",
    ]
)
_PRE = re.compile(r"white-space:\s*(?:pre|break-spaces)")
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|opacity:0(?:\.0*)?(?:;|$|!)"
    r"|(?:^|;)font-size:0(?:\.0*)?(?:px|pt|em|rem|%)?(?:;|$|!)"
    r"|(?:^|;)max-(?:height|width):0(?:px|pt|em)?(?:;|$|!)|(?:^|;)color:transparent"
)
_TIGHT = re.compile(r"(?:^|;)margin(?:-top|-bottom)?:0")
#: Outlook's header block stands under a line drawn by its border (desktop; 2007 and later)
_RULED = re.compile(r"border:none;border-top:solid#(?:b5c4df|e1e1e1)", re.IGNORECASE)
#: Foxmail's line above a signature
_FOXMAIL_LINE = "width:210px;height:1px"
_CLASS_RULE = re.compile(r"\.([\w-]{1,60})\s*\{([^{}]{0,2000})\}")
_SPACES = re.compile(r"[ \t\r\n\f]+")


@functools.lru_cache(maxsize=2)
def render(html: str) -> Rendered:
    """Render an HTML part: blocks on lines of their own, hidden text dropped and noted.

    Bounded by `dom.LENGTH` characters; linear; never raises.
    """
    writer = _Writer(_hidden_classes(html))
    for event in dom.events(html):
        if isinstance(event, dom.Open):
            writer.open(event)
        elif isinstance(event, dom.Close):
            writer.close(event)
        else:
            writer.write(event)
    return writer.finish(len(html) > dom.LENGTH)


def _hidden_classes(html: str) -> frozenset[str]:
    """Find classes that a style sheet hides (`.preheader { display: none }`)."""
    if "<style" not in html[: dom.LENGTH].lower():
        return frozenset()
    rules = _CLASS_RULE.findall(html[:200_000])
    return frozenset(name for name, style in rules if _HIDDEN.search(_squeezed(style)))


def _squeezed(style: str) -> str:
    """Bring a style to one form: lower case, without white space."""
    return "".join(style.lower().split())


class _Writer:
    """Collects the text; one instance renders one part."""

    def __init__(self, hidden_classes: frozenset[str]) -> None:
        self._hidden_classes = hidden_classes
        self._out: list[str] = []
        self._length = 0
        self._line_empty = True
        self._space = False
        self._pre = 0
        #: how many elements deep inside one that is not shown; 0 outside
        self._unseen = 0
        self._hid_text = False
        #: open elements: (tag, its mark's kind and start or None, is it preformatted, is it spaced)
        self._stack: list[tuple[str, tuple[MarkKind, int] | None, bool, bool]] = []
        self._marks: list[Mark] = []
        self._lists: list[int] = []

    def open(self, element: dom.Open) -> None:
        tag, style = element.tag, _squeezed(element.attributes.get("style", ""))
        if self._unseen or tag in _UNSEEN or self._hides(element, style):
            self._unseen += 1
            self._stack.append((tag, None, False, False))
            return
        spaced = tag == "p" and not _is_tight(element, style)
        self._break(tag, spaced)
        preformatted = tag == "pre" or bool(
            _PRE.search(element.attributes.get("style", "").lower())
        )
        self._pre += preformatted
        kind = _mark(element, style)
        self._stack.append((tag, (kind, self._length) if kind else None, preformatted, spaced))
        self._special(element)

    def close(self, element: dom.Close) -> None:
        if not self._stack:
            return
        tag, mark, preformatted, spaced = self._stack.pop()
        if self._unseen:
            self._unseen -= 1
            return
        self._pre -= preformatted
        if tag in ("ol", "ul") and self._lists:
            self._lists.pop()
        if mark is not None:
            self._marks.append(Mark(mark[1], self._length + (tag == "hr"), mark[0]))
        self._break(tag, spaced)
        if tag in ("td", "th"):
            self._space = True

    def write(self, text: str) -> None:
        if self._unseen:
            self._hid_text = self._hid_text or (self._stack_hides() and not text.isspace())
            return
        if self._pre:
            self._preformatted(text)
            return
        for index, piece in enumerate(_SPACES.split(text)):
            self._space = self._space or index > 0
            if piece:
                self._word(piece.replace("\xa0", " "))

    def finish(self, cut: bool) -> Rendered:
        notes = ["hidden text was left out"] if self._hid_text else []
        notes += [f"HTML beyond {dom.LENGTH} characters was left out"] if cut else []
        text = "".join(self._out)
        kept = text.rstrip()
        below = [mark for mark in self._marks if mark.kind is MarkKind.BELOW]
        marks = [mark for mark in self._marks if mark.kind is not MarkKind.BELOW]
        marks += [Mark(mark.start, len(kept), MarkKind.BELOW) for mark in below[:1]]
        return Rendered(kept, tuple(_within(marks, len(kept))), tuple(notes))

    def _hides(self, element: dom.Open, style: str) -> bool:
        """Tell whether an element is not shown to a person."""
        if "hidden" in element.attributes or (style and _HIDDEN.search(style)):
            return True
        classes = element.attributes.get("class", "").split()
        return not self._hidden_classes.isdisjoint(classes)

    def _stack_hides(self) -> bool:
        """Tell whether the text at hand was hidden from a reader, rather than never meant for one."""
        return not any(tag in _UNSEEN for tag, *_ in self._stack[-self._unseen :][:8])

    def _special(self, element: dom.Open) -> None:
        """Write what an element shows by itself."""
        if element.tag == "br":
            self._newline()
        elif element.tag in ("ol", "ul"):
            self._lists.append(0 if element.tag == "ol" else -1)
        elif element.tag == "li":
            self._bullet()
        elif element.tag == "img":
            self._picture(element.attributes.get("alt", ""))

    def _bullet(self) -> None:
        """Begin a list entry as a reader sees it."""
        if self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            self._word(f"{self._lists[-1]}.")
        else:
            self._word("-")
        self._space = True

    def _picture(self, alt: str) -> None:
        """Write an emoji that the mail program drew as a picture."""
        if 0 < len(alt) <= 8 and (alt.startswith("[") or not any(map(str.isalnum, alt))):
            self._word(alt)

    def _break(self, tag: str, spaced: bool) -> None:
        """Begin a new line at a block's edges; an empty line too where the block has a margin."""
        if tag not in _BLOCKS:
            return
        if not self._line_empty:
            self._newline()
        if spaced and self._length and not self._ends_blank():
            self._newline()

    def _ends_blank(self) -> bool:
        """Tell whether an empty line was just written."""
        tail = "".join(self._out[-3:])
        return tail.endswith("\n\n")

    def _newline(self) -> None:
        self._put("\n")
        self._line_empty, self._space = True, False

    def _word(self, piece: str) -> None:
        if self._space and not self._line_empty:
            self._put(" ")
        self._space = False
        self._put(piece)
        self._line_empty = False

    def _preformatted(self, text: str) -> None:
        """Write text whose line ends and spaces count."""
        clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
        if clean:
            self._put(clean)
            self._line_empty = clean.endswith("\n")
            self._space = False

    def _put(self, piece: str) -> None:
        self._out.append(piece)
        self._length += len(piece)


def _within(marks: Iterable[Mark], length: int) -> Iterable[Mark]:
    """Cut marks at the end of the text; drop those that hold nothing."""
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if mark.start < min(mark.end, length):
            yield dataclasses.replace(mark, end=min(mark.end, length))


def _is_tight(element: dom.Open, style: str) -> bool:
    """Tell whether a paragraph has no margin: Outlook's, and those styled so."""
    return "mso" in element.attributes.get("class", "").lower() or bool(_TIGHT.search(style))


def _mark(element: dom.Open, style: str) -> MarkKind | None:
    """Say what an element tells of the text in it."""
    if element.tag in TAGS:
        return TAGS[element.tag]
    if element.tag == "hr" and _FOXMAIL_LINE in style:
        return MarkKind.SIGNED_BELOW
    if element.tag == "blockquote":
        return _blockquote(element, style)
    if _RULED.search(style):
        return MarkKind.BELOW
    for attribute, wanted, kind, _ in ELEMENTS:
        value = element.attributes.get(attribute)
        if value and wanted in (value.removeprefix("x_"), *value.split()):
            return kind
    return None


def _blockquote(element: dom.Open, style: str) -> MarkKind | None:
    """Tell a quote from an indentation that the sender made."""
    if element.attributes.get("type") == "cite" or element.attributes.get("id") == "isReplyContent":
        return MarkKind.QUOTE
    if "border:none" in style and "margin:0" in style:
        return None
    if "gmail_quote" in element.attributes.get("class", "").split():
        return MarkKind.ATTRIBUTED
    return MarkKind.INDENT
