"""Do intervals cover, and do tests err, as often as they say? By simulation.

    python -m tests.bench.validity

Corpora are drawn from populations whose true values are known. Demanded: nominal 95 % intervals
cover 93 to 97 % at 40 and at 200 documents, and the paired randomisation test at level .05
rejects .05 of true null hypotheses there, within Monte Carlo error. Also shown: ten documents,
where the test may reject less; the plain percentile interval; the paired bootstrap and the
interval as tests; and how often the smallest difference is found that
``power`` promises to be found in .8 of all samples.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable

import numpy as np

from goldwire.evaluate.metrics.forms import Floats, precision_recall_f1
from goldwire.evaluate.statistics.bootstrap import grid_resampled
from goldwire.evaluate.statistics.exact import on_grid
from goldwire.evaluate.statistics.intervals import interval
from goldwire.evaluate.statistics.paired import compare
from goldwire.evaluate.statistics.power import paired_spread, smallest_difference
from goldwire.evaluate.statistics.spread import spread, tie_width
from tests.bench.measuring import SEED, table

CORPORA, RESAMPLES = 1_000, 999
NAMES = ("P", "R", "F1")

Generator = np.random.Generator
Population = Callable[[Generator, int], Floats]


def _sizes(chance: Generator, documents: int, mean: float) -> Floats:
    """Items by document, at least one: a few documents are several times the median."""
    extra = chance.negative_binomial(1.5, 1.5 / (0.5 + mean), documents)
    return 1 + extra.astype(np.float64)


def spans(chance: Generator, documents: int) -> Floats:
    """Micro-averaged spans; documents are easy or hard."""
    gold = _sizes(chance, documents, 20)
    met = chance.binomial(gold.astype(int), chance.beta(8, 3, documents))
    return np.stack([met, met + chance.poisson(gold / 4), met, gold], axis=1)


def coreference(chance: Generator, documents: int) -> Floats:
    """Ratios like those of B³: fractions for numerators, precision and recall loosely bound."""
    gold = _sizes(chance, documents, 8)
    predicted = 1.0 + chance.poisson(0.9 * gold)
    hardness = chance.beta(3, 2, documents)
    precise = predicted * (hardness + chance.random(documents)) / 2
    return np.stack([precise, predicted, gold * hardness, gold], axis=1)


def alike(chance: Generator, documents: int) -> Floats:
    """Spans in documents of about the same size, nearly all found: a skewed share."""
    gold = 10.0 + chance.poisson(5, documents)
    met = chance.binomial(gold.astype(int), chance.beta(30, 1, documents))
    return np.stack([met, met + chance.poisson(0.3, documents), met, gold], axis=1)


POPULATIONS: dict[str, Population] = {
    "spans": spans, "coreference": coreference, "alike": alike,
}  # fmt: skip


def _generator(*key: int) -> Generator:
    return np.random.Generator(np.random.PCG64([SEED, *key]))


def _truth(population: Population) -> Floats:
    sums = [population(_generator(0, part), 200_000).sum(axis=0) for part in range(5)]
    return precision_recall_f1(np.sum(sums, axis=0))


def coverage(population: Population, documents: int) -> dict[str, Floats]:
    """The share of corpora whose interval holds the true precision, recall, and F1."""
    truth = _truth(population)
    held = {name: np.zeros(3) for name in ("BCa", "percentile", "plain percentile")}
    for number in range(CORPORA):
        counts = population(_generator(1, documents, number), documents)
        exact = on_grid(counts)
        point = precision_recall_f1(exact.sum(axis=0))
        # The same resamples for all three; ``intervals`` would draw them each time.
        sampled = precision_recall_f1(grid_resampled(exact, RESAMPLES, number))
        ties = tie_width(point)
        measured = spread(exact, precision_recall_f1, point, sampled, ties)
        bca = interval(point, sampled, measured, ties, "bca", 0.95)
        percentile = interval(point, sampled, measured, ties, "percentile", 0.95)
        plain = np.quantile(sampled, [0.025, 0.975], axis=0)
        ends = {
            "BCa": (bca.low, bca.high),
            "percentile": (percentile.low, percentile.high),
            "plain percentile": (plain[0], plain[1]),
        }
        for name, (low, high) in ends.items():
            held[name] += (low <= truth) & (truth <= high)
    return {name: hits / CORPORA for name, hits in held.items()}


def _two_systems(chance: Generator, documents: int, gain: float = 0.0) -> tuple[Floats, Floats]:
    """Two systems on the same gold: document by document alike, the first better by ``gain``."""
    gold = _sizes(chance, documents, 20)
    hardness = chance.beta(8, 3, documents)
    systems = []
    for more in (gain, 0.0):
        own = np.clip(hardness + more + chance.normal(0, 0.05, documents), 0, 1)
        met = chance.binomial(gold.astype(int), own)
        systems.append(np.stack([met, met + chance.poisson(gold / 4), met, gold], axis=1))
    return systems[0], systems[1]


def paired(documents: int) -> tuple[Floats, Floats, Floats]:
    """Of systems that do not differ: rejections by randomisation, by bootstrap, by interval."""
    rejected = np.zeros((3, 3))
    for number in range(CORPORA):
        first, second = _two_systems(_generator(2, documents, number), documents)
        found = compare(first, second, precision_recall_f1, resamples=RESAMPLES, seed=number)
        rejected += (
            found.p_randomisation <= 0.05,
            found.p_bootstrap <= 0.05,
            found.distinguishable,
        )
    return rejected[0] / CORPORA, rejected[1] / CORPORA, rejected[2] / CORPORA


def power_kept(documents: int) -> tuple[float, float]:
    """The mean promise of ``smallest_difference`` for recall, and the power at that difference."""
    promises = [
        smallest_difference(
            paired_spread(
                *_two_systems(_generator(3, documents, number), documents),
                precision_recall_f1, resamples=RESAMPLES, seed=number,
            )
        )[1]
        for number in range(200)
    ]  # fmt: skip
    promise = float(np.mean(promises))
    shown = 0
    for number in range(CORPORA // 2):
        pair = _two_systems(_generator(4, documents, number), documents, promise)
        found = compare(*pair, precision_recall_f1, resamples=RESAMPLES, seed=number)
        shown += int(found.p_randomisation[1] <= 0.05)
    return promise, shown / (CORPORA // 2)


def _shares(shares: Floats) -> list[str]:
    return [f"{100 * share:.1f} %" for share in shares]


def main() -> None:
    begin = time.perf_counter()
    error = 100 * 1.96 * math.sqrt(0.05 * 0.95 / CORPORA)
    title = f"nominal 95 %, {CORPORA:,} corpora, {RESAMPLES} resamples, ± {error:.1f} by chance"
    rows = [
        [name, str(documents), method, *_shares(shares)]
        for name, population in POPULATIONS.items()
        for documents in (40, 200)
        for method, shares in coverage(population, documents).items()
    ]
    table(f"Coverage, {title}", ("population", "documents", "interval", *NAMES), rows)
    methods = ("randomisation", "paired bootstrap", "interval excludes 0")
    rows = [
        [str(documents), method, *_shares(shares)]
        for documents in (10, 40, 200)
        for method, shares in zip(methods, paired(documents), strict=True)
    ]
    table(f"False positives at .05, {title}", ("documents", "decision", *NAMES), rows)
    rows = []
    for documents in (40, 200):
        promise, power = power_kept(documents)
        rows.append([str(documents), f"{promise:.4f}", f"{100 * power:.1f} %"])
    table("Power .8 at .05, recall", ("documents", "smallest difference", "shown"), rows)
    print(f"\n{time.perf_counter() - begin:.0f} s, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
