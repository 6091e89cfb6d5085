"""Bytes -> text where labels lie: gb2312 means gb18030, and some labels are plainly wrong."""

import codecs
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
#: below this share of everyday characters a decoding is doubted
PLAUSIBLE = 0.6

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STATEFUL = ("utf-16", "utf-32", "utf-7", "iso-2022", "hz", "idna", "punycode", "unicode", "raw")


def decode(data: bytes, label: str) -> tuple[str, str]:
    """Turn `data` into text, and say in a short phrase what was wrong with its `label` ("" if nothing).

    Order: byte order mark, the declared set, UTF-8, gb18030, Big5, then charset-normalizer
    (pitfall 24). Never raises; what fits nothing is read as Latin-1.
    """
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
    attempts = [(name, _strict(data, name)) for name in (declared, "utf-8", "gb18030", "cp950")]
    found = [(name, text) for name, text in attempts if text is not None]
    utf8 = next((text for name, text in found if name == "utf-8"), None)
    if utf8 is not None and (declared == "utf-8" or not _escapes(label)):
        yield "utf-8", utf8
    yield from (pair for pair in found[:1] if pair[0] == declared and _plausible(pair[1], declared))
    yield from (pair for pair in found if pair[0] != declared and _plausible(pair[1], pair[0]))
    yield from (pair for pair in found[:1] if pair[0] == declared)
    yield from _detected(data)
    yield from found


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
        return _without_torn_end(data, name)


def _without_torn_end(data: bytes, name: str) -> str | None:
    """Decode all but a last character that a cut has torn."""
    if name not in ("utf-8", "gb18030", "cp950"):
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


def _plausible(text: str, codec: str) -> bool:
    """Judge whether the non-ASCII characters are such as people write.

    A level-1 character of GB 2312 or of Big5 (the everyday ones), their punctuation, or an
    alphabet. Single-byte sets accept every byte: there two letters in a row above ASCII, mostly
    capitals and signs, are Chinese read wrongly.
    """
    strange = [char for char in text[:SAMPLE_CHARACTERS] if char > "\x7f"]
    if not strange:
        return True
    if codec in ("gb18030", "cp950", "big5hkscs"):
        return sum(map(_everyday, strange)) >= PLAUSIBLE * len(strange)
    if codec.startswith(("cp125", "iso-8859", "iso8859", "latin", "koi8", "mac")):
        return sum(map(str.islower, strange)) >= 0.3 * len(strange) or len(strange) < 4
    return True


def _everyday(char: str) -> bool:
    """Tell whether a character is in the first level of GB 2312 or Big5, or their punctuation."""
    for codec, first, last in (("gb2312", 0xA1, 0xD7), ("cp950", 0xA1, 0xC6)):
        try:
            code = char.encode(codec)
        except UnicodeEncodeError:
            continue
        if len(code) == 2 and first <= code[0] <= last:
            return True
    return char in "\xa0…—·“”‘’"
