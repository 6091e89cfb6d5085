"""What a model is made of, in numpy alone: sparse linear layers, and the small layer on top of them.

passage layer   a passage alone                                     -> a score per tag
message layer   all passages together, the subject, what was asked  -> a score per tag
top layer       the maximum of the first, the second, and the maximum, mean and noisy-or of the
                network's scores (network.py), their chances, the chances of any two tags,
                what was asked, the number of passages              -> a probability per tag
"""

import dataclasses
from collections.abc import Sequence

import numpy
import numpy.typing

from assistant.classify import features, labels

Floats = numpy.typing.NDArray[numpy.float32]
Places = numpy.typing.NDArray[numpy.int64]
#: arrays of weights by name
Arrays = dict[str, numpy.typing.NDArray[numpy.generic]]
#: passages of each message
Counts = Sequence[int] | Places

#: what is scored: the tags of the corpus in its order, and "some decision"
TAGS = (
    "requirement_change",
    "issue",
    "status_request",
    "approval:granted",
    "approval:conditional",
    "approval:refused",
    "approval",
)
#: any two tags, as two rows of columns
PAIRS = numpy.triu_indices(len(TAGS), 1)
#: what our last message asked, one column each of labels.Asked, and the last for "not known"
ASKED = len(labels.Asked) + 1


@dataclasses.dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features that a model knows: hashes in rising order, and the weight of each by rarity."""

    hashes: features.Hashes
    rarity: Floats

    def bags(self, found: Sequence[features.Hashes]) -> "Bags":
        """Look the features of several texts up; each text becomes a vector of length 1."""
        sizes = [len(hashes) for hashes in found]
        every = numpy.concatenate([*found, numpy.zeros(0, numpy.uint32)])
        row = numpy.repeat(numpy.arange(len(found)), sizes)
        column = numpy.minimum(numpy.searchsorted(self.hashes, every), len(self.hashes) - 1)
        known = self.hashes[column] == every
        return self._of_length_1(len(found), row[known], column[known])

    def together(self, passages: "Bags", counts: Counts) -> "Bags":
        """Give the vectors of whole messages: a feature counts once, in however many passages it is."""
        width = max(1, len(self.hashes))
        places = features.distinct(owner(counts)[passages.row] * width + passages.column)
        return self._of_length_1(len(counts), *numpy.divmod(places, width))

    def _of_length_1(self, count: int, row: Places, column: Places) -> "Bags":
        value = self.rarity[column]
        length = numpy.sqrt(numpy.bincount(row, value.astype(numpy.float64) ** 2, count))
        value = (value / numpy.maximum(length, 1e-9)[row]).astype(numpy.float32)
        return Bags(count, row, column, value)


@dataclasses.dataclass(frozen=True, slots=True)
class Bags:
    """Sparse vectors, one a text, as (row, column, value) in order of row."""

    count: int
    row: Places
    column: Places
    value: Floats

    def times(self, weights: numpy.typing.NDArray[numpy.float16]) -> Floats:
        """Multiply with (features x tags) weights; gives (texts x tags)."""
        out = numpy.zeros((self.count, weights.shape[1]), dtype=numpy.float32)
        if len(self.row):
            parts = weights[self.column].astype(numpy.float32) * self.value[:, None]
            starts = numpy.flatnonzero(numpy.diff(self.row, prepend=-1))
            out[self.row[starts]] = numpy.add.reduceat(parts, starts, axis=0)
        return out


def owner(counts: Counts) -> Places:
    """Give the message of each passage."""
    return numpy.repeat(numpy.arange(len(counts)), counts)


def shifted(values: Floats, counts: Counts, by: int) -> Floats:
    """Give each passage its neighbour's row (`by` -1: the one before; 1: after); zeros at the edge."""
    message = owner(counts)
    at = numpy.arange(len(message)) + by
    inside = (at >= 0) & (at < len(message))
    at = numpy.clip(at, 0, max(0, len(message) - 1))
    inside &= message[at] == message
    return numpy.where(inside[:, None], values[at], numpy.float32(0))


def sigmoid(values: Floats) -> Floats:
    """Map scores to (0, 1)."""
    return (1 / (1 + numpy.exp(-numpy.clip(values, -30, 30)))).astype(numpy.float32)


def summary(
    own: Floats,
    whole: Floats,
    net_passages: Floats,
    net_messages: Floats,
    asked: Floats,
    counts: Counts,
) -> Floats:
    """Describe each message to the top layer by the scores of the layers below; (messages x 99).

    The scores alone and as chances, and the chance of any two tags together: what goes with what in a
    message (55,930 messages, their folds: 0.774 exactly right without chances and pairs, 0.783 with them).
    """
    starts = numpy.concatenate([[0], numpy.cumsum(counts)[:-1]])
    chance = sigmoid(net_passages)
    sizes = numpy.array(counts, dtype=numpy.float32)[:, None]
    scores = [
        numpy.maximum.reduceat(own, starts),
        whole,
        numpy.maximum.reduceat(net_passages, starts),
        net_messages,
    ]
    each = sigmoid(((scores[0] + whole + 2 * net_messages) / 4).astype(numpy.float32))
    one, other = PAIRS
    return numpy.hstack(
        [
            *scores,
            *(sigmoid(score) for score in scores),
            each[:, one] * each[:, other],
            1 - numpy.exp(numpy.add.reduceat(numpy.log1p(-chance + 1e-6), starts)),
            numpy.add.reduceat(chance, starts) / sizes,
            asked,
            numpy.log(sizes),
        ]
    ).astype(numpy.float32)
