"""The scores of seqeval 1.2.2: ``classification_report`` and ``accuracy_score`` in one call.

A predicted span is correct where sentence, tokens, and type are those of a gold span. The spans
come from tags (``bio.spans_of``): by default as conlleval reads them, with ``mode="strict"`` only
those that are well formed in the scheme (Nakayama 2018, github.com/chakki-works/seqeval).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import eq
from typing import Any, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import InputError, UnknownName

from ..metrics.forms import Floats
from .bio import Scheme, TagSpans, detect_scheme, spans_of
from .given import check_lists

__all__ = ["DEVIATIONS", "SeqevalReport", "SeqevalScore", "seqeval", "seqeval_ratios"]

DEVIATIONS: dict[str, str] = {
    "lenient by default": (
        "An I- without a B- begins a span, so seqeval gives full marks to tags that no strict "
        "reading accepts; ours reads strictly where a scheme is named."
    ),
    "L-, U-, and M- by default": (
        "The default reading has no rules for the prefixes of BILOU and BMES: of two spans of one "
        "type that touch, the first is lost; ours reads them as E-, S-, and I-."
    ),
    "macro over predicted types": (
        "One stray prediction of a type without gold lowers the macro average; ours is over the "
        "types with gold, and gives the other as a variant."
    ),
    "undefined is a number": (
        "A ratio without a denominator is 0 or 1 as zero_division says, so no gold and no "
        "predictions score 0 or 1 (macro: NaN, here None); ours leaves it undefined."
    ),
    "strict without a scheme": (
        "seqeval's f1_score(mode='strict') without a scheme silently scores by default, while its "
        "classification_report finds the scheme from the gold; here both do the latter."
    ),
    "IOE1 loses spans of one token": (
        "seqeval's strict reading of IOE1 begins no span with E-, so that a span of one token "
        "before another of its type is lost; its default reading, and ours, find it."
    ),
    "not a tag": (
        "By default seqeval warns of a string that is no tag (PER, L, O-PER), and goes on with "
        "spans that may cross sentences; here it is an error."
    ),
}
"""What seqeval does and what the evaluator of this package does instead."""


class SeqevalScore(Struct, frozen=True):
    """One line of the report; ``None`` is the peer's NaN: a macro average over no types."""

    precision: float | None
    recall: float | None
    f1: float | None
    support: int


class SeqevalReport(Struct, frozen=True):
    """The types in alphabetical order, the averages, and the share of equal tags.

    ``accuracy`` is ``None`` where there are no tokens (the peer divides by zero).
    """

    types: dict[str, SeqevalScore]
    micro: SeqevalScore
    macro: SeqevalScore
    weighted: SeqevalScore
    accuracy: float | None

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """The shape of ``classification_report(..., output_dict=True)``."""
        averages = {
            "micro avg": self.micro, "macro avg": self.macro, "weighted avg": self.weighted,
        }  # fmt: skip
        return {
            name: {
                "precision": score.precision,
                "recall": score.recall,
                "f1-score": score.f1,
                "support": score.support,
            }
            for name, score in (self.types | averages).items()
        }


def seqeval(
    gold: Sequence[Sequence[str]],
    predicted: Sequence[Sequence[str]],
    *,
    mode: Literal["default", "strict"] = "default",
    scheme: Scheme | None = None,
    zero_division: Literal[0, 1] = 0,
) -> SeqevalReport:
    """Score tags as seqeval 1.2.2 does: one list of tags a sentence, gold and predicted alike.

    Per type, over all spans (micro), the mean over the types of either side (macro), and the mean
    weighted by gold spans. ``scheme`` matters in strict mode only; without one it is found from
    the prefixes of the gold tags, as the peer's ``classification_report`` does. Reproduced are the
    lenient default reading with its gaps for L-, U-, and M-, the macro average over types of
    either side, and numbers for what is undefined; the rest of ``DEVIATIONS`` is not.

    Raises ``InputError`` where the peer raises: unequal lengths, no sentences, a prefix that the
    scheme does not have, a scheme that cannot be told.
    """
    if zero_division not in (0, 1):
        raise InputError(f"zero_division is {zero_division!r}", hint="It is 0 or 1.")
    one, other = _read(gold, predicted, mode, scheme)
    types = tuple(sorted({*one.types, *other.types}))
    correct, guessed, true = _counts(one, other, types)
    scores = _scores(correct, guessed, true, zero_division)
    micro = _scores(
        correct.sum(keepdims=True),
        guessed.sum(keepdims=True),
        true.sum(keepdims=True),
        zero_division,
    )
    support = int(true.sum())
    no_types = SeqevalScore(None, None, None, 0)
    macro = _score(scores.mean(axis=0), support) if types else no_types
    if support:
        weighted = _score((scores * true[:, None]).sum(axis=0) / support, support)
    else:
        filled = 0.0 if guessed.sum() else float(zero_division)
        weighted = SeqevalScore(filled, float(zero_division), filled, 0)
    return SeqevalReport(
        {name: _score(scores[at], int(true[at])) for at, name in enumerate(types)},
        _score(micro[0], support),
        macro,
        weighted,
        _accuracy(gold, predicted),
    )


def seqeval_ratios(
    gold: Sequence[Sequence[str]],
    predicted: Sequence[Sequence[str]],
    *,
    mode: Literal["default", "strict"] = "default",
    scheme: Scheme | None = None,
) -> Floats:
    """The ratios of the micro average sentence by sentence, shape ``(sentences, 4)``.

    They add; precision, recall, and F1 of the sum are those of ``seqeval`` where defined. Raises
    as ``seqeval`` does.
    """
    one, other = _read(gold, predicted, mode, scheme)
    types = tuple(sorted({*one.types, *other.types}))
    size = len(gold)
    hits = one.sentence[_hits(one, other, types)]
    correct, true, guessed = (
        np.bincount(rows, minlength=size) for rows in (hits, one.sentence, other.sentence)
    )
    return np.stack([correct, guessed, correct, true], axis=1).astype(np.float64)


def _read(
    gold: Sequence[Sequence[str]],
    predicted: Sequence[Sequence[str]],
    mode: str,
    scheme: Scheme | None,
) -> tuple[TagSpans, TagSpans]:
    if mode not in ("default", "strict"):
        raise UnknownName("mode", str(mode), ("default", "strict"))
    _check_lengths(gold, predicted)
    if mode == "default":
        return spans_of(gold, reading="seqeval"), spans_of(predicted, reading="seqeval")
    chosen = scheme or _told_by_prefixes(gold)
    one, other = (spans_of(side, chosen, "seqeval strict") for side in (gold, predicted))
    return one, other


def _check_lengths(gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> None:
    check_lists(gold, predicted, "sentences", "tags")
    if not len(gold):
        raise InputError("no sentences to score")
    for number, (one, other) in enumerate(zip(gold, predicted, strict=True), start=1):
        if len(one) != len(other):
            raise InputError(
                f"sentence {number} has {len(one)} gold tags and {len(other)} predicted ones",
                hint="Give every token a tag on both sides; a cut-off token is O.",
            )


def _told_by_prefixes(gold: Iterable[Sequence[str]]) -> Scheme:
    """The scheme as the peer finds it: it knows no IOB1, and wants B with E and B with L."""
    tags = set(chain.from_iterable(gold))
    prefixes = {tag[:1] for tag in tags} - {"O"}
    if prefixes and prefixes <= {"B", "I"} and "B" in prefixes:
        return "IOB2"
    scheme = detect_scheme([sorted(tags)])
    alone = {"IOBES": "S", "BILOU": "U"}.get(scheme, "")
    pair = {"IOE2": {"E"}, "IOBES": {"B", "E"}, "BILOU": {"B", "L"}}.get(scheme, {"B"})
    if not pair <= prefixes and not (prefixes == {alone} and "O" not in tags):
        raise InputError(
            f"seqeval cannot tell the scheme from the prefixes {', '.join(sorted(prefixes))}",
            hint="Name the scheme.",
        )
    return scheme


def _hits(gold: TagSpans, predicted: TagSpans, types: tuple[str, ...]) -> NDArray[np.int64]:
    """Rows of the gold spans that are predicted with sentence, tokens, and type."""
    columns = [
        np.concatenate(both)
        for both in (
            (_renamed(gold, types), _renamed(predicted, types)),
            (gold.end, predicted.end),
            (gold.start, predicted.start),
            (gold.sentence, predicted.sentence),
        )
    ]
    order = np.lexsort(columns)
    # Spans of one side all differ, so two equal neighbours are one of each side, gold first.
    equal = np.ones(max(len(order) - 1, 0), bool)
    for column in columns:
        equal &= column[order[1:]] == column[order[:-1]]
    return np.sort(order[:-1][equal])


def _renamed(side: TagSpans, types: tuple[str, ...]) -> NDArray[np.int64]:
    """Codes of the types of one side as places in the types of both."""
    place = {name: at for at, name in enumerate(types)}
    codes = np.array([place[name] for name in side.types], np.int64)
    return codes[side.type]


def _counts(
    gold: TagSpans, predicted: TagSpans, types: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Correct, predicted, and gold spans by type, each of shape ``(types,)``."""
    of_gold, of_predicted = _renamed(gold, types), _renamed(predicted, types)
    correct, guessed, true = (
        np.bincount(codes, minlength=len(types))
        for codes in (of_gold[_hits(gold, predicted, types)], of_predicted, of_gold)
    )
    return correct, guessed, true


def _scores(
    correct: NDArray[np.int64],
    predicted: NDArray[np.int64],
    gold: NDArray[np.int64],
    zero_division: int,
) -> Floats:
    """Precision, recall, and F1 by type, shape ``(types, 3)``: the peer's rule for no count."""
    precision, recall = (
        np.where(under > 0, correct / np.maximum(under, 1), float(zero_division))
        for under in (predicted, gold)
    )
    total = precision + recall
    f1 = 2 * precision * recall / np.where(total > 0, total, 1.0)
    return np.stack([precision, recall, f1], axis=1)


def _score(values: Floats, support: int) -> SeqevalScore:
    precision, recall, f1 = values.tolist()
    return SeqevalScore(precision, recall, f1, support)


def _accuracy(gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> float | None:
    size = sum(map(len, gold))
    equal = sum(map(eq, chain.from_iterable(gold), chain.from_iterable(predicted)))
    return equal / size if size else None
