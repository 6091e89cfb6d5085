"""Messages: receive them, find their thread, find what is to be taken further."""

import datetime
from collections.abc import Collection, Sequence

import sqlmodel
from sqlmodel import Session, col

from assistant.classify.labels import Label
from assistant.record import events, tables
from assistant.record.tables import State

#: a reply without ids joins a thread of the same subject and people no older than this
THREAD_WINDOW = datetime.timedelta(days=60)
#: by so much the clocks of two correspondents may differ
CLOCK_TROUBLE = datetime.timedelta(days=2)
#: so many messages of one subject are looked at in one go
SEVERAL = 50


def receive(session: Session, row: tables.Message, raw: bytes) -> tables.Message | None:
    """Keep the bytes and the message; None where the mailbox has this very message already."""
    if find(session, row.mailbox, row.sha256) is not None:
        return None
    if raw:
        keep_raw(session, row.sha256, raw)
    session.add(row)
    session.flush()
    return row


def keep_raw(session: Session, sha256: str, raw: bytes) -> None:
    """Keep a message's bytes; the same bytes once."""
    if session.get(tables.Raw, sha256) is None:
        session.add(tables.Raw(sha256=sha256, content=raw))


def withheld(session: Session, mailbox: str) -> Sequence[tables.Message]:
    """List the messages that the server has not handed out so far."""
    wanted = sqlmodel.select(tables.Message).where(
        tables.Message.mailbox == mailbox,
        tables.Message.state == State.PARKED,
        col(tables.Message.sha256).startswith("uid:"),
    )
    return session.exec(wanted).all()


def find(session: Session, mailbox: str, sha256: str) -> tables.Message | None:
    """Find the message of this content in this mailbox."""
    wanted = sqlmodel.select(tables.Message).where(
        tables.Message.mailbox == mailbox, tables.Message.sha256 == sha256
    )
    return session.exec(wanted).first()


def raw(session: Session, message: tables.Message) -> bytes:
    """Give the message's bytes; b"" while the server has not handed them out."""
    row = session.get(tables.Raw, message.sha256)
    return row.content if row else b""


def ids_in(session: Session, states: Sequence[State], mailbox: str | None = None) -> list[int]:
    """List the ids of messages in these states, oldest mail first."""
    query = sqlmodel.select(tables.Message.id).where(col(tables.Message.state).in_(states))
    if mailbox is not None:
        query = query.where(tables.Message.mailbox == mailbox)
    query = query.order_by(col(tables.Message.date_at), col(tables.Message.id))
    return [number for number in session.exec(query) if number is not None]


def in_states(session: Session, states: Sequence[State]) -> list[tables.Message]:
    """List the messages in these states, oldest mail first."""
    query = sqlmodel.select(tables.Message).where(col(tables.Message.state).in_(states))
    query = query.order_by(col(tables.Message.date_at), col(tables.Message.id))
    return list(session.exec(query).all())


def of_ids(session: Session, ids: Sequence[int]) -> Sequence[tables.Message]:
    """Give the messages with these ids, in no order."""
    return session.exec(
        sqlmodel.select(tables.Message).where(col(tables.Message.id).in_(ids))
    ).all()


def by_message_id(
    session: Session, mailbox: str, message_ids: Sequence[str]
) -> tables.Message | None:
    """Give the message with the first of these Message-IDs that the mailbox has."""
    for message_id in message_ids:
        wanted = sqlmodel.select(tables.Message).where(
            tables.Message.mailbox == mailbox, tables.Message.message_id == message_id
        )
        # Anybody may repeat an id: the manager's own mail goes first, then what came first.
        found = session.exec(
            wanted.order_by(
                (col(tables.Message.own) & (tables.Message.automatic == "")).desc(),
                col(tables.Message.id),
            )
        ).first()
        if found is not None:
            return found
    return None


def copy_of(session: Session, message: tables.Message) -> tables.Message | None:
    """Give the message that is the same mail, come by another way: a list, or another mailbox.

    The bytes differ then, for every server adds its lines. Ids are the sender's choice, so the words and
    the sender must be the same too; and what a server confirms is no copy of what none has confirmed.
    """
    if not message.message_id:
        return None
    wanted = sqlmodel.select(tables.Message).where(
        tables.Message.message_id == message.message_id,
        tables.Message.id != message.id,
        tables.Message.sender_email == message.sender_email,
        tables.Message.subject == message.subject,
        tables.Message.new_text == message.new_text,
        ~col(tables.Message.own),
        tables.Message.automatic == "",
        col(tables.Message.state).not_in((State.RECEIVED, State.PARKED)),
    )
    if message.verified:
        wanted = wanted.where(col(tables.Message.verified))
    return session.exec(wanted.order_by(col(tables.Message.id))).first()


def thread_of(session: Session, mailbox: str, keys: Sequence[str]) -> int | None:
    """Give the thread of the first key that is known."""
    for key in keys:
        row = session.get(tables.Thread, (mailbox, key))
        if row is not None:
            return row.thread_id
    return None


def join_thread(
    session: Session, message: tables.Message, keys: Sequence[str], alike: int | None
) -> None:
    """Put the message into its thread, or begin one; all its keys lead there from now on.

    Ids that are known only from References are kept too: the next reply may name only those. `alike`
    is the thread to join where no key is known.
    """
    found = thread_of(session, message.mailbox, keys)
    if found is None:
        found = alike
    message.thread_id = found if found is not None else message.id
    for key in dict.fromkeys(keys):
        if session.get(tables.Thread, (message.mailbox, key)) is None:
            session.add(
                tables.Thread(mailbox=message.mailbox, key=key, thread_id=message.thread_id or 0)
            )
    session.add(message)
    session.flush()


def of_subject(
    session: Session, message: tables.Message, subject: str, people: Collection[str]
) -> int | None:
    """Give the thread of the latest message of this base subject between the same people.

    Only within THREAD_WINDOW: an old subject line that comes back is another matter.
    """
    at = message.date_at or message.received_at
    if not subject:
        return None
    wanted = (
        sqlmodel.select(tables.Message)
        .where(
            tables.Message.mailbox == message.mailbox,
            tables.Message.base_subject == subject,
            tables.Message.id != message.id,
            col(tables.Message.date_at).between(at - THREAD_WINDOW, at),
        )
        .order_by(col(tables.Message.date_at).desc())
        .execution_options(yield_per=SEVERAL)
    )
    for other in session.exec(wanted):
        if message.sender_email in other.people and other.sender_email in people:
            return other.thread_id
    return None


def passages(session: Session, message: tables.Message) -> list[tables.Passage]:
    """List the passages that bear the message's labels, in order; copies, of each what agrees with the message.

    The rows stay as they were understood, so that a relabelling can be undone.
    """
    agreed = (_agreed(kept, message) for kept in _understood(session, message))
    return [passage for passage in agreed if passage.labels]


def _agreed(kept: tables.Passage, message: tables.Message) -> tables.Passage:
    outcomes = [outcome for outcome in kept.outcomes if outcome in message.outcomes]
    labels = [
        label
        for label in kept.labels
        if label in message.labels and (label != Label.APPROVAL or outcomes)
    ]
    return tables.Passage(**{**kept.model_dump(), "labels": labels, "outcomes": outcomes})


def _understood(session: Session, message: tables.Message) -> Sequence[tables.Passage]:
    wanted = sqlmodel.select(tables.Passage).where(tables.Passage.message_id == message.id)
    return session.exec(wanted.order_by(col(tables.Passage.start))).all()


def ours_in_thread(session: Session, message: tables.Message) -> list[tables.Message]:
    """List the manager's own messages of the thread, oldest first; none of what only says so."""
    wanted = (
        sqlmodel.select(tables.Message)
        .where(
            tables.Message.mailbox == message.mailbox,
            tables.Message.thread_id == message.thread_id,
            tables.Message.id != message.id,
            col(tables.Message.own),
            tables.Message.automatic == "",
        )
        .order_by(col(tables.Message.date_at), col(tables.Message.id))
    )
    return list(session.exec(wanted).all())


def projects_of_thread(session: Session, message: tables.Message) -> set[int]:
    """Give the ids of the projects to which other messages of the thread belong."""
    wanted = sqlmodel.select(tables.Message.project_id).where(
        tables.Message.mailbox == message.mailbox,
        tables.Message.thread_id == message.thread_id,
        tables.Message.id != message.id,
        col(tables.Message.project_id).is_not(None),
    )
    return {number for number in session.exec(wanted.distinct()) if number is not None}


def answered_by(session: Session, message: tables.Message) -> tables.Message | None:
    """Give the manager's own answer to the message, if one was seen in Sent.

    A later mail of the manager's in the same thread answers it too: people reply to the newest one. What
    the message itself answers is not later, whatever its sender's clock says; and where a sender
    gives all mails one id, an answer of days ago was to another one.
    """
    ours = ours_in_thread(session, message)
    at = max(
        [message.date_at or message.received_at]
        + [_at(one) for one in ours if one.message_id and one.message_id == message.in_reply_to]
    )
    for other in ours:
        named = message.message_id and other.in_reply_to == message.message_id
        if _at(other) > (at - CLOCK_TROUBLE if named else at):
            return other
    return None


def _at(message: tables.Message) -> datetime.datetime:
    return message.date_at or message.received_at


def park(session: Session, message: tables.Message, reason: str, now: datetime.datetime) -> None:
    """Set the message aside with the reason; it stays in the queue and can be replayed."""
    message.state = State.PARKED
    message.attempts += 1
    message.parked_because = reason
    session.add(message)
    events.note(session, now, events.ASSISTANT, "parked", message=message, reason=reason)


def clients(session: Session) -> Sequence[tables.Message]:
    """List the clients' messages, oldest first."""
    wanted = sqlmodel.select(tables.Message).where(~col(tables.Message.own))
    return session.exec(wanted.order_by(col(tables.Message.date_at), col(tables.Message.id))).all()


def counts(session: Session) -> dict[str, int]:
    """Count the client messages in each state."""
    rows = session.exec(
        sqlmodel.select(tables.Message.state, sqlmodel.func.count())
        .where(~col(tables.Message.own))
        .group_by(col(tables.Message.state))
    ).all()
    return {str(state): count for state, count in rows}


def forget_verdict(session: Session, message: tables.Message) -> None:
    """Drop what was understood, so that it can be understood anew."""
    for row in _understood(session, message):
        session.delete(row)
    session.flush()
