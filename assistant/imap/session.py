"""One mailbox, logged in: everything that the daemon asks of a mail server."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self

from assistant import settings
from assistant.imap import cursor, drafts, fetch, folders, line, login, watch

#: without IDLE the folder is polled, without UIDPLUS no draft is removed, without SPECIAL-USE folders go by their names
USED_CAPABILITIES = ("IDLE", "UIDPLUS", "SPECIAL-USE", "ID")


def connect(mailbox: settings.Mailbox) -> "Session":
    """Log in to a mailbox; the session is a context manager that logs out.

    Raises LoginRefused, UntrustedServer, MailboxError or SettingsError, one sentence each.
    """
    return Session(mailbox, login.open_line(mailbox))


class Session:
    """A mailbox on one connection. A MailboxError that is no FolderMissing means that the session is used up."""

    def __init__(self, mailbox: settings.Mailbox, connection: line.Line) -> None:
        self._mailbox = mailbox
        self._line = connection
        self._shelf = drafts.Shelf(connection)
        #: how each folder looked when it was last read: what `wait` compares with
        self._seen: dict[str, line.Opened] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Log out."""
        self._line.close()

    def capabilities(self) -> tuple[str, ...]:
        """List what the server offers of what the assistant makes use of."""
        return tuple(name for name in USED_CAPABILITIES if self._line.capable(name))

    def folders(self) -> folders.Folders:
        """Tell which folders count; a missing one is None, which spoils nothing else."""
        return folders.choose(self._line.listing(), self._mailbox)

    def drafts_folder(self) -> str:
        """Give the Drafts folder; FolderMissing with one sentence where there is none."""
        listed = self._line.listing()
        found = folders.choose(listed, self._mailbox).drafts
        if found is None:
            raise folders.drafts_missing(listed, self._mailbox)
        return found

    def arrivals(
        self, folder: str, seen: cursor.Cursor | None, since: datetime.date
    ) -> Iterator[fetch.Arrival]:
        r"""Yield what is newer than the cursor `seen`, ascending by UID; without one, what arrived from `since` on.

        A cursor of another UIDVALIDITY counts as none: everything from `since` on comes again under the new one, and
        the caller knows what it has by the SHA-256 of `raw`. No flag is set, \Seen is no criterion.
        """
        reading = self._reading(folder)
        self._seen[folder] = reading.opened
        return fetch.arrivals(reading, seen, since, self._mailbox.batch_bytes)

    def reread(self, folder: str, uid: int, uidvalidity: int) -> bytes | None:
        """Give one message that could not be read before.

        None if it is gone, the folder was numbered anew, or the server still withholds it.
        """
        reading = self._reading(folder)
        if reading.opened.uidvalidity != uidvalidity:
            return None
        reading.sizes([uid])
        message = reading.alone(uid)
        return (message.body or None) if message else None

    def find_draft(self, folder: str, mark: str) -> tuple[int, ...]:
        """Give the UIDs of the drafts that carry our header `X-Assistant-Mark: <mark>`."""
        return self._shelf.find(folder, mark)

    def append_draft(self, folder: str, raw: bytes, mark: str) -> drafts.Placed:
        r"""Place a draft with `\Draft \Seen` in one command, or find the one that is there already.

        After a MailboxError nobody knows whether it arrived: call again, the mark is looked for first.
        """
        return self._shelf.append(folder, raw, mark)

    def draft_states(self, folder: str, asked: Sequence[drafts.Asked]) -> list[drafts.DraftState]:
        """Tell of each placed draft whether it is untouched, edited or gone: a few commands for all of them."""
        return self._shelf.states(folder, asked)

    def draft_state(
        self, folder: str, mark: str, sha256: str, in_reply_to: str = ""
    ) -> drafts.DraftState:
        """Tell of one placed draft whether it is untouched, edited or gone; see `drafts.Asked`."""
        return self.draft_states(folder, [drafts.Asked(mark, sha256, in_reply_to)])[0]

    def remove_draft(self, folder: str, uid: int, expected_sha256: str) -> bool:
        """Remove a draft that nobody has touched since it was placed; tell whether it was removed."""
        return self._shelf.remove(folder, uid, expected_sha256)

    def wait(self, folder: str, seconds: float, stop: Callable[[], bool]) -> bool:
        """Wait until something has arrived since the last `arrivals` of `folder`, `seconds` at most.

        True: look again. False: the time is over, or `stop` said so (asked four times a second).
        """
        seen = self._seen.get(folder) or fetch.open_folder(self._line, folder)
        return watch.wait(
            self._line,
            seen,
            seconds=seconds,
            idle_seconds=self._mailbox.idle_seconds,
            poll_seconds=self._mailbox.poll_seconds,
            stop=stop,
        )

    def _reading(self, folder: str) -> fetch.Reading:
        opened = fetch.open_folder(self._line, folder)
        return fetch.Reading(self._line, self._mailbox.name, opened, self._renew)

    def _renew(self) -> None:
        """Log in again on a fresh connection."""
        self._line.adopt(login.open_line(self._mailbox))
