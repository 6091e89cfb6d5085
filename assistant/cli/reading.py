"""classify, queue, show: what was understood, and what waits for the manager."""

from pathlib import Path
from typing import Annotated, Any

import rich.table
import rich.text
import typer

from assistant.cli import state


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(classify)
    app.command()(queue)
    app.command()(show)


def classify(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help=".eml file, mbox, Maildir or folder of .eml"),
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

    views = understanding.classify(paths, own or [], model)
    if as_json:
        state.dump_lines(views)
        return
    console = state.out()
    for view in views:
        console.print(_headline(view), style="bold")
        for passage in view["passages"]:
            console.print(_passage(view["new_text"], passage), soft_wrap=True)
        for reason in view["reasons"]:
            console.print(f"  unsure: {state.line(reason)}")


def _headline(view: dict[str, Any]) -> str:
    what = ", ".join([*view["labels"], *view["outcomes"]])
    kind = f"automatic ({view['automatic']})" if view["automatic"] else what
    return f"{kind} · {state.line(view['sender'], 40)} · {state.line(view['subject'], 60)}"


def _passage(text: str, passage: dict[str, Any]) -> rich.text.Text:
    """Show a passage with the words that weighed most in bold."""
    shown = rich.text.Text("  “" + state.line(passage["text"], 400) + "”")
    shown.highlight_words([state.line(word) for word in passage["because"]], "bold yellow")
    shown.append(f"  {', '.join([*passage['labels'], *passage['outcomes']])}", "dim")
    return shown


def queue(context: typer.Context, as_json: state.JSON = False) -> None:
    """List what waits for you, least certain first."""
    from assistant.record import views

    with context.obj.desk() as desk, desk.record.reading() as session:
        entries = views.queue(session)
    if as_json:
        state.dump(entries)
        return
    if not entries:
        state.out().print("Nothing waits for you.")
        return
    table = rich.table.Table("Ref", "From", "Subject", "Looks like", "Why it waits", box=None)
    for entry in entries:
        table.add_row(
            entry["ref"],
            state.line(entry["sender_name"] or entry["sender"], 24),
            state.line(entry["subject"], 36),
            ", ".join([*entry["labels"], *entry["outcomes"]]),
            state.line(" ".join(entry["reasons"]), 160),
        )
    state.out().print(table)


def show(
    context: typer.Context,
    ref: state.REF,
    original: Annotated[bool, typer.Option(help="The message's whole text too.")] = False,
    as_json: state.JSON = False,
) -> None:
    """Show one message with its evidence, one item, or one draft."""
    from assistant import understanding

    with context.obj.desk() as desk, desk.record.reading() as session:
        view = understanding.view_of(session, ref, original=original)
    if as_json:
        state.dump(view)
        return
    print_view(view)


def print_view(view: dict[str, Any]) -> None:
    """Print what `show` has found, key by key, passages with their words."""
    console = state.out()
    passages = view.pop("passages", [])
    for key, value in view.items():
        if value in (None, "", [], ()):
            continue
        if isinstance(value, list):
            value = ", ".join(str(part) for part in value)
        text = state.safe(value)
        console.print(f"{key}:" + ("\n" + text if "\n" in text else f" {text}"), soft_wrap=True)
    for passage in passages:
        console.print(_passage(view.get("new_text", ""), passage), soft_wrap=True)
