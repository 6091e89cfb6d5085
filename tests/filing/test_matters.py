"""Passages that belong together become one matter."""

from assistant.classify.labels import Label, Outcome
from assistant.classify.verdict import Passage
from assistant.filing import matters


def passages(
    text: str, *marked: tuple[str, tuple[Label, ...], tuple[Outcome, ...]]
) -> list[Passage]:
    """Find the marked stretches in the text."""
    found = []
    for words, labels, outcomes in marked:
        start = text.index(words)
        found.append(Passage(start, start + len(words), words, labels, outcomes))
    return found


ISSUE, CHANGE, APPROVAL = (Label.ISSUE,), (Label.REQUIREMENT_CHANGE,), (Label.APPROVAL,)
GRANTED, REFUSED = (Outcome.GRANTED,), (Outcome.REFUSED,)


def test_one_story_in_one_paragraph_is_one_matter() -> None:
    """Sentences of one label belong together, whatever stands between them."""
    text = "It goes white. Sorry to bother you. Did it twice."
    found = matters.gather(
        text, passages(text, ("It goes white.", ISSUE, ()), ("Did it twice.", ISSUE, ()))
    )
    assert [matter.words for matter in found] == ["It goes white.\nDid it twice."]
    assert found[0].title == "It goes white."


def test_a_list_is_as_many_matters_as_it_has_points() -> None:
    """List marks part matters, in Chinese and in English."""
    for text in ("1. The page hangs\n2. The price is wrong", "1、页面卡住\n2、价格不对"):
        first, second = text.split("\n")
        found = matters.gather(text, passages(text, (first, ISSUE, ()), (second, ISSUE, ())))
        assert [matter.words for matter in found] == [first, second]


def test_a_new_paragraph_or_another_matter_word_parts() -> None:
    """An empty line, "also" and 另外 begin something new."""
    for text, parts in (
        ("Page hangs.\n\nPrice wrong.", ("Page hangs.", "Price wrong.")),
        ("Make it blue. Also add a map.", ("Make it blue.", "Also add a map.")),
        ("按钮改成蓝色。另外加个地图。", ("按钮改成蓝色。", "另外加个地图。")),
    ):
        found = matters.gather(text, passages(text, *((part, CHANGE, ()) for part in parts)))
        assert [matter.words for matter in found] == list(parts)


def test_each_decision_is_a_matter_of_its_own() -> None:
    """A 通过，B 不行 is two approvals (annotation guide, approval outcomes)."""
    text = "首页通过，登录页不行。"
    found = matters.gather(
        text, passages(text, ("首页通过，", APPROVAL, GRANTED), ("登录页不行。", APPROVAL, REFUSED))
    )
    assert [(matter.kind, matter.outcome) for matter in found] == [
        (Label.APPROVAL, Outcome.GRANTED),
        (Label.APPROVAL, Outcome.REFUSED),
    ]


def test_a_passage_of_two_labels_is_two_matters() -> None:
    """A conditional yes that asks for a repair is an approval and an issue (guide, line 6)."""
    text = "OK once the leak is repaired."
    found = matters.gather(
        text, passages(text, (text, (Label.APPROVAL, Label.ISSUE), (Outcome.CONDITIONAL,)))
    )
    assert {matter.kind for matter in found} == {Label.APPROVAL, Label.ISSUE}


def test_a_long_passage_has_a_short_title() -> None:
    """Titles are one line of at most TITLE_LENGTH characters."""
    text = "word " * 100
    title = matters.gather(text, [Passage(0, len(text), text, ISSUE)])[0].title
    assert len(title) <= matters.TITLE_LENGTH
    assert title.endswith("…")
