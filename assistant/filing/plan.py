"""Matters -> what to do to the record: open an item, or join the one that the thread has."""

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence

from assistant.classify.labels import Label, Outcome
from assistant.filing import matters
from assistant.filing.authority import Authority

#: the letters of an item's reference, by kind
PREFIXES = {
    Label.REQUIREMENT_CHANGE: "CR",
    Label.ISSUE: "IS",
    Label.APPROVAL: "AP",
    Label.STATUS_REQUEST: "SR",
}
#: an item's reference inside running text: "CR-12", "ACME/CR-12"
_REFERENCE = re.compile(r"(?<![A-Za-z])(CR|IS|AP|SR)-(\d{1,6})(?!\d)", re.IGNORECASE)
#: words that point back to something already told
_AGAIN = re.compile(
    r"still|again|as before|same (?:problem|thing|issue|error)|come back|came back|once more|my last|follow(?:ing)? up"
    r"|还是|還是|仍|依然|依旧|又|再次|上次|之前说|之前說|前面说|刚才说|这个问题|這個問題|该问题|此问题",
    re.IGNORECASE,
)
#: words that say that this is something else
_ELSE = re.compile(
    r"another|also|separately|besides|in addition|different (?:matter|thing|issue)|new (?:issue|problem|request)"
    r"|另外|此外|还有一|還有一|另一|别的|別的|新的问题|新需求",
    re.IGNORECASE,
)
#: share of common character trigrams (Jaccard, [0, 1]) from which two texts tell the same matter
SAME_MATTER = 0.2


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """An item of the project that the message may be about."""

    #: without the project's key: "CR-12"
    ref: str
    kind: Label
    #: the client's words so far
    words: str
    #: open in the sense that something may still happen to it
    is_open: bool
    #: filed from this message's own thread
    in_thread: bool
    #: an approver's confirmed decision: nobody else's word changes it (design, law 4)
    settled: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Action:
    """One step for the record: `joins` names the item to add to; "" opens a new one."""

    matter: matters.Matter
    joins: str = ""
    authority: Authority | None = None

    @property
    def outcome(self) -> Outcome | None:
        """The approval's outcome; None for the other kinds."""
        return self.matter.outcome


def plan(
    found: Sequence[matters.Matter],
    known: Sequence[Known],
    sender_authority: Authority,
) -> tuple[Action, ...]:
    """Decide for each matter whether it is new; no two matters of one message join one item."""
    actions: list[Action] = []
    taken: set[str] = set()
    for matter in found:
        free = [
            item
            for item in known
            if item.kind is matter.kind
            and item.ref not in taken
            and (not item.settled or sender_authority is Authority.ENTITLED)
        ]
        joins = _joined(matter, free)
        taken.add(joins)
        decided = sender_authority if matter.kind is Label.APPROVAL else None
        actions.append(Action(matter, joins, decided))
    return tuple(actions)


def _joined(matter: matters.Matter, items: Sequence[Known]) -> str:
    """Give the reference of the item that the matter goes on with, or ""."""
    named = {f"{kind.upper()}-{int(number)}" for kind, number in _REFERENCE.findall(matter.words)}
    for item in items:
        if item.ref in named:
            return item.ref
    here = [item for item in items if item.in_thread and item.is_open]
    if not here or _ELSE.search(matter.words):
        return ""
    best = max(here, key=lambda item: likeness(item.words, matter.words))
    if likeness(best.words, matter.words) >= SAME_MATTER:
        return best.ref
    return here[0].ref if len(here) == 1 and _goes_on(matter) else ""


def _goes_on(matter: matters.Matter) -> bool:
    """Say whether the words alone point back: a second decision or question on the one thing in the thread does."""
    if matter.kind in (Label.APPROVAL, Label.STATUS_REQUEST):
        return True
    return _AGAIN.search(matter.words) is not None


def likeness(one: str, other: str) -> float:
    """Give the Jaccard index of the two texts' character trigrams, in [0, 1]."""
    a, b = _trigrams(one), _trigrams(other)
    union = sum((a | b).values())
    return sum((a & b).values()) / union if union else 0.0


def _trigrams(text: str) -> Counter[str]:
    letters = re.sub(r"\W+", "", text.lower())
    return Counter(letters[i : i + 3] for i in range(max(1, len(letters) - 2)))
