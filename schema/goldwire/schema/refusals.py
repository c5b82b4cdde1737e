"""What jsonschema refuses, said in sentences that tell the annotator what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from .labels import LabelSet
from .positions import cut
from .problems import Problem, pointer

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    # instance and schema of an error are any JSON; the stubs of jsonschema say Unset, too
    Refusal = Any
else:
    Refusal = object

__all__ = ["explain"]

_ROLE = re.compile(r"/events/\d+/arguments/\d+/role")
_KIND_NAMES = {
    "object": "an object",
    "array": "a list",
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def explain(errors: Iterable[ValidationError], labels: LabelSet) -> list[Problem]:
    """Problems for the authority's errors: each place once, in document order."""
    leaves = [leaf for error in errors for leaf in _leaves(error)]
    # What follows from a type says nothing where the type itself is not known.
    unknown = {
        tuple(leaf.absolute_path)[:-1]
        for leaf in leaves
        if leaf.validator == "enum" and tuple(leaf.absolute_path)[-1:] in (("type",), ("kind",))
    }
    leaves = [
        leaf
        for leaf in leaves
        if not ({"then", "if", "else"} & set(leaf.absolute_schema_path))
        or not any(tuple(leaf.absolute_path)[: len(item)] == item for item in unknown)
    ]
    found: dict[tuple[str, str], Problem] = {}
    order: dict[tuple[str, str], tuple[tuple[int, int | str], ...]] = {}
    for error in leaves:
        problem = _problem(error, labels)
        if (problem.code, problem.pointer) not in found:
            key = (problem.code, problem.pointer)
            found[key] = problem
            order[key] = tuple(
                (0, part) if isinstance(part, int) else (1, str(part))
                for part in error.absolute_path
            )
    return [found[key] for key in sorted(found, key=lambda key: (_sortable(order[key]), key))]


def _sortable(path: tuple[tuple[int, int | str], ...]) -> str:
    return "/".join(f"{part:09}" if isinstance(part, int) else part for _, part in path)


def _leaves(error: ValidationError) -> list[ValidationError]:
    """The error itself, or for a choice the errors of its likeliest branch."""
    if error.validator not in ("oneOf", "anyOf") or not error.context:
        return [error]
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context:
        branch = inner.schema_path[0] if inner.schema_path else None
        branches.setdefault(branch, []).append(inner)
    fitting = [
        branch
        for branch in branches.values()
        if not any(e.validator == "type" and len(e.path) == 0 for e in branch)
    ]
    if all(e.validator == "required" and not e.path for e in error.context):
        return [error]  # one of several sets of properties is needed: say so as a whole
    best = min(fitting, key=len) if fitting else None
    return [leaf for inner in best for leaf in _leaves(inner)] if best else [error]


def _problem(error: ValidationError, labels: LabelSet) -> Problem:
    path = pointer(*error.absolute_path)
    keyword = str(error.validator)
    code = f"J-{keyword}"
    if (
        keyword == "enum"
        and _ROLE.fullmatch(path)
        and error.instance in (labels.names("role") or ())
    ):
        code = "E1"
        known = ", ".join(str(name) for name in _any(error.validator_value))
        return Problem(
            code=code,
            pointer=path,
            message=f"{_shown(error.instance)} is no role of this event type. Its roles: {known}",
        )
    say = _SENTENCES.get(keyword)
    title = str(error.schema.get("title", "")) if isinstance(error.schema, dict) else ""
    message = say(error, title) if say else f"{error.message}"
    return Problem(code=code, pointer=path, message=message)


def _unknown_property(error: Refusal, title: str) -> str:
    known = list(error.schema.get("properties", ()))
    unknown = [name for name in error.instance if name not in known]
    guesses = [near[0] for name in unknown if (near := get_close_matches(name, known, n=1))]
    kind = "property" if error.absolute_path else "layer or property"
    names = ", ".join(repr(cut(name, 40)) for name in unknown[:5])
    guess = f"; did you mean {guesses[0]!r}?" if guesses else "."
    return f"unknown {kind} {names}{guess} Known: {', '.join(known)}"


def _enum(error: Refusal, title: str) -> str:
    known = [str(value) for value in error.validator_value if value is not None]
    near = get_close_matches(str(error.instance), known, n=1)
    guess = f"; did you mean {near[0]!r}?" if near else "."
    what = f"no {title.lower()}" if title else "not allowed here"
    return f"{_shown(error.instance)} is {what}{guess} Known: {', '.join(known)}"


def _type(error: Refusal, title: str) -> str:
    wanted = error.validator_value
    names = [_KIND_NAMES.get(k, k) for k in ([wanted] if isinstance(wanted, str) else wanted)]
    return f"{title or 'the value'} must be {' or '.join(names)}, not {_shown(error.instance)}"


def _required(error: Refusal, title: str) -> str:
    missing = [name for name in error.validator_value if name not in error.instance]
    return f"{title or 'the object'} lacks {', '.join(repr(name) for name in missing)}"


def _pattern(error: Refusal, title: str) -> str:
    schema = error.schema if isinstance(error.schema, dict) else {}
    examples = schema.get("examples")
    like = f", as in {', '.join(map(str, examples))}" if examples else ""
    return f"{_shown(error.instance)} is not written as {title or 'it'} must be{like}"


def _any_of(error: Refusal, title: str) -> str:
    branches = [branch for branch in error.validator_value if isinstance(branch, dict)]
    needed = [branch.get("required") for branch in branches]
    if all(needed):
        ways = ", or ".join(" and ".join(names) for names in needed if names)
        return f"{title or 'the object'} needs {ways}"
    return f"{_shown(error.instance)} has none of the forms that are allowed here"


def _const(error: Refusal, title: str) -> str:
    wanted = _shown(error.validator_value)
    return f"{title or 'the value'} must be {wanted}, not {_shown(error.instance)}"


def _min_items(error: Refusal, title: str) -> str:
    needed = error.validator_value
    return f"{title or 'the list'} needs {needed} at least, has {len(error.instance)}"


def _minimum(error: Refusal, title: str) -> str:
    return f"{title or 'the value'} is {_shown(error.instance)}, less than {error.validator_value}"


_SENTENCES: dict[str, Callable[[Refusal, str], str]] = {
    "additionalProperties": _unknown_property,
    "enum": _enum,
    "type": _type,
    "required": _required,
    "pattern": _pattern,
    "const": _const,
    "minLength": lambda e, t: f"{t or 'the value'} is empty",
    "minItems": _min_items,
    "items": lambda e, t: f"{t or 'the list'} holds too much: {_shown(e.instance)}",
    "minimum": _minimum,
    "uniqueItems": lambda e, t: f"{t or 'the list'} names something twice",
    "minProperties": lambda e, t: f"{t or 'the object'} is empty",
    "oneOf": lambda e, t: f"{_shown(e.instance)} has none of the forms that are allowed here",
    "anyOf": _any_of,
}  # fmt: skip


def _any(value: Any) -> Any:
    return value


def _shown(value: object) -> str:
    """The value as JSON writes it."""
    return cut(json.dumps(value, ensure_ascii=False, default=str), 60)
