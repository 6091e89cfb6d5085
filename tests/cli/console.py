"""The command as a person runs it: a process of its own, in a folder of its own."""

import contextlib
import fcntl
import io
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
import unittest.mock
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from assistant.cli import main
from tests import servers

#: a root process that obeys the modes of files, as any other user's does
OBEDIENT = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()


#: a command on a busy machine answers sooner
PATIENCE_SECONDS = 30


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give the environment of a command: no configuration but the one in `home`, the servers' password set."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ASSISTANT")}
    own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "xdg"), "COLUMNS": "80"}
    return {**kept, **own, servers.PASSWORD_ENV: servers.PASSWORD, **more}


def run(
    home: Path,
    *words: str | Path,
    prefix: tuple[str, ...] = (),
    variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `assistant WORDS` in `home`, without a terminal, with these environment variables."""
    return subprocess.run(
        [*prefix, sys.executable, "-m", "assistant", *map(str, words)],
        cwd=home,
        env=environment(home, **(variables or {})),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def python(home: Path, program: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program around the command, with the command's words."""
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, words)],
        cwd=home,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )


def call(home: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `assistant WORDS` in this process, which has loaded everything: quicker, and else the same."""
    out, err, given = io.StringIO(), io.StringIO(), list(map(str, words))
    with (
        contextlib.chdir(home),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        unittest.mock.patch.object(sys, "argv", ["assistant", *given]),
        unittest.mock.patch.dict(os.environ, environment(home), clear=True),
    ):
        try:
            main.main()
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    return subprocess.CompletedProcess(given, code, out.getvalue(), err.getvalue())


class Terminal:
    """A command on a terminal of 80 columns that is its own; used as a context manager."""

    def __init__(self, home: Path, *words: str) -> None:
        self._end, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._process = subprocess.Popen(
            # As a terminal program starts it: Ctrl-C reaches the command, and the end of the terminal too.
            ["setsid", "--ctty", sys.executable, "-m", "assistant", *words],
            cwd=home,
            env=environment(home, TERM="xterm-256color"),
            stdin=inner,
            stdout=inner,
            stderr=inner,
        )
        os.close(inner)
        #: all that was printed so far
        self.text = ""
        self._seen = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        with contextlib.suppress(OSError):
            os.close(self._end)

    def until(self, words: str) -> str:
        """Read until `words` are printed; give what came since the last call."""
        begun = self._seen
        while (at := self.text.find(words, begun)) < 0:
            assert self._read(), f"no {words!r} in {self.text[begun:]!r}"
        self._seen = at + len(words)
        return self.text[begun : self._seen]

    def asks(self, words: str) -> str:
        """Read until `words` are printed and a single key is waited for."""
        told = self.until(words)
        end = time.monotonic() + PATIENCE_SECONDS
        while termios.tcgetattr(self._end)[3] & termios.ICANON:
            assert time.monotonic() < end, "no key is waited for"
            time.sleep(0.005)
        return told

    def press(self, keys: str) -> None:
        """Type keys."""
        os.write(self._end, keys.encode())

    def wait(self) -> int:
        """Read to the end; give the exit code."""
        while self._read():
            pass
        return self._process.wait(PATIENCE_SECONDS)

    def hang_up(self) -> int:
        """Close the terminal under the command; give the exit code."""
        os.close(self._end)
        return self._process.wait(PATIENCE_SECONDS)

    def _read(self) -> bool:
        """Read what is printed next; False at the end, and when nothing comes."""
        if not select.select([self._end], [], [], PATIENCE_SECONDS)[0]:
            return False
        try:
            data = os.read(self._end, 65536)
        except OSError:
            # So Linux tells that the other side was closed.
            return False
        self.text += data.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(data)


def terminal(home: Path, *words: str) -> str:
    """Run a command on a terminal of 80 columns; give what it printed, without its colours."""
    with Terminal(home, *words) as ran:
        assert ran.wait() == 0, ran.text
        return uncoloured(ran.text)


def uncoloured(text: str) -> str:
    """Take the colours out of what was printed on a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


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
    """Read the JSON document that a command printed that has nothing to complain of."""
    return json.loads(done(ran))


def parsed(ran: subprocess.CompletedProcess[str]) -> Any:
    """Read the JSON document that a command printed, whatever its exit code."""
    return json.loads(ran.stdout)


def lines(ran: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """Read the JSON objects that a command printed, one a line."""
    return [json.loads(line) for line in done(ran).splitlines()]
