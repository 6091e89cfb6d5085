"""The error tree: how far each error spoils, and whether to try again.

    AssistantError
    ├── SettingsError           the configuration cannot be used        process   never
    ├── UsageError              a request that cannot be carried out    message   never
    ├── ModelError              a model cannot be loaded or trained     process   never
    ├── ComposeError            a draft cannot be written               message   never
    ├── RecordError             the database refuses                    process   never
    │   └── RecordBusy          the database is locked by another       poll      later
    └── MailboxError            the mail server refuses                 poll      later
        ├── LoginRefused        wrong name or password                  poll      later
        ├── UntrustedServer     the certificate does not verify         poll      later
        ├── FolderMissing       a folder that is needed is not there    folder    later
        └── MessageUnreadable   the server cannot hand out a message    message   later

The two axes follow isync's driver.h: the daemon reads them, and nothing else.
"""

from enum import StrEnum


class Spoils(StrEnum):
    """How far an error reaches."""

    #: only the message at hand: park it and go on
    MESSAGE = "message"
    #: the folder at hand: skip it in this poll
    FOLDER = "folder"
    #: this poll of the mailbox: close the connection and back off
    POLL = "poll"
    #: the whole process: stop with the sentence shown
    PROCESS = "process"


class Retry(StrEnum):
    """When it makes sense to try again."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"


class AssistantError(Exception):
    """Something went wrong that the assistant foresaw; the text says what, and what to do."""

    spoils = Spoils.PROCESS
    retry = Retry.NEVER


class SettingsError(AssistantError):
    """The configuration cannot be used."""


class UsageError(AssistantError):
    """What was asked for cannot be done as asked."""

    spoils = Spoils.MESSAGE


class ModelError(AssistantError):
    """The model cannot be loaded or trained."""


class ComposeError(AssistantError):
    """The draft cannot be written."""

    spoils = Spoils.MESSAGE


class RecordError(AssistantError):
    """The record cannot be read or written."""


class RecordBusy(RecordError):  # noqa: N818 - a state of affairs, as in the standard library's BlockingIOError family
    """The record is in use by another process; the next pass tries again."""

    spoils = Spoils.POLL
    retry = Retry.LATER


class MailboxError(AssistantError):
    """The mail server cannot be used at the moment."""

    spoils = Spoils.POLL
    retry = Retry.LATER


class LoginRefused(MailboxError):  # noqa: N818
    """The mail server refused the name or the password."""


class UntrustedServer(MailboxError):  # noqa: N818
    """The mail server's certificate could not be verified; nothing was sent to it."""


class FolderMissing(MailboxError):  # noqa: N818
    """A folder that is needed is not on the server."""

    spoils = Spoils.FOLDER


class MessageUnreadable(MailboxError):  # noqa: N818
    """The server would not hand out this message's text."""

    spoils = Spoils.MESSAGE
