"""Errors reach the user whole, from whatever process they come."""

from __future__ import annotations

import pickle

import pytest

from goldwire.schema.errors import CouldNotRun, GoldwireError, InvalidDocument, UnknownName


@pytest.mark.parametrize(
    "error",
    [
        InvalidDocument("is wrong", source="a.json", line=3, pointer="/id", hint="Mend it."),
        UnknownName("layer", "mention", ["mentions", "times"]),
        CouldNotRun("died"),
    ],
)
def test_an_error_crosses_processes_as_it_is(error: GoldwireError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert (again.source, again.line, again.pointer, again.hint, again.args) == (
        error.source, error.line, error.pointer, error.hint, error.args
    )  # fmt: skip
