"""Views: what other scorers say of the same gold and predictions, to compare with papers.

Every view reads goldwire documents and predictions, and the files that its peer reads. It names
what the peer does in another way, where that makes itself felt, and gives both values.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from goldwire.schema.errors import InputError, UnknownName
from goldwire.schema.reading import check_standard_input

if TYPE_CHECKING:
    from ..counting import Source
    from .model import View

__all__ = ["VIEWS", "option_value", "options_of", "view"]

VIEWS: dict[str, tuple[str, str]] = {
    "seqeval": ("tags:of_seqeval", "spans of IOB tags: column files; or mentions"),
    "nervaluate": ("spans:of_nervaluate", "SemEval schemas: column files, span lists; or mentions"),
    "spacy": ("spans:of_spacy", "Scorer.score_spans: column files, span lists; or mentions"),
    "conll2012": ("chains:of_conll2012", "coreference: CoNLL files; or entities, hoppers"),
    "corefud": ("corefud:of_corefud", "coreference: CoNLL-U files; or entities, hoppers"),
    "textee": ("events:of_textee", "events: JSON Lines of TextEE; or events"),
    "dygie": ("events:of_dygie", "events: JSON Lines of DyGIE++ or TextEE; or events"),
    "gtt": ("templates:of_gtt", "templates: JSON of GTT and GRIT; or incidents"),
    "ceaf-ree": ("templates:of_ceaf_ree", "role fillers: JSON of GTT and GRIT; or incidents"),
    "ceaf-rme": ("templates:of_ceaf_rme", "templates: JSON of GTT and GRIT; or incidents"),
}  # fmt: skip
"""Views by name: the function that makes one, and what it takes."""

_SWITCH = {"true": True, "false": False}


def view(name: str, gold: Source, predictions: Source, **options: Any) -> View:
    """The scores of a peer for gold and predictions.

    Both are paths (files that the peer reads, or goldwire documents), or documents in memory;
    :func:`options_of` says which options a view has. Raises ``UnknownName`` for a view or option
    that is not there, ``InputError`` with file and line for input that cannot be read.
    """
    make = _maker(name)
    for option, value in options.items():
        allowed = _values(_kind(name, option))
        if allowed and value is not None and value not in allowed:
            raise UnknownName(option, str(value), map(str, allowed))
    check_standard_input(gold, predictions)
    from .sources import digest_of, held, spooled

    with spooled(held(gold)) as one, spooled(predictions) as other:
        found: View = make(one, other, **options)
        parts = [f"goldwire {version('goldwire')}", f"view {name}"]
        parts += [f"{option} {value}" for option, value in found.options.items() if value]
        parts.append(f"gold {digest_of(one)}")
    return msgspec.structs.replace(found, signature=" | ".join(parts))


def options_of(name: str) -> tuple[str, ...]:
    """The names of the options of a view. Raises ``UnknownName`` for a view that is not there."""
    parameters = inspect.signature(_maker(name)).parameters.values()
    return tuple(each.name for each in parameters if each.kind is each.KEYWORD_ONLY)


def option_value(name: str, option: str, text: str) -> Any:
    """The value that ``text`` means for an option of a view.

    Raises ``UnknownName`` for an option or value that is not there, ``InputError`` for text that
    is no number where one is wanted.
    """
    kind = _kind(name, option)
    if allowed := _values(kind):
        found = {str(value): value for value in allowed}
        if text not in found:
            raise UnknownName(option, text, found)
        return found[text]
    if kind is bool:
        if text.lower() not in _SWITCH:
            raise UnknownName(option, text, _SWITCH)
        return _SWITCH[text.lower()]
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError as problem:
            raise InputError(f"the option {option} is {text!r}, which is no number") from problem
    return text


def _maker(name: str) -> Callable[..., Any]:
    if name not in VIEWS:
        raise UnknownName("view", name, VIEWS)
    module, _, function = VIEWS[name][0].partition(":")
    made: Callable[..., Any] = getattr(import_module(f".{module}", __name__), function)
    return made


def _kind(name: str, option: str) -> Any:
    """The type of an option."""
    names = options_of(name)
    if option not in names:
        raise UnknownName(f"option of {name}", option, names)
    return get_type_hints(_maker(name))[option]


def _values(kind: Any) -> tuple[Any, ...]:
    """The values of a literal, which may also be one of several types."""
    if get_origin(kind) is Literal:
        return get_args(kind)
    return next((found for part in get_args(kind) if (found := _values(part))), ())
