"""What tests of the gate share."""

from __future__ import annotations

from typing import Any

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.gate import (
    Verdict,
)
from goldwire.evaluate.gate.verdict import Check
from tests.evaluate.report.samples import make_gold

Records = list[dict[str, Any]]
FEW = Resampling(resamples=300)
SENTENCE = "[m PER Ann Vael] met [m ORG Bee News]. [m PER Cy] left."


def small(documents: int) -> tuple[Records, Records]:
    """Documents with three mentions each, all predicted."""
    gold = [make_gold(f"d{n}", [SENTENCE], ("mentions",)) for n in range(documents)]
    return gold, [answer(one) for one in gold]


def answer(gold: dict[str, Any], *left_out: int) -> dict[str, Any]:
    items = [
        {"type": item["type"], "spans": item["spans"]}
        for at, item in enumerate(gold["mentions"])
        if at not in left_out
    ]
    return {"id": gold["id"], "mentions": items}


def only(verdict: Verdict) -> Check:
    (check,) = verdict.checks
    return check
