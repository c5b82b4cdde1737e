"""Arguments and relations: items that are tuples of other items, compared as sets.

Spans stand for the items they anchor. Where gold accepts another answer (an alternative span,
type, or filler), a prediction that gives it is read as the gold's own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .tables import Labels

__all__ = ["TupleBuilder", "TupleCounts"]

Fragments = tuple[tuple[int, int], ...]
Key = tuple[Any, ...]
Lost = Callable[[str], None]
_Ends = list[tuple[Fragments, str]]
Counts = NDArray[np.int64]


class TupleCounts(Struct, frozen=True):
    """Counts under one criterion; arrays of shape ``(documents, labels)``."""

    labels: tuple[str, ...]
    gold: Counts
    predicted: Counts
    correct: Counts


class TupleBuilder:
    """Tuples of gold and predictions, by criterion; the label of a tuple is its last part."""

    def __init__(self, criteria: tuple[str, ...], symmetric: frozenset[str] = frozenset()) -> None:
        self.criteria = criteria
        self.symmetric = symmetric
        self.labels = Labels()
        self.gold: dict[str, dict[Key, bool]] = defaultdict(dict)
        self.predicted: dict[str, dict[Key, None]] = defaultdict(dict)
        self._aliases: dict[str, dict[Key, Key]] = defaultdict(dict)
        self._same_span: dict[tuple[int, Fragments], Fragments] = {}

    def add_gold_events(self, document: int, gold: Any) -> None:
        """The arguments of a gold document's events."""
        spans = self._gold_spans(document, gold)
        for event in gold.events:
            for argument in event.arguments:
                optional = event.optional or argument.optional
                keys = _argument_keys(
                    document, event.type, event.spans, argument.role, spans.get(argument.filler)
                )
                if keys is None:
                    continue
                self._add_gold(keys, optional)
                others = [
                    (type_, filler)
                    for type_ in (event.type, *(a.type for a in event.alternatives if a.type))
                    for filler in (argument.filler, *argument.alternatives)
                ][1:]
                for type_, filler in others:
                    accepted = _argument_keys(
                        document, type_, event.spans, argument.role, spans.get(filler)
                    )
                    if accepted is not None:
                        self._accept(accepted, keys)

    def add_predicted_events(
        self, document: int, prediction: Any, places: Mapping[str, Fragments], lost: Lost
    ) -> None:
        """The arguments of a prediction's events; ``lost`` is told of fillers that are nowhere."""
        for number, event in enumerate(prediction.events):
            trigger = places[event.id or f"#{number}"]
            for argument in event.arguments:
                if argument.filler not in places:
                    lost(f"{argument.role}: {argument.filler}")
                filler = places.get(argument.filler, ((-1, number),))
                keys = _argument_keys(
                    document,
                    event.type,
                    self._own(document, trigger),
                    argument.role,
                    self._own(document, filler),
                )
                if keys is not None:
                    self._add_predicted(keys)

    def add_gold_relations(self, document: int, gold: Any) -> None:
        """The relations of a gold document."""
        spans = self._gold_spans(document, gold)
        types = {mention.id: mention.type for mention in gold.mentions}
        for relation in gold.relations:
            ends = [
                (spans.get(end, ()), types.get(end, "")) for end in (relation.head, relation.tail)
            ]
            keys = self._relation_keys(document, relation.type, ends)
            self._add_gold(keys, relation.optional)
            for other in relation.alternatives:
                if other.type:
                    self._accept(self._relation_keys(document, other.type, ends), keys)

    def add_predicted_relations(
        self, document: int, prediction: Any, places: Mapping[str, Fragments], lost: Lost
    ) -> None:
        """The relations of a prediction; ``lost`` is told of ends that are nowhere."""
        types = {mention.id: mention.type for mention in prediction.mentions}
        for number, relation in enumerate(prediction.relations):
            for end in (relation.head, relation.tail):
                if end not in places:
                    lost(f"{relation.type}: {end}")
            ends = [
                (self._own(document, places.get(end, ((-1, number),))), types.get(end, ""))
                for end in (relation.head, relation.tail)
            ]
            self._add_predicted(self._relation_keys(document, relation.type, ends))

    def _gold_spans(self, document: int, gold: Any) -> dict[str, Fragments]:
        spans: dict[str, Fragments] = {}
        own: set[Fragments] = set()
        others: dict[Fragments, Fragments] = {}
        for layer in ("mentions", "times", "quantities", "events"):
            for item in getattr(gold, layer):
                spans[item.id] = item.spans
                own.add(item.spans)
                for alternative in item.alternatives:
                    if alternative.spans:
                        others.setdefault(alternative.spans, item.spans)
        for accepted, meant in others.items():
            if accepted not in own:
                self._same_span[document, accepted] = meant
        return spans

    def _own(self, document: int, spans: Fragments) -> Fragments:
        return self._same_span.get((document, spans), spans)

    def _add_gold(self, keys: dict[str, Key], optional: bool) -> None:
        for criterion, key in keys.items():
            known = self.gold[criterion]
            known[key] = known.get(key, True) and optional

    def _accept(self, accepted: dict[str, Key], meant: dict[str, Key]) -> None:
        for criterion, key in accepted.items():
            self._aliases[criterion].setdefault(key, meant[criterion])

    def _add_predicted(self, keys: dict[str, Key]) -> None:
        for criterion, key in keys.items():
            self.predicted[criterion][key] = None

    def _relation_keys(self, document: int, type_: str, ends: _Ends) -> dict[str, Key]:
        """A symmetric relation is the same in both directions."""
        (head, head_type), (tail, tail_type) = sorted(ends) if type_ in self.symmetric else ends
        return {
            "strict": (document, head, head_type, tail, tail_type, type_),
            "boundary": (document, head, tail, type_),
        }

    def gold_keys(self) -> Iterator[Key]:
        """The gold's tuples under the main criterion, each with whether it is optional."""
        for key, optional in self.gold[self.criteria[0]].items():
            yield (*key, optional)

    def predicted_labels(self) -> Counter[str]:
        """How often each label is predicted, under the main criterion."""
        return Counter(str(key[-1]) for key in self.predicted[self.criteria[0]])

    def count(self, documents: int) -> dict[str, TupleCounts]:
        """Counts by criterion: each set compared, optional gold and its matches left out."""
        for known in (self.gold, self.predicted):
            for keys in known.values():
                for key in keys:
                    self.labels.code(key[-1])
        return {criterion: self._count(criterion, documents) for criterion in self.criteria}

    def _count(self, criterion: str, documents: int) -> TupleCounts:
        gold, aliases = self.gold[criterion], self._aliases[criterion]
        shape = (documents, len(self.labels))
        of_gold, of_predicted, correct = (np.zeros(shape, np.int64) for _ in range(3))
        for key, optional in gold.items():
            of_gold[key[0], self.labels.code(key[-1])] += not optional
        met = set()
        for key in self.predicted[criterion]:
            meant = key if key in gold else aliases.get(key, key)
            if meant in met or gold.get(meant, False):
                continue
            met.add(meant)
            of_predicted[key[0], self.labels.code(meant[-1])] += 1
            correct[key[0], self.labels.code(meant[-1])] += meant in gold
        return TupleCounts(tuple(self.labels.names), of_gold, of_predicted, correct)


def _argument_keys(
    document: int, type_: str, trigger: Fragments, role: str, filler: Fragments | None
) -> dict[str, Key] | None:
    if filler is None:
        return None
    return {
        "strict": (document, type_, trigger, filler, role),
        "unattached": (document, type_, filler, role),
    }
