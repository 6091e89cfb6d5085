"""Bytes -> text where labels lie: gb2312 means gb18030, and some labels are plainly wrong."""

import codecs
import functools
from collections.abc import Iterator

import charset_normalizer

#: labels that mean a larger set than they say (pitfalls 24; 2 of 124 gb2312 parts failed as gb2312)
MEANT = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "gb18030-2000": "gb18030",
    "big5": "cp950",
    "x-x-big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "utf8": "utf-8",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-8859-8-i": "iso-8859-8",
}
#: bytes that the detector may look at: it is the one step here that is not linear
SAMPLE_BYTES = 4096
#: characters whose plausibility is judged
SAMPLE_CHARACTERS = 2000
#: how well a Chinese decoding must fit to be believed, and by how much another must fit better
#: (1,500 corpus sentences each way, cut to 3, 8 and 40 characters, 2026-11-21)
PLAUSIBLE, BETTER = 0.3, 0.2
#: the same in a text that is mostly ASCII and declared as Western
CERTAIN = 0.6
#: share of bytes above ASCII from which a text is not Western European
FOREIGN_SHARE = 0.45
#: data this long was cut, perhaps within a character
CUT_BYTES = 100_000
#: the characters that every Chinese text is full of, both scripts
EVERYDAY = frozenset(
    "的一是不了在有我他这这個個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發"
    "后後作里裡裏用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她本前"
    "开開但因只从從想实實日两兩三二月号號请請确確认認谢謝您贵貴司改加需给給把被图圖表单單价價件次第点點时间間工期款项項目"
    "已与與及或若请麻烦煩安排报報客户戶系统統问問题題再先周週今明昨早晚上午下方案，。：、？！；（）“”《》「」"
)

_CHINESE = ("gb18030", "cp950", "big5hkscs")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STATEFUL = ("utf-16", "utf-32", "utf-7", "iso-2022", "hz", "idna", "punycode", "unicode", "raw")


def decode(data: bytes, label: str) -> tuple[str, str]:
    """Turn `data` into text, and say in a short phrase what was wrong with its `label` ("" if nothing).

    Order: byte order mark, UTF-8, then gb18030, Big5 and the declared set by how well they fit (the
    declared one has a head start), Western European, charset-normalizer (pitfall 24). Never raises;
    what fits nothing is read as Latin-1. No lone surrogate comes out: UTF-7 can spell one, no database takes it.
    """
    text, note = _decoded(data, label)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), note


def _decoded(data: bytes, label: str) -> tuple[str, str]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace"), ""
    if data.isascii() and not _escapes(label):
        return data.decode("ascii"), ""
    for name, text in _readings(data, label):
        if name == _codec(label):
            return text, ""
        said = f"labelled {label}" if label else "without a label"
        return text, f"text {said} was read as {name}"
    return data.decode("latin-1"), "text in an unknown character set was read as latin-1"


def _readings(data: bytes, label: str) -> Iterator[tuple[str, str]]:
    """Give the believable decodings of `data`, best first."""
    declared = _codec(label)
    if declared != "utf-8" and _escapes(label):
        yield from _attempts(data, declared)
    yield from _attempts(data, "utf-8")
    chinese = sorted(_chinese(data, declared), reverse=True)
    least = CERTAIN if _is_western(declared) and _foreign_share(data) < FOREIGN_SHARE else PLAUSIBLE
    if not declared or declared == "utf-8" or declared in _CHINESE or _is_western(declared):
        yield from ((name, text) for score, name, text in chinese if score >= least)
    yield from _attempts(data, declared)
    if _foreign_share(data) < FOREIGN_SHARE:
        yield from _attempts(data, "cp1252")
    yield from ((name, text) for score, name, text in chinese if score >= PLAUSIBLE)
    yield from _detected(data)
    yield from ((name, text) for _, name, text in chinese)


def _attempts(data: bytes, name: str) -> Iterator[tuple[str, str]]:
    """Give the decoding as `name`, if every byte fits."""
    text = _strict(data, name)
    if text is not None:
        yield name, text


def _chinese(data: bytes, declared: str) -> Iterator[tuple[float, str, str]]:
    """Give the decodings as Chinese sets, with how well each fits; the declared one has a head start."""
    for name in _CHINESE:
        text = _strict(data, name)
        if text is not None:
            yield _score(text) + (BETTER if name == declared else 0.0), name, text


def _is_western(declared: str) -> bool:
    """Tell a set of single bytes that accepts every byte, Chinese ones too."""
    return declared.startswith(("cp1252", "cp1250", "iso-8859-", "iso8859", "latin"))


def _foreign_share(data: bytes) -> float:
    """Give the share of bytes above ASCII among those that are no white space."""
    shown = b"".join(data[:SAMPLE_BYTES].split())
    return sum(byte > 127 for byte in shown) / max(1, len(shown))


def _detected(data: bytes) -> Iterator[tuple[str, str]]:
    """Ask charset-normalizer, on a sample."""
    best = charset_normalizer.from_bytes(data[:SAMPLE_BYTES]).best()
    if best is not None:
        yield best.encoding, data.decode(best.encoding, "replace")


def _strict(data: bytes, name: str) -> str | None:
    """Decode as `name`, or None where a byte does not fit."""
    if not name:
        return None
    try:
        return data.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return _without_torn_end(data, name) if len(data) >= CUT_BYTES else None


def _without_torn_end(data: bytes, name: str) -> str | None:
    """Decode all but a last character that a cut has torn."""
    if name != "utf-8" and name not in _CHINESE:
        return None
    try:
        return codecs.getincrementaldecoder(name)().decode(data, False)
    except UnicodeError:
        return None


def _codec(label: str) -> str:
    """Name the codec that a label means; "" where there is none that makes text."""
    plain = label.strip().strip("\"'").lower()
    name = MEANT.get(plain, plain)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    return name if getattr(found, "_is_text_encoding", True) and name not in ("idna",) else ""


def _escapes(label: str) -> bool:
    """Tell whether a set writes other scripts in ASCII bytes."""
    return label.strip().lower().startswith(_STATEFUL)


def _score(text: str) -> float:
    """Say how much a decoding looks like what people write, in [0, 1].

    Everyday characters count whole, those of the first level of GB 2312 or Big5 a third, and what
    stands in no first level (rare characters, kana, drawn lines) nothing.
    """
    strange = [char for char in text[:SAMPLE_CHARACTERS] if char > "\x7f"]
    return sum(map(_weight, strange)) / max(1, len(strange))


@functools.lru_cache(maxsize=8192)
def _weight(char: str) -> float:
    """Weigh one character."""
    if char in EVERYDAY:
        return 1.0
    first_level = (("gb2312", 0xB0, 0xD7), ("cp950", 0xA4, 0xC6))
    return 0.34 if any(_leads(char, *level) for level in first_level) else 0.0


def _leads(char: str, codec: str, first: int, last: int) -> bool:
    """Tell whether a character's first byte lies in a range of a set."""
    try:
        code = char.encode(codec)
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and first <= code[0] <= last
