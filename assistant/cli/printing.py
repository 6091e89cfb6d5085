"""What a person reads: tables, blocks and progress bars that fit the terminal, whole lines when piped."""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import rich.cells
import rich.console
import rich.padding
import rich.progress
import rich.table
import rich.text

from assistant.cli import state

#: wide enough that nothing is broken: for programs that read our lines
_PIPED_WIDTH = 10_000
#: no column but the widest takes more of a terminal
_NARROW = 20
_STEPS = {
    "sent": "Reading Sent",
    "receive": "Receiving",
    "read": "Understanding",
    "place": "Placing drafts",
}


def console() -> rich.console.Console:
    """Give the console for what a command prints: no markup, no guessing at emoji or numbers."""
    return rich.console.Console(markup=False, emoji=False, highlight=False)


def table(rows: Iterable[dict[str, Any]], columns: Sequence[str], wide: str) -> None:
    """Print rows as a table that fits the terminal; a piped one has one line a row, whatever its width.

    Where not everything fits, the column `wide` takes what the others leave, and those _NARROW at most.
    """
    out = console()
    cells = [[_cell(row[column]) for column in columns] for row in rows]
    widths = [
        max(map(rich.cells.cell_len, (column, *(row[at] for row in cells))))
        for at, column in enumerate(columns)
    ]
    fits = not out.is_terminal or sum(widths) + 2 * len(widths) <= out.width
    made = rich.table.Table(box=None, pad_edge=False, header_style="bold")
    for column, width in zip(columns, widths, strict=True):
        heading = column.replace("_", " ").capitalize()
        if column == wide or fits:
            made.add_column(heading, overflow="fold")
        else:
            made.add_column(heading, width=min(width, _NARROW), overflow="ellipsis")
    for row in cells:
        made.add_row(*map(rich.text.Text, row))
    if out.is_terminal:
        out.print(made)
        return
    out.width = _PIPED_WIDTH
    with out.capture() as captured:
        out.print(made)
    out.file.write(re.sub(r"[ ]+$", "", captured.get(), flags=re.MULTILINE))


def _cell(value: object) -> str:
    """Show a value on one line, client text made harmless."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list):
        return ", ".join(state.line(part) for part in value)
    return state.line(value)


def block(mark: str, heading: str, lines: Iterable[str | rich.text.Text]) -> None:
    """Print an entry of a list: its mark, its heading in bold, its lines below, indented."""
    out = console()
    out.print(
        rich.text.Text.assemble((f"{mark}  ", "bold cyan"), (heading, "bold")), soft_wrap=True
    )
    indented(lines)


def indented(lines: Iterable[str | rich.text.Text]) -> None:
    """Print lines, indented; on a terminal what is too long goes on under its beginning."""
    out = console()
    for each in lines:
        if out.is_terminal:
            out.print(rich.padding.Padding(each, (0, 0, 0, 4)))
        else:
            out.print(rich.text.Text("    ").append(each), soft_wrap=True)


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show the steps of a pass as bars on standard error, where that is a terminal."""
    out = rich.console.Console(stderr=True)
    with rich.progress.Progress(console=out, transient=True, disable=not out.is_terminal) as bars:
        tasks: dict[str, rich.progress.TaskID] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(_STEPS[step], total=None)
            bars.update(tasks[step], completed=done, total=total or None)

        yield tell
