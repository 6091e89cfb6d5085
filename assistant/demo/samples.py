"""Two sample projects and their mail, always fresh: every date is relative to `today`."""

import dataclasses
import datetime
from typing import Any

from assistant.classify.labels import Label, Outcome
from assistant.compose import letter
from assistant.demo import build, correspondence
from assistant.filing import parties

#: whose mailbox the demonstration reads
MANAGER = correspondence.MANAGER
#: the receiving server whose Authentication-Results count
AUTHSERV_ID = build.AUTHSERV_ID


@dataclasses.dataclass(frozen=True, slots=True)
class Sample:
    """A project to enter before the mail is read."""

    project: parties.Project
    milestones: tuple[letter.Milestone, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Expected:
    """What a careful reader finds in one message of the inbox."""

    message_id: str
    labels: frozenset[Label]
    outcomes: frozenset[Outcome]


def projects(today: datetime.date) -> tuple[Sample, ...]:
    """Give the projects with contacts, approvers and milestones."""
    return tuple(
        _sample(file["project"], today) for file in correspondence.files() if "project" in file
    )


def inbox(today: datetime.date) -> list[bytes]:
    """Give what lies in INBOX, oldest first, as RFC 5322 bytes."""
    return [build.build(note, correspondence.notes(), today) for note in _notes(today, own=False)]


def sent(today: datetime.date) -> list[bytes]:
    """Give the manager's own messages, oldest first, as RFC 5322 bytes."""
    return [build.build(note, correspondence.notes(), today) for note in _notes(today, own=True)]


def since(today: datetime.date) -> datetime.date:
    """Give the day of the oldest message."""
    return today - datetime.timedelta(
        days=max(note.days_ago for note in correspondence.notes().values())
    )


def expected(today: datetime.date) -> list[Expected]:
    """Give what is to be found in each message of `inbox`, in the same order."""
    return [
        Expected(
            build.message_id(note),
            frozenset(map(Label, note.labels)),
            frozenset(map(Outcome, note.outcomes)),
        )
        for note in _notes(today, own=False)
    ]


def _notes(today: datetime.date, *, own: bool) -> list[correspondence.Note]:
    chosen = [note for note in correspondence.notes().values() if note.is_own is own]
    return sorted(chosen, key=lambda note: build.sent_at(note, today))


def _sample(row: dict[str, Any], today: datetime.date) -> Sample:
    key = row["key"]
    contacts = tuple(
        parties.Contact(person.email, person.name, person.approver)
        for person in correspondence.people().values()
        if key in person.projects
    )
    project = parties.Project(
        key=key,
        name=row["name"],
        client_domains=tuple(row["domains"]),
        contacts=contacts,
        language=row["language"],
    )
    return Sample(project, tuple(_milestone(stone, today) for stone in row["milestones"]))


def _milestone(row: dict[str, Any], today: datetime.date) -> letter.Milestone:
    days = row.get("due_in_days")
    due_on = None if days is None else today + datetime.timedelta(days=days)
    return letter.Milestone(row["name"], due_on, row.get("done", False))
