"""Where the newly written text ends and the signature block begins."""

import re
from collections.abc import Sequence

from assistant.mail import lines, programs

#: lines that a signature block may have
LINES = 14
#: width of a signature's line; a Chinese character counts two
WIDTH = 90

_DELIMITER = re.compile(r"^(?:--|—|——|–|―|—{3,}|_{2,}|-{2,}|－－)\s*$")
_SIGN_OFF = re.compile(
    r"^(?:(?:many |with )?(?:thanks?|thank you|thx|cheers|regards|rgds|best|brgds|br|kr|vg|sincerely|yours|respectfully|cordially|hugs|love|warmly|take care|talk soon)\b"
    r"|(?:with|kind|best|warm|warmest|kindest|many|yours|very)\s.{0,24}(?:regards|wishes|thanks|truly|sincerely|faithfully)"
    r"|(?:mit )?(?:freundliche[nr]?|beste[nr]?|viele|liebe) gr(?:ü|ue)(?:ß|ss)en?|cordialement|bien (?:à vous|cordialement)|saludos|um abraço|met vriendelijke groet(?:en)?|venlig hilsen|cordiali saluti"
    r"|此致|敬礼|敬禮|顺颂|順頌|祝好|祝商祺|顺祝|順祝|谢谢|謝謝|多谢|敬上|敬启|此复|即颂|以上)"
    r".{0,24}$",
    re.IGNORECASE,
)
_BULLET = re.compile(
    r"^\s*(?:[-*•·●○▪◦]\s|\d{1,2}\s?[.、)）:：]|[(（]\d{1,2}[)）]|[一二三四五六七八九十]{1,2}[、.]|[a-h][.)]\s|\d\d:\d\d)"
)
_PROSE_END = re.compile(
    r"[。！？!?；;…～]$|(?<![A-Z])(?<!Co)(?<!Ltd)(?<!Inc)(?<!Dr)(?<!Corp)(?<!N\.V)(?<!e\.V)(?<!Pvt)\.$|[，,]$"
)
_CONTACT = re.compile(
    r"\+?\(?\d{2,5}\)?[\s.\-/]?\d{2,5}[\s.\-/]?\d{2,5}|[^\s@]{1,64}@[^\s@]{2,}\.[a-z]|https?://|www\.|\b(?:tel|fax|mob(?:ile)?|phone|cell|ext(?:n|ension)?|direct|office|skype|wechat|whatsapp|t|m|p|e|w)\b\s?[.:：|+]?\s?[+(\d]"
    r"|电话|電話|手机|手機|传真|傳真|分机|分機|短号|微信|邮箱|信箱|地址|联系人|聯絡人|网址|\bQQ[:：]|热线",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:manager|director|officer|engineer|head of|head|lead|ceo|cto|cfo|coo|cio|vp|president|partner|founder|owner|analyst|consultant|coordinator|executive|assistant|secretary|architect|developer|designer|buyer|"
    r"specialist|supervisor|administrator|accountant|controller|clerk|agm|dgm|gm|pmp|mrics|programme|project|department|dept|division|marketing|operations|procurement|purchasing|sales|finance|product)\b"
    r"|\b(?:ltd|limited|inc|llc|llp|plc|gmbh|ag|s\.?a\.?|b\.?v\.?|n\.?v\.?|oy|ab|pty|pvt|co|corp|company|group|holdings|partners|bank|university|hospital|council|agency|studio|services|solutions|store|trust|charity|school)\b\.?"
    r"|公司|集团|集團|(?:部|科|处|處|中心|办公室|辦公室|办|厂|廠|店|院|局|所|室|课|課|组|組|股|站|队|银行|銀行|学校|學校|大学|委员会|协会|事业部|传媒|科技|工程|水务|水泥)(?:$|[\s|/·,，])"
    r"|经理|經理|总监|總監|主任|主管|工程师|工程師|专员|專員|助理|秘书|总经理|负责人|顾问|會計|会计|\s[|｜·•]\s",
    re.IGNORECASE,
)
_DATE_LINE = re.compile(
    r"^\s*(?:\d{4}\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}\s?日?|[二〇○零一二三四五六七八九十]{4}年.{1,4}月.{1,4}日)\s*$"
)
_LATIN_NAME = re.compile(
    r"^(?:[-~—]\s?)?(?:(?:Dr|Mr|Mrs|Ms|Prof)\.?\s)?[A-ZÀ-Þ][\w'’.-]{0,20}(?:\s(?:[A-ZÀ-Þ][\w'’.-]{0,20}|de|van|von|der|la|di|bin)){0,4}(?:\s[\u3400-\u9fff]{2,4})?$"
)
_HAN_NAME = re.compile(r"^[\u3400-\u9fff·]{1,4}(?:\s[A-Z][a-z]{1,15}){0,2}$")
_DISCLAIMER = re.compile(
    r"^\W{0,3}(?:disclaimer|confidentiality|confidential|legal notice|notice|important notice|caution)\b|(?:this|the) (?:e-?mail|email|message|communication|transmission)\b.{0,80}(?:confidential|intended|privileged|solely|monitored)"
    r"|intended (?:only |solely )?for the (?:addressee|use|named|person|individual)|consider the environment|before printing|emails? are monitored|registered (?:in|office)|if you (?:are not|have received)"
    r"|(?:本|此)(?:邮件|郵件|电子邮件|電子郵件|信件|封邮件|封郵件).{0,30}(?:保密|机密|機密|仅供|僅供|附件)|(?:免责|免責|保密)(?:声明|聲明|条款)|如(?:您|果您)?(?:并非|不是|非|误收|誤收)|请考虑环境|打印本邮件|列印此"
    r"|(?:you (?:are receiving|received|got)) this|unsubscribe|to unsubscribe|view (?:it|this) on github|reply to this email directly|退订|取消订阅|mailing list\s*$|/mailman/listinfo/|want \d+% off",
    re.IGNORECASE,
)


def trailer(rows: Sequence[lines.Line]) -> int:
    """Give the index of a line that a program put under the mail ("Sent from my iPhone"), or len(rows)."""
    for index, row in enumerate(rows):
        if _is_trailer(row):
            return index
    return len(rows)


def _is_trailer(row: lines.Line) -> bool:
    """Tell a program's line from a sentence that begins alike."""
    text = row.head
    if len(text) > 80 or not programs.TRAILER.match(text):
        return False
    return (
        not re.search(r"[,，].*\w|[.。]\s|\bis\b|[.。]$", re.sub(r"<[^<>]{0,80}>", "", text))
        and len(text.split()) <= 9
    )


def footer(rows: Sequence[lines.Line]) -> int:
    """Give the index at which legal or list text begins that runs to the end, or len(rows)."""
    for index, row in enumerate(rows):
        if _DISCLAIMER.search(row.head) and _runs_to_end(rows, index):
            return _with_rule(rows, index)
    return len(rows)


def _runs_to_end(rows: Sequence[lines.Line], index: int) -> bool:
    """Tell whether what begins here can be a footer: not the first words, and few paragraphs to the end."""
    above = lines.last_filled(rows, index)
    breaks = sum(1 for row in rows[index:] if row.blank)
    return above >= 0 and breaks <= 12


def _with_rule(rows: Sequence[lines.Line], index: int) -> int:
    """Take in the drawn line, and the list's name, above a footer."""
    above = index
    for _ in range(3):
        upper = lines.last_filled(rows, above)
        if upper < 0:
            return above
        if _DELIMITER.match(rows[upper].head) or programs.RULE.match(rows[upper].head):
            return upper
        if above - upper > 1 or not re.search(r"@\S+\.|https?://", rows[upper].head):
            return above
        above = upper
    return above


def block(rows: Sequence[lines.Line], sender: str) -> int:
    """Give the index at which the signature block begins, or len(rows).

    A block is a delimiter line and what follows, or the last lines where they are short, are no
    list and no prose, begin with a name or a parting phrase, and tell a post, a firm or a way to
    reach the sender. A name alone, or a parting phrase with a name, stays: the sender wrote it this
    time (convention of the development messages: kept in 6 of 9).
    """
    end = lines.last_filled(rows, len(rows)) + 1
    delimiter = _delimiter(rows, end)
    if delimiter < end:
        return _with_parting(rows, delimiter, sender)
    start = _start(rows, end, sender)
    return _with_parting(rows, start, sender) if start < end else len(rows)


def _delimiter(rows: Sequence[lines.Line], end: int) -> int:
    """Find the line "-- " (RFC 3676 section 4.3) with a short block below it."""
    for index in range(max(0, end - LINES), end):
        if _DELIMITER.match(rows[index].head) and index and _block_like(rows[index + 1 : end]):
            return index
    return end


def _block_like(rows: Sequence[lines.Line]) -> bool:
    """Tell whether lines are short enough for a signature."""
    return all(_width(row.head) <= WIDTH for row in rows)


def _start(rows: Sequence[lines.Line], end: int, sender: str) -> int:
    """Find the topmost line from which everything to `end` reads as a signature."""
    found = end
    for index in range(end - 1, max(-1, end - LINES), -1):
        row = rows[index]
        if row.blank:
            continue
        if not _signature_like(row):
            break
        if _begins(rows, index, sender) and _tells(rows[index:end], sender):
            found = index
    return found


def _signature_like(row: lines.Line) -> bool:
    """Tell whether a line could stand in a signature."""
    text = row.head
    if _width(text) > WIDTH or _BULLET.match(text):
        return False
    return (
        bool(_SIGN_OFF.match(text))
        or not _PROSE_END.search(text)
        or bool(_CONTACT.search(text) and _width(text) < 60)
    )


def _begins(rows: Sequence[lines.Line], index: int, sender: str) -> bool:
    """Tell whether a signature can begin at a line: a name, a parting phrase, or a paragraph's start."""
    text = rows[index].head
    starts_paragraph = index == 0 or rows[index - 1].blank
    return (
        bool(_SIGN_OFF.match(text))
        or is_name(text, sender)
        or (
            starts_paragraph and index > 0 and bool(_ROLE.search(text) or _holds_name(text, sender))
        )
    )


def _tells(rows: Sequence[lines.Line], sender: str) -> bool:
    """Tell whether lines name a post, a firm, or a way to reach the sender."""
    filled = [row.head for row in rows if not row.blank]
    rest = [text for text in filled if not _SIGN_OFF.match(text) and not is_name(text, sender)]
    if not rest:
        return False
    if any(_CONTACT.search(text) or _ROLE.search(text) or _DATE_LINE.match(text) for text in rest):
        return True
    return _holds_name(filled[0], sender) and len(rest) <= 2


def _with_parting(rows: Sequence[lines.Line], start: int, sender: str) -> int:
    """Take in a parting phrase and a name that stand alone above the block."""
    for _ in range(3):
        above = lines.last_filled(rows, start)
        if above <= 0 or start - above > 3:
            return start
        text = rows[above].head
        alone = rows[above - 1].blank or bool(_SIGN_OFF.match(rows[above - 1].head))
        named = is_name(text, sender) and alone
        if not named and not _bare_parting(text):
            return start
        start = above
    return start


def _bare_parting(text: str) -> bool:
    """Tell a parting phrase that ends without a full stop."""
    return bool(_SIGN_OFF.match(text)) and text[-1:] not in "。！!.？?"


def is_name(text: str, sender: str) -> bool:
    """Tell whether a line is a person's name alone."""
    text = text.strip().strip("-~—, ")
    if not text:
        return False
    known = lines.squeezed(text)
    if sender and len(known) > 1 and known in lines.squeezed(sender):
        return True
    return bool(_LATIN_NAME.match(text) or _HAN_NAME.match(text)) and not _ROLE.search(text)


def _holds_name(text: str, sender: str) -> bool:
    """Tell whether the sender's name, or a part of it, stands in a line."""
    parts = [lines.squeezed(part) for part in sender.split()]
    shown = lines.squeezed(text)
    return any(len(part) > 1 and part in shown for part in parts)


def _width(text: str) -> int:
    """Measure a line; a Chinese character counts two."""
    return len(text) + sum(char >= "\u2e80" for char in text)
