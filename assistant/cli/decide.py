"""accept, relabel, undo, assign, split, dismiss, reopen, replay, move: the manager's decisions."""

import contextlib
import typing
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from assistant.classify.labels import Label, Outcome
from assistant.cli import reviewing, state
from assistant.record.states import ItemState

if typing.TYPE_CHECKING:
    from assistant import intake
    from assistant.record import database, tables

Labels = Annotated[list[Label], typer.Argument(help="What the message asks.")]
Outcomes = Annotated[list[Outcome] | None, typer.Option("--outcome", help="Of an approval.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (accept, relabel, undo, assign, split, dismiss, reopen, replay, move):
        app.command()(command)
    app.command()(reviewing.review)


@contextlib.contextmanager
def _deciding(
    context: typer.Context, ref: str, as_json: bool
) -> Iterator[tuple["intake.Desk", "database.Session", "tables.Message"]]:
    """Give the message for one decision, take it as far as it goes afterwards, and say what became of it."""
    with context.obj.desk() as desk:
        with reviewing.deciding(desk, ref) as (session, row):
            yield desk, session, row
        view = reviewing.look(desk, ref)
    if as_json:
        state.dump(view)
    else:
        typer.echo(reviewing.outcome(view))


def accept(context: typer.Context, ref: state.REF, as_json: state.JSON = False) -> None:
    """Let the labels stand: file the message, and have its draft placed by the next pass."""
    from assistant import review

    with _deciding(context, ref, as_json) as (desk, session, row):
        review.accept(desk, session, row)


def relabel(
    context: typer.Context,
    ref: state.REF,
    labels: Labels,
    outcomes: Outcomes = None,
    as_json: state.JSON = False,
) -> None:
    """Give the message other labels; it is filed anew, and the assistant learns from it."""
    from assistant import review

    with _deciding(context, ref, as_json) as (desk, session, row):
        review.relabel(desk, session, row, labels, outcomes or [])


def undo(context: typer.Context, ref: state.REF, as_json: state.JSON = False) -> None:
    """Take your last relabelling back: the labels are as before, and the message waits again."""
    from assistant import review

    with _deciding(context, ref, as_json) as (desk, session, row):
        review.undo(desk, session, row)


def assign(
    context: typer.Context,
    ref: state.REF,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The project.")],
    as_json: state.JSON = False,
) -> None:
    """Put the message into a project, and file it there."""
    from assistant import review
    from assistant.record import refs

    with _deciding(context, ref, as_json) as (desk, session, row):
        review.assign(desk, session, row, refs.project(session, key))


def split(context: typer.Context, ref: state.REF, as_json: state.JSON = False) -> None:
    """Make the last passage of an item an item of its own."""
    from assistant import review
    from assistant.record import refs, views

    with context.obj.desk() as desk, desk.record.transaction() as session:
        fresh = review.split(desk, session, refs.item(session, ref))
        session.flush()
        view = views.item(session, fresh)
    _print_item(view, as_json)


def dismiss(context: typer.Context, ref: state.REF, as_json: state.JSON = False) -> None:
    """Ask nothing more of a message (its items go too), or dismiss one item."""
    from assistant import review

    if _is_item(ref):
        _move(context, ref, ItemState.DISMISSED, as_json)
        return
    with _deciding(context, ref, as_json) as (desk, session, row):
        review.dismiss(desk, session, row)


def reopen(context: typer.Context, ref: state.REF, as_json: state.JSON = False) -> None:
    """Put a message back into the queue, or an item back to open."""
    from assistant import review

    if _is_item(ref):
        _move(context, ref, ItemState.OPEN, as_json)
        return
    with _deciding(context, ref, as_json) as (desk, session, row):
        review.reopen(desk, session, row)


def replay(context: typer.Context, ref: state.REF, as_json: state.JSON = False) -> None:
    """Read and understand a message anew, as if it had just arrived."""
    from assistant import review

    with _deciding(context, ref, as_json) as (desk, session, row):
        review.replay(desk, session, row)


def move(
    context: typer.Context,
    ref: state.REF,
    to: Annotated[ItemState, typer.Argument(metavar="STATE", help=", ".join(ItemState))],
    as_json: state.JSON = False,
) -> None:
    """Say where an item stands now; status updates tell the client so."""
    _move(context, ref, to, as_json)


def _is_item(ref: str) -> bool:
    """Tell the reference of an item (CR-1, ACME/CR-1) from that of a message (M-1, 1)."""
    return "/" in ref or ref.strip().upper().startswith(("CR-", "IS-", "AP-", "SR-"))


def _move(context: typer.Context, ref: str, to: ItemState, as_json: bool) -> None:
    from assistant import review
    from assistant.record import refs, views

    with context.obj.desk() as desk, desk.record.transaction() as session:
        row = refs.item(session, ref)
        review.move(desk, session, row, to)
        view = views.item(session, row)
    _print_item(view, as_json)


def _print_item(view: dict[str, Any], as_json: bool) -> None:
    if as_json:
        state.dump(view)
    else:
        typer.echo(f"{view['ref']}: {view['state']}: {state.line(view['title'])}")
