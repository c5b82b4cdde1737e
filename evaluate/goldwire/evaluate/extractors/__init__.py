"""Extractors: anything that turns a document's text into a prediction.

An extractor is a callable: it is given a ``Document`` with the text and what the publisher says
of it, never the annotation, and returns the layers it found. :mod:`.protocol` says it in full.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from msgspec import Struct

from goldwire.schema.errors import InputError, UnknownName

from .protocol import (
    Answer,
    Extractor,
    Options,
    Prediction,
    Reply,
    Usage,
    Worker,
    blind,
    refuse_settings,
)

__all__ = [
    "BUILT_IN",
    "SCHEMES",
    "Answer",
    "Extractor",
    "Options",
    "Prediction",
    "Reply",
    "Scheme",
    "Usage",
    "Worker",
    "blind",
    "find_extractor",
    "settings_of",
]

BUILT_IN = {
    "rules": (
        "goldwire.evaluate.extractors.rules:extract",
        "Gazetteers, patterns, date and number grammars; fills every layer in part.",
    ),
}
"""Name → (``"module:object"``, what it does); nothing is imported before it runs."""


class Scheme(Struct, frozen=True):
    """A way to name extractors: ``SCHEME:ARGUMENT``.

    ``target`` is the ``"module:object"`` of a ``make(argument, options) -> Extractor``, ``form``
    how such a name is written. Where ``computes``, the extractor works in Python, in this
    process or in one of its own; else its worker waits for something outside.
    """

    target: str
    form: str
    line: str
    computes: bool = False
    settings: str | None = None
    """The ``"module:object"`` of the form of its settings; ``Settings`` beside ``make``, if not."""


_HERE = "goldwire.evaluate.extractors"
_OFFSETS = f"{_HERE}.offsets:OffsetSettings"

SCHEMES = {
    "python": Scheme(
        f"{_HERE}.python_object:make", "python:PACKAGE.MODULE:OBJECT",
        "A callable in Python, Document to prediction.", True, _OFFSETS,
    ),
    "cmd": Scheme(
        f"{_HERE}.command:make", "cmd:./program --flag",
        "A program in any language: JSON Lines in, JSON Lines out.", False, _OFFSETS,
    ),
    "http": Scheme(
        f"{_HERE}.http:make", "http://HOST:PORT/PATH", "A server: POST of the same.",
        False, _OFFSETS,
    ),
    "https": Scheme(
        f"{_HERE}.http:make", "https://HOST/PATH", "A server: POST of the same.", False, _OFFSETS,
    ),
    "trained": Scheme(
        f"{_HERE}.trained:make", "trained:MODEL",
        "A model that goldwire evaluate train has made.", True,
    ),
    "openai": Scheme(
        f"{_HERE}.openai:make", "openai:MODEL@BASE_URL",
        "A chat endpoint with structured output.",
    ),
    "spacy": Scheme(f"{_HERE}.spacy:make", "spacy:PIPELINE", "A spaCy pipeline.", True),
    "transformers": Scheme(
        f"{_HERE}.transformers:make", "transformers:MODEL",
        "A token classification model of Hugging Face.", True,
    ),
    "gliner": Scheme(f"{_HERE}.gliner:make", "gliner:MODEL", "A GLiNER model.", True),
    "langextract": Scheme(
        f"{_HERE}.langextract:make", "langextract:FILE", "What LangExtract has written.",
    ),
}  # fmt: skip
"""Word before the colon → how extractors of that kind are made; imported when asked for."""

_GROUP = "goldwire.extractors"
"""Entry points of this group are extractors by name, or a ``make`` by scheme."""


def settings_of(scheme: Scheme) -> type[Struct]:
    """The form of the settings that extractors of a kind take."""
    form: type[Struct] = _loaded(scheme.settings or f"{scheme.target.partition(':')[0]}:Settings")
    return form


def find_extractor(
    name: str, options: Options | None = None, *, isolated: bool = False
) -> Extractor:
    """An extractor by name: ``rules``, ``SCHEME:ARGUMENT``, or a path of predictions.

    With ``isolated``, one that works in Python gets processes of its own, which can be ended
    when they hang, and as many as there are jobs. Raises ``UnknownName`` for a name that nobody
    knows, ``InputError`` for what cannot be made of a known one, ``CouldNotRun`` where loading
    fails.
    """
    options = options or Options()
    scheme, colon, argument = name.partition(":")
    if name not in BUILT_IN and colon and scheme in SCHEMES:
        known = SCHEMES[scheme]
        if not (isolated and known.computes):
            return _made(scheme, known, name if scheme in ("http", "https") else argument, options)
    elif name not in BUILT_IN:
        from .prediction_files import is_path
        from .prediction_files import make as of_path

        if is_path(name):
            return of_path(name, options)
        point = _entry_point(name) or (colon and _entry_point(scheme))
        if not point:
            forms = [*BUILT_IN, *(f"{each}:" for each in SCHEMES), "a path of predictions"]
            raise UnknownName("extractor", f"{scheme}:" if colon else name, forms)
        if not isolated:
            found = point.load()
            return found if point.name == name else found(argument, options)  # type: ignore[no-any-return]
    else:
        refuse_settings(name, options)
    if isolated:
        from .hosting import HostedExtractor

        return HostedExtractor(name, options)
    return _loaded(BUILT_IN[name][0])  # type: ignore[no-any-return]


def _made(scheme: str, known: Scheme, argument: str, options: Options) -> Extractor:
    if not argument:
        raise InputError(f"{scheme}: alone names no extractor", hint=f"Write {known.form}.")
    module = known.target.partition(":")[0]
    try:
        make = _loaded(known.target)
    except ModuleNotFoundError as problem:
        if problem.name == module:
            raise InputError(
                f"extractors of the kind {scheme}: are not part of this version of goldwire",
                hint="`goldwire evaluate extractors` lists those that are.",
            ) from problem
        raise InputError(
            f"{scheme}: needs the package {problem.name!r}, which is not installed",
            hint=f"pip install {problem.name}",
        ) from problem
    extractor: Extractor = make(argument, options)
    return extractor


def _loaded(target: str) -> Any:
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)


def _entry_point(name: str) -> Any:
    from importlib.metadata import entry_points

    return next(iter(entry_points(group=_GROUP, name=name)), None)
