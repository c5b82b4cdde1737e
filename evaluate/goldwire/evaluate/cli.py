"""``goldwire evaluate``: score predictions, run extractors, compare, and look at errors."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldwire.schema.commands import as_json_option, print_json
from goldwire.schema.errors import InputError

from .commands.agree import agree
from .commands.compare import compare
from .commands.diagnose import diagnose
from .commands.errors import errors as list_errors
from .commands.metrics import metrics
from .commands.options import chain_options, resampling_options
from .commands.power import power

if TYPE_CHECKING:
    from .assemble import Resampling
    from .chains import ChainOptions
    from .report.model import Report

__all__ = ["evaluate"]


@click.group()
def evaluate() -> None:
    """Score any extractor against the gold."""


for _command in (agree, compare, diagnose, list_errors, metrics, power):
    evaluate.add_command(_command)


def _report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        as_json_option,
        click.option("--errors", type=click.IntRange(0), default=2000, show_default=True,
                     help="List at most so many errors with their text."),
        click.option("--layer", "layers", multiple=True,
                     help="Only this layer; may be given repeatedly."),
    ):  # fmt: skip
        command = option(command)
    return chain_options(resampling_options(command))


@evaluate.command()
@click.argument("gold")
@click.argument("predictions")
@click.option("--name", help="What to call the system; by default the name of the file.")
@click.option(
    "--html", type=click.Path(), help="Write the report as a page to this file, - for stdout."
)
@click.option("--output", "-o", type=click.Path(), help="Write the report as JSON to this file.")
@click.option(
    "--as",
    "view",
    metavar="SCORER",
    help="Give the numbers of another scorer: seqeval, nervaluate, conll2012, textee, and others.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="An option of the other scorer, such as mode=strict; may be given repeatedly.",
)
@_report_options
def score(
    gold: str,
    predictions: str,
    name: str | None,
    html: str | None,
    output: str | None,
    view: str | None,
    settings: tuple[str, ...],
    layers: tuple[str, ...],
    errors: int,
    resampling: Resampling,
    chains: ChainOptions,
    as_json: bool,
) -> None:
    """Score PREDICTIONS against GOLD: files, folders, JSON Lines, or - for stdin.

    With --as, GOLD and PREDICTIONS may also be the files that the other scorer reads.

    \b
    goldwire evaluate score corpus/gold predictions.jsonl
    goldwire evaluate score corpus/gold predictions.jsonl --layer mentions --html report.html
    goldwire evaluate score corpus/gold - --json < predictions.jsonl
    goldwire evaluate score gold.conll predicted.conll --as seqeval --set mode=strict
    """
    if view is not None:
        from .commands.views import show_view

        show_view(view, gold, predictions, settings, as_json=as_json)
        return
    if settings:
        raise InputError("--set is for another scorer", hint="Name it with --as.")
    from .scoring import score as make

    report = make(
        gold,
        predictions,
        layers=layers or None,
        system=name or (Path(predictions).stem if predictions != "-" else "stdin"),
        errors=errors,
        created=_now(),
        resampling=resampling,
        chains=chains,
    )
    _deliver(report, as_json, html, output)


@evaluate.command()
@click.argument("extractor")
@click.option("--gold", help="Files or a folder of gold; by default the corpus.")
@click.option("--split", help="Only this split of the corpus: train, dev, or test.")
@click.option("--output", "-o", type=click.Path(), help="Folder for predictions and reports.")
@_report_options
@click.pass_context
def run(
    ctx: click.Context,
    extractor: str,
    gold: str | None,
    split: str | None,
    output: str | None,
    layers: tuple[str, ...],
    errors: int,
    resampling: Resampling,
    chains: ChainOptions,
    as_json: bool,
) -> None:
    """Run EXTRACTOR over the gold's texts, score what it finds, and write the reports.

    \b
    goldwire evaluate run rules
    goldwire evaluate run rules --split test --output runs/rules
    """
    import msgspec

    from goldwire.corpus.documents import load_gold, read, write_lines

    from .extractors import find_extractor
    from .report.model import Finding
    from .runner import run_extractor
    from .scoring import score as make

    find = find_extractor(extractor)
    documents = list(read([gold])) if gold else load_gold(split)
    done = run_extractor(find, documents, progress=_progress(len(documents)))
    report = make(
        documents,
        done.predictions,
        layers=layers or None,
        system=extractor,
        split=split,
        errors=errors,
        created=_now(),
        seconds=round(done.seconds, 3),
        resampling=resampling,
        chains=chains,
    )
    if done.failures:
        reasons = tuple(f"{failure.document}: {failure.reason}" for failure in done.failures)
        failed = Finding("extractor failed", len(reasons), reasons[:20])
        report = msgspec.structs.replace(report, findings=(failed, *report.findings))
    folder = Path(output or f"runs/{extractor}")
    _make_folder(folder)
    write_lines(done.predictions, folder / "predictions.jsonl")
    click.echo(f"wrote {folder / 'predictions.jsonl'}", err=True)
    _deliver(report, as_json, str(folder / "report.html"), str(folder / "report.json"))
    if done.failures and not done.predictions:
        ctx.exit(3)


@evaluate.command()
@as_json_option
def extractors(as_json: bool) -> None:
    """List the built-in extractors.

    \b
    goldwire evaluate extractors
    """
    from .extractors import BUILT_IN

    if as_json:
        print_json([{"name": name, "description": line} for name, (_, line) in BUILT_IN.items()])
        return
    for name, (_, line) in BUILT_IN.items():
        click.echo(f"{name:<10} {line}")


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _progress(total: int) -> Callable[[int], None] | None:
    if not sys.stderr.isatty() or total < 2:
        return None

    def show(done: int) -> None:
        end = "\n" if done == total else ""
        click.echo(f"\r{done:,} of {total:,} documents{end}", err=True, nl=False)

    return show


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(
            f"the folder cannot be made: {problem.strerror}",
            source=str(folder),
            hint="Name another folder with --output.",
        ) from problem


def _deliver(report: Report, as_json: bool, html: str | None, output: str | None) -> None:
    """Print the report, and write what was asked for."""
    import msgspec

    from goldwire.schema.files import write_atomically

    if not report.layers:
        raise InputError(
            "no layer could be scored: no gold document names one in annotation.layers",
            hint="Are gold and predictions swapped? A draft names no layers.",
        )
    if html == "-":
        from .report.html import render_html

        click.echo(render_html(report))
        return
    encoded = msgspec.json.format(msgspec.json.encode(report), indent=2)
    if as_json:
        click.echo(encoded.decode())
    else:
        from rich.console import Console

        from .report.terminal import render_report

        console = Console(highlight=False)
        console.print(render_report(report, width=console.width))
    if output:
        write_atomically(output, encoded + b"\n")
        click.echo(f"wrote {output}", err=True)
    if html:
        from .report.html import render_html

        write_atomically(html, render_html(report))
        click.echo(f"wrote {html}", err=True)
