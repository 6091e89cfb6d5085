"""How well all of it reads authors that no layer has seen: the corpus's own test fold, and second readers.

    python benchmarks/fold.py [--corpus FOLDER] [--fold 0]

Trains everything on the author batches outside one fold, with the thresholds that come of it, and judges the
messages of that fold: all of them, ordinary mail, reports of how things stand, and those that a second reader
labelled as the author had.
Beside it: how well second readers and authors agree. A quarter of an hour.
"""

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy
import numpy.typing

from assistant import garbage
from assistant.classify import corpus, evaluate, folds, layers, model, train

#: batches whose authors were asked for ordinary mail
ORDINARY = {
    "zh": "13 14 15 20 24 25 28 31 32 35 36 37 38 39 40 41 42 43 44 45 46 47 48 50 54 55 56 59 62 63 67 69 70 74 76 77 "
    "79 81 83 84 85 87 89 91 93 94 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 115 116 117 119 120 "
    "121 122 123",
    "en": "11 12 13 14 15 17 19 20 25 26 35 36 41 47 48 49 50 51 54 55 56 59 62 63 67 70 72 76 78 80 82 86 88 89 92 93 "
    "96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 117 118 119 121 122 123 "
    "124 125 126 127 128 129 130 131 132 133 134 135 136 137 138 139 142 143 144 146 147 148 149 150",
}
#: of these, the reports: how things stand or what happened, told alike whether anything is wrong or not
REPORTS = {
    "zh": "101 102 103 104 107 108 110 111 112 117 119 120 121 122",
    "en": "125 126 127 128 131 132 133 135 136 137 138 144 146 147 148 149 150",
}
#: batches written from what was misread outside the first fold: they are in no test fold, and only the first is free of
#: what their authors had read
FROM_ERRORS = {
    "zh": "124 125 126 127 128 129 130 131 132",
    "en": "151 152 153 154 155 156 157 158 159 160 161 162 163 164",
}
Chosen = numpy.typing.NDArray[numpy.bool_]


def files(batches: Mapping[str, str], language: str) -> set[str]:
    """Give the names of the batches that are listed for a language."""
    return {f"clients-{language}-{number}.jsonl" for number in batches[language].split()}


def listed(batches: Mapping[str, str], language: str, examples: Sequence[corpus.Example]) -> Chosen:
    """Say which messages are of the batches that are listed for a language."""
    names = files(batches, language)
    return numpy.array([example.batch in names for example in examples])


def test_fold(examples: Sequence[corpus.Example], number: int = 0) -> list[str]:
    """Give the batches of a fold, one in five in order of name; those written from errors are in none."""
    from_errors = {name for language in FROM_ERRORS for name in files(FROM_ERRORS, language)}
    return sorted({example.batch for example in examples} - from_errors)[number :: folds.FOLDS]


def second_readings(folder: Path) -> dict[str, frozenset[str]]:
    """Give the tags that second readers chose, by id of the message."""
    path = folder / "second-readings.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {row["id"]: frozenset(row["tags"]) for row in rows}


def truth(tags: Sequence[frozenset[str]]) -> evaluate.Truth:
    """Write tags as rows over layers.TAGS."""
    rows = [[tag in each for tag in corpus.TAGS] for each in tags]
    found = numpy.array(rows, dtype=numpy.int8)
    return numpy.hstack([found, found[:, 3:].max(axis=1, keepdims=True)])


def agreement(examples: Sequence[corpus.Example], second: Mapping[str, frozenset[str]]) -> None:
    """Print how well second readers and authors agree."""
    both = [(example.tags, second[example.id]) for example in examples if example.id in second]
    same = sum(one == other for one, other in both) / len(both)
    table = evaluate.table(
        truth([one for one, _ in both]),
        truth([other for _, other in both]).astype(numpy.float32),
        dict.fromkeys(layers.TAGS, 0.5),
    )
    print(f"second readers: {len(both)} messages, {same:.3f} with the same tags", table)


def trained_without(folder: Path, held: Sequence[str]) -> model.Model:
    """Train on a corpus without some of its files."""
    with tempfile.TemporaryDirectory() as name:
        for path in sorted(folder.glob("*.jsonl")):
            if path.name not in held:
                (Path(name) / path.name).symlink_to(path.resolve())
        return train.train(Path(name))[0].model


def chances(made: model.Model, parts: Sequence[model.Parts]) -> layers.Floats:
    """Give (messages x 7) probabilities."""
    scores = [
        score
        for start in range(0, len(parts), folds.TOGETHER)
        for score in made.score(parts[start : start + folds.TOGETHER])
    ]
    rows = [[score.message[tag] for tag in layers.TAGS] for score in scores]
    return numpy.array(rows, dtype=numpy.float32)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--corpus", type=Path, default=Path(__file__).parents[1] / "models" / "corpus"
    )
    parser.add_argument("--fold", type=int, default=0)
    options = parser.parse_args()
    garbage.seldom()
    every = corpus.examples(options.corpus)
    second = second_readings(options.corpus)
    agreement(every, second)
    held = test_fold(every, options.fold)
    made = trained_without(options.corpus, held)
    examples = [example for example in every if example.batch in held]
    material = folds.take_apart(examples, seed=0)
    parts = {
        "all": numpy.full(len(examples), fill_value=True),
        **{f"ordinary {name}": listed(ORDINARY, name, examples) for name in ORDINARY},
        **{f"reports {name}": listed(REPORTS, name, examples) for name in REPORTS},
        **{
            f"ordinary but reports {name}": listed(ORDINARY, name, examples)
            & ~listed(REPORTS, name, examples)
            for name in REPORTS
        },
        "second reader agrees": numpy.array(
            [second.get(example.id) == example.tags for example in examples]
        ),
    }
    for thread, given in (("with", material.known), ("without", material.unknown)):
        found = chances(made, given)
        sure = evaluate.certainty(found, made.thresholds) >= made.sure_from
        exact = evaluate.right_sets(material.messages, found, made.thresholds)
        for name, chosen in parts.items():
            table = evaluate.table(material.messages[chosen], found[chosen], made.thresholds)
            print(f"{thread} thread, {name}, {chosen.sum()} messages:", table)
            print(
                f"    exact {exact[chosen].mean():.3f}; sure {sure[chosen].mean():.3f},"
                f" of these exact {exact[chosen & sure].mean():.3f}"
            )


if __name__ == "__main__":
    main()
