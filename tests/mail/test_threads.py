"""Whether a mail opens a thread, as a table."""

import pytest

from assistant.mail import message, threads


@pytest.mark.parametrize(
    ("subject", "in_reply_to", "opens"),
    [
        ("Login page", "", True),
        ("登录  页面", "", True),
        ("", "", True),
        ("Re: Login page", "", False),
        ("回复：登录页面", "", False),
        ("Login page", "<a@vendor.example>", False),
        ("Login page", "null", True),
    ],
)
def test_a_mail_opens_a_thread_if_it_answers_nothing(
    subject: str, in_reply_to: str, opens: bool
) -> None:
    mail = message.Message(sha256="", subject=subject, in_reply_to=in_reply_to)
    assert threads.opens_thread(mail) is opens
