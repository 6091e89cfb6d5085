"""Passages -> matters: what belongs together becomes one item."""

import dataclasses
import re
from collections.abc import Sequence

from assistant.classify import verdict
from assistant.classify.labels import Label, Outcome

#: a new matter begins here although its neighbour bears the same label
_FRESH = re.compile(
    r"\s*(?:[(（]?\d{1,2}[)）.、．:：]|[-*•·]\s|第?[一二三四五六七八九十]{1,2}[、.．是]"
    r"|另外|还有一|還有一|此外|再有|其次|顺便|順便|also\b|another\b|separately\b|besides\b|in addition\b"
    r"|secondly\b|thirdly\b|while (?:we|you)(?:'re| are) (?:at it|there)\b|on another note\b)",
    re.IGNORECASE,
)
#: a paragraph ends, or a list goes on
_BREAK = re.compile(r"\n\s*\n|\n\s*(?:[(（]?\d{1,2}[)）.、．]|[-*•·]\s)")
#: longest title in characters
TITLE_LENGTH = 80


@dataclasses.dataclass(frozen=True, slots=True)
class Matter:
    """One thing that the client asks, with the passages that prove it, in order."""

    kind: Label
    passages: tuple[verdict.Passage, ...]
    #: of an approval; None for the other kinds
    outcome: Outcome | None = None

    @property
    def words(self) -> str:
        """The client's words, passage by passage."""
        return "\n".join(passage.text for passage in self.passages)

    @property
    def title(self) -> str:
        """The first words on one line."""
        return shorten(self.passages[0].text)


def shorten(text: str) -> str:
    """Put a text on one line of at most TITLE_LENGTH characters."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"


def gather(text: str, passages: Sequence[verdict.Passage]) -> tuple[Matter, ...]:
    """Join neighbouring passages of one label, and one outcome, into matters.

    `text` is the newly written text that the passages' offsets count in. A list mark, a new paragraph
    or a word such as "also" begins a new matter.
    """
    matters: list[Matter] = []
    for passage in sorted(passages, key=lambda passage: passage.start):
        for kind, outcome in _kinds(passage):
            last = next(
                (m for m in reversed(matters) if (m.kind, m.outcome) == (kind, outcome)), None
            )
            if last is not None and _continues(text, last.passages[-1], passage):
                index = matters.index(last)
                matters[index] = dataclasses.replace(last, passages=(*last.passages, passage))
            else:
                matters.append(Matter(kind, (passage,), outcome))
    return tuple(matters)


def _kinds(passage: verdict.Passage) -> list[tuple[Label, Outcome | None]]:
    """List what the passage asks; an approval once for each of its outcomes."""
    kinds: list[tuple[Label, Outcome | None]] = []
    for label in passage.labels:
        if label is Label.APPROVAL:
            kinds += [(label, outcome) for outcome in passage.outcomes or (Outcome.CONDITIONAL,)]
        elif label is not Label.OTHER:
            kinds.append((label, None))
    return kinds


def _continues(text: str, before: verdict.Passage, passage: verdict.Passage) -> bool:
    """Say whether a passage goes on with the matter of the one before it: in the same paragraph.

    What stands between two passages of one label in one paragraph tells the same story.
    """
    between = text[before.end : passage.start]
    return _BREAK.search(between) is None and _FRESH.match(passage.text) is None
