"""Agreement of two or more annotators: from their documents to a report."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from goldwire.schema.errors import InputError, UnknownName

from ..assemble import Resampling, bootstrap_of
from ..chains import ChainOptions
from ..counting import Source
from ..layers import SCORED_LAYERS
from ..metrics.gamma import Sampling
from .annotators import Team, read_team
from .attributes import attribute_agreement, attribute_numbers
from .disagreements import find_disagreements
from .estimates import estimates
from .judgements import Judged, judge
from .model import (
    AgreementReport,
    Annotator,
    AttributeAgreement,
    GammaRow,
    LayerAgreement,
    UnitisingRow,
)
from .pairs import PairCounts, count_pairs, layer_agreement, layer_numbers
from .unitised import UNITISED, gamma_numbers, gamma_row, unitising_numbers, unitising_row

__all__ = ["agree"]


def agree(
    annotators: Sequence[Source],
    *,
    names: Sequence[str] | None = None,
    layers: Sequence[str] | None = None,
    resampling: Resampling | None = None,
    chains: ChainOptions | None = None,
    gamma: Sampling | None = None,
) -> AgreementReport:
    """How far annotators agree on the same documents, layer by layer.

    Each of ``annotators`` is a path or documents in memory, matched by id; ``names`` default to
    those of files and folders. A document counts for the pairs that both have it, and a layer of
    it where both name it in ``annotation.layers``. Nobody is gold: other accepted answers and
    ``optional`` are not looked at, and no number depends on the order of annotators or items.

    F1 by layer for each pair and as the mean over pairs; kappa and alpha of attributes on what
    was marked on the same place; alphas of unitising on the text as continuum. Intervals are
    bootstrapped over documents as ``resampling`` says; ``chains`` says how chains are compared.
    With ``gamma``, which says how random texts are sampled, also γ, γcat, and γₖ of spans: that
    takes long, since every text is compared with many random ones.

    Raises ``InputError`` or one of its kinds for what cannot be compared, and for gamma without a
    layer of spans; ``UnknownName`` for an unknown layer.
    """
    chosen = _chosen(layers)
    if gamma is not None and not set(chosen) & set(UNITISED):
        raise InputError(
            f"gamma is of spans, and there are none to compare in {', '.join(chosen)}",
            hint=f"Leave out gamma, or add one of the layers {', '.join(UNITISED)}.",
        )
    options, made = chains or ChainOptions(), resampling or Resampling()
    team = read_team(annotators, names)
    pairs = count_pairs(team, chosen, options)
    judged = {layer: judge(team, layer) for layer in chosen}
    of_layers: list[LayerAgreement] = []
    of_attributes: list[AttributeAgreement] = []
    of_units: list[UnitisingRow] = []
    of_gamma: list[GammaRow] = []
    not_compared: dict[str, str] = {}
    for layer in chosen:
        if not any(pair.annotated[layer].any() for pair in pairs):
            not_compared[layer] = "no document of two annotators names it in annotation.layers"
            continue
        _compare(team, pairs, layer, judged[layer], made, of_layers, of_attributes, of_units)
        if gamma is not None and layer in UNITISED:
            annotated = np.any([pair.annotated[layer] for pair in pairs], axis=0)
            found = estimates(list(gamma_numbers(team, layer, gamma)), annotated, made)
            of_gamma.append(gamma_row(team, layer, iter(found)))
    if layers is None:
        not_compared["event_links"] = "no metric is defined for links between events"
    compared = {layer.layer for layer in of_layers}
    return AgreementReport(
        _annotators(team),
        tuple((team.names[a], team.names[b]) for a, b in combinations(range(len(team.names)), 2)),
        len(team.ids),
        tuple(of_layers),
        tuple(of_attributes),
        tuple(of_units),
        not_compared,
        team.findings,
        find_disagreements(team, pairs, [each for rows in judged.values() for each in rows]),
        bootstrap_of(made, len(team.ids)),
        _version(),
        _chain_words(options) if compared & {"entities", "hoppers"} else None,
        tuple(of_gamma),
    )


def _chosen(layers: Sequence[str] | None) -> tuple[str, ...]:
    for name in layers or ():
        if name == "event_links":
            raise InputError(
                "the layer 'event_links' cannot be compared: no metric is defined for it",
                hint=f"Compared are: {', '.join(SCORED_LAYERS)}.",
            )
        if name not in SCORED_LAYERS:
            raise UnknownName("layer", name, SCORED_LAYERS)
    return tuple(name for name in SCORED_LAYERS if layers is None or name in layers)


def _compare(
    team: Team,
    pairs: Sequence[PairCounts],
    layer: str,
    judged: Sequence[Judged],
    resampling: Resampling,
    of_layers: list[LayerAgreement],
    of_attributes: list[AttributeAgreement],
    of_units: list[UnitisingRow],
) -> None:
    """Estimate all numbers of one layer together, and add them to the parts of the report."""
    annotated = [pair.annotated[layer] for pair in pairs]
    numbers = list(layer_numbers(pairs, layer))
    for attribute in judged:
        numbers += attribute_numbers(attribute, annotated)
    if layer in UNITISED:
        numbers += unitising_numbers(team, layer)
    found = iter(estimates(numbers, np.any(annotated, axis=0), resampling))
    of_layers.append(layer_agreement(team, pairs, layer, found))
    of_attributes += [attribute_agreement(each, len(pairs), found) for each in judged]
    if layer in UNITISED:
        of_units.append(unitising_row(layer, found))


def _annotators(team: Team) -> tuple[Annotator, ...]:
    return tuple(
        Annotator(name, total, len(documents), digest)
        for name, total, documents, digest in zip(
            team.names, team.totals, team.documents, team.digests, strict=True
        )
    )


def _chain_words(options: ChainOptions) -> str:
    kept = "singletons kept" if options.singletons else "singletons left out"
    return f"mentions {options.mentions}, {kept}"


def _version() -> str:
    from importlib.metadata import version

    return version("goldwire")
