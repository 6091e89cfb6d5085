"""STORY: at night, when the manager has decided enough that is new, the model learns from it.

In a process of its own, at low priority: training takes minutes, and the watch over the mailboxes does
not wait for it.
"""

import contextlib
import datetime
import logging
import multiprocessing
import os
from collections.abc import Callable
from multiprocessing import connection
from pathlib import Path

from assistant import errors, learn, settings
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
        """Begin to learn if it is time and there is enough, and log what came of it."""
        if self._process is None:
            if self._is_time() and self._is_enough():
                self._begin()
        elif not self._process.is_alive():
            _log.info("learn: %s", self._outcome())
            self._process = None

    def stop(self) -> None:
        """Leave off learning; nothing of it is kept."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    def _is_time(self) -> bool:
        """Say once a night that its hour has come."""
        now = self._clock().astimezone()
        hour = now.replace(
            hour=self._config.model.learn_at.hour, minute=self._config.model.learn_at.minute
        )
        if not hour <= now < hour + LATEST or self._done == now.date():
            return False
        self._done = now.date()
        return True

    def _is_enough(self) -> bool:
        least = self._config.model.learn_after
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

    os.nice(NICENESS)
    with contextlib.closing(database.open_record(config)) as record:
        try:
            tell.send(str(learn.learn(config, record, corpus or shelf.corpus())))
        except errors.AssistantError as error:
            tell.send(str(error))
