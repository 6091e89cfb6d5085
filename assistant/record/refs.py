"""References that a person types: M-12, D-4, ACME/CR-1. A wrong one names the nearest."""

import difflib
import re

import sqlmodel
from sqlmodel import Session, col

from assistant import errors
from assistant.classify.labels import Label
from assistant.filing import plan
from assistant.record import tables

_KINDS = {prefix: kind for kind, prefix in plan.PREFIXES.items()}


def of_message(message: tables.Message) -> str:
    """Give M-<id>."""
    return f"M-{message.id}"


def of_draft(draft: tables.Draft) -> str:
    """Give D-<id>."""
    return f"D-{draft.id}"


def of_item(item: tables.Item, project_key: str) -> str:
    """Give KEY/CR-<number>."""
    return f"{project_key}/{short(item)}"


def short(item: tables.Item) -> str:
    """Give CR-<number>, without the project's key."""
    return f"{plan.PREFIXES[Label(item.kind)]}-{item.number}"


def message(session: Session, ref: str) -> tables.Message:
    """Find a message; UsageError names the nearest reference where there is none."""
    match = re.fullmatch(r"(?:M-)?(\d{1,18})", ref.strip(), re.IGNORECASE)
    found = session.get(tables.Message, int(match[1])) if match else None
    if found is None or found.own:
        ids = session.exec(sqlmodel.select(tables.Message.id).where(~col(tables.Message.own))).all()
        raise _unknown("message", ref, [f"M-{number}" for number in ids])
    return found


def draft(session: Session, ref: str) -> tables.Draft:
    """Find a draft; UsageError names the nearest reference where there is none."""
    match = re.fullmatch(r"D-(\d{1,18})", ref.strip(), re.IGNORECASE)
    found = session.get(tables.Draft, int(match[1])) if match else None
    if found is None:
        ids = session.exec(sqlmodel.select(tables.Draft.id)).all()
        raise _unknown("draft", ref, [f"D-{number}" for number in ids])
    return found


def item(session: Session, ref: str) -> tables.Item:
    """Find an item by KEY/CR-1, or by CR-1 where one project alone has it."""
    match = re.fullmatch(r"(?:([\w.-]+)/)?(CR|IS|AP|SR)-(\d+)", ref.strip(), re.IGNORECASE)
    rows = session.exec(sqlmodel.select(tables.Item, tables.Project.key).join(tables.Project)).all()
    known = {of_item(row, key): row for row, key in rows}
    if match:
        wanted = f"{match[2].upper()}-{int(match[3])}"
        hits = [
            name
            for name in known
            if name.endswith("/" + wanted)
            and name.split("/")[0] == (match[1] or name.split("/")[0]).upper()
        ]
        if len(hits) == 1:
            return known[hits[0]]
        if hits:
            raise errors.UsageError(
                f"{ref} could be {' or '.join(sorted(hits))}; name the project too."
            )
    raise _unknown("item", ref, list(known))


def project(session: Session, key: str) -> tables.Project:
    """Find a project by its key, in any case."""
    wanted = sqlmodel.select(tables.Project).where(tables.Project.key == key.strip().upper())
    found = session.exec(wanted).first()
    if found is None:
        raise _unknown(
            "project", key, list(session.exec(sqlmodel.select(tables.Project.key)).all())
        )
    return found


def contact(session: Session, project: tables.Project, email: str) -> tables.Contact:
    """Find a project's contact by lower-case address."""
    wanted = sqlmodel.select(tables.Contact).where(tables.Contact.project_id == project.id)
    known = {row.email: row for row in session.exec(wanted).all()}
    if email not in known:
        raise _unknown(f"contact of {project.key}", email, list(known))
    return known[email]


def _unknown(what: str, given: str, known: list[str]) -> errors.UsageError:
    if not known:
        return errors.UsageError(f"There is no {what} {given}, and no other yet.")
    alike = {one.upper(): one for one in known}
    near = difflib.get_close_matches(given.strip().upper(), list(alike), n=1, cutoff=0.0)
    return errors.UsageError(f"There is no {what} {given}; did you mean {alike[near[0]]}?")
