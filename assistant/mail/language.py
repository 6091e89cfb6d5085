"""Which language a text is written in: Simplified or Traditional Chinese, English, or unknown."""

import functools
import re
import unicodedata

SIMPLIFIED = "zh-Hans"
TRADITIONAL = "zh-Hant"
ENGLISH = "en"
UNKNOWN = "und"

#: characters that are looked at
SAMPLE = 20_000
#: Chinese characters and signs for each Latin word from which a mixed text is Chinese
HAN_SHARE = 0.35

_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’][a-z]+)?")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
#: full-width signs, which nobody types in an English text
_HAN_SIGN = re.compile(r"[。，、：？！；（）]")
_KANA_HANGUL = re.compile(r"[\u3041-\u30ff\uac00-\ud7af]")
#: words that stand in nearly every English sentence, and in few of other languages
_ENGLISH_WORDS = (
    "the and to of is are was we you it this that for on with have has be not can please "
    "thanks thank our your my i but from will would ok okay yes no at by as if do did hi "
    "hello dear all so what when how any there they he she me us go fine good approved agreed "
    "looks sure done great need by its"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
#: words that stand in nearly every sentence of other languages in Latin letters
_FOREIGN_WORDS = (
    "der die das und ist nicht ich wir sie mit für ein eine zu auf le la les des est et pas "
    "vous nous je une pour dans el los las que es por para una con del il di che per non sono "
    "della het een van niet voor wij ik zijn og det er som på av att och är inte jag da do em "
    "uma não"
)
_FOREIGN = frozenset(_FOREIGN_WORDS.split())


def detect(text: str) -> str:
    """Give `zh-Hans`, `zh-Hant`, `en` or `und` for a text of any length.

    Traditional and Simplified are told by characters that only Big5, or only GB 2312, can write.
    """
    sample = text[:SAMPLE]
    han = len(_HAN.findall(sample)) + len(_HAN_SIGN.findall(sample))
    words = [word.lower() for word in _WORD.findall(sample)]
    if len(_KANA_HANGUL.findall(sample)) > han / 4:
        return UNKNOWN
    if han and han >= HAN_SHARE * len(words):
        return _script(sample)
    return _latin(words)


def _script(sample: str) -> str:
    """Weigh the characters that only one of the scripts has."""
    weight = sum(map(_leaning, _HAN.findall(sample)))
    return TRADITIONAL if weight > 0 else SIMPLIFIED


@functools.lru_cache(maxsize=4096)
def _leaning(char: str) -> int:
    """Give 1 for a Traditional character, -1 for a Simplified one, 0 for one of both."""
    normal = unicodedata.normalize("NFKC", char)
    return _writes("big5", normal) - _writes("gb2312", normal)


def _writes(codec: str, char: str) -> int:
    """Tell (1 or 0) whether a character set holds a character."""
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return 0
    return 1


def _latin(words: list[str]) -> str:
    """Tell English from other languages in Latin letters; a few unknown words count as English."""
    if not words:
        return UNKNOWN
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    if foreign > english:
        return UNKNOWN
    return ENGLISH if english or len(words) < 8 else UNKNOWN
