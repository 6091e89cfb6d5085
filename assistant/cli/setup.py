"""init, login, check, demo: from nothing to the first draft."""

import sys
from typing import Annotated, Literal

import typer

from assistant import errors
from assistant.cli import state


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (demo, init, login, check):
        app.command()(command)


def init(
    context: typer.Context,
    address: Annotated[str | None, typer.Option(help="Your mail address.")] = None,
    name: Annotated[str | None, typer.Option(help="Your name, as it stands under drafts.")] = None,
    host: Annotated[
        str | None, typer.Option(help="IMAP server; known for common providers.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Default: 993.")] = None,
    security: Annotated[
        Literal["tls", "starttls", "none"] | None,
        typer.Option(help="none: loopback only; default: tls."),
    ] = None,
    username: Annotated[str | None, typer.Option(help="Default: the address.")] = None,
    password_env: Annotated[
        str | None,
        typer.Option(help="Environment variable with the password; default: the keyring."),
    ] = None,
    password_command: Annotated[
        str | None, typer.Option(help="Command whose first line of output is the password.")
    ] = None,
) -> None:
    """Write a configuration; asks for what is not given."""
    from assistant import configuring, settings

    path = context.obj.path()
    if path.exists():
        raise errors.UsageError(f"{path} is there already; edit it, or remove it first.")
    answers = configuring.Answers(
        address=address or _asked("Your mail address", "--address"),
        name=name or _asked("Your name", "--name"),
        host=host or "",
        port=port,
        security=settings.Security(security) if security else None,
        username=username or "",
        password_env=password_env or "",
        password_command=password_command or "",
    )
    if "@" not in answers.address:
        raise typer.BadParameter(f"{answers.address!r} is no mail address")
    if answers.preset is None and not answers.host:
        answers = configuring.with_host(answers, _asked("IMAP server", "--host"))
    steps = configuring.write(path, answers)
    typer.echo(f"Wrote {path}.")
    for step in (*steps, "Then `assistant check`, and `assistant project add` for each project."):
        typer.echo(f"- {step}")


def _asked(question: str, option: str) -> str:
    """Ask a person; where nobody is there to answer, name the option."""
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"{option} is needed where nobody can be asked")
    return str(typer.prompt(question)).strip()


def login(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="MAILBOX", help="Its name in the configuration.")],
) -> None:
    """Sign in to a mailbox that wants a token (Google, Microsoft 365); once is enough."""
    from assistant import configuring

    def ask(text: str) -> str:
        typer.echo(text)
        return input()

    configuring.sign_in(context.obj.settings(), name, ask)
    typer.echo(f"Signed in to {name}.")


def check(context: typer.Context, as_json: state.JSON = False) -> None:
    """Try login, folders, capabilities, record and model: one line each; exit 1 on any fault."""
    from assistant import configuring

    results = []
    for result in configuring.check(context.obj.settings()):
        results.append(result)
        if not as_json:
            mark = "ok  " if result.ok else "FAIL"
            typer.echo(f"{mark} {result.what}: {state.line(result.said)}")
    if as_json:
        state.dump([{"what": r.what, "ok": r.ok, "said": r.said} for r in results])
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
