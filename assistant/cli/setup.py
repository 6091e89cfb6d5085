"""init, check, demo: from nothing to the first draft."""

import getpass
from typing import Annotated

import typer

from assistant import errors
from assistant.cli import state


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(demo)
    app.command()(init)
    app.command()(check)


def init(
    context: typer.Context,
    address: Annotated[str | None, typer.Option(help="Your mail address.")] = None,
    name: Annotated[str | None, typer.Option(help="Your name, as it stands under drafts.")] = None,
    host: Annotated[
        str | None, typer.Option(help="IMAP server; known for common providers.")
    ] = None,
    username: Annotated[str | None, typer.Option(help="Default: the address.")] = None,
    password_env: Annotated[
        str | None,
        typer.Option(help="Environment variable with the password; default: the keyring."),
    ] = None,
) -> None:
    """Write a configuration; asks for what is not given."""
    from assistant import configuring

    path = context.obj.path()
    if path.exists():
        raise errors.UsageError(f"{path} is there already; edit it, or remove it first.")
    address = address or str(typer.prompt("Your mail address"))
    name = name or str(typer.prompt("Your name", default=getpass.getuser()))
    answers = configuring.Answers(address, name, host or "", username or "", password_env or "")
    if not configuring.knows_host(answers):
        answers = configuring.with_host(answers, str(typer.prompt("IMAP server")))
    for note in configuring.write(path, answers):
        typer.echo(note)
    typer.echo(f"Wrote {path}. Next: `assistant check`, then `assistant project add`.")


def check(context: typer.Context, as_json: state.JSON = False) -> None:
    """Try login, folders, capabilities, record and model: one line each; exit 1 on any fault."""
    from assistant import configuring

    results = configuring.check(context.obj.settings())
    if as_json:
        state.dump([{"what": r.what, "ok": r.ok, "said": r.said} for r in results])
    else:
        for result in results:
            mark = "ok  " if result.ok else "FAIL"
            typer.echo(f"{mark} {result.what}: {state.line(result.said, 300)}")
    if not all(result.ok for result in results):
        raise typer.Exit(1)


def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave server and daemon running; says how to log in.")
    ] = False,
) -> None:
    """Show the assistant at work on an embedded mail server with sample mail."""
    from assistant.cli import demonstration

    demonstration.show(keep=keep)
