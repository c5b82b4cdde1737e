"""Labels that say here what they do not say elsewhere, and what is no such thing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.corpus import check
from goldwire.corpus.consistency import (
    FEWEST_MENTIONS,
    FEWEST_TRIGGERS,
    TRIGGER_SHARE,
    TYPE_SHARE,
    Usage,
    missed_names,
    missed_triggers,
    odd_entities,
    odd_types,
)
from goldwire.corpus.words import hidden, words
from goldwire.schema.document import (
    Alternative,
    Annotation,
    Attribution,
    Cue,
    Document,
    Entity,
    Event,
    Mention,
    Zone,
)
from tests.corpus.corpora import save
from tests.making import article, at, changed, make

COMPLETE = Annotation(status="gold", layers=("mentions", "events"))


def mention(text: str, name: str, n: int = 1, **fields: Any) -> Mention:
    known = {"id": f"m{n}", "type": "GPE", "level": "NAM", "entity": "e1"} | fields
    return Mention(spans=at(text, name, n), text=name, **known)


def event(text: str, word: str, n: int = 1, **fields: Any) -> Event:
    known = {"id": f"v{n}", "type": "ATTACK"} | fields
    return Event(spans=at(text, word, n), text=word, **known)


def document(text: str, **fields: Any) -> Document:
    return make(text, **({"annotation": COMPLETE} | fields))


def spans(findings: Any) -> list[tuple[int, int]]:
    return [finding.span for finding in findings]


# U1


def typed(*kinds: str, level: str = "NAM", **fields: Any) -> Document:
    text = "Lumar " * len(kinds)
    mentions = [
        mention(text, "Lumar", n, type=kind, level=level, **fields)
        for n, kind in enumerate(kinds, start=1)
    ]
    return document(text, mentions=tuple(mentions))


def odd(*corpus: Document) -> list[tuple[int, int]]:
    """The places of odd types, by number of the document and of the mention."""
    usage = Usage()
    for each in corpus:
        usage.add(each, ())
    usual = usage.usual_types()
    return [
        (number, int(finding.path[1]))
        for number, each in enumerate(corpus)
        for finding in odd_types(each, usual)
    ]


def test_a_type_that_nearly_all_others_do_not_have() -> None:
    assert odd(typed(*["GPE"] * 5), typed(*["GPE"] * 4, "ORG")) == [(1, 4)]
    assert odd(typed(*["GPE"] * 4), typed(*["GPE"] * 4, "ORG")) == []  # too few
    assert odd(typed(*["GPE"] * 8), typed("ORG", "ORG")) == []  # not nearly all


def test_other_levels_and_languages_are_other_surfaces() -> None:
    usual = typed(*["GPE"] * 20)
    assert odd(usual, typed("PER", level="NOM")) == []
    german = msgspec.structs.replace(typed("ORG"), language="de")
    assert odd(usual, german) == []


def test_pronouns_may_be_anything() -> None:
    assert odd(typed(*["ORG"] * 20, "PER", level="PRO")) == []


def test_a_type_that_was_thought_of() -> None:
    thought = typed("ORG", alternatives=(Alternative(type="GPE"),))
    assert odd(typed(*["GPE"] * 20), thought) == []


@given(st.lists(st.sampled_from(["GPE", "GPE", "GPE", "GPE", "ORG", "LOC"]), max_size=60))
def test_odd_types_are_few_and_do_not_depend_on_documents(kinds: list[str]) -> None:
    together = len(odd(typed(*kinds)))
    assert together == len(odd(*(typed(kind) for kind in kinds)))
    most = max((kinds.count(kind) for kind in kinds), default=0)
    usual = len(kinds) >= FEWEST_MENTIONS and most >= TYPE_SHARE * len(kinds)
    assert together == (len(kinds) - most if usual else 0)


# U2


def missed(text: str, *mentions: Mention, **fields: Any) -> list[str]:
    """What is missed, each with the word before it."""
    checked = document(text, mentions=mentions, **fields)
    found = spans(missed_names(checked, hidden(checked)))
    return [text[max(0, text.rfind(" ", 0, start - 1) + 1) : end] for start, end in found]


def test_a_name_that_is_no_mention_in_other_places() -> None:
    text = "in Lumar, near Lumar, at Lumar-led Lumar’s; x Lumarian xLumar lumar"
    assert missed(text, mention(text, "Lumar")) == ["near Lumar", "at Lumar", "Lumar-led Lumar"]


def test_an_incomplete_layer_misses_nothing() -> None:
    text = "in Lumar near Lumar"
    assert missed(text, mention(text, "Lumar"), annotation=Annotation(status="gold")) == []


def test_nominal_mentions_are_no_names() -> None:
    text = "a base and a base"
    assert missed(text, mention(text, "base", level="NOM")) == []


def test_zones_that_are_not_scored_and_addresses_are_left_out() -> None:
    text = "Lumar. Lumar. Mail @Lumar or a@Lumar.org, see Lumar.com/x https://x/Lumar now in Lumar"
    zone = Zone(id="z", kind="chrome", scored=False, spans=at(text, "Lumar", 2), text="Lumar")
    assert missed(text, mention(text, "Lumar"), zones=(zone,)) == ["in Lumar"]


def test_names_in_longer_ones_and_in_mentions_of_the_same_are_left_out() -> None:
    text = "of Lumar at Lumar Times at Lumar base at Lumar police"
    mentions = [
        mention(text, "Lumar"),
        mention(text, "Lumar Times", id="m2", entity="e2", type="ORG"),
        mention(text, "Lumar base", id="m3", entity="e1", level="NOM"),
        mention(text, "Lumar police", id="m4", entity="e4", level="NOM"),
    ]
    assert missed(text, *mentions) == ["at Lumar"]


def test_of_nested_names_that_are_missed_the_longest_is_told() -> None:
    text = "in western Lumar of Lumar but western Lumar"
    mentions = (
        mention(text, "western Lumar", entity="e2"),
        mention(text, "Lumar", id="m2"),
        mention(text, "Lumar", 2, id="m3"),
    )
    assert missed(text, *mentions) == ["but western Lumar"]


def test_alternative_spans_are_mentions() -> None:
    text = "in Lumar of the Lumar"
    other = mention(
        text, "of", id="m2", level="NOM", alternatives=(Alternative(spans=at(text, "Lumar", 2)),)
    )
    assert missed(text, mention(text, "Lumar"), other) == []


@given(st.lists(st.sampled_from(["Lumar", "Lumar Bay", "near", "x", "(Lumar)"])), st.data())
def test_exactly_the_places_without_mention_are_missed(parts: list[str], data: Any) -> None:
    text = " ".join(parts)
    places = [match.span() for match in re.finditer(r"Lumar(?: Bay)?", text)]
    if not places:
        return
    left_out = data.draw(st.sets(st.sampled_from(places)))
    mentions = tuple(
        Mention(
            id=f"m{n}", spans=(span,), text=text[slice(*span)], type="GPE", level="NAM",
            entity=text[slice(*span)],
        )
        for n, span in enumerate(places)
        if span not in left_out
    )  # fmt: skip
    labelled = {each.text for each in mentions}
    checked = document(text, mentions=mentions)
    found = spans(missed_names(checked, hidden(checked)))
    expected = [
        (start, start + len(name))
        for start, end in left_out
        for name in [text[start:end] if text[start:end] in labelled else "Lumar"]
        if name in labelled
    ]
    assert sorted(found) == sorted(expected)


# U3


def untriggered(*corpus: Document) -> list[tuple[int, str]]:
    """The words that are no triggers against the rule, each with the number of its document."""
    usage = Usage()
    said = [words(each, hidden(each)) for each in corpus]
    for each, these in zip(corpus, said, strict=True):
        usage.add(each, these)
    usual = usage.usual_triggers()
    return [
        (number, each.text[slice(*finding.span)])
        for number, (each, these) in enumerate(zip(corpus, said, strict=True))
        for finding in missed_triggers(each, these, usual)
        if finding.span
    ]


def raids(count: int, labelled: int, **fields: Any) -> Document:
    text = "a raid, " * count
    events = tuple(event(text, "raid", n) for n in range(1, labelled + 1))
    return document(text, events=events, **fields)


def test_a_word_that_is_no_trigger_here() -> None:
    usual = raids(FEWEST_TRIGGERS, FEWEST_TRIGGERS)
    assert untriggered(usual, document("The Raid!")) == [(1, "Raid")]
    assert untriggered(usual, document("The raider raided a counter-raid, raid-like.")) == []
    assert untriggered(raids(4, 4), document("The raid.")) == []
    assert untriggered(usual, raids(2, 0)) == []
    assert untriggered(usual, document("The raid.", annotation=Annotation(status="gold"))) == []
    assert untriggered(usual, document("Der Raid", language="de")) == []


def test_where_the_event_is_marked_already_nothing_is_missed() -> None:
    usual = raids(9, 9)
    text = "The air raid. They carried out an attack raid."
    longer = event(text, "air raid", id="v1")
    other = event(text, "attack", id="v2", alternatives=(Alternative(spans=at(text, "raid", 2)),))
    assert untriggered(usual, document(text, events=(longer, other))) == []


def test_cues_and_names_are_no_events() -> None:
    usual = raids(9, 9)
    text = "He said raid of Raid Force, a raid."
    cue = Attribution(
        id="a1", spans=at(text, "a raid"), text="a raid", style="indirect",
        cue=Cue(spans=at(text, "raid"), text="raid"),
    )  # fmt: skip
    name = mention(text, "Raid Force", type="ORG")
    checked = document(text, attributions=(cue,), mentions=(name,))
    assert untriggered(usual, checked) == [(1, "raid")]


@given(st.integers(0, 40), st.integers(0, 12))
def test_words_are_missed_above_the_threshold_only(labelled: int, others: int) -> None:
    found = untriggered(raids(labelled, labelled), raids(others, 0))
    total = labelled + others
    usual = labelled >= FEWEST_TRIGGERS and labelled >= TRIGGER_SHARE * total
    assert found == [(1, "raid")] * (others if usual else 0)


# U4


def chain(entity: str, *kinds: str, level: str = "NAM") -> Document:
    text = "Lumar " * len(kinds)
    mentions = tuple(
        mention(text, "Lumar", n, type=kind, level=level if n == 2 else "NOM")
        for n, kind in enumerate(kinds, start=1)
    )
    return document(text, mentions=mentions, entities=(Entity(id="e1", type=entity),))


@pytest.mark.parametrize(
    ("entity", "kinds", "pointed"),
    [
        ("ORG", ("GPE", "GPE", "ORG"), [("mentions", 1, "entity")]),
        ("ORG", ("GPE", "GPE"), [("mentions", 1, "entity")]),
        ("GPE", ("GPE", "GPE", "ORG"), []),
        ("ORG", ("GPE", "ORG"), []),  # no majority
        ("ORG", ("GPE",), []),  # C2 says it all
    ],
)
def test_an_entity_with_another_type_than_its_chain(
    entity: str, kinds: tuple[str, ...], pointed: list[Any]
) -> None:
    assert [finding.path for finding in odd_entities(chain(entity, *kinds))] == pointed
    assert list(odd_entities(chain(entity, *kinds, level="NOM"))) == []


# All together, on the disk


def test_what_is_planted_is_found_by_code_and_place(tmp_path: Path) -> None:
    base = article()
    unnamed = msgspec.structs.replace(
        base,
        id="a",
        mentions=tuple(each for each in base.mentions if each.id != "m7"),
        relations=(),
    )
    chained = changed(base, "entities", 2, type="LOC", subtype="region")
    chained = msgspec.structs.replace(chained, id="b")
    problems = check([save(tmp_path, [unnamed, chained])]).problems
    told = [(each.document, each.code, each.pointer) for each in problems if each.code[0] in "UD"]
    assert told == [
        ("a", "U2", "/mentions"),
        ("b", "D2", "/text"),
        ("b", "U4", "/mentions/2/entity"),
    ]
    missing = next(each for each in problems if each.code == "U2")
    assert missing.severity == "warning"
    assert missing.excerpt is not None
    assert "fuel depot near ⟦Velmar⟧ on Friday" in missing.excerpt
    assert "m3, GPE" in missing.message


def test_counts_go_over_all_documents(tmp_path: Path) -> None:
    documents = [msgspec.structs.replace(raids(2, 2 if n else 1), id=f"d{n}") for n in range(4)]
    documents += [
        msgspec.structs.replace(typed(*["GPE"] * 6), id="n1"),
        msgspec.structs.replace(typed(*["GPE"] * 5, "ORG"), id="n2"),
    ]
    problems = check([save(tmp_path, documents)]).problems
    told = [(each.document, each.code, each.pointer) for each in problems if each.code[0] == "U"]
    assert told == [("d0", "U3", "/events"), ("n2", "U1", "/mentions/5/type")]
    assert "7 of its 8 places" in next(each for each in problems if each.code == "U3").message
    assert "11 of its 12 mentions" in next(each for each in problems if each.code == "U1").message


def test_the_article_of_the_tests_is_consistent() -> None:
    assert list(missed_names(article(), hidden(article()))) == []
    assert list(odd_entities(article())) == []
