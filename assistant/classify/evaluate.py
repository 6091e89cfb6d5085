"""How good a model is: scores per label and outcome, thresholds, confusion, reliability."""

import itertools
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


#: exactness that is asked of the sure messages, and a little more, for a corpus is not life
EXACT = 0.96
#: error rates tried for a single label's zone of doubt
_RATES = (0.002, 0.004, 0.007, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06)


def zones(
    truth: Truth, chances: layers.Floats, cuts: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Choose for each tag the probabilities between which it is in doubt.

    Of all pairs of error rates (for "given", for "not given") the one that leaves most messages
    beyond doubt while at least EXACT of them have exactly the right set, on held-out folds.
    """
    best: tuple[float, dict[str, tuple[float, float]]] = (
        -1.0,
        dict.fromkeys(layers.TAGS, (0.0, 1.0)),
    )
    for given, absent in itertools.product(_RATES, _RATES):
        tried = {
            tag: _zone(column, chance, cuts[tag], given, absent)
            for tag, column, chance in zip(layers.TAGS, truth.T, chances.T, strict=True)
        }
        sure = beyond_doubt(chances, tried)
        exact = right_sets(truth, chances, cuts)[sure]
        if len(exact) and exact.mean() >= EXACT and sure.mean() > best[0]:
            best = (float(sure.mean()), tried)
    return best[1]


def _zone(
    truth: Truth, chances: layers.Floats, cut: float, given: float, absent: float
) -> tuple[float, float]:
    """Find the zone of one tag: outside it the error rates are at most `given` and `absent`."""
    order = numpy.argsort(chances, kind="stable")
    right, chance = truth[order].astype(float), chances[order]
    number = numpy.arange(1, len(order) + 1)
    misses = numpy.cumsum(right) / number
    low = numpy.flatnonzero((misses <= absent) & (chance < cut))
    false = numpy.cumsum(1 - right[::-1])[::-1] / number[::-1]
    high = numpy.flatnonzero((false <= given) & (chance >= cut))
    below = float(chance[low[-1]]) if len(low) else 0.0
    above = float(chance[high[0]]) if len(high) else 1.0
    return round(below, 4), round(above, 4)


def beyond_doubt(
    chances: layers.Floats, doubt: Mapping[str, tuple[float, float]]
) -> numpy.typing.NDArray[numpy.bool_]:
    """Say which messages have no label in its zone of doubt; outcomes count where one is decided."""
    inside = numpy.stack(
        [
            (chance > doubt[tag][0]) & (chance < doubt[tag][1])
            for tag, chance in zip(layers.TAGS, chances.T, strict=True)
        ],
        axis=1,
    )
    decided = chances[:, layers.TAGS.index("approval")] > doubt["approval"][0]
    inside[:, 3:6] &= decided[:, None]
    return numpy.asarray(numpy.all(~inside, axis=1), dtype=numpy.bool_)


def right_sets(
    truth: Truth, chances: layers.Floats, cuts: Mapping[str, float]
) -> numpy.typing.NDArray[numpy.bool_]:
    """Say which messages get exactly the right tags; outcomes count where a decision is given."""
    given = chances >= [cuts[tag] for tag in layers.TAGS]
    given[:, 3:6] &= given[:, 6:7]
    return numpy.asarray(numpy.all(given == (truth > 0), axis=1), dtype=numpy.bool_)


def reliability(truth: Truth, chances: layers.Floats, bins: int = 10) -> list[dict[str, float]]:
    """Compare probabilities with what came true, in bins of equal width over all tags."""
    chance, came = chances.ravel(), truth.ravel()
    at = numpy.minimum((chance * bins).astype(int), bins - 1)
    return [
        {
            "from": each / bins,
            "n": int((at == each).sum()),
            "said": round(float(chance[at == each].mean()), 3),
            "came_true": round(float(came[at == each].mean()), 3),
        }
        for each in range(bins)
        if (at == each).any()
    ]


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
    nothing: Truth = (rows.sum(axis=1) == 0).astype(numpy.int8)
    return nothing
