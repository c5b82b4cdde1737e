"""How a command hands over a record: as a table or JSON on stdout, as JSON in a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import STDOUT

if TYPE_CHECKING:
    from msgspec import Struct
    from rich.console import RenderableType

    Renderer = Callable[[int], RenderableType]

__all__ = ["check_folder", "deliver", "print_view", "write_file"]


def deliver(
    record: Struct,
    view: Renderer,
    *,
    as_json: bool,
    output: str | None,
) -> None:
    """Write a record as JSON where ``output`` says so, and print it.

    What is printed is the JSON, where that was asked for or ``output`` is ``-``, or else
    ``view(width)``. The file comes first: a pipe that is closed early must not prevent it.
    Raises what ``write_atomically`` raises.
    """
    import msgspec

    encoded = msgspec.json.format(msgspec.json.encode(record), indent=2)
    write_file(output, encoded + b"\n")
    if as_json or output == STDOUT:
        click.echo(encoded.decode())
    else:
        print_view(view)


def print_view(view: Renderer) -> None:
    """Print what ``view`` makes of the width of the terminal; plain text as it is."""
    from rich.console import Console

    console = Console(highlight=False)
    shown = view(console.width)
    if isinstance(shown, str):  # rich would take brackets for markup
        click.echo(shown)
    else:
        console.print(shown)


def check_folder(folder: str | Path, option: str) -> None:
    """Make a folder where there is none, and write to it: before the work, not after it.

    Raises ``InputError``, which names the option, where that is not possible.
    """
    import tempfile

    from goldwire.schema.errors import InputError

    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        raise InputError(
            f"the folder cannot be written to: {problem.strerror}",
            source=str(folder),
            hint=f"Name another one with {option}.",
        ) from problem


def write_file(path: str | None, data: str | bytes) -> None:
    """Write a file whole or not at all, and say so; nothing where it is ``None`` or stdout.

    Raises what ``write_atomically`` raises.
    """
    from goldwire.schema.files import write_atomically

    if path is None or path == STDOUT:
        return
    write_atomically(path, data)
    click.echo(f"wrote {path}", err=True)
