"""The reader: newly written text and its thread -> Verdict."""

import dataclasses
import functools
import hashlib
from collections.abc import Sequence

import numpy
import numpy.typing

from assistant.classify import (
    evaluate,
    facts,
    features,
    layers,
    lexicon,
    model,
    second,
    verdict,
    words,
)
from assistant.classify.labels import Label, Outcome

#: how many words (Chinese: characters) are named as the reason
WORDS = 6
#: chance of being wrong from which a label is named as a reason
_DOUBTFUL = 0.1
_MIXED = "It says yes to something, and decides otherwise on something else, or on the same."
_UNDECIDED = "It is not clear what was decided: a yes, a yes with a condition, or a no."
#: least chance of a yes (those of 0.6 to 0.8 are right in 70 of 100 kept out; with 0.6, and 0.4 below, 24 yeses of the
#: suites are false, twice 802 messages, and 10 of 5,060 by unseen authors; so it is 15 and 4, and 8 of 286 true ones of
#: the suites are lost; 2026-11-30)
YES = 0.8
#: least chance of a yes that is merely likelier than the other outcomes; it is never sure
GUESSED = 0.6
#: chance of a yes that outweighs an open end in its words
PLAIN = 0.9
#: chance of a yes under which it is never sure
LIKELY = 0.85
_TAG = {
    Label.REQUIREMENT_CHANGE: "requirement_change",
    Label.ISSUE: "issue",
    Label.APPROVAL: "approval",
    Label.STATUS_REQUEST: "status_request",
}
_OUTCOME_TAG = {outcome: f"approval:{outcome.value}" for outcome in Outcome}
#: why a label is in doubt, as the manager reads it
_DOUBTS = {
    Label.REQUIREMENT_CHANGE: "It may or may not ask for something different ({chance:.0%}).",
    Label.ISSUE: "It may or may not say that something is wrong ({chance:.0%}).",
    Label.APPROVAL: "It may or may not decide something ({chance:.0%}).",
    Label.STATUS_REQUEST: "It may or may not ask how the work stands ({chance:.0%}).",
}


class Reader:
    """Understands messages with one model; holds no state between them."""

    def __init__(self, made: model.Model) -> None:
        self.model = made

    @functools.cached_property
    def version(self) -> str:
        """Give a short hash of all weights."""
        digest = hashlib.sha256()
        for name in sorted(self.model.arrays):
            digest.update(name.encode() + self.model.arrays[name].tobytes())
        digest.update(repr((sorted(self.model.thresholds.items()), self.model.sure_from)).encode())
        return digest.hexdigest()[:12]

    def understand(self, text: str, context: verdict.Context) -> verdict.Verdict:
        """Understand one message: its newly written text, and what is known beside it."""
        return self.understand_many([(text, context)])[0]

    def understand_many(
        self, messages: Sequence[tuple[str, verdict.Context]]
    ) -> list[verdict.Verdict]:
        """Understand several messages at once; quicker than one by one."""
        if not messages:
            return []
        asked = self.model.asked(
            [(about.parent_subject, about.parent_text) for _, about in messages]
        )
        parts = self.model.parts(
            [
                (text, about.subject, chances)
                for (text, about), chances in zip(messages, asked, strict=True)
            ]
        )
        scores = self.model.score(parts)
        found = [
            self._verdict(text, about, each, score)
            for (text, about), each, score in zip(messages, parts, scores, strict=True)
        ]
        because = iter(self._because([passage for each in found for passage in each.passages]))
        return [
            dataclasses.replace(
                each,
                passages=tuple(
                    dataclasses.replace(passage, because=next(because)) for passage in each.passages
                ),
            )
            for each in found
        ]

    def _verdict(
        self, text: str, about: verdict.Context, parts: model.Parts, scores: model.Scores
    ) -> verdict.Verdict:
        """Turn scores into labels, outcomes, evidence and doubts."""
        cuts = self.model.thresholds
        labels = [label for label, tag in _TAG.items() if scores.message[tag] >= cuts[tag]]
        outcomes = self._outcomes(text, parts, scores) if Label.APPROVAL in labels else ()
        passages = tuple(
            dataclasses.replace(passage, facts=facts.of(passage.text, about.written_at))
            for passage in self._passages(text, parts, scores, labels, outcomes)
        )
        reasons = tuple(self._doubts(text, scores, outcomes, passages))
        chances = {label: scores.message[tag] for label, tag in _TAG.items()}
        chances[Label.OTHER] = float(numpy.prod([1 - chance for chance in chances.values()]))
        return verdict.Verdict(
            labels=tuple(labels) or (Label.OTHER,),
            outcomes=outcomes,
            scores=chances,
            passages=passages,
            sure=not reasons,
            reasons=reasons,
            model=self.version,
        )

    def _outcomes(self, text: str, parts: model.Parts, scores: model.Scores) -> tuple[Outcome, ...]:
        """Choose the outcomes: those over their threshold, or else the likeliest.

        A yes that is merely the likeliest needs GUESSED; under that, the next likeliest is given, however unlikely.
        A yes that is taken back later is none; neither is one whose every passage leaves something open,
        unless its chance is PLAIN.
        """
        chances = {outcome: scores.message[tag] for outcome, tag in _OUTCOME_TAG.items()}
        carry = self._carriers(scores, _OUTCOME_TAG[Outcome.GRANTED])
        yes = [text[slice(*parts.spans[at])] for at in carry]
        left_open = chances[Outcome.GRANTED] < PLAIN and second.leaves_open(yes)
        if left_open or second.takes_back(text[parts.spans[carry[0]][0] :]):
            del chances[Outcome.GRANTED]
        likeliest = max(chances, key=lambda outcome: chances[outcome])
        said = self._said(scores) | {likeliest}
        found = tuple(o for o, chance in chances.items() if o in said and chance >= self._cut(o))
        if found:
            return found
        if Outcome.GRANTED in chances and chances[Outcome.GRANTED] < GUESSED:
            del chances[Outcome.GRANTED]
        return (max(chances, key=lambda outcome: chances[outcome]),)

    def _undecided(self, scores: model.Scores, outcomes: Sequence[Outcome]) -> bool:
        """Whether a rule took a yes away, a yes is not LIKELY, or another outcome is below its threshold."""
        over = {o for o, tag in _OUTCOME_TAG.items() if scores.message[tag] >= self._cut(o)}
        taken = Outcome.GRANTED in over and Outcome.GRANTED not in outcomes
        likely = scores.message[_OUTCOME_TAG[Outcome.GRANTED]] >= LIKELY
        weak = Outcome.GRANTED in outcomes and not likely
        return bool(outcomes) and (taken or weak or not over.issuperset(outcomes))

    def _said(self, scores: model.Scores) -> set[Outcome]:
        """Give the likeliest outcome of each passage that decides something: one per decision."""
        columns = [layers.TAGS.index(tag) for tag in _OUTCOME_TAG.values()]
        order = list(_OUTCOME_TAG)
        return {
            order[int(scores.passages[at, columns].argmax())]
            for at in self._carriers(scores, "approval")
        }

    def _cut(self, outcome: Outcome) -> float:
        """Give an outcome's threshold; a yes needs more than the best F1 asks, for a false one is dear."""
        cut = self.model.thresholds[_OUTCOME_TAG[outcome]]
        return max(cut, YES) if outcome is Outcome.GRANTED else cut

    def _carriers(self, scores: model.Scores, tag: str) -> list[int]:
        """List the passages that carry a tag which the message has; at least the likeliest."""
        column = scores.passages[:, layers.TAGS.index(tag)]
        over = numpy.flatnonzero(column >= 0.5)
        return [int(at) for at in over] or [int(column.argmax())]

    def _doubts(
        self,
        text: str,
        scores: model.Scores,
        outcomes: Sequence[Outcome],
        passages: Sequence[verdict.Passage],
    ) -> list[str]:
        """Say in plain sentences what is not beyond doubt."""
        cuts = self.model.thresholds
        row = numpy.array([[scores.message[tag] for tag in layers.TAGS]], dtype=numpy.float32)
        doubts: list[str] = []
        if evaluate.certainty(row, cuts)[0] < self.model.sure_from:
            doubts = [
                _DOUBTS[label].format(chance=scores.message[tag])
                for label, tag in self._open(scores)
            ]
            if outcomes:
                doubts.append(_UNDECIDED)
        if self._undecided(scores, outcomes) and _UNDECIDED not in doubts:
            doubts.append(_UNDECIDED)
        if Outcome.GRANTED in outcomes and len(outcomes) > 1:
            doubts.append(_MIXED)
        granted = [each for each in passages if Outcome.GRANTED in each.outcomes]
        return doubts + second.doubts(
            [each.text for each in granted],
            [text[each.end : each.end + second.NEAR] for each in granted],
        )

    def _open(self, scores: model.Scores) -> list[tuple[Label, str]]:
        """List the labels that are far from certain; at least the least certain one."""

        def doubt(tag: str) -> float:
            chance = scores.message[tag]
            return 1 - chance if chance >= self.model.thresholds[tag] else chance

        ranked = sorted(_TAG.items(), key=lambda item: -doubt(item[1]))
        return [item for at, item in enumerate(ranked) if not at or doubt(item[1]) > _DOUBTFUL]

    def _passages(
        self,
        text: str,
        parts: model.Parts,
        scores: model.Scores,
        labels: Sequence[Label],
        outcomes: Sequence[Outcome],
    ) -> list[verdict.Passage]:
        """Find the passages that carry the labels; each label has at least one."""
        given: dict[int, list[str]] = {}
        for tag in [*(_TAG[label] for label in labels), *(_OUTCOME_TAG[o] for o in outcomes)]:
            for at in self._carriers(scores, tag):
                given.setdefault(at, []).append(tag)
        return [self._passage(text, parts, scores, at, tags) for at, tags in sorted(given.items())]

    def _passage(
        self, text: str, parts: model.Parts, scores: model.Scores, at: int, tags: list[str]
    ) -> verdict.Passage:
        """Describe one passage that carries something."""
        start, end = parts.spans[at]
        decided = tuple(outcome for outcome, tag in _OUTCOME_TAG.items() if tag in tags)
        if decided and "approval" not in tags:
            tags = [*tags, "approval"]
        columns = [layers.TAGS.index(tag) for tag in tags]
        return verdict.Passage(
            start=start,
            end=end,
            text=text[start:end],
            labels=tuple(label for label, tag in _TAG.items() if tag in tags),
            outcomes=decided,
            score=float(scores.passages[at, columns].min()),
        )

    def _because(self, passages: Sequence[verdict.Passage]) -> list[tuple[str, ...]]:
        """Name the words that weighed most for each passage's tags, in its own words and order.

        All units stand in one line, a place of its own after each passage; what a feature weighs is
        shared by the units that it covers.
        """
        if not passages:
            return []
        readings = [lexicon.read(words.plain(passage.text)) for passage in passages]
        found = features.grams(readings)
        sizes = numpy.array([len(reading.units) for reading in readings])
        starts = numpy.cumsum(sizes + 1) - sizes - 1
        counted = numpy.array([_counted(passage) for passage in passages])
        weights = (self.model.weights_of(found.hashes) * counted[found.text]).sum(axis=1)
        last = numpy.minimum(found.last, sizes[found.text])
        each = weights / numpy.maximum(1, last - found.first)
        total = int((sizes + 1).sum())
        rises = numpy.bincount(starts[found.text] + found.first, each, total)
        falls = numpy.bincount(starts[found.text] + last, each, total)
        share = numpy.cumsum(rises - falls)
        return [
            _heaviest(passage.text, reading.units, share[start : start + size])
            for passage, reading, start, size in zip(passages, readings, starts, sizes, strict=True)
        ]


def _counted(passage: verdict.Passage) -> list[bool]:
    """Say of each of layers.TAGS whether the passage bears it."""
    tags = {_TAG[label] for label in passage.labels} | {_OUTCOME_TAG[o] for o in passage.outcomes}
    return [tag in tags for tag in layers.TAGS]


def _heaviest(
    text: str, units: Sequence[words.Unit], share: numpy.typing.NDArray[numpy.float64]
) -> tuple[str, ...]:
    """Give the WORDS units with the largest share, as they stand in the text."""
    best = numpy.argsort(-share, kind="stable")[:WORDS]
    chosen = [units[at] for at in sorted(best) if share[at] > 0 and _is_word(units[at])]
    return tuple(text[start:end] for start, end in _runs(chosen))


def _is_word(unit: words.Unit) -> bool:
    """Whether the unit is more than a mark."""
    return any(character.isalnum() for character in unit.text)


def _runs(units: Sequence[words.Unit]) -> list[tuple[int, int]]:
    """Join Chinese characters that stand side by side into words; give offsets."""
    runs: list[tuple[int, int]] = []
    for unit in units:
        if runs and runs[-1][1] == unit.start:
            runs[-1] = (runs[-1][0], unit.end)
        else:
            runs.append((unit.start, unit.end))
    return runs
