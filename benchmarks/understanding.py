"""How well the model understands: development messages, real text, speed. Run on demand.

    python benchmarks/understanding.py [--model FOLDER] [--shared FOLDER]

Reads `../shared` (messages-dev.jsonl, measure.py, real-text): for measuring only, never for training.
Every figure is given with the thread and without it.
"""

import argparse
import importlib.util
import json
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from assistant.classify import reader, shelf, verdict

LABELS = ("requirement_change", "issue", "approval", "status_request", "other")
#: how a set of labels is reduced to one, for rows that have one: what weighs most comes first
ORDER = ("approval", "issue", "requirement_change", "status_request", "other")


def rows(path: Path) -> list[dict[str, Any]]:
    """Read a file with one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def context(row: dict[str, Any], *, thread: bool) -> verdict.Context:
    """Give what is known beside the text of a development message."""
    parent = row.get("parent")
    if not thread:
        return verdict.Context(subject=row["subject"] or "")
    return verdict.Context(
        subject=row["subject"] or "",
        parent_text=parent["text"] if parent else "",
        parent_subject=(parent["subject"] or "") if parent else "",
    )


def development(
    read: reader.Reader, shared: Path, *, thread: bool
) -> tuple[dict[str, Any], list[tuple[dict[str, Any], verdict.Verdict]]]:
    """Score the development messages with measure.py's own measure."""
    measure = _module(shared / "measure.py")
    messages = measure.load()
    given = read.understand_many(
        [(row["new_text"] or "", context(row, thread=thread)) for row in messages]
    )
    pairs = [(row, as_json(found)) for row, found in zip(messages, given, strict=True)]
    return measure.measure(pairs), list(zip(messages, given, strict=True))


def as_json(found: verdict.Verdict) -> dict[str, Any]:
    """Write a verdict as measure.py reads it."""
    return {
        "labels": [label.value for label in found.labels],
        "outcomes": [outcome.value for outcome in found.outcomes],
        "sure": found.sure,
    }


def real(read: reader.Reader, path: Path) -> dict[str, float]:
    """Score one file of real text: F1 per label and macro-F1 over the labels that occur in it."""
    found = rows(path)
    messages = []
    for row in found:
        subject, _, text = row["text"].removeprefix("Subject:").partition("\n")
        messages.append((text or subject, verdict.Context(subject=subject.strip())))
    pairs = [
        (row["label"], single(given))
        for row, given in zip(found, read.understand_many(messages), strict=True)
    ]
    labels = [label for label in LABELS if any(truth == label for truth, _ in pairs)]
    scores = {label: f1(pairs, label) for label in labels}
    return {**scores, "macro": sum(scores.values()) / len(scores)}


def single(found: verdict.Verdict) -> str:
    """Reduce a set of labels to the likeliest one of them."""
    return max(found.labels, key=lambda label: found.scores[label]).value


def f1(pairs: list[tuple[str, str]], label: str) -> float:
    """Give the F1 of one label over (truth, given)."""
    both = sum(truth == label == given for truth, given in pairs)
    return 2 * both / max(1, sum((truth == label) + (given == label) for truth, given in pairs))


def speed(read: reader.Reader, shared: Path) -> dict[str, float]:
    """Measure messages a second in a batch, and the milliseconds of one alone."""
    messages = [
        (row["new_text"] or "", context(row, thread=True))
        for row in rows(shared / "messages-dev.jsonl")
    ]
    read.understand_many(messages)
    start = time.perf_counter()
    read.understand_many(messages * 5)
    batch = 5 * len(messages) / (time.perf_counter() - start)
    start = time.perf_counter()
    for text, about in messages:
        read.understand(text, about)
    alone = 1000 * (time.perf_counter() - start) / len(messages)
    return {"batch_per_second": round(batch), "alone_ms": round(alone, 1)}


def _module(path: Path) -> ModuleType:
    """Import a file by its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    start = time.perf_counter()
    read = shelf.load(options.model)
    print("load seconds", round(time.perf_counter() - start, 2))
    for thread in (True, False):
        scores, found = development(read, options.shared, thread=thread)
        print("development,", "with" if thread else "without", "thread:", json.dumps(scores))
        if options.errors and thread:
            for row, given in found:
                if set(row["labels"]) != set(as_json(given)["labels"]) or set(
                    row["outcomes"]
                ) != set(as_json(given)["outcomes"]):
                    print(
                        row["id"],
                        row["lang"],
                        row["traps"],
                        row["labels"],
                        row["outcomes"],
                        "->",
                        as_json(given),
                    )
    for path in sorted((options.shared / "real-text").glob("*.jsonl")):
        print(path.stem, {k: round(v, 3) for k, v in real(read, path).items()})
    print(speed(read, options.shared))


if __name__ == "__main__":
    main()
