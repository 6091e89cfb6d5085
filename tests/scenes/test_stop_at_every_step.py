"""A process killed after any durable step leaves nothing lost, filed twice or drafted twice."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.scenes import stage

#: plain words, a thread, a stranger and a machine: every kind of step, few enough to be killed after each
INBOX = (
    ("liu.yang@hengchang.example", "登录", "登录页面从今天早上开始打不开了，报错 500。", ""),
    ("wang.fang@hengchang.example", "报告", "请问二期的报告目前到什么阶段了？", ""),
    ("priya.nair@oakmoor.example", "Shop", "The shop shows a white screen since this morning.", ""),
    (
        "priya.nair@oakmoor.example",
        "Re: Shop",
        "Still a white screen.",
        "In-Reply-To: <2@x.example>\n",
    ),
    ("someone@else.example", "Hello", "The page is broken.", ""),
    ("priya.nair@oakmoor.example", "Away", "I am away.", "Auto-Submitted: auto-replied\n"),
)
SENT = (("lin.yue@studio.example", "Re: Away", "Enjoy it.", "In-Reply-To: <5@x.example>\n"),)


def _mail(number: int, sender: str, subject: str, text: str, headers: str) -> bytes:
    return (
        f"From: {sender}\r\nTo: lin.yue@studio.example\r\nSubject: {subject}\r\n"
        f"Date: Mon, 2 Nov 2026 10:0{number % 10}:00 +0000\r\nMessage-ID: <{number}@x.example>\r\n{headers}"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


@pytest.fixture(scope="module")
def run() -> Iterator[Callable[[Path, int], str]]:
    """Run one pass with a configuration, killed after a step; 0 for never."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.scenes.killed"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def one(config: Path, step: int) -> str:
            assert process.stdin and process.stdout
            process.stdin.write(f"{config} {step}\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        yield one
        process.stdin.close()


@pytest.fixture(scope="module")
def projects_only(
    dovecot_server: servers.Dovecot, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A record that holds the sample projects and nothing else, to copy."""
    home = tmp_path_factory.mktemp("projects")
    stage.enter_projects(stage.configure(dovecot_server.account(), home))
    return home / "assistant.db"


def _prepared(
    server: servers.Dovecot, projects_only: Path, home: Path
) -> tuple[servers.Account, Path]:
    account = server.account()
    home.mkdir()
    path = stage.configure(account, home)
    shutil.copy(projects_only, home)
    for number, sent in enumerate(SENT):
        account.deliver(_mail(90 + number, *sent), "Sent")
    for number, arrived in enumerate(INBOX):
        account.deliver(_mail(number, *arrived))
    return account, path


def test_a_kill_after_any_durable_step_changes_nothing_in_the_end(
    dovecot_server: servers.Dovecot,
    projects_only: Path,
    run: Callable[[Path, int], str],
    tmp_path: Path,
) -> None:
    """Count the steps of an undisturbed run; die after each; run again; find the same."""
    account, path = _prepared(dovecot_server, projects_only, tmp_path / "undisturbed")
    done = run(path, 0)
    assert done.startswith("DONE ")
    steps = int(done.split()[1])
    expected = stage.outcome(path, account)
    assert len(expected.messages) == len(INBOX)
    assert stage.states(expected) <= stage.FINAL_STATES
    assert len(set(expected.drafts)) == len(expected.drafts) >= 3
    for step in range(1, steps + 1):
        account, path = _prepared(dovecot_server, projects_only, tmp_path / f"killed-after-{step}")
        assert run(path, step) == "KILLED"
        assert run(path, 0).startswith("DONE ")
        assert stage.outcome(path, account) == expected, f"killed after step {step} of {steps}"
