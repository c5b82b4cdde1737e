"""The schema files: sound, described for readers, and equal to the typed records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from goldwire.schema import document as records
from goldwire.schema.document import LAYERS, Document, from_json, to_json, to_plain
from goldwire.schema.labels import read_labels
from goldwire.schema.schemas import BUILT_IN, load_schema
from goldwire.schema.validation import engine_for
from tests.making import article

RECORDS: dict[str, Any] = {
    "metadata": records.Metadata, "rights": records.Rights, "annotation": records.Annotation,
    "alternative": records.Alternative, "zone": records.Zone, "mention": records.Mention,
    "entity": records.Entity, "time": records.Time, "quantity": records.Quantity,
    "argument": records.Argument, "event": records.Event, "eventLink": records.EventLink,
    "cue": records.Cue, "attribution": records.Attribution, "relation": records.Relation,
    "incidentDate": records.IncidentDate, "location": records.Location,
    "instrument": records.Instrument, "perpetrator": records.Perpetrator,
    "target": records.Target, "toll": records.Toll, "sourced": records.Sourced,
    "casualties": records.Casualties,
    "claim": records.Claim, "incident": records.Incident,
}  # fmt: skip


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if "properties" in schema and "type" in schema:
            yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


@pytest.mark.parametrize("name", BUILT_IN)
def test_is_a_schema_of_its_draft(name: str) -> None:
    schema = load_schema(name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    version = "1.2" if name == "report" else "1.0"
    assert schema["$id"] == f"urn:goldwire:schema:{name}:{version}"


@pytest.mark.parametrize("name", ["core", "prediction", "report"])
def test_every_property_is_described_and_nothing_is_left_open(name: str) -> None:
    schema = load_schema(name)
    for each in objects(schema):
        assert each.get("additionalProperties") is False, each.get("title")
        assert each["title"]
        assert each["description"]
        for key, part in each["properties"].items():
            target = part
            while "$ref" in target and "title" not in target:
                home, _, name_ = target["$ref"].partition("#/$defs/")
                target = (load_schema("core") if home else schema)["$defs"][name_]
            assert target.get("title"), (each["title"], key)
            assert target.get("description"), (each["title"], key)


@pytest.mark.parametrize("name", RECORDS)
def test_records_and_core_schema_have_the_same_properties(name: str) -> None:
    definition = load_schema("core")["$defs"][name]
    fields = msgspec.structs.fields(RECORDS[name])
    assert {f.encode_name for f in fields} == set(definition["properties"])
    required = {f.encode_name for f in fields if f.required}
    assert required == set(definition.get("required", []))


def test_document_and_core_schema_have_the_same_properties() -> None:
    core = load_schema("core")
    fields = msgspec.structs.fields(Document)
    assert {f.encode_name for f in fields} == set(core["properties"])
    assert {f.encode_name for f in fields if f.required} == set(core["required"])


def test_canonical_order_is_schema_order() -> None:
    core = load_schema("core")
    plain = to_plain(article())
    assert list(plain) == [name for name in core["properties"] if name in plain]
    for layer in LAYERS:
        name = core["properties"][layer]["items"]["$ref"].rsplit("/", 1)[1]
        order = list(core["$defs"][name]["properties"])
        for item in plain[layer]:
            assert list(item) == [key for key in order if key in item], layer


def test_saving_what_was_loaded_changes_no_byte() -> None:
    saved = to_json(article())
    assert to_json(from_json(saved)) == saved
    assert saved.endswith("}\n")
    assert "\r" not in saved


def test_one_item_stands_on_one_line() -> None:
    lines = to_json(article()).splitlines()
    for mention in article().mentions:
        assert sum(f'{{"id": "{mention.id}", ' in line for line in lines) == 1


@pytest.mark.parametrize("schema", ["core", "newswire", "prediction"])
def test_the_article_is_valid(schema: str) -> None:
    engine = engine_for(schema)
    plain = to_plain(article())
    assert engine.accepts(plain)
    assert engine.refusals(plain) == []


def test_every_label_has_guidance() -> None:
    labels = read_labels(load_schema("newswire"))
    for inventory in labels.inventories.values():
        keys = [label.key for label in inventory.labels]
        assert inventory.name == "role" or len(set(keys)) == len(keys), inventory.name
        for label in inventory.labels:
            where = (inventory.name, label.name)
            assert label.title, where
            assert label.description, where
            assert label.examples, where
            assert label.counter_examples, where
            assert label.key, where
            assert len(label.key) == 1, where


def test_role_keys_are_unique_for_each_event_type() -> None:
    labels = read_labels(load_schema("newswire"))
    keys = {label.name: label.key for label in labels.inventories["role"].labels}
    for event_type in labels.names("eventType") or ():
        roles = labels.roles(event_type)
        assert roles
        assert len({keys[role] for role in roles}) == len(roles), event_type


def test_roles_and_subtypes_are_those_of_the_data_model() -> None:
    """Spot checks against the data model's own tables."""
    labels = read_labels(load_schema("newswire"))
    assert labels.roles("IMPACT") == ("munition", "place", "time")
    assert labels.roles("CLAIM") == ("claimant", "attack", "channel", "time")
    assert labels.subtypes("HARM") == ("death", "injury", "missing", "unspecified")
    assert labels.subtypes("GPE") == ("country", "admin1", "city")
    assert len(labels.names("eventType") or ()) == 12
    assert len(labels.names("zoneKind") or ()) == 11
    assert labels.names("relationType") == (
        "located_in", "near", "part_of", "affiliated_with", "controls", "stationed_at", "leads",
        "opposes", "aligned_with", "uses",
    )  # fmt: skip
    symmetric = {n for n in labels.names("relationType") or () if _symmetric(labels, n)}
    assert symmetric == {"opposes", "aligned_with"}


def _symmetric(labels: Any, name: str) -> bool:
    signature = labels.signature(name)
    return bool(signature and signature.symmetric)
