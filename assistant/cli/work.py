"""run, once, status: the daemon and its health."""

import logging
from collections.abc import Callable
from typing import Annotated, Any

import rich.console
import rich.progress
import rich.table
import typer

from assistant.cli import state

_STEPS = {
    "sent": "Reading Sent",
    "receive": "Receiving",
    "read": "Understanding",
    "place": "Placing drafts",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(run)
    app.command()(once)
    app.command()(status)


def run(
    context: typer.Context,
    quiet: Annotated[bool, typer.Option(help="Log warnings only.")] = False,
) -> None:
    """Watch the mailboxes until SIGTERM or SIGINT."""
    from assistant import daemon

    level = logging.WARNING if quiet else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s")
    with context.obj.desk() as desk:
        daemon.run(desk)


def once(context: typer.Context) -> None:
    """Make one pass: fetch what is new, take every message as far as it goes, place drafts.

    Exit code 0: nothing left behind but what is parked. 1: drafts could not be placed. 3: a mailbox
    could not be reached.
    """
    from assistant import daemon

    with context.obj.desk() as desk:
        with rich.progress.Progress(
            console=rich.console.Console(stderr=True), transient=True
        ) as bars:
            result = daemon.once(desk, teller(bars))
        for sentence in (*result.unreachable, *result.faults):
            typer.echo(f"assistant: {sentence}", err=True)
    if result.unreachable:
        raise typer.Exit(3)
    if result.faults:
        raise typer.Exit(1)


def teller(bars: rich.progress.Progress) -> Callable[[str, int, int], None]:
    """Show the steps of a pass as progress bars."""
    tasks: dict[str, rich.progress.TaskID] = {}

    def tell(step: str, done: int, total: int) -> None:
        if step not in tasks:
            tasks[step] = bars.add_task(_STEPS[step], total=None)
        bars.update(tasks[step], completed=done, total=total or None)

    return tell


def status(context: typer.Context, as_json: state.JSON = False) -> None:
    """Show the daemon's health: last contact per mailbox, messages per state, what is parked and why."""
    from assistant.record import cursors, messages, views
    from assistant.record.tables import State

    with context.obj.desk() as desk, desk.record.reading() as session:
        contacts: dict[str, str] = {}
        for row in cursors.every(session):
            contacts[row.mailbox] = max(
                contacts.get(row.mailbox, ""), views.moment(row.seen_at) or ""
            )
        view = {
            "mailboxes": [
                {"name": mailbox.name, "last_contact_at": contacts.get(mailbox.name)}
                for mailbox in desk.config.mailbox
            ],
            "messages": messages.counts(session),
            "waiting": len(views.queue(session)),
            "parked": [
                {"ref": entry["ref"], "subject": entry["subject"], "reason": entry["reasons"][0]}
                for entry in views.queue(session)
                if entry["state"] is State.PARKED
            ],
        }
    if as_json:
        state.dump(view)
        return
    _print_status(view)


def _print_status(view: dict[str, Any]) -> None:
    console = state.out()
    for mailbox in view["mailboxes"]:
        console.print(f"{mailbox['name']}: last contact {mailbox['last_contact_at'] or 'never'}")
    table = rich.table.Table("State", "Messages", box=None)
    for name, count in view["messages"].items():
        table.add_row(name, str(count))
    console.print(table)
    console.print(f"{view['waiting']} waiting for you (assistant queue)")
    for entry in view["parked"]:
        console.print(
            f"  parked {entry['ref']} {state.line(entry['subject'], 50)}: {state.line(entry['reason'])}"
        )
