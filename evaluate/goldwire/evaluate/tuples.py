"""Arguments and relations: items that are tuples of other items, compared as sets.

Spans stand for the items they anchor. A gold tuple has its own key and the keys of the other
answers it accepts; the pairs of gold and predicted tuples are one-to-one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import product
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .tables import Shape, joined

__all__ = ["DanglingReference", "Place", "Places", "TupleBuilder", "TupleCounts", "places"]

Key = tuple[Any, ...]
Keys = dict[str, Key]
"""One tuple's key by criterion: the document's number first, the label last."""
Lost = Callable[[str], None]
Counts = NDArray[np.int64]


class DanglingReference(ValueError):
    """A reference in gold that leads nowhere; ``pointer`` says where it stands."""

    def __init__(self, name: str, pointer: str) -> None:
        super().__init__(f"refers to {name!r}, which is not in the document")
        self.pointer = pointer


class TupleCounts(Struct, frozen=True):
    """Counts under one criterion; arrays of shape ``(documents, labels)``."""

    labels: tuple[str, ...]
    gold: Counts
    predicted: Counts
    correct: Counts


class Place(Struct, frozen=True, gc=False):
    """Where an item is, and what else is accepted for it; ``type`` of mentions and events."""

    spans: Shape
    type: str = ""
    optional: bool = False
    answers: tuple[tuple[Shape, str], ...] = ()
    """All that is accepted as spans and type, the item's own first."""


class Places(Struct, frozen=True, gc=False):
    """What the tuples of one document refer to: triggers by place in the list, items by id."""

    triggers: tuple[Place, ...]
    items: Mapping[str, Place]


def places(
    document: Any,
    spans_of: Callable[[str, int, Any], Shape],
    twice: Callable[[str, str], None] | None = None,
) -> Places:
    """The places of a gold document or a prediction.

    An id is looked for in mentions, times, quantities, and last in events; of an id that stands
    twice in one layer the first item counts, and ``twice`` is told of layer and id.
    """
    items: dict[str, Place] = {}
    triggers: tuple[Place, ...] = ()
    for layer in ("mentions", "times", "quantities", "events"):
        found = [
            (item.id, _place(item, layer, spans_of(layer, at, item)))
            for at, item in enumerate(getattr(document, layer))
            if item.id is not None or layer == "events"
        ]
        known: set[str] = set()
        for name, place in found:
            if name is None:
                continue
            if name in known and twice is not None:
                twice(layer, name)
            known.add(name)
            items.setdefault(name, place)
        triggers = tuple(place for _, place in found)
    return Places(triggers, items)


def _place(item: Any, layer: str, spans: Shape) -> Place:
    """Other answers give spans, a type, or both; what they leave out is the item's own."""
    own = item.type if layer in ("mentions", "events") else ""
    answers = {(spans, own): None}
    for other in getattr(item, "alternatives", ()):
        type_ = other.type if own and other.type is not None else own
        answers[joined(other.spans) if other.spans is not None else spans, type_] = None
    return Place(
        spans,
        own,
        getattr(item, "optional", False),
        tuple(answers),
    )


class _Side(Struct, frozen=True):
    """The tuples of gold under one criterion."""

    optional: dict[Key, bool]
    """By own key: whether the tuple, and every other with this key, is optional."""
    accepted: defaultdict[Key, set[Key]]
    """By own key, the other keys that are accepted."""
    ignored: set[Key]
    """All keys of optional tuples, own and accepted."""


class TupleBuilder:
    """Tuples of gold and predictions, by criterion; the label of a tuple is its last part."""

    def __init__(self, criteria: tuple[str, ...], symmetric: frozenset[str] = frozenset()) -> None:
        self.criteria = criteria
        self.symmetric = symmetric
        self._gold = {name: _Side({}, defaultdict(set), set()) for name in criteria}
        self._predicted: dict[str, dict[Key, bool]] = {name: {} for name in criteria}
        """By key, whether the prediction costs nothing wherever it meets no gold that counts."""
        self._unscored: dict[int, Shape] = {}
        self._ignored_triggers: dict[int, frozenset[Shape]] = {}

    def add_gold_events(self, document: int, gold: Any, unscored: Shape = ()) -> None:
        """The arguments of a gold document's events; none in the stretches ``unscored``.

        Raises ``DanglingReference`` for the filler of a scored event that is not in the document.
        """
        found = _gold_places(gold)
        self._begin(document, unscored)
        self._ignored_triggers[document] = _ignored_triggers(found.triggers)
        for number, (event, trigger) in enumerate(zip(gold.events, found.triggers, strict=True)):
            if self._left_out(document, trigger.spans):
                continue
            for at, argument in enumerate(event.arguments):
                pointer = f"/events/{number}/arguments/{at}"
                filler = _known(found, argument.filler, f"{pointer}/filler")
                others = [
                    _known(found, other, f"{pointer}/alternatives/{n}")
                    for n, other in enumerate(argument.alternatives)
                ]
                if self._left_out(document, filler.spans):
                    continue
                fillers = [spans for place in (filler, *others) for spans, _ in place.answers]
                self._add_gold(
                    [
                        _argument_keys(document, type_, spans, argument.role, words)
                        for (spans, type_), words in product(trigger.answers, fillers)
                    ],
                    event.optional or argument.optional or filler.optional,
                )

    def add_predicted_events(
        self, document: int, prediction: Any, found: Places, lost: Lost
    ) -> None:
        """The arguments of a prediction's events; ``lost`` is told of fillers that are nowhere."""
        ignored = self._ignored_triggers.get(document, frozenset())
        for number, event in enumerate(prediction.events):
            trigger = found.triggers[number].spans
            for at, argument in enumerate(event.arguments):
                place = found.items.get(argument.filler)
                if place is None:
                    lost(f"{argument.role}: {argument.filler}")
                filler = place.spans if place else _nowhere(number, at)
                if not self._left_out(document, trigger, filler):
                    keys = _argument_keys(document, event.type, trigger, argument.role, filler)
                    self._add_predicted(keys, trigger in ignored)

    def add_gold_relations(self, document: int, gold: Any, unscored: Shape = ()) -> None:
        """The relations of a gold document; none in the stretches ``unscored``.

        Raises ``DanglingReference`` for an end that is not in the document.
        """
        found = _gold_places(gold)
        self._begin(document, unscored)
        for number, relation in enumerate(gold.relations):
            head = _known(found, relation.head, f"/relations/{number}/head")
            tail = _known(found, relation.tail, f"/relations/{number}/tail")
            if self._left_out(document, head.spans, tail.spans):
                continue
            others = [other.type for other in relation.alternatives if other.type is not None]
            self._add_gold(
                [
                    self._relation_keys(document, type_, ends)
                    for type_ in (relation.type, *others)
                    for ends in product(head.answers, tail.answers)
                ],
                relation.optional or head.optional or tail.optional,
            )

    def add_predicted_relations(
        self, document: int, prediction: Any, found: Places, lost: Lost
    ) -> None:
        """The relations of a prediction; ``lost`` is told of ends that are nowhere."""
        for number, relation in enumerate(prediction.relations):
            ends = []
            for at, name in enumerate((relation.head, relation.tail)):
                place = found.items.get(name)
                if place is None:
                    lost(f"{relation.type}: {name}")
                ends.append((place.spans, place.type) if place else (_nowhere(number, at), ""))
            if not self._left_out(document, *(spans for spans, _ in ends)):
                self._add_predicted(self._relation_keys(document, relation.type, ends), False)

    def _begin(self, document: int, unscored: Shape) -> None:
        if unscored:
            self._unscored[document] = unscored

    def _left_out(self, document: int, *parts: Shape) -> bool:
        unscored = self._unscored.get(document)
        return unscored is not None and any(_within(part, unscored) for part in parts)

    def _add_gold(self, answers: list[Keys], optional: bool) -> None:
        """One gold tuple: its own keys first, then those of the other answers."""
        for criterion, side in self._gold.items():
            own = answers[0][criterion]
            others = {keys[criterion] for keys in answers[1:]} - {own}
            side.optional[own] = side.optional.get(own, True) and optional
            if others:
                side.accepted[own] |= others
            if optional:
                side.ignored.update((own, *others))

    def _add_predicted(self, keys: Keys, ignored: bool) -> None:
        for criterion, key in keys.items():
            known = self._predicted[criterion]
            known[key] = known.get(key, True) and ignored

    def _relation_keys(self, document: int, type_: str, ends: Iterable[tuple[Shape, str]]) -> Keys:
        """A symmetric relation is the same in both directions."""
        (head, head_type), (tail, tail_type) = sorted(ends) if type_ in self.symmetric else ends
        return {
            "strict": (document, head, head_type, tail, tail_type, type_),
            "boundary": (document, head, tail, type_),
        }

    def gold_keys(self) -> Iterator[Key]:
        """All that the gold says under the main criterion, in no order.

        Each tuple with whether it is optional and the keys it accepts, the keys without the
        document's number; then the triggers at which no argument counts.
        """
        side = self._gold[self.criteria[0]]
        for key, optional in side.optional.items():
            accepted = sorted(other[1:] for other in side.accepted.get(key, ()))
            yield (*key, optional, tuple(accepted))
        for document, triggers in self._ignored_triggers.items():
            for spans in triggers:
                yield (document, spans)

    def predicted_labels(self) -> Counter[str]:
        """How often each label is predicted, under the main criterion."""
        return Counter(str(key[-1]) for key in self._predicted[self.criteria[0]])

    def count(self, documents: int) -> dict[str, TupleCounts]:
        """Counts by criterion: each set compared, optional gold and its matches left out.

        A hit has the label of the gold tuple on both sides.
        """
        names = {key[-1] for side in self._gold.values() for key in side.optional}
        names |= {key[-1] for known in self._predicted.values() for key in known}
        codes = {name: code for code, name in enumerate(sorted(names))}
        return {criterion: self._count(criterion, documents, codes) for criterion in self.criteria}

    def _count(self, criterion: str, documents: int, codes: dict[str, int]) -> TupleCounts:
        side, predicted = self._gold[criterion], self._predicted[criterion]
        shape = (documents, len(codes))
        of_gold, of_predicted, correct = (np.zeros(shape, np.int64) for _ in range(3))
        counted = {key for key, optional in side.optional.items() if not optional}
        free = {key for key, ignored in predicted.items() if ignored or key in side.ignored}
        accepted = {key: others for key, others in side.accepted.items() if key in counted}
        met = _match(counted, accepted, predicted.keys(), last=free)
        for key in counted:
            of_gold[key[0], codes[key[-1]]] += 1
        for key in predicted:
            gold = met.get(key)
            if gold is not None:
                of_predicted[key[0], codes[gold[-1]]] += 1
                correct[key[0], codes[gold[-1]]] += 1
            elif key not in free:
                of_predicted[key[0], codes[key[-1]]] += 1
        return TupleCounts(tuple(codes), of_gold, of_predicted, correct)


def _gold_places(gold: Any) -> Places:
    return places(gold, lambda _layer, _at, item: joined(item.spans))


def _known(found: Places, name: str, pointer: str) -> Place:
    place = found.items.get(name)
    if place is None:
        raise DanglingReference(name, pointer)
    return place


def _nowhere(number: int, at: int) -> Shape:
    """Spans that no item has, another for every reference: two of them are never one tuple."""
    return ((-1, number), (-1, at))


def _ignored_triggers(triggers: Iterable[Place]) -> frozenset[Shape]:
    """Where only optional events are: no argument that is predicted there is right or wrong."""
    shapes: dict[bool, set[Shape]] = {True: set(), False: set()}
    for trigger in triggers:
        shapes[trigger.optional].update(spans for spans, _ in trigger.answers)
    return frozenset(shapes[True] - shapes[False])


def _within(spans: Shape, stretches: Shape) -> bool:
    return all(any(low <= start and end <= high for low, high in stretches) for start, end in spans)


def _argument_keys(document: int, type_: str, trigger: Shape, role: str, filler: Shape) -> Keys:
    return {
        "strict": (document, type_, trigger, filler, role),
        "unattached": (document, type_, filler, role),
    }


def _match(
    gold: AbstractSet[Key],
    accepted: Mapping[Key, Collection[Key]],
    predicted: AbstractSet[Key],
    last: AbstractSet[Key] = frozenset(),
) -> dict[Key, Key]:
    """A maximum matching: by predicted key, the gold key that it is right for.

    A prediction may be right for the gold with its own key and for gold that accepts its key.
    Equal keys are paired first; the rest by augmenting paths (Kuhn 1955) over sorted keys, so
    that nothing depends on order; those in ``last`` take what the others leave.
    """
    met = {key: key for key in predicted if key in gold}
    right_for: dict[Key, list[Key]] = defaultdict(list)
    for key in sorted(accepted):
        for other in accepted[key]:
            if other in predicted:
                right_for[other].append(key)
    for key, golds in right_for.items():
        if key in met:
            golds.append(key)
    holders = {key: key for key in met}
    left = [key for key in right_for if key not in met]
    for key in sorted(left, key=lambda key: (key in last, key)):
        _augment(key, right_for, met, holders)
    return met


def _augment(
    start: Key, right_for: Mapping[Key, list[Key]], met: dict[Key, Key], holders: dict[Key, Key]
) -> None:
    """Pair ``start`` with gold if others can move to make room."""
    came: dict[Key, Key] = {}
    queue = [start]
    for key in queue:
        for gold in right_for.get(key, ()):
            if gold in came:
                continue
            came[gold] = key
            if gold in holders:
                queue.append(holders[gold])
                continue
            free: Key | None = gold
            while free is not None:  # everyone on the path moves on by one
                mover = came[free]
                before = met.get(mover)
                met[mover], holders[free] = free, mover
                free = before
            return
