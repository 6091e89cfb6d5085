"""Dates, amounts, references and urgency."""

import datetime
import time

import pytest

from assistant.classify import facts

#: a Wednesday
WRITTEN = datetime.datetime(2026, 3, 4, 10, 0, tzinfo=datetime.UTC)


def values(text: str, kind: str) -> list[tuple[str, str]]:
    return [(fact.words, fact.value) for fact in facts.of(text, WRITTEN) if fact.kind == kind]


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("请下周五前给我", "下周五", "2026-03-13"),
        ("周五开会", "周五", "2026-03-06"),
        ("月底前上线", "月底", "2026-03-31"),
        ("下个月底交付", "下个月底", "2026-04-30"),
        ("5月20日前", "5月20日", "2026-05-20"),
        ("2026年12月1日", "2026年12月1日", "2026-12-01"),
        ("6月底", "6月底", "2026-06-30"),
        ("明天", "明天", "2026-03-05"),
        ("下下周一", "下下周一", "2026-03-16"),
        ("by the end of next week please", "end of next week", "2026-03-13"),
        ("before Friday", "before Friday", "2026-03-06"),
        ("next Monday", "next Monday", "2026-03-09"),
        ("on 12 May", "12 May", "2026-05-12"),
        ("March 3, 2027", "March 3, 2027", "2027-03-03"),
        ("tomorrow", "tomorrow", "2026-03-05"),
        ("31 February", "31 February", ""),
        ("15 January", "15 January", "2026-01-15"),
        ("1 November", "1 November", "2026-11-01"),
    ],
)
def test_a_date_is_resolved_against_the_day_of_the_mail(text: str, words: str, value: str) -> None:
    assert values(text, "date") == [(words, value)]


def test_a_date_without_a_day_to_count_from_keeps_its_words() -> None:
    assert [(fact.words, fact.value) for fact in facts.of("下周五", None)] == [("下周五", "")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("预算12万元", "120000.00 CNY"),
        ("费用 3,500元", "3500.00 CNY"),
        ("£60k all in", "60000.00 GBP"),
        ("€1,200.50", "1200.50 EUR"),
        ("USD 2 million", "2000000.00 USD"),
        ("15 dollars", "15.00 USD"),
        ("共1.2亿元", "120000000.00 CNY"),
    ],
)
def test_an_amount_is_written_out_with_its_currency(text: str, value: str) -> None:
    assert [found for _, found in values(text, "amount")] == [value]


def test_references_and_urgency_are_named_in_the_clients_words() -> None:
    assert values("see CR-12 and #45", "reference") == [("CR-12", "CR-12"), ("#45", "#45")]
    assert values("加急！ASAP please", "urgency") == [("加急", ""), ("ASAP", "")]


@pytest.mark.parametrize(
    "text", ["1" * 50_000, "$" * 50_000, "月底" * 20_000, "A-" * 30_000, "下周" * 20_000]
)
def test_a_hostile_line_costs_little(text: str) -> None:
    begun = time.process_time()
    facts.of(text, WRITTEN)
    assert time.process_time() - begun < 1
