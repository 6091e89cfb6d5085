"""Projects, contacts and milestones."""

import datetime
from collections.abc import Sequence

import sqlmodel
from sqlmodel import Session, col

from assistant import errors
from assistant.filing import parties
from assistant.record import events, tables


def add(session: Session, project: parties.Project, now: datetime.datetime) -> tables.Project:
    """Enter a new project with its contacts; UsageError where the key is taken."""
    taken = sqlmodel.select(tables.Project).where(tables.Project.key == project.key)
    if session.exec(taken).first() is not None:
        raise errors.UsageError(
            f"There is a project {project.key} already; change it with `assistant project edit`."
        )
    row = tables.Project(
        key=project.key,
        name=project.name,
        language=project.language,
        client_domains=list(project.client_domains),
        created_at=now,
    )
    session.add(row)
    session.flush()
    for contact in project.contacts:
        put_contact(session, row, contact)
    events.note(session, now, events.MANAGER, "project added", project=row)
    return row


def put_contact(session: Session, project: tables.Project, contact: parties.Contact) -> None:
    """Enter a contact, or bring the one with this address up to date."""
    row = contact_at(session, project, contact.email)
    if row is None:
        row = tables.Contact(project_id=project.id or 0, email=contact.email)
    row.name = contact.name or row.name
    row.approver = contact.approver
    session.add(row)


def contact_at(session: Session, project: tables.Project, email: str) -> tables.Contact | None:
    """Give the project's contact with this lower-case address."""
    wanted = sqlmodel.select(tables.Contact).where(
        tables.Contact.project_id == project.id, tables.Contact.email == email
    )
    return session.exec(wanted).first()


def put_milestone(
    session: Session,
    project: tables.Project,
    name: str,
    due_on: datetime.date | None,
    done: bool | None,
) -> tables.Milestone:
    """Enter a milestone, or bring the one of this name up to date; None keeps what it had."""
    wanted = sqlmodel.select(tables.Milestone).where(
        tables.Milestone.project_id == project.id, tables.Milestone.name == name
    )
    row = session.exec(wanted).first() or tables.Milestone(project_id=project.id or 0, name=name)
    row.due_on = due_on or row.due_on
    row.done = row.done if done is None else done
    session.add(row)
    return row


def milestones(session: Session, project_id: int) -> Sequence[tables.Milestone]:
    """List a project's milestones by date, those without one last."""
    rows = session.exec(
        sqlmodel.select(tables.Milestone).where(tables.Milestone.project_id == project_id)
    ).all()
    return sorted(rows, key=lambda row: (row.due_on or datetime.date.max, row.id or 0))


def contacts(session: Session, project_id: int | None = None) -> Sequence[tables.Contact]:
    """List the contacts, of one project or of all."""
    query = sqlmodel.select(tables.Contact).order_by(col(tables.Contact.id))
    if project_id is not None:
        query = query.where(tables.Contact.project_id == project_id)
    return session.exec(query).all()


def rows(session: Session) -> Sequence[tables.Project]:
    """List all projects by key."""
    return session.exec(sqlmodel.select(tables.Project).order_by(col(tables.Project.key))).all()


def every(session: Session) -> list[parties.Project]:
    """Give all projects as filing sees them, by key."""
    people: dict[int, list[parties.Contact]] = {}
    for row in contacts(session):
        person = parties.Contact(row.email, row.name, row.approver)
        people.setdefault(row.project_id, []).append(person)
    return [
        parties.Project(
            row.key,
            row.name,
            tuple(row.client_domains),
            tuple(people.get(row.id or 0, ())),
            row.language,
        )
        for row in rows(session)
    ]
