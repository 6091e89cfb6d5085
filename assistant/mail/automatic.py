"""Was a message written by a machine? With the reason."""

import re

from assistant.mail import message, threads

#: Exchange could not convert a message and sent this in its place: to be fetched again (pitfall 10)
EXCHANGE_PLACEHOLDER = "exchange placeholder"
DELIVERY_REPORT = "delivery report"
NULL_RETURN_PATH = "null return path"
AUTO_SUBMITTED = "auto-submitted"
VACATION = "automatic reply"
CALENDAR = "calendar answer"
BULK = "bulk mail"
CHALLENGE = "challenge"

#: header -> its value says that a machine answered (RFC 3834 and what programs wrote before it)
_REPLY_HEADERS = (
    ("x-autoreply", "Courier, others"),
    ("x-autorespond", "many"),
    ("x-autoresponder", "many"),
    ("x-autoreply-from", "Sendmail vacation"),
    ("x-auto-reply-from", "Axigen"),
    ("x-mail-autoreply", "Kerio"),
    ("x-mail-auto-reply", "many"),
    ("x-out-of-office", "many"),
    ("x-vacation", "many"),
    ("x-qq-autoreply", "QQ Mail"),
)
_BULK_HEADERS = (
    "feedback-id",
    "x-campaign",
    "x-campaignid",
    "x-mailchimp-id",
    "x-csa-complaints",
    "x-mailgun-sid",
    "x-sg-eid",
    "x-ses-outgoing",
    "x-report-abuse-to",
)

_DAEMON = re.compile(
    r"^(?:mailer-daemon|mailerdaemon|mailer\.daemon|postmaster|mail-daemon|mmdf|uucp|daemon|mail-delivery)(?:[-+.].*)?$",
    re.IGNORECASE,
)
_DAEMON_NAME = re.compile(
    r"mail(?:er)?[ -]?(?:delivery|daemon)|delivery (?:sub)?system|mail administrator|^postmaster\b|internet mail delivery|mail router",
    re.IGNORECASE,
)
_REPORT_SUBJECT = re.compile(
    r"^(?:undeliver(?:able|ed)|undelivered mail returned|delivery (?:status notification|failure|report|notification|failed)"
    r"|mail (?:delivery failed|system error|could not be delivered|not delivered)|returned mail|failure notice|failed mail"
    r"|delivery (?:to|of) .{0,80}(?:failed|delayed)|message (?:not delivered|undeliverable|you sent blocked)|non[- ]?deliver"
    r"|(?:warning: )?could not send message|nondeliverable|undeliverable:|mail delivery|permanent delivery|delayed mail"
    r"|系统退信|退信|邮件退回|来自.{1,80}的退信|投递失败|邮件投递失败|无法投递|未送达|未傳遞|無法傳遞|無法送達|無法投遞|退回郵件|郵件退回|系統退信|您的邮件被退回)",
    re.IGNORECASE,
)
_VACATION_SUBJECT = re.compile(
    r"^(?:re:\s?)?(?:auto(?:matic|mated)?[- ]?(?:re(?:ply|sponse)|respon[ds])|out[- ]of[- ](?:the[- ])?office|ooo\b|vacation (?:reply|notice|message)"
    r"|away from (?:the |my )?office|on (?:annual )?leave\b.{0,20}(?:auto|:)|auto:|abwesenheit|automatische antwort|réponse automatique|respuesta automática"
    r"|自动(?:回复|答复|应答)|【自动回复】|\[自动回复\]|自動(?:回覆|回復|答覆|回信|回應)|休假自动|外出自动|(?:我)?(?:正在)?休假中|外出中|不在辦公室|不在办公室)",
    re.IGNORECASE,
)
_CALENDAR_SUBJECT = re.compile(
    r"^(?:accepted|declined|tentative(?:ly accepted)?|canceled|cancelled)\s?:|^(?:已接受|已谢绝|已拒绝|暂定|暂时接受|已取消|接受|已婉拒|暫訂|暫時接受|已拒絕|已謝絕)\s?[:：]",
    re.IGNORECASE,
)
_MACHINE_WORDS = re.compile(
    r"(?:此|本)(?:邮件|郵件|信件|信)(?:为|為|由|是|係)?(?:系统|系統)(?:自动|自動|群发|群發)"
    r"|(?:系统|系統)(?:自动|自動)(?:发送|發送|发出|發出|生成|寄出)"
    r"|this is an auto(?:matic(?:ally)?|mated|-generated)?[ -](?:\w+ ){0,2}(?:reply|response|message|e-?mail|notification)",
    re.IGNORECASE,
)
_BOUNCE_WORDS = re.compile(
    r"(?:未能|无法|無法)(?:送达|送達|投递|投遞|传递|傳遞)|(?:could not|cannot|couldn't|unable to|was not|not be|wasn't) (?:be )?deliver"
    r"|undeliverable|unknown (?:user|recipient|address)|user unknown|returned to (?:you|sender)|permanent (?:fatal )?error|\b5\.\d\.\d\b",
    re.IGNORECASE,
)
_PLACEHOLDER = "retrieval using the imap4 protocol failed for the following message"
#: characters of the text that are looked at
_HEAD = 3_000


def reason(mail: message.Message) -> str | None:
    """Say why a message is automatic, or None where a person wrote it.

    RFC 3834 (Auto-Submitted), null return path and delivery reports (RFC 3464), vacation notices by
    header or, where none is set, by subject (QQ, pitfall 35), calendar answers (RFC 5546), bulk mail.
    X-Auto-Response-Suppress is no sign (pitfall 34); a person who writes through a list is no machine
    (pitfall 36).
    """
    for found, why in _SIGNS:
        if found(mail):
            return why
    return None


def _placeholder(mail: message.Message) -> bool:
    """Exchange put its own words where the message should be."""
    return _PLACEHOLDER in f"{mail.subject} {mail.text[:_HEAD]}".lower()


def _delivery_report(mail: message.Message) -> bool:
    """A mail system tells of a mail that it could not, or did, deliver."""
    if mail.media_type == "multipart/report" or mail.header("x-failed-recipients"):
        return True
    if mail.sender and (
        _DAEMON.match(mail.sender.email.partition("@")[0]) or _DAEMON_NAME.search(mail.sender.name)
    ):
        return True
    if not mail.sender or mail.in_reply_to:
        return bool(_REPORT_SUBJECT.match(mail.subject))
    return bool(_REPORT_SUBJECT.match(mail.subject) and _BOUNCE_WORDS.search(mail.text[:_HEAD]))


def _null_return_path(mail: message.Message) -> bool:
    """The envelope names nobody who could be answered (RFC 5321 section 4.5.5)."""
    return "".join(mail.header("return-path").split()) == "<>"


def _auto_submitted(mail: message.Message) -> bool:
    """RFC 3834 section 5: anything but "no"."""
    value = mail.header("auto-submitted").partition(";")[0].strip().lower()
    return value not in ("", "no")


def _vacation(mail: message.Message) -> bool:
    """A program answered in its owner's absence."""
    if any(
        mail.header(name).strip().lower() not in ("", "no", "false") for name, _ in _REPLY_HEADERS
    ):
        return True
    if mail.header("precedence").strip().lower() in ("auto_reply", "auto-reply"):
        return True
    return bool(_VACATION_SUBJECT.match(mail.subject.strip()))


def _calendar(mail: message.Message) -> bool:
    """A calendar program answers an invitation, or takes one back."""
    answered = any(
        f"calendar part with method {method}" in mail.notes
        for method in ("REPLY", "CANCEL", "REFRESH")
    )
    return answered or bool(_CALENDAR_SUBJECT.match(mail.subject))


def _bulk(mail: message.Message) -> bool:
    """The same mail went to many; not a person who writes through a discussion list."""
    discussion = (
        bool(mail.header("list-post")) or mail.header("precedence").strip().lower() == "list"
    )
    if discussion or threads.ancestors(mail):
        return False
    precedence = mail.header("precedence").strip().lower() in ("bulk", "junk")
    campaign = any(mail.header(name) for name in _BULK_HEADERS) and bool(
        mail.header("list-unsubscribe")
    )
    return precedence or campaign or bool(mail.header("list-unsubscribe"))


def _says_so(mail: message.Message) -> bool:
    """The text itself says that no person sent it."""
    return bool(_MACHINE_WORDS.search(mail.text[:_HEAD])) and not mail.subject.lower().startswith(
        ("re:", "回复", "答复")
    )


_SIGNS = (
    (_placeholder, EXCHANGE_PLACEHOLDER),
    (_vacation, VACATION),
    (_calendar, CALENDAR),
    (_delivery_report, DELIVERY_REPORT),
    (_null_return_path, NULL_RETURN_PATH),
    (_auto_submitted, AUTO_SUBMITTED),
    (_bulk, BULK),
    (_says_so, "the text says that it was sent by a system"),
)
