"""A linear-chain model over tags: what it expects, and its best legal sequence.

Conditional random fields: Lafferty, McCallum & Pereira, ICML 2001; the recursions are scaled as
in Rabiner, Proceedings of the IEEE 77, 1989. Sentences are worked on side by side: words stand in
*packed* order, the first words of all sentences, then the second ones, and so on, sentences by
falling length, so that every step of a recursion is one product of matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

__all__ = ["Packing", "best_tags", "expectations", "pack"]

Floats = NDArray[np.float64]


class Packing(Struct, frozen=True):
    """How sentences stand side by side.

    ``order`` ``(words,)`` int64 is, for each packed place, the place in the text. Step ``t``
    holds the places from ``offsets[t]`` up to ``offsets[t + 1]``, one for every sentence of more
    than ``t`` words; ``offsets`` ``(steps + 1,)`` int64.
    """

    order: NDArray[np.int64]
    offsets: NDArray[np.int64]


def pack(bounds: Sequence[int]) -> Packing:
    """The packing of sentences; sentence ``n`` holds words ``bounds[n]`` to ``bounds[n + 1]``."""
    edges = np.asarray(bounds, np.int64)
    lengths = np.diff(edges)
    falling = np.argsort(-lengths, kind="stable")
    starts, lengths = edges[:-1][falling], lengths[falling]
    steps = int(lengths[0]) if len(lengths) else 0
    longer = np.searchsorted(-lengths, -np.arange(steps), side="left")
    order = np.concatenate(
        [np.zeros(0, np.int64), *(starts[:count] + step for step, count in enumerate(longer))]
    )
    return Packing(order, np.concatenate([[0], np.cumsum(longer)]).astype(np.int64))


def expectations(
    scores: Floats, transitions: Floats, packing: Packing
) -> tuple[float, Floats, Floats]:
    """The sum of log Z over the sentences, and what the model expects of them.

    ``scores`` ``(words, tags)`` are in packed order; ``transitions`` ``(tags + 1, tags)`` lead
    from tag to tag, in the last row from the start of a sentence, −∞ where forbidden. Returns
    log Z, the marginals ``(words, tags)``, and the expected transitions ``(tags + 1, tags)``.
    """
    tags = scores.shape[1]
    offsets = packing.offsets.tolist()
    steps = len(offsets) - 1
    peaks = scores.max(axis=1)
    emitted = np.exp(scores - peaks[:, None])
    moves, opening = np.exp(transitions[:tags]), np.exp(transitions[tags])
    forward = np.empty_like(emitted)
    scale = np.empty(len(scores))
    for step in range(steps):
        low, high = offsets[step], offsets[step + 1]
        before = offsets[step - 1] if step else 0
        coming = forward[before : before + high - low] @ moves if step else opening
        here = coming * emitted[low:high]
        scale[low:high] = here.sum(axis=1)
        forward[low:high] = here / scale[low:high, None]
    backward = np.ones_like(emitted)
    expected = np.zeros_like(transitions)
    for step in range(steps - 2, -1, -1):
        low, middle, end = offsets[step : step + 3]
        going = slice(low, low + end - middle)
        ahead = emitted[middle:end] * backward[middle:end] / scale[middle:end, None]
        backward[going] = ahead @ moves.T
        expected[:tags] += forward[going].T @ ahead
    expected[:tags] *= moves
    marginals = forward * backward
    if steps:
        expected[tags] = marginals[: offsets[1]].sum(axis=0)
    return float(np.log(scale).sum() + peaks.sum()), marginals, expected


def best_tags(
    scores: NDArray[Any], transitions: NDArray[Any], packing: Packing
) -> NDArray[np.int64]:
    """The best legal tags ``(words,)``, in the order of the text (Viterbi 1967).

    Arguments as for :func:`expectations`; of equals the tag with the lower number wins.
    """
    tags = scores.shape[1]
    offsets = packing.offsets.tolist()
    value = np.empty(scores.shape)
    origin = np.zeros(scores.shape, np.int64)
    for step, (low, high) in enumerate(zip(offsets, offsets[1:], strict=False)):
        if step:
            before = offsets[step - 1]
            ways = value[before : before + high - low, :, None] + transitions[None, :tags]
            origin[low:high] = ways.argmax(axis=1)
            coming = ways.max(axis=1)
        else:
            coming = transitions[tags]
        value[low:high] = coming + scores[low:high]
    chosen: NDArray[np.int64] = value.argmax(axis=1)
    for step in range(len(offsets) - 3, -1, -1):
        low, middle, end = offsets[step : step + 3]
        going = np.arange(end - middle)
        chosen[low + going] = origin[middle + going, chosen[middle + going]]
    found = np.empty_like(chosen)
    found[packing.order] = chosen
    return found
