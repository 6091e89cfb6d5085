"""Where messages, items and drafts stand. Plain words: who needs only these needs no database."""

from enum import StrEnum


class State(StrEnum):
    """How far a message has come."""

    #: raw bytes and cursor are safe
    RECEIVED = "received"
    #: understood, but not surely, or of no clear project: the manager decides
    HELD = "held"
    #: its items stand in the record
    FILED = "filed"
    #: its draft is written, not yet in the mail client
    DRAFTED = "drafted"
    #: its draft lies in the mail client
    PLACED = "placed"
    #: nothing more to do
    CLOSED = "closed"
    #: something failed; reason and attempts say what and how often
    PARKED = "parked"


class ItemState(StrEnum):
    """Where a matter stands."""

    #: nobody has taken it up
    OPEN = "open"
    #: being worked on
    IN_PROGRESS = "in_progress"
    #: the next step is the client's
    WAITING_FOR_CLIENT = "waiting_for_client"
    DONE = "done"
    #: filed in error, or taken back
    DISMISSED = "dismissed"


#: states in which something may still happen to an item
OPEN_STATES = (ItemState.OPEN, ItemState.IN_PROGRESS, ItemState.WAITING_FOR_CLIENT)


class DraftState(StrEnum):
    """Where a draft is."""

    #: written, not yet in the mail client
    COMPOSED = "composed"
    #: lies in the Drafts folder, untouched
    PLACED = "placed"
    #: a person changed it: hands off
    EDITED = "edited"
    #: an answer to the client was seen in Sent
    SENT = "sent"
    #: not wanted any more
    WITHDRAWN = "withdrawn"
