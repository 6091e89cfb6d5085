"""Near-duplicates: messages of the corpus that say the same in almost the same characters."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from assistant.classify import words

#: share of common shingles (Jaccard) from which two messages are twins
ALIKE = 0.6
#: characters in a shingle
SHINGLE = 4
#: a message with fewer shingles ("OK.", "收到") may be said by anyone
FEWEST = 12
#: a shingle in more messages than this says nothing, and is not looked up
COMMONEST = 3000


def pairs(texts: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Yield (earlier, later, likeness in [ALIKE, 1]) for texts that are nearly the same.

    Exact Jaccard over character shingles through an index: 15,000 messages in under a minute, so that
    the approximation of MinHash is not needed.
    """
    index: defaultdict[str, list[int]] = defaultdict(list)
    sizes: list[int] = []
    for at, text in enumerate(texts):
        own = shingles(text)
        sizes.append(len(own))
        shared = Counter(
            other for piece in own if len(index[piece]) < COMMONEST for other in index[piece]
        )
        if len(own) >= FEWEST:
            for other, count in shared.items():
                alike = count / (len(own) + sizes[other] - count)
                if alike >= ALIKE:
                    yield other, at, alike
        for piece in own:
            index[piece].append(at)


def shingles(text: str) -> set[str]:
    """Give the shingles of `text`, folded and without white space."""
    folded = re.sub(r"\s+", "", words.plain(text))
    return {folded[at : at + SHINGLE] for at in range(max(1, len(folded) - SHINGLE + 1))}
