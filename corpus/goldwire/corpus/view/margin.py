"""The margin of the terminal: which zones begin on a line, and which of them are not scored."""

from __future__ import annotations

from collections.abc import Sequence

from goldwire.schema.document import Zone
from goldwire.schema.positions import visible

from .layout import Line, zones_between

__all__ = ["margin_names", "margin_signs", "margin_width"]

_NARROWEST, _WIDEST = 6, 15


def margin_width(zones: Sequence[Zone]) -> int:
    """Cells that the longest name takes, with a ``+`` and a blank."""
    from rich.cells import cell_len

    names = (cell_len(visible(zone.kind)) + (2 if zone.scored else 4) for zone in zones)
    return max(_NARROWEST, min(_WIDEST, max(names))) if zones else 0


def margin_names(zones: Sequence[Zone], lines: Sequence[Line], width: int) -> list[str]:
    """For each line the name of its first zone where a zone begins on it, in ``width`` cells.

    ``body``, or ``(chrome)`` where the zone is not scored; a ``+`` says that another zone begins
    after it on the same line: ``dateline+``, ``(caption+)``, or ``caption(+)`` where only the
    other is not scored. A kind that is too long is cut, its signs stay. All names are empty
    where ``width`` is 0.
    """
    from rich.cells import cell_len

    seen: set[str] = set()
    names = []
    for line in lines:
        here = zones_between(zones, line.start, line.end) if line.start < line.end else []
        new = [zone for zone in here if zone.id not in seen]
        seen.update(zone.id for zone in new)
        name = _name(here[0], new, width - 1) if new and width else ""
        names.append(name + " " * (width - cell_len(name)))
    return names


def margin_signs(names: Sequence[str]) -> list[tuple[str, str]]:
    """The signs in use in ``names``, each with what it says."""
    found = []
    if any("(" in name for name in names):
        found.append(("(zone)", "not scored"))
    if any("+" in name for name in names):
        found.append(("zone+", "another begins on the line"))
    return found


def _name(first: Zone, new: Sequence[Zone], room: int) -> str:
    from rich.cells import cell_len, set_cell_size

    opening, closing = ("", "") if first.scored else ("(", ")")
    others = [zone for zone in new if zone.kind != first.kind]
    if any(zone.scored for zone in others):
        closing += "+"
    elif others:
        closing = "(+)" if first.scored else "+)"
    kind, room = visible(first.kind), room - cell_len(opening + closing)
    if cell_len(kind) > room:
        kind = set_cell_size(kind, max(0, room - 1)) + "…"
    return opening + kind + closing
