"""``goldwire corpus``: list, show, count, check, and ingest documents."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldwire.schema.commands import (
    FINDINGS,
    as_json_option,
    counted,
    print_json,
    print_problems,
)
from goldwire.schema.errors import InputError, UnknownName
from goldwire.schema.writing import Writing, WrittenPath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldwire.schema.document import Document

__all__ = ["corpus"]


@click.group()
def corpus() -> None:
    """The gold itself: list, show, count, check, and ingest documents."""


def _documents(paths: tuple[str, ...], split: str | None = None) -> Iterator[Document]:
    """The documents one at a time; where the gold has none, stderr says so."""
    from .documents import load_gold, read

    if paths and split:
        raise InputError("give --split or PATHS, not both")
    none = True
    for document in read(paths) if paths else load_gold(split):
        none = False
        yield document
    if none:
        click.echo(f"no documents in {split or 'the gold'}", err=True)


@corpus.command("list")
@click.argument("paths", nargs=-1)
@click.option("--split", help="Only this split of the gold: train, dev, or test.")
@as_json_option
def list_(paths: tuple[str, ...], split: str | None, as_json: bool) -> None:
    """List documents: the gold, or those of PATHS.

    \b
    goldwire corpus list
    goldwire corpus list corpus/passes --json
    """
    rows = [
        {
            "id": document.id,
            "status": document.annotation.status,
            "characters": document.length,
            "mentions": len(document.mentions),
            "events": len(document.events),
            "incidents": len(document.incidents),
            "licence": document.rights.licence,
            "headline": document.metadata.headline,
        }
        for document in _documents(paths, split)
    ]
    if as_json:
        print_json(rows)
        return
    if rows:
        _print_list(rows)


def _print_list(rows: list[dict[str, Any]]) -> None:
    """A line a document, the headline cut at the width of the terminal (80 in a pipe)."""
    from shutil import get_terminal_size

    from rich.text import Text

    from goldwire.schema.positions import visible

    ids = max(len(row["id"]) for row in rows)
    columns = f"{'id':<{ids}}  status    chars  mentions  events  incidents"
    room = max(0, get_terminal_size().columns - len(columns) - 2)
    click.secho(f"{columns}  {'headline'[:room]}".rstrip(), bold=True)
    for row in rows:
        headline = Text(visible(" ".join((row["headline"] or "").split())))
        headline.truncate(room, overflow="ellipsis")
        line = (
            f"{visible(row['id']):<{ids}}  {row['status']:<6}  {row['characters']:>7,}  "
            f"{row['mentions']:>8}  {row['events']:>6}  {row['incidents']:>9}  {headline.plain}"
        )
        click.echo(line.rstrip())


@corpus.command(cls=Writing)
@click.argument("name")
@click.option("--layer", "layers", multiple=True, help="Only this layer; may be given repeatedly.")
@click.option("--html", type=WrittenPath(), help="Write a page to this file, - for stdout.")
@click.option("--width", type=click.IntRange(40), help="Width in cells; by default the terminal's.")
@click.option("--pager/--no-pager", default=None, help="Page through; by default in a terminal.")
@as_json_option
def show(
    name: str,
    layers: tuple[str, ...],
    html: str | None,
    width: int | None,
    pager: bool | None,
    as_json: bool,
) -> None:
    """Show a document with its annotation. NAME is a gold id, a file, or - for stdin.

    \b
    goldwire corpus show ain-al-asad
    goldwire corpus show ain-al-asad --layer mentions --layer events
    goldwire corpus show ain-al-asad --html article.html
    """
    from goldwire.schema.document import LAYERS

    from .documents import load

    for layer in layers:
        if layer not in LAYERS:
            raise UnknownName("layer", layer, LAYERS)
    if as_json and (html or layers):
        other = "--html" if html else "--layer"
        raise InputError(
            f"--json and {other} do not go together",
            hint="--json prints the whole document, as it is in its file.",
        )
    document = load(name)
    chosen = layers or None
    if as_json:
        from goldwire.schema.document import to_json

        click.echo(to_json(document), nl=False)
    elif html:
        from goldwire.schema.files import write_atomically

        from .view import render_html

        whole = render_html(document, layers=chosen)
        if html == "-":
            click.echo(whole)
        else:
            write_atomically(html, whole)
            click.echo(f"wrote {html}", err=True)
    else:
        from rich.console import Console

        from .view import render_terminal
        from .view.paging import page

        console = Console(width=width, highlight=False)
        shown = render_terminal(document, layers=chosen, width=console.width)
        if pager or (pager is None and sys.stdout.isatty() and console.height > 0):
            page(console, shown)
        else:
            console.print(shown)


@corpus.command()
@click.argument("paths", nargs=-1)
@click.option("--split", help="Only this split of the gold: train, dev, or test.")
@as_json_option
def stats(paths: tuple[str, ...], split: str | None, as_json: bool) -> None:
    """Count what is annotated: the gold, or the documents of PATHS.

    \b
    goldwire corpus stats
    goldwire corpus stats corpus/gold/test --json
    """
    from .statistics import render_statistics, statistics

    found = statistics(_documents(paths, split))
    if as_json:
        print_json(found)
        return
    if not found.documents:
        return
    from rich.console import Console

    Console(highlight=False).print(render_statistics(found))


@corpus.command()
@click.argument("paths", nargs=-1)
@click.option("--split", help="Only this split of the gold: train, dev, or test.")
@click.option("--schema", "schema_name", help="A schema's name or file, for all documents.")
@click.option(
    "--similarity",
    type=float,
    default=0.5,
    show_default=True,
    help="The share of its runs of five words from which on a text is nearly another's.",
)
@click.option("--strict", is_flag=True, help="Warnings count, too: end with 1 where there are any.")
@click.option("--jobs", type=click.IntRange(1), help="Processes; by default one a core in bulk.")
@click.option("--quiet", "-q", is_flag=True, help="Print only what was found.")
@as_json_option
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[str, ...],
    split: str | None,
    schema_name: str | None,
    similarity: float,
    strict: bool,
    jobs: int | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Check documents as one corpus: the gold, or those of PATHS.

    Finds what `goldwire schema validate` does, and what no look at one document can see: ids
    and files that differ, texts that stand twice, a Parquet copy that is out of step, labels
    that say here what they do not say elsewhere. Ends with 1 where there are errors, with 2
    where something could not be read.

    \b
    goldwire corpus check
    goldwire corpus check drafts/ --strict
    goldwire corpus check corpus/gold --json
    """
    from .checking import check as look

    checked = look(paths, split=split, schema=schema_name, similarity=similarity, jobs=jobs)
    problems = checked.problems
    print_problems(problems, as_json=as_json)
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if not checked.documents and not problems:
        click.echo(f"no documents in {split or 'the gold'}", err=True)
    elif not quiet and not as_json:
        found = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
        told = found if problems else "nothing found"
        click.echo(f"{counted(checked.documents, 'document')}: {told}", err=True)
    unread = any(problem.code == "J-read" for problem in problems)
    ctx.exit(2 if unread else FINDINGS if errors or (strict and warnings) else 0)


@corpus.command()
@click.argument("file")
@click.option("--id", "name", help="The document's id; by default made from the file name.")
@click.option("--language", help="BCP 47 code; by default what the page says, or en.")
@click.option("--html/--text", "is_html", default=None, help="What FILE is; by default it is seen.")
@click.option("--dct", help="Document creation time, as 2022-04-30, where the page has no stamp.")
@click.option("--holder", help="Who holds the rights in the text.")
@click.option("--licence", help="An SPDX identifier, or a sentence.")
@click.option("--output", "-o", type=click.Path(), help="Write to this file or folder.")
@click.option("--force", is_flag=True, help="Write over a document that exists.")
def ingest(
    file: str,
    name: str | None,
    language: str | None,
    is_html: bool | None,
    dct: str | None,
    holder: str | None,
    licence: str | None,
    output: str | None,
    force: bool,
) -> None:
    """Turn a raw article (text or HTML, - for stdin) into a document with zones.

    \b
    goldwire corpus ingest article.txt -o drafts/
    curl -s file:///tmp/page.html | goldwire corpus ingest - --id page --html
    """
    import msgspec

    from goldwire.schema.document import Rights, to_json
    from goldwire.schema.errors import UnreadableInput
    from goldwire.schema.files import write_atomically

    from .ingest import ingest as make

    data = _read_bytes(file)
    _refuse_document(data, file)
    name = name or _id_from(file)
    rights = Rights(holder=holder, licence=licence)
    try:
        document = make(data, id=name, language=language, html=is_html, rights=rights)
    except UnreadableInput as problem:
        problem.source = problem.source or file
        raise
    if dct:
        _check_day(dct)
        metadata = msgspec.structs.replace(document.metadata, dct=dct)
        document = msgspec.structs.replace(document, metadata=metadata)
    if output is None:
        click.echo(to_json(document), nl=False)
        return
    target = _target(output, document.id, force=force)
    if file != "-" and target.exists() and target.samefile(file):
        raise InputError(
            "is the article itself", source=str(target), hint="Give another --output or --id."
        )
    write_atomically(target, to_json(document))
    zones = len(document.zones)
    paragraphs = sum(zone.kind == "body" for zone in document.zones)
    told = f"{counted(zones, 'zone')}, {counted(paragraphs, 'paragraph')}"
    click.echo(f"wrote {target}: {told}", err=True)


def _target(output: str, name: str, *, force: bool) -> Path:
    """The file to write: in a folder, made where it is not, or what ``output`` names itself."""
    target = Path(output)
    if target.is_dir() or output.endswith("/") or not (target.suffix or target.exists()):
        try:
            target.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise InputError(
                f"no folder can be made: {problem.strerror}",
                source=output,
                hint="Check the name and the permission to write.",
            ) from problem
        target = target / f"{name}.json"
    if target.exists() and not force:
        raise InputError(
            "exists and is left as it is",
            source=str(target),
            hint="Give another --output or --id, or write over it with --force.",
        )
    return target


def _refuse_document(data: bytes, file: str) -> None:
    """Raise for a document, or lines of documents, in place of an article."""
    import msgspec

    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"{"):
        return
    for part in (start, start.partition(b"\n")[0]):
        try:
            found = msgspec.json.decode(part)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        if isinstance(found, dict) and {"id", "text"} <= found.keys():
            raise InputError(
                "is a document in JSON, not the text of an article",
                source=file,
                hint="See it with `goldwire corpus show`; ingest takes text or HTML.",
            )


def _read_bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    from goldwire.schema.errors import UnreadableInput

    try:
        return Path(file).read_bytes()
    except OSError as problem:
        raise UnreadableInput(
            f"cannot be read: {problem.strerror}",
            source=file,
            hint="Check the name and the permission to read.",
        ) from problem


def _id_from(file: str) -> str:
    from .ingest import article_id

    if file == "-":
        raise InputError("an article from stdin has no name", hint="Give it one with --id.")
    name = article_id(file)
    if name is None:
        raise InputError("no id can be made from the file name", source=file, hint="Give --id.")
    return name


def _check_day(dct: str) -> None:
    from goldwire.schema.dates import parse_edtf

    try:
        days = parse_edtf(dct)
    except ValueError as problem:
        raise InputError(f"--dct: {problem}") from problem
    if days is None or days.first != days.last or len(dct) != 10:
        raise InputError(f"--dct: {dct!r} is no day", hint="Write it as 2022-04-30.")
