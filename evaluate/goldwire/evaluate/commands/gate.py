"""``goldwire evaluate gate``: whether predictions may pass, for a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from goldwire.schema.commands import FINDINGS, as_json_option
from goldwire.schema.writing import WrittenPath

from .options import ReadingGold, resampling_options

if TYPE_CHECKING:
    from ..assemble import Resampling
    from ..gate import Baseline, Thresholds, Verdict

__all__ = ["gate"]


@click.command(cls=ReadingGold)
@click.argument("predictions")
@click.option(
    "--baseline", required=True, type=WrittenPath(kept=True), help="The committed baseline."
)
@click.option("--gold", help="Files or a folder of gold; by default the corpus.")
@click.option("--split", help="Only this split of the corpus: train, dev, or test.")
@click.option("--thresholds", type=click.Path(), help="Floors and allowed drops, as TOML.")
@click.option("--name", help="What to call the system; by default the name of the file.")
@click.option("--update", is_flag=True, help="Write the baseline instead of comparing with it.")
@click.option("--strict", is_flag=True, help="Fail on any drop beyond the allowed, chance or not.")
@click.option("--junit", type=WrittenPath(), help="Write the verdict as JUnit XML to this file.")
@click.option("--markdown", type=WrittenPath(), help="Write the verdict as Markdown to this file.")
@click.option(
    "--annotations",
    type=click.Choice(["github", "plain"]),
    help="Print annotations for this platform, on stderr.",
)
@resampling_options
@as_json_option
@click.pass_context
def gate(
    ctx: click.Context,
    predictions: str,
    baseline: str,
    gold: str | None,
    split: str | None,
    thresholds: str | None,
    name: str | None,
    update: bool,
    strict: bool,
    junit: str | None,
    markdown: str | None,
    annotations: str | None,
    resampling: Resampling,
    as_json: bool,
) -> None:
    """Compare PREDICTIONS with a committed baseline, and end with 1 where they got worse.

    A number fails below its floor, and where it fell by more than is allowed and by more than
    chance explains. Without thresholds, the main F1 of a layer may fall by one point. The
    baseline holds what is needed to name the documents and items that got worse.

    \b
    goldwire evaluate gate predictions.jsonl --baseline baseline.json --update
    goldwire evaluate gate predictions.jsonl --baseline baseline.json
    goldwire evaluate gate predictions.jsonl --baseline baseline.json --thresholds gate.toml
    goldwire evaluate gate predictions.jsonl --baseline baseline.json --annotations github
    """
    from goldwire.schema.errors import InputError

    from ..gate import Thresholds, make_baseline, read_baseline, read_thresholds, write_baseline
    from ..gate import gate as decide
    from .systems import named_systems

    if gold and split:
        raise InputError(
            "--split chooses from the corpus, not from --gold", hint="Leave out one of the two."
        )
    asked = read_thresholds(thresholds) if thresholds else Thresholds()
    system = name or next(iter(named_systems([predictions])))
    source = gold or _corpus(split)
    if update:
        if junit or markdown or annotations or strict:
            raise InputError(
                "--update writes a baseline and gives no verdict",
                hint="Leave out --junit, --markdown, --annotations, and --strict.",
            )
        made = make_baseline(source, predictions, thresholds=asked, system=system)
        write_baseline(made, baseline)
        click.echo(f"wrote {baseline}", err=True)
        _warn(made, asked, 1 - resampling.confidence)
        if as_json:
            from ..gate.baseline import baseline_text

            click.echo(baseline_text(made), nl=False)
        return
    verdict = decide(
        source,
        predictions,
        read_baseline(baseline),
        thresholds=asked,
        strict=strict,
        resampling=resampling,
        system=system,
    )
    _deliver(verdict, as_json, junit, markdown, annotations)
    if not verdict.passed:
        ctx.exit(FINDINGS)


def _warn(made: Baseline, asked: Thresholds, level: float) -> None:
    """Say loudly that later gates cannot test chance, where they cannot."""
    from ..gate.reasons import chance_note
    from ..gate.thresholds import limits

    tested = [limit for limit in limits(asked, list(made.layers)) if limit.drop is not None]
    if note := chance_note(len(made.gold), len(tested), level):
        click.secho(f"WARNING: {note}", fg="yellow", bold=True, err=True)


def _corpus(split: str | None) -> str:
    """The folder of the corpus or of a split: verdicts name the files in it."""
    from pathlib import Path

    from goldwire.corpus.documents import SPLITS, root
    from goldwire.schema.errors import UnknownName

    if split is not None and split not in SPLITS:
        raise UnknownName("split", split, SPLITS)
    return str(Path(str(root() / "gold")) / (split or ""))


def _deliver(
    verdict: Verdict,
    as_json: bool,
    junit: str | None,
    markdown: str | None,
    annotations: str | None,
) -> None:
    """Print the verdict, and write what was asked for."""
    from goldwire.schema.commands import print_json
    from goldwire.schema.files import write_atomically

    if as_json:
        print_json(verdict)
    else:
        from rich.console import Console

        from ..gate.terminal import verdict_parts

        console = Console(highlight=False)
        for part in verdict_parts(verdict, console.width):
            part.rstrip()
            console.print(part)
            console.print()
    if junit:
        from ..report.junit import render_junit

        write_atomically(junit, render_junit(verdict))
        click.echo(f"wrote {junit}", err=True)
    if markdown:
        from ..report.markdown import render_verdict_markdown

        write_atomically(markdown, render_verdict_markdown(verdict))
        click.echo(f"wrote {markdown}", err=True)
    if annotations:
        from ..report.annotations import annotation_lines

        for line in annotation_lines(verdict, annotations):
            click.echo(line, err=True)
