"""The `assistant` command: its commands, and how errors end it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant import __version__, errors
from assistant.cli import book, decide, models, reading, setup, state, work

app = typer.Typer(
    name="assistant",
    help="Reads the project mailbox, files what clients ask, and leaves reply drafts. It never sends.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (setup, work, reading, decide, book, models):
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
            help="Configuration; default: config.toml here, else in the platform's configuration folder."
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    context.obj = state.State(config)


def main() -> None:
    """Run the command line; every foreseen error ends in one sentence and its exit code."""
    try:
        app()
    except errors.AssistantError as error:
        typer.echo(f"assistant: {error}", err=True)
        sys.exit(3 if isinstance(error, errors.MailboxError) else 1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
