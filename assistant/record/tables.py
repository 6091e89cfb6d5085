"""What the record holds. Instants are aware UTC; JSON columns hold lists of plain strings unless said."""

import datetime
import typing
from enum import StrEnum

import sqlalchemy
import sqlmodel
from sqlalchemy import types

from assistant.classify.labels import Label, Outcome
from assistant.compose.letter import Kind as DraftKind
from assistant.filing.authority import Authority
from assistant.record.states import OPEN_STATES as OPEN_STATES
from assistant.record.states import DraftState as DraftState
from assistant.record.states import ItemState as ItemState
from assistant.record.states import State as State


class Instant(types.TypeDecorator[datetime.datetime]):
    """An aware UTC instant; SQLite forgets the zone, PostgreSQL gives it in the session's."""

    impl = sqlalchemy.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime.datetime | None, dialect: object
    ) -> datetime.datetime | None:
        """Refuse a naive instant; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be recorded")
        return value.astimezone(datetime.UTC)

    def process_result_value(
        self, value: datetime.datetime | None, dialect: object
    ) -> datetime.datetime | None:
        """Give an aware instant back."""
        if value is None:
            return None
        aware = value if value.tzinfo is not None else value.replace(tzinfo=datetime.UTC)
        return aware.astimezone(datetime.UTC)


class Words(types.TypeDecorator[typing.Any]):
    """An enum member, stored by its value rather than by SQLAlchemy's default, its Python name."""

    impl = sqlalchemy.String(32)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: typing.Any, dialect: object) -> str | None:  # noqa: ANN401
        """Store the value."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: object) -> typing.Any:  # noqa: ANN401
        """Give the member back."""
        return None if value is None else self.kind(value)


def instant(*, nullable: bool = False) -> typing.Any:  # noqa: ANN401 - a field's default has no type of its own
    """Make the column of an instant."""
    default = None if nullable else ...
    return sqlmodel.Field(default, sa_type=Instant, nullable=nullable)


def words(kind: type[StrEnum], *, nullable: bool = False) -> typing.Any:  # noqa: ANN401
    """Make the column of an enum member."""
    return sqlmodel.Field(
        None if nullable else ..., sa_column=sqlalchemy.Column(Words(kind), nullable=nullable)
    )


def unsigned(default: typing.Any, *, nullable: bool = False) -> typing.Any:  # noqa: ANN401
    """Make the column of a number of 32 bits without sign: UIDs (RFC 3501 section 9, nz-number)."""
    return sqlmodel.Field(default, sa_type=sqlalchemy.BigInteger, nullable=nullable)


def strings() -> typing.Any:  # noqa: ANN401
    """Make the column of a JSON list of strings."""
    return sqlmodel.Field(default_factory=list, sa_column=sqlalchemy.Column(sqlalchemy.JSON))


class Project(sqlmodel.SQLModel, table=True):
    """One client project."""

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    key: str = sqlmodel.Field(unique=True)
    name: str
    language: str = "en"
    client_domains: list[str] = strings()
    created_at: datetime.datetime = instant()


class Contact(sqlmodel.SQLModel, table=True):
    """A person on the client's side of a project."""

    __table_args__ = (sqlalchemy.UniqueConstraint("project_id", "email"),)

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    project_id: int = sqlmodel.Field(foreign_key="project.id")
    email: str
    name: str = ""
    approver: bool = False


class Milestone(sqlmodel.SQLModel, table=True):
    """A step of the project's plan, as the manager entered it."""

    __table_args__ = (sqlalchemy.UniqueConstraint("project_id", "name"),)

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    project_id: int = sqlmodel.Field(foreign_key="project.id")
    name: str
    due_on: datetime.date | None = None
    done: bool = False


class Raw(sqlmodel.SQLModel, table=True):
    """A message's bytes as the server gave them."""

    sha256: str = sqlmodel.Field(primary_key=True)
    content: bytes


class Message(sqlmodel.SQLModel, table=True):
    """One message and how far it has come. Its reference is M-<id>."""

    __table_args__ = (
        sqlalchemy.UniqueConstraint("mailbox", "sha256"),
        # what waits is looked for every other second
        sqlalchemy.Index("ix_message_state", "state", "mailbox"),
    )

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    mailbox: str
    folder: str
    uidvalidity: int = unsigned(...)
    uid: int = unsigned(...)
    #: digest of the raw bytes; "uid:…" while the server has not handed them out
    sha256: str
    state: State = words(State)
    #: sent by the manager: context, never classified
    own: bool = False
    received_at: datetime.datetime = instant()
    date_at: datetime.datetime | None = instant(nullable=True)
    message_id: str = sqlmodel.Field(default="", index=True)
    in_reply_to: str = sqlmodel.Field(default="", index=True)
    subject: str = ""
    #: the subject without prefixes, for finding the thread of a reply that names no ids
    base_subject: str = sqlmodel.Field(default="", index=True)
    #: addresses of sender and recipients, lower-case
    people: list[str] = strings()
    sender_name: str = ""
    sender_email: str = sqlmodel.Field(default="", index=True)
    thread_id: int | None = sqlmodel.Field(default=None, index=True)
    language: str = "und"
    #: why it is automatic mail; "" where a person wrote it
    automatic: str = ""
    new_text: str = ""
    project_id: int | None = sqlmodel.Field(default=None, foreign_key="project.id", index=True)
    labels: list[str] = strings()
    outcomes: list[str] = strings()
    #: label -> probability
    scores: dict[str, float] = sqlmodel.Field(
        default_factory=dict, sa_column=sqlalchemy.Column(sqlalchemy.JSON)
    )
    sure: bool = False
    reasons: list[str] = strings()
    model: str = ""
    #: an approver's word, confirmed by the receiving server
    verified: bool = False
    attempts: int = 0
    parked_because: str = ""


class Thread(sqlmodel.SQLModel, table=True):
    """A key by which a later message finds its thread: a Message-ID, or an Exchange Thread-Index root."""

    mailbox: str = sqlmodel.Field(primary_key=True)
    key: str = sqlmodel.Field(primary_key=True)
    thread_id: int = sqlmodel.Field(index=True)


class Passage(sqlmodel.SQLModel, table=True):
    """A stretch of a message's newly written text that asks something."""

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    message_id: int = sqlmodel.Field(foreign_key="message.id", index=True)
    start: int
    end: int
    text: str
    labels: list[str] = strings()
    outcomes: list[str] = strings()
    score: float = 0.0
    because: list[str] = strings()
    #: {"kind", "words", "value"} each
    facts: list[dict[str, str]] = strings()


class Item(sqlmodel.SQLModel, table=True):
    """One entry in the project's record: CR-12, IS-7, AP-3, SR-2."""

    __table_args__ = (sqlalchemy.UniqueConstraint("project_id", "kind", "number"),)

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    project_id: int = sqlmodel.Field(foreign_key="project.id")
    kind: Label = words(Label)
    number: int
    title: str
    state: ItemState = words(ItemState)
    outcome: Outcome | None = words(Outcome, nullable=True)
    authority: Authority | None = words(Authority, nullable=True)
    created_at: datetime.datetime = instant()


class Evidence(sqlmodel.SQLModel, table=True):
    """The words that prove an item: a stretch of one message's newly written text."""

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    item_id: int = sqlmodel.Field(foreign_key="item.id", index=True)
    message_id: int = sqlmodel.Field(foreign_key="message.id", index=True)
    start: int
    end: int
    text: str


class Event(sqlmodel.SQLModel, table=True):
    """What happened, append-only: the database itself refuses to change or remove a row."""

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    at: datetime.datetime = instant()
    #: "assistant" or "manager"
    actor: str
    what: str
    message_id: int | None = sqlmodel.Field(default=None, foreign_key="message.id", index=True)
    item_id: int | None = sqlmodel.Field(default=None, foreign_key="item.id", index=True)
    project_id: int | None = sqlmodel.Field(default=None, foreign_key="project.id", index=True)
    detail: dict[str, typing.Any] = sqlmodel.Field(
        default_factory=dict, sa_column=sqlalchemy.Column(sqlalchemy.JSON)
    )


class Draft(sqlmodel.SQLModel, table=True):
    """A reply of ours, written and perhaps placed. Its reference is D-<id>."""

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    message_id: int = sqlmodel.Field(foreign_key="message.id", index=True)
    kind: DraftKind = words(DraftKind)
    state: DraftState = words(DraftState)
    mark: str = sqlmodel.Field(unique=True)
    in_reply_to: str = ""
    to: list[str] = strings()
    subject: str = ""
    text: str = ""
    raw: bytes = b""
    folder: str = sqlmodel.Field(default="", index=True)
    #: where it lies in the folder; None while it is not there, or where the server does not say
    uid: int | None = unsigned(None, nullable=True)
    #: digest of what the server keeps: another one means that a person changed it
    placed_sha256: str = ""
    composed_at: datetime.datetime = instant()


class Decision(sqlmodel.SQLModel, table=True):
    """One decision by the manager about one message."""

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    at: datetime.datetime = instant()
    message_id: int = sqlmodel.Field(foreign_key="message.id", index=True)
    #: "accept", "relabel", "assign", "dismiss", "reopen", "replay", "undo"
    what: str


class Correction(sqlmodel.SQLModel, table=True):
    """Where the manager disagreed with the model: an example to learn from."""

    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    at: datetime.datetime = instant()
    message_id: int = sqlmodel.Field(foreign_key="message.id", index=True)
    labels_before: list[str] = strings()
    labels_after: list[str] = strings()
    outcomes_before: list[str] = strings()
    outcomes_after: list[str] = strings()
    model: str = ""


class Cursor(sqlmodel.SQLModel, table=True):
    """How far a folder has been read."""

    mailbox: str = sqlmodel.Field(primary_key=True)
    folder: str = sqlmodel.Field(primary_key=True)
    #: 0 before the first message
    uidvalidity: int = unsigned(0)
    last_uid: int = unsigned(0)
    #: the day from which on the folder is read: that of the first run, unless the configuration says
    since: datetime.date
    #: last contact with the server about this folder
    seen_at: datetime.datetime = instant()
