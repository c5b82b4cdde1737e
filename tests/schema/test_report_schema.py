"""``report.schema.json`` holds for every report that is written, and for nothing looser."""

from __future__ import annotations

import hashlib
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.gate import verdict
from goldwire.evaluate.layers import SCORED_LAYERS
from goldwire.evaluate.metrics.attributes import ATTRIBUTES
from goldwire.evaluate.report import model, render_html
from goldwire.evaluate.scores import Score
from goldwire.evaluate.scoring import score
from goldwire.schema.schemas import load_schema

from ..evaluate.gate.verdicts import failed_verdict, hostile_verdict, passed_verdict
from ..evaluate.report.samples import make_hostile, make_report
from ..evaluate.report.test_terminal import shown

RECORDS: dict[str, type[msgspec.Struct]] = {
    "signature": model.Signature, "score": Score, "criterion": model.Criterion,
    "labelRow": model.LabelRow, "documentRow": model.DocumentRow, "side": model.Side,
    "errorRow": model.ErrorRow, "layerReport": model.LayerReport, "finding": model.Finding,
    "interval": model.Interval, "bootstrap": model.Bootstrap, "accuracy": model.Accuracy,
    "mark": model.Mark, "articleLayer": model.ArticleLayer, "article": model.Article,
    "usage": model.Usage, "verdict": verdict.Verdict, "check": verdict.Check,
    "worseType": verdict.WorseType, "worseDocument": verdict.WorseDocument,
    "worseItem": verdict.WorseItem, "lostDocument": verdict.LostDocument,
    "difference": model.Interval,
}  # fmt: skip
LATER = {model.Report: {"usage"}, model.Article: {"redistributable"}}
"""Fields that a report of an earlier minor version lacks."""

TEXT = "Ann Lee met Bo in Karsa on Monday."


def problems(report: model.Report) -> list[str]:
    plain = msgspec.json.decode(msgspec.json.encode(report))
    found = Draft202012Validator(load_schema("report")).iter_errors(plain)
    return [f"{each.json_path}: {each.message[:200]}" for each in found]


@pytest.mark.parametrize("documents", [1, 3, 12])
def test_reports_are_valid(documents: int) -> None:
    assert problems(make_report(documents)) == []
    assert problems(make_report(documents, errors=0, split="dev", seconds=1.5)) == []


def test_hostile_and_empty_reports_are_valid() -> None:
    assert problems(make_hostile()) == []
    assert problems(make_report(1, layers=[])) == []


def test_what_a_run_took_is_valid_and_an_older_report_has_none() -> None:
    usage = model.Usage(100, None, 0.25, 1.5, 0)
    report = msgspec.structs.replace(make_report(3), usage=usage)
    assert problems(report) == []
    plain = msgspec.json.decode(msgspec.json.encode(report))
    assert plain["usage"]["input_tokens"] == 100
    del plain["usage"]
    assert Draft202012Validator(load_schema("report")).is_valid(plain)


@pytest.mark.parametrize(
    "made", [failed_verdict(), failed_verdict(strict=True), passed_verdict(), hostile_verdict()]
)
def test_verdicts_are_valid(made: verdict.Verdict) -> None:
    schema = load_schema("report")
    engine = Draft202012Validator({"$ref": "#/$defs/verdict", "$defs": schema["$defs"]})
    plain = msgspec.json.decode(msgspec.json.encode(made))
    found = [f"{each.json_path}: {each.message[:200]}" for each in engine.iter_errors(plain)]
    assert found == []
    assert plain["format"] == "goldwire-verdict/1"
    assert not engine.is_valid(plain | {"format": "goldwire-verdict/2"})
    assert not engine.is_valid(plain | {"more": 1})


def test_records_and_definitions_have_the_same_fields() -> None:
    schema = load_schema("report")
    pairs: list[tuple[Any, type[msgspec.Struct]]] = [(schema, model.Report)]
    pairs += [(schema["$defs"][name], record) for name, record in RECORDS.items()]
    for definition, record in pairs:
        fields = [field.encode_name for field in msgspec.structs.fields(record)]
        assert list(definition["properties"]) == fields
        later = LATER.get(record, set())
        assert definition["required"] == [name for name in fields if name not in later]
    objects = {
        name for name, each in schema["$defs"].items()
        if each.get("type") == "object" and "required" in each
    }  # fmt: skip
    assert objects == set(RECORDS)


def test_records_allow_null_where_the_schema_does() -> None:
    schema = load_schema("report")
    for name, record in RECORDS.items():
        hints = get_type_hints(record)
        for field, part in schema["$defs"][name]["properties"].items():
            if (name, field) != ("score", "correct"):  # null is for averages, which may have one
                assert allows_null(schema, part) == (type(None) in get_args(hints[field])), field


def allows_null(schema: dict[str, Any], part: dict[str, Any]) -> bool:
    if "$ref" in part:
        return allows_null(schema, schema["$defs"][part["$ref"].rsplit("/", 1)[1]])
    return "null" in part.get("type", ()) or {"type": "null"} in part.get("oneOf", ())


def test_the_schema_names_what_is_scored_and_nothing_else() -> None:
    defs = load_schema("report")["$defs"]
    report = make_report(12)
    assert tuple(defs["layer"]["enum"]) == SCORED_LAYERS
    by_layer = {each.layer: each for each in report.layers}
    assert set(by_layer) == set(SCORED_LAYERS)
    criteria = {each.name for layer in report.layers for each in layer.criteria}
    assert set(defs["criterionName"]["enum"]) == criteria
    by_label = {name for layer in report.layers for row in layer.labels for name in row.scores}
    assert set(defs["labelRow"]["properties"]["scores"]["properties"]) == by_label
    errors = {name for layer in report.layers for name in layer.errors}
    assert set(defs["errorCounts"]["properties"]) == errors
    attributes = {name for names in ATTRIBUTES.values() for name in names}
    assert set(defs["accuracy"]["properties"]["attribute"]["enum"]) == attributes
    intervals = {name for layer in report.layers for c in layer.criteria for name in c.intervals}
    assert set(defs["criterion"]["properties"]["intervals"]["properties"]) == intervals
    wrong = get_args(model.ErrorClass)
    assert set(defs["errorRow"]["properties"]["error"]["enum"]) == set(wrong)


def test_an_average_may_have_no_credit_of_its_own() -> None:
    plain = msgspec.json.decode(msgspec.json.encode(make_report(3)))
    for layer in plain["layers"]:
        if layer["main"] == "conll":
            layer["criteria"][0]["micro"]["correct"] = None
    assert Draft202012Validator(load_schema("report")).is_valid(plain)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda plain: plain.update(more=1),
        lambda plain: plain.pop("seconds"),
        lambda plain: plain["signature"].update(gold="abc"),
        lambda plain: plain["layers"][0]["criteria"][0]["micro"].update(f1="n/a"),
        lambda plain: plain["layers"][0]["criteria"][0]["micro"].update(recall=1.5),
        lambda plain: plain["layers"][0]["errors"].pop("missed"),
        lambda plain: plain["layers"][0]["confusion"][0].append(1),
        lambda plain: plain["layers"][0].update(layer="names"),
        lambda plain: plain["layers"][0]["criteria"][0].pop("intervals"),
        lambda plain: plain["layers"][0]["criteria"][0]["intervals"].update(
            f2={"low": 0, "high": 1}
        ),
        lambda plain: plain["layers"][0]["labels"][0].update(interval={"low": 0.5}),
        lambda plain: plain["layers"][2]["accuracies"][0].update(attribute="tense"),
        lambda plain: plain["layers"][2]["accuracies"][0].update(compared=-1),
        lambda plain: plain["bootstrap"].update(confidence=95),
        lambda plain: plain["bootstrap"].update(method="jackknife"),
        lambda plain: plain["errors"][0].update(error="odd"),
        lambda plain: plain["errors"][0].update(gold={"label": "PER"}),
    ],
)
def test_refuses_what_is_no_report(spoil: Any) -> None:
    plain = msgspec.json.decode(msgspec.json.encode(make_report(3)))
    assert Draft202012Validator(load_schema("report")).is_valid(plain)
    spoil(plain)
    assert not Draft202012Validator(load_schema("report")).is_valid(plain)


def spans(most: int) -> st.SearchStrategy[list[list[int]]]:
    """One or two fragments within the text."""
    cuts = st.lists(st.integers(0, most), min_size=2, max_size=4, unique=True).map(sorted)
    return cuts.map(lambda c: [c[i : i + 2] for i in range(0, len(c) // 2 * 2, 2)])


def items(field: str, labels: list[str], *, gold: bool) -> st.SearchStrategy[list[dict[str, Any]]]:
    fields: dict[str, Any] = {"spans": spans(len(TEXT)), field: st.sampled_from(labels)}
    if gold:
        fields["optional"] = st.booleans()
    return st.lists(st.fixed_dictionaries(fields), max_size=5)


def side(*, gold: bool) -> st.SearchStrategy[list[dict[str, Any]]]:
    document = st.fixed_dictionaries(
        {
            "mentions": items("type", ["PER", "GPE", "odd <b>"], gold=gold),
            "times": items("type", ["DATE"], gold=gold),
            "zones": items("kind", ["body", "chrome"], gold=gold),
            "events": items("type", ["ATTACK", "HARM"], gold=gold),
        }
    )
    return st.lists(document, min_size=1, max_size=7)


@settings(max_examples=40, deadline=None)
@given(
    side(gold=True),
    side(gold=False),
    st.integers(0, 9),
    st.integers(1, 4),
    st.sampled_from([0, 39]),
)
def test_random_reports_are_valid_and_can_be_shown(
    gold: list[dict[str, Any]],
    predicted: list[dict[str, Any]],
    errors: int,
    layers: int,
    resamples: int,
) -> None:
    names = ["mentions", "times", "zones", "events"]
    for at, document in enumerate(gold):
        document |= {
            "id": f"d{at}", "schema": "newswire/1.0", "language": "en", "text": TEXT,
            "length": len(TEXT), "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
            "annotation": {"layers": names[:layers]},
        }  # fmt: skip
        for name in names:
            document[name] = [{"id": f"{name}{i}", **x} for i, x in enumerate(document[name])]
        for event in document["events"]:
            event["arguments"] = [
                {"role": "place", "filler": mention["id"]} for mention in document["mentions"][:1]
            ]
    predictions = [{"id": f"d{at}", **each} for at, each in enumerate(predicted)]
    report = score(gold, predictions, errors=errors, resampling=Resampling(resamples=resamples))
    assert problems(report) == []
    assert "odd <b>" not in render_html(report)
    assert all(layer.layer in shown(report) for layer in report.layers)
