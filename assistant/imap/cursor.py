"""How far a folder has been read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cursor:
    """All messages up to `last_uid` of this incarnation of a folder are in the record (RFC 3501 section 2.3.1.1)."""

    #: the name of the [[mailbox]]
    mailbox: str
    folder: str
    #: another value means that the server has numbered the folder anew
    uidvalidity: int
    last_uid: int
