"""Quotes to offsets: tiers, context, order, what cannot be placed, and what order may not do."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.quoting.placing import Quote, QuotePlacement, place_quotes, with_offsets
from goldwire.evaluate.quoting.search import QuoteSearch, likeness
from goldwire.evaluate.reading.predictions import Event, Mention, anchored_spans
from goldwire.evaluate.scoring import score
from goldwire.schema.document import Annotation, Document
from goldwire.schema.document import Mention as GoldMention

TEXT = (
    "The base was hit. Nobody in the base was hurt, police said; police in Tolen said the old"
    " base is empty.\nColonel Vael’s “Red Dawn” unit, from the U.S., lost 15 rockets."
)


def one(quote: str, text: str = TEXT, **context: Any) -> QuotePlacement:
    return place_quotes(text, [Quote(quote, **context)])[0]


def said(placement: QuotePlacement, text: str = TEXT) -> str | None:
    return None if placement.span is None else text[slice(*placement.span)]


def starts(text: str, *quotes: Quote) -> list[int | None]:
    return [place.span and place.span[0] for place in place_quotes(text, quotes)]


def test_a_quote_with_one_place_is_exact() -> None:
    placement = one("Tolen")
    assert (said(placement), placement.how, placement.similarity) == ("Tolen", "exact", 1.0)


def test_context_decides_between_equal_places() -> None:
    first = one("base", prefix="Nobody in the ")
    assert (first.how, first.span) == ("context", (32, 36))
    assert one("base", suffix=" was hit.").span == (4, 8)
    assert one("base", prefix="THE “OLD”").span == (TEXT.index("base is"), TEXT.index(" is empty"))


def test_equal_quotes_go_to_successive_places_and_begin_again() -> None:
    assert starts(TEXT, *[Quote("police")] * 3) == [47, 60, 47]
    assert [each.how for each in place_quotes(TEXT, [Quote("police")] * 2)] == ["order"] * 2


def test_a_place_that_context_gave_away_is_passed_over() -> None:
    items = [Quote("base"), Quote("base"), Quote("base", prefix="Nobody in the")]
    assert starts(TEXT, *items) == [4, TEXT.index("base is"), 32]


def test_equal_contexts_that_fit_several_places_go_there_in_order() -> None:
    text = "the base, a base, the base, a base"
    items = [Quote("base", prefix="the"), Quote("base"), Quote("base", prefix="the"), Quote("base")]
    assert starts(text, *items) == [4, 12, 22, 30]


def test_a_number_counts_places_and_one_too_many_is_nowhere() -> None:
    assert one("base", occurrence=2).how == "occurrence"
    assert one("base", occurrence=2).span == (32, 36)
    lost = one("base", occurrence=4)
    assert (lost.span, lost.how) == (None, "nowhere")
    assert [one("base", occurrence=n).span for n in (0, -1, 10**30)] == [None] * 3
    assert lost.reason == "the quote stands 3 times in the text, and number 4 is asked for"


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("NOBODY in the  BASE was hurt", "Nobody in the base was hurt"),
        ('is empty. colonel Vael\'s "red dawn"', "is empty.\nColonel Vael’s “Red Dawn”"),
        ('"Red Dawn"', "“Red Dawn”"),
        ("Red-Dawn", "Red Dawn"),
        ("from the US", "from the U.S"),
        ("from the US.", "from the U.S."),
        ("Cólonel Vael", "Colonel Vael"),
        ("nobodyinthe base", "Nobody in the base"),
    ],
)
def test_case_blanks_punctuation_and_accents_are_no_matter(quote: str, found: str) -> None:
    placement = one(quote)
    assert (said(placement), placement.how, placement.similarity) == (found, "words", 1.0)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("Nobody in the bases was hurt", "Nobody in the base was hurt"),
        ("Tolen said the older base is emp…", "Tolen said the old base is empty"),
        ("Colonel Vaele", "Colonel Vael"),
        ("Colonl Vael’s “Red Dawn” units", "Colonel Vael’s “Red Dawn” unit"),
        ("unit, from the U.S., which lost 15 rocket", "unit, from the U.S., lost 15 rockets"),
    ],
)  # fmt: skip
def test_similar_words_are_placed_as_whole_words(quote: str, found: str) -> None:
    placement = one(quote)
    assert placement.how == "fuzzy", placement
    assert placement.span is not None
    start, end = placement.span
    at = TEXT.index(found.strip("“”"))
    assert abs(start - at) <= 1
    assert end == TEXT.index(found) + len(found)
    assert 0.8 <= placement.similarity < 1


@pytest.mark.parametrize(
    "quote",
    [
        "lost 16 rockets",  # another number
        "an embassy in flames",
        "bse",  # too short to be similar to anything
        "nolice",  # one word with another first letter
        "—",
    ],
)
def test_what_is_not_there_is_nowhere_with_a_reason(quote: str) -> None:
    placement = one(quote)
    assert (placement.span, placement.how) == (None, "nowhere")
    assert placement.reason == "neither the quote nor anything similar enough stands in the text"
    assert one(" ").reason == "the quote is empty"


def test_similarity_can_be_turned_off() -> None:
    assert place_quotes(TEXT, [Quote("Colonel Vaele")], threshold=1.1)[0].span is None
    assert place_quotes(TEXT, [Quote("colonel vael")], threshold=1.1)[0].how == "words"


def test_a_quote_is_not_put_inside_a_word_while_it_stands_alone_elsewhere() -> None:
    text = "Varonians met a Varonian; the IVARONIANS met no VARONIAN."
    assert starts(text, Quote("Varonian"), Quote("Varonian"), Quote("VARONIAN")) == [16, 16, 48]
    inside = one("aronia", text)
    assert (inside.span, inside.how) == ((1, 7), "order")
    assert one("Varonian", text, occurrence=1).span == (0, 8)  # a number counts all places


def test_languages_without_blanks_have_places_too() -> None:
    text = "中国警方说，“中国”队赢了中国杯。"
    assert starts(text, *[Quote("中国")] * 3) == [0, 7, 13]
    assert one("中国的警方说", text).how == "fuzzy"
    assert one("美国", text).span is None


def test_marks_that_combine_stay_with_their_letters() -> None:
    text = "the cafe\u0301 and Jose\u0301 Marti\u0301"
    assert said(one("JOSÉ MARTÍ", text), text) == "Jose\u0301 Marti\u0301"


def test_nothing_breaks_on_nothing() -> None:
    assert place_quotes("", []) == []
    assert one("a quote of five words", "").how == "nowhere"
    assert one("\ud800", "a \ud800 b").span == (2, 3)
    assert one("a" * 100_000, "a b").how == "nowhere"
    assert [p.span for p in place_quotes("…", [Quote("…"), Quote(".")])] == [(0, 1), None]


words = st.sampled_from(
    ["base", "Base", "the", "police", "police said", "Bases", "in the", "zzz 9"]
)
contexts = st.sampled_from([None, "the", "in", "police said the"])
items = st.lists(
    st.builds(
        Quote, words, contexts, contexts, st.one_of(st.none(), st.integers(1, 4))
    ),
    max_size=8,
)  # fmt: skip


@given(st.lists(words, max_size=30).map(" ".join), items, st.randoms(use_true_random=False))
def test_only_the_order_of_equal_quotes_says_anything(
    text: str, quotes: list[Quote], chance: random.Random
) -> None:
    placed = place_quotes(text, quotes)
    order = list(range(len(quotes)))
    chance.shuffle(order)
    again = place_quotes(text, [quotes[number] for number in order])
    by_quote: dict[Quote, list[Any]] = {}
    for number, quote in enumerate(quotes):
        by_quote.setdefault(quote, []).append(placed[number])
    moved: dict[Quote, list[Any]] = {}
    for place, number in enumerate(order):
        moved.setdefault(quotes[number], []).append(again[place])
    assert moved == by_quote


@given(st.text(max_size=200), st.data())
def test_what_stands_in_the_text_is_found_with_its_context(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    exact = text[start:end]
    number = sum(text.startswith(exact, at) for at in range(start + 1))
    placement = one(exact, text, occurrence=number)
    assert placement.span == ((start, end) if exact.strip() else None)
    free = one(exact, text, prefix=text[:start], suffix=text[end:])
    if exact.strip():
        assert free.span is not None
        assert 0 <= free.span[0] < free.span[1] <= len(text)
        if free.how in ("exact", "context", "order"):
            assert text[slice(*free.span)] == exact


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_place_is_in_the_text_and_never_tiny(text: str, quote: str) -> None:
    placement = one(quote, text)
    if placement.span is not None:
        start, end = placement.span
        assert 0 <= start < end <= len(text)
        if placement.how == "fuzzy":
            assert end - start >= 2
            assert likeness(quote, text[start:end]) == "fuzzy"
    else:
        assert placement.reason


def test_two_hundred_exact_quotes_take_milliseconds() -> None:
    chance = random.Random(7)
    names = ["".join(chance.choices("abcdefghij", k=chance.randint(3, 9))) for _ in range(900)]
    text = " ".join(chance.choices(names, k=3000))[:20_000]
    tokens = text.split()
    quotes = [Quote(" ".join(tokens[at : at + 3])) for at in chance.sample(range(2000), 200)]
    begin = time.process_time()
    assert all(each.span for each in place_quotes(text, quotes))
    assert time.process_time() - begin < 0.25  # some 5 ms; a slow machine is no failure


def gold(text: str, *mentions: tuple[int, int, str]) -> Document:
    import hashlib

    return Document(
        id="d", schema="newswire/1.0", language="en", text=text, length=len(text),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        annotation=Annotation(status="gold", layers=("mentions",)),
        mentions=tuple(
            GoldMention(id=f"m{at}", spans=((a, b),), text=text[a:b], type=label)
            for at, (a, b, label) in enumerate(mentions)
        ),
    )  # fmt: skip


def test_the_report_counts_how_quotes_were_placed() -> None:
    document = gold(TEXT, (47, 53, "ORG"), (60, 66, "ORG"), (32, 36, "FAC"), (70, 75, "GPE"))
    report = score([document], [{"id": "d", "mentions": [
        {"quote": {"exact": "police"}, "type": "ORG"},
        {"quote": {"exact": "police"}, "type": "ORG"},
        {"quote": {"exact": "base", "prefix": "Nobody in the"}, "type": "FAC"},
        {"quote": {"exact": "TOLEN"}, "type": "GPE"},
        {"quote": {"exact": "Colonel Vaele"}, "type": "PER"},
        {"quote": {"exact": "Karsa"}, "type": "GPE"},
        {"spans": [[99, 104]], "quote": {"exact": "empties"}, "type": "PER"},
    ]}])  # fmt: skip
    strict = report.layer("mentions").criterion("strict").micro
    assert (strict.correct, strict.predicted, strict.gold) == (4, 7, 4)
    assert {finding.kind: finding.count for finding in report.findings} == {
        "quote not in the text": 1,
        "quote placed by order": 2,
        "quote placed by context": 1,
        "quote placed by words": 1,
        "quote placed by fuzzy": 2,
    }
    found = {finding.kind: finding.examples for finding in report.findings}
    assert found["quote placed by words"] == ("TOLEN → Tolen",)
    spurious = [row for row in report.errors if row.error == "spurious" and row.predicted]
    assert "Karsa" in {row.predicted.text for row in spurious if row.predicted}


def test_layers_do_not_compete_for_places() -> None:
    quote = Quote("police")
    assert anchored_spans(Mention(quote=quote, type="ORG"), TEXT) == ((47, 53),)
    assert anchored_spans(Event(quote=quote, type="ATTACK"), TEXT) == ((47, 53),)
    assert anchored_spans(Mention(quote=Quote("Karsa"), type="GPE"), TEXT) is None


def test_a_prediction_gets_offsets_and_keeps_its_quotes() -> None:
    resolved = with_offsets(
        {
            "id": "d",
            "mentions": [
                {"quote": {"exact": "TOLEN"}, "type": "GPE"},
                {"quote": {"exact": "Karsa"}, "type": "GPE", "note": "sure"},
                {"start": 0, "end": 3, "type": "FAC"},
            ],
            "attributions": [
                {
                    "quote": {"exact": "the old base is empty"},
                    "style": "indirect",
                    "cue": {"quote": {"exact": "said"}},
                },
                {
                    "quote": {"exact": "Nobody in the base was hurt"},
                    "style": "indirect",
                    "cue": {"quote": {"exact": "shouted"}},
                },
            ],
        },
        TEXT,
    )
    first, second, third = resolved["mentions"]
    assert (first["spans"], first["text"]) == ([[70, 75]], "Tolen")
    assert first["note"] == "placed by its words, in other case, blanks, or punctuation"
    assert "spans" not in second
    assert second["note"].startswith("sure; neither the quote nor anything")
    assert third == {"start": 0, "end": 3, "type": "FAC"}
    content, other = resolved["attributions"]
    assert content["cue"] == {"spans": [[76, 80]], "text": "said"}  # the nearer of two
    assert other["cue"] is None


def test_a_search_is_the_same_however_often_it_is_asked() -> None:
    search = QuoteSearch(TEXT)
    asked = ["Colonel Vaele", "base", "Nobody in the bases was hurt", "TOLEN"]
    assert [search.find(each) for each in asked] == [QuoteSearch(TEXT).find(each) for each in asked]
