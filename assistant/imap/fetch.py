"""What has arrived in a folder since the cursor, oldest first, in batches bounded by bytes."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant import errors
from assistant.imap import cursor, faults, line

#: UIDs whose sizes are asked for in one command
SIZES_AT_ONCE = 500
#: estimate for a message whose size the server does not tell
UNKNOWN_BYTES = 100_000
#: RFC 3501 section 9, nz-number: an upper bound that never makes a set descend, as `*` may (QQ: BAD UID parameters!)
HIGHEST_UID = 2**32 - 1

#: of a message that claims to be larger, only so much is read; what follows is cut off
LARGEST_BYTES = 50_000_000

_ABOUT = ("FLAGS", "INTERNALDATE")


@dataclass(frozen=True)
class Arrival:
    """One message that the record may not have."""

    uid: int
    #: None: the server would not hand it out; park it, and `reread` it later
    raw: bytes | None
    #: where to go on once this one is stored
    cursor: cursor.Cursor
    #: when the server received it, UTC; None where it does not tell
    internal_at: datetime.datetime | None
    flags: frozenset[str]


def open_folder(connection: line.Line, folder: str) -> line.Opened:
    """Open a folder for reading; FolderMissing where the server will not."""
    try:
        return connection.open(folder)
    except faults.Refused as error:
        if "unsafe login" in error.said.lower():
            raise errors.MailboxError(
                f"The provider has locked IMAP for this client ({error.said}); allow it in the webmail's settings."
            ) from error
        raise errors.FolderMissing(
            f"The folder `{folder}` cannot be opened ({error.said}); check the mailbox's folder settings."
        ) from error


def arrivals(
    reading: "Reading", seen: cursor.Cursor | None, since: datetime.date, batch_bytes: int
) -> Iterator[Arrival]:
    r"""Yield what is newer than `seen`, or what arrived from `since` on where nothing was seen yet.

    The folder is opened by EXAMINE and read with BODY.PEEK[]: no flag changes. A message that was deleted
    meanwhile is left out; one that the server does not hand out has raw None.
    """
    reading.go_back()
    uids = new_uids(reading.line, reading.opened, seen, since)
    for batch in _batches(reading, uids, batch_bytes):
        found = reading.several(batch)
        for uid in batch:
            message = found.get(uid) or reading.alone(uid)
            if message is None:
                continue
            after = cursor.Cursor(
                reading.mailbox, reading.opened.folder, reading.opened.uidvalidity, uid
            )
            yield Arrival(uid, message.body or None, after, message.internal_at, message.flags)


def new_uids(
    connection: line.Line, opened: line.Opened, seen: cursor.Cursor | None, since: datetime.date
) -> list[int]:
    """Give the UIDs to read, ascending; a cursor of another UIDVALIDITY counts as none."""
    if seen is None or seen.uidvalidity != opened.uidvalidity:
        return connection.search("SINCE", imap_date(since)) if opened.exists else []
    last = HIGHEST_UID if opened.uidnext is None else opened.uidnext - 1
    if last <= seen.last_uid:
        return []
    return [
        uid
        for uid in connection.search("UID", f"{seen.last_uid + 1}:{last}")
        if uid > seen.last_uid
    ]


def imap_date(day: datetime.date) -> str:
    """Write a date as RFC 3501 wants it, in English whatever the locale: 1-Jan-2026."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{day.day}-{months[day.month - 1]}-{day.year}"


def _batches(reading: "Reading", uids: list[int], batch_bytes: int) -> Iterator[list[int]]:
    """Cut `uids` into batches of about `batch_bytes`; a bigger message goes alone.

    RFC822.SIZE is an estimate only: Exchange says 6,298 for 19,189 bytes (vandelay issue 12).
    """
    for start in range(0, len(uids), SIZES_AT_ONCE):
        several = uids[start : start + SIZES_AT_ONCE]
        sizes = reading.sizes(several)
        batch: list[int] = []
        total = 0
        for uid in several:
            size = sizes.get(uid, UNKNOWN_BYTES)
            if batch and total + size > batch_bytes:
                yield batch
                batch, total = [], 0
            batch.append(uid)
            total += size
        yield batch


class Reading:
    """Reads one folder, whatever one message or the connection does meanwhile.

    Some servers drop the connection at a message that they cannot read: `renew` then makes the line good again, and
    the messages are asked for one by one. A message that breaks the connection alone, too, counts as withheld; a
    second such message ends the reading, for then it is hardly the message.
    """

    def __init__(
        self, connection: line.Line, mailbox: str, opened: line.Opened, renew: Callable[[], None]
    ) -> None:
        self.line, self.mailbox, self.opened = connection, mailbox, opened
        self._renew = renew
        self._broken_by: int | None = None
        #: what the server claims; for choosing batches and cutting, never for checking
        self._claimed: dict[int, int] = {}

    def sizes(self, uids: list[int]) -> dict[int, int]:
        """Give the size in bytes that the server claims, where it does."""
        self.go_back()
        found = self.line.fetch(uids, ["RFC822.SIZE"])
        self._claimed = {
            uid: message.size_bytes for uid, message in found.items() if message.size_bytes
        }
        return self._claimed

    def several(self, uids: list[int]) -> dict[int, line.Fetched]:
        """Read a batch; what came without text, or must be cut, is left out for `alone`."""
        self.go_back()
        whole = [uid for uid in uids if self._claimed.get(uid, 0) <= LARGEST_BYTES]
        try:
            found = self.line.fetch(whole, [*_ABOUT, "BODY.PEEK[]"])
        except faults.Refused:
            return {}
        except errors.MailboxError:
            self._renew()
            return {}
        return {uid: message for uid, message in found.items() if message.body}

    def alone(self, uid: int) -> line.Fetched | None:
        """Read one message, or say that it is withheld (no body); None where it no longer exists.

        Asked for alone, a bad neighbour or an unsolicited FETCH spoils nothing.
        """
        found = self._attempt(uid)
        if found is not None and found.body:
            return found
        self.go_back()
        if not self.line.search("UID", str(uid)):
            return None
        return found or line.Fetched(uid)

    def _attempt(self, uid: int) -> line.Fetched | None:
        self.go_back()
        too_large = self._claimed.get(uid, 0) > LARGEST_BYTES
        body = f"BODY.PEEK[]<0.{LARGEST_BYTES}>" if too_large else "BODY.PEEK[]"
        try:
            return self.line.fetch([uid], [*_ABOUT, body]).get(uid)
        except faults.Refused:
            return None
        except errors.MailboxError:
            if self._broken_by is not None:
                raise
            self._broken_by = uid
            self._renew()
            return None

    def go_back(self) -> None:
        """Open the folder again where another one was used, or the connection renewed."""
        if self.line.folder == self.opened.folder:
            return
        if open_folder(self.line, self.opened.folder).uidvalidity != self.opened.uidvalidity:
            raise errors.MailboxError(
                f"The server has numbered `{self.opened.folder}` anew; the next poll reads it again."
            )
