"""What every rule gets to see: the document with its look-up tables, built once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..document import ANCHORED_LAYERS, LAYERS, Document, Fragments
from ..positions import excerpt
from ..problems import Problem, Severity, pointer

if TYPE_CHECKING:
    from ..labels import LabelSet

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
        self.layer_of: dict[str, str] = {}
        self.repeated: list[tuple[str, int, str]] = []
        self.hoppers = {event.hopper for event in document.events if event.hopper}
        self.ids: dict[str, set[str | None]] = {}
        count = 0
        for layer in LAYERS:
            names = [item.id for item in getattr(document, layer)]
            count += len(names)
            self.ids[layer] = set(names)
            self.layer_of.update(dict.fromkeys(names, layer))
        if len(self.layer_of) < count:
            self._find_repeated()

    def _find_repeated(self) -> None:
        first: dict[str, str] = {}
        for layer in LAYERS:
            for index, item in enumerate(getattr(self.document, layer)):
                if item.id in first:
                    self.repeated.append((layer, index, item.id))
                else:
                    first[item.id] = layer
        self.layer_of = first

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
        text, size = self.text, self.size
        cleared = True
        for layer in ANCHORED_LAYERS:
            for item in getattr(self.document, layer):
                stated, spans = item.text, item.spans
                start, end = spans[0]
                if (
                    len(spans) != 1
                    or start >= end
                    or end > size
                    or text[start:end] != stated
                    or stated[0].isspace()
                    or stated[-1].isspace()
                ):
                    cleared = False
                    break
        if cleared and not self.document.attributions:
            return []
        return self.anchored

    @functools.cached_property
    def references_fit(self) -> bool:
        """Whether every reference fits, seen by whole sets: most documents are done with this."""
        document, ids = self.document, self.ids
        events = document.events
        fillers = ids["mentions"] | ids["times"] | ids["quantities"] | ids["events"]
        nothing: set[str | None] = {None}
        return (
            nothing.issuperset(zone.duplicate_of or zone.parent for zone in document.zones)
            and ids["entities"] | nothing >= {mention.entity for mention in document.mentions}
            and ids["times"] | {None, "dct"} >= {time.anchor for time in document.times}
            and ids["mentions"] | nothing >= {item.source for item in document.attributions}
            and ids["mentions"] | ids["events"] | nothing >= {q.counts for q in document.quantities}
            and fillers.issuperset(a.filler for event in events for a in event.arguments)
            and not any(a.alternatives for event in events for a in event.arguments)
            and ids["attributions"].issuperset(
                name for event in events for name in event.attributions
            )
            and ids["mentions"].issuperset(r.head for r in document.relations)
            and ids["mentions"].issuperset(r.tail for r in document.relations)
            and not document.incidents
        )

    def declared(self, layer: str) -> bool:
        """Whether the layer is said to be annotated exhaustively."""
        return layer in self.document.annotation.layers


class Rule(NamedTuple):
    """One integrity rule: a stable code, a severity, what it demands, and the function."""

    code: str
    severity: Severity
    demand: str
    find: Callable[[Context], Iterator[Found]]

    def problems(self, context: Context, restore: Mapping[str, list[int]]) -> Iterator[Problem]:
        """The rule's findings as problems; ``restore`` gives the places items had in the file."""
        for path, message, span in self.find(context):
            yield Problem(
                code=self.code,
                severity=self.severity,
                pointer=pointer(*_as_in_file(path, restore)),
                message=message,
                excerpt=excerpt(context.text, *span) if span else None,
                document=context.document.id,
            )


def _as_in_file(
    path: tuple[str | int, ...], restore: Mapping[str, list[int]]
) -> tuple[str | int, ...]:
    if len(path) > 1 and path[0] in restore and isinstance(path[1], int):
        return (path[0], restore[str(path[0])][path[1]], *path[2:])
    return path
