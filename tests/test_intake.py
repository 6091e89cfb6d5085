"""What intake makes of single messages, on a real record and with the shipped model."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlmodel

from assistant import daemon, intake, receiving, settings
from assistant.classify import verdict
from assistant.filing import parties
from assistant.imap import cursor, fetch
from assistant.record import cursors, database, items, messages, projects, tables, views
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
) -> int:
    """Let a message arrive and go as far as it goes; give its number."""
    date = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    raw = (
        f"{headers}From: {sender}\nTo: pm@vendor.example\nSubject: Design\nDate: {date}\n"
        f"Message-ID: <m{uid}@x.example>\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
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
