"""``assign``, ``status``, ``done``, and ``reopen``: who has what, and how far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from goldwire.schema.commands import as_json_option, print_json

from .options import annotator_option, edit_document, opened, project_option, session_of

if TYPE_CHECKING:
    from goldwire.schema.document import Document

    from ..edits import Edit
    from ..progress import Progress
    from ..project import Project

__all__ = ["assign", "done", "reopen", "status"]


@click.command()
@click.argument("documents", nargs=-1, metavar="[DOC]...")
@click.option("--annotators", required=True, metavar="A,B", help="Their names, with commas.")
@click.option("--each", type=click.IntRange(1), default=1, show_default=True,
              help="Annotators a document.")  # fmt: skip
@click.option("--seed", type=int, help="Where chance starts; by default as goldwire.toml says.")
@project_option
@as_json_option
def assign(
    documents: tuple[str, ...],
    annotators: str,
    each: int,
    seed: int | None,
    project_folder: str | None,
    as_json: bool,
) -> None:
    """Give documents to annotators: all, or those named. Who has one keeps it.

    Work is shared evenly, and the same seed gives the same to the same people.

    \b
    goldwire annotate assign --annotators anna,ben --each 2
    goldwire annotate assign velmar --annotators cleo --json
    """
    from goldwire.schema.errors import UnknownName

    from ..assignment import assignments
    from ..project import annotator_name

    names = [annotator_name(name) for name in annotators.split(",")]
    with opened(project_folder) as (project, store):
        known = store.document_ids()
        for name in documents:
            if name not in known:
                raise UnknownName("document", name, known)
        having: dict[str, list[str]] = {}
        for task in store.all_tasks(kind="annotate"):
            having.setdefault(task.document, []).append(task.annotator)
        pairs = assignments(
            list(dict.fromkeys(documents)) if documents else known,
            names,
            each=each,
            seed=project.suggestions.seed if seed is None else seed,
            having=having,
        )
        tasks = [project.task(store, document, name) for document, name in pairs]
    if as_json:
        print_json([
            {"document": task.document, "annotator": task.annotator, "suggestions": task.suggested}
            for task in tasks
        ])  # fmt: skip
    else:
        for task in tasks:
            without = "" if task.suggested else "\twithout suggestions"
            click.echo(f"{task.document}\t{task.annotator}{without}")
    click.echo(f"assigned {len(tasks):,}", err=True)


@click.command()
@click.argument("document", required=False, metavar="[DOC]")
@project_option
@as_json_option
def status(document: str | None, project_folder: str | None, as_json: bool) -> None:
    """Show how far the project is: items, edits, and time by document and annotator.

    \b
    goldwire annotate status
    goldwire annotate status velmar --json
    """
    from ..progress import progress

    with opened(project_folder) as (_, store):
        rows = progress(store, document)
    if as_json:
        print_json(rows)
        return
    _print_status(rows)


_COLUMNS = ("document", "annotator", "state", "items", "edits", "minutes", "edits/h")


def _print_status(rows: list[Progress]) -> None:
    from goldwire.schema.positions import visible

    cells = [
        [
            visible(row.document),
            visible(row.annotator or "-") + (" (adjudicates)" if row.kind == "adjudicate" else ""),
            row.state,
            f"{row.items:,}",
            f"{row.edits:,}",
            f"{row.minutes:,.1f}",
            "-" if row.edits_per_hour is None else f"{row.edits_per_hour:,.0f}",
        ]
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(_COLUMNS, *cells, strict=True)]
    for number, row in enumerate([list(_COLUMNS), *cells]):
        line = "  ".join(
            cell.ljust(width) if at < 3 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        click.secho(line.rstrip(), bold=number == 0)
    done = sum(row.state == "done" for row in rows)
    click.echo(f"{done:,} of {len(rows):,} done", err=True)


@click.command()
@click.argument("document", metavar="DOC")
@click.option("--layer", "layers", multiple=True,
              help="Say that this layer is complete; may be given repeatedly.")  # fmt: skip
@annotator_option
def done(
    document: str, layers: tuple[str, ...], annotator: str | None, project_folder: str | None
) -> None:
    """Say that DOC is annotated: it is compared and exported from now on.

    Only layers that are said to be complete are scored, and compared by agree.

    \b
    goldwire annotate done velmar --layer mentions --layer entities
    """
    from goldwire.schema.document import LAYERS
    from goldwire.schema.errors import UnknownName
    from goldwire.schema.validation import validate

    from ..edits import Put, Together

    for layer in layers:
        if layer not in LAYERS:
            raise UnknownName("layer", layer, LAYERS)
    complete = [layer for layer in LAYERS if layer in layers]

    def name_layers(_: Project, state: Document) -> Edit:
        if not layers or tuple(complete) == state.annotation.layers:
            return Together(edits=())
        return Put(layer="annotation", field="layers", value=complete)

    edit_document(project_folder, document, annotator, name_layers)
    with session_of(project_folder, document, annotator) as (project, session):
        session.store.set_state(session.task, "done")
        state = session.document
        problems = validate(state, schema=project.schema_name)
    if not state.annotation.layers:
        click.echo("note: no layer is said to be complete; say it with --layer", err=True)
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        left = "1 error is" if errors == 1 else f"{errors:,} errors are"
        click.echo(f"note: {left} left, which `goldwire annotate export` lists", err=True)


@click.command()
@click.argument("document", metavar="DOC")
@annotator_option
def reopen(document: str, annotator: str | None, project_folder: str | None) -> None:
    """Say that DOC is not annotated yet after all.

    \b
    goldwire annotate reopen velmar
    """
    with session_of(project_folder, document, annotator) as (_, session):
        session.store.set_state(session.task, "open")
