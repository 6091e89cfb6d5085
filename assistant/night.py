"""STORY: at night, when the manager has decided enough that is new, the model learns from it.

In a process of its own, at low priority: training takes minutes, and the watch over the mailboxes does
not wait for it.
"""

import contextlib
import datetime
import logging
import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing import connection
from pathlib import Path

from assistant import errors, garbage, learn, settings
from assistant.record import database

#: learning begins within this time after the hour set for it, or the next night
LATEST = datetime.timedelta(hours=4)
#: added to the process's niceness: mail goes first
NICENESS = 10

_log = logging.getLogger(__name__)


class Night:
    """The learning of one daemon; `look` is asked again and again, and never waits."""

    def __init__(
        self,
        config: settings.Settings,
        record: database.Database,
        clock: Callable[[], datetime.datetime],
        corpus: Path | None = None,
    ) -> None:
        self._config, self._record, self._clock = config, record, clock
        #: None: the one that came with the program
        self._corpus = corpus
        self._process: multiprocessing.process.BaseProcess | None = None
        self._told: connection.Connection | None = None
        #: the day whose night has been looked at
        self._done: datetime.date | None = None

    def look(self) -> None:
        """Begin to learn if it is time and there is enough, and log what came of it; raises nothing."""
        try:
            self._look()
        except Exception as error:
            # Whatever spoils the night's learning must not end the watch over the mail.
            _log.warning("learn: %s", error)

    def _look(self) -> None:
        if self._process is None:
            if self._is_time() and self._is_enough():
                self._begin()
        elif not self._process.is_alive():
            _log.info("learn: %s", self._outcome())
            self._process = None

    def stop(self) -> None:
        """Leave off learning; the model in use stays as it is."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    def _is_time(self) -> bool:
        """Say once a night that its hour has come; a night that began yesterday may last past midnight."""
        now = self._clock().astimezone()
        for day in (now.date(), now.date() - datetime.timedelta(days=1)):
            hour = datetime.datetime.combine(day, self._config.model.learn_at).astimezone()
            if hour <= now < hour + LATEST and self._done != day:
                self._done = day
                return True
        return False

    def _is_enough(self) -> bool:
        least = self._config.model.learn_after
        if self._config.model.path is not None:
            return False  # The configuration names the model: another one could not be used.
        with self._record.reading() as session:
            return 0 < least <= learn.fresh(self._config, session)

    def _begin(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._told, tell = spawn.Pipe(duplex=False)
        self._process = spawn.Process(
            target=_learn, args=(self._config, self._corpus, tell), name="learn", daemon=True
        )
        self._process.start()
        tell.close()
        _log.info("learn: training a candidate from what you decided")

    def _outcome(self) -> str:
        try:
            return str(self._told.recv()) if self._told else ""
        except EOFError:
            return (
                "the training broke off; nothing was changed, and it is tried again the next night."
            )


def _learn(config: settings.Settings, corpus: Path | None, tell: connection.Connection) -> None:
    """Learn, in the process of its own, and tell in a sentence what came of it."""
    from assistant.classify import shelf

    # Ctrl-C is for the daemon, which stops this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    garbage.seldom()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    with contextlib.closing(database.open_record(config)) as record:
        try:
            tell.send(str(learn.learn(config, record, corpus or shelf.corpus())))
        except errors.AssistantError as error:
            tell.send(str(error))
