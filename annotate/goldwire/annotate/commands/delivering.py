"""``export``: canonical gold files out of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from goldwire.schema.commands import FINDINGS, as_json_option, print_json

from .options import opened, project_option

if TYPE_CHECKING:
    from ..exporting import Exported, Kind

__all__ = ["export"]


@click.command()
@click.argument("folder")
@click.argument("documents", nargs=-1, metavar="[DOC]...")
@click.option("--annotator", metavar="NAME", help="Whose, where several have annotated.")
@click.option("--kind", type=click.Choice(["annotate", "adjudicate"]),
              help="Passes of annotators, or what was adjudicated; by default the latter first.",
              )  # fmt: skip
@click.option("--draft", is_flag=True, help="Take what is open or has errors, too, as drafts.")
@project_option
@as_json_option
@click.pass_context
def export(
    ctx: click.Context,
    folder: str,
    documents: tuple[str, ...],
    annotator: str | None,
    kind: Kind | None,
    draft: bool,
    project_folder: str | None,
    as_json: bool,
) -> None:
    """Write documents that are done into FOLDER, a canonical file each.

    Where one has errors, they are listed, nothing is written, and the command ends with 1.

    \b
    goldwire annotate export gold/
    goldwire annotate export passes/anna --annotator anna --draft
    """
    from ..exporting import export as make
    from ..exporting import write_exported
    from ..progress import count_items

    with opened(project_folder) as (project, store):
        found, left = make(
            project, store, documents=documents, annotator=annotator, kind=kind, draft=draft
        )
    for name in left:
        click.echo(f"left out: {name} (not done)", err=True)
    bad = [each for each in found if each.errors]
    _print_errors(bad)
    if bad and not draft:
        click.echo("nothing was written; --draft writes it all the same", err=True)
        ctx.exit(FINDINGS)
    if found:
        write_exported(found, folder)
    rows = [
        {
            "document": each.document.id,
            "annotator": each.annotator,
            "status": each.document.annotation.status,
            "items": count_items(each.document),
            "errors": len(each.errors),
        }
        for each in found
    ]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            click.echo("\t".join(str(value) for value in row.values()))
    noun = "document" if len(found) == 1 else "documents"
    click.echo(
        f"wrote {len(found):,} {noun} to {folder}" if found else "nothing to write", err=True
    )


def _print_errors(found: list[Exported]) -> None:
    from goldwire.schema.positions import visible

    for each in found:
        click.echo(f"{each.document.id} by {visible(each.annotator)}", err=True)
        for problem in each.errors:
            click.echo(f"  {problem.code:<10} {visible(problem.message)}", err=True)
            if problem.excerpt:
                click.echo(f"             {problem.excerpt}", err=True)
