"""The cases of the shared agreement file, as parameters of tests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.shared import SHARED, conformance

__all__ = ["cases"]


def cases(kind: str) -> list[Any]:
    """The cases of one kind with their names; one skipped parameter where the file is absent."""
    if not (SHARED / "conformance" / "agreement.json").exists():
        reason = "needs shared/conformance/agreement.json beside the checkout"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason), id="absent")]
    found = [case for case in conformance("agreement.json") if case["kind"] == kind]
    return [pytest.param(case, id=case["name"]) for case in found]
