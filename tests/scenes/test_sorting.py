"""A message that the manager moves into a label's folder is filed as that folder says."""

import email
from pathlib import Path

import pytest

from assistant import daemon, learn
from assistant.record import messages, views
from tests import servers
from tests.scenes import stage

FOLDERS = """
[mailbox.label_folders]
issue = "Issues"
refused = "Refused"
other = "Nothing"
"""


@pytest.fixture
def path(account: servers.Account, tmp_path: Path) -> Path:
    """A configuration that names label folders, which are there."""
    path = stage.configure(account, tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + FOLDERS, encoding="utf-8")
    stage.enter_projects(path)
    for name in ("Issues", "Refused", "Nothing"):
        account.create(name)
    return path


def _once(path: Path) -> daemon.Result:
    desk = stage.open_desk(path)
    result = daemon.once(desk)
    desk.record.close()
    return result


def _by_id(path: Path) -> dict[str, dict[str, object]]:
    desk = stage.open_desk(path)
    with desk.record.reading() as session:
        rows = [views.message(session, row) for row in messages.clients(session)]
    desk.record.close()
    return {str(row["message_id"]): row for row in rows if row["project"]}


def _sort(account: servers.Account, raw: bytes, folder: str) -> None:
    """Move a message of the inbox, as a mail program does: copy, then remove."""
    uid = next(uid for uid, one in account.raw_messages("INBOX").items() if one == raw)
    account.append(raw, folder, "")
    account.remove(uid, "INBOX")


def _id(raw: bytes) -> str:
    return str(email.message_from_bytes(raw)["Message-ID"])


def test_a_move_relabels_files_and_is_learned_from(account: servers.Account, path: Path) -> None:
    """Twice the same pass changes nothing more, and a message in the wrong folder is not lost."""
    inbox = stage.deliver_samples(account, slice(0, 4))
    assert _once(path) == daemon.Result()
    mine = [raw for raw in inbox if _id(raw) in _by_id(path)]
    _sort(account, mine[0], "Issues")
    _sort(account, mine[1], "Refused")
    assert _once(path) == daemon.Result()
    after = _by_id(path)
    assert (after[_id(mine[0])]["labels"], after[_id(mine[0])]["sure"]) == (["issue"], True)
    assert after[_id(mine[1])]["labels"] == ["approval"]
    assert after[_id(mine[1])]["outcomes"] == ["refused"]
    assert len(after) == len(_by_id(path)) == len(mine)
    desk = stage.open_desk(path)
    with desk.record.reading() as session:
        learned = {frozenset(example.tags) for example in learn.lessons(session)}
    desk.record.close()
    assert {frozenset({"issue"}), frozenset({"approval:refused"})} <= learned
    assert _once(path) == daemon.Result()
    assert _by_id(path) == after


def test_a_message_that_was_never_in_the_inbox_is_read_and_filed_as_sorted(
    account: servers.Account, path: Path
) -> None:
    """A filter on the server may have moved it there."""
    inbox = stage.deliver_samples(account, slice(0, 2))
    for raw in inbox:
        _sort(account, raw, "Nothing")
    assert _once(path) == daemon.Result()
    found = _by_id(path)
    assert found
    assert all(row["labels"] == ["other"] for row in found.values())


def test_a_move_that_agrees_counts_as_accepted(account: servers.Account, path: Path) -> None:
    account.deliver(
        b"From: wang.fang@hengchang.example\nMessage-ID: <white@hengchang.example>\n\n"
        b"The login page shows a white screen since this morning. Nobody in the office can log in.\n"
    )
    assert _once(path) == daemon.Result()
    (raw,) = account.raw_messages("INBOX").values()
    assert _by_id(path)[_id(raw)]["labels"] == ["issue"]
    _sort(account, raw, "Issues")
    assert _once(path) == daemon.Result()
    desk = stage.open_desk(path)
    with desk.record.reading() as session:
        learned = [example.tags for example in learn.lessons(session)]
    desk.record.close()
    assert learned == [{"issue"}]


def test_a_message_without_words_is_sorted_and_nothing_is_learned_from_it(
    account: servers.Account, path: Path
) -> None:
    """A photo without a word breaks no training."""
    raw = b"From: wang.fang@hengchang.example\nMessage-ID: <photo@hengchang.example>\n\n"
    account.deliver(raw)
    assert _once(path) == daemon.Result()
    _sort(account, next(iter(account.raw_messages("INBOX").values())), "Nothing")
    assert _once(path) == daemon.Result()
    desk = stage.open_desk(path)
    with desk.record.reading() as session:
        assert learn.lessons(session) == []
    desk.record.close()


def test_a_label_folder_that_is_missing_is_told_and_stops_nothing(
    account: servers.Account, path: Path
) -> None:
    path.write_text(
        path.read_text(encoding="utf-8").replace('"Issues"', '"Isues"'), encoding="utf-8"
    )
    stage.deliver_samples(account, slice(0, 2))
    (fault,) = _once(path).faults
    assert "Isues" in fault
    assert _by_id(path)
