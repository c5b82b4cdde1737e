"""Incident records of a block: templates with fillers that gold and predictions can share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping

import numpy as np

from .columns import Columns, Side
from .identity import Aligned, Identity, chain_numbers, item_rows
from .layer_counts import LayerCounts
from .metrics.forms import Floats
from .metrics.incidents import SLOTS, templates_of
from .metrics.template_counts import TemplateCounts
from .metrics.templates import category_ratios, ceaf_ree, ceaf_rme, score_templates
from .references import Items, Places
from .tables import Ints

__all__ = ["count_incidents"]


def count_incidents(
    columns: Columns,
    attributions: Aligned,
    gold: Items,
    predicted: Items,
    places: Places,
    identity: Identity,
) -> LayerCounts:
    """The counts of incident records, by slot."""
    declared = columns.declared["incidents"].tolist()
    filled = [
        number
        for number, (one, other) in enumerate(
            zip(columns.block.gold, columns.block.predictions, strict=True)
        )
        if declared[number] and (one.incidents or other.incidents)
    ]
    met = np.flatnonzero(identity.partners >= 0)
    guessed_places: Ints = places.predicted.copy()
    guessed_places[met] = places.gold[identity.partners[met]]
    of_gold = _Known(columns.gold, gold, places.gold, identity.gold_referents)
    of_predicted = _Known(
        columns.predicted, predicted, guessed_places, identity.predicted_referents
    )
    of_predicted.follow(of_gold, identity.partners)
    said, guessed = _attributions(columns, attributions)
    templates = [
        templates_of(columns.block.gold[n].incidents, of_gold.mentions(n), of_gold.keys(n, said))
        for n in filled
    ]
    guesses = [
        templates_of(
            columns.block.predictions[n].incidents,
            of_predicted.mentions(n),
            of_predicted.keys(n, guessed),
        )
        for n in filled
    ]
    counted = score_templates(templates, guesses, SLOTS)
    documents = len(columns.block)

    def spread(part: Floats) -> Floats:
        whole = np.zeros((documents, *part.shape[1:]))
        whole[filled] = part
        return whole

    slots = spread(counted.fillers)
    muc4 = spread(category_ratios(counted.categories))
    totals = {
        "slots": slots.sum(axis=1),
        "muc4": muc4.sum(axis=1),
        "qualifiers": spread(counted.attached).sum(axis=1),
        "ceaf_ree": spread(ceaf_ree(templates, guesses, SLOTS)).sum(axis=1),
        "ceaf_rme": spread(ceaf_rme(templates, guesses, SLOTS)).sum(axis=1),
        "templates": spread(counted.templates),
        "detection": spread(counted.detection),
        "evidence": spread(counted.evidence),
    }
    return LayerCounts(
        counted.slots,
        totals,
        {"slots": slots.sum(axis=0), "muc4": muc4.sum(axis=0)},
        slots,
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
    """What the ids of one side's documents stand for, in numbers that both sides share."""

    def __init__(
        self, sides: Mapping[str, Side], items: Items, places: Ints, referents: Ints
    ) -> None:
        self.items = items
        self.places = places
        self.evidence: list[Hashable] = [("place", place) for place in places.tolist()]
        size = len(sides["mentions"].items)
        self.evidence[:size] = [("referent", number) for number in referents[:size].tolist()]
        hoppers, _ = chain_numbers(sides, "events", "hopper")
        first = items.first["events"]
        for row, hopper in enumerate(hoppers.tolist()):
            if hopper >= 0:
                self.evidence[first + row] = ("hopper", hopper)
        self.sides = sides

    def follow(self, gold: _Known, partners: Ints) -> None:
        """Take over what the gold partners of the items stand for."""
        for item, partner in enumerate(partners.tolist()):
            if partner >= 0:
                self.evidence[item] = gold.evidence[partner]
            elif self.evidence[item][0] == "hopper":  # type: ignore[index]
                self.evidence[item] = ("place", int(self.places[item]))

    def mentions(self, number: int) -> dict[str, frozenset[Hashable]]:
        """The places of each entity's mentions in one document."""
        side = self.sides["mentions"]
        begin, end = side.offsets[number : number + 2].tolist()
        found: defaultdict[str, set[Hashable]] = defaultdict(set)
        for row in range(begin, end):
            name = side.items[row].entity
            if name is not None:
                found[name].add(int(self.places[row]))
        return {name: frozenset(places) for name, places in found.items()}

    def keys(self, number: int, attributions: list[dict[str, Hashable]]) -> dict[str, Hashable]:
        """A key for each item of one document that may be evidence."""
        known = {name: self.evidence[item] for name, item in self.items.by_id[number].items()}
        return attributions[number] | known


def _attributions(
    columns: Columns, aligned: Aligned
) -> tuple[list[dict[str, Hashable]], list[dict[str, Hashable]]]:
    """A key for each attribution by its id, equal for contents that are aligned."""
    ready, pairs = aligned.ready, aligned.alignment.pairs
    ones = item_rows(columns.gold["attributions"], ready.gold)
    others = item_rows(columns.predicted["attributions"], ready.predicted)
    partner = dict(zip(others[pairs.predicted].tolist(), ones[pairs.gold].tolist(), strict=True))
    found: list[list[dict[str, Hashable]]] = []
    for of_gold, side in ((True, columns.gold), (False, columns.predicted)):
        own = side["attributions"]
        keys: list[dict[str, Hashable]] = [{} for _ in range(len(columns.block))]
        for row, (document, item) in enumerate(
            zip(own.spans.document.tolist(), own.items, strict=True)
        ):
            if item.id is not None:
                alone = ("predicted content", row)
                number = row if of_gold else partner.get(row)
                keys[document][item.id] = alone if number is None else ("content", number)
        found.append(keys)
    return found[0], found[1]
