"""Units of a passage -> features: hashes of n-grams of words and characters, with where they stand."""

import zlib
from collections.abc import Iterator, Sequence

import numpy
import numpy.typing

from assistant.classify import words

Hashes = numpy.typing.NDArray[numpy.uint32]

#: lengths of the sequences of units
LONGEST = 4


def grams(units: Sequence[words.Unit]) -> Iterator[tuple[str, int, int]]:
    """Yield (n-gram, index of its first unit, index after its last): words, their pieces, sequences."""
    texts = ["^", *(unit.text for unit in units), "$"]
    count = len(texts)
    for size in range(1, LONGEST + 1):
        for at in range(count - size + 1):
            yield "\t".join(texts[at : at + size]), max(0, at - 1), at - 1 + size
    for at in range(count - 2):
        yield f"{texts[at]}\t*\t{texts[at + 2]}", max(0, at - 1), at + 2
    for at, unit in enumerate(units):
        for piece in _pieces(unit.text):
            yield piece, at, at + 1


def _pieces(word: str) -> Iterator[str]:
    """Yield the character 3- to 5-grams of a longer Latin word, so that its forms meet."""
    if len(word) < 4 or word[0] == "<":
        return
    padded = f"#{word}#"
    for size in (3, 4, 5):
        for at in range(len(padded) - size + 1):
            yield padded[at : at + size]


def hashed(gram: str) -> int:
    """Hash an n-gram to 32 bits (CRC-32: fast, and the same on every machine)."""
    return zlib.crc32(gram.encode())


def of(text: str) -> Hashes:
    """Give the features of folded `text`: sorted, without repeats."""
    found = {hashed(gram) for gram, _, _ in grams(words.units(text))}
    return numpy.array(sorted(found), dtype=numpy.uint32)
