"""Words by what they say: the classes of lexicon.toml and idioms.toml, found among the units of a passage."""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import NamedTuple

from assistant.classify import words

#: (class, index of its first unit, index after its last)
Sense = tuple[str, int, int]

#: words of every kind, and the finer turns of phrase that are looked for beside them
WORDS, IDIOMS = "lexicon.toml", "idioms.toml"
#: the longest entry looked for, in units
LONGEST = 6
#: so many texts of at most so many characters are kept: two batches of messages
KEPT, SHORT = 1000, 500


class Reading(NamedTuple):
    """A text taken apart."""

    units: Sequence[words.Unit]
    #: the classes of its words, and those of its turns of phrase; each in order
    senses: Sequence[Sense]
    idioms: Sequence[Sense]


def read(text: str) -> Reading:
    """Take folded `text` apart; a short text that was just read is kept, for it is read again to say why."""
    return _kept(text) if len(text) <= SHORT else _read(text)


def _read(text: str) -> Reading:
    units = words.units(text)
    return Reading(units, classes(units, WORDS), classes(units, IDIOMS))


_kept = functools.lru_cache(maxsize=KEPT)(_read)


@functools.cache
def entries(file: str) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Map the units of every entry of a file to its classes."""
    text = (resources.files("assistant.classify") / file).read_text(encoding="utf-8")
    found: dict[tuple[str, ...], list[str]] = {}
    for name, languages in tomllib.loads(text).items():
        for line in languages.values():
            for entry in line.split():
                for form in _forms(entry):
                    key = tuple(unit.text for unit in words.units(words.plain(form)))
                    if name not in found.setdefault(key, []):
                        found[key].append(name)
    return {key: tuple(names) for key, names in found.items()}


def _forms(entry: str) -> Iterator[str]:
    """Yield the forms that an entry stands for."""
    word = entry.removesuffix("*").replace("_", " ")
    yield word
    if not entry.endswith("*"):
        return
    stem = word.removesuffix("e")
    yield from (f"{word}s", f"{word}es", f"{stem}ed", f"{stem}ing", f"{word}ly", f"{word}er")
    if word.endswith("y"):
        yield from (f"{word[:-1]}ies", f"{word[:-1]}ied")
    if re.search(r"[^aeiou][aeiou][bdgmnprt]$", word):
        yield from (f"{word}{word[-1]}ed", f"{word}{word[-1]}ing")


def classes(units: Sequence[words.Unit], file: str) -> list[Sense]:
    """List (class, first unit, unit after the last) in order; the longest entry at each unit."""
    known, longer = entries(file), _longer(file)
    texts = tuple(unit.text for unit in units)
    found: list[Sense] = []
    for at in range(len(texts)):
        for size in (*longer.get(texts[at : at + 2], ()), 1):
            entry = texts[at : at + size]
            if names := known.get(entry):
                # At the end of a text what is found may be shorter than what was looked for.
                found.extend((name, at, at + len(entry)) for name in names)
                break
    return found


@functools.cache
def _longer(file: str) -> Mapping[tuple[str, ...], tuple[int, ...]]:
    """Map the first two units of longer entries to their lengths, the longest first; at most LONGEST."""
    sizes: dict[tuple[str, ...], set[int]] = {}
    for key in entries(file):
        if 1 < len(key) <= LONGEST:
            sizes.setdefault(key[:2], set()).add(len(key))
    return {first: tuple(sorted(found, reverse=True)) for first, found in sizes.items()}
