"""A small IMAP server that says what a test tells it to: for what one provider alone does.

It keeps one folder of messages for any name, and knows just enough of RFC 3501 for the assistant's own
commands. `rules` answer first: a pattern on the command line, and what to say to it.
"""

import os
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Self

from assistant import settings
from tests import servers

#: a full answer with `TAG` for the tag; empty: say nothing; None: close the connection
Answer = bytes | None
Rule = tuple[str, Callable[["Scripted", str], Answer]]


def say(*lines: str) -> Callable[["Scripted", str], Answer]:
    """Answer with fixed lines, `TAG` standing for the tag."""
    return lambda server, command: "".join(f"{line}\r\n" for line in lines).encode()


def hang_up(server: "Scripted", command: str) -> Answer:
    """Close the connection without a word."""
    return None


@dataclass
class Scripted:
    """One server on a loopback port, used as a context manager."""

    rules: list[Rule] = field(default_factory=list)
    messages: dict[int, bytes] = field(default_factory=dict)
    capabilities: str = "IMAP4rev1 ID IDLE UIDPLUS"
    uidvalidity: int = 7
    tells_uidnext: bool = True
    #: RFC822.SIZE of every message
    claims_bytes: int = 9
    greeting: str = "* OK ready"
    #: every command of every connection, without its tag; CONNECT begins each connection
    commands: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        os.environ[servers.PASSWORD_ENV] = servers.PASSWORD
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def mailbox(self, **changes: object) -> settings.Mailbox:
        """Give the settings for this server."""
        values: dict[str, object] = {
            "name": "scripted",
            "host": "127.0.0.1",
            "port": self._listener.getsockname()[1],
            "security": "none",
            "username": "pm",
            "password_env": servers.PASSWORD_ENV,
            "timeout_seconds": 5,
            "poll_seconds": 1,
        }
        return settings.Mailbox.model_validate(values | changes)

    def asked(self, pattern: str) -> list[str]:
        """List the commands that match, in order."""
        return [command for command in self.commands if re.search(pattern, command)]

    def _serve(self) -> None:
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                self.commands.append("CONNECT")
                connection.sendall(f"{self.greeting}\r\n".encode())
                self._talk(connection, lines)

    def _talk(self, connection: socket.socket, lines: BinaryIO) -> None:
        tag = ""
        while line := lines.readline():
            # DONE ends an IDLE and has no tag of its own.
            first, _, command = line.decode().rstrip("\r\n").partition(" ")
            tag, command = (tag, "DONE") if first == "DONE" else (first, command)
            while literal := re.search(r"\{(\d+)\}$", command):
                connection.sendall(b"+ go on\r\n")
                self._appended = lines.read(int(literal[1]))
                command = command[: literal.start()] + lines.readline().decode().rstrip("\r\n")
            self.commands.append(command)
            answer = self._answer(command)
            if answer is None:
                return
            try:
                connection.sendall(answer.replace(b"TAG", tag.encode()))
            except OSError:
                return

    def _answer(self, command: str) -> Answer:
        for pattern, answer in self.rules:
            if re.search(pattern, command, re.IGNORECASE):
                return answer(self, command)
        return self.plain(command)

    def plain(self, command: str) -> bytes:
        """Answer as a well-behaved server."""
        verb = command.removeprefix("UID ").split(" ")[0].lower()
        lines = getattr(self, f"_{verb}", self._unknown)(command)
        return b"".join(line if line.endswith(b"\n") else line + b"\r\n" for line in lines)

    def _idle(self, command: str) -> Iterator[bytes]:
        yield b"+ idling"

    def _unknown(self, command: str) -> Iterator[bytes]:
        yield b"TAG OK done"

    def _capability(self, command: str) -> Iterator[bytes]:
        yield f"* CAPABILITY {self.capabilities}".encode()
        yield b"TAG OK done"

    def _list(self, command: str) -> Iterator[bytes]:
        yield rb'* LIST (\HasNoChildren) "/" INBOX'
        yield rb'* LIST (\HasNoChildren \Drafts) "/" Drafts'
        yield b"TAG OK done"

    def _examine(self, command: str) -> Iterator[bytes]:
        yield b"* %d EXISTS" % len(self.messages)
        yield b"* OK [UIDVALIDITY %d] same" % self.uidvalidity
        if self.tells_uidnext:
            yield b"* OK [UIDNEXT %d] next" % (max(self.messages, default=0) + 1)
        yield b"TAG OK [READ-ONLY] done"

    def _select(self, command: str) -> Iterator[bytes]:
        *told, _ = self._examine(command)
        yield from told
        yield b"TAG OK [READ-WRITE] done"

    def _search(self, command: str) -> Iterator[bytes]:
        found = re.search(r"UID (\d+)(?::(\d+))?$", command.removeprefix("UID "))
        low, high = (int(found[1]), int(found[2] or found[1])) if found else (1, 2**32)
        uids = [str(uid) for uid in sorted(self.messages) if low <= uid <= high]
        yield " ".join(["* SEARCH", *uids]).encode()
        yield b"TAG OK done"

    def _fetch(self, command: str) -> Iterator[bytes]:
        for uid in self.wanted(command):
            yield self.row(uid, command)
        yield b"TAG OK done"

    def _append(self, command: str) -> Iterator[bytes]:
        uid = max(self.messages, default=0) + 1
        self.messages[uid] = self._appended
        code = f"[APPENDUID {self.uidvalidity} {uid}] " if "UIDPLUS" in self.capabilities else ""
        yield f"TAG OK {code}done".encode()

    def _logout(self, command: str) -> Iterator[bytes]:
        yield b"* BYE"
        yield b"TAG OK done"

    def wanted(self, command: str) -> list[int]:
        """List the messages of a UID FETCH."""
        uids = {int(uid) for uid in command.split(" ")[2].split(",")}
        return [uid for uid in sorted(self.messages) if uid in uids]

    def row(self, uid: int, command: str) -> bytes:
        """Write the FETCH response for one message."""
        number = sorted(self.messages).index(uid) + 1
        raw = self.messages[uid]
        date = '"01-Jan-2026 08:00:00 +0800"'
        head = f"* {number} FETCH (UID {uid} FLAGS () INTERNALDATE {date} RFC822.SIZE {self.claims_bytes}"
        if "HEADER.FIELDS" in command:
            name = re.search(r"BODY.PEEK(\[HEADER.FIELDS \([^)]*\)\])", command)
            assert name is not None
            raw = raw.split(b"\r\n\r\n")[0] + b"\r\n\r\n"
            return f"{head} BODY{name[1]} {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        if cut := re.search(r"BODY\.PEEK\[\]<0\.(\d+)>", command):
            raw = raw[: int(cut[1])]
            return f"{head} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        if "BODY.PEEK[]" in command:
            return f"{head} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        return f"{head})\r\n".encode()
