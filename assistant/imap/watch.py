"""Waiting for something new: IDLE, renewed and watched, or a poll where the server has none."""

import time
from collections.abc import Callable

from assistant.imap import faults, line

#: how long a stop waits at most
SLICE_SECONDS = 0.25
# What came in one packet with the server's `+ idling` lies in imaplib's buffer, where select does not see it: the
# first IDLE is short, and its end reads the buffer.
FIRST_SECONDS = 1.0


def wait(
    connection: line.Line,
    seen: line.Opened,
    *,
    seconds: float,
    idle_seconds: float,
    poll_seconds: float,
    stop: Callable[[], bool],
) -> bool:
    """Wait up to `seconds` for something newer than `seen`; True as soon as there is, False at the end or on `stop`.

    IDLE is renewed after `idle_seconds`; a server that does not answer its end within the socket's timeout counts as
    gone (MailboxError), so a half-open connection is noticed.
    """
    end = time.monotonic() + seconds
    if newer(seen, connection.open(seen.folder)):
        return True
    idles = connection.capable("IDLE")
    period = min(FIRST_SECONDS, idle_seconds)
    while not stop() and (left := end - time.monotonic()) > 0:
        if idles:
            try:
                if _idle(connection, min(period, left), stop):
                    return True
            except faults.Refused:
                idles = False
            period = idle_seconds
        else:
            sleep(min(poll_seconds, left), stop)
            if newer(seen, connection.open(seen.folder)):
                return True
    return False


def newer(before: line.Opened, now: line.Opened) -> bool:
    """Tell whether something may have arrived between two looks at a folder."""
    if before.uidvalidity != now.uidvalidity:
        return True
    if before.uidnext is None or now.uidnext is None:
        return now.exists > before.exists
    return now.uidnext > before.uidnext


def sleep(seconds: float, stop: Callable[[], bool]) -> None:
    """Sleep in slices, and wake early on `stop`."""
    end = time.monotonic() + seconds
    while not stop() and (left := end - time.monotonic()) > 0:
        time.sleep(min(SLICE_SECONDS, left))


def _idle(connection: line.Line, seconds: float, stop: Callable[[], bool]) -> bool:
    """Idle once; tell whether the server announced a message."""
    end = time.monotonic() + seconds
    connection.idle()
    while not stop() and (left := end - time.monotonic()) > 0:
        if connection.readable(min(SLICE_SECONDS, left)):
            break
    return "EXISTS" in connection.idle_done()
