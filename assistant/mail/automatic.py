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
SYSTEM = "the text says that a system sent it"

#: headers by which programs said that they answer by themselves, before RFC 3834
REPLY_HEADERS = (
    ("x-autoreply", "Courier"),
    ("x-autorespond", "qmail-autoresponder"),
    ("x-autoresponder", "Plesk"),
    ("x-autoreply-from", "Sendmail vacation"),
    ("x-auto-reply-from", "Axigen"),
    ("x-mail-autoreply", "Kerio"),
    ("x-mail-auto-reply", "Kerio"),
    ("x-out-of-office", "Novell"),
    ("x-vacation", "Communigate"),
    ("x-qq-autoreply", "QQ Mail"),
)
#: subjects of vacation notices that bear no header (pitfall 35), by language and program
VACATION_SUBJECTS = (
    (r"auto(?:matic|mated)?[- ]?(?:re(?:ply|sponse)|respon[ds]e?r?)", "Outlook"),
    (
        r"out[- ]of[- ](?:the[- ])?office(?: (?:auto.?reply|reply|message|notification))?|ooo",
        "Exchange",
    ),
    (r"vacation (?:reply|notice|message)|away from (?:the |my )?office", "English"),
    (r"(?-i:AUTO)|abwesenheit(?:snotiz)?|automatische antwort", "Notes, German"),
    (r"réponse automatique|respuesta automática|risposta automatica", "French, Spanish, Italian"),
    (r"[【\[(]?自动(?:回复|答复|应答)", "zh-Hans: QQ Mail, Outlook, 163"),
    (r"[【\[(]?自動(?:回覆|回復|答覆|回信|回應)", "zh-Hant: Outlook, Yahoo"),
    (r"(?:休假|外出|请假|請假)(?:自动|自動)(?:回复|回覆)", "zh-Hans, zh-Hant"),
    (r"我?(?:正在)?(?:休假|外出|出差)中|我?(?:目前)?不在(?:辦公室|办公室)", "zh-Hans, zh-Hant"),
)
#: subjects of delivery reports, by language and program
REPORT_SUBJECTS = (
    (r"undeliver(?:able|ed)|(?:\S+ )?non[- ]?deliver", "Exchange, many"),
    (
        r"delivery (?:status notification|failure|report|notification|failed|delayed|error|problem)",
        "many",
    ),
    (r"delivery (?:to|of) \S{1,80}@.{0,80}?(?:failed|delayed)", "many"),
    (
        r"mail (?:delivery|system error|error|could not be delivered|not delivered|failure"
        r"|returned)",
        "Exim, many",
    ),
    (
        r"return(?:ed|ing) (?:mail|message|to sender)|failure notice|failed mail|bounced? (?:mail|message)",
        "Sendmail, qmail",
    ),
    (r"message (?:not delivered|undeliverable|you sent blocked|delivery)", "Groupwise"),
    (r"(?:warning: )?could not send message|permanent delivery|delayed mail", "many"),
    (
        r"(?:系统|邮件|郵件|系統)?退信|邮件退回|退回(?:邮件|郵件)|郵件退回"
        r"|来自.{1,80}?的退信",
        "163, QQ Mail, Aliyun",
    ),
    (
        r"(?:邮件|郵件)?(?:投递|投遞|发送|傳送)(?:失败|失敗)|(?:无法|未能|無法)(?:投递|送达|傳遞|送達"
        r"|投遞)",
        "Exchange",
    ),
    (
        r"non remis|échec de (?:la )?remise|unzustellbar|nicht zustellbar|entrega fallida",
        "European",
    ),
    (r"未送达|未送達|未傳遞|您的(?:邮件|郵件)被退", "Exchange, QQ Mail"),
)
#: headers of mail that campaigns send; Feedback-ID is none: Tencent writes it on every person's mail
BULK_HEADERS = ("x-campaign", "x-campaignid", "x-csa-complaints", "x-mailchimp-id")
#: headers of a list that people write to (RFC 2369, Mailman, vger)
DISCUSSION_HEADERS = ("list-post", "list-subscribe", "x-beenthere", "x-mailing-list")
#: characters of the text that are looked at
HEAD = 3_000

_DAEMON = re.compile(
    r"^(?:mailer-?daemon|mailer\.daemon|postmaster|mail-daemon|mmdf|uucp|daemon|mail-delivery|bounces?"
    r"|\w*smtp_mail_service)(?:[-+.\\\\].*)?$"
)
_DAEMON_NAME = re.compile(
    r"mail(?:er)?[ -]?(?:delivery|daemon)|delivery (?:sub)?system|mail administrator"
    r"|^postmaster\b|internet mail delivery|mail router|mail gateway",
    re.IGNORECASE,
)
_CALENDAR_SUBJECT = re.compile(
    r"^(?:accepted|declined|tentative|tentatively accepted|cancell?ed)\s?:"
    r"|^(?:已接受|已谢绝|已拒绝|暂定|暂时接受|已取消|已婉拒|暫訂|暫時接受|已拒絕|已謝絕|接受)\s?[:：]",
    re.IGNORECASE,
)
#: what QQ Mail writes above its owner's words
_VACATION_TEXT = re.compile(r"^(?:这是来自|這是來自)\S{0,12}?的(?:假期)?(?:自动回复|自動回覆)")
_SYSTEM_WORDS = re.compile(
    r"(?:此|本|该|該)(?:封)?(?:邮件|郵件|信件|信)\S{0,4}?(?:系统|系統)(?:自动|自動|群发|群發)"
    r"|^\W{0,3}this (?:is an|(?:e-?mail|message) (?:is|was)(?: an)?) auto(?:matic(?:ally)?|mated|-generated)?[ -]"
    r"(?:\w+ ){0,2}?(?:reply|response|message|e-?mail|notification|generated|sent)",
    re.IGNORECASE | re.MULTILINE,
)
#: words of mail systems; a parcel that "could not be delivered" is a client's matter
_BOUNCE_WORDS = re.compile(
    r"(?:\b[45]\d\d[ -]#?|#|status:? )[45]\.\d{1,3}\.\d|\b55\d[ -](?:<|\(|\w+ unknown)|\bsmtp\b|\bmta\b"
    r"|mailer-daemon|\bmailbox\b|\brecipients?\b"
    r"|(?:unknown|no such) (?:user|recipient|address|mailbox)|user unknown|permanent (?:fatal )?errors?|e-?mail address"
    r"|(?:your|the|this) (?:e-?mail|mail|message)\b.{0,40}?(?:could not|cannot|couldn't|was not|wasn't|has not|not be)"
    r"|(?:could not|cannot|unable to|failed to) deliver (?:your|the|this) (?:e-?mail|mail|message)"
    r"|(?:will|continue to) (?:continue|try) to deliver|returned (?:mail|message|to sender)|undeliverable"
    r"|(?:邮件|郵件|信件).{0,12}?(?:未能|无法|無法|没有|沒有|被退)|收件人|退信|对方服务器|(?:邮箱|用户|信箱)(?:地址)?不存在"
    r"|pas pu (?:et|êt)re|no se pudo entregar|nicht zugestellt",
    re.IGNORECASE,
)
#: what a calendar program writes into an answer
_CALENDAR_WORDS = re.compile(
    r"(?:accepted|declined|tentatively accepted|cancell?ed) (?:this|your|the) (?:invitation|meeting|event)"
    r"|(?:接受|谢绝|拒绝|婉拒|取消|拒絕|謝絕)了?(?:此|该|您的|你的|這個|本次)(?:邀请|会议|活动|邀請|會議|活動)"
    r"|^\s*(?:when|where|时间|時間|组织者|召集人)\s?[:：]",
    re.IGNORECASE | re.MULTILINE,
)
#: what a ticket system writes before a subject (pitfall 33)
_TICKET = re.compile(r"^\s*(?:\[[^\[\]]{1,40}\]\s*){1,5}")
_PLACEHOLDER = "retrieval using the imap4 protocol failed for the following message"


def _subjects(table: tuple[tuple[str, str], ...], behind: str = "") -> re.Pattern[str]:
    """Join a table of subjects to one pattern; `behind` must follow."""
    words = "|".join(pattern for pattern, _ in table)
    return re.compile(rf"^(?:re:\s?)?(?:{words}){behind}", re.IGNORECASE)


_VACATION_SUBJECT = _subjects(VACATION_SUBJECTS, r"\s*(?:$|[:：\]】)–—]|- )")
_REPORT_SUBJECT = _subjects(REPORT_SUBJECTS)


def reason(mail: message.Message) -> str | None:
    """Say why a message is automatic, or None where a person wrote it.

    RFC 3834 (Auto-Submitted), null return path and delivery reports (RFC 3464), vacation notices by
    header or, where none is set, by subject (QQ, pitfall 35), calendar answers (RFC 5546), bulk mail.
    X-Auto-Response-Suppress is no sign (pitfall 34); a person who writes through a list is no machine
    (pitfall 36).
    """
    return next((why for is_so, why in _SIGNS if is_so(mail)), None)


def _is_placeholder(mail: message.Message) -> bool:
    """Tell Exchange's own words in the place of a message; not those of a client who cites them."""
    if _PLACEHOLDER in mail.subject.lower():
        return True
    sender = mail.sender or message.Address("", "")
    by_exchange = "@" not in sender.email or "microsoft exchange" in sender.name.lower()
    return by_exchange and _PLACEHOLDER in mail.text[:HEAD].lower()


def _is_vacation(mail: message.Message) -> bool:
    """Tell an answer that a program gave in its owner's absence."""
    said = (mail.header(name).strip().lower() for name, _ in REPLY_HEADERS)
    if any(value not in ("", "no", "false") for value in said):
        return True
    if _precedence(mail) in ("auto_reply", "auto-reply"):
        return True
    if _VACATION_TEXT.match(mail.text[:HEAD].strip()):
        return True
    return bool(_VACATION_SUBJECT.match(mail.subject.strip()))


def _is_calendar(mail: message.Message) -> bool:
    """Tell a calendar program's answer to an invitation, or a meeting that is taken back."""
    methods = ("REPLY", "CANCEL", "REFRESH")
    if any(f"calendar part with method {method}" in mail.notes for method in methods):
        return True
    said = not mail.text.strip() or bool(_CALENDAR_WORDS.search(mail.text[:HEAD]))
    return said and bool(_CALENDAR_SUBJECT.match(mail.subject))


def _is_report(mail: message.Message) -> bool:
    """Tell what a mail system says of a mail that it could not, or did, deliver."""
    if mail.media_type == "multipart/report" or mail.header("x-failed-recipients"):
        return True
    if mail.sender is not None and _is_daemon(mail.sender):
        return True
    shown = _TICKET.sub("", mail.subject)
    subject = bool(_REPORT_SUBJECT.match(shown) or _REPORT_SUBJECT.match(_last_part(shown)))
    said = bool(_BOUNCE_WORDS.search(mail.text[:HEAD]))
    return (subject and said) or (subject and mail.sender is None)


def _last_part(subject: str) -> str:
    """Give what stands behind the last colon: `RE: your message : delivery failed`."""
    return subject.rpartition(":")[2].strip(" ()")


def _is_daemon(sender: message.Address) -> bool:
    """Tell a mail system's own address."""
    local = sender.email.partition("@")[0]
    return bool(_DAEMON.match(local) or _DAEMON_NAME.search(sender.name))


def _is_unanswerable(mail: message.Message) -> bool:
    """Tell an envelope that names nobody who could be answered (RFC 5321 section 4.5.5)."""
    return "".join(mail.header("return-path").split()) == "<>"


def _is_auto_submitted(mail: message.Message) -> bool:
    """Tell RFC 3834 section 5: anything but "no"."""
    value = mail.header("auto-submitted").partition(";")[0].strip().lower()
    return value not in ("", "no")


def _is_bulk(mail: message.Message) -> bool:
    """Tell mail that went to many; not a person who writes through a discussion list."""
    if _precedence(mail) == "list" or threads.ancestors(mail):
        return False
    if any(mail.header(name) for name in DISCUSSION_HEADERS):
        return False
    campaign = any(mail.header(name) for name in BULK_HEADERS)
    return (
        _precedence(mail) in ("bulk", "junk") or campaign or bool(mail.header("list-unsubscribe"))
    )


def _is_by_system(mail: message.Message) -> bool:
    """Tell a text that says itself that no person sent it."""
    answers = threads.base_subject(mail.subject) != " ".join(mail.subject.split())
    if answers or threads.ancestors(mail):
        return False
    return bool(_SYSTEM_WORDS.search(mail.text[:HEAD]))


def _precedence(mail: message.Message) -> str:
    """Give the Precedence header in lower case."""
    return mail.header("precedence").strip().lower()


_SIGNS = (
    (_is_placeholder, EXCHANGE_PLACEHOLDER),
    (_is_vacation, VACATION),
    (_is_calendar, CALENDAR),
    (_is_report, DELIVERY_REPORT),
    (_is_unanswerable, NULL_RETURN_PATH),
    (_is_auto_submitted, AUTO_SUBMITTED),
    (_is_bulk, BULK),
    (_is_by_system, SYSTEM),
)
