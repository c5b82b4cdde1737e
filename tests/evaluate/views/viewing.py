"""What tests of views share."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F
from typing import Any

from goldwire.evaluate.views import VIEWS
from goldwire.evaluate.views.model import Numbers, Row, View
from goldwire.schema.document import Instrument, Perpetrator, Target
from tests.making import article, changed

Write = Callable[[str, object], str]
ARTICLE = changed(
    article(),
    "incidents",
    0,
    instruments=(Instrument(entity="e1"),),
    perpetrators=(Perpetrator(entity="e4"), Perpetrator(entity="e5")),
    targets=(Target(entity="e2"),),
)
GOLD_TAGS = "Ann B-PER\nLee I-PER\nleft O\nAcme B-ORG\n"
PREDICTED_TAGS = "Ann I-PER\nLee I-PER\nleft O\nAcme B-LOC\n"
SHORT_FIRST = [[{"label": "PER", "start": 0, "end": 3}, {"label": "PER", "start": 0, "end": 4}]]
KEY = "#begin document (d); part 0\nd 0 (1)\nd 1 (1)\nd 2 (2)\n#end document\n"
RESPONSE = "#begin document (d); part 0\nd 0 (1)\nd 1 (1)\nd 2 (1)\n#end document\n"
DOCUMENT_VIEWS = list(VIEWS)


def row(found: View, name: str) -> Row:
    return next(each for each in found.scores if each.name == name)


def ratios(numbers: Numbers, *names: str) -> tuple[Any, ...]:
    chosen = names or ("precision", "recall", "f1")
    return tuple(
        None if numbers[name] is None else F(numbers[name] or 0).limit_denominator(1000)
        for name in chosen
    )  # fmt: skip


def felt(found: View) -> list[str]:
    return [each.name for each in found.deviations]
