"""Pairs of annotators: scored in both directions, so that nobody is called gold.

F1 of a pair is the mean of both directions. Where a metric is symmetric, as it is for spans and
chains, both are equal and the mean is the F1 that papers report; arguments that accept another
mention of the same entity, and incidents with coarser dates, need not be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.document import Document, Zone
from goldwire.schema.errors import InputError
from goldwire.schema.positions import surface

from ..chains import ChainOptions
from ..counting import Counted, count
from ..layers import MAIN
from ..metrics.forms import Floats, precision_recall_f1
from ..scores import Closed
from .annotators import Team, declares, shared_unscored
from .estimates import Number
from .model import CriterionAgreement, Estimate, LabelAgreement, LayerAgreement

__all__ = ["CRITERIA", "PairCounts", "count_pairs", "layer_agreement", "layer_numbers"]

_SPANS = ("strict", "exact", "partial", "type")

CRITERIA = {
    "mentions": _SPANS,
    "entities": ("conll", "lea", "muc", "b3", "ceafe"),
    "times": _SPANS,
    "quantities": _SPANS,
    "events": _SPANS,
    "arguments": ("strict", "unattached", "coreference"),
    "hoppers": ("conll", "lea", "muc", "b3", "ceafe"),
    "attributions": (*_SPANS, "characters"),
    "relations": ("strict", "boundary", "entity"),
    "incidents": ("slots", "templates", "detection", "evidence"),
    "zones": ("characters", *_SPANS),
}
"""The criteria of each layer that agreement is reported under."""

_EXAMPLES = 200
"""Disagreements of a layer and pair that are kept with their text, to choose examples from."""

_replace = msgspec.structs.replace


class PairCounts(Struct, frozen=True):
    """What two annotators' documents gave, in both directions.

    ``totals`` holds by layer and criterion the counts of both directions side by side, shape
    ``(documents, 2 · columns)``; ``forms`` the closed form of one direction; ``labels`` by layer
    and label the ratios of the main criterion, added over both directions, shape ``(documents,
    4)``. Rows are the team's documents. ``annotated`` has shape ``(documents,)`` by layer.
    """

    pair: tuple[int, int]
    totals: dict[str, dict[str, Floats]]
    forms: dict[str, dict[str, Closed]]
    labels: dict[str, dict[str, Floats]]
    annotated: dict[str, NDArray[np.bool_]]
    items: dict[str, tuple[int, int]]
    counted: tuple[tuple[int, Counted], ...]
    """One direction, as it was counted: who stood for gold, and the counts, to tell errors by."""


def count_pairs(team: Team, layers: Sequence[str], chains: ChainOptions) -> list[PairCounts]:
    """Count every pair of annotators, in the order of the team.

    Raises ``InputError`` for documents that cannot be compared, such as a reference to nothing.
    """
    return [
        _count_pair(team, pair, layers, chains) for pair in combinations(range(len(team.names)), 2)
    ]


def _count_pair(
    team: Team, pair: tuple[int, int], layers: Sequence[str], chains: ChainOptions
) -> PairCounts:
    # One direction must be called the first one: by name, so that no order decides.
    one, other = sorted(pair, key=team.names.__getitem__)
    shared = [name for name in team.ids if all(name in team.documents[who] for who in pair)]
    found = PairCounts(
        pair,
        {layer: {} for layer in layers},
        {layer: {} for layer in layers},
        {layer: {} for layer in layers},
        {layer: _annotated(team, pair, layer) for layer in layers},
        {},
        (),
    )  # fmt: skip
    if not shared:
        return found
    counted: list[tuple[int, Counted]] = []
    # Zones are a layer of their own; for the others they only say which text does not count.
    for chosen, make in (
        ([layer for layer in layers if layer == "zones"], _zones_only),
        ([layer for layer in layers if layer != "zones"], _without_zones),
    ):
        if not chosen:
            continue
        versions = _versions(team, (one, other), shared, make)
        there = _counted(team, (one, other), versions, chosen, chains, _EXAMPLES)
        back = _counted(team, (other, one), versions[::-1], chosen, chains, 0)
        rows = _Rows(team.ids, found.annotated)
        for layer in chosen:
            _add(found, layer, there, back, rows)
            items = there.layers[layer].items
            found.items[layer] = items if one == pair[0] else items[::-1]
        counted.append((one, there))
    return _replace(found, counted=tuple(counted))


def _annotated(team: Team, pair: tuple[int, int], layer: str) -> NDArray[np.bool_]:
    versions = [[own.get(name) for own in _of(team, pair)] for name in team.ids]
    return np.array([all(declares(each, layer) for each in both) for both in versions], bool)


def _of(team: Team, pair: tuple[int, int]) -> list[dict[str, Document]]:
    return [team.documents[who] for who in pair]


def _versions(
    team: Team,
    pair: tuple[int, int],
    shared: Sequence[str],
    make: Callable[[Document, list[Document]], Document],
) -> tuple[list[Document], list[Document]]:
    """Both annotators' versions of their documents, with the layers that both annotated."""
    sides: tuple[list[Document], list[Document]] = ([], [])
    for name in shared:
        both = [own[name] for own in _of(team, pair)]
        layers = sorted(set(both[0].annotation.layers) & set(both[1].annotation.layers))
        for side, document in zip(sides, both, strict=True):
            annotation = _replace(document.annotation, layers=tuple(layers))
            side.append(_replace(make(document, both), annotation=annotation))
    return sides


def _zones_only(document: Document, both: list[Document]) -> Document:
    return _replace(
        document, mentions=(), entities=(), times=(), quantities=(), events=(), event_links=(),
        attributions=(), relations=(), incidents=(),
    )  # fmt: skip


def _without_zones(document: Document, both: list[Document]) -> Document:
    apart = shared_unscored(both)
    zones = tuple(
        Zone(
            id=f"unscored-{number}",
            spans=(span,),
            text=surface(document.text, (span,)),
            kind="chrome",
            scored=False,
        )
        for number, span in enumerate(apart)
    )
    return _replace(document, zones=zones)


def _counted(
    team: Team,
    pair: tuple[int, int],
    versions: tuple[list[Document], list[Document]],
    layers: Sequence[str],
    chains: ChainOptions,
    errors: int,
) -> Counted:
    try:
        return count(*versions, layers=layers, chains=chains, errors=errors)
    except InputError as problem:
        # Counting knows the documents by number only: say whose it is.
        place = re.fullmatch(r"(gold|predictions)(?::(\d+))?", problem.source or "")
        number = problem.line or (int(place[2]) if place and place[2] else None)
        if place and number:
            side = int(place[1] == "predictions")
            document = versions[side][number - 1].id
            problem.source = f"{team.origins[pair[side]]}, document {document!r}"
            problem.line = None
        raise


class _Rows:
    """Puts the rows of counted documents at the team's documents, where both annotated a layer."""

    def __init__(self, ids: Sequence[str], annotated: dict[str, NDArray[np.bool_]]) -> None:
        self.place = {name: at for at, name in enumerate(ids)}
        self.annotated = annotated

    def spread(self, counted: Counted, layer: str, part: NDArray[np.floating]) -> Floats:
        at = np.array([self.place[name] for name in counted.documents], np.int64)
        whole = np.zeros((len(self.place), *part.shape[1:]))
        whole[at] = part
        whole[~self.annotated[layer]] = 0
        return whole


def _add(found: PairCounts, layer: str, there: Counted, back: Counted, rows: _Rows) -> None:
    forms = there.forms(layer)
    for name in CRITERIA[layer]:
        sides = [
            rows.spread(each, layer, each.layers[layer].totals[name]) for each in (there, back)
        ]
        found.totals[layer][name] = np.concatenate(sides, axis=1)
        found.forms[layer][name] = forms.get(name, precision_recall_f1)
    for each in (there, back):
        counts = each.layers[layer]
        for code in np.flatnonzero(counts.main.any(axis=(0, 2))).tolist():
            label = counts.labels[code]
            ratios = rows.spread(each, layer, counts.main[:, code, :].astype(np.float64))
            earlier = found.labels[layer].get(label)
            found.labels[layer][label] = ratios if earlier is None else earlier + ratios


def layer_numbers(pairs: Sequence[PairCounts], layer: str) -> Iterator[Number]:
    """The numbers of a layer: by criterion the mean over pairs, then each pair; then each label."""
    annotated = np.any([pair.annotated[layer] for pair in pairs], axis=0)
    documents = int(annotated.sum())
    for name in CRITERIA[layer]:
        counted = [pair for pair in pairs if name in pair.totals[layer]]
        each = [_pair_number(pair, layer, name, documents) for pair in pairs]
        units = sum(number.units for number in each)
        yield Number(
            np.concatenate([pair.totals[layer][name] for pair in counted], axis=1)
            if counted
            else np.zeros((len(annotated), 0)),
            _mean_f1([pair.forms[layer][name] for pair in counted]),
            documents,
            units,
            _nothing(name, units),
        )
        yield from each
    for label in _labels(pairs, layer):
        counts = np.sum(
            [pair.labels[layer][label] for pair in pairs if label in pair.labels[layer]], axis=0
        )
        # Both directions count every item twice, once on each side.
        units = int(counts[:, [1, 3]].sum()) // 2
        yield Number(counts, _f1, documents, units, _nothing(label, units))


def _labels(pairs: Sequence[PairCounts], layer: str) -> list[str]:
    return sorted({label for pair in pairs for label in pair.labels[layer]})


def _pair_number(pair: PairCounts, layer: str, name: str, documents: int) -> Number:
    own = int(pair.annotated[layer].sum())
    units = sum(pair.items.get(layer, (0, 0)))
    if name not in pair.totals[layer]:
        empty = np.zeros((len(pair.annotated[layer]), 0))
        return Number(empty, _mean_f1(()), own, 0, _NO_DOCUMENT)
    counts, form = pair.totals[layer][name], pair.forms[layer][name]
    why = _nothing(name, units) if own else _NO_DOCUMENT
    return Number(counts, _mean_f1((form,)), own, units, why)


_NO_DOCUMENT = "undefined because no document was annotated by both"


def _nothing(name: str, units: int) -> str:
    if not units:
        return "undefined because nobody marked anything"
    return f"undefined because nothing that was marked counts under {name}"


def _f1(sums: Floats) -> Floats:
    found: Floats = precision_recall_f1(sums)[..., 2]
    return found


def _mean_f1(forms: Sequence[Closed]) -> Callable[[Floats], Floats]:
    """The mean over pairs of the mean over both directions; pairs without a value left out.

    Sums of shape ``(..., 2 · pairs · columns)`` to ``(...)``.
    """

    def closed(sums: Floats) -> Floats:
        if not forms:
            return np.full(sums.shape[:-1], np.nan)
        parts = np.split(sums, 2 * len(forms), axis=-1)
        each = [
            (form(parts[2 * at])[..., 2] + form(parts[2 * at + 1])[..., 2]) / 2
            for at, form in enumerate(forms)
        ]
        # In the order of size: a sum of floats must not hang on the order of annotators.
        values = np.sort(np.stack(each, axis=-1), axis=-1)
        known = np.count_nonzero(~np.isnan(values), axis=-1)
        mean = np.full(sums.shape[:-1], np.nan)
        np.divide(np.nansum(values, axis=-1), known, out=mean, where=known > 0)
        return mean

    return closed


def layer_agreement(
    team: Team, pairs: Sequence[PairCounts], layer: str, found: Iterator[Estimate]
) -> LayerAgreement:
    """A layer's part of the report; ``found`` gives the estimates of `layer_numbers`, in order."""
    criteria = tuple(
        CriterionAgreement(name, next(found), tuple(next(found) for _ in pairs))
        for name in CRITERIA[layer]
    )
    labels = tuple(LabelAgreement(label, next(found)) for label in _labels(pairs, layer))
    annotated = np.any([pair.annotated[layer] for pair in pairs], axis=0)
    return LayerAgreement(
        layer, MAIN.get(layer, "strict"), int(annotated.sum()), _items(team, pairs, layer),
        criteria, labels,
    )  # fmt: skip


def _items(team: Team, pairs: Sequence[PairCounts], layer: str) -> tuple[int, ...]:
    """Items of each annotator, in the pair in which most of theirs were compared."""
    most = [0] * len(team.names)
    for pair in pairs:
        for who, count_ in zip(pair.pair, pair.items.get(layer, (0, 0)), strict=True):
            most[who] = max(most[who], count_)
    return tuple(most)
