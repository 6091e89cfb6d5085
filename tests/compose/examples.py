"""One client message and the letters that answer it, in each language."""

import dataclasses
import datetime
from typing import Any

from assistant.classify.labels import Label, Outcome
from assistant.compose import draft, letter
from assistant.mail import message

WRITTEN_AT = datetime.datetime(2026, 11, 21, 1, 30, tzinfo=datetime.UTC)
MANAGER = message.Address("林悦", "pm@studio.example")

#: change, issue, granted, conditional, refused, status: the client's words in each language
WORDS = {
    "en": (
        "Could we also have a PDF export next to the CSV one?",
        "The payment page hangs on Safari since yesterday.",
        "The home page is approved.",
        "The product page is fine as long as the price moves above the fold.",
        "The footer is not there yet, sorry.",
        "And where are we with the stock import?",
    ),
    "zh-Hans": (
        "订单列表能不能再加一个导出 PDF 的按钮？",
        "昨天开始，付款页在 Safari 里一直转圈。",
        "首页这版可以，通过。",
        "产品页把价格挪到第一屏就可以通过。",
        "页脚先别定，我们再想想。",
        "另外库存导入做到哪一步了？",
    ),
    "zh-Hant": (
        "訂單列表可以再加一個匯出 PDF 的按鈕嗎？",
        "昨天開始，付款頁在 Safari 一直轉圈。",
        "首頁這版沒問題，核准。",
        "產品頁把價格移到第一屏就可以核准。",
        "頁尾先不要定案，我們再討論。",
        "另外庫存匯入做到哪裡了？",
    ),
}
NAMES = {
    "en": ("Sarah Whitcombe", "Harbour Shop"),
    "zh-Hans": ("王芳", "恒昌供应商门户"),
    "zh-Hant": ("陳淑芬", "恆昌供應商入口網站"),
}
STONES = {
    "en": ("Design sign-off", "Content migration", "Beta", "Launch"),
    "zh-Hans": ("设计确认", "内容迁移", "测试版", "正式上线"),
    "zh-Hant": ("設計核定", "內容移轉", "測試版", "正式上線"),
}
NEEDED = {
    "en": "the product photos for the spring range",
    "zh-Hans": "春季新品的产品照片",
    "zh-Hant": "春季新品的產品照片",
}


def lines_in(language: str) -> tuple[letter.Line, ...]:
    """Give one line of every sort."""
    change, issue, granted, conditional, refused, status = WORDS[language]
    decided: dict[str, Any] = {"label": Label.APPROVAL, "authority": "entitled"}
    return (
        letter.Line("CR-4", Label.REQUIREMENT_CHANGE, change, change, state="open"),
        letter.Line("IS-7", Label.ISSUE, issue, issue, state="in_progress"),
        letter.Line("AP-1", title=granted, evidence=granted, outcome=Outcome.GRANTED, **decided),
        letter.Line(
            "AP-2", title=conditional, evidence=conditional, outcome=Outcome.CONDITIONAL, **decided
        ),
        letter.Line("AP-3", title=refused, evidence=refused, outcome=Outcome.REFUSED, **decided),
        letter.Line("SR-2", Label.STATUS_REQUEST, status, status),
    )


def standing_in(language: str) -> letter.Standing:
    """Give a project with a bit of everything; the second milestone is late."""
    change, issue, *_ = lines_in(language)
    done, late, coming, undated = STONES[language]
    return letter.Standing(
        matches=(issue,),
        milestones=(
            letter.Milestone(done, datetime.date(2026, 10, 9), done=True),
            letter.Milestone(late, datetime.date(2026, 11, 13)),
            letter.Milestone(coming, datetime.date(2026, 12, 4)),
            letter.Milestone(undated),
        ),
        open_issues=(issue,),
        open_changes=(change,),
        needed_from_client=(NEEDED[language],),
    )


def letter_in(language: str, kind: letter.Kind, **changes: Any) -> letter.Letter:
    """Give a letter of this kind with everything that it may say."""
    client, project = NAMES[language]
    lines = lines_in(language)
    chosen = {
        letter.Kind.ACKNOWLEDGEMENT: lines[:5],
        letter.Kind.STATUS_UPDATE: (lines[5], lines[0]),
        letter.Kind.FOLLOW_UP: lines[3:5],
    }[kind]
    whole = letter.Letter(
        kind, language, client, "林悦", "", project, chosen, standing_in(language), (client,)
    )
    return dataclasses.replace(whole, **changes)


def original_in(language: str) -> message.Message:
    """Give the client's message that is answered."""
    client, project = NAMES[language]
    return message.Message(
        sha256="0" * 64,
        message_id="<one@harbour.example>",
        subject=project,
        sender=message.Address(client, "client@harbour.example"),
        to=(MANAGER,),
        cc=(message.Address("", "colleague@harbour.example"),),
        date_at=datetime.datetime(2026, 11, 20, 6, 5, tzinfo=datetime.UTC),
        utc_offset_seconds=28_800,
        text="\n".join(WORDS[language]),
    )


def compose(
    a_letter: letter.Letter | None = None, quoted_text: str = "", **changes: Any
) -> draft.Draft:
    """Compose a letter to the original with `changes` made to it."""
    a_letter = a_letter or letter_in("en", letter.Kind.ACKNOWLEDGEMENT)
    original = dataclasses.replace(original_in("en"), **changes)
    return draft.compose(
        a_letter, original, quoted_text, MANAGER, [MANAGER.email], "m-1", WRITTEN_AT
    )
