"""Scores: closed forms over counts that add, and what every reader of a score may rely on."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate import score
from goldwire.evaluate.layers import SCORED_LAYERS
from goldwire.evaluate.report.model import LayerReport, Report
from goldwire.evaluate.scores import Score, macro, score_of
from goldwire.schema.document import (
    LAYERS,
    Alternative,
    Argument,
    Document,
    Mention,
    Relation,
    to_plain,
)
from goldwire.schema.errors import UnknownName
from tests.making import TEXT, article, at, changed

replace = msgspec.structs.replace
WORDS = ["Drone", "hits", "depot", "near", "Velmar", "police", "rockets", "reporters", "fuel"]


def one(report: Report, layer: str, criterion: str = "strict") -> Score:
    return report.layer(layer).criterion(criterion).micro


def predicted(*mentions: tuple[int, int, str], **more: Any) -> dict[str, Any]:
    items = [{"start": start, "end": end, "type": kind} for start, end, kind in mentions]
    return {"id": "velmar", "mentions": items, **more}


def test_gold_against_itself_scores_1_everywhere() -> None:
    report = score([article()], [article()])
    assert {layer.layer for layer in report.layers} == set(SCORED_LAYERS)
    for layer in report.layers:
        for criterion in layer.criteria:
            micro = criterion.micro
            nothing = not (micro.gold or micro.predicted)
            assert micro.f1 == (None if nothing else 1), (layer.layer, criterion.name)
            assert criterion.macro is None or criterion.macro.f1 == 1
        assert sum(n for name, n in layer.errors.items() if name != "correct") == 0
    assert report.errors == ()


def test_nothing_predicted() -> None:
    report = score([article()], [{"id": "velmar"}])
    whole = one(report, "mentions")
    assert (whole.precision, whole.recall, whole.f1) == (None, 0.0, 0.0)
    assert report.findings == ()


def test_a_document_without_a_prediction_is_a_miss_and_is_listed() -> None:
    report = score([article()], [])
    assert one(report, "mentions").recall == 0
    assert report.findings[0].kind == "document without a prediction"
    assert report.findings[0].examples == ("velmar",)


def test_neither_gold_nor_predictions_is_undefined() -> None:
    empty = replace(article(), relations=())
    report = score([empty], [{"id": "velmar"}])
    whole = one(report, "relations")
    assert (whole.precision, whole.recall, whole.f1) == (None, None, None)
    assert report.layer("relations").empty_documents == 1


def test_the_criteria_differ_as_they_should() -> None:
    text = "the fuel depot near Velmar burnt"
    gold = _document(text, [("fuel depot", "FAC"), ("Velmar", "GPE")])
    start = text.index("depot")
    guesses = [
        {"start": start, "end": start + 5, "type": "FAC"},
        {"start": text.index("Velmar"), "end": text.index("Velmar") + 6, "type": "LOC"},
    ]
    report = score([gold], [{"id": "velmar", "mentions": guesses}])
    credit = {c.name: c.micro.correct for c in report.layer("mentions").criteria}
    assert credit == {
        "strict": 0, "exact": 1, "partial": 1.5, "type": 1, "iou": 1, "head": 1, "characters": 5,
    }  # fmt: skip
    assert report.layer("mentions").errors == {
        "correct": 0, "wrong_type": 1, "wrong_boundary": 1, "wrong_both": 0, "missed": 0,
        "spurious": 0, "split": 0, "merged": 0,
    }  # fmt: skip


def _document(text: str, mentions: list[tuple[str, str]], **more: Any) -> Document:
    from tests.making import make

    items = tuple(
        Mention(
            id=f"m{n}", spans=at(text, words), text=words, type=kind, level="NOM",
            head=_head(text, words), **more,
        )
        for n, (words, kind) in enumerate(mentions)
    )  # fmt: skip
    annotation = replace(article().annotation, layers=("mentions",))
    return make(text, mentions=items, annotation=annotation)


def _head(text: str, words: str) -> tuple[int, int]:
    end = text.index(words) + len(words)
    return end - len(words.rsplit(maxsplit=1)[-1]), end


def test_split_and_merged() -> None:
    text = "the fuel depot of Velmar burnt"
    gold = _document(text, [("fuel depot of Velmar", "FAC")])
    parts = [_guess(text, "fuel depot"), _guess(text, "Velmar")]
    report = score([gold], [{"id": "velmar", "mentions": parts}])
    assert report.layer("mentions").errors["split"] == 1
    gold = _document(text, [("fuel depot", "FAC"), ("Velmar", "FAC")])
    whole = [_guess(text, "fuel depot of Velmar")]
    report = score([gold], [{"id": "velmar", "mentions": whole}])
    assert report.layer("mentions").errors["merged"] == 1


def _guess(text: str, words: str, kind: str = "FAC") -> dict[str, Any]:
    start = text.index(words)
    return {"start": start, "end": start + len(words), "type": kind}


def test_optional_gold_is_neither_hit_nor_miss() -> None:
    gold = changed(article(), "mentions", 0, optional=True)
    exact = [(*m.spans[0], m.type) for m in gold.mentions]
    assert one(score([gold], [predicted(*exact)]), "mentions").f1 == 1
    without = one(score([gold], [predicted(*exact[1:])]), "mentions")
    assert (without.f1, without.gold, without.predicted) == (1, 9, 9)
    other = [(exact[0][0], exact[0][1], "VEH"), *exact[1:]]
    report = score([gold], [predicted(*other)])
    assert one(report, "mentions").f1 == 1
    assert report.layer("mentions").ignored == 1


def test_alternatives_count_as_a_match() -> None:
    whole = at(TEXT, "A drone")
    accepted = (Alternative(spans=whole, text="A drone"), Alternative(type="VEH"))
    gold = changed(article(), "mentions", 4, alternatives=accepted)
    exact = [(*m.spans[0], m.type) for m in gold.mentions]
    for other in ((*whole[0], "WEA"), (*exact[4][:2], "VEH")):
        guesses = [*exact[:4], other, *exact[5:]]
        report = score([gold], [predicted(*guesses)], layers=["mentions"])
        assert one(report, "mentions").f1 == 1, other
        rows = {row.label: (row.gold, row.scores["strict"].recall) for row in
                report.layer("mentions").labels}  # fmt: skip
        assert rows["WEA"] == (3, 1.0)


def test_predictions_in_unscored_zones_are_ignored() -> None:
    zones = [replace(z, scored=False, kind="chrome") if z.id == "z1" else z
             for z in article().zones]  # fmt: skip
    gold = replace(article(), zones=tuple(zones), mentions=article().mentions[3:])
    exact = [(*m.spans[0], m.type) for m in gold.mentions]
    report = score([gold], [predicted((0, 5, "WEA"), *exact)])
    assert one(report, "mentions").f1 == 1
    assert report.layer("mentions").unscored == (0, 1)


def test_a_layer_that_is_not_declared_is_not_scored() -> None:
    annotation = replace(article().annotation, layers=("mentions",))
    report = score([replace(article(), annotation=annotation)], [article()])
    assert [layer.layer for layer in report.layers] == ["mentions"]
    assert "annotation.layers" in report.not_scored["events"]


def test_duplicates_collapse_and_are_counted() -> None:
    exact = [(*m.spans[0], m.type) for m in article().mentions]
    report = score([article()], [predicted(*exact, *exact[:3])])
    assert one(report, "mentions").f1 == 1
    assert report.layer("mentions").duplicates == (0, 3)


def test_an_argument_on_the_wrong_event_is_right_only_unattached() -> None:
    moved = changed(article(), "events", 0, arguments=(
        *article().events[0].arguments, Argument(role="time", filler="t1")))  # fmt: skip
    moved = changed(moved, "events", 1, arguments=article().events[1].arguments[:2])
    report = score([article()], [moved])
    assert one(report, "arguments", "unattached").f1 == 1
    assert one(report, "arguments").correct == 6


def test_alternatives_of_fillers_and_optional_arguments() -> None:
    gold = changed(article(), "events", 1, arguments=(
        Argument(role="instrument", filler="m5", alternatives=("m1",)),
        Argument(role="target", filler="m6", optional=True),
        Argument(role="time", filler="t1")))  # fmt: skip
    guess = changed(article(), "events", 1, arguments=(
        Argument(role="instrument", filler="m1"), Argument(role="time", filler="t1")))  # fmt: skip
    report = score([gold], [guess])
    assert one(report, "arguments").f1 == 1


def test_relations() -> None:
    gold = replace(article(), relations=(
        Relation(id="r1", type="near", head="m6", tail="m7"),
        Relation(id="r2", type="opposes", head="m8", tail="m9")))  # fmt: skip
    guess = replace(article(), relations=(
        Relation(id="r1", type="near", head="m7", tail="m6"),
        Relation(id="r2", type="opposes", head="m9", tail="m8")))  # fmt: skip
    report = score([gold], [guess])
    strict = {row.label: row.scores["strict"].f1 for row in report.layer("relations").labels}
    assert strict == {"near": 0, "opposes": 1}
    other = changed(gold, "mentions", 5, type="LOC")
    report = score([gold], [other])
    assert one(report, "relations").correct == 1
    assert one(report, "relations", "boundary").correct == 2


def test_quotes_are_placed_and_what_cannot_be_costs_precision() -> None:
    quotes = [
        {"quote": {"exact": "police"}, "type": "ORG"},
        {"quote": {"exact": "Velmar", "prefix": "depot near "}, "type": "GPE"},
        {"quote": {"exact": "an embassy in flames"}, "type": "FAC"},
    ]
    report = score([article()], [{"id": "velmar", "mentions": quotes}])
    whole = one(report, "mentions")
    assert (whole.correct, whole.predicted) == (2, 3)
    assert report.findings[0].kind == "quote not in the text"


def test_macro_is_over_types_with_gold_and_the_union_is_beside_it() -> None:
    report = score([article()], [predicted((0, 5, "WEA"), (6, 10, "NORP"))])
    criterion = report.layer("mentions").criterion("strict")
    assert criterion.macro is not None
    assert criterion.macro_union is not None
    assert criterion.macro.f1 == pytest.approx((2 * 1 / 4) / 5)
    assert criterion.macro_union.f1 == pytest.approx((2 * 1 / 4) / 6)


def test_unknown_layers_are_refused() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'mentions'"):
        score([article()], [], layers=["mention"])


def test_signature_and_rows() -> None:
    report = score([article()], [article()])
    assert report.signature.documents == 1
    assert report.signature.schema == "newswire/1.0"
    assert "gold " in report.signature.short()
    rows = report.rows()
    assert {"system", "layer", "criterion", "label", "f1"} <= set(rows[0])
    assert json.loads(msgspec.json.encode(report))["signature"]["goldwire"]


spans = st.tuples(st.sampled_from(WORDS), st.sampled_from(["WEA", "FAC", "GPE", "ORG"]))
documents = st.lists(
    st.tuples(st.lists(spans, max_size=6), st.lists(spans, max_size=6)), min_size=1, max_size=5
)


def _pair(number: int, gold: Any, guess: Any) -> tuple[Document, dict[str, Any]]:
    name = f"d{number}"
    chosen = {(at(TEXT, words), kind): words for words, kind in gold}
    items = tuple(
        Mention(id=f"m{i}", spans=where, text=words, type=kind)
        for i, ((where, kind), words) in enumerate(chosen.items())
    )
    annotation = replace(article().annotation, layers=("mentions",))
    document = replace(
        article(), id=name, annotation=annotation, mentions=items,
        **dict.fromkeys([layer for layer in LAYERS if layer not in ("zones", "mentions")], ()),
    )  # fmt: skip
    return document, {"id": name, "mentions": [_guess(TEXT, words, kind) for words, kind in guess]}


def _numbers(layer: LayerReport) -> dict[str, tuple[float, int, int]]:
    return {c.name: (c.micro.correct, c.micro.gold, c.micro.predicted) for c in layer.criteria}


@settings(max_examples=60)
@given(documents, st.randoms(use_true_random=False))
def test_order_never_matters_and_counts_add_over_any_partition(cases: Any, random: Any) -> None:
    pairs = [_pair(number, gold, guess) for number, (gold, guess) in enumerate(cases)]
    whole = score([g for g, _ in pairs], [p for _, p in pairs], layers=["mentions"])
    shuffled = [
        (replace(g, mentions=tuple(random.sample(g.mentions, len(g.mentions)))),
         {**p, "mentions": random.sample(p["mentions"], len(p["mentions"]))})
        for g, p in random.sample(pairs, len(pairs))
    ]  # fmt: skip
    again = score(
        [g for g, _ in shuffled], [p for _, p in random.sample(shuffled, len(shuffled))],
        layers=["mentions"],
    )  # fmt: skip
    assert again.layers == whole.layers
    assert again.signature == whole.signature
    parts = [score([g], [p], layers=["mentions"]).layer("mentions") for g, p in pairs]
    for name, numbers in _numbers(whole.layer("mentions")).items():
        summed = [sum(values) for values in zip(*(_numbers(p)[name] for p in parts), strict=True)]
        assert summed == list(numbers), name


@settings(max_examples=60)
@given(documents)
def test_per_type_counts_sum_to_the_total(cases: Any) -> None:
    pairs = [_pair(number, gold, guess) for number, (gold, guess) in enumerate(cases)]
    report = score([g for g, _ in pairs], [p for _, p in pairs], layers=["mentions"])
    layer = report.layer("mentions")
    for criterion in layer.criteria:
        rows = [row.scores[criterion.name] for row in layer.labels]
        assert sum(row.correct for row in rows) == criterion.micro.correct
        assert sum(row.gold for row in rows) == criterion.micro.gold
    divided = ("correct", "wrong_type", "wrong_boundary", "wrong_both", "missed")
    assert sum(layer.errors[name] for name in divided) == layer.gold


@settings(max_examples=60)
@given(documents, spans)
def test_a_wrong_prediction_never_raises_precision(cases: Any, extra: tuple[str, str]) -> None:
    pairs = [_pair(number, gold, guess) for number, (gold, guess) in enumerate(cases)]
    gold, guess = pairs[0]
    wrong = _guess(TEXT, extra[0], "NORP")
    before = one(score([gold], [guess], layers=["mentions"]), "mentions")
    worse = {**guess, "mentions": [*guess["mentions"], wrong]}
    after = one(score([gold], [worse], layers=["mentions"]), "mentions")
    assert (after.precision or 0) <= (before.precision or 0)
    assert after.recall == before.recall


def test_renaming_ids_changes_nothing() -> None:
    plain = json.dumps(to_plain(article()))
    renamed = plain.replace('"m', '"x').replace('"t1"', '"y1"').replace('"xentions"', '"mentions"')
    renamed = renamed.replace('"xetadata"', '"metadata"').replace('"xin"', '"min"')
    renamed = renamed.replace('"xax"', '"max"').replace('"xissing"', '"missing"')
    renamed = renamed.replace('"xinutes"', '"minutes"').replace('"xodifier"', '"modifier"')
    renamed = renamed.replace('"xain"', '"main"').replace('"xunition"', '"munition"')
    assert (
        score([article()], [json.loads(renamed)]).layers == score([article()], [article()]).layers
    )


def test_the_gold_hash_sees_arguments_relations_and_scored_zones() -> None:
    def known(gold: Document) -> str:
        return score([gold], [article()]).signature.gold

    changes = [
        replace(article(), relations=()),
        changed(article(), "relations", 0, type="located_in"),
        changed(article(), "events", 0, arguments=article().events[0].arguments[:1]),
        changed(article(), "zones", 0, scored=False, kind="chrome"),
        changed(article(), "mentions", 0, type="VEH"),
        changed(article(), "mentions", 0, optional=True),
    ]
    hashes = [known(article()), *map(known, changes)]
    assert len(set(hashes)) == len(hashes)


def test_a_quote_that_is_nowhere_is_shown_as_it_was_given() -> None:
    quote = {"quote": {"exact": "an embassy in flames"}, "type": "FAC"}
    report = score([article()], [{"id": "velmar", "mentions": [quote]}], layers=["mentions"])
    row = next(row for row in report.errors if row.error == "spurious")
    assert row.predicted is not None
    assert (row.predicted.spans, row.predicted.text) == ((), "an embassy in flames")


def test_closed_forms() -> None:
    whole = score_of(4, 5, 2)
    assert (whole.precision, whole.recall) == (0.4, 0.5)
    assert whole.f1 == pytest.approx(4 / 9)
    assert score_of(0, 3, 0).f1 == 0
    assert macro([]) is None
    assert macro([score_of(0, 3, 0)]) is None


@settings(max_examples=25)
@given(documents)
def test_the_size_of_blocks_does_not_matter(cases: Any) -> None:
    from goldwire.evaluate.reading import pairing

    pairs = [_pair(number, gold, guess) for number, (gold, guess) in enumerate(cases)]
    gold, guesses = [g for g, _ in pairs], [p for _, p in pairs]
    whole = score(gold, guesses)
    usual, pairing._DOCUMENTS = pairing._DOCUMENTS, 1
    try:
        assert score(gold, guesses) == whole
    finally:
        pairing._DOCUMENTS = usual
