"""items, drafts, messages, report: the record, with filters."""

from typing import Annotated, Any

import typer

from assistant.classify.labels import Label
from assistant.cli import state
from assistant.record.states import DraftState, ItemState, State

KEY = Annotated[str, typer.Argument(metavar="KEY", help="The project's key.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (items, drafts, messages, report):
        app.command()(command)


def items(
    context: typer.Context,
    project: state.PROJECT = None,
    kind: Annotated[Label | None, typer.Option(help="Only this kind.")] = None,
    item_state: Annotated[
        ItemState | None, typer.Option("--state", help="Only in this state.")
    ] = None,
    as_json: state.JSON = False,
) -> None:
    """List what clients asked, with the words that prove it."""
    from assistant.record import items as book
    from assistant.record import refs, views

    with context.obj.reading() as session:
        wanted = refs.project(session, project).id if project else None
        rows = [
            row
            for row in book.of_project(session, wanted)
            if kind in (None, row.kind) and item_state in (None, row.state)
        ]
        found = views.items(session, rows)
    if as_json:
        state.dump(found)
        return
    _table([{**view, "state": _standing(view)} for view in found], ("ref", "state", "title"))


def _standing(view: dict[str, Any]) -> str:
    """Say where an item stands: its state, and of an approval what was decided."""
    authority = view["authority"] if view["authority"] != "entitled" else ""
    words = [str(word) for word in (view["state"], view["outcome"], authority) if word]
    return ", ".join(words).replace("_", " ")


def drafts(
    context: typer.Context,
    draft_state: Annotated[
        DraftState | None, typer.Option("--state", help="Only in this state.")
    ] = None,
    as_json: state.JSON = False,
) -> None:
    """List the reply drafts."""
    from assistant.record import drafts as book
    from assistant.record import views

    with context.obj.reading() as session:
        states = (draft_state,) if draft_state else tuple(DraftState)
        found = [views.draft(session, row) for row in book.in_states(session, states)]
    if as_json:
        state.dump(found)
        return
    _table(found, ("ref", "message", "kind", "state", "subject"))


def messages(
    context: typer.Context,
    project: state.PROJECT = None,
    message_state: Annotated[
        State | None, typer.Option("--state", help="Only in this state.")
    ] = None,
    as_json: state.JSON = False,
) -> None:
    """List the client messages of the record."""
    from assistant.record import messages as book
    from assistant.record import refs, views

    with context.obj.reading() as session:
        wanted = refs.project(session, project).id if project else None
        rows = [
            row
            for row in book.clients(session)
            if wanted in (None, row.project_id) and message_state in (None, row.state)
        ]
        found = views.messages(session, rows)
    if as_json:
        state.dump_lines(found)
        return
    _table(found, ("ref", "state", "project", "sender", "subject"))


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    from assistant.cli import printing

    printing.table(rows, columns, wide=columns[-1])


def report(context: typer.Context, key: KEY, as_json: state.JSON = False) -> None:
    """Report on a project: milestones, problems, changes, decisions, what the client owes."""
    from assistant.record import refs, views

    with context.obj.reading() as session:
        found = views.report(session, refs.project(session, key))
    if as_json:
        state.dump(found)
        return
    typer.echo(f"{found['project']}: {state.line(found['name'])}")
    for title, rows in found["sections"].items():
        typer.echo(f"\n{title} ({len(rows)})")
        for row in rows:
            typer.echo(f"  {state.line(row)}")
