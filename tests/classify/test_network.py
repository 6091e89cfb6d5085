"""The network: the way back is the slope of the way there, and it learns what order alone can tell."""

import numpy
import pytest

from assistant.classify import layers, lexicon, network, schooling, words

ASKED = numpy.eye(layers.ASKED, dtype=numpy.float32)[-1]


def ids(text: str) -> network.Ids:
    (found,) = network.ids([lexicon.read(words.plain(text))])
    return found


def batch(*messages: tuple[str, ...]) -> network.Batch:
    """Give messages, each with the subject "S"."""
    return network.batch(
        [[ids(text) for text in message] for message in messages],
        [ids("S")] * len(messages),
    )


def forward(
    own: dict[str, layers.Floats], given: network.Batch, drop: network.Drop = network._as_it_is
) -> network.Trace:
    """Go forward, of each message not knowing what was asked."""
    return network.forward(own, given, numpy.stack([ASKED] * len(given.counts)), drop)


def weights() -> dict[str, layers.Floats]:
    return schooling._first(numpy.random.default_rng(1))


def test_a_text_is_scored_alike_whatever_stands_beside_it_in_the_batch() -> None:
    own = weights()
    texts = ("The gate is stuck.", "Could it be blue?")
    alone = forward(own, batch(texts))
    among = forward(own, batch(("x",), texts, ("说好的呢",)))
    assert among.messages[1] == pytest.approx(alone.messages[0], abs=1e-4)
    assert among.passages[1:3] == pytest.approx(alone.passages, abs=1e-4)


def test_the_rows_of_a_text_are_the_same_whatever_stands_beside_it() -> None:
    texts = ["The gate is stuck again.", "", "大门又卡住了。", "no but yes"]
    together = network.ids([lexicon.read(words.plain(text)) for text in texts])
    for found, text in zip(together, texts, strict=True):
        assert found.tolist() == ids(text).tolist()
    assert ids("yes but no").tolist() != together[-1].tolist()
    assert not together[1].any()


def test_a_text_without_units_is_scored_too() -> None:
    own = weights()
    assert numpy.isfinite(forward(own, batch(("",))).messages).all()


@pytest.mark.parametrize(
    ("name", "part"),
    [(name, (0, 1)) for name in network.shapes()] + [("first", (1, 2)), ("first_bias", (1, 2))],
)
def test_the_way_back_is_the_slope_of_the_way_there(name: str, part: tuple[int, int]) -> None:
    """Of each array, the number with the steepest slope is moved a little; no rectifier stands at its edge.

    And of the gates, which are the second half of the first layer's.
    """
    own = {key: values.astype(numpy.float64) + 0.01 for key, values in weights().items()}
    given = batch(("The gate is stuck.", "Please see to it."), ("Could it be blue?",))
    drop = schooling._Dropping(numpy.random.default_rng(2))
    trace = forward(own, given, drop)  # type: ignore[arg-type]  # finer than in use
    passages = numpy.cos(numpy.arange(trace.passages.size)).reshape(trace.passages.shape)
    messages = numpy.sin(numpy.arange(trace.messages.size)).reshape(trace.messages.shape)

    def value() -> float:
        kept = iter(drop.kept)
        found = forward(own, given, lambda values: values * next(kept))  # type: ignore[arg-type]
        return float((found.passages * passages).sum() + (found.messages * messages).sum())

    found = schooling._back(own, given, trace, drop.kept, passages, messages)  # type: ignore[arg-type]
    slopes = found.units if name == "units" else found.dense[name]
    which, parts = part
    steep = numpy.abs(slopes)
    steep[..., : which * steep.shape[-1] // parts] = 0
    at = numpy.unravel_index(int(steep.argmax()), slopes.shape)
    place = (found.rows[at[0]], *at[1:]) if name == "units" else at
    before, step = value(), 1e-3
    own[name][place] += step
    assert (value() - before) / step == pytest.approx(float(slopes[at]), rel=0.05)


def test_a_window_holds_what_stands_around_a_place() -> None:
    line = numpy.arange(24, dtype=numpy.float32).reshape(8, 3)
    inside = numpy.array([2, 4, 7])
    padded = numpy.vstack([line, numpy.zeros((2, 3), numpy.float32)])
    expected = numpy.stack([padded[at - 2 : at + 3].reshape(-1) for at in inside])
    assert (network.windows(line, inside, 2) == expected).all()


def test_it_learns_which_word_comes_first() -> None:
    """ "yes but no" and "no but yes" hold the same words; 400 short lessons tell them apart."""
    rng = numpy.random.default_rng(0)
    lessons = []
    for _ in range(400):
        first = bool(rng.integers(2))
        text = " ".join(
            [*rng.choice(["well", "hm", "so"], 2), *(["yes", "no"] if first else ["no", "yes"])]
        )
        tags = numpy.full(len(layers.TAGS), float(first), dtype=numpy.float32)
        lessons.append(schooling.Lesson((ids(text),), ids(""), ASKED, ASKED, tags[None], tags))
    own = schooling.train(lessons, seed=0)
    found = forward(own, batch(("so well yes no",), ("so well no yes",)))
    assert found.messages[0].min() > 1
    assert found.messages[1].max() < -1
