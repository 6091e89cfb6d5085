"""What stands below a mail: parting phrases, posts and firms, phone lines, legal text. Patterns as data.

Each is applied to one line of bounded length and is linear in it.
"""

import re

#: lines that a mobile or web program puts under a mail, matched from the start: (pattern, program)
TRAILERS = (
    (
        r"(?:sent|envoyé|enviado|inviato|gesendet|verzonden|skickat|sendt|wysłane)\s+"
        r"(?:from|via|with|using|by|depuis|à partir de|desde|da|von|van|från|fra|z|mit)\s",
        "phones, Outlook mobile",
    ),
    (r"sent (?:on the go|while mobile)", "phones"),
    (
        r"(?:get|获取|獲取|取得|下載|holen sie sich|télécharger|obtenir|obtener)\s*"
        r"(?:适用于\s?.{2,12}?的\s?)?outlook\b",
        "Outlook mobile",
    ),
    (r"(?:发|發)自我的", "Apple Mail, QQ Mail, WeCom"),
    (
        r"(?:从|從)我(?![们們])的?\s?.{1,30}?(?:发送|寄出|傳送|發送)\s*$",
        "Apple Mail zh-Hant, Samsung",
    ),
    (
        r"(?:寄自|傳送自|傳自)\s?.{0,6}?(?:iphone|ipad|手機|android|outlook|yahoo|galaxy|samsung)",
        "zh-Hant phones",
    ),
    (
        r"(?:发自|發自|来自|來自|发送自|由)\s?.{0,16}?(?:手机|手機|iphone|ipad|android|huawei|华为|小米|荣耀"
        r"|vivo|oppo|outlook|windows|foxmail|qq邮箱|邮箱大师|邮件大师|网易邮箱|企业微信|钉钉|飞书|客户端)",
        "NetEase, Huawei, WeCom, Windows Mail",
    ),
    (r"(?:从|從) windows .{0,8}?(?:邮件|郵件)(?:发送|傳送)", "Windows Mail"),
    (r"yahoo mail: search, organize", "Yahoo"),
)
#: a line that a program draws above a signature (RFC 3676 section 4.3, and what people type for it)
DELIMITER = re.compile(r"^(?:--|—|——|–|―|—{3,}|_{2,}|-{2,}|－－|[|\s]{1,9})\s*$")
#: phrases with which people part
SIGN_OFF = re.compile(
    r"^(?:(?:many\s|with\s)?(?:thanks?|thank you|thx|cheers|regards|rgds|best|brgds|br|kr|vg|sincerely|yours"
    r"|respectfully|cordially|hugs|love|warmly|take care|talk soon)\b"
    r"|(?:with|kind|best|warm|warmest|kindest|many|yours|very)\s.{0,24}?(?:regards|wishes|thanks|truly"
    r"|sincerely|faithfully)"
    r"|(?:mit )?(?:freundliche[nrm]?|beste[nr]?|viele|liebe) gr(?:ü|ue)(?:ß|ss)en?|cordialement"
    r"|bien (?:à vous|cordialement)"
    r"|saludos|um abraço|met vriendelijke groet(?:en)?|venlig hilsen|cordiali saluti"
    r"|此致|敬礼|敬禮|顺颂|順頌|祝好|祝商祺|顺祝|順祝|商祺|谢谢|謝謝|多谢|敬上|敬启|此复|即颂|以上$)"
    r".{0,24}$",
    re.IGNORECASE,
)
#: list items are content, never signature
BULLET = re.compile(
    r"^\s*(?:[-*•·●○▪◦]\s|\d{1,2}\s?[.、)）:：]|[(（]\d{1,2}[)）]|[一二三四五六七八九十]{1,2}[、.]"
    r"|[a-h][.)]\s|\d\d:\d\d)"
)
#: how prose ends, unlike a name, a post or a number
PROSE_END = re.compile(
    r"[。！？!?；;…～，,:：]$"
    r"|(?<!\b[A-Z])(?<!\bCo)(?<!\bLtd)(?<!\bInc)(?<!\bDr)(?<!\bCorp)(?<!\.V)(?<!\bPvt)(?<!\bSt)\.$"
)
#: ways to reach the sender
CONTACT = re.compile(
    r"\+?\(?\d{2,5}\)?[\s.\-/]?\d{2,5}[\s.\-/]?\d{2,5}|[^\s@]{1,64}@[^\s@.]{1,64}\.[a-z]|https?://|www\."
    r"|\b(?:tel|fax|mob(?:ile)?|phone|cell|ext(?:n|ension)?|direct|office|skype|wechat|whatsapp"
    r"|[tmpew])\b\s?[.:：|+]?\s?[+(\d]"
    r"|电话|電話|手机|手機|传真|傳真|分机|分機|短号|微信|邮箱|信箱|地址|联系人|聯絡人|网址|\bQQ[:：]|热线",
    re.IGNORECASE,
)
#: posts, firms and departments
POST = re.compile(
    r"\b(?:manager|director|officer|engineer|head of|head|lead|leader|ceo|cto|cfo|coo|cio|vp|president"
    r"|partner|founder|owner|analyst"
    r"|consultant|coordinator|executive|assistant|secretary|architect|developer|designer|buyer"
    r"|specialist|supervisor"
    r"|administrator|accountant|controller|clerk|agm|dgm|gm|pmp|mrics|programme|department|dept"
    r"|division|marketing"
    r"|operations|procurement|purchasing|sales|finance)\b"
    r"|\b(?:ltd|limited|inc|llc|llp|plc|gmbh|ag|oy|ab|pty|pvt|co|corp|company|group|holdings|partners"
    r"|bank|university"
    r"|hospital|council|agency|studio|services|solutions|store|trust|charity|school)\b|\b[bns]\.[va]\."
    r"|公司|集团|集團|(?:部|科|处|處|中心|办公室|辦公室|办|厂|廠|店|院|局|所|室|课|課|组|組|股|站|队"
    r"|银行|銀行|学校|學校|大学"
    r"|委员会|协会|事业部|传媒|科技|工程|水务|水泥)(?:$|[\s|/·,，])"
    r"|经理|經理|总监|總監|主任|主管|工程师|工程師|专员|專員|助理|秘书|总经理|负责人|顾问|會計|会计"
    r"|\s[|｜·•]\s",
    re.IGNORECASE,
)
#: what people say, and firms are not called: a line without punctuation may still be talk
TALK = re.compile(
    r"[，我你您他她它们們了吗嗎吧呢啊的在是就要也都还還没沒不把被给給]|\b(?:i|we|you|is|are|was)\b",
    re.IGNORECASE,
)
#: the date under a formal letter
DATE_LINE = re.compile(
    r"^\s*(?:\d{4}\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}\s?日?"
    r"|[二〇○零一二三四五六七八九十]{4}年.{1,4}月.{1,4}日)\s*$"
)
#: a name and what it belongs to on one line: `闫冬  生产管理部`, `Deb Lowe, Director`, `Yvette 岑 | Product`
NAMED_POST = re.compile(
    r"^(?:[\u3400-\u9fff]{2,4}[\s　/|｜,，]+"
    r"|[A-ZÀ-Þ][\w'’.-]{0,20}(?:\s[A-ZÀ-Þ\u3400-\u9fff][\w'’.-]{0,20}){0,3}\s?[,|｜·•/–—-]\s?)\S"
)
#: legal text and what mailing lists add
FOOTER = re.compile(
    r"^\W{0,3}(?:disclaimer|confidentiality(?: notice)?|(?:legal|important|privacy) notice"
    r"|confidential(?:ity)?(?: note)?)\s*(?:[:：.]|$)"
    r"|\b(?:this|the) (?:e-?mail|message|communication|transmission)\b.{0,80}?(?:confidential"
    r"|intended (?:only|solely|for)|privileged)"
    r"|intended (?:only |solely )?for the (?:addressee|use of|named|person|individual|recipient)"
    r"|consider the environment before|emails? (?:are|may be) monitored"
    r"|^\W{0,3}registered (?:in england|office|company|no)"
    r"|if you (?:are not the (?:intended|named)|have received this (?:e-?mail|message|communication))"
    r"|(?:本|此)(?:封)?(?:邮件|郵件|电子邮件|電子郵件|信件).{0,30}?(?:保密|机密|機密|仅供收件|僅供收件"
    r"|仅供指定|僅供指定)|^\W{0,3}(?:免责|免責|保密)(?:声明|聲明|条款|條款)"
    r"|(?:请|請)(?:在打印前)?考[虑慮](?:环境|環境)|(?:打印|列印)(?:本|此)(?:邮件|郵件)"
    r"|you(?: are receiving| received|'re receiving) this (?:e-?mail|message|because)|view (?:it"
    r"|this email) on github"
    r"|^-----BEGIN PGP SIGNATURE-----|reply to this email directly"
    r"|to unsubscribe from|/mailman/listinfo/|^\S+ mailing list$",
    re.IGNORECASE,
)
#: what a gateway writes above a mail from outside
BANNER = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----"
    r"|^\W{0,9}(?:(?:caution|warning|attention|notice|external(?: e?-?mail| sender)?)\W{1,9})?"
    r"(?:this (?:e-?mail|message) (?:was sent|originated|originates|is|came|has been sent|comes)\b.{0,40}?"
    r"(?:outside|external|not originated)"
    r"|do not click (?:on )?(?:any )?links?|\[?external (?:e-?mail|sender)\]?\W*$)"
    r"|^\W{0,9}(?:注意|警告|提醒|提示)?\W{0,4}(?:(?:此|本|该|該)(?:邮件|郵件)\S{0,4}(?:来自|來自|源自|发自|發自)\S{0,6}(?:外部|外网|组织外|組織外|公司外)"
    r"|外部(?:邮件|郵件)\W{0,3}(?:$|请|請|谨慎|謹慎|注意))",
    re.IGNORECASE,
)
TRAILER = re.compile(
    rf"^[\s\-—*_~(（\[【<]{{0,4}}(?:{'|'.join(pattern for pattern, _ in TRAILERS)})", re.IGNORECASE
)
