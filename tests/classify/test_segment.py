"""Where passages begin and end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from assistant.classify import segment


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in segment.passages(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It fails. Please look.", ["It fails.", "Please look."]),
        ("Dear Mr. Brown, it fails.", ["Dear Mr. Brown, it fails."]),
        ("1. Colour\n2. Size", ["1. Colour", "2. Size"]),
        ("Version 2.3 is out! Good?", ["Version 2.3 is out!", "Good?"]),
        ("See J. Smith. He knows.", ["See J. Smith.", "He knows."]),
        ("首页打不开。麻烦看下！", ["首页打不开。", "麻烦看下！"]),
        ("王总：\n\n方案可以。", ["王总：", "方案可以。"]),
        ("1、可以；2、不行", ["1、可以；", "2、不行"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("Great!!! 👍", ["Great!!! 👍"]),
        ("", []),
        ("  \n ", []),
    ],
)
def test_passages_end_where_sentences_lines_and_points_end(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@settings(max_examples=300)
@given(some.text(alphabet="aB1. 。，!？\n；、(Mr“”👍", max_size=60))
def test_passages_are_in_order_without_overlap_and_lose_no_letter(text: str) -> None:
    spans = segment.passages(text)
    flat = [at for span in spans for at in span]
    assert flat == sorted(flat)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    kept = "".join(text[start:end] for start, end in spans)
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


def test_a_line_of_fifty_thousand_marks_is_split_in_linear_time() -> None:
    assert len(segment.passages("a. " * 20_000)) == 20_000
