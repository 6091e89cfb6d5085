"""DOOR: the loop: watch, advance, place, back off, stop. The only clock and the only signals.

One pass over one mailbox: Sent first (it is the context), then the inbox, then every message as far
as it goes, then the drafts. `once` makes one pass over all mailboxes; `run` keeps one connection a
mailbox, each in a thread of its own, until it is told to stop.
"""

import dataclasses
import datetime
import functools
import logging
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from assistant import errors, intake, learn, night, placing, receiving, settings, sorting
from assistant.classify import verdict
from assistant.imap import backoff, cursor
from assistant.imap import session as imap_session
from assistant.record import cursors, database, drafts, messages
from assistant.record.tables import State

#: Sent is read from so much earlier than the inbox: the first replies answer older mail of ours
SENT_LOOKBACK = datetime.timedelta(days=60)
#: how often the wait looks whether the manager decided something in the meantime
LOOK_SECONDS = 2.0
#: a day before any mail
EPOCH = datetime.date(1970, 1, 1)
#: how often it is looked whether the night's learning is due, or done
NIGHT_SECONDS = 30.0
#: a clean stop takes no longer; what is cut off then is picked up by the next run
STOP_SECONDS = 1.5

_log = logging.getLogger(__name__)

#: told (step, done, total) as a pass goes on
Tell = Callable[[str, int, int], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What one pass left behind."""

    #: a sentence for each mailbox that could not be reached
    unreachable: tuple[str, ...] = ()
    #: a sentence for each fault that kept drafts from their folder
    faults: tuple[str, ...] = ()


class LateReader:
    """A reader that loads its model when the first message asks, for all threads, and again when another is chosen."""

    def __init__(self, which: Callable[[], Path | None]) -> None:
        self._which = which
        self._folder: Path | None = None
        self._reader: intake.Reader | None = None
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        """The model's version."""
        return self._loaded().version

    def understand(self, text: str, context: verdict.Context) -> verdict.Verdict:
        """Give the verdict on one message; ModelError where the model cannot be loaded."""
        with self._lock:
            return self._loaded().understand(text, context)

    def _loaded(self) -> intake.Reader:
        folder = self._which()
        if self._reader is None or folder != self._folder:
            from assistant.classify import shelf

            self._reader, self._folder = shelf.load(folder), folder
        return self._reader


def open_desk(config: settings.Settings) -> intake.Desk:
    """Open the record and lay everything ready; the caller closes `desk.record`."""
    reader = LateReader(functools.partial(learn.chosen, config))
    return intake.Desk(config, database.open_record(config), reader, now)


def now() -> datetime.datetime:
    """Give the present instant, aware UTC."""
    return datetime.datetime.now(datetime.UTC)


def _say_nothing(step: str, done: int, total: int) -> None:
    """Tell nobody."""


def once(desk: intake.Desk, tell: Tell = _say_nothing) -> Result:
    """Make one pass over all mailboxes; what can be done without the server is done without it."""
    unreachable, faults = [], []
    for mailbox in desk.config.mailbox:
        try:
            with imap_session.connect(mailbox) as server:
                faults += visit(desk, mailbox, server, tell)
        except errors.MailboxError as error:
            unreachable.append(f"{mailbox.name}: {error}")
            advance_all(desk, mailbox, tell)
    return Result(tuple(unreachable), tuple(faults))


def visit(
    desk: intake.Desk, mailbox: settings.Mailbox, server: imap_session.Session, tell: Tell
) -> list[str]:
    """Make one pass over one mailbox; give a sentence for each fault that the pass survived."""
    folders = server.folders()
    faults: list[str] = []
    if folders.sent is not None:
        try:
            take_in(desk, mailbox, server, folders.sent, sent=True, tell=tell)
        except errors.FolderMissing as error:
            faults.append(f"{mailbox.name}: {error}")
    take_in(desk, mailbox, server, folders.inbox, tell=tell)
    reread(desk, mailbox, server)
    advance_all(desk, mailbox, tell)
    for label in sorting.folders(mailbox):
        try:
            take_in(desk, mailbox, server, label.name, label=label, tell=tell)
        except errors.FolderMissing as error:
            faults.append(f"{mailbox.name}: {error}")
    try:
        placing.tidy(desk, mailbox, server)
        numbers = waiting(desk, mailbox, (State.DRAFTED,))
        folder = server.drafts_folder() if numbers else ""
        for done, number in enumerate(numbers):
            tell("place", done, len(numbers))
            placing.place(desk, server, folder, number)
        tell("place", len(numbers), len(numbers))
    except errors.FolderMissing as error:
        faults.append(f"{mailbox.name}: {error}")
    return faults


def take_in(
    desk: intake.Desk,
    mailbox: settings.Mailbox,
    server: imap_session.Session,
    folder: str,
    *,
    sent: bool = False,
    label: sorting.Folder | None = None,
    tell: Tell,
) -> None:
    """Receive what has arrived in a folder since the last pass; in a label's folder, as the manager's word."""
    today = desk.clock().astimezone().date()
    with desk.record.transaction() as session:
        row = cursors.begin(session, mailbox.name, folder, mailbox.since or today, desk.clock())
    seen = (
        None
        if row.uidvalidity == 0
        else cursor.Cursor(mailbox.name, folder, row.uidvalidity, row.last_uid)
    )
    since = (mailbox.since or row.since) - (SENT_LOOKBACK if sent else datetime.timedelta())
    # SINCE compares days as the server counts them (RFC 3501 section 6.4.4): ask for one more, and sort out here.
    begin = datetime.datetime.combine(since, datetime.time()).astimezone()
    step = "sort" if label else "sent" if sent else "receive"
    # A move keeps the day of arrival: a label's folder is read whole, and `sort_in` tells what is too old.
    first = EPOCH if label else since - datetime.timedelta(days=1)
    arrivals = server.arrivals(folder, seen, first)
    for count, arrival in enumerate(arrivals, start=1):
        afresh = arrival.cursor.uidvalidity != row.uidvalidity
        if label is not None and afresh and row.uidvalidity:
            # Numbered anew: what lies here was taken as a decision when it came.
            receiving.pass_over(desk, arrival)
        elif label is not None and arrival.raw is not None:
            sorting.sort_in(desk, mailbox, arrival, label, begin)
        elif afresh and arrival.internal_at is not None and arrival.internal_at < begin:
            receiving.pass_over(desk, arrival)
        else:
            receiving.receive(desk, mailbox, arrival, sent=sent)
        tell(step, count, 0)


def reread(desk: intake.Desk, mailbox: settings.Mailbox, server: imap_session.Session) -> None:
    """Ask again for messages that the server did not hand out."""
    with desk.record.reading() as session:
        rows = messages.withheld(session, mailbox.name)
    for row in rows:
        try:
            raw = server.reread(row.folder, row.uid, row.uidvalidity)
        except errors.FolderMissing:
            # The folder is gone, and the message with it: it stays parked for the manager.
            continue
        if raw is not None:
            receiving.hand_in(desk, row, raw)


def advance_all(desk: intake.Desk, mailbox: settings.Mailbox, tell: Tell) -> None:
    """Take every message of a mailbox as far as it goes, oldest first."""
    numbers = waiting(desk, mailbox, (State.RECEIVED, State.FILED))
    for done, number in enumerate(numbers):
        tell("read", done, len(numbers))
        intake.advance(desk, number)
    tell("read", len(numbers), len(numbers))


def waiting(desk: intake.Desk, mailbox: settings.Mailbox, states: tuple[State, ...]) -> list[int]:
    """List the messages of a mailbox in these states."""
    with desk.record.reading() as session:
        return messages.ids_in(session, states, mailbox.name)


class _Stopped(Exception):  # noqa: N818 - a state of affairs, not a fault
    """The daemon is to stop, and a pass stands between two durable steps."""


def run(desk: intake.Desk) -> None:
    """Watch all mailboxes until SIGTERM or SIGINT; give back when every thread has stopped."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    fatal: list[errors.AssistantError] = []
    threads = [
        threading.Thread(
            target=watch, args=(desk, mailbox, stop, fatal), name=mailbox.name, daemon=True
        )
        for mailbox in desk.config.mailbox
    ]
    for thread in threads:
        thread.start()
    learning = night.Night(desk.config, desk.record, desk.clock)
    looked = 0.0
    while not stop.is_set():
        # Event.wait would hold its lock just when the signal's handler needs it.
        time.sleep(0.1)
        if time.monotonic() - looked >= NIGHT_SECONDS:
            looked = time.monotonic()
            learning.look()
    learning.stop()
    end = time.monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    if fatal:
        raise fatal[0]


def watch(
    desk: intake.Desk,
    mailbox: settings.Mailbox,
    stop: threading.Event,
    fatal: list[errors.AssistantError],
) -> None:
    """Keep one mailbox watched: connect, pass, wait, and back off when the connection breaks.

    An error that spoils the process stops all mailboxes; `fatal` takes it to the main thread.
    """
    attempt = 0
    while not stop.is_set():
        try:
            with imap_session.connect(mailbox) as server:
                _log.info("%s: watching %s", mailbox.name, mailbox.inbox)
                while not stop.is_set():
                    faults = _visit(desk, mailbox, server, stop)
                    attempt = 0
                    _wait(desk, mailbox, server, stop, faults)
        except _Stopped:
            return
        except errors.AssistantError as error:
            if error.spoils is errors.Spoils.PROCESS:
                fatal.append(error)
                stop.set()
                return
            _rest(mailbox, str(error), backoff.after(error).delay(attempt), stop)
            attempt += 1
        except Exception as error:
            # A fault of ours in one mailbox must not end the watch over it, nor over the others.
            _log.debug("%s: unforeseen", mailbox.name, exc_info=True)
            why = f"Unforeseen {type(error).__name__}: {error}."
            _rest(mailbox, why, backoff.DEFAULT.delay(attempt), stop)
            attempt += 1


def _visit(
    desk: intake.Desk,
    mailbox: settings.Mailbox,
    server: imap_session.Session,
    stop: threading.Event,
) -> list[str]:
    """Make one pass that can be stopped after every step, and log what it did."""
    done: dict[str, int] = {}

    def tell(step: str, count: int, _total: int) -> None:
        if stop.is_set():
            raise _Stopped
        done[step] = count

    faults = visit(desk, mailbox, server, tell)
    told = ", ".join(f"{step} {count}" for step, count in done.items() if count)
    if told:
        _log.info("%s: %s", mailbox.name, told)
    for fault in faults:
        _log.warning("%s", fault)
    return faults


def _rest(mailbox: settings.Mailbox, why: str, delay: float, stop: threading.Event) -> None:
    """Wait before the next connection."""
    _log.warning("%s: %s Trying again in %.0f s.", mailbox.name, why, delay)
    stop.wait(delay)


def _wait(
    desk: intake.Desk,
    mailbox: settings.Mailbox,
    server: imap_session.Session,
    stop: threading.Event,
    faults: list[str],
) -> None:
    """Wait for mail, for the time of a poll, or for a decision of the manager that is to be carried out."""
    looked, decided = time.monotonic(), False

    def interrupted() -> bool:
        # Asked several times on the way out of the wait: what was decided stays decided.
        nonlocal looked, decided
        if not decided and time.monotonic() - looked >= LOOK_SECONDS:
            looked = time.monotonic()
            decided = _decided(desk, mailbox, stuck=bool(faults))
        return decided or stop.is_set()

    server.wait(mailbox.inbox, mailbox.poll_seconds, interrupted)


def _decided(desk: intake.Desk, mailbox: settings.Mailbox, *, stuck: bool) -> bool:
    """Say whether something is to be done that waits for no mail.

    Drafts that are `stuck`, because the folder refused them, are no reason to hurry.
    """
    hurry = (State.RECEIVED, State.FILED, *(() if stuck else (State.DRAFTED,)))
    if waiting(desk, mailbox, hurry):
        return True
    with desk.record.reading() as session:
        return not stuck and drafts.unwanted(session, mailbox.name)
