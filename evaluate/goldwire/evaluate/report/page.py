"""What all pages are made with: templates that escape, and assets that are known by their hash."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template

from goldwire.schema.positions import visible

from .articles import numbers_of
from .matrix import confusion_matrix
from .places import pieces
from .points import interval_of_points, points, probability
from .scatter import scatter
from .words import (
    ERRORS,
    bracket,
    credited,
    meaning,
    number,
    percent,
    shown_attributes,
    shown_criteria,
    titled,
)

__all__ = ["asset", "fingerprint", "template"]


def template(name: str) -> Template:
    """A template of this package, with the filters that pages share."""
    return _environment().get_template(name)


def asset(name: str) -> str:
    """The text of a file beside this module."""
    return (files(__package__) / name).read_text("utf-8")


def fingerprint(text: str) -> str:
    """The hash of a style sheet or a script, as a content security policy names it."""
    return b64encode(sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Whatever is put out is escaped by jinja2, and made harmless here.
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters |= {
        "bracket": bracket,
        "bracket_of_points": interval_of_points,
        "number": number,
        "percent": percent,
        "pieces": pieces,
        "points": points,
        "probability": probability,
        "spans": numbers_of,
    }
    environment.globals |= {
        "confusion_matrix": confusion_matrix,
        "credited": credited,
        "error_words": ERRORS,
        "meaning": meaning,
        "scatter": scatter,
        "shown_attributes": shown_attributes,
        "shown_criteria": shown_criteria,
        "titled": titled,
    }
    return environment
