"""Text -> units: the words, Chinese characters and class tokens that the features are made of."""

import functools
import re
import unicodedata
from importlib import resources
from typing import NamedTuple

#: what is one unit; the named groups are class tokens: what they stand for matters, not their digits
_UNIT = re.compile(
    r"(?P<url>(?:https?://|www\.)[^\s\u3400-\u9fff]+|[\w.+-]+@[\w-]+\.[\w.]+)"
    r"|(?P<money>[$€£¥]\s?\d[\d,.]*\s?[km万亿]?|\d[\d,.]*\s?(?:万元|亿元|元|块钱|块|eur|usd|gbp|rmb|cny|euros?|dollars?|pounds?|€|£|\$)(?![a-z]))"
    r"|(?P<date>\d{4}[-/年.]\d{1,2}(?:[-/月.]\d{1,2}[日号]?)?|\d{1,2}月\d{1,2}[日号]?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
    r"|\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\s\d{1,2}(?:st|nd|rd|th)?(?![\d:]))"
    r"|(?P<time>\d{1,2}:\d{2}(?:\s?[ap]m)?|\d{1,2}\s?[ap]m(?![a-z]))"
    r"|(?P<percent>\d[\d.,]*\s?%)"
    r"|(?P<reference>[a-z]{1,6}[-_#]?\d[\w.-]*\d|#\d+)"
    r"|(?P<number>\d[\d,.]*\d|\d)"
    r"|[a-zß-ÿ]+(?:['’][a-z]+)?"
    r"|[\u3400-\u9fff]"
    r"|[^\s\w]|\w"
)


class Unit(NamedTuple):
    """A word, a Chinese character, a mark, or a class token such as `<date>`."""

    text: str
    #: offsets into the text that was split, half-open
    start: int
    end: int


@functools.cache
def _simplified() -> dict[int, str]:
    """Map Traditional characters to Simplified, one to one (OpenCC's TSCharacters table)."""
    table: dict[int, str] = {}
    file = resources.files("opencc") / "dictionary" / "TSCharacters.txt"
    for line in file.read_text(encoding="utf-8").splitlines():
        source, _, targets = line.partition("\t")
        if len(source) == 1 and targets:
            table[ord(source)] = targets.split()[0][0]
    return table


def plain(text: str) -> str:
    """Fold `text` for comparison: Simplified, half-width, lower case; every offset stays as it was."""
    folded = text.translate(_simplified())
    if folded.isascii():
        return folded.lower()
    return "".join(_folded(character) for character in folded)


@functools.lru_cache(maxsize=20_000)
def _folded(character: str) -> str:
    """Fold one character to one character; phones and Outlook write don’t where the corpus has don't."""
    if character in "’‘ʼ":
        return "'"
    wide = unicodedata.normalize("NFKC", character)
    lower = (wide if len(wide) == 1 else character).lower()
    return lower if len(lower) == 1 else character


def units(text: str) -> list[Unit]:
    """Split folded text into units, in order."""
    return [
        Unit(f"<{match.lastgroup}>" if match.lastgroup else match.group(), *match.span())
        for match in _UNIT.finditer(text)
    ]
