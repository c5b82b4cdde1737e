"""Texts that stand in two documents, word for word or nearly so.

What is compared is the words of the scored zones: two pages with other furniture round one
article are one text. Nearness is containment (Broder, On the resemblance and containment of
documents, 1997): the share of the shorter text's runs of five words that stand in the longer.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from goldwire.schema.document import Span

from .findings import Finding, Home
from .words import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["RUN", "SHORTEST", "SIMILARITY", "Near", "Texts", "near_duplicate"]

RUN = 5
"""Words of a run (a shingle)."""

SHORTEST = 20
"""Different runs of the shortest text that can be nearly the same as another."""

SIMILARITY = 0.5
"""The share of its runs from which on a text is nearly the same as a longer one."""

_FACTOR = 0x9E3779B97F4A7C15


class Near(NamedTuple):
    """The number of the document that holds nearly the same text, and the share of shared runs."""

    other: int
    share: float


class _Text(NamedTuple):
    """A text that no earlier document has: its document and its different runs, sorted."""

    number: int
    runs: NDArray[np.uint64]


class Texts:
    """The texts of documents that go by. What is kept of each is eight bytes a word."""

    def __init__(self) -> None:
        self.homes: dict[int, Home] = {}
        self._firsts: dict[bytes, dict[str | None, int]] = {}
        self._texts: list[_Text] = []
        self._runs: dict[int, NDArray[np.uint64]] = {}

    def add(self, number: int, home: Home, words: Sequence[Word]) -> Finding | None:
        """Take the next document; the finding where an earlier one has the same text (D2)."""
        import numpy as np

        self.homes[number] = home
        if not words:
            return None
        text = " ".join(word.form for word in words).encode("utf-8", "surrogatepass")
        key = hashlib.blake2b(text, digest_size=16).digest()
        earlier = self._firsts.get(key)
        if earlier is None:
            self._firsts[key] = {home.split: number}
            self._texts.append(_Text(number, np.unique(_runs(words))))
            return None
        others = [self.homes[n] for n in earlier.values() if self.homes[n].id != home.id]
        earlier.setdefault(home.split, number)
        if not others:  # passes over one document
            return None
        apart = [other for other in others if _apart(home, other)]
        if apart:
            what = f"the text is that of {apart[0]}, which lies in another split"
            return Finding("D2", ("text",), f"{what}; keep one of the two")
        return Finding("D2", ("text",), f"the text is that of {others[0]}; keep one of the two")

    def near(self, similarity: float = SIMILARITY) -> dict[int, Near]:
        """Each document that holds nearly the text of a longer one, by number.

        Of several longer ones it is one of another split, then the nearest, then the first.
        Takes linear time but for texts that share most of their runs with others, and there as
        many steps as pairs of documents share runs.
        """
        import numpy as np

        texts = [text for text in self._texts if len(text.runs) >= SHORTEST]
        if len(texts) < 2:
            return {}
        sizes = np.array([len(text.runs) for text in texts])
        splits, ids = self._codes(texts)
        shared = _shared([text.runs for text in texts])
        found = [_positions(text.runs, shared) for text in texts]
        holders = np.repeat(np.arange(len(texts)), [len(each) for each in found])
        columns = np.concatenate(found)
        order = np.argsort(columns, kind="stable")
        holders = holders[order]
        begins = np.searchsorted(columns[order], np.arange(len(shared) + 1))
        near = {}
        for at, each in enumerate(found):
            if len(each) / sizes[at] < similarity:
                continue
            together = [holders[begins[column] : begins[column + 1]] for column in each]
            counts = np.bincount(np.concatenate(together), minlength=len(texts))
            longer = (sizes > sizes[at]) | ((sizes == sizes[at]) & (np.arange(len(texts)) < at))
            chosen = np.flatnonzero(longer & (ids != ids[at]) & (counts / sizes[at] >= similarity))
            apart = chosen[(splits[chosen] != splits[at]) & (splits[chosen] >= 0)]
            if splits[at] >= 0 and len(apart):
                chosen = apart
            if len(chosen):
                best = int(chosen[np.argmax(counts[chosen])])
                share = float(counts[best] / sizes[at])
                near[texts[at].number] = Near(texts[best].number, share)
                self._runs[texts[best].number] = texts[best].runs
        return near

    def _codes(self, texts: Sequence[_Text]) -> tuple[NDArray[Any], NDArray[Any]]:
        """A number for the split, -1 for none, and one for the id of each text."""
        import numpy as np

        homes = [self.homes[text.number] for text in texts]
        names = {home.split for home in homes if home.split is not None}
        known = {name: code for code, name in enumerate(sorted(names))}
        ids: dict[str, int] = {}
        return (
            np.array([known.get(home.split or "", -1) for home in homes]),
            np.array([ids.setdefault(home.id, len(ids)) for home in homes]),
        )

    def longest_shared(self, words: Sequence[Word], near: Near) -> Span:
        """The longest stretch of a text that stands in the other; the first of equals."""
        import numpy as np

        held = np.isin(_runs(words), self._runs[near.other])
        edges = np.flatnonzero(np.diff(held, prepend=False, append=False))
        begins, ends = edges[::2], edges[1::2]
        at = int(np.argmax(ends - begins))
        return words[begins[at]].start, words[ends[at] - 1 + RUN - 1].end


def near_duplicate(texts: Texts, number: int, near: Near, words: Sequence[Word]) -> Finding:
    """The finding on a document that holds nearly the text of another (D3, D4)."""
    home, other = texts.homes[number], texts.homes[near.other]
    span = texts.longest_shared(words, near)
    shared = f"{near.share:.0%} of its runs of {RUN} words stand in {other} too"
    if _apart(home, other):
        told = f"{shared}, which lies in another split; put both in one split, or drop one"
        return Finding("D3", ("text",), told, span)
    return Finding("D4", ("text",), f"{shared}; drop one, or keep both in one split", span)


def _apart(one: Home, other: Home) -> bool:
    return one.split is not None and other.split is not None and one.split != other.split


def _runs(words: Sequence[Word]) -> NDArray[np.uint64]:
    """A number for each run of words, in text order: the same in every process."""
    import numpy as np

    codes = [zlib.crc32(word.form.encode("utf-8", "surrogatepass")) for word in words]
    single = np.array(codes, dtype=np.uint64)
    count = max(0, len(single) - RUN + 1)
    runs = np.zeros(count, dtype=np.uint64)
    for at in range(RUN):
        runs = runs * np.uint64(_FACTOR) + single[at : at + count]
    return runs


def _shared(runs: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """The runs that stand in more than one text, sorted."""
    import numpy as np

    together = np.concatenate(runs)
    together.sort()
    return np.unique(together[1:][together[1:] == together[:-1]])


def _positions(runs: NDArray[np.uint64], shared: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Where the runs stand among the shared ones; those that are not shared fall out."""
    import numpy as np

    if not len(shared):
        return np.empty(0, dtype=np.intp)
    places = np.searchsorted(shared, runs)
    places[places == len(shared)] = 0
    found: NDArray[np.intp] = places[shared[places] == runs]
    return found
