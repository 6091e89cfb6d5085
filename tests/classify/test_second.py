"""The second look at a yes, and the suite of what is none."""

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.classify import reader, second, shelf, verdict
from assistant.classify.labels import Outcome

SUITES = Path(__file__).parents[2] / "models" / "suites"


@pytest.fixture(scope="module")
def read() -> reader.Reader:
    return shelf.load()


def suite(language: str) -> list[dict[str, Any]]:
    path = SUITES / f"negation-{language}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        "Approved, but not the second page.",
        "Approved once the logo is right.",
        "Approved in principle, the board meets tomorrow.",
        "Approved?",
        "Tom said it was approved.",
        "The other laboratory has accepted theirs.",
        "同意，但是要先改logo。",
        "原则上可以，等盖章。",
        "可以吗？",
        "王总说可以。",
        "没有同意。",
        "不是不同意。",
    ],
)
def test_a_yes_with_an_open_end_is_doubted(text: str) -> None:
    assert second.doubts([text])


@pytest.mark.parametrize(
    ("yes", "rest"),
    [
        ("Approved.", " But the second page must be reset first."),
        ("样板楼我们认可，", "\n可三楼外墙的空鼓得先敲掉重做。"),
        ("可以接收。", "不过那四盏灯要换罩子。"),
    ],
)
def test_a_yes_with_a_but_right_behind_it_is_doubted(yes: str, rest: str) -> None:
    (doubt,) = second.doubts([yes], [rest])
    assert rest.strip(" \n.。") in doubt


def test_what_follows_a_yes_without_a_but_leaves_it_alone() -> None:
    assert second.doubts(["可以。", "Approved."], ["可以开印了。", " Best regards, Tom"]) == []


@pytest.mark.parametrize(
    "text",
    [
        "Approved.",
        "No objections, go ahead.",
        "Signed off, no comments.",
        "没问题，就按这个来。",
        "同意，照此执行。",
        "无异议，可以开印。",
    ],
)
def test_a_plain_yes_is_not_doubted(text: str) -> None:
    assert second.doubts([text]) == []


@pytest.mark.parametrize(
    "text",
    [
        "Go! PS: forget the go above, compliance rang. No launch.",
        "Our acceptance of May is hereby revoked.",
        "We agree. On second thoughts we do not.",
        "可以搬……算了，书记刚说不搬。",
        "批准。——点快了，请以本句为准，这单不能批。",
        "特此收回我们的同意。",
    ],
)
def test_a_yes_that_is_taken_back_is_noticed(text: str) -> None:
    assert second.takes_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "Approved, please go ahead and undo the old banner.",
        "Yes to the plan. I'll forget my head one day.",
        "同意，旧版作废，按新版印。",
        "同意付款，收回的样品已寄出。",
        "Approved, go ahead. Please revoke the old API keys afterwards.",
        "We approve the design as presented. Edit: sorry for the typo above.",
        "Approved. Don't forget that the deadline is Friday.",
        "同意，可以开工。我算了一下，预算没问题。",
        "方案批准，绝不反悔。",
    ],
)
def test_a_yes_that_stands_is_not_taken_back(text: str) -> None:
    assert not second.takes_back(text)


def test_where_a_rule_takes_a_yes_away_nothing_is_sure(read: reader.Reader) -> None:
    asked = verdict.Context(parent_text="Please approve the plan.")
    plain = read.understand("Approved, please go ahead with the plan.", asked)
    found = read.understand("Approved, please go ahead with the plan. I take it back.", asked)
    assert plain.outcomes == (Outcome.GRANTED,)
    assert Outcome.GRANTED not in found.outcomes
    assert not found.sure
    assert found.reasons


def test_the_reason_quotes_the_words_that_raised_it() -> None:
    assert second.doubts(["OK, Provided the date holds."]) == [
        "The yes may hang on a condition: “Provided”."
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("thread", [True, False])
def test_what_is_no_yes_is_never_surely_granted(
    read: reader.Reader, language: str, thread: bool
) -> None:
    rows = [row for row in suite(language) if "granted" not in row["outcomes"]]
    given = read.understand_many([(row["text"], context(row, thread=thread)) for row in rows])
    granted = [
        (row["id"], found.sure)
        for row, found in zip(rows, given, strict=True)
        if Outcome.GRANTED in found.outcomes
    ]
    assert [name for name, sure in granted if sure] == []


def context(row: dict[str, Any], *, thread: bool) -> verdict.Context:
    return verdict.Context(row["subject"], (row["parent"] or "") if thread else None)
