"""What ties a message to those before it: subject without prefixes, ancestors, Exchange's index."""

import base64
import binascii
import re

from assistant.mail import message

#: prefixes that a reply or forward puts before the subject, by language and program (pitfall 32)
PREFIXES = (
    ("re", "English"),
    ("fw", "English"),
    ("fwd", "English"),
    ("回复", "zh-Hans: QQ, Foxmail, 163, Outlook"),
    ("答复", "zh-Hans: Outlook"),
    ("转发", "zh-Hans"),
    ("回覆", "zh-Hant: Outlook, Yahoo"),
    ("答覆", "zh-Hant"),
    ("回應", "zh-Hant"),
    ("回信", "zh-Hant"),
    ("轉寄", "zh-Hant: Outlook, Yahoo"),
    ("轉發", "zh-Hant"),
    ("轉呈", "zh-Hant"),
    ("自动回复", "zh-Hans: QQ, Outlook"),
    ("自動回覆", "zh-Hant"),
    ("automatic reply", "English: Outlook"),
    ("aw", "German"),
    ("antw", "German, Dutch"),
    ("wg", "German"),
    ("sv", "Swedish, Danish, Norwegian"),
    ("vs", "Finnish, Danish"),
    ("vb", "Swedish"),
    ("tr", "French"),
    ("rif", "Italian"),
    ("r", "Italian"),
    ("rv", "Spanish"),
    ("enc", "Portuguese"),
    ("res", "Portuguese"),
    ("odp", "Polish"),
    ("pd", "Polish"),
    ("ynt", "Turkish"),
)
#: tags that a gateway puts before the subject
TAGS = (
    "external",
    "external mail",
    "external email",
    "external sender",
    "ext",
    "extern",
    "caution",
    "外部",
    "外部邮件",
    "外部郵件",
    "外来邮件",
    "suspicious",
    "spam",
)

_PREFIX = re.compile(
    r"\s*(?:"
    + "|".join(sorted((re.escape(word) for word, _ in PREFIXES), key=len, reverse=True))
    + r")"
    r"(?:\s?[\[(（]\d{1,3}[\])）]|\s?\^?\d{1,3})?\s?[:：]",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"\s*[\[【(（<*]{1,3}\s*(?:"
    + "|".join(sorted(map(re.escape, TAGS), key=len, reverse=True))
    + r")\s*[\]】)）>*]{1,3}[:：]?",
    re.IGNORECASE,
)
_TRAILER = re.compile(r"\s*\((?:fwd|was:[^()]{0,200})\)\s*$", re.IGNORECASE)
#: prefixes and tags that are taken off one subject
_STACKED = 40


def base_subject(subject: str) -> str:
    """Give the subject without reply and forward prefixes and gateway tags, one space between words.

    As RFC 5256 section 2.1, with the prefixes of Chinese and European programs, stacked and
    full-width (pitfall 32).
    """
    rest = " ".join(subject.split())
    for _ in range(_STACKED):
        found = _PREFIX.match(rest) or _TAG.match(rest)
        if found is None:
            break
        rest = rest[found.end() :]
    return _TRAILER.sub("", rest).strip()


def ancestors(mail: message.Message) -> tuple[str, ...]:
    """Give the ids of the messages before this one, nearest first.

    In-Reply-To, then References backwards (RFC 5322 section 3.6.4); ids without @ never get here
    (pitfalls 29 and 30).
    """
    ids = (mail.in_reply_to, *reversed(mail.references))
    return tuple(dict.fromkeys(found for found in ids if "@" in found and found != mail.message_id))


def thread_index_root(value: str) -> str:
    """Give what all messages of one Exchange conversation share, in hex; "" where it is unreadable.

    The first 22 bytes of a Thread-Index are its header block (MS-OXOMSG section 2.2.1.3): a time and
    a GUID; the GUID alone is compared, as some programs renew the time.
    """
    compact = "".join(value.split())
    try:
        data = base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return data[6:22].hex() if len(data) >= 22 else ""


def opens_thread(mail: message.Message) -> bool:
    """Say whether the mail answers nothing: it names no ancestor, and its subject bears no prefix."""
    return not ancestors(mail) and base_subject(mail.subject) == " ".join(mail.subject.split())
