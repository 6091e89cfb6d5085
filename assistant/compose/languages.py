"""What differs between the languages of letters beside their phrases: dates, lists, fonts."""

import datetime
import re
from collections.abc import Sequence

ENGLISH = "en"
SIMPLIFIED = "zh-Hans"
TRADITIONAL = "zh-Hant"

#: what mail programs use for the language where nothing is set
FONTS = {
    ENGLISH: "Helvetica, Arial, sans-serif",
    SIMPLIFIED: "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Helvetica, Arial, sans-serif",
    TRADITIONAL: "PingFang TC, Microsoft JhengHei, Noto Sans CJK TC, Helvetica, Arial, sans-serif",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
#: where Chinese and Latin writing meet
_SEAM = re.compile(r"(?<=[\u3400-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9.])(?=[\u3400-\u9fff])")


def written(language: str) -> str:
    """Give the language that a letter to a reader of `language` (BCP 47) is written in."""
    if language in FONTS:
        return language
    return SIMPLIFIED if language.split("-")[0] == "zh" else ENGLISH


def day(language: str, date: datetime.date) -> str:
    """Write a date: "1 December 2026", "2026年12月1日"."""
    if language == ENGLISH:
        return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"
    return f"{date.year}年{date.month}月{date.day}日"


def instant(language: str, moment: datetime.datetime) -> str:
    """Write date and time as the line above a quotation has them."""
    clock = f"{moment.hour:02}:{moment.minute:02}"
    joint = " at " if language == ENGLISH else " "
    return f"{day(language, moment)}{joint}{clock}"


def listed(language: str, words: Sequence[str], joint: str = "and") -> str:
    """Join words: "A, B and C", "A、B、C"; `joint` stands before the last, in the letter's language."""
    if len(words) < 2:
        return "".join(words)
    *others, last = words
    if language == ENGLISH:
        return ", ".join(others) + f" {joint} {last}"
    return "、".join(others) + ("、" if joint == "and" else joint) + last


def spaced(text: str) -> str:
    """Set Latin words off from the Chinese around them by a space, as is usual in print."""
    return _SEAM.sub(" ", text)
