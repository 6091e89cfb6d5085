"""What the manager decided, as the assistant learns from it."""

from collections.abc import Sequence

import sqlmodel
from sqlmodel import Session, col

from assistant.record import tables

#: decisions after which the message's labels are the manager's word
_SETTLING = ("accept", "relabel", "assign")


def settled(session: Session) -> Sequence[tables.Message]:
    """List the messages whose labels the manager set or let stand, in order of arrival.

    A message that was reopened, replayed or dismissed since then is not among them.
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
        .order_by(col(tables.Message.id))
    )
    return session.exec(wanted).all()
