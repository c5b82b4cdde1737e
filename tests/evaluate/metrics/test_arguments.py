"""Arguments: what other accepted fillers do to each way to match."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.counting import count
from goldwire.evaluate.metrics.arguments import CRITERIA
from goldwire.schema.document import to_plain
from tests.making import make

WORDS = ("Ann", "Bee", "hit", "shot")
TEXT = " ".join(WORDS)
NAMES = ("m0", "m1")


def spans(at: int) -> list[list[int]]:
    start = TEXT.index(WORDS[at])
    return [[start, start + len(WORDS[at])]]


def document(arguments: tuple[list[dict[str, Any]], ...]) -> dict[str, Any]:
    mentions = [
        {"id": name, "spans": spans(at), "text": WORDS[at], "type": "PER"}
        for at, name in enumerate(NAMES)
    ]
    events = [
        {"id": f"v{at}", "spans": spans(2 + at), "text": WORDS[2 + at], "type": "ATTACK",
         "arguments": own}
        for at, own in enumerate(arguments)
    ]  # fmt: skip
    plain = to_plain(make(TEXT))
    plain["annotation"] = {"layers": ["mentions", "events"]}
    return plain | {"mentions": mentions, "events": events}


def wrong(gold: dict[str, Any], guess: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Spurious and missed arguments by criterion."""
    totals = count([gold], [guess], layers=["arguments"]).layers["arguments"].totals
    found = {}
    for name in CRITERIA:
        right, predicted, hit, whole = totals[name].sum(axis=0).tolist()
        found[name] = (int(predicted - right), int(whole - hit))
    return found


ROLE = st.sampled_from(("agent", "victim"))
FILLER = st.sampled_from(NAMES)
GOLD = st.fixed_dictionaries(
    {"role": ROLE, "filler": FILLER, "alternatives": st.lists(FILLER, max_size=1)}
)
GUESS = st.fixed_dictionaries({"role": ROLE, "filler": FILLER})


GOLDS = st.tuples(st.lists(GOLD, max_size=3), st.lists(GOLD, max_size=1))
GUESSES = st.tuples(st.lists(GUESS, max_size=3), st.lists(GUESS, max_size=1))


@settings(max_examples=150, deadline=None)
@given(GOLDS, GUESSES)
def test_no_criterion_finds_more_wrong_than_strict(
    gold: tuple[list[dict[str, Any]], ...], guess: tuple[list[dict[str, Any]], ...]
) -> None:
    found = wrong(document(gold), document(guess))
    for spurious, missed in found.values():
        assert spurious <= found["strict"][0]
        assert missed <= found["strict"][1]


def test_two_right_answers_are_not_one_right_and_one_wrong_without_their_roles() -> None:
    gold = document(
        (
            [
                {"role": "agent", "filler": "m0", "alternatives": ["m1"]},
                {"role": "victim", "filler": "m0"},
            ],
            [],
        )
    )
    guess = document(([{"role": "agent", "filler": "m1"}, {"role": "victim", "filler": "m0"}], []))
    assert set(wrong(gold, guess).values()) == {(0, 0)}
