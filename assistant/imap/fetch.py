"""What has arrived in a folder since the cursor, oldest first, in batches bounded by bytes."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from assistant import errors
from assistant.imap import cursor, line

#: UIDs whose sizes are asked for in one command
SIZES_AT_ONCE = 500
#: estimate for a message whose size the server does not tell
UNKNOWN_BYTES = 100_000
#: RFC 3501 section 9, nz-number: an upper bound that never makes a set descend, as `*` may (QQ: BAD UID parameters!)
HIGHEST_UID = 2**32 - 1


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
    except line.Refused as error:
        if "unsafe login" in str(error).lower():
            raise errors.MailboxError(
                f"The provider has locked IMAP for this client ({error}); allow it in the webmail's settings."
            ) from error
        raise errors.FolderMissing(
            f"The folder `{folder}` cannot be opened ({error}); check the mailbox's folder settings."
        ) from error


def arrivals(
    connection: line.Line,
    mailbox: str,
    opened: line.Opened,
    seen: cursor.Cursor | None,
    since: datetime.date,
    batch_bytes: int,
) -> Iterator[Arrival]:
    r"""Yield what is newer than `seen`, or what arrived from `since` on where nothing was seen yet.

    The folder is opened by EXAMINE and read with BODY.PEEK[]: no flag changes. A message that was deleted
    meanwhile is left out; one that the server does not hand out has raw None.
    """
    for batch in _batches(
        connection, opened, new_uids(connection, opened, seen, since), batch_bytes
    ):
        _return_to(connection, opened)
        found = _read(connection, batch)
        for uid in batch:
            message = found.get(uid)
            if message is None:
                _return_to(connection, opened)
                message = _alone(connection, uid)
            if message is None:
                continue
            after = cursor.Cursor(mailbox, opened.folder, opened.uidvalidity, uid)
            yield Arrival(uid, message.body or None, after, message.internal_at, message.flags)


def reread(connection: line.Line, folder: str, uid: int, uidvalidity: int) -> bytes | None:
    """Give the bytes of one message, or None if it is gone, was numbered anew or is still withheld."""
    if open_folder(connection, folder).uidvalidity != uidvalidity:
        return None
    message = _alone(connection, uid)
    return (message.body or None) if message else None


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


def _return_to(connection: line.Line, opened: line.Opened) -> None:
    """Open the folder again where the caller has used another one between two arrivals."""
    if connection.folder == opened.folder:
        return
    if open_folder(connection, opened.folder).uidvalidity != opened.uidvalidity:
        raise errors.MailboxError(
            f"The server has numbered `{opened.folder}` anew; the next poll reads it again."
        )


def _batches(
    connection: line.Line, opened: line.Opened, uids: list[int], batch_bytes: int
) -> Iterator[list[int]]:
    """Cut `uids` into batches of about `batch_bytes`; a bigger message goes alone.

    RFC822.SIZE is an estimate only: Exchange says 6,298 for 19,189 bytes (vandelay issue 12).
    """
    for start in range(0, len(uids), SIZES_AT_ONCE):
        several = uids[start : start + SIZES_AT_ONCE]
        _return_to(connection, opened)
        sizes = connection.fetch(several, ["RFC822.SIZE"])
        batch: list[int] = []
        total = 0
        for uid in several:
            size = (sizes[uid].size_bytes if uid in sizes else None) or UNKNOWN_BYTES
            if batch and total + size > batch_bytes:
                yield batch
                batch, total = [], 0
            batch.append(uid)
            total += size
        yield batch


ITEMS = ("FLAGS", "INTERNALDATE", "BODY.PEEK[]")


def _read(connection: line.Line, uids: list[int]) -> dict[int, line.Fetched]:
    """Read a batch; what has no text is left for `_alone`."""
    try:
        found = connection.fetch(uids, ITEMS)
    except line.Refused:
        return {}
    return {uid: message for uid, message in found.items() if message.body}


def _alone(connection: line.Line, uid: int) -> line.Fetched | None:
    """Ask for one message again: alone, one bad neighbour or an unsolicited FETCH spoils nothing.

    None where it no longer exists.
    """
    try:
        found = connection.fetch([uid], ITEMS).get(uid)
    except line.Refused:
        found = None
    if found is not None and found.body:
        return found
    if not connection.search("UID", str(uid)):
        return None
    return found or line.Fetched(uid)
