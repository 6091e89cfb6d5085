"""Golden pairs: a case is `name.txt` or `name.eml`, and `name.expected`; `name.parent` where it is known."""

import pathlib

import pytest

from assistant.mail import newtext, parse

FOLDER = pathlib.Path(__file__).parent / "golden"
CASES = sorted(path for path in FOLDER.iterdir() if path.suffix in (".txt", ".eml"))


def reading(path: pathlib.Path) -> newtext.Reading:
    parent = path.with_suffix(".parent")
    parent_text = parent.read_text("utf-8") if parent.exists() else None
    if path.suffix == ".eml":
        return newtext.read(parse.parse(path.read_bytes()), parent_text)
    return newtext.read_text(path.read_text("utf-8"), parent_text)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_the_new_text_is_what_a_reader_expects(path: pathlib.Path) -> None:
    expected = path.with_suffix(".expected").read_text("utf-8")
    assert reading(path).text.split() == expected.split()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_spans_cover_the_text_without_gap_or_overlap(path: pathlib.Path) -> None:
    found = reading(path)
    text = parse.parse(path.read_bytes()).text if path.suffix == ".eml" else path.read_text("utf-8")
    assert "".join(text[span.start : span.end] for span in found.spans) == text
    assert all(
        before.end == after.start
        for before, after in zip(found.spans, found.spans[1:], strict=False)
    )
