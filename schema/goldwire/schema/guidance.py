"""Label guidance as Markdown tables, as the annotation guidelines hold them."""

from __future__ import annotations

import re

from .labels import Inventory, LabelSet

__all__ = ["fill_tables", "markdown_table"]

_PLACE = re.compile(r"(<!-- labels:(\w+) -->\n).*?(<!-- /labels -->)", re.DOTALL)


def markdown_table(inventory: Inventory) -> str:
    """One row a label: label, key, meaning, example, and what it is not."""
    rows = ["| label | key | meaning | example | not |", "|---|---|---|---|---|"]
    for label in inventory.labels:
        cells = (
            label.name,
            label.key or "",
            label.description,
            "; ".join(label.examples),
            "; ".join(label.counter_examples),
        )
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def fill_tables(page: str, labels: LabelSet) -> str:
    """``page`` with every table between ``<!-- labels:NAME -->`` and ``<!-- /labels -->`` anew."""

    def table(match: re.Match[str]) -> str:
        inventory = labels.inventories[match[2]]
        return f"{match[1]}{markdown_table(inventory)}\n{match[3]}"

    return _PLACE.sub(table, page)
