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
