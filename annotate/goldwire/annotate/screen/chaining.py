"""Chains: which mentions are one entity, which events one hopper."""

from __future__ import annotations

from typing import Any

from goldwire.schema.errors import InputError

from ..edits import Put, Split, find
from .asking import Choice, Choosing
from .labeller import Labeller, item_words

__all__ = ["CHAINS", "chain_choices", "last_item", "own_chain", "pick_chain", "same_chain"]

CHAINS = {"mentions": ("entities", "entity"), "events": ("hoppers", "hopper")}
"""By layer: the chains of its items, and the field that names the one of an item."""


def last_item(labeller: Labeller) -> tuple[str, Any]:
    """The layer and the item that was made or chosen last. Raises ``InputError`` without one."""
    if labeller.last_item is None or not labeller.has(*labeller.last_item):
        raise InputError("no item is chosen: make one, or choose one with tab")
    layer, name = labeller.last_item
    return layer, find(labeller.document, layer, name)


def _put_chain(labeller: Labeller, layer: str, name: str, chain: str) -> None:
    chains, field = CHAINS[layer]
    labeller.edit(Put(layer=layer, id=name, field=field, value=chain))
    labeller.last_chain[chains] = chain
    labeller.say(f"{name} is in {chain}: {labeller.words(chain)}")


def _chained(labeller: Labeller) -> tuple[str, Any]:
    layer, item = last_item(labeller)
    if layer not in CHAINS:
        raise InputError(f"{layer} have no chains: only mentions and events do")
    return layer, item


def same_chain(labeller: Labeller) -> None:
    """Put the last item into the chain that was used last, or that its type had last."""
    layer, item = _chained(labeller)
    chain = labeller.last_chain[CHAINS[layer][0]] or _chain_before(labeller, layer, item)
    if chain is None:
        pick_chain(labeller)
    else:
        _put_chain(labeller, layer, item.id, chain)


def _chain_before(labeller: Labeller, layer: str, item: Any) -> str | None:
    """The chain of the last item of the same type before this one."""
    found = None
    for other in getattr(labeller.document, layer):
        if other.id != item.id and other.type == item.type and other.spans < item.spans:
            found = getattr(other, CHAINS[layer][1])
    return found


def chain_choices(labeller: Labeller, layer: str, item: Any | None = None) -> list[Choice]:
    """Entities or hoppers: those of the item's type first, the ones used last before others."""
    field = CHAINS[layer][1]
    last: dict[str, tuple[bool, int, Any]] = {}
    for other in getattr(labeller.document, layer):
        chain = getattr(other, field)
        if chain and (item is None or other.id != item.id):
            same = item is None or other.type == item.type
            last[chain] = same, other.spans[0][0], other
    here = item.spans[0][0] if item is not None else 0
    order = sorted(last.items(), key=lambda p: (not p[1][0], abs(p[1][1] - here), p[0]))
    return [
        Choice(chain, f"{labeller.words(chain)}  {chain}", other.spans[0])
        for chain, (_, _, other) in order
    ]


def pick_chain(labeller: Labeller) -> None:
    """Put the last item into a chain that is picked by its letter."""
    layer, item = _chained(labeller)
    labeller.push(
        Choosing(
            labeller,
            f"{item_words(labeller.document, layer, item)} is the same as …",
            lambda: chain_choices(labeller, layer, item),
            lambda chain: _put_chain(labeller, layer, item.id, chain),
        )
    )


def own_chain(labeller: Labeller) -> None:
    """Give the last item a chain of its own."""
    layer, item = _chained(labeller)
    chains = CHAINS[layer][0]
    labeller.edit(Split(layer=chains, members=(item.id,), new=labeller.fresh_id(chains)))
