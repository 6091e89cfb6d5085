"""Who wrote it: the receiving server's word, and look-alikes."""

import pytest

from assistant.mail import authentic, message, parse

KNOWN = (
    message.Address("Wang Fang", "wang@acme-corp.example"),
    message.Address("王芳", "wangfang@qq.com"),
)


@pytest.mark.parametrize(
    ("stamp", "verified"),
    [
        ("mx.v.example; dmarc=pass header.from=client.example", True),
        ("mx.v.example 1; dmarc=pass (p=NONE) header.from=client.example", True),
        ("MX.V.example; dkim=pass header.d=client.example", True),
        ("mx.v.example; dkim=pass header.d=mail.client.example", True),
        ("mx.v.example; dkim=pass header.i=@client.example", True),
        (
            "mx.v.example; dmarc=none header.from=client.example; dkim=pass header.d=client.example",
            True,
        ),
        ("mx.v.example; spf=pass smtp.mailfrom=a@client.example", False),
        ("mx.v.example; dkim=pass header.d=evil.example", False),
        ("mx.v.example; dkim=pass header.d=example", False),
        ("mx.v.example; dkim=pass header.d=notclient.example", False),
        ("mx.v.example; dkim=fail header.d=client.example", False),
        (
            "mx.v.example; dmarc=fail header.from=client.example; dkim=pass header.d=client.example",
            False,
        ),
        ("mx.v.example; dmarc=pass header.from=other.example", False),
        ("mx.v.example; none", False),
        ("mx.v.example.evil.example; dmarc=pass header.from=client.example", False),
        (";;; broken", False),
    ],
)
def test_only_dmarc_or_aligned_dkim_verifies(stamp: str, verified: bool) -> None:
    raw = f"Authentication-Results: {stamp}\nFrom: Wang <wang@client.example>\n\nx"
    found = authentic.check(parse.parse(raw.encode()), {"mx.v.example"})
    assert (found.verified, found.reason.endswith(".")) == (verified, True)


@pytest.mark.parametrize(
    "froms",
    [
        "From: a@client.example\nFrom: b@evil.example",
        "From: a@client.example, b@evil.example",
        "From: A <a@client.example>, B <b@evil.example>",
        "X: y",
    ],
)
def test_a_mail_without_exactly_one_author_is_unverified(froms: str) -> None:
    raw = (
        f"Authentication-Results: mx.v.example; dmarc=pass header.from=client.example\n{froms}\n\nx"
    )
    assert not authentic.check(parse.parse(raw.encode()), {"mx.v.example"}).verified


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Wang Fang", "wang@acrne-corp.example"),
        ("x", "wang@асме-corp.example"),
        ("x", "wang@xn--cme-corp-1kf.example"),
        ("x", "wang@acme-c0rp.example"),
        ("x", "wang@acme-crop.example"),
        ("x", "wang@acmecorp.example"),
        ("wang@acme-corp.example", "z@evil.test"),
        ("王芳", "wangfang8@qq.com"),
        ("wang  FANG", "z@evil.test"),
    ],
)
def test_a_look_alike_of_a_known_contact_is_flagged(name: str, email: str) -> None:
    assert authentic.impersonates(message.Address(name, email), KNOWN)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Wang Fang", "wang@acme-corp.example"),
        ("Li Lei", "li@acme-corp.example"),
        ("Wang Fang", "wang.fang@acme-corp.example"),
        ("Li Lei", "li@another.example"),
        ("Li Lei", "li@qq.com"),
    ],
)
def test_an_ordinary_address_is_not_flagged(name: str, email: str) -> None:
    assert authentic.impersonates(message.Address(name, email), KNOWN) is None
