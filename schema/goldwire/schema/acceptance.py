"""A schema in a form that is accepted sooner, with the same meaning.

A label set says what goes with each type in a row of conditions, ``allOf`` of ``if`` the type
is this, ``then``. At most one of them holds, but an engine tests them all. Here each stands in
the ``else`` of the one before, so that the tests end with the one that holds. Only the fast
acceptor reads this form: refusals are explained from the schema as it is written.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from .schemas import Schema

__all__ = ["chained"]

_LONGEST = 16
"""Conditions in one chain: engines recurse into ``else``, and a user may have any number."""


class _Condition(NamedTuple):
    """A branch that applies to objects whose ``name`` has one of ``values``."""

    name: str
    values: frozenset[str]
    branch: dict[str, Any]


def chained(schema: Schema) -> Schema:
    """The schema with the conditions of each definition in chains, where they exclude each other.

    A schema in which a reference leads into an ``allOf`` is given back as it is.
    """
    definitions = schema.get("$defs")
    if not isinstance(definitions, dict) or b"/allOf/" in msgspec.json.encode(schema):
        return schema
    return schema | {"$defs": {name: _chained(each) for name, each in definitions.items()}}


def _chained(definition: Any) -> Any:
    if not isinstance(definition, dict) or not isinstance(definition.get("allOf"), list):
        return definition
    chains: list[list[_Condition]] = []
    others = []
    for branch in definition["allOf"]:
        condition = _condition(branch)
        if condition is None:
            others.append(branch)
            continue
        for chain in chains:
            if len(chain) < _LONGEST and all(_exclude(condition, other) for other in chain):
                chain.append(condition)
                break
        else:
            chains.append([condition])
    return definition | {"allOf": [*others, *map(_nested, chains)]}


def _condition(branch: Any) -> _Condition | None:
    """The branch as a condition on one property, ``None`` where it is anything else.

    What it demands must be of objects alone: of everything else ``if`` holds in all branches.
    """
    if not isinstance(branch, dict) or branch.keys() != {"if", "then"}:
        return None
    test, demand = branch["if"], branch["then"]
    if not isinstance(test, dict) or test.keys() != {"properties", "required"}:
        return None
    if not isinstance(demand, dict) or not demand.keys() <= {"properties", "required"}:
        return None
    if len(test["properties"]) != 1 or test["required"] != list(test["properties"]):
        return None
    ((name, of),) = test["properties"].items()
    if not isinstance(of, dict) or of.keys() not in ({"const"}, {"enum"}):
        return None
    values = of["enum"] if "enum" in of else [of["const"]]
    if not all(isinstance(value, str) for value in values):
        return None
    return _Condition(name, frozenset(values), branch)


def _exclude(one: _Condition, other: _Condition) -> bool:
    return one.name == other.name and not one.values & other.values


def _nested(chain: list[_Condition]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for condition in reversed(chain):
        nested = condition.branch | ({"else": nested} if nested else {})
    return nested
