"""What every rule gets to see: the document with its look-up tables, built once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..document import ANCHORED_LAYERS, LAYERS, Document, Fragments
from ..positions import OffsetMap, Unit, excerpt
from ..problems import Problem, Severity, pointer

if TYPE_CHECKING:
    from ..labels import LabelSet

__all__ = ["Anchored", "Context", "Found", "Rule"]

_KINDS = {"times": "time", "quantities": "quantity", "events": "event"}
"""What an item of a layer is called where it fills a role; a mention goes by its type."""


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

    @functools.cached_property
    def ids(self) -> dict[str, set[str | None]]:
        """The ids of each layer."""
        return {layer: {item.id for item in getattr(self.document, layer)} for layer in LAYERS}

    @functools.cached_property
    def ids_differ(self) -> bool:
        """Whether no id stands twice."""
        items = sum([len(getattr(self.document, layer)) for layer in LAYERS])
        return len(set().union(*self.ids.values())) == items

    @functools.cached_property
    def layer_of(self) -> dict[str, str]:
        """The layer of every id; of an id that stands twice, the first."""
        found: dict[str, str] = {}
        for layer in LAYERS:
            for item in getattr(self.document, layer):
                found.setdefault(item.id, layer)
        return found

    @functools.cached_property
    def kinds(self) -> dict[str | None, str]:
        """What each id is that may fill a role: a mention's type, time, quantity, or event."""
        kinds: dict[str | None, str] = {item.id: item.type for item in self.document.mentions}
        for layer, kind in _KINDS.items():
            kinds.update(dict.fromkeys(self.ids[layer], kind))
        return kinds

    @functools.cached_property
    def mentioned(self) -> set[str | None]:
        """The entities that mentions belong to; ``None`` where one belongs to none."""
        return {mention.entity for mention in self.document.mentions}

    @functools.cached_property
    def hoppers(self) -> set[str]:
        """The hoppers that have events."""
        return {event.hopper for event in self.document.events if event.hopper}

    @functools.cached_property
    def arguments(self) -> list[tuple[str, str, str]]:
        """The id of the event, the role, and the filler of every argument."""
        events = self.document.events
        return [(event.id, each.role, each.filler) for event in events for each in event.arguments]

    @functools.cached_property
    def fillers(self) -> set[tuple[str, str | None]]:
        """The pairs of a role and the kind of a filler that occur; ``None`` is an unknown id."""
        kind_of, events = self.kinds.get, self.document.events
        others = [
            (argument.role, kind_of(name))
            for event in events
            for argument in event.arguments
            if argument.alternatives
            for name in argument.alternatives
        ]
        return {(role, kind_of(filler)) for _, role, filler in self.arguments}.union(others)

    @functools.cached_property
    def mention_ends(self) -> dict[int, int]:
        """The end of a mention by its start, of those with a single span."""
        return {m.spans[0][0]: m.spans[0][1] for m in self.document.mentions if len(m.spans) == 1}

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
