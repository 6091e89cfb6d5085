"""A PostgreSQL from its Debian package, reached by a Unix socket alone."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tests import servers

_BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


class Postgres:
    """A PostgreSQL with its own cluster in a temporary folder; runs as an ordinary user."""

    #: None where the Debian package postgresql is not installed
    program = _BIN / "postgres" if _BIN and (_BIN / "initdb").exists() else None

    def __init__(self) -> None:
        assert _BIN is not None
        assert self.program is not None
        self.home = servers.new_home("postgres")
        # PostgreSQL refuses to run as root; its package brings a user.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            os.chown(self.home, pwd.getpwnam(self._user).pw_uid, -1)
        data = str(self.home / "data")
        self._run(_BIN / "initdb", "-D", data, "-A", "trust", "-U", "pm", "-E", "UTF8", "--no-sync")
        self._process = subprocess.Popen(
            [
                *servers.UNTIL_WE_DIE,
                *(str(self.program), "-D", data, "-k", str(self.home)),
                *("-c", "listen_addresses=", "-c", "fsync=off"),
            ],
            user=self._user,
            cwd=self.home,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def new_database(self) -> str:
        """Make an empty database; give its address for `record.url`."""
        name = f"record{next(servers.numbers)}"
        assert _BIN is not None
        self._run(_BIN / "createdb", "-h", str(self.home), "-U", "pm", name)
        return f"postgresql+psycopg://pm@/{name}?host={self.home}"

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self._process.send_signal(signal.SIGINT)  # ends the sessions that are open, too
        self._process.wait(timeout=10)
        shutil.rmtree(self.home, ignore_errors=True)

    def _run(self, program: Path, *arguments: str) -> None:
        subprocess.run(
            [str(program), *arguments],
            user=self._user,
            cwd=self.home,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _wait(self) -> None:
        assert _BIN is not None
        ready = [str(_BIN / "pg_isready"), "-q", "-h", str(self.home)]
        for _ in range(500):
            if subprocess.run(ready, check=False).returncode == 0:
                return
            time.sleep(0.02)
        raise RuntimeError("PostgreSQL does not answer")
