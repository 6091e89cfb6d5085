"""The second look at a yes, and the suite of what is none."""

import tomllib
from pathlib import Path

import pytest

from assistant.classify import reader, second, shelf, verdict
from assistant.classify.labels import Outcome

SUITE = tomllib.loads((Path(__file__).parent / "not_granted.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def read() -> reader.Reader:
    return shelf.load()


def suite(language: str) -> list[str]:
    rows = SUITE[language]
    return [phrase.format(x=thing) for phrase in rows["phrases"] for thing in rows["things"]]


@pytest.mark.parametrize(
    "text",
    [
        "Approved, but not the second page.",
        "Approved once the logo is right.",
        "Approved in principle, the board meets tomorrow.",
        "Approved?",
        "Tom said it was approved.",
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


def test_the_reason_quotes_the_words_that_raised_it() -> None:
    assert second.doubts(["OK, Provided the date holds."]) == [
        "The yes may hang on a condition: “Provided”."
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("parent", [None, "Please approve it by Friday. 请确认是否同意。"])
def test_what_is_no_yes_is_never_surely_granted(
    read: reader.Reader, language: str, parent: str | None
) -> None:
    texts = suite(language)
    assert len(texts) >= 400
    given = read.understand_many([(text, verdict.Context(parent_text=parent)) for text in texts])
    granted = [
        (text, each)
        for text, each in zip(texts, given, strict=True)
        if Outcome.GRANTED in each.outcomes
    ]
    assert [text for text, each in granted if each.sure] == []
