"""The bytes of a draft: thread, recipients, and what hostile mail makes of them."""

import base64
import datetime
import email
import email.policy
import email.utils
import html.parser
import itertools
import string
import time
from email.header import decode_header, make_header
from email.message import EmailMessage, Message

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import errors
from assistant.classify.labels import Label
from assistant.compose import clean, draft, letter, reply, wire
from assistant.mail import message
from tests.compose import examples

OUTLOOK_ID = (
    "<AS8PR04MB8449A1B2C3D4E5F60718293A4B5C6D7E8F9@AS8PR04MB8449.eurprd04.prod.outlook.com>"
)


def parsed(made: draft.Draft) -> EmailMessage:
    return email.message_from_bytes(made.raw, policy=email.policy.default)


def plainly(made: draft.Draft) -> Message:
    """Parse with the policy that decodes nothing and trips over nothing."""
    return email.message_from_bytes(made.raw)


def decoded(value: str) -> str:
    return str(make_header(decode_header(value)))


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Portal", "Re: Portal"),
        ("Re: Portal", "Re: Portal"),
        ("RE: Re: re:Portal", "Re: Portal"),
        ("回复：门户", "Re: 门户"),
        ("答复: 回复: RE：门户", "Re: 门户"),
        ("回覆：Re: 入口網站", "Re: 入口網站"),
        ("Re[2]: Portal", "Re: Portal"),
        ("回复(3)：门户", "Re: 门户"),
        ("AW: Antw: SV: Portal", "Re: Portal"),
        ("[External] Re: Portal", "Re: Portal"),
        ("【外部邮件】回复：门户", "Re: 门户"),
        ("[ACME] Portal", "Re: [ACME] Portal"),
        ("转发: Re: Portal", "Re: 转发: Re: Portal"),
        ("Fwd: Portal", "Re: Fwd: Portal"),
        ("Regarding the portal", "Re: Regarding the portal"),
        ("Revision: 3", "Re: Revision: 3"),
        ("", "Re: Harbour Shop"),
        ("Re: ", "Re: Harbour Shop"),
        ("A\r\nBcc: x@evil.example", "Re: A Bcc: x@evil.example"),
        ("a\u202egnp.exe", "Re: agnp.exe"),
        ("=?utf-8?q?a=0D=0ABcc:_x?=", "Re: =?utf-8?q?a=0D=0ABcc:_x?="),
    ],
)
def test_subject_has_one_re(subject: str, expected: str) -> None:
    made = examples.compose(subject=subject)
    assert made.subject == expected
    assert str(parsed(made)["Subject"]) == expected


def test_subject_without_a_word_and_without_a_project_is_re() -> None:
    assert reply.subject(message.Message("0"), "") == "Re:"


def test_long_ids_stay_plain_and_whole() -> None:
    made = examples.compose(message_id=OUTLOOK_ID, references=(OUTLOOK_ID.replace("8", "9"),))
    assert f"\r\nIn-Reply-To: {OUTLOOK_ID}\r\n".encode() in made.raw
    assert plainly(made)["References"].split() == [OUTLOOK_ID.replace("8", "9"), OUTLOOK_ID]
    assert made.in_reply_to == OUTLOOK_ID


@pytest.mark.parametrize(
    ("references", "in_reply_to", "expected"),
    [
        ((), "", ["<c@x>"]),
        ((), "<b@x>", ["<b@x>", "<c@x>"]),
        (("<a@x>", "<b@x>"), "<b@x>", ["<a@x>", "<b@x>", "<c@x>"]),
        (("<a@x>", "<c@x>", "<b@x>", "<a@x>"), "", ["<a@x>", "<b@x>", "<c@x>"]),
        (("<a@x>", "<b\r\nBcc: d@x>", "<é@x>", "b@x"), "", ["<a@x>", "<c@x>"]),
        (("<" + "a" * 1000 + "@x>",), "", ["<c@x>"]),
    ],
)
def test_references_are_the_originals_and_its_own_id(
    references: tuple[str, ...], in_reply_to: str, expected: list[str]
) -> None:
    made = examples.compose(message_id="<c@x>", references=references, in_reply_to=in_reply_to)
    assert plainly(made)["References"].split() == expected


def test_endless_references_keep_the_first_and_the_newest() -> None:
    ids = tuple(f"<{number}@x>" for number in range(5000))
    kept = plainly(examples.compose(references=ids, message_id="<z@x>"))["References"].split()
    assert kept == ["<0@x>", *ids[-98:], "<z@x>"]


def test_original_without_an_id_is_answered_without_thread_headers() -> None:
    made = examples.compose(message_id="")
    assert made.in_reply_to == ""
    assert "In-Reply-To" not in plainly(made)
    assert "References" not in plainly(made)


def test_own_headers_name_mark_kind_and_an_id_made_from_the_mark() -> None:
    made = parsed(examples.compose())
    assert made["X-Assistant-Mark"] == "m-1"
    assert made["X-Assistant-Draft"] == "acknowledgement"
    assert made["Message-ID"] == "<m-1@studio.example>"
    assert made["Date"].datetime == examples.WRITTEN_AT
    assert str(made["From"]) == "林悦 <pm@studio.example>"


def addresses(*emails: str) -> tuple[message.Address, ...]:
    return tuple(message.Address("", value) for value in emails)


@pytest.mark.parametrize(
    ("reply_to", "expected"),
    [
        ((), "client@harbour.example"),
        (addresses("desk@harbour.example"), "desk@harbour.example"),
        (addresses("client@harbour-shop.example"), "client@harbour.example"),
        (addresses("x@evil.example", "desk@harbour.example"), "desk@harbour.example"),
        (addresses("bad address@harbour.example"), "client@harbour.example"),
    ],
)
def test_answer_goes_to_from_or_to_a_reply_to_of_its_own_domain(
    reply_to: tuple[message.Address, ...], expected: str
) -> None:
    assert [address.email for address in examples.compose(reply_to=reply_to).to] == [expected]


def test_a_reply_to_at_a_public_provider_is_not_followed() -> None:
    """Anybody may have an address there, so that the domain ties nobody to the sender."""
    made = examples.compose(
        sender=message.Address("Wang", "wang@qq.com"),
        reply_to=(message.Address("Wang", "thief@qq.com"),),
    )
    assert [address.email for address in made.to] == ["wang@qq.com"]


def test_copies_go_to_everybody_else_once_and_never_to_ourselves() -> None:
    made = examples.compose(
        to=addresses("PM@Studio.example", "boss@harbour.example"),
        cc=addresses("pm@studio.example", "Boss@harbour.example", "client@harbour.example", "a@b.example"),
    )  # fmt: skip
    assert [address.email for address in made.cc] == ["boss@harbour.example", "a@b.example"]


def test_answer_to_our_own_message_goes_to_whom_it_was_sent() -> None:
    made = examples.compose(sender=examples.MANAGER, to=addresses("client@harbour.example"), cc=())
    assert made.to == addresses("client@harbour.example")
    assert made.cc == ()


def test_thousands_of_copies_are_capped() -> None:
    many = addresses(*(f"reader{number}@list.example" for number in range(10_000)))
    made = examples.compose(cc=many)
    assert len(made.cc) == reply.MOST_COPIES
    assert [each.addr_spec for each in parsed(made)["Cc"].addresses] == [
        address.email for address in made.cc
    ]


def test_address_outside_ascii_is_written_in_idna_or_left_out() -> None:
    made = examples.compose(
        sender=message.Address("", "wang@例子.example"), cc=addresses("王@a.example")
    )
    assert plainly(made)["To"] == "wang@xn--fsqu00a.example"
    assert made.cc == ()


def test_message_without_a_sender_gets_a_draft_without_a_recipient() -> None:
    made = examples.compose(sender=None, to=(), cc=())
    assert made.to == ()
    assert "To" not in plainly(made)


def test_manager_without_a_usable_address_is_refused() -> None:
    with pytest.raises(errors.ComposeError, match="addresses in the configuration"):
        draft.compose(
            examples.letter_in("en", letter.Kind.FOLLOW_UP),
            examples.original_in("en"),
            "",
            message.Address("", "pm"),
            [],
            "m-1",
            examples.WRITTEN_AT,
        )


def filetime(moment: datetime.datetime) -> int:
    epoch = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
    return (moment - epoch) // datetime.timedelta(microseconds=1) * 10


@pytest.mark.parametrize(("days", "unit"), [(3, 18), (400, 18), (900, 23)])
def test_thread_index_gets_a_child_block_with_the_time_since_the_first(
    days: int, unit: int
) -> None:
    begun = examples.WRITTEN_AT - datetime.timedelta(days=days)
    parent = filetime(begun).to_bytes(8, "big")[:6] + bytes(range(16))
    made = examples.compose(thread_index=base64.b64encode(parent).decode())
    block = base64.b64decode(plainly(made)["Thread-Index"])
    assert block[:22] == parent
    assert len(block) == 27
    spent = (int.from_bytes(block[22:26], "big") & 0x7FFFFFFF) << unit
    assert bool(block[22] & 0x80) is (unit == 23)
    assert abs(spent / 10_000_000 - days * 86_400) < 2


@pytest.mark.parametrize("value", ["", "!!", "AAAA", base64.b64encode(bytes(24)).decode(), "é"])
def test_unsound_thread_index_is_left_out(value: str) -> None:
    assert "Thread-Index" not in plainly(examples.compose(thread_index=value))


def test_client_text_is_inert_in_the_template_and_in_html() -> None:
    bad = "{{ 7 * 7 }} {% raw %} <script>alert(1)</script> <b>&amp;</b>"
    line = letter.Line("IS-1", Label.ISSUE, bad, bad)
    asked = examples.letter_in(
        "en", letter.Kind.ACKNOWLEDGEMENT, lines=(line,), client_name=bad, project_name=bad
    )
    made = examples.compose(asked, quoted_text=bad, subject=bad)
    assert "<script>" not in made.html
    assert "<b>" not in made.html
    assert "49" not in made.html
    assert made.letter_text.count("{{ 7 * 7 }}") == 3
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in made.html


def test_control_and_bidi_characters_reach_no_part() -> None:
    bad = "a\x00b\x1b[31mc\u202ed\u2066e\x7ff\u200fg\x85h\ud800i"
    line = letter.Line("IS-1", Label.ISSUE, bad, bad)
    asked = examples.letter_in("en", letter.Kind.ACKNOWLEDGEMENT, lines=(line,), client_name=bad)
    made = examples.compose(asked, quoted_text=bad, subject=bad)
    shown = made.text + made.html + made.subject
    assert not set(shown) & set("\x00\x1b\x7f\x85\u202e\u2066\u200f\ud800")


@pytest.mark.parametrize("part", ["text", "html"])
def test_both_parts_come_back_as_they_were_composed(part: str) -> None:
    asked = examples.letter_in("zh-Hant", letter.Kind.STATUS_UPDATE)
    made = examples.compose(asked, quoted_text="--=_x\n.\nFrom me\n" + "=_長" * 400)
    subtype = {"text": "plain", "html": "html"}[part]
    body = parsed(made).get_body((subtype,))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == getattr(made, part)


HOSTILE = st.text(
    st.one_of(
        st.sampled_from('\r\n\t \x00\x0b\x85\u2028\u202e\u200f"\\<>(),;:@=?_.éß长あ😀\ud800'),
        st.characters(codec="utf-8"),
        st.sampled_from(string.ascii_letters),
    ),
    max_size=120,
)
IN_IDS = string.ascii_letters + string.digits + "=$+/_-."
IN_LOCALS = string.ascii_lowercase + string.digits + "!#$%&'*+/=?^_`{|}~-"


def joined(pattern: str, left: str, right: str, most: int) -> st.SearchStrategy[str]:
    part = {"min_size": 1, "max_size": most}
    return st.builds(pattern.format, st.text(left, **part), st.text(right, **part))


IDS = joined("<{}@{}>", IN_IDS, IN_IDS, 300)
EMAILS = joined("{}@{}.example", IN_LOCALS, string.ascii_lowercase, 40)
PEOPLE = st.builds(message.Address, HOSTILE, EMAILS | HOSTILE.filter(bool))
#: what the layouts themselves use
TAGS = {"html", "head", "meta", "body", "div", "p", "br", "em", "ul", "li", "blockquote"}
ATTRIBUTES = {"lang", "charset", "name", "content", "style", "type"}


class Markup(html.parser.HTMLParser):
    """Collects the tags and attributes that a reader's mail program would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


@settings(max_examples=150, deadline=None)
@given(
    HOSTILE,
    PEOPLE,
    st.lists(PEOPLE, max_size=6),
    IDS,
    st.lists(st.one_of(IDS, HOSTILE), max_size=6),
)
def test_hostile_mail_gives_bytes_that_read_back_as_composed(
    subject: str,
    sender: message.Address,
    cc: list[message.Address],
    message_id: str,
    references: list[str],
) -> None:
    made = examples.compose(
        quoted_text=subject,
        subject=subject,
        sender=sender,
        cc=tuple(cc),
        message_id=message_id,
        references=tuple(references),
    )
    read = plainly(made)
    assert read["In-Reply-To"] == message_id
    assert read["References"].split()[-1] == message_id
    assert decoded(read["Subject"]) == made.subject
    assert set(read.keys()) <= {
        "Date", "From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References",
        "X-Assistant-Mark", "X-Assistant-Draft", "MIME-Version", "Content-Type",
    }  # fmt: skip
    # Python 3.13 reads an address into an empty header.
    lines = [read["Cc"].replace("\r\n", "")] if "Cc" in read else []
    read_cc = email.utils.getaddresses(lines)
    assert [(decoded(name), where) for name, where in read_cc] == [
        (address.name, address.email) for address in made.cc
    ]
    head, _, _ = made.raw.partition(b"\r\n\r\n")
    assert all(len(line) <= wire.LINE_OCTETS for line in made.raw.split(b"\r\n"))
    assert made.raw.isascii()
    assert b"\n" not in made.raw.replace(b"\r\n", b"")
    assert not set(itertools.chain(head)) & {0, 0x0B, 0x7F}


@settings(max_examples=60, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_words_never_add_markup(words: str, name: str, project: str) -> None:
    line = letter.Line("IS-1", Label.ISSUE, f"<{name}>", words)
    asked = examples.letter_in(
        "en",
        letter.Kind.ACKNOWLEDGEMENT,
        lines=(line,),
        client_name=f"</p><i id='{name}'>",
        project_name=f'"><img src="{project}">',
    )
    made = examples.compose(asked, quoted_text=words)
    seen = Markup()
    seen.feed(made.html)
    assert seen.tags <= TAGS
    assert seen.attributes <= ATTRIBUTES


#: every character at which some reader breaks a line
BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85"


@pytest.mark.parametrize("character", [chr(code) for code in (*range(32), *range(0x7F, 0xA0))])
def test_every_control_character_but_tab_and_line_end_is_stripped(character: str) -> None:
    kept = clean.text(f"a{character}b")
    assert kept == {"\t": "a\tb"}.get(character, "a\nb" if character in BREAKS else "ab")


def test_quoting_fifty_megabytes_takes_no_longer_than_quoting_a_page() -> None:
    text = "長い \u202e line\n" * 4_000_000
    begun = time.process_time()
    made = examples.compose(quoted_text=text)
    assert time.process_time() - begun < 2
    assert made.text.endswith("> […]\n")
