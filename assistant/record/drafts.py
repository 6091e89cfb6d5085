"""Drafts: what was written, and where it lies."""

from collections.abc import Sequence

import sqlmodel
from sqlmodel import Session, col

from assistant.record import tables
from assistant.record.tables import DraftState


def of_message(session: Session, message: tables.Message) -> tables.Draft | None:
    """Give the message's draft that is not withdrawn."""
    wanted = sqlmodel.select(tables.Draft).where(
        tables.Draft.message_id == message.id, tables.Draft.state != DraftState.WITHDRAWN
    )
    return session.exec(wanted).first()


def by_mark(session: Session, mark: str) -> tables.Draft | None:
    """Give the draft with this mark."""
    return session.exec(sqlmodel.select(tables.Draft).where(tables.Draft.mark == mark)).first()


def in_states(session: Session, states: Sequence[DraftState]) -> Sequence[tables.Draft]:
    """List the drafts in these states, oldest first."""
    wanted = sqlmodel.select(tables.Draft).where(col(tables.Draft.state).in_(states))
    return session.exec(wanted.order_by(col(tables.Draft.id))).all()
