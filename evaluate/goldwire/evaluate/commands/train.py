"""``goldwire evaluate train``: the trained baseline, made from annotated documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldwire.schema.commands import as_json_option, print_json
from goldwire.schema.errors import InputError
from goldwire.schema.writing import Writing, WrittenPath

if TYPE_CHECKING:
    from rich.text import Text

    from ..extractors.trained.model import Model
    from ..report.model import Report

__all__ = ["train"]


@click.command(cls=Writing)
@click.option(
    "--on",
    "gold",
    multiple=True,
    required=True,
    help="Annotated documents to learn from; may be given repeatedly.",
)
@click.option("--out", required=True, type=WrittenPath(), help="Write the model to this file.")
@click.option("--dev", multiple=True, help="Score the model on these documents, held out.")
@click.option(
    "--word-lists/--no-word-lists",
    default=True,
    show_default=True,
    help="Whether the English word lists of rules are features.",
)
@as_json_option  # fmt: skip
def train(
    gold: tuple[str, ...], out: str, dev: tuple[str, ...], word_lists: bool, as_json: bool
) -> None:
    """Train the baseline on documents: files, folders, or JSON Lines.

    It learns mentions, times, quantities, events, arguments, and relations: of each what
    documents name in annotation.layers. Nothing in it is left to chance: the same documents
    give the same model. Run it with trained:MODEL.

    \b
    goldwire evaluate train --on corpus/gold/train --out baseline.skops
    goldwire evaluate train --on mine.jsonl --on corpus/gold/train --out baseline.skops \\
        --dev corpus/gold/dev
    goldwire evaluate run trained:baseline.skops --split test
    """
    import time

    import msgspec

    from goldwire.corpus.documents import read

    from ..extractors.trained.storage import save_model
    from ..extractors.trained.training import train as make

    _check(out)
    begin = time.perf_counter()
    documents = list(read(gold))
    held_out = list(read(dev))
    seen = {document.id for document in documents}
    both = [document.id for document in held_out if document.id in seen]
    if both:
        raise InputError(
            f"the document {both[0]!r} is in --on and in --dev",
            hint="Score on documents that were not trained on.",
        )
    model = make(
        documents,
        word_lists=word_lists,
        progress=lambda stage: click.echo(f"{stage} …", err=True),
    )
    size = save_model(model, out)
    seconds = time.perf_counter() - begin
    click.echo(f"wrote {out}, {size / 1e6:.1f} MB, after {seconds:.1f} s", err=True)
    report = _score(model, held_out) if dev else None
    if as_json:
        found: dict[str, Any] = {"model": out, "header": model.header}
        if report is not None:
            found["dev"] = {
                layer.layer: layer.criterion(layer.main).micro for layer in report.layers
            }
        print_json(msgspec.to_builtins(found))
        return
    from rich.console import Console

    console = Console(highlight=False)
    console.print(_table(model, report, console.width), soft_wrap=True, end="")


def _check(out: str) -> None:
    """Refuse a place that cannot be written to before minutes of work, not after them."""
    from .delivery import check_folder

    folder = Path(out).absolute().parent
    if Path(out).is_dir() or not folder.is_dir():
        raise InputError(
            "the model cannot be written there",
            source=out,
            hint="Name a file in a folder that exists.",
        )
    check_folder(folder, "--out")


def _score(model: Model, documents: list[Any]) -> Report:
    from ..assemble import Resampling
    from ..extractors.protocol import blind
    from ..extractors.trained.extraction import extract
    from ..scoring import score

    predictions = [extract(model, blind(document)) for document in documents]
    layers = [layer for layer in model.header.labels if layer in _declared(documents)]
    return score(
        documents, predictions, layers=layers, errors=0, resampling=Resampling(resamples=0)
    )


def _declared(documents: list[Any]) -> set[str]:
    named = {layer for document in documents for layer in document.annotation.layers}
    return named | {"arguments"} if "events" in named else named


def _table(model: Model, report: Report | None, width: int) -> Text:
    """Layers learnt, with their labels and items, and the scores on held-out documents."""
    from ..report.grid import Column, fit, grid

    header = model.header
    labels = header.labels
    scored = {layer.layer: layer for layer in report.layers} if report else {}
    scores = {name: one.criterion(one.main).micro for name, one in scored.items()}

    def column(title: str, field: str) -> Column:
        values = [getattr(scores.get(name), field, None) for name in labels]
        return Column(
            title,
            tuple("" if value is None else f"{100 * value:.1f}" for value in values),
            "held out",
        )

    columns = [
        Column("layer", tuple(fit(name, 24) for name in labels)),
        Column("labels", tuple(f"{len(found):,}" for found in labels.values()), "learnt from"),
        Column("items", tuple(f"{sum(f.values()):,}" for f in labels.values()), "learnt from"),
    ]
    if report is not None:
        columns += [column("P", "precision"), column("R", "recall"), column("F1", "f1")]
    text = grid(columns, width)
    text.append(
        f"documents {header.documents:,}, sentences {header.sentences:,}, words {header.words:,}\n"
    )
    for reason, count in header.skipped.items():
        text.append(f"left out: {count:,} {reason}\n")
    return text
