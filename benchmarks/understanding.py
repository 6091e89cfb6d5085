"""How well the model understands: development messages, real text, speed. Run on demand.

    python benchmarks/understanding.py [--model FOLDER] [--shared FOLDER]

Reads `../shared` (messages-dev.jsonl, measure.py, real-text): for measuring only, never for training.
Every figure is given with the thread and without it.
"""

import argparse
import email.message
import importlib.util
import json
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from assistant import understanding
from assistant.classify import corpus, reader, shelf, verdict
from assistant.classify.labels import Asked, Outcome

LABELS = ("requirement_change", "issue", "approval", "status_request", "other")
#: messages whose reading is timed
MANY = 640
OURS = "pm@vendor.example"
SUITES = Path(__file__).parents[1] / "models" / "suites"


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


def speed(model: Path | None, read: reader.Reader) -> dict[str, float]:
    """Measure the CPU time of one core on MANY messages of the corpus, all different.

    Messages a second in a batch, the newly written text given and, with `mail_per_second`, from files,
    the reading of the mail and of the model included; milliseconds for one message alone.
    """
    every = corpus.examples(shelf.corpus())
    chosen = every[:: len(every) // MANY][:MANY]
    asking = {each.asks: each for each in corpus.requests(shelf.corpus())}
    parents = [asking[each.asked or Asked.NONE] for each in chosen]
    messages = [
        (corpus.joined(each)[0], verdict.Context(each.subject, parent.text))
        for each, parent in zip(chosen, parents, strict=True)
    ]
    read.understand(*messages[0])
    start = time.process_time()
    for begin in range(0, MANY, 64):
        read.understand_many(messages[begin : begin + 64])
    batch = MANY / (time.process_time() - start)
    with tempfile.TemporaryDirectory() as folder:
        for at, (each, parent) in enumerate(zip(chosen, parents, strict=True)):
            _write(Path(folder), at, each, parent)
        start = time.process_time()
        found = list(understanding.classify([Path(folder)], {OURS}, model, print))
        mail = len(found) / (time.process_time() - start)
    start = time.process_time()
    for text, about in messages[::10]:
        read.understand(text, about)
    alone = 1000 * (time.process_time() - start) / len(messages[::10])
    return {
        "batch_per_second": round(batch),
        "mail_per_second": round(mail),
        "alone_ms": round(alone, 1),
    }


def _write(folder: Path, at: int, example: corpus.Example, request: corpus.Request) -> None:
    """Write one message and ours before it, as files."""
    for name, sender, subject, text, parent in (
        (f"{at}-ours", OURS, request.subject, request.text, ""),
        (
            f"{at}",
            "client@client.example",
            example.subject,
            corpus.joined(example)[0],
            f"{at}-ours",
        ),
    ):
        mail = email.message.EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "to@example.org", subject
        mail["Date"], mail["Message-ID"] = (
            "Wed, 04 Mar 2026 10:00:00 +0800",
            f"<{name}@example.org>",
        )
        if parent:
            mail["In-Reply-To"] = f"<{parent}@example.org>"
        mail.set_content(text)
        (folder / f"{name}.eml").write_bytes(mail.as_bytes())


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
        scores, wrong = development(options.model, options.shared, thread=thread)
        print("development,", "with" if thread else "without", "thread:", json.dumps(scores))
        if options.errors and thread:
            print(*wrong, sep="\n")
        for path in sorted(SUITES.glob("negation-*.jsonl")):
            print(path.stem, negation(read, path, thread=thread))
    for path in sorted((options.shared / "real-text").glob("*.jsonl")):
        print(path.stem, {k: round(v, 3) for k, v in real(read, path).items()})
    print(speed(options.model, read))


if __name__ == "__main__":
    main()
