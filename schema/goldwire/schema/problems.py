"""A problem found in a document: data first, a sentence last."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

__all__ = ["Problem", "Severity", "pointer"]

Severity = Literal["error", "warning"]


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong, where it is, and what to do about it.

    ``code`` is stable: ``J-`` and a JSON Schema keyword for what the schema refuses, a family
    letter and a number for an integrity rule. ``pointer`` is a JSON Pointer (RFC 6901) into the
    document, ``excerpt`` the text around the place with the place between ⟦ and ⟧.
    """

    code: str
    severity: Severity = "error"
    pointer: str = ""
    message: str
    excerpt: str | None = None
    source: str | None = None
    line: int | None = None
    document: str | None = None


def pointer(*parts: str | int) -> str:
    """A JSON Pointer from its parts: ``pointer("mentions", 3, "head")`` is ``/mentions/3/head``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
