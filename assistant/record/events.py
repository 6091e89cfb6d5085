"""The append-only journal of what happened."""

import datetime

from sqlmodel import Session

from assistant.record import tables

ASSISTANT = "assistant"
MANAGER = "manager"


def note(
    session: Session,
    at: datetime.datetime,
    actor: str,
    what: str,
    *,
    message: tables.Message | None = None,
    item: tables.Item | None = None,
    project: tables.Project | None = None,
    **detail: object,
) -> None:
    """Write one event; the row is never changed or removed afterwards."""
    session.flush()
    project_id = project.id if project else item.project_id if item else None
    session.add(
        tables.Event(
            at=at,
            actor=actor,
            what=what,
            message_id=message.id if message else None,
            item_id=item.id if item else None,
            project_id=project_id or (message.project_id if message else None),
            detail=detail,
        )
    )
