"""Align and count one document of 5, 10, 20, 50, 100 gold and as many predicted templates.

    python -m tests.bench.templates

Budget: 50 ms to align 100 with 100. Beside it the forms that reproduce other scorers: GTT's best
map, which the peer looks for among (V + 1)^K maps, and CEAF-RME φ-subset over string mentions.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from goldwire.evaluate.compat import templates as peers
from goldwire.evaluate.metrics.templates import (
    Filler,
    Slot,
    Template,
    align_templates,
    count_templates,
    tabulate,
    value,
)
from tests.bench.measuring import SEED, table

SIZES = (5, 10, 20, 50, 100)
SLOTS = (
    Slot("type"),
    Slot("stage"),
    Slot("country"),
    Slot("date", near="cover"),
    Slot("killed", near="overlap"),
    *(Slot(role, ("class",)) for role in peers.ROLES),
)


def invented(chance: random.Random, size: int, noise: float) -> list[dict[str, Any]]:
    """Templates whose roles hold up to three of 60 entities, their mentions lost at a rate."""
    found = []
    for _ in range(size):
        roles = {}
        for role in peers.ROLES:
            entities = []
            for entity in chance.sample(range(60), chance.randint(0, 3)):
                names = [f"{entity} {name}" for name in range(1 + entity % 4)]
                entities.append([each for each in names if chance.random() >= noise] or names)
            roles[role] = entities
        found.append({"incident_type": chance.choice(("attack", "bombing")), **roles})
    return found


def records(chance: random.Random, templates: list[dict[str, Any]]) -> list[Template]:
    """The same templates with values beside the roles."""
    found = []
    for template in templates:
        day, killed = chance.randint(1, 30), chance.randint(0, 4)
        slots = {
            "type": [value(template["incident_type"])],
            "stage": [value("accomplished")],
            "country": [value("IQ")],
            "date": [value(day, (day, day + chance.randint(0, 2)))],
            "killed": [value(killed, (killed, killed))],
        }
        for role in peers.ROLES:
            kind = (("class", chance.choice("abc")),)
            slots[role] = [Filler(frozenset(each), None, kind) for each in template[role]]
        found.append(Template(slots))
    return found


def milliseconds(work: Callable[[], object], runs: int = 3) -> str:
    """Median wall time after one warm-up."""
    spent = []
    for _ in range(runs + 1):
        begin = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - begin))
    return f"{statistics.median(spent[1:]):.1f} ms"


def measured(size: int) -> tuple[str, ...]:
    chance = random.Random(SEED)
    gold, predicted = (invented(chance, size, noise) for noise in (0.0, 0.1))
    one, other = ([records(chance, each)] for each in (gold, predicted))
    tables = tabulate(one, other, SLOTS)
    alignment = align_templates(tables)
    documents = {"d": gold}, {"d": predicted}
    return (
        str(size),
        milliseconds(lambda: tabulate(one, other, SLOTS)),
        milliseconds(lambda: align_templates(tables)),
        milliseconds(lambda: count_templates(tables, alignment)),
        milliseconds(lambda: peers.gtt(*documents), runs=1),
        milliseconds(lambda: peers.ceaf_rme(*documents), runs=1),
        f"{(size + 1.0) ** size:.1e}",
    )


def main() -> None:
    header = ("templates", "to columns", "align", "count", "as GTT", "as CEAF-RME", "maps of GTT")
    rows = [measured(size) for size in SIZES]
    table("One document, gold × as many predicted templates, 10 slots", header, rows)


if __name__ == "__main__":
    main()
