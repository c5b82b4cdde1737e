"""A label set read out of a schema: inventories, guidance, keys, and what fits together.

A schema states each inventory as one definition with ``enum`` and, under ``x-labels``, what a
labelling screen needs. Conventions: ``subtypeTYPE`` and ``rolesTYPE`` hold what goes with TYPE.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from .schemas import Schema

__all__ = ["Fillers", "Inventory", "Label", "LabelSet", "Signature", "read_labels"]


class Label(Struct, frozen=True):
    """One label with its guidance. ``key`` is the key that picks it in a labelling screen."""

    name: str
    title: str
    description: str
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    key: str | None = None


class Inventory(Struct, frozen=True):
    """The labels of one definition of the schema, in its order."""

    name: str
    title: str
    description: str
    labels: tuple[Label, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The labels alone."""
        return tuple(label.name for label in self.labels)


class Fillers(Struct, frozen=True):
    """What may fill a role: entity types of mentions (``None`` is any), and other kinds."""

    mention: tuple[str, ...] | None
    kinds: frozenset[str]

    def admits(self, kind: str) -> bool:
        """Whether an entity type, or ``time``, ``quantity``, or ``event``, may fill the role."""
        if kind in ("time", "quantity", "event"):
            return kind in self.kinds
        return self.mention is None or kind in self.mention

    def __str__(self) -> str:
        names = ["any mention"] if self.mention is None else list(self.mention)
        return " or ".join([*names, *(f"a {kind}" for kind in sorted(self.kinds))])


class Signature(Struct, frozen=True):
    """Which entity types a relation joins, and whether its direction matters."""

    head: tuple[str, ...] | None
    tail: tuple[str, ...] | None
    symmetric: bool


class LabelSet:
    """All inventories of a schema. Empty for ``core``, which admits any label."""

    def __init__(
        self,
        inventories: dict[str, Inventory],
        fillers: dict[str, Fillers],
        signatures: dict[str, Signature],
    ) -> None:
        self.inventories = inventories
        self._fillers = fillers
        self._signatures = signatures
        self._admitted: dict[tuple[str, str], bool] = {}

    def names(self, inventory: str) -> tuple[str, ...] | None:
        """The labels of an inventory; ``None`` where the schema has none of that name."""
        found = self.inventories.get(inventory)
        return found.names if found else None

    def roles(self, event_type: str) -> tuple[str, ...] | None:
        """The roles of an event type; ``None`` where the schema does not restrict them."""
        return self.names(f"roles{event_type}")

    def subtypes(self, type_: str) -> tuple[str, ...] | None:
        """The subtypes of an entity or event type; ``None`` where there are none."""
        return self.names(f"subtype{type_}")

    def fillers(self, role: str) -> Fillers | None:
        """What may fill a role; ``None`` where the schema does not say."""
        return self._fillers.get(role)

    def admits(self, role: str, kind: str) -> bool:
        """Whether a filler of ``kind`` may fill a role; yes where the schema does not say."""
        known = self._admitted.get((role, kind))
        if known is None:
            fillers = self._fillers.get(role)
            known = self._admitted[role, kind] = fillers is None or fillers.admits(kind)
        return known

    def signature(self, relation_type: str) -> Signature | None:
        """What a relation joins; ``None`` where the schema does not say."""
        return self._signatures.get(relation_type)


def read_labels(schema: Schema) -> LabelSet:
    """The label set of a schema."""
    inventories: dict[str, Inventory] = {}
    fillers: dict[str, Fillers] = {}
    signatures: dict[str, Signature] = {}
    for name, definition in schema.get("$defs", {}).items():
        if not isinstance(definition, dict) or not definition.get("enum"):
            continue
        guidance: dict[str, dict[str, Any]] = definition.get("x-labels", {})
        if name.startswith("roles"):  # what a role is is said once, for all event types
            guidance = schema["$defs"].get("role", {}).get("x-labels", {})
        names = [value for value in definition["enum"] if isinstance(value, str)]
        if not names:
            continue
        inventories[name] = Inventory(
            name,
            definition.get("title", name),
            definition.get("description", ""),
            tuple(_label(label, guidance.get(label, {})) for label in names),
        )
        for label, entry in guidance.items():
            if "fillers" in entry:
                fillers[label] = _fillers(entry["fillers"])
            if "head" in entry or "tail" in entry:
                signatures[label] = Signature(
                    _types(entry.get("head")),
                    _types(entry.get("tail")),
                    bool(entry.get("symmetric")),
                )
    return LabelSet(inventories, fillers, signatures)


def _label(name: str, entry: dict[str, Any]) -> Label:
    return Label(
        name,
        entry.get("title", name),
        entry.get("description", ""),
        tuple(entry.get("examples", ())),
        tuple(entry.get("counterExamples", ())),
        entry.get("key"),
    )


def _fillers(entry: dict[str, Any]) -> Fillers:
    mention = _types(entry["mention"]) if "mention" in entry else ()
    return Fillers(
        mention, frozenset(kind for kind, on in entry.items() if on and kind != "mention")
    )


def _types(value: object) -> tuple[str, ...] | None:
    return tuple(value) if isinstance(value, list) else None
