"""What is held out: every message judged as it would be alone, in the order of its rows."""

import numpy
import pytest

from assistant.classify import corpus, folds, heldout, linear, train

TEXTS = ("The gate is stuck again.", "Could it be blue? Thank you.", "We agree to the plan.")
TAGS = ("issue", "requirement_change", "approval:granted")


@pytest.fixture(scope="module")
def material() -> folds.Material:
    examples = [
        corpus.Example(
            id=f"{batch}-{at}",
            batch=f"clients-en-{batch:02}",
            language="en",
            subject="Gate",
            asked=None,
            segments=((text, frozenset({tag})), (f"Number {batch * at}.", frozenset())),
        )
        for batch in range(9)
        for at, (text, tag) in enumerate(zip(TEXTS, TAGS, strict=True))
    ]
    return folds.take_apart(examples, seed=0)


def test_each_message_is_judged_as_it_would_be_alone(material: folds.Material) -> None:
    seen = numpy.flatnonzero(~material.kept_out)
    below = {
        **linear.lower_layers(material, seen, seed=0),
        **train.school(material, seen, seed=0, passes=1),
    }
    found = heldout.hold_out(material, below)
    assert found.rows.tolist() == numpy.flatnonzero(material.kept_out).tolist()
    starts = numpy.cumsum(material.counts[found.rows]) - material.counts[found.rows]
    for at, row in enumerate(found.rows):
        alone = heldout._judged(material, below, numpy.array([row]))
        passages = found.passages[:, starts[at] : starts[at] + material.counts[row]]
        assert alone.known[0] == pytest.approx(found.known[at], abs=1e-4)
        assert alone.unknown[0] == pytest.approx(found.unknown[at], abs=1e-4)
        assert alone.passages == pytest.approx(passages, abs=1e-4)
