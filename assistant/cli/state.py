"""What the commands share: which configuration, the desk, and how things are printed."""

import contextlib
import dataclasses
import json
import typing
from collections.abc import Iterator
from pathlib import Path

import rich.console
import typer

from assistant.compose import clean

if typing.TYPE_CHECKING:
    from assistant import intake, settings

#: `--json`, as every command that prints data has it
JSON = typing.Annotated[bool, typer.Option("--json", help="Print JSON.")]
#: a reference such as M-12, D-4 or ACME/CR-1
REF = typing.Annotated[str, typer.Argument(metavar="REF", help="M-12, D-4 or ACME/CR-1.")]


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """The options before the command."""

    config: Path | None

    def path(self) -> Path:
        """Give the configuration's path."""
        from assistant import settings

        return self.config or settings.default_path()

    def settings(self) -> "settings.Settings":
        """Read the configuration; SettingsError where it cannot be used."""
        from assistant import settings

        return settings.load(self.path())

    @contextlib.contextmanager
    def desk(self) -> Iterator["intake.Desk"]:
        """Give an open desk, and close its record afterwards."""
        from assistant import daemon

        desk = daemon.open_desk(self.settings())
        try:
            yield desk
        finally:
            desk.record.close()


def out() -> rich.console.Console:
    """Give the console for what a command prints: no markup, no guessing at emoji or numbers."""
    return rich.console.Console(markup=False, emoji=False, highlight=False, soft_wrap=False)


def safe(value: object) -> str:
    """Make client text harmless on a terminal: no control characters, no turned reading direction."""
    return "" if value is None else clean.text(str(value))


def line(value: object, limit: int = 100) -> str:
    """Make client text harmless, on one line of at most `limit` characters."""
    return clean.line(str(value or ""), limit)


def dump(value: object) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def dump_lines(values: typing.Iterable[object]) -> None:
    """Print one JSON object a line."""
    for value in values:
        typer.echo(json.dumps(value, ensure_ascii=False, default=str))
