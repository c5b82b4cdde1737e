"""Edits of every kind and every layer, by chance: most of them fit, some do not."""

from __future__ import annotations

from random import Random
from typing import Any

from goldwire.annotate.edits import (
    Add,
    Edit,
    Fill,
    Forget,
    Merge,
    Put,
    Reject,
    Remove,
    Respan,
    Split,
    Together,
    Unfill,
    next_id,
)
from goldwire.schema.document import ANCHORED_LAYERS, LAYERS, Document

KINDS = (
    "add", "remove", "respan", "put", "fill", "unfill", "merge", "split", "forget", "reject",
)  # fmt: skip
"""How an edit is named in the log; ``together`` is made of these."""

NOWHERE = "x0"
"""An id that no item has: an edit may name it, and the rules say so."""


def random_edit(document: Document, chance: Random, kind: str | None = None) -> Edit:
    """An edit of a kind, or of any."""
    kind = kind or chance.choice((*KINDS, "add", "put", "together"))
    if kind == "together":
        kinds = [chance.choice(KINDS) for _ in range(chance.randint(0, 3))]
        return Together(edits=tuple(random_edit(document, chance, each) for each in kinds))
    edit: Edit = _MAKERS[kind](document, chance)
    return edit


def _ids(document: Document, *layers: str) -> list[str]:
    return [item.id for layer in layers for item in getattr(document, layer)]


def _one(chance: Random, names: list[str]) -> str:
    """One of the names; now and then, and where there is none, one that means nothing."""
    return chance.choice(names) if names and chance.random() < 0.95 else NOWHERE


def _hoppers(document: Document) -> list[str]:
    return sorted({event.hopper for event in document.events if event.hopper})


def _spans(document: Document, chance: Random) -> list[list[int]]:
    """One or two fragments anywhere, seldom beyond the end or the wrong way round."""
    length = len(document.text)
    places = sorted(chance.randint(0, length) for _ in range(chance.choice((2, 2, 2, 4))))
    if chance.random() < 0.05:
        places[-1] = chance.choice((length + 1, places[0]))
    return [places[at : at + 2] for at in range(0, len(places), 2)]


def _item(document: Document, layer: str, chance: Random) -> dict[str, Any]:
    mentions, entities = _ids(document, "mentions"), _ids(document, "entities")
    fillers = _ids(document, "mentions", "times", "quantities", "events")
    label = chance.choice(("PER", "ORG", "GPE", "WEA", "nothing"))
    item: dict[str, Any] = {"id": next_id(document, layer)}
    if chance.random() < 0.05:
        item["id"] = _one(chance, _ids(document, *LAYERS))
    if layer in ANCHORED_LAYERS:
        item["spans"] = _spans(document, chance)
    if layer == "zones":
        item |= {
            "kind": "body",
            "parent": chance.choice((None, _one(chance, _ids(document, layer)))),
        }
    elif layer == "mentions":
        item |= {"type": label, "level": "NAM", "entity": _one(chance, entities)}
    elif layer == "entities":
        item |= {"type": label, "name": "Velmar 🚀"}
    elif layer == "times":
        item |= {"type": "DATE", "value": chance.choice(("2022-05-06", "2022-02-30", None))}
        item["anchor"] = chance.choice(("dct", _one(chance, _ids(document, layer))))
    elif layer == "quantities":
        item |= {"kind": "count", "value": chance.choice((0, 3, 1.5, None)), "min": 1}
        item["counts"] = _one(chance, mentions)
    elif layer == "events":
        item |= {"type": chance.choice(("ATTACK", "HARM")), "polarity": "positive"}
        item["hopper"] = chance.choice(
            (*_hoppers(document), next_id(document, "hoppers"), item["id"])
        )
        item["arguments"] = [{"role": "place", "filler": _one(chance, fillers),
                              "alternatives": [_one(chance, fillers)]}]  # fmt: skip
        item["attributions"] = [_one(chance, _ids(document, "attributions"))]
    elif layer == "event_links":
        item |= {"type": "results_in", "from": _one(chance, _hoppers(document))}
        item["to"] = _one(chance, _hoppers(document))
    elif layer == "attributions":
        item |= {"style": "direct", "source": _one(chance, mentions)}
        item["cue"] = chance.choice((None, {"spans": _spans(document, chance)}))
        item["quotes"] = _spans(document, chance)
    elif layer == "relations":
        item |= {"type": "near", "head": _one(chance, mentions), "tail": _one(chance, mentions)}
    else:
        item |= {
            "type": "attack",
            "hoppers": [_one(chance, _hoppers(document))],
            "location": {"place": _one(chance, entities)},
            "perpetrators": [{"entity": _one(chance, entities), "confidence": "claimed"}],
            "casualties": {"killed": {"by_source": [{"source": _one(chance, entities),
                                                     "value": 2}]}},
            "claim": {"claimants": [_one(chance, entities)], "channel": _one(chance, entities)},
            "reported_by": [_one(chance, entities)],
            "evidence": [_one(chance, fillers), _one(chance, _ids(document, "relations"))],
        }  # fmt: skip
    return item


def _add(document: Document, chance: Random) -> Edit:
    layer = chance.choice(LAYERS)
    return Add(layer=layer, item=_item(document, layer, chance))


def _remove(document: Document, chance: Random) -> Edit:
    layer = chance.choice(LAYERS)
    return Remove(layer=layer, id=_one(chance, _ids(document, layer)))


def _respan(document: Document, chance: Random) -> Edit:
    layer = chance.choice(ANCHORED_LAYERS)
    spans = tuple((start, end) for start, end in _spans(document, chance))
    return Respan(layer=layer, id=_one(chance, _ids(document, layer)), spans=spans)


def _put(document: Document, chance: Random) -> Edit:
    entities, times = _ids(document, "entities"), _ids(document, "times")
    layer, field, value = chance.choice((
        ("mentions", "entity", _one(chance, entities)),
        ("mentions", "entity", None),
        ("mentions", "head", [chance.randint(-1, 9), 5]),
        ("entities", "type", "FAC"),
        ("events", "hopper", _one(chance, [*_hoppers(document), next_id(document, "hoppers")])),
        ("events", "hopper", None),
        ("events", "attributions", _ids(document, "attributions")[:2]),
        ("times", "anchor", _one(chance, times)),
        ("times", "edtf", "2022-13"),
        ("quantities", "value", chance.choice((2, 0.5, 10**30, float("inf"), "two"))),
        ("attributions", "cue", {"spans": _spans(document, chance)}),
        ("attributions", "quotes", _spans(document, chance)),
        ("zones", "parent", _one(chance, _ids(document, "zones"))),
        ("zones", "scored", chance.choice((True, False, "no"))),
        ("incidents", "evidence", times),
        ("relations", "note", "e\u0301 \u0000 \U0001f680"),
        ("mentions", "score", chance.choice((0.5, float("nan"), None))),
        ("annotation", "minutes", 3.5),
        ("metadata", "dct", "2022-05-08"),
        ("rights", "colour", "red"),
    ))  # fmt: skip
    if layer in LAYERS:
        return Put(layer=layer, id=_one(chance, _ids(document, layer)), field=field, value=value)
    return Put(layer=layer, field=field, value=value)


def _fill(document: Document, chance: Random) -> Edit:
    filler = _one(chance, _ids(document, "mentions", "times", "quantities", "events"))
    event = _one(chance, _ids(document, "events"))
    return Fill(event=event, role="target", filler=filler, optional=chance.random() < 0.5)


def _unfill(document: Document, chance: Random) -> Edit:
    filled = [(event.id, each.role, each.filler)
              for event in document.events for each in event.arguments]  # fmt: skip
    event, role, filler = chance.choice(filled or [(NOWHERE, "place", NOWHERE)])
    return Unfill(event=event, role=role, filler=filler)


def _merge(document: Document, chance: Random) -> Edit:
    layer = chance.choice(("entities", "hoppers"))
    names = _ids(document, layer) if layer == "entities" else _hoppers(document)
    return Merge(layer=layer, keep=_one(chance, names), gone=_one(chance, names))


def _split(document: Document, chance: Random) -> Edit:
    layer, members, field = chance.choice(
        (("entities", "mentions", "entity"), ("hoppers", "events", "hopper"))
    )
    chains: dict[str | None, list[str]] = {}
    for item in getattr(document, members):
        chains.setdefault(getattr(item, field), []).append(item.id)
    several = [each for each in chains.values() if len(each) > 1] or list(chains.values())
    names = chance.choice(several or [[NOWHERE]])
    chosen = tuple(names[: chance.randint(1, max(1, len(names) - 1))])
    return Split(layer=layer, members=chosen, new=next_id(document, layer))


def _forget(document: Document, chance: Random) -> Edit:
    """Drop what names nothing, seldom what names something."""
    return Forget(ids=(NOWHERE, *_ids(document, "times")[: chance.random() < 0.05]))


def _reject(document: Document, chance: Random) -> Edit:
    layer = chance.choice(LAYERS)
    return Reject(layer=layer, item=_item(document, layer, chance))


_MAKERS = {
    "add": _add,
    "remove": _remove,
    "respan": _respan,
    "put": _put,
    "fill": _fill,
    "unfill": _unfill,
    "merge": _merge,
    "split": _split,
    "forget": _forget,
    "reject": _reject,
}
