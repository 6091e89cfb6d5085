"""Items: what joins them, and what becomes of them then."""

import datetime

import sqlmodel

from assistant.classify.labels import Label, Outcome
from assistant.classify.verdict import Passage
from assistant.filing import matters, parties, plan
from assistant.filing.authority import Authority
from assistant.record import database, items, projects, tables
from assistant.record.tables import ItemState

NOW = datetime.datetime(2026, 11, 2, 9, 30, tzinfo=datetime.UTC)


def entered(session: database.Session) -> tables.Project:
    """Enter a project."""
    return projects.add(session, parties.Project("ACME", "Portal"), NOW)


def message(session: database.Session, number: int, **fields: object) -> tables.Message:
    """Enter a message."""
    row = tables.Message.model_validate(
        {
            "mailbox": "projects",
            "folder": "INBOX",
            "uidvalidity": 1,
            "uid": number,
            "sha256": f"{number:064x}",
            "state": tables.State.RECEIVED,
            "received_at": NOW,
            "thread_id": 1,
            **fields,
        }
    )
    session.add(row)
    session.flush()
    return row


def action(
    words: str,
    kind: Label,
    *,
    joins: str = "",
    outcome: Outcome | None = None,
    authority: Authority | None = None,
) -> plan.Action:
    """Make one step of filing."""
    passage = Passage(0, len(words), words, (kind,))
    return plan.Action(matters.Matter(kind, (passage,), outcome), joins, authority)


def test_a_matter_that_comes_up_again_is_open_again(record: database.Database) -> None:
    """A complaint that names a finished item must not vanish among what is done."""
    with record.transaction() as session:
        project = entered(session)
        told = [action("The export fails", Label.ISSUE)]
        (item,) = items.apply(session, message(session, 1), project, told, NOW)
        items.move(session, item, ItemState.DONE, NOW)
        again = [action("IS-1 is back", Label.ISSUE, joins="IS-1")]
        (joined,) = items.apply(session, message(session, 2), project, again, NOW)
        assert joined.id == item.id
        assert joined.state is ItemState.OPEN
    with record.reading() as session:
        assert session.exec(sqlmodel.select(tables.Item)).one().state is ItemState.OPEN


def test_filing_knows_which_decisions_are_settled(record: database.Database) -> None:
    """An approver's confirmed word is told from anybody else's."""
    with record.transaction() as session:
        project = entered(session)
        decisions = [
            action("Yes", Label.APPROVAL, outcome=Outcome.GRANTED, authority=authority)
            for authority in (Authority.ENTITLED, Authority.NOT_ENTITLED)
        ]
        items.apply(session, message(session, 1), project, decisions, NOW)
        known = {one.ref: one.settled for one in items.known(session, project.id or 0, 1)}
    assert known == {"AP-1": True, "AP-2": False}
