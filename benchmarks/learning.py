"""How far more text carries, and how far simpler methods get, on the corpus's own held-out batches.

    python benchmarks/learning.py [--corpus FOLDER] [--fold 0]

Trains on a quarter, a half, three quarters and all of the author batches outside one fold, and scores
the messages of that fold: macro-F1 over the five labels with the thread, thresholds chosen on the
same fold for every method alike. Beside it: keyword rules, complement naive Bayes (the POPFile way),
and TF-IDF with logistic regression, all on whole messages. Minutes.
"""

import argparse
import re
import sys
from pathlib import Path

import numpy
import numpy.typing
from sklearn import feature_extraction, linear_model, naive_bayes  # type: ignore[import-untyped]  # no types

from assistant import garbage
from assistant.classify import corpus, evaluate, folds, layers, linear, model, solver, train

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import fold

#: the typical words of the annotation guide's table, in the order of layers.TAGS
KEYWORDS = {
    "requirement_change": r"希望增加|改成|先不做|提前到|能不能加|could we also|instead of|\bdrop\b|push the launch",
    "issue": r"报错|打不开|不对|还没收到|又延期|不满意|broken|fails?\b|still waiting|wrong|unacceptable|error",
    "status_request": r"进展|什么时候能好|到哪一步|any update|where are we|\beta\b|status|progress",
    "approval": r"同意|通过|没问题就按这个|验收合格|approved?|signed off|go ahead|can't accept",
}


def macro(truth: evaluate.Truth, chances: layers.Floats) -> float:
    """Score chances with each tag's best threshold on the same messages."""
    return evaluate.table(truth, chances, evaluate.thresholds(truth, chances))["macro"]


def ours(
    material: folds.Material, inside: folds.Rows, outside: folds.Rows
) -> tuple[float, float, float]:
    """Train the layers below on `inside`; score the linear ones, the network, and their mean.

    Of the linear ones maximum over passages and the message's score, averaged.
    """
    part = model.Model(
        {**linear.lower_layers(material, inside, seed=0), **train.school(material, inside, seed=0)}
    )
    parts = [material.known[at] for at in outside]
    (below,) = part.below(parts, [numpy.stack([each.asked for each in parts])])
    starts = numpy.concatenate([[0], numpy.cumsum([len(each.spans) for each in parts])[:-1]])
    best = numpy.maximum.reduceat(below.own, starts)
    of_linear = ((best + below.whole) / 2).astype(numpy.float32)
    truth = material.messages[outside]
    return (
        macro(truth, layers.sigmoid(of_linear)),
        macro(truth, layers.sigmoid(below.messages)),
        macro(truth, layers.sigmoid(((of_linear + below.messages) / 2).astype(numpy.float32))),
    )


def keywords(texts: list[str]) -> layers.Floats:
    """Give 1 where a typical word of the guide stands in the text."""
    found = numpy.zeros((len(texts), len(layers.TAGS)), dtype=numpy.float32)
    for tag, pattern in KEYWORDS.items():
        found[:, layers.TAGS.index(tag)] = [bool(re.search(pattern, text, re.I)) for text in texts]
    return found


def plain(
    texts: list[str], truth: evaluate.Truth, inside: folds.Rows, outside: folds.Rows
) -> dict[str, float]:
    """Score the simpler methods on character 1- to 4-grams of whole messages."""
    counts = feature_extraction.text.CountVectorizer(
        analyzer="char_wb", ngram_range=(1, 4), min_df=4
    )
    seen = counts.fit_transform([texts[at] for at in inside])
    new = counts.transform([texts[at] for at in outside])
    rarity = feature_extraction.text.TfidfTransformer(sublinear_tf=True).fit(seen)
    bayes, regression = [], []
    for column in truth[inside].T:
        bayes.append(naive_bayes.ComplementNB().fit(seen, column).predict_proba(new)[:, 1])
        fitted = linear_model.LogisticRegression(C=10, solver="liblinear", dual=True, tol=0.1)
        fitted.fit(rarity.transform(seen), column)
        regression.append(fitted.predict_proba(rarity.transform(new))[:, 1])
    return {
        "complement naive Bayes": macro(
            truth[outside], numpy.stack(bayes, 1).astype(numpy.float32)
        ),
        "TF-IDF and regression": macro(
            truth[outside], numpy.stack(regression, 1).astype(numpy.float32)
        ),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--corpus", type=Path, default=Path(__file__).parents[1] / "models" / "corpus"
    )
    parser.add_argument("--fold", type=int, default=0)
    options = parser.parse_args()
    garbage.seldom()
    examples = corpus.examples(options.corpus)
    texts = [f"{example.subject}\n{corpus.joined(example)[0]}" for example in examples]
    with solver.one_thread():
        material = folds.take_apart(examples, seed=0)
        held = fold.test_fold(examples, options.fold)
        judged = numpy.array([example.batch in held for example in examples])
        inside, outside = numpy.flatnonzero(~judged), numpy.flatnonzero(judged)
        cut = keywords([texts[at] for at in outside])
        print(
            "keyword rules",
            evaluate.table(material.messages[outside], cut, dict.fromkeys(layers.TAGS, 0.5))[
                "macro"
            ],
        )
        print(plain(texts, material.messages, inside, outside))
        batches = sorted({examples[at].batch for at in inside})
        order = numpy.random.default_rng(0).permutation(len(batches))
        for quarters in (1, 2, 3, 4):
            chosen = {batches[at] for at in order[: len(batches) * quarters // 4]}
            rows = numpy.array([at for at in inside if examples[at].batch in chosen])
            segments = sum(len(examples[at].segments) for at in rows)
            print(
                f"{segments} segments", [round(score, 4) for score in ours(material, rows, outside)]
            )


if __name__ == "__main__":
    main()
