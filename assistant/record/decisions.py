"""What the manager decided and corrected, as the assistant learns from it."""

from collections.abc import Sequence

import sqlmodel
from sqlmodel import Session, col

from assistant.record import tables

#: decisions after which the message's labels are the manager's word
_SETTLING = ("accept", "relabel", "assign")


def settled(session: Session, after: int = 0) -> Sequence[tables.Message]:
    """List the messages whose labels the manager set or let stand, in order of arrival.

    A message that was reopened, replayed, dismissed or undone since then is not among them; nor is one whose
    last decision is not newer than the decision `after`.
    """
    last = (
        sqlmodel.select(sqlmodel.func.max(tables.Decision.id))
        .group_by(col(tables.Decision.message_id))
        .scalar_subquery()
    )
    wanted = (
        sqlmodel.select(tables.Message)
        .join(tables.Decision, col(tables.Decision.message_id) == col(tables.Message.id))
        .where(col(tables.Decision.id).in_(last), col(tables.Decision.what).in_(_SETTLING))
        .where(col(tables.Decision.id) > after)
        .order_by(col(tables.Message.id))
    )
    return session.exec(wanted).all()


def newest(session: Session) -> int:
    """Give the number of the newest decision; 0 where there is none."""
    return session.exec(sqlmodel.select(sqlmodel.func.max(tables.Decision.id))).one() or 0


def last_correction(session: Session, message: tables.Message) -> tables.Correction | None:
    """Give the newest relabelling of a message; None where there is none."""
    wanted = sqlmodel.select(tables.Correction).where(tables.Correction.message_id == message.id)
    return session.exec(wanted.order_by(col(tables.Correction.id).desc())).first()
