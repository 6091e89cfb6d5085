"""An embedded IMAP server (pymap, in memory, in a thread of its own) on a free loopback port."""

import argparse
import asyncio
import contextlib
import imaplib
import secrets
import socket
import threading
from collections.abc import Iterable, Iterator

from pymap.backend import dict as pymap_dict
from pymap.imap import IMAPService
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

HOST = "127.0.0.1"
#: seconds to start and to stop
_PATIENCE_SECONDS = 20.0


class EmbeddedServer:
    """One account with INBOX, Sent and Drafts; everything is gone when it stops."""

    def __init__(self, username: str) -> None:
        self.username = username
        self.password = secrets.token_urlsafe(9)
        self.port = _free_port()
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedded IMAP server", daemon=True)

    def __enter__(self) -> "EmbeddedServer":
        self._thread.start()
        self._ready.wait(_PATIENCE_SECONDS)
        with self._client() as client:
            for folder in ("Sent", "Drafts"):
                client.create(folder)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_PATIENCE_SECONDS)

    def deliver(self, folder: str, messages: Iterable[bytes]) -> None:
        """Put messages into a folder, unseen."""
        with self._client() as client:
            for raw in messages:
                client.append(folder, "", "", raw)

    @contextlib.contextmanager
    def _client(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(HOST, self.port, timeout=_PATIENCE_SECONDS) as client:
            client.login(self.username, self.password)
            yield client

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
        backend, config = await pymap_dict.DictBackend.init(
            args, invalid_user_sleep=0.0, hash_context=Cleartext()
        )
        config.apply_context()
        identity = pymap_dict.Identity(self.username, backend.login, None, frozenset({"admin"}))
        await identity.set(UserMetadata(config, self.username, password=self.password))
        async with contextlib.AsyncExitStack() as stack:
            await backend.start(stack)
            await IMAPService(backend, config).start(stack)
            self._ready.set()
            await self._stopping.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
