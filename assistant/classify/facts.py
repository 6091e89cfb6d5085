"""What else a passage says: dates, amounts, references and urgency, in the client's words."""

import datetime
import re
from collections.abc import Iterator

from assistant.classify import dates
from assistant.classify.verdict import Fact

#: longest passage looked at: what comes after is prose nobody dates
_LONGEST = 4000
_CURRENCY = {
    "¥": "CNY", "￥": "CNY", "元": "CNY", "块": "CNY", "块钱": "CNY", "rmb": "CNY", "cny": "CNY", "人民币": "CNY",
    "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "美元": "USD", "€": "EUR", "eur": "EUR",
    "euro": "EUR", "euros": "EUR", "欧元": "EUR", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP",
    "hk$": "HKD", "hkd": "HKD", "港币": "HKD", "nt$": "TWD",
}  # fmt: skip
_SCALE = {
    "": 1,
    "k": 1_000,
    "m": 1_000_000,
    "million": 1_000_000,
    "千": 1_000,
    "万": 10_000,
    "萬": 10_000,
    "亿": 100_000_000,
}
_NUMBER = r"(?P<number>\d{1,3}(?:[,，]\d{3})+(?:\.\d{1,2})?|\d{1,12}(?:\.\d{1,4})?)"
_SIGNED = re.compile(
    rf"(?P<sign>HK\$|NT\$|[¥￥$€£]|\b(?:RMB|CNY|USD|EUR|GBP|HKD)\s?)\s?{_NUMBER}\s?(?P<scale>k\b|m\b|million|[千万萬亿])?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"(?<![\d.]){_NUMBER}\s?(?P<scale>k|million|[千万萬亿])?\s?(?P<sign>元|块钱|块|人民币|美元|欧元|港币|€|£|(?:RMB|CNY|USD|EUR|GBP|HKD|euros?|dollars?|pounds?)\b)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,6}-?\d[\w./-]{0,20}\w|#\d{1,9}|(?:No\.|Nr\.|编号|单号|合同号|发票号)\s?[:：]?\s?[A-Za-z0-9][\w/-]{2,24})(?![\w-])"
)
_URGENCY = re.compile(
    r"\b(?:asap|urgent(?:ly)?|immediately|right away|straight away|at once|as soon as possible)\b"
    r"|\b(?:top priority|emergency)\b"
    r"|加急|紧急|緊急|火速|立刻|立即|马上|馬上|赶紧|趕緊|尽快|盡快|尽早|抓紧|十万火急|火烧眉毛",
    re.IGNORECASE,
)


def of(text: str, written_at: datetime.datetime | None) -> tuple[Fact, ...]:
    """Give the facts of one passage: dates, then amounts, references and urgency, each in order.

    Dates are resolved against the day and zone in which the mail was written; without it they have
    words alone.
    """
    text = text[:_LONGEST]
    today = written_at.date() if written_at else None
    return (
        *(Fact("date", words, value) for words, value in dates.found(text, today)),
        *_amounts(text),
        *(Fact("reference", match.group(), match.group()) for match in _REFERENCE.finditer(text)),
        *(Fact("urgency", match.group()) for match in _URGENCY.finditer(text)),
    )


def _amounts(text: str) -> Iterator[Fact]:
    """Yield sums of money as "12000.00 CNY"."""
    seen: set[int] = set()
    for pattern in (_SIGNED, _NAMED):
        for match in pattern.finditer(text):
            if match.start("number") in seen:
                continue
            seen.add(match.start("number"))
            number = float(re.sub("[,，]", "", match["number"]))
            total = number * _SCALE[(match["scale"] or "").lower()]
            yield Fact(
                "amount",
                match.group().strip(),
                f"{total:.2f} {_CURRENCY[match['sign'].strip().lower()]}",
            )
