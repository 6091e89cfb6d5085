"""How far each folder has been read."""

import datetime

import sqlmodel
from sqlmodel import Session

from assistant.record import tables


def get(session: Session, mailbox: str, folder: str) -> tables.Cursor | None:
    """Give the folder's cursor; None before its first read."""
    return session.get(tables.Cursor, (mailbox, folder))


def put(
    session: Session,
    mailbox: str,
    folder: str,
    uidvalidity: int,
    last_uid: int,
    now: datetime.datetime,
) -> None:
    """Move the folder's cursor."""
    row = get(session, mailbox, folder)
    if row is None:
        row = tables.Cursor(
            mailbox=mailbox, folder=folder, uidvalidity=uidvalidity, last_uid=last_uid, seen_at=now
        )
    row.uidvalidity, row.last_uid, row.seen_at = uidvalidity, last_uid, now
    session.add(row)


def every(session: Session) -> list[tables.Cursor]:
    """List all cursors."""
    return list(session.exec(sqlmodel.select(tables.Cursor)).all())
