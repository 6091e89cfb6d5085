"""Whatever arrives, reading it never raises, and its spans cover it.

300 examples each here; `MAIL_FUZZ_EXAMPLES=20000` for a long run.
"""

import os

import hypothesis
from hypothesis import strategies

from assistant.mail import authentic, automatic, language, newtext, parse, render, threads

EXAMPLES = int(os.environ.get("MAIL_FUZZ_EXAMPLES", "300"))
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES == 300,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
LINES = strategies.sampled_from(
    [
        "On Wed, Mar 4, 2026 at 10:12 AM Lou <l@v.example> wrote:",
        '在 2026-03-04 10:12:33，"陆文" <l@v.example> 写道：',
        "陆文 <l@v.example> 于2026年3月4日周三 10:12写道：",
        "-----Original Message-----",
        "------------------ 原始邮件 ------------------",
        "---------- Forwarded message ---------",
        "发件人：陆文 <l@v.example>",
        "发送时间：2026年3月4日",
        "收件人：何晴",
        "主　题：闸机",
        "From: Lou <l@v.example>",
        "Sent: Wednesday",
        "Subject: gate",
        "> quoted",
        ">> twice",
        "",
        "-- ",
        "________________________________",
        "Sent from my iPhone",
        "Kind regards,",
        "Dana Hale",
        "Facilities Manager | +44 20 7946 0000",
        "This e-mail is confidential.",
        "可以",
        "See my answers below.",
        "1、装哪个门？",
        "Please let me know if you have any questions about it.",
    ]
)
TEXTS = strategies.lists(strategies.one_of(LINES, strategies.text(max_size=80)), max_size=25).map(
    "\n".join
)
TAGS = strategies.sampled_from(
    [
        "<div>", "</div>", "<p>", "<br>", "<blockquote type=cite>", "</blockquote>", '<div class="gmail_quote">',
        '<div id="divRplyFwdMsg">', "<hr>", "<pre>", "</pre>", '<span style="display:none">', "</span>", "<ol><li>",
        "<table><tr><td>", '<div style="border:none;border-top:solid #E1E1E1 1.0pt">', "<![if x]>", "<!--",
        "<o:p>&nbsp;</o:p>",
        "<includetail>", "&#0;", "&#xD800;", '<div id="Signature">', "<title>", "<script>",
    ]
)  # fmt: skip
HTML = strategies.lists(
    strategies.one_of(TAGS, LINES, strategies.text(max_size=20)), max_size=40
).map("".join)
CHARSETS = strategies.sampled_from(
    ["utf-8", "gb2312", "big5", "x-none", "iso-2022-jp", "utf-7", "utf-16", '"', "\u00e9", "base64"]
)
ENCODINGS = strategies.sampled_from(
    ["7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "?"]
)
TYPES = strategies.sampled_from(
    [
        "text/plain", "text/html", "text/calendar", "application/pdf; name*0*=x''%", "message/rfc822",
        "application/ms-tnef",
        "multipart/mixed; boundary=B", "multipart/alternative; boundary=B", "multipart/report; boundary=B",
        "multipart/signed", ";", "text",
    ]
)  # fmt: skip
VALUES = strategies.one_of(
    strategies.text(max_size=60),
    strategies.sampled_from(
        [
            "<a@b.example>",
            "=?gb2312?B?zfW3?=",
            "(c):",
            '"',
            "a@b, c@d",
            "<>",
            "mx; dmarc=pass",
            "Wed, 4 Mar 2026 10:12 +9999",
        ]
    ),
)
NAMES = strategies.sampled_from(
    [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "References",
        "In-Reply-To",
        "Thread-Index",
        "Authentication-Results",
        "Return-Path",
        "X",
    ]
)


def read(raw: bytes, parent: str | None = None) -> None:
    mail = parse.parse(raw)
    found = newtext.read(mail, parent)
    assert "".join(mail.text[span.start : span.end] for span in found.spans) == mail.text
    for answer in found.answers:
        assert found.text[answer.start : answer.end].strip()
    automatic.reason(mail)
    language.detect(found.text)
    threads.ancestors(mail)
    threads.base_subject(mail.subject)
    threads.thread_index_root(mail.thread_index)
    authentic.check(mail, {"mx"})
    if mail.sender:
        authentic.impersonates(mail.sender, mail.to)


@strategies.composite
def mails(draw: strategies.DrawFn, depth: int = 2) -> bytes:
    """Draw a mail whose structure is nearly right."""
    head = [f"{name}: {draw(VALUES)}" for name in draw(strategies.lists(NAMES, max_size=6))]
    head.append(f"Content-Type: {draw(TYPES)}; charset={draw(CHARSETS)}")
    head.append(f"Content-Transfer-Encoding: {draw(ENCODINGS)}")
    body = draw(strategies.one_of(TEXTS, HTML)).encode(
        draw(strategies.sampled_from(["utf-8", "gb18030", "utf-16"])), "replace"
    )
    inner = draw(strategies.lists(mails(depth - 1), max_size=3)) if depth else []
    parts = b"".join(b"\n--B\n" + one for one in inner)
    return (
        "\n".join(head).encode("utf-8", "replace")
        + b"\n\n"
        + body
        + parts
        + draw(strategies.sampled_from([b"", b"\n--B--\n"]))
    )


@SETTINGS
@hypothesis.given(strategies.binary(max_size=600))
def test_any_bytes_are_read(raw: bytes) -> None:
    read(raw)


@SETTINGS
@hypothesis.given(mails(), strategies.one_of(strategies.none(), TEXTS))
def test_any_structure_is_read(raw: bytes, parent: str | None) -> None:
    read(raw, parent)


@SETTINGS
@hypothesis.given(TEXTS, strategies.one_of(strategies.none(), TEXTS))
def test_any_text_is_covered_by_spans(text: str, parent: str | None) -> None:
    found = newtext.read_text(text, parent)
    assert "".join(text[span.start : span.end] for span in found.spans) == text


@SETTINGS
@hypothesis.given(HTML)
def test_any_html_is_rendered_and_its_marks_lie_inside(html: str) -> None:
    found = render.render(html)
    assert all(0 <= mark.start < mark.end <= len(found.text) for mark in found.marks)
