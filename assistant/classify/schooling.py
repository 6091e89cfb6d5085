"""How the network of `network.py` is trained: the way back through it, and Adam; numpy, and scipy for one sum.

Kingma and Ba 2015 (Adam, moments kept only for the rows that occur), dropout, a rate that warms up and
then falls as a cosine. Same text and seed, same bytes.
"""

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy
import numpy.typing

from assistant.classify import layers, network, solver

Floats = layers.Floats

#: passes over all messages, and messages in a step (with the linear layers, macro-F1 of one fold: 39,232 messages
#: 0.879 after four passes, 0.882 after five; 50,048 messages 0.888 after three, 0.889 after five, and after four of
#: 128 messages a step; 61,271 messages with 0.1 dropped: 0.893 after two, 0.895 after three)
PASSES = 3
TOGETHER = 64
#: passes of the network that only judges what it has not seen (when halves of the corpus judged each other, three
#: gave 0.9124 on the test fold instead of 0.9115)
PASSES_TO_JUDGE = 2
#: highest rate, share of the steps in which it rises to it, length from which a gradient is cut
RATE, WARM, LONGEST = 3e-3, 0.15, 1.0
#: share of numbers, and of units and classes, that are left out in a step (one fold of 61,271 messages, macro-F1 with
#: the linear layers: 0.893 with 0.3 of the numbers, 0.895 with 0.2 or 0.1; with 0.2, and 0.05 of the units, 0.894)
DROPPED, BLANKED = 0.2, 0.1
#: share of messages for which it is not said what was asked
WITHHELD = 0.5
#: Adam's memory of gradients and of their squares
MEAN, SQUARE = 0.9, 0.999


class Gradients(NamedTuple):
    """Which way the loss rises."""

    #: of every array of weights but the table of units
    dense: dict[str, Floats]
    #: of the table: these rows, and no others
    rows: network.Ids
    units: Floats


@dataclasses.dataclass(frozen=True, slots=True)
class Lesson:
    """One message to learn from."""

    passages: tuple[network.Ids, ...]
    subject: network.Ids
    #: (ASKED,) chances, known and as they are where nothing is known
    asked: Floats
    unknown: Floats
    #: (passages x tags) and (tags,)
    passage_tags: Floats
    tags: Floats


def train(lessons: Sequence[Lesson], seed: int, passes: int = PASSES) -> dict[str, Floats]:
    """Train a network; minutes for 50,000 messages on one core."""
    rng = numpy.random.default_rng(seed)
    weights = _first(rng)
    adam = _Adam(weights)
    together = max(1, min(TOGETHER, len(lessons) // 4))
    steps = passes * -(-len(lessons) // together)
    done = 0
    for _ in range(passes):
        order = rng.permutation(len(lessons))
        for start in range(0, len(order), together):
            chosen = [lessons[at] for at in order[start : start + together]]
            gradients = _gradients(weights, chosen, rng)
            adam.step(weights, gradients, RATE * _share(done / steps))
            done += 1
    return weights


def _share(done: float) -> float:
    """Give the share of the highest rate after `done` of all steps."""
    if done < WARM:
        return done / WARM
    return 0.5 * (1 + float(numpy.cos(numpy.pi * (done - WARM) / (1 - WARM))))


def _first(rng: numpy.random.Generator) -> dict[str, Floats]:
    """Draw the first weights (He et al. 2015); nothing is zero but the biases and row 0."""
    weights = {}
    for name, shape in network.shapes().items():
        if len(shape) == 1:
            weights[name] = numpy.zeros(shape, dtype=numpy.float32)
            continue
        spread = 0.2 if name == "units" else (2 / shape[0]) ** 0.5
        weights[name] = rng.standard_normal(shape, dtype=numpy.float32) * numpy.float32(spread)
    weights["units"][0] = 0
    return weights


class _Dropping:
    """Leaves out numbers, and remembers which, so that the way back leaves out the same."""

    def __init__(self, rng: numpy.random.Generator) -> None:
        self._rng = rng
        self.kept: list[Floats] = []

    def __call__(self, values: Floats) -> Floats:
        kept = self._rng.random(values.shape, dtype=numpy.float32) >= DROPPED
        self.kept.append(kept.astype(numpy.float32) / numpy.float32(1 - DROPPED))
        return values * self.kept[-1]


def _gradients(
    weights: network.Weights, chosen: Sequence[Lesson], rng: numpy.random.Generator
) -> Gradients:
    """Give the gradients of the cross-entropy of passages and messages."""
    hidden = rng.random(len(chosen)) < WITHHELD
    asked = [
        each.unknown if hide else each.asked for each, hide in zip(chosen, hidden, strict=True)
    ]
    given = network.batch([each.passages for each in chosen], [each.subject for each in chosen])
    blanked = rng.random((2, given.ids.shape[1])) < BLANKED
    given.ids[:3, blanked[0]] = 0
    given.ids[3:, blanked[1]] = 0
    drop = _Dropping(rng)
    trace = network.forward(weights, given, numpy.stack(asked), drop)
    of_passages = numpy.concatenate([each.passage_tags for each in chosen])
    of_messages = numpy.stack([each.tags for each in chosen])
    return _back(
        weights,
        given,
        trace,
        drop.kept,
        (layers.sigmoid(trace.passages) - of_passages) * numpy.float32(1 / of_passages.size),
        (layers.sigmoid(trace.messages) - of_messages) * numpy.float32(1 / of_messages.size),
    )


@dataclasses.dataclass(slots=True)
class _Way:
    """The way back through the layers of `network.forward`; notes their gradients as it passes."""

    weights: network.Weights
    given: network.Batch
    trace: network.Trace
    #: of the layers passed so far, by name
    dense: dict[str, Floats] = dataclasses.field(default_factory=dict)

    def layer(self, name: str, values: Floats, *, rectified: bool = True) -> Floats:
        """Pass a layer: from the gradient of what it gave to that of what it saw."""
        before: Floats = self._noted(name, values, rectified=rectified) @ self.weights[name].T
        return before

    def gate(self, name: str, values: Floats) -> Floats:
        """Pass the gates of a layer: from the gradient of what came through to that of values and gates."""
        through, opened = numpy.hsplit(self.trace.gave[name], 2)
        return numpy.hstack([values * opened, values * through * opened * (1 - opened)])

    def convolution(
        self, name: str, values: Floats, reach: int, *, rectified: bool = True
    ) -> Floats:
        """Pass a convolution, which is one of its turned weights; of the places inside."""
        line = network.spread(self._noted(name, values, rectified=rectified), self.given)
        around = network.windows(line, self.given.inside, reach)
        return around @ _turned(self.weights[name], reach)

    def _noted(self, name: str, values: Floats, *, rectified: bool = True) -> Floats:
        if rectified:
            values = numpy.where(self.trace.gave[name] > 0, values, numpy.float32(0))
        self.dense[name] = self.trace.seen[name].T @ values
        self.dense[f"{name}_bias"] = values.sum(axis=0)
        return values


def _back(
    weights: network.Weights,
    given: network.Batch,
    trace: network.Trace,
    kept: Sequence[Floats],
    passages: Floats,
    messages: Floats,
) -> Gradients:
    """Go the way of `network.forward` back, from the gradients of its scores."""
    way = _Way(weights, given, trace)
    text, inner, many = 2 * network.INNER, network.INNER, len(given.owner)
    gathered = way.layer("gathered", way.layer("message", messages, rectified=False)) * kept[2]
    firsts = numpy.cumsum(given.counts) - given.counts
    of_best = gathered[:, -messages.shape[1] :] + messages
    passages = passages + _of_maximum(
        of_best, trace.passages, numpy.maximum.reduceat(trace.passages, firsts), given.counts
    )
    judged = way.layer("judged", way.layer("tags", passages, rectified=False)) * kept[1]
    texts = trace.texts[:many]
    own = judged[:, :text] + _of_maximum(
        gathered[:, :text], texts, numpy.maximum.reduceat(texts, firsts), given.counts
    )
    beside = way.layer("beside", judged[:, text : text + inner])
    for by, part in ((-1, beside[:, :text]), (1, beside[:, text:])):
        # What a passage saw of its neighbour goes to that neighbour.
        own += layers.shifted(part, given.counts, -by)
    around, of_subject = (
        numpy.add.reduceat(judged[:, start : start + inner], firsts)
        for start in (text + inner, text + 2 * inner)
    )
    own = own + (way.layer("around", around) * given.shares)[given.owner]
    subject = gathered[:, text : text + inner] + of_subject
    of_units = _of_units(way, numpy.concatenate([own, way.layer("subject", subject)]))
    of_units *= kept[0][given.inside]
    return Gradients(way.dense, *_of_rows(given.ids[:, given.inside], of_units))


def _of_units(way: _Way, texts: Floats) -> Floats:
    """Go from the gradients of texts, mean and maximum, back to those of their units."""
    inner, sizes = network.INNER, way.given.sizes[:, 0].astype(numpy.int64)
    units: Floats = numpy.repeat(texts[:, :inner] / way.given.sizes, sizes, axis=0)
    units += _of_maximum(texts[:, inner:], way.trace.units, way.trace.texts[:, inner:], sizes)
    for name, reach in (("third", network.REACHES[2]), ("second", network.REACHES[1])):
        units = units + way.convolution(name, units, reach)
    return way.convolution("first", way.gate("first", units), network.REACHES[0], rectified=False)


def _turned(weights: Floats, reach: int) -> Floats:
    """Turn a convolution's weights round, so that they lead from what it gave to what it saw."""
    steps, width = 2 * reach + 1, weights.shape[1]
    turned = weights.reshape(steps, -1, width)[::-1].transpose(0, 2, 1)
    return turned.reshape(steps * width, -1)


def _of_maximum(gradient: Floats, values: Floats, best: Floats, sizes: network.Places) -> Floats:
    """Lead the gradient of each group's maximum, `best`, to where the maximum is."""
    there = values == numpy.repeat(best, sizes, axis=0)
    return numpy.where(there, numpy.repeat(gradient, sizes, axis=0), numpy.float32(0))


def _of_rows(ids: network.Ids, gradient: Floats) -> tuple[network.Ids, Floats]:
    """Add the gradients of units up by row of the table; row 0 stays nothing."""
    order = numpy.argsort(ids, axis=None, kind="stable")
    line = ids.ravel()[order]
    starts = numpy.flatnonzero(numpy.diff(line, prepend=-1))
    rows, known = line[starts], line[starts] > 0
    # Sums as a sparse product: five times as quick as numpy.add.reduceat.
    sums = solver.sums(order % ids.shape[1], starts, ids.shape[1]) @ gradient
    return rows[known], sums[known]


class _Adam:
    """Mean and square of each weight's gradients so far."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self._means = {name: numpy.zeros_like(values) for name, values in weights.items()}
        self._squares = {name: numpy.zeros_like(values) for name, values in weights.items()}
        self._steps = 0

    def step(self, weights: dict[str, Floats], gradients: Gradients, rate: float) -> None:
        """Move the weights against their gradients."""
        self._steps += 1
        rate *= (1 - SQUARE**self._steps) ** 0.5 / (1 - MEAN**self._steps)
        every = {**gradients.dense, "units": gradients.units}
        length = sum(float(numpy.vdot(values, values)) for values in every.values()) ** 0.5
        cut = numpy.float32(min(1.0, LONGEST / max(length, 1e-12)))
        for name, gradient in every.items():
            where = gradients.rows if name == "units" else slice(None)
            gradient = cut * gradient
            mean, square = self._means[name][where], self._squares[name][where]
            mean += (1 - MEAN) * (gradient - mean)
            square += (1 - SQUARE) * (gradient * gradient - square)
            weights[name][where] -= rate * mean / (numpy.sqrt(square) + 1e-8)
            if name == "units":
                self._means[name][where], self._squares[name][where] = mean, square
