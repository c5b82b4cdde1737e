"""Who annotates what, and what is annotated without suggestions: the same for the same seed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

from goldwire.schema.errors import InputError

__all__ = ["assignments", "goes_without"]


def goes_without(document: str, *, share: float, seed: int) -> bool:
    """Whether a document is annotated without suggestions, by everybody who annotates it.

    It hangs on the document's id and the seed alone, so that documents that are added later
    change nothing.
    """
    return _chance(f"suggestions:{seed}:{document}") < share


def _chance(words: str) -> float:
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8]) / 2**64


def assignments(
    documents: Sequence[str],
    annotators: Sequence[str],
    *,
    each: int = 1,
    seed: int = 0,
    having: Mapping[str, Sequence[str]] | None = None,
) -> list[tuple[str, str]]:
    """Pairs of document and annotator, so that ``each`` annotators have every document.

    Work is shared evenly, and so are the documents that two annotators have in common. Who
    has a document already (``having``) keeps it. Raises ``InputError`` for too few annotators.
    """
    names = list(dict.fromkeys(annotators))
    if len(names) < len(annotators):
        raise InputError("an annotator is named twice", hint="Name each of them once.")
    if not 1 <= each <= len(names):
        raise InputError(
            f"{each} annotators a document cannot be had from {len(names)}",
            hint="Name more with --annotators, or ask for fewer with --each.",
        )
    kept = {document: list((having or {}).get(document, ())) for document in documents}
    load = Counter(name for held in kept.values() for name in held)
    together = Counter(pair for held in kept.values() for pair in combinations(sorted(held), 2))
    found = []
    for document in sorted(documents, key=lambda name: _chance(f"order:{seed}:{name}")):
        held = kept[document]
        while len(held) < each:
            free = [name for name in names if name not in held]
            if not free:
                break
            name = min(
                free,
                key=lambda name: (
                    load[name],
                    sum(together[_pair(name, other)] for other in held),
                    _chance(f"annotator:{seed}:{document}:{name}"),
                ),
            )
            for other in held:
                together[_pair(name, other)] += 1
            load[name] += 1
            held.append(name)
            found.append((document, name))
    return sorted(found)


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
