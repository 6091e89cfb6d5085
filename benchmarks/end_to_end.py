"""How fast mail becomes drafts: one pass over a full mailbox, and one message while the daemon watches.

The peer is the least that any reader must do: log in and fetch every message with imapclient. Needs
Dovecot (Debian package dovecot-imapd). Prints messages a second, the ratio to that floor, and the median
time from arrival to draft.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import imapclient  # type: ignore[import-untyped]  # ships no py.typed

sys.path.insert(0, str(Path(__file__).parents[1]))

from assistant import daemon
from tests import servers
from tests.scenes import stage

#: for a message that is surely understood: a plain report of a fault by a known sender
ISSUE = "The login page shows a white screen since this morning. Nobody in the office can log in."


def main() -> None:
    """Run both measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8, help="messages sent to the daemon")
    options = parser.parse_args()
    os.environ[servers.PASSWORD_ENV] = servers.PASSWORD
    server = servers.Dovecot()
    try:
        with tempfile.TemporaryDirectory() as home:
            one_pass(server, Path(home))
            arrival_to_draft(server, Path(home), options.rounds)
    finally:
        server.stop()


def one_pass(server: servers.Dovecot, home: Path) -> None:
    """Time one pass over the sample mail, model already loaded, against fetching it."""
    account = server.account()
    path = stage.configure(account, home)
    stage.enter_projects(path)
    count = len(stage.deliver_samples(account))
    desk = stage.open_desk(path)
    assert desk.reader.version
    floor = _timed(lambda: _fetch(account))
    taken = _timed(lambda: daemon.once(desk))
    desk.record.close()
    print(f"one pass: {count} messages in {taken:.2f} s, {count / taken:.1f} a second")
    print(f"          fetching alone {floor:.3f} s: ratio {taken / floor:.0f}")


def _fetch(account: servers.Account) -> None:
    with imapclient.IMAPClient(account.host, account.port, ssl=False) as client:
        client.login(account.username, account.password)
        for folder in ("INBOX", "Sent"):
            client.select_folder(folder, readonly=True)
            client.fetch(client.search("ALL"), ["BODY.PEEK[]"])


def _timed(work: object) -> float:
    assert callable(work)
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def arrival_to_draft(server: servers.Dovecot, home: Path, rounds: int) -> None:
    """Time from delivery to the draft's appearance, with the daemon waiting in IDLE."""
    account = server.account()
    path = home / "idle"
    path.mkdir()
    config = stage.configure(account, path)
    config.write_text(config.read_text().replace("poll_seconds = 1", "poll_seconds = 3600"))
    stage.enter_projects(config)
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "--config", str(config), "run", "--quiet"]
    )
    try:
        times = [_one_draft(account, number) for number in range(rounds + 1)][1:]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    print(f"arrival to draft with IDLE: median {statistics.median(times):.2f} s of {rounds}")
    print(f"          all: {', '.join(f'{taken:.2f}' for taken in sorted(times))}")


def _one_draft(account: servers.Account, number: int) -> float:
    raw = servers.message(f"Login {number}", body=ISSUE).replace(
        b"Wang Fang <wang@acme.example>", b"Sarah Whitcombe <sarah.whitcombe@oakmoor.example>"
    )
    before = time.perf_counter()
    account.deliver(raw)
    while len(account.raw_messages("Drafts")) <= number:
        time.sleep(0.02)
        if time.perf_counter() - before > 60:
            raise SystemExit("no draft after 60 s: was the message sure?")
    return time.perf_counter() - before


if __name__ == "__main__":
    main()
