"""What to look at next: the most frequent errors, each with places in the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from goldwire.schema.positions import cut

from .model import ErrorRow, LayerReport, Report

__all__ = ["Frequent", "frequent_errors"]


_BARE = 3
"""Kinds of errors to show at most that no listed error is an example of."""


class Frequent(Struct, frozen=True):
    """One kind of error: gold label, predicted label (``None``: missed or spurious), how often."""

    layer: str
    gold: str | None
    predicted: str | None
    count: int
    examples: tuple[ErrorRow, ...] = ()

    def title(self) -> str:
        """The error in words, long labels cut."""
        gold, predicted = (cut(name or "", 24) for name in (self.gold, self.predicted))
        if self.predicted is None:
            return f"{gold} missed"
        if self.gold is None:
            return f"{predicted} spurious"
        if self.gold == self.predicted:
            wrong = "filler" if self.layer == "incidents" else "boundary"
            return f"{gold} with wrong {wrong}"
        return f"{gold} read as {predicted}"


def frequent_errors(report: Report, *, kinds: int = 8, examples: int = 2) -> list[Frequent]:
    """The most frequent errors of all layers, the most frequent first.

    Half of ``kinds`` is kept for pairs that were matched wrongly, half for what is missed or
    spurious, and no layer has more than two of either: none hides the others. Examples differ
    in their text where they can, the most frequent texts first. Where errors are listed at all,
    no more than three kinds come without one.
    """
    order = {layer.layer: at for at, layer in enumerate(report.layers)}

    def rank(each: Frequent) -> tuple[int, int, str, str]:
        return (-each.count, order[each.layer], each.gold or "", each.predicted or "")

    paired: list[Frequent] = []
    single: list[Frequent] = []
    for layer in report.layers:
        found = sorted(_kinds(layer), key=rank)
        one_sided = [each.gold is None or each.predicted is None for each in found]
        paired += [each for each, one in zip(found, one_sided, strict=True) if not one][:2]
        single += [each for each, one in zip(found, one_sided, strict=True) if one][:2]
    paired.sort(key=rank)
    single.sort(key=rank)
    rows = _by_kind(report)
    if rows:
        bare = sorted((each for each in paired + single if _kind(each) not in rows), key=rank)
        paired, single = ([e for e in half if e not in bare[_BARE:]] for half in (paired, single))
    room = max(kinds // 2, kinds - len(single))
    chosen = sorted(paired[:room] + single[: kinds - min(len(paired), room)], key=rank)
    return [
        Frequent(
            each.layer, each.gold, each.predicted, each.count,
            _examples(rows.get(_kind(each), []), examples),
        )
        for each in chosen
    ]  # fmt: skip


def _kinds(layer: LayerReport) -> Iterator[Frequent]:
    for gold, predicted, count in layer.confusion:
        if gold != predicted:
            yield Frequent(layer.layer, gold, predicted, count)
    for row in layer.labels:
        if row.errors.get("wrong_boundary"):
            yield Frequent(layer.layer, row.label, row.label, row.errors["wrong_boundary"])
        if row.errors.get("incorrect"):  # a slot of incidents
            yield Frequent(layer.layer, row.label, row.label, row.errors["incorrect"])
        if not layer.confusion:  # tuples are not aligned: there is no matrix
            if row.errors.get("missed"):
                yield Frequent(layer.layer, row.label, None, row.errors["missed"])
            if row.errors.get("spurious"):
                yield Frequent(layer.layer, None, row.label, row.errors["spurious"])


_Kind = tuple[str, str | None, str | None]


def _kind(each: Frequent) -> _Kind:
    return each.layer, each.gold, each.predicted


def _by_kind(report: Report) -> dict[_Kind, list[ErrorRow]]:
    rows: dict[_Kind, list[ErrorRow]] = {}
    for row in report.errors:
        gold = row.gold.label if row.gold else None
        predicted = row.predicted.label if row.predicted else None
        rows.setdefault((row.layer, gold, predicted), []).append(row)
    return rows


def _text(row: ErrorRow) -> str:
    side = row.gold or row.predicted
    return side.text if side else ""


def _examples(rows: list[ErrorRow], limit: int) -> tuple[ErrorRow, ...]:
    texts = Counter(map(_text, rows))
    first: dict[str, ErrorRow] = {}
    for row in rows:
        first.setdefault(_text(row), row)
    return tuple(first[text] for text, _ in texts.most_common(limit))
