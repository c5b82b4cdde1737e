"""Errors reach the user whole, from whatever process they come."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor

import pytest

from goldwire.schema.errors import CouldNotRun, GoldwireError, InvalidDocument, UnknownName

ERRORS = (
    InvalidDocument("is wrong", source="a.json", line=3, pointer="/id", hint="Mend it."),
    UnknownName("layer", "mention", ["mentions", "times"]),
    CouldNotRun("died"),
)


def fail(number: int) -> None:
    raise ERRORS[number]


def test_an_error_crosses_processes_as_it_is() -> None:
    with ProcessPoolExecutor(1) as pool:
        for number, error in enumerate(ERRORS):
            with pytest.raises(GoldwireError) as caught:
                pool.submit(fail, number).result()
            again = caught.value
            assert type(again) is type(error)
            assert str(again) == str(error)
            assert (again.source, again.line, again.pointer, again.hint, again.args) == (
                error.source, error.line, error.pointer, error.hint, error.args
            )  # fmt: skip
