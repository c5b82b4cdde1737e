"""Agreement: numbers worked out by hand, symmetry, and what is said where there is no number."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.agreement import AgreementReport, agree
from goldwire.evaluate.agreement.model import Estimate
from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.metrics.gamma import Sampling, gamma_of
from goldwire.evaluate.metrics.gamma_categories import gamma_family_counts
from goldwire.evaluate.scoring import score
from goldwire.schema.document import (
    LAYERS,
    Alternative,
    Annotation,
    Argument,
    Document,
    Event,
    Mention,
    Quantity,
    Zone,
)
from goldwire.schema.errors import InputError, InvalidDocument, UnknownName
from tests.making import TEXT, at, make

from .samples import make_document, make_team

ALL = Annotation(layers=tuple(layer for layer in LAYERS if layer != "event_links"))
FEW = Resampling(resamples=200)
NONE = Resampling(resamples=0)


def mention(words: str, kind: str, n: int = 1, **more: Any) -> Mention:
    return Mention(
        id=f"m-{words}-{n}-{kind}", spans=at(TEXT, words, n), text=words, type=kind, **more
    )


def event(words: str, **more: Any) -> Event:
    known = {"id": f"v-{words}", "type": "ATTACK", "realis": "actual"}
    return Event(spans=at(TEXT, words), text=words, **(known | more))


def document(*mentions: Mention, **more: Any) -> Document:
    known: dict[str, Any] = {"annotation": ALL, "mentions": mentions}
    return make(**(known | more))


def of(*versions: Document, layers: list[str] | None = None) -> AgreementReport:
    return agree([[version] for version in versions], layers=layers, resampling=NONE)


def is_close(estimate: Estimate, expected: Fraction) -> bool:
    return estimate.value == pytest.approx(float(expected), abs=1e-12)


def test_f1_and_coefficients_are_those_worked_out_by_hand() -> None:
    one = document(mention("depot", "FAC"), mention("Velmar", "GPE"), mention("drone", "WEA"))
    other = document(mention("depot", "FAC"), mention("Velmar", "LOC"))
    report = of(one, other, layers=["mentions"])
    layer = report.layer("mentions")
    # Of 3 + 2 items one pair agrees in type and place, two in place.
    assert is_close(layer.criterion("strict").mean, Fraction(2, 5))
    assert is_close(layer.criterion("exact").mean, Fraction(4, 5))
    assert layer.items == (3, 2)
    assert {each.label: each.f1.value for each in layer.labels} == {
        "FAC": 1.0, "GPE": 0.0, "LOC": 0.0, "WEA": 0.0,
    }  # fmt: skip
    found = report.attribute("mentions", "type")
    # Two places, one equal: κ = (1/2 - 1/4) / (1 - 1/4); Pₑ of Fleiss = (2² + 1 + 1) / 4².
    assert is_close(found.cohen[0], Fraction(1, 3))
    assert is_close(found.fleiss, (Fraction(1, 2) - Fraction(3, 8)) / Fraction(5, 8))
    # n = 4, two ordered pairs differ, Σ nᵢ (n - nᵢ) = 2 · 2 + 3 + 3.
    assert is_close(found.alpha, 1 - Fraction(3 * 2, 10))
    assert (found.alpha.units, found.alpha.observed) == (2, 0.5)


def test_a_third_annotator_who_saw_less_is_missing_not_wrong() -> None:
    marked = document(mention("depot", "FAC"), mention("Velmar", "GPE"))
    less = document(mention("depot", "FAC"))
    report = of(marked, marked, less, layers=["mentions"])
    found = report.attribute("mentions", "type")
    assert (found.alpha.value, found.fleiss.value) == (1.0, 1.0)
    pairs = report.layer("mentions").criterion("strict").pairs
    assert [each.value for each in pairs] == pytest.approx([1, 2 / 3, 2 / 3])
    mean = report.layer("mentions").criterion("strict").mean
    assert is_close(mean, Fraction(7, 9))
    assert found.cohen[1].reason is not None  # one category on the one place of both
    assert "only one category" in found.cohen[1].reason


def test_certainty_is_ordinal_and_quantities_are_interval() -> None:
    words = ("struck", "hurt", "fell")
    certain = ("certain", "probable", "unknown")
    one = document(events=tuple(event(w, certainty=c) for w, c in zip(words, certain, strict=True)))
    near = document(
        events=tuple(
            event(w, certainty=c)
            for w, c in zip(words, ("probable", "probable", "unknown"), strict=True)
        )
    )
    far = document(
        events=tuple(
            event(w, certainty=c)
            for w, c in zip(words, ("unknown", "probable", "unknown"), strict=True)
        )
    )
    close = of(one, near).attribute("events", "certainty")
    wide = of(one, far).attribute("events", "certainty")
    assert close.level == "ordinal"
    assert close.alpha.observed == wide.alpha.observed
    assert (close.alpha.value or 0) > (wide.alpha.value or 0)


def quantity(words: str, value: float | None) -> Quantity:
    return Quantity(id=f"q-{words}", spans=at(TEXT, words), text=words, kind="count", value=value)


def test_alpha_of_quantities_goes_by_distance() -> None:
    one = document(quantities=(quantity("Three", 3), quantity("2", 2)))
    other = document(quantities=(quantity("Three", 3), quantity("2", 4)))
    found = of(one, other).attribute("quantities", "value")
    # Values 3 3 2 4: D = 2 · 2², Σ over ordered pairs (vᵢ - vⱼ)² = 2 · 4 · 2 = 16; n = 4.
    assert is_close(found.alpha, 1 - Fraction(3 * 8, 16))
    assert found.level == "interval"


def test_a_value_that_one_left_open_is_missing_and_counted() -> None:
    one = document(quantities=(quantity("Three", 3), quantity("2", 2)))
    other = document(quantities=(quantity("Three", None), quantity("2", 2)))
    found = of(one, other).attribute("quantities", "value")
    assert (found.unanswered, found.alpha.units) == (1, 1)


def test_several_events_on_one_trigger_are_judged_as_a_set() -> None:
    two = (event("struck"), event("struck", id="v2", type="HARM"))
    report = of(document(events=two), document(events=two[::-1]), layers=["events"])
    found = report.attribute("events", "type")
    assert (found.alpha.units, found.alpha.observed) == (1, 1.0)
    report = of(document(events=two), document(events=two[:1]), layers=["events"])
    assert report.attribute("events", "type").alpha.observed == 0.0


def test_other_answers_and_optional_do_not_matter_on_either_side() -> None:
    plain = document(mention("depot", "FAC"), mention("Velmar", "GPE"), events=(event("struck"),))
    other = Alternative(spans=at(TEXT, "fuel depot"), text="fuel depot")
    marked = document(
        mention("depot", "FAC", alternatives=(other,)),
        mention("Velmar", "GPE", optional=True),
        events=(
            event(
                "struck", arguments=(Argument(role="place", filler="m-depot-1-FAC", optional=True),)
            ),
        ),
    )
    guess = document(mention("fuel depot", "FAC"), events=(event("struck"),))
    for pair in ((marked, guess), (guess, marked)):
        layer = of(*pair).layer("mentions")
        assert is_close(layer.criterion("strict").mean, Fraction(0))
        assert sum(layer.items) == 3
    assert of(plain, marked).layer("mentions").criterion("strict").mean.value == 1.0
    kinds = [finding.kind for finding in of(plain, marked).findings]
    assert kinds == ["item with other accepted answers or optional, taken as marked"]
    arguments = of(plain, marked).layer("arguments").criterion("strict").mean
    assert (arguments.value, arguments.units) == (0.0, 1)


def zone(scored: bool) -> Zone:
    words = "Three rockets fell there on May 2."
    return Zone(id="z", spans=at(TEXT, words), text=words, kind="related", scored=scored)


def test_what_nobody_scores_is_left_out_and_what_one_scores_counts() -> None:
    items = (mention("depot", "FAC"), mention("rockets", "WEA"))
    one = document(*items, zones=(zone(False),))
    other = document(items[0], zones=(zone(False),))
    assert of(one, other).layer("mentions").criterion("strict").mean.value == 1.0
    assert "item in a zone that nobody scores, left out" in {
        finding.kind for finding in of(one, other).findings
    }
    scoring = document(items[0], zones=(zone(True),))
    for pair in ((one, scoring), (scoring, one)):
        found = of(*pair).layer("mentions").criterion("strict").mean
        assert is_close(found, Fraction(2, 3))


def numbers(report: AgreementReport) -> dict[tuple[Any, ...], Any]:
    return {
        (row["layer"], row["attribute"], row["measure"], row["label"], row["annotators"]): (
            row["value"], row["low"], row["high"], row["units"], row["observed"],
        )
        for row in report.rows()
    }  # fmt: skip


def test_no_number_depends_on_who_is_named_first() -> None:
    one, two, three = make_team(7, 3)
    report = agree([one, two, three], names=["a", "b", "c"], resampling=FEW)
    turned = agree([three, two, one], names=["c", "b", "a"], resampling=FEW)
    swapped = {
        (*key[:4], " and ".join(sorted(key[4].split(" and ")))): value
        for key, value in numbers(turned).items()
    }
    assert swapped == numbers(report)
    assert turned.disagreements == report.disagreements


@given(st.integers(0, 10_000), st.integers(1, 3), st.floats(0.05, 0.9))
@settings(max_examples=12, deadline=None)
def test_two_annotators_agree_the_same_in_both_directions(
    seed: int, documents: int, noise: float
) -> None:
    one, two = make_team(documents, 2, seed=seed, noise=noise)
    random = Random(seed)
    there = agree([one, two], names=["a", "b"], resampling=NONE)
    shuffled = [_shuffled(each, random) for each in one]
    random.shuffle(shuffled)
    back = agree([two, shuffled], names=["b", "a"], resampling=NONE)
    ours, theirs = numbers(there), numbers(back)
    for key, value in ours.items():
        who = "b and a" if key[4] == "a and b" else key[4]
        # Sums of parts in another order may differ in their last digit.
        for one_way, other_way in zip(value, theirs[*key[:4], who], strict=True):
            assert (one_way is None) == (other_way is None), key
            assert one_way is None or one_way == pytest.approx(other_way, rel=1e-12), key
    for layer in there.layers:
        for criterion in layer.criteria:
            assert criterion.mean.value == criterion.pairs[0].value
            assert criterion.mean.value is None or 0 <= criterion.mean.value <= 1


def _shuffled(each: dict[str, Any], random: Random) -> dict[str, Any]:
    copy = dict(each)
    for layer in LAYERS:
        if layer in copy:
            copy[layer] = random.sample(copy[layer], len(copy[layer]))
    return copy


def test_who_agrees_with_themselves_agrees_fully() -> None:
    (one,) = make_team(6, 1)
    report = agree([one, one], names=["a", "b"], resampling=FEW)
    for row in report.rows():
        assert row["value"] is None or row["value"] == pytest.approx(1.0), row
        assert (row["reason"] is None) == (row["low"] is not None)
    assert report.disagreements == ()
    assert {each.value for each in (row.whole for row in report.unitising)} == {1.0}


def test_f1_is_the_one_that_score_gives() -> None:
    one, two = make_team(6, 2)
    report = agree([one, two], resampling=NONE)
    scored = score(one, two, errors=0, resampling=NONE)
    for layer in ("mentions", "events", "entities", "hoppers", "zones", "relations"):
        theirs, ours = scored.layer(layer), report.layer(layer)
        for criterion in ours.criteria:
            expected = theirs.criterion(criterion.name).micro.f1
            assert criterion.mean.value == pytest.approx(expected), (layer, criterion.name)


def test_intervals_need_five_documents_that_the_pair_has() -> None:
    one, two, three = make_team(6, 3)
    report = agree([one, two, three[:4]], names=["a", "b", "c"], resampling=FEW)
    strict = report.layer("mentions").criterion("strict")
    assert [each.documents for each in strict.pairs] == [6, 4, 4]
    assert strict.mean.interval is not None
    assert strict.mean.interval.low <= (strict.mean.value or 0) <= strict.mean.interval.high
    assert strict.pairs[0].interval is not None
    assert strict.pairs[1].interval is None
    assert strict.pairs[1].reason == "4 documents; an interval needs at least 5"
    missing = [each for each in report.findings if "lacks" in each.kind]
    assert [each.count for each in missing] == [2]
    assert missing[0].examples[0] == "wire-005 (c)"


def test_pairs_without_a_common_document_have_a_reason_and_no_number() -> None:
    one, two, three = make_team(2, 3)
    report = agree([one, two[:1], three[1:]], resampling=NONE)
    strict = report.layer("mentions").criterion("strict")
    assert strict.pairs[2].value is None
    assert strict.pairs[2].reason == "undefined because no document was annotated by both"
    assert strict.mean.value is not None


def test_a_document_of_one_annotator_is_told_and_not_compared() -> None:
    one, two = make_team(3, 2)
    report = agree([one, two[:2]], names=["a", "b"], resampling=NONE)
    assert report.documents == 2
    assert ("document of one annotator only, not compared", ("wire-003 (a)",)) in [
        (each.kind, each.examples) for each in report.findings
    ]


def test_a_layer_counts_where_both_annotated_it() -> None:
    whole = document(mention("depot", "FAC"), events=(event("struck"),))
    part = document(mention("depot", "FAC"), annotation=Annotation(layers=("mentions",)))
    for pair in ((whole, part), (part, whole)):
        report = of(*pair)
        assert [each.layer for each in report.layers] == ["mentions"]
        assert set(report.not_compared) > {"events", "arguments", "hoppers", "event_links"}
        assert any("not all annotated" in each.kind for each in report.findings)


def test_empty_documents_are_compared_and_nothing_is_claimed() -> None:
    report = of(document(), document())
    assert all(row["value"] is None for row in report.rows())
    assert all(str(row["reason"]).startswith("undefined because") for row in report.rows())


def test_one_side_empty_is_no_agreement() -> None:
    report = of(document(mention("depot", "FAC")), document())
    assert report.layer("mentions").criterion("strict").mean.value == 0.0
    assert report.attribute("mentions", "type").alpha.reason is not None


def test_huge_values_are_compared() -> None:
    big = 10**300
    one = document(quantities=(quantity("Three", big), quantity("2", 2)))
    other = document(quantities=(quantity("Three", big), quantity("2", 3)))
    found = of(one, other).attribute("quantities", "value")
    assert found.alpha.value == pytest.approx(1.0)


def test_disagreements_name_both_sides_with_text() -> None:
    one = document(mention("depot", "FAC"), mention("drone", "WEA"), events=(event("struck"),))
    other = document(mention("depot", "LOC"), events=(event("struck", realis="other"),))
    report = agree([[one], [other]], names=["a", "b"], resampling=NONE)
    found = {(each.kind, each.labels): each for each in report.disagreements}
    assert set(found) == {
        ("label", ("FAC", "LOC")), ("one_only", ("WEA",)), ("value", ("actual", "other")),
    }  # fmt: skip
    (example,) = found["label", ("FAC", "LOC")].examples
    assert example.one is not None
    assert (example.annotators, example.one.label, example.one.text) == (("a", "b"), "FAC", "depot")
    assert found["one_only", ("WEA",)].marked_by == {"a": 1}


def test_the_report_is_plain_json_and_back() -> None:
    report = agree(make_team(5, 2), resampling=FEW)
    encoded = msgspec.json.encode(report)
    assert msgspec.json.decode(encoded, type=AgreementReport) == report
    assert str(report).startswith("mentions (strict): F1 ")


def test_names_come_from_paths_and_differ(tmp_path: Path) -> None:
    one, two = make_team(1, 2)
    for folder, documents in (("anna", one), ("ben", two)):
        (tmp_path / folder).mkdir()
        lines = b"".join(msgspec.json.encode(each) + b"\n" for each in documents)
        (tmp_path / folder / "news.jsonl").write_bytes(lines)
    report = agree([tmp_path / "anna", tmp_path / "ben"], layers=["mentions"], resampling=NONE)
    assert report.pairs == (("anna", "ben"),)
    report = agree(
        [tmp_path / "anna" / "news.jsonl", tmp_path / "ben" / "news.jsonl"],
        layers=["mentions"],
        resampling=NONE,
    )
    assert report.pairs == (("anna", "ben"),)
    with pytest.raises(InputError, match="same name"):
        agree([one, two], names=["a", "a"])
    with pytest.raises(InputError, match="1 names"):
        agree([one, two], names=["a"])


def test_what_cannot_be_compared_is_refused_with_the_place() -> None:
    one = document(mention("depot", "FAC"))
    with pytest.raises(InputError, match="at least two"):
        agree([[one]])
    with pytest.raises(InputError, match="twice"):
        agree([[one, one], [one]])
    with pytest.raises(InputError, match="in common"):
        agree([[one], [make(annotation=ALL, id="other")]])
    with pytest.raises(InputError, match="is not that of"):
        agree([[one], [make("Another text.", annotation=ALL)]])
    with pytest.raises(UnknownName, match="mentionz"):
        agree([[one], [one]], layers=["mentionz"])
    with pytest.raises(InputError, match="event_links"):
        agree([[one], [one]], layers=["event_links"])
    broken = msgspec.structs.replace(one, sha256="0" * 64)
    with pytest.raises(InvalidDocument, match="hash"):
        agree([[one], [broken]])
    with pytest.raises(InvalidDocument, match="document 1 is no document"):
        agree([[one], [{"id": "velmar"}]])


def test_a_reference_to_nothing_names_the_annotator() -> None:
    sound = document(mention("depot", "FAC"), events=(event("struck"),))
    dangling = document(
        events=(event("struck", arguments=(Argument(role="place", filler="m-gone"),)),)
    )
    for pair, names in (((sound, dangling), ["a", "b"]), ((dangling, sound), ["b", "a"])):
        with pytest.raises(InvalidDocument) as problem:
            agree([[each] for each in pair], names=names, resampling=NONE)
        assert problem.value.source == "b, document 'velmar'"
        assert "m-gone" in problem.value.problem


def test_the_passes_over_the_seed_article_agree_as_counted() -> None:
    passes = Path(__file__).parents[3] / "corpus" / "passes"
    report = agree([passes / "annotator-a", passes / "annotator-b"], layers=["mentions"])
    layer = report.layer("mentions")
    assert layer.items == (84, 85)
    # One mention of 169 stands alone.
    assert is_close(layer.criterion("strict").mean, Fraction(168, 169))
    assert report.bootstrap.reason == "1 document; an interval needs at least 5"


def test_gamma_is_computed_where_it_is_asked_for() -> None:
    one, other = make_team(6, 2)
    layers, quick = ["mentions", "times", "events"], Sampling(samples=5, most=5)
    assert agree([one, other], layers=layers, resampling=NONE).gamma == ()
    report = agree([one, other], layers=layers, gamma=quick, resampling=FEW)
    assert [row.layer for row in report.gamma] == ["mentions", "events"]
    (mentions, _) = report.gamma
    texts = [
        [
            [(*item["spans"][0], item["type"]) for item in each["mentions"] if item.get("spans")]
            for each in pair
        ]
        for pair in zip(one, other, strict=True)
    ]
    labels = [each.label for each in mentions.labels]
    counts = gamma_family_counts(texts, labels, sampling=quick)
    for found, sums in ((mentions.gamma, counts.gamma), (mentions.cat, counts.cat)):
        assert found.value == pytest.approx(float(gamma_of(sums.sum(axis=0))), abs=1e-6)
        assert found.interval is not None
        assert found.documents == 6
    assert sum(each.k.units for each in mentions.labels) == mentions.gamma.units
    turned = agree([other, one], layers=layers, gamma=quick, resampling=NONE).gamma[0]
    assert turned.cat.value == pytest.approx(mentions.cat.value)
    rows = [row for row in report.rows() if str(row["measure"]).startswith("gamma")]
    assert len(rows) == sum(2 + len(row.labels) for row in report.gamma)


def test_gamma_says_why_it_is_undefined() -> None:
    document = make_document("d", Random(2), 2)
    bare = document | {"mentions": [], "entities": [], "events": [], "attributions": []}
    bare |= {"relations": [], "incidents": []}
    (mentions,) = agree([[bare], [bare]], layers=["mentions"], gamma=Sampling(most=5)).gamma
    assert mentions.labels == ()
    for each in (mentions.gamma, mentions.cat):
        assert (each.value, each.units) == (None, 0)
        assert each.reason == "undefined because nobody marked a unit"
