"""The check of the corpus before it is trained on: exit 1 with a line for each fault.

    python benchmarks/corpus.py [--corpus FOLDER] [--shared FOLDER]

Faults are illegal rows, near-duplicates (Jaccard 0.6 over character shingles), and anything that is
nearly a message of those kept for measuring. A minute or two.
"""

import argparse
import json
import sys
from pathlib import Path

from assistant import errors
from assistant.classify import corpus, twins

SUITES = Path(__file__).parents[1] / "models" / "suites"


def measured(shared: Path) -> dict[str, str]:
    """Give the texts that are for measuring only, by name: never may they be trained on."""
    found = {}
    for path in [*sorted(shared.glob("messages-*.jsonl")), *sorted(SUITES.glob("*.jsonl"))]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            row = json.loads(line)
            found[f"{path.name}:{number}"] = row.get("new_text") or row.get("text") or ""
    return found


def faults(folder: Path, shared: Path) -> list[str]:
    """List what is wrong with the corpus, a line each."""
    try:
        examples = corpus.examples(folder)
    except errors.ModelError as error:
        return [str(error)]
    texts = {example.id: corpus.joined(example)[0] for example in examples}
    told = [] if len(texts) == len(examples) else ["Two messages have the same id."]
    kept = measured(shared)
    names = [*texts, *kept]
    for one, other, alike in twins.pairs([*texts.values(), *kept.values()]):
        if one < len(texts):
            told.append(f"{names[one]} and {names[other]} are {alike:.0%} alike.")
    return told


def main() -> None:
    """Print the faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    root = Path(__file__).parents[1]
    parser.add_argument("--corpus", type=Path, default=root / "models" / "corpus")
    parser.add_argument("--shared", type=Path, default=root.parent / "shared")
    options = parser.parse_args()
    told = faults(options.corpus, options.shared)
    print(*told, f"{len(told)} faults in the corpus.", sep="\n")
    sys.exit(1 if told else 0)


if __name__ == "__main__":
    main()
