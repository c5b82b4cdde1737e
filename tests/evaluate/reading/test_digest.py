"""The hash over the gold: it sees all that is scored, and neither ids nor order."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.scoring import score
from goldwire.schema.document import Document, to_plain
from tests.making import TEXT, article, at

QUICK = Resampling(resamples=0)


def hashed(document: Document | dict[str, Any]) -> str:
    return score([document], [], errors=0, resampling=QUICK).signature.gold


CHANGES: list[tuple[str, str, Any]] = [
    ("mentions", "type", "NORP"),
    ("mentions", "spans", [list(at(TEXT, "A drone")[0])]),
    ("mentions", "head", [1, 2]),
    ("mentions", "entity", "e6"),
    ("mentions", "optional", True),
    ("mentions", "alternatives", [{"type": "PRD"}]),
    ("times", "type", "SET"),
    ("times", "value", "2022"),
    ("times", "edtf", "2022"),
    ("quantities", "kind", "money"),
    ("quantities", "value", 4),
    ("quantities", "min", 1),
    ("quantities", "unit", "dollar"),
    ("events", "type", "CLAIM"),
    ("events", "hopper", "h3"),
    ("events", "realis", "other"),
    ("events", "polarity", "negative"),
    ("events", "certainty", "possible"),
    ("events", "arguments", []),
    ("attributions", "style", "mixed"),
    ("attributions", "source", "m9"),
    ("attributions", "cue", None),
    ("attributions", "source_class", "witness"),
    ("attributions", "stance", "deny"),
    ("relations", "type", "located_in"),
    ("relations", "tail", "m4"),
    ("relations", "optional", True),
    ("incidents", "type", "bombing"),
    ("incidents", "stage", "attempted"),
    ("incidents", "date", {"edtf": "2022", "precision": "year"}),
    ("incidents", "casualties", None),
    ("incidents", "evidence", ["v1"]),
    ("incidents", "optional", True),
    ("zones", "kind", "body"),
    ("zones", "scored", False),
]


@pytest.mark.parametrize(("layer", "field", "value"), CHANGES)
def test_a_change_is_seen(layer: str, field: str, value: Any) -> None:
    changed = to_plain(article())
    assert changed[layer][0].get(field) != value
    changed[layer][0][field] = value
    if field == "spans":
        changed[layer][0]["text"] = "A drone"
    assert hashed(changed) != hashed(article())


def test_a_role_and_a_filler_are_seen() -> None:
    for field, value in (("role", "victim"), ("filler", "m7"), ("alternatives", ["m7"])):
        changed = to_plain(article())
        changed["events"][0]["arguments"][0][field] = value
        assert hashed(changed) != hashed(article()), field


def test_a_note_is_not_seen() -> None:
    changed = msgspec.structs.replace(article(), canary="x")
    assert hashed(changed) == hashed(article())
