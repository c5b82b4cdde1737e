"""``goldwire evaluate run``: any extractor over the gold's texts, with a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from goldwire.schema.commands import Terminated, as_json_option, terminable
from goldwire.schema.errors import CouldNotRun, InputError
from goldwire.schema.writing import WrittenPath

from .options import NumberRange, ReadingGold, chain_options, resampling_options

if TYPE_CHECKING:
    from rich.console import RenderableType

    from goldwire.schema.document import Document

    from ..assemble import Resampling
    from ..chains import ChainOptions
    from ..report.model import Finding, Report, Usage
    from ..runner import Run

__all__ = ["run"]


def _running_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--set", "settings", multiple=True, metavar="NAME=VALUE",
                     help="A setting of the extractor; may be given repeatedly."),
        click.option("--retries", type=click.IntRange(0, 100), default=5, show_default=True,
                     help="Send a request again so often where a server is busy or down."),
        click.option("--ahead", type=click.IntRange(1, 10_000),
                     help="Ask so many documents at once; a server gets them as a batch."),
        click.option("--timeout", type=NumberRange(0, min_open=True), default=60.0,
                     show_default=True, help="Seconds a document may take."),
        click.option("--jobs", "-j", type=click.IntRange(1, 1024), default=1, show_default=True,
                     help="Processes, or requests at a time."),
        click.option("--cache", type=click.Path(file_okay=False), metavar="DIR",
                     help="Keep answers in this folder, and ask nothing twice."),
        click.option("--retry-failed", is_flag=True,
                     help="With --resume, ask the documents again that failed."),
        click.option("--resume", "earlier", flag_value="resume",
                     help="Go on with an earlier run: what is finished is not asked again."),
        click.option("--restart", "earlier", flag_value="restart",
                     help="Begin anew, whatever an earlier run has left."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command(cls=ReadingGold)
@click.argument("extractor")
@click.option("--gold", help="Files or a folder of gold; by default the corpus.")
@click.option("--split", help="Only this split of the corpus: train, dev, or test.")
@click.option("--output", "-o", type=click.Path(), help="Folder for predictions and reports.")
@click.option("--name", help="What to call the system; by default the extractor's name.")
@click.option("--no-text", is_flag=True, help="Keep the text of articles out of the reports.")
@click.option("--markdown", type=WrittenPath(), help="Write the scores as Markdown to this file.")
@_running_options
@click.option("--layer", "layers", multiple=True, help="Only this layer; may be given repeatedly.")
@click.option(
    "--errors",
    type=click.IntRange(0),
    default=2000,
    show_default=True,
    help="List at most so many errors with their text.",
)
@chain_options
@resampling_options
@as_json_option
@click.pass_context
def run(
    ctx: click.Context,
    extractor: str,
    gold: str | None,
    split: str | None,
    output: str | None,
    name: str | None,
    no_text: bool,
    markdown: str | None,
    settings: tuple[str, ...],
    retries: int,
    ahead: int | None,
    timeout: float,
    jobs: int,
    cache: str | None,
    retry_failed: bool,
    earlier: Literal["resume", "restart"] | None,
    layers: tuple[str, ...],
    errors: int,
    chains: ChainOptions,
    resampling: Resampling,
    as_json: bool,
) -> None:
    """Run EXTRACTOR over the gold's texts, score what it finds, and write the reports.

    EXTRACTOR is a name (rules), a way and a place (python:MODULE:OBJECT, cmd:PROGRAM, a URL),
    or a path of predictions; `goldwire evaluate extractors` lists the ways. A document that it
    fails on counts as missed, and is listed with the reason. What is finished is on the disk at
    once: a run that was stopped goes on with --resume.

    \b
    goldwire evaluate run rules
    goldwire evaluate run rules --split test --output runs/rules
    goldwire evaluate run "cmd:./extract.sh --fast" --jobs 2 --timeout 10
    goldwire evaluate run python:my_package.extract:extract --cache cache
    goldwire evaluate run http://localhost:8000/extract --ahead 8 --resume
    """
    import msgspec

    from goldwire.corpus.documents import load_gold, read
    from goldwire.schema.reading import check_standard_input

    from ..extractors import Options, find_extractor
    from ..extractors.fingerprints import run_fingerprint
    from ..extractors.prediction_files import FileExtractor
    from ..running.cache import Cache
    from ..running.folder import check_inputs, run_in_folder
    from ..running.progress import Progress
    from ..scoring import check_scorable, score
    from .delivery import check_folder

    if gold is not None and split:
        raise InputError(
            "--split chooses from the corpus, not from --gold", hint="Leave out one of the two."
        )
    if retry_failed and earlier != "resume":
        raise InputError("--retry-failed goes with --resume", hint="Add --resume.")
    check_standard_input(gold, extractor)
    options = Options(timeout=timeout, ahead=ahead, retries=retries, settings=_settings(settings))
    if cache:
        check_folder(cache, "--cache")
    documents = list(read([gold])) if gold is not None else load_gold(split)
    check_scorable(documents, layers, gold or (f"split {split}" if split else "corpus"))
    ctx.with_resource(terminable())
    found = find_extractor(extractor, options, isolated=True)
    progress = Progress(len(documents))
    folder = None
    try:
        shown = getattr(found, "name", None) or extractor
        fingerprint = run_fingerprint(shown, found, options)
        if cache and fingerprint is None:
            raise InputError(
                "the extractor has no fingerprint, so its answers cannot be kept",
                hint="Give it an attribute `fingerprint`, or leave out --cache.",
            )
        folder = Path(output or f"runs/{_folder_name(name or shown)}")
        beside: tuple[dict[str, Any], ...] = ()
        read_from = [Path(gold)] if gold is not None and gold != "-" else []
        if isinstance(found, FileExtractor):
            beside = found.beside(documents)
            read_from += found.files
        check_inputs(folder, read_from)
        if markdown is not None:
            check_inputs(folder, [Path(markdown)])
        done = run_in_folder(
            folder, found, documents, name=shown, fingerprint=fingerprint, earlier=earlier,
            retry_failed=retry_failed, jobs=jobs, timeout=timeout, progress=progress,
            cache=Cache(cache, fingerprint) if cache and fingerprint else None, beside=beside,
        )  # fmt: skip
    except (CouldNotRun, KeyboardInterrupt, Terminated):
        progress.close()
        if folder is not None and (folder / "predictions.jsonl.part").exists():
            click.echo("what is finished is kept: go on with --resume", err=True)
        raise
    finally:
        progress.close()
        if (close := getattr(found, "close", None)) is not None:
            close()
    _tell(done, folder)
    report = score(
        documents,
        (*done.predictions, *beside),
        layers=layers or None,
        system=name or shown,
        split=split,
        errors=errors,
        created=_now(),
        seconds=round(done.extractor_seconds, 3),
        resampling=resampling,
        chains=chains,
    )
    others = _not_failed(report.findings, done)
    findings = (*findings_of(done), *_cut_words(documents, done), *others)
    report = msgspec.structs.replace(report, findings=findings, usage=usage_of(done))
    _deliver(report, folder, markdown, as_json=as_json, text=not no_text)
    if done.failures and not done.predictions:
        click.echo("the extractor failed on every document", err=True)
        ctx.exit(3)


def findings_of(run: Run) -> tuple[Finding, ...]:
    """What a reader of the report must know of the run: failures, with reasons, and labels that
    nothing was made of.
    """
    from ..extractors.label_map import unmapped_in
    from ..report.model import Finding

    findings = []
    if run.failures:
        reasons = tuple(f"{failure.document}: {failure.reason}" for failure in run.failures)
        findings.append(Finding("extractor failed", len(reasons), reasons[:20]))
    unmapped: Counter[str] = Counter()
    for prediction in run.predictions:
        if isinstance(prediction, dict):
            unmapped += unmapped_in(prediction.get("note"))
    if unmapped:
        counts = tuple(f"{label} ({count:,})" for label, count in unmapped.most_common(20))
        findings.append(Finding("label not in the label map", unmapped.total(), counts))
    return tuple(findings)


def _not_failed(findings: Sequence[Finding], run: Run) -> list[Finding]:
    """The findings of scoring, without the documents that are listed as failed already."""
    from ..report.model import Finding

    failed = {failure.document for failure in run.failures}
    kept = []
    for finding in findings:
        if finding.kind == "document without a prediction":
            examples = tuple(name for name in finding.examples if name not in failed)
            finding = Finding(finding.kind, finding.count - len(failed), examples)
        if finding.count > 0:
            kept.append(finding)
    return kept


def _cut_words(documents: Sequence[Document], run: Run) -> tuple[Finding, ...]:
    """What many spans within words tell: these may not be code points."""
    from ..extractors.offsets import cut_words
    from ..report.model import Finding

    found = cut_words(documents, run.predictions)
    if found is None:
        return ()
    unit = {"utf16": "UTF-16 code units", "bytes": "bytes of UTF-8"}[found.better]
    said = (
        f"{found.cut:,} of {found.spans:,} spans cut words in texts beyond ASCII; fewer would if"
        f" the offsets counted {unit}: is that so? Then --set offsets={found.better}"
    )
    return (Finding("spans that cut words", found.cut, (said,)),)


def usage_of(run: Run) -> Usage:
    """What the run took: tokens and cost as far as the extractor told, seconds, the cache."""
    from ..report.model import Usage

    told = run.usage
    return Usage(
        told.input_tokens if told else None,
        told.output_tokens if told else None,
        told.cost if told else None,
        round(run.extractor_seconds, 3),
        run.cached,
    )


def _settings(words: tuple[str, ...]) -> dict[str, str]:
    settings = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (name and equals):
            raise InputError(f"{word!r} is no setting", hint="Write --set NAME=VALUE.")
        settings[name] = value
    return settings


def _folder_name(name: str) -> str:
    """A name that any file system takes: letters, digits, dots, and dashes."""
    import re

    plain = re.sub(r"[^\w.]+", "-", name).strip("-.")
    return plain[:80] or "extractor"


def _tell(run: Run, folder: Path) -> None:
    """What happened, on standard error: the first failures, and where the rest stands."""
    from goldwire.schema.positions import visible

    failures = run.failures
    for failure in failures[:5]:
        click.echo(visible(f"failed: {failure.document}: {failure.reason}"), err=True)
    if len(failures) > 5:
        click.echo(f"failed: {len(failures) - 5:,} more, in {folder / 'run.json'}", err=True)
    for count, why in ((run.resumed, "finished earlier"), (run.cached, "from the cache")):
        if count:
            click.echo(f"{count:,} of {len(run.outcomes):,} documents {why}", err=True)
    click.echo(f"wrote {folder / 'predictions.jsonl'}", err=True)


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _deliver(
    report: Report, folder: Path, markdown: str | None, *, as_json: bool, text: bool
) -> None:
    """Write the report as JSON, as a page, and as Markdown where asked for, and print it."""
    from ..report.html import render_html
    from .delivery import deliver, write_file

    if not report.layers:
        raise InputError(
            "no layer could be scored: no gold document names one in annotation.layers",
            hint="Are these gold documents? A draft names no layers.",
        )

    def view(width: int) -> RenderableType:
        from ..report.terminal import render_report

        return render_report(report, width=width)

    write_file(str(folder / "report.html"), render_html(report, text=text))
    if markdown is not None:
        write_file(markdown, report.to_markdown())
    kept = report if text else report.without_text()
    deliver(kept, view, as_json=as_json, output=str(folder / "report.json"))
