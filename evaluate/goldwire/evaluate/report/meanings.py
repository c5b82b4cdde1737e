"""What every criterion of every layer asks for, in a sentence each."""

from __future__ import annotations

__all__ = ["meaning", "titled"]

_TITLES = {
    "iou": "IoU",
    "muc": "MUC",
    "b3": "B³",
    "ceafm": "CEAFm",
    "ceafe": "CEAFe",
    "lea": "LEA",
    "blanc": "BLANC",
    "conll": "CoNLL",
    "muc4": "MUC-4",
    "ceaf_ree": "CEAF-REE",
    "ceaf_rme": "CEAF-RME",
    "attached_id": "attached, any role",
    "unattached_id": "unattached, any role",
    "unattached_coreference": "unattached, by entity",
    "source_class": "source class",
}
"""Names as papers write them; every other criterion is called by its own name."""

_TITLES_OF_LAYERS = {
    ("arguments", "coreference"): "strict, by entity",
}

_SPANS = {
    "strict": "same boundaries and same type",
    "exact": "same boundaries, any type",
    "partial": "same boundaries, or half a point for an overlap; any type",
    "type": "overlap and same type",
    "iou": "same type, and at least half of the characters of either in common",
    "head": "same type and same head",
    "characters": "character by character, same type",
}

_CHAINS = {
    "conll": "mean of MUC, B³, and CEAFe, as in the shared tasks CoNLL 2011 and 2012",
    "muc": "links of chains: how many are found of the fewest that hold each chain together",
    "b3": "mention by mention: the share of its chain that is right",
    "ceafm": "chains aligned one-to-one, counted by the mentions that a pair shares",
    "ceafe": "chains aligned one-to-one, every chain with the same weight",
    "lea": "the share of each chain's links that is found, weighted by the chain's size",
    "blanc": "links inside chains and links between chains, with the same weight",
}

_CONTENT = "on contents that overlap"
_TRIGGER = "on triggers that are right"
_TYPED = "on overlapping spans of the same type"
_ANY = "any mention of the right entity may fill the role"

_LAYERS: dict[str, dict[str, str]] = {
    "zones": {
        "strict": "same boundaries and same kind",
        "characters": "character by character, same kind",
    },
    "times": {
        "value": f"same days or same length of time, {_TYPED}",
        "granularity": f"same value, or one lies in the other as a day in its month, {_TYPED}",
    },
    "quantities": {
        "value": f"same number, range, and unit, after conversion, {_TYPED}",
        "range": f"ranges with a number in common, {_TYPED}",
    },
    "events": {
        "strict": "same trigger and same type (trigger classification)",
        "exact": "same trigger, any type (trigger identification)",
        "realis": f"same realis, {_TRIGGER}",
        "polarity": f"same polarity, {_TRIGGER}",
        "certainty": f"same certainty, {_TRIGGER}",
    },
    "attributions": {
        "strict": "same boundaries of the content and same style",
        "cue": f"same words that introduce it, {_CONTENT}",
        "source": f"same source, by entity, {_CONTENT}",
        "source_class": f"same class of source, {_CONTENT}",
        "stance": f"same stance of the source, {_CONTENT}",
    },
    "arguments": {
        "strict": "same trigger, event type, role, and filler",
        "attached_id": "same trigger, event type, and filler, whatever the role",
        "unattached": "same role and filler for the type of event, whichever trigger it hangs on",
        "unattached_id": "same filler for the type of event, whatever trigger and role",
        "coreference": f"as strict; {_ANY}",
        "unattached_coreference": f"as unattached; {_ANY}",
    },
    "relations": {
        "strict": "same ends with their types, and same relation",
        "boundary": "same ends and same relation, whatever the types of the mentions",
        "head": "same heads of both ends and same relation, whatever the types of the mentions",
        "entity": "same entities at both ends and same relation, each pair of entities once",
    },
    "entities": _CHAINS,
    "hoppers": _CHAINS,
    "incidents": {
        "slots": "fillers of incidents that are aligned one-to-one: same value or right entity",
        "muc4": "as slots, with half a point for a coarser date or an overlapping toll",
        "qualifiers": "what is said of a right filler: its type, class, count, effect, confidence",
        "ceaf_ree": "fillers of the whole document, whichever incident they stand in",
        "ceaf_rme": "mentions that fillers of aligned incidents have in common (φ3)",
        "templates": "incidents that have a partner on the other side",
        "detection": "documents with an incident at all",
        "evidence": "items that an incident and its partner both rest on",
    },
}


def meaning(layer: str, criterion: str) -> str:
    """What a criterion asks for in a layer; its name where it is not known here."""
    known = _LAYERS.get(layer, {})
    return known.get(criterion) or _SPANS.get(criterion) or titled(criterion, layer)


def titled(criterion: str, layer: str = "") -> str:
    """A criterion as papers write it."""
    own = _TITLES_OF_LAYERS.get((layer, criterion))
    return own or _TITLES.get(criterion, criterion)
