"""Metrics by name: the catalogue and the report say the same, and names are read as printed."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.catalogue import (
    CATALOGUE,
    FORMS,
    Metric,
    described,
    metrics_of,
    parse,
    read,
)
from goldwire.evaluate.chains import ChainOptions
from goldwire.evaluate.commands.metrics import metrics
from goldwire.evaluate.counting import count
from goldwire.evaluate.layers import SCORED_LAYERS
from goldwire.evaluate.report.model import Report
from goldwire.evaluate.scoring import score
from goldwire.schema.errors import InputError, UnknownName
from tests.evaluate.report.samples import make_pair
from tests.making import article

ARTICLE = [article()]


@pytest.fixture(scope="module")
def perfect() -> Report:
    return score(ARTICLE, ARTICLE)


@pytest.fixture(scope="module")
def noisy() -> Report:
    gold, predictions = make_pair(8)
    return score(gold, predictions, layers=["mentions", "events", "times"], errors=0)


def test_every_criterion_of_a_report_is_described_and_the_other_way_round(perfect: Report) -> None:
    reported = {
        (layer.layer, criterion.name, "f1")
        for layer in perfect.layers
        for criterion in layer.criteria
    } | {
        (layer.layer, each.attribute, "accuracy")
        for layer in perfect.layers
        for each in layer.accuracies
    }
    known = {(each.layer, each.criterion, each.values[-1]) for each in CATALOGUE}
    assert reported == known
    assert {layer.layer for layer in perfect.layers} == set(SCORED_LAYERS)
    assert len(known) == len(CATALOGUE)


def test_the_main_criterion_of_every_layer_is_marked(perfect: Report) -> None:
    for layer in perfect.layers:
        (main,) = (each for each in described(layer.layer) if each.main)
        assert main.criterion == layer.main


def test_macro_averages_are_where_the_catalogue_says(perfect: Report) -> None:
    for layer in perfect.layers:
        for each in described(layer.layer):
            if each.form != "accuracy":
                macro = layer.criterion(each.criterion).macro
                assert (macro is not None) == each.by_type, (layer.layer, each.criterion)


def test_columns_and_forms_are_those_that_are_counted() -> None:
    counted = count(ARTICLE, ARTICLE)
    for each in CATALOGUE:
        layer = counted.layers[each.layer]
        matrix = (layer.accuracies if each.form == "accuracy" else layer.totals)[each.criterion]
        assert matrix.shape[1] == len(each.columns), (each.layer, each.criterion)
        closed = each.criterion in counted.forms(each.layer)
        assert closed == (each.form in ("conll", "blanc")), (each.layer, each.criterion)
        assert each.form in FORMS


def test_all_that_is_reported_can_be_read_by_its_printed_name(perfect: Report) -> None:
    found = [read(perfect, str(metric)) for metric in metrics_of(perfect)]
    undefined = {str(each.metric) for each in found if each.value is None}
    assert all(each.value in (1, None) for each in found)
    assert undefined == {
        f"incidents.{value}(metric=qualifiers)" for value in ("precision", "recall", "f1")
    }


def test_names_print_as_documented() -> None:
    printed = {
        "mentions.f1": "mentions.f1(match=strict)",
        "mentions.precision(match=iou)": "mentions.precision(match=iou,iou=0.5)",
        " mentions.f1( average = macro ) ": "mentions.f1(match=strict,average=macro)",
        'mentions.f1(type="PER")': "mentions.f1(match=strict,type=PER)",
        'mentions.f1(type="a, b")': 'mentions.f1(match=strict,type="a, b")',
        "entities.f1(metric=b3,mentions=exact)": "entities.f1(metric=b3)",
        "entities.f1(mentions=head)": "entities.f1(metric=conll,mentions=head)",
        "entities.f1(metric=blanc,blanc=2014,singletons=false)": (
            "entities.f1(metric=blanc,singletons=false,blanc=2014)"
        ),
        "events.accuracy(attribute=realis)": "events.accuracy(attribute=realis)",
        "incidents.f1(metric=ceaf_rme)": "incidents.f1(metric=ceaf_rme)",
        "zones.f1": "zones.f1(match=characters)",
    }
    assert {given: str(parse(given)) for given in printed} == printed


LABELS = st.one_of(st.sampled_from(["PER", "ORG", "", '"', "a,b)", "x=y"]), st.text())


@st.composite
def any_metric(draw: st.DrawFn) -> Metric:
    each = draw(st.sampled_from(CATALOGUE))
    options: dict[str, Any] = {}
    if "mentions" in each.parameters:
        options["mentions"] = draw(st.sampled_from(["exact", "head", "partial"]))
        options["singletons"] = draw(st.booleans())
    if "blanc" in each.parameters:
        options["blanc"] = draw(st.sampled_from(["reference", "2014"]))
    if each.by_type:
        if draw(st.booleans()):
            options["type"] = draw(LABELS)
        else:
            options["average"] = draw(st.sampled_from(["micro", "macro", "macro_union"]))
    return Metric(each.layer, draw(st.sampled_from(each.values)), each.criterion, **options)


@given(any_metric())
def test_what_is_printed_is_parsed(metric: Metric) -> None:
    assert parse(str(metric)) == metric


@given(st.text(alphabet='mentions.f1(match=strict,type="P\\)é\n '))
def test_any_text_is_a_metric_or_an_input_error(text: str) -> None:
    try:
        metric = parse(text)
    except InputError:
        return
    assert parse(str(metric)) == metric


@pytest.mark.parametrize(
    ("name", "kind", "nearest"),
    [
        ("mention.f1", "layer", "mentions"),
        ("mentions.recal", "value of mentions", "recall"),
        ("mentions.f1(match=strickt)", "match of mentions", "strict"),
        ("entities.f1(metric=b33)", "metric of entities", "b3"),
        ("events.accuracy(attribute=realiss)", "attribute of events", "realis"),
        ("mentions.f1(averag=macro)", "parameter of mentions.f1(match=strict)", "average"),
        ("mentions.f1(average=makro)", "average", "macro"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(name: str, kind: str, nearest: str) -> None:
    with pytest.raises(UnknownName, match="Did you mean") as caught:
        parse(name)
    assert caught.value.problem.startswith(f"unknown {kind} ")
    assert f"{nearest!r}?" in caught.value.problem
    assert nearest in caught.value.known


@pytest.mark.parametrize(
    "name",
    [
        "",
        "mentions",
        "mentions.f1(",
        "mentions.f1(match)",
        "mentions.f1(match=strict,)",
        "mentions.f1(match=strict,match=exact)",
        'mentions.f1(type="\\x")',
        "mentions.f1(match=iou,iou=0.7)",
        "mentions.f1(match=iou,iou=half)",
        "mentions.f1(average=macro,type=PER)",
        "events.f1(match=strict,attribute=realis)",
        "events.accuracy",
        "entities.f1(metric=b3,type=PER)",
        "entities.f1(metric=b3,blanc=2014)",
        "incidents.f1(metric=evidence,average=macro)",
    ],
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        parse(name)


def test_a_number_is_read_with_its_interval(noisy: Report) -> None:
    layer = noisy.layer("mentions")
    strict = layer.criterion("strict")
    found = read(noisy, "mentions.recall")
    assert (found.value, found.interval) == (strict.micro.recall, strict.intervals["recall"])
    macro = read(noisy, "mentions.f1(average=macro)")
    assert strict.macro is not None
    assert (macro.value, macro.interval) == (strict.macro.f1, strict.intervals["macro_f1"])
    union = read(noisy, "mentions.f1(match=exact,average=macro_union)")
    whole = layer.criterion("exact").macro_union
    assert whole is not None
    assert (union.value, union.interval) == (whole.f1, None)
    row = next(each for each in layer.labels if each.label == "PER")
    person = read(noisy, "mentions.f1(type=PER)")
    assert (person.value, person.interval) == (row.scores["strict"].f1, row.interval)
    assert person.interval is not None
    assert read(noisy, "mentions.precision(type=PER)").interval is None
    attribute = next(each for each in noisy.layer("times").accuracies if each.attribute == "value")
    assert read(noisy, "times.accuracy(attribute=value)").value == attribute.accuracy


def test_what_a_report_lacks_is_named(noisy: Report) -> None:
    with pytest.raises(UnknownName, match="unknown layer 'zones'"):
        read(noisy, "zones.f1")
    with pytest.raises(UnknownName, match=r"unknown type of mentions 'PERS'\..*Did you mean 'PER'"):
        read(noisy, "mentions.f1(type=PERS)")


def test_chains_compared_in_another_way_are_not_mixed_up() -> None:
    chains = ChainOptions(mentions="head", singletons=False, blanc="2014")
    report = score(ARTICLE, ARTICLE, layers=["entities"], chains=chains)
    assert read(report, "entities.f1(metric=b3,mentions=head,singletons=false)").value == 1
    with pytest.raises(InputError, match="compared with mentions=head"):
        read(report, "entities.f1(metric=b3)")
    with pytest.raises(InputError, match="blanc=2014"):
        read(report, "entities.f1(metric=blanc,mentions=head,singletons=false)")
    for metric in metrics_of(report):
        assert read(report, metric).value == 1


def test_the_command_lists_names_that_parse() -> None:
    done = CliRunner().invoke(metrics, ["--json"], catch_exceptions=False)
    records = json.loads(done.stdout)
    assert len(records) == len(CATALOGUE)
    for record in records:
        assert record["citation"]
        assert record["formula"] == FORMS[record["form"]]
        assert [str(parse(name)) for name in record["names"]] == record["names"]


def test_the_command_lists_one_layer_in_the_width_there_is() -> None:
    done = CliRunner().invoke(metrics, ["entities"], catch_exceptions=False, env={"COLUMNS": "60"})
    assert "entities.f1(metric=conll)  (main)" in done.stdout
    assert "Bagga and Baldwin 1998" in " ".join(done.stdout.split())
    assert "mentions.f1" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 60


def test_an_unknown_layer_is_named() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'entities'"):
        CliRunner().invoke(metrics, ["entitys"], catch_exceptions=False)


def test_descriptions_are_plain_records() -> None:
    for each in CATALOGUE:
        assert msgspec.convert(msgspec.to_builtins(each), type(each)) == each
