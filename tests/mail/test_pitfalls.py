"""One test for each pitfall of real mailboxes that concerns reading a message; its number is in the name."""

import base64
import pathlib
import time

import pytest

from assistant.mail import authentic, automatic, newtext, parse, threads

TRUSTED = {"mx.vendor.example"}
PASS = "mx.vendor.example; dmarc=pass header.from=client.example"


@pytest.mark.parametrize(
    "header",
    [
        "Message-ID: <[x]@client.example>",
        "To: (c):",
        'To: "',
        "Content-Type: text/plain; charset=utf-8; name*",
        "Content-Type: text/plain; charset=x-gbk",
        "Content-Type: text/plain; charset=x-unknown",
        "To: =?utf-8?q?=22?= <",
        "Content-Type: multipart/mixed",
        "Content-Type: ;;;=",
        "Content-Disposition: attachment; filename*0*=x''%",
        "References: <>",
        "Date: ,",
        "From: =?utf-8?b?a?=",
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: x-uuencode",
    ],
)
def test_measured_2_headers_that_crash_other_parsers_are_read(header: str) -> None:
    mail = parse.parse(f"{header}\nSubject: gate\n\nbody".encode())
    assert mail.subject == "gate"


def test_measured_3_a_gbk_character_under_a_gb2312_label_survives() -> None:
    body = "朱镕".encode("gbk")
    subject = b"=?gb2312?B?" + base64.b64encode(body) + b"?="
    mail = parse.parse(
        b"Subject: " + subject + b"\nContent-Type: text/plain; charset=gb2312\n\n" + body
    )
    assert (mail.subject, mail.text) == ("朱镕", "朱镕")


def test_measured_5_alimails_bounce_without_any_header_is_a_delivery_report() -> None:
    raw = "From: <postmaster@aliyun.com>\nSubject: 来自postmaster@aliyun.com的退信\n\n您的邮件未能送达。"
    assert automatic.reason(parse.parse(raw.encode())) == automatic.DELIVERY_REPORT


def test_pitfall_10_an_exchange_placeholder_has_its_own_reason() -> None:
    raw = (
        b"From: Microsoft Exchange Server\nSubject: Retrieval using the IMAP4 protocol failed for the "
        b"following message: 12\n\nThe server couldn't retrieve the following message:"
    )
    assert automatic.reason(parse.parse(raw)) == automatic.EXCHANGE_PLACEHOLDER


def test_pitfall_10_a_client_who_cites_the_placeholder_is_no_placeholder() -> None:
    raw = (
        b"From: Dana <dana@client.example>\nSubject: mail broken\n\nOur mailbox shows: Retrieval using "
        b"the IMAP4 protocol failed for the following message: 12"
    )
    assert automatic.reason(parse.parse(raw)) is None


def test_pitfall_23_no_bytes_at_all_are_a_message() -> None:
    assert parse.parse(b"").text == ""
    assert parse.parse(b"\xff\xfe\x00\n\n\x00").sender is None


def test_pitfall_24_a_wrong_label_is_detected_and_noted() -> None:
    raw = b"Content-Type: text/plain; charset=utf-8\n\n" + "我们同意这份设计方案。".encode(
        "gb18030"
    )
    mail = parse.parse(raw)
    assert mail.text == "我们同意这份设计方案。"
    assert mail.notes == ("text labelled utf-8 was read as gb18030",)


def test_pitfall_25_winmail_dat_gives_its_text_and_files() -> None:
    data = (pathlib.Path(__file__).parent / "winmail.dat").read_bytes()
    head = b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    mail = parse.parse(head + base64.encodebytes(data))
    assert "The gate at the north side is stuck." in mail.text
    assert [found.name for found in mail.attachments] == ["plan.txt"]


@pytest.mark.parametrize(
    "line",
    [
        "On x" + " x" * 25_000,
        "On 4 Mar 2026 " * 3_500,
        "写道" * 25_000,
        ">" * 50_000,
        "-" * 50_000,
        "From: " * 8_000,
        "a@" * 25_000,
        "<a@b.example " * 4_000 + "wrote:",
        "Sent from my " + "x " * 25_000,
        "发件人：" * 12_000,
        "( " * 25_000,
        "1 " * 25_000,
        "\t" * 50_000 + "x",
        "—" * 25_000 + "x",
    ],
)
def test_pitfall_26_a_line_of_50_kb_costs_less_than_100_ms(line: str) -> None:
    newtext.read_text("warm")
    begun = time.process_time()
    newtext.read_text(f"Hello\n{line}\n> x\n{line}")
    assert time.process_time() - begun < 0.1


def test_pitfall_26_time_grows_with_the_number_of_lines_not_faster() -> None:
    block = "From: a@b.example\nTo: c@d.example\n> x\nOn 4 Mar 2026 10:12 x@y.example wrote:\n--\nDana\n"

    def seconds(count: int) -> float:
        begun = time.process_time()
        newtext.read_text(block * count, parent_text=block)
        return time.process_time() - begun

    assert seconds(800) < 20 * max(seconds(100), 0.002)


def test_pitfall_28_nothing_above_the_quote_keeps_the_whole_text_unsure() -> None:
    found = newtext.read_text("On 4 Mar 2026, at 10:12, Lou <l@v.example> wrote:\n\n> Ready?\n")
    assert "Ready?" in found.text
    assert not found.sure


def test_pitfall_28_a_greeting_alone_keeps_the_whole_text_unsure() -> None:
    found = newtext.read_text(
        "Dear Lou,\n\nOn 4 Mar 2026, at 10:12, Lou <l@v.example> wrote:\n\n> Ready?\n"
    )
    assert "Ready?" in found.text
    assert not found.sure


def test_pitfall_29_in_reply_to_comes_before_references_backwards() -> None:
    raw = b"In-Reply-To: <c@x.example>\nReferences: <a@x.example> <b@x.example> <c@x.example>\n\nx"
    assert threads.ancestors(parse.parse(raw)) == (
        "<c@x.example>",
        "<b@x.example>",
        "<a@x.example>",
    )


def test_pitfall_29_exchange_conversations_share_the_root_of_their_thread_index() -> None:
    root = bytes(range(22))
    parent = base64.b64encode(root).decode()
    child = base64.b64encode(root + b"12345").decode()
    assert threads.thread_index_root(parent) == threads.thread_index_root(child) != ""
    assert threads.thread_index_root("no!") == threads.thread_index_root("") == ""


def test_pitfall_30_ids_without_an_at_sign_are_ignored() -> None:
    mail = parse.parse(b"References: null <null> <a@x.example>\nIn-Reply-To: null\n\nx")
    assert threads.ancestors(mail) == ("<a@x.example>",)


@pytest.mark.parametrize(
    "subject",
    [
        "回复：闸机进场",
        "答复: 闸机进场",
        "回覆: 闸机进场",
        "转发:闸机进场",
        "轉寄: 闸机进场",
        "Re：闸机进场",
        "RE: 回复：答复: FW: 闸机进场",
        "Re[2]: 闸机进场",
        "回复(3)：闸机进场",
        "[External] Re: 闸机进场",
        "Re: [External Mail] 闸机进场",
        "【外部邮件】回复：闸机进场",
        "AW: WG: 闸机进场",
        "  闸机进场  ",
        "自动回复: 闸机进场",
    ],
)
def test_pitfall_32_prefixes_full_width_and_stacked_are_taken_off(subject: str) -> None:
    assert threads.base_subject(subject) == "闸机进场"


@pytest.mark.parametrize(
    "subject", ["Reply form", "Resources: list", "转发功能有问题", "Refund: late", "A: b"]
)
def test_pitfall_32_words_that_begin_like_a_prefix_stay(subject: str) -> None:
    assert threads.base_subject(subject) == subject


def test_pitfall_33_a_bounce_of_our_own_reply_behind_a_ticket_number_is_automatic() -> None:
    raw = b"From: x@relay.example\nSubject: [#7254] Undeliverable: [#7253] Gate\n\nUser unknown. 5.1.1"
    assert automatic.reason(parse.parse(raw)) == automatic.DELIVERY_REPORT


def test_pitfall_34_x_auto_response_suppress_is_no_sign() -> None:
    raw = b"From: w@client.example\nX-Auto-Response-Suppress: All\nSubject: Gate\n\nPlease move it."
    assert automatic.reason(parse.parse(raw)) is None


def test_pitfall_35_qqs_vacation_notice_without_any_header_is_automatic() -> None:
    raw = (
        "From: w@qq.com\nSubject: 自动回复: 闸机进场\nIn-Reply-To: <a@v.example>\nContent-Type: text/html\n\n"
        "<div>您好，邮件已收到，我会尽快处理。</div>"
    )
    assert automatic.reason(parse.parse(raw.encode())) == automatic.VACATION


def test_pitfall_35_qqs_bounce_from_a_mixed_case_postmaster_is_automatic() -> None:
    raw = (
        "From: PostMaster@qq.com\nSubject: 系统退信/Systems bounce\nIn-Reply-To: <a@v.example>\n\n"
        "抱歉，您的邮件被退回。"
    )
    assert automatic.reason(parse.parse(raw.encode())) == automatic.DELIVERY_REPORT


def test_pitfall_36_a_client_who_writes_through_a_list_is_no_machine() -> None:
    raw = (
        b"From: w@client.example\nPrecedence: list\nList-Id: <gates.client.example>\n"
        b"List-Unsubscribe: <mailto:x@client.example>\nSubject: Gate\n\nPlease move it to the north."
    )
    assert automatic.reason(parse.parse(raw)) is None


def stamped(*results: str, sender: str = "Wang <wang@client.example>") -> authentic.Authenticity:
    stamps = "".join(f"Authentication-Results: {result}\n" for result in results)
    return authentic.check(parse.parse(f"{stamps}From: {sender}\n\nx".encode()), TRUSTED)


def test_pitfall_37_nothing_is_verified_while_no_server_is_trusted() -> None:
    raw = f"Authentication-Results: {PASS}\nFrom: w@client.example\n\nx"
    assert authentic.check(parse.parse(raw.encode()), TRUSTED).verified
    assert not authentic.check(parse.parse(raw.encode()), set()).verified


def test_pitfall_37_a_foreign_servers_word_does_not_count() -> None:
    assert not stamped("mx.evil.example; dmarc=pass header.from=client.example").verified


def test_pitfall_37_of_two_headers_with_the_trusted_id_a_failure_wins() -> None:
    fail, forged = (
        "mx.vendor.example; dmarc=fail header.from=client.example",
        "mx.vendor.example; dmarc=pass header.from=client.example",
    )
    assert not stamped(fail, forged).verified


def test_pitfall_37_of_several_trusted_ids_the_topmost_speaks_alone() -> None:
    raw = (
        b"Authentication-Results: mx.vendor.example; spf=pass smtp.mailfrom=evil.example\n"
        b"Authentication-Results: old.vendor.example; dmarc=pass header.from=client.example\n"
        b"From: w@client.example\n\nx"
    )
    assert not authentic.check(
        parse.parse(raw), {"mx.vendor.example", "old.vendor.example"}
    ).verified


def test_pitfall_37_a_header_among_the_senders_own_is_forged() -> None:
    raw = f"From: w@client.example\nAuthentication-Results: {PASS}\n\nx"
    assert not authentic.check(parse.parse(raw.encode()), TRUSTED).verified


def test_pitfall_24_no_lone_surrogate_comes_out_of_any_character_set() -> None:
    raw = b"From: a@x.example\nContent-Type: text/plain; charset=utf-7\n\nHello +2AA- there"
    found = parse.parse(raw).text
    assert "Hello" in found
    found.encode("utf-8")
