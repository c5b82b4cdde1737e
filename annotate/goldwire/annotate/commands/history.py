"""``undo``, ``redo``, and ``log``: the history of a document."""

from __future__ import annotations

from typing import Literal

import click

from goldwire.schema.commands import FINDINGS, as_json_option, print_json

from .options import annotator_option, opened, project_option, session_of

__all__ = ["log", "redo", "undo"]


@click.command()
@click.argument("document", metavar="DOC")
@annotator_option
@click.pass_context
def undo(
    ctx: click.Context, document: str, annotator: str | None, project_folder: str | None
) -> None:
    """Take the last edit of DOC back, as often as there are edits.

    Ends with 1 where there is none.

    \b
    goldwire annotate undo velmar
    """
    _go(ctx, "undo", document, annotator, project_folder)


@click.command()
@click.argument("document", metavar="DOC")
@annotator_option
@click.pass_context
def redo(
    ctx: click.Context, document: str, annotator: str | None, project_folder: str | None
) -> None:
    """Make the edit of DOC that was taken back last once more.

    Ends with 1 where there is none.

    \b
    goldwire annotate redo velmar
    """
    _go(ctx, "redo", document, annotator, project_folder)


def _go(
    ctx: click.Context,
    way: Literal["undo", "redo"],
    document: str,
    annotator: str | None,
    folder: str | None,
) -> None:
    from ..words import log_words

    with session_of(folder, document, annotator, adjudication=True) as (_, session):
        done = session.undo() if way == "undo" else session.redo()
        if not done:
            click.echo(f"there is nothing to {way}", err=True)
            ctx.exit(FINDINGS)
        click.echo(log_words(session.store.base(document), session.history())[-1])


@click.command()
@click.argument("document", metavar="DOC")
@click.option("--annotator", "only", help="Only what this annotator did; by default everybody.")
@project_option
@as_json_option
def log(document: str, only: str | None, project_folder: str | None, as_json: bool) -> None:
    """Print who did what in DOC and when (UTC): every edit, undo, and redo.

    \b
    goldwire annotate log velmar
    goldwire annotate log velmar --annotator ben --json
    """
    from goldwire.schema.errors import UnknownName

    from ..edits import encode_edit
    from ..words import log_words, note_words

    rows = []
    with opened(project_folder) as (_, store):
        base = store.base(document)
        tasks = store.all_tasks(document=document)
        known = sorted({task.annotator for task in tasks})
        if only is not None and only not in known:
            raise UnknownName("annotator", only, known)
        for task in tasks:
            if only in (None, task.annotator):
                entries = store.log(task)
                rows += [
                    (entry, task, words)
                    for entry, words in zip(entries, log_words(base, entries), strict=True)
                ]
    rows.sort(key=lambda row: row[0].at)
    if as_json:
        import msgspec

        print_json([
            {
                "at": entry.at, "annotator": task.annotator, "kind": task.kind, "seq": entry.seq,
                "did": entry.kind, "words": words, "note": entry.note,
                "edit": msgspec.json.decode(encode_edit(entry.edit)) if entry.edit else None,
            }
            for entry, task, words in rows
        ])  # fmt: skip
        return
    from goldwire.schema.positions import visible

    for entry, task, words in rows:
        time = entry.at[:19].replace("T", " ")
        note = f" ({note_words(entry.note)})" if entry.note else ""
        click.echo(visible(f"{time}  {task.annotator}  {words}{note}"))
