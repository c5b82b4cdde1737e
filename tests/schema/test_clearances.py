"""A clearance never clears a document in which one of its rules finds something."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from goldwire.schema.document import LAYERS, Document, Mention
from goldwire.schema.labels import read_labels
from goldwire.schema.problems import Problem
from goldwire.schema.rules import RULES, check
from goldwire.schema.rules.clearances import CLEARANCES
from goldwire.schema.rules.context import Context
from goldwire.schema.schemas import load_schema
from tests.making import article, make
from tests.schema.test_rules import PLANTED, Plant

LABELS = read_labels(load_schema("newswire"))
TEXT = article().text

# What the schema admits: rules are not asked about anything else.
spans = st.tuples(st.integers(0, len(TEXT) + 2), st.integers(1, len(TEXT) + 2))
names = st.sampled_from(
    ["m1", "m2", "m99", "e1", "e2", "t1", "q1", "v1", "v2", "h1", "h9", "z1", "a1", "r1", "dct"]
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "spans": st.lists(spans, min_size=1, max_size=3).map(tuple),
    "quotes": st.lists(spans, max_size=2).map(tuple),
    "head": spans | st.none(),
    "text": st.sampled_from(["Drone", "drone ", "Friday", "Sunday", "", "fuel depot"]),
    "type": st.sampled_from(["WEA", "FAC", "ATTACK", "HARM", "DATE", "near"]),
    "kind": st.sampled_from(["body", "count"]),
    "scored": st.booleans(),
    "polarity": st.sampled_from(["positive", "negative", None]),
    "attributions": st.lists(names, max_size=2).map(tuple),
    "hoppers": st.lists(names, min_size=1, max_size=2).map(tuple),
    "evidence": st.lists(names, max_size=2).map(tuple),
    "min": st.sampled_from([None, 0, 2, 5]),
    "value": st.sampled_from([None, 3]),
    "comparator": st.sampled_from(["eq", "ge", "le"]),
    "edtf": st.sampled_from([None, "2022-05-06", "2022-05-31", "2022-13"]),
    "style": st.sampled_from(["direct", "indirect"]),
    "damage": st.sampled_from([None, "none"]),
}
REFERENCES = (
    "id", "entity", "anchor", "counts", "hopper", "source", "target", "head", "tail", "parent",
    "duplicate_of",
)  # fmt: skip


def values(layer: str, name: str) -> st.SearchStrategy[Any] | None:
    if name in REFERENCES and not (layer == "mentions" and name == "head"):
        return names if name == "id" or layer in ("event_links", "relations") else names | st.none()
    return None if (layer, name) == ("times", "value") else VALUES.get(name)


@st.composite
def mistaken(draw: st.DrawFn) -> Document:
    """The article with some layers left out, and up to three fields of items changed."""
    document = article()
    left_out = draw(st.sets(st.sampled_from(LAYERS), max_size=4))
    layers: dict[str, Any] = {
        layer: () if layer in left_out else getattr(document, layer) for layer in LAYERS
    }
    for layer in draw(st.lists(st.sampled_from(LAYERS), max_size=3)):
        if not layers[layer]:
            continue
        items = list(layers[layer])
        at = draw(st.integers(0, len(items) - 1))
        changes = {
            field.name: strategy
            for field in msgspec.structs.fields(items[at])
            if (strategy := values(layer, field.name)) is not None
        }
        name = draw(st.sampled_from(sorted(changes)))
        items[at] = msgspec.structs.replace(items[at], **{name: draw(changes[name])})
        if draw(st.booleans()):
            items.append(items[at])
        layers[layer] = tuple(items)
    return msgspec.structs.replace(document, **layers)


@st.composite
def heaps_of_mentions(draw: st.DrawFn) -> Document:
    """A short text with many mentions, which touch, cross, nest, repeat, and run backwards."""
    text = draw(st.text("ab \n", max_size=8))
    place = st.tuples(st.integers(0, 9), st.integers(1, 9))
    found = draw(st.lists(st.lists(place, min_size=1, max_size=2), max_size=5))
    mentions = [
        Mention(
            id=f"m{number}", spans=tuple(each), type="PER",
            text=" ".join(text[start:end] for start, end in each),
        )
        for number, each in enumerate(found)
    ]  # fmt: skip
    sha = hashlib.sha256(text.encode()).hexdigest()
    return make(text, sha256=sha, mentions=tuple(mentions))


def in_full(document: Document) -> list[Problem]:
    """What all rules find when none is cleared."""
    context = Context(document, LABELS)
    return [rule.problem(found, context, {}) for rule in RULES for found in rule.find(context)]


@pytest.mark.parametrize("plant", [plant for _, _, plant in PLANTED])
def test_planted_errors_are_found_alike_on_both_paths(plant: Plant) -> None:
    document = plant()
    assert check(document, LABELS) == in_full(document)


@settings(max_examples=500, deadline=None)
@given(mistaken())
def test_mistakes_are_found_alike_on_both_paths(document: Document) -> None:
    assert check(document, LABELS) == in_full(document)


@settings(max_examples=500, deadline=None)
@given(heaps_of_mentions())
@example(make("", zones=()))
def test_spans_of_all_shapes_are_found_alike_on_both_paths(document: Document) -> None:
    assert check(document, LABELS) == in_full(document)


def test_what_is_cleared_is_a_rule_and_is_cleared_once() -> None:
    cleared = [code for _, codes in CLEARANCES for code in codes]
    assert len(cleared) == len(set(cleared))
    assert set(cleared) <= {rule.code for rule in RULES}


def test_a_plain_sound_document_is_cleared_of_all_that_can_be_cleared() -> None:
    """The fast path is taken: without this a mistake in a clearance would only cost time."""
    document = article()
    mentions = tuple(item for item in document.mentions if item.id != "m6")
    events = (msgspec.structs.replace(document.events[3], arguments=()),)
    time = document.times[1]
    plain = msgspec.structs.replace(
        document, mentions=mentions, events=events, times=(time,), event_links=(),
        attributions=(), relations=(), incidents=(),
    )  # fmt: skip
    context = Context(plain, LABELS)
    assert [clears.__name__ for clears, _ in CLEARANCES if not clears(context)] == []
    assert check(plain, LABELS) == in_full(plain) == []
