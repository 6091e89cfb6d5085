"""What people say straight out is taken as they say it, and what asks nothing is left in peace."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.classify import shelf, verdict
from assistant.classify.labels import Asked

SUITES = Path(__file__).parents[2] / "models" / "suites"


def read(suite: str) -> list[dict[str, Any]]:
    lines = (SUITES / f"{suite}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize(
    ("suite", "most_wrong"),
    [("plain-en", 2), ("plain-zh", 2), ("nothing-en", 10), ("nothing-zh", 14)],
)
def test_a_suite_is_understood(suite: str, most_wrong: int) -> None:
    rows = read(suite)
    given = shelf.load().understand_many(
        [(row["text"], verdict.Context(row["subject"], row["parent"] or "")) for row in rows]
    )
    wrong = [
        row["text"]
        for row, found in zip(rows, given, strict=True)
        if (set(found.labels), set(found.outcomes)) != (set(row["labels"]), set(row["outcomes"]))
    ]
    assert len(wrong) <= most_wrong, wrong


@pytest.mark.parametrize(("suite", "least_right"), [("asking-en", 0.85), ("asking-zh", 0.85)])
def test_it_is_seen_what_our_own_mail_asks(suite: str, least_right: float) -> None:
    """Of authors who are not in the corpus; on it hangs what a "yep" answers."""
    rows = read(suite)
    order = list(Asked)
    chances = shelf.load().model.asked([(row["subject"], row["text"]) for row in rows])
    right = [
        order[each[:-1].argmax()] == row["asks"] for row, each in zip(rows, chances, strict=True)
    ]
    assert sum(right) / len(right) >= least_right


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_short_request_to_decide_is_seen(language: str) -> None:
    """What the decisions of the suites answer ("Do you approve v8?") was put to be decided."""
    rows = read(f"negation-{language}")
    ours = sorted({row["parent"] for row in rows if row["parent"] and row["outcomes"]})
    chances = shelf.load().model.asked(list(zip(itertools.repeat(""), ours)))
    at = list(Asked).index(Asked.SIGNOFF)
    seen = [int(each[:-1].argmax()) == at for each in chances]
    assert sum(seen) / len(seen) >= 0.8
