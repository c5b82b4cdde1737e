"""Edits and entries of the log in words, for the audit trail and the history on screen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from goldwire.schema.document import ANCHORED_LAYERS, LAYERS, Document
from goldwire.schema.positions import cut, surface, visible

from .edits import (
    PARTS,
    TYPE_FIELDS,
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

if TYPE_CHECKING:
    from .store import Entry

__all__ = ["edit_words", "entry_words", "log_words", "note_words"]

_LONGEST = 60
_TOLD = 3
"""Edits at once that are told one by one."""


def log_words(document: Document, entries: Iterable[Entry]) -> list[str]:
    """The entries of a log in words; ``document`` is what the first edit was made in."""
    said = {item.id: item.text for layer in ANCHORED_LAYERS for item in getattr(document, layer)}
    by_node: dict[int, str] = {}
    found = []
    before = 0
    for entry in entries:
        if entry.edit is not None:
            _learn(document.text, entry.edit, said)
            by_node[entry.node] = edit_words(entry.edit, said)
            found.append(by_node[entry.node])
        elif entry.kind == "undo":
            found.append(f"took back: {by_node.get(before, '')}")
        else:
            found.append(f"made again: {by_node.get(entry.node, '')}")
        before = entry.node
    return found


def _learn(text: str, edit: Edit, said: dict[str, str]) -> None:
    """What stands under the items that an edit adds or moves."""
    if isinstance(edit, Together):
        for each in edit.edits:
            _learn(text, each, said)
    elif isinstance(edit, Add) and edit.layer in ANCHORED_LAYERS:
        said[str(edit.item.get("id"))] = surface(text, edit.item["spans"])
    elif isinstance(edit, Respan):
        said[edit.id] = surface(text, edit.spans)


def entry_words(entry: Entry) -> str:
    """One entry of the log in words, where the others are not at hand."""
    if entry.kind == "edit" and entry.edit is not None:
        return edit_words(entry.edit)
    return f"{entry.kind} {entry.parent if entry.kind == 'undo' else entry.node}"


def note_words(note: str) -> str:
    """The note of an entry in words: those of an adjudication are data."""
    try:
        data = json.loads(note)
    except ValueError:
        return note
    if isinstance(data, dict) and "agreed" in data:
        return f"what {', '.join(data['agreed'])} agree on"
    if isinstance(data, dict) and "took" in data:
        return f"decided for {data['took']}"
    return note


def edit_words(edit: Edit, said: Mapping[str, str] | None = None) -> str:
    """What an edit does, in words; ``said`` is what stands under items, by id."""
    known = said or {}

    def item(id: str) -> str:
        return f"{id} {_quoted(known[id])}" if id in known else id

    match edit:
        case Add(layer=layer, item=new):
            label = str(new.get(TYPE_FIELDS.get(layer, "type")) or "")
            what = f"{label} {item(str(new.get('id')))}".strip()
            return visible(f"added {what} to {layer}")
        case Remove(layer=layer, id=id):
            return f"removed {item(id)} from {layer}"
        case Respan(id=id):
            return f"moved {item(id)}"
        case Put(layer=layer, id=id, field=field, value=value):
            where = layer if layer in PARTS else item(id)
            return f"set {field} of {where} to {_value(value)}"
        case Fill(event=event, role=role, filler=filler):
            return f"made {item(filler)} the {role} of {item(event)}"
        case Unfill(event=event, role=role, filler=filler):
            return f"took {item(filler)} away as {role} of {item(event)}"
        case Merge(layer=layer, keep=keep, gone=gone):
            return f"merged {gone} into {keep} ({layer})"
        case Split(layer=layer, members=members, new=new_id):
            return f"split {', '.join(map(item, members))} off as {new_id} ({layer})"
        case Forget(ids=ids):
            return f"dropped what refers to {', '.join(ids)}"
        case Reject(layer=layer):
            return f"rejected a suggestion for {layer}"
        case Together(edits=edits):
            if len(edits) <= _TOLD:
                return ", ".join(edit_words(each, known) for each in edits)
            return f"made {len(edits)} edits at once: {_summary(edits)}"


def _summary(edits: tuple[Edit, ...]) -> str:
    added = [each.layer for each in edits if isinstance(each, Add)]
    parts = [f"{added.count(layer)} added to {layer}" for layer in LAYERS if layer in added]
    others = len(edits) - len(added)
    if others:
        parts.append(f"{others} other" if others == 1 else f"{others} others")
    return ", ".join(parts)


def _quoted(text: str) -> str:
    return f"“{cut(visible(' '.join(text.split())), 40)}”"


def _value(value: Any) -> str:
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return cut(visible(said), _LONGEST)
