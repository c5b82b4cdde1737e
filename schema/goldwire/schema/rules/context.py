"""What every rule gets to see: the document with its look-up tables, built once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from ..document import ANCHORED_LAYERS, LAYERS, Document, Fragments
from ..positions import OffsetMap, Unit, excerpt
from ..problems import Problem, Severity, pointer

if TYPE_CHECKING:
    from ..labels import LabelSet

_alternatives = attrgetter("alternatives")

__all__ = ["Anchored", "Context", "Found", "Rule"]


class Anchored(NamedTuple):
    """An anchored thing and its address: an item, or the cue of an attribution."""

    path: tuple[str | int, ...]
    spans: Fragments
    text: str


class Found(NamedTuple):
    """What a rule reports: the address, the sentence, and the place in the text if there is one."""

    path: tuple[str | int, ...]
    message: str
    span: tuple[int, int] | None = None


class Context:
    """A document, its label set, and the tables that rules look things up in.

    ``hidden`` holds ids of items that were left out because the schema refuses them: a
    reference to one of them is no second problem.
    """

    def __init__(
        self,
        document: Document,
        labels: LabelSet,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self.document = document
        self.labels = labels
        self.hidden = hidden
        self.text = document.text
        self.size = len(document.text)
        self._offsets: dict[Unit, OffsetMap] = {}
        self.hoppers = {event.hopper for event in document.events if event.hopper}
        self.ids: dict[str, set[str | None]] = {
            layer: {item.id for item in getattr(document, layer)} for layer in LAYERS
        }

    @functools.cached_property
    def layer_of(self) -> dict[str, str]:
        """The layer of every id; of an id that stands twice, the first."""
        found: dict[str, str] = {}
        for layer in LAYERS:
            for item in getattr(self.document, layer):
                found.setdefault(item.id, layer)
        return found

    @functools.cached_property
    def repeated(self) -> list[tuple[str, int, str]]:
        """Layer, place, and id of every item whose id an earlier one has."""
        items = sum(len(getattr(self.document, layer)) for layer in LAYERS)
        if len(set().union(*self.ids.values())) == items:
            return []
        seen: set[str] = set()
        found = []
        for layer in LAYERS:
            for index, item in enumerate(getattr(self.document, layer)):
                if item.id in seen:
                    found.append((layer, index, item.id))
                seen.add(item.id)
        return found

    @functools.cached_property
    def anchored(self) -> list[Anchored]:
        """Everything that stands in the text: the items of the anchored layers, and cues."""
        found = [
            Anchored((layer, index), item.spans, item.text)
            for layer in ANCHORED_LAYERS
            for index, item in enumerate(getattr(self.document, layer))
        ]
        for index, attribution in enumerate(self.document.attributions):
            if attribution.cue is not None:
                cue = attribution.cue
                found.append(Anchored(("attributions", index, "cue"), cue.spans, cue.text))
        return found

    @functools.cached_property
    def suspects(self) -> list[Anchored]:
        """The anchored things that one quick test does not clear of all rules about spans.

        A single span that lies in the text, holds its surface, and has no blank at an edge
        breaks none of S1 to S5: most items are done with this.
        """
        text = self.text
        for layer in ANCHORED_LAYERS:
            items = getattr(self.document, layer)
            if not items:
                continue
            surfaces = [item.text for item in items]
            spans = [item.spans for item in items]
            cleared = (
                set(map(len, spans)) == {1}
                and all(surfaces)
                and [text[start:end] for ((start, end),) in spans] == surfaces
                and [end - start for ((start, end),) in spans] == list(map(len, surfaces))
                and list(map(str.strip, surfaces)) == surfaces
            )
            if not cleared:
                return self.anchored
        return self.anchored if self.document.attributions else []

    @functools.cached_property
    def references_fit(self) -> bool:
        """Whether every reference fits, seen by whole sets: most documents are done with this."""
        document, ids = self.document, self.ids
        mentions, events = ids["mentions"], document.events
        arguments = [argument for event in events for argument in event.arguments]
        fillers = mentions | ids["times"] | ids["quantities"] | ids["events"]
        told = [name for event in events for name in event.attributions]
        return (
            not document.incidents
            and not any(map(_alternatives, arguments))
            and fillers.issuperset([argument.filler for argument in arguments])
            and ids["entities"].issuperset([m.entity for m in document.mentions if m.entity])
            and (ids["times"] | {None, "dct"}).issuperset([t.anchor for t in document.times])
            and (mentions | ids["events"]).issuperset(
                [q.counts for q in document.quantities if q.counts]
            )
            and mentions.issuperset([a.source for a in document.attributions if a.source])
            and ids["attributions"].issuperset(told)
            and mentions.issuperset([relation.head for relation in document.relations])
            and mentions.issuperset([relation.tail for relation in document.relations])
            and {(z.duplicate_of, z.parent) for z in document.zones} <= {(None, None)}
        )

    def offsets(self, unit: Unit) -> OffsetMap:
        """The text's offsets in another unit, made once."""
        if unit not in self._offsets:
            self._offsets[unit] = OffsetMap(self.text, unit)
        return self._offsets[unit]

    def declared(self, layer: str) -> bool:
        """Whether the layer is said to be annotated exhaustively."""
        return layer in self.document.annotation.layers


class Rule(NamedTuple):
    """One integrity rule: a stable code, a severity, what it demands, and the function."""

    code: str
    severity: Severity
    demand: str
    find: Callable[[Context], Iterator[Found]]

    def problem(self, found: Found, context: Context, restore: Mapping[str, list[int]]) -> Problem:
        """A finding as a problem; ``restore`` gives the places that items had in the file."""
        return Problem(
            code=self.code,
            severity=self.severity,
            pointer=pointer(*_as_in_file(found.path, restore)),
            message=found.message,
            excerpt=excerpt(context.text, *found.span) if found.span else None,
            document=context.document.id,
        )


def _as_in_file(
    path: tuple[str | int, ...], restore: Mapping[str, list[int]]
) -> tuple[str | int, ...]:
    if len(path) > 1 and path[0] in restore and isinstance(path[1], int):
        return (path[0], restore[str(path[0])][path[1]], *path[2:])
    return path
