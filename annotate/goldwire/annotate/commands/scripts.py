"""``apply`` and ``script``: edit scripts in and out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldwire.schema.commands import as_json_option, print_json

from .options import annotator_option, edit_document, state_of

if TYPE_CHECKING:
    from goldwire.schema.document import Document

    from ..edits import Together
    from ..project import Project

__all__ = ["apply", "script"]


@click.command()
@click.argument("document", metavar="DOC")
@click.argument("file", metavar="SCRIPT")
@click.option("--check", is_flag=True, help="Only say whether it fits; change nothing.")
@annotator_option
@as_json_option
def apply(
    document: str,
    file: str,
    check: bool,
    annotator: str | None,
    project_folder: str | None,
    as_json: bool,
) -> None:
    """Apply an edit script (- for stdin) to the document DOC, as one edit or not at all.

    Prints the ids of what the script named. annotate/README.md specifies the language.

    \b
    goldwire annotate apply velmar velmar.edits
    goldwire annotate apply velmar - --as ben < velmar.edits
    """
    from ..project import find_project
    from ..script import Made, script_edit

    text = _read(file)
    found: list[Made] = []

    def make(project: Project, state: Document) -> Together:
        found[:] = [script_edit(state, text, schema=project.load_schema(), source=file)]
        return found[0].edit

    if check:
        make(find_project(project_folder), state_of(project_folder, document, annotator))
    else:
        note = Path(file).name if file != "-" else "stdin"
        edit_document(project_folder, document, annotator, make, note=note)
    (made,) = found
    count = len(made.edit.edits)
    if as_json:
        print_json({"document": document, "edits": count, "names": made.names})
    else:
        for name, id in made.names.items():
            click.echo(f"{name}\t{id}")
    _say(count, document, check)


def _say(count: int, document: str, check: bool) -> None:
    noun = "change" if count == 1 else "changes"
    if not count:
        click.echo("the script says nothing to do", err=True)
    elif check:
        click.echo(f"it fits: {count:,} {noun}", err=True)
    else:
        click.echo(
            f"made {count:,} {noun} as one edit; `goldwire annotate undo {document}` takes it back",
            err=True,
        )


def _read(file: str) -> str:
    from goldwire.schema.errors import UnreadableInput

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as problem:
        raise UnreadableInput(
            f"cannot be read: {problem.strerror}",
            source=file,
            hint="Check the name and the permission to read.",
        ) from problem
    except UnicodeDecodeError as problem:
        raise UnreadableInput(
            f"is not UTF-8: byte {problem.object[problem.start]:#04x} at position {problem.start}",
            source=file,
            hint="Open it in its encoding and save it as UTF-8.",
        ) from problem


@click.command()
@click.argument("document", metavar="DOC")
@click.option("--layer", "layers", multiple=True, help="Only this layer; may be given repeatedly.")
@annotator_option
def script(
    document: str, layers: tuple[str, ...], annotator: str | None, project_folder: str | None
) -> None:
    """Print the annotation of DOC as an edit script; by default without the zones.

    Applied to the document as it was added, it makes the same annotation again.

    \b
    goldwire annotate script velmar > velmar.edits
    goldwire annotate script velmar --layer mentions --layer entities
    """
    from goldwire.schema.document import LAYERS
    from goldwire.schema.errors import UnknownName

    from ..script import document_script

    for layer in layers:
        if layer not in LAYERS:
            raise UnknownName("layer", layer, LAYERS)
    state = state_of(project_folder, document, annotator)
    chosen = layers or [layer for layer in LAYERS if layer != "zones"]
    click.echo(document_script(state, chosen), nl=False)
