"""Training: a card that tells, and the same bytes each time."""

import itertools
from pathlib import Path

import pytest

from assistant import errors
from assistant.classify import corpus, shelf, train, verdict
from assistant.classify.labels import Label

CORPUS = Path(__file__).parents[2] / "models" / "corpus"
NAMES = [
    "clients-en-11",
    "clients-en-12",
    "clients-en-16",
    "clients-zh-01",
    "clients-zh-13",
    "manager-en",
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    for name in NAMES:
        with (CORPUS / f"{name}.jsonl").open(encoding="utf-8") as lines:
            (folder / f"{name}.jsonl").write_text(
                "".join(itertools.islice(lines, 14)), encoding="utf-8"
            )
    return folder


def test_the_same_text_and_seed_give_the_same_bytes(small: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        shelf.save(*train.train(small), tmp_path / name)
    for file in ("arrays.npz", "card.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_corrections_move_the_next_message_of_their_kind(small: Path) -> None:
    text = "Kindly see to the turnstile at gate seven."
    before, _ = train.train(small)
    corrections = [
        corpus.Example(
            id=f"M-{at}",
            batch=f"manager-{at % 5}",
            language="en",
            subject="gate",
            asked=None,
            segments=((f"Kindly see to the {thing} at gate {at}.", frozenset({"issue"})),),
        )
        for at, thing in enumerate(["barrier", "lamp", "booth", "reader", "sensor"] * 4)
    ]
    after, card = train.train(small, corrections=corrections)
    scores = [
        read.understand(text, verdict.Context()).scores[Label.ISSUE] for read in (before, after)
    ]
    assert scores[1] > scores[0] + 0.2
    assert isinstance(card["decisions_exact"], float)


def test_an_empty_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.ModelError, match="no clients-"):
        train.train(tmp_path)
