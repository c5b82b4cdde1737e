"""``goldwire evaluate errors``: every error as a line of JSON."""

from __future__ import annotations

import sys

import click

from goldwire.schema.writing import Writing

from .options import STDOUT, output_option

__all__ = ["errors"]

_CLASSES = (
    "wrong_type",
    "wrong_boundary",
    "wrong_both",
    "partial",
    "incorrect",
    "missed",
    "spurious",
)


@click.command(cls=Writing)
@click.argument("gold")
@click.argument("predictions")
@click.option("--layer", "layers", multiple=True, help="Only this layer; may be given repeatedly.")
@click.option(
    "--class",
    "classes",
    multiple=True,
    type=click.Choice(_CLASSES),
    help="Only this class of errors; may be given repeatedly.",
)
@output_option("the errors")
def errors(
    gold: str,
    predictions: str,
    layers: tuple[str, ...],
    classes: tuple[str, ...],
    output: str | None,
) -> None:
    """List every error of PREDICTIONS against GOLD, one JSON object a line, with its text.

    Spans may have the wrong type, the wrong boundary, or both. Chains may be partial: not all of
    one, or something else with it. Fillers of incidents may be partial or incorrect. Arguments
    and relations, like all others, are missed or spurious.

    \b
    goldwire evaluate errors corpus/gold predictions.jsonl
    goldwire evaluate errors corpus/gold predictions.jsonl --layer mentions --class missed
    goldwire evaluate errors corpus/gold predictions.jsonl --output errors.jsonl
    """
    from ..diagnostics.listing import list_errors
    from ..diagnostics.streams import encoded, write_lines

    rows = list_errors(gold, predictions, layers=layers or None, classes=classes or None)
    if output is None or output == STDOUT:
        sys.stdout.buffer.writelines(encoded(rows))
    else:
        written = write_lines(encoded(rows), output)
        noun = "error" if written == 1 else "errors"
        click.echo(f"wrote {written:,} {noun} to {output}", err=True)
