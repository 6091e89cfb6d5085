"""The command as a person runs it: a process of its own, in a folder of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests import servers

#: a root process that obeys the modes of files, as any other user's does
OBEDIENT = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give the environment of a command: no configuration but the one in `home`, the servers' password set."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ASSISTANT")}
    own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "xdg"), "COLUMNS": "80"}
    return {**kept, **own, servers.PASSWORD_ENV: servers.PASSWORD, **more}


def run(
    home: Path, *words: str | Path, prefix: tuple[str, ...] = (), **more: str
) -> subprocess.CompletedProcess[str]:
    """Run `assistant WORDS` in `home`, without a terminal; `more` are environment variables."""
    return subprocess.run(
        [*prefix, sys.executable, "-m", "assistant", *map(str, words)],
        cwd=home,
        env=environment(home, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def said(ran: subprocess.CompletedProcess[str]) -> str:
    """Give the one sentence on standard error; anything else there is a fault."""
    lines = ran.stderr.splitlines()
    assert len(lines) == 1, ran.stderr
    assert lines[0].startswith("assistant: "), ran.stderr
    assert lines[0].endswith((".", "?")), ran.stderr
    return lines[0].removeprefix("assistant: ")


def done(ran: subprocess.CompletedProcess[str]) -> str:
    """Give what a command printed that has nothing to complain of."""
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def document(ran: subprocess.CompletedProcess[str]) -> Any:
    """Read the JSON document that a command printed."""
    return json.loads(done(ran))


def lines(ran: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """Read the JSON objects that a command printed, one a line."""
    return [json.loads(line) for line in done(ran).splitlines()]
