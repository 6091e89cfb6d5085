"""STORY: the record -> the letter that is due -> a draft that waits to be placed."""

import dataclasses
import datetime
import hashlib
from collections.abc import Sequence

from assistant import settings
from assistant.classify.labels import Label
from assistant.compose import draft as compose_draft
from assistant.compose import letter
from assistant.filing import plan
from assistant.mail import authentic, parse
from assistant.mail import message as mail_message
from assistant.record import database, drafts, events, items, messages, projects, refs, tables
from assistant.record.tables import DraftState, ItemState

#: share of common trigrams from which an item is what a question is about
ABOUT = 0.08
#: so many items are told as what was asked about
MOST_MATCHES = 3


def write(
    config: settings.Settings,
    session: database.Session,
    row: tables.Message,
    now: datetime.datetime,
) -> tables.Draft:
    """Write the draft that the message is due; the one that it has already stays as it is."""
    kept = drafts.of_message(session, row)
    if kept is not None:
        return kept
    original = parse.parse(messages.raw(session, row))
    what = letter_for(config, session, row)
    manager = mail_message.Address(config.manager.name, config.manager.addresses[0])
    mark = mark_of(row, drafts.count(session, row))
    written = compose_draft.compose(
        what,
        _for_known_eyes(config, session, row, original) if what.standing else original,
        original.text,
        manager,
        config.manager.addresses,
        mark,
        now,
    )
    kept = tables.Draft(
        message_id=row.id or 0,
        kind=what.kind,
        state=DraftState.COMPOSED,
        mark=mark,
        in_reply_to=row.message_id,
        to=[address.email for address in written.to],
        subject=written.subject,
        text=written.text,
        raw=written.raw,
        composed_at=now,
    )
    session.add(kept)
    events.note(session, now, events.ASSISTANT, "drafted", message=row, kind=what.kind)
    return kept


def _for_known_eyes(
    config: settings.Settings,
    session: database.Session,
    row: tables.Message,
    original: mail_message.Message,
) -> mail_message.Message:
    """Leave strangers out of who is answered: how a project stands is told to its people and ours.

    A From that no server confirms is free text, and so are the copies that it asks for.
    """
    if row.verified:
        return original
    project = next(one for one in projects.every(session) if one.key == _key(session, row))
    ours = {address.rpartition("@")[2] for address in config.manager.addresses}
    ours -= authentic.PUBLIC_DOMAINS

    def known(people: Sequence[mail_message.Address]) -> tuple[mail_message.Address, ...]:
        return tuple(p for p in people if project.has_member(p.email) or p.domain in ours)

    return dataclasses.replace(
        original,
        to=known(original.to),
        cc=known(original.cc),
        reply_to=known(original.reply_to),
    )


def _key(session: database.Session, row: tables.Message) -> str:
    return session.get_one(tables.Project, row.project_id).key


def mark_of(row: tables.Message, revision: int) -> str:
    """Give the mark by which a draft is known on the server: 24 hex digits.

    It comes from the message's bytes, so that a draft is found again even by a record that was lost;
    `revision` counts the drafts that were withdrawn before this one.
    """
    return hashlib.sha256(f"{row.mailbox}\n{row.sha256}\n{revision}".encode()).hexdigest()[:24]


def letter_for(
    config: settings.Settings, session: database.Session, row: tables.Message
) -> letter.Letter:
    """Fill the letter from the record, and from nothing else (design, law 6)."""
    project = session.get_one(tables.Project, row.project_id)
    people = projects.contacts(session, project.id)
    filed = items.of_message(session, row)
    asked = Label.STATUS_REQUEST.value in row.labels
    return letter.Letter(
        kind=letter.Kind.STATUS_UPDATE if asked else letter.Kind.ACKNOWLEDGEMENT,
        language=row.language if row.language != "und" else project.language,
        client_name=row.sender_name
        or next((person.name for person in people if person.email == row.sender_email), ""),
        manager_name=config.manager.name,
        signature=config.drafts.signature,
        project_name=project.name,
        lines=tuple(line(session, item, row) for item in filed),
        standing=standing(session, project, row, filed) if asked else None,
        approvers=tuple(person.name or person.email for person in people if person.approver),
    )


def standing(
    session: database.Session,
    project: tables.Project,
    row: tables.Message,
    filed: Sequence[tables.Item],
) -> letter.Standing:
    """Say how the project stands: what was asked about, milestones, what is open, what we need."""
    every = items.of_project(session, project.id)
    new = {item.id for item in filed}
    open_items = [item for item in every if item.state in tables.OPEN_STATES and item.id not in new]
    proof = items.evidence_of_project(session, project.id or 0)
    about = asked_about(
        session, row, [item for item in open_items if item.kind is not Label.STATUS_REQUEST]
    )
    return letter.Standing(
        matches=tuple(_line(item, proof.get(item.id or 0, [])) for item in about),
        milestones=tuple(
            letter.Milestone(step.name, step.due_on, step.done)
            for step in projects.milestones(session, project.id or 0)
        ),
        open_issues=tuple(
            _line(i, proof.get(i.id or 0, [])) for i in open_items if i.kind is Label.ISSUE
        ),
        open_changes=tuple(
            _line(i, proof.get(i.id or 0, []))
            for i in open_items
            if i.kind is Label.REQUIREMENT_CHANGE
        ),
        awaited=tuple(
            _line(i, proof.get(i.id or 0, []))
            for i in every
            if i.state is ItemState.WAITING_FOR_CLIENT
        ),
    )


def asked_about(
    session: database.Session, row: tables.Message, candidates: list[tables.Item]
) -> list[tables.Item]:
    """Choose the items that the question is about: by their words, else those of the same thread."""
    question = "\n".join(
        passage.text
        for passage in messages.passages(session, row)
        if Label.STATUS_REQUEST.value in passage.labels
    )
    known = {one.ref: one for one in items.known(session, row.project_id or 0, row.thread_id)}
    likeness = {
        item.id: plan.likeness(known[refs.short(item)].words, question) for item in candidates
    }
    alike = sorted(candidates, key=lambda item: -likeness[item.id])
    close = [item for item in alike if likeness[item.id] >= ABOUT]
    return (close or [item for item in alike if known[refs.short(item)].in_thread])[:MOST_MATCHES]


def line(
    session: database.Session, item: tables.Item, row: tables.Message | None = None
) -> letter.Line:
    """Show an item as a letter does: with the words of this message, or all of its words."""
    proof = items.evidence(session, item)
    return _line(item, [one.text for one in proof if row is None or one.message_id == row.id])


def _line(item: tables.Item, said: Sequence[str]) -> letter.Line:
    """Show an item with these words."""
    return letter.Line(
        ref=refs.short(item),
        label=Label(item.kind),
        title=item.title,
        evidence="\n".join(said),
        outcome=item.outcome,
        authority=item.authority,
        state=item.state,
    )
