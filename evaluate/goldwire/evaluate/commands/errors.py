"""``goldwire evaluate errors``: every error as a line of JSON."""

from __future__ import annotations

import sys

import click

__all__ = ["errors"]

_CLASSES = ("wrong_type", "wrong_boundary", "wrong_both", "missed", "spurious")


@click.command()
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
@click.option(
    "--output", "-o", type=click.Path(allow_dash=True), help="Write to this file, - for stdout."
)  # fmt: skip
def errors(
    gold: str,
    predictions: str,
    layers: tuple[str, ...],
    classes: tuple[str, ...],
    output: str | None,
) -> None:
    """List every error of PREDICTIONS against GOLD, one JSON object a line, with its text.

    Arguments and relations are missed or spurious; other items may have the wrong type, the
    wrong boundary, or both.

    \b
    goldwire evaluate errors corpus/gold predictions.jsonl
    goldwire evaluate errors corpus/gold predictions.jsonl --layer mentions --class missed
    goldwire evaluate errors corpus/gold predictions.jsonl --output errors.jsonl
    """
    from ..diagnostics.listing import list_errors
    from ..diagnostics.streams import encoded, write_lines

    rows = list_errors(gold, predictions, layers=layers or None, classes=classes or None)
    if output is None or output == "-":
        sys.stdout.buffer.writelines(encoded(rows))
        return
    written = write_lines(encoded(rows), output)
    click.echo(f"wrote {written:,} {'error' if written == 1 else 'errors'} to {output}", err=True)
