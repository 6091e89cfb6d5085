"""Items: what the client asked, with the words that prove it."""

import datetime
from collections.abc import Sequence

import sqlmodel
from sqlmodel import Session, col

from assistant.classify.labels import Label, Outcome
from assistant.filing import matters, plan
from assistant.filing.authority import Authority
from assistant.record import events, refs, tables
from assistant.record.tables import ItemState


def known(session: Session, project_id: int, thread_id: int | None) -> list[plan.Known]:
    """Give the project's items as filing sees them, newest first."""
    query = sqlmodel.select(tables.Item).where(tables.Item.project_id == project_id)
    rows = session.exec(query.order_by(col(tables.Item.id).desc())).all()
    said, threads = _evidence_of_project(session, project_id)
    return [
        plan.Known(
            ref=refs.short(row),
            kind=Label(row.kind),
            words="\n".join(said.get(row.id or 0, [row.title])),
            is_open=row.state is not ItemState.DISMISSED
            and (row.state in tables.OPEN_STATES or row.kind is Label.APPROVAL),
            in_thread=thread_id is not None and thread_id in threads.get(row.id or 0, set()),
            settled=row.authority is Authority.ENTITLED,
        )
        for row in rows
    ]


def apply(
    session: Session,
    message: tables.Message,
    project: tables.Project,
    actions: Sequence[plan.Action],
    now: datetime.datetime,
) -> list[tables.Item]:
    """Carry out filing's plan: open items or add to them, each with its evidence."""
    touched = []
    for action in actions:
        item = _item_for(session, project, action, now)
        event = "joined" if action.joins else "opened"
        if action.outcome is not None:
            _decide(item, action.outcome, action.authority)
        session.add(item)
        session.flush()
        for passage in action.matter.passages:
            session.add(
                tables.Evidence(
                    item_id=item.id or 0,
                    message_id=message.id or 0,
                    start=passage.start,
                    end=passage.end,
                    text=passage.text,
                )
            )
        events.note(
            session,
            now,
            events.ASSISTANT,
            event,
            message=message,
            item=item,
            outcome=action.outcome,
            authority=action.authority,
        )
        touched.append(item)
    return touched


def _item_for(
    session: Session, project: tables.Project, action: plan.Action, now: datetime.datetime
) -> tables.Item:
    """Give the item that the action joins, or a new one with the next number of its kind."""
    if action.joins:
        item = refs.item(session, f"{project.key}/{action.joins}")
        if item.state not in tables.OPEN_STATES:
            # What the client brings up again must not lie among what is done.
            item.state = ItemState.OPEN
        return item
    kind = action.matter.kind
    return tables.Item(
        project_id=project.id or 0,
        kind=kind,
        number=_next_number(session, project.id or 0, kind),
        title=action.matter.title,
        state=ItemState.OPEN,
        created_at=now,
    )


def _decide(item: tables.Item, outcome: Outcome, authority: Authority | None) -> None:
    """Write a decision down: done with an entitled yes, the client's turn with anybody else's."""
    item.outcome, item.authority = outcome, authority
    if outcome is not Outcome.GRANTED:
        item.state = ItemState.OPEN
    elif authority is Authority.ENTITLED:
        item.state = ItemState.DONE
    else:
        item.state = ItemState.WAITING_FOR_CLIENT


def unfile(session: Session, message: tables.Message, now: datetime.datetime) -> None:
    """Take the message's evidence back; an item that rested on it alone is dismissed."""
    rows = session.exec(
        sqlmodel.select(tables.Evidence).where(tables.Evidence.message_id == message.id)
    ).all()
    item_ids = {row.item_id for row in rows}
    for row in rows:
        session.delete(row)
    session.flush()
    for item_id in item_ids:
        item = session.get(tables.Item, item_id)
        if item is not None and not evidence(session, item):
            move(session, item, ItemState.DISMISSED, now)


def move(session: Session, item: tables.Item, state: ItemState, now: datetime.datetime) -> None:
    """Set where an item stands."""
    before, item.state = item.state, state
    session.add(item)
    events.note(session, now, events.MANAGER, "moved", item=item, before=before, after=state)


def split(
    session: Session, item: tables.Item, proof: tables.Evidence, now: datetime.datetime
) -> tables.Item:
    """Make one piece of evidence an item of its own, of the same kind."""
    fresh = tables.Item(
        project_id=item.project_id,
        kind=item.kind,
        number=_next_number(session, item.project_id, item.kind),
        title=matters.shorten(proof.text),
        state=ItemState.OPEN,
        outcome=item.outcome,
        authority=item.authority,
        created_at=now,
    )
    session.add(fresh)
    session.flush()
    proof.item_id = fresh.id or 0
    session.add(proof)
    events.note(session, now, events.MANAGER, "split", item=fresh, from_item=refs.short(item))
    return fresh


def _next_number(session: Session, project_id: int, kind: Label) -> int:
    last = session.exec(
        sqlmodel.select(sqlmodel.func.max(tables.Item.number)).where(
            tables.Item.project_id == project_id, tables.Item.kind == kind
        )
    ).one()
    return (last or 0) + 1


def evidence(session: Session, item: tables.Item) -> Sequence[tables.Evidence]:
    """List the words that prove an item, oldest first."""
    wanted = sqlmodel.select(tables.Evidence).where(tables.Evidence.item_id == item.id)
    return session.exec(wanted.order_by(col(tables.Evidence.id))).all()


def evidence_of(session: Session, item_ids: Sequence[int]) -> dict[int, list[tables.Evidence]]:
    """Give item -> the words that prove it, oldest first; an item without any is left out."""
    wanted = sqlmodel.select(tables.Evidence).where(col(tables.Evidence.item_id).in_(item_ids))
    found: dict[int, list[tables.Evidence]] = {}
    for row in session.exec(wanted.order_by(col(tables.Evidence.id))):
        found.setdefault(row.item_id, []).append(row)
    return found


def words(session: Session, item: tables.Item) -> str:
    """Give all words that prove an item, a line each; its title where there are none left."""
    return "\n".join(row.text for row in evidence(session, item)) or item.title


def of_message(session: Session, message: tables.Message) -> Sequence[tables.Item]:
    """List the items that rest on this message, in the order of the words."""
    return of_messages(session, [message.id or 0]).get(message.id or 0, [])


def of_messages(session: Session, message_ids: Sequence[int]) -> dict[int, list[tables.Item]]:
    """Give message -> the items that rest on it, in the order of the words."""
    source = col(tables.Evidence.message_id)
    wanted = (
        sqlmodel.select(
            source, tables.Item, sqlmodel.func.min(tables.Evidence.start).label("place")
        )
        .join(tables.Item)
        .where(source.in_(message_ids))
        .group_by(source, col(tables.Item.id))
        .order_by("place", col(tables.Item.id))
    )
    found: dict[int, list[tables.Item]] = {}
    for message_id, item, _ in session.exec(wanted):
        found.setdefault(message_id, []).append(item)
    return found


def of_project(session: Session, project_id: int | None = None) -> Sequence[tables.Item]:
    """List the items of a project, or of all, in the order of filing."""
    query = sqlmodel.select(tables.Item).order_by(col(tables.Item.id))
    if project_id is not None:
        query = query.where(tables.Item.project_id == project_id)
    return session.exec(query).all()


def evidence_of_project(session: Session, project_id: int) -> dict[int, list[str]]:
    """Give item -> the words that prove it, oldest first, for a whole project in one query."""
    return _evidence_of_project(session, project_id)[0]


def _evidence_of_project(
    session: Session, project_id: int
) -> tuple[dict[int, list[str]], dict[int, set[int]]]:
    """Give for each item of a project its words, and the threads that they came from."""
    rows = session.exec(
        sqlmodel.select(tables.Evidence.item_id, tables.Evidence.text, tables.Message.thread_id)
        .join(tables.Message, col(tables.Message.id) == col(tables.Evidence.message_id))
        .join(tables.Item, col(tables.Item.id) == col(tables.Evidence.item_id))
        .where(tables.Item.project_id == project_id)
        .order_by(col(tables.Evidence.id))
    ).all()
    said: dict[int, list[str]] = {}
    threads: dict[int, set[int]] = {}
    for item_id, text, thread_id in rows:
        said.setdefault(item_id, []).append(text)
        if thread_id is not None:
            threads.setdefault(item_id, set()).add(thread_id)
    return said, threads
