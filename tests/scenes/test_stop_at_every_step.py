"""A process killed after any durable step leaves nothing lost, filed twice or drafted twice."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.scenes import stage

#: enough of the sample mail to see every kind of step, few enough to be killed after each
CHOSEN = slice(0, 8)


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
    stage.deliver_samples(account, CHOSEN)
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
    assert len(expected.messages) == CHOSEN.stop
    assert stage.states(expected) <= stage.FINAL_STATES
    assert len(set(expected.drafts)) == len(expected.drafts) > 2
    for step in range(1, steps + 1):
        account, path = _prepared(dovecot_server, projects_only, tmp_path / f"killed-after-{step}")
        assert run(path, step) == "KILLED"
        assert run(path, 0).startswith("DONE ")
        assert stage.outcome(path, account) == expected, f"killed after step {step} of {steps}"
