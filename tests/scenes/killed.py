"""Run passes that are killed after their n-th durable step, one forked child each.

Reads lines "CONFIG STEP" and answers each with "KILLED", "DONE <steps>" or "FAILED". Step 0 is never
reached: the pass runs to its end. Forking keeps the imports and the model.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import sqlalchemy.event
import sqlmodel

from assistant import daemon
from assistant.classify import shelf
from assistant.imap import session as imap_session
from tests.scenes import stage


def main() -> None:
    """Answer line after line."""
    reader = shelf.load()
    for line in sys.stdin:
        config, step = line.rsplit(maxsplit=1)
        sys.stdout.write(_forked(Path(config), int(step), reader) + "\n")
        sys.stdout.flush()


def _forked(config: Path, step: int, reader: Any) -> str:
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        steps = _pass(config, step, reader)
        os.write(told, str(steps).encode())
        os._exit(0)
    os.close(told)
    status = os.waitpid(child, 0)[1]
    said = os.read(heard, 100).decode()
    os.close(heard)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return "KILLED"
    return f"DONE {said}" if status == 0 else "FAILED"


def _pass(config: Path, step: int, reader: Any) -> int:
    """Make one pass; SIGKILL right after durable step number `step`. Give the number of steps."""
    count = 0

    def durable(*_: object) -> None:
        nonlocal count
        count += 1
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sqlalchemy.event.listen(sqlmodel.Session, "after_commit", durable)
    append = imap_session.Session.append_draft

    def appending(self: imap_session.Session, folder: str, raw: bytes, mark: str) -> Any:
        placed = append(self, folder, raw, mark)
        durable()
        return placed

    imap_session.Session.append_draft = appending  # type: ignore[method-assign]
    desk = stage.open_desk(config)
    desk.reader._reader = reader  # type: ignore[attr-defined]
    result = daemon.once(desk)
    assert not result.unreachable, result
    return count


if __name__ == "__main__":
    main()
