"""The readable files in mail/ -> people and notes (a note is one message before it becomes bytes)."""

import dataclasses
import functools
import importlib.resources
import tomllib
from collections.abc import Mapping
from typing import Any

from assistant.mail import message

#: the files, in the order in which their projects are shown
FILES = ("portal.toml", "stores.toml", "others.toml")
MANAGER = message.Address("Lin Yue", "lin.yue@studio.example")


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes."""

    name: str
    email: str
    approver: bool = False
    #: belongs to no project
    stranger: bool = False
    #: keys of the projects, where it is not the file's own
    projects: tuple[str, ...] = ()
    signature: str = ""
    #: local time, in hours from UTC
    zone_hours: int = 0

    @property
    def address(self) -> message.Address:
        """The address as it stands in a header."""
        return message.Address(self.name, self.email)


@dataclasses.dataclass(frozen=True, slots=True)
class Note:
    """One message as the files tell it; the fields are the keys of [[message]]."""

    key: str
    subject: str
    #: what was newly written; {+12} is the day in twelve days
    body: str
    days_ago: int
    #: local time of the writer, "HH:MM"
    at: str
    sender: Person
    to: tuple[Person, ...]
    cc: tuple[Person, ...] = ()
    #: "en" or a Chinese one, for the days inside the body
    language: str = "en"
    #: key of the message that it answers
    answers: str = ""
    #: whether the answered message stands quoted below
    quotes: bool = True
    #: whether the writer's signature stands below the body
    signed: bool = True
    #: the mail program whose habits it shows
    program: str = "plain"
    charset: str = "utf-8"
    only_html: bool = False
    #: what the receiving server says of it: "pass", "fail" or "none"
    authentication: str = "pass"
    #: method of a calendar part (RFC 5546), "" for none
    calendar: str = ""
    attachments: tuple[str, ...] = ()
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    #: "" for one made from the key
    message_id: str = ""
    thread_index: str = ""
    #: what a careful reader finds in it; empty for the manager's own messages
    labels: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether the manager wrote it."""
        return self.sender.email == MANAGER.email


_MANAGER = Person(MANAGER.name, MANAGER.email)


@functools.cache
def files() -> tuple[dict[str, Any], ...]:
    """Read the files as they are."""
    folder = importlib.resources.files("assistant.demo") / "mail"
    return tuple(tomllib.loads((folder / name).read_text(encoding="utf-8")) for name in FILES)


@functools.cache
def people() -> dict[str, Person]:
    """Give everybody by the short name that the files use."""
    everybody = {"manager": _MANAGER}
    for file in files():
        key = file.get("project", {}).get("key")
        for short, row in file["people"].items():
            own = () if row.get("stranger") else (key,)
            everybody[short] = Person(**{"projects": own} | _tuples(row))
    return everybody


@functools.cache
def notes() -> dict[str, Note]:
    """Give all messages by key, in the files' order."""
    found = {}
    for file in files():
        language = file.get("project", {}).get("language", "en")
        for row in file["message"]:
            found[row["key"]] = _note(row, language)
    return found


def _note(row: dict[str, Any], language: str) -> Note:
    known = people()
    fields = _tuples(row)
    sender = known[fields.pop("from")]
    fields["to"] = tuple(known[short] for short in row.get("to", ["manager"]))
    fields["cc"] = tuple(known[short] for short in row.get("cc", []))
    zone = {"zone_hours": fields["to"][0].zone_hours} if sender is _MANAGER else {}
    fields["sender"] = dataclasses.replace(sender, **zone)
    return Note(language=language, **fields)


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    """Freeze a table's lists."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
