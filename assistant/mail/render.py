"""An HTML part -> the text that a person sees, with marks where the mail program shows its hand."""

import dataclasses
import functools
import re
from collections.abc import Iterable

from assistant.mail import dom, markers


@dataclasses.dataclass(frozen=True, slots=True)
class Rendered:
    """What a person sees of an HTML part."""

    text: str
    marks: tuple[markers.Mark, ...] = ()
    notes: tuple[str, ...] = ()


_BLOCKS_WORDS = (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr html includetail li main nav ol p pre "
    "section table tbody tfoot thead tr ul"
)
_BLOCKS = frozenset(_BLOCKS_WORDS.split())
_UNSEEN_WORDS = (
    "head style script title template noscript object svg math textarea select meta link"
)
_UNSEEN = frozenset(_UNSEEN_WORDS.split())
_PRE = re.compile(r"white-space:(?:pre|break-spaces)")
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|opacity:0(?:\.0*)?(?:;|$|!)"
    r"|(?:^|;)font-size:0(?:\.0*)?(?:px|pt|em|rem|%)?(?:;|$|!)"
    r"|(?:^|;)max-(?:height|width):0(?:px|pt|em)?(?:;|$|!)|(?:^|;)color:transparent"
)
_NO_SIZE = re.compile(r"(?:^|;)(?:max-)?(?:height|width):0(?:\.0*)?(?:px|pt|em|%)?(?:;|$|!)")
_WHITES = ("white", "#fff", "#ffffff")
_WHITE = re.compile(r"(?:^|;)color:(?:white|#fff(?:fff)?|rgba?\(255,255,255(?:,1)?\))(?:;|$|!)")
_TIGHT = re.compile(r"(?:^|;)margin(?:-top|-bottom)?:0")
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
            writer.close()
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


@dataclasses.dataclass(frozen=True, slots=True)
class _Element:
    """An element that is open."""

    tag: str
    #: what it marks, and where that begins
    mark: tuple[markers.MarkKind, int] | None = None
    preformatted: bool = False
    #: an empty line stands above and below it
    spaced: bool = False
    #: it, or one around it, has a background of its own
    painted: bool = False


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
        self._stack: list[_Element] = []
        self._marks: list[markers.Mark] = []
        self._lists: list[int] = []

    def open(self, element: dom.Open) -> None:
        tag, style = element.tag, _squeezed(element.attributes.get("style", ""))
        painted = bool(self._stack and self._stack[-1].painted) or _is_painted(element, style)
        if self._unseen or tag in _UNSEEN or self._hides(element, style, painted):
            self._unseen += 1
            self._stack.append(_Element(tag))
            return
        spaced = tag == "p" and not _is_tight(element, style)
        self._break(tag, spaced)
        preformatted = tag == "pre" or bool(style and _PRE.search(style))
        self._pre += preformatted
        kind = markers.kind_of(element, style)
        mark = (kind, self._length) if kind else None
        self._stack.append(_Element(tag, mark, preformatted, spaced, painted))
        self._special(element)

    def close(self) -> None:
        if not self._stack:
            return
        element = self._stack.pop()
        if self._unseen:
            self._unseen -= 1
            return
        self._pre -= element.preformatted
        if element.tag in ("ol", "ul") and self._lists:
            self._lists.pop()
        if element.mark is not None:
            kind, start = element.mark
            # a drawn line marks what stands below it, and holds nothing itself
            end = self._length + (kind is markers.MarkKind.SIGNED_BELOW)
            self._marks.append(markers.Mark(start, end, kind))
        self._break(element.tag, element.spaced)
        if element.tag in ("td", "th"):
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
        below = [mark for mark in self._marks if mark.kind is markers.MarkKind.BELOW]
        marks = [mark for mark in self._marks if mark.kind is not markers.MarkKind.BELOW]
        marks += [markers.Mark(mark.start, len(kept), markers.MarkKind.BELOW) for mark in below[:1]]
        return Rendered(kept, tuple(_within(marks, len(kept))), tuple(notes))

    def _hides(self, element: dom.Open, style: str, painted: bool) -> bool:
        """Tell whether an element is not shown to a person."""
        if not element.attributes:
            return False
        if "hidden" in element.attributes or (style and _HIDDEN.search(style)):
            return True
        if "overflow:hidden" in style and _NO_SIZE.search(style):
            return True
        if not painted and (
            _WHITE.search(style) or element.attributes.get("color", "").lower() in _WHITES
        ):
            return True
        classes = element.attributes.get("class", "").split()
        return not self._hidden_classes.isdisjoint(classes)

    def _stack_hides(self) -> bool:
        """Tell whether the text at hand was hidden from a reader, rather than never meant for one."""
        return not any(element.tag in _UNSEEN for element in self._stack[-self._unseen :][:8])

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


def _within(marks: Iterable[markers.Mark], length: int) -> Iterable[markers.Mark]:
    """Cut marks at the end of the text; drop those that hold nothing."""
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if mark.start < min(mark.end, length):
            yield dataclasses.replace(mark, end=min(mark.end, length))


def _is_painted(element: dom.Open, style: str) -> bool:
    """Tell whether an element has a background of its own."""
    return (
        "background" in style
        or "bgcolor" in element.attributes
        or "background" in element.attributes
    )


def _is_tight(element: dom.Open, style: str) -> bool:
    """Tell whether a paragraph has no margin: Outlook's, and those styled so."""
    return "mso" in element.attributes.get("class", "").lower() or bool(_TIGHT.search(style))
