"""Score predictions against gold: from documents to a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from goldwire.schema.document import Document
from goldwire.schema.errors import InputError

from .assemble import Resampling, assemble, bootstrap_of
from .chains import ChainOptions
from .counting import NOT_SCORED, Counted, Dask, Source, chosen_layers, count, label_set
from .errors.articles import chosen_articles
from .layers import DECLARED, MAIN
from .notes import Note
from .report.model import ErrorRow, Finding, Report, Signature
from .report.shares import fair_choice

__all__ = ["check_scorable", "report_of", "score"]

_INVENTORIES = {
    "zones": "zoneKind",
    "mentions": "entityType",
    "times": "timeType",
    "quantities": "quantityKind",
    "events": "eventType",
    "attributions": "attributionStyle",
    "arguments": "role",
    "relations": "relationType",
}


def score(
    gold: Source,
    predictions: Source,
    *,
    layers: Sequence[str] | None = None,
    system: str = "predictions",
    split: str | None = None,
    errors: int = 2000,
    created: str | None = None,
    seconds: float | None = None,
    chains: ChainOptions | None = None,
    resampling: Resampling | None = None,
    on_error: Callable[[ErrorRow], None] | None = None,
    jobs: int | None = None,
    engine: Dask | None = None,
) -> Report:
    """Score predictions against gold.

    ``layers`` defaults to all that can be scored; a document's layer that is not named in its
    ``annotation.layers`` is left out. ``errors`` limits how many errors are listed with their
    text, with a fair share for each layer; 0 lists none; ``on_error`` is told of every one.
    With errors the report holds the articles that they stand in, as far as there is room.
    ``resampling`` says how intervals are made, ``chains`` how chains are compared. ``jobs`` are
    the processes that share the work of many documents, by default one a core; a report is the
    same for any number of them, and where the workers of an ``engine`` share it. Raises
    ``InputError`` for input that cannot be compared, ``UnknownName`` for an unknown layer.
    """
    counted = count(
        gold,
        predictions,
        layers=layers,
        errors=errors,
        chains=chains,
        on_error=on_error,
        jobs=jobs,
        engine=engine,
    )
    return report_of(
        counted,
        layers=layers,
        system=system,
        split=split,
        errors=errors,
        created=created,
        seconds=seconds,
        resampling=resampling or Resampling(),
    )


def check_scorable(documents: Sequence[Document], layers: Sequence[str], source: str) -> None:
    """Check before a run what would only be found when it is scored.

    Raises ``UnknownName`` for a layer that nobody knows, ``InputError`` for one that is not
    scored, and where there are no documents, or none names a layer that is asked for.
    """
    chosen = chosen_layers(layers or None)
    if not documents:
        raise InputError("there is no gold to score against", source=source)
    needed = {DECLARED.get(layer, layer) for layer in chosen}
    if not any(needed & set(each.annotation.layers) for each in documents):
        which = "one" if not layers else ", ".join(layers)
        raise InputError(
            f"no layer could be scored: no gold document names {which} in annotation.layers",
            source=source,
            hint="Are these gold documents? A draft names no layers.",
        )


def report_of(
    counted: Counted,
    *,
    layers: Sequence[str] | None,
    system: str,
    split: str | None,
    errors: int,
    created: str | None,
    seconds: float | None,
    resampling: Resampling,
) -> Report:
    """The report over what was counted."""
    reports = []
    not_scored = {name: why for name, why in NOT_SCORED.items() if layers is None or name in layers}
    total = 0
    for layer, counts in counted.layers.items():
        annotated = counted.declared[layer] & counted.known
        if not annotated.any():
            not_scored[layer] = "no gold document names it in annotation.layers"
            continue
        reports.append(
            assemble(
                layer, MAIN.get(layer, "strict"), counts, counted.documents, annotated,
                counted.known, counted.forms(layer), resampling,
            )
        )  # fmt: skip
        total += counts.wrong()
    found = [counted.errors[each.layer] for each in reports]
    listed = tuple(row for rows in fair_choice(found, errors) for row in rows)
    return Report(
        system,
        created,
        _signature(counted, tuple(r.layer for r in reports), split),
        tuple(reports),
        not_scored,
        tuple(Finding(n.kind, n.count, n.examples) for n in _all_notes(counted)),
        listed,
        total,
        seconds,
        bootstrap_of(resampling, int(counted.known.sum())),
        chosen_articles(counted.articles, listed),
    )


def _all_notes(counted: Counted) -> list[Note]:
    """What was noted, and labels in the predictions that the gold's schema lacks."""
    notes = list(counted.notes)
    if not any(schema.startswith("newswire/") for schema in counted.schemas):
        return notes
    known = label_set()
    for layer, counts in counted.layers.items():
        if layer not in _INVENTORIES:
            continue
        inventory = set(known.names(_INVENTORIES[layer]) or ())
        predicted = counts.main[:, :, 1].sum(axis=0, dtype=np.int64).tolist()
        if "strict" in counts.by_label:
            predicted = counts.by_label["strict"][:, 1].astype(np.int64).tolist()
        labels = dict(zip(counts.labels, predicted, strict=True))
        unknown = {name: n for name, n in labels.items() if n and name not in inventory}
        if unknown:
            examples = tuple(f"{layer}: {name} ({n})" for name, n in list(unknown.items())[:5])
            notes.append(Note("unknown label", sum(unknown.values()), examples))
    return notes


def _signature(counted: Counted, layers: tuple[str, ...], split: str | None) -> Signature:
    from importlib.metadata import version

    chains = counted.chains
    kept = "singletons kept" if chains.singletons else "singletons left out"
    return Signature(
        goldwire=version("goldwire"),
        report="1.2",
        schema=", ".join(sorted(counted.schemas)),
        gold=counted.digest[:12],
        documents=int(counted.known.sum()),
        split=split,
        layers=layers,
        alignment="optimal one-to-one",
        duplicates="collapsed",
        undefined="null",
        average="micro; macro over types with gold",
        chains=f"mentions {chains.mentions}, {kept}, blanc {chains.blanc}"
        if {"entities", "hoppers"} & set(layers)
        else None,
    )
