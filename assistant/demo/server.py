"""An embedded IMAP server (pymap, in memory, in a thread of its own) on a free loopback port."""

import argparse
import asyncio
import contextlib
import imaplib
import socket
import threading
from collections.abc import Iterable, Iterator
from typing import Any, Self

from pymap.backend import dict as pymap_dict
from pymap.imap import IMAPService
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from assistant import errors

HOST = "127.0.0.1"
#: seconds to start and to stop
_PATIENCE_SECONDS = 20.0


class EmbeddedServer:
    """Accounts with INBOX, Sent and Drafts, in memory; everything is gone when it stops."""

    def __init__(self) -> None:
        self.port = _free_port()
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop.set_task_factory(self._keep)
        self._stopping = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedded IMAP server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(_PATIENCE_SECONDS):
            raise errors.MailboxError(
                f"The embedded mail server did not start on port {self.port}."
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_PATIENCE_SECONDS)

    def account(
        self, username: str, password: str, folders: Iterable[str] = ("Sent", "Drafts")
    ) -> None:
        """Make an account with an INBOX and `folders`."""
        added = asyncio.run_coroutine_threadsafe(self._add(username, password), self._loop)
        added.result(_PATIENCE_SECONDS)
        with self.client(username, password) as client:
            for folder in folders:
                client.create(folder)

    @contextlib.contextmanager
    def client(self, username: str, password: str) -> Iterator[imaplib.IMAP4]:
        """Log in with the standard library's client."""
        with imaplib.IMAP4(HOST, self.port, timeout=_PATIENCE_SECONDS) as client:
            client.login(username, password)
            yield client

    def _keep(
        self,
        loop: asyncio.AbstractEventLoop,
        coroutine: Any,  # noqa: ANN401 - asyncio's own task factories take anything awaitable
        **options: Any,  # noqa: ANN401
    ) -> asyncio.Task[Any]:
        """Make a task and hold it: from Python 3.13 on pymap's connections are collected as garbage otherwise."""
        task = asyncio.Task(coroutine, loop=loop, **options)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _serve(self) -> None:
        parser = argparse.ArgumentParser()
        parser.set_defaults(passlib_cfg=None, debug=False, skip_services=[])
        pymap_dict.DictBackend.add_subparser("dict", parser.add_subparsers())
        IMAPService.add_arguments(parser)
        args = parser.parse_args(["--host", HOST, "--port", str(self.port), "--no-tls", "dict"])
        backend, self._config = await pymap_dict.DictBackend.init(
            args, invalid_user_sleep=0.0, hash_context=Cleartext()
        )
        self._login = backend.login
        self._config.apply_context()
        async with contextlib.AsyncExitStack() as stack:
            await backend.start(stack)
            await IMAPService(backend, self._config).start(stack)
            self._ready.set()
            await self._stopping.wait()

    async def _add(self, username: str, password: str) -> None:
        identity = pymap_dict.Identity(username, self._login, None, frozenset({"admin"}))
        await identity.set(UserMetadata(self._config, username, password=password))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
