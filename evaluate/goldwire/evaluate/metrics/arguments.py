"""Arguments of events: with and without the trigger, with and without the role.

``strict`` is what TextEE calls *argument attached classification*: event type, trigger, filler,
and role. ``attached_id`` leaves the role out (*identification*), ``unattached`` the trigger,
``unattached_id`` both (Huang et al. 2024). Under ``coreference`` and ``unattached_coreference``
another mention of the right entity is right, too (Li, Ji, Han 2021), but every gold argument
is met by one prediction at most.

A criterion that compares less never scores below one that compares more, unless it makes gold
arguments equal: these are one item then, as in TextEE.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import product

import msgspec
import numpy as np
from numpy.typing import NDArray

from ..alignment.prepare import inside
from ..columns import Columns
from ..identity import Identity
from ..keys import pack
from ..notes import Notes
from ..references import Items, Places, refuse_dangling
from ..tables import Ints, LabelRows, Labels, Spans
from ..tuples import (
    GoldTuples,
    PredictedTuples,
    compare_tuples,
    count_tuples,
    keys_of,
    occurrences,
    once,
)
from .forms import Floats

__all__ = ["CRITERIA", "Ends", "argument_tuples", "count_arguments"]

_TYPE, _TRIGGER, _FILLER, _ROLE = range(4)

CRITERIA = {
    "strict": (_TYPE, _TRIGGER, _FILLER, _ROLE),
    "attached_id": (_TYPE, _TRIGGER, _FILLER),
    "unattached": (_TYPE, _FILLER, _ROLE),
    "unattached_id": (_TYPE, _FILLER),
}
"""What a tuple holds under each criterion that compares places."""

_BY_REFERENT = {
    "coreference": CRITERIA["strict"],
    "unattached_coreference": CRITERIA["unattached"],
}
"""What a tuple holds under each criterion that compares referents of fillers."""

Mask = NDArray[np.bool_]

Ends = tuple[Ints, Ints]
"""The item numbers of triggers and of fillers, −1 for a filler that leads nowhere."""


def count_arguments(
    columns: Columns,
    gold: Items,
    predicted: Items,
    places: Places,
    identity: Identity,
    roles: Labels,
    notes: Notes,
) -> tuple[LabelRows, dict[str, Floats]]:
    """Ratios by criterion, document, and role, which rows name: arrays ``(documents, rows, 4)``.

    Raises ``InvalidDocument`` for a filler in gold that is not in its document.
    """
    (golds, rows), (guesses, guessed_rows) = argument_tuples(
        columns, gold, predicted, places, roles, notes, identity.excused
    )
    documents, ranks = len(columns.block), roles.ranks()
    by_role = roles.rows(guesses.label)
    guesses, guessed_rows = _each_once(guesses, guessed_rows, ranks)
    met = _Met(golds, guesses, documents, ranks)
    found = {}
    for name, chosen in CRITERIA.items():
        one = golds.select(chosen)
        other = met.standing.select(chosen)
        if len(one.owner):
            costless = other.ignored | met.said_twice(chosen)
            other = msgspec.structs.replace(other, ignored=costless)
            one, other = _distinct(one, other, as_sets=True)
        found[name] = count_tuples(one, other, documents, ranks, by_role)
    for name, chosen in _BY_REFERENT.items():
        one, other = _by_referent(golds, rows, met, guessed_rows, identity, places, ranks, chosen)
        found[name] = count_tuples(*_distinct(one, other), documents, ranks, by_role)
    return by_role, found


def argument_tuples(
    columns: Columns,
    gold: Items,
    predicted: Items,
    places: Places,
    roles: Labels,
    notes: Notes,
    excused: Mask | None = None,
) -> tuple[tuple[GoldTuples, Ends], tuple[PredictedTuples, Ends]]:
    """The arguments of both sides, holding all that ``strict`` compares, and what they link.

    ``excused`` are the predicted items, by number, that are aligned with optional gold.
    Raises ``InvalidDocument`` for a filler in gold that is not in its document.
    """
    one, ends = _gold_tuples(columns, gold, places, roles)
    other, other_ends = _predicted_tuples(columns, predicted, places, roles, notes, excused)
    own, others, guessed = (
        [*held[:_ROLE], roles.ranks()[held[_ROLE]]]  # the codes hang on what came first
        for held in (one.columns, one.others, other.columns)
    )
    return (
        (msgspec.structs.replace(one, columns=own, others=others), ends),
        (msgspec.structs.replace(other, columns=guessed), other_ends),
    )


class _Met:
    """The predictions, and which of them met a gold argument under ``strict``.

    What is right stays right where some columns are left out: one that met a gold argument by
    another accepted answer is ``standing`` for that argument, not for another one. A prediction
    that is not right, and becomes equal to one that is, is said twice. Where gold accepts no
    other answers, all stand for themselves.
    """

    def __init__(
        self, gold: GoldTuples, predicted: PredictedTuples, documents: int, ranks: Ints
    ) -> None:
        self.predicted = self.standing = predicted
        self.met = np.zeros(len(predicted.label), bool)
        self.hits = np.zeros((0, 2), np.int64)
        if len(gold.owner):
            kinds = ranks[gold.label], ranks[predicted.label]
            self.hits = compare_tuples(gold, predicted, documents, kinds).hits
            rows, guesses = self.hits.T
            self.met[guesses] = True
            columns = [column.copy() for column in predicted.columns]
            for column, own in zip(columns, gold.columns, strict=True):
                column[guesses] = own[rows]
            self.standing = msgspec.structs.replace(predicted, columns=columns)

    def said_twice(self, chosen: Sequence[int]) -> Mask:
        """Predictions that are not right, and equal to one that is, in some columns."""
        keys = pack([self.predicted.columns[at] for at in chosen], len(self.met))
        twice: Mask = ~self.met & np.isin(keys, keys[self.met])
        return twice


def _gold_tuples(
    columns: Columns, items: Items, places: Places, roles: Labels
) -> tuple[GoldTuples, Ends]:
    """The gold arguments, and the item numbers of their triggers and fillers."""
    side = columns.gold["events"]
    arguments, event, fillers = items.links.arguments, items.links.event, items.links.fillers
    document = side.spans.document[event]
    triggers = items.first["events"] + event
    left = _left_out(columns.gold["events"].spans, columns)[event]
    left |= ~columns.declared["events"][document]
    dangling = np.flatnonzero((fillers < 0) & ~left)
    if len(dangling):
        at = int(dangling[0])
        raise refuse_dangling(
            columns, int(document[at]), arguments[at].filler, _pointer(columns, event, at)
        )
    left |= _all_left_out(columns, items, True)[fillers]
    keep = np.flatnonzero(~left)
    optional = np.fromiter((argument.optional for argument in arguments), bool, len(arguments))
    optional |= items.optional[triggers] | items.optional[fillers]
    label = roles.codes([arguments[at].role for at in keep.tolist()])
    rows = triggers[keep], fillers[keep]
    own = [
        places.gold_labels[rows[0]],
        places.gold[rows[0]],
        places.gold[rows[1]],
        label,
    ]
    others: list[tuple[int, int, int, int]] = []
    owner: list[int] = []
    for new, at in enumerate(keep.tolist()):
        argument, trigger, filler = arguments[at], int(triggers[at]), int(fillers[at])
        if not (argument.alternatives or trigger in places.answers or filler in places.answers):
            continue
        accepted = [filler]
        for number, name in enumerate(argument.alternatives):
            found = items.by_id[int(document[at])].get(name)
            if found is None:
                pointer = _pointer(columns, event, at, f"alternatives/{number}")
                raise refuse_dangling(columns, int(document[at]), name, pointer)
            accepted.append(found)
        answers = [place for item in accepted for place, _ in _answers(places, item)]
        for (place, type_), words in list(product(_answers(places, trigger), answers))[1:]:
            others.append((type_, place, words, int(label[new])))
            owner.append(new)
    columns_of_others = list(np.array(others, np.int64).reshape(-1, 4).T)
    return (
        GoldTuples(
            own, label, document[keep], optional[keep], columns_of_others,
            np.array(owner, np.int64),
        ),
        rows,
    )  # fmt: skip


def _answers(places: Places, item: int) -> list[tuple[int, int]]:
    return places.answers.get(item) or [(int(places.gold[item]), int(places.gold_labels[item]))]


def _pointer(columns: Columns, event: Ints, at: int, part: str = "filler") -> str:
    side = columns.gold["events"]
    row = int(event[at])
    number = at - int(np.searchsorted(event, row))
    return f"/events/{int(side.spans.place[row])}/arguments/{number}/{part}"


def _predicted_tuples(
    columns: Columns,
    items: Items,
    places: Places,
    roles: Labels,
    notes: Notes,
    excused: Mask | None,
) -> tuple[PredictedTuples, Ends]:
    side = columns.predicted["events"]
    arguments, event, fillers = items.links.arguments, items.links.event, items.links.fillers
    document = side.spans.document[event]
    triggers = items.first["events"] + event
    left = _left_out(side.spans, columns)[event] | ~columns.declared["events"][document]
    inside_filler = _all_left_out(columns, items, False)
    left |= (fillers >= 0) & inside_filler[fillers]
    keep = np.flatnonzero(~left)
    triggers, fillers, document = triggers[keep], fillers[keep], document[keep]
    kept = [arguments[at] for at in keep.tolist()]
    for at in np.flatnonzero(fillers < 0).tolist():
        notes.add("reference to nothing", f"{kept[at].role}: {kept[at].filler}")
    label = roles.codes([argument.role for argument in kept], predicted=True)
    nowhere = places.size + np.arange(len(kept))  # another place for every reference to nothing
    filled = np.where(fillers >= 0, places.predicted[fillers], nowhere)
    free = _at_optional_triggers(columns, places, items)
    if excused is not None:
        free = free | excused
    return (
        PredictedTuples(
            [places.predicted_labels[triggers], places.predicted[triggers], filled, label],
            label,
            document,
            free[triggers],
        ),
        (triggers, fillers),
    )


def _left_out(table: Spans, columns: Columns) -> Mask:
    if not len(columns.unscored):
        return np.zeros(len(table), bool)
    return inside(table, columns.unscored)


def _all_left_out(columns: Columns, items: Items, of_gold: bool) -> Mask:
    """Which items lie in zones that are not scored, by item number; false for −1."""
    sides = columns.gold if of_gold else columns.predicted
    parts = [_left_out(sides[layer].spans, columns) for layer in items.first]
    return np.concatenate([*parts, np.zeros(1, bool)])


def _at_optional_triggers(columns: Columns, places: Places, predicted: Items) -> Mask:
    """Predicted items where only optional gold events are, by item number.

    No argument that is predicted there is right or wrong.
    """
    table = columns.gold["events"].spans
    first = len(places.gold) - len(table)
    kinds = np.zeros((2, places.size + 1), bool)
    for option in (False, True):
        rows = np.flatnonzero(table.optional == option)
        kinds[int(option), places.gold[first + rows]] = True
        for row in rows.tolist():
            for place, _ in places.answers.get(first + row, ()):
                kinds[int(option), place] = True
    only = kinds[1] & ~kinds[0]
    return np.asarray(only[places.predicted])


def _by_referent(
    gold: GoldTuples,
    rows: Ends,
    met: _Met,
    guessed_rows: Ends,
    identity: Identity,
    places: Places,
    ranks: Ints,
    chosen: Sequence[int],
) -> tuple[GoldTuples, PredictedTuples]:
    """The same arguments, holding referents: of gold, one of each that have one place.

    A predicted one that repeats another at its place costs nothing where it meets no gold.
    """
    predicted = met.predicted
    own = pack(gold.select(chosen).columns, len(gold.label))
    kept, optional = once(own, ranks[gold.label], gold.optional)
    guessed = pack(met.standing.select(chosen).columns, len(predicted.label))
    repeats = occurrences(guessed, predicted.ignored | ~met.met) > 0
    repeats |= met.said_twice(chosen)
    triggers, fillers = (part[kept] for part in rows)
    type_, trigger, filler, role = gold.others
    one = GoldTuples(
        [
            places.gold_labels[triggers],
            identity.gold_triggers[triggers],
            identity.gold_referents[fillers],
            gold.columns[_ROLE][kept],
        ],
        gold.label[kept],
        gold.document[kept],
        optional,
        [type_, trigger, identity.by_place[filler], role],
        np.searchsorted(own[kept], own[gold.owner]),
    )
    triggers, fillers = guessed_rows
    partners = identity.partners[triggers]
    known = np.append(places.gold_labels, -1)[partners]  # −1 for a trigger that met none
    types = np.where(partners >= 0, known, places.predicted_labels[triggers])
    accepted = _accepts(places, partners, places.predicted_labels[triggers], types)
    most = max(
        int(identity.gold_referents.max(initial=0)),
        int(identity.predicted_referents.max(initial=0)),
    )
    nowhere = most + 1 + np.arange(len(fillers))
    columns = [
        np.where(accepted, types, places.predicted_labels[triggers]),
        identity.predicted_triggers[triggers],
        np.where(fillers >= 0, identity.predicted_referents[fillers], nowhere),
        predicted.columns[_ROLE].copy(),
    ]
    golds, guesses = met.hits.T
    ends = rows[0][golds], rows[1][golds]
    columns[_TYPE][guesses] = places.gold_labels[ends[0]]
    columns[_TRIGGER][guesses] = identity.gold_triggers[ends[0]]
    columns[_FILLER][guesses] = identity.gold_referents[ends[1]]
    columns[_ROLE][guesses] = gold.columns[_ROLE][golds]
    other = PredictedTuples(
        columns,
        predicted.label,
        predicted.document,
        predicted.ignored | repeats,
    )
    one, other = one.select(chosen), other.select(chosen)
    if not places.answers and not len(gold.owner):
        return one, other
    return _right_by_place(gold.select(chosen), predicted.select(chosen), kept, one, other), other


def _right_by_place(
    gold: GoldTuples,
    predicted: PredictedTuples,
    kept: Ints,
    one: GoldTuples,
    other: PredictedTuples,
) -> GoldTuples:
    """``one`` accepting what is right by place, too.

    Where an accepted span or type is another item's own, a prediction may stand for that item.
    ``gold`` and ``predicted`` hold places; ``one``, the rows ``kept``, and ``other`` referents.
    """
    own, others, guessed = keys_of(gold, predicted)
    golds = np.concatenate([np.arange(len(kept)), np.searchsorted(own[kept], own[gold.owner])])
    at: defaultdict[int, list[int]] = defaultdict(list)
    for row, key in enumerate(guessed.tolist()):
        at[key].append(row)
    keys = np.concatenate([own[kept], others]).tolist()
    pairs = {
        (number, row)
        for number, key in zip(golds.tolist(), keys, strict=True)
        for row in at.get(key, ())
    }
    new, rows = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    columns = list(zip(one.columns, one.others, other.columns, strict=True))
    differ = np.any([mine[new] != theirs[rows] for mine, _, theirs in columns], axis=0)
    new, rows = new[differ], rows[differ]
    return GoldTuples(
        one.columns, one.label, one.document, one.optional,
        [np.concatenate([accepted, theirs[rows]]) for _, accepted, theirs in columns],
        np.concatenate([one.owner, new]),
    )  # fmt: skip


def _accepts(places: Places, partners: Ints, labels: Ints, types: Ints) -> Mask:
    """Whether the gold event that a trigger met accepts the predicted type."""
    accepted: Mask = labels == types
    for at in np.flatnonzero((partners >= 0) & ~accepted).tolist():
        known = places.answers.get(int(partners[at]), ())
        accepted[at] = any(label == labels[at] for _, label in known)
    return accepted


def _each_once(predicted: PredictedTuples, rows: Ends, ranks: Ints) -> tuple[PredictedTuples, Ends]:
    """Predicted tuples without exact duplicates, and the item numbers of their ends.

    In the order of their labels, so that of those that a criterion makes equal the first label
    counts.
    """
    keys = pack(predicted.columns, len(predicted.label))
    kept, ignored = once(keys, ranks[predicted.label], predicted.ignored)
    order = np.argsort(ranks[predicted.label[kept]], kind="stable")
    kept, ignored = kept[order], ignored[order]
    one = PredictedTuples(
        [column[kept] for column in predicted.columns],
        predicted.label[kept],
        predicted.document[kept],
        ignored,
    )
    return one, (rows[0][kept], rows[1][kept])


def _distinct(
    gold: GoldTuples, predicted: PredictedTuples, *, as_sets: bool = False
) -> tuple[GoldTuples, PredictedTuples]:
    """Equal tuples made distinct by their number, so that each is met once at most.

    With ``as_sets`` equal tuples of one side are one, as in TextEE. Only where gold accepts what
    is predicted as another answer may each of the equal ones meet a gold tuple: predictions that
    are right apart stay so under a criterion that leaves out what told them apart.
    """
    own, others, guessed = keys_of(gold, predicted)
    number = occurrences(guessed, predicted.ignored)
    own_number = np.zeros_like(own) if as_sets else occurrences(own, gold.optional)
    ignored, kept = predicted.ignored, np.arange(len(guessed))
    if as_sets:
        ignored = ignored | (number > 0)
        kept = np.flatnonzero((number == 0) | np.isin(guessed, others))
    times = Counter(guessed[kept].tolist()) if len(others) else Counter()
    spread = [
        (key, n, row)
        for key, row in zip(others.tolist(), gold.owner.tolist(), strict=True)
        for n in range(times[key])
    ]
    # Of equal gold the first may meet another answer, and leave its own to the next.
    answered = np.isin(gold.document, gold.document[gold.owner])
    spread += [
        (int(own[row]), n, row)
        for row in np.flatnonzero(answered & (own_number > 0)).tolist()
        for n in range(int(own_number[row]))
    ]
    key, others_number, owner = np.array(spread, np.int64).reshape(-1, 3).T
    return (
        GoldTuples(
            [own, own_number], gold.label, gold.document, gold.optional,
            [key, others_number], owner,
        ),
        PredictedTuples(
            [guessed[kept], number[kept]], predicted.label[kept], predicted.document[kept],
            ignored[kept],
        ),
    )  # fmt: skip
