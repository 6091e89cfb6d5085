"""scipy's sparse matrices and scikit-learn's logistic regressions, behind typed functions."""

import contextlib
import threading
from collections.abc import Sequence
from typing import Any

import numpy
import numpy.typing
import scipy.sparse  # type: ignore[import-untyped]  # scipy ships no types
import threadpoolctl  # type: ignore[import-untyped]  # ships no types
from sklearn import linear_model  # type: ignore[import-untyped]  # scikit-learn ships no types

from assistant.classify import layers

Floats = numpy.typing.NDArray[numpy.float64]
Truth = numpy.typing.NDArray[numpy.int8]
#: how near liblinear comes to the best (test fold of 90,624 messages, the linear layers alone, macro-F1 and exact sets:
#: 0.9066 0.806 with 1 in 173 s, 0.9071 0.807 with 4 in 109 s, 0.9070 0.808 with 10 in 96 s, 0.9048 0.802 with 30 in
#: 60 s; 0.1 is its default for the dual problem)
TOLERANCE = 10.0
#: scale of a feature that tells nothing of a tag (one fold of 61,271 messages, macro-F1 and exact sets: not scaled
#: 0.895 0.813, 0.1 0.896 0.815, 0.5 0.898 0.819, 1 0.899 0.820)
LEAST = 1.0
#: bias of a tag that every row has, or none (a corpus too small to know better)
CERTAIN = 5.0
#: a scipy.sparse.csr_matrix
Matrix = Any
#: liblinear draws its chances from one place for the whole process: two fits side by side would disturb each other's
_ALONE = threading.Lock()


def one_thread() -> contextlib.AbstractContextManager[Any]:
    """Keep the numeric libraries to one thread: same sums in the same order, and no spinning."""
    limits: contextlib.AbstractContextManager[Any] = threadpoolctl.threadpool_limits(1)
    return limits


def matrix(bags: layers.Bags, width: int) -> Matrix:
    """Write sparse vectors as a (texts x width) matrix."""
    values = bags.value.astype(numpy.float64)
    return scipy.sparse.csr_matrix((values, (bags.row, bags.column)), shape=(bags.count, width))


def sparse(values: numpy.typing.ArrayLike) -> Matrix:
    """Write dense values as a sparse matrix."""
    return scipy.sparse.csr_matrix(numpy.asarray(values, dtype=numpy.float64))


def sums(
    places: numpy.typing.NDArray[numpy.int64],
    starts: numpy.typing.NDArray[numpy.int64],
    width: int,
) -> Matrix:
    """Give the matrix that adds rows up: its row `at` those of `places` from `starts[at]` to the next start."""
    ones = numpy.ones(len(places), dtype=numpy.float32)
    return scipy.sparse.csr_matrix(
        (ones, places, numpy.append(starts, len(places))), shape=(len(starts), width)
    )


def beside(blocks: Sequence[Matrix]) -> Matrix:
    """Set blocks side by side."""
    return scipy.sparse.hstack(list(blocks), format="csr")


def wide(
    features: Matrix, truth: Truth, weights: Floats, strength: float, seed: int
) -> tuple[Floats, Floats]:
    """Fit one logistic regression per column of `truth` on many sparse features (liblinear, dual).

    For each column a feature is scaled by what it tells of it, so that the telling ones are held back less.
    Gives (features x columns) weights and (columns,) biases.
    """
    made = linear_model.LogisticRegression(
        C=strength, solver="liblinear", dual=True, random_state=seed, tol=TOLERANCE
    )
    fitted, scaled = [], features.copy()
    for column, scale in zip(truth.T, telling(features, truth, weights).T, strict=True):
        numpy.multiply(features.data, scale[features.indices], out=scaled.data)
        with _ALONE:
            found, bias = _fitted(made, scaled, column, weights)
        fitted.append((found * scale, bias))
    return _together(fitted)


def telling(features: Matrix, truth: Truth, weights: Floats) -> Floats:
    """Say how much each feature tells of each column: the size of naive Bayes' log-count ratio, and LEAST.

    Gives (features x columns). After Wang and Manning 2012 (Baselines and Bigrams, section 2.1), who keep its sign
    and train on presence alone.
    """
    there = scipy.sparse.csr_matrix(
        (features.data > 0, features.indices, features.indptr), features.shape, dtype=float
    )
    # Counts begin at one, so that a feature never seen beside a tag has a ratio too.
    yes, no = (1 + there.T @ (weights[:, None] * (truth == value)) for value in (1, 0))
    ratio = (yes / yes.sum(axis=0)) / (no / no.sum(axis=0))
    told: Floats = numpy.abs(numpy.log(ratio)) + LEAST
    return told


def narrow(
    values: numpy.typing.ArrayLike, truth: Truth, weights: Floats, strength: float
) -> tuple[Floats, Floats]:
    """Fit one logistic regression per column of `truth` on a few dense values (Newton's method).

    With many rows and few values it is twice as quick as L-BFGS and comes nearer to the best (99 values of 114,000
    rows: 9.5 and 17 s; exact sets 0.8160 and 0.8158). The values are brought to one scale for the fit, and back;
    `strength` weighs against the weights of the scaled values. A value that is always the same gets no scale.
    Single precision gives the same (chances within 0.00004 for 177,000 rows, in 5.4 s instead of 14.6; 2026-11-30).
    """
    dense = numpy.asarray(values, dtype=numpy.float64)
    middle, spread = dense.mean(axis=0), dense.std(axis=0)
    spread = numpy.where(spread > 1e-6, spread + 1e-9, 1.0)
    made = linear_model.LogisticRegression(C=strength, solver="newton-cholesky")
    scaled = ((dense - middle) / spread).astype(numpy.float32)
    found, biases = _together([_fitted(made, scaled, column, weights) for column in truth.T])
    found = found / spread[:, None]
    return found, biases - middle @ found


def choice(features: Matrix, classes: Sequence[int], strength: float) -> tuple[Floats, Floats]:
    """Fit one multinomial regression; gives (features x classes) weights and (classes,) biases."""
    made = linear_model.LogisticRegression(C=strength, max_iter=1000).fit(features, classes)
    return made.coef_.T, made.intercept_


def _fitted(
    made: linear_model.LogisticRegression,
    values: Matrix,
    truth: numpy.typing.NDArray[numpy.int8],
    weights: Floats,
) -> tuple[Floats, float]:
    """Fit one column; where all rows agree there is nothing to learn, and the bias says so."""
    if truth.min() == truth.max():
        return numpy.zeros(values.shape[1]), CERTAIN if truth[0] else -CERTAIN
    made.fit(values, truth, sample_weight=weights)
    return made.coef_[0].copy(), float(made.intercept_[0])


def _together(made: Sequence[tuple[Floats, float]]) -> tuple[Floats, Floats]:
    """Stack columns."""
    return numpy.stack([weights for weights, _ in made], axis=1), numpy.array(
        [bias for _, bias in made]
    )
