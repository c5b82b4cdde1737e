"""``init`` and ``add``: a project, and the documents in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .options import opened, project_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..project import Project
    from ..store import Store

__all__ = ["add", "init"]

_keep_option = click.option(
    "--keep-annotation", is_flag=True,
    help="Keep the annotation of documents; by default only zones and metadata.",
)  # fmt: skip
_language_option = click.option(
    "--language", help="BCP 47 code of the articles; by default what the page says, or en."
)


@click.command()
@click.argument("folder", metavar="PROJECT")
@click.option("--docs", "paths", multiple=True, metavar="PATH",
              help="Articles or documents to add; may be given repeatedly.")  # fmt: skip
@click.option("--name", help="What the project is called; by default as its folder.")
@click.option("--schema", default="newswire", show_default=True,
              help="A schema's name or file: where the labels come from.")  # fmt: skip
@click.option("--database", default="goldwire.db", show_default=True,
              help="An SQLite file in the folder, or a postgresql URL without its password."
              )  # fmt: skip
@_keep_option
@_language_option
def init(
    folder: str,
    paths: tuple[str, ...],
    name: str | None,
    schema: str,
    database: str,
    keep_annotation: bool,
    language: str | None,
) -> None:
    """Make the folder PROJECT a project: goldwire.toml and a database.

    \b
    goldwire annotate init passes --docs articles/
    goldwire annotate init passes --docs article.txt --schema my.schema.json
    """
    from ..project import make_project

    project = make_project(folder, name=name, schema=schema, database=database)
    click.echo(f"made the project {project.name} in {folder}", err=True)
    if paths:
        with opened(folder) as (project, store):
            _add(project, store, paths, keep_annotation, language)


@click.command()
@click.argument("paths", nargs=-1, required=True)
@_keep_option
@_language_option
@project_option
def add(
    paths: tuple[str, ...],
    keep_annotation: bool,
    language: str | None,
    project_folder: str | None,
) -> None:
    """Add articles (text, HTML, folders of them) or documents (JSON, JSON Lines, -).

    Prints the ids of what was added; where one cannot be added, none is.

    \b
    goldwire annotate add articles/ --project passes
    goldwire annotate add corpus/gold/test --keep-annotation
    """
    with opened(project_folder) as (project, store):
        _add(project, store, paths, keep_annotation, language)


def _add(
    project: Project,
    store: Store,
    paths: Iterable[str],
    keep_annotation: bool,
    language: str | None,
) -> None:
    from goldwire.schema.errors import InputError

    from ..adding import read_documents

    known = set(store.document_ids())
    found = []
    for document in read_documents(
        paths, keep_annotation=keep_annotation, language=language, schema=project.load_schema()
    ):
        if document.id in known:
            raise InputError(
                f"there is a document {document.id!r} already, so that nothing was added",
                hint="Give the file, or the document in it, another name.",
            )
        known.add(document.id)
        found.append(document)
    for document in found:
        store.add_document(document)
        click.echo(document.id)
    noun = "document" if len(found) == 1 else "documents"
    click.echo(f"added {len(found):,} {noun}", err=True)
