"""The views of TextEE and DyGIE++: events with their arguments, in plain tuples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from goldwire.schema.errors import InputError
from goldwire.schema.reading import Raw

from ..compat.dygie import DEVIATIONS as DYGIE
from ..compat.dygie import DygieEvents, dygie_events
from ..compat.given import MISREAD, misread
from ..compat.textee import DEVIATIONS as TEXTEE
from ..compat.textee import ITEMS, Event, TexteeScore, textee, textee_ratios
from ..counting import Source
from ..report.model import Report
from ..scores import scores_of
from .documents import Item, ReadDocument, covering, own_report, read_documents
from .model import Numbers, Row, View, chosen, numbers_of
from .sources import held, json_values, kinds_of, misfit

__all__ = ["of_dygie", "of_textee"]

Window = tuple[str, str]
"""Document and window."""

_OWN = {
    "trigger_id": ("events", "exact"),
    "trigger_cls": ("events", "strict"),
    "argument_id": ("arguments", "unattached_id"),
    "argument_cls": ("arguments", "unattached"),
    "argument_attached_id": ("arguments", "attached_id"),
    "argument_attached_cls": ("arguments", "strict"),
}
"""Where this package says what a metric of TextEE says: layer and criterion."""

_SAME = {
    "trig_id": "trigger_id",
    "trig_class": "trigger_cls",
    "arg_id": "argument_id",
    "arg_class": "argument_cls",
}
"""The metric of TextEE that a metric of DyGIE++ is by name."""

_SHARED = {
    "arguments count once a trigger": (
        "An argument that hangs on two triggers of one type is two items, though the trigger is "
        "not compared; ours leaves the trigger out altogether, and counts one."
    ),
}
"""What DyGIE++ does beside ``DEVIATIONS``."""

_REFERRED = ("mentions", "times", "quantities", "events")
_FORM = (
    'A line is an object with "doc_id" and "events": [{"trigger": [start, end, type, …],'
    ' "arguments": [[start, end, role, …]]}], or with "event_mentions", or as DyGIE++ has it.'
)


def of_textee(gold: Source, predictions: Source) -> View:
    """What ``compute_E2E_scores`` of TextEE says.

    From its JSON Lines (data with ``event_mentions``, or output with ``events``), one window a
    line; or from the events of documents, arguments by the spans of their fillers.
    """
    gold, predictions = held(gold), held(predictions)
    one, other, notes, own = _sides(gold, predictions)
    found = textee(one, other)
    mine = _of_report(own) if own else _own(one, other)
    rows = [Row(name, _numbers(score), mine[name]) for name, score in found.items()]
    return View(
        "textee", "TextEE at 25d5dca, task E2E", {}, ("precision", "recall", "f1"), tuple(rows),
        chosen(TEXTEE, _felt(one, other, found)), tuple(notes),
    )  # fmt: skip


def of_dygie(gold: Source, predictions: Source) -> View:
    """What ``EventMetrics`` of DyGIE++ says.

    From its JSON Lines (``events``, and ``predicted_events`` where there are some), from TextEE's,
    or from the events of documents, a document taken for a sentence.
    """
    gold, predictions = held(gold), held(predictions)
    one, other, notes, own = _sides(gold, predictions)
    found = dygie_events(one, other)
    mine = _of_report(own) if own else _own(one, other)
    rows = []
    known = DYGIE | _SHARED
    for name, same in _SAME.items():
        peer: Numbers = {
            part: found.scores[f"{name}_{part}"] for part in ("precision", "recall", "f1")
        }
        rows.append(Row(name, peer, mine[same]))
    return View(
        "dygie", "DyGIE++ at b55dec4", {}, ("precision", "recall", "f1"), tuple(rows),
        chosen(known, _felt_dygie(one, other, found)), tuple(notes),
    )  # fmt: skip


def _sides(
    gold: Source, predictions: Source
) -> tuple[list[list[Event]], list[list[Event]], list[str], Report | None]:
    kind = kinds_of(gold, predictions)
    if kind == "text":
        raise InputError("is not JSON", source=str(gold), hint=_FORM)
    if kind == "json":
        key, response = _lines(str(gold), False), _lines(str(predictions), True)
        for name, (_, raw) in response.items():
            if name not in key:
                raise misfit(raw, f"{' '.join(name).strip()!r} is not in the gold", _FORM)
        notes = []
        if missing := [name for name in key if name not in response]:
            notes.append(f"{len(missing)} lines without a prediction: all their events are missed")
        none: tuple[list[Event], None] = [], None
        return (
            [events for events, _ in key.values()],
            [response.get(name, none)[0] for name in key],
            notes,
            None,
        )
    documents, notes = read_documents(gold, predictions, _REFERRED, "events")
    told: Counter[str] = Counter()
    one, other = ([_of_document(document, at, told) for document in documents] for at in range(2))
    if told["broken"]:
        is_taken = "trigger or filler of several fragments is taken with what is between them"
        are_taken = "triggers or fillers of several fragments are taken with what is between them"
        notes.append(f"{told['broken']} {is_taken if told['broken'] == 1 else are_taken}")
    if told["gold"] or told["predicted"]:
        notes.append(
            f"{told['gold']} gold and {told['predicted']} predicted arguments have a filler that"
            " has no span:"
            " left out"
        )
    return one, other, notes, own_report(gold, predictions, ("events", "arguments"))


def _of_document(document: ReadDocument, at: int, told: Counter[str]) -> list[Event]:
    items = (document.gold, document.predicted)[at]
    known: dict[str, Item] = {}
    for layer in _REFERRED:
        for item in items[layer]:
            if item.record.id is not None:
                known.setdefault(item.record.id, item)
    found = []
    for item in items["events"]:
        fillers = [(known.get(each.filler), each.role) for each in item.record.arguments]
        placed = [(filler, role) for filler, role in fillers if filler is not None]
        told[("gold", "predicted")[at]] += len(fillers) - len(placed)
        told["broken"] += sum(len(each.spans) > 1 for each in (item, *(one for one, _ in placed)))
        found.append(_event(item, [(*covering(filler), role) for filler, role in placed]))
    return found


def _event(item: Item, arguments: Sequence[Sequence[Any]]) -> Event:
    return Event(type=item.label, trigger=covering(item), arguments=arguments)


def _lines(path: str, predicted: bool) -> dict[Window, tuple[list[Event], Raw]]:
    """The events of a file by window, each line with its place."""
    found: dict[Window, tuple[list[Event], Raw]] = {}
    for value, raw in json_values(path):
        for record in value if isinstance(value, list) else [value]:
            if not isinstance(record, dict):
                raise misfit(raw, f"{record!r:.60} is no object", _FORM)
            name = record.get("doc_id", record.get("doc_key"))
            if name is None:
                raise misfit(raw, "has no doc_id", _FORM)
            window = str(name), str(record.get("wnd_id", ""))
            if window in found:
                raise misfit(raw, f"{' '.join(window).strip()!r} stands here again", _FORM)
            events: list[Event] = []
            found[window] = events, raw
            try:
                for event in _events(record, predicted):
                    events.append(event)
            except MISREAD as problem:
                said = f"event {len(events) + 1} cannot be read: {misread(problem)}"
                raise misfit(raw, said, _FORM) from problem
    return found


def _events(record: dict[str, Any], predicted: bool) -> Iterator[Event]:
    if "event_mentions" in record:
        for event in record["event_mentions"]:
            yield Event(
                type=_name(event["event_type"]),
                trigger=_place((event["trigger"]["start"], event["trigger"]["end"])),
                arguments=[
                    (*_place((each["start"], each["end"])), _name(each["role"]))
                    for each in event["arguments"]
                ],
            )
    elif "doc_key" in record:
        name = "predicted_events" if predicted and "predicted_events" in record else "events"
        for sentence in record[name]:
            for trigger, *arguments in sentence:
                yield _of_dygie(trigger, arguments)
    else:
        for event in record["events"]:
            start, end, kind = event["trigger"][:3]
            yield Event(
                type=_name(kind),
                trigger=_place((start, end)),
                arguments=[(*_place(each[:2]), _name(each[2])) for each in event["arguments"]],
            )


def _of_dygie(trigger: Sequence[Any], arguments: Sequence[Sequence[Any]]) -> Event:
    """An event of DyGIE++: ends inclusive, a trigger of one token has one number."""
    several = len(trigger) > 1 and isinstance(trigger[1], int)
    start, end = trigger[0], trigger[1] if several else trigger[0]
    return Event(
        type=_name(trigger[2 if several else 1]),
        trigger=_place((start, end + 1)),
        arguments=[(*_place((each[0], each[1] + 1)), _name(each[2])) for each in arguments],
    )


def _place(span: Sequence[Any]) -> tuple[int, int]:
    start, end = span
    for offset in (start, end):
        if not isinstance(offset, int) or isinstance(offset, bool):
            raise ValueError(f"the offset {offset!r:.40} is no whole number")
    if start > end:
        raise ValueError(f"it starts at {start} and ends at {end}")
    return start, end


def _name(label: object) -> str:
    if not isinstance(label, str):
        raise ValueError(f"{label!r:.40} is no name of a type or a role")
    return label


def _own(one: Sequence[Sequence[Event]], other: Sequence[Sequence[Event]]) -> dict[str, Numbers]:
    """The same sets, and what is undefined left so."""
    return {
        name: numbers_of(scores_of(ratios.sum(axis=0)[None, :])[0])
        for name, ratios in textee_ratios(one, other).items()
    }


def _of_report(report: Report) -> dict[str, Numbers]:
    return {
        name: numbers_of(report.layer(layer).criterion(criterion).micro)
        for name, (layer, criterion) in _OWN.items()
    }


def _numbers(score: TexteeScore) -> Numbers:
    return {name: getattr(score, name) for name in score.__struct_fields__}


def _felt(
    one: Sequence[Sequence[Event]],
    other: Sequence[Sequence[Event]],
    found: dict[str, TexteeScore],
) -> Iterable[str]:
    """What makes itself felt; that shared arguments are one item unattached is so with us, too."""
    if _moved(one, other):
        yield "moved arguments are right"
    events = [event for side in (one, other) for document in side for event in _keyed(document)]
    if any(len(group) > 1 for group in events):
        yield "one trigger for a place"
    if any(not score.gold_num or not score.pred_num for score in found.values()):
        yield "undefined is 0"


def _moved(one: Sequence[Sequence[Event]], other: Sequence[Sequence[Event]]) -> bool:
    """Whether an argument is right but for the trigger that it hangs on."""
    bare, attached = ITEMS["argument_cls"], ITEMS["argument_attached_cls"]
    for gold, predicted in zip(one, other, strict=True):
        known = {item for event in gold for item in bare(event)}
        exact = {item for event in gold for item in attached(event)}
        for event in predicted:
            for item, whole in zip(bare(event), attached(event), strict=True):
                if item in known and whole not in exact:
                    return True
    return False


def _felt_dygie(
    one: Sequence[Sequence[Event]], other: Sequence[Sequence[Event]], found: DygieEvents
) -> Iterable[str]:
    distinct = textee_ratios(one, other)["argument_cls"].sum(axis=0)
    counts = found.counts
    if counts["predicted_arguments"] > distinct[1] or counts["gold_arguments"] > distinct[3]:
        yield from _SHARED
    if _matched_twice(one, other):
        yield "recall above 1"
    events = [event for side in (one, other) for document in side for event in _keyed(document)]
    if any(len({kind for _, kind, _ in group}) > 1 for group in events):
        yield "one type for a trigger"
    if any(_two_roles(group) for group in events):
        yield "one role for an argument"
    if not all(
        counts[name]
        for name in ("gold_triggers", "predicted_triggers", "gold_arguments", "predicted_arguments")
    ):
        yield "undefined is 0"


def _matched_twice(one: Sequence[Sequence[Event]], other: Sequence[Sequence[Event]]) -> bool:
    """Whether an argument of gold is predicted more often than it is there."""
    items = ITEMS["argument_cls"]
    for gold, predicted in zip(one, other, strict=True):
        true, guessed = (
            Counter(item for event in side for item in items(event)) for side in (gold, predicted)
        )
        if any(guessed[item] > count for item, count in true.items()):
            return True
    return False


Keyed = tuple[tuple[int, ...], str, Sequence[Sequence[Any]]]


def _keyed(events: Sequence[Event]) -> list[list[Keyed]]:
    """The events of a document by trigger."""
    groups: dict[tuple[int, ...], list[Keyed]] = {}
    for event in events:
        place = tuple(event["trigger"][:2])
        groups.setdefault(place, []).append((place, event["type"], event["arguments"]))
    return list(groups.values())


def _two_roles(group: Sequence[Keyed]) -> bool:
    roles: dict[tuple[int, ...], set[str]] = {}
    for _, _, arguments in group:
        for argument in arguments:
            roles.setdefault(tuple(argument[:2]), set()).add(argument[2])
    return any(len(names) > 1 for names in roles.values())
