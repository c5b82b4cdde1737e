"""Several systems counted against the same gold, on the same documents and labels.

Rows are the documents of the gold and those that any system made up, by id. A document that a
system lacks is a row of zeros on its side: without gold it costs that system nothing, with gold
its items are missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import InputError
from goldwire.schema.reading import check_standard_input, decode_raw, iter_raw

from ..assemble import headline
from ..chains import ChainOptions
from ..counting import Counted, Source, count
from ..layer_counts import LayerCounts
from ..layers import MAIN
from ..metrics.forms import Floats
from ..scores import Closed

__all__ = ["LayerTogether", "Numbers", "Together", "by_rows", "count_together", "numbers_of"]

Rows = NDArray[np.bool_]


class LayerTogether(Struct, frozen=True):
    """One layer of all systems: equal rows of documents, equal labels.

    ``counts`` has by system the counts of the layer, with one row a document of all; of their
    fields only ``labels``, ``totals``, ``main``, and ``accuracies`` are filled. ``scored`` says by
    system which rows count for it, shape ``(documents,)``: those in which the layer is annotated,
    and those that this system made up.
    """

    layer: str
    main: str
    declared: int
    """Documents in which the layer is annotated."""
    counts: dict[str, LayerCounts]
    scored: dict[str, Rows]
    forms: dict[str, Closed]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the gold and of all systems, by name."""
        return next(iter(self.counts.values())).labels

    @property
    def form(self) -> Closed | None:
        """The closed form of the main criterion, where it is no plain ratio."""
        return self.forms.get(self.main)


class Together(Struct, frozen=True):
    """Systems by name, documents by id, and the layers that have gold in their usual order."""

    systems: tuple[str, ...]
    documents: tuple[str, ...]
    layers: tuple[LayerTogether, ...]
    counted: dict[str, Counted]


class Numbers(Struct, frozen=True):
    """Numbers of one or more layers, of several systems, under one closed form.

    ``names`` are (layer, criterion, value), criterion and value as in ``headline``. ``counts``
    has by system a matrix ``(documents, columns)``, ``scored`` and ``declared`` as in
    ``LayerTogether``.
    """

    names: tuple[tuple[str, str, str], ...]
    counts: dict[str, Floats]
    closed: Closed
    scored: dict[str, Rows]
    declared: int


def count_together(
    gold: Source,
    systems: Mapping[str, Source],
    *,
    layers: Sequence[str] | None = None,
    chains: ChainOptions | None = None,
) -> Together:
    """Count every system against the same gold; arguments as those of ``count``.

    Gold that can be read only once is held in memory. Raises what ``count`` raises, and
    ``InputError`` where no layer has gold, or where the gold changes between two systems.
    """
    names = tuple(sorted(systems))
    check_standard_input(gold, *systems.values())
    kept = _reread(gold)
    counted = {name: count(kept, systems[name], layers=layers, chains=chains) for name in names}
    if len({each.digest for each in counted.values()}) > 1:
        raise InputError(
            "the gold changed while it was read for one system after the other",
            source=str(gold) if _is_path(gold) else None,
            hint="Compare again when nobody writes to it.",
        )
    documents = tuple(sorted({name for each in counted.values() for name in each.documents}))
    found = [_layer(layer, documents, counted) for layer in next(iter(counted.values())).layers]
    scored = tuple(each for each in found if each.declared)
    if not scored:
        raise InputError(
            "no layer could be scored: no gold document names one in annotation.layers",
            hint="A draft names no layers.",
        )
    return Together(names, documents, scored, counted)


def numbers_of(part: LayerTogether, *, only_main: bool = False) -> Numbers:
    """The numbers of a layer that have an interval, with the same columns for all systems.

    ``only_main`` leaves those of the main criterion and of the labels.
    """
    parts = list(part.counts.values())
    if only_main:
        parts = [
            msgspec.structs.replace(each, totals={part.main: each.totals[part.main]}, accuracies={})
            for each in parts
        ]
    # One matrix of all systems, one above the other: columns that one lacks are kept for it.
    whole = headline(_stacked(parts), part.main, part.forms)
    split = np.split(whole.counts, len(parts))
    return Numbers(
        tuple((part.layer, criterion, value) for criterion, value in whole.names),
        dict(zip(part.counts, split, strict=True)),
        whole.closed,
        part.scored,
        part.declared,
    )


def by_rows(tables: Iterable[Numbers], systems: Sequence[str]) -> Iterator[tuple[Rows, Numbers]]:
    """The numbers of layers that count in the same documents, as one: they are drawn once.

    The documents are those that count for any of the ``systems``, shape ``(documents,)``.
    """
    groups: dict[tuple[int, bytes], list[Numbers]] = {}
    for table in tables:
        key = table.declared, _rows(table, systems).tobytes()
        groups.setdefault(key, []).append(table)
    for members in groups.values():
        yield _rows(members[0], systems), _joint(members)


def _rows(table: Numbers, systems: Sequence[str]) -> Rows:
    rows: Rows = np.any([table.scored[name] for name in systems], axis=0)
    return rows


def _joint(tables: Sequence[Numbers]) -> Numbers:
    """Numbers side by side, for the systems and the rows of the first."""
    systems = tables[0].counts
    widths = [next(iter(table.counts.values())).shape[1] for table in tables]
    ends = np.cumsum(widths).tolist()
    pieces = [
        (slice(end - width, end), table.closed)
        for end, width, table in zip(ends, widths, tables, strict=True)
    ]

    def closed(sums: NDArray[np.float64]) -> Floats:
        return np.concatenate([form(sums[..., piece]) for piece, form in pieces], axis=-1)

    return Numbers(
        tuple(name for table in tables for name in table.names),
        {name: np.hstack([table.counts[name] for table in tables]) for name in systems},
        closed,
        tables[0].scored,
        tables[0].declared,
    )


def _reread(gold: Source) -> Source:
    """Gold that can be read once for every system."""
    if _is_path(gold):
        if str(gold) != "-":
            return gold
        decoder = msgspec.json.Decoder()
        return [decode_raw(raw, decoder) for raw in iter_raw(["-"])]
    return list(gold)  # type: ignore[arg-type]


def _is_path(source: Source) -> bool:
    return isinstance(source, (str, Path))


def _layer(layer: str, documents: Sequence[str], counted: Mapping[str, Counted]) -> LayerTogether:
    first = next(iter(counted.values()))
    labels = tuple(sorted({name for c in counted.values() for name in c.layers[layer].labels}))
    place = {name: at for at, name in enumerate(documents)}
    at_label = {name: at for at, name in enumerate(labels)}
    counts: dict[str, LayerCounts] = {}
    scored: dict[str, Rows] = {}
    for name, each in counted.items():
        own = each.layers[layer]
        rows = np.array([place[document] for document in each.documents], np.intp)
        size = len(documents)
        main = np.zeros((size, len(labels), 4), own.main.dtype)
        columns = np.array([at_label[label] for label in own.labels], np.intp)
        main[np.ix_(rows, columns)] = own.main
        counts[name] = LayerCounts(
            labels,
            {key: _placed(total, rows, size) for key, total in own.totals.items()},
            {},
            main,
            {},
            accuracies={key: _placed(pairs, rows, size) for key, pairs in own.accuracies.items()},
        )
        scored[name] = _placed(each.scored(layer), rows, size)
    return LayerTogether(
        layer,
        MAIN.get(layer, "strict"),
        int((first.declared[layer] & first.known).sum()),
        counts,
        scored,
        first.forms(layer),
    )


def _placed(part: NDArray[Any], rows: NDArray[np.intp], size: int) -> NDArray[Any]:
    whole = np.zeros((size, *part.shape[1:]), part.dtype)
    whole[rows] = part
    return whole


def _stacked(parts: Sequence[LayerCounts]) -> LayerCounts:
    first = parts[0]
    return LayerCounts(
        first.labels,
        {name: np.concatenate([part.totals[name] for part in parts]) for name in first.totals},
        {},
        np.concatenate([part.main for part in parts]),
        {},
        accuracies={
            name: np.concatenate([part.accuracies[name] for part in parts])
            for name in first.accuracies
        },
    )
