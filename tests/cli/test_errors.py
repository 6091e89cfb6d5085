"""What goes wrong outside ends in one sentence and its exit code, and loses nothing."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from assistant import daemon
from assistant.classify import shelf
from tests import servers
from tests.cli import console
from tests.scenes import stage

#: of the sample mail: enough for a draft and for a message that waits
FEW = slice(0, 5)


@pytest.fixture
def home(pymap: servers.Account, tmp_path: Path) -> Path:
    """A folder with a configuration for an account with a few messages, and the projects."""
    return _prepared(pymap, tmp_path)


def _prepared(account: servers.Account, home: Path) -> Path:
    stage.enter_projects(stage.configure(account, home))
    stage.deliver_samples(account, FEW)
    return home


def _edit(home: Path, old: str, new: str) -> None:
    path = home / "config.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _finishes(home: Path, account: servers.Account) -> None:
    """After the repair one pass does all that was left: every message once, every draft once."""
    desk = stage.open_desk(home / "config.toml")
    result = daemon.once(desk)
    desk.record.close()
    assert result == daemon.Result()
    found = stage.outcome(home / "config.toml", account)
    assert len(found.messages) == 5
    assert stage.states(found) <= stage.FINAL_STATES
    placed = [row["message_id"] for row in found.messages if row["state"] == "placed"]
    assert found.drafts == sorted(placed)


def test_a_wrong_password_names_the_user_and_exits_3(home: Path, pymap: servers.Account) -> None:
    ran = console.run(home, "once", variables={servers.PASSWORD_ENV: "wrong"})
    assert ran.returncode == 3
    assert f"refused the login of {pymap.username}" in console.said(ran)
    _finishes(home, pymap)


def test_a_closed_port_exits_3(home: Path, pymap: servers.Account) -> None:
    closed = servers.free_port()
    _edit(home, f"port = {pymap.port}", f"port = {closed}")
    ran = console.run(home, "once")
    assert ran.returncode == 3
    assert f"127.0.0.1:{closed}" in console.said(ran)
    _edit(home, f"port = {closed}", f"port = {pymap.port}")
    _finishes(home, pymap)


def test_an_untrusted_certificate_exits_3(dovecot: servers.Account, tmp_path: Path) -> None:
    home = _prepared(dovecot, tmp_path)
    _edit(
        home,
        f'port = {dovecot.port}\nsecurity = "none"',
        f'port = {dovecot.tls_port}\nsecurity = "tls"',
    )
    ran = console.run(home, "once")
    assert ran.returncode == 3
    assert "certificate" in console.said(ran)
    _edit(home, 'host = "127.0.0.1"', f'host = "localhost"\nca_file = "{dovecot.ca_file}"')
    _finishes(home, dovecot)


def test_a_missing_drafts_folder_exits_1_and_the_drafts_wait(
    pymap_server: servers.Pymap, tmp_path: Path
) -> None:
    account = pymap_server.account(folders=("Sent",))
    home = _prepared(account, tmp_path)
    console.call(home, "once")
    asking = next(
        view["ref"]
        for view in console.lines(console.call(home, "messages", "--json"))
        if view["project"] and not view["automatic"]
    )
    console.done(console.call(home, "relabel", asking, "status_request"))
    ran = console.run(home, "once")
    assert ran.returncode == 1
    assert "drafts_folder" in console.said(ran)
    assert console.document(console.run(home, "drafts", "--state", "composed", "--json"))
    account.create("Drafts")
    _finishes(home, account)


def test_a_missing_environment_variable_is_named(home: Path, pymap: servers.Account) -> None:
    ran = console.run(home, "once", variables={servers.PASSWORD_ENV: ""})
    assert ran.returncode == 1
    assert servers.PASSWORD_ENV in console.said(ran)
    _finishes(home, pymap)


def test_a_read_only_record_exits_1(home: Path, pymap: servers.Account) -> None:
    record = home / "assistant.db"
    record.chmod(0o400)
    ran = console.run(home, "once", prefix=console.OBEDIENT)
    assert ran.returncode == 1
    assert "read-only" in console.said(ran)
    record.chmod(0o600)
    _finishes(home, pymap)


def test_a_record_in_a_folder_that_may_not_be_written_exits_1(home: Path) -> None:
    home.chmod(0o500)
    ran = console.run(home, "once", prefix=console.OBEDIENT)
    home.chmod(0o700)
    assert ran.returncode == 1
    assert "assistant.db" in console.said(ran)


def test_a_damaged_record_exits_1(home: Path, pymap: servers.Account) -> None:
    record = home / "assistant.db"
    kept = record.read_bytes()
    record.write_bytes(b"\0" * 100 + kept[100:])
    ran = console.run(home, "once")
    assert ran.returncode == 1
    assert "damaged" in console.said(ran)
    record.write_bytes(kept)
    _finishes(home, pymap)


def test_a_record_damaged_in_the_middle_exits_1(home: Path) -> None:
    record = home / "assistant.db"
    kept = record.read_bytes()
    record.write_bytes(kept[:4096] + b"\x55" * (len(kept) - 4096))
    for words in (["once"], ["queue"], ["items"]):
        ran = console.run(home, *words)
        assert ran.returncode == 1
        assert "damaged" in console.said(ran)


def test_a_corrupted_model_exits_1_and_the_mail_is_kept(home: Path, pymap: servers.Account) -> None:
    shutil.copytree(shelf.shipped(), home / "model")
    weights = home / "model" / "arrays.npz"
    kept = weights.read_bytes()
    weights.write_bytes(kept[: len(kept) // 2])
    with (home / "config.toml").open("a", encoding="utf-8") as config:
        config.write('\n[model]\npath = "model"\n')
    ran = console.run(home, "once")
    assert ran.returncode == 1
    assert "damaged" in console.said(ran)
    assert len(console.lines(console.run(home, "messages", "--json"))) == 5
    weights.write_bytes(kept)
    _finishes(home, pymap)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[manager]", "[manager", "not valid TOML"),
        ("username", "usrname", "did you mean `username`?"),
        ("poll_seconds", "pol_seconds", "did you mean `poll_seconds`?"),
        ("port = ", 'port = "x" #', "mailbox.0.port"),
        ('host = "127.0.0.1"', 'host = "imap.example.org"', "loopback only"),
        ('name = "Lin Yue"', "", "`manager.name` is missing"),
    ],
)
def test_a_configuration_that_cannot_be_used_exits_1(
    tmp_path: Path, pymap: servers.Account, old: str, new: str, words: str
) -> None:
    stage.configure(pymap, tmp_path)
    _edit(tmp_path, old, new)
    ran = console.run(tmp_path, "queue")
    assert ran.returncode == 1
    assert words in console.said(ran)


def test_no_configuration_points_to_init(tmp_path: Path) -> None:
    ran = console.run(tmp_path, "queue")
    assert ran.returncode == 1
    assert "`assistant init`" in console.said(ran)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["itmes"], "items"),
        (["items", "--jsn"], "--json"),
        (["items", "--kind", "wish"], "requirement_change"),
        (["show"], "assistant show --help"),
        (["project"], "assistant project --help"),
        (["project", "add", "ACME", "--language", "fr"], "zh-Hans"),
        (["project", "add", "ACME", "--contact", "Wang"], "wang@acme.example"),
        (["project", "milestone", "add", "ACME", "Beta", "--due", "soon"], "2026-12-01"),
        (["relabel", "M-1", "wish"], "requirement_change"),
        (["init", "--address", "pm@vendor.example"], "--name"),
    ],
)
def test_wrong_usage_exits_2_and_names_what_is_right(
    tmp_path: Path, words: list[str], hint: str
) -> None:
    ran = console.call(tmp_path, *words)
    assert ran.returncode == 2
    assert hint in console.said(ran)


def test_an_unforeseen_error_is_one_sentence_and_a_traceback_only_on_demand(home: Path) -> None:
    with contextlib.closing(sqlite3.connect(home / "assistant.db")) as record, record:
        record.execute(
            "INSERT INTO item (project_id, kind, number, title, state, created_at)"
            " VALUES (1, 'no kind that we know', 1, 'x', 'open', '2026-01-01 00:00:00')"
        )
    ran = console.run(home, "items")
    assert ran.returncode == 1
    assert "--debug" in console.said(ran)
    ran = console.run(home, "--debug", "items")
    assert ran.returncode == 1
    assert "Traceback" in ran.stderr


def test_a_reader_that_leaves_early_gets_no_complaint(
    tmp_path: Path, pymap: servers.Account
) -> None:
    stage.configure(pymap, tmp_path)
    ran = console.run(tmp_path, "--help", prefix=("sh", "-c", '"$@" | head -1', "sh"))
    assert ran.stderr == ""
    assert ran.stdout.startswith("Usage: ")
