"""The schema floor: the JSON Schemas, the typed document, validation, and text positions."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .document import Document, from_json, to_json
    from .errors import (
        CouldNotRun,
        GoldwireError,
        InputError,
        InvalidDocument,
        UnknownName,
        UnreadableInput,
    )
    from .labels import LabelSet, read_labels
    from .positions import OffsetMap, find_quote
    from .problems import Problem
    from .schemas import load_schema, root
    from .validation import validate

__all__ = [
    "CouldNotRun",
    "Document",
    "GoldwireError",
    "InputError",
    "InvalidDocument",
    "LabelSet",
    "OffsetMap",
    "Problem",
    "UnknownName",
    "UnreadableInput",
    "find_quote",
    "from_json",
    "load_schema",
    "read_labels",
    "root",
    "to_json",
    "validate",
]

_HOMES = {
    "Document": "document",
    "from_json": "document",
    "to_json": "document",
    "CouldNotRun": "errors",
    "GoldwireError": "errors",
    "InputError": "errors",
    "InvalidDocument": "errors",
    "UnknownName": "errors",
    "UnreadableInput": "errors",
    "LabelSet": "labels",
    "read_labels": "labels",
    "OffsetMap": "positions",
    "find_quote": "positions",
    "Problem": "problems",
    "load_schema": "schemas",
    "root": "schemas",
    "validate": "validation",
}


def __getattr__(name: str) -> object:
    # Names are looked up on first use, so that a command pays only for what it needs.
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
