"""What a set of documents holds: sizes, items and types by layer, chains, rights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import TYPE_CHECKING

from msgspec import Struct

from goldwire.schema.document import ANCHORED_LAYERS, LAYERS, Document, Fragments
from goldwire.schema.positions import visible

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table

__all__ = ["Chains", "LayerCounts", "Sizes", "Statistics", "render_statistics", "statistics"]


class Sizes(Struct, frozen=True):
    """A quantity over documents or chains. All zero where there is nothing to count."""

    total: int
    mean: float
    least: int
    median: float
    most: int


class LayerCounts(Struct, frozen=True):
    """One layer: its items, in how many documents, and of which types.

    ``complete`` counts the documents that name the layer in ``annotation.layers``;
    ``per_document`` is the mean over all documents. ``discontinuous`` items have more than one
    fragment; ``nested`` ones lie within one fragment of another item of the layer. ``types``
    (kinds of zones and quantities, styles of attributions) come by falling count.
    """

    layer: str
    items: int
    documents: int
    complete: int
    per_document: float
    optional: int
    discontinuous: int
    nested: int
    types: dict[str, int]


class Chains(Struct, frozen=True):
    """Coreference: entities with their mentions, and events with theirs (hoppers).

    ``singletons`` are entities with one mention, ``unlinked`` mentions without entity.
    """

    entities: int
    mentions: Sizes
    singletons: int
    unlinked: int
    hoppers: int
    event_mentions: Sizes


class Statistics(Struct, frozen=True):
    """Counts over documents. Every mapping comes by falling count, then by name."""

    documents: int
    characters: Sizes
    words: Sizes
    layers: tuple[LayerCounts, ...]
    chains: Chains
    levels: dict[str, int]
    roles: dict[str, int]
    statuses: dict[str, int]
    languages: dict[str, int]
    licences: dict[str, int]
    redistributable: int


class _Layer:
    """Running counts of one layer."""

    def __init__(self) -> None:
        self.items = self.documents = self.complete = 0
        self.optional = self.discontinuous = self.nested = 0
        self.types: Counter[str] = Counter()


def statistics(documents: Iterable[Document]) -> Statistics:
    """Count documents, one at a time: they may be a stream.

    Words are runs of characters that are not blank.
    """
    layers = {layer: _Layer() for layer in LAYERS}
    characters: list[int] = []
    words: list[int] = []
    chains: list[int] = []
    hoppers: list[int] = []
    tallies = {name: Counter[str]() for name in ("level", "role", "status", "language", "licence")}
    unlinked = redistributable = 0
    for document in documents:
        characters.append(len(document.text))
        words.append(len(document.text.split()))
        for layer, counts in layers.items():
            _count_layer(document, layer, counts)
        linked = Counter(m.entity for m in document.mentions if m.entity is not None)
        unlinked += len(document.mentions) - linked.total()
        chains += [linked[name] for name in {*linked, *(e.id for e in document.entities)}]
        hoppers += Counter(e.hopper for e in document.events if e.hopper is not None).values()
        tallies["level"].update(m.level for m in document.mentions if m.level)
        tallies["role"].update(a.role for e in document.events for a in e.arguments)
        tallies["status"][document.annotation.status] += 1
        tallies["language"][document.language] += 1
        tallies["licence"][document.rights.licence or "not stated"] += 1
        redistributable += document.rights.redistributable
    number = len(characters)
    return Statistics(
        documents=number,
        characters=_sizes(characters),
        words=_sizes(words),
        layers=tuple(_frozen(layer, counts, number) for layer, counts in layers.items()),
        chains=Chains(
            len(chains), _sizes(chains), chains.count(1), unlinked, len(hoppers), _sizes(hoppers)
        ),
        levels=_ordered(tallies["level"]),
        roles=_ordered(tallies["role"]),
        statuses=_ordered(tallies["status"]),
        languages=_ordered(tallies["language"]),
        licences=_ordered(tallies["licence"]),
        redistributable=redistributable,
    )


def _count_layer(document: Document, layer: str, counts: _Layer) -> None:
    items = getattr(document, layer)
    counts.items += len(items)
    counts.documents += bool(items)
    counts.complete += layer in document.annotation.layers
    counts.optional += sum(item.optional for item in items)
    name = {"zones": "kind", "quantities": "kind", "attributions": "style"}.get(layer, "type")
    counts.types.update(getattr(item, name) for item in items)
    if layer in ANCHORED_LAYERS:
        places = [item.spans for item in items if item.spans]
        counts.discontinuous += sum(len(spans) > 1 for spans in places)
        counts.nested += _nested(places)


def _nested(places: Sequence[Fragments]) -> int:
    """How many items lie within one fragment of another; of items in one place, all but one."""
    found = 0
    # From left to right, wider first: whatever came before and reaches as far holds the item.
    fragments = sorted((start, -end, at) for at, spans in enumerate(places) for start, end in spans)
    farthest = second = (-1, -1)  # (end, item) of the fragment that reaches farthest so far,
    for start, minus_end, at in fragments:  # and of the one that does among all other items
        held_by = second if farthest[1] == at else farthest
        found += start == places[at][0][0] and held_by[0] >= places[at][-1][1]
        here = (-minus_end, at)
        if here[0] > farthest[0]:
            farthest, second = here, second if farthest[1] == at else farthest
        elif here[0] > second[0] and at != farthest[1]:
            second = here
    return found


def _sizes(values: Sequence[int]) -> Sizes:
    if not values:
        return Sizes(0, 0.0, 0, 0.0, 0)
    total = sum(values)
    return Sizes(total, total / len(values), min(values), float(median(values)), max(values))


def _frozen(layer: str, counts: _Layer, documents: int) -> LayerCounts:
    return LayerCounts(
        layer=layer,
        items=counts.items,
        documents=counts.documents,
        complete=counts.complete,
        per_document=counts.items / documents if documents else 0.0,
        optional=counts.optional,
        discontinuous=counts.discontinuous,
        nested=counts.nested,
        types=_ordered(counts.types),
    )


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def render_statistics(statistics: Statistics) -> Group:
    """Tables for the terminal: an overview, the layers, and the labels of each."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [_overview(statistics), Text(), _layer_table(statistics)]
    inventories = {counts.layer: counts.types for counts in statistics.layers}
    inventories |= {"levels of mentions": statistics.levels, "roles of arguments": statistics.roles}
    for title, counts in inventories.items():
        if counts:
            parts += [Text(f"\n{title}", "bold"), _label_table(counts)]
    return Group(*parts)


def _overview(statistics: Statistics) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    chains, documents = statistics.chains, statistics.documents
    rows = {
        "documents": f"{documents:,}",
        "status": _listed(statistics.statuses),
        "languages": _listed(statistics.languages),
        "characters": _summed(statistics.characters, "document", documents),
        "words": _summed(statistics.words, "document", documents),
        "entities": f"{chains.entities:,}, of which {chains.singletons:,} with one mention",
        "linked mentions": _summed(chains.mentions, "entity", chains.entities),
        "unlinked mentions": f"{chains.unlinked:,}",
        "events": f"{chains.hoppers:,} (hoppers)",
        "event mentions": _summed(chains.event_mentions, "event", chains.hoppers),
        "licences": _listed(statistics.licences),
        "may be passed on": f"{statistics.redistributable:,} of {documents:,}",
    }
    for name, value in rows.items():
        table.add_row(name, Text(visible(value)))
    return table


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "—"


def _summed(sizes: Sizes, unit: str, number: int) -> str:
    """The total; over several units also their mean, range, and median."""
    if number < 2:
        return f"{sizes.total:,}"
    return (
        f"{sizes.total:,}; per {unit} {sizes.mean:,.1f} on average, "
        f"{sizes.least:,} to {sizes.most:,}, median {sizes.median:,.1f}"
    )


def _layer_table(statistics: Statistics) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    # The box takes a blank of its own between columns.
    table = Table(
        box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim"
    )
    several = statistics.documents != 1
    names = ("items", "per doc.", "in docs.", "complete", "optional", "nested", "split")
    table.add_column("layer", overflow="fold")
    for name in names if several else (names[0], *names[3:]):
        table.add_column(name, justify="right", overflow="fold")
    for counts in statistics.layers:
        anchored = counts.layer in ANCHORED_LAYERS
        over_documents = (f"{counts.per_document:,.1f}", f"{counts.documents:,}")
        table.add_row(
            counts.layer,
            f"{counts.items:,}",
            *(over_documents if several else ()),
            f"{counts.complete:,}" if several else ("yes" if counts.complete else "no"),
            f"{counts.optional:,}",
            f"{counts.nested:,}" if anchored else "—",
            f"{counts.discontinuous:,}" if anchored else "—",
        )
    return table


_BAR = 30


def _label_table(counts: dict[str, int]) -> Table:
    """Labels with their counts, shares, and bars as long as the share of the most frequent."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    total, most = sum(counts.values()), max(counts.values())
    table.add_column(overflow="fold", max_width=32)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True, style="dim")
    table.add_column(no_wrap=True, style="cyan")
    for name, count in counts.items():
        bar = "▇" * max(1, round(_BAR * count / most))
        share = count / total
        shown = f"{share:.0%}" if share >= 0.01 else "<1%"
        table.add_row(Text(visible(name)), f"{count:,}", shown, bar)
    return table
