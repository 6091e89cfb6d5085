"""What is kept out: by the batch's own name, and never everything or nothing."""

import numpy
import pytest

from assistant.classify import corpus, folds


def example(batch: str, text: str = "The gate is stuck.") -> corpus.Example:
    return corpus.Example("x", batch, "en", "", None, ((text, frozenset()),))


def test_the_number_of_a_batch_says_whether_it_judges() -> None:
    names = ["clients-en-12", "clients-en-13", "clients-zh-126", "clients-zh-127", "manager-1"]
    assert folds.kept_out(names) == {"clients-en-12", "clients-zh-126"}
    assert folds.kept_out([*names, "manager-0", "manager-3", "nameless"]) >= {
        "clients-en-12",
        "clients-zh-126",
        "manager-0",
        "manager-3",
    }


@pytest.mark.parametrize(
    ("batches", "judging"),
    [
        (["clients-en-01", "clients-en-02"], {"clients-en-02"}),
        (["clients-en-03", "clients-en-06"], {"clients-en-06"}),
        (["clients-en-03", "clients-en-04", "manager-1"], {"clients-en-03", "manager-1"}),
    ],
)
def test_some_judge_and_some_teach_whatever_their_names(
    batches: list[str], judging: set[str]
) -> None:
    """The last is among them: the decisions of a manager come after the corpus."""
    assert folds.kept_out(batches) == judging


def test_every_message_is_on_the_side_of_its_batch_and_in_one_of_its_folds() -> None:
    batches = [f"clients-en-{number:02}" for number in range(12)]
    apart = folds.take_apart([example(batch) for batch in batches for _ in range(2)], seed=0)
    assert apart.kept_out.tolist() == [at % 3 == 0 for at in range(12) for _ in range(2)]
    assert sorted(set(apart.fold[apart.kept_out].tolist())) == [0, 1, 2, 3]
    assert (apart.fold[::2] == apart.fold[1::2]).all()


def test_passages_are_found_by_their_message() -> None:
    texts = ("One. Two.", "Three.", "Four. Five. Six.")
    apart = folds.take_apart(
        [example(f"clients-{at}", text) for at, text in enumerate(texts)], seed=0
    )
    assert apart.rows(numpy.array([0, 2])).tolist() == [0, 1, 3, 4, 5]
