"""A run beside its baseline: which documents both have, and their counts row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import InputError

from ..counting import Counted, Source
from ..layer_counts import LayerCounts
from ..layers import MAIN
from ..metrics.forms import Floats
from .baseline import Baseline, BaselineDocument, BaselineLayer
from .gold_hashes import gold_hashes
from .numbers import LayerPair

__all__ = ["Shared", "held_documents", "layer_pair", "shared_documents"]

_NAMED = 3
"""Documents that a message names."""


class Shared(Struct, frozen=True):
    """The gold documents of a baseline, all of them in the gold of now, and what came later."""

    documents: frozenset[str]
    added: tuple[str, ...]


def shared_documents(counted: Counted, baseline: Baseline, gold: Source) -> Shared:
    """Check that the gold is that of the baseline, or that with more documents.

    Raises ``InputError`` where documents were changed or taken away.
    """
    known = np.flatnonzero(counted.known).tolist()
    present = frozenset(counted.documents[at] for at in known)
    gone = sorted(baseline.gold.keys() - present)
    changed: list[str] = []
    if not _same(counted, baseline, present):
        hashes = gold_hashes(gold)
        changed = sorted(
            name for name, own in baseline.gold.items() if hashes.get(name, own) != own
        )
    if gone or changed:
        parts = []
        if changed:
            verb = "was" if len(changed) == 1 else "were"
            parts.append(f"{_listed(changed)} {verb} annotated otherwise")
        if gone:
            parts.append(f"{_listed(gone)} {'is' if len(gone) == 1 else 'are'} not here")
        raise InputError(
            f"the baseline is for another gold: {' and '.join(parts)}",
            hint="Numbers on different gold do not compare. Look at the change of the gold, then "
            "write the baseline anew with --update.",
        )
    return Shared(frozenset(baseline.gold), tuple(sorted(present - baseline.gold.keys())))


def _same(counted: Counted, baseline: Baseline, present: frozenset[str]) -> bool:
    """Whether nothing has changed at all, told by the hash over the whole gold."""
    if counted.digest[:12] != baseline.signature.gold or present != baseline.gold.keys():
        return False
    names = counted.documents
    return all(
        {names[at] for at in np.flatnonzero(counted.declared[layer] & counted.known).tolist()}
        == {name for name in part.documents if name in baseline.gold}
        for layer, part in baseline.layers.items()
        if layer in counted.declared
    )


def layer_pair(
    layer: str, counted: Counted, baseline: Baseline, shared: Shared
) -> LayerPair | None:
    """A layer now and then, over the documents that both have; ``None`` where one has no such.

    What was predicted for documents without gold counts on the side that made it up, unless
    there is gold for it by now.
    """
    part = baseline.layers.get(layer)
    if part is None or layer not in counted.layers:
        return None
    place = {name: at for at, name in enumerate(counted.documents)}
    scored = counted.scored(layer)
    gold = [name for name in shared.documents & part.documents.keys() if scored[place[name]]]
    if not gold:
        return None
    later = set(shared.added)
    own = counted.layers[layer]
    made_up = {name for name, at in place.items() if not counted.known[at] and _any(own, at)}
    made_up |= part.documents.keys() - shared.documents - later
    documents = tuple(sorted({*gold, *made_up}))
    old_labels = {label for each in part.documents.values() for label in each.types}
    labels = tuple(sorted({*own.labels, *old_labels}))
    return LayerPair(
        layer,
        documents,
        len(gold),
        _now(own, labels, [place.get(name, -1) for name in documents]),
        _then(part, labels, [part.documents.get(name, _NOTHING) for name in documents], own),
        counted.forms(layer),
    )


_NOTHING = BaselineDocument()


def _now(own: LayerCounts, labels: tuple[str, ...], rows: Sequence[int]) -> LayerCounts:
    at_label = {label: at for at, label in enumerate(labels)}
    main = np.zeros((len(rows), len(labels), 4))
    columns = np.array([at_label[label] for label in own.labels], np.intp)
    main[:, columns] = _placed(own.main, rows)
    return LayerCounts(
        labels,
        {name: _placed(total, rows) for name, total in own.totals.items()},
        {},
        main,
        {},
        accuracies={name: _placed(pairs, rows) for name, pairs in own.accuracies.items()},
    )


def _then(
    part: BaselineLayer,
    labels: tuple[str, ...],
    documents: Sequence[BaselineDocument],
    own: LayerCounts,
) -> LayerCounts:
    """The counts of the baseline, for the criteria that it holds; ``own`` has their widths."""
    at_label = {label: at for at, label in enumerate(labels)}
    main = np.zeros((len(documents), len(labels), 4))
    for row, document in enumerate(documents):
        for label, counts in document.types.items():
            main[row, at_label[label]] = counts
    held = {part.main, *part.held}
    totals = {
        name: _rows([each.totals.get(name) for each in documents], total.shape[1])
        for name, total in own.totals.items()
        if name in held
    }
    if own.labels or labels:  # the counts of labels add up to the main criterion
        totals[part.main] = main.sum(axis=1)
    return LayerCounts(
        labels,
        totals,
        {},
        main,
        {},
        accuracies={
            name: _rows([each.accuracies.get(name) for each in documents], 2)
            for name in own.accuracies
            if f"accuracy:{name}" in held
        },
    )


def held_documents(
    counted: Counted,
    layer: str,
    held: Collection[str],
    wrong: Mapping[str, tuple[Iterable[str], Iterable[str]]],
) -> dict[str, BaselineDocument]:
    """The documents of a layer as a baseline keeps them, by id.

    ``held`` names criteria, and attributes as ``accuracy:NAME``; ``wrong`` has the keys of wrong
    and of spurious items by document.
    """
    own = counted.layers[layer]
    main = MAIN.get(layer, "strict")
    chosen = {name for name in held if name in own.totals and name != main}
    if not own.main.shape[1]:
        chosen.add(main)
    found = {}
    for at in np.flatnonzero(counted.scored(layer)).tolist():
        if not counted.known[at] and not _any(own, at):
            continue
        name = counted.documents[at]
        missed, spurious = wrong.get(name, ((), ()))
        filled = np.flatnonzero(own.main[at].any(axis=1)).tolist()
        found[name] = BaselineDocument(
            {label: _numbers(own.main[at, row]) for label, row in
             sorted((own.labels[row], row) for row in filled)},
            {each: _numbers(own.totals[each][at]) for each in sorted(chosen)
             if own.totals[each][at].any()},
            {each: _numbers(pairs[at]) for each, pairs in sorted(own.accuracies.items())
             if f"accuracy:{each}" in held and pairs[at].any()},
            tuple(sorted(missed)),
            tuple(sorted(spurious)),
        )  # fmt: skip
    return found


def _any(own: LayerCounts, at: int) -> bool:
    return any(bool(total[at].any()) for total in own.totals.values())


def _placed(part: NDArray[np.float64], rows: Sequence[int]) -> Floats:
    """The rows of ``part``, zeros for −1."""
    whole = np.zeros((len(rows), *part.shape[1:]))
    at = np.array(rows, np.intp)
    whole[at >= 0] = part[at[at >= 0]]
    return whole


def _rows(counts: Sequence[tuple[float, ...] | None], width: int) -> Floats:
    whole = np.zeros((len(counts), width))
    for row, each in enumerate(counts):
        if each is not None:
            whole[row] = each
    return whole


def _numbers(counts: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(int(count) if count == int(count) else count for count in counts.tolist())


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f", and {more} more" if more > 0 else "")
