"""Rows -> the plain dictionaries that `--json` prints; keys are those of the contract."""

import datetime
import typing

from sqlmodel import Session

from assistant.classify.labels import Label
from assistant.record import drafts, items, messages, projects, refs, tables
from assistant.record.tables import ItemState, State

View = dict[str, typing.Any]


def item(session: Session, row: tables.Item) -> View:
    """Show an item with the words that prove it and the message it came from."""
    proof = items.evidence(session, row)
    source = session.get(tables.Message, proof[0].message_id) if proof else None
    key = project_key(session, row.project_id) or ""
    return {
        "ref": refs.of_item(row, key),
        "kind": row.kind,
        "state": row.state,
        "title": row.title,
        "project": key,
        "message_id": source.message_id if source else "",
        "sender": source.sender_email if source else "",
        "evidence": items.words(session, row),
        "outcome": row.outcome,
        "authority": row.authority,
        "created_at": moment(row.created_at),
    }


def message(session: Session, row: tables.Message) -> View:
    """Show a message as far as it has come: an entry of the queue, or of `messages`."""
    key = project_key(session, row.project_id)
    draft_row = drafts.of_message(session, row)
    return {
        "ref": refs.of_message(row),
        "message_id": row.message_id,
        "project": key,
        "sender": row.sender_email,
        "sender_name": row.sender_name,
        "subject": row.subject,
        "received_at": moment(row.date_at or row.received_at),
        "state": row.state,
        "labels": row.labels,
        "outcomes": row.outcomes,
        "sure": row.sure,
        "reasons": [row.parked_because] if row.state is State.PARKED else row.reasons,
        "automatic": row.automatic or None,
        "items": [refs.of_item(found, key or "") for found in items.of_message(session, row)],
        "draft": refs.of_draft(draft_row) if draft_row else None,
    }


def passages(session: Session, row: tables.Message) -> list[View]:
    """Show the passages of a message, in order."""
    return [
        found.model_dump(exclude={"id", "message_id"}) for found in messages.passages(session, row)
    ]


def draft(session: Session, row: tables.Draft) -> View:
    """Show a draft."""
    source = session.get(tables.Message, row.message_id)
    return {
        "ref": refs.of_draft(row),
        "kind": row.kind,
        "in_reply_to": row.in_reply_to,
        "to": row.to,
        "subject": row.subject,
        "state": row.state,
        "text": row.text,
        "message": refs.of_message(source) if source else None,
    }


def project(session: Session, row: tables.Project) -> View:
    """Show a project with its people and milestones."""
    people = projects.contacts(session, row.id)
    return {
        "key": row.key,
        "name": row.name,
        "language": row.language,
        "client_domains": row.client_domains,
        "contacts": [contact(person) for person in people],
        "milestones": [
            {
                "name": step.name,
                "due_on": step.due_on and step.due_on.isoformat(),
                "done": step.done,
            }
            for step in projects.milestones(session, row.id or 0)
        ],
    }


def contact(row: tables.Contact) -> View:
    """Show a contact."""
    return {"email": row.email, "name": row.name, "approver": row.approver}


def report(session: Session, row: tables.Project) -> View:
    """Tell how a project stands: milestones, problems, changes, decisions, what the client owes."""
    every = items.of_project(session, row.id)
    going = [found for found in every if found.state in tables.OPEN_STATES]

    def told(kind: Label) -> list[str]:
        return [f"{refs.short(i)} {i.state}: {i.title}" for i in going if i.kind is kind]

    return {
        "project": row.key,
        "name": row.name,
        "sections": {
            "Milestones": [
                f"{'done' if step.done else 'open'} {step.due_on or 'no date'}: {step.name}"
                for step in projects.milestones(session, row.id or 0)
            ],
            "Open issues": told(Label.ISSUE),
            "Open requirement changes": told(Label.REQUIREMENT_CHANGE),
            "Decisions": [
                f"{refs.short(i)} {i.outcome}, {i.authority}: {i.title}"
                for i in every
                if i.kind is Label.APPROVAL and i.state is not ItemState.DISMISSED
            ],
            "Questions not answered": told(Label.STATUS_REQUEST),
            "Waiting for the client": [
                f"{refs.short(i)}: {i.title}"
                for i in every
                if i.state is ItemState.WAITING_FOR_CLIENT
            ],
        },
    }


def queue(session: Session) -> list[View]:
    """Show what waits for the manager, least certain first, parked last."""
    rows = [
        row
        for number in messages.ids_in(session, (State.HELD, State.PARKED))
        if (row := session.get(tables.Message, number)) is not None and not row.own
    ]
    rows.sort(key=lambda row: (row.state is State.PARKED, certainty(row), row.id or 0))
    return [message(session, row) for row in rows]


def certainty(row: tables.Message) -> float:
    """Give the probability of the weakest label given, in [0, 1]."""
    return min((row.scores.get(label, 0.0) for label in row.labels), default=0.0)


def project_key(session: Session, project_id: int | None) -> str | None:
    """Give a project's key."""
    row = session.get(tables.Project, project_id) if project_id is not None else None
    return row.key if row else None


def moment(at: datetime.datetime | None) -> str | None:
    """Write an instant as ISO 8601 in UTC, to the second."""
    return at.astimezone(datetime.UTC).isoformat(timespec="seconds") if at else None
