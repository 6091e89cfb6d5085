"""Elements by which mail programs show what they put in: quotes, wrappers, signatures. Data."""

import dataclasses
import re
from enum import StrEnum

from assistant.mail import dom


class MarkKind(StrEnum):
    """What an element says of the text in it."""

    #: quoted by the mail program, with an attribution line or a header block beside it
    QUOTE = "quote"
    #: a plain blockquote: a quote, or the sender's own indentation
    INDENT = "indent"
    #: a quote where an attribution stands above it, else the sender's own words set in
    ATTRIBUTED = "attributed"
    #: a wrapper that holds the quote, and perhaps answers between its blockquotes
    WRAPPER = "wrapper"
    #: from here to the end of the document
    BELOW = "below"
    #: the signature that the mail program put in
    SIGNATURE = "signature"
    #: a line that the program draws above a signature
    SIGNED_BELOW = "signed below"


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """A marked stretch: character offsets into the rendered text, half-open."""

    start: int
    end: int
    kind: MarkKind


#: (attribute, a word of its value, what it means, mail program)
ELEMENTS: tuple[tuple[str, str, MarkKind, str], ...] = (
    ("class", "gmail_quote", MarkKind.WRAPPER, "Gmail"),
    ("class", "gmail_quote_container", MarkKind.WRAPPER, "Gmail"),
    ("class", "yahoo_quoted", MarkKind.QUOTE, "Yahoo"),
    ("class", "protonmail_quote", MarkKind.QUOTE, "Proton"),
    ("class", "zmail_extra", MarkKind.QUOTE, "Zoho"),
    ("class", "moz-cite-prefix", MarkKind.QUOTE, "Thunderbird"),
    ("class", "gmail_attr", MarkKind.QUOTE, "Gmail"),
    ("class", "ntes-mailmaster-quote", MarkKind.QUOTE, "NetEase Mail Master"),
    ("class", "xm_mail_oringinal_describe", MarkKind.QUOTE, "Exmail"),
    ("id", "isReplyContent", MarkKind.QUOTE, "163, Coremail"),
    ("id", "isForwardContent", MarkKind.WRAPPER, "163, Coremail"),
    ("id", "OLK_SRC_BODY_SECTION", MarkKind.QUOTE, "Outlook for Mac"),
    ("id", "mail-editor-reference-message-container", MarkKind.BELOW, "Outlook mobile"),
    ("id", "divRplyFwdMsg", MarkKind.BELOW, "Outlook on the web"),
    ("id", "appendonsend", MarkKind.BELOW, "Outlook on the web"),
    ("id", "stopSpelling", MarkKind.BELOW, "Hotmail"),
    ("class", "history-quote-wrapper", MarkKind.WRAPPER, "Lark"),
    ("class", "adit-html-block--collapsed", MarkKind.WRAPPER, "Lark"),
    ("id", "reply-intro", MarkKind.QUOTE, "Roundcube"),
    ("data-marker", "__QUOTED_TEXT__", MarkKind.QUOTE, "Zimbra"),
    ("data-marker", "__HEADERS__", MarkKind.QUOTE, "Zimbra"),
    ("name", "quote", MarkKind.QUOTE, "GMX"),
    ("class", "gmail_signature", MarkKind.SIGNATURE, "Gmail"),
    ("class", "moz-signature", MarkKind.SIGNATURE, "Thunderbird"),
    ("class", "protonmail_signature_block", MarkKind.SIGNATURE, "Proton"),
    ("class", "__aliyun_signature_wrap", MarkKind.SIGNATURE, "Aliyun"),
    ("class", "xm_signature", MarkKind.SIGNATURE, "Exmail"),
    ("id", "Signature", MarkKind.SIGNATURE, "Outlook on the web"),
    ("id", "ms-outlook-mobile-signature", MarkKind.SIGNATURE, "Outlook mobile"),
    ("id", "AppleMailSignature", MarkKind.SIGNATURE, "Apple Mail"),
    ("id", "lineBreakAtBeginningOfSignature", MarkKind.SIGNATURE, "Apple Mail"),
    ("id", "ntes-pcmac-signature", MarkKind.SIGNATURE, "NetEase Mail Master"),
    ("class", "ntes-signature", MarkKind.SIGNATURE, "NetEase Mail Master"),
    ("id", "imail_signature", MarkKind.SIGNATURE, "NetEase Mail Master"),
    ("id", "_FoxSIGNATURE", MarkKind.SIGNATURE, "Foxmail"),
    ("data-smartmail", "gmail_signature", MarkKind.SIGNATURE, "Gmail"),
)
#: elements that mean something by themselves: QQ Mail and Exmail
TAGS = {"includetail": MarkKind.QUOTE, "sign": MarkKind.SIGNATURE}

_KINDS = {(attribute, word): kind for attribute, word, kind, _ in ELEMENTS}
_TELLING = frozenset(attribute for attribute, *_ in ELEMENTS)
#: Outlook's header block stands under a line drawn by its border (desktop; 2007 and later)
_RULED = re.compile(r"border:none;border-top:solid#(?:b5c4df|e1e1e1)", re.IGNORECASE)
#: Foxmail's line above a signature
_FOXMAIL_LINE = "width:210px;height:1px"


def kind_of(element: dom.Open, style: str) -> MarkKind | None:
    """Say what an element tells of the text in it."""
    if element.tag in TAGS:
        return TAGS[element.tag]
    if element.tag != "blockquote" and not element.attributes:
        return None
    if element.tag == "hr" and _FOXMAIL_LINE in style:
        return MarkKind.SIGNED_BELOW
    if element.tag == "blockquote":
        return _blockquote(element, style)
    if _RULED.search(style):
        return MarkKind.BELOW
    for attribute in _TELLING.intersection(element.attributes):
        for word in element.attributes[attribute].split():
            kind = _KINDS.get((attribute, word.removeprefix("x_")))
            if kind is not None:
                return kind
    return None


def _blockquote(element: dom.Open, style: str) -> MarkKind | None:
    """Tell a quote from an indentation that the sender made."""
    if element.attributes.get("type") == "cite" or element.attributes.get("id") == "isReplyContent":
        return MarkKind.QUOTE
    if "border:none" in style and "margin:0" in style:
        return None
    if "gmail_quote" in element.attributes.get("class", "").split():
        return MarkKind.ATTRIBUTED
    return MarkKind.INDENT
