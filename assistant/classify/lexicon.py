"""Words by what they say: the classes of lexicon.toml, found among the units of a passage."""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources

from assistant.classify import words

#: the longest entry looked for, in units
LONGEST = 6


@functools.cache
def entries() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Map the units of every entry to its classes."""
    text = (resources.files("assistant.classify") / "lexicon.toml").read_text(encoding="utf-8")
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


def classes(units: Sequence[words.Unit]) -> list[tuple[str, int, int]]:
    """List (class, first unit, unit after the last) in order; the longest entry at each unit."""
    known, reach = entries(), _reach()
    texts = tuple(unit.text for unit in units)
    found: list[tuple[str, int, int]] = []
    for at, first in enumerate(texts):
        for size in range(min(reach.get(first, 0), len(texts) - at), 0, -1):
            names = known.get(texts[at : at + size])
            if names:
                found.extend((name, at, at + size) for name in names)
                break
    return found


@functools.cache
def _reach() -> Mapping[str, int]:
    """Map the first unit of entries to the length of the longest; at most LONGEST."""
    reach: dict[str, int] = {}
    for key in entries():
        reach[key[0]] = min(LONGEST, max(len(key), reach.get(key[0], 0)))
    return reach
