"""A linear classifier over named features: the most likely label of a phrase, or of a pair.

Multinomial logistic regression, fitted by scikit-learn; what it has learnt is kept as plain
arrays, so that using it needs nothing but numpy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .features import Encoded, Vocabulary, encode

__all__ = ["Classifier", "fit_classifier", "label_scores"]

_STRENGTH = 0.5
"""C of scikit-learn: one over the penalty."""
_NEGLIGIBLE = 0.001
"""Features whose weights are all smaller than this, in log odds, are not kept."""


class Classifier(Struct, frozen=True):
    """``labels``, sorted; ``weights`` ``(features, labels)`` float32, ``bias`` ``(labels,)``."""

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


def fit_classifier(rows: Sequence[Iterable[str]], labels: Sequence[str]) -> Classifier:
    """A classifier of rows of features; with one label alone it always says that one.

    There must be a row at least, and a label for each.
    """
    known = tuple(sorted(set(labels)))
    vocabulary = Vocabulary()
    encoded = encode(rows, vocabulary, grow=True)
    if len(known) == 1 or not len(vocabulary):
        frequent = np.array([labels.count(label) for label in known], np.float32)
        return Classifier(
            known, Vocabulary(), np.zeros((0, len(known)), np.float32), np.log(frequent)
        )
    coefficients, bias = _fit(encoded, len(vocabulary), labels)
    kept = np.abs(coefficients).max(axis=1) >= _NEGLIGIBLE
    names = [name for name, keep in zip(vocabulary.numbers, kept, strict=True) if keep]
    return Classifier(
        known,
        Vocabulary(names),
        coefficients[kept].astype(np.float32),
        bias.astype(np.float32),
    )


def _fit(
    encoded: Encoded, features: int, labels: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    import warnings

    from scipy.sparse import csr_array
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    matrix = csr_array(
        (np.ones(len(encoded.ids)), encoded.ids, np.concatenate([[0], encoded.ends])),
        shape=(len(encoded.ends), features),
    )
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # enough steps for a stable choice
        model = LogisticRegression(C=_STRENGTH, max_iter=100, tol=1e-3)
        model.fit(matrix, list(labels))
    coefficients, bias = model.coef_.T, model.intercept_
    if len(bias) == 1:  # of two labels, scikit-learn keeps the second one's log odds
        coefficients = np.hstack([np.zeros_like(coefficients), coefficients])
        bias = np.concatenate([[0.0], bias])
    return coefficients, bias


def label_scores(classifier: Classifier, rows: Sequence[Iterable[str]]) -> NDArray[np.float64]:
    """The scores of all labels, log odds up to a constant of the row: ``(rows, labels)``."""
    encoded = encode(rows, classifier.vocabulary, grow=False)
    owner = encoded.owners()
    picked = classifier.weights[encoded.ids]
    total = np.tile(classifier.bias.astype(np.float64), (len(rows), 1))
    for label in range(len(classifier.labels)):
        total[:, label] += np.bincount(owner, picked[:, label], len(rows))
    return total
