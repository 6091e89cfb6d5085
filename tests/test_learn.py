"""Decisions become examples, examples a candidate, and the candidate is used only if it is no worse."""

import shutil
from pathlib import Path

import pytest

from assistant import daemon, errors, intake, learn, review
from assistant.classify import corpus, folds, shelf
from assistant.classify.labels import Label, Outcome
from assistant.record import tables
from tests.test_intake import arrive
from tests.test_intake import desk as desk

ROOT = Path(__file__).parents[1]


@pytest.fixture
def decided(desk: intake.Desk) -> intake.Desk:
    """A desk whose manager has decided on three messages, and reopened one of them."""
    texts = ("The gate squeaks.", "Could we have it in blue?", "We agree to the plan.")
    numbers = [
        arrive(desk, "wang@acme.example", text, uid=20 + at) for at, text in enumerate(texts)
    ]
    words: tuple[tuple[list[Label], list[Outcome]], ...] = (
        ([Label.ISSUE], []),
        ([Label.REQUIREMENT_CHANGE], []),
        ([Label.APPROVAL], [Outcome.GRANTED]),
    )
    for number, (labels, outcomes) in zip(numbers, words, strict=True):
        with desk.record.transaction() as session:
            row = session.get_one(tables.Message, number)
            review.relabel(desk, session, row, labels, outcomes)
    with desk.record.transaction() as session:
        review.reopen(desk, session, session.get_one(tables.Message, numbers[1]))
    return desk


def test_decisions_are_examples_and_reopened_ones_are_not(decided: intake.Desk) -> None:
    with decided.record.reading() as session:
        found = learn.lessons(session)
    assert [corpus.joined(example)[0] for example in found] == [
        "The gate squeaks.",
        "We agree to the plan.",
    ]
    assert [example.tags for example in found] == [{"issue"}, {"approval:granted"}]


def test_the_first_decision_judges_and_the_second_teaches_whenever_they_are_asked_for(
    decided: intake.Desk,
) -> None:
    """Even of a single decision something is known; and a newer one keeps its place."""
    with decided.record.reading() as session:
        first, second = learn.lessons(session)
        (newer,) = learn.lessons(session, after=1)
    judging = folds.kept_out([f"clients-en-{number:02}" for number in range(9)] + [first.batch])
    assert first.batch in judging
    assert second.batch not in folds.kept_out([*judging, second.batch, "clients-en-01"])
    assert newer == second


def test_there_is_nothing_to_learn_from_before_the_first_decision(desk: intake.Desk) -> None:
    with pytest.raises(errors.UsageError, match="nothing to learn from yet"):
        learn.learn(desk.config, desk.record, ROOT / "models" / "corpus")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A fraction of the corpus, in five batches: what is learned from it cannot match the shipped model."""
    folder = tmp_path / "small"
    folder.mkdir()
    for name in (
        "clients-en-16",
        "clients-en-47",
        "clients-zh-20",
        "clients-zh-24",
        "clients-en-37",
    ):
        shutil.copy(ROOT / "models" / "corpus" / f"{name}.jsonl", folder)
    for path in (ROOT / "models" / "corpus").glob("manager-*.jsonl"):
        shutil.copy(path, folder)
    return folder


def test_a_candidate_that_is_worse_is_left_aside(decided: intake.Desk, small: Path) -> None:
    """It is kept, not used; and its decisions are not counted as new any more."""
    with decided.record.reading() as session:
        assert learn.fresh(decided.config, session) == 2

    lesson = learn.learn(decided.config, decided.record, small)

    assert lesson.examples == 2
    assert lesson.judged == 1
    assert lesson.corpus_after < lesson.corpus_before
    assert not lesson.swapped
    assert learn.chosen(decided.config) is None
    assert [entry.name for entry in learn.known(decided.config)] == ["shipped", lesson.version]
    with decided.record.reading() as session:
        assert learn.fresh(decided.config, session) == 0


def test_a_model_can_be_chosen_and_rolled_back(desk: intake.Desk) -> None:
    """The next message is read by the chosen model; `shipped` rolls back."""
    folder = desk.config.home / "models" / "mine"
    shutil.copytree(shelf.shipped(), folder)
    learn.use(desk.config, "mine")
    assert learn.chosen(desk.config) == folder
    assert [entry.in_use for entry in learn.known(desk.config)] == [False, True]
    reader = daemon.LateReader(lambda: learn.chosen(desk.config))
    assert reader.version
    learn.use(desk.config, "shipped")
    assert learn.chosen(desk.config) is None


def test_a_model_that_is_not_there_or_damaged_is_not_chosen(desk: intake.Desk) -> None:
    with pytest.raises(errors.UsageError, match=r"There is no model mine; there are shipped\."):
        learn.use(desk.config, "mine")
    folder = desk.config.home / "models" / "mine"
    shutil.copytree(shelf.shipped(), folder)
    (folder / "arrays.npz").write_bytes(b"no weights")
    with pytest.raises(errors.ModelError, match="damaged"):
        learn.use(desk.config, "mine")
    assert learn.chosen(desk.config) is None


@pytest.mark.parametrize(
    ("one", "count", "other", "more", "both"),
    [
        (None, 0, 0.5, 2, 0.5),
        (1.0, 2, 0.0, 2, 0.5),
        (0.9, 10, 0.0, 0, 0.9),
        (None, 3, 0.25, 4, 0.25),
    ],
)
def test_what_the_model_in_use_learned_from_counts_as_it_did_when_it_was_trained(
    one: float | None, count: int, other: float, more: int, both: float
) -> None:
    """Of a model that learned before, its held-out share counts, and what is new beside it."""
    assert learn._share(one, count, other, more) == pytest.approx(both)
