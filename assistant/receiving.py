"""STORY: raw bytes -> a message in the record, in its thread; bytes and cursor in one transaction."""

import datetime

from assistant import intake, settings
from assistant.imap import fetch
from assistant.mail import message as mail_message
from assistant.mail import parse, threads
from assistant.record import cursors, database, messages, tables
from assistant.record.states import State

#: why an own message outside the Sent folder proves nothing: anyone can write that From
OWN_OUTSIDE_SENT = "own address, but not from the Sent folder"
#: so far ahead of ours a sender's clock may be
CLOCK_SKEW = datetime.timedelta(hours=1)


def receive(
    desk: intake.Desk, mailbox: settings.Mailbox, arrival: fetch.Arrival, *, sent: bool
) -> None:
    """Make bytes and cursor durable together; a message that is already there moves the cursor only."""
    now = desk.clock()
    if r"\Draft" in arrival.flags:
        pass_over(desk, arrival)
        return
    raw = arrival.raw or b""
    row = _row_of(desk, mailbox, arrival, sent=sent, now=now)
    with desk.record.transaction() as session:
        fresh = messages.receive(session, row, raw)
        if fresh is None and sent:
            _believe(session, row)
        elif fresh is not None and arrival.raw is not None:
            _thread(session, fresh, parse.parse(raw))
        elif fresh is not None:
            messages.park(session, fresh, "The server did not hand out the message's text.", now)
        at = arrival.cursor
        cursors.move(session, at.mailbox, at.folder, at.uidvalidity, at.last_uid)


def pass_over(desk: intake.Desk, arrival: fetch.Arrival) -> None:
    """Move the cursor over what is no mail to read: too old, or somebody's draft (Gmail's All Mail holds those)."""
    at = arrival.cursor
    with desk.record.transaction() as session:
        cursors.move(session, at.mailbox, at.folder, at.uidvalidity, at.last_uid)


def hand_in(desk: intake.Desk, row: tables.Message, raw: bytes) -> None:
    """Give a message the bytes that the server had withheld; it starts again from there."""
    parsed = parse.parse(raw)
    with desk.record.transaction() as session:
        kept = session.get_one(tables.Message, row.id)
        if messages.find(session, row.mailbox, parsed.sha256) is not None:
            kept.state, kept.reasons = State.CLOSED, ["The same message is in the record already."]
        else:
            messages.keep_raw(session, parsed.sha256, raw)
            _describe(kept, parsed)
            if not kept.own and kept.sender_email in desk.config.manager.addresses:
                kept.own, kept.automatic = True, OWN_OUTSIDE_SENT
            kept.state = State.CLOSED if kept.own else State.RECEIVED
            _thread(session, kept, parsed)
        session.add(kept)


def _believe(session: database.Session, row: tables.Message) -> None:
    """Take a mail to ourselves that the inbox showed first for what it is, now that Sent has it too."""
    kept = messages.find(session, row.mailbox, row.sha256)
    if kept is not None and kept.own and kept.automatic == OWN_OUTSIDE_SENT:
        kept.automatic = ""
        session.add(kept)


def _row_of(
    desk: intake.Desk,
    mailbox: settings.Mailbox,
    arrival: fetch.Arrival,
    *,
    sent: bool,
    now: datetime.datetime,
) -> tables.Message:
    """Make the message's row as far as its headers tell."""
    parsed = parse.parse(arrival.raw or b"")
    email = parsed.sender.email if parsed.sender else ""
    own = sent or email in desk.config.manager.addresses
    row = tables.Message(
        mailbox=mailbox.name,
        folder=arrival.cursor.folder,
        uidvalidity=arrival.cursor.uidvalidity,
        uid=arrival.uid,
        sha256=f"uid:{arrival.cursor.folder}:{arrival.cursor.uidvalidity}:{arrival.uid}",
        state=State.CLOSED if own else State.RECEIVED,
        own=own,
        automatic=OWN_OUTSIDE_SENT if own and not sent else "",
        received_at=now,
        date_at=arrival.internal_at or now,
    )
    if arrival.raw is not None:
        _describe(row, parsed)
    return row


def _describe(row: tables.Message, parsed: mail_message.Message) -> None:
    """Write down what the headers say."""
    sender = parsed.sender or mail_message.Address("", "")
    row.sha256 = parsed.sha256
    row.date_at = _believable(parsed.date_at, row)
    row.message_id, row.in_reply_to = parsed.message_id, parsed.in_reply_to
    row.subject, row.base_subject = parsed.subject, threads.base_subject(parsed.subject)
    row.sender_name, row.sender_email = sender.name, sender.email
    row.people = sorted({who.email for who in (sender, *parsed.to, *parsed.cc)})


def _believable(written_at: datetime.datetime | None, row: tables.Message) -> datetime.datetime:
    """Take the sender's date, unless it lies after the arrival: order must not be the sender's choice."""
    arrived_at = row.date_at or row.received_at
    latest = max(arrived_at, row.received_at) + CLOCK_SKEW
    return arrived_at if written_at is None or written_at > latest else written_at


def _thread(session: database.Session, row: tables.Message, parsed: mail_message.Message) -> None:
    """Find the message's thread by its ids, Exchange's index, or subject and people (pitfall 29)."""
    root = threads.thread_index_root(parsed.thread_index)
    keys = [parsed.message_id, *threads.ancestors(parsed), f"thread-index:{root}" if root else ""]
    alike = messages.of_subject(session, row, row.base_subject, row.people)
    messages.join_thread(session, row, [key for key in keys if key], alike)
