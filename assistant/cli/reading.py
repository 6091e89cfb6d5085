"""classify, queue, show: what was understood, and what waits for the manager."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import state

if TYPE_CHECKING:
    import rich.text

    from assistant.record import database


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(classify)
    app.command()(queue)
    app.command()(show)


def classify(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...", readable=False, help=".eml file, mbox, Maildir or folder of .eml"
        ),
    ],
    own: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS", help="Your own address: its mail is context, not classified."
        ),
    ] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of another model.")] = None,
    as_json: state.JSON = False,
) -> None:
    """Say what messages ask; needs no configuration, server or database."""
    from assistant import understanding

    faults = 0

    def fault(sentence: str) -> None:
        nonlocal faults
        faults += 1
        state.complain(sentence)

    views = understanding.classify(paths, own or [], model, fault)
    if as_json:
        state.dump_lines(views)
    else:
        for view in views:
            _print_classified(view)
    if faults:
        raise typer.Exit(1)


def _print_classified(view: dict[str, Any]) -> None:
    from assistant.cli import printing

    heading = f"{state.line(view['sender'], 40)} · {state.line(view['subject'], 60)}"
    if view["automatic"]:
        printing.block("automatic", heading, [state.line(view["automatic"])])
        return
    passages = map(passage, view["passages"])
    doubts = (f"unsure: {state.line(reason)}" for reason in view["reasons"])
    mark = "sure" if view["sure"] else "unsure"
    printing.block(mark, heading, [understood(view), *passages, *doubts])


def understood(view: dict[str, Any]) -> str:
    """Say in a few words what a message asks: "requirement_change, approval (granted)"."""
    outcomes = f" ({', '.join(view['outcomes'])})" if view["outcomes"] else ""
    return ", ".join(
        label + (outcomes if label == "approval" else "") for label in map(str, view["labels"])
    )


def passage(view: dict[str, Any]) -> "rich.text.Text":
    """Show a passage with the words that weighed most in bold, and what was understood of it."""
    import rich.text

    shown = rich.text.Text(f"“{state.line(view['text'])}”")
    shown.highlight_words(
        [word for word in map(state.line, view["because"]) if word], "bold yellow"
    )
    shown.append(f"  {understood(view)}", "dim")
    return shown


def queue(context: typer.Context, as_json: state.JSON = False) -> None:
    """List what waits for you, least certain first."""
    from assistant.record import views

    with context.obj.reading() as session:
        entries = views.queue(session)
    if as_json:
        state.dump(entries)
        return
    if not entries:
        typer.echo("Nothing waits for you.")
    for entry in entries:
        print_waiting(entry)


def print_waiting(entry: dict[str, Any]) -> None:
    """Print an entry of the queue: who and what, what it looks like, why it waits."""
    from assistant.cli import printing

    sender = state.line(entry["sender_name"] or entry["sender"], 30)
    heading = f"{sender} · {state.line(entry['subject'], 60)}"
    lines = [understood(entry)] if entry["labels"] else []
    printing.block(entry["ref"], heading, [*lines, *map(state.line, entry["reasons"])])


def show(
    context: typer.Context,
    ref: state.REF,
    original: Annotated[bool, typer.Option("--original", help="Its whole text too.")] = False,
    as_json: state.JSON = False,
) -> None:
    """Show one message with its evidence, one item, or one draft."""
    with context.obj.reading() as session:
        view = look(session, ref, original=original)
    if as_json:
        state.dump(view)
    else:
        print_view(view)


def look(session: "database.Session", ref: str, *, original: bool) -> dict[str, Any]:
    """Give all that is known of a reference, of a message with `original` also its whole text."""
    from assistant.record import messages, refs, views

    view = views.of_ref(session, ref)
    if original and "new_text" in view:
        from assistant.mail import parse

        view["text"] = parse.parse(messages.raw(session, refs.message(session, ref))).text
    return view


#: what `show` prints below the rest, with its line ends
_TEXTS = {
    "evidence": "the words",
    "new_text": "newly written",
    "text": "its text",
    "draft_text": "the draft",
}


def print_view(view: dict[str, Any]) -> None:
    """Print what `show` has found: what is short first, then the texts, the passages last."""
    from assistant.cli import printing

    out = printing.console()
    if "new_text" in view:
        sender = f"{state.line(view['sender_name'])} <{state.line(view['sender'])}>".lstrip()
        printing.block(view["ref"], f"{sender} · {state.line(view['subject'])}", _about(view))
    else:
        for key, told in _short(view):
            out.print(f"{key.replace('_', ' ')}: {told}", soft_wrap=not out.is_terminal)
    for key, title in _TEXTS.items():
        if view.get(key):
            out.print(f"\n{title}:", style="bold")
            out.print(state.safe(view[key]).strip("\n"), soft_wrap=not out.is_terminal)
    if view.get("passages"):
        out.print("\nwhat was understood:", style="bold")
        printing.indented(map(passage, view["passages"]))


def _about(view: dict[str, Any]) -> Iterator[str]:
    """Say of a message where it stands, what it asks, and what is in doubt."""
    when = f"{view['received_at'][:16].replace('T', ' ')} UTC"
    yield " · ".join([when, view["project"] or "no project", view["state"]])
    if view["automatic"]:
        yield f"automatic: {state.line(view['automatic'])}"
    if view["items"] or view["draft"]:
        yield ", ".join(filter(None, [*view["items"], view["draft"]]))
    if view["labels"]:
        yield understood(view)
    if view["scores"]:
        yield ", ".join(f"{label} {chance:.0%}" for label, chance in view["scores"].items())
    yield from map(state.line, view["reasons"])


def _short(view: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the short facts of an item or a draft, as words."""
    for key, value in view.items():
        if key not in _TEXTS and value not in (None, "", []):
            joined = ", ".join(map(str, value)) if isinstance(value, list) else value
            yield key, state.line(joined)
