"""Fingerprints: a hash that changes whenever what an extractor answers may change."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

import msgspec

from .protocol import Extractor, Options

__all__ = ["fingerprint_of", "run_fingerprint", "source_fingerprint"]


def fingerprint_of(extractor: Extractor) -> str | None:
    """What the extractor says of itself, or a hash over the module that it is defined in.

    ``None`` where neither can be had, as for what was typed at a prompt: nothing of it may be
    kept in a cache.
    """
    stated = getattr(extractor, "fingerprint", None)
    if callable(stated):
        stated = stated()
    return str(stated) if stated is not None else source_fingerprint(extractor)


def source_fingerprint(thing: object) -> str | None:
    """A hash over the source of the module of a function or an object's class, and its name.

    Where the module is a package, all its modules count; what it imports elsewhere does not.
    """
    named = thing if hasattr(thing, "__qualname__") else type(thing)
    try:
        path = Path(inspect.getsourcefile(named) or "")  # type: ignore[arg-type]
    except (TypeError, OSError):
        return None
    if not path.is_file():
        return None
    files: Iterable[Path] = [path]
    if path.name == "__init__.py":
        files = sorted(path.parent.rglob("*.py"))
    digest = hashlib.sha256(str(getattr(named, "__qualname__", "")).encode())
    for each in files:
        digest.update(hashlib.sha256(each.read_bytes()).digest())
    return digest.hexdigest()


def run_fingerprint(name: str, extractor: Extractor, options: Options) -> str | None:
    """A hash over all that answers depend on: the name as it was given, settings, the extractor.

    How long it may take and how many documents it is asked at once is no part of it.
    """
    own = fingerprint_of(extractor)
    if own is None:
        return None
    parts = (version("goldwire"), name, sorted(options.settings.items()), own)
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
