"""accept, relabel, assign, split, dismiss, reopen, replay, move, and review: the manager's decisions."""

import contextlib
import typing
from collections.abc import Iterator
from typing import Annotated

import click
import typer

from assistant import errors
from assistant.classify.labels import Label, Outcome
from assistant.cli import reading, state

if typing.TYPE_CHECKING:
    from assistant import intake
    from assistant.record import database, tables

Labels = Annotated[list[Label], typer.Argument(help="What the message asks.")]
Outcomes = Annotated[list[Outcome] | None, typer.Option("--outcome", help="Of an approval.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (accept, relabel, assign, split, dismiss, reopen, replay, move, review):
        app.command()(command)


@contextlib.contextmanager
def _deciding(
    desk: "intake.Desk", ref: str
) -> Iterator[tuple["database.Session", "tables.Message"]]:
    """Give the message for one decision, and take it as far as it goes afterwards."""
    from assistant import intake
    from assistant.record import refs

    with desk.record.transaction() as session:
        row = refs.message(session, ref)
        yield session, row
    intake.advance(desk, row.id or 0)


def accept(context: typer.Context, ref: state.REF) -> None:
    """Let the labels stand: file the message, and have its draft placed by the next pass."""
    from assistant import review as story

    with context.obj.desk() as desk:
        with _deciding(desk, ref) as (session, row):
            story.accept(desk, session, row)
        _report(desk, ref)


def relabel(
    context: typer.Context, ref: state.REF, labels: Labels, outcomes: Outcomes = None
) -> None:
    """Give the message other labels; it is filed anew, and the assistant learns from it."""
    from assistant import review as story

    with context.obj.desk() as desk:
        with _deciding(desk, ref) as (session, row):
            story.relabel(desk, session, row, labels, outcomes or [])
        _report(desk, ref)


def assign(
    context: typer.Context,
    ref: state.REF,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The project.")],
) -> None:
    """Put the message into a project, and file it there."""
    from assistant import review as story
    from assistant.record import refs

    with context.obj.desk() as desk:
        with _deciding(desk, ref) as (session, row):
            story.assign(desk, session, row, refs.project(session, key))
        _report(desk, ref)


def split(context: typer.Context, ref: state.REF) -> None:
    """Make the last passage of an item an item of its own."""
    from assistant import review as story
    from assistant.record import refs

    with context.obj.desk() as desk, desk.record.transaction() as session:
        fresh = story.split(desk, session, refs.item(session, ref))
        typer.echo(f"{refs.short(fresh)}: {state.line(fresh.title)}")


def dismiss(context: typer.Context, ref: state.REF) -> None:
    """Ask nothing more of a message (its items go too), or dismiss one item."""
    _message_or_item(context, ref, "dismiss", "dismissed")


def reopen(context: typer.Context, ref: state.REF) -> None:
    """Put a message back into the queue, or an item back to open."""
    _message_or_item(context, ref, "reopen", "open")


def _message_or_item(context: typer.Context, ref: str, what: str, item_state: str) -> None:
    from assistant import review as story
    from assistant.record import refs
    from assistant.record.tables import ItemState

    with context.obj.desk() as desk:
        if "-" in ref and not ref.upper().startswith("M-"):
            with desk.record.transaction() as session:
                story.move(desk, session, refs.item(session, ref), ItemState(item_state))
            typer.echo(f"{ref.upper()}: {item_state}")
            return
        with _deciding(desk, ref) as (session, row):
            getattr(story, what)(desk, session, row)
        _report(desk, ref)


def replay(context: typer.Context, ref: state.REF) -> None:
    """Read and understand a message anew, as if it had just arrived."""
    from assistant import review as story

    with context.obj.desk() as desk:
        with _deciding(desk, ref) as (session, row):
            story.replay(desk, session, row)
        _report(desk, ref)


def move(
    context: typer.Context,
    ref: state.REF,
    to: Annotated[
        str, typer.Argument(metavar="STATE", help="open, in_progress, waiting_for_client or done.")
    ],
) -> None:
    """Say where an item stands now; status updates tell the client so."""
    from assistant import review as story
    from assistant.record import refs
    from assistant.record.tables import ItemState

    known = [known.value for known in ItemState]
    if to not in known:
        raise errors.UsageError(f"An item is never {to!r}; it is {', '.join(known)}.")
    with context.obj.desk() as desk, desk.record.transaction() as session:
        story.move(desk, session, refs.item(session, ref), ItemState(to))
    typer.echo(f"{ref.upper()}: {to}")


def _report(desk: "intake.Desk", ref: str) -> None:
    """Say in one line what became of the message."""
    from assistant.record import refs, views

    with desk.record.reading() as session:
        view = views.message(session, refs.message(session, ref))
    parts = [f"{view['ref']}: {view['state']}", *view["items"]]
    if view["draft"] and view["state"] == "drafted":
        parts.append(f"draft {view['draft']} (placed by the next pass)")
    typer.echo(", ".join(parts))


#: the keys of `review`
KEYS = {
    "a": "accept",
    "r": "relabel",
    "g": "reassign",
    "d": "dismiss",
    "o": "show original",
    "s": "skip",
    "q": "quit",
}


def review(context: typer.Context) -> None:
    """Go through what waits for you, one key each."""
    from assistant.record import views

    with context.obj.desk() as desk:
        with desk.record.reading() as session:
            refs = [entry["ref"] for entry in views.queue(session)]
        if not refs:
            typer.echo("Nothing waits for you.")
        for at, ref in enumerate(refs, start=1):
            typer.echo(f"\n── {at} of {len(refs)} ──")
            if not _ask(desk, ref):
                return


def _ask(desk: "intake.Desk", ref: str) -> bool:
    """Show one message and do what the key says; False to stop."""
    from assistant import understanding

    original = False
    while True:
        with desk.record.reading() as session:
            reading.print_view(understanding.view_of(session, ref, original=original))
        typer.echo("  ".join(f"[{key}] {meaning}" for key, meaning in KEYS.items()))
        key = click.getchar().lower()
        if key == "q":
            return False
        if key == "o":
            original = True
            continue
        if key == "s":
            return True
        try:
            if _carry_out(desk, ref, key):
                return True
        except errors.UsageError as error:
            typer.echo(f"assistant: {error}")


def _carry_out(desk: "intake.Desk", ref: str, key: str) -> bool:
    """Carry out the decision behind a key; False for a key that means nothing."""
    from assistant import review as story
    from assistant.record import refs

    if key not in ("a", "r", "g", "d"):
        return False
    answer = _answer(key)
    with _deciding(desk, ref) as (session, row):
        if key == "a":
            story.accept(desk, session, row)
        elif key == "d":
            story.dismiss(desk, session, row)
        elif key == "g":
            story.assign(desk, session, row, refs.project(session, answer))
        else:
            labels, outcomes = parse_labels(answer)
            story.relabel(desk, session, row, labels, outcomes)
    _report(desk, ref)
    return True


def _answer(key: str) -> str:
    """Ask for what the key needs."""
    if key == "g":
        return str(typer.prompt("Project"))
    if key == "r":
        choices = ", ".join([*Label, *Outcome])
        return str(typer.prompt(f"Labels and outcomes ({choices})"))
    return ""


def parse_labels(answer: str) -> tuple[list[Label], list[Outcome]]:
    """Read "approval granted, issue" as labels and outcomes; UsageError names what is neither."""
    labels: list[Label] = []
    outcomes: list[Outcome] = []
    for word in answer.replace(",", " ").split():
        if word in {outcome.value for outcome in Outcome}:
            outcomes.append(Outcome(word))
        elif word in {label.value for label in Label}:
            labels.append(Label(word))
        else:
            raise errors.UsageError(f"{word} is neither a label nor an outcome.")
    return labels, outcomes
