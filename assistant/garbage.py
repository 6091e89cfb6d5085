"""How often Python looks for garbage that refers to itself: set by whatever begins a process."""

import gc

#: new objects before it looks, and how many looks before it looks at older ones. Reading mail makes millions of
#: small objects and next to none that refer to themselves (2026-11-30, Python's own 700, 10, 10 beside these:
#: 15,000 messages taken apart for training in 13.6 and 9.3 s, 8.0 without looking at all)
FRESH, YOUNG, MIDDLE = 50_000, 20, 50


def seldom() -> None:
    """Look seldom, in all of this process; what refers to itself lies a little longer."""
    gc.set_threshold(FRESH, YOUNG, MIDDLE)
