"""``goldwire evaluate compare``: systems side by side on the same gold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from goldwire.schema.commands import as_json_option

from .options import STDOUT, OutputPath, ReadingGold, output_option, resampling_options

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ..assemble import Resampling

__all__ = ["compare"]


@click.command(cls=ReadingGold)
@click.argument("systems", nargs=-1, required=True, metavar="A B [C]…")
@click.option("--gold", help="Files or a folder of gold; by default the corpus.")
@click.option("--split", help="Only this split of the corpus: train, dev, or test.")
@click.option("--layer", "layers", multiple=True, help="Only this layer; may be given repeatedly.")
@click.option("--baseline", help="Compare with this system only, by default every pair.")
@click.option("--type-differences", is_flag=True, help="Show all types of all layers.")
@click.option(
    "--html", type=OutputPath(), help="Write the comparison as a page to this file, - for stdout."
)
@output_option("the comparison as JSON")
@resampling_options
@as_json_option
def compare(
    systems: tuple[str, ...],
    gold: str | None,
    split: str | None,
    layers: tuple[str, ...],
    baseline: str | None,
    type_differences: bool,
    html: str | None,
    output: str | None,
    resampling: Resampling,
    as_json: bool,
) -> None:
    """Compare the predictions of systems on the same gold: which differences are not chance?

    A system is a path of predictions or the folder of a run, or NAME=PATH of one. A difference
    is called one only where its interval excludes 0 and its p-value, adjusted for all
    comparisons made, is below the level.

    \b
    goldwire evaluate compare old.jsonl new.jsonl
    goldwire evaluate compare runs/rules runs/trained
    goldwire evaluate compare rules=runs/rules/predictions.jsonl new.jsonl --layer mentions
    goldwire evaluate compare a.jsonl b.jsonl c.jsonl --baseline a --gold my/gold --json
    goldwire evaluate compare old.jsonl new.jsonl --html comparison.html
    """
    from goldwire.corpus.documents import load_gold
    from goldwire.schema.errors import InputError

    from ..comparison.comparing import compare_systems
    from .delivery import deliver, write_file
    from .systems import named_systems

    if gold is not None and split is not None:
        raise InputError(
            "--split chooses from the corpus, not from --gold", hint="Leave out one of the two."
        )
    if html == STDOUT and (as_json or output == STDOUT):
        raise InputError(
            "the page and the JSON cannot both go to stdout", hint="Give one of them a file."
        )
    comparison = compare_systems(
        load_gold(split) if gold is None else gold,
        named_systems(systems),
        layers=layers or None,
        baseline=baseline,
        resampling=resampling,
        split=split,
    )

    def view(width: int) -> RenderableType:
        if html == STDOUT:
            return page()
        from ..report.comparison_view import render_comparison

        return render_comparison(comparison, width=width, type_differences=type_differences)

    def page() -> str:
        from ..report.comparison_page import render_comparison_page

        return render_comparison_page(comparison)

    if html is not None and html != STDOUT:
        write_file(html, page())
    deliver(comparison, view, as_json=as_json, output=output)
