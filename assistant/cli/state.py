"""What the commands share: which configuration, the record, the desk, and JSON."""

import contextlib
import dataclasses
import json
import re
import typing
from collections.abc import Iterator
from pathlib import Path

import typer

from assistant.compose import clean

if typing.TYPE_CHECKING:
    from assistant import intake, settings
    from assistant.record import database

#: `--json`, as every command that prints data has it
JSON = typing.Annotated[bool, typer.Option("--json", help="Print JSON.")]
#: a reference such as M-12, D-4 or ACME/CR-1
REF = typing.Annotated[str, typer.Argument(metavar="REF", help="M-12, D-4 or ACME/CR-1.")]
#: `--project`, a filter
PROJECT = typing.Annotated[str | None, typer.Option("--project", help="Only this project.")]

#: characters that JSON allows as they are and that steer a terminal or the reading direction; lone surrogates
_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclasses.dataclass(slots=True)
class State:
    """The options before the command."""

    config: Path | None = None
    debug: bool = False

    def path(self) -> Path:
        """Give the configuration's path."""
        from assistant import settings

        return self.config or settings.default_path()

    def settings(self) -> "settings.Settings":
        """Read the configuration; SettingsError where it cannot be used."""
        from assistant import settings

        return settings.load(self.path())

    @contextlib.contextmanager
    def reading(self) -> Iterator["database.Session"]:
        """Look at the record, without anything that understands, writes letters or knows mail servers."""
        from assistant.record import database

        record = database.open_record(self.settings())
        try:
            with record.reading() as session:
                yield session
        finally:
            record.close()

    @contextlib.contextmanager
    def desk(self) -> Iterator["intake.Desk"]:
        """Give an open desk, and close its record afterwards."""
        from assistant import daemon

        desk = daemon.open_desk(self.settings())
        try:
            yield desk
        finally:
            desk.record.close()


def safe(value: object) -> str:
    """Make client text harmless on a terminal: no control characters, no turned reading direction."""
    return "" if value is None else clean.text(str(value))


def line(value: object, limit: int | None = None) -> str:
    """Make client text harmless, on one line, of at most `limit` characters where that is given."""
    return clean.line(str(value or ""), limit)


def complain(sentence: str) -> None:
    """Say on standard error what went wrong, on one line."""
    typer.echo(f"assistant: {line(sentence)}", err=True)


def dump(value: object) -> None:
    """Print one JSON document."""
    typer.echo(_json(value, indent=1))


def dump_lines(values: typing.Iterable[object]) -> None:
    """Print one JSON object a line, each as soon as it is there."""
    for value in values:
        typer.echo(_json(value, indent=None))


def _json(value: object, indent: int | None) -> str:
    """Write JSON in which what steers a terminal is escaped; it reads back the same."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
