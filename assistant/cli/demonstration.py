"""What `assistant demo` shows: one pass over the sample mail, and what came of it."""

import tempfile
from pathlib import Path
from typing import Any

import rich.console
import rich.panel
import rich.table
import rich.text

from assistant import daemon
from assistant.cli import printing, reading, state
from assistant.demo import samples, server, stage
from assistant.record import drafts, items, messages, projects, refs, views
from assistant.record.database import Session
from assistant.record.tables import DraftState

_KINDS = {
    "requirement_change": ("change", "cyan"),
    "issue": ("issue", "red"),
    "approval": ("approval", "green"),
    "status_request": ("question", "yellow"),
}
#: of whose draft one is shown in full
_SHOWN = "status_update"


def show(*, keep: bool) -> None:
    """Run the demonstration; with `keep`, leave server and daemon running until interrupted."""
    console = printing.console()
    console.print(
        "Two client projects, one mailbox, real mail over IMAP. Nothing leaves this machine.\n"
    )
    with (
        tempfile.TemporaryDirectory(prefix="assistant-demo-") as home,
        stage.set_up(Path(home)) as ready,
    ):
        with printing.progress() as tell:
            daemon.once(ready.desk, tell)
        with ready.desk.record.reading() as session:
            _summary(console, session)
        if keep:
            _keep(console, ready)


def _summary(console: rich.console.Console, session: Session) -> None:
    """Say what was filed where and on which words, what waits and why, and show one draft."""
    every = views.messages(session, messages.clients(session))
    placed = [view for view in every if view["state"] == "placed"]
    waiting = views.queue(session)
    automatic = [view for view in every if view["automatic"]]
    console.print(
        f"{len(every)} client messages: {len(placed)} answered with a draft, {len(waiting)} wait for you,"
        f" {len(automatic)} automatic and left alone.\n",
        style="bold",
    )
    for project in projects.every(session):
        _project(console, session, project.key)
    _queue(console, waiting)
    _draft(console, session)


def _project(console: rich.console.Console, session: Session, key: str) -> None:
    row = refs.project(session, key)
    table = rich.table.Table(
        title=f"{row.key} · {row.name}",
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
    )
    for column, width in (
        ("Filed", 7),
        ("What", 10),
        ("In the client's words", None),
        ("From", 18),
    ):
        # An address is told apart by its beginning.
        table.add_column(column, width=width, overflow="ellipsis" if column == "From" else "fold")
    for view in views.items(session, items.of_project(session, row.id)):
        table.add_row(*_item(view))
    console.print(table)
    console.print()


def _item(view: dict[str, Any]) -> list[rich.text.Text]:
    name, colour = _KINDS[view["kind"]]
    what = rich.text.Text(name, colour)
    if view["outcome"]:
        what.append(f"\n{view['outcome']}")
    words = rich.text.Text(f"“{state.line(view['evidence'], 150)}”")
    if view["authority"] and view["authority"] != "entitled":
        words.append(f"\n{_AUTHORITY[view['authority']]}", "bold red")
    reference = rich.text.Text(view["ref"].split("/")[1], "bold")
    return [reference, what, words, rich.text.Text(state.line(view["sender"], 36), "dim")]


_AUTHORITY = {
    "not_entitled": "not from an approver of the project: counts for nothing yet",
    "unverified": "the mail server does not confirm the sender: counts for nothing yet",
}


def _queue(console: rich.console.Console, waiting: list[dict[str, Any]]) -> None:
    console.print(f"Waiting for you: {len(waiting)}", style="bold")
    for entry in waiting:
        reading.print_waiting(entry)
    console.print()


def _draft(console: rich.console.Console, session: Session) -> None:
    """Show one draft in full: a status update if there is one."""
    rows = drafts.in_states(session, (DraftState.PLACED,))
    chosen = next((row for row in rows if row.kind == _SHOWN), rows[0] if rows else None)
    if chosen is None:
        return
    view = views.draft(session, chosen)
    heading = (
        f"{view['ref']} in your Drafts folder · to {', '.join(view['to'])} · {view['subject']}"
    )
    body = rich.text.Text(state.safe(view["text"]).strip())
    console.print(rich.panel.Panel(body, title=state.line(heading, 100), title_align="left"))


def _keep(console: rich.console.Console, ready: stage.Stage) -> None:
    """Say how to log in, and run the daemon until it is interrupted."""
    console.print(
        "\nServer and daemon are running. Log in with any mail client (IMAP, no encryption):"
    )
    console.print(f"  server    {server.HOST}, port {ready.server.port}")
    console.print(f"  username  {samples.MANAGER.email}")
    console.print(f"  password  {ready.password}")
    console.print("and look at the queue from another terminal:")
    console.print(
        f"  {stage.PASSWORD_ENV}={ready.password} assistant --config {ready.config_path} queue",
        soft_wrap=True,
    )
    console.print("Ctrl-C ends it.")
    daemon.run(ready.desk)
