"""From files to documents of a project: articles get zones, documents lose their annotation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from goldwire.corpus.documents import read
from goldwire.corpus.ingest import article_id, ingest
from goldwire.schema.document import LAYERS, Annotation, Document
from goldwire.schema.errors import InputError, InvalidDocument, UnreadableInput
from goldwire.schema.schemas import Schema
from goldwire.schema.validation import validate

__all__ = ["ARTICLES", "DOCUMENTS", "read_documents"]

ARTICLES = frozenset({".txt", ".text", ".html", ".htm", ".xhtml"})
"""How the files of a folder end that are taken for articles."""

DOCUMENTS = frozenset({".json", ".jsonl", ".ndjson"})
"""How files end that hold documents."""


def read_documents(
    paths: Iterable[str | Path],
    *,
    keep_annotation: bool = False,
    language: str | None = None,
    schema: Schema | None = None,
) -> Iterator[Document]:
    """The documents of files and folders: articles with their zones, and documents as JSON.

    Of a document, zones, metadata, and rights are kept, and the rest of the annotation where
    ``keep_annotation`` says so. ``schema`` is that of the project, which articles are made for.

    Raises ``UnreadableInput`` or ``InputError`` with the file for what can be neither.
    """
    for path in paths:
        for file in _files(path):
            if file == "-" or Path(file).suffix.lower() in DOCUMENTS:
                for document in read([file]):
                    found = document if keep_annotation else _without_annotation(document)
                    _refuse_broken(found, str(file))
                    yield found
            else:
                document = _article(Path(file), language)
                yield msgspec.structs.replace(document, schema=_declared(schema, document.schema))


def _files(path: str | Path) -> list[str | Path]:
    if str(path) == "":
        raise UnreadableInput("the path is empty", hint="Name a file or a folder.")
    if str(path) == "-" or not Path(path).is_dir():
        return [path]
    folder = Path(path)
    found = sorted(
        each
        for each in folder.rglob("*")
        if each.suffix.lower() in ARTICLES | DOCUMENTS
        and each.is_file()
        and not any(part.startswith(".") for part in each.relative_to(folder).parts)
    )
    if not found:
        raise UnreadableInput(
            "the folder holds no article and no document",
            source=str(path),
            hint=f"Their names end in: {', '.join(sorted(ARTICLES | DOCUMENTS))}.",
        )
    return list(found)


def _without_annotation(document: Document) -> Document:
    gone: dict[str, tuple[()]] = {layer: () for layer in LAYERS if layer != "zones"}
    return msgspec.structs.replace(document, annotation=Annotation(), **gone)


def _refuse_broken(document: Document, source: str) -> None:
    """Raise for what no edit can mend: the frame of a document, and its text."""
    for problem in validate(document, schema="core"):
        if problem.severity == "error" and problem.code[0] in "JT":
            raise InvalidDocument(
                f"document {document.id!r} cannot be added: {problem.message}",
                source=source,
                pointer=problem.pointer or None,
                hint="See all that is wrong with `goldwire schema validate`.",
            )


def _article(path: Path, language: str | None) -> Document:
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise UnreadableInput(
            f"cannot be read: {problem.strerror}",
            source=str(path),
            hint="Check the name and the permission to read.",
        ) from problem
    name = article_id(path.name)
    if name is None:
        raise InputError(
            "no id can be made from the file name",
            source=str(path),
            hint="Give the file a name of letters and digits.",
        )
    try:
        return ingest(data, id=name, language=language)
    except InputError as problem:
        problem.source = problem.source or str(path)
        raise


def _declared(schema: Schema | None, default: str) -> str:
    """What documents made for a schema name in their ``schema`` field."""
    if schema is None:
        return default
    constant = schema.get("properties", {}).get("schema", {})
    if isinstance(constant, dict) and isinstance(constant.get("const"), str):
        return str(constant["const"])
    parts = str(schema.get("$id", "")).rsplit(":", 2)
    return f"{parts[-2]}/{parts[-1]}" if len(parts) == 3 else default
