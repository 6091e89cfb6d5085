"""Near-duplicates: messages of the corpus that say the same in almost the same characters."""

import math
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
#: so many of the rarest shingles are common to twins; with more, more are looked up and fewer compared.
#: At most ALIKE * FEWEST, or short twins would be missed
SHARED = 6


def pairs(texts: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Yield (earlier, later, likeness in [ALIKE, 1]) for texts that are nearly the same.

    Exact Jaccard over character shingles. Two texts that are ALIKE share at least SHARED of their rarest
    shingles (prefix filtering: Bayardo et al. 2007, "Scaling up all pairs similarity search"), so that
    few are compared, and the approximation of MinHash is not needed.
    """
    seen = Counter(piece for text in texts for piece in shingles(text))
    index: defaultdict[str, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        own = shingles(text)
        rarest = sorted(own, key=lambda piece: (seen[piece], piece))
        rarest = rarest[: len(own) - math.ceil(ALIKE * len(own)) + SHARED]
        if len(own) >= FEWEST:
            shared = Counter(other for piece in rarest for other in index[piece])
            for other in sorted(other for other, count in shared.items() if count >= SHARED):
                alike = _jaccard(own, shingles(texts[other]))
                if alike >= ALIKE:
                    yield other, at, alike
        for piece in rarest:
            index[piece].append(at)


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)


def shingles(text: str) -> set[str]:
    """Give the shingles of `text`, folded and without white space."""
    folded = re.sub(r"\s+", "", words.plain(text))
    return {folded[at : at + SHINGLE] for at in range(max(1, len(folded) - SHINGLE + 1))}
