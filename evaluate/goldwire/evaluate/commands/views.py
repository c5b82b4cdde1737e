"""``goldwire evaluate score --as NAME``: what another scorer says of the same input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from goldwire.schema.commands import print_json

__all__ = ["show_view"]


def show_view(
    name: str, gold: str, predictions: str, options: Iterable[str] = (), *, as_json: bool = False
) -> None:
    """Print the view of that name: a table, or JSON.

    ``options`` are those of the view as ``NAME=VALUE``, such as ``scheme=IOBES``. Raises
    ``InputError`` for an option in another form, and what ``goldwire.evaluate.views.view`` raises.
    """
    from ..views import view

    found = view(name, gold, predictions, **_options(name, options))
    if as_json:
        print_json(found)
        return
    from rich.console import Console

    from ..views.render import render_view

    click.echo(render_view(found, Console().width))


def _options(name: str, given: Iterable[str]) -> dict[str, Any]:
    from goldwire.schema.errors import InputError

    from ..views import option_value

    found: dict[str, Any] = {}
    for each in given:
        option, equals, text = each.partition("=")
        if not equals:
            raise InputError(
                f"{each!r} is no option of a view", hint="Write NAME=VALUE, such as mode=strict."
            )
        option = option.strip().replace("-", "_")
        if option in found:
            raise InputError(f"the option {option!r} of {name} is given twice")
        found[option] = option_value(name, option, text.strip())
    return found
