"""``goldwire evaluate compare``: systems side by side on the same gold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from goldwire.schema.commands import as_json_option

from .options import resampling_options

if TYPE_CHECKING:
    from ..assemble import Resampling

__all__ = ["compare"]


@click.command()
@click.argument("systems", nargs=-1, required=True, metavar="A B [C]…")
@click.option("--gold", help="Files or a folder of gold; by default the corpus.")
@click.option("--split", help="Only this split of the corpus: train, dev, or test.")
@click.option("--layer", "layers", multiple=True, help="Only this layer; may be given repeatedly.")
@click.option("--baseline", help="Compare with this system only, by default every pair.")
@click.option("--type-differences", is_flag=True, help="Show all types of all layers.")
@click.option(
    "--output", "-o", type=click.Path(), help="Write the comparison as JSON to this file."
)
@resampling_options
@as_json_option
def compare(
    systems: tuple[str, ...],
    gold: str | None,
    split: str | None,
    layers: tuple[str, ...],
    baseline: str | None,
    type_differences: bool,
    output: str | None,
    resampling: Resampling,
    as_json: bool,
) -> None:
    """Compare the predictions of systems on the same gold: which differences are not chance?

    A system is a path of predictions, or NAME=PATH. A difference is called one only where its
    interval excludes 0 and its p-value, adjusted for all comparisons made, is below the level.

    \b
    goldwire evaluate compare old.jsonl new.jsonl
    goldwire evaluate compare rules=runs/rules/predictions.jsonl new.jsonl --layer mentions
    goldwire evaluate compare a.jsonl b.jsonl c.jsonl --baseline a --gold my/gold --json
    """
    import msgspec

    from goldwire.corpus.documents import load_gold
    from goldwire.schema.errors import InputError
    from goldwire.schema.files import write_atomically

    from ..comparing import compare_systems
    from .systems import named_systems

    if gold and split:
        raise InputError(
            "--split chooses from the corpus, not from --gold", hint="Leave out one of the two."
        )
    comparison = compare_systems(
        gold or load_gold(split),
        named_systems(systems),
        layers=layers or None,
        baseline=baseline,
        resampling=resampling,
        split=split,
    )
    encoded = msgspec.json.format(msgspec.json.encode(comparison), indent=2)
    if as_json:
        click.echo(encoded.decode())
    else:
        from rich.console import Console

        from ..report.comparison_view import render_comparison

        console = Console(highlight=False)
        console.print(
            render_comparison(comparison, width=console.width, type_differences=type_differences)
        )
    if output:
        write_atomically(output, encoded + b"\n")
        click.echo(f"wrote {output}", err=True)
