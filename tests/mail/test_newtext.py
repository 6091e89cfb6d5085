"""What the sender wrote this time: answers, spans, doubts."""

import pytest

from assistant.mail import newtext, parse

ATTRIBUTION = "On Wed, Mar 4, 2026 at 10:12 AM Lou <lou@vendor.example> wrote:"


def kinds(found: newtext.Reading) -> list[newtext.SpanKind]:
    return [span.kind for span in found.spans]


def test_inline_answers_are_tied_to_the_line_they_answer_in_order() -> None:
    found = newtext.read_text(f"{ATTRIBUTION}\n> Which gate?\nThe north one.\n> When?\nThursday.\n")
    assert [(found.text[one.start : one.end], one.quoted) for one in found.answers] == [
        ("The north one.", "Which gate?"),
        ("Thursday.", "When?"),
    ]


def test_a_top_posted_answer_is_tied_to_nothing() -> None:
    assert newtext.read_text(f"Yes.\n\n{ATTRIBUTION}\n> Which gate?\n").answers == ()


def test_each_stretch_has_its_kind() -> None:
    signature = "Dana Hale\nFacilities Manager\n+44 20 7946 0000"
    text = f"Yes.\n\n{signature}\n\nThis e-mail is confidential.\n\n{ATTRIBUTION}\n> Gate?\n"
    assert kinds(newtext.read_text(text)) == ["new", "signature", "footer", "quote"]


def test_a_plain_text_without_quotes_is_all_new_and_sure() -> None:
    found = newtext.read_text("The gate is stuck.\n\nIt was fine on Monday.")
    assert (found.text, found.sure, kinds(found)) == (
        "The gate is stuck.\n\nIt was fine on Monday.",
        True,
        ["new"],
    )


def test_an_empty_message_has_no_spans() -> None:
    assert newtext.read_text("") == newtext.Reading("")


def test_answers_guessed_without_the_parent_are_unsure() -> None:
    text = "写在下面了\n\n发件人: 陆文\n发送时间: 2026-03-04 10:12\n主题: 闸机\n\n1、装哪个门？\n北门\n"
    found = newtext.read_text(text)
    assert (found.text, found.sure) == ("写在下面了\n\n北门", False)


def test_the_parents_text_makes_the_same_answers_sure() -> None:
    head = "写在下面了\n\n发件人: 陆文\n发送时间: 2026-03-04 10:12\n主题: 闸机\n\n"
    text = f"{head}请问闸机最后装哪个门，麻烦定一下？\n北门\n谢谢，祝工作顺利\n"
    parent = "请问闸机最后装哪个门，麻烦定一下？\n谢谢，祝工作顺利"
    found = newtext.read_text(text, parent)
    assert found.text == "写在下面了\n\n北门"


def test_an_answer_that_repeats_a_word_of_the_parent_stays_new() -> None:
    parent = "闸机六台周四进场，安装位置按三月的平面图，没问题请回复可以。"
    found = newtext.read_text(f"可以\n\n{parent}\n", parent)
    assert found.text == "可以"


def test_a_phrase_that_both_use_stays_new() -> None:
    parent = "The drawing is ready.\n\nPlease let me know if you have any questions."
    found = newtext.read_text(
        "Move it north.\n\nPlease let me know if you have any questions.\n\nDana", parent
    )
    assert "any questions" in found.text


def test_the_html_form_tells_what_is_quoted_in_the_plain_form() -> None:
    plain = (
        "Approved, go ahead.\n\nlou ward kirjutas seda kolmapäeval:\n"
        "Shall we order the six turnstiles for the north gate?\n"
    )
    html = (
        "<div>Approved, go ahead.</div><div>lou ward kirjutas seda kolmapäeval:</div>"
        '<blockquote type="cite">Shall we order the six turnstiles for the north gate?</blockquote>'
    )
    raw = (
        "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=B\n\n--B\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{plain}\n--B\n"
        f"Content-Type: text/html; charset=utf-8\n\n{html}\n--B--\n"
    )
    assert "Shall we order" not in newtext.read(parse.parse(raw.encode())).text


def test_a_forward_by_one_who_only_points_at_it_is_the_message() -> None:
    raw = (
        "From: Dana <dana@client.example>\nTo: lou@vendor.example\nSubject: gate\n\nPlease handle, see below.\n\n"
        "From: Zed <zed@client.example>\nSent: Wednesday, March 4, 2026 10:12\nTo: Dana\n"
        "Subject: gate\n\nIt is stuck again.\n"
    )
    found = newtext.read(parse.parse(raw.encode()))
    assert found.text == "Please handle, see below.\n\nIt is stuck again."
    assert "forward" in kinds(found)


def test_a_quote_of_ours_is_no_forward_however_short_the_answer() -> None:
    raw = (
        "From: Dana <dana@client.example>\nTo: lou@vendor.example\nSubject: Re: gate\n\nPlease go ahead.\n\n"
        "From: Lou <lou@vendor.example>\nSent: Wednesday, March 4, 2026 10:12\nTo: Dana\nSubject: gate\n\nShall we?\n"
    )
    assert newtext.read(parse.parse(raw.encode())).text == "Please go ahead."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Approved\nDana Hale\nFacilities Manager", "Approved"),
        ("Hi Lou,\nApproved\nDana Hale\nFacilities Manager", "Hi Lou,\nApproved"),
        ("Hi Lou,\n\nGo Ahead\n\nDana Hale\nFacilities Manager", "Hi Lou,\n\nGo Ahead"),
        ("Hi Lou,\n\nNot Approved\n\nDana Hale\nFacilities Manager", "Hi Lou,\n\nNot Approved"),
        ("同意\n何晴\n工程部", "同意"),
        ("陆工：\n不同意\n何晴 工程部", "陆工：\n不同意"),
        ("行啊\n几点到都行\n停车停后院 前门贴条", "行啊\n几点到都行\n停车停后院 前门贴条"),
        ("陆工：\n可以\n\n工程部 何晴\n13900000000", "陆工：\n可以"),
    ],
)
def test_a_decision_in_one_word_is_never_taken_for_a_name(text: str, expected: str) -> None:
    assert newtext.read_text(text).text == expected


def test_the_senders_own_address_at_the_end_is_a_signature() -> None:
    raw = "From: Dana <dana@client.example>\n\nThe gate is stuck.\n\n\n\ndana@client.example\n"
    assert newtext.read(parse.parse(raw.encode())).text == "The gate is stuck."


def test_an_answer_by_emoji_alone_is_found_between_the_parents_lines() -> None:
    parent = "请问闸机最后装哪个门，麻烦定一下？\n北门的图纸按三月那版，可以吗？"
    head = "发件人: 陆文\n发送时间: 2026-03-04 10:12\n主题: 闸机\n\n"
    first, second = parent.split("\n")
    assert newtext.read_text(f"{head}{first}\n北门\n{second}\n👌\n", parent).text == "北门\n\n👌"


def test_an_answer_below_a_whole_mail_answers_no_line_of_it() -> None:
    quote = "> Hi Dana,\n> the gates are in.\n> All six are tested.\n> Lou"
    found = newtext.read_text(f"{ATTRIBUTION}\n{quote}\n\nGood, thanks.\n")
    assert (found.text, found.answers) == ("Good, thanks.", ())


def test_an_answer_below_a_question_and_a_name_answers_the_question() -> None:
    found = newtext.read_text(f"{ATTRIBUTION}\n> Hi Dana,\n> Can we order?\n> Lou\n\nYes.\n")
    assert [one.quoted for one in found.answers] == ["Can we order?"]


def test_a_question_that_a_program_broke_is_given_whole() -> None:
    first = "Shall we move the turnstiles of the north gate to the south gate before"
    found = newtext.read_text(
        f"{ATTRIBUTION}\n> {first}\n> the fair opens?\nYes.\n> Or after?\nNo.\n"
    )
    assert [one.quoted for one in found.answers] == [f"{first} the fair opens?", "Or after?"]
