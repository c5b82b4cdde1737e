"""Mentions and chains of the rules extractor, by the rules of the guidelines."""

from __future__ import annotations

import pytest

from goldwire.evaluate.extractors.rules import extract
from goldwire.evaluate.extractors.rules.gazetteer import lexicon
from goldwire.evaluate.extractors.rules.inflection import plural, verb_forms

from .rules_article import article


def _mentions(text: str) -> set[tuple[str, str, str]]:
    return {(m.text, m.type, m.level or "") for m in extract(article(text)).mentions}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two heavily armed drones fell.", {("armed drones", "WEA", "NOM")}),
        ("The Iraqi base was hit.", {("Iraqi base", "FAC", "NOM"), ("Iraqi", "GPE", "NAM")}),
        (
            "They fled to southern Syria.",
            {("southern Syria", "LOC", "NAM"), ("Syria", "GPE", "NAM")},
        ),
        ("It fell in western Helmand province.", {("western Helmand province", "GPE", "NAM")}),
        (
            "Interior ministry spokesman Ari Benn left.",
            {
                ("Interior ministry spokesman Ari Benn", "PER", "NAM"),
                ("Interior ministry", "ORG", "NOM"),
            },
        ),
        (
            "Iran-backed militias left.",
            {("Iran-backed militias", "ORG", "NOM"), ("Iran", "GPE", "NAM")},
        ),
        ("Three Iraqis were held.", {("Iraqis", "PER", "NOM")}),
        (
            "Police found Katyusha rockets.",
            {("Katyusha rockets", "WEA", "NOM"), ("Police", "ORG", "NOM")},
        ),
        ("A car bomb exploded.", {("car bomb", "WEA", "NOM")}),
        ("The rocket attack failed.", {("rocket", "WEA", "NOM")}),
        ("It was not clear who did it.", set()),
    ],
)
def test_spans_types_and_levels(text: str, expected: set[tuple[str, str, str]]) -> None:
    pronoun_free = {row for row in _mentions(text) if row[2] != "PRO"}
    assert pronoun_free == expected


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        (
            "President Lena Orsk left. Orsk said she would return.",
            ["President Lena Orsk", "Orsk", "she"],
        ),
        ("The Islamic State (IS) group fled. IS has lost.", ["Islamic State", "IS", "IS"]),
        ("He was held in the city of Basra.", ["city", "Basra"]),
        ("Ari Benn, a doctor, left. He was tired.", ["Ari Benn", "doctor", "He"]),
        ("A drone struck a depot. The depot burned.", ["depot", "depot"]),
        ("Gunmen shot Ahmed Karim in Mosul. Karim died.", ["Ahmed Karim", "Karim"]),
    ],
)
def test_chains(text: str, chain: list[str]) -> None:
    found = extract(article(text))
    chains = [[m.text for m in found.mentions if m.entity == e.id] for e in found.entities]
    assert chain in chains


def test_indefinite_phrases_are_new_entities() -> None:
    found = extract(article("A soldier shot a man. Another soldier fled."))
    soldiers = {m.entity for m in found.mentions if m.text == "soldier"}
    assert len(soldiers) == 2


def test_a_negated_phrase_is_generic() -> None:
    found = extract(article("No group claimed the attack."))
    (group,) = found.entities
    assert group.generic


def test_all_countries_are_listed_with_two_letters() -> None:
    words = lexicon()
    assert len(words.countries) >= 195
    assert all(len(code) == 2 and code.isupper() for code in words.countries)
    assert any(name.name == "Yemen" for _, name in words.names["Yemeni"])


def test_word_forms() -> None:
    assert plural("militiaman") == "militiamen"
    assert plural("country") == "countries"
    assert plural("truck bomb") == "truck bombs"
    assert verb_forms("shoot down")["shot down"] == "ed"
    assert verb_forms("fall") == {
        "falls": "s",
        "falling": "ing",
        "fell": "past",
        "fallen": "participle",
        "fall": "base",
    }
