"""The templates of each document as one: what CEAF-REE compares."""

from __future__ import annotations

import numpy as np

from ..keys import ordering, pack
from .template_tables import Rows, Side, Slot, Tables, arrange

__all__ = ["merge_templates"]


def merge_templates(tables: Tables) -> Tables:
    """One template for each document, with the entities of all, slot by slot.

    Equal sets of mentions are one filler, which is optional where all are that it came from, by
    themselves or by their template; fillers without mentions are kept apart. Ranges, qualifiers,
    and evidence are left behind.
    """
    return Tables(
        tables.documents,
        tuple(Slot(slot.name) for slot in tables.slots),
        _merged(tables, tables.gold),
        _merged(tables, tables.predicted),
    )


def _merged(tables: Tables, side: Side) -> Side:
    contents = side.contents
    # Optional ones last: the first of equal fillers says whether any of them counts.
    optional = side.optional[side.template] | contents.optional[side.content]
    same = pack(
        [contents.document[side.content], side.slot, contents.entity[side.content]], len(optional)
    )
    order = ordering(2 * same + optional)
    first = np.ones(len(order), bool)
    first[1:] = same[order[1:]] != same[order[:-1]]
    rows = order[first | (contents.size[side.content[order]] == 0)]
    content = side.content[rows]
    document, template = np.unique(contents.document[content], return_inverse=True)
    nothing = np.zeros(len(document), np.int64)
    return arrange(
        tables.documents,
        len(tables.slots),
        Rows(
            document,
            nothing,
            nothing.astype(bool),
            nothing,
            template,
            side.slot[rows],
            content,
            np.full(len(rows), np.inf),
            np.full(len(rows), -np.inf),
            optional[rows],
            np.zeros((len(rows), 0), np.int64),
            (contents.size, contents.mentions[1]),
            contents.entity,
            (nothing[:0], nothing[:0]),
        ),
    )
