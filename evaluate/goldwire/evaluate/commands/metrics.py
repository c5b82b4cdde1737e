"""``goldwire evaluate metrics``: what is scored, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from goldwire.schema.commands import as_json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from ..catalogue import Description

__all__ = ["metrics"]

_NARROWEST = 40
_MORE = (
    "Where f1 stands, precision and recall have names of their own. Parameters that may follow: "
    "average=macro or macro_union, and type=LABEL, where labels are counted apart; "
    "mentions=head or partial, singletons=false, and blanc=2014 of chains."
)


@click.command()
@click.argument("layer", required=False)
@as_json_option
def metrics(layer: str | None, as_json: bool) -> None:
    """List the metrics by name, of LAYER or of all: what is counted, and who defined it.

    A name that is printed here can be read: in gates, and by goldwire.evaluate.catalogue.read.

    \b
    goldwire evaluate metrics
    goldwire evaluate metrics entities
    goldwire evaluate metrics --json
    """
    from goldwire.schema.errors import UnknownName

    from ..catalogue import described
    from ..layers import SCORED_LAYERS

    if layer is not None and layer not in SCORED_LAYERS:
        raise UnknownName("layer", layer, SCORED_LAYERS)
    found = described(layer)
    if as_json:
        print_json([_record(each) for each in found])
        return
    from rich.console import Console

    console = Console(highlight=False)
    console.print(_listing(found, max(_NARROWEST, console.width)))


def _names(description: Description) -> list[str]:
    from ..catalogue import Metric

    return [
        str(Metric(description.layer, value, description.criterion)) for value in description.values
    ]


def _record(description: Description) -> dict[str, object]:
    import msgspec

    from ..catalogue import FORMS

    record: dict[str, object] = {"names": _names(description)}
    record |= msgspec.to_builtins(description)
    return record | {"formula": FORMS[description.form]}


def _listing(found: Sequence[Description], width: int) -> Text:
    """Layer by layer: each name, and under it what it says and its source."""
    from rich.text import Text

    from ..report.wrapping import wrapped

    text = Text()
    layer = None
    for each in found:
        if each.layer != layer:
            text.append("\n" if layer else "")
            text.append(f"{each.layer}\n", "bold")
            layer = each.layer
        text.append(f"  {_names(each)[-1]}{'  (main)' if each.main else ''}\n")
        for line in wrapped(f"{each.line} [{each.citation}]", width - 4).splitlines():
            text.append(f"    {line}\n", "dim")
    text.append(f"\n{wrapped(_MORE, width)}", "dim")
    return text
