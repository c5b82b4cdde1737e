"""A fair choice where there is room for some only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

__all__ = ["fair_choice"]

T = TypeVar("T")


def fair_choice(groups: Sequence[Sequence[T]], limit: int) -> list[list[T]]:
    """At most ``limit`` of all, each group with an equal share; what one leaves, others get.

    Within a group the choice is spread evenly over its order, so that late ones have a chance.
    """
    left = max(0, limit)
    shares = [0] * len(groups)
    by_size = sorted(range(len(groups)), key=lambda at: len(groups[at]))
    for place, at in enumerate(by_size):
        shares[at] = min(len(groups[at]), -(-left // (len(groups) - place)))
        left -= shares[at]
    return [
        [group[at * len(group) // share] for at in range(share)]
        for group, share in zip(groups, shares, strict=True)
    ]
