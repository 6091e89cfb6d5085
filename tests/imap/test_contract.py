"""The mailbox contract: the same sentences hold on every real server."""

import datetime
import threading
import time
from collections.abc import Callable

import pytest

from assistant import errors
from assistant.imap import drafts, fetch, session
from tests import servers

LONG_AGO = datetime.date(2020, 1, 1)


def subjects(arrived: list[fetch.Arrival]) -> list[str]:
    """List the subjects of arrivals, "?" for one without text."""
    found = [
        next((row for row in (a.raw or b"").splitlines() if row.startswith(b"Subject: ")), b"?")
        for a in arrived
    ]
    return [row.removeprefix(b"Subject: ").decode() for row in found]


def draft(mark: str, body: str = "Dear Ms Wang") -> bytes:
    """Write a draft that carries `mark`."""
    return servers.message(
        "Re: hello", body=body, headers=f"X-Assistant-Mark: {mark}\nIn-Reply-To: <q@acme.example>\n"
    )


def no_stop() -> bool:
    return False


def after(seconds: float, act: Callable[[], object]) -> threading.Timer:
    """Do something a little later, while the test waits."""
    timer = threading.Timer(seconds, act)
    timer.start()
    return timer


def test_the_capabilities_that_matter_are_told(account: servers.Account) -> None:
    with session.connect(account.mailbox()) as mailbox:
        assert (
            {"IDLE", "UIDPLUS", "ID"}
            <= set(mailbox.capabilities())
            <= set(session.USED_CAPABILITIES)
        )


def test_inbox_sent_and_drafts_are_found(account: servers.Account) -> None:
    with session.connect(account.mailbox()) as mailbox:
        found = mailbox.folders()
        assert (found.inbox, found.sent, found.drafts) == ("INBOX", "Sent", "Drafts")
        assert mailbox.drafts_folder() == "Drafts"


def test_arrivals_come_ascending_with_their_bytes_and_a_cursor_each(
    account: servers.Account,
) -> None:
    for number in range(5):
        account.deliver(servers.message(f"s{number}", body="中文 " * 50))
    with session.connect(account.mailbox()) as mailbox:
        found = list(mailbox.arrivals("INBOX", None, LONG_AGO))
    assert subjects(found) == ["s0", "s1", "s2", "s3", "s4"]
    kept = account.raw_messages()
    assert [a.raw for a in found] == list(kept.values())
    assert [a.cursor.last_uid for a in found] == [a.uid for a in found] == sorted(kept)
    assert {(a.cursor.mailbox, a.cursor.folder) for a in found} == {("test", "INBOX")}
    received = [a.internal_at for a in found]
    now = datetime.datetime.now(datetime.UTC)
    assert all(at is not None and abs(at - now) < datetime.timedelta(minutes=5) for at in received)


def test_nothing_comes_twice_after_its_cursor(account: servers.Account) -> None:
    account.deliver(servers.message("one"))
    account.deliver(servers.message("two"))
    with session.connect(account.mailbox()) as mailbox:
        first, second = mailbox.arrivals("INBOX", None, LONG_AGO)
        assert subjects(list(mailbox.arrivals("INBOX", first.cursor, LONG_AGO))) == ["two"]
        assert list(mailbox.arrivals("INBOX", second.cursor, LONG_AGO)) == []
        account.deliver(servers.message("three"))
        assert subjects(list(mailbox.arrivals("INBOX", second.cursor, LONG_AGO))) == ["three"]


def test_an_empty_folder_has_no_arrivals(account: servers.Account) -> None:
    with session.connect(account.mailbox()) as mailbox:
        assert list(mailbox.arrivals("INBOX", None, LONG_AGO)) == []
        assert list(mailbox.arrivals("Sent", None, LONG_AGO)) == []


def test_the_first_run_looks_no_further_back_than_since(account: servers.Account) -> None:
    account.deliver(servers.message("one"))
    tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=2)
    with session.connect(account.mailbox()) as mailbox:
        assert list(mailbox.arrivals("INBOX", None, tomorrow)) == []


def test_messages_deleted_below_the_cursor_change_nothing(account: servers.Account) -> None:
    for number in range(3):
        account.deliver(servers.message(f"s{number}"))
    with session.connect(account.mailbox()) as mailbox:
        found = list(mailbox.arrivals("INBOX", None, LONG_AGO))
        account.remove(found[2].uid)
        assert list(mailbox.arrivals("INBOX", found[2].cursor, LONG_AGO)) == []
        assert subjects(list(mailbox.arrivals("INBOX", found[0].cursor, LONG_AGO))) == ["s1"]


def test_reading_leaves_every_flag_as_it_was(account: servers.Account) -> None:
    account.deliver(servers.message("unread"))
    account.append(servers.message("read"), flags=r"(\Seen \Flagged)")
    before = account.flags()
    with session.connect(account.mailbox()) as mailbox:
        found = list(mailbox.arrivals("INBOX", None, LONG_AGO))
    assert {a.uid: a.flags - {r"\Recent"} for a in found} == before == account.flags()


def test_batches_bounded_by_bytes_miss_nothing(account: servers.Account) -> None:
    for number in range(12):
        account.deliver(servers.message(f"s{number}", body="x" * 70 * (number % 4) ** 3))
    with session.connect(account.mailbox(batch_bytes=1000)) as mailbox:
        assert subjects(list(mailbox.arrivals("INBOX", None, LONG_AGO))) == [
            f"s{n}" for n in range(12)
        ]


def test_another_folder_may_be_used_between_two_arrivals(account: servers.Account) -> None:
    for number in range(4):
        account.deliver(servers.message(f"s{number}"))
        account.deliver(servers.message(f"draft {number}"), "Drafts")
    with session.connect(account.mailbox(batch_bytes=1000)) as mailbox:
        found = []
        for arrival in mailbox.arrivals("INBOX", None, LONG_AGO):
            found.append(arrival)
            mailbox.append_draft("Drafts", draft(f"m{arrival.uid}"), f"m{arrival.uid}")
    assert subjects(found) == ["s0", "s1", "s2", "s3"]


def test_a_folder_made_anew_is_read_afresh(account: servers.Account) -> None:
    old, new = servers.message("old"), servers.message("new")
    account.create("Work")
    account.append(servers.message("first"), "Work")
    account.append(old, "Work")
    with session.connect(account.mailbox()) as mailbox:
        before = list(mailbox.arrivals("Work", None, LONG_AGO))
        account.delete("Work")
        account.create("Work")
        account.append(old, "Work")
        account.append(new, "Work")
        after = list(mailbox.arrivals("Work", before[-1].cursor, LONG_AGO))
    assert [a.raw for a in after] == [old, new]
    assert after[0].cursor.uidvalidity != before[0].cursor.uidvalidity


def test_a_message_can_be_read_again_unless_it_is_gone(account: servers.Account) -> None:
    account.deliver(servers.message("one"))
    with session.connect(account.mailbox()) as mailbox:
        (found,) = mailbox.arrivals("INBOX", None, LONG_AGO)
        assert mailbox.reread("INBOX", found.uid, found.cursor.uidvalidity) == found.raw
        assert mailbox.reread("INBOX", found.uid, found.cursor.uidvalidity + 1) is None
        account.remove(found.uid)
        assert mailbox.reread("INBOX", found.uid, found.cursor.uidvalidity) is None


def test_a_draft_is_placed_once_with_its_flags(account: servers.Account) -> None:
    raw = draft("mark-1")
    with session.connect(account.mailbox()) as mailbox:
        assert mailbox.find_draft("Drafts", "mark-1") == ()
        placed = mailbox.append_draft("Drafts", raw, "mark-1")
        assert mailbox.append_draft("Drafts", raw, "mark-1") == placed
        assert mailbox.find_draft("Drafts", "mark-1") == (placed.uid,)
        assert mailbox.find_draft("Drafts", "mark") == ()
    with session.connect(account.mailbox()) as mailbox:
        assert mailbox.append_draft("Drafts", raw, "mark-1") == placed
    assert account.flags("Drafts") == {placed.uid: {r"\Draft", r"\Seen"}}
    assert account.raw_messages("Drafts") == {placed.uid: raw}


def test_a_draft_without_its_mark_is_not_placed(account: servers.Account) -> None:
    with (
        session.connect(account.mailbox()) as mailbox,
        pytest.raises(errors.ComposeError, match="mark-2"),
    ):
        mailbox.append_draft("Drafts", draft("mark-1"), "mark-2")
    assert account.raw_messages("Drafts") == {}


def test_an_untouched_draft_is_known_and_can_be_removed(account: servers.Account) -> None:
    account.deliver(servers.message("the manager's own"), "Drafts")
    with session.connect(account.mailbox()) as mailbox:
        placed = mailbox.append_draft("Drafts", draft("m1"), "m1")
        assert placed.uid is not None
        untouched = drafts.DraftState(drafts.Fate.UNTOUCHED, placed.uid)
        assert mailbox.draft_state("Drafts", "m1", placed.sha256) == untouched
        assert mailbox.remove_draft("Drafts", placed.uid, placed.sha256)
        assert mailbox.draft_state("Drafts", "m1", placed.sha256) == drafts.DraftState(
            drafts.Fate.GONE
        )
        assert not mailbox.remove_draft("Drafts", placed.uid, placed.sha256)
    assert [b"the manager's own" in raw for raw in account.raw_messages("Drafts").values()] == [
        True
    ]


def test_an_edited_draft_is_known_and_never_removed(account: servers.Account) -> None:
    with session.connect(account.mailbox()) as mailbox:
        placed = mailbox.append_draft("Drafts", draft("m1"), "m1")
        assert placed.uid is not None
        account.append(draft("m1", body="Dear Ms Wang, and more"), "Drafts", r"(\Draft)")
        account.remove(placed.uid, "Drafts")
        state = mailbox.draft_state("Drafts", "m1", placed.sha256)
        assert (state.fate, state.uid != placed.uid) == (drafts.Fate.EDITED, True)
        assert state.uid is not None
        assert not mailbox.remove_draft("Drafts", state.uid, placed.sha256)
    assert len(account.raw_messages("Drafts")) == 1


def test_an_edited_draft_that_lost_its_mark_is_known_by_what_it_answers(
    account: servers.Account,
) -> None:
    with session.connect(account.mailbox()) as mailbox:
        placed = mailbox.append_draft("Drafts", draft("m1"), "m1")
        assert placed.uid is not None
        account.append(
            servers.message("Re: hello", headers="In-Reply-To: <q@acme.example>\n"),
            "Drafts",
            r"(\Draft)",
        )
        account.remove(placed.uid, "Drafts")
        assert mailbox.draft_state("Drafts", "m1", placed.sha256).fate is drafts.Fate.GONE
        state = mailbox.draft_state("Drafts", "m1", placed.sha256, "<q@acme.example>")
        assert state.fate is drafts.Fate.EDITED


def test_many_drafts_are_looked_at_together(account: servers.Account) -> None:
    with session.connect(account.mailbox()) as mailbox:
        placed = {
            mark: mailbox.append_draft("Drafts", draft(mark), mark) for mark in ("m1", "m2", "m3")
        }
        asked = [drafts.Asked(mark, placed[mark].sha256) for mark in placed]
        assert {state.fate for state in mailbox.draft_states("Drafts", asked)} == {
            drafts.Fate.UNTOUCHED
        }
        account.append(draft("m2", body="Edited"), "Drafts", r"(\Draft)")
        account.remove(placed["m2"].uid or 0, "Drafts")
        account.remove(placed["m3"].uid or 0, "Drafts")
        fates = [state.fate for state in mailbox.draft_states("Drafts", asked)]
        assert fates == [drafts.Fate.UNTOUCHED, drafts.Fate.EDITED, drafts.Fate.GONE]
        assert mailbox.draft_states("Drafts", []) == []


def test_a_draft_that_a_person_marked_as_deleted_is_gone_but_not_placed_again(
    account: servers.Account,
) -> None:
    with session.connect(account.mailbox()) as mailbox:
        placed = mailbox.append_draft("Drafts", draft("m1"), "m1")
        with account.client() as client:
            client.select("Drafts")
            client.uid("STORE", str(placed.uid), "+FLAGS", r"(\Deleted)")
        assert mailbox.draft_state("Drafts", "m1", placed.sha256).fate is drafts.Fate.GONE
        assert mailbox.append_draft("Drafts", draft("m1"), "m1").uid == placed.uid
    assert len(account.raw_messages("Drafts")) == 1


def test_waiting_ends_as_soon_as_a_message_arrives(account: servers.Account) -> None:
    with session.connect(account.mailbox()) as mailbox:
        list(mailbox.arrivals("INBOX", None, LONG_AGO))
        timer = after(0.2, lambda: account.deliver(servers.message("new")))
        began = time.monotonic()
        assert mailbox.wait("INBOX", 20, no_stop)
        assert time.monotonic() - began < 5
        timer.join()
        assert subjects(list(mailbox.arrivals("INBOX", None, LONG_AGO))) == ["new"]


def test_what_arrived_before_the_wait_is_not_waited_for(account: servers.Account) -> None:
    with session.connect(account.mailbox()) as mailbox:
        list(mailbox.arrivals("INBOX", None, LONG_AGO))
        account.deliver(servers.message("new"))
        list(mailbox.arrivals("Sent", None, LONG_AGO))
        began = time.monotonic()
        assert mailbox.wait("INBOX", 20, no_stop)
        assert time.monotonic() - began < 1


def test_waiting_ends_in_vain_when_its_time_is_over(account: servers.Account) -> None:
    with session.connect(account.mailbox(idle_seconds=1)) as mailbox:
        began = time.monotonic()
        assert not mailbox.wait("INBOX", 1.2, no_stop)
        assert 1.1 < time.monotonic() - began < 3
        assert mailbox.folders().inbox == "INBOX"


def test_a_stop_ends_the_wait_at_once(account: servers.Account) -> None:
    stopped = threading.Event()
    with session.connect(account.mailbox()) as mailbox:
        timer = after(0.15, stopped.set)
        began = time.monotonic()
        assert not mailbox.wait("INBOX", 20, stopped.is_set)
        assert time.monotonic() - began < 2
        timer.join()
