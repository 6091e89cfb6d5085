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
        ("Subject: AUTO: Dana is out of the office", automatic.VACATION),
        ("Subject: 自动回复：闸机", automatic.VACATION),
        ("Subject: [自动回复] 闸机", automatic.VACATION),
        ("Subject: 自動回覆: 閘機", automatic.VACATION),
        ("Subject: 自動回復：閘機", automatic.VACATION),
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


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Accepted: Weekly", ""),
        ("Accepted: Weekly", "Dana has accepted this invitation."),
        ("已接受: 周例会", "何晴 已接受此邀请"),
        ("已拒絕: 週會", "時間：3月9日 14:00"),
    ],
)
def test_a_calendar_answer_without_its_part_is_known_by_subject_and_words(
    subject: str, body: str
) -> None:
    assert reason(f"Subject: {subject}", body) == automatic.CALENDAR


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Accepted: drawings rev C", "We accept the drawings as they are."),
        ("已接受：报价单", "报价我们接受，请安排生产。"),
        ("Delivery problem, order 12", "The parcel could not be delivered, nobody was there."),
        ("Delivery failed again", "The driver could not deliver the sand. Site was open till six."),
        ("Delivery of release 4.2.1 delayed?", "We wait for release 4.2.1 since Monday."),
        ("Bounce rate wrong", "It shows 552 visits and 80 %."),
        ("Auto: brake light", "The brake light page hangs."),
        ("短信", "系统自动发送的短信收不到，系统自动生成的报表也不对。"),
        ("投递失败", "快递员说地址写错了，样品投递失败，请重寄。"),
        ("Notification", "Your app says: this is an automatic message. Nobody asked for it."),
    ],
)
def test_a_clients_matter_in_a_machines_words_stays_a_clients(subject: str, body: str) -> None:
    assert reason(f"Subject: {subject}", body) is None
