"""``agree``: how far the annotators of a project agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from goldwire.evaluate.commands.options import output_option, resampling_options
from goldwire.schema.commands import as_json_option

from .options import opened, project_option

if TYPE_CHECKING:
    from rich.console import RenderableType

    from goldwire.evaluate.assemble import Resampling
    from goldwire.schema.document import Document

    from ..store import Store

__all__ = ["agree"]


@click.command()
@click.argument("annotators", nargs=-1, metavar="[A B]...")
@click.option("--open", "also_open", is_flag=True, help="Compare what is not done yet, too.")
@click.option("--layer", "layers", multiple=True, help="Only this layer; may be given repeatedly.")
@output_option("the report as JSON")
@resampling_options
@project_option
@as_json_option
def agree(
    annotators: tuple[str, ...],
    also_open: bool,
    layers: tuple[str, ...],
    output: str | None,
    resampling: Resampling,
    project_folder: str | None,
    as_json: bool,
) -> None:
    """Compare the annotators of the project, or those named, on the documents they share.

    The numbers are those of `goldwire evaluate agree`.

    \b
    goldwire annotate agree
    goldwire annotate agree anna ben --layer mentions --json
    """
    from goldwire.evaluate.agreement import agree as compare
    from goldwire.evaluate.commands.delivery import deliver
    from goldwire.schema.errors import InputError, UnknownName

    with opened(project_folder) as (_, store):
        passes = _passes(store, also_open=also_open)
    for name in annotators:
        if name not in passes:
            raise UnknownName("annotator with documents that are done", name, passes)
    chosen = {name: passes[name] for name in dict.fromkeys(annotators) or passes}
    if len(chosen) < 2:
        raise InputError(
            f"agreement takes two annotators, and there is {', '.join(chosen) or 'none'}",
            hint="Documents count that are done, or with --open all that were begun.",
        )
    report = compare(
        list(chosen.values()), names=list(chosen), layers=layers or None, resampling=resampling
    )
    if not report.layers:
        raise InputError(
            "no layer could be compared: no two annotators say of the same document that one is "
            "complete",
            hint="Say it: goldwire annotate done DOC --layer mentions",
        )

    def view(width: int) -> RenderableType:
        from goldwire.evaluate.agreement import render_agreement

        return render_agreement(report, width=width)

    deliver(report, view, as_json=as_json, output=output)


def _passes(store: Store, *, also_open: bool) -> dict[str, list[Document]]:
    """The documents of each annotator that are done, or were at least begun."""
    from ..session import Session

    found: dict[str, list[Document]] = {}
    for task in store.all_tasks(kind="annotate"):
        if task.state == "done" or (also_open and store.last(task)):
            found.setdefault(task.annotator, []).append(Session(store, task).document)
    return dict(sorted(found.items()))
