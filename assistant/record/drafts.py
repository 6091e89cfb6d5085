"""Drafts: what was written, and where it lies."""

from collections.abc import Sequence

import sqlalchemy
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


def ids_of_messages(session: Session, message_ids: Sequence[int]) -> dict[int, int]:
    """Give message -> the id of its draft that is not withdrawn."""
    wanted = sqlmodel.select(tables.Draft.message_id, tables.Draft.id).where(
        col(tables.Draft.message_id).in_(message_ids), tables.Draft.state != DraftState.WITHDRAWN
    )
    return {message_id: number or 0 for message_id, number in session.exec(wanted)}


def count(session: Session, message: tables.Message) -> int:
    """Count all drafts that the message ever had."""
    wanted = sqlmodel.select(sqlmodel.func.count()).where(tables.Draft.message_id == message.id)
    return session.exec(wanted.select_from(tables.Draft)).one()


def in_states(session: Session, states: Sequence[DraftState]) -> Sequence[tables.Draft]:
    """List the drafts in these states, oldest first."""
    wanted = sqlmodel.select(tables.Draft).where(col(tables.Draft.state).in_(states))
    return session.exec(wanted.order_by(col(tables.Draft.id))).all()


def lying(session: Session, mailbox: str) -> Sequence[tables.Draft]:
    """List the drafts that lie in a mailbox's Drafts folder as far as the record knows."""
    wanted = sqlmodel.select(tables.Draft).where(*_lie_in(mailbox))
    return session.exec(wanted.order_by(col(tables.Draft.id))).all()


def unwanted(session: Session, mailbox: str) -> bool:
    """Say whether a withdrawn draft lies in the mailbox's Drafts folder as far as the record knows."""
    wanted = sqlmodel.select(tables.Draft.id).where(
        *_lie_in(mailbox), tables.Draft.state == DraftState.WITHDRAWN
    )
    return session.exec(wanted).first() is not None


def _lie_in(mailbox: str) -> tuple[sqlalchemy.ColumnElement[bool], ...]:
    """Say which drafts lie in a mailbox, so that SQLite begins with those few and not with all messages."""
    source = sqlmodel.select(tables.Message.mailbox).where(
        tables.Message.id == tables.Draft.message_id
    )
    return (
        col(tables.Draft.folder) > "",
        # Of a composed one nobody knows yet whether it arrived.
        col(tables.Draft.state) != DraftState.COMPOSED,
        source.scalar_subquery() == mailbox,
    )
