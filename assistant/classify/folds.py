"""The corpus taken apart for training: passages, features and truth, in folds over author batches."""

import dataclasses
from collections.abc import Sequence

import numpy
import numpy.typing

from assistant.classify import corpus, features, model, solver, words

Rows = numpy.typing.NDArray[numpy.int64]

#: folds over author batches
FOLDS = 5
#: share of the messages that train without knowing what our last message asked
WITHHELD = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Material:
    """The corpus taken apart, once for all folds."""

    #: with what was asked, and without
    known: list[model.Parts]
    unknown: list[model.Parts]
    #: of which half trains without
    withheld: numpy.typing.NDArray[numpy.bool_]
    #: (passages x 7), (messages x 7)
    passages: solver.Truth
    messages: solver.Truth
    fold: Rows
    weights: solver.Floats

    @property
    def counts(self) -> list[int]:
        """Give the number of passages of each message."""
        return [len(parts.spans) for parts in self.known]

    def mixed(self, chosen: Rows) -> list[model.Parts]:
        """Give the chosen messages as they are trained on."""
        return [(self.unknown if self.withheld[at] else self.known)[at] for at in chosen]

    def rows(self, chosen: Rows) -> Rows:
        """Give the passages of the chosen messages."""
        counts = numpy.array(self.counts)
        ends = numpy.cumsum(counts)
        return numpy.concatenate(
            [
                numpy.arange(end - count, end)
                for end, count in zip(ends[chosen], counts[chosen], strict=True)
            ]
        )


def take_apart(examples: Sequence[corpus.Example], seed: int) -> Material:
    """Split every message into passages, with features and truth."""
    batches = sorted({example.batch for example in examples})
    known: list[model.Parts] = []
    rows: list[list[bool]] = []
    for example in examples:
        text, passages = corpus.passages(example)
        folded = words.plain(text)
        known.append(
            model.Parts(
                spans=tuple((start, end) for start, end, _ in passages),
                passages=tuple(features.of([folded[start:end] for start, end, _ in passages])),
                subject=features.of([words.plain(example.subject)])[0],
                asked=model.certain(example.asked),
            )
        )
        rows.extend(_truth(tags) for _, _, tags in passages)
    return Material(
        known=known,
        unknown=[dataclasses.replace(parts, asked=model.certain(None)) for parts in known],
        withheld=numpy.random.default_rng(seed).random(len(known)) < WITHHELD,
        passages=numpy.array(rows, dtype=numpy.int8),
        messages=numpy.array([_truth(example.tags) for example in examples], dtype=numpy.int8),
        fold=numpy.array([batches.index(example.batch) % FOLDS for example in examples]),
        weights=numpy.ones(len(known)),
    )


def _truth(tags: frozenset[str]) -> list[bool]:
    """Write tags as a row over layers.TAGS; the last column: any decision."""
    found = [tag in tags for tag in corpus.TAGS]
    return [*found, any(found[3:])]
