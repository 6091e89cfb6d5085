"""What was understood of a message, with the words that prove it."""

import dataclasses
import datetime
from collections.abc import Mapping

from assistant.classify.labels import Label, Outcome


@dataclasses.dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the newly written text."""

    subject: str = ""
    #: the newly written text of our own last message in the thread; None where it is not known, ""
    #: where it is known that there is none (the message opens a thread)
    parent_text: str | None = None
    parent_subject: str = ""
    #: when the message was written, aware, in its own time zone: dates are resolved against it
    written_at: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Fact:
    """Something a passage states beside its label: a date, an amount, a reference, urgency."""

    #: "date", "amount", "reference" or "urgency"
    kind: str
    #: the client's own words
    words: str
    #: normalised: an ISO date, "12000.00 CNY", "CR-12"; "" where nothing can be normalised
    value: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of newly written text that asks something."""

    #: character offsets into the newly written text, half-open
    start: int
    end: int
    text: str
    #: never empty, never OTHER
    labels: tuple[Label, ...]
    outcomes: tuple[Outcome, ...] = ()
    #: probability of the weakest label, in [0, 1]
    score: float = 0.0
    #: the words of the passage that weighed most
    because: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one message. `sure=False` puts it in front of the manager, with `reasons`."""

    #: in the order of the guide's table; (OTHER,) alone where none of the four fits
    labels: tuple[Label, ...]
    outcomes: tuple[Outcome, ...] = ()
    #: label -> probability in [0, 1], all five labels
    scores: Mapping[Label, float] = dataclasses.field(default_factory=dict)
    passages: tuple[Passage, ...] = ()
    sure: bool = False
    #: why not sure, a sentence each, for the manager to read
    reasons: tuple[str, ...] = ()
    #: version of the model that gave it; "" where no model was asked (automatic mail)
    model: str = ""
