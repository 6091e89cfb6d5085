"""How good a model is: scores per label and outcome, thresholds, confusion, reliability."""

from collections.abc import Mapping

import numpy
import numpy.typing

from assistant.classify import layers

Truth = numpy.typing.NDArray[numpy.int8]


def f1(truth: Truth, given: Truth) -> float:
    """Give the harmonic mean of precision and recall; 0 where nothing is right."""
    both = int(numpy.sum((truth > 0) & (given > 0)))
    return 2 * both / max(1, int(truth.sum()) + int(given.sum()))


def thresholds(truth: Truth, chances: layers.Floats) -> dict[str, float]:
    """Choose the probability from which a tag is given: the one with the best F1 on held-out folds."""
    return {
        tag: _threshold(column, chance)
        for tag, column, chance in zip(layers.TAGS, truth.T, chances.T, strict=True)
    }


def _threshold(truth: Truth, chances: layers.Floats) -> float:
    """Find the best cut of one tag."""
    order = numpy.argsort(-chances, kind="stable")
    right = numpy.cumsum(truth[order])
    scores = 2 * right / (numpy.arange(1, len(order) + 1) + max(1, int(truth.sum())))
    at = int(scores.argmax())
    below = chances[order[min(at + 1, len(order) - 1)]]
    return round(float((chances[order[at]] + below) / 2), 4)


def table(truth: Truth, chances: layers.Floats, cuts: Mapping[str, float]) -> dict[str, float]:
    """Score held-out probabilities: F1 per tag, of "other", and the mean over the five labels."""
    given = (chances >= [cuts[tag] for tag in layers.TAGS]).astype(numpy.int8)
    scores = {tag: round(f1(truth[:, at], given[:, at]), 4) for at, tag in enumerate(layers.TAGS)}
    scores["other"] = round(f1(_nothing(truth), _nothing(given)), 4)
    five = ("requirement_change", "issue", "approval", "status_request", "other")
    scores["macro"] = round(sum(scores[label] for label in five) / 5, 4)
    return scores


def _nothing(rows: Truth) -> Truth:
    """Say where no tag is given."""
    return (rows.sum(axis=1) == 0).astype(numpy.int8)
