"""What the reports say in words: criteria, intervals, attributes."""

from __future__ import annotations

import msgspec
import pytest

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.layers import SCORED_LAYERS
from goldwire.evaluate.metrics.attributes import ATTRIBUTES
from goldwire.evaluate.report.meanings import _LAYERS, _SPANS
from goldwire.evaluate.report.model import Interval
from goldwire.evaluate.report.words import (
    bracket,
    confidence,
    credited,
    has_intervals,
    intervals,
    mains,
    meaning,
    shown_attributes,
    shown_criteria,
    titled,
)

from .samples import make_report


def test_every_criterion_of_every_layer_has_a_sentence() -> None:
    for layer in make_report(12).layers:
        for each in layer.criteria:
            said = meaning(layer.layer, each.name)
            assert " " in said, (layer.layer, each.name)
            assert len(said) < 100
            assert not said.endswith(".")


def test_no_sentence_is_about_what_is_not_scored() -> None:
    criteria = {layer.layer: {c.name for c in layer.criteria} for layer in make_report(12).layers}
    assert set(_LAYERS) <= set(SCORED_LAYERS) == set(criteria)
    for layer, known in _LAYERS.items():
        assert set(known) <= criteria[layer]
    assert set(_SPANS) <= criteria["mentions"]
    # A layer without spans has a sentence of its own for each criterion.
    for layer in ("arguments", "relations", "entities", "hoppers", "incidents"):
        assert set(_LAYERS[layer]) == criteria[layer]
    for layer, attributes in ATTRIBUTES.items():
        assert set(attributes) <= set(_LAYERS[layer])


def test_an_unknown_criterion_is_called_by_its_name() -> None:
    assert meaning("mentions", "odd") == "odd"
    assert meaning("", "") == ""


def test_titles_are_those_of_papers() -> None:
    assert [titled(name) for name in ("b3", "ceafe", "conll", "muc4")] == [
        "B³", "CEAFe", "CoNLL", "MUC-4"
    ]  # fmt: skip
    assert titled("strict") == "strict"
    assert titled("coreference", "arguments") == "strict, by entity"


def test_brackets_hold_percent() -> None:
    assert bracket(Interval(0.881, 0.94)) == "[88.1, 94.0]"
    assert bracket(None) == ""


def test_intervals_say_how_they_were_made_or_why_there_are_none() -> None:
    report = make_report(12)
    assert has_intervals(report)
    assert confidence(report) == "95% CI"
    assert intervals(report) == (
        "95% CI: confidence interval, BCa bootstrap over 12 documents, 400 resamples, "
        "seed 20261123."
    )
    other = Resampling(resamples=50, confidence=0.9, method="percentile", seed=1)
    said = intervals(make_report(6, resampling=other))
    assert said == (
        "90% CI: confidence interval, percentile bootstrap over 6 documents, 50 resamples, seed 1."
    )
    few = make_report(2)
    assert not has_intervals(few)
    assert intervals(few).startswith("No intervals: 2 documents; an interval needs at least 5.")
    assert "made without" in intervals(msgspec.structs.replace(few, bootstrap=None))
    assert "no document was scored" in intervals(make_report(12, layers=[]))


def test_a_layer_in_too_few_documents_is_named() -> None:
    report = make_report(12)
    times = report.layer("times")
    bare = tuple(msgspec.structs.replace(each, intervals={}) for each in times.criteria)
    layers = (report.layers[0], msgspec.structs.replace(times, criteria=bare))
    assert intervals(msgspec.structs.replace(report, layers=layers)).endswith(
        "None for times: too few documents."
    )


def test_main_criteria_are_explained_once() -> None:
    said = mains(make_report(12))
    assert said.startswith("strict: boundaries and type must agree (of arguments and ")
    assert "and relations: all parts); CoNLL (entities, hoppers): mean of MUC" in said
    assert said.count("mean of MUC") == 1
    assert mains(make_report(3, layers=["times"])) == "strict: same boundaries and same type"
    both = mains(make_report(3, layers=["arguments", "relations"]))
    assert both == "strict: all parts must agree"


@pytest.mark.parametrize("layer", ATTRIBUTES)
def test_attributes_stand_apart_from_ways_to_match(layer: str) -> None:
    found = make_report(12).layer(layer)
    names = [accuracy.attribute for accuracy, _ in shown_attributes(found)]
    assert names == list(ATTRIBUTES[layer])
    assert not set(names) & set(shown_criteria(found))


def test_relations_keep_their_heads() -> None:
    assert "head" in shown_criteria(make_report(12).layer("relations"))
    assert "head" not in shown_criteria(make_report(12).layer("events"))


def test_averages_have_no_credit() -> None:
    entities = make_report(12).layer("entities")
    assert credited(entities, entities.criterion("conll")) == ""
    assert credited(entities, entities.criterion("blanc")) == ""
    assert credited(entities, entities.criterion("ceafm")) != ""


def test_a_reason_against_intervals_holds_for_all_of_them() -> None:
    report = make_report(12)
    assert report.bootstrap is not None
    made = msgspec.structs.replace(report.bootstrap, reason="4 documents")
    assert not has_intervals(msgspec.structs.replace(report, bootstrap=made))
