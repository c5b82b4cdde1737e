"""Where the schema files lie, and how a document's ``schema`` field leads to one."""

from __future__ import annotations

import functools
import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec

from .errors import GoldwireError, InputError, UnknownName, UnreadableInput

__all__ = ["BUILT_IN", "Schema", "load_schema", "root", "schema_for"]

Schema = dict[str, Any]

BUILT_IN = ("core", "newswire", "prediction", "report")
"""Names of the schemas that come with the package."""

_ID = re.compile(r"urn:goldwire:schema:([a-z][a-z0-9_-]*):(\d+\.\d+)")


def root() -> Traversable:
    """The folder of the language-neutral files: in the wheel, or in a checkout.

    Raises ``GoldwireError`` where neither has it.
    """
    packaged = files("goldwire.schema") / "data"
    checkout = Path(__file__).parents[2]
    if (checkout / "core.schema.json").is_file():
        return checkout
    if packaged.is_dir():
        return packaged
    raise GoldwireError(
        "the schema files are missing from this installation",
        source=str(checkout),
        hint="Install goldwire again.",
    )


@functools.cache
def load_schema(name: str) -> Schema:
    """A built-in schema by name, or a user's by path.

    Raises ``UnknownName`` for a name nobody knows, ``UnreadableInput`` for a file that cannot
    be read, ``InputError`` for one that is no JSON Schema of draft 2020-12.
    """
    if name in BUILT_IN:
        schema: Schema = msgspec.json.decode((root() / f"{name}.schema.json").read_bytes())
        return schema
    if not name.endswith(".json"):
        raise UnknownName("schema", name, BUILT_IN)
    return _read_users_schema(Path(name))


def _read_users_schema(path: Path) -> Schema:
    try:
        schema = msgspec.json.decode(path.read_bytes())
    except OSError as problem:
        raise UnreadableInput(
            f"the schema cannot be read: {problem.strerror}", source=str(path)
        ) from problem
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise UnreadableInput(f"the schema is not JSON: {problem}", source=str(path)) from problem
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as problem:
        raise InputError(
            f"this is no JSON Schema of draft 2020-12: {problem.message}",
            source=str(path),
            pointer="/" + "/".join(str(part) for part in problem.absolute_path),
            hint="Start from newswire.schema.json: `goldwire schema show newswire`.",
        ) from problem
    if not isinstance(schema, dict):
        raise InputError("a schema is a JSON object", source=str(path))
    return schema


@functools.cache
def schema_for(declared: str) -> str:
    """The built-in schema that a document's ``schema`` field, such as ``newswire/1.0``, names.

    Raises ``UnknownName`` for another name or version.
    """
    name, _, version = declared.partition("/")
    known = {}
    for candidate in ("newswire", "core"):
        match = _ID.fullmatch(str(load_schema(candidate).get("$id")))
        if match:
            known[match[1]] = match[2]
    if known.get(name) != version:
        raise UnknownName(
            "schema", declared, [f"{name}/{version}" for name, version in known.items()]
        )
    return name
