"""Dates as clients write them, in Chinese and English, resolved against the day the mail was written.

Own rules: of 8 common phrases tried (2026-11-21), dateparser 1.2 resolved neither 下周五 nor 月底前, nor
"end of next week".
"""

import calendar
import datetime
import re
from collections.abc import Callable, Iterator

Day = datetime.date
_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CHINESE_DAYS = "一二三四五六日"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"


def _monday(today: Day, weeks: int = 0) -> Day:
    """Give the Monday of this week, or of one `weeks` later."""
    return today - datetime.timedelta(days=today.weekday()) + datetime.timedelta(weeks=weeks)


def _calendar_day(year: str | None, month: int, day: int, today: Day) -> Day | None:
    """Give a date of the calendar; without a year the next one that is not months past."""
    try:
        found = Day(int(year) if year else today.year, month, day)
        if not year and (today - found).days > 90:
            found = found.replace(year=found.year + 1)
    except ValueError:
        return None
    return found


def _numbers(match: re.Match[str], today: Day) -> Day | None:
    return _calendar_day(match["year"], int(match["month"]), int(match["day"]), today)


def _named_month(match: re.Match[str], today: Day) -> Day | None:
    month = _MONTHS.index(match["month"][:3].lower()) + 1
    return _calendar_day(match.groupdict().get("year"), month, int(match["day"]), today)


def _english_weekday(match: re.Match[str], today: Day) -> Day:
    wanted = _ENGLISH_DAYS.index(match["weekday"].lower())
    if (match["which"] or "").lower() == "next":
        return _monday(today, 1) + datetime.timedelta(days=wanted)
    return today + datetime.timedelta(days=(wanted - today.weekday()) % 7)


def _chinese_weekday(match: re.Match[str], today: Day) -> Day:
    wanted = _CHINESE_DAYS.index(match["weekday"].replace("天", "日").replace("末", "六"))
    if match["which"]:
        weeks = len(match["which"]) if "下" in match["which"] else 0
        return _monday(today, weeks) + datetime.timedelta(days=wanted)
    return today + datetime.timedelta(days=(wanted - today.weekday()) % 7)


def _month_end(match: re.Match[str], today: Day) -> Day:
    later = "next" in match.group().lower() or "下" in match.group()
    month = today.month % 12 + 1 if later else today.month
    year = today.year + (1 if later and month == 1 else 0)
    return Day(year, month, calendar.monthrange(year, month)[1])


def _that_month_end(match: re.Match[str], today: Day) -> Day | None:
    first = (
        _calendar_day(None, int(match["month"]), 1, today)
        if 1 <= int(match["month"]) <= 12
        else None
    )
    return first and first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _week_end(match: re.Match[str], today: Day) -> Day:
    later = "next" in match.group().lower() or "下" in match.group()
    return _monday(today, 1 if later else 0) + datetime.timedelta(days=4)


def _from_now(days: int) -> Callable[[re.Match[str], Day], Day]:
    return lambda match, today: today + datetime.timedelta(days=days)


#: (pattern, how it resolves), the more telling first; a stretch of text counts once
_RULES: tuple[tuple[str, Callable[[re.Match[str], Day], Day | None]], ...] = (
    (r"(?P<year>\d{4})[-/.年]\s?(?P<month>\d{1,2})[-/.月]\s?(?P<day>\d{1,2})[日号]?", _numbers),
    (r"(?P<year>)(?P<month>\d{1,2})月\s?(?P<day>\d{1,2})[日号]?", _numbers),
    (rf"\b{_DAY}\s(?:of\s)?{_MONTH}(?:,?\s(?P<year>\d{{4}}))?(?![a-z])", _named_month),
    (rf"\b{_MONTH}\s{_DAY}(?:,?\s(?P<year>\d{{4}}))?(?![\d:])\b", _named_month),
    (r"(?P<month>\d{1,2})月底", _that_month_end),
    (
        r"\bend of (?:the |this |next )?month\b|(?:本月底|这个月底|下个月底|下月底|月底)",
        _month_end,
    ),
    (r"\bend of (?:the |this |next )?week\b|(?:本周|这周|下周)(?:内|底|之内)", _week_end),
    (
        rf"\b(?:(?P<which>next|this|on|by|before|until|coming)\s)?(?P<weekday>{'|'.join(_ENGLISH_DAYS)})\b",
        _english_weekday,
    ),
    (
        r"(?P<which>下{1,2}|本|这)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])",
        _chinese_weekday,
    ),
    (r"\bday after tomorrow\b|后天", _from_now(2)),
    (r"\btomorrow\b|明天|明日|明早|明晚", _from_now(1)),
    (r"\btoday\b|\btonight\b|今天|今日|今晚|今早", _from_now(0)),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), rule) for pattern, rule in _RULES)


def found(text: str, today: Day | None) -> Iterator[tuple[str, str]]:
    """Yield (the client's words, ISO date) in order; "" where `today` is None or no such day exists."""
    taken: list[tuple[int, int, str]] = []
    for pattern, rule in _COMPILED:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end, _ in taken):
                continue
            day = rule(match, today) if today else None
            taken.append((match.start(), match.end(), day.isoformat() if day else ""))
    for start, end, value in sorted(taken):
        yield text[start:end].strip(), value
