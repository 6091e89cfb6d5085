"""Our drafts in the manager's Drafts folder: found by their mark, placed once, removed only while untouched."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email import parser
from enum import StrEnum

from assistant import errors
from assistant.imap import faults, line

#: the header that tells our drafts from the manager's
MARK_HEADER = "X-Assistant-Mark"
#: drafts whose headers are asked for in one command
HEADERS_AT_ONCE = 500
# In one go: with \Draft added later Outlook shows an uneditable mail (himalaya issue 662).
FLAGS = (r"\Draft", r"\Seen")

_FIELDS = f"BODY.PEEK[HEADER.FIELDS ({MARK_HEADER} Message-ID In-Reply-To)]"


class Fate(StrEnum):
    """What became of a draft that we placed."""

    #: as we placed it
    UNTOUCHED = "untouched"
    #: a person changed it, in place or by a new copy
    EDITED = "edited"
    #: no longer in the folder: sent or thrown away
    GONE = "gone"


@dataclass(frozen=True)
class Placed:
    """A draft on the server."""

    #: None: the server neither told the UID nor shows the draft yet
    uid: int | None
    uidvalidity: int
    #: digest of what the server keeps, which may differ from what we sent (Exchange writes the mail anew)
    sha256: str


@dataclass(frozen=True)
class DraftState:
    """What became of a draft, and where it is now."""

    fate: Fate
    uid: int | None = None


@dataclass(frozen=True)
class Asked:
    """A draft that was placed, to ask what became of it."""

    mark: str
    #: that of Placed
    sha256: str
    #: Message-ID that it answers: many programs drop our mark when a person saves an edited draft, so that an
    #: unmarked draft with the same answer counts as the edited one; "" where that must not be guessed
    in_reply_to: str = ""


@dataclass(frozen=True)
class Marks:
    """The header fields by which a draft is known; "" for a missing one."""

    mark: str = ""
    message_id: str = ""
    in_reply_to: str = ""


def digest(raw: bytes) -> str:
    """Give the SHA-256 of a message, whatever its line ends and final blank lines."""
    return hashlib.sha256(raw.replace(b"\r\n", b"\n").rstrip(b"\n")).hexdigest()


def read_marks(header: bytes) -> Marks:
    """Read the fields of a header block."""
    fields = parser.BytesHeaderParser().parsebytes(header)
    names = (MARK_HEADER, "Message-ID", "In-Reply-To")
    return Marks(*(" ".join(str(fields.get(name, "")).split()) for name in names))


class Shelf:
    """The drafts that one connection knows, by folder.

    Headers are fetched once a UID and compared here: HEADER SEARCH misses fresh mail on some servers and is not
    offered on others.
    """

    def __init__(self, connection: line.Line) -> None:
        self._line = connection
        self._known: dict[tuple[str, int], dict[int, Marks]] = {}
        #: (folder, UIDVALIDITY, UID, size) -> digest: so much tells whether a draft was changed in place
        self._digests: dict[tuple[str, int, int, int | None], str] = {}

    def find(self, folder: str, mark: str) -> tuple[int, ...]:
        """Give the UIDs of the drafts with this mark, ascending."""
        return self._marked(self._open(folder), mark)

    def append(self, folder: str, raw: bytes, mark: str) -> Placed:
        """Place a draft, unless one with its mark is there already."""
        if read_marks(raw).mark != mark:
            raise errors.ComposeError(
                f"The draft does not carry its mark {mark}; it was not placed."
            )
        opened = self._open(folder)
        found = self._marked(opened, mark)
        if found:
            # Perhaps edited since: with the digest of what we wrote, an edit is seen as one.
            return Placed(found[0], opened.uidvalidity, digest(raw))
        said = self._line.append(folder, raw, FLAGS)
        return self._placed(folder, raw, mark, said)

    def states(self, folder: str, asked: Sequence[Asked]) -> list[DraftState]:
        """Tell what became of drafts, in the order asked."""
        opened = self._open(folder)
        known = self._marks(opened)
        wanted = {one.mark for one in asked}
        found = self._looked_at(
            opened, [uid for uid, marks in known.items() if marks.mark in wanted]
        )
        return [_state(one, known, found) for one in asked]

    def remove(self, folder: str, uid: int, sha256: str) -> bool:
        """Remove a draft that is still as it was placed; tell whether it was.

        Without UIDPLUS it stays: EXPUNGE would take what others have marked as deleted with it.
        """
        if not self._line.capable("UIDPLUS"):
            return False
        self._open(folder, writable=True)
        if self._digest(uid) != sha256:
            return False
        self._line.expunge(uid)
        return True

    def _placed(self, folder: str, raw: bytes, mark: str, said: tuple[int, int] | None) -> Placed:
        opened = self._open(folder)
        uid = said[1] if said else next(iter(self._marked(opened, mark)), None)
        kept = self._digest(uid) if uid is not None else None
        return Placed(uid, said[0] if said else opened.uidvalidity, kept or digest(raw))

    def _marked(self, opened: line.Opened, mark: str) -> tuple[int, ...]:
        known = self._marks(opened)
        return tuple(sorted(uid for uid, marks in known.items() if marks.mark == mark))

    def _open(self, folder: str, *, writable: bool = False) -> line.Opened:
        try:
            return self._line.open(folder, writable=writable)
        except faults.Refused as error:
            raise errors.FolderMissing(
                f"The folder `{folder}` cannot be opened ({error.said}); check drafts_folder."
            ) from error

    def _marks(self, opened: line.Opened) -> dict[int, Marks]:
        """Bring what is known of the folder up to date, and give it."""
        known = self._known.setdefault((opened.folder, opened.uidvalidity), {})
        there = self._line.search("ALL") if opened.exists else []
        for uid in known.keys() - set(there):
            del known[uid]
        known.update(self._fetched([uid for uid in there if uid not in known]))
        return known

    def _fetched(self, uids: list[int]) -> Iterable[tuple[int, Marks]]:
        for start in range(0, len(uids), HEADERS_AT_ONCE):
            found = self._line.fetch(uids[start : start + HEADERS_AT_ONCE], [_FIELDS])
            for uid, message in found.items():
                if message.header is not None:
                    yield uid, read_marks(message.header)

    def _looked_at(self, opened: line.Opened, uids: list[int]) -> dict[int, str]:
        r"""Give the digests of drafts; one that is marked \Deleted is as good as gone."""
        found: dict[int, str] = {}
        for uid, message in self._line.fetch(uids, ["FLAGS", "RFC822.SIZE"]).items():
            if r"\Deleted" in message.flags:
                continue
            key = (opened.folder, opened.uidvalidity, uid, message.size_bytes)
            if key not in self._digests and (fresh := self._digest(uid)):
                self._digests[key] = fresh
            found[uid] = self._digests.get(key, "")
        return found

    def _digest(self, uid: int) -> str | None:
        found = self._line.fetch([uid], ["BODY.PEEK[]"]).get(uid)
        return digest(found.body) if found and found.body else None


def _state(asked: Asked, known: dict[int, Marks], found: dict[int, str]) -> DraftState:
    """Decide what became of one draft; of several copies an edited one counts."""
    ours = [uid for uid in found if known[uid].mark == asked.mark]
    edited = [uid for uid in ours if found[uid] != asked.sha256]
    if not ours and asked.in_reply_to:
        edited = [
            uid
            for uid, marks in known.items()
            if not marks.mark and marks.in_reply_to == asked.in_reply_to
        ]
    if edited:
        return DraftState(Fate.EDITED, max(edited))
    return DraftState(Fate.UNTOUCHED, min(ours)) if ours else DraftState(Fate.GONE)
