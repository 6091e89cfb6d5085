"""How mail programs introduce a quote, a forward and a signature: patterns as data, the program beside each.

Every pattern is applied to one line of bounded length and is linear in it.
"""

import re

#: words that end an attribution line, by language and program
WROTE = (
    ("wrote", "English: Gmail, Apple Mail, Thunderbird, Yahoo, Notes"),
    ("writes", "English: Emacs"),
    ("sent", "English: Apple Mail"),
    ("写道", "zh-Hans: 163, Gmail, Apple Mail, Thunderbird, Yahoo, Notes"),
    ("写到", "zh-Hans: 126, Coremail"),
    ("寫道", "zh-Hant: Gmail, Apple Mail, Yahoo"),
    ("寫了", "zh-Hant: Thunderbird"),
    ("写了", "zh-Hans: Thunderbird"),
    ("撰寫", "zh-Hant: Yahoo"),
    ("寫到", "zh-Hant: KMail"),
    ("提到", "zh-Hant: Evolution"),
    ("来信", "zh-Hans: Coremail"),
    ("的来信", "zh-Hans: Coremail"),
    ("a écrit", "French"),
    ("schrieb", "German"),
    ("geschrieben", "German"),
    ("schreef", "Dutch"),
    ("het volgende geschreven", "Dutch: Apple Mail"),
    ("escribió", "Spanish"),
    ("escreveu", "Portuguese"),
    ("ha scritto", "Italian"),
    ("napisał", "Polish"),
    ("napisał(a)", "Polish"),
    ("napisała", "Polish"),
    ("skrev", "Danish, Norwegian, Swedish"),
    ("kirjoitti", "Finnish"),
    ("написал", "Russian"),
    ("написал(а)", "Russian"),
    ("написала", "Russian"),
    ("пишет", "Russian"),
    ("đã viết", "Vietnamese"),
    ("yazdı", "Turkish"),
    ("napsal(a)", "Czech"),
    ("írta", "Hungarian"),
    ("a scris", "Romanian"),
    ("έγραψε", "Greek"),
    ("のメール", "Japanese"),
    ("님이 작성", "Korean"),
)
#: how an attribution that spans lines, or stands behind other words, begins
OPENERS = (
    ("On", "English"),
    ("At", "English: 163"),
    ("在", "zh-Hans: 163, Apple Mail, Yahoo"),
    ("于", "zh-Hans"),
    ("於", "zh-Hant: Apple Mail, Yahoo"),
    ("Le", "French"),
    ("Am", "German"),
    ("Op", "Dutch"),
    ("El", "Spanish"),
    ("Em", "Portuguese"),
    ("Il", "Italian"),
    ("In data", "Italian"),
    ("W dniu", "Polish"),
    ("Dnia", "Polish"),
    ("Den", "Danish, Swedish"),
    ("På", "Norwegian"),
    ("Vào", "Vietnamese"),
)
#: titles between dashes above a quoted message
QUOTED_TITLES = (
    ("original message", "Outlook, Yahoo, AOL, Samsung"),
    ("original email", "Samsung, Yahoo"),
    ("original", "QQ Mail and Exmail in English"),
    ("original mail", "Coremail"),
    ("reply message", "HTC"),
    ("replied message", "NetEase Mail Master in English"),
    ("原始邮件", "QQ Mail, Exmail, WeCom, Outlook, NetEase"),
    ("原邮件", "Outlook, Coremail"),
    ("邮件原件", "Outlook"),
    ("回复的原邮件", "NetEase Mail Master"),
    ("原始信息", "Samsung, Huawei"),
    ("原始消息", "Thunderbird"),
    ("原文", "Coremail"),
    ("邮件原文", "Coremail"),
    ("原始郵件", "QQ Mail, Outlook, zh-Hant"),
    ("原始信件", "Webmail, zh-Hant"),
    ("原始訊息", "Thunderbird, Samsung, zh-Hant"),
    ("原信件", "zh-Hant"),
    ("回覆的原郵件", "NetEase Mail Master, zh-Hant"),
    ("ursprüngliche nachricht", "German: Outlook"),
    ("ursprungliche nachricht", "German"),
    ("original-nachricht", "German: GMX"),
    ("antwort nachricht", "German"),
    ("message d'origine", "French: Outlook"),
    ("message original", "French"),
    ("mensaje original", "Spanish"),
    ("mensagem original", "Portuguese"),
    ("messaggio originale", "Italian"),
    ("oorspronkelijk bericht", "Dutch"),
    ("oprindelig meddelelse", "Danish"),
    ("oprindelig besked", "Danish"),
    ("opprinnelig melding", "Norwegian"),
    ("ursprungligt meddelande", "Swedish"),
    ("wiadomość oryginalna", "Polish"),
    ("исходное сообщение", "Russian"),
    ("alkuperäinen viesti", "Finnish"),
)
#: titles above a forwarded message, between dashes or, with a colon, alone
FORWARDED_TITLES = (
    ("forwarded message", "Gmail, Thunderbird, Yahoo"),
    ("forwarded mail", "Coremail"),
    ("forwarded by", "Notes"),
    ("forwarded conversation", "Gmail"),
    ("begin forwarded message", "Apple Mail"),
    ("转发邮件", "QQ Mail"),
    ("转发的邮件", "Gmail, Outlook"),
    ("已转发邮件", "Gmail"),
    ("转发邮件信息", "163, Coremail"),
    ("转发的原邮件", "NetEase Mail Master"),
    ("转发的消息", "Thunderbird"),
    ("开始转发的邮件", "Apple Mail"),
    ("下面是被转发的邮件", "Apple Mail"),
    ("下面是转发的邮件", "Apple Mail"),
    ("轉寄郵件", "Gmail, Yahoo, zh-Hant"),
    ("轉寄的郵件", "Outlook, zh-Hant"),
    ("已轉寄的郵件", "Yahoo, zh-Hant"),
    ("轉寄訊息", "Thunderbird, zh-Hant"),
    ("轉發郵件", "QQ Mail, zh-Hant"),
    ("開始轉寄訊息", "Apple Mail, zh-Hant"),
    ("以下是轉寄的郵件", "Apple Mail, zh-Hant"),
    ("下面是轉寄的郵件", "Apple Mail, zh-Hant"),
    ("weitergeleitete nachricht", "German"),
    ("message transféré", "French"),
    ("mensaje reenviado", "Spanish"),
    ("doorgestuurd bericht", "Dutch"),
)
#: header names in a quoted header block, by what they mean: (name, program)
BLOCK_NAMES: dict[str, tuple[tuple[str, str], ...]] = {
    "from": (
        ("from", "Outlook, Yahoo, Notes"),
        ("sender", "Aliyun"),
        ("发件人", "Outlook, Foxmail, QQ Mail, Aliyun"),
        ("发信人", "Coremail"),
        ("寄件者", "Outlook, zh-Hant"),
        ("寄件人", "Yahoo, Apple Mail, zh-Hant"),
        ("發件人", "QQ Mail, zh-Hant"),
        ("von", "German"),
        ("de", "French, Spanish"),
        ("da", "Italian"),
        ("van", "Dutch"),
        ("fra", "Danish, Norwegian"),
        ("från", "Swedish"),
        ("od", "Polish"),
        ("от", "Russian"),
        ("lähettäjä", "Finnish"),
    ),
    "sent": (
        ("sent", "Outlook"),
        ("date", "Gmail, Apple Mail, QQ Mail"),
        ("sent on", "Outlook"),
        ("sent time", "QQ Mail, Coremail"),
        ("sent at", "Aliyun"),
        ("发件时间", "QQ Mail"),
        ("發件時間", "QQ Mail, zh-Hant"),
        ("发送时间", "Outlook, Foxmail, QQ Mail"),
        ("发送日期", "Coremail"),
        ("日期", "Aliyun, NetEase, Gmail"),
        ("时间", "Coremail"),
        ("寄件日期", "Outlook, zh-Hant"),
        ("傳送時間", "Outlook, zh-Hant"),
        ("傳送日期", "zh-Hant"),
        ("寄件時間", "zh-Hant"),
        ("發送時間", "QQ Mail, zh-Hant"),
        ("時間", "zh-Hant"),
        ("gesendet", "German"),
        ("datum", "German, Dutch, Swedish"),
        ("envoyé", "French"),
        ("envoyé le", "French"),
        ("message du", "French: Orange"),
        ("enviado", "Spanish"),
        ("enviado el", "Spanish"),
        ("fecha", "Spanish"),
        ("inviato", "Italian"),
        ("data", "Italian"),
        ("verzonden", "Dutch"),
        ("sendt", "Danish"),
        ("dato", "Danish"),
        ("skickat", "Swedish"),
        ("wysłano", "Polish"),
        ("отправлено", "Russian"),
        ("дата", "Russian"),
        ("lähetetty", "Finnish"),
    ),
    "to": (
        ("to", "Outlook"),
        ("recipient", "Aliyun"),
        ("收件人", "Outlook, Foxmail, QQ Mail"),
        ("收信人", "Coremail"),
        ("收件者", "Outlook, zh-Hant"),
        ("an", "German"),
        ("à", "French"),
        ("a", "French, Italian"),
        ("para", "Spanish"),
        ("aan", "Dutch"),
        ("til", "Danish"),
        ("till", "Swedish"),
        ("do", "Polish"),
        ("кому", "Russian"),
        ("vastaanottaja", "Finnish"),
    ),
    "subject": (
        ("subject", "Outlook"),
        ("主题", "Outlook, Foxmail, QQ Mail"),
        ("標題", "zh-Hant"),
        ("标题", "Coremail"),
        ("主旨", "Outlook, zh-Hant"),
        ("主題", "Yahoo, zh-Hant"),
        ("betreff", "German"),
        ("objet", "French"),
        ("sujet", "French"),
        ("asunto", "Spanish"),
        ("assunto", "Portuguese"),
        ("oggetto", "Italian"),
        ("onderwerp", "Dutch"),
        ("emne", "Danish"),
        ("ämne", "Swedish"),
        ("temat", "Polish"),
        ("тема", "Russian"),
        ("aihe", "Finnish"),
    ),
    "other": (
        ("cc", "all"),
        ("bcc", "all"),
        ("抄送", "zh-Hans"),
        ("抄送人", "Coremail"),
        ("密送", "zh-Hans"),
        ("副本", "zh-Hant"),
        ("密件副本", "zh-Hant"),
        ("reply-to", "all"),
        ("importance", "Outlook"),
        ("attachments", "Outlook"),
        ("附件", "Outlook"),
        ("重要性", "Outlook"),
        ("kopie", "German"),
        ("copie à", "French"),
        ("kopia", "Swedish"),
    ),
}
_DASH = r"[-_=*—─–~]"


def _any(words: tuple[tuple[str, str], ...]) -> str:
    """Join words to a pattern, longest first."""
    return "|".join(sorted((re.escape(word) for word, _ in words), key=len, reverse=True))


_HAN_WROTE = tuple(pair for pair in WROTE if pair[0][0] >= "\u2e80")
_LATIN_WROTE = tuple(pair for pair in WROTE if pair[0][0] < "\u2e80")
#: an attribution's last words at the end of a line; Chinese ones may touch a name in Latin letters
CLOSER = re.compile(
    rf"(?:(?<![A-Za-zÀ-ɏ])(?:{_any(_LATIN_WROTE)})|(?:{_any(_HAN_WROTE)}))"
    rf"\s*(?:[:：]\s*{_DASH}*|{_DASH}{{2,}})\s*$",
    re.IGNORECASE,
)
#: `X wrote on 2026-03-04 10:00:00:` (HCL Notes)
WROTE_ON = re.compile(r"(?:\bwrote on|写于|寫於)\s{0,3}\d{1,4}.{4,40}[:：]$", re.IGNORECASE)
OPENER = re.compile(rf"^{_DASH}*\s*(?:{_any(OPENERS)})(?:\s|(?=\d))", re.IGNORECASE)
TITLE = re.compile(
    rf"^\s*{_DASH}{{2,}}\s*(?:{_any(QUOTED_TITLES)})\s*(?:{_DASH}{{2,}})?\s*$", re.IGNORECASE
)
#: a title without dashes counts above a header block alone: QQ Mail and Exmail since 2024
BARE_TITLE = re.compile(rf"^\s*(?:{_any(QUOTED_TITLES)})\s*[:：]?\s*$", re.IGNORECASE)
FORWARD_TITLE = re.compile(
    rf"^\s*(?:{_DASH}{{2,}}\s*(?:{_any(FORWARDED_TITLES)})\b.{{0,120}}?{_DASH}*"
    rf"|(?:{_any(FORWARDED_TITLES)})\s*[:：]|forwarded conversation)\s*$",
    re.IGNORECASE,
)
RULE = re.compile(rf"^\s*(?:{_DASH}{{3,}}|(?:[-_=*] ){{4,}}[-_=*]?)\s*$")
#: the last words of those that end an attribution: Zoho writes no colon behind them
LAST_WORDS = frozenset(word.split()[-1] for word, _ in WROTE)
#: header name -> its role in a header block
ROLES = {name: role for role, names in BLOCK_NAMES.items() for name, _ in names}
