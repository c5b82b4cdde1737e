"""Alternatives, options, duplicates, and zones: what is accepted costs nothing anywhere."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate import score
from goldwire.evaluate.report.model import Report
from goldwire.schema.document import Alternative, Document, Mention, Zone
from goldwire.schema.errors import InputError, InvalidDocument
from tests.making import article, make

TEXT = "The old fuel depot near the river burnt, and the depot is gone for good now."


def gold(*mentions: Mention, **more: Any) -> Document:
    annotation = msgspec.structs.replace(article().annotation, layers=("mentions",))
    return make(TEXT, mentions=mentions, annotation=annotation, **more)


def mention(name: str, *spans: tuple[int, int], kind: str = "FAC", **more: Any) -> Mention:
    text = " ".join(TEXT[start:end] for start, end in spans)
    return Mention(id=name, spans=spans, text=text, type=kind, **more)


def of(document: Document, *guesses: dict[str, Any]) -> Report:
    return score([document], [{"id": "velmar", "mentions": list(guesses)}], layers=["mentions"])


def guess(*spans: tuple[int, int], kind: str = "FAC", **more: Any) -> dict[str, Any]:
    return {"spans": spans, "type": kind, **more}


def credits(report: Report) -> dict[str, float | None]:
    return {c.name: c.micro.f1 for c in report.layer("mentions").criteria}


def test_an_accepted_span_is_right_by_every_criterion() -> None:
    item = mention("m1", (0, 40), head=(13, 18), alternatives=(Alternative(spans=((49, 54),)),))
    assert set(credits(of(gold(item), guess((49, 54)))).values()) == {1.0}


def test_an_accepted_type_is_right_in_every_table() -> None:
    item = mention("m1", (8, 18), alternatives=(Alternative(type="LOC"),))
    report = of(gold(item), guess((8, 18), kind="LOC"))
    layer = report.layer("mentions")
    assert set(credits(report).values()) == {1.0}
    assert layer.criterion("strict").macro == layer.criterion("strict").macro_union
    macro = layer.criterion("strict").macro
    assert macro is not None
    assert macro.f1 == 1
    assert layer.confusion == (("FAC", "FAC", 1),)


def test_an_alternative_elsewhere_changes_nothing_here() -> None:
    nested = [mention("m1", (0, 18)), mention("m2", (0, 3)), mention("m3", (8, 18))]
    last = mention("m4", (49, 54))
    other = msgspec.structs.replace(last, alternatives=(Alternative(type="LOC"),))
    guesses = [guess(*m.spans) for m in (*nested, last)]
    one, two = (of(gold(*nested, each), *guesses).layer("mentions") for each in (last, other))
    assert one.errors == two.errors
    assert one.errors["split"] == one.errors["merged"] == 0


@pytest.mark.parametrize("heads", [((8, 12), (13, 18)), ((13, 18), (8, 12))])
def test_which_duplicate_stays_does_not_depend_on_order(heads: Any) -> None:
    item = mention("m1", (8, 18), head=(13, 18))
    report = of(gold(item), *(guess((8, 18), head=head) for head in heads))
    assert credits(report) == credits(of(gold(item), guess((8, 18), head=(8, 12))))


def test_what_a_collapsed_duplicate_accepts_is_kept() -> None:
    plain = mention("m1", (8, 18))
    other = mention("m2", (8, 18), alternatives=(Alternative(spans=((49, 54),)),))
    for items in ((plain, other), (other, plain)):
        assert credits(of(gold(*items), guess((49, 54))))["strict"] == 1


def test_a_prediction_across_neighbouring_unscored_zones_is_ignored() -> None:
    zones = (
        Zone(id="z1", spans=((0, 18),), text=TEXT[:18], kind="chrome", scored=False),
        Zone(id="z2", spans=((19, 39),), text=TEXT[19:39], kind="chrome", scored=False),
        Zone(id="z3", spans=((39, 76),), text=TEXT[39:], kind="body", paragraph=1),
    )
    document = gold(mention("m1", (49, 54)), zones=zones)
    report = of(document, guess((8, 30)), guess((0, 3), (28, 33)), guess((49, 54)))
    assert credits(report)["strict"] == 1
    assert report.layer("mentions").unscored == (0, 2)


def test_the_hash_sees_what_is_accepted() -> None:
    plain = mention("m1", (8, 18))
    changes = [
        msgspec.structs.replace(plain, alternatives=(Alternative(type="LOC"),)),
        msgspec.structs.replace(plain, alternatives=(Alternative(spans=((49, 54),)),)),
        mention("m1", (8, 12), (13, 18)),
    ]
    hashes = [of(gold(each)).signature.gold for each in (plain, *changes)]
    assert len(set(hashes)) == 4


def test_a_head_counts_with_its_fragments() -> None:
    item = mention("m1", (0, 3), (8, 18))
    assert credits(of(gold(item), guess((0, 18))))["head"] == 0


@pytest.mark.parametrize(
    "broken",
    [
        {"spans": ((-9, 5),)}, {"spans": ()}, {"spans": ((0, 10**12),)}, {"head": (0, 10**12)},
        {"head": (-7, 900)}, {"spans": ((5, 2), (8, 9))},
        {"alternatives": (Alternative(spans=((500, 300),)),)},
        {"alternatives": (Alternative(spans=()),)},
    ],
)  # fmt: skip
def test_gold_that_no_text_can_hold_is_refused(broken: dict[str, Any]) -> None:
    item = msgspec.structs.replace(mention("m1", (8, 18)), **broken)
    with pytest.raises(InvalidDocument, match="not in the text of 'velmar'") as caught:
        of(gold(item))
    assert caught.value.pointer == "/mentions/0"


@pytest.mark.parametrize("head", [(0, 10**12), (-7, 900)])
def test_a_predicted_head_outside_the_text_is_refused(head: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="head that is not in the text"):
        of(gold(mention("m1", (8, 18))), guess((8, 18), head=head))


spans = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda s: (s[0], s[0] + s[1]))
labels = st.sampled_from(["FAC", "LOC"])
others = st.lists(
    st.one_of(
        st.builds(lambda span: Alternative(spans=(span,)), spans),
        st.builds(lambda kind: Alternative(type=kind), labels),
    ),
    max_size=2,
)
golds = st.lists(st.tuples(spans, labels, others, st.booleans()), max_size=4)


@given(golds, st.lists(st.tuples(spans, labels), max_size=4))
def test_what_is_right_strictly_is_right_by_every_criterion(items: Any, guesses: Any) -> None:
    document = gold(
        *(
            mention(f"m{n}", span, kind=kind, alternatives=tuple(more), optional=optional)
            for n, (span, kind, more, optional) in enumerate(items)
        )
    )
    layer = of(document, *(guess(span, kind=kind) for span, kind in guesses)).layer("mentions")
    credit = {c.name: c.micro.correct for c in layer.criteria}
    for name in ("exact", "partial", "type", "iou", "head"):
        assert credit["strict"] <= credit[name]
    assert layer.errors["correct"] == credit["strict"]
    for name, whole in credit.items():
        assert sum(row.scores[name].correct for row in layer.labels) == whole
    itself = of(document, *(guess(span, kind=kind) for span, kind, _, _ in items))
    assert itself.layer("mentions").criterion("strict").micro.recall in (None, 1)


def test_labels_without_end_do_not_fill_the_memory() -> None:
    guesses = [guess((8, 18), kind=f"X{n}") for n in range(500)]
    layer = of(gold(mention("m1", (8, 18))), *guesses, guess((8, 18))).layer("mentions")
    assert len(layer.labels) == 66
    assert layer.criterion("strict").micro.correct == 1
