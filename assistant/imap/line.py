"""One connection to a mail server: the door to imapclient, whose exceptions are translated here.

imapclient ships no types; this module is what the rest of the room sees of it.
"""

import contextlib
import datetime
import imaplib
import re
import select
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import imapclient  # type: ignore[import-untyped]  # ships no py.typed
from imapclient import exceptions

from assistant import errors

#: `UID SEARCH` answers of a folder with 150,000 mails exceed imaplib's 1,000,000 bytes a line
MAX_LINE_BYTES = 50_000_000
# A module global: the instance has no such setting.
imaplib._MAXLINE = MAX_LINE_BYTES  # type: ignore[attr-defined]

#: seconds for the connection itself, at most; reading has the mailbox's own timeout
CONNECT_SECONDS = 30.0

_APPENDUID = re.compile(rb"\[APPENDUID (\d+) (\d+)\]", re.IGNORECASE)


class Refused(errors.MailboxError):
    """The server answered NO or BAD to one command; the connection is still good."""

    def __init__(self, where: str, command: str, said: str) -> None:
        super().__init__(f"{where} refused {command}: {said}.")
        #: the server's words, without the final full stop
        self.said = said


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

    Every method raises MailboxError when the connection breaks and Refused when the server says no.
    """

    def __init__(
        self, host: str, port: int, *, tls: ssl.SSLContext | None, timeout_seconds: float
    ) -> None:
        self.host, self.port = host, port
        #: the folder that commands go to now
        self.folder: str | None = None
        timeout = imapclient.SocketTimeout(min(timeout_seconds, CONNECT_SECONDS), timeout_seconds)
        with self._translated("connect"):
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
        with self._translated("STARTTLS"):
            self._client.starttls(context)

    def capable(self, capability: str) -> bool:
        """Tell whether the server lists `capability`."""
        with self._translated("CAPABILITY"):
            return bool(self._client.has_capability(capability))

    def login(self, username: str, password: str) -> None:
        """Log in with a password; AUTHENTICATE PLAIN where LOGIN's ASCII does not hold it."""
        with self._translated("LOGIN"):
            if username.isascii() and password.isascii():
                self._client.login(_astring(username), password)
            else:
                self._client.plain_login(username, password)

    def login_with_token(self, username: str, token: str) -> None:
        """Log in with a bearer token (SASL XOAUTH2)."""
        first = f"user={username}\x01auth=Bearer {token}\x01\x01".encode()
        with self._translated("AUTHENTICATE"):
            # A refusal comes as a second challenge with the reason in JSON, and wants an empty answer.
            self._client.sasl_login("XOAUTH2", lambda challenge: b"" if challenge else first)

    def identify(self, fields: dict[str, str]) -> None:
        """Say who we are (RFC 2971)."""
        with self._translated("ID"):
            self._client.id_(fields)

    def listing(self) -> tuple[Listed, ...]:
        """List all folders, names decoded from modified UTF-7 (RFC 3501 section 5.1.3)."""
        with self._translated("LIST"):
            rows = self._client.list_folders()
        return tuple(
            Listed(_text(name), frozenset(_text(flag).lower() for flag in flags))
            for flags, _, name in rows
        )

    def open(self, folder: str, *, writable: bool = False) -> Opened:
        """Select a folder, by EXAMINE unless `writable`."""
        self.folder = None
        with self._translated("SELECT" if writable else "EXAMINE"):
            said = self._client.select_folder(folder, readonly=not writable)
        self.folder = folder
        return Opened(
            folder, said.get(b"UIDVALIDITY", 0), said.get(b"UIDNEXT"), said.get(b"EXISTS", 0)
        )

    def search(self, *criteria: str) -> list[int]:
        """Give the UIDs that match, ascending. Criteria are ASCII: servers disagree about the rest."""
        with self._translated("SEARCH"):
            return sorted(int(uid) for uid in self._client.search(list(criteria), charset=None))

    def fetch(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Fetched]:
        r"""Ask for `items` of `uids` (ascending: QQ refuses other sets); never sets \Seen by itself.

        What the server does not tell of a message is None; a message that is gone is left out. An unsolicited
        FETCH adds flags at most.
        """
        if not uids:
            return {}
        with self._translated("FETCH"):
            rows = self._client.fetch(sorted(uids), ["UID", *items])
        return {uid: _fetched(uid, row) for uid, row in rows.items()}

    def append(self, folder: str, raw: bytes, flags: Sequence[str]) -> tuple[int, int] | None:
        """Append a message; give (UIDVALIDITY, UID) where the server tells (RFC 4315 section 3)."""
        with self._translated("APPEND"):
            answer = self._client.append(folder, raw, flags)
        found = _APPENDUID.search(answer or b"")
        return (int(found[1]), int(found[2])) if found else None

    def expunge(self, uid: int) -> None:
        r"""Mark one message \Deleted and remove that one alone (RFC 4315 section 2.1)."""
        with self._translated("UID EXPUNGE"):
            self._client.delete_messages([uid], silent=True)
            self._client.uid_expunge([uid])

    def noop(self) -> None:
        """Let the server tell what it has to tell."""
        with self._translated("NOOP"):
            self._client.noop()

    def idle(self) -> None:
        """Begin to idle (RFC 2177)."""
        with self._translated("IDLE"):
            self._client.idle()

    def idle_done(self) -> tuple[str, ...]:
        """End idling; give the names of the responses that came meanwhile, `EXISTS` among them."""
        with self._translated("DONE"):
            responses = self._client.idle_done()[1]
        return tuple(
            _text(part) for response in responses for part in response if isinstance(part, bytes)
        )

    def readable(self, seconds: float) -> bool:
        """Wait until the server has sent something, `seconds` at most."""
        with self._translated("IDLE"):
            connection = self._socket()
            if isinstance(connection, ssl.SSLSocket) and connection.pending():
                return True
            return bool(select.select([connection], [], [], seconds)[0])

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

    @contextlib.contextmanager
    def _translated(self, command: str) -> Iterator[None]:
        """Turn imapclient's, ssl's and the socket's exceptions into ours."""
        where = f"{self.host}:{self.port}"
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise errors.UntrustedServer(
                f"The certificate of {where} cannot be verified ({error.verify_message.rstrip('.')}); nothing was "
                "sent. Check the host name, or name the authority's PEM file with ca_file."
            ) from error
        except ssl.SSLError as error:
            raise errors.MailboxError(
                f"No TLS connection to {where} ({error.reason or error}); check port and security."
            ) from error
        except imaplib.IMAP4.abort as error:
            raise errors.MailboxError(_broken(where, command, error)) from error
        except exceptions.IMAPClientError as error:
            raise Refused(where, command, _said(error)) from error
        except ConnectionRefusedError as error:
            raise errors.MailboxError(
                f"Nothing answers at {where}; check host and port, and that the server runs."
            ) from error
        except socket.gaierror as error:
            raise errors.MailboxError(
                f"The host {self.host} is not known; check its name and the network."
            ) from error
        except (OSError, ValueError) as error:
            # ValueError: imaplib on a closed file, or an answer that no parser reads.
            raise errors.MailboxError(_broken(where, command, error)) from error


def _broken(where: str, command: str, error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"{where} did not answer {command} in time; it will be tried again."
    return f"The connection to {where} broke at {command} ({_said(error)}); it will be tried again."


def _said(error: Exception) -> str:
    """Give the server's words on one line, bounded, without control characters."""
    # imaplib puts the bytes of an answer into its text as Python writes them.
    bare = re.sub(r"b(['\"])(.*?)\1", r"\2", str(error))
    text = " ".join("".join(c if c.isprintable() else " " for c in bare).split())
    return text[:200].rstrip(".") or type(error).__name__


def _astring(username: str) -> str:
    """Quote a user name that is no atom (RFC 3501 section 9): imaplib quotes the password only."""
    if re.fullmatch(r"[A-Za-z0-9@._+=&$#!~/-]+", username):
        return username
    escaped = username.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _text(value: bytes | str | int) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _fetched(uid: int, row: dict[bytes, object]) -> Fetched:
    body = row.get(b"BODY[]")
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
