"""Rows -> the plain dictionaries that `--json` prints; keys are those of the contract."""

import datetime
import typing
from collections.abc import Sequence

from sqlmodel import Session

from assistant.classify.labels import Label
from assistant.record import cursors, drafts, projects, refs, tables
from assistant.record import items as book
from assistant.record import messages as post
from assistant.record.tables import ItemState, State

View = dict[str, typing.Any]

#: databases take only so many values in one question
MANY = 500


def item(session: Session, row: tables.Item) -> View:
    """Show an item with the words that prove it and the message it came from."""
    return items(session, [row])[0]


def items(session: Session, rows: Sequence[tables.Item]) -> list[View]:
    """Show items; a few queries for each MANY of them."""
    found = []
    for start in range(0, len(rows), MANY):
        part = rows[start : start + MANY]
        proof = book.evidence_of(session, [row.id or 0 for row in part])
        sources = {
            source.id: source
            for source in post.of_ids(session, [pieces[0].message_id for pieces in proof.values()])
        }
        keys = _keys(session)
        for row in part:
            pieces = proof.get(row.id or 0, [])
            source = sources.get(pieces[0].message_id) if pieces else None
            found.append(_item(row, keys[row.project_id], pieces, source))
    return found


def _item(
    row: tables.Item,
    key: str,
    proof: Sequence[tables.Evidence],
    source: tables.Message | None,
) -> View:
    return {
        "ref": refs.of_item(row, key),
        "kind": row.kind,
        "state": row.state,
        "title": row.title,
        "project": key,
        "message_id": source.message_id if source else "",
        "sender": source.sender_email if source else "",
        "evidence": "\n".join(piece.text for piece in proof) or row.title,
        "outcome": row.outcome,
        "authority": row.authority,
        "created_at": moment(row.created_at),
    }


def message(session: Session, row: tables.Message) -> View:
    """Show a message as far as it has come: an entry of the queue, or of `messages`."""
    return messages(session, [row])[0]


def messages(session: Session, rows: Sequence[tables.Message]) -> list[View]:
    """Show messages; a few queries for each MANY of them."""
    found = []
    for start in range(0, len(rows), MANY):
        part = rows[start : start + MANY]
        ids = [row.id or 0 for row in part]
        keys, filed = _keys(session), book.of_messages(session, ids)
        written = drafts.ids_of_messages(session, ids)
        for row in part:
            key = keys.get(row.project_id or 0)
            names = [refs.of_item(one, keys[one.project_id]) for one in filed.get(row.id or 0, [])]
            found.append(_message(row, key, names, written.get(row.id or 0)))
    return found


def _message(row: tables.Message, key: str | None, names: list[str], draft_id: int | None) -> View:
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
        "items": names,
        "draft": f"D-{draft_id}" if draft_id is not None else None,
    }


def passages(session: Session, row: tables.Message) -> list[View]:
    """Show the passages of a message, in order."""
    return [found.model_dump(exclude={"id", "message_id"}) for found in post.passages(session, row)]


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


def of_ref(session: Session, ref: str) -> View:
    """Show all that is known of a message, item or draft; UsageError names the nearest reference."""
    wanted = ref.strip().upper()
    if wanted.startswith("D-"):
        return draft(session, refs.draft(session, ref))
    if not wanted.startswith("M-") and not wanted.isdigit():
        return item(session, refs.item(session, ref))
    row = refs.message(session, ref)
    written = drafts.of_message(session, row)
    return {
        **message(session, row),
        "new_text": row.new_text,
        "scores": row.scores,
        "passages": passages(session, row),
        "draft_text": written.text if written else None,
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
    every = book.of_project(session, row.id)
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
    rows = [row for row in post.in_states(session, (State.HELD, State.PARKED)) if not row.own]
    rows.sort(key=lambda row: (row.state is State.PARKED, certainty(row), row.id or 0))
    return messages(session, rows)


def status(session: Session, mailboxes: Sequence[str]) -> View:
    """Show the daemon's health: last contact per mailbox, messages per state, what is parked and why."""
    contacts: dict[str, str] = {}
    for row in cursors.every(session):
        contacts[row.mailbox] = max(contacts.get(row.mailbox, ""), moment(row.seen_at) or "")
    waiting = queue(session)
    return {
        "mailboxes": [{"name": name, "last_contact_at": contacts.get(name)} for name in mailboxes],
        "messages": post.counts(session),
        "waiting": len(waiting),
        "parked": [
            {"ref": entry["ref"], "subject": entry["subject"], "reason": entry["reasons"][0]}
            for entry in waiting
            if entry["state"] is State.PARKED
        ],
    }


def certainty(row: tables.Message) -> float:
    """Give the probability of the weakest label given, in [0, 1]."""
    return min((row.scores.get(label, 0.0) for label in row.labels), default=0.0)


def project_key(session: Session, project_id: int | None) -> str | None:
    """Give a project's key."""
    return _keys(session).get(project_id or 0)


def _keys(session: Session) -> dict[int, str]:
    return {row.id or 0: row.key for row in projects.rows(session)}


def moment(at: datetime.datetime | None) -> str | None:
    """Write an instant as ISO 8601 in UTC, to the second."""
    return at.astimezone(datetime.UTC).isoformat(timespec="seconds") if at else None
