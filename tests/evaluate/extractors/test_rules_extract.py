"""The rules extractor end to end: every layer of an invented article, and what always holds."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.extractors import rules
from goldwire.evaluate.extractors.rules import extract
from goldwire.schema import to_json, validate
from goldwire.schema.document import LAYERS, Document, Event, Mention, Zone

from .rules_article import ARTICLE, article


@pytest.fixture(scope="module")
def found() -> Document:
    return extract(article(ARTICLE))


def _events(document: Document, type_: str) -> list[Event]:
    return [event for event in document.events if event.type == type_]


def _filled(document: Document, event: Event) -> set[tuple[str, str]]:
    surface = {
        item.id: item.text
        for layer in (document.mentions, document.times, document.quantities, document.events)
        for item in layer
    }
    return {(argument.role, surface[argument.filler]) for argument in event.arguments}


def test_every_layer_is_filled_and_sound(found: Document) -> None:
    assert [layer for layer in LAYERS if not getattr(found, layer)] == []
    assert validate(found) == []


def test_mentions_and_entities(found: Document) -> None:
    chains = {
        entity.name: [m.text for m in found.mentions if m.entity == entity.id]
        for entity in found.entities
    }
    assert chains["Moussa Diarra"] == ["Colonel Moussa Diarra"]
    assert chains["al-Qaeda in the Islamic Maghreb"] == ["al-Qaeda in the Islamic Maghreb", "AQIM"]
    assert chains["Mali"] == ["Mali", "Mali", "Malian"]
    assert chains["local official"] == ["local official", "He"]
    kinds = {(entity.name, entity.type, entity.subtype) for entity in found.entities}
    assert ("roadside bomb", "WEA", "ied") in kinds
    assert ("army convoy", "VEH", "ground") in kinds
    assert ("AFP", "ORG", "media") in kinds
    nested = next(m for m in found.mentions if m.text == "army convoy")
    assert found.text[slice(*(nested.head or (0, 0)))] == "convoy"


def test_times_and_quantities(found: Document) -> None:
    times = {time.text: (time.type, time.value, time.anchor) for time in found.times}
    assert times["Monday"] == ("DATE", "2021-06-14", "dct")
    assert times["Sunday night"] == ("TIME", "2021-06-13TNI", "dct")
    assert times["last week"] == ("DATE", "2021-W23", "dct")
    more = next(q for q in found.quantities if q.text == "More than 20")
    assert (more.value, more.min, more.max, more.comparator) == (20, 20, None, "gt")
    villagers = next(m for m in found.mentions if m.text == "villagers")
    assert more.counts == villagers.id


def test_events_and_hoppers(found: Document) -> None:
    headline, body = (
        e
        for e in _events(found, "HARM")
        if e.text in ("killed", "killing") and e.polarity == "positive"
    )
    assert headline.hopper == body.hopper
    assert _filled(found, body) >= {("victim", "soldiers"), ("count", "two")}
    (struck,) = _events(found, "IMPACT")
    assert _filled(found, struck) == {
        ("munition", "roadside bomb"),
        ("place", "Gao"),
        ("time", "Monday"),
    }
    habit = next(
        e for e in _events(found, "ATTACK") if e.text == "attack" and e.realis == "generic"
    )
    assert ("attacker", "Jihadists") in _filled(found, habit)
    (damage,) = _events(found, "DAMAGE")
    assert (damage.polarity, damage.realis) == ("negative", "actual")
    (blame,) = _events(found, "BLAME")
    assert _filled(found, blame) == {
        ("accuser", "army"),
        ("accused", "al-Qaeda in the Islamic Maghreb"),
        ("attack", "attack"),
    }
    blamed_for = next(a.filler for a in blame.arguments if a.role == "attack")
    attack = next(event for event in found.events if event.id == blamed_for)
    assert not [a for a in attack.arguments if a.role == "attacker"]
    (taken,) = _events(found, "DETAIN")
    assert _filled(found, taken) >= {("agent", "gunmen"), ("place", "Mopti")}


def test_event_links(found: Document) -> None:
    hopper = {event.text: event.hopper for event in found.events}
    links = {(link.type, link.source, link.target) for link in found.event_links}
    assert ("subevent_of", hopper["struck"], hopper["bombing"]) in links
    assert ("results_in", hopper["bombing"], hopper["killing"]) in links


def test_attributions(found: Document) -> None:
    by_cue = {a.cue.text: a for a in found.attributions if a.cue}
    surface = {mention.id: mention.text for mention in found.mentions}
    told = by_cue["told"]
    assert (told.style, told.source_class, told.text) == (
        "direct",
        "named_person",
        "The terrorists will not go unpunished,",
    )
    assert surface[told.source or ""] == "Colonel Moussa Diarra"
    first = found.attributions[0]
    assert first.source_class == "official_statement"
    assert first.text.startswith("A roadside bomb")
    assert first.text.endswith("five others")
    assert by_cue["denied"].stance == "deny"


def test_relations(found: Document) -> None:
    surface = {mention.id: mention.text for mention in found.mentions}
    relations = {(r.type, surface[r.head], surface[r.tail]) for r in found.relations}
    assert relations >= {
        ("controls", "army", "army convoy"),
        ("affiliated_with", "Malian army", "Malian"),
        ("stationed_at", "French troops", "base"),
        ("located_in", "base", "Gao"),
    }


def test_incidents(found: Document) -> None:
    names = {entity.id: entity.name for entity in found.entities}
    main = found.incidents[0]
    assert (main.role, main.type, main.stage) == ("main", "bombing", "accomplished")
    assert main.date is not None
    assert main.date.edtf == "2021-06-14"
    assert main.location is not None
    assert main.location.country == "ML"
    assert main.casualties is not None
    assert main.casualties.killed is not None
    assert main.casualties.killed.stated == 2
    assert main.casualties.injured is not None
    assert main.casualties.injured.stated == 5
    accused = {(names[p.entity or ""], p.confidence) for p in main.perpetrators}
    assert accused == {("al-Qaeda in the Islamic Maghreb", "accused_by_authority")}
    abduction = next(i for i in found.incidents if i.type == "abduction")
    assert abduction.role == "background"
    assert not any(i.hoppers and "often" in i.id for i in found.incidents)


def test_what_the_document_carries_is_ignored() -> None:
    bare = article(ARTICLE)
    span = ((0, 3),)
    annotated = msgspec.structs.replace(
        bare,
        zones=(Zone(id="x", spans=span, text="Two", kind="chrome", scored=False),),
        mentions=(Mention(id="y", spans=span, text="Two", type="PER", level="NAM"),),
    )
    assert extract(annotated) == extract(bare)


def test_other_languages_get_zones_alone() -> None:
    found = extract(article("Deux soldats tués à Gao lundi.", language="fr"))
    assert found.zones
    assert not found.mentions
    assert not found.times


def test_hash_seeds_change_nothing() -> None:
    code = (
        "import sys, hashlib; from goldwire.schema.document import Document; "
        "from goldwire.schema import to_json; "
        "from goldwire.evaluate.extractors.rules import extract; "
        "t = sys.stdin.read(); "
        "d = Document(id='d', schema='newswire/1.0', language='en', text=t, length=len(t), "
        "sha256=hashlib.sha256(t.encode()).hexdigest()); sys.stdout.write(to_json(extract(d)))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=ARTICLE,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "7")
    }
    assert len(runs) == 1
    assert to_json(extract(article(ARTICLE)))


_WORD_LINE = (
    "the a soldiers killed two attack on Friday Baghdad in said police “ ” \" ' , . ( ) "
    "claimed responsibility group 2022 March 31 April between and rockets fired Iraqi "
    "al-Qaeda (IS) No casualties IS Monday, years after U.S. President Obama told AFP that he "
    "– : • at 25:99 3 am three-week 1,000 million of by was wounded - led 'the 's February 30 "
    "29 last month next week every day 0000 9999 half dozens first threatened to denied "
    "reportedly According statement it its its troops base near 30 km south city they her "
    "himself shot down zero Saturday, 1 2022 "
)
_WORDS = _WORD_LINE.split()
_TEXTS = st.one_of(
    st.lists(st.sampled_from([*_WORDS, "\n", "\n\n"]), max_size=45).map(" ".join),
    st.lists(st.sampled_from(_WORDS), max_size=25).map("".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\ufeff"), max_size=200),
)


@settings(max_examples=200)
@given(_TEXTS, st.sampled_from([None, "2022-04-30", "2024-02-29", "1000-01-01", "9999-12-31"]))
def test_any_text_gives_a_sound_document(text: str, dct: str | None) -> None:
    document = extract(article(text, dct))
    assert [p for p in validate(document) if p.severity == "error"] == []
    assert extract(article(text, dct)) == document


def test_no_module_reads_files_of_its_own_or_the_network() -> None:
    folder = Path(inspect.getfile(rules)).parent
    for path in sorted(folder.glob("*.py")):
        imported = {
            (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert not {"socket", "urllib.request", "httpx", "random", "time"} & imported, path
