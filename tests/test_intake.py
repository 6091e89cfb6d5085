"""What intake makes of single messages, on a real record and with the shipped model."""

import dataclasses
import datetime
import imaplib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlmodel

from assistant import daemon, intake, receiving, review, settings
from assistant.classify import labels, verdict
from assistant.filing import parties
from assistant.imap import cursor, fetch, session
from assistant.mail import parse
from assistant.record import (
    cursors,
    database,
    drafts,
    items,
    messages,
    projects,
    tables,
    views,
)
from tests import servers
from tests.record.conftest import CONFIG

NOW = datetime.datetime(2026, 11, 2, 9, 30, tzinfo=datetime.UTC)
TRUSTED = "Authentication-Results: mx.vendor.example; dmarc=pass header.from=acme.example\n"
APPROVED = "Approved, thank you. Please start production."
EVERY = sqlmodel.select(tables.Message)
REQUEST = "Please approve the design so that we can start."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[intake.Desk]:
    """A desk with one project, whose approver is the boss."""
    text = CONFIG.replace(
        'addresses = ["pm@vendor.example"]',
        'addresses = ["pm@vendor.example"]\ntrusted_authserv_ids = ["mx.vendor.example"]',
    )
    config = settings.parse(text, tmp_path / "config.toml")
    record = database.open_record(config)
    with record.transaction() as session:
        people = (
            parties.Contact("boss@acme.example", "Boss", approver=True),
            parties.Contact("wang@acme.example", "Wang"),
        )
        projects.add(session, parties.Project("ACME", "Portal", ("acme.example",), people), NOW)
    yield intake.Desk(config, record, daemon.LateReader(lambda: None), lambda: NOW)
    record.close()


def arrive(
    desk: intake.Desk,
    sender: str,
    text: str,
    *,
    uid: int,
    headers: str = "",
    at: datetime.datetime = NOW - datetime.timedelta(hours=1),
    sent: bool = False,
    message_id: str = "",
) -> int:
    """Let a message arrive and go as far as it goes; give its number."""
    date = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    raw = (
        f"{headers}From: {sender}\nTo: pm@vendor.example\nSubject: Design\nDate: {date}\n"
        f"Message-ID: {message_id or f'<m{uid}@x.example>'}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()
    mailbox = desk.config.mailbox[0]
    here = cursor.Cursor(mailbox.name, "Sent" if sent else "INBOX", 1, uid)
    with desk.record.transaction() as session:
        cursors.begin(session, mailbox.name, here.folder, at.date(), NOW)
    receiving.receive(desk, mailbox, fetch.Arrival(uid, raw, here, NOW, frozenset()), sent=sent)
    with desk.record.reading() as session:
        number = max(row.id or 0 for row in session.exec(EVERY).all())
    intake.advance(desk, number)
    return number


def view(desk: intake.Desk, number: int) -> views.View:
    """Look at a message."""
    with desk.record.reading() as session:
        return views.message(session, session.get_one(tables.Message, number))


def reply_to(uid: int) -> str:
    """Write the header of an answer."""
    return f"In-Reply-To: <m{uid}@x.example>\n"


def ask(desk: intake.Desk) -> None:
    """Let the manager ask for the sign-off."""
    arrive(
        desk, "pm@vendor.example", REQUEST, uid=1, at=NOW - datetime.timedelta(days=1), sent=True
    )


def test_a_confirmed_approver_settles_the_matter(desk: intake.Desk) -> None:
    """Entitled, done, and a draft is due."""
    ask(desk)
    found = view(
        desk, arrive(desk, "boss@acme.example", APPROVED, uid=2, headers=TRUSTED + reply_to(1))
    )
    assert (found["labels"], found["outcomes"]) == (["approval"], ["granted"])
    assert found["state"] == "drafted"
    with desk.record.reading() as session:
        (item,) = (views.item(session, row) for row in items.of_project(session))
    assert (item["authority"], item["state"]) == ("entitled", "done")


@pytest.mark.parametrize(
    "headers",
    [
        "",
        "Authentication-Results: mx.evil.example; dmarc=pass header.from=acme.example\n",
        "Authentication-Results: mx.vendor.example; dmarc=fail header.from=acme.example\n",
    ],
    ids=["no header", "somebody else's header", "dmarc=fail"],
)
def test_a_yes_in_an_approvers_name_that_nobody_confirms_is_held(
    desk: intake.Desk, headers: str
) -> None:
    """A forger gets neither an entry in the record nor an answer."""
    ask(desk)
    found = view(
        desk, arrive(desk, "boss@acme.example", APPROVED, uid=2, headers=headers + reply_to(1))
    )
    assert found["state"] == "held"
    assert intake.UNVERIFIED in found["reasons"]
    assert (found["items"], found["draft"]) == ([], None)


def test_the_managers_later_mail_in_the_thread_answers_the_earlier_ones(desk: intake.Desk) -> None:
    """People reply to the newest mail; the older one needs no draft any more."""
    early = NOW - datetime.timedelta(days=3)
    arrive(desk, "pm@vendor.example", "Hello.", uid=1, at=early, sent=True)
    arrive(
        desk,
        "pm@vendor.example",
        "It is repaired.",
        uid=2,
        headers=reply_to(1),
        at=NOW - datetime.timedelta(minutes=5),
        sent=True,
    )
    number = arrive(
        desk,
        "wang@acme.example",
        "The login page shows an error since this morning.",
        uid=3,
        headers=reply_to(1),
        at=NOW - datetime.timedelta(hours=5),
    )
    assert view(desk, number)["state"] == "closed"
    assert view(desk, number)["draft"] is None


def test_the_managers_address_outside_sent_answers_nothing(desk: intake.Desk) -> None:
    """Anyone can write that From: such a mail is kept, but it silences no draft."""
    number = arrive(
        desk, "wang@acme.example", "The login page shows an error since this morning.", uid=3
    )
    arrive(desk, "pm@vendor.example", "Repaired.", uid=4, headers=reply_to(3), at=NOW)
    with desk.record.reading() as session:
        row = session.get_one(tables.Message, number)
        assert messages.answered_by(session, row) is None


def test_a_date_in_the_future_is_not_believed(desk: intake.Desk) -> None:
    """Order is not the sender's choice."""
    number = arrive(
        desk, "wang@acme.example", "Thanks.", uid=5, at=NOW + datetime.timedelta(days=4000)
    )
    with desk.record.reading() as session:
        assert session.get_one(tables.Message, number).date_at == NOW


def test_a_message_that_cannot_be_understood_is_parked_and_the_next_goes_on(
    desk: intake.Desk,
) -> None:
    """The reason and the number of attempts are kept; replay takes it up again."""

    class Broken:
        version = "broken"

        def understand(self, text: str, context: verdict.Context) -> verdict.Verdict:
            raise ZeroDivisionError("no verdict today")

    broken = intake.Desk(desk.config, desk.record, Broken(), desk.clock)
    number = arrive(broken, "wang@acme.example", "Hello there.", uid=6)
    found = view(desk, number)
    assert found["state"] == "parked"
    assert found["reasons"] == ["ZeroDivisionError: no verdict today"]
    with desk.record.reading() as session:
        assert session.get_one(tables.Message, number).attempts == 1


def test_the_same_bytes_are_received_once(desk: intake.Desk) -> None:
    """A renumbered folder hands out old mail under new UIDs; the record knows it by its content."""
    first = arrive(desk, "wang@acme.example", "Hello there.", uid=7)
    with desk.record.reading() as session:
        row = session.get_one(tables.Message, first)
        raw = messages.raw(session, row)
    mailbox = desk.config.mailbox[0]
    again = fetch.Arrival(99, raw, cursor.Cursor(mailbox.name, "INBOX", 2, 99), NOW, frozenset())
    receiving.receive(desk, mailbox, again, sent=False)
    with desk.record.reading() as session:
        assert len(session.exec(EVERY).all()) == 1
        moved = cursors.get(session, mailbox.name, "INBOX")
        assert moved is not None
        assert (moved.uidvalidity, moved.last_uid) == (2, 99)


def test_a_draft_in_the_folder_is_no_mail(desk: intake.Desk) -> None:
    """Folders such as Gmail's All Mail hold drafts too; the cursor moves on, nothing is received."""
    mailbox = desk.config.mailbox[0]
    with desk.record.transaction() as session:
        cursors.begin(session, mailbox.name, "INBOX", NOW.date(), NOW)
    here = cursor.Cursor(mailbox.name, "INBOX", 1, 5)
    draft = fetch.Arrival(5, b"Subject: half a th", here, NOW, frozenset({r"\Draft"}))
    receiving.receive(desk, mailbox, draft, sent=False)
    with desk.record.reading() as session:
        assert session.exec(EVERY).all() == []
        moved = cursors.get(session, mailbox.name, "INBOX")
        assert moved is not None
        assert moved.last_uid == 5


class Says:
    """A reader of one opinion: what is tested is not how it was reached."""

    version = "test"

    def __init__(self, label: labels.Label) -> None:
        self._label = label

    def understand(self, text: str, context: verdict.Context) -> verdict.Verdict:
        """Give the opinion, surely."""
        passage = verdict.Passage(0, len(text), text, (self._label,))
        return verdict.Verdict((self._label,), passages=(passage,), sure=True)


def told(desk: intake.Desk, label: labels.Label) -> intake.Desk:
    """Give a desk whose reader is of one opinion."""
    return dataclasses.replace(desk, reader=Says(label))


SAME = "<same@acme.example>"
HANGS = "The login page shows an error since this morning."


def test_a_mail_that_comes_by_two_ways_is_filed_and_answered_once(desk: intake.Desk) -> None:
    """A list or a second address brings the same mail with other bytes."""
    desk = told(desk, labels.Label.ISSUE)
    first = arrive(desk, "wang@acme.example", HANGS, uid=1, message_id=SAME)
    second = arrive(
        desk,
        "wang@acme.example",
        HANGS,
        uid=2,
        headers="Received: by list.example\n",
        message_id=SAME,
    )
    other = arrive(desk, "wang@acme.example", "The printer hangs too.", uid=3, message_id=SAME)
    assert view(desk, first)["state"] == "drafted"
    assert view(desk, second)["state"] == "closed"
    assert view(desk, second)["automatic"] == f"copy of M-{first}"
    assert view(desk, other)["state"] == "drafted"


def test_a_confirmed_mail_is_no_copy_of_one_that_nobody_confirmed(desk: intake.Desk) -> None:
    """Who forges a mail before the true one comes does not silence it."""
    desk = told(desk, labels.Label.ISSUE)
    arrive(desk, "wang@acme.example", HANGS, uid=1, message_id=SAME)
    true = arrive(desk, "wang@acme.example", HANGS, uid=2, headers=TRUSTED, message_id=SAME)
    assert view(desk, true)["state"] == "drafted"


def test_what_a_message_answers_is_no_answer_to_it(desk: intake.Desk) -> None:
    """The clock of the client's machine may be days behind."""
    desk = told(desk, labels.Label.ISSUE)
    arrive(desk, "pm@vendor.example", REQUEST, uid=1, sent=True, at=NOW)
    late = NOW - datetime.timedelta(days=9)
    number = arrive(desk, "wang@acme.example", HANGS, uid=2, headers=reply_to(1), at=late)
    assert view(desk, number)["state"] == "drafted"


def test_a_machines_mail_gets_no_draft_even_when_assigned(desk: intake.Desk) -> None:
    """The manager may put it into a project; nobody reads the answer (pitfall 33)."""
    desk = told(desk, labels.Label.ISSUE)
    number = arrive(
        desk, "wang@acme.example", HANGS, uid=1, headers="Auto-Submitted: auto-replied\n"
    )
    with desk.record.transaction() as session:
        project = session.exec(sqlmodel.select(tables.Project)).one()
        review.assign(desk, session, session.get_one(tables.Message, number), project)
    intake.advance(desk, number)
    assert view(desk, number)["state"] == "closed"
    assert view(desk, number)["draft"] is None


COPIED = "Cc: li@acme.example, ours@vendor.example, thief@evil.example\n"


@pytest.mark.parametrize(
    ("label", "headers", "told_to_thief"),
    [
        (labels.Label.STATUS_REQUEST, COPIED, False),
        (labels.Label.STATUS_REQUEST, TRUSTED + COPIED, True),
        (labels.Label.ISSUE, COPIED, True),
    ],
    ids=["nobody confirms the sender", "the true client's own choice", "no news of the project"],
)
def test_strangers_hear_how_a_project_stands_only_when_the_client_says_so(
    desk: intake.Desk, label: labels.Label, headers: str, told_to_thief: bool
) -> None:
    """From and Cc are free text unless a trusted server confirms the sender."""
    desk = told(desk, label)
    number = arrive(desk, "wang@acme.example", "Where are we?", uid=1, headers=headers)
    with desk.record.reading() as session:
        draft = drafts.of_message(session, session.get_one(tables.Message, number))
    assert draft is not None
    written = parse.parse(draft.raw)
    copied = {address.email for address in written.cc}
    assert {"li@acme.example", "ours@vendor.example"} <= copied
    assert ("thief@evil.example" in copied) is told_to_thief


def test_a_mail_to_ourselves_that_the_inbox_showed_first_counts_once_sent_has_it(
    desk: intake.Desk,
) -> None:
    """The same bytes lie in both folders at Gmail; which is read first is chance."""
    desk = told(desk, labels.Label.ISSUE)
    number = arrive(desk, "wang@acme.example", HANGS, uid=1)
    for sent in (False, True):
        arrive(
            desk, "pm@vendor.example", "Repaired.", uid=2, headers=reply_to(1), at=NOW, sent=sent
        )
    with desk.record.reading() as session:
        row = session.get_one(tables.Message, number)
        assert messages.answered_by(session, row) is not None


TRUE = b"From: %s\r\nMessage-ID: <true@acme.example>\r\nSubject: Login\r\n\r\nIt hangs.\r\n"


def withheld(desk: intake.Desk, raw: bytes | None) -> tables.Message:
    """Receive a message that the server does not hand out; give it as it waits."""
    mailbox = desk.config.mailbox[0]
    here = cursor.Cursor(mailbox.name, "INBOX", 1, 7)
    with desk.record.transaction() as session:
        cursors.begin(session, mailbox.name, here.folder, NOW.date(), NOW)
    receiving.receive(desk, mailbox, fetch.Arrival(7, raw, here, NOW, frozenset()), sent=False)
    with desk.record.reading() as session:
        (row,) = messages.withheld(session, mailbox.name)
    return row


def test_a_late_mail_in_the_managers_name_is_not_a_clients(desk: intake.Desk) -> None:
    """Own addresses are context, however the message came; from the inbox they prove nothing."""
    row = withheld(desk, None)
    receiving.hand_in(desk, row, TRUE % b"pm@vendor.example")
    with desk.record.reading() as session:
        kept = session.get_one(tables.Message, row.id)
    assert kept.own
    assert kept.automatic == receiving.OWN_OUTSIDE_SENT
    assert kept.state is tables.State.CLOSED


def test_mail_from_before_the_first_day_is_passed_over(
    desk: intake.Desk, pymap: servers.Account, tmp_path: Path
) -> None:
    """The server is asked for a day more than is read: it counts days in its own time zone."""
    mailbox = pymap.mailbox(name="projects", since=datetime.datetime.now().astimezone().date())
    pymap.append(servers.message("Today"))
    with pymap.client() as client:
        midnight = datetime.datetime.combine(
            datetime.datetime.now().astimezone().date(), datetime.time()
        ).astimezone()
        before = imaplib.Time2Internaldate(midnight - datetime.timedelta(minutes=1))
        client.append("INBOX", "", before, servers.message("Yesterday, a minute to midnight"))
    with session.connect(mailbox) as server:
        daemon.take_in(desk, mailbox, server, "INBOX", sent=False, tell=lambda *_: None)
    with desk.record.reading() as reading:
        assert [row.subject for row in reading.exec(EVERY).all()] == ["Today"]
