"""Is a line a person's name and nothing else? A decision in one word must never pass for one."""

import re

from assistant.mail import lines

#: family names, both scripts: the hundred commonest of 2020 and others often met; one character each
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
    "雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲游阳裴席卫查屈鲍覃霍翁"
    "隋植甘景薄单包司柏宁柯阮桂闵欧阳解强柴华车冉房边辜瞿佟简骆苟喻丘冷应虞宗宣贲郁杭诸臧"
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許呂蘇盧蔣賈葉閻鐘鍾範譚鄒陸龍萬錢湯賴龔龐蘭嚴倫魯畢聶叢齊關淩紀歐項遊陽衛單寧閔車邊簡駱喻應諸"
)
_NOT_HAN = (
    "安排 方便 高兴 高興 金额 金額 时间 時間 项目 項目 任何 任务 任務 明天 常见 文件 文档 "
    "向前 路上 管理 左右 关于 關於 单位 單位 包括 强烈 应该 應該 解决 解決 简单 簡單 成 "
    "时 段 程 方 安 易 应 单 解"
)
_NOT_LATIN = (
    "ok okay yes no yep nope yeah approved approve agreed agree accepted accept confirmed "
    "confirm done rejected reject declined refused denied fine good great perfect "
    "excellent go ahead proceed granted noted received understood hold stop wait sure "
    "absolutely definitely certainly please sorry thanks thank hello hi dear all not "
    "never signed off on looks look works ship send pay paid cancel cancelled urgent fyi "
    "below above attached update updated today tomorrow monday tuesday wednesday thursday "
    "friday saturday sunday yesterday now later soon maybe correct right wrong true false "
    "same both none either neither here there this that it we you they everything nothing "
    "option plan draft version phase invoice quote order delivery total north south east "
    "west"
)
#: words that begin like a Chinese name
NOT_HAN_NAMES = frozenset(_NOT_HAN.split())
#: words of which a name is never made: decisions and courtesies that stand alone on a line
NOT_LATIN_NAMES = frozenset(_NOT_LATIN.split())
_LATIN = re.compile(
    r"^(?:(?:Dr|Mr|Mrs|Ms|Prof|Ing)\.?\s)?[A-ZÀ-Þ][\w'’.-]{0,20}"
    r"(?:\s(?:[A-ZÀ-Þ][\w'’.-]{0,20}|de|van|von|der|den|la|di|da|bin|al)){0,4}"
    r"(?:\s[\u3400-\u9fff]{2,4})?$"
)
_HAN = re.compile(r"^(?:[老小阿])?[\u3400-\u9fff·]{1,4}(?:\s[A-Z][a-z]{1,15}){0,2}$")
_INITIAL = re.compile(r"\b(?:[A-Z]|Jr|Sr|PhD|Esq)\.$")
_WORD = re.compile(r"[a-z]+")
_WEEKDAY = re.compile(r"^[周週][一二三四五六日天末]")


def is_name(text: str, sender: str) -> bool:
    """Tell whether a line is a name alone; `sender` is the From header's display name, or ""."""
    shown = lines.squeezed(text)
    if not shown:
        return False
    if (len(shown) > 1 or shown >= "\u2e80") and shown in lines.squeezed(sender):
        return True
    bare = text.strip("-~—, ")
    return _is_latin_name(bare) or _is_han_name(bare)


def _is_latin_name(text: str) -> bool:
    """Tell capitalised words of which none is an everyday one."""
    if not _LATIN.match(text) or (text.endswith(".") and not _INITIAL.search(text)):
        return False
    return NOT_LATIN_NAMES.isdisjoint(_WORD.findall(text.lower()))


def _is_han_name(text: str) -> bool:
    """Tell two to four characters that begin with a family name."""
    if not _HAN.match(text) or text in NOT_HAN_NAMES or _WEEKDAY.match(text):
        return False
    return text.lstrip("老小阿")[:1] in SURNAMES


def holds_name(text: str, sender: str) -> bool:
    """Tell whether the sender's name, or a part of it, stands in a line."""
    parts = [lines.squeezed(part) for part in sender.split()]
    shown = lines.squeezed(text)
    return any(len(part) > 1 and part in shown for part in parts)
