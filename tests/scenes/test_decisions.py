"""What a decision means for drafts that lie in the mail client already."""

import email
from pathlib import Path
from typing import Any, NoReturn

import pytest

from assistant import daemon, intake, placing, review
from assistant.classify.labels import Label, Outcome
from assistant.imap import session
from assistant.record import messages, refs, views
from assistant.record.tables import State
from tests import servers
from tests.scenes import stage


@pytest.fixture
def ready(account: servers.Account, tmp_path: Path) -> tuple[servers.Account, Path]:
    """An account after one pass over a part of the sample mail, and its configuration."""
    path = stage.configure(account, tmp_path)
    stage.enter_projects(path)
    stage.deliver_samples(account, slice(0, 6))
    _once(path)
    # Whatever the model was sure of: some are placed, and one waits.
    mine = (State.PLACED, State.HELD)
    asking = [row["ref"] for row in _rows(path) if row["project"] and row["state"] in mine]
    for ref in asking:
        _decide(path, ref, "relabel", Label.STATUS_REQUEST)
    _once(path)
    _decide(path, _in_state(path, State.PLACED), "reopen")
    _once(path)
    return account, path


def _once(path: Path) -> None:
    desk = stage.open_desk(path)
    assert daemon.once(desk) == daemon.Result()
    desk.record.close()


def _decide(
    path: Path, ref: str, what: str, *labels: Label, outcomes: tuple[Outcome, ...] = ()
) -> None:
    """Decide as the command line does: one transaction, then as far as it goes without the server."""
    desk = stage.open_desk(path)
    with desk.record.transaction() as record:
        row = refs.message(record, ref)
        if what == "relabel":
            review.relabel(desk, record, row, labels, outcomes)
        else:
            getattr(review, what)(desk, record, row)
    intake.advance(desk, row.id or 0)
    desk.record.close()


def _rows(path: Path) -> list[dict[str, Any]]:
    desk = stage.open_desk(path)
    with desk.record.reading() as record:
        rows = views.messages(record, messages.clients(record))
    desk.record.close()
    return rows


def _in_state(path: Path, state: State) -> str:
    """Give a message in this state that asks how the work stands."""
    asked = [row for row in _rows(path) if row["labels"] == [Label.STATUS_REQUEST]]
    return next(str(row["ref"]) for row in asked if row["state"] is state)


def _reply_to(account: servers.Account, message_id: str) -> list[bytes]:
    """Give the drafts that answer a message."""
    drafts = account.raw_messages("Drafts").values()
    return [raw for raw in drafts if email.message_from_bytes(raw)["In-Reply-To"] == message_id]


def _view(path: Path, ref: str) -> dict[str, Any]:
    return next(row for row in _rows(path) if row["ref"] == ref)


def test_after_accept_the_next_pass_places_the_draft(ready: tuple[servers.Account, Path]) -> None:
    account, path = ready
    ref = _in_state(path, State.HELD)
    message_id = _view(path, ref)["message_id"]
    assert _reply_to(account, message_id) == []

    _decide(path, ref, "accept")
    _once(path)

    assert len(_reply_to(account, message_id)) == 1
    assert _view(path, ref)["state"] is State.PLACED


def test_after_relabel_an_untouched_draft_is_replaced(ready: tuple[servers.Account, Path]) -> None:
    account, path = ready
    ref = _in_state(path, State.PLACED)
    message_id = _view(path, ref)["message_id"]
    (before,) = _reply_to(account, message_id)
    others = set(account.raw_messages("Drafts").values()) - {before}

    _decide(path, ref, "relabel", Label.APPROVAL, Label.ISSUE, outcomes=(Outcome.REFUSED,))
    _once(path)

    (after,) = _reply_to(account, message_id)
    assert after != before
    assert set(account.raw_messages("Drafts").values()) - {after} == others
    _once(path)
    assert _reply_to(account, message_id) == [after]


def _edit(account: servers.Account, raw: bytes) -> bytes:
    """Edit a draft as mail programs do: append the new text, remove the old message."""
    edited = raw.replace(b"\r\n\r\n", b"\r\n\r\nDear all, I changed this. ", 1)
    uid = next(uid for uid, one in account.raw_messages("Drafts").items() if one == raw)
    account.append(edited, "Drafts", r"(\Draft)")
    account.remove(uid, "Drafts")
    return next(one for one in account.raw_messages("Drafts").values() if b"I changed this" in one)


@pytest.mark.parametrize(
    "seen", [True, False], ids=["known as edited", "edited since the last pass"]
)
def test_after_relabel_an_edited_draft_is_left_alone(
    ready: tuple[servers.Account, Path], seen: bool
) -> None:
    account, path = ready
    ref = _in_state(path, State.PLACED)
    message_id = _view(path, ref)["message_id"]
    edited = _edit(account, *_reply_to(account, message_id))
    if seen:
        _once(path)

    _decide(path, ref, "relabel", Label.OTHER)
    _once(path)

    assert _reply_to(account, message_id) == [edited]
    _once(path)
    assert _reply_to(account, message_id) == [edited]


def test_dismiss_removes_an_untouched_draft_and_leaves_an_edited_one(
    ready: tuple[servers.Account, Path],
) -> None:
    account, path = ready
    ref = _in_state(path, State.PLACED)
    message_id = _view(path, ref)["message_id"]
    _decide(path, ref, "dismiss")
    _once(path)
    assert _reply_to(account, message_id) == []

    ref = _in_state(path, State.PLACED)
    message_id = _view(path, ref)["message_id"]
    edited = _edit(account, *_reply_to(account, message_id))
    _decide(path, ref, "dismiss")
    _once(path)
    assert _reply_to(account, message_id) == [edited]


def test_a_draft_that_was_thrown_away_is_not_written_again(
    ready: tuple[servers.Account, Path],
) -> None:
    account, path = ready
    ref = _in_state(path, State.PLACED)
    message_id = _view(path, ref)["message_id"]
    (raw,) = _reply_to(account, message_id)
    account.remove(
        next(u for u, one in account.raw_messages("Drafts").items() if one == raw), "Drafts"
    )
    for _ in range(3):
        _once(path)
    assert _reply_to(account, message_id) == []
    assert _view(path, ref)["state"] is State.CLOSED


def test_a_draft_whose_placing_was_cut_off_is_found_when_it_is_not_wanted_any_more(
    account: servers.Account, tmp_path: Path
) -> None:
    """Appended, cut off before that was noted, and dismissed before the next pass: it is taken back."""
    path = stage.configure(account, tmp_path)
    stage.enter_projects(path)
    desk = stage.open_desk(path)
    text = "The shop shows a white screen since this morning."
    account.deliver(servers.message("Shop", body=text).replace(b"wang@acme", b"priya.nair@oakmoor"))
    mailbox = desk.config.mailbox[0]
    with session.connect(mailbox) as server:
        daemon.take_in(desk, mailbox, server, "INBOX", sent=False, tell=lambda *_: None)
        daemon.advance_all(desk, mailbox, lambda *_: None)
        (number,) = daemon.waiting(desk, mailbox, (State.DRAFTED,))
        with pytest.raises(ConnectionAbortedError):
            placing.place(desk, _CutOff(server), server.drafts_folder(), number)
    desk.record.close()
    assert len(account.raw_messages("Drafts")) == 1

    _decide(path, f"M-{number}", "dismiss")
    _once(path)

    assert account.raw_messages("Drafts") == {}


class _CutOff(session.Session):
    """A session whose connection breaks right after an append."""

    def __init__(self, server: session.Session) -> None:
        self.__dict__ = server.__dict__

    def append_draft(self, folder: str, raw: bytes, mark: str) -> NoReturn:
        super().append_draft(folder, raw, mark)
        raise ConnectionAbortedError
