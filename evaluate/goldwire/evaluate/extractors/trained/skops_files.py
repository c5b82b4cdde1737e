"""Texts and arrays as a skops file, and back: nothing else is ever written, or read.

Files are written by skops, and any skops reader opens them. They are read here, since a file of
strings and arrays needs so little of the format: importing skops imports all of scikit-learn, a
second and more. The reader knows three kinds of nodes and constructs nothing else, which is
stricter than the list of types that skops itself trusts.
"""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goldwire.schema.errors import InputError, UnreadableInput
from goldwire.schema.files import write_atomically
from goldwire.schema.positions import cut, visible

__all__ = ["Part", "read_parts", "write_parts"]

Part = str | NDArray[Any]
_PROTOCOL = 2
_KINDS = {
    ("builtins", "dict", "DictNode"),
    ("builtins", "str", "JsonNode"),
    ("numpy", "ndarray", "NdArrayNode"),
}
_HINT = "Make one with `goldwire evaluate train --on GOLD --out MODEL`."


def write_parts(parts: Mapping[str, Part], path: str | Path) -> int:
    """Write named texts and arrays, whole or not at all; returns the size in bytes.

    The same parts give the same bytes, with the same version of skops.

    Raises ``InputError`` for a place that may not be written to.
    """
    from skops.io import dumps, get_untrusted_types  # type: ignore[import-untyped]

    data = dumps(dict(parts))
    untrusted = get_untrusted_types(data=data)
    if untrusted:
        raise TypeError(f"no texts and arrays: {', '.join(untrusted)}")
    data = _canonical(data)
    write_atomically(path, data)
    return len(data)


_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip file can tell."""


def _canonical(data: bytes) -> bytes:
    """The same file without what differs from run to run.

    skops names arrays by where they stand in memory, and dates them: here they are numbered as
    they come, and the date is always the same.
    """
    numbers = itertools.count()
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:

        def renamed(node: Any) -> Any:
            if isinstance(node, list):
                return [renamed(each) for each in node]
            if not isinstance(node, dict):
                return node
            fresh = {name: renamed(value) for name, value in node.items()}
            if isinstance(node.get("__id__"), int):
                fresh["__id__"] = next(numbers)
            if "__loader__" in node and "file" in node:
                fresh["file"] = f"{len(files)}.npy"
                files[fresh["file"]] = archive.read(node["file"])
            return fresh

        root = renamed(json.loads(archive.read("schema.json")))
    files["schema.json"] = json.dumps(root, indent=2).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # else it says on which system it was written
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def read_parts(path: str | Path) -> dict[str, Part]:
    """The named texts and arrays of a file.

    Raises ``UnreadableInput`` for what cannot be read or is no such file, and ``InputError`` for
    a file that holds anything else than texts and arrays: it may be harmful, and nothing of it
    is loaded.
    """
    source = str(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive, source)
    except OSError as problem:
        raise UnreadableInput(
            f"the model cannot be read: {problem.strerror or problem}", source=source, hint=_HINT
        ) from problem
    except (
        zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, EOFError,
        NotImplementedError, RuntimeError, OverflowError, RecursionError,
    ) as problem:  # fmt: skip
        raise UnreadableInput("is no model of goldwire", source=source, hint=_HINT) from problem


def _read(archive: zipfile.ZipFile, source: str) -> dict[str, Part]:
    for entry in archive.infolist():
        # what is not compressed cannot grow beyond the file
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
            raise InputError(
                "holds compressed parts, which no model of goldwire does", source=source, hint=_HINT
            )
    root = json.loads(archive.read("schema.json"))
    if root["protocol"] != _PROTOCOL:
        raise InputError(
            f"is written by protocol {root['protocol']!r} of skops; this goldwire reads "
            f"{_PROTOCOL}",
            source=source,
            hint="Train the model again with this version.",
        )
    _check(root, source)
    if root["__class__"] != "dict":
        raise ValueError(root["__class__"])
    parts: dict[str, Part] = {}
    for name, node in root["content"].items():
        _check(node, source)
        if node["__class__"] == "str":
            parts[name] = _text(node)
        elif node["__class__"] == "ndarray":
            parts[name] = _array(archive, node)
        else:
            raise ValueError(node["__class__"])
    return parts


def _check(node: dict[str, Any], source: str) -> None:
    """Refuse a node of any other kind, before anything of it is looked at."""
    kind = (node["__module__"], node["__class__"], node["__loader__"])
    if kind not in _KINDS:
        name = cut(visible(f"{kind[0]}.{kind[1]}"), 80)
        raise InputError(
            f"holds {name}, which no model of goldwire does: it may be harmful, and was not loaded",
            source=source,
            hint="Use models from people you trust, made with `goldwire evaluate train`.",
        )


def _text(node: dict[str, Any]) -> str:
    text = json.loads(node["content"])
    if not isinstance(text, str):
        raise ValueError("no text")
    return text


def _array(archive: zipfile.ZipFile, node: dict[str, Any]) -> NDArray[Any]:
    """An array of numbers, its size checked against the bytes that are there."""
    if node["type"] != "numpy":
        raise ValueError("no array of numbers")
    data = archive.read(node["file"])
    stream = io.BytesIO(data)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("another version of npy")
    shape, by_column, dtype = np.lib.format.read_array_header_1_0(stream)
    if dtype.hasobject or dtype.kind not in "iuf" or min(shape, default=0) < 0:
        raise ValueError("no array of numbers")
    array = np.frombuffer(data, dtype, offset=stream.tell())
    return array.reshape(shape, order="F" if by_column else "C")
