"""Folding and units."""

import pytest

from assistant.classify import features, lexicon, words


def texts(text: str) -> list[str]:
    return [unit.text for unit in words.units(words.plain(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pay €1,200.50 by 3 May", ["pay", "<money>", "by", "<date>"]),
        ("12万元，5月20日前", ["<money>", ",", "<date>", "前"]),
        ("see https://x.example/a?b=1 and CR-12", ["see", "<url>", "and", "<reference>"]),
        ("at 14:30, 20 % more", ["at", "<time>", ",", "<percent>", "more"]),
        ("don't", ["don't"]),
        ("ＡＢＣ１２", ["<reference>"]),
    ],
)
def test_dates_amounts_and_references_become_classes(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_traditional_characters_are_read_as_simplified_and_keep_their_places() -> None:
    assert words.plain("請確認報價單") == "请确认报价单"


@pytest.mark.parametrize("text", ["İstanbul ß ﬁ ½ ㎡ Ⅳ", "👩‍💻 ok", "a\u0301"])
def test_folding_never_moves_an_offset(text: str) -> None:
    assert len(words.plain(text)) == len(text)


def test_the_same_sentence_in_both_scripts_has_the_same_features() -> None:
    texts = [lexicon.read(words.plain(text)) for text in ("頁面打不開", "页面打不开")]
    first, second = features.of(texts)
    assert first.tolist() == second.tolist()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the door jams", "broken"),
        ("It kept crashing", "broken"),
        ("漏水了", "leak"),
        ("加一个按钮", "add"),
    ],
)
def test_the_lexicon_knows_words_and_their_forms(text: str, name: str) -> None:
    assert name in {found for found, _, _ in lexicon.read(words.plain(text)).senses}


@pytest.mark.parametrize("mark", "’‘ʼ")
def test_a_curly_apostrophe_is_read_as_a_straight_one(mark: str) -> None:
    """Phones and Outlook write don’t; the corpus and the lexicon have don't."""
    assert words.plain(f"It doesn{mark}t open") == "it doesn't open"


@pytest.mark.parametrize("file", [lexicon.WORDS, lexicon.IDIOMS])
def test_what_is_found_lies_inside_the_text(file: str) -> None:
    """A longer entry that begins as the text ends must not lend its length to the shorter one."""
    for entry in lexicon.entries(file):
        units = [words.Unit(text, at, at + 1) for at, text in enumerate(entry)]
        assert all(last <= len(units) for _, _, last in lexicon.classes(units, file))
