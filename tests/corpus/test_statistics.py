"""Counts over documents: what is counted where, and that order and splitting do not matter."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from goldwire.corpus.statistics import LayerCounts, Sizes, render_statistics, statistics
from goldwire.schema.document import (
    LAYERS,
    Annotation,
    Argument,
    Document,
    Entity,
    Event,
    Fragments,
    Mention,
    Rights,
    Zone,
)


def document(name: str, text: str, **fields: object) -> Document:
    return Document(
        id=name, schema="newswire/1.0", language="en", text=text, length=len(text), sha256="",
        **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def mention(name: str, entity: str | None, *spans: tuple[int, int], **fields: object) -> Mention:
    return Mention(id=name, type="ORG", entity=entity, spans=spans, text="x", **fields)  # type: ignore[arg-type]


def layer(name: str, *documents: Document) -> LayerCounts:
    return next(counts for counts in statistics(documents).layers if counts.layer == name)


FIRST = document(
    "first",
    "Two guards of the army depot, the army said.",
    rights=Rights(licence="CC-BY-4.0", redistributable=True),
    annotation=Annotation(status="gold", layers=("mentions", "entities")),
    zones=(Zone(id="z1", spans=((0, 44),), text="…", kind="body"),),
    mentions=(
        mention("m1", "e1", (4, 10), level="NOM", optional=True),
        mention("m2", "e2", (18, 28), level="NOM"),
        mention("m3", "e3", (18, 22), level="NOM"),
        mention("m4", "e3", (0, 3), (34, 38), level="PRO"),
        mention("m5", None, (39, 43)),
    ),
    entities=tuple(Entity(id=name, type="ORG") for name in ("e1", "e2", "e3")),
    events=(
        Event(
            id="v1", type="HARM", hopper="h1", spans=((0, 3),), text="Two",
            arguments=(Argument(role="victim", filler="m1"),),
        ),
    ),
)  # fmt: skip
SECOND = document("second", "Nothing.")


def test_counts_of_a_layer() -> None:
    counts = layer("mentions", FIRST, SECOND)
    assert (counts.items, counts.documents, counts.complete) == (5, 1, 1)
    assert counts.per_document == 2.5
    assert (counts.optional, counts.discontinuous, counts.nested) == (1, 1, 1)
    assert counts.types == {"ORG": 5}
    assert layer("zones", FIRST).types == {"body": 1}


def test_counts_of_the_whole() -> None:
    found = statistics([FIRST, SECOND])
    assert found.documents == 2
    assert found.characters == Sizes(52, 26.0, 8, 26.0, 44)
    assert found.words == Sizes(10, 5.0, 1, 5.0, 9)
    assert (found.chains.entities, found.chains.singletons, found.chains.unlinked) == (3, 2, 1)
    assert found.chains.mentions == Sizes(4, 4 / 3, 1, 1.0, 2)
    assert found.chains.hoppers == 1
    assert found.levels == {"NOM": 3, "PRO": 1}
    assert found.roles == {"victim": 1}
    assert found.statuses == {"draft": 1, "gold": 1}
    assert found.licences == {"CC-BY-4.0": 1, "not stated": 1}
    assert found.redistributable == 1


def test_nothing_counts_as_zero() -> None:
    found = statistics([])
    assert found.documents == 0
    assert found.characters == Sizes(0, 0.0, 0, 0.0, 0)
    assert [counts.layer for counts in found.layers] == list(LAYERS)
    assert all(counts.items == 0 for counts in found.layers)


FRAGMENTS = st.lists(st.integers(0, 20), min_size=2, max_size=6, unique=True).map(
    lambda cuts: tuple(zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False))
)


@given(st.lists(FRAGMENTS, max_size=8))
def test_nested_items_are_those_within_a_fragment_of_another(places: list[Fragments]) -> None:
    items = [mention(f"m{at}", None, *spans) for at, spans in enumerate(places)]
    held = 0
    for at, spans in enumerate(places):
        start, end = spans[0][0], spans[-1][1]
        held += any(
            low <= start and end <= high and ((low, high) != (start, end) or other < at)
            for other, fragments in enumerate(places)
            if other != at
            for low, high in fragments
        )
    assert layer("mentions", document("any", "x" * 21, mentions=tuple(items))).nested == held


@given(st.permutations([FIRST, SECOND, FIRST]))
def test_order_does_not_matter(documents: list[Document]) -> None:
    assert statistics(iter(documents)) == statistics([FIRST, FIRST, SECOND])


def test_tables() -> None:
    file = io.StringIO()
    hostile = document("h", "x", rights=Rights(licence="\x1b[31m[bold]no[/]"))
    Console(file=file, width=100).print(render_statistics(statistics([FIRST, SECOND, hostile])))
    shown = file.getvalue()
    for words in ("3, of which 2 with one mention", "mentions", "100%", "1 of 3", "[bold]no[/] 1"):
        assert words in shown, words
    assert "\x1b" not in shown


def tabled(width: int, *documents: Document) -> str:
    file = io.StringIO()
    Console(file=file, width=width).print(render_statistics(statistics(documents)))
    return file.getvalue()


def test_one_document_has_no_averages() -> None:
    shown = tabled(80, FIRST)
    assert "per document" not in shown
    assert "per doc." not in shown
    assert "characters         44 " in shown
    assert "per document" in tabled(80, FIRST, SECOND)


@pytest.mark.parametrize("width", [50, 80])
def test_no_header_is_cut(width: int) -> None:
    for documents in ((FIRST,), (FIRST, SECOND)):
        shown = tabled(width, *documents)
        assert "…" not in shown
        assert "split" in shown or width < 80
    assert "per doc.  in docs.  complete  optional  nested  split" in tabled(80, FIRST, SECOND)
