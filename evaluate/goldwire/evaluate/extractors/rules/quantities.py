"""Numbers with their bounds: counts, ordinals, money, shares, distances, weights, ages."""

from __future__ import annotations

from typing import NamedTuple

import regex

from .matching import matches_near
from .numerals import NUMBER, NUMBER_WORDS, ORDINALS, read_number
from .times import FoundTime
from .tokens import Sentence

__all__ = ["FoundQuantity", "find_quantities"]

_HEDGES = {
    "at least": ("ge", False), "no fewer than": ("ge", False), "not less than": ("ge", False),
    "a minimum of": ("ge", False), "more than": ("gt", False), "over": ("gt", False),
    "upwards of": ("ge", False), "above": ("gt", False), "up to": ("le", False),
    "as many as": ("le", False), "at most": ("le", False), "no more than": ("le", False),
    "fewer than": ("lt", False), "less than": ("lt", False), "under": ("lt", False),
    "below": ("lt", False), "about": ("eq", True), "around": ("eq", True), "some": ("eq", True),
    "roughly": ("eq", True), "approximately": ("eq", True), "nearly": ("eq", True),
    "almost": ("eq", True), "close to": ("eq", True), "an estimated": ("eq", True),
    "estimated": ("eq", True),
}  # fmt: skip
# What vague words allow at least: two dozens, two hundreds, and so on.
_VAGUE = {
    "dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000, "tens of thousands": 20000,
    "hundreds of thousands": 200000, "millions": 2_000_000,
}  # fmt: skip
_SHARES = {"half": 50, "a third": 33.3, "a quarter": 25, "two-thirds": 66.7, "three-quarters": 75}
_UNITS = {
    "distance": "kilometres?|kilometers?|km|miles?|metres?|meters?|feet|foot|yards?|centimetres?",
    "weight": "kilograms?|kilogrammes?|kg|kilos?|tonnes?|tons?|pounds?|grams?",
    "percent": "percent|per\\ cent|%|percentage\\ points?",
    "money": "dollars?|euros?|pounds?\\ sterling|rubles?|roubles?|yuan|dinars?|rials?|shekels?|yen",
}
_SHORT = {
    "kilometre": "km", "kilometer": "km", "metre": "m", "meter": "m", "feet": "ft", "foot": "ft",
    "kilogram": "kg", "kilogramme": "kg", "kilo": "kg", "tonne": "t", "ton": "t", "%": "percent",
    "per cent": "percent", "pound": "lb", "gram": "g",
}  # fmt: skip
_CURRENCIES = {
    "$": "USD", "£": "GBP", "€": "EUR", "dollar": "USD", "euro": "EUR", "pound sterling": "GBP",
    "pounds sterling": "GBP", "ruble": "RUB", "rouble": "RUB", "yuan": "CNY", "yen": "JPY",
    "shekel": "ILS",
}  # fmt: skip

_HEDGE = "|".join(sorted((h.replace(" ", r"\ ") for h in _HEDGES), key=len, reverse=True))
_UNIT = "|".join(f"(?P<{kind}>{words})" for kind, words in _UNITS.items())
_PATTERN = regex.compile(
    rf"""
    (?<![\p{{L}}\d.,/:-])
    (?:(?P<hedge>{_HEDGE})\ )?
    (?:
      (?P<age>(?P<years>{NUMBER})-years?-old\b)
    | (?:between|from)\ (?P<low>{NUMBER})\ (?:and|to)\ (?P<high>{NUMBER})
    | (?P<low2>\d[\d,]*)(?:\ ?[-–]\ ?|\ to\ |\ or\ )(?P<high2>\d[\d,]*)(?![\d-]|\p{{L}})
    | (?P<sign>[$£€]|US\$)\ ?(?P<sum>\d[\d,]*(?:\.\d+)?)
        (?:\ ?(?P<scale>million|billion|trillion|bn|m)\b)?
    | (?P<number>{NUMBER})(?:\ (?P<dozen>dozen)\b)?
    | (?P<one>a\ dozen|a\ couple|half\ a\ dozen)\b
    | (?P<vague>tens\ of\ thousands|hundreds\ of\ thousands|dozens|scores|hundreds|thousands
        |millions)\b(?=\ |,|\.)
    | (?P<half>half|a\ third|a\ quarter|two-thirds|three-quarters)(?=\ (?:of|the)\b)
    | (?<=\b[Tt]he\ |\b[Aa]\ |\bits\ |\bhis\ |\btheir\ )
        (?P<ordinal>{"|".join(ORDINALS)}|\d+(?:st|nd|rd|th))\b(?=\ \p{{Ll}})
    )
    (?:(?:\ |-|(?=%))(?P<unit>{_UNIT})(?![\p{{L}}]))?
    (?P<more>\ or\ more\b)?
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
# Numbers behind these words are names or codes: Resolution 1540, Highway 1, AK 47.
_NAMING = regex.compile(
    r"(?:\b(?:resolution|highway|route|no|number|page|article|flight|unit|channel|phase|camp"
    r"|road)\.?|[#/])\s$",
    regex.IGNORECASE,
)
_NO_NUMERAL = regex.compile(r"\b(?:no|any|every|some|each|this|that|which)\s$", regex.IGNORECASE)


class FoundQuantity(NamedTuple):
    """A quantity: span, sentence, kind, and what its words allow."""

    start: int
    end: int
    sentence: int
    kind: str
    value: int | float | None
    min: int | float | None
    max: int | float | None
    comparator: str
    approximate: bool
    unit: str | None


def find_quantities(
    text: str, sentences: tuple[Sentence, ...], times: tuple[FoundTime, ...]
) -> tuple[FoundQuantity, ...]:
    """All quantities outside time expressions, in text order."""
    found = []
    taken = [(time.start, time.end) for time in times]
    for number, sentence in enumerate(sentences):
        if sentence.kind in ("byline", "byline_date", "credit"):
            continue
        here = [span for span in taken if span[0] < sentence.end and sentence.start < span[1]]
        for match in _matches(text, sentence):
            start, end = match.span()
            if any(low < end and start < high for low, high in here):
                continue
            quantity = _read(match, text, number)
            if quantity is not None:
                found.append(quantity)
    return tuple(found)


_CORE = (
    NUMBER_WORDS
    | frozenset(ORDINALS)
    | frozenset(word.rpartition(" ")[2] for word in (*_VAGUE, *_SHARES))
    | {"dozen", "couple", "$", "£", "€"}
)
_FIRST = _CORE | frozenset(hedge.split(" ")[0] for hedge in _HEDGES)
_FIRST |= frozenset(word.split(" ")[0] for word in (*_VAGUE, *_SHARES, "between", "from", "us"))


def _is_core(word: str) -> bool:
    return word in _CORE or word[0].isdigit() or word.split("-", maxsplit=1)[0] in _CORE


def _matches(text: str, sentence: Sentence) -> list[regex.Match[str]]:
    """All matches of the pattern, tried only at words that can begin one, with a number near."""
    begins = _FIRST.__contains__
    return matches_near(_PATTERN, text, sentence, is_core=_is_core, can_begin=begins, reach=4)


def _read(match: regex.Match[str], text: str, sentence: int) -> FoundQuantity | None:
    before = text[max(0, match.start() - 14) : match.start()]
    if _NAMING.search(before) or _is_a_name(match, text, before):
        return None
    value, low, high, kind, unit = _figures(match)
    if kind is None:
        return None
    comparator, approximate = _HEDGES.get((match["hedge"] or "").lower(), ("eq", False))
    if match["more"]:
        comparator = "ge"
    if match["vague"]:
        comparator, approximate = "ge", True
    if low is None and high is None and value is not None:
        low = (
            value
            if comparator in ("ge", "gt") or (comparator == "eq" and not approximate)
            else None
        )
        high = (
            value
            if comparator in ("le", "lt") or (comparator == "eq" and not approximate)
            else None
        )
    if match["one"] and match["one"].lower() == "a couple":
        approximate = True
    if comparator in ("ge", "gt"):
        high = None
    elif comparator in ("le", "lt"):
        low = None
    end = match.end("vague") if match["vague"] else match.end()
    return FoundQuantity(
        match.start(), end, sentence, kind, value, low, high, comparator, approximate, unit
    )


def _is_a_name(match: regex.Match[str], text: str, before: str) -> bool:
    """Numbers that count nothing: "no one", "one of them", "3rd Battalion", bare codes."""
    word = (match["number"] or "").lower()
    after = text[match.end() : match.end() + 20]
    if word == "one":
        return bool(
            _NO_NUMERAL.search(before)
            or regex.match(r"[ ](?:of|another|day|thing)\b|[.,;’']", after)
        )
    if word.isdigit() and (regex.match(r"[-‐]\p{L}", after) or before.endswith(("(", "#"))):
        return True
    return (
        bool(word)
        and word.isdigit()
        and len(word) > 3
        and "," not in word
        and match.end() == len(text)
    )


def _figures(
    match: regex.Match[str],
) -> tuple[int | float | None, int | float | None, int | float | None, str | None, str | None]:
    """Value, lower, upper, kind, unit of one match."""
    kind = next((name for name in _UNITS if match[name]), "count")
    unit = _unit_name(match["unit"], kind)
    if match["age"]:
        return read_number(match["years"]), None, None, "duration", "year"
    if match["low"] or match["low2"]:
        low = _whole(match["low"] or match["low2"])
        high = _whole(match["high"] or match["high2"])
        return (None, low, high, kind, unit) if low < high else (None, None, None, None, None)
    if match["sum"]:
        scale = {"million": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9, "trillion": 10**12}
        amount = _whole(match["sum"]) * scale.get((match["scale"] or "").lower(), 1)
        return _plain(amount), None, None, "money", _CURRENCIES.get(match["sign"][-1])
    if match["ordinal"]:
        word = match["ordinal"].lower()
        number = ORDINALS.get(word) or int(word.rstrip("stndrh"))
        return number, None, None, "ordinal", None
    if match["half"]:
        return _SHARES[match["half"].lower()], None, None, "percent", "percent"
    if match["one"]:
        return {"a dozen": 12, "a couple": 2}.get(match["one"].lower(), 6), None, None, kind, unit
    if match["vague"]:
        return None, _VAGUE[match["vague"].lower()], None, kind, unit
    value = read_number(match["number"]) * (12 if match["dozen"] else 1)
    return value, None, None, kind, unit


def _whole(text: str) -> int | float:
    return read_number(text) if not text[0].isdigit() else _plain(float(text.replace(",", "") or 0))


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _unit_name(text: str | None, kind: str) -> str | None:
    if not text:
        return None
    word = text.lower()
    word = _SHORT.get(word) or _SHORT.get(word.removesuffix("s")) or word.removesuffix("s")
    return _CURRENCIES.get(word, word) if kind == "money" else word
