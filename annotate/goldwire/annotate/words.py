"""Edits and entries of the log in words."""

from __future__ import annotations

import json

from goldwire.schema.positions import cut, visible

from .edits import (
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
)
from .store import Entry

__all__ = ["edit_words", "entry_words"]

_LONGEST = 60


def entry_words(entry: Entry) -> str:
    """An entry of the log in words."""
    if entry.kind == "edit" and entry.edit is not None:
        return edit_words(entry.edit)
    return f"{entry.kind} {entry.parent if entry.kind == 'undo' else entry.node}"


def edit_words(edit: Edit) -> str:
    """An edit in words."""
    match edit:
        case Add(layer=layer, item=item):
            label = item.get("type") or item.get("kind") or item.get("style") or ""
            return visible(f"add {layer} {item.get('id', '')} {label} {_spans(item)}".rstrip())
        case Remove(layer=layer, id=name):
            return f"remove {layer} {name}"
        case Respan(layer=layer, id=name, spans=spans):
            return f"move {layer} {name} to {_spans({'spans': spans})}"
        case Put(layer=layer, id=name, field=field, value=value):
            said = cut(json.dumps(value, ensure_ascii=False), _LONGEST)
            return visible(f"set {layer} {name} {field} = {said}".replace("  ", " "))
        case Fill(event=event, role=role, filler=filler):
            return f"fill {role} of {event} with {filler}"
        case Unfill(event=event, role=role, filler=filler):
            return f"take {filler} from {role} of {event}"
        case Merge(layer=layer, keep=keep, gone=gone):
            return f"merge {layer} {gone} into {keep}"
        case Split(layer=layer, members=members, new=new):
            return f"split {', '.join(members)} off as {layer} {new}"
        case Forget(ids=names):
            return f"drop what refers to {', '.join(names)}"
        case Reject(layer=layer, item=item):
            return f"reject a suggestion for {layer} {_spans(item)}"
        case Together(edits=edits):
            return cut("; ".join(edit_words(each) for each in edits), 4 * _LONGEST)


def _spans(item: dict[str, object]) -> str:
    spans = item.get("spans") or ()
    return " ".join(f"{a}–{b}" for a, b in spans)  # type: ignore[attr-defined]
