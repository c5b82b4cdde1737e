"""Validation: the two engines agree, and schema and integrity problems come in one list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.schema.document import Document, to_json, to_line, to_plain
from goldwire.schema.reading import Raw, iter_raw
from goldwire.schema.validation import engine_for, validate_raw
from tests.making import article, changed

PLAIN = to_plain(article())

junk = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 40), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6), st.sampled_from(["PER", "ATTACK", "m1", "e1", "actual", "2022-05-06\n"]),
    st.lists(st.integers(-1, 9), max_size=3), st.dictionaries(st.text(max_size=3), st.none()),
)  # fmt: skip


def paths(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [at] if at else []
    entries: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in entries:
        if isinstance(part, (dict, list)):
            found += paths(part, (*at, key))
        else:
            found.append((*at, key))
    return found


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(PLAIN))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(paths(plain)))
        target: Any = plain
        for key in path[:-1]:
            target = target[key]
        how = draw(st.sampled_from(["replace", "remove", "add"]))
        if how == "add" and isinstance(target, dict):
            target[draw(st.text(min_size=1, max_size=5))] = draw(junk)
        elif how == "remove":
            del target[path[-1]]
        else:
            target[path[-1]] = draw(junk)
    return plain


@settings(max_examples=400)
@given(damaged())
def test_the_fast_acceptor_and_the_authority_agree(plain: dict[str, Any]) -> None:
    for schema in ("core", "newswire", "prediction"):
        engine = engine_for(schema)
        assert engine.accepts(plain) == (not engine.refusals(plain))


@settings(max_examples=300)
@given(damaged())
def test_what_the_schema_accepts_the_records_accept_and_the_reverse(plain: dict[str, Any]) -> None:
    if engine_for("core").accepts(plain):
        try:
            document = msgspec.convert(plain, Document)
        except msgspec.ValidationError as problem:
            assert "got `float`" in str(problem)  # 3.0 is a whole number to JSON Schema only
            return
        assert engine_for("core").accepts(to_plain(document))
        return
    try:
        document = msgspec.convert(plain, Document)
    except msgspec.ValidationError:
        return
    # The records are wider where a schema has patterns, ranges, or lengths to offer; never in
    # what properties there are and of which kind.
    kinds = {problem.code for problem in engine_for("core").refusals(plain)}
    assert not kinds & {"J-required", "J-additionalProperties", "J-type"}


@settings(max_examples=300)
@given(damaged())
def test_validation_is_total(plain: dict[str, Any]) -> None:
    raw = Raw(json.dumps(plain).encode(), "x.json")
    for _, problems in validate_raw([raw]):
        assert all(p.code and p.message and p.source == "x.json" for p in problems)


def test_schema_and_integrity_problems_come_in_one_list() -> None:
    plain = to_plain(changed(article(), "mentions", 9, text="rocket"))
    plain["mentions"][0]["type"] = "PERSON"
    plain["events"][0]["realis"] = "real"
    ((_, problems),) = validate_raw([Raw(json.dumps(plain).encode(), "x.json")])
    found = [(problem.code, problem.pointer) for problem in problems]
    assert ("J-enum", "/mentions/0/type") in found
    assert ("J-enum", "/events/0/realis") in found
    assert ("S4", "/mentions/9/text") in found


def test_places_are_those_of_the_file_when_broken_items_are_left_out() -> None:
    plain = to_plain(changed(article(), "mentions", 9, text="rocket"))
    plain["mentions"][0]["spans"] = "none"
    ((_, problems),) = validate_raw([Raw(json.dumps(plain).encode(), "x.json")])
    found = [(problem.code, problem.pointer) for problem in problems]
    assert ("J-type", "/mentions/0/spans") in found
    assert ("S4", "/mentions/9/text") in found
    assert not [code for code, _ in found if code == "R2"]


def test_what_follows_from_an_unknown_type_is_not_said() -> None:
    plain = to_plain(article())
    plain["zones"][0] |= {"kind": "navbar", "scored": False}
    ((_, problems),) = validate_raw([Raw(json.dumps(plain).encode(), "x.json")])
    assert [(p.code, p.pointer) for p in problems if p.severity == "error"] == [
        ("J-enum", "/zones/0/kind")
    ]


def test_a_refused_mention_does_not_orphan_its_entity() -> None:
    plain = to_plain(article())
    plain["mentions"][9]["note"] = None
    ((_, problems),) = validate_raw([Raw(json.dumps(plain).encode(), "x.json")])
    assert [(p.code, p.pointer) for p in problems] == [("J-type", "/mentions/9/note")]


def test_passes_by_different_annotators_may_share_an_id() -> None:
    from goldwire.schema.bulk import validate_in_bulk

    def line(**annotation: Any) -> bytes:
        plain = to_plain(article())
        plain["annotation"] |= annotation
        return json.dumps(plain).encode()

    one = Raw(line(status="single", annotators=["a"]), "a.json")
    other = Raw(line(status="single", annotators=["b"]), "b.json")
    assert list(validate_in_bulk([one, other, Raw(line(), "gold.json")])) == [[], [], []]
    twice = list(validate_in_bulk([one, Raw(one.data, "again.json")]))
    assert [p.code for p in twice[1]] == ["R4"]


def test_a_wrong_label_is_named_with_the_nearest() -> None:
    plain = to_plain(article())
    plain["events"][0]["type"] = "ATACK"
    problem = next(p for p in engine_for("newswire").refusals(plain) if p.pointer.endswith("/type"))
    assert "did you mean 'ATTACK'?" in problem.message
    assert "Known: ATTACK, IMPACT" in problem.message


def test_an_unknown_layer_is_named_with_the_nearest() -> None:
    plain = to_plain(article())
    plain["mention"] = plain.pop("mentions")
    problem = engine_for("newswire").refusals(plain)[0]
    assert problem.code == "J-additionalProperties"
    assert "unknown layer or property 'mention'; did you mean 'mentions'?" in problem.message


def test_an_anchor_is_needed() -> None:
    plain = {"id": "a", "mentions": [{"type": "PER"}]}
    (problem,) = engine_for("prediction").refusals(plain)
    assert problem.message == "Mention needs spans, or start and end, or quote"


@pytest.mark.parametrize(
    "prediction",
    [
        {"id": "a"},
        {"id": "a", "mentions": [{"start": 0, "end": 3, "type": "PER"}]},
        {"id": "a", "mentions": [{"quote": {"exact": "x", "prefix": "y"}, "type": "PER"}]},
        {"id": "a", "entities": [["m1", "m2"], {"type": "PER", "mentions": ["m3"]}]},
        {"id": "a", "entities": [{"mentions": [{"start": 0, "end": 1, "type": "PER"}]}]},
    ],
)
def test_predictions_may_be_easy_on_anchors(prediction: dict[str, Any]) -> None:
    assert engine_for("prediction").accepts(prediction)


def test_a_whole_number_is_written_without_a_point() -> None:
    plain = to_plain(article())
    plain["mentions"][0]["spans"] = [[0.0, 5.0]]
    ((_, problems),) = validate_raw([Raw(json.dumps(plain).encode(), "x.json")])
    assert [(p.code, p.pointer) for p in problems] == [("J-type", "/mentions/0/spans/0/0")]
    assert "write a whole number" in problems[0].message


def test_an_unpaired_surrogate_is_found() -> None:
    line = to_line(article()).replace("Drone hits", "\\ud800rone hits", 1)
    ((_, problems),) = validate_raw([Raw(line.encode(), "x.json")])
    assert "T3" in {problem.code for problem in problems}


def test_a_file_in_canonical_form_reads_as_a_line_does(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(to_json(article()), "utf-8")
    (tmp_path / "b.jsonl").write_text(to_line(article()) + "\n", "utf-8")
    one, other = (next(iter_raw([tmp_path / name])) for name in ("a.json", "b.jsonl"))
    assert json.loads(one.data) == json.loads(other.data)
    assert (one.line, other.line) == (None, 1)
