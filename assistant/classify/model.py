"""The whole model as plain arrays, and how it scores messages. Training fills it, the shelf keeps it."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy
import numpy.typing

from assistant.classify import features, labels, layers, segment, words

Weights = numpy.typing.NDArray[numpy.float16]
#: one column each of Asked, and the last for "not known"
ASKED_COLUMNS = len(labels.Asked) + 1


@dataclasses.dataclass(frozen=True, slots=True)
class Parts:
    """A message taken apart: where its passages lie, and the features of all that is read."""

    spans: tuple[tuple[int, int], ...]
    passages: tuple[features.Hashes, ...]
    subject: features.Hashes
    #: (7,) chances that our last message asked each of Asked; the last: not known
    asked: layers.Floats


def certain(asked: labels.Asked | None) -> layers.Floats:
    """Write what our last message asked as chances; None: not known."""
    chances = numpy.zeros(ASKED_COLUMNS, dtype=numpy.float32)
    chances[-1 if asked is None else list(labels.Asked).index(asked)] = 1.0
    return chances


def together(passages: Sequence[features.Hashes]) -> features.Hashes:
    """Give the features of all passages of a message as one set."""
    return numpy.unique(numpy.concatenate(passages))


@dataclasses.dataclass(frozen=True, slots=True)
class Scores:
    """What the model says of one message."""

    #: tag -> probability for the whole message
    message: Mapping[str, float]
    #: (passages x tags) probabilities
    passages: layers.Floats


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """Arrays by name; thresholds per tag and of certainty, chosen on held-out folds."""

    arrays: Mapping[str, numpy.typing.NDArray[numpy.generic]]
    thresholds: Mapping[str, float] = dataclasses.field(default_factory=dict)
    sure_from: float = 1.0

    def asked(self, subject: str, text: str | None) -> layers.Floats:
        """Say what our message asked: (7,) chances; `text` None: not known; "": there was none."""
        if text is None:
            return certain(None)
        if not text.strip():
            return certain(labels.Asked.NONE)
        return numpy.append(self._request(subject, text), numpy.float32(0))

    def parts(self, text: str, subject: str, asked: layers.Floats) -> Parts:
        """Take a message apart; a blank text is one empty passage."""
        folded = words.plain(text)
        spans = segment.passages(text) or [(0, len(text))]
        return Parts(
            spans=tuple(spans),
            passages=tuple(features.of(folded[start:end]) for start, end in spans),
            subject=features.of(words.plain(subject)),
            asked=asked,
        )

    def score(self, messages: Sequence[Parts]) -> list[Scores]:
        """Score several messages at once."""
        counts = [len(message.spans) for message in messages]
        near, own, whole = self.below(messages)
        asked = numpy.stack([message.asked for message in messages])
        about = layers.summary(own, near, whole, asked, counts)
        chances = layers.sigmoid(about @ self._floats("top") + self._floats("top_bias"))
        single = layers.sigmoid(near * self._floats("slope") + self._floats("offset"))
        ends = numpy.cumsum(counts)
        return [
            Scores(
                message={tag: float(chance) for tag, chance in zip(layers.TAGS, row, strict=True)},
                passages=single[end - count : end],
            )
            for row, count, end in zip(chances, counts, ends, strict=True)
        ]

    def below(
        self, messages: Sequence[Parts]
    ) -> tuple[layers.Floats, layers.Floats, layers.Floats]:
        """Score passages in context, passages alone, and whole messages; each (rows x tags)."""
        counts = [len(message.spans) for message in messages]
        message = layers.owner(counts)
        known = self.vocabulary("")
        bags = known.bags([passage for parts in messages for passage in parts.passages])
        wholes = known.bags([together(parts.passages) for parts in messages])
        subjects = known.bags([parts.subject for parts in messages])
        asked = numpy.stack([parts.asked for parts in messages])
        near = (
            bags.times(self._weights("near"))
            + layers.shifted(bags.times(self._weights("before")), counts, -1)
            + layers.shifted(bags.times(self._weights("after")), counts, 1)
            + subjects.times(self._weights("subject"))[message]
            + (asked @ self._floats("asked"))[message]
            + layers.place(counts) @ self._floats("place")
            + self._floats("near_bias")
        )
        own = bags.times(self._weights("own")) + self._floats("own_bias")
        whole = (
            wholes.times(self._weights("whole"))
            + subjects.times(self._weights("whole_subject"))
            + asked @ self._floats("whole_asked")
            + self._floats("whole_bias")
        )
        return near, own, whole

    def weights_of(self, hashes: Sequence[int]) -> layers.Floats:
        """Give the weights of single features in a passage, (features x tags); 0 where unknown."""
        known = self.vocabulary("")
        every = numpy.array(hashes, dtype=numpy.uint32)
        column = numpy.minimum(numpy.searchsorted(known.hashes, every), len(known.hashes) - 1)
        found = self._weights("near")[column].astype(numpy.float32)
        found *= known.rarity[column][:, None]
        found[known.hashes[column] != every] = 0
        return found

    def vocabulary(self, prefix: str) -> layers.Vocabulary:
        """Give the vocabulary of the client model (""), or of the manager's ("request_")."""
        hashes = self.arrays[f"{prefix}hashes"]
        return layers.Vocabulary(
            hashes.astype(numpy.uint32, copy=False), self._floats(f"{prefix}rarity")
        )

    def _request(self, subject: str, text: str) -> layers.Floats:
        """Score our own message: (6,) chances, which sum to 1."""
        known = self.vocabulary("request_")
        bags = known.bags([features.of(words.plain(f"{subject}\n{text}"))])
        raw = bags.times(self._weights("request"))[0] + self._floats("request_bias")
        raw = numpy.exp(raw - raw.max())
        chances: layers.Floats = (raw / raw.sum()).astype(numpy.float32)
        return chances

    def _weights(self, name: str) -> Weights:
        """Give the half-precision weights called `name`."""
        return self.arrays[name].astype(numpy.float16, copy=False)

    def _floats(self, name: str) -> layers.Floats:
        """Give the array called `name` in single precision."""
        return self.arrays[name].astype(numpy.float32, copy=False)
