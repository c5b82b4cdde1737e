"""Chains that are not found whole: which, with which predicted chain, and with what beside."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.diagnostics.listing import list_errors
from goldwire.evaluate.errors.chains import wrong_chains
from goldwire.evaluate.metrics.coreference import Chains
from goldwire.evaluate.report.model import ErrorRow, Side
from goldwire.schema.document import to_plain
from tests.making import article

replace = msgspec.structs.replace


def chains(*entities: str) -> Chains:
    """Chains of one document; items are letters, the same on both sides."""
    rows = [(ord(item), number) for number, items in enumerate(entities) for item in items]
    item, entity = np.array(rows, np.int64).reshape(-1, 2).T
    return Chains(np.zeros(len(rows), np.int64), item, entity)


def told(gold: Chains, predicted: Chains) -> tuple[list[tuple[int, ...]], list[int]]:
    size = int(predicted.entity.max(initial=-1)) + 1
    found = wrong_chains(gold, predicted, np.arange(size))
    rows = zip(*(each.tolist() for each in (found.gold, found.best, found.together, found.others)),
               strict=True)  # fmt: skip
    return list(rows), found.spurious.tolist()


def test_equal_chains_are_right_whatever_their_numbers() -> None:
    assert told(chains("abc", "d", "ef"), chains("fe", "cab", "d")) == ([], [])


def test_a_chain_in_two_parts_is_told_with_the_larger_one() -> None:
    assert told(chains("abcd"), chains("ab", "cxy", "d")) == ([(0, 0, 2, 0)], [])
    assert told(chains("abcd"), chains("axy", "bc")) == ([(0, 1, 2, 0)], [])


def test_of_parts_that_hold_equally_much_the_smaller_then_the_first_is_told() -> None:
    assert told(chains("abcd"), chains("abx", "cd")) == ([(0, 1, 2, 0)], [])
    assert told(chains("abcd"), chains("ab", "cd")) == ([(0, 0, 2, 0)], [])


def test_two_chains_in_one_are_both_told_with_the_others_beside_them() -> None:
    assert told(chains("ab", "c"), chains("abc")) == ([(0, 0, 2, 1), (1, 0, 1, 2)], [])


def test_missed_chains_have_no_partner_and_spurious_ones_share_nothing() -> None:
    assert told(chains("ab"), chains("xy", "z")) == ([(0, -1, 0, 0)], [0, 1])
    assert told(chains("ab"), chains()) == ([(0, -1, 0, 0)], [])
    assert told(chains(), chains("x")) == ([], [0])


_SIDES = st.lists(st.integers(0, 4), min_size=1, max_size=9)


@given(_SIDES, _SIDES)
def test_a_gold_chain_is_right_exactly_where_a_predicted_one_is_equal(
    one: list[int], other: list[int]
) -> None:
    def side(numbers: list[int]) -> tuple[Chains, dict[int, frozenset[int]]]:
        entity = np.unique(numbers, return_inverse=True)[1]
        items = np.arange(len(numbers))
        held = {e: frozenset(items[entity == e].tolist()) for e in set(entity.tolist())}
        return Chains(np.zeros_like(items), items, entity), held

    (gold, golds), (predicted, guesses) = side(one), side(other)
    rows, spurious = told(gold, predicted)
    assert {row[0] for row in rows} == {e for e, held in golds.items() if held not in
                                        guesses.values()}  # fmt: skip
    common = {e for e, held in guesses.items() if any(held & each for each in golds.values())}
    assert set(spurious) == set(guesses) - common
    for chain, best, together, others in rows:
        shared = [len(golds[chain] & held) for held in guesses.values()]
        assert together == max(shared, default=0)
        if best >= 0:
            assert len(golds[chain] & guesses[best]) == together
            assert len(guesses[best]) == together + others


def entities(prediction: dict[str, Any], name: str = "entities") -> list[ErrorRow]:
    found = list(list_errors([article()], [prediction], layers=[name]))
    return [row for row in found if isinstance(row, ErrorRow)]


def test_a_chain_shows_its_type_all_its_spans_and_its_first_item() -> None:
    prediction = to_plain(article())
    for each in prediction["mentions"]:
        if each["id"] == "m7":
            each["entity"] = "e9"
    (row,) = entities(prediction)
    text = article().text
    assert (row.layer, row.error, row.reason) == ("entities", "partial", None)
    assert row.gold is not None
    assert row.predicted is not None
    assert row.gold.label == "GPE"
    assert row.gold.text == "Velmar (3 mentions, 2 found together)"
    assert [text[a:b] for a, b in row.gold.spans] == ["Velmar", "VELMAR", "Velmar"]
    assert row.predicted.text == "Velmar (2 mentions)"
    assert "⟦Velmar⟧" in row.context


def test_missed_and_spurious_chains_stand_alone() -> None:
    prediction = to_plain(article())
    prediction["mentions"] = [each for each in prediction["mentions"] if each["id"] != "m8"]
    prediction["mentions"].append({"spans": [[0, 1]], "type": "PER", "entity": "other"})
    missed, spurious = sorted(entities(prediction), key=lambda row: row.error)
    assert (missed.error, missed.predicted) == ("missed", None)
    assert missed.gold is not None
    assert (missed.gold.label, missed.gold.text) == ("ORG", "police")
    assert (spurious.error, spurious.gold) == ("spurious", None)
    assert spurious.predicted is not None
    assert spurious.predicted.text == "D"


def test_a_chain_without_a_place_says_why() -> None:
    prediction = to_plain(article())
    prediction["mentions"].append(
        {"quote": {"exact": "nobody wrote this"}, "type": "PER", "entity": "lost"}
    )
    (row,) = entities(prediction)
    assert (row.error, row.reason, row.context) == ("spurious", "quote not in the text", "")
    assert row.predicted is not None
    assert (row.predicted.spans, row.predicted.text) == ((), "nobody wrote this")


def test_in_a_document_without_gold_every_chain_is_spurious() -> None:
    stray = {"id": "stray", "mentions": [{"spans": [[0, 3]], "type": "PER", "entity": "a"}]}
    found = list(list_errors([article()], [to_plain(article()), stray], layers=["entities"]))
    (row,) = [each for each in found if isinstance(each, ErrorRow)]
    assert (row.document, row.error, row.reason) == ("stray", "spurious", "unknown document")
    assert row.predicted == Side("PER", ((0, 3),), "")
