"""Fitting a tagger: the penalised likelihood of every level, maximised by L-BFGS.

Nothing is sampled or shuffled, and one thread computes: the same words give the same weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .chain import Packing, expectations, pack
from .features import Encoded, sentence_numbers, window_features
from .tagger import BELOW, Level, shifted
from .tags import LEGAL, TAGS, Range, levels_of, tags_of

__all__ = ["fit_levels"]

_LEAST = 2
"""Features that fewer words have are left out."""
_RARE = 0.01
"""Levels that hold a smaller share of the ranges are left out."""
_STEPS = 100
_NEGLIGIBLE = 0.01
"""Features whose weights are all smaller than this, in log odds, are not kept."""


def fit_levels(
    encoded: Encoded,
    wide: NDArray[np.bool_],
    bounds: Sequence[int],
    ranges: Sequence[Sequence[Range]],
    penalty: float,
) -> tuple[Level, ...]:
    """The levels of a tagger, the inner first.

    ``ranges`` are those of each sentence, ``penalty`` λ in λ/2 · ‖w‖².
    """
    from scipy.sparse import csr_array

    sentence = sentence_numbers(bounds)
    packing = pack(bounds)
    words, keys = window_features(encoded, wide, sentence)
    known, column, counts = np.unique(keys, return_inverse=True, return_counts=True)
    kept = counts >= _LEAST
    number = np.cumsum(kept) - 1
    used = kept[column]
    matrix = csr_array(
        (np.ones(int(used.sum())), (words[used], number[column[used]])),
        shape=(len(sentence), int(kept.sum())),
    )[packing.order]
    by_level: list[list[Range]] = []
    for of_sentence in ranges:
        for place, level in enumerate(levels_of(of_sentence)):
            by_level += [[]] if place == len(by_level) else []
            by_level[place] += level
    least = max(1.0, _RARE * sum(map(len, by_level)))
    found: list[Level] = []
    below: NDArray[np.int64] | None = None
    for level in by_level:
        if len(level) < least:
            break
        tags = tags_of(level, len(sentence))
        columns = [] if below is None else [t[packing.order] for t in shifted(below, sentence)]
        found.append(_fit(matrix, known[kept], columns, packing, tags[packing.order], penalty))
        below = tags
    return tuple(found)


def _fit(
    matrix: Any,
    keys: NDArray[np.int64],
    below: list[NDArray[np.int64]],
    packing: Packing,
    gold: NDArray[np.int64],
    penalty: float,
) -> Level:
    from scipy.optimize import minimize
    from scipy.sparse import hstack
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    tags = len(TAGS)
    matrix = hstack([matrix, *(_one_hot(column) for column in below)], format="csr")
    turned = matrix.T.tocsr()
    size = matrix.shape[1] * tags
    seen = (turned @ _one_hot(gold)).toarray()
    moves_seen = _moves(gold, packing)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, moves = flat[:size].reshape(-1, tags), flat[size:].reshape(-1, tags)
        transitions = np.where(LEGAL, moves, -np.inf)
        log_z, marginals, expected = expectations(matrix @ weights, transitions, packing)
        gain = (seen * weights).sum() + (moves_seen * moves).sum()
        slope = np.concatenate(
            [(turned @ marginals - seen).ravel(), (expected - moves_seen).ravel()]
        )
        return log_z - gain + penalty / 2 * (flat @ flat), slope + penalty * flat

    options = {"maxiter": _STEPS, "maxcor": 6, "ftol": 1e-6}
    start = np.zeros(size + LEGAL.size)
    with threadpool_limits(1):  # of what is loaded by now: scipy brings threads of its own
        flat = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    weights = flat[:size].reshape(-1, tags)
    own, of_below = weights[: len(keys)], weights[len(keys) :]
    kept = np.abs(own).max(axis=1, initial=0) >= _NEGLIGIBLE
    return Level(
        keys=keys[kept],
        weights=own[kept].astype(np.float32),
        below=of_below.reshape(len(BELOW) if below else 0, tags, tags).astype(np.float32),
        transitions=np.where(LEGAL, flat[size:].reshape(-1, tags), -np.inf).astype(np.float32),
    )


def _one_hot(tags: NDArray[np.int64]) -> Any:
    from scipy.sparse import csr_array

    places = np.arange(len(tags))
    return csr_array((np.ones(len(tags)), (places, tags)), shape=(len(tags), len(TAGS)))


def _moves(packed: NDArray[np.int64], packing: Packing) -> NDArray[np.float64]:
    """How often a tag follows a tag, and starts a sentence: ``(6, 5)``."""
    counts = np.zeros(LEGAL.shape)
    offsets = packing.offsets.tolist()
    for step, (low, high) in enumerate(zip(offsets, offsets[1:], strict=False)):
        if step:
            before = offsets[step - 1]
            np.add.at(counts, (packed[before : before + high - low], packed[low:high]), 1)
        else:
            np.add.at(counts[-1], packed[low:high], 1)
    return counts
