"""A view for the terminal: the peer's numbers, ours beside them, and what the peer does else."""

from __future__ import annotations

from goldwire.schema.positions import visible

from .model import View

__all__ = ["render_view"]

_NARROWEST = 40
_COUNTS = 3
"""Where there is no room counts are left out first, the last ones before the others."""


def render_view(view: View, width: int) -> str:
    """The view in plain characters, in lines of ``width`` cells. Ratios are percentages."""
    from ..report.grid import Column, fit, grid
    from ..report.words import number, percent
    from ..report.wrapping import wrapped

    width = max(_NARROWEST, width)
    peer = visible(view.peer)
    options = ", ".join(f"{name} {value}" for name, value in view.options.items() if value)
    parts = [wrapped(f"{view.name}: {peer}" + (f" ({options})" if options else ""), width)]
    ratios = dict.fromkeys((*view.names, "accuracy"))
    names = dict.fromkeys(name for row in view.scores for name in row.peer)
    columns = [Column("", tuple(fit(row.name, 32) for row in view.scores))]
    for rank, name in enumerate(names, start=_COUNTS):
        shown = percent if name in ratios else number
        cells = tuple(shown(row.peer[name]) if name in row.peer else "" for row in view.scores)
        strong = name == view.names[2]
        drop = 0 if strong else 1 if name in ratios else rank
        columns.append(Column(name, cells, "peer", drop, strong))
    for name, title in (("precision", "P"), ("recall", "R"), ("f1", "F1")):
        cells = tuple(percent(row.own[name]) if name in row.own else "" for row in view.scores)
        drop = 0 if name == "f1" else 2
        columns.append(Column(title, cells, "goldwire", drop, name == "f1"))
    columns.sort(key=lambda column: (column.group == "goldwire", column.group == "peer"))
    parts.append(grid(columns, width).plain.rstrip())
    parts.append(wrapped(_verdict(view), width))
    for each in view.deviations:
        parts.append(wrapped(f"{each.name}: {each.text}", width))
    for note in view.notes:
        parts.append(wrapped(f"note: {note}", width))
    parts.append(wrapped(visible(view.signature), width))
    return "\n\n".join(parts)


def _verdict(view: View) -> str:
    compared = [row for row in view.scores if row.own]
    differing = len(view.differing())
    if not compared:
        return "goldwire has no numbers of its own for this input."
    if not differing:
        return "goldwire gives the same numbers."
    differ = "differs" if differing == 1 else "differ"
    why = "; what the peer does else:" if view.deviations else ": see the notes."
    if not view.deviations and not view.notes:
        why = "."
    return f"{differing} of {len(compared)} lines {differ} from goldwire's own numbers{why}"
