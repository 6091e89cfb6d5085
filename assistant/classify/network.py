"""A small convolutional network that reads the units of a text in their order; numpy alone.

A unit is the sum of what it is, of its pieces or neighbours, and of its classes in the lexicon. Three
convolutions look at 5, 5 and 3 units at a time, and what the first gives passes gates that it opens itself (Dauphin
et al. 2017); mean and maximum over a text make its vector. A passage is judged with its neighbours, the mean of the
message, the subject and what was asked; a message by the maximum over its passages.
`schooling` trains it.
"""

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence

import numpy
import numpy.typing

from assistant.classify import features, layers, lexicon

Ids = numpy.typing.NDArray[numpy.int32]
Places = numpy.typing.NDArray[numpy.int64]
#: by name, as in `shapes`; the table of units may be in half precision, which takes half the room
Weights = Mapping[str, layers.Floats]

#: rows of the table of units; row 0 is nothing, and stays zero
ROWS = 1 << 16
#: numbers that describe a unit, a unit among others, and a passage before it is judged
UNIT, INNER, JUDGED = 96, 128, 160
#: how far the convolutions look to either side; so many blanks stand between two texts
REACHES = (2, 2, 1)
BLANKS = max(REACHES)
#: what is seen of a unit: itself, its beginning and end (or with its neighbours), word class, idiom
SIGHTS = 5


def shapes() -> dict[str, tuple[int, ...]]:
    """Give the shape of each array of weights."""
    text, tags, asked = 2 * INNER, len(layers.TAGS), layers.ASKED
    passage, message = text + 3 * INNER + asked, text + INNER + asked + tags
    matrices = {
        "first": ((2 * REACHES[0] + 1) * UNIT, 2 * INNER),
        "second": ((2 * REACHES[1] + 1) * INNER, INNER),
        "third": ((2 * REACHES[2] + 1) * INNER, INNER),
        "beside": (2 * text, INNER),
        "around": (text, INNER),
        "subject": (text, INNER),
        "judged": (passage, JUDGED),
        "tags": (JUDGED, tags),
        "gathered": (message, INNER),
        "message": (INNER, tags),
    }
    biases = {f"{name}_bias": (shape[1],) for name, shape in matrices.items()}
    return {"units": (ROWS, UNIT), **matrices, **biases}


def ids(readings: Sequence[lexicon.Reading]) -> list[Ids]:
    """Give the rows of each text's units, (SIGHTS x units); a text without units is one blank."""
    texts = [[unit.text for unit in reading.units] for reading in readings]
    line = features.codes(text for units in texts for text in ("^", *units, "$"))
    sizes = numpy.array([len(units) for units in texts])
    starts = numpy.cumsum(sizes) - sizes
    at = numpy.arange(sizes.sum()) + 2 * numpy.repeat(numpy.arange(len(texts)), sizes) + 1
    found = numpy.zeros((SIGHTS, len(at)), dtype=numpy.int32)
    found[0] = _rows(line[at])
    ends = numpy.fromiter((_ends(text) for units in texts for text in units), dtype=numpy.int64)
    for sight, near, end in ((1, at - 1, ends >> 16), (2, at, ends & 0xFFFF)):
        # The bits of the first are spread, so that the order of the two matters.
        pair = _rows(line[near] * features.SPREAD ^ line[near + 1])
        found[sight] = numpy.where(end, end, pair)
    for reading, start in zip(readings, starts.tolist(), strict=True):
        for sight, classes in ((3, reading.senses), (4, reading.idioms)):
            for name, first, last in classes:
                found[sight, start + first : start + last] = _row(f"@{name}")
    blank = numpy.zeros((SIGHTS, 1), dtype=numpy.int32)
    apart = numpy.split(found, starts[1:], axis=1)
    return [text if text.size else blank for text in apart]


@functools.lru_cache(maxsize=200_000)
def _ends(text: str) -> int:
    """Give the rows of the beginning and the end of a longer word, in 16 bits each; 0 for anything else."""
    if len(text) > 3 and text[0].isascii() and text[0] != "<":
        return _row(f"{text[:3]}-") << 16 | _row(f"-{text[-3:]}")
    return 0


def _row(what: str) -> int:
    return features.code_of(what) % (ROWS - 1) + 1


def _rows(codes: features.Hashes) -> Ids:
    return (codes % numpy.uint32(ROWS - 1) + numpy.uint32(1)).astype(numpy.int32)


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """Several messages: all their passages, then all their subjects, in one line with blanks between."""

    #: (SIGHTS x places)
    ids: Ids
    #: which places hold a unit of a text
    inside: Places
    #: of the places inside: where each text begins, and how many each has
    starts: Places
    sizes: layers.Floats
    #: passages of each message, and the message of each passage
    counts: Places
    owner: Places

    @property
    def shares(self) -> layers.Floats:
        """What part of a message each of its passages is, (messages x 1)."""
        return (1 / self.counts).astype(numpy.float32)[:, None]


def batch(passages: Sequence[Sequence[Ids]], subjects: Sequence[Ids]) -> Batch:
    """Set messages in one line."""
    texts = [text for message in passages for text in message] + list(subjects)
    blank = numpy.zeros((SIGHTS, BLANKS), dtype=numpy.int32)
    line = numpy.concatenate([piece for text in texts for piece in (blank, text)], axis=1)
    sizes = numpy.array([text.shape[1] for text in texts])
    starts = numpy.cumsum(sizes) - sizes
    counts = numpy.array([len(message) for message in passages])
    text_of = numpy.repeat(numpy.arange(len(texts)), sizes)
    return Batch(
        ids=line,
        inside=numpy.arange(len(text_of)) + BLANKS * (text_of + 1),
        starts=starts,
        sizes=sizes.astype(numpy.float32)[:, None],
        counts=counts,
        owner=layers.owner(counts),
    )


#: leaves numbers out
Drop = Callable[[layers.Floats], layers.Floats]


def _as_it_is(values: layers.Floats) -> layers.Floats:
    """Leave out nothing; in training some numbers are dropped here."""
    return values


@dataclasses.dataclass(slots=True)
class Trace:
    """All that was seen on the way through; training goes the same way back."""

    weights: Weights
    #: what each layer saw, and what it gave, after its rectifier; of a gated one what it lets through, and its gates
    seen: dict[str, layers.Floats] = dataclasses.field(default_factory=dict)
    gave: dict[str, layers.Floats] = dataclasses.field(default_factory=dict)
    #: (places inside x INNER): every unit among others
    units: layers.Floats = dataclasses.field(init=False)
    #: (texts x 2 INNER), (passages x tags) and (messages x tags) scores
    texts: layers.Floats = dataclasses.field(init=False)
    passages: layers.Floats = dataclasses.field(init=False)
    messages: layers.Floats = dataclasses.field(init=False)

    def layer(self, name: str, values: layers.Floats, *, rectified: bool = True) -> layers.Floats:
        """Pass a layer."""
        self.seen[name] = values
        out = values @ self.weights[name] + self.weights[f"{name}_bias"]
        self.gave[name] = numpy.maximum(out, 0) if rectified else out
        return self.gave[name]

    def gated(self, name: str, values: layers.Floats) -> layers.Floats:
        """Pass a layer of twice the width, whose second half says how far the first is let through."""
        out = self.layer(name, values, rectified=False)
        width = out.shape[1] // 2
        out[:, width:] = layers.sigmoid(out[:, width:])
        return out[:, :width] * out[:, width:]


def forward(weights: Weights, given: Batch, asked: layers.Floats, drop: Drop = _as_it_is) -> Trace:
    """Score passages and messages, of which `asked` says what was asked; a score of 0 is a probability of one half."""
    trace = read(weights, given, drop)
    judge(trace, given, asked, drop)
    return trace


def read(weights: Weights, given: Batch, drop: Drop = _as_it_is) -> Trace:
    """Read all texts, as far as it is one what was asked."""
    trace = Trace(weights)
    values = drop(weights["units"][given.ids].astype(numpy.float32, copy=False).sum(axis=0))
    units = trace.gated("first", windows(values, given.inside, REACHES[0]))
    for name, reach in (("second", REACHES[1]), ("third", REACHES[2])):
        units = units + trace.layer(name, windows(spread(units, given), given.inside, reach))
    trace.units = units
    trace.texts = numpy.hstack(
        [
            numpy.add.reduceat(units, given.starts) / given.sizes,
            numpy.maximum.reduceat(units, given.starts),
        ]
    )
    return trace


def judge(trace: Trace, given: Batch, asked: layers.Floats, drop: Drop = _as_it_is) -> None:
    """Score what was read, given the (messages x ASKED) chances of what was asked; again, where that is another."""
    own = trace.texts[: len(given.owner)]
    subject = trace.layer("subject", trace.texts[len(given.owner) :])
    beside = trace.layer(
        "beside", numpy.hstack([layers.shifted(own, given.counts, by) for by in (-1, 1)])
    )
    firsts = numpy.cumsum(given.counts) - given.counts
    around = trace.layer("around", numpy.add.reduceat(own, firsts) * given.shares)
    each = [own, beside, *(values[given.owner] for values in (around, subject, asked))]
    judged = trace.layer("judged", drop(numpy.hstack(each)))
    trace.passages = trace.layer("tags", judged, rectified=False)
    best = numpy.maximum.reduceat(trace.passages, firsts)
    together = [numpy.maximum.reduceat(own, firsts), subject, asked, best]
    gathered = trace.layer("gathered", drop(numpy.hstack(together)))
    trace.messages = trace.layer("message", gathered, rectified=False) + best


def spread(units: layers.Floats, given: Batch) -> layers.Floats:
    """Set units back to their places, with the blanks between texts."""
    line = numpy.zeros((given.ids.shape[1], units.shape[1]), dtype=numpy.float32)
    line[given.inside] = units
    return line


def windows(line: layers.Floats, inside: Places, reach: int) -> layers.Floats:
    """Give each place inside with `reach` places on either side, side by side."""
    width = line.shape[1]
    padded = numpy.concatenate([line, numpy.zeros((reach, width), dtype=numpy.float32)])
    # Rows lie one after the other in memory, so that a window is one piece of it: the copy is five times as quick.
    size = (2 * reach + 1) * width
    every = numpy.lib.stride_tricks.sliding_window_view(padded.reshape(-1), size)[::width]
    found: layers.Floats = every[inside - reach]
    return found
