"""What a log must come to, found without the engine's nodes: two stacks of documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from goldwire.annotate.edits import apply
from goldwire.annotate.store import Entry
from goldwire.schema.document import LAYERS, Document
from goldwire.schema.document import to_plain as plain
from goldwire.schema.positions import surface


class Stacks:
    """Undo takes a document from one stack to the other, redo brings it back."""

    def __init__(self, base: Document) -> None:
        self.done = [base]
        self.undone: list[Document] = []

    @property
    def document(self) -> Document:
        return self.done[-1]

    def edited(self, document: Document) -> None:
        self.done.append(document)
        self.undone.clear()

    def undo(self) -> bool:
        if len(self.done) == 1:
            return False
        self.undone.append(self.done.pop())
        return True

    def redo(self) -> bool:
        if not self.undone:
            return False
        self.done.append(self.undone.pop())
        return True

    def follow(self, entries: Iterable[Entry]) -> None:
        """Do what the entries of a log say."""
        for entry in entries:
            if entry.kind == "edit":
                assert entry.edit is not None
                self.edited(apply(self.document, entry.edit))
            else:
                assert self.undo() if entry.kind == "undo" else self.redo()


def check_offsets(document: Document) -> None:
    """Every item says what stands under its spans, and has a name of its own."""
    ids = [item.id for layer in LAYERS for item in getattr(document, layer)]
    assert len(ids) == len(set(ids))
    cues = [each.cue for each in document.attributions if each.cue is not None]
    anchored = [i for layer in LAYERS for i in getattr(document, layer) if hasattr(i, "spans")]
    for item in (*anchored, *cues):
        ends = [0, *(place for span in item.spans for place in span), len(document.text)]
        assert ends == sorted(ends)
        assert item.spans
        assert item.text == surface(document.text, item.spans)


_NAMING = {
    "entity", "entities", "duplicate_of", "parent", "anchor", "counts", "filler", "attributions",
    "source", "head", "tail", "from", "to", "hopper", "hoppers", "place", "claimants", "channel",
    "reported_by", "evidence",
}  # fmt: skip


def references(document: Document) -> set[tuple[str, str]]:
    """Whatever names an item or a hopper, by its kind: found in the JSON, field by field."""
    found: set[tuple[str, str]] = set()
    for layer in LAYERS:
        for item in plain(document)[layer]:
            found.update(_named(layer, item))
    return found


def _named(layer: str, value: object, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in ("id", "text", "note", "name"):
                yield from _named(layer, each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _named(layer, each, field)
    elif isinstance(value, str) and (
        field in _NAMING or (field, layer) == ("alternatives", "events")
    ):
        hopper = field in ("hopper", "hoppers", "from", "to")
        yield ("hopper" if hopper else "item"), value
