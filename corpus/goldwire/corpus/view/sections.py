"""The tables under an article: rows of pieces, the same for the terminal and the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from goldwire.schema.document import Attribution, Document, Entity, Event, Incident, Toll
from goldwire.schema.positions import cut

from .marks import Numbers, amount, figures, number, subscript

__all__ = ["Cell", "Piece", "Row", "Section", "make_sections"]

_DASH = "—"


class Piece(Struct, frozen=True):
    """A run of text in a cell. ``ref`` is the id of the item meant; ``dim`` marks asides."""

    text: str
    ref: str | None = None
    dim: bool = False


Cell = tuple[Piece, ...]


class Row(Struct, frozen=True):
    """Cells of one row, and lines ``below`` them that take the whole width.

    ``items`` are the ids of the items that the row tells of.
    """

    items: tuple[str, ...]
    cells: tuple[Cell, ...]
    below: tuple[Cell, ...] = ()


class Section(Struct, frozen=True):
    """A table. Without ``columns`` it is a form: rows of a name and a value."""

    layer: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class _Context(Struct, frozen=True):
    """Look-ups by id that all tables share."""

    document: Document
    numbers: Numbers
    surfaces: dict[str, str]
    marked: dict[str, int]
    entities: dict[str, Entity]
    hoppers: dict[str, list[Event]]


def make_sections(document: Document, layers: Sequence[str]) -> list[Section]:
    """The tables of ``layers`` that have rows, in reading order."""
    hoppers: dict[str, list[Event]] = {}
    for event in document.events:
        if event.hopper:
            hoppers.setdefault(event.hopper, []).append(event)
    anchored = (document.mentions, document.times, document.quantities, document.events)
    surfaces = {item.id: item.text for layer in anchored for item in layer}
    surfaces |= {item.id: f"“{cut(item.text, 40)}”" for item in document.attributions}
    entities = {entity.id: entity for entity in document.entities}
    numbers = number(document)
    marked = {m.id: numbers.entities[m.entity] for m in document.mentions if m.entity is not None}
    marked |= {e.id: numbers.hoppers[e.hopper] for e in document.events if e.hopper}
    context = _Context(document, numbers, surfaces, marked, entities, hoppers)
    found = [section for layer in layers if layer in _MAKERS for section in _MAKERS[layer](context)]
    if "entities" not in layers and "mentions" in layers:
        found = [*_entities(context), *found]
    return [section for section in found if section.rows]


_Chain = list[tuple[str, str | None, str]]
"""Surface, level, and id of the mentions of an entity."""


def _entities(context: _Context) -> Iterable[Section]:
    chains: dict[str, _Chain] = {name: [] for name in context.numbers.entities}
    alone: _Chain = []
    for m in sorted(context.document.mentions, key=lambda m: m.spans[:1]):
        chain = alone if m.entity is None else chains[m.entity]
        chain.append((m.text, m.level, m.id))
    rows = [_entity(context, name, chain) for name, chain in chains.items()]
    if alone:
        cells = (_plain(_DASH), _plain(_DASH), (Piece("no entity given", dim=True),), _chain(alone))
        rows.append(Row(tuple(ref for _, _, ref in alone), cells))
    yield Section("entities", "Entities", ("#", "type", "name", "mentions"), tuple(rows))


def _entity(context: _Context, name: str, chain: _Chain) -> Row:
    entity = context.entities.get(name)
    title = (entity.name if entity else None) or (chain[0][0] if chain else name)
    cells = (
        _plain(str(context.numbers.entities[name])),
        _plain(_kind(entity.type, entity.subtype) if entity else _DASH),
        (Piece(title), *(_flags(entity) if entity else [Piece(f" · no entity {name}", dim=True)])),
        _chain(chain),
    )
    return Row((name, *(ref for _, _, ref in chain)), cells, _remarks(entity))


def _chain(chain: _Chain) -> Cell:
    """The mentions of a chain by level, equal surfaces once with their number."""
    levels: dict[str, dict[str, list[str]]] = {}
    for text, level, ref in chain:
        levels.setdefault(level or "", {}).setdefault(text, []).append(ref)
    pieces: list[Piece] = []
    for level, surfaces in levels.items():
        if pieces:
            pieces.append(Piece("  "))
        if level:
            pieces.append(Piece(f"{level} ", dim=True))
        for at, (text, refs) in enumerate(surfaces.items()):
            if at:
                pieces.append(Piece(", "))
            pieces.append(Piece(text, refs[0]))
            if len(refs) > 1:
                pieces.append(Piece(f" ×{len(refs)}", dim=True))
    return tuple(pieces)


def _flags(item: Entity) -> list[Piece]:
    words = ["group" if item.group else "", "generic" if item.generic else "", item.kb or ""]
    return [Piece(f" · {word}", dim=True) for word in words if word] + _aside(item)


def _aside(item: object) -> list[Piece]:
    """What stands beside an item: that it is optional, its score."""
    return [Piece(f" · {word}", dim=True) for word in _marks_of(item)]


def _marks_of(item: object) -> list[str]:
    words = ["optional"] if getattr(item, "optional", False) else []
    score = getattr(item, "score", None)
    return words if score is None else [*words, f"score {score:.3g}"]


def _remarks(item: object) -> tuple[Cell, ...]:
    """The line under an item: its alternatives and its note; none where it has neither."""
    words = _words_on(item)
    return ((Piece(" · ".join(words), dim=True),),) if words else ()


def _words_on(item: object) -> list[str]:
    words = []
    for other in getattr(item, "alternatives", ()):
        parts = [other.text and f"“{other.text}”", other.type, other.subtype]
        words.append("or " + " ".join(part for part in parts if part))
    note = getattr(item, "note", None)
    return [*words, f"note: {note}"] if note else words


def _times(context: _Context) -> Iterable[Section]:
    rows = []
    for item in context.document.times:
        anchor: Cell = _plain(item.anchor or _DASH)
        if item.anchor in context.surfaces:
            anchor = (Piece(context.surfaces[item.anchor], item.anchor),)
        value = [Piece("vague", dim=True)] if item.vague else []
        if item.edtf is not None and item.edtf != item.value:
            value.append(Piece(f"EDTF {item.edtf}", dim=True))
        spaced = [piece for part in value for piece in (Piece("  "), part)]
        cells = (
            (Piece(item.text, item.id),),
            _plain(item.type),
            (Piece(item.value or _DASH), *spaced),
            _plain(item.modifier or _DASH),
            (*anchor, *_aside(item)),
        )
        rows.append(Row((item.id,), cells, _remarks(item)))
    columns = ("text", "type", "value", "modifier", "read from")
    yield Section("times", "Times", columns, tuple(rows))


def _quantities(context: _Context) -> Iterable[Section]:
    rows = tuple(
        Row(
            (item.id,),
            (
                (Piece(item.text, item.id),),
                _plain(item.kind),
                _plain(amount(item)),
                (*_named(context, item.counts), *_aside(item)),
            ),
            _remarks(item),
        )
        for item in context.document.quantities
    )
    yield Section("quantities", "Quantities", ("text", "kind", "value", "counts"), rows)


def _events(context: _Context) -> Iterable[Section]:
    hoppers = context.numbers.hoppers
    last = len(hoppers) + 1
    rows = []
    for item in sorted(
        context.document.events, key=lambda e: (hoppers.get(e.hopper or "", last), e.spans[:1])
    ):
        cells = (
            _plain(str(hoppers.get(item.hopper or "", _DASH))),
            (Piece(item.text, item.id),),
            _plain(_kind(item.type, item.subtype)),
            (Piece(_factuality(item)), *_aside(item)),
        )
        below = (*_arguments(context, item), *_said_by(context, item), *_remarks(item))
        rows.append(Row((item.id,), cells, below))
    columns = ("#", "trigger", "type", "realis; below: arguments")
    yield Section("events", "Events", columns, tuple(rows))


def _arguments(context: _Context, event: Event) -> tuple[Cell, ...]:
    """One line with all arguments, the roles of optional ones in parentheses."""
    pieces: list[Piece] = []
    for argument in event.arguments:
        if pieces:
            pieces.append(Piece("  "))
        name = f"({argument.role})" if argument.optional else argument.role
        pieces += [Piece(f"{name}=", dim=True), *_named(context, argument.filler)]
        for other in argument.alternatives:
            pieces += [Piece(" or ", dim=True), *_named(context, other)]
    return (tuple(pieces),) if pieces else ()


def _said_by(context: _Context, event: Event) -> tuple[Cell, ...]:
    """One line with the attributions that an event stands in."""
    named = [_named(context, name) for name in event.attributions]
    return ((Piece("attributed: ", dim=True), *_list(named)),) if named else ()


def _factuality(event: Event) -> str:
    """Realis, then what departs from a plain positive and certain event, then tense."""
    polarity = {"positive": None, None: "polarity —"}.get(event.polarity, event.polarity)
    certainty = {"certain": None, None: "certainty —"}.get(event.certainty, event.certainty)
    words = (event.realis or "realis —", polarity, certainty, event.tense)
    return ", ".join(word for word in words if word)


def _links(context: _Context) -> Iterable[Section]:
    rows = tuple(
        Row(
            (item.id,),
            (
                _hopper(context, item.source),
                _plain(f"—{item.type}→"),
                (*_hopper(context, item.target), *_aside(item)),
            ),
            _remarks(item),
        )
        for item in context.document.event_links
    )
    yield Section("event_links", "Event links", ("event", "link", "event"), rows)


def _hopper(context: _Context, name: str) -> Cell:
    """An event by its number and its first trigger."""
    events = context.hoppers.get(name)
    if not events:
        return (Piece(name, dim=True),)
    first = min(events, key=lambda event: event.spans[:1])
    return (
        Piece(first.text, first.id),
        Piece(f"{subscript(context.numbers.hoppers[name])} {first.type}", dim=True),
    )


def _attributions(context: _Context) -> Iterable[Section]:
    rows = tuple(_attribution(context, item) for item in context.document.attributions)
    columns = ("source", "cue", "style, stance; below: content")
    yield Section("attributions", "Attributions", columns, rows)


def _attribution(context: _Context, item: Attribution) -> Row:
    source = _named(context, item.source) if item.source else (Piece("not named", dim=True),)
    told = Piece(f" · {item.source_class}", dim=True) if item.source_class else Piece("")
    manner = " ".join(part for part in (item.style, item.stance) if part)
    cells = (
        (*source, told),
        _plain(item.cue.text if item.cue else _DASH),
        (Piece(manner), *_aside(item)),
    )
    return Row((item.id,), cells, ((Piece(cut(item.text, 240), item.id),), *_remarks(item)))


def _relations(context: _Context) -> Iterable[Section]:
    rows = tuple(
        Row(
            (item.id,),
            (
                _named(context, item.head),
                _plain(f"—{item.type}→"),
                (*_named(context, item.tail), *_aside(item)),
            ),
            _remarks(item),
        )
        for item in context.document.relations
    )
    yield Section("relations", "Relations", ("head", "relation", "tail"), rows)


def _incidents(context: _Context) -> Iterable[Section]:
    for at, item in enumerate(context.document.incidents, 1):
        words = [item.type, item.stage, item.role]
        title = f"Incident {at}: " + ", ".join(word for word in words if word)
        rows = [Row((), (_plain(name), cell)) for name, cell in _form(context, item) if cell]
        yield Section("incidents", title, (), (Row((item.id,), rows[0].cells), *rows[1:]))


def _form(context: _Context, item: Incident) -> Iterable[tuple[str, Cell]]:
    """Name and value of each slot that says something; the events always come first."""
    yield "events", _list([_hopper(context, name) for name in item.hoppers]) or _plain(_DASH)
    if item.date:
        yield "date", _facts(item.date.edtf or _DASH, item.date.precision)
    if place := item.location:
        named = _named(context, place.place) if place.place else _plain(_DASH)
        wider = ", ".join(part for part in (place.admin1, place.country) if part)
        aside = [part for part in (wider, place.precision) if part]
        near = Piece(f"{place.place_relation} ") if place.place_relation else Piece("")
        yield "place", (near, *named, *(Piece(f" · {part}", dim=True) for part in aside))
    yield (
        "instruments",
        _list([_actor(context, i.entity, i.type, _times_of(i.count)) for i in item.instruments]),
    )
    yield (
        "perpetrators",
        _list([_actor(context, p.entity, p.role_class, p.confidence) for p in item.perpetrators]),
    )
    yield (
        "targets",
        _list(
            [
                _actor(context, t.entity, t.role_class, t.effect, _times_of(t.count))
                for t in item.targets
            ]
        ),
    )
    if tolls := item.casualties:
        for name in ("killed", "injured", "missing"):
            yield name, _toll(context, getattr(tolls, name))
    yield "damage", _plain(item.damage) if item.damage else ()
    if claim := item.claim:
        said = {True: "claimed", False: "not claimed", None: "not said"}[claim.claimed]
        by = _list([_named(context, name) for name in claim.claimants])
        channel = (Piece(" through "), *_named(context, claim.channel)) if claim.channel else ()
        yield "claim", (Piece(said), *((Piece(" by "), *by) if by else ()), *channel)
    yield "reported by", _list([_named(context, name) for name in item.reported_by])
    yield "evidence", _list([_named(context, name) for name in item.evidence])
    if words := [*_marks_of(item), *_words_on(item)]:
        yield "remarks", (Piece(" · ".join(words), dim=True),)


def _actor(context: _Context, entity: str | None, *facts: str | None) -> Cell:
    named = _named(context, entity) if entity else _plain("not named")
    return (*named, *(Piece(f" · {fact}", dim=True) for fact in facts if fact))


def _times_of(count: int | float | None) -> str | None:
    return None if count is None else f"×{figures(count)}"


def _toll(context: _Context, toll: Toll | None) -> Cell:
    if toll is None:
        return ()
    aside: list[Piece] = []
    if not toll.min == toll.max == toll.stated:
        aside.append(Piece(f" · from {figures(toll.min)} to {figures(toll.max)}", dim=True))
    for each in toll.by_source:
        value = Piece(f" {figures(each.value)}")
        aside += [Piece(" · ", dim=True), *_named(context, each.source), value]
    return (Piece(figures(toll.stated)), *aside)


def _facts(first: str, *rest: str | None) -> Cell:
    return (Piece(first), *(Piece(f" · {part}", dim=True) for part in rest if part))


def _named(context: _Context, name: str | None) -> Cell:
    """An item by what it says: a surface, an entity's name, or the bare id."""
    if name is None:
        return _plain(_DASH)
    if name in context.surfaces:
        numbered = subscript(context.marked.get(name))
        aside = (Piece(numbered, dim=True),) if numbered else ()
        return (Piece(context.surfaces[name], name), *aside)
    if name in context.entities:
        entity = context.entities[name]
        at = context.numbers.entities[name]
        words = entity.name or _kind(entity.type, entity.subtype)
        return (Piece(words, name), Piece(subscript(at), dim=True))
    if name in context.hoppers:
        return _hopper(context, name)
    return (Piece(name, dim=True),)


def _list(cells: Sequence[Cell]) -> Cell:
    pieces: list[Piece] = []
    for cell in cells:
        if pieces:
            pieces.append(Piece("; "))
        pieces.extend(cell)
    return tuple(pieces)


def _kind(type_: str, subtype: str | None) -> str:
    return f"{type_} {subtype}" if subtype else type_


def _plain(text: str) -> Cell:
    return (Piece(text),)


_MAKERS: dict[str, Callable[[_Context], Iterable[Section]]] = {
    "entities": _entities,
    "times": _times,
    "quantities": _quantities,
    "events": _events,
    "attributions": _attributions,
    "relations": _relations,
    "event_links": _links,
    "incidents": _incidents,
}
