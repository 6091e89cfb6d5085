"""Newly written text -> passages: sentences, lines and list points, in Chinese and English."""

import re

#: a full stop after one of these ends no sentence (English titles, abbreviations, initials)
ABBREVIATIONS = frozenset(
    re.findall(
        r"\S+",
        "mr mrs ms dr prof st jr sr no nos vs etc eg ie e.g i.e inc ltd co corp dept approx est ext "
        "fig vol art para sec tel attn cc re p pp pls hr mt messrs jan feb mar apr jun jul aug sep "
        "sept oct nov dec mon tue tues wed thu thur thurs fri sat sun al incl excl min max ref rev ver",
    )
)
_ENDERS = "。！？!?；;…"
_CLOSERS = "\"'”’」』）)】]》*~～ \t\u3000"
#: where a sentence may end: marks that always end one, a full stop before space, a line's end
_BREAK = re.compile(
    rf"[{_ENDERS}]+[{re.escape(_CLOSERS)}]*|\.+[{re.escape(_CLOSERS)}]*(?=\s|$|[A-Z\u3400-\u9fff])|\s*\n\s*"
)
#: a list point in the middle of a line: "1、", "2)", "(3)", "②"
_POINT = re.compile(
    r"(?<=[\s。；;，,：:])(?=(?:[(（]?\d{1,2}[、)）]|[①-⑳]|[一二三四五六七八九十]、)\s*\S)"
)
_LAST_WORD = re.compile(r"([A-Za-z][A-Za-z.]*|\d+)$")


def passages(text: str) -> list[tuple[int, int]]:
    """Split `text` into passages: half-open character offsets, in order, no overlap, none blank.

    Annotation guide: the unit of evidence is a sentence or clause. No break at "Dear Mr." or "1.".
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*_ends(text), len(text)]:
        span = _trimmed(text, start, end)
        if span is not None:
            spans.append(span)
        start = end
    return _joined(text, spans)


def _ends(text: str) -> list[int]:
    """List the offsets where a passage ends."""
    ends = {match.end() for match in _BREAK.finditer(text) if _closes(text, match)}
    ends.update(match.start() for match in _POINT.finditer(text))
    return sorted(ends)


def _closes(text: str, mark: re.Match[str]) -> bool:
    """Whether the mark ends a sentence, rather than an abbreviation, an initial or a number."""
    if not mark.group().startswith(".") or mark.group().startswith(".."):
        return True
    before = _LAST_WORD.search(text, max(0, mark.start() - 20), mark.start())
    if before is None:
        return True
    word = before.group().lower()
    if word.isdigit():
        return not _opens_line(text, before.start())
    single = len(word) == 1 and word != "i" and text[before.start()].isupper()
    return not (word in ABBREVIATIONS or single)


def _opens_line(text: str, at: int) -> bool:
    """Whether only blanks or a line's start stand before `at`, as before a list number."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return not line.strip(" \t(（") or text[max(0, at - 2) : at].strip() in {"", ".", ";", ":"}


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Drop white space at both sides; None where nothing is left."""
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped:
        return None
    begin = start + piece.index(stripped[0])
    return begin, begin + len(stripped)


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give a span without any letter or digit ("…", "--", an emoji) to the one before it."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        bare = not any(character.isalnum() for character in text[start:end])
        if bare and joined and "\n" not in text[joined[-1][1] : start]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
