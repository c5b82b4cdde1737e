"""Incident records of a block: templates with fillers that gold and predictions can share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, pairwise, repeat
from operator import attrgetter
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .alignment.prepare import inside
from .columns import Columns, Side
from .evidence import Evidence, refuse_incident
from .identity import Aligned, Identity
from .layer_counts import LayerCounts
from .metrics.template_alignment import TemplateAlignment, align_templates
from .metrics.template_counts import TemplateCounts, count_fillers, count_templates
from .metrics.template_incidents import Reference, Told, tabulate_incidents
from .metrics.template_merge import merge_templates
from .metrics.template_similarity import FillerPairs, filler_pairs
from .metrics.template_tables import Tables
from .metrics.templates import category_ratios
from .notes import Notes
from .references import REFERRED, Items, Places
from .tables import Ints

__all__ = ["Records", "align_incidents", "count_incidents"]


class Records(Struct, frozen=True, gc=False):
    """The incident records of a block, gold before predictions, and what came of them.

    ``document``, shape ``(incidents,)``, counts documents of gold from 0 on, then on through
    those of the predictions.
    """

    incidents: list[Any]
    document: Ints
    tables: Tables
    told: Told
    alignment: TemplateAlignment
    pairs: FillerPairs


def align_incidents(
    columns: Columns,
    attributions: Aligned,
    gold: Items,
    predicted: Items,
    places: Places,
    identity: Identity,
    symmetric: frozenset[str],
    notes: Notes,
) -> Records:
    """The incident records of a block as templates that are aligned.

    ``symmetric`` are the types of relations that hold both ways. Mentions and evidence count
    nowhere where they are optional or lie in zones that are not scored, and predicted ones where
    they are aligned with optional gold; a filler that has none but such counts nowhere, either.
    Raises ``InvalidDocument`` for an entity or evidence in
    gold that is not in its document.
    """
    documents = len(columns.block)
    declared = columns.declared["incidents"].tolist()
    lists = [
        document.incidents if declared[number % documents] else ()
        for number, document in enumerate(chain(columns.block.gold, columns.block.predictions))
    ]
    known = _Known(columns, gold, predicted, places, identity, notes)
    evidence = Evidence(
        columns, attributions, (gold, predicted), known.places, identity, symmetric, known.left
    )
    incidents = list(chain.from_iterable(lists))
    document = np.repeat(np.arange(len(lists)), list(map(len, lists)))
    tables, told = tabulate_incidents(
        documents, incidents, document, known.mentions, lambda cited: evidence.numbers(cited, notes)
    )
    pairs = filler_pairs(tables)
    alignment = align_templates(tables, pairs=pairs)
    return Records(incidents, document, tables, told, alignment, pairs)


def count_incidents(records: Records) -> LayerCounts:
    """The counts of incident records, by slot."""
    tables, pairs = records.tables, records.pairs
    counted = count_templates(tables, records.alignment)
    merged = merge_templates(tables)
    muc4 = category_ratios(counted.categories)
    totals = {
        "slots": counted.fillers.sum(axis=1),
        "muc4": muc4.sum(axis=1),
        "qualifiers": counted.attached.sum(axis=1),
        "ceaf_ree": count_fillers(merged, align_templates(merged)).sum(axis=1),
        # With φ-subset this would be the slots once more: no type has to agree here.
        "ceaf_rme": count_fillers(tables, align_templates(tables, "phi3", pairs=pairs)).sum(axis=1),
        "templates": counted.templates,
        "detection": counted.detection,
        "evidence": counted.evidence,
    }
    return LayerCounts(
        counted.slots,
        totals,
        {"slots": counted.fillers.sum(axis=0), "muc4": muc4.sum(axis=0)},
        counted.fillers,
        _errors(counted),
        items=(int(counted.templates[:, 3].sum()), int(counted.templates[:, 1].sum())),
        ignored=int(counted.ignored.sum()),
    )


def _errors(counted: TemplateCounts) -> dict[str, Ints]:
    """Fillers by MUC-4 category, and entities that were split or merged, by slot."""
    names = ("correct", "partial", "incorrect", "missed", "spurious")
    found: dict[str, Ints] = {
        name: counted.categories[:, :, at].sum(axis=0) for at, name in enumerate(names)
    }
    return found | {"split": counted.split.sum(axis=0), "merged": counted.merged.sum(axis=0)}


class _Known:
    """What ids stand for, in numbers that gold and predictions share.

    Documents and items of gold are counted first, then on through those of the predictions.
    """

    def __init__(
        self,
        columns: Columns,
        gold: Items,
        predicted: Items,
        places: Places,
        identity: Identity,
        notes: Notes,
    ) -> None:
        self.notes = notes
        self.left = (
            gold_left(columns, gold),
            left_out(columns, columns.predicted) | identity.excused,
        )
        self.columns = columns
        met = np.flatnonzero(identity.partners >= 0)
        guessed: Ints = places.predicted.copy()
        guessed[met] = places.gold[identity.partners[met]]
        self.places = places.gold, guessed

    def mentions(self, entities: list[Reference]) -> tuple[Ints, Ints]:
        """How many mentions each entity has, and the places of these, ascending.

        An entity of which no mention counts anywhere has −1.

        Raises ``InvalidDocument`` for an entity that is not in its gold document.
        """
        wanted: list[dict[str | None, int]] = [{} for _ in range(2 * len(self.columns.block))]
        for number, (document, name) in enumerate(entities):
            wanted[document][name] = number
        numbers, found = [], []
        for (first, sides, places), left in zip(self._sides(), self.left, strict=True):
            side = sides["mentions"]
            names = list(map(attrgetter("entity"), side.items))
            bounds = pairwise(side.offsets.tolist())
            own: list[int] = []
            for known, (begin, end) in zip(wanted[first:], bounds, strict=False):
                own += map(known.get, names[begin:end], repeat(-1))
            numbers.append(np.where(left[: len(own)], -1, np.array(own, np.int64)))
            found.append(places[: len(own)])
        code, place = np.concatenate(numbers), np.concatenate(found)
        kept = code >= 0
        width = int(place.max(initial=0)) + 1
        keys = np.sort(code[kept] * width + place[kept])
        keys = keys[np.diff(keys, prepend=-1) > 0]
        sizes = np.bincount(keys // width, minlength=len(entities))
        for number in np.flatnonzero(sizes == 0).tolist():
            if self._is_mentioned(*entities[number]):
                sizes[number] = -1
        return sizes, keys % width

    def _is_mentioned(self, document: int, name: str) -> bool:
        """Whether an entity has mentions at all, if only such as count nowhere.

        Refuses one that a gold document does not have, and notes one that a prediction lacks.
        """
        documents = len(self.columns.block)
        sides = self.columns.gold if document < documents else self.columns.predicted
        side, number = sides["mentions"], document % documents
        begin, end = side.offsets[number : number + 2].tolist()
        if any(item.entity == name for item in side.items[begin:end]):
            return True
        if document >= documents:
            self.notes.add("reference to nothing", f"incident: {name}")
        elif all(entity.id != name for entity in self.columns.block.gold[number].entities):
            raise refuse_incident(self.columns, number, name, evidence=False)
        return False

    def _sides(self) -> Iterator[tuple[int, Mapping[str, Side], Ints]]:
        """Of gold and predictions: the first document, the layers, the places of the items."""
        yield 0, self.columns.gold, self.places[0]
        yield len(self.columns.block), self.columns.predicted, self.places[1]


def gold_left(columns: Columns, items: Items) -> NDArray[np.bool_]:
    """Gold items that count nowhere, by item number."""
    return left_out(columns, columns.gold) | items.optional


def left_out(columns: Columns, sides: Mapping[str, Side]) -> NDArray[np.bool_]:
    """Items in zones that are not scored, by item number."""
    if not len(columns.unscored):
        return np.zeros(sum(len(sides[layer].items) for layer in REFERRED), bool)
    return np.concatenate([inside(sides[layer].spans, columns.unscored) for layer in REFERRED])
