"""The corpus: what a row may hold, and how rows become text again."""

import json
import random
from pathlib import Path

import pytest

from assistant import errors
from assistant.classify import corpus, twins
from assistant.classify.labels import Asked

ROW = {
    "id": "t-1",
    "lang": "en",
    "domain": "test",
    "subject": "Doors",
    "asked": "none",
    "segments": [
        ["Hi Ann,", []],
        ["the door jams.", ["issue"]],
        ["Could it be blue?", ["requirement_change"]],
    ],
}


def written(folder: Path, row: object) -> Path:
    (folder / "clients-en-01.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return folder


def test_a_row_becomes_an_example(tmp_path: Path) -> None:
    [example] = corpus.examples(written(tmp_path, ROW))
    assert (example.batch, example.asked) == ("clients-en-01.jsonl", Asked.NONE)
    assert example.tags == {"issue", "requirement_change"}


@pytest.mark.parametrize(
    "fault",
    [
        {"asked": "dinner"},
        {"segments": [["x", ["praise"]]]},
        {"segments": [[" ", []]]},
        {"segments": "x"},
    ],
)
def test_an_illegal_row_is_named_by_file_and_line(tmp_path: Path, fault: dict[str, object]) -> None:
    with pytest.raises(errors.ModelError, match=r"clients-en-01\.jsonl:1"):
        corpus.examples(written(tmp_path, {**ROW, **fault}))


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "clients-zh-01.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(errors.ModelError, match=r"clients-zh-01\.jsonl:1 is not JSON"):
        corpus.examples(tmp_path)


def test_passages_of_a_joined_message_keep_the_tags_of_their_segments(tmp_path: Path) -> None:
    [example] = corpus.examples(written(tmp_path, ROW))
    text, found = corpus.passages(example)
    assert [(text[start:end], sorted(tags)) for start, end, tags in found] == [
        ("Hi Ann,", []),
        ("the door jams.", ["issue"]),
        ("Could it be blue?", ["requirement_change"]),
    ]


def test_joining_is_the_same_each_time(tmp_path: Path) -> None:
    [example] = corpus.examples(written(tmp_path, ROW))
    assert corpus.joined(example) == corpus.joined(example)


def test_a_reworded_twin_is_found_and_a_short_answer_is_none() -> None:
    texts = [
        "The crane on site two has stopped turning again this morning.",
        "The crane on site two stopped turning again this morning!",
        "OK.",
        "OK.",
        "Something else entirely, about the invoice for May.",
    ]
    assert [(one, other) for one, other, _ in twins.pairs(texts)] == [(0, 1)]


def test_no_near_duplicate_is_missed() -> None:
    """Random texts and copies with pieces cut out, against the comparison of all with all."""
    rng = random.Random(5)
    texts = ["".join(rng.choices("abcdefgh ", k=rng.randint(10, 120))) for _ in range(60)]
    texts += [text[: int(len(text) * rng.uniform(0.5, 1))] for text in texts]
    pieces = [twins.shingles(text) for text in texts]
    expected = {
        (one, other)
        for other in range(len(texts))
        for one in range(other)
        if len(pieces[other]) >= twins.FEWEST
        and len(pieces[one] & pieces[other]) >= twins.ALIKE * len(pieces[one] | pieces[other])
    }
    assert {(one, other) for one, other, _ in twins.pairs(texts)} == expected
    assert len(expected) > 20
