"""Help and reference say the same, and cost nothing that they do not need."""

import gc
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from assistant import garbage, settings
from assistant.cli import main
from tests.cli import console

REFERENCE = Path(__file__).parents[2] / "docs" / "reference.md"


def _commands(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Give every command with its path, groups taken apart."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = dict(_commands(typer.main.get_command(main.app), "assistant"))


def _section(path: str) -> str:
    """Give a command's section of the reference."""
    parts = re.split(r"^###? (.*)$", REFERENCE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[f"`{path}`"]


def test_every_command_of_the_reference_exists_and_no_other() -> None:
    told = re.findall(r"^### `(.*)`$", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(told) == sorted(COMMANDS)


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_has_help_and_its_options_stand_in_the_reference(path: str) -> None:
    command, section = COMMANDS[path], _section(path)
    assert command.help
    named = set(re.findall(r"`(--[a-z-]+)`", section))
    options = {
        name
        for parameter in command.params
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--") and name != "--help"
    }
    assert named == options
    assert all(getattr(p, "help", None) for p in command.params if p.opts[0].startswith("--"))
    if path.split()[-1] not in ("demo", "init", "login", "run", "review", "use"):
        assert "--json" in options


def _keys(table: type[settings.Table], before: str = "") -> Iterator[str]:
    for name, field in table.model_fields.items():
        inner = settings._table_of(field.annotation)
        if inner is not None:
            yield from _keys(inner, f"{before}{name}.")  # type: ignore[arg-type]  # all are Tables
        elif name != "home":
            yield before + name


def test_every_setting_stands_in_the_reference() -> None:
    told = re.findall(
        r"^\| `([a-z0-9_.]+)` \|", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(told) == sorted(_keys(settings.Settings))


def test_the_example_has_every_setting_and_can_be_used() -> None:
    """As it stands, and with every key that stands behind "#"."""
    path = Path(__file__).parents[2] / "config.example.toml"
    text = path.read_text(encoding="utf-8")
    settings.parse(text, path)
    whole = re.sub(r"^# ([a-z_]+ = )", r"\1", text, flags=re.MULTILINE)
    found = settings.parse(whole, path).model_dump(exclude_none=True)
    mailboxes = found.pop("mailbox")
    tables = {"oauth2": mailboxes[1], "label_folders": mailboxes[0]}
    keys = {f"mailbox.{key}" for mailbox in mailboxes for key in mailbox if key not in tables}
    keys |= {f"mailbox.{name}.{key}" for name, mailbox in tables.items() for key in mailbox[name]}
    keys |= {f"{table}.{key}" for table, values in found.items() for key in values}
    assert keys == set(_keys(settings.Settings))
    comments = re.findall(r"^#? ?([a-z_0-9]+) = ", text, re.MULTILINE)
    assert {key.rpartition(".")[2] for key in keys} <= set(comments)


@pytest.mark.parametrize(
    ("words", "foreign"),
    [
        (("--help",), ("spacy", "sklearn", "numpy", "sqlalchemy", "imapclient", "rich", "jinja2")),
        (("items", "--help"), ("spacy", "sklearn", "numpy", "sqlalchemy", "imapclient", "jinja2")),
        (("queue",), ("spacy", "sklearn", "numpy", "imapclient", "jinja2", "lxml")),
        (
            ("items", "--json"),
            ("spacy", "sklearn", "numpy", "imapclient", "jinja2", "lxml", "rich"),
        ),
    ],
)
def test_a_command_imports_only_what_it_needs(
    home: Path, words: tuple[str, ...], foreign: tuple[str, ...]
) -> None:
    program = (
        "import sys\nfrom assistant.cli import main\ntry: main.main()\nexcept SystemExit: pass\n"
    )
    program += "sys.stderr.write(' '.join(name for name in sys.modules if '.' not in name))"
    loaded = console.python(home, program, *words).stderr.split()
    assert set(loaded) & set(foreign) == set()
    assert "typer" in loaded


def test_the_command_alone_shows_its_help(tmp_path: Path) -> None:
    told = console.done(console.run(tmp_path))
    assert told.startswith("Usage: assistant ")
    assert max(map(len, told.splitlines())) <= 80


def test_the_version_is_told(tmp_path: Path) -> None:
    assert console.done(console.call(tmp_path, "--version")).startswith(
        "client-correspondence-assistant "
    )


def test_a_command_looks_seldom_for_garbage_that_refers_to_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = gc.get_threshold()
    monkeypatch.setattr("sys.argv", ["assistant", "--version"])
    try:
        with pytest.raises(SystemExit):
            main.main()
        assert gc.get_threshold() == (garbage.FRESH, garbage.YOUNG, garbage.MIDDLE)
    finally:
        gc.set_threshold(*before)
