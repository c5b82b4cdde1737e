"""An adapter's own settings, and the packages that it needs: one way to refuse either."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from goldwire.schema.errors import InputError, UnknownName

__all__ = ["Setting", "described", "need_package", "read_settings"]

SettingsType = TypeVar("SettingsType", bound=Struct)


class Setting(Struct, frozen=True):
    """One setting of an adapter: its name, what may be written, and what holds without it."""

    name: str
    takes: str
    default: str | float | None


def described(form: type[Struct]) -> tuple[tuple[Setting, ...], str]:
    """The settings of a form in their order, and what its docstring says of them."""
    fields = msgspec.structs.fields(form)
    settings = tuple(
        Setting(field.name, _takes(form.__annotations__[field.name]), field.default)
        for field in fields
    )
    return settings, " ".join((form.__doc__ or "").replace("``", "").split())


_WORDS = {"str": "text", "int": "a whole number", "float": "a number", "None": ""}


def _takes(annotation: str) -> str:
    """A type as a reader would say it: ``a number, none``."""
    named = annotation.replace("Offsets", "code_point, utf16, bytes")
    parts = re.sub(r"Literal\[(.*?)\]", r"\1", named).replace('"', "").replace("'", "")
    words = [word.strip() for word in re.split(r"[|,]", parts)]
    return ", ".join(said for word in words if (said := _WORDS.get(word, word)))


def read_settings(
    adapter: str, settings: Mapping[str, str], form: type[SettingsType]
) -> SettingsType:
    """Settings as they were written, ``NAME=VALUE``, in the types of ``form``.

    Raises ``UnknownName`` for a name that the adapter does not know, ``InputError`` for a value
    that is none.
    """
    known = form.__struct_fields__
    for name in settings:
        if name not in known:
            raise UnknownName(f"setting of {adapter}", name, known)
    for name, value in settings.items():
        try:
            msgspec.convert({name: value}, form, strict=False)
        except msgspec.ValidationError as problem:
            reason = str(problem).partition(" - at")[0]
            takes = next(each.takes for each in described(form)[0] if each.name == name)
            raise InputError(
                f"the setting {name} of {adapter} is wrong: {reason[0].lower()}{reason[1:]}",
                hint=f"It takes: {takes}.",
            ) from problem
    return msgspec.convert(dict(settings), form, strict=False)


def need_package(adapter: str, package: str, install: str) -> Any:
    """Import a package that goldwire does not bring along.

    Raises ``InputError``, which says what to install, where it is missing.
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] not in (package, "torch"):
            raise
        raise InputError(
            f"{adapter}: needs the package {missing.name}, which is not installed",
            hint=f"Install it with `pip install {install}`.",
        ) from missing
