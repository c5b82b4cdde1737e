"""``init`` and ``add``: a project, and the documents in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .options import opened, project_option

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from goldwire.schema.document import Document
    from goldwire.schema.schemas import Schema

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
    from goldwire.schema.schemas import load_schema

    from ..project import make_project

    # Read first: where an article cannot be added, no project is left half made.
    found = _documents(paths, load_schema(schema), keep_annotation, language)
    project = make_project(folder, name=name, schema=schema, database=database)
    click.echo(f"made the project {project.name} in {folder}", err=True)
    if found:
        with opened(folder) as (_, store):
            _keep(store, found)


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
        schema = project.load_schema()
        _keep(store, _documents(paths, schema, keep_annotation, language, store.document_ids()))


def _documents(
    paths: Iterable[str],
    schema: Schema,
    keep_annotation: bool,
    language: str | None,
    known: Iterable[str] = (),
) -> list[Document]:
    """The documents of files and folders; ``known`` are ids that are taken."""
    from goldwire.schema.errors import InputError

    from ..adding import read_documents

    found: dict[str, Document] = {}
    taken = set(known)
    for document in read_documents(
        paths, keep_annotation=keep_annotation, language=language, schema=schema
    ):
        if document.id in found or document.id in taken:
            raise InputError(
                f"there is a document {document.id!r} already, so that nothing was added",
                hint="Give the file, or the document in it, another name.",
            )
        found[document.id] = document
    return list(found.values())


def _keep(store: Store, documents: Sequence[Document]) -> None:
    store.add_documents(documents)
    for document in documents:
        click.echo(document.id)
    noun = "document" if len(documents) == 1 else "documents"
    click.echo(f"added {len(documents):,} {noun}", err=True)
