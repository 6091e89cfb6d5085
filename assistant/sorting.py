"""STORY: the manager sorts a message into a label's folder of the mail client, and so says what it asks.

Off until `[mailbox.label_folders]` names the folders. It counts as `accept` where the labels agree, else
as `relabel`; the assistant learns from both.
"""

import dataclasses
import datetime
from collections.abc import Iterator

from assistant import errors, intake, receiving, review, settings
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
    desk: intake.Desk,
    mailbox: settings.Mailbox,
    arrival: fetch.Arrival,
    folder: Folder,
    begin: datetime.datetime,
) -> None:
    """Take the manager's word for a message that has come into a label's folder.

    What is not in the record yet is received and read first, unless it arrived before `begin`. The decision and
    the cursor become durable together, so that a crash loses neither; what fails is parked with the reason.
    """
    sha256 = parse.parse(arrival.raw or b"").sha256
    number = _known(desk, mailbox, sha256)
    if number is None and arrival.internal_at is not None and arrival.internal_at < begin:
        receiving.pass_over(desk, arrival)
        return
    if number is None:
        before = dataclasses.replace(arrival.cursor, last_uid=arrival.uid - 1)
        receiving.receive(desk, mailbox, dataclasses.replace(arrival, cursor=before), sent=False)
        number = _known(desk, mailbox, sha256)
    if number is None:
        receiving.pass_over(desk, arrival)
        return
    intake.advance(desk, number)
    try:
        with desk.record.transaction() as session:
            _decide(desk, session, session.get_one(tables.Message, number), folder)
            _move(session, arrival)
    except Exception as error:
        if isinstance(error, errors.AssistantError) and error.spoils is not errors.Spoils.MESSAGE:
            raise
        with desk.record.transaction() as session:
            row = session.get_one(tables.Message, number)
            messages.park(session, row, f"It was moved into {folder.name}: {error}", desk.clock())
            _move(session, arrival)
    intake.advance(desk, number)


def _known(desk: intake.Desk, mailbox: settings.Mailbox, sha256: str) -> int | None:
    with desk.record.reading() as session:
        found = messages.find(session, mailbox.name, sha256)
    return found.id if found is not None else None


def _move(session: database.Session, arrival: fetch.Arrival) -> None:
    at = arrival.cursor
    cursors.move(session, at.mailbox, at.folder, at.uidvalidity, at.last_uid)


def _decide(
    desk: intake.Desk, session: database.Session, row: tables.Message, folder: Folder
) -> None:
    """Decide as the folder says; our own mail is none to decide on, and a parked one says what was wanted."""
    if row.own:
        return
    if row.state is State.PARKED:
        row.parked_because += f" You moved it into {folder.name}; say so again when it is read."
        session.add(row)
    elif (row.labels, row.outcomes) == (list(folder.labels), list(folder.outcomes)) and (
        row.state is not State.HELD or row.project_id is not None
    ):
        review.accept(desk, session, row)
    else:
        review.relabel(desk, session, row, folder.labels, folder.outcomes)
