"""`assistant run`: drafts soon after mail arrives, decisions carried out, a clean end on a signal."""

import contextlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.classify.labels import Label
from assistant.demo import samples
from tests import servers
from tests.cli import console
from tests.scenes import stage

#: "a few seconds" on a machine that has other work
SOON_SECONDS = 20.0


@pytest.fixture
def home(account: servers.Account, tmp_path: Path) -> Path:
    """A configuration whose polls are too rare to matter: what happens soon, happens by IDLE."""
    path = stage.configure(account, tmp_path)
    slow = path.read_text(encoding="utf-8").replace("poll_seconds = 1", "poll_seconds = 3600")
    path.write_text(slow, encoding="utf-8")
    stage.enter_projects(path)
    return tmp_path


@contextlib.contextmanager
def _running(home: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", *options, "run"],
        cwd=home,
        env=console.environment(home),
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        assert running.stderr is not None
        try:
            assert "watching INBOX" in running.stderr.readline()
            yield running
        finally:
            running.kill()


@pytest.fixture
def daemon(home: Path) -> Iterator[subprocess.Popen[str]]:
    """The daemon, watching."""
    with _running(home) as running:
        yield running


def _wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON_SECONDS
    while not true():
        assert time.monotonic() < end, "too late"
        time.sleep(0.2)


def _stop(daemon: subprocess.Popen[str], number: int) -> None:
    begun = time.monotonic()
    daemon.send_signal(number)
    assert daemon.wait(10) == 0
    assert time.monotonic() - begun < 3
    assert daemon.stderr is not None
    assert "Traceback" not in daemon.stderr.read()


def test_a_message_that_arrives_has_its_draft_soon_and_a_decision_is_carried_out(
    home: Path, account: servers.Account, daemon: subprocess.Popen[str]
) -> None:
    """Arrival, draft; relabel, another draft in its place; dismiss, none; SIGTERM, exit 0."""
    account.deliver(_sure())
    _wait_until(lambda: len(account.raw_messages("Drafts")) == 1)

    (message,) = console.lines(console.call(home, "messages", "--json"))
    (before,) = account.raw_messages("Drafts").values()
    console.done(console.call(home, "relabel", message["ref"], "other"))
    _wait_until(lambda: list(account.raw_messages("Drafts").values()) not in ([before], []))
    assert len(account.raw_messages("Drafts")) == 1

    console.done(console.call(home, "dismiss", message["ref"]))
    _wait_until(lambda: not account.raw_messages("Drafts"))
    _stop(daemon, signal.SIGTERM)


def _sure() -> bytes:
    """Give a client's plain question how the work stands."""
    asked = {Label.STATUS_REQUEST}
    expected = samples.expected(stage.TODAY)
    at = next(at for at, one in enumerate(expected) if one.labels == asked)
    return samples.inbox(stage.TODAY)[at]


def test_an_interrupt_ends_it_cleanly(daemon: subprocess.Popen[str]) -> None:
    _stop(daemon, signal.SIGINT)


def test_a_signal_in_the_middle_of_much_new_mail_loses_nothing(
    pymap: servers.Account, tmp_path: Path
) -> None:
    """The first pass over the sample mail is cut off; the next one takes up what was left."""
    path = stage.configure(pymap, tmp_path)
    stage.enter_projects(path)
    inbox = stage.deliver_samples(pymap)
    with _running(tmp_path) as running:
        _stop(running, signal.SIGTERM)
    before = console.lines(console.call(tmp_path, "messages", "--json"))
    assert any(view["state"] == "received" for view in before) or len(before) < len(inbox)
    console.done(console.run(tmp_path, "once"))
    found = stage.outcome(path, pymap)
    assert len(found.messages) == len(inbox)
    assert stage.states(found) <= stage.FINAL_STATES
    assert len(set(found.drafts)) == len(found.drafts)


@pytest.mark.parametrize("debug", [False, True])
def test_an_unforeseen_error_is_one_line_of_the_log_and_the_watch_goes_on(
    worked: tuple[Path, servers.Account], tmp_path: Path, debug: bool
) -> None:
    """The traceback is there on demand."""
    home = shutil.copytree(worked[0], tmp_path / "home")
    with contextlib.closing(sqlite3.connect(home / "assistant.db")) as record, record:
        record.execute("UPDATE draft SET state = 'no state that we know'")
    with _running(home, *(["--debug"] if debug else [])) as running:
        assert running.stderr is not None
        lines: list[str] = []
        while "Trying again" not in "".join(lines):
            lines.append(running.stderr.readline())
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0
    assert any("Traceback" in line for line in lines) is debug
    assert "Unforeseen" in lines[-1]
