"""The form of a schema that is accepted sooner means what the schema means.

Both forms are given to one engine here; that the two engines agree is tested elsewhere.
"""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.schema.acceptance import chained
from goldwire.schema.narrowing import narrowed
from goldwire.schema.schemas import BUILT_IN, load_schema

labels = st.sampled_from(["A", "B", "C", "D"])
tests = st.one_of(
    labels.map(lambda label: {"const": label}),
    st.lists(labels, min_size=1, max_size=3).map(lambda some: {"enum": some}),
    st.just({"not": {"const": "A"}}),
    st.just({"const": 1}),
)
demands = st.one_of(
    labels.map(lambda label: {"properties": {"sub": {"const": label}}}),
    st.just({"required": ["sub"]}),
    st.just({"type": "object"}),
    st.just({"properties": {"sub": False}}),
)


@st.composite
def branches(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(["type", "type", "type", "kind"]))
    test: dict[str, Any] = {"properties": {name: draw(tests)}, "required": [name]}
    if draw(st.integers(0, 9)) == 0:
        del test["required"]
    branch = {"if": test, "then": draw(demands)}
    if draw(st.integers(0, 9)) == 0:
        branch["else"] = draw(demands)
    return branch


VALUES_OF_LABELS: list[Any] = ["A", "B", "C", None, 1]
LABELLED: list[Any] = [
    "A", [], {}, *({"type": one} for one in VALUES_OF_LABELS),
    *(
        {"type": one, "kind": two, "sub": three}
        for one in VALUES_OF_LABELS for two in VALUES_OF_LABELS for three in VALUES_OF_LABELS
    ),
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(branches(), max_size=8))
def test_both_forms_accept_the_same(conditions: list[Any]) -> None:
    schema = {"$ref": "#/$defs/item", "$defs": {"item": {"allOf": [*conditions, True]}}}
    written = jsonschema_rs.validator_for(schema)
    sooner = jsonschema_rs.validator_for(chained(schema))
    for instance in LABELLED:
        assert sooner.is_valid(instance) == written.is_valid(instance)


@pytest.mark.parametrize("required", [{}, {"required": []}, {"required": ["sub"]}])
def test_conditions_that_hold_where_the_type_is_missing_are_all_tested(required: Any) -> None:
    conditions = [
        {"if": {"properties": {"type": {"const": "A"}}} | required, "then": {}},
        {"if": {"properties": {"type": {"const": "B"}}} | required, "then": {"required": ["kind"]}},
    ]
    schema = {"$defs": {"item": {"allOf": conditions}}}
    assert len(chained(schema)["$defs"]["item"]["allOf"]) == 2


def test_conditions_on_different_properties_are_all_tested() -> None:
    conditions = [
        {"if": {"properties": {name: {"const": name}}, "required": [name]}, "then": {}}
        for name in ("type", "kind")
    ]
    schema = {"$defs": {"item": {"allOf": conditions}}}
    assert len(chained(schema)["$defs"]["item"]["allOf"]) == 2


def test_conditions_that_exclude_each_other_are_tested_in_turn() -> None:
    definitions = chained(load_schema("newswire"))["$defs"]
    assert len(load_schema("newswire")["$defs"]["entity"]["allOf"]) == 9
    assert len(definitions["entity"]["allOf"]) == 1
    assert len(definitions["event"]["allOf"]) == 2


def test_no_chain_is_longer_than_an_engine_bears() -> None:
    conditions = [
        {"if": {"properties": {"type": {"const": f"T{n}"}}, "required": ["type"]},
         "then": {"required": [f"p{n}"]}}
        for n in range(3000)
    ]  # fmt: skip
    schema = {"$ref": "#/$defs/item", "$defs": {"item": {"allOf": conditions}}}
    assert len(chained(schema)["$defs"]["item"]["allOf"]) == 188
    validator = jsonschema_rs.validator_for(chained(schema))
    assert validator.is_valid({"type": "T2999", "p2999": 1})
    assert not validator.is_valid({"type": "T2999"})


def test_a_schema_with_references_into_its_conditions_is_left_alone() -> None:
    condition = {
        "if": {"properties": {"type": {"const": "A"}}, "required": ["type"]},
        "then": {"required": ["x"]},
    }
    definitions = {"a": {"allOf": [condition]}, "b": {"$ref": "#/$defs/a/allOf/0/then"}}
    schema = {"$defs": definitions}
    assert chained(schema) is schema


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_schema_itself_is_not_changed(name: str) -> None:
    before = repr(load_schema(name))
    chained(load_schema(name))
    assert repr(load_schema(name)) == before


CORE_ID = "urn:example:core"
ends = st.sampled_from(
    [
        {"type": "string", "minLength": 1}, {"type": ["string", "null"], "minLength": 1},
        {"type": "string"}, {"enum": ["A", "B"]}, {"enum": ["A", "", None]}, {"enum": ["B", 1]},
        {"enum": ["B", True]}, {"const": True}, {"const": 1}, {"pattern": "^A"},
        {"minProperties": 1}, {"type": "object"}, {"if": {"const": "A"}, "then": False}, True,
    ]
)  # fmt: skip
references = st.sampled_from(
    [{"$ref": "#/$defs/leaf"}, {"$ref": "#/$defs/leaf", "title": "Leaf"}, {"$ref": "#/$defs/list"}]
)
SELDOM: dict[str, Any] = {
    "prefixItems": [True], "unevaluatedProperties": False, "patternProperties": {"a": True},
    "additionalProperties": {"type": "string"}, "$comment": "Not understood.",
}  # fmt: skip


@st.composite
def demands_of_anything(draw: st.DrawFn, depth: int = 2, top: bool = False) -> Any:
    """A schema of an object, at the end of ``depth`` of a value; sometimes of a list."""
    if not top and (depth == 0 or draw(st.integers(0, 2)) == 0):
        return draw(ends | references)
    parts = demands_of_anything(depth - 1)
    found: dict[str, Any] = {}
    if not top and draw(st.booleans()):
        found["items"] = draw(parts)
    else:
        found["properties"] = draw(st.dictionaries(st.sampled_from("aab"), parts, min_size=1))
    for key, values in (
        ("type", st.sampled_from(["object", ["object", "array", "null"]])),
        ("required", st.lists(st.sampled_from("ab"), max_size=2, unique=True)),
        ("additionalProperties", st.just(False)),
        ("allOf", st.lists(ends | references, min_size=1, max_size=2)),
        ("then", st.sampled_from([{"required": ["b"]}, {"properties": {"b": False}}])),
    ):
        if draw(st.integers(0, 3)) == 0:
            found[key] = draw(values)
    if draw(st.integers(0, 3)) == 0:
        found["if"] = {"properties": {"a": {"const": "A"}}, "required": ["a"]}
    if draw(st.integers(0, 9)) == 0:
        key = draw(st.sampled_from(sorted(SELDOM)))
        found[key] = SELDOM[key]
    return found


VALUES: list[Any] = [
    "A", "B", "", None, 1, True, {}, {"a": "A"}, {"a": "B"}, {"a": "", "b": "B"},
    {"a": "A", "b": 1}, {"a": None}, {"b": {"a": "A"}}, [], ["A"], ["B", None],
    [{"a": "A", "b": "B"}],
]  # fmt: skip
INSTANCES = [
    *VALUES, *({"a": one} for one in VALUES), *({"b": one} for one in VALUES),
    *({"a": one, "b": other} for one in VALUES for other in VALUES),
]  # fmt: skip


def assert_both_forms_accept_the_same(core: dict[str, Any], schema: dict[str, Any]) -> None:
    core = core | {"$id": CORE_ID, "$defs": core.get("$defs", {})}
    schema = schema | {"$id": "urn:example:x", "$ref": CORE_ID}
    registry = jsonschema_rs.Registry([(CORE_ID, core)])
    written = jsonschema_rs.validator_for(schema, registry=registry)
    sooner = jsonschema_rs.validator_for(narrowed(schema, core), registry=registry)
    for instance in INSTANCES:
        assert sooner.is_valid(instance) == written.is_valid(instance), instance


@settings(max_examples=400, deadline=None)
@given(demands_of_anything(top=True), demands_of_anything(top=True), ends, ends)
def test_a_narrowed_core_accepts_what_both_accept(
    core: dict[str, Any], schema: dict[str, Any], leaf: Any, other_leaf: Any
) -> None:
    circle = {"anyOf": [{"type": "string"}, {"items": {"$ref": "#/$defs/list"}}]}
    definitions = {"leaf": other_leaf, "list": {"items": {"$ref": "#/$defs/leaf"}}}
    assert_both_forms_accept_the_same(
        core | {"$defs": {"leaf": leaf, "list": circle}}, schema | {"$defs": definitions}
    )


CLOSED = {"properties": {"b": True}, "additionalProperties": False}
NO_A = {"if": {"properties": {"a": {"const": "A"}}, "required": ["a"]}, "then": False}
TIGHT_SPOTS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"a": {"type": "string", "minLength": 1}}, {"a": {"enum": ["A", "", None]}}),
    ({"a": {"type": ["string", "null"], "minLength": 1}}, {"a": {"enum": ["A", "", None]}}),
    ({"a": {"type": "string"}}, {"a": {"enum": ["A", "", None]}}),
    ({"a": {"type": "string", "minLength": 1}}, {"a": {"enum": ["A", None]}}),
    ({"a": {"enum": ["A"]}}, {"a": {"enum": ["A", "B"]}}),
    ({"a": {"const": 1}}, {"a": {"const": True}}),
    ({"a": {"items": {"type": "string"}}}, {"a": {"items": {"minLength": 2}}}),
    ({"a": {"items": {"const": "A"}}}, {"a": {"prefixItems": [{"const": "B"}]}}),
    ({"a": {"prefixItems": [{"const": "B"}]}}, {"a": {"items": {"type": "null"}}}),
    ({"b": NO_A}, {"b": {"if": {"required": ["b"]}, "then": False}}),
    ({"b": {"then": False}}, {"b": {"if": {"required": ["a"]}}}),
    ({"b": {"if": {"required": ["a"]}}}, {"b": {"then": False}}),
    ({"a": CLOSED}, {"a": {"properties": {"a": True}}}),
    ({"a": {"properties": {"a": True}}}, {"a": CLOSED}),
    ({"a": {"required": ["a"]}}, {"a": {"required": ["b"]}}),
    ({"a": {"allOf": [{"required": ["a"]}]}}, {"a": {"allOf": [{"required": ["b"]}]}}),
]  # fmt: skip


@pytest.mark.parametrize(("core", "schema"), TIGHT_SPOTS)
def test_where_demands_meet_none_is_lost(core: dict[str, Any], schema: dict[str, Any]) -> None:
    assert_both_forms_accept_the_same({"properties": core}, {"properties": schema})


@pytest.mark.parametrize(
    "schema",
    [{"unevaluatedProperties": False}, {"unevaluatedProperties": False, "properties": {"b": True}}],
)
def test_what_looks_at_its_neighbours_keeps_them(schema: dict[str, Any]) -> None:
    core = {"properties": {"a": {"type": "string"}}}
    assert_both_forms_accept_the_same(core, schema)


def test_the_demands_of_core_and_newswire_stand_in_one_place() -> None:
    merged = narrowed(load_schema("newswire"), load_schema("core"))
    assert "$ref" not in merged
    mention = merged["properties"]["mentions"]["items"]
    types = load_schema("newswire")["$defs"]["entityType"]["enum"]
    assert mention["properties"]["type"] == {"enum": types}
    assert mention["required"] == ["id", "spans", "text", "type", "level"]
    assert mention["additionalProperties"] is False


@pytest.mark.parametrize("name", ["core", "prediction", "report"])
def test_a_schema_that_does_not_narrow_the_core_is_left_alone(name: str) -> None:
    assert narrowed(load_schema(name), load_schema("core")) is load_schema(name)


def test_a_schema_that_refers_to_its_own_properties_is_left_alone() -> None:
    core = load_schema("core")
    schema = {
        "$ref": core["$id"],
        "properties": {"a": {"items": {"$ref": "#/properties/b/items"}}, "b": {"items": True}},
    }
    assert narrowed(schema, core) is schema
