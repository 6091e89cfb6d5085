"""What the elements of the HTML part tell of the lines: quoted, signed, set in."""

import dataclasses
from collections.abc import Sequence

from assistant.mail import layout, lines, markers, parentage, render

#: marks that a quote may lie under
_SET_IN = (markers.MarkKind.QUOTE, markers.MarkKind.INDENT, markers.MarkKind.ATTRIBUTED)


@dataclasses.dataclass(frozen=True, slots=True)
class Markup:
    """What the marks say of a layout's lines."""

    #: first line of a quoted or set-in element -> its lines
    set_in: dict[int, range] = dataclasses.field(default_factory=dict)
    #: lines of blockquotes that are quotes below an attribution
    attributed: tuple[range, ...] = ()
    #: lines of plain blockquotes, which count as quotes only where nothing else is one
    indents: tuple[range, ...] = ()
    #: lines of elements that hold a quote with its attribution
    wrappers: tuple[range, ...] = ()

    def end_of_wrapper(self, index: int) -> int | None:
        """Give the line after the innermost wrapper around a line; None where there is none."""
        ends = [under.stop for under in self.wrappers if index in under]
        return min(ends, default=None)


def follow(sheet: layout.Layout, marks: Sequence[markers.Mark], below: layout.SpanKind) -> Markup:
    """Write on the sheet what the mail program's own elements say; `below` is a quote's kind."""
    found: dict[markers.MarkKind, list[range]] = {kind: [] for kind in markers.MarkKind}
    set_in: dict[int, range] = {}
    for mark in marks:
        under = sheet.under(mark.start, mark.end)
        found[mark.kind].append(under)
        first = sheet.next_filled(under.start)
        if mark.kind in _SET_IN and first in under:
            set_in.setdefault(first, under)
    for under in found[markers.MarkKind.QUOTE] + found[markers.MarkKind.BELOW]:
        sheet.mark(under.start, under.stop, below)
    for under in found[markers.MarkKind.SIGNATURE]:
        sheet.mark(under.start, under.stop, layout.SpanKind.SIGNATURE)
    for under in found[markers.MarkKind.SIGNED_BELOW]:
        _sign_below(sheet, under.start)
    return Markup(
        set_in,
        attributed=tuple(found[markers.MarkKind.ATTRIBUTED]),
        indents=tuple(found[markers.MarkKind.INDENT]),
        wrappers=tuple(found[markers.MarkKind.WRAPPER]),
    )


def _sign_below(sheet: layout.Layout, index: int) -> None:
    """Mark the signature below a line that the program draws above it: up to the quote."""
    while index < len(sheet.rows) and sheet.kinds[index] is layout.SpanKind.NEW:
        sheet.kinds[index] = layout.SpanKind.SIGNATURE
        index += 1


def settle_indents(sheet: layout.Layout, markup: Markup, below: layout.SpanKind) -> None:
    """Take a plain blockquote for a quote, unless an attributed quote stands elsewhere."""
    if below in sheet.kinds:
        return
    for under in markup.indents:
        sheet.mark(under.start, under.stop, below)


def compare(sheet: layout.Layout, rendered: render.Rendered) -> None:
    """Use the HTML form's marks for the lines of the plain form.

    A line of the plain form is quoted, or signed, where the same words stand under such a mark in
    the HTML form and nowhere else in it.
    """
    quoted, signed, rest = _by_mark(rendered)
    known = parentage.Parent("\n".join(quoted))
    own = {lines.squeezed(row) for row in rest}
    names = {lines.squeezed(row) for row in signed} - own
    for index, row in enumerate(sheet.rows):
        shown = lines.squeezed(row.text[: parentage.WIDTH])
        if not shown or shown in own or sheet.kinds[index] is not layout.SpanKind.NEW:
            continue
        if shown in names:
            sheet.kinds[index] = layout.SpanKind.SIGNATURE
        elif known.holds(shown, parentage.ALONE):
            sheet.kinds[index] = layout.SpanKind.QUOTE


def _by_mark(rendered: render.Rendered) -> tuple[list[str], list[str], list[str]]:
    """Part the rendered lines into quoted, signed, and all others."""
    sheet = layout.Layout(lines.split(rendered.text))
    follow(sheet, rendered.marks, layout.SpanKind.QUOTE)
    parted: dict[layout.SpanKind, list[str]] = {kind: [] for kind in layout.SpanKind}
    for row, kind in zip(sheet.rows, sheet.kinds, strict=True):
        parted[kind].append(row.text)
    return (
        parted[layout.SpanKind.QUOTE],
        parted[layout.SpanKind.SIGNATURE],
        parted[layout.SpanKind.NEW],
    )
