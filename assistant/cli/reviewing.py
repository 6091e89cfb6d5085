"""review: go through what waits, one key each; and how any decision is carried out."""

import contextlib
import difflib
import sys
import typing
from collections.abc import Iterator
from typing import Any

import typer
import typer.exceptions

from assistant import errors
from assistant.classify.labels import Label, Outcome
from assistant.cli import reading
from assistant.record.states import State

if typing.TYPE_CHECKING:
    from assistant import intake
    from assistant.record import database, tables

KEYS = {
    "a": "accept",
    "r": "relabel",
    "g": "reassign",
    "d": "dismiss",
    "o": "show original",
    "s": "skip",
    "q": "quit",
}


@contextlib.contextmanager
def deciding(
    desk: "intake.Desk", ref: str
) -> Iterator[tuple["database.Session", "tables.Message"]]:
    """Give the message for one decision, and take it as far as it goes afterwards."""
    from assistant import intake
    from assistant.record import refs

    with desk.record.transaction() as session:
        row = refs.message(session, ref)
        yield session, row
    intake.advance(desk, row.id or 0)


def look(desk: "intake.Desk", ref: str) -> dict[str, Any]:
    """Look at the message as it stands now."""
    from assistant.record import refs, views

    with desk.record.reading() as session:
        return views.message(session, refs.message(session, ref))


def outcome(view: dict[str, Any]) -> str:
    """Say in one line what became of a message."""
    parts = [f"{view['ref']}: {view['state']}", *view["items"]]
    if view["draft"] and view["state"] == State.DRAFTED:
        parts.append(f"draft {view['draft']} (placed by the next pass)")
    return ", ".join(parts)


def review(context: typer.Context) -> None:
    """Go through what waits for you, one key each."""
    from assistant.record import views

    if not sys.stdin.isatty():
        raise errors.UsageError(
            "`assistant review` reads single keys and needs a terminal;"
            " without one, use `assistant queue` and `assistant accept`."
        )
    with context.obj.desk() as desk:
        with desk.record.reading() as session:
            refs = [entry["ref"] for entry in views.queue(session)]
        if not refs:
            typer.echo("Nothing waits for you.")
        for at, ref in enumerate(refs, start=1):
            # Another command may have decided it in the meantime.
            if look(desk, ref)["state"] not in (State.HELD, State.PARKED):
                continue
            typer.echo(f"\n── {at} of {len(refs)} ──")
            if not _go_through(desk, ref):
                return


def _go_through(desk: "intake.Desk", ref: str) -> bool:
    """Show one message and do what the keys say; False to stop."""
    _show(desk, ref, original=False)
    while True:
        typer.echo("  ".join(f"{key} {meaning}" for key, meaning in KEYS.items()))
        key = _key()
        if key == "q":
            return False
        if key == "s":
            return True
        if key == "o":
            _show(desk, ref, original=True)
        elif key in KEYS:
            try:
                _decide(desk, ref, key)
            except errors.UsageError as error:
                typer.echo(str(error))
            except typer.exceptions.Abort:
                typer.echo("")
            else:
                return True


def _key() -> str:
    """Read one key; the end of the input, Ctrl-C and Ctrl-D quit."""
    try:
        # Several characters at once are an arrow key or something pasted, and no decision.
        return typer.getchar().lower() or "q"
    except (EOFError, KeyboardInterrupt, OSError):
        return "q"


def _show(desk: "intake.Desk", ref: str, *, original: bool) -> None:
    with desk.record.reading() as session:
        view = reading.look(session, ref, original=original)
    reading.print_view(view)


def _decide(desk: "intake.Desk", ref: str, key: str) -> None:
    """Ask for what the key needs, and carry the decision out."""
    from assistant import review as story
    from assistant.record import refs

    project = str(typer.prompt("Project")) if key == "g" else ""
    labels, outcomes = _asked_labels() if key == "r" else ([], [])
    with deciding(desk, ref) as (session, row):
        if key == "a":
            story.accept(desk, session, row)
        elif key == "d":
            story.dismiss(desk, session, row)
        elif key == "g":
            story.assign(desk, session, row, refs.project(session, project))
        else:
            story.relabel(desk, session, row, labels, outcomes)
    typer.echo(outcome(look(desk, ref)))


def _asked_labels() -> tuple[list[Label], list[Outcome]]:
    choices = ", ".join([*Label, *Outcome])
    return parse_labels(str(typer.prompt(f"Labels and outcomes ({choices})")))


def parse_labels(answer: str) -> tuple[list[Label], list[Outcome]]:
    """Read "approval granted, issue" as labels and outcomes; their beginnings are enough.

    UsageError names the nearest one for a word that is neither.
    """
    known = [*Label, *Outcome]
    chosen: list[Label | Outcome] = []
    for word in answer.lower().replace(",", " ").split():
        fitting = [one for one in known if one.value.startswith(word)]
        if len(fitting) != 1:
            near = difflib.get_close_matches(word, [one.value for one in known], 1, cutoff=0.0)
            raise errors.UsageError(
                f"{word} is neither a label nor an outcome; did you mean {near[0]}?"
            )
        chosen += fitting
    labels = [one for one in chosen if isinstance(one, Label)]
    return labels, [one for one in chosen if isinstance(one, Outcome)]
