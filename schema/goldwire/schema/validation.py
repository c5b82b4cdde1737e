"""Validation: what the schema refuses and what the integrity rules find, in one list.

jsonschema is the authority and speaks for every refusal; jsonschema-rs says yes to valid
documents in bulk, some 500 times faster, from a form of the schema that is made for it. Property
tests hold the two equal.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from .acceptance import chained
from .document import LAYERS, Document
from .errors import InputError, UnknownName, UnreadableInput
from .labels import LabelSet, read_labels
from .narrowing import narrowed
from .positions import excerpt
from .problems import Problem
from .reading import Raw, decode_raw
from .repeats import repeated_key
from .rules import check
from .schemas import Schema, load_schema, schema_for

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

__all__ = ["Engine", "engine_for", "validate", "validate_raw"]

_decoder = msgspec.json.Decoder()

_OF_THE_WHOLE = {
    "zones": ("Z2",),
    "mentions": ("C3",),
    "times": ("I2",),
    "quantities": ("I3",),
    "events": ("I1", "I5"),
}
"""Rules that need every item of a layer."""


class Engine:
    """One schema, ready to validate: the acceptor, the authority, and the label set."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.labels: LabelSet = read_labels(schema)

    @functools.cached_property
    def _acceptor(self) -> Any:
        import jsonschema_rs

        others = [
            (str(schema["$id"]), chained(schema))
            for schema in (load_schema("core"), load_schema("newswire"))
        ]
        try:
            return jsonschema_rs.validator_for(
                narrowed(chained(self.schema), load_schema("core")),
                registry=jsonschema_rs.Registry(others),
            )
        except Exception as problem:  # the package has no common class for what a schema lacks
            raise InputError(
                f"the schema cannot be used: {str(problem).splitlines()[0]}",
                source=str(self.schema.get("$id", "the schema")),
                hint="A $ref may name urn:goldwire:schema:core:1.0 or something in the file.",
            ) from problem

    @functools.cached_property
    def _authority(self) -> Any:
        from jsonschema import Draft202012Validator
        from jsonschema.validators import extend
        from referencing import Registry, Resource

        registry: Registry[Any] = Registry().with_resources(
            (str(schema["$id"]), Resource.from_contents(schema))
            for schema in (load_schema("core"), load_schema("newswire"))
        )
        strict = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
        return strict(self.schema, registry=registry)

    def accepts(self, instance: object) -> bool:
        """Whether the schema accepts it, by the fast acceptor."""
        return bool(self._acceptor.is_valid(instance))

    def refusals(self, instance: object) -> list[Problem]:
        """All refusals of the schema, by the authority, in the order of the document."""
        from .refusals import explain

        return explain(self._authority.iter_errors(instance), self.labels)


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    """JSON Schema's patterns are ECMA-262: their ``$`` does not match before a last line end."""
    if isinstance(instance, str) and not _compiled(pattern).search(instance):
        from jsonschema.exceptions import ValidationError

        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"(?<!\\)\$", r"\\Z", pattern))


@functools.cache
def engine_for(schema: str) -> Engine:
    """The engine for a built-in schema's name or a user's schema file."""
    return Engine(load_schema(schema))


def validate(document: Document, *, schema: str | None = None) -> list[Problem]:
    """All problems of one typed document. ``schema`` overrides what the document names."""
    from .document import to_plain

    return _problems(to_plain(document), schema)


def validate_raw(
    raws: Iterable[Raw], *, schema: str | None = None
) -> Iterator[tuple[str | None, list[Problem]]]:
    """Each raw document's id, where it has one, and its problems with source and line.

    What is not a JSON document at all is a problem with the code ``J-read``, a key that stands
    twice in one object, of which the last was read, one with the code ``J-key``.
    """
    for raw in raws:
        name = None
        try:
            plain = decode_raw(raw, _decoder)
        except UnreadableInput as problem:
            found = [_unreadable(problem)]
        except msgspec.ValidationError as problem:  # a number that no float can hold
            found = [Problem(code="J-read", message=f"is not JSON that can be read: {problem}")]
        else:
            found = _problems(plain, schema)
            name = _name(plain)
            again = repeated_key(raw.data, plain)
            if again is not None:
                found = [_repeat(again, name), *found]
        yield (
            name,
            [
                msgspec.structs.replace(problem, source=raw.source, line=raw.line)
                for problem in found
            ],
        )


def _repeat(where: str, document: str | None) -> Problem:
    message = "the key stands twice in one object, and all but the last are lost: keep one of them"
    return Problem(code="J-key", pointer=where, message=message, document=document)


def _name(plain: object) -> str | None:
    """What must be unique among documents: the id, of a single pass with its annotators."""
    if not isinstance(plain, dict) or not isinstance(plain.get("id"), str):
        return None
    name: str = plain["id"]
    annotation = plain.get("annotation")
    if isinstance(annotation, dict) and annotation.get("status") == "single":
        return f"{name} by {annotation.get('annotators')}"
    return name


def _unreadable(problem: UnreadableInput) -> Problem:
    code = "J-read"
    message = problem.problem
    if "surrogate" in message:
        code, message = "T3", "the text holds an unpaired surrogate; write whole characters"
        return Problem(code=code, pointer="/text", message=message)
    return Problem(code=code, message=f"{message}. {problem.hint}" if problem.hint else message)


def _problems(plain: object, schema: str | None) -> list[Problem]:
    if not isinstance(plain, dict):
        return [
            Problem(code="J-type", message="a document is a JSON object, with braces around it")
        ]
    unknown: list[Problem] = []
    if schema is None:
        try:
            schema = schema_for(str(plain.get("schema", "core/1.0")))
        except UnknownName as problem:
            schema = "core"
            unknown = [
                Problem(
                    code="J-schema",
                    pointer="/schema",
                    message=f"{problem.problem} {problem.hint} Give your own with --schema.",
                )
            ]
    engine = engine_for(schema)
    if schema in ("prediction", "report"):  # no text of their own: nothing more to check
        return [] if engine.accepts(plain) else engine.refusals(plain)
    if engine.accepts(plain):
        try:
            document = msgspec.convert(plain, Document)
        except msgspec.ValidationError as problem:
            return [*unknown, _no_document(problem)]
        return unknown + check(document, engine.labels)
    refusals = _with_excerpts(engine.refusals(plain), plain)
    name = plain.get("id")
    found = unknown + refusals + _check_the_rest(plain, refusals, engine.labels)
    if isinstance(name, str):
        found = [msgspec.structs.replace(problem, document=name) for problem in found]
    return found


def _no_document(problem: msgspec.ValidationError) -> Problem:
    """What a schema admits and a document cannot hold, such as 3.0 for a whole number."""
    sentence, _, place = str(problem).partition(" - at `$")
    where = place.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
    message = f"{sentence[0].lower()}{sentence[1:]}"
    if "got `float`" in sentence:
        message += "; write a whole number, without a point"
    return Problem(code="J-type", pointer=where, message=message)


def _check_the_rest(
    plain: dict[str, Any], refusals: list[Problem], labels: LabelSet
) -> list[Problem]:
    """Run the rules on what the structure admits, leaving out the items it refuses."""
    core = engine_for("core")
    if not core.accepts(plain):
        refused = {tuple(p.pointer.split("/")[1:3]) for p in core.refusals(plain)}
        plain = {key: value for key, value in plain.items() if (key,) not in refused}
    else:
        refused = set()
    hidden: set[str] = set()
    restore: dict[str, list[int]] = {}
    rest = dict(plain)
    for layer in LAYERS:
        items = plain.get(layer)
        if not isinstance(items, list) or not any(part[:1] == (layer,) for part in refused):
            continue
        keep = [i for i in range(len(items)) if (layer, str(i)) not in refused]
        for i in set(range(len(items))) - set(keep):
            if isinstance(items[i], dict):
                hidden |= {str(items[i][k]) for k in ("id", "hopper") if items[i].get(k)}
        rest[layer] = [items[i] for i in keep]
        restore[layer] = keep
    try:
        document = msgspec.convert(rest, Document)
    except msgspec.ValidationError:
        return []  # the frame itself is broken; the refusals say how
    said = {problem.pointer for problem in refusals}
    # What a rule says of the whole is not to be trusted where parts were left out.
    doubtful = {code for layer in restore for code in _OF_THE_WHOLE.get(layer, ())}
    return [
        problem
        for problem in check(document, labels, hidden=frozenset(hidden), restore=restore)
        if problem.pointer not in said and problem.code not in doubtful
    ]


def _with_excerpts(refusals: list[Problem], plain: dict[str, Any]) -> list[Problem]:
    """Show the text of the item that a refusal is about, where the item has sound spans."""
    text = plain.get("text")
    if not isinstance(text, str):
        return refusals
    shown = []
    for problem in refusals:
        layer, _, rest = problem.pointer[1:].partition("/")
        index = rest.partition("/")[0]
        try:
            spans = plain[layer][int(index)]["spans"]
            start, end = int(spans[0][0]), int(spans[-1][1])
        except (KeyError, IndexError, TypeError, ValueError):
            shown.append(problem)
            continue
        shown.append(msgspec.structs.replace(problem, excerpt=excerpt(text, start, end)))
    return shown
