"""What the shipped model makes of plain mail."""

from collections.abc import Sequence

import numpy
import pytest

from assistant.classify import layers, model, reader, shelf, verdict
from assistant.classify.labels import Label, Outcome


@pytest.fixture(scope="module")
def read() -> reader.Reader:
    return shelf.load()


PLEASE = "Please approve the attached design by Friday. 请确认附件方案。"


@pytest.mark.parametrize(
    ("text", "parent", "labels"),
    [
        ("The export button crashes every time I press it.", "", {Label.ISSUE}),
        ("Please add a second language to the site.", "", {Label.REQUIREMENT_CHANGE}),
        ("When will the second phase be ready?", "", {Label.STATUS_REQUEST}),
        ("Approved, please go ahead.", PLEASE, {Label.APPROVAL}),
        ("Thank you for the lovely lunch.", "", {Label.OTHER}),
        ("登录页面打不开，一直报错。", "", {Label.ISSUE}),
        ("希望首页再增加一个英文入口。", "", {Label.REQUIREMENT_CHANGE}),
        ("请问二期的进展如何？", "", {Label.STATUS_REQUEST}),
        ("同意，按这个方案执行。", PLEASE, {Label.APPROVAL}),
        ("謝謝，資料已收到。", "", {Label.OTHER}),
    ],
)
def test_plain_mail_is_understood(
    read: reader.Reader, text: str, parent: str, labels: set[Label]
) -> None:
    assert set(read.understand(text, verdict.Context(parent_text=parent)).labels) == labels


def test_every_label_has_a_passage_in_the_messages_own_words(read: reader.Reader) -> None:
    text = "Hi,\nthe lift is stuck again.\nApproved, go ahead with the lobby.\nBye"
    found = read.understand(text, verdict.Context(parent_text=PLEASE))
    assert {label for passage in found.passages for label in passage.labels} == set(found.labels)
    assert all(text[each.start : each.end] == each.text for each in found.passages)
    assert all(word in each.text for each in found.passages for word in each.because)
    assert all(each.because for each in found.passages)


def test_outcomes_stand_beside_an_approval_and_nowhere_else(read: reader.Reader) -> None:
    yes = read.understand("Approved, please go ahead.", verdict.Context(parent_text=PLEASE))
    thanks = read.understand("Thank you very much.", verdict.Context(parent_text=""))
    assert (yes.outcomes, thanks.outcomes) == ((Outcome.GRANTED,), ())


def test_the_thread_decides_what_a_single_word_answers(read: reader.Reader) -> None:
    asked = read.understand("可以", verdict.Context(parent_text="附件是最终方案，请您批准。"))
    told = read.understand("可以", verdict.Context(parent_text="我们周二下午三点开会，您方便吗？"))
    assert asked.scores[Label.APPROVAL] > told.scores[Label.APPROVAL]


def test_what_is_not_sure_says_why_and_what_is_sure_does_not(read: reader.Reader) -> None:
    texts = ["Hm.", "Approved if it rains.", "The tap drips.", "OK?", "谢谢", "再说吧"]
    for found in read.understand_many([(text, verdict.Context()) for text in texts]):
        assert found.sure == (not found.reasons)


@pytest.mark.parametrize("text", ["", "   ", "\n", "👍", "…", "a" * 50_000, "\x00\ufffd"])
def test_odd_text_gets_a_verdict(read: reader.Reader, text: str) -> None:
    assert read.understand(text, verdict.Context()).labels


def test_a_batch_says_the_same_as_one_by_one(read: reader.Reader) -> None:
    rows = [("The tap drips.", verdict.Context()), ("同意。", verdict.Context(parent_text=PLEASE))]
    assert [found.labels for found in read.understand_many(rows)] == [
        read.understand(*row).labels for row in rows
    ]
    assert read.understand_many([]) == []


@pytest.mark.parametrize(
    ("chance", "outcome", "sure"),
    [
        (0.95, Outcome.GRANTED, True),
        (0.8, Outcome.GRANTED, False),
        (0.7, Outcome.GRANTED, False),
        (0.45, Outcome.CONDITIONAL, False),
        (0.2, Outcome.CONDITIONAL, False),
    ],
)
def test_a_yes_that_is_not_likely_is_never_sure(
    read: reader.Reader, chance: float, outcome: Outcome, sure: bool
) -> None:
    """An approval is certain, and a yes has this chance; a condition has 10 %, all else 1 %."""
    chances = dict.fromkeys(layers.TAGS, 0.01) | {
        "approval": 0.99,
        "approval:granted": chance,
        "approval:conditional": 0.1,
    }

    class Scripted(model.Model):
        def score(self, messages: Sequence[model.Parts]) -> list[model.Scores]:
            rows = numpy.array([[chances[tag] for tag in layers.TAGS]], dtype=numpy.float32)
            return [model.Scores(chances, rows) for _ in messages]

    scripted = Scripted(read.model.arrays, read.model.thresholds, sure_from=0.1)
    found = reader.Reader(scripted).understand("Fine by me.", verdict.Context(parent_text=PLEASE))
    assert (found.outcomes, found.sure) == ((outcome,), sure)
