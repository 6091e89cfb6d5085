"""STORY: the manager sorts a message into a label's folder of the mail client, and so says what it asks.

Off until `[mailbox.label_folders]` names the folders. It counts as `accept` where the labels agree, else
as `relabel`; the assistant learns from both.
"""

import dataclasses
from collections.abc import Iterator

from assistant import intake, receiving, review, settings
from assistant.classify.labels import Label, Outcome
from assistant.imap import fetch
from assistant.mail import parse
from assistant.record import cursors, database, messages, tables
from assistant.record.states import State


@dataclasses.dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the mail client, and what is said of a message by moving it there."""

    name: str
    labels: tuple[Label, ...]
    outcomes: tuple[Outcome, ...] = ()


def folders(mailbox: settings.Mailbox) -> Iterator[Folder]:
    """Give the mailbox's label folders, in the order of the guide's table."""
    named = mailbox.label_folders.model_dump()
    for what, name in named.items():
        if name and what in set(Outcome):
            yield Folder(name, (Label.APPROVAL,), (Outcome(what),))
        elif name:
            yield Folder(name, (Label(what),))


def sort_in(
    desk: intake.Desk, mailbox: settings.Mailbox, arrival: fetch.Arrival, folder: Folder
) -> None:
    """Take the manager's word for a message that has come into a label's folder.

    What is not in the record yet is received and read first. The decision and the cursor become durable
    together, so that a crash loses neither.
    """
    before = dataclasses.replace(arrival.cursor, last_uid=arrival.uid - 1)
    receiving.receive(desk, mailbox, dataclasses.replace(arrival, cursor=before), sent=False)
    sha256 = parse.parse(arrival.raw or b"").sha256
    with desk.record.reading() as session:
        found = messages.find(session, mailbox.name, sha256)
    if found is not None and found.id is not None:
        intake.advance(desk, found.id)
    with desk.record.transaction() as session:
        row = messages.find(session, mailbox.name, sha256)
        if row is not None and not row.own and row.state is not State.PARKED:
            _decide(desk, session, row, folder)
        at = arrival.cursor
        cursors.move(session, at.mailbox, at.folder, at.uidvalidity, at.last_uid)
    if found is not None and found.id is not None:
        intake.advance(desk, found.id)


def _decide(
    desk: intake.Desk, session: database.Session, row: tables.Message, folder: Folder
) -> None:
    if (row.labels, row.outcomes) != (list(folder.labels), list(folder.outcomes)):
        review.relabel(desk, session, row, folder.labels, folder.outcomes)
    elif row.state is State.HELD and row.project_id is not None:
        review.accept(desk, session, row)
