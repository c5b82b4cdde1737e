"""``goldwire evaluate diagnose``: what kind of items a system gets wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldwire.schema.commands import as_json_option, print_json
from goldwire.schema.errors import InputError

from .options import resampling_options

if TYPE_CHECKING:
    from ..assemble import Resampling

__all__ = ["diagnose"]


@click.command()
@click.argument("gold")
@click.argument("predictions")
@click.option(
    "--training",
    multiple=True,
    help="Training gold, to tell seen from unseen surfaces; may be given repeatedly.",
)
@click.option(
    "--layer",
    "layers",
    multiple=True,
    default=("mentions",),
    show_default=True,
    help="Diagnose this layer; may be given repeatedly.",
)
@click.option(
    "--worst",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="Name so many of the worst documents.",
)
@click.option("--name", help="What to call the system; by default the name of the file.")
@resampling_options
@as_json_option  # fmt: skip
def diagnose(
    gold: str,
    predictions: str,
    training: tuple[str, ...],
    layers: tuple[str, ...],
    worst: int,
    name: str | None,
    resampling: Resampling,
    as_json: bool,
) -> None:
    """Show what kind of items PREDICTIONS get wrong: scores by bucket, confusions, documents.

    Items are put into buckets by length, nesting, zone, length of the document, level, and, with
    training gold, by how often their words were seen there.

    \b
    goldwire evaluate diagnose corpus/gold predictions.jsonl
    goldwire evaluate diagnose corpus/gold/test predictions.jsonl --training corpus/gold/train
    goldwire evaluate diagnose corpus/gold predictions.jsonl --layer events --json
    """
    from ..diagnostics.diagnosis import diagnose as make
    from ..diagnostics.training import read_training

    found = make(
        gold,
        predictions,
        layers=layers,
        training=read_training(training) if training else None,
        system=name or (Path(predictions).stem if predictions != "-" else "stdin"),
        resampling=resampling,
        worst=worst,
    )
    if not found.layers:
        reasons = "; ".join(f"{layer}: {why}" for layer, why in found.not_scored.items())
        raise InputError(
            f"no layer can be diagnosed: {reasons}",
            hint="Are gold and predictions swapped? A draft names no layers.",
        )
    if as_json:
        print_json(found)
        return
    from rich.console import Console

    from ..diagnostics.terminal import diagnosis_parts

    console = Console(highlight=False)
    for part in diagnosis_parts(found, console.width):
        part.rstrip()
        console.print(part, soft_wrap=True)
        console.print()
