"""The gate: predictions against gold, beside a baseline, and a verdict over both."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

import msgspec
from msgspec import Struct

from goldwire.schema.errors import InputError, UnknownName

from ..assemble import Resampling, bootstrap_of
from ..catalogue import Metric, read
from ..counting import Source
from ..report.model import Interval, Report
from .baseline import Baseline
from .comparing import Shared, layer_pair, shared_documents
from .lost import lost_documents
from .measuring import Measured, measure
from .numbers import LayerPair, NumberPair, emptied, number_pair, untestable
from .reasons import STRICTER, chance_note, reasons_and_remarks
from .testing import Change, changes
from .thresholds import Limit, Thresholds, check_thresholds, limits
from .verdict import Check, Verdict
from .worsening import LISTED_MOST, Sources, found_worse, worse_documents, worse_types

__all__ = ["gate"]


def gate(
    gold: Source,
    predictions: Source,
    baseline: Baseline,
    *,
    thresholds: Thresholds | None = None,
    strict: bool = False,
    resampling: Resampling | None = None,
    system: str = "predictions",
    listed: int = LISTED_MOST,
) -> Verdict:
    """Decide whether predictions may pass: above every floor, and no worse than the baseline.

    A number fails below its floor, over all documents; and where, over the documents that the
    baseline has, it fell by more than is allowed and by more than chance explains (see
    ``testing``). With ``strict``, chance is no excuse; with so few documents that nothing can be
    tested, the allowed drop alone decides. Where nothing at all is predicted in a layer any more,
    or a document has no prediction any more, chance is no question: it fails. ``listed`` types,
    documents, and items that got worse are named for each number.

    The order of documents and of items changes nothing. Raises ``InputError`` for what cannot be
    scored, for a baseline of another gold, and for thresholds that cannot be checked.
    """
    asked = thresholds or Thresholds()
    check_thresholds(asked)
    options = resampling or Resampling()
    measured = measure(gold, predictions, system)
    counted, report = measured.counted, measured.report
    shared = shared_documents(counted, baseline, measured.gold)
    wanted = _limits(asked, measured, baseline)
    pairs = {
        layer.layer: layer_pair(layer.layer, counted, baseline, shared) for layer in report.layers
    }
    compared = _compared(wanted, pairs)
    made = changes([pair for _, pair in compared], options)
    by_name = {
        str(limit.metric): (pair, change)
        for (limit, pair), change in zip(compared, made, strict=True)
    }
    level = round(1 - options.confidence, 12)
    empty = {layer for layer, pair in pairs.items() if pair is not None and emptied(pair)}
    drafts = [
        _draft(limit, report, by_name.get(str(limit.metric)), level, strict, empty)
        for limit in wanted
    ]
    sources = Sources(measured.gold, measured.predictions, baseline, shared.documents)
    checks = _explained(drafts, pairs, sources, listed)
    notes = [*_notes(report, baseline, shared, pairs, asked)]
    if few := chance_note(len(shared.documents), len(compared), level):
        notes.insert(0, few)
    if any(draft.fallen and draft.check.outcome == "passed" for draft in drafts):
        notes.append(STRICTER)
    lost = lost_documents(measured, baseline)
    return Verdict(
        "failed" if lost or any(check.outcome == "failed" for check in checks) else "passed",
        system,
        baseline.system,
        strict,
        tuple(checks),
        len(shared.documents),
        shared.added,
        sum(not math.isnan(change.p) for change in made),
        level,
        tuple(notes),
        report.findings,
        report.signature,
        bootstrap_of(options, len(shared.documents)),
        lost,
    )


def _limits(asked: Thresholds, measured: Measured, baseline: Baseline) -> list[Limit]:
    """What can be checked.

    Raises ``InputError`` where that is nothing, ``UnknownName`` for a type that nobody knows.
    """
    found = limits(asked, [layer.layer for layer in measured.report.layers])
    if not found:
        raise InputError(
            "nothing is checked: the thresholds ask for no floor and no drop in any layer of "
            "this gold",
            hint="A gate that can only pass is none: give a floor or a drop.",
        )
    for limit in found:
        metric = limit.metric
        if limit.drop is not None and (reason := untestable(metric)):
            raise InputError(
                f"{metric} can have a floor, but no drop: {reason}",
                hint="Leave its drop out.",
            )
        if metric.type is not None:
            _check_type(metric, measured, baseline)
    return found


def _check_type(metric: Metric, measured: Measured, baseline: Baseline) -> None:
    """Refuse a type that is neither in the data nor in the schema of the newswire."""
    from goldwire.schema.labels import read_labels
    from goldwire.schema.schemas import load_schema

    known = set(measured.counted.layers[metric.layer].labels)
    part = baseline.layers.get(metric.layer)
    if part is not None:
        known |= {label for each in part.documents.values() for label in each.types}
    if metric.type in known:
        return
    labels = read_labels(load_schema("newswire"))
    anywhere = {name for inventory in labels.inventories.values() for name in inventory.names}
    if metric.type not in anywhere:
        raise UnknownName(f"type of {metric.layer}", str(metric.type), sorted(known))


class _Draft(Struct, frozen=True):
    """A check, and what it takes to say where a drop arises."""

    check: Check
    limit: Limit
    pair: NumberPair | None
    fallen: bool
    """Whether it fell by more than is allowed."""

    @property
    def striking(self) -> bool:
        """Whether a reader should see where it arises."""
        return self.fallen or self.check.outcome == "failed"


def _compared(
    wanted: Sequence[Limit], pairs: dict[str, LayerPair | None]
) -> list[tuple[Limit, NumberPair]]:
    found = []
    for limit in wanted:
        pair = pairs[limit.metric.layer]
        if limit.drop is not None and pair is not None:
            found.append((limit, number_pair(limit.metric, pair)))
    return found


def _draft(
    limit: Limit,
    report: Report,
    compared: tuple[NumberPair, Change] | None,
    level: float,
    strict: bool,
    empty: Collection[str],
) -> _Draft:
    metric = limit.metric
    value = _value(report, metric)
    pair, change = compared or (None, None)
    reasons, remarks = reasons_and_remarks(
        limit, value, change, level, strict=strict, emptied=metric.layer in empty
    )
    check = Check(
        str(metric),
        metric.layer,
        metric.type,
        "failed" if reasons else "passed",
        tuple(reasons),
        tuple(remarks),
        value,
        limit.floor,
        limit.drop,
    )
    if pair is None or change is None:
        return _Draft(check, limit, None, False)
    known = not (math.isnan(change.low) or math.isnan(change.high))
    check = msgspec.structs.replace(
        check,
        before=_known(change.before),
        after=_known(change.after),
        difference=_known(change.difference),
        interval=Interval(change.low, change.high) if known else None,
        p=_known(change.p),
        p_adjusted=_known(change.p_adjusted),
        changed=int((pair.now != pair.then).any(axis=1).sum()),
    )
    return _Draft(check, limit, pair, change.beyond(limit.drop or 0.0))


def _value(report: Report, metric: Metric) -> float | None:
    """A number of the report; ``None`` also for a type that nothing is of."""
    if metric.type is not None and all(
        row.label != metric.type for row in report.layer(metric.layer).labels
    ):
        return None
    return read(report, metric).value


def _explained(
    drafts: Sequence[_Draft],
    pairs: dict[str, LayerPair | None],
    sources: Sources,
    listed: int,
) -> list[Check]:
    """The checks, with what got worse where one failed, or fell by more than is allowed."""
    wanted = {draft.check.layer for draft in drafts if draft.striking}
    items = found_worse(
        sources, [pair for pair in pairs.values() if pair is not None and pair.layer in wanted]
    )
    checks = []
    for draft in drafts:
        metric, layer = draft.limit.metric, pairs[draft.check.layer]
        if not draft.striking or layer is None:
            checks.append(draft.check)
            continue
        documents = worse_documents(draft.pair) if draft.pair is not None else []
        own = items.of(metric, documents)
        checks.append(
            msgspec.structs.replace(
                draft.check,
                types=tuple(worse_types(layer)[:listed]) if metric.type is None else (),
                documents=tuple(documents[:listed]),
                documents_total=len(documents),
                items=tuple(items.placed(own[:listed])),
                items_total=len(own),
            )
        )
    return checks


def _notes(
    report: Report,
    baseline: Baseline,
    shared: Shared,
    pairs: dict[str, LayerPair | None],
    asked: Thresholds,
) -> Iterable[str]:
    if shared.added:
        some = "1 document was" if len(shared.added) == 1 else f"{len(shared.added):,} were"
        yield (
            f"{some} added to the gold: drops are looked for in the {len(shared.documents):,} "
            "that the baseline knows, floors in all. Take them in with --update."
        )
    for name, pair in pairs.items():
        if pair is None and name not in asked.ignore:
            yield f"the baseline knows nothing of {name}: no drop is looked for. Use --update."
    named = [*asked.layers, *(name.partition(".")[0].strip() for name in asked.metrics)]
    for name in dict.fromkeys(named):
        if name not in pairs and name not in asked.ignore:
            yield f"{name} is not annotated in this gold: its thresholds were not checked."
    older = baseline.signature
    if older.goldwire != report.signature.goldwire:
        yield (
            f"the baseline was made by goldwire {older.goldwire}, this is "
            f"{report.signature.goldwire}: where the rules of scoring changed, write it anew."
        )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
