"""Whether a text runs from right to left: terminals lay such text out each in their own way."""

from __future__ import annotations

import unicodedata

__all__ = ["runs_right_to_left"]

_SHARE = 0.05
"""Of all letters; less is a name or a quotation in another script."""


def runs_right_to_left(text: str) -> bool:
    """Whether more than a few letters of a text are written from right to left."""
    right = left = 0
    for sign in text:
        direction = unicodedata.bidirectional(sign)
        right += direction in ("R", "AL")
        left += direction == "L"
    return right > _SHARE * (right + left)
