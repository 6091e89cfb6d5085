"""How far each folder has been read."""

import datetime

import sqlmodel
from sqlmodel import Session

from assistant.record import tables


def get(session: Session, mailbox: str, folder: str) -> tables.Cursor | None:
    """Give the folder's cursor; None before its first read."""
    return session.get(tables.Cursor, (mailbox, folder))


def begin(
    session: Session, mailbox: str, folder: str, since: datetime.date, now: datetime.datetime
) -> tables.Cursor:
    """Note the contact with the folder, and on the first one from which day on it is read."""
    row = get(session, mailbox, folder)
    if row is None:
        row = tables.Cursor(mailbox=mailbox, folder=folder, since=since, seen_at=now)
    row.seen_at = now
    session.add(row)
    return row


def move(session: Session, mailbox: str, folder: str, uidvalidity: int, last_uid: int) -> None:
    """Move the folder's cursor, which `begin` has made."""
    row = session.get_one(tables.Cursor, (mailbox, folder))
    row.uidvalidity, row.last_uid = uidvalidity, last_uid
    session.add(row)


def every(session: Session) -> list[tables.Cursor]:
    """List all cursors."""
    return list(session.exec(sqlmodel.select(tables.Cursor)).all())
