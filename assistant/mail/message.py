"""The words of this room: a parsed message and its parts."""

import dataclasses
import datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """A mailbox as it stands in a header (RFC 5322 section 3.4)."""

    #: the display name, decoded, stripped of control characters; "" where there is none
    name: str
    #: the address, lower-case; never ""
    email: str

    @property
    def domain(self) -> str:
        """What stands behind the last @, lower-case; "" where there is no @."""
        return self.email.rpartition("@")[2] if "@" in self.email else ""


@dataclasses.dataclass(frozen=True, slots=True)
class Attachment:
    """What hangs on a message; its content is never opened."""

    name: str
    media_type: str
    size_bytes: int
    #: hex digest of the decoded content
    sha256: str


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """One message, read as far as it could be read; `notes` says what was repaired on the way."""

    #: hex digest of the raw bytes
    sha256: str
    #: with angle brackets; "" where the header is missing or unusable. Chosen by the sender: never a key
    message_id: str = ""
    in_reply_to: str = ""
    #: oldest first, with angle brackets; ids without @ are left out
    references: tuple[str, ...] = ()
    #: Exchange's Thread-Index, base64 as written; "" where missing
    thread_index: str = ""
    subject: str = ""
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    #: the Date header as aware UTC; None where missing or unreadable
    date_at: datetime.datetime | None = None
    #: the sender's own offset from UTC, for resolving "tomorrow"
    utc_offset_seconds: int = 0
    #: the readable text: the plain part, or the HTML part rendered; line ends are "\n"
    text: str = ""
    #: the HTML part as decoded; "" where there is none
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    #: (lower-case name, decoded value) in order, bounded in count and length
    headers: tuple[tuple[str, str], ...] = ()
    #: media type of the whole message, lower-case ("multipart/report")
    media_type: str = "text/plain"
    #: what was repaired or left out, one short English phrase each
    notes: tuple[str, ...] = ()

    @property
    def written_at(self) -> datetime.datetime | None:
        """The Date header in the sender's own time zone."""
        zone = datetime.timezone(datetime.timedelta(seconds=self.utc_offset_seconds))
        return self.date_at.astimezone(zone) if self.date_at else None

    def header(self, name: str) -> str:
        """Give the first value of the header called `name` (any case), or ""."""
        return next(iter(self.headers_named(name)), "")

    def headers_named(self, name: str) -> tuple[str, ...]:
        """Give all values of the header called `name` (any case), topmost first."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)
