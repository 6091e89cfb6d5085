"""What a letter says, filled from the record: nothing else may stand in it (design, law 6)."""

import dataclasses
import datetime
from enum import StrEnum

from assistant.classify.labels import Label, Outcome


class Kind(StrEnum):
    """Why a draft is due."""

    #: what was filed from the client's message
    ACKNOWLEDGEMENT = "acknowledgement"
    #: how the work stands, because the client asked
    STATUS_UPDATE = "status_update"
    #: a reminder of what is outstanding on the client's side
    FOLLOW_UP = "follow_up"


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One item of the record, as a letter shows it."""

    #: as the client shall quote it: "CR-12"
    ref: str
    label: Label
    title: str
    #: the client's own words; "" where there are none to quote
    evidence: str = ""
    #: of an approval; None for the other labels
    outcome: Outcome | None = None
    #: "entitled", "not_entitled" or "unverified" for an approval; None for the other labels
    authority: str | None = None
    #: the item's state in the record; the phrases put it into plain words
    state: str = "open"


@dataclasses.dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone as a person entered it."""

    name: str
    #: the planned day; None where none was entered
    due_on: datetime.date | None = None
    done: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """How a project stands, from the record alone."""

    #: the items that the client asked about
    matches: tuple[Line, ...] = ()
    #: in the order in which they shall be told
    milestones: tuple[Milestone, ...] = ()
    open_issues: tuple[Line, ...] = ()
    open_changes: tuple[Line, ...] = ()
    #: one short phrase each, in the letter's language
    needed_from_client: tuple[str, ...] = ()
    #: items that wait for the client; a yes that lacks its sign-off says whose
    awaited: tuple[Line, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Letter:
    """Everything that a letter may say."""

    kind: Kind
    #: "zh-Hans", "zh-Hant" or "en"; any other Chinese is written in zh-Hans, all else in en
    language: str
    #: "" where it is not known
    client_name: str
    manager_name: str
    #: stands under the letter, may have several lines; "" for the manager's name alone
    signature: str
    project_name: str
    #: what was filed from the message, in order; for a reminder, what waits for the client
    lines: tuple[Line, ...] = ()
    standing: Standing | None = None
    #: who may sign for the client, by name; named where a yes came from somebody else
    approvers: tuple[str, ...] = ()
