"""The `assistant` command: its commands, and how errors end it."""

import contextlib
import io
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer
import typer.exceptions

from assistant import __version__, errors, garbage
from assistant.cli import decide, lists, models, projects, reading, setup, state, work

#: exit codes, as the contract has them
REFUSED, USAGE, UNREACHABLE = 1, 2, 3

app = typer.Typer(
    name="assistant",
    help="Reads the project mailbox, files what clients ask, and leaves reply drafts. It never sends.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (setup, work, reading, decide, projects, lists, models):
    module.register(app)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"client-correspondence-assistant {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            readable=False,
            help="Configuration; default: config.toml here, else in the platform's configuration folder.",
        ),
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an unforeseen error.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    context.obj.config, context.obj.debug = config, debug
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """Run the command line; every error ends in one sentence and its exit code."""
    garbage.seldom()
    _print_anything()
    given = state.State()
    try:
        code = app(obj=given, prog_name="assistant", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter's last flush must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = REFUSED
    except Exception as error:
        if given.debug:
            traceback.print_exc()
        state.complain(_sentence(error))
        code = _code(error)
    sys.exit(code if isinstance(code, int) else 0)


def _print_anything() -> None:
    """Print even what the terminal's charset lacks, as an escape, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(ValueError):
                stream.reconfigure(errors="backslashreplace")


def _code(error: Exception) -> int:
    if isinstance(error, errors.MailboxError):
        return UNREACHABLE
    return USAGE if isinstance(error, typer.exceptions.TyperException) else REFUSED


def _sentence(error: Exception) -> str:
    """Say in one sentence what ended the command."""
    if isinstance(error, errors.AssistantError):
        return str(error)
    if isinstance(error, typer.exceptions.TyperException):
        return _usage(error)
    if isinstance(error, typer.exceptions.Abort):
        return "Stopped; nothing more was done."
    return f"Unforeseen {type(error).__name__}: {error}; `assistant --debug …` shows where."


def _usage(error: typer.exceptions.TyperException) -> str:
    """Say what is wrong with the command, and where its help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "assistant"
    said = error.format_message().replace("Value error, ", "").rstrip(".?")
    return f"{said}; see `{command} --help`."
