"""Letters as the client reads them, word for word."""

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import jinja2
import pytest

from assistant import errors
from assistant.classify.labels import Label, Outcome
from assistant.compose import clean, draft, languages, letter, render
from tests.compose import examples

GOLDEN = Path(__file__).parent / "golden"
CASES = [(language, kind) for language in examples.WORDS for kind in letter.Kind]


def whole(language: str, kind: letter.Kind) -> draft.Draft:
    original = examples.original_in(language)
    return draft.compose(
        examples.letter_in(language, kind),
        original,
        original.text,
        examples.MANAGER,
        [examples.MANAGER.email],
        "m-1",
        examples.WRITTEN_AT,
    )


@pytest.mark.parametrize(("language", "kind"), CASES)
def test_letter_reads_as_the_golden_text(language: str, kind: letter.Kind) -> None:
    expected = (GOLDEN / f"{language}-{kind.value}.txt").read_text(encoding="utf-8")
    assert whole(language, kind).text == expected


@pytest.mark.parametrize(("language", "kind"), CASES)
def test_letter_shows_as_the_golden_html(language: str, kind: letter.Kind) -> None:
    expected = (GOLDEN / f"{language}-{kind.value}.html").read_text(encoding="utf-8")
    assert whole(language, kind).html == expected


def test_html_says_the_same_words_as_the_text() -> None:
    for language, kind in CASES:
        made = whole(language, kind)
        text = jinja2.filters.do_striptags(made.html)
        for row in made.letter_text.splitlines():
            assert row.strip().removeprefix("- ") in text


def test_letter_text_is_the_beginning_of_the_text_without_the_quotation() -> None:
    made = whole("en", letter.Kind.STATUS_UPDATE)
    assert made.text.startswith(made.letter_text)
    assert "wrote:" not in made.letter_text


def acknowledgement(*lines: letter.Line, **changes: Any) -> str:
    kind = letter.Kind.ACKNOWLEDGEMENT
    return examples.compose(examples.letter_in("en", kind, lines=lines, **changes)).letter_text


def yes(authority: str | None, outcome: Outcome = Outcome.GRANTED) -> letter.Line:
    return letter.Line("AP-9", Label.APPROVAL, "Go ahead", "Go ahead", outcome, authority)


def test_yes_without_entitlement_names_the_approver_and_is_not_called_recorded() -> None:
    text = acknowledgement(yes("not_entitled"), approvers=("Sarah Whitcombe", "Tom Ashby"))
    assert "the sign-off of Sarah Whitcombe or Tom Ashby is still needed" in text
    assert "AP-9 (decision: approved, awaiting sign-off)" in text
    assert "on record" not in text


def test_unverified_yes_names_nobody() -> None:
    text = acknowledgement(yes("unverified"), approvers=("Tom Ashby",))
    assert "confirmed it with me directly" in text
    assert "Tom Ashby" not in text
    assert "on record" not in text


def test_yes_of_unknown_authority_counts_as_not_entitled() -> None:
    assert "is still needed" in acknowledgement(yes(None))


@pytest.mark.parametrize(
    ("authority", "signer"),
    [("not_entitled", "Tom Ashby"), ("unverified", "the approver named for the project")],
)
@pytest.mark.parametrize("kind", [letter.Kind.STATUS_UPDATE, letter.Kind.FOLLOW_UP])
def test_awaited_sign_off_says_whose(kind: letter.Kind, authority: str, signer: str) -> None:
    standing = letter.Standing(awaited=(yes(authority),))
    asked = examples.letter_in("en", kind, lines=(), standing=standing, approvers=("Tom Ashby",))
    text = examples.compose(asked).letter_text
    assert f"- AP-9 “Go ahead”: the sign-off of {signer}\n" in text


@pytest.mark.parametrize("authority", ["not_entitled", "unverified"])
def test_refusal_without_entitlement_asks_for_no_sign_off(authority: str) -> None:
    text = acknowledgement(yes(authority, Outcome.REFUSED))
    assert "still needed" not in text
    assert "I have noted your answer." in text


def test_single_matter_is_answered_without_repeating_its_number() -> None:
    line = letter.Line("IS-1", Label.ISSUE, "It hangs", "It hangs")
    assert acknowledgement(line).count("IS-1") == 1


def test_several_matters_of_one_kind_are_answered_in_one_sentence() -> None:
    text = acknowledgement(yes("entitled"), *examples.lines_in("en")[:2], yes("entitled"))
    assert "AP-9 and AP-9: Thank you, your approval is on record." in text


def test_title_is_shown_only_where_the_quotation_does_not_begin_with_it() -> None:
    line = letter.Line("IS-1", Label.ISSUE, "It hangs on…", "It hangs on Safari")
    assert "It hangs on…" not in acknowledgement(line)
    assert "IS-1 (issue): Safari" in acknowledgement(dataclasses.replace(line, title="Safari"))


def test_long_quotation_is_cut() -> None:
    line = letter.Line("IS-1", Label.ISSUE, "Long", "Long " + "word " * 500)
    assert max(map(len, acknowledgement(line).splitlines())) < 320


@pytest.mark.parametrize(
    ("words", "limit", "cut"),
    [
        ("short", 5, "short"),
        ("moved to the end of the year", 20, "moved to the end of…"),
        ("moved, to the end of it", 10, "moved, to…"),
        ("moved afterwards, however", 18, "moved afterwards…"),
        ("上次说的短信提醒先不做了", 8, "上次说的短信提…"),
        ("上次说的短信，提醒先不做了", 8, "上次说的短信…"),
        ("a unbreakablybreakable", 12, "a unbreakab…"),
    ],
)
def test_cut_comes_between_words_where_it_can(words: str, limit: int, cut: str) -> None:
    assert clean.line(words, limit) == cut
    assert len(clean.line(words, limit)) <= limit


@pytest.mark.parametrize(
    ("language", "words", "quoted"),
    [
        ("en", "it says “Pay”", "‘it says “Pay”’"),
        ("zh-Hans", "少了“有限公司”", "‘少了“有限公司”’"),
        ("zh-Hant", "多一個「統編」", "『多一個「統編」』"),
    ],
)
def test_words_with_quotes_of_their_own_stand_in_the_other_pair(
    language: str, words: str, quoted: str
) -> None:
    line = letter.Line("IS-1", Label.ISSUE, words, words)
    asked = examples.letter_in(language, letter.Kind.ACKNOWLEDGEMENT, lines=(line,))
    assert f"\n  {quoted}\n" in examples.compose(asked).letter_text


def test_message_without_a_matter_is_thanked_for() -> None:
    assert "\n\nThank you, noted.\n\n" in acknowledgement()
    assert "Harbour Shop" not in acknowledgement()


def test_status_update_without_anything_in_the_record_promises_only_to_look() -> None:
    for standing in (None, letter.Standing()):
        asked = examples.letter_in("en", letter.Kind.STATUS_UPDATE, standing=standing, lines=())
        text = examples.compose(asked).letter_text
        assert "I will check where this stands and come back to you." in text


def test_item_asked_about_is_not_told_twice() -> None:
    text = examples.compose(examples.letter_in("en", letter.Kind.STATUS_UPDATE)).letter_text
    assert text.count("IS-7") == 1


def test_late_milestone_is_called_unfinished_and_not_next() -> None:
    text = examples.compose(examples.letter_in("en", letter.Kind.STATUS_UPDATE)).letter_text
    assert "Content migration: planned for 13 November 2026, not finished yet" in text
    assert "Beta (next): planned for 4 December 2026" in text


def test_milestone_due_today_is_not_late() -> None:
    stone = letter.Milestone("Beta", examples.WRITTEN_AT.date())
    asked = examples.letter_in(
        "en", letter.Kind.STATUS_UPDATE, standing=letter.Standing(milestones=(stone,))
    )
    assert "Beta (next): planned for 21 November 2026" in examples.compose(asked).letter_text


def test_done_milestone_tells_no_day_because_the_record_has_only_the_planned_one() -> None:
    text = examples.compose(examples.letter_in("en", letter.Kind.STATUS_UPDATE)).letter_text
    assert "Design sign-off: done\n" in text


def test_draft_holds_no_day_and_no_amount_but_those_of_the_record() -> None:
    for language in examples.WORDS:
        made = examples.compose(
            examples.letter_in(language, letter.Kind.ACKNOWLEDGEMENT, standing=None, lines=())
        )
        assert not any(map(str.isdigit, made.letter_text))


def test_reminder_without_anything_outstanding_refers_to_the_last_message() -> None:
    asked = examples.letter_in("en", letter.Kind.FOLLOW_UP, lines=(), standing=None)
    assert "come back to my last message" in examples.compose(asked).letter_text


def test_signature_stands_in_place_of_the_name_with_its_lines() -> None:
    signed = examples.letter_in(
        "en", letter.Kind.FOLLOW_UP, signature="Lin Yue\nStudio\n+86 10 5550"
    )
    made = examples.compose(signed)
    assert made.letter_text.endswith("Kind regards,\nLin Yue\nStudio\n+86 10 5550\n")
    assert "Lin Yue<br>\nStudio<br>\n+86 10 5550\n" in made.html


@pytest.mark.parametrize("name", ["", "wang@acme.example", "12345", "\u202e\u202c"])
def test_client_without_a_usable_name_is_greeted_without_one(name: str) -> None:
    asked = examples.letter_in("en", letter.Kind.FOLLOW_UP, client_name=name)
    assert examples.compose(asked).letter_text.startswith("Hello,\n")


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Sarah Whitcombe", "Sarah Whitcombe"),
        ("Whitcombe, Sarah", "Sarah Whitcombe"),
        ("王芳（采购部）", "王芳"),
        ("Tom Ashby | Oakmoor", "Tom Ashby"),
        ("Priya Nair (Oakmoor)", "Priya Nair"),
        ("'Gareth Pell' via Accounts", "Gareth Pell"),
        ("Jean-Luc O'Neill", "Jean-Luc O'Neill"),
    ],
)
def test_client_is_greeted_by_name_alone(name: str, greeted: str) -> None:
    asked = examples.letter_in("en", letter.Kind.FOLLOW_UP, client_name=name)
    assert examples.compose(asked).letter_text.startswith(f"Dear {greeted},\n")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("zh-Hans", "zh-Hans"),
        ("zh-Hant", "zh-Hant"),
        ("en", "en"),
        ("zh", "zh-Hans"),
        ("und", "en"),
        ("de", "en"),
        ("", "en"),
        ("../en", "en"),
    ],
)
def test_unknown_language_is_written_to_in_the_nearest(language: str, written: str) -> None:
    assert languages.written(language) == written


def test_instant_of_the_original_is_told_in_the_senders_own_time() -> None:
    made = examples.compose(quoted_text="Hello")
    line = "On 20 November 2026 at 14:05, Sarah Whitcombe <client@harbour.example> wrote:"
    assert f"{line}\n> Hello\n" in made.text


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"date_at": None}, "Sarah Whitcombe <client@harbour.example> wrote:"),
        ({"sender": None}, "You wrote:"),
    ],
)
def test_quotation_is_introduced_by_what_is_known(changes: dict[str, Any], line: str) -> None:
    assert f"\n{line}\n> Hello\n" in examples.compose(quoted_text="Hello", **changes).text


def test_quotation_of_a_quotation_keeps_its_depth() -> None:
    assert "> new\n>\n>> old\n" in examples.compose(quoted_text="new\n\n> old").text


def test_quotation_is_cut_at_its_limit() -> None:
    made = examples.compose(quoted_text="x" * 100_000)
    assert len(made.text) < draft.QUOTED_LENGTH + 2_000
    assert made.text.endswith("\n> […]\n")


@pytest.mark.parametrize("language", examples.WORDS)
@pytest.mark.parametrize("is_html", [False, True])
def test_every_step_has_a_phrase_in_every_language(language: str, is_html: bool) -> None:
    phrases: Any = render._environment(language, is_html).get_template(f"{language}.jinja").module
    english: Any = render._environment("en", is_html).get_template("en.jinja").module
    names = {name for name in vars(english) if not name.startswith("_")}
    assert names == {name for name in vars(phrases) if not name.startswith("_")}
    assert set(phrases.states) == set(english.states)
    assert set(phrases.labels) == set(Label)
    assert set(phrases.outcomes) == set(Outcome)


def test_state_without_words_is_shown_as_it_was_entered() -> None:
    line = letter.Line("CR-1", Label.REQUIREMENT_CHANGE, "PDF", "", state="parked_by_legal")
    asked = examples.letter_in(
        "en", letter.Kind.STATUS_UPDATE, standing=letter.Standing(matches=(line,))
    )
    assert "CR-1 “PDF”: parked by legal" in examples.compose(asked).letter_text


def test_template_that_fails_is_a_compose_error(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = jinja2.Environment(
        loader=jinja2.DictLoader({"letter.txt.jinja": "{{ nowhere }}"}),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
    )
    monkeypatch.setattr(render, "_environment", lambda language, is_html: broken)
    with pytest.raises(
        errors.ComposeError, match=r"acknowledgement in en .* 'nowhere' is undefined"
    ):
        examples.compose()


@pytest.mark.parametrize("mark", ["", "a b", "a\r\nBcc: x", "m-1@x", ".a", "é", "x" * 129])
def test_mark_that_cannot_stand_in_an_id_is_refused(mark: str) -> None:
    with pytest.raises(errors.ComposeError, match="mark"):
        draft.compose(
            examples.letter_in("en", letter.Kind.FOLLOW_UP),
            examples.original_in("en"),
            "",
            examples.MANAGER,
            [],
            mark,
            examples.WRITTEN_AT,
        )


def test_time_without_a_zone_is_refused() -> None:
    with pytest.raises(errors.ComposeError, match="time zone"):
        draft.compose(
            examples.letter_in("en", letter.Kind.FOLLOW_UP),
            examples.original_in("en"),
            "",
            examples.MANAGER,
            [],
            "m-1",
            datetime.datetime(2026, 11, 21),  # noqa: DTZ001 - the fault under test
        )


def test_same_arguments_give_the_same_bytes() -> None:
    first = whole("zh-Hant", letter.Kind.STATUS_UPDATE)
    assert first.raw == whole("zh-Hant", letter.Kind.STATUS_UPDATE).raw
