"""The whole model as plain arrays, and how it scores messages. Training fills it, the shelf keeps it."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy
import numpy.typing

from assistant.classify import features, labels, layers, lexicon, network, segment, words

Weights = numpy.typing.NDArray[numpy.float16]
#: messages that the network reads at once: what it holds of them should fit into a cache
AT_ONCE = 16
#: passages as half-open offsets into a text
Spans = Sequence[tuple[int, int]]


@dataclasses.dataclass(frozen=True, slots=True)
class Parts:
    """A message taken apart: where its passages lie, and all that is read, for both ways of reading."""

    spans: tuple[tuple[int, int], ...]
    #: as sets of features
    passages: tuple[features.Hashes, ...]
    subject: features.Hashes
    #: as units in their order
    passage_ids: tuple[network.Ids, ...]
    subject_ids: network.Ids
    #: (7,) chances that our last message asked each of Asked; the last: not known
    asked: layers.Floats


def certain(asked: labels.Asked | None) -> layers.Floats:
    """Write what our last message asked as chances; None: not known."""
    chances = numpy.zeros(layers.ASKED, dtype=numpy.float32)
    chances[-1 if asked is None else list(labels.Asked).index(asked)] = 1.0
    return chances


def apart(messages: Sequence[tuple[str, Spans, str, layers.Floats]]) -> list[Parts]:
    """Take messages apart: (text, its passages, subject, what was asked); several at once is quicker."""
    folded = [
        [*_cut(words.plain(text), spans), words.plain(subject)]
        for text, spans, subject, _ in messages
    ]
    readings = [lexicon.read(text) for texts in folded for text in texts]
    hashes, ids = features.of(readings), network.ids(readings)
    found = []
    begin = 0
    for _, spans, _, asked in messages:
        end = begin + len(spans)
        found.append(
            Parts(
                spans=tuple(spans),
                passages=tuple(hashes[begin:end]),
                subject=hashes[end],
                passage_ids=tuple(ids[begin:end]),
                subject_ids=ids[end],
                asked=asked,
            )
        )
        begin = end + 1
    return found


def _cut(text: str, spans: Spans) -> list[str]:
    return [text[start:end] for start, end in spans]


@dataclasses.dataclass(frozen=True, slots=True)
class Below:
    """What the layers below the top say; one row a passage or a message, one column a tag."""

    #: a passage alone, all passages together
    own: layers.Floats
    whole: layers.Floats
    #: the network's scores
    passages: layers.Floats
    messages: layers.Floats

    def about(self, asked: layers.Floats, counts: layers.Counts) -> layers.Floats:
        """Describe the messages to the top layer."""
        return layers.summary(self.own, self.whole, self.passages, self.messages, asked, counts)


@dataclasses.dataclass(frozen=True, slots=True)
class Scores:
    """What the model says of one message."""

    #: tag -> probability for the whole message
    message: Mapping[str, float]
    #: (passages x tags) probabilities
    passages: layers.Floats


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """Arrays by name; thresholds per tag and of certainty, chosen on batches kept out."""

    arrays: Mapping[str, numpy.typing.NDArray[numpy.generic]]
    thresholds: Mapping[str, float] = dataclasses.field(default_factory=dict)
    sure_from: float = 1.0

    def asked(self, ours: Sequence[tuple[str, str | None]]) -> list[layers.Floats]:
        """Say what our messages (subject, text) asked: (7,) chances each.

        A text of None: not known; "": there was no message.
        """
        texts = [f"{subject}\n{text}" for subject, text in ours if text and text.strip()]
        scored = iter(self._requests(texts))
        return [
            certain(None)
            if text is None
            else numpy.append(next(scored), numpy.float32(0))
            if text.strip()
            else certain(labels.Asked.NONE)
            for _, text in ours
        ]

    def parts(self, messages: Sequence[tuple[str, str, layers.Floats]]) -> list[Parts]:
        """Take messages apart: (text, subject, what was asked); a blank text is one empty passage."""
        return apart(
            [
                (text, segment.passages(text) or [(0, len(text))], subject, asked)
                for text, subject, asked in messages
            ]
        )

    def score(self, messages: Sequence[Parts]) -> list[Scores]:
        """Score several messages at once."""
        counts = [len(message.spans) for message in messages]
        asked = numpy.stack([message.asked for message in messages])
        (below,) = self.below(messages, [asked])
        about = below.about(asked, counts)
        chances = layers.sigmoid(about @ self._floats("top") + self._floats("top_bias"))
        both = numpy.stack([below.own, below.passages])
        single = layers.sigmoid(
            (both * self._floats("slopes")).sum(axis=0) + self._floats("offset")
        )
        ends = numpy.cumsum(counts)
        return [
            Scores(
                message={tag: float(chance) for tag, chance in zip(layers.TAGS, row, strict=True)},
                passages=single[end - count : end],
            )
            for row, count, end in zip(chances, counts, ends, strict=True)
        ]

    def below(self, messages: Sequence[Parts], told: Sequence[layers.Floats]) -> list[Below]:
        """Score messages with all layers below the top, once for each way to tell what was asked.

        `told`: (messages x 7) chances each; the texts are read but once.
        """
        known = self.vocabulary("")
        bags = known.bags([passage for parts in messages for passage in parts.passages])
        wholes = known.together(bags, [len(parts.spans) for parts in messages])
        subjects = known.bags([parts.subject for parts in messages])
        own = bags.times(self._weights("own")) + self._floats("own_bias")
        whole = wholes.times(self._weights("whole")) + subjects.times(
            self._weights("whole_subject")
        )
        of_asked, bias = self._floats("whole_asked"), self._floats("whole_bias")
        return [
            Below(own, whole + asked @ of_asked + bias, *scores)
            for asked, scores in zip(told, self._read(messages, told), strict=True)
        ]

    def _read(
        self, messages: Sequence[Parts], told: Sequence[layers.Floats]
    ) -> list[tuple[layers.Floats, layers.Floats]]:
        """Let the network read messages: its scores of their passages, and of the messages."""
        weights = {
            name: self._floats(f"net_{name}") for name in network.shapes() if name != "units"
        }
        weights["units"] = self.arrays["net_units"]  # type: ignore[assignment]  # half precision
        found: list[list[tuple[layers.Floats, layers.Floats]]] = [[] for _ in told]
        for start in range(0, len(messages), AT_ONCE):
            chosen = messages[start : start + AT_ONCE]
            given = network.batch(
                [parts.passage_ids for parts in chosen], [parts.subject_ids for parts in chosen]
            )
            trace = network.read(weights, given)
            for asked, scores in zip(told, found, strict=True):
                network.judge(trace, given, asked[start : start + AT_ONCE])
                scores.append((trace.passages, trace.messages))
        return [
            (
                numpy.concatenate([each for each, _ in scores]),
                numpy.concatenate([each for _, each in scores]),
            )
            for scores in found
        ]

    def weights_of(self, every: features.Hashes) -> layers.Floats:
        """Give the weights of single features in a passage, (features x tags); 0 where unknown."""
        known = self.vocabulary("")
        column = numpy.minimum(numpy.searchsorted(known.hashes, every), len(known.hashes) - 1)
        found = self._weights("own")[column].astype(numpy.float32)
        found *= known.rarity[column][:, None]
        found[known.hashes[column] != every] = 0
        return found

    def vocabulary(self, prefix: str) -> layers.Vocabulary:
        """Give the vocabulary of the client model (""), or of the manager's ("request_")."""
        hashes = self.arrays[f"{prefix}hashes"]
        return layers.Vocabulary(
            hashes.astype(numpy.uint32, copy=False), self._floats(f"{prefix}rarity")
        )

    def _requests(self, texts: Sequence[str]) -> layers.Floats:
        """Score our own messages: (texts x 6) chances, which sum to 1."""
        known = self.vocabulary("request_")
        readings = [lexicon.read(words.plain(text)) for text in texts]
        raw = known.bags(features.of(readings)).times(self._weights("request"))
        raw = numpy.exp(raw + self._floats("request_bias"))
        chances: layers.Floats = raw / raw.sum(axis=1, keepdims=True)
        return chances

    def _weights(self, name: str) -> Weights:
        """Give the half-precision weights called `name`."""
        return self.arrays[name].astype(numpy.float16, copy=False)

    def _floats(self, name: str) -> layers.Floats:
        """Give the array called `name` in single precision."""
        return self.arrays[name].astype(numpy.float32, copy=False)
