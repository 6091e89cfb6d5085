"""The habits of the usual mail programs: what they put above a quotation, and how they write HTML."""

import dataclasses
import datetime
import html
from collections.abc import Callable

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HAN = "一二三四五六日"
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"


@dataclasses.dataclass(frozen=True, slots=True)
class Parent:
    """The message that is answered, as the answering program sees it."""

    name: str
    email: str
    to: str
    subject: str
    #: in the answering person's local time
    at: datetime.datetime
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Program:
    """One mail program."""

    #: the lines above the quotation
    head: Callable[[Parent], str]
    #: header by which it names itself, and what it says
    mailer: tuple[str, str] | None = None
    #: whether quoted lines begin with ">"
    marks: bool = False
    #: writes the HTML part from body, head and quotation; None: plain text alone
    page: Callable[[str, str, str], str] | None = None


def quotation(program: Program, parent: Parent) -> tuple[str, str]:
    """Give the lines above the quotation, and the quotation itself."""
    rows = parent.text.splitlines()
    if program.marks:
        rows = [f"> {row}".rstrip() for row in rows]
    return program.head(parent), "\n".join(rows)


def _outlook(parent: Parent) -> str:
    at = parent.at
    return (
        f"From: {parent.name} <{parent.email}>\n"
        f"Sent: {_DAYS[at.weekday()]}, {at.day} {at:%B %Y %H:%M}\n"
        f"To: {parent.to}\nSubject: {parent.subject}\n"
    )


def _outlook_zh(parent: Parent) -> str:
    at = parent.at
    return (
        f"发件人: {parent.name} <{parent.email}>\n"
        f"发送时间: {at.year}年{at.month}月{at.day}日 {at.hour}:{at:%M}\n"
        f"收件人: {parent.to}\n主题: {parent.subject}\n"
    )


def _foxmail(parent: Parent) -> str:
    return (
        f"\n发件人： {parent.name}\n发送时间： {parent.at:%Y-%m-%d %H:%M}\n"
        f"收件人： {parent.to}\n主题： {parent.subject}"
    )


def _qq(parent: Parent) -> str:
    at = parent.at
    half = "上午" if at.hour < 12 else "下午"
    return (
        "------------------ 原始邮件 ------------------\n"
        f'发件人: "{parent.name}" <{parent.email}>;\n'
        f"发送时间: {at.year}年{at.month}月{at.day}日(星期{_HAN[at.weekday()]}) {half}{at.hour % 12 or 12}:{at:%M}\n"
        f'收件人: "{parent.to}";\n主题: {parent.subject}\n'
    )


def _netease(parent: Parent) -> str:
    return f'在 {parent.at:%Y-%m-%d %H:%M:%S}，"{parent.name}" <{parent.email}> 写道：'


def _gmail(parent: Parent) -> str:
    at = parent.at
    month = _MONTHS[3 * at.month - 3 : 3 * at.month]
    day = f"{_DAYS[at.weekday()][:3]}, {at.day} {month} {at.year}"
    return f"On {day} at {at:%H:%M}, {parent.name} <{parent.email}> wrote:\n"


def _gmail_hant(parent: Parent) -> str:
    at = parent.at
    half = "上午" if at.hour < 12 else "下午"
    day = f"{at.year}年{at.month}月{at.day}日 週{_HAN[at.weekday()]}"
    return f"{parent.name} <{parent.email}> 於 {day} {half}{at.hour % 12 or 12}:{at:%M}寫道：\n"


def _apple(parent: Parent) -> str:
    at = parent.at
    month = _MONTHS[3 * at.month - 3 : 3 * at.month]
    day = f"{at.day} {month} {at.year}, at {at:%H:%M}"
    return f"On {day}, {parent.name} <{parent.email}> wrote:\n"


def _rows(text: str, tag: str) -> str:
    return "".join(f"<{tag}>{html.escape(row) or '<br>'}</{tag}>\n" for row in text.splitlines())


def _gmail_page(body: str, head: str, quoted: str) -> str:
    page = f'<div dir="ltr">{_rows(body, "div")}</div>'
    if not quoted:
        return page
    rows = "<br>".join(html.escape(row.removeprefix(">").strip()) for row in quoted.splitlines())
    return (
        f'{page}<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{html.escape(head)}<br></div>'
        '<blockquote class="gmail_quote" '
        'style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">'
        f"{rows}</blockquote></div>"
    )


def _outlook_page(body: str, head: str, quoted: str) -> str:
    page = f'<div class="WordSection1">{_rows(body, "p")}'
    if quoted:
        above = "<br>".join(html.escape(row) for row in head.strip().splitlines())
        page += (
            '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
            f'<p class="MsoNormal">{above}</p></div>{_rows(quoted, "p")}'
        )
    return f"<html><body>{page}</div></body></html>"


def _plain_page(body: str, head: str, quoted: str) -> str:
    page = _rows(body, "div")
    return page + "<div><br></div>" + _rows(head, "div") + _rows(quoted, "div") if quoted else page


_COREMAIL = "Coremail Webmail Server Version XT6.0.7 build 20260715"
PROGRAMS = {
    "plain": Program(_gmail, marks=True),
    "outlook": Program(_outlook, ("X-Mailer", "Microsoft Outlook 16.0"), page=_outlook_page),
    "outlook-zh": Program(_outlook_zh, ("X-Mailer", "Microsoft Outlook 16.0"), page=_outlook_page),
    "foxmail": Program(_foxmail, ("X-Mailer", "Foxmail 7.2.25.375[cn]")),
    "qq": Program(_qq, ("X-Mailer", "QQMail 2.x"), page=_plain_page),
    "netease": Program(_netease, ("X-Mailer", _COREMAIL), marks=True),
    "gmail": Program(_gmail, marks=True, page=_gmail_page),
    "gmail-hant": Program(_gmail_hant, marks=True, page=_gmail_page),
    "apple": Program(_apple, ("X-Mailer", "Apple Mail (2.3864.100.1)"), marks=True),
}
