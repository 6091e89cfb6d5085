"""Mail that a machine wrote."""

import pytest

from assistant.mail import automatic, parse


def reason(head: str, body: str = "text") -> str | None:
    return automatic.reason(parse.parse(f"From: w@client.example\n{head}\n\n{body}".encode()))


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("Auto-Submitted: auto-replied\nSubject: x", automatic.AUTO_SUBMITTED),
        ("Auto-Submitted: auto-generated; owner-email=x\nSubject: x", automatic.AUTO_SUBMITTED),
        ("Return-Path: <>\nSubject: x", automatic.NULL_RETURN_PATH),
        ("X-Autoreply: yes\nSubject: x", automatic.VACATION),
        ("Precedence: auto_reply\nSubject: x", automatic.VACATION),
        ("Subject: Automatic reply: Gate", automatic.VACATION),
        ("Subject: Out of Office: Gate", automatic.VACATION),
        ("Subject: Auto: away", automatic.VACATION),
        ("Subject: 自动回复：闸机", automatic.VACATION),
        ("Subject: [自动回复] 闸机", automatic.VACATION),
        ("Subject: 自動回覆: 閘機", automatic.VACATION),
        ("Subject: 自動回復：閘機", automatic.VACATION),
        ("Subject: Accepted: Weekly", automatic.CALENDAR),
        ("Subject: 已接受: 周例会", automatic.CALENDAR),
        ("Subject: 已拒絕: 週會", automatic.CALENDAR),
        ("Content-Type: multipart/report; boundary=x\nSubject: x", automatic.DELIVERY_REPORT),
        ("X-Failed-Recipients: a@b.example\nSubject: x", automatic.DELIVERY_REPORT),
        ("Precedence: bulk\nSubject: x", automatic.BULK),
        ("List-Unsubscribe: <https://x.example>\nSubject: Spring sale", automatic.BULK),
    ],
)
def test_a_machine_is_known_by_its_headers_or_subject(head: str, why: str) -> None:
    assert reason(head) == why


@pytest.mark.parametrize(
    "head",
    [
        "Subject: Gate",
        "Auto-Submitted: no\nSubject: Gate",
        "Return-Path: <w@client.example>\nSubject: Gate",
        "Subject: Re: out-of-office handling in the app is broken",
        "Subject: 自动化测试报告有问题",
        "Subject: Accepted with one condition",
        "Subject: 接受度调查要改",
        "Subject: 退信功能不好用",
        "Subject: Delivery report is wrong",
        "List-Unsubscribe: <https://x.example>\nIn-Reply-To: <a@v.example>\nSubject: Re: Gate",
        "Precedence: bulk\nIn-Reply-To: <a@v.example>\nSubject: Re: Gate",
        "Precedence: list\nSubject: Gate",
        "Feedback-ID: webmail:qq.com:bgweb:bgweb2\nX-Mailer: QQMail 2.x\nSubject: Gate",
        "Precedence: bulk\nX-Mailing-List: gates@x.example\nList-Unsubscribe: <mailto:x>\nSubject: Gate",
    ],
)
def test_a_person_is_not_taken_for_a_machine(head: str) -> None:
    assert reason(head) is None


@pytest.mark.parametrize(
    "body",
    [
        "本邮件由系统自动发出，请勿回复。",
        "此郵件為系統自動發送，請勿直接回覆。",
        "This is an automatically generated message.",
    ],
)
def test_a_text_that_says_so_is_by_a_system(body: str) -> None:
    assert reason("Subject: Notice", body) == automatic.SYSTEM


def test_a_calendar_answer_is_known_by_its_part() -> None:
    head = "Content-Type: text/calendar; method=REPLY\nSubject: Weekly"
    assert reason(head, "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR") == automatic.CALENDAR


def test_an_invitation_is_no_automatic_mail() -> None:
    head = "Content-Type: text/calendar; method=REQUEST\nSubject: Weekly"
    assert reason(head, "BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR") is None


def test_qqs_own_words_above_a_vacation_notice_tell_it_under_any_subject() -> None:
    body = "这是来自QQ邮箱的假期自动回复邮件。\n\n您好，我最近正在休假中。"
    assert reason("Subject: Re: Gate", body) == automatic.VACATION
