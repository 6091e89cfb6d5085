"""What people say straight out is taken as they say it, and what asks nothing is left in peace."""

import json
from pathlib import Path

import pytest

from assistant.classify import shelf, verdict

SUITES = Path(__file__).parents[2] / "models" / "suites"


@pytest.mark.parametrize(
    ("suite", "most_wrong"),
    [("plain-en", 2), ("plain-zh", 2), ("nothing-en", 10), ("nothing-zh", 14)],
)
def test_a_suite_is_understood(suite: str, most_wrong: int) -> None:
    path = SUITES / f"{suite}.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    read = shelf.load()
    given = read.understand_many(
        [(row["text"], verdict.Context(row["subject"], row["parent"] or "")) for row in rows]
    )
    wrong = [
        row["text"]
        for row, found in zip(rows, given, strict=True)
        if (set(found.labels), set(found.outcomes)) != (set(row["labels"]), set(row["outcomes"]))
    ]
    assert len(wrong) <= most_wrong, wrong
