"""`assistant demo`, as the first thing that a new user runs."""

import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.cli import console, poison


def test_the_demonstration_tells_what_came_of_the_mail_and_stays_when_asked_to(
    tmp_path: Path,
) -> None:
    """Items on their words, the queue with reasons, one draft; then the server and daemon run until Ctrl-C."""
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "demo", "--keep"],
        cwd=tmp_path,
        env=console.environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        try:
            told = "".join(iter(running.stdout.readline, "Ctrl-C ends it.\n"))
            queue = _queue(tmp_path, told)
            running.send_signal(signal.SIGINT)
            assert running.wait(15) == 0
            assert "Traceback" not in running.stderr.read()
        finally:
            running.kill()
    assert poison.steering(told) == set()
    assert re.search(r"^(AP|CR|IS|SR)-1 ", told, re.MULTILINE)
    assert "in your Drafts folder" in told
    assert all(str(entry["ref"]) in told for entry in queue)
    assert list(tmp_path.iterdir()) == []


def _queue(home: Path, told: str) -> list[dict[str, object]]:
    """Run the command that the demonstration says."""
    line = re.search(r"^ +(\w+)=(\S+) assistant (--config \S+) queue$", told, re.MULTILINE)
    assert line is not None, told
    words = (*line[3].split(), "queue", "--json")
    found = console.document(console.run(home, *words, variables={line[1]: line[2]}))
    assert found
    return list(found)
