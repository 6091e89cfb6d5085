"""run, once, status: the daemon and its health."""

import logging
from typing import Annotated, Any

import typer

from assistant.cli import state


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(run)
    app.command()(once)
    app.command()(status)


def run(
    context: typer.Context,
    quiet: Annotated[bool, typer.Option("--quiet", help="Log warnings only.")] = False,
) -> None:
    """Watch the mailboxes until SIGTERM or SIGINT."""
    from assistant import daemon

    level = logging.WARNING if quiet else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s")
    if context.obj.debug:
        logging.getLogger("assistant").setLevel(logging.DEBUG)
    with context.obj.desk() as desk:
        daemon.run(desk)


def once(context: typer.Context, as_json: state.JSON = False) -> None:
    """Make one pass: fetch what is new, take every message as far as it goes, place drafts.

    Exit code 0: nothing left behind but what is parked. 1: drafts could not be placed. 3: a mailbox
    could not be reached.
    """
    from assistant import daemon
    from assistant.cli import printing
    from assistant.record import messages

    with context.obj.desk() as desk:
        with printing.progress() as tell:
            result = daemon.once(desk, tell)
        with desk.record.reading() as session:
            counts = messages.counts(session)
    if as_json:
        state.dump({"unreachable": result.unreachable, "faults": result.faults, "messages": counts})
    for sentence in (*result.unreachable, *result.faults):
        state.complain(sentence)
    if result.unreachable:
        raise typer.Exit(3)
    if result.faults:
        raise typer.Exit(1)


def status(context: typer.Context, as_json: state.JSON = False) -> None:
    """Show the daemon's health: last contact per mailbox, messages per state, what is parked and why."""
    from assistant.record import views

    names = [mailbox.name for mailbox in context.obj.settings().mailbox]
    with context.obj.reading() as session:
        view = views.status(session, names)
    if as_json:
        state.dump(view)
    else:
        _print_status(view)


def _print_status(view: dict[str, Any]) -> None:
    for mailbox in view["mailboxes"]:
        typer.echo(f"{mailbox['name']}: last contact {mailbox['last_contact_at'] or 'never'}")
    counts = ", ".join(f"{count} {name}" for name, count in view["messages"].items())
    typer.echo(f"messages: {counts or 'none yet'}")
    typer.echo(f"{view['waiting']} waiting for you (assistant queue)")
    for entry in view["parked"]:
        subject, reason = state.line(entry["subject"], 60), state.line(entry["reason"])
        typer.echo(f"parked {entry['ref']} {subject}: {reason}")
