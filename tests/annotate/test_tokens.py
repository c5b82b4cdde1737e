"""Names of words: as many as are asked for, and none begins with another."""

from __future__ import annotations

import pytest

from goldwire.annotate.tokens import LETTERS, hints


@pytest.mark.parametrize("letters", [LETTERS, "asd", "as", "a", ""])
@pytest.mark.parametrize("count", [0, 1, 3, 26, 27, 676, 677, 2000])
def test_names_differ_and_none_begins_with_another(count: int, letters: str) -> None:
    names = hints(count, letters)
    assert len(set(names)) == len(names) == count
    ordered = sorted(names)
    assert not any(b.startswith(a) for a, b in zip(ordered, ordered[1:], strict=False))


def test_few_things_have_names_of_one_letter() -> None:
    assert hints(3) == ["a", "s", "d"]
    assert hints(27)[:25] == list(LETTERS[:25])
    assert hints(27)[25:] == ["ma", "ms"]
