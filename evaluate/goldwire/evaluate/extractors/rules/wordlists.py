"""The TOML files of this package, and the closed word classes among them."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any

__all__ = ["read_list", "word_set"]


@functools.cache
def read_list(name: str) -> dict[str, Any]:
    """One TOML file of this package."""
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def word_set(section: str, name: str) -> frozenset[str]:
    """One word class of ``words.toml``."""
    words: str = read_list("words.toml")[section][name]
    return frozenset(words.split())
