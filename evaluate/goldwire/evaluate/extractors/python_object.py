"""``python:PACKAGE.MODULE:OBJECT``: an extractor in Python, found by its name."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from goldwire.schema.errors import InputError, UnknownName

from .offsets import OffsetSettings
from .protocol import Extractor, Options, refuse_settings
from .settings import read_settings

__all__ = ["make"]

_HINT = "Write python:PACKAGE.MODULE:OBJECT; modules in this folder are found, too."


def make(argument: str, options: Options) -> Extractor:
    """The callable of that name; a class is called with the settings to make one.

    ``offsets`` is a setting of the run, not of the object.

    Raises ``InputError`` where it cannot be imported or is no callable, ``UnknownName`` for a
    name that the module does not have.
    """
    given = {name: value for name, value in options.settings.items() if name != "offsets"}
    read_settings(
        "python",
        {name: value for name, value in options.settings.items() if name == "offsets"},
        OffsetSettings,
    )
    module, colon, path = argument.partition(":")
    if not (module and colon and path):
        raise InputError(f"{argument!r} names no object in a module", hint=_HINT)
    here = str(Path.cwd())
    if here not in sys.path:  # a console script does not look where it is run
        sys.path.insert(0, here)
    try:
        found: Any = import_module(module)
    except Exception as problem:
        raise InputError(
            f"the module {module!r} cannot be imported: {type(problem).__name__}: {problem}",
            hint=_HINT,
        ) from problem
    for name in path.split("."):
        if not hasattr(found, name):
            known = [each for each in vars(found) if not each.startswith("_")]
            raise UnknownName(f"object of {module}", name, known)
        found = getattr(found, name)
    if isinstance(found, type):
        try:
            found = found(**given)
        except TypeError as problem:
            raise InputError(f"{argument!r} cannot be made: {problem}") from problem
    else:
        refuse_settings(argument, replace(options, settings=given))
    if not callable(found):
        raise InputError(
            f"{argument!r} is {type(found).__name__}, which cannot be called",
            hint="An extractor is a callable that takes a Document.",
        )
    if "offsets" in options.settings:
        try:
            found.offsets = options.settings["offsets"]
        except AttributeError as problem:
            raise InputError(
                f"{argument!r} cannot be told what its offsets count",
                hint="Wrap it in a function of your own.",
            ) from problem
    extractor: Extractor = found
    return extractor
