"""The shared folder beside the checkout: conformance cases and other people's corpora."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[2] / "shared"


def need(*parts: str) -> Path:
    """A path in the shared folder; skips the test, with a reason, where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs shared/{'/'.join(parts)} beside the checkout")
    return path


def conformance(name: str) -> list[dict[str, Any]]:
    """The cases of one conformance file."""
    cases: list[dict[str, Any]] = json.loads(need("conformance", name).read_text("utf-8"))["cases"]
    return cases


def recorded(name: str, *having: str, **wanted: str) -> list[Any]:
    """The cases of one conformance file as parameters, or one that says why there are none.

    Those whose expected values come from all peers in ``having``, and whose fields are ``wanted``.
    """
    try:
        cases = conformance(name)
    except pytest.skip.Exception as absent:
        return [pytest.param({}, marks=pytest.mark.skip(reason=str(absent)))]
    return [
        pytest.param(case, id=case["name"])
        for case in cases
        if all(peer in case["expected"] for peer in having)
        and all(case[key] == value for key, value in wanted.items())
    ]
