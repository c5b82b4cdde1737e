"""What the functions of this package are given: refused with a sentence where it has no such form.

They are called with whatever a notebook holds: a generator, one side of a mapping, fields in
another order. What a peer would take for empty, or fail on somewhere inside, is named here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from goldwire.schema.errors import InputError, kind_of

__all__ = ["EVENT", "MISREAD", "check_lists", "check_mappings", "misread", "reading"]

MISREAD = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading a value that has not the form expected raises."""

EVENT = '{"type": "ATTACK", "trigger": [4, 5], "arguments": [[7, 9, "target"]]}'
"""An event as TextEE, OmniEvent, and DyGIE++ score it."""


def check_lists(gold: object, predicted: object, what: str, inner: str) -> None:
    """Refuse sides that are not two lists of equally many lists.

    ``what`` is a list of a side (``sentences``), ``inner`` what it holds (``tags``). Raises
    ``InputError``.
    """
    for name, side in (("gold", gold), ("predicted", predicted)):
        _check_list(name, side, what, inner)
    one, other = len(gold), len(predicted)  # type: ignore[arg-type]
    if one != other:
        raise InputError(f"{one} {what} of gold, {other} of predictions")


def _check_list(name: str, side: object, what: str, inner: str) -> None:
    hint = f"Give a list of {what}, each a list of {inner}."
    if not _is_list(side):
        raise InputError(f"{name} is {kind_of(side)}, not a list of {what}", hint=hint)
    for number, part in enumerate(side, start=1):  # type: ignore[var-annotated, arg-type]
        if not _is_list(part):
            raise InputError(
                f"{name}: number {number} of the {what} is {kind_of(part)}, not a list of {inner}",
                hint=hint,
            )


def check_mappings(inner: str, **sides: object) -> None:
    """Refuse sides, by name, that map no documents to lists of ``inner``. Raises ``InputError``."""
    for name, side in sides.items():
        hint = f'Give a mapping by document, such as {{"doc-1": [...]}}, to lists of {inner}.'
        if not isinstance(side, Mapping):
            raise InputError(f"{name} is {kind_of(side)}, not a mapping", hint=hint)
        for document, part in side.items():
            if not _is_list(part):
                raise InputError(
                    f"{name}, document {document!r:.60}: {kind_of(part)} where a list is wanted",
                    hint=hint,
                )


@contextmanager
def reading(what: str, form: str) -> Iterator[None]:
    """Say that ``what`` has not the ``form``, where reading it fails. Raises ``InputError``."""
    try:
        yield
    except MISREAD as problem:
        raise InputError(
            f"{what} cannot be read: {misread(problem)}", hint=f"Its form is {form}."
        ) from problem


def misread(problem: Exception) -> str:
    """What one of ``MISREAD`` says, in words."""
    if isinstance(problem, KeyError):
        return f"it has no {problem}"
    return str(problem) if isinstance(problem, ValueError) else "it has another form"


def _is_list(value: object) -> bool:
    return isinstance(value, Collection) and not isinstance(value, (str, bytes, Mapping))
