"""Bytes to Message, whatever the bytes are."""

import base64
import hashlib

import pytest

from assistant.mail import bounds, headers, parse, parts

PLAIN = b"From: Wang <wang@client.example>\nSubject: Gate\nContent-Type: text/plain; charset=%s\n"


def plain(charset: str, body: bytes) -> bytes:
    return PLAIN % charset.encode() + b"Content-Transfer-Encoding: 8bit\n\n" + body


def multipart(kind: str, *bodies: bytes) -> bytes:
    joined = b"".join(b"--B\n" + body + b"\n" for body in bodies)
    return (
        b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/"
        + kind.encode()
        + b"; boundary=B\n\n"
        + joined
        + b"--B--\n"
    )


def part(kind: str, body: bytes, *more: str) -> bytes:
    head = "".join(f"{line}\n" for line in (f"Content-Type: {kind}", *more))
    return head.encode() + b"\n" + body


@pytest.mark.parametrize(
    ("charset", "text", "codec", "note"),
    [
        ("utf-8", "镕基门机", "utf-8", ""),
        ("gb2312", "朱镕基路的闸机", "gbk", ""),
        ("GBK", "闸机坏了，请尽快处理。", "gb18030", ""),
        ("big5", "閘機壞了，請儘快處理。", "cp950", ""),
        ("iso-8859-1", "Größe der Türen", "cp1252", ""),
        ("windows-1252", "Meet at the café", "cp1252", ""),
        ("koi8-r", "Привет, как дела", "koi8-r", ""),
        ("utf-8", "50 € for the café", "cp1252", "labelled utf-8 was read as cp1252"),
        ("big5", "请把门禁改到北门，谢谢。", "gb18030", "labelled big5 was read as gb18030"),
        ("utf-8", "闸机坏了，请尽快处理。", "gb18030", "labelled utf-8 was read as gb18030"),
        ("gb2312", "闸机坏了，请尽快处理。", "utf-8", "labelled gb2312 was read as utf-8"),
        ("us-ascii", "闸机坏了，请尽快处理。", "gb18030", "labelled us-ascii was read as gb18030"),
        (
            "iso-8859-1",
            "闸机坏了，请尽快处理。",
            "gb18030",
            "labelled iso-8859-1 was read as gb18030",
        ),
        ("gb2312", "閘機壞了，請儘快處理，謝謝您。", "cp950", "labelled gb2312 was read as cp950"),
        ("x-unknown", "闸机坏了，请尽快处理。", "utf-8", "labelled x-unknown was read as utf-8"),
        ("", "闸机坏了，请尽快处理。", "gb18030", "without a label was read as gb18030"),
    ],
)
def test_a_charset_is_read_as_it_was_meant(charset: str, text: str, codec: str, note: str) -> None:
    mail = parse.parse(plain(charset, text.encode(codec)))
    assert mail.text == text
    assert [note in said for said in mail.notes if note] == ([True] if note else [])


def test_a_byte_order_mark_outweighs_the_label() -> None:
    mail = parse.parse(plain("iso-8859-1", b"\xef\xbb\xbf" + "闸机".encode()))
    assert mail.text == "闸机"


def test_text_in_no_known_set_is_still_read() -> None:
    assert parse.parse(plain("utf-8", b"ok \xff\xfe\xfd\x81 done")).text.startswith("ok")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"=?gb2312?B?1dDHqQ==?=", "招签"),
        (b"=?utf-8?Q?caf=C3=A9_?= =?utf-8?Q?bar?=", "café bar"),
        # one character torn between two words, as some programs do
        (b"=?utf-8?B?6Zc=?=\n =?utf-8?B?uOacug==?=", "闸机"),
        ("闸机".encode(), "闸机"),
        ("闸机损坏".encode("gbk"), "闸机损坏"),
        (b"=?x-nothing?B?!!!?=", ""),
        (b"a\x00b\x1b[31mc", "ab[31mc"),
        ("pay \u202egpj.exe".encode(), "pay gpj.exe"),
    ],
)
def test_a_header_is_decoded_and_harmless(raw: bytes, shown: str) -> None:
    assert parse.parse(b"Subject: " + raw + b"\n\nx").subject == shown


@pytest.mark.parametrize(
    ("value", "name", "email"),
    [
        ('"Wang, Fang" <WANG@Client.Example>', "Wang, Fang", "wang@client.example"),
        ("wang@client.example (Wang Fang)", "Wang Fang", "wang@client.example"),
        ("=?gb2312?B?zfW3vA==?= <w@c.example>", "王芳", "w@c.example"),
        ("=?utf-8?Q?Wang=2C_Fang?= <w@c.example>, x@y.example", "Wang, Fang", "w@c.example"),
        ("<<w@c.example>>", "", "w@c.example"),
        ("Wang, Fang <w@c.example>", "Wang, Fang", "w@c.example"),
        ("boss@client.example <x@evil.test>", "boss@client.example", "x@evil.test"),
        ('"A \\"B\\" C" <w@c.example>', 'A "B" C', "w@c.example"),
        ("w@c.example, X <x@y.example>", "", "w@c.example"),
    ],
)
def test_an_address_is_found(value: str, name: str, email: str) -> None:
    sender = parse.parse(f"From: {value}\n\nx".encode()).sender
    assert sender is not None
    assert (sender.name, sender.email) == (name, email)


def test_the_plain_form_is_preferred_and_the_html_kept() -> None:
    mail = parse.parse(
        multipart("alternative", part("text/plain", b"Plain"), part("text/html", b"<p>Rich</p>"))
    )
    assert (mail.text, mail.html) == ("Plain", "<p>Rich</p>")


def test_a_stub_gives_way_to_the_html_form() -> None:
    stub = part("text/plain", b"This message is in HTML format, please use another viewer.")
    mail = parse.parse(multipart("alternative", stub, part("text/html", b"<p>We approve.</p>")))
    assert mail.text == "We approve."


def test_html_is_rendered_as_a_reader_sees_it() -> None:
    html = (
        b"<html><head><title>no</title><style>p{}</style></head><body><p>One&nbsp;two</p><div>three<br>four"
        b"</div><ol><li>five</li><li>six</li></ol><table><tr><td>a</td><td>b</td></tr></table>"
        b"<script>bad()</script><!-- no --><img alt='[OK]'><img alt='logo'></body></html>"
    )
    mail = parse.parse(b"Content-Type: text/html\n\n" + html)
    assert mail.text == "One two\n\nthree\nfour\n1. five\n2. six\na b\n[OK]"


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display: none">no</div>',
        '<span style="font-size:0px">no</span>',
        '<span style="font-size:1px;color:#FFFFFF">no</span>',
        '<div style="max-height:0;overflow:hidden">no</div>',
        '<div style="height:0px; overflow: hidden">no</div>',
        "<p hidden>no</p>",
        '<style>.pre { display:none }</style><b class="x pre">no</b>',
        '<span style="mso-hide:all">no</span>',
        '<font color="white">no</font>',
        '<span style="visibility:hidden"><b>no</b></span>',
    ],
)
def test_pitfall_27_hidden_html_is_dropped_and_noted(hidden: str) -> None:
    mail = parse.parse(f"Content-Type: text/html\n\n<p>yes</p>{hidden}<p>also</p>".encode())
    assert mail.text == "yes\n\nalso"
    assert "hidden text was left out" in mail.notes


def test_white_text_on_a_dark_ground_is_seen() -> None:
    html = b'Content-Type: text/html\n\n<td style="background:#003366"><b style="color:#fff">seen</b></td>'
    assert parse.parse(html).text == "seen"


def test_attachments_are_listed_with_name_type_size_and_digest() -> None:
    data = base64.b64encode(b"PK\x03\x04 not opened")
    zipped = part("application/zip; name=a.zip", data, "Content-Transfer-Encoding: base64")
    mail = parse.parse(multipart("mixed", part("text/plain", b"see file"), zipped))
    found = mail.attachments[0]
    assert (found.name, found.media_type, found.size_bytes) == ("a.zip", "application/zip", 15)
    assert found.sha256 == hashlib.sha256(b"PK\x03\x04 not opened").hexdigest()
    assert mail.text == "see file"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="=?gb2312?B?1dDHqQ==?=.pdf"', "招签.pdf"),
        ("attachment; filename*=utf-8''%E9%97%B8.pdf", "闸.pdf"),
        ("attachment; filename=../../etc/passwd", ".._.._etc_passwd"),
    ],
)
def test_a_file_name_is_decoded_and_is_no_path(disposition: str, name: str) -> None:
    one = part("application/pdf", b"x", f"Content-Disposition: {disposition}")
    assert parse.parse(multipart("mixed", one)).attachments[0].name == name


def test_attachments_are_bounded_in_count() -> None:
    many = [part(f"image/png; name={n}.png", b"x") for n in range(parts.ATTACHMENTS + 5)]
    mail = parse.parse(multipart("mixed", *many))
    assert len(mail.attachments) == parts.ATTACHMENTS
    assert any("attachments beyond" in note for note in mail.notes)


def test_a_calendar_part_is_a_readable_line() -> None:
    calendar = (
        b"BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nSUMMARY:Weekly\nDTSTART:20260309T060000Z\n"
        b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example\nEND:VEVENT\nEND:VCALENDAR"
    )
    mail = parse.parse(multipart("mixed", part("text/calendar; method=REPLY", calendar)))
    assert mail.text == "[Answer to an invitation: Weekly, 2026-03-09 06:00, accepted]"


def test_a_broken_calendar_part_is_only_listed() -> None:
    mail = parse.parse(multipart("mixed", part("text/calendar", b"BEGIN:NOTHING\n\xff\nEND")))
    assert (mail.text, len(mail.attachments)) == ("", 1)


def test_a_broken_winmail_dat_is_noted_and_listed() -> None:
    mail = parse.parse(
        multipart("mixed", part("application/ms-tnef; name=winmail.dat", b"\x78\x9f\x3e\x22broken"))
    )
    assert mail.attachments[0].name == "winmail.dat"


def test_a_mail_that_only_carries_another_gives_that_ones_text() -> None:
    inner = part("message/rfc822", b"From: x@y.example\nSubject: Gate\n\nThe gate is stuck.")
    mail = parse.parse(multipart("mixed", part("text/plain", b""), inner))
    assert mail.text == "The gate is stuck."
    assert mail.attachments[0].media_type == "message/rfc822"


def test_a_signed_mail_gives_the_signed_text() -> None:
    raw = multipart(
        "signed", part("text/plain", b"agreed"), part("application/pgp-signature; name=s.asc", b"x")
    )
    assert parse.parse(raw).text == "agreed"


def test_a_date_is_utc_and_keeps_the_senders_offset() -> None:
    mail = parse.parse(b"Date: Wed, 4 Mar 2026 10:12:33 +0800 (CST)\n\nx")
    assert mail.date_at is not None
    assert (mail.date_at.isoformat(), mail.utc_offset_seconds) == (
        "2026-03-04T02:12:33+00:00",
        28800,
    )


@pytest.mark.parametrize(
    "value", ["", "yesterday", "Wed, 99 Mar 2026 10:12:33 +0800", "Mon, 1 Jan 99999999 00:00"]
)
def test_an_unreadable_date_is_none(value: str) -> None:
    assert parse.parse(f"Date: {value}\n\nx".encode()).date_at is None


def test_a_large_attachment_is_hashed_without_the_parser() -> None:
    content = bytes(range(256)) * 8000
    body = base64.encodebytes(content)
    zipped = part("application/zip; name=a.zip", body, "Content-Transfer-Encoding: base64")
    mail = parse.parse(multipart("mixed", part("text/plain", b"hi"), zipped))
    assert len(body) > bounds.SMALL_BYTES
    assert mail.attachments[0].sha256 == hashlib.sha256(content).hexdigest()


def test_a_large_text_with_delimiter_like_lines_comes_back_whole() -> None:
    text = (
        "\n".join(f"--- line {n} " + "x" * 500 for n in range(1500))
        + "\n\n"
        + "y" * 500_000
        + "\n-- \nDana"
    )
    mail = parse.parse(plain("utf-8", text.encode()))
    assert mail.text == text


def test_what_is_too_large_is_cut_and_noted() -> None:
    raw = b"X-A: b\n" * 60_000 + b"From: a@b.example\n\nhi"
    mail = parse.parse(raw)
    assert (mail.text, len(mail.headers)) == ("hi", headers.COUNT)
    assert any("headers beyond" in note for note in mail.notes)


def test_ten_thousand_nested_containers_are_cut() -> None:
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=B%d\n\n--B%d\n" % (n, n) for n in range(10_000)
    )
    assert any("containers" in note for note in parse.parse(raw).notes)
    assert any(
        "containers" in note
        for note in parse.parse(b"Content-Type: message/rfc822\n\n" * 10_000).notes
    )


@pytest.mark.parametrize(
    ("parameters", "body", "text"),
    [
        ("format=flowed", "One \ntwo.\nThree.", "One two.\nThree."),
        ("format=flowed; delsp=yes", "闸机 \n坏了。", "闸机坏了。"),
        ("format=flowed", "> a \n> b\nc \n> d", "> a b\nc \n> d"),
        ("format=flowed", "text \n-- \nDana", "text \n-- \nDana"),
        ("format=fixed", "One \ntwo.", "One \ntwo."),
    ],
)
def test_softly_broken_lines_are_joined(parameters: str, body: str, text: str) -> None:
    raw = f"Content-Type: text/plain; charset=utf-8; {parameters}\n\n{body}"
    assert parse.parse(raw.encode()).text == text


def test_a_multipart_without_parts_is_read_as_text() -> None:
    mail = parse.parse(b"Content-Type: multipart/mixed; boundary=B\n\nThe gate is stuck.")
    assert mail.text.strip() == "The gate is stuck."


def test_an_encoded_attached_mail_is_decoded() -> None:
    inner = base64.encodebytes(b"Subject: Gate\n\nThe gate is stuck.")
    one = part("message/rfc822", inner, "Content-Transfer-Encoding: base64")
    assert parse.parse(multipart("mixed", one)).text == "The gate is stuck."


def test_an_encrypted_part_is_noted() -> None:
    one = part(
        "application/pkcs7-mime; name=smime.p7m", b"MIAG", "Content-Transfer-Encoding: base64"
    )
    assert (
        "an encrypted or opaquely signed part could not be read"
        in parse.parse(multipart("mixed", one)).notes
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: x\nMessage-ID: <a.1@client.example>\n\nbody",
        b"Subject: x\r\nmessage-id:\r\n <a.1@client.example>\r\n\r\nbody",
        b"Subject: Message-ID: <no@x.example>\nX: y\n\nMessage-ID: <no@x.example>\n",
        b"Message-ID: without brackets@client.example\n\n",
        b"",
    ],
)
def test_a_message_id_alone_is_read_as_with_the_whole_mail(raw: bytes) -> None:
    assert parse.message_id(raw) == parse.parse(raw).message_id
