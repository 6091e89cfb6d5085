"""One connection to a mail server: the door to imapclient.

imapclient ships no types; this module is what the rest of the room sees of it.
"""

import contextlib
import datetime
import imaplib
import re
import selectors
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass

import imapclient  # type: ignore[import-untyped]  # ships no py.typed
from imapclient import imap_utf7

from assistant import errors
from assistant.imap import faults

#: `UID SEARCH` answers of a folder with 150,000 mails exceed imaplib's 1,000,000 bytes a line
MAX_LINE_BYTES = 50_000_000
# A module global: the instance has no such setting.
imaplib._MAXLINE = MAX_LINE_BYTES  # type: ignore[attr-defined]

#: seconds for the connection itself, at most; reading has the mailbox's own timeout
CONNECT_SECONDS = 30.0

_APPENDUID = re.compile(rb"\[APPENDUID (\d+) (\d+)\]", re.IGNORECASE)


@dataclass(frozen=True)
class Listed:
    """One line of LIST."""

    name: str
    #: attributes, lower-case: `\\drafts`, `\\noselect`
    flags: frozenset[str]


@dataclass(frozen=True)
class Opened:
    """What the server said when a folder was selected (RFC 3501 section 7.3.1)."""

    folder: str
    uidvalidity: int
    #: None where the server does not say
    uidnext: int | None
    exists: int


@dataclass(frozen=True)
class Fetched:
    """What the server told of one message; None for what it left out."""

    uid: int
    body: bytes | None = None
    header: bytes | None = None
    size_bytes: int | None = None
    internal_at: datetime.datetime | None = None
    flags: frozenset[str] = frozenset()


class Line:
    """A connection, with typed commands.

    Every method raises MailboxError when the connection breaks and faults.Refused when the server says no.
    """

    def __init__(
        self, host: str, port: int, *, tls: ssl.SSLContext | None, timeout_seconds: float
    ) -> None:
        self.host, self.port = host, port
        #: the folder that commands go to now
        self.folder: str | None = None
        timeout = imapclient.SocketTimeout(min(timeout_seconds, CONNECT_SECONDS), timeout_seconds)
        with faults.translated(self.host, self.port, "connect"):
            self._client = imapclient.IMAPClient(
                host, port, ssl=tls is not None, ssl_context=tls, timeout=timeout
            )
            # Naive local times otherwise.
            self._client.normalise_times = False
            self._socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            # imaplib writes a literal and its line end apart: without this an APPEND waits 40 ms for an ACK.
            self._socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def starttls(self, context: ssl.SSLContext) -> None:
        """Protect the connection from here on (RFC 3501 section 6.2.1)."""
        with faults.translated(self.host, self.port, "STARTTLS"):
            self._client.starttls(context)

    def capable(self, capability: str) -> bool:
        """Tell whether the server lists `capability`."""
        with faults.translated(self.host, self.port, "CAPABILITY"):
            return bool(self._client.has_capability(capability))

    def login(self, username: str, password: str) -> None:
        """Log in with a password; AUTHENTICATE PLAIN where LOGIN's ASCII does not hold it."""
        with faults.translated(self.host, self.port, "LOGIN"):
            if username.isascii() and password.isascii():
                self._client.login(_astring(username), password)
            else:
                self._client.plain_login(username, password)

    def login_with_token(self, username: str, token: str) -> None:
        """Log in with a bearer token (SASL XOAUTH2)."""
        first = f"user={username}\x01auth=Bearer {token}\x01\x01".encode()
        with faults.translated(self.host, self.port, "AUTHENTICATE"):
            # A refusal comes as a second challenge with the reason in JSON, and wants an empty answer.
            self._client.sasl_login("XOAUTH2", lambda challenge: b"" if challenge else first)

    def identify(self, fields: dict[str, str]) -> None:
        """Say who we are (RFC 2971)."""
        with faults.translated(self.host, self.port, "ID"):
            self._client.id_(fields)

    def listing(self) -> tuple[Listed, ...]:
        """List all folders, names decoded from modified UTF-7 (RFC 3501 section 5.1.3)."""
        with faults.translated(self.host, self.port, "LIST"):
            # imapclient's own decoding ends the whole listing at one folder called `R&D`.
            self._client.folder_encode = False
            try:
                rows = self._client.list_folders()
            finally:
                self._client.folder_encode = True
        return tuple(
            Listed(folder_name(_text(name)), frozenset(_text(flag).lower() for flag in flags))
            for flags, _, name in rows
        )

    def open(self, folder: str, *, writable: bool = False) -> Opened:
        """Select a folder, by EXAMINE unless `writable`."""
        self.folder = None
        with faults.translated(self.host, self.port, "SELECT" if writable else "EXAMINE"):
            said = self._client.select_folder(folder, readonly=not writable)
        self.folder = folder
        return Opened(
            folder, said.get(b"UIDVALIDITY", 0), said.get(b"UIDNEXT"), said.get(b"EXISTS", 0)
        )

    def search(self, *criteria: str) -> list[int]:
        """Give the UIDs that match, ascending. Criteria are ASCII: servers disagree about the rest."""
        with faults.translated(self.host, self.port, "SEARCH"):
            return sorted(int(uid) for uid in self._client.search(list(criteria), charset=None))

    def fetch(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Fetched]:
        r"""Ask for `items` of `uids` (ascending: QQ refuses other sets); never sets \Seen by itself.

        What the server does not tell of a message is None; a message that is gone is left out. An unsolicited
        FETCH adds flags at most.
        """
        if not uids:
            return {}
        with faults.translated(self.host, self.port, "FETCH"):
            rows = self._client.fetch(sorted(uids), ["UID", *items])
        return {uid: _fetched(uid, row) for uid, row in rows.items()}

    def append(self, folder: str, raw: bytes, flags: Sequence[str]) -> tuple[int, int] | None:
        """Append a message; give (UIDVALIDITY, UID) where the server tells (RFC 4315 section 3)."""
        with faults.translated(self.host, self.port, "APPEND"):
            answer = self._client.append(folder, raw, flags)
        found = _APPENDUID.search(answer or b"")
        return (int(found[1]), int(found[2])) if found else None

    def expunge(self, uid: int) -> None:
        r"""Mark one message \Deleted and remove that one alone (RFC 4315 section 2.1)."""
        with faults.translated(self.host, self.port, "UID EXPUNGE"):
            self._client.delete_messages([uid], silent=True)
            self._client.uid_expunge([uid])

    def noop(self) -> None:
        """Let the server tell what it has to tell."""
        with faults.translated(self.host, self.port, "NOOP"):
            self._client.noop()

    def idle(self) -> None:
        """Begin to idle (RFC 2177); Refused where the server lists IDLE and will not have it."""
        try:
            with faults.translated(self.host, self.port, "IDLE"):
                self._client.idle()
        except faults.Refused as error:
            if "response: * " not in error.said:
                raise
            # Something untagged came before the server's `+`, and imapclient has lost count: begin anew.
            raise errors.MailboxError(
                f"{self.host}:{self.port} had news at the start of IDLE; it will be asked again."
            ) from error

    def idle_done(self) -> tuple[str, ...]:
        """End idling; give the names of the responses that came meanwhile, `EXISTS` among them."""
        with faults.translated(self.host, self.port, "DONE"):
            responses = self._client.idle_done()[1]
        return tuple(
            _text(part) for response in responses for part in response if isinstance(part, bytes)
        )

    def readable(self, seconds: float) -> bool:
        """Wait until the server has sent something, `seconds` at most."""
        with faults.translated(self.host, self.port, "IDLE"):
            connection = self._socket()
            if isinstance(connection, ssl.SSLSocket) and connection.pending():
                return True
            with selectors.DefaultSelector() as selector:
                selector.register(connection, selectors.EVENT_READ)
                return bool(selector.select(seconds))

    def close(self) -> None:
        """Log out, and close whatever happens."""
        self._client.__exit__(None, None, None)

    def adopt(self, fresh: "Line") -> None:
        """Go on over the connection of `fresh`, whoever holds this line."""
        self.close()
        self._client, self.folder = fresh._client, None

    def _socket(self) -> socket.socket:
        connection: socket.socket = self._client.socket()
        return connection


def folder_name(wire: str) -> str:
    """Read a folder's name as it stands on the wire, in modified UTF-7 (RFC 3501 section 5.1.3), if it is."""
    with contextlib.suppress(ValueError):
        return _text(imap_utf7.decode(wire.encode("ascii")))
    return wire


def _astring(username: str) -> str:
    """Quote a user name that is no atom (RFC 3501 section 9): imaplib quotes the password only."""
    if re.fullmatch(r"[A-Za-z0-9@._+=&$#!~/-]+", username):
        return username
    escaped = username.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _text(value: bytes | str | int) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _fetched(uid: int, row: dict[bytes, object]) -> Fetched:
    body = row.get(b"BODY[]", row.get(b"BODY[]<0>"))
    size = row.get(b"RFC822.SIZE")
    flags = row.get(b"FLAGS")
    header = next((row[key] for key in row if key.startswith(b"BODY[HEADER.FIELDS")), None)
    return Fetched(
        uid=uid,
        body=_bytes(body),
        header=_bytes(header),
        size_bytes=size if isinstance(size, int) else None,
        internal_at=_instant(row.get(b"INTERNALDATE")),
        flags=frozenset(_text(flag) for flag in flags) if isinstance(flags, tuple) else frozenset(),
    )


def _bytes(value: object) -> bytes | None:
    """Give a string as imapclient parsed it; a quoted number comes out of its parser as an int."""
    if isinstance(value, int):
        return str(value).encode()
    return value if isinstance(value, bytes) else None


def _instant(value: object) -> datetime.datetime | None:
    if not isinstance(value, datetime.datetime):
        return None
    with contextlib.suppress(OverflowError, ValueError):
        return value.astimezone(datetime.UTC)
    return None
