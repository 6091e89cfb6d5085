"""Where quoted and forwarded mail begins: attribution lines, titles between dashes, header blocks."""

import dataclasses
import re
from collections.abc import Sequence
from enum import StrEnum

from assistant.mail import lines, programs


class IntroKind(StrEnum):
    """What stands above a quoted mail."""

    ATTRIBUTION = "attribution"
    TITLE = "title"
    BLOCK = "block"
    FORWARD = "forward"


@dataclasses.dataclass(frozen=True, slots=True)
class Intro:
    """Lines `first` to `after` (half-open) introduce what follows."""

    first: int
    after: int
    kind: IntroKind
    #: False: a sentence could read so; it counts only where a marked quote follows
    strong: bool = True


#: lines that an attribution may be broken over
SPAN = 5
#: lines that one header of a block may be broken over
CONTINUED = 2
#: lines above a header block within which its rule and title stand
ABOVE = 4
#: lines that a header block may have
HEADERS = 30
#: characters at the end of a line in which a verb of writing stands
TAIL = 40
#: characters of the line above in which the address of a broken `X <x@y> 于…` stands
LEADING = 120

#: what is left on the last line where an address was broken before its bracket
_BROKEN_ENDS = (">:", "> wrote:")
_LAST = frozenset(":：-_=*—─–~")
_IN_ANGLES = re.compile(r"<\s*(?:mailto:)?[^\s<>@]{1,120}@[^\s<>@]{1,120}\s*>")

_DIGITS = re.compile(r"\d{1,4}\s*(?:[:：./年-]\s*\d{1,2}|\S{0,12}\s+\d{4}|:\d\d)|\d{1,2}:\d\d")
#: `陸文 於 2026/3/4 上午 10:12 寫道：`
_AT_DATE = re.compile(r"[于於在]\s?\d{2,4}")
#: the sender cites: `On Monday at 10:12 you wrote:`
_TO_READER = re.compile(
    r"\b(?:you|we|i)\s+(?:wrote|sent)|[您你我们們司方](?:写道|寫道|提到|来信)", re.IGNORECASE
)
_CLOCK = re.compile(r"\d{1,2}[:：.時时]\d\d")
_EMAIL_END = re.compile(
    r"(?:[<(\[]\s*(?:mailto:)?[^\s<>]{1,120}@[^\s<>]{1,120}\s*[>)\]]+|@[^\s<>]{1,120}>)\s*[:：]\s*$"
)
_EMAIL_LAST = re.compile(r"<[^\s<>]{1,120}@[^\s<>]{1,120}>\s*$")
_EMAIL = re.compile(r"[^\s<>@]{1,80}@[^\s<>@]{1,120}")
_DATED = re.compile(
    r"^(?:\W{0,3})(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}年|\d{1,2}:\d\d|[^\W\d_\u2e80-\u9fff]{2,12}\.?,?\s+\d{1,2}[\s.]|\d{1,2}\.?\s+\w{3,10}\.?\s+\d{4})",
    re.IGNORECASE,
)
_MIDLINE = re.compile(
    r"(?:-{2,}\s*)?\b(?:On|Am|Le|Op|El|Il)\s+(?:\w{2,9}\.?,?\s+){0,2}\d{1,4}\S*\s|(?:-{2,}\s*)?在\s?\d{4}"
)
_INNER_KEY = re.compile(r"\s([^\W\d_]{1,12}) ?[:：]\s")
_KEY = re.compile(r"^[\s>＞*_|]*([^\W\d_][^:：*\t]{0,18}?)\s*[*_]*\s*(?:[:：|]|\t)\s*[*_]*\s*(.*)$")


def find(rows: Sequence[lines.Line]) -> list[Intro]:
    """Find all introductions among lines that bear no quote marks themselves, in order."""
    found: list[Intro] = []
    index = 0
    while index < len(rows):
        intro = None if rows[index].blank else _at(rows, index)
        if intro is not None and not rows[intro.first].prefixed:
            found.append(_with_rule(rows, intro, found[-1].after if found else 0))
        index = max(index + 1, intro.after if intro else 0)
    return found


def _at(rows: Sequence[lines.Line], index: int) -> Intro | None:
    """Give the introduction that ends (attribution) or begins (the others) at a line."""
    text = rows[index].head
    if programs.FORWARD_TITLE.match(rows[index].bare):
        return Intro(index, _after_block(rows, index + 1), IntroKind.FORWARD)
    if programs.TITLE.match(text):
        return Intro(index, _after_block(rows, index + 1), IntroKind.TITLE)
    after = _block(rows, index)
    if after:
        return Intro(index, after, IntroKind.BLOCK)
    return _attribution(rows, index)


def _with_rule(rows: Sequence[lines.Line], intro: Intro, floor: int) -> Intro:
    """Take in a line of dashes that is drawn above, and the title of a header block."""
    first = intro.first
    for _ in range(2):
        above = lines.last_filled(rows, first)
        if above < floor or first - above > ABOVE:
            break
        drawn = programs.RULE.match(rows[above].head)
        titled = intro.kind is IntroKind.BLOCK and programs.BARE_TITLE.match(rows[above].head)
        if not drawn and not titled:
            break
        first = above
    return dataclasses.replace(intro, first=first)


def split_shared(rows: Sequence[lines.Line]) -> list[lines.Line]:
    """Cut lines on which an answer and an attribution stand together."""
    found: list[lines.Line] = []
    for row in rows:
        at = _shared_at(row)
        found += lines.cut(row, at) if at else (row,)
    return found


def _shared_at(row: lines.Line) -> int:
    """Give the offset of an attribution behind other words on its line; 0 where there is none."""
    if len(row.text) > lines.WIDTH or row.prefixed or not _closes(row.head):
        return 0
    begins = [match.start() for match in _MIDLINE.finditer(row.text)]
    if begins and "在" in row.text[begins[-1] :] and not _EMAIL.search(row.text):
        return 0
    return begins[-1] if begins and row.text[: begins[-1]].strip() and not _opens(row.text) else 0


def _opens(text: str) -> bool:
    """Tell whether a line begins as an attribution does."""
    return bool(programs.OPENER.match(text.strip()) or _DATED.match(text.strip()))


def _attribution(rows: Sequence[lines.Line], index: int) -> Intro | None:
    """Find an attribution whose last line is at `index`."""
    last = rows[index].head
    if len(rows[index].text) > lines.WIDTH or (rows[index].prefixed and last not in _BROKEN_ENDS):
        return None
    closed = _closes(last)
    if not closed and not _ends_with_address(rows, index) and not _closes_bare(last):
        return None
    for first in _candidates(rows, index):
        text = lines.joined(rows[first : index + 1])
        if _is_attribution(text, closed):
            return Intro(first, index + 1, IntroKind.ATTRIBUTION, _is_strong(text))
    return None


def _closes(text: str) -> bool:
    """Tell whether a line ends with a verb of writing and a colon or dashes."""
    if text[-1:] not in _LAST:
        return False
    return text in _BROKEN_ENDS or bool(
        programs.CLOSER.search(text[-TAIL:]) or programs.WROTE_ON.search(text)
    )


def _closes_bare(text: str) -> bool:
    """Tell whether a line ends with a verb of writing alone."""
    words = text[-TAIL:].rstrip("-_=*—– ").rsplit(None, 1)
    return bool(words) and words[-1].lower() in programs.LAST_WORDS


def _is_strong(text: str) -> bool:
    """Tell an attribution that no sentence reads like: with an address, a clock time, or dashes."""
    if _EMAIL.search(text) or text.startswith("--"):
        return True
    timed = _CLOCK.search(text) and (programs.OPENER.match(text) or _DATED.match(text))
    return bool(timed) and not _TO_READER.search(text)


def _candidates(rows: Sequence[lines.Line], index: int) -> list[int]:
    """List lines at which an attribution that ends at `index` may begin, likeliest first."""
    above = list(range(index - 1, max(-1, index - SPAN), -1))
    for position, first in enumerate(above):
        if rows[first].prefixed:
            above = above[:position]
            break
    whole = _DIGITS.search(rows[index].head)
    if whole and _EMAIL.search(rows[index].head):
        return [index]
    opened = [first for first in (index, *above) if _opens_dated(rows[first].head)]
    dated = [first for first in above if _DATED.match(rows[first].head)]
    broken = above[:1] if above and _EMAIL.search(rows[above[0]].head[:LEADING]) else []
    touching = above[:1] if above and not rows[above[0]].blank else []
    alone = [index] if whole else []
    return list(dict.fromkeys([*opened[:2], *broken, *alone, *dated[:2], index, *touching]))


def _opens_dated(text: str) -> bool:
    """Tell whether a line begins as an attribution does, and holds a number."""
    return bool(programs.OPENER.match(text)) and any(map(str.isdigit, text))


def _ends_with_address(rows: Sequence[lines.Line], index: int) -> bool:
    """Tell whether a line ends with an address, as attributions without a verb do."""
    last = rows[index].head
    if last[-1:] in ":：" and _EMAIL_END.search(last):
        return True
    if last[-1:] != ">":
        return False
    follows = index + 1 < len(rows) and any(row.prefixed for row in rows[index + 1 : index + 3])
    return follows and bool(_EMAIL_LAST.search(last))


def _is_attribution(text: str, closed: bool) -> bool:
    """Judge a joined candidate: a date and a verb, a date and an address, or an address and a verb."""
    dated = bool(_DIGITS.search(text))
    addressed = bool(_EMAIL.search(text))
    opened = bool(programs.OPENER.match(text)) or bool(_DATED.match(text))
    if closed:
        told = opened or addressed or bool(_AT_DATE.search(text) or programs.WROTE_ON.search(text))
        return (dated and told) or bool(_IN_ANGLES.search(text)) or text.startswith("--")
    if _closes_bare(text):
        return dated and (opened or addressed)
    return dated and addressed and opened


def _block(rows: Sequence[lines.Line], index: int) -> int:
    """Give the line after a header block that begins at `index`; 0 where none begins there."""
    if _role(rows[index]) in ("", "other"):
        return 0
    roles, after = _roles(rows, index)
    named = "from" in roles and not roles.isdisjoint(("sent", "subject"))
    addressed = "to" in roles and not roles.isdisjoint(("from", "sent"))
    if named or (addressed and any("@" in row.text[: lines.WIDTH] for row in rows[index:after])):
        return after
    return 0


def _after_block(rows: Sequence[lines.Line], index: int) -> int:
    """Give the line after the header block that may stand below a title."""
    start = index
    while start < len(rows) and rows[start].blank and start < index + 3:
        start += 1
    if start < len(rows) and _role(rows[start]):
        return _roles(rows, start)[1]
    return index


def _roles(rows: Sequence[lines.Line], index: int) -> tuple[set[str], int]:
    """Gather what the headers from `index` on mean, and the line after the last of them."""
    roles: set[str] = set()
    after = index
    for number in range(index, min(len(rows), index + HEADERS)):
        found = _roles_of(rows[number])
        if found:
            roles |= found
            after = number + 1
        elif not any(_role(row) for row in rows[number + 1 : number + 1 + CONTINUED]):
            break
    return roles, after


def _roles_of(row: lines.Line) -> set[str]:
    """Give what a header line means; several where a program put its headers on one line."""
    role = _role(row)
    if not role or "@" not in row.text[: lines.WIDTH]:
        return {role} - {""}
    names = _INNER_KEY.findall(row.text[: lines.WIDTH])
    return {
        role,
        *(programs.ROLES[name.casefold()] for name in names if name.casefold() in programs.ROLES),
    }


def _role(row: lines.Line) -> str:
    """Say what a header line means: from, sent, to, subject, other; "" for any other line."""
    found = _KEY.match(row.text[:200])
    if not found:
        return ""
    return programs.ROLES.get("".join(found[1].split()).casefold(), "") or programs.ROLES.get(
        " ".join(found[1].split()).casefold(), ""
    )


def is_header(row: lines.Line) -> bool:
    """Tell whether a line is a header of a quoted mail."""
    return bool(_role(row))
