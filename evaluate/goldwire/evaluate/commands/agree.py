"""``goldwire evaluate agree``: how far annotators agree on the same documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from goldwire.schema.commands import as_json_option
from goldwire.schema.writing import Writing

from .options import output_option, resampling_options

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ..assemble import Resampling

__all__ = ["agree"]


@click.command(cls=Writing)
@click.argument("annotators", nargs=-1, required=True, metavar="A B [C]...")
@click.option("--layer", "layers", multiple=True, help="Only this layer; may be given repeatedly.")
@click.option(
    "--gamma",
    is_flag=True,
    help="Also γ, γcat, and γₖ of mentions, events, attributions, and zones. Slow: every text is "
    "compared with random ones, drawn by the seed.",
)
@output_option("the report as JSON")
@resampling_options
@as_json_option
def agree(
    annotators: tuple[str, ...],
    layers: tuple[str, ...],
    gamma: bool,
    output: str | None,
    resampling: Resampling,
    as_json: bool,
) -> None:
    """Compare annotators A, B, … on the documents that they share, matched by id.

    Each is a file, a folder, JSON Lines, or - for stdin; NAME=PATH names an annotator. Nobody
    is gold: optional marks and other accepted answers do not matter.

    \b
    goldwire evaluate agree passes/anna passes/ben
    goldwire evaluate agree anna=a.jsonl ben=b.jsonl cleo=c.jsonl --layer mentions
    goldwire evaluate agree passes/anna passes/ben --layer mentions --gamma
    goldwire evaluate agree passes/anna passes/ben --json --output agreement.json
    """
    from goldwire.schema.errors import InputError

    from ..agreement import agree as compare
    from ..metrics.gamma import Sampling
    from .delivery import deliver
    from .systems import named_systems

    named = named_systems(annotators, "annotator")
    report = compare(
        list(named.values()),
        names=list(named),
        layers=layers or None,
        resampling=resampling,
        gamma=Sampling(seed=resampling.seed) if gamma else None,
    )
    if not report.layers:
        raise InputError(
            "no layer could be compared: no two annotators name one in annotation.layers of the "
            "same document",
            hint="A draft names no layers: add those that are complete.",
        )

    def view(width: int) -> RenderableType:
        from ..agreement import render_agreement

        return render_agreement(report, width=width)

    deliver(report, view, as_json=as_json, output=output)
