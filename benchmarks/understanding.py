"""How well the model understands: development messages, suites, unseen authors, real text, speed. Run on demand.

    python benchmarks/understanding.py [--model FOLDER] [--shared FOLDER]

Reads `../shared` (messages-dev.jsonl, measure.py, real-text), `models/suites` and `models/unseen`: for measuring
only, never for training. Development messages and what is no yes are read with the thread and without it.
"""

import argparse
import email.message
import importlib.util
import itertools
import json
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from assistant import garbage, measuring, understanding
from assistant.classify import corpus, reader, shelf, verdict
from assistant.classify.labels import Asked, Outcome

LABELS = ("requirement_change", "issue", "approval", "status_request", "other")
#: messages whose reading is timed
MANY = 1600
OURS, CLIENT = "pm@vendor.example", "client@client.example"
SUITES = Path(__file__).parents[1] / "models" / "suites"
UNSEEN = Path(__file__).parents[1] / "models" / "unseen"


def rows(path: Path) -> list[dict[str, Any]]:
    """Read a file with one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def context(row: dict[str, Any]) -> verdict.Context:
    """Give what is known beside the text of a development message."""
    parent = row.get("parent") or {"text": "", "subject": ""}
    return verdict.Context(row["subject"] or "", parent["text"], parent["subject"] or "")


def development(
    model: Path | None, shared: Path, *, thread: bool
) -> tuple[dict[str, Any], list[str]]:
    """Score the development messages, rendered as mail, with measure.py's own measure.

    Gives the scores, and a line for every message that is not exactly right.
    """
    measure = _module(shared / "measure.py")
    gold = {row["id"]: row for row in measure.load()}
    with tempfile.TemporaryDirectory() as folder:
        sent = Path(folder) / "sent"
        sent.mkdir()
        for name, row in gold.items():
            (Path(folder) / f"{name}.eml").write_bytes(measure.render(row))
            if thread and row.get("parent"):
                (sent / f"p-{name}.eml").write_bytes(measure.render_parent(row))
        given = list(understanding.classify([Path(folder)], {OURS}, model, print))
    pairs = [(gold[Path(found["path"]).stem], found) for found in given]
    keys = ("labels", "outcomes")
    wrong = [
        " ".join(
            str(part)
            for part in (
                row["id"],
                row["traps"],
                *(row[key] for key in keys),
                "->",
                *(found[key] for key in keys),
            )
        )
        for row, found in pairs
        if any(set(row[key]) != set(found[key]) for key in keys)
    ]
    return measure.measure(pairs), wrong


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


def negation(read: reader.Reader, path: Path, *, thread: bool) -> dict[str, int]:
    """Count false yeses on the suite of messages that are none, or nearly one."""
    found = rows(path)
    given = read.understand_many(
        [
            (
                row["text"],
                verdict.Context(row["subject"], (row["parent"] or "") if thread else None),
            )
            for row in found
        ]
    )
    false = [
        each
        for row, each in zip(found, given, strict=True)
        if Outcome.GRANTED in each.outcomes and "granted" not in row["outcomes"]
    ]
    right = sum(
        Outcome.GRANTED in each.outcomes and "granted" in row["outcomes"]
        for row, each in zip(found, given, strict=True)
    )
    return {
        "n": len(found),
        "false_granted": len(false),
        "false_granted_sure": sum(each.sure for each in false),
        "granted": sum("granted" in row["outcomes"] for row in found),
        "granted_found": right,
    }


def suite(read: reader.Reader, path: Path) -> tuple[int, list[str]]:
    """Count the messages of a suite that are exactly right; give the texts of the others."""
    wrong = []
    for row in (found := rows(path)):
        given = read.understand(row["text"], verdict.Context(row["subject"], row["parent"] or ""))
        if (set(given.labels), set(given.outcomes)) != (set(row["labels"]), set(row["outcomes"])):
            wrong.append(f"{row['text']} -> {', '.join([*given.labels, *given.outcomes])}")
    return len(found) - len(wrong), wrong


def asking(read: reader.Reader, path: Path) -> tuple[float, list[str]]:
    """Give the share of our own mails of which it is seen what they ask; and the texts of the others."""
    found = rows(path)
    order = list(Asked)
    chances = read.model.asked([(row["subject"], row["text"]) for row in found])
    wrong = [
        f"{row['asks']}: {row['text']} -> {order[each[:-1].argmax()]}"
        for row, each in zip(found, chances, strict=True)
        if order[each[:-1].argmax()] != row["asks"]
    ]
    return round(1 - len(wrong) / len(found), 3), wrong


def unseen(read: reader.Reader) -> dict[str, dict[str, float]]:
    """Score, language by language and without the thread, authors that no model has learned from."""
    cases = [case for path in sorted(UNSEEN.glob("*.jsonl")) for case in measuring.read(path)]
    found: dict[str, dict[str, float]] = measuring.measure(read, cases)["languages"]
    return found


def speed(model: Path | None, read: reader.Reader) -> dict[str, float]:
    """Measure the CPU time of one core on messages of the corpus, MANY for each figure, all different.

    Messages a second in a batch, the newly written text given and, with `mail_per_second`, from files,
    the reading of the mail and of the model included (`files_per_second`: our messages counted too, which are read
    beside); milliseconds for one message alone.
    """
    slices = _slices()
    read.understand_many([_given(each) for each in slices[0]])
    start = time.process_time()
    for begin in range(0, MANY, 64):
        read.understand_many([_given(each) for each in slices[1][begin : begin + 64]])
    batch = MANY / (time.process_time() - start)
    with tempfile.TemporaryDirectory() as folder:
        for at, (example, parent) in enumerate(slices[2]):
            _write(Path(folder), at, example, parent)
        files = sum(1 for _ in Path(folder).iterdir())
        start = time.process_time()
        found = list(understanding.classify([Path(folder)], {OURS}, model, print))
        spent = time.process_time() - start
    start = time.process_time()
    for each in slices[3]:
        read.understand(*_given(each))
    alone = 1000 * (time.process_time() - start) / MANY
    return {
        "batch_per_second": round(batch),
        "mail_per_second": round(len(found) / spent),
        "files_per_second": round(files / spent),
        "alone_ms": round(alone, 1),
    }


#: a message of the corpus, and ours that it answers
Pair = tuple[corpus.Example, corpus.Request | None]


def _slices() -> list[list[Pair]]:
    """Give four times MANY messages from all of the corpus, each beside one of ours that asks what it answers."""
    examples, requests = corpus.examples(shelf.corpus()), corpus.requests(shelf.corpus())
    asking = {
        asked: itertools.cycle([each for each in requests if each.asks is asked])
        for asked in Asked
        if asked is not Asked.NONE
    }
    step = len(examples) // MANY
    return [
        [
            (each, next(asking[each.asked]) if each.asked in asking else None)
            for each in examples[first::step][:MANY]
        ]
        for first in range(4)
    ]


def _given(pair: Pair) -> tuple[str, verdict.Context]:
    """Give a message's text and what is known beside it."""
    example, parent = pair
    ours = parent.text if parent else ""
    return corpus.joined(example)[0], verdict.Context(example.subject, ours)


def _write(folder: Path, at: int, example: corpus.Example, parent: corpus.Request | None) -> None:
    """Write a message and ours before it, as files."""
    answers = f"<{at}-ours@example.org>" if parent else ""
    if parent:
        _save(folder / f"{at}-ours.eml", OURS, parent.subject, parent.text, "")
    _save(folder / f"{at}.eml", CLIENT, example.subject, corpus.joined(example)[0], answers)


def _save(path: Path, sender: str, subject: str, text: str, answers: str) -> None:
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "to@example.org", subject
    mail["Date"], mail["Message-ID"] = (
        "Wed, 04 Mar 2026 10:00:00 +0800",
        f"<{path.stem}@example.org>",
    )
    if answers:
        mail["In-Reply-To"] = answers
    mail.set_content(text)
    path.write_bytes(mail.as_bytes())


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
    garbage.seldom()
    start = time.perf_counter()
    read = shelf.load(options.model)
    print("load seconds", round(time.perf_counter() - start, 2))
    for thread in (True, False):
        scores, wrong = development(options.model, options.shared, thread=thread)
        print("development,", "with" if thread else "without", "thread:", json.dumps(scores))
        if options.errors and thread:
            print(*wrong, sep="\n")
        for path in sorted(SUITES.glob("negation-*.jsonl")):
            print(path.stem, negation(read, path, thread=thread))
    for path in [*sorted(SUITES.glob("plain-*.jsonl")), *sorted(SUITES.glob("nothing-*.jsonl"))]:
        print(path.stem, *suite(read, path))
    for path in sorted(SUITES.glob("asking-*.jsonl")):
        share, wrong = asking(read, path)
        print(
            path.stem,
            share,
            *(wrong if options.errors else ()),
            sep="\n" if options.errors else " ",
        )
    for language, scores in unseen(read).items():
        print("unseen authors,", language, json.dumps(scores))
    for path in sorted((options.shared / "real-text").glob("*.jsonl")):
        print(path.stem, {k: round(v, 3) for k, v in real(read, path).items()})
    print(speed(options.model, read))


if __name__ == "__main__":
    main()
