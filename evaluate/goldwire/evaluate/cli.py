"""``goldwire evaluate``: score predictions, run extractors, compare, and look at errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldwire.schema.commands import as_json_option, print_json
from goldwire.schema.errors import InputError, UnknownName
from goldwire.schema.writing import Writing

from .commands.agree import agree
from .commands.compare import compare
from .commands.diagnose import diagnose
from .commands.errors import errors as list_errors
from .commands.gate import gate
from .commands.metrics import metrics
from .commands.options import STDOUT, OutputPath, chain_options, output_option, resampling_options
from .commands.power import power
from .commands.run import run
from .commands.train import train

if TYPE_CHECKING:
    from rich.console import RenderableType

    from .assemble import Resampling
    from .chains import ChainOptions
    from .extractors.settings import Setting
    from .report.model import Report

__all__ = ["evaluate"]


@click.group()
def evaluate() -> None:
    """Score any extractor against the gold."""


for _command in (agree, compare, diagnose, list_errors, gate, metrics, power, run, train):
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


@evaluate.command(cls=Writing)
@click.argument("gold")
@click.argument("predictions")
@click.option("--name", help="What to call the system; by default the name of the file.")
@click.option(
    "--html", type=OutputPath(), help="Write the report as a page to this file, - for stdout."
)
@click.option("--no-text", is_flag=True, help="Keep the text of articles out of page and JSON.")
@click.option(
    "--markdown", type=OutputPath(), help="Write the scores as Markdown to this file, - for stdout."
)
@output_option("the report as JSON")
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
@click.option(
    "--jobs",
    type=click.IntRange(1),
    help="Processes that share the work of many documents; by default one a core.",
)
@click.option(
    "--engine",
    type=click.Choice(["processes", "dask"]),
    default="processes",
    show_default=True,
    help="Who shares the work: processes of this machine, or workers of a Dask cluster.",
)
@click.option(
    "--address", help="The Dask scheduler, such as tcp://host:8786; else a cluster is started."
)
@_report_options
@click.pass_context
def score(
    ctx: click.Context,
    gold: str,
    predictions: str,
    name: str | None,
    html: str | None,
    no_text: bool,
    markdown: str | None,
    output: str | None,
    view: str | None,
    settings: tuple[str, ...],
    layers: tuple[str, ...],
    errors: int,
    jobs: int | None,
    engine: str,
    address: str | None,
    resampling: Resampling,
    chains: ChainOptions,
    as_json: bool,
) -> None:
    """Score PREDICTIONS against GOLD: files, folders, JSON Lines, or - for stdin.

    With --as, GOLD and PREDICTIONS may also be the files that the other scorer reads; of the other
    options only --set, --json, and --output go with it.

    \b
    goldwire evaluate score corpus/gold predictions.jsonl
    goldwire evaluate score corpus/gold predictions.jsonl --layer mentions --html report.html
    goldwire evaluate score corpus/gold - --json < predictions.jsonl
    goldwire evaluate score gold.conll predicted.conll --as seqeval --set mode=strict
    """
    if view is not None:
        from .commands.views import refuse_other_options, show_view

        refuse_other_options(ctx, view)
        show_view(view, gold, predictions, settings, as_json=as_json, output=output)
        return
    if settings:
        raise InputError("--set is for another scorer", hint="Name it with --as.")
    printed = [
        what
        for what, asked in (("the page", html == STDOUT), ("the Markdown", markdown == STDOUT),
                            ("the JSON", as_json or output == STDOUT))
        if asked
    ]  # fmt: skip
    if no_text and html is None and output is None and not as_json:
        raise InputError(
            "--no-text is about the page and the JSON",
            hint="Write them with --html and --output.",
        )
    if len(printed) > 1:
        raise InputError(
            f"{printed[0]} and {printed[1]} cannot both go to stdout",
            hint="Give one of them a file.",
        )
    if engine != "dask" and address is not None:
        raise InputError("--address is for Dask", hint="Ask for it with --engine dask.")
    from goldwire.schema.reading import check_standard_input

    from .counting import Dask
    from .scoring import score as make

    check_standard_input(gold, predictions)
    report = make(
        gold,
        predictions,
        layers=layers or None,
        system=name or (Path(predictions).stem if predictions != "-" else "stdin"),
        errors=errors,
        created=_now(),
        resampling=resampling,
        chains=chains,
        jobs=jobs,
        engine=Dask(address) if engine == "dask" else None,
    )
    _deliver(report, as_json, html, markdown, output, text=not no_text)


@evaluate.command()
@click.argument("name", required=False)
@as_json_option
def extractors(name: str | None, as_json: bool) -> None:
    """List the built-in extractors, and the forms in which others are named.

    With NAME, such as openai or spacy, tell what it takes by --set.

    \b
    goldwire evaluate extractors
    goldwire evaluate extractors openai
    """
    from .extractors import BUILT_IN, SCHEMES

    if name is not None:
        _tell_settings(name, as_json)
        return
    listed = [(name, line) for name, (_, line) in BUILT_IN.items()]
    listed += [(scheme.form, scheme.line) for scheme in SCHEMES.values()]
    if as_json:
        print_json([{"name": name, "description": line} for name, line in listed])
        return
    width = max(len(name) for name, _ in listed)
    for name, line in listed:
        click.echo(f"{name:<{width}}  {line}")


def _tell_settings(name: str, as_json: bool) -> None:
    from .extractors import BUILT_IN, SCHEMES, settings_of
    from .extractors.settings import described

    scheme = name.partition(":")[0]
    settings: tuple[Setting, ...] = ()
    if scheme in BUILT_IN:
        form, line, about = scheme, BUILT_IN[scheme][1], "There are none."
    elif scheme in SCHEMES:
        form, line = SCHEMES[scheme].form, SCHEMES[scheme].line
        settings, about = described(settings_of(SCHEMES[scheme]))
    else:
        raise UnknownName("extractor", scheme, [*BUILT_IN, *SCHEMES])
    if as_json:
        print_json({"name": form, "description": line, "settings": settings, "about": about})
        return
    click.echo(f"{form}  {line}\n")
    for each in settings:
        default = "" if each.default is None else f"; by default {each.default}"
        click.echo(f"--set {each.name}=…  {each.takes}{default}")
    click.echo(click.wrap_text(about) if not settings else f"\n{click.wrap_text(about)}")


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _deliver(
    report: Report,
    as_json: bool,
    html: str | None,
    markdown: str | None,
    output: str | None,
    *,
    text: bool,
) -> None:
    """Write what was asked for, and print the page, the Markdown, the JSON, or the tables."""
    from .commands.delivery import deliver, write_file

    if not report.layers:
        raise InputError(
            "no layer could be scored: no gold document names one in annotation.layers",
            hint="Are gold and predictions swapped? A draft names no layers.",
        )

    def view(width: int) -> RenderableType:
        if html == STDOUT:
            from .report.html import render_html

            return render_html(report, text=text)
        if markdown == STDOUT:
            return report.to_markdown()
        from .report.terminal import render_report

        return render_report(report, width=width)

    if html is not None and html != STDOUT:
        from .report.html import render_html

        write_file(html, render_html(report, text=text))
    if markdown is not None:
        write_file(markdown, report.to_markdown())
    kept = report if text else report.without_text()
    deliver(kept, view, as_json=as_json, output=output)
