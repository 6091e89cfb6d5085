"""The regressions behind the layers."""

import numpy
import pytest

from assistant.classify import solver


def test_a_narrow_fit_is_of_the_values_as_they_are() -> None:
    """Values of very different scale, and one that never changes: the chances are those of the truth."""
    rng = numpy.random.default_rng(0)
    values = numpy.column_stack(
        [rng.normal(50, 10, 4000), rng.normal(0, 1e-3, 4000), numpy.full(4000, 5.0)]
    )
    slope = numpy.array([0.1, 2000.0, 0.0])
    chance = 1 / (1 + numpy.exp(-(values @ slope - 5)))
    truth = (rng.random(4000) < chance)[:, None].astype(numpy.int8)
    weights, bias = solver.narrow(values, truth, numpy.ones(4000), 1e3)
    assert weights[:2, 0] == pytest.approx(slope[:2], rel=0.15)
    found = 1 / (1 + numpy.exp(-(values @ weights[:, 0] + bias[0])))
    assert found == pytest.approx(chance, abs=0.06)


def _seen() -> tuple[solver.Matrix, solver.Truth]:
    """Give 100 rows, half of them true: one feature of the true, one of both alike, one of the false."""
    truth = numpy.repeat([1, 0], 50).astype(numpy.int8)
    alike = numpy.tile([1, 0], 50)
    return solver.sparse(numpy.column_stack([truth, alike, 1 - truth])), truth[:, None]


def test_a_feature_tells_by_how_unevenly_it_is_seen_whichever_way() -> None:
    features, truth = _seen()
    of_the_true, alike, of_the_false = solver.telling(features, truth, numpy.ones(100))[:, 0]
    assert alike == pytest.approx(solver.LEAST)
    assert of_the_true == pytest.approx(of_the_false) == pytest.approx(solver.LEAST + numpy.log(51))


def test_a_row_that_weighs_more_tells_more() -> None:
    features, truth = _seen()
    weighed = solver.telling(features, truth, numpy.where(truth[:, 0], 3.0, 1.0))
    assert weighed[0] > solver.telling(features, truth, numpy.ones(100))[0]


def test_wide_weights_are_for_features_as_they_are() -> None:
    """The scale is inside the weights: reading need not know it."""
    features, truth = _seen()
    weights, bias = solver.wide(features, truth, numpy.ones(100), 10.0, seed=0)
    found = features @ weights + bias
    assert (found[:, 0] > 0).tolist() == (truth[:, 0] > 0).tolist()
    assert abs(weights[1, 0]) < 0.1 * abs(weights[0, 0])
    # Apart by 3 where it learned, on scaled features; by 15 as the features are.
    assert weights[0, 0] - weights[2, 0] > 10
