"""Invented articles to train on: every sentence says who attacked what, where, and when."""

from __future__ import annotations

from random import Random
from typing import Any

from goldwire.schema.document import (
    Annotation,
    Argument,
    Document,
    Event,
    Mention,
    Quantity,
    Relation,
    Time,
)
from tests.making import make

PLACES = ("Tolen", "Karsa", "Velmar", "Osk", "Brandt", "Ilmar")
GROUPS = ("Red Dawn", "the Osk Front", "the Varonian army", "Delta Brigade")
TARGETS = ("a depot", "a bridge", "the market", "two trucks", "a school")
VERBS = ("attacked", "shelled", "struck", "bombed")
DAYS = ("Friday", "Monday", "last week", "3 May")
LAYERS = ("mentions", "times", "quantities", "events", "relations")


def sample(number: int, layers: tuple[str, ...] = LAYERS, sentences: int = 8) -> Document:
    """An article of invented sentences; the same number gives the same article."""
    chance = Random(number)
    text = ""
    items: dict[str, list[Any]] = {layer: [] for layer in LAYERS}
    for _ in range(sentences):
        place, group = chance.choice(PLACES), chance.choice(GROUPS)
        target, verb, day = chance.choice(TARGETS), chance.choice(VERBS), chance.choice(DAYS)
        several = chance.randint(2, 90)
        sentence = f"{group[0].upper()}{group[1:]} {verb} {target} in {place} on {day}, and "
        sentence += f"{several} men were hurt. "
        _annotate(items, text, sentence, (group, verb, target, place, day, str(several)))
        text += sentence
    text = text.rstrip()
    return make(
        text,
        id=f"sample-{number}",
        annotation=Annotation(status="gold", layers=layers),
        **{layer: tuple(items[layer]) for layer in layers},
    )


def many_words() -> Document:
    """An article of 3,000 words, each of which stands in it twice; the capitalised are mentions."""
    chance = Random(1)
    words = ["".join(chance.choices("abcdefghij", k=6)) for _ in range(3000)]
    words = [word.capitalize() if chance.random() < 0.2 else word for word in words] * 2
    chance.shuffle(words)
    lines = [" ".join(words[at : at + 20]) + "." for at in range(0, len(words), 20)]
    text = "\n".join(lines)
    mentions: list[Mention] = []
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word.rstrip("."))
        if word[0].isupper():
            name = f"m{len(mentions) + 1}"
            mentions.append(Mention(id=name, spans=((start, at),), text=text[start:at], type="PER"))
    annotation = Annotation(status="gold", layers=("mentions",))
    return make(text, id="words", annotation=annotation, mentions=tuple(mentions))


def _annotate(
    items: dict[str, list[Any]], text: str, sentence: str, words: tuple[str, ...]
) -> None:
    group, verb, target, place, day, several = words
    lower = sentence.lower()

    def spans(surface: str, after: str = "") -> dict[str, Any]:
        low = lower.index(surface.lower(), lower.index(after.lower()))
        high = low + len(surface)
        return {
            "spans": ((len(text) + low, len(text) + high),),
            "text": sentence[low:high],
        }

    mentions, events = items["mentions"], items["events"]
    actor, hit, where = (f"m{len(mentions) + n}" for n in (1, 2, 3))
    around = spans(f"{target} in {place}", after=verb)
    mentions += [
        Mention(id=actor, type="ORG", level="NAM", **spans(group)),
        Mention(id=hit, type="FAC", level="NOM", **around),
        Mention(id=where, type="GPE", level="NAM", **spans(place, after=f"{target} in")),
    ]
    when = f"t{len(items['times']) + 1}"
    items["times"].append(Time(id=when, type="DATE", **spans(day, after=f"in {place}")))
    count = f"q{len(items['quantities']) + 1}"
    items["quantities"].append(
        Quantity(id=count, kind="count", comparator="eq", **spans(several, after=", and"))
    )
    events += [
        Event(
            id=f"v{len(events) + 1}",
            type="ATTACK",
            realis="actual",
            polarity="positive",
            certainty="certain",
            tense="past",
            arguments=(
                Argument(role="attacker", filler=actor),
                Argument(role="target", filler=hit),
                Argument(role="time", filler=when),
            ),
            **spans(verb),
        ),
        Event(
            id=f"v{len(events) + 2}",
            type="HARM",
            subtype="injury",
            realis="actual",
            polarity="positive",
            certainty="certain",
            tense="past",
            arguments=(Argument(role="count", filler=count),),
            **spans("hurt"),
        ),
    ]
    number = len(items["relations"]) + 1
    items["relations"].append(Relation(id=f"r{number}", type="located_in", head=hit, tail=where))
