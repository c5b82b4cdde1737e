"""The gold itself: sound, canonical, complete, and with both passes beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from goldwire.corpus.documents import gold_paths, load, read_one, root
from goldwire.schema.document import LAYERS, from_json, to_json
from goldwire.schema.validation import validate
from tests.shared import need

PASSES = sorted((Path(str(root())) / "passes").glob("*/*.json"))


@pytest.mark.parametrize(
    "path", [*gold_paths().values(), *PASSES], ids=lambda p: f"{p.parent.name}/{p.name}"
)
def test_sound_and_canonical(path: Path) -> None:
    saved = path.read_text("utf-8")
    document = from_json(saved)
    assert document.id == path.stem
    assert validate(document) == []
    assert to_json(document) == saved


def test_the_seed_is_complete_in_every_layer() -> None:
    seed = load("ain-al-asad")
    assert seed.annotation.status == "gold"
    assert seed.annotation.layers == LAYERS
    assert seed.canary
    for layer in LAYERS:
        assert getattr(seed, layer), layer


def test_both_passes_are_kept() -> None:
    seed = load("ain-al-asad")
    passes = [read_one(path) for path in PASSES if path.stem == seed.id]
    assert sorted(p.annotation.annotators[0] for p in passes) == list(seed.annotation.annotators)
    assert all(p.annotation.status == "single" and p.text == seed.text for p in passes)


def test_the_text_is_the_one_that_was_given() -> None:
    given = need("seed", "ain-al-asad.txt").read_bytes().decode("utf-8")
    assert load("ain-al-asad").text == given


def test_ingest_finds_the_zones_that_the_gold_has() -> None:
    from goldwire.corpus.ingest import ingest

    seed = load("ain-al-asad")
    found = ingest(seed.text, id=seed.id).zones
    key = [(z.spans, z.kind, z.scored, z.paragraph) for z in seed.zones]
    assert [(z.spans, z.kind, z.scored, z.paragraph) for z in found] == key


def test_the_datasheet_counts_what_is_there() -> None:
    page = (Path(str(root())) / "DATASHEET.md").read_text("utf-8")
    seed = load("ain-al-asad")
    for layer in LAYERS:
        count = len(getattr(seed, layer))
        name = layer.replace("_", " ")
        assert f"| {name} | {count}" in page, (name, count)
    arguments = sum(len(event.arguments) for event in seed.events)
    hoppers = len({event.hopper for event in seed.events})
    assert f"in {hoppers} hoppers, with {arguments} arguments" in page


def test_no_incident_word_of_the_gold_is_in_the_baseline_s_word_lists() -> None:
    """The baseline may know the world, not this article: its rare names are in no list."""
    home = Path(__file__).parents[2] / "evaluate/goldwire/evaluate/extractors/rules"
    lists = " ".join(path.read_text("utf-8") for path in home.glob("*.toml"))
    assert "International Resistance" not in lists
    assert json.dumps(load("ain-al-asad").canary) not in lists
