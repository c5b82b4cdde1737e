"""Which texts run from right to left."""

from __future__ import annotations

import pytest

from goldwire.annotate.screen.direction import runs_right_to_left


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("A drone struck a depot.", False),
        ("", False),
        ("12:30 – 7%", False),
        ("قالت الشرطة إن طائرة مسيرة أصابت مستودعا.", True),
        ("המשטרה אמרה", True),
        ("The word سلام stands in a long English sentence about greetings and their uses in "
         "letters, of which there are more than a hundred in it, as anybody can count.", False),
    ],
)  # fmt: skip
def test_right_to_left(text: str, right: bool) -> None:
    assert runs_right_to_left(text) is right
