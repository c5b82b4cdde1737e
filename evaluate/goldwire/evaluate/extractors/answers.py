"""The answer of a chat model to a prediction: read, checked, its names made good, quotes placed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from goldwire.schema.repeats import refuse_repeats

from ..quoting.placing import with_offsets
from .protocol import NoAnswer

__all__ = ["BadAnswer", "prediction_from", "read_content"]

_fence = re.compile(r"\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*", re.DOTALL)
_foreign = re.compile(r"[^A-Za-z0-9_.:-]")
_LETTERS = {"mentions": "m", "times": "t", "quantities": "q", "events": "v", "attributions": "a"}
_KEPT = (
    "type", "level", "kind", "value", "unit", "style", "source_class", "stance", "realis",
    "polarity", "certainty",
)  # fmt: skip
"""Fields that are taken over as they are."""


class BadAnswer(NoAnswer):
    """An answer that is none; the message is a sentence that says why."""


def read_content(content: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON in a message, held against the schema that was asked for.

    A fence of Markdown around it is taken off: servers without structured output put one there.
    Raises ``BadAnswer``.
    """
    fenced = _fence.fullmatch(content)
    try:
        answer = json.loads(
            fenced[1] if fenced else content,
            parse_constant=_no_number,
            object_pairs_hook=refuse_repeats,
        )
    except (ValueError, RecursionError) as problem:
        raise BadAnswer(f"the answer is not JSON: {problem}") from None
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    wrong = best_match(Draft202012Validator(dict(schema)).iter_errors(answer))
    if wrong is not None:
        raise BadAnswer(
            f"the answer is not in the form that was asked for: {wrong.json_path}: "
            f"{wrong.message[:200]}"
        )
    return dict(answer)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def prediction_from(answer: Mapping[str, Any], name: str, text: str) -> dict[str, Any]:
    """An answer that fits its schema as a prediction about the document ``name``.

    Ids are given anew, since a model may use one twice; a reference goes to the first item that
    has the name, and one to an item that is not there stays a reference to nothing, which the
    evaluator counts as wrong.
    """
    names: dict[str, str] = {}
    for layer, letter in _LETTERS.items():
        for number, item in enumerate(answer.get(layer, ()), start=1):
            names.setdefault(item["id"], f"{letter}{number}")
    groups = {"entity": _Group("e"), "hopper": _Group("h")}
    prediction: dict[str, Any] = {"id": name}
    for layer, items in answer.items():
        if layer == "relations":
            prediction[layer] = [
                {"type": item["type"], "head": _named(names, item["head"]),
                 "tail": _named(names, item["tail"])}
                for item in items
            ]  # fmt: skip
            continue
        prediction[layer] = [
            _item(item, f"{_LETTERS[layer]}{number}", names, groups)
            for number, item in enumerate(items, start=1)
        ]
    return with_offsets(prediction, text)


def _item(
    item: Mapping[str, Any], own: str, names: Mapping[str, str], groups: Mapping[str, _Group]
) -> dict[str, Any]:
    fresh: dict[str, Any] = {"id": own, "quote": _quote(item["quote"], item["before"])}
    fresh |= {field: item[field] for field in _KEPT if item.get(field) not in (None, "")}
    for field, group in groups.items():
        if item.get(field):
            fresh[field] = group.name(item[field])
    if item.get("source"):
        fresh["source"] = _named(names, item["source"])
    if item.get("cue"):
        fresh["cue"] = {"quote": _quote(item["cue"], "")}
    if "arguments" in item:
        fresh["arguments"] = [
            {"role": each["role"], "filler": _named(names, each["filler"])}
            for each in item["arguments"]
        ]
    return fresh


def _quote(exact: str, before: str) -> dict[str, str]:
    # An item that quotes nothing stands nowhere: a blank keeps it in the form of a quote.
    return {"exact": exact or " "} | ({"prefix": before} if before else {})


def _named(names: Mapping[str, str], theirs: str) -> str:
    return names.get(theirs) or f"unknown.{_foreign.sub('_', theirs)[:50]}"


class _Group:
    """Names of chains, numbered as they come."""

    def __init__(self, letter: str) -> None:
        self.letter = letter
        self.known: dict[str, str] = {}

    def name(self, theirs: str) -> str:
        return self.known.setdefault(theirs, f"{self.letter}{len(self.known) + 1}")
