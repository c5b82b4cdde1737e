"""``goldwire evaluate score --as NAME``: what another scorer says of the same input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from goldwire.schema.errors import InputError

__all__ = ["refuse_other_options", "show_view"]

_TAKEN = ("gold", "predictions", "view", "settings", "as_json", "output")
"""Parameters of ``score`` that hold for another scorer, too."""

_SETTINGS = {"layers": "layer", "mentions": "match", "singletons": "singletons"}
"""Options of another scorer that say the same as a parameter of ``score``."""


def show_view(
    name: str,
    gold: str,
    predictions: str,
    options: Iterable[str] = (),
    *,
    as_json: bool = False,
    output: str | None = None,
) -> None:
    """Print the view of that name, a table or JSON, and write it as JSON to ``output``.

    ``options`` are those of the view as ``NAME=VALUE``, such as ``scheme=IOBES``. Raises
    ``InputError`` for an option in another form, and what ``goldwire.evaluate.views.view`` raises.
    """
    from ..views import view
    from ..views.render import render_view
    from .delivery import deliver

    found = view(name, gold, predictions, **_options(name, options))
    deliver(found, lambda width: render_view(found, width), as_json=as_json, output=output)


def refuse_other_options(ctx: click.Context, name: str) -> None:
    """Refuse options of ``score`` that were given and that the view of that name does not take.

    Raises ``InputError`` that names the ``--set`` that does it, where there is one, and
    ``UnknownName`` for a view that is not there.
    """
    from ..views import options_of

    taken = options_of(name)
    for parameter in ctx.command.params:
        given = parameter.name or ""
        source = ctx.get_parameter_source(given)
        if given in _TAKEN or source is not click.core.ParameterSource.COMMANDLINE:
            continue
        value = ctx.params[given]
        flags = parameter.secondary_opts if value is False else parameter.opts
        setting = _SETTINGS.get(given)
        if setting is not None and setting in taken:
            word = value[0] if isinstance(value, tuple) else str(value).lower()
            hint = _setting(name, setting, word)
        elif given in ("html", "markdown"):
            hint = "Write its numbers as JSON with --output."
        elif taken:
            hint = f"Leave it out; {name} takes --set with {', '.join(taken)}."
        else:
            hint = f"Leave it out; {name} takes no options."
        raise InputError(f"{flags[0]} does not go with --as {name}", hint=hint)


def _setting(name: str, setting: str, word: str) -> str:
    """How to say it with --set; where the view has no such value, which it has."""
    from goldwire.schema.errors import UnknownName

    from ..views import option_value

    try:
        option_value(name, setting, word)
    except UnknownName as problem:
        return f"{name} has --set {setting}=…, with one of {', '.join(problem.known)}."
    return f"Write --set {setting}={word}."


def _options(name: str, given: Iterable[str]) -> dict[str, Any]:
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
