"""Judgements: values that say the same are one, as they are for scores."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.agreement import AgreementReport, agree
from goldwire.evaluate.agreement.model import AttributeAgreement
from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.scoring import score
from goldwire.schema.document import LAYERS, Annotation, Document, Quantity, Time
from tests.making import TEXT, at, make

ALL = Annotation(layers=tuple(layer for layer in LAYERS if layer != "event_links"))
NONE = Resampling(resamples=0)
WORDS = ("Three", "depot", "drone")


def quantities(*given: Any, unit: str | None = None, kind: str = "distance") -> Document:
    """A quantity on each of the words: a value, or (kind, value, min, max, unit)."""
    rows = [each if isinstance(each, tuple) else (kind, each, None, None, unit) for each in given]
    items = [
        Quantity(id=f"q-{word}", spans=at(TEXT, word), text=word, kind=row[0], value=row[1],
                 min=row[2], max=row[3], unit=row[4])
        for word, row in zip(WORDS, rows, strict=False)
    ]  # fmt: skip
    return make(annotation=ALL, quantities=tuple(items))


def times(*given: tuple[str | None, str | None]) -> Document:
    items = [
        Time(id=f"t-{word}", spans=at(TEXT, word), text=word, type="DATE", value=value, edtf=edtf)
        for word, (value, edtf) in zip(WORDS, given, strict=False)
    ]
    return make(annotation=ALL, times=tuple(items))


def report_of(*versions: Document, layer: str) -> AgreementReport:
    return agree([[version] for version in versions], layers=[layer], resampling=NONE)


def of(*versions: Document, layer: str = "quantities") -> AttributeAgreement:
    return report_of(*versions, layer=layer).attribute(layer, "value")


def test_numbers_are_compared_in_their_base_unit() -> None:
    near = quantities(2, 5, 3, unit="km")
    found = of(near, quantities(2000, 5000, 3000, unit="m"))
    assert (found.alpha.value, found.alpha.observed, found.cohen[0].value) == (1.0, 1.0, 1.0)
    far = of(near, quantities(2, 5, 3, unit="m"))
    assert far.alpha.observed == 0.0
    assert (far.alpha.value or 0) < 0
    # 2000 5000 3000 against 2 5 3, each near the other in metres: as of plain numbers.
    plain = of(quantities(2000, 5000, 3000), quantities(2, 5, 3))
    assert far.alpha.value == pytest.approx(plain.alpha.value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("money", 5, None, None, "USD"), ("money", 5, None, None, "EUR")),
        (("distance", 5, None, None, "km"), ("distance", 5, None, None, None)),
        (("count", 5, None, None, None), ("ordinal", 5, None, None, None)),
        (("count", 5, None, None, None), ("count", None, 5, None, None)),
    ],
)
def test_what_cannot_be_converted_is_another_category(one: Any, other: Any) -> None:
    rest = [("count", 3, None, None, None), ("count", 4, None, None, None)]
    found = of(quantities(one, *rest), quantities(other, *rest))
    assert found.alpha.observed == pytest.approx(2 / 3)
    # One place of three differs by 1, in both orders: n = 6, D = 2.
    assert found.alpha.value == pytest.approx(1 - 5 * 2 / _expected(one, other))


def _expected(*values: Any) -> float:
    numbers = {"count": [3.0, 3.0, 4.0, 4.0]}
    for kind, value, _, _, unit in values:
        key = kind if unit is None and value is not None else f"{kind} {value} {unit}"
        numbers.setdefault(key, []).append(float(value or 0))
    total = 0.0
    for name, own in numbers.items():
        reach = max(own) - min(own) or 1.0
        total += sum(((x - y) / reach) ** 2 for x in own for y in own)
        total += sum(len(own) * len(others) for key, others in numbers.items() if key != name)
    return total


def test_alpha_does_not_mix_scales() -> None:
    """Persons 2 and 3 and metres 5000 and 6000: on one scale the persons would all be equal."""
    metres = ("distance", 5000, None, None, "m")
    one = quantities(("count", 2, None, None, None), ("count", 3, None, None, None), metres)
    other = quantities(("count", 3, None, None, None), ("count", 2, None, None, None), metres)
    # Values 2 3 3 2 and 5000 twice: D = 2 · 2, expected 2 · 4 + 2 · 4 · 2 = 24; n = 6.
    assert of(one, other).alpha.value == pytest.approx(1 - 5 * 4 / 24)


def test_rounded_conversions_are_equal_as_they_are_for_scores() -> None:
    miles, kilometres = quantities(5, unit="mile"), quantities(8, unit="kilometre")
    assert of(miles, kilometres).alpha.observed == 1.0
    assert of(kilometres, miles).alpha.observed == 1.0


def test_ranges_are_judged() -> None:
    found = of(
        quantities(("count", None, 24, None, None), ("count", 3, None, None, None)),
        quantities(("count", None, 24, None, None), ("count", 3, 3, 3, None)),
    )
    assert (found.alpha.value, found.alpha.units, found.unanswered) == (1.0, 2, 0)


def test_units_are_named_by_what_they_are() -> None:
    report = report_of(
        quantities(2, 5, 7, unit="km"),
        quantities(("distance", 2, None, None, "kilometre"), ("distance", 5, None, None, "m"), 7),
        layer="quantities",
    )
    assert report.attribute("quantities", "unit").alpha.observed == 0.5


def test_times_are_compared_in_one_form() -> None:
    one = times(("2022-SU", None), ("P24M", None), ("2022-04-30T10:00:00", None))
    other = times((None, "2022-22"), ("P2Y", None), (None, "2022-04-30T10:00:00"))
    assert of(one, other, layer="times").alpha.observed == 1.0


def test_what_is_not_all_equal_stays_apart() -> None:
    known = "2022-04-30"
    one, two, three = (times((v, known)) for v in ("PAST_REF", None, "PRESENT_REF"))
    assert of(one, two, layer="times").alpha.observed == 1.0
    apart = {of(*team, layer="times").alpha.observed for team in permutations((one, two, three))}
    assert apart == {0.0}


numbers = st.none() | st.sampled_from([0, 2, 5, 8, 2000, 3.2])
rows = st.tuples(
    st.just("distance"), numbers, numbers, numbers,
    st.sampled_from([None, "km", "kilometre", "m", "mile", "hour"]),
)  # fmt: skip
notations = st.sampled_from(
    ["2022-SU", "2022-22", "2022-06/2022-08", "2022-Q2", "2022-34", "P1W", "P7D", "no value"]
)
pairs = st.tuples(st.none() | notations, st.none() | notations)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(rows, min_size=3, max_size=3), st.lists(rows, min_size=3, max_size=3),
    st.lists(pairs, min_size=3, max_size=3), st.lists(pairs, min_size=3, max_size=3),
)  # fmt: skip
def test_the_share_of_equal_values_is_that_of_scores(
    one: list[Any], other: list[Any], early: list[Any], late: list[Any]
) -> None:
    sides = {
        "quantities": (quantities(*one), quantities(*other)),
        "times": (times(*early), times(*late)),
    }
    for layer, (gold, predicted) in sides.items():
        agreed = of(gold, predicted, layer=layer).alpha
        found = score([gold], [predicted], layers=[layer], resampling=NONE).layer(layer)
        right = next(each.right for each in found.accuracies if each.attribute == "value")
        assert right == round((agreed.observed or 0) * agreed.units)
