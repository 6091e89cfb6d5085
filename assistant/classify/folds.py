"""The corpus taken apart for training: passages, features and truth, in folds over author batches."""

import collections
import dataclasses
import re
import zlib
from collections.abc import Iterable, Sequence

import numpy
import numpy.typing

from assistant.classify import corpus, model, schooling, solver

Rows = numpy.typing.NDArray[numpy.int64]

#: folds over author batches, of which the top layer is held out
FOLDS = 5
#: one in so many batches is kept from the layers below the top, when they are trained to be judged
KEPT_OUT = 3
#: so many messages are taken apart at once
TOGETHER = 500
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
    #: which messages the layers below the top have not seen when they are judged: those of a third of the batches
    kept_out: numpy.typing.NDArray[numpy.bool_]
    weights: solver.Floats
    #: passages of each message
    counts: Rows

    def mixed(self, chosen: Rows) -> list[model.Parts]:
        """Give the chosen messages as they are trained on."""
        return [(self.unknown if self.withheld[at] else self.known)[at] for at in chosen]

    def rows(self, chosen: Rows) -> Rows:
        """Give the passages of the chosen messages."""
        ends = numpy.cumsum(self.counts)
        return numpy.concatenate(
            [
                numpy.arange(end - count, end)
                for end, count in zip(ends[chosen], self.counts[chosen], strict=True)
            ]
        )

    def lessons(self, chosen: Rows) -> list[schooling.Lesson]:
        """Give the chosen messages as the network learns from them."""
        starts = numpy.cumsum(self.counts) - self.counts
        return [
            schooling.Lesson(
                passages=self.known[at].passage_ids,
                subject=self.known[at].subject_ids,
                asked=self.known[at].asked,
                unknown=self.unknown[at].asked,
                passage_tags=self.passages[starts[at] : starts[at] + self.counts[at]].astype(
                    numpy.float32
                ),
                tags=self.messages[at].astype(numpy.float32),
            )
            for at in chosen
        ]


def kept_out(batches: Iterable[str]) -> frozenset[str]:
    """Choose the batches that judge: by the number in a batch's name, so that a new one moves no other.

    Where that would leave less than two on one side, it is every second, the last among them.
    """
    names = sorted(set(batches))
    found = [name for name in names if _number(name) % KEPT_OUT == 0]
    return frozenset(found if 2 <= len(found) <= len(names) - 2 else names[::-2])


def _number(batch: str) -> int:
    number = re.search(r"\d+(?=\D*$)", batch)
    return int(number[0]) if number else zlib.crc32(batch.encode())


def take_apart(examples: Sequence[corpus.Example], seed: int) -> Material:
    """Split every message into passages, with features and truth."""
    batches = sorted({example.batch for example in examples})
    judging = kept_out(batches)
    # Counted among those that judge, and among the others: neighbours in either are in different folds.
    ranks = collections.Counter[bool]()
    fold = {}
    for batch in batches:
        fold[batch] = ranks[batch in judging] % FOLDS
        ranks[batch in judging] += 1
    known: list[model.Parts] = []
    rows: list[list[bool]] = []
    for start in range(0, len(examples), TOGETHER):
        chosen = examples[start : start + TOGETHER]
        found = [corpus.passages(example) for example in chosen]
        known += model.apart(
            [
                (
                    text,
                    [(begin, end) for begin, end, _ in spans],
                    example.subject,
                    model.certain(example.asked),
                )
                for example, (text, spans) in zip(chosen, found, strict=True)
            ]
        )
        rows.extend(_truth(tags) for _, spans in found for _, _, tags in spans)
    return Material(
        known=known,
        unknown=[dataclasses.replace(parts, asked=model.certain(None)) for parts in known],
        withheld=numpy.random.default_rng(seed).random(len(known)) < WITHHELD,
        passages=numpy.array(rows, dtype=numpy.int8),
        messages=numpy.array([_truth(example.tags) for example in examples], dtype=numpy.int8),
        fold=numpy.array([fold[example.batch] for example in examples]),
        kept_out=numpy.array([example.batch in judging for example in examples]),
        weights=numpy.ones(len(known)),
        counts=numpy.array([len(parts.spans) for parts in known]),
    )


def _truth(tags: frozenset[str]) -> list[bool]:
    """Write tags as a row over layers.TAGS; the last column: any decision."""
    found = [tag in tags for tag in corpus.TAGS]
    return [*found, any(found[3:])]
