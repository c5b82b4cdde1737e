"""``goldwire evaluate power``: how large a difference a gold can show."""

from __future__ import annotations

import click

from goldwire.schema.commands import as_json_option, print_json

from .options import NumberRange, resamples_option, resampling_of, seed_option

__all__ = ["power"]


@click.command()
@click.argument("systems", nargs=-1, required=True, metavar="PREDICTIONS [OTHER]")
@click.option("--gold", help="Files or a folder of gold; by default the corpus.")
@click.option("--split", help="Only this split of the corpus: train, dev, or test.")
@click.option("--layer", "layers", multiple=True, help="Only this layer; may be given repeatedly.")
@click.option(
    "--difference",
    type=NumberRange(0, 100, min_open=True),
    help="Points of F1 that are to be shown: how many documents do they need?",
)
@click.option(
    "--power",
    "chance",
    type=NumberRange(0, 1, min_open=True, max_open=True),
    default=0.8,
    show_default=True,
    help="The chance that a true difference is to be shown with.",
)
@click.option(
    "--level",
    type=NumberRange(0, 1, min_open=True, max_open=True),
    default=0.05,
    show_default=True,
    help="The chance of showing one that is not there, two-sided.",
)
@resamples_option
@seed_option
@as_json_option
def power(
    systems: tuple[str, ...],
    gold: str | None,
    split: str | None,
    layers: tuple[str, ...],
    difference: float | None,
    chance: float,
    level: float,
    resamples: int,
    seed: int,
    as_json: bool,
) -> None:
    """Say how small a difference this gold can show, and how much gold a wished one needs.

    With the predictions of one system, another is assumed that varies as much; with those of
    two, the spread of their difference is measured. A system is a path, or NAME=PATH.

    \b
    goldwire evaluate power predictions.jsonl
    goldwire evaluate power predictions.jsonl --difference 2.0
    goldwire evaluate power old.jsonl new.jsonl --difference 2.0 --layer mentions --json
    """
    from goldwire.corpus.documents import load_gold
    from goldwire.schema.errors import InputError

    from ..comparison.power import power_of
    from .delivery import print_view
    from .systems import named_systems

    if gold is not None and split is not None:
        raise InputError(
            "--split chooses from the corpus, not from --gold", hint="Leave out one of the two."
        )
    report = power_of(
        load_gold(split) if gold is None else gold,
        named_systems(systems),
        layers=layers or None,
        difference=None if difference is None else difference / 100,
        power=chance,
        level=level,
        resampling=resampling_of(resamples, seed=seed),
    )
    if as_json:
        print_json(report)
        return
    from ..report.power_view import render_power

    print_view(lambda width: render_power(report, width=width))
