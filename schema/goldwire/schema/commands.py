"""What all commands share: lazy groups, lists of problems, one way to fail, and quiet pipes."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from .errors import CouldNotRun, GoldwireError, UnknownName

if TYPE_CHECKING:
    from .problems import Problem

__all__ = [
    "FINDINGS",
    "LazyGroup",
    "Terminated",
    "as_json_option",
    "counted",
    "print_json",
    "print_problems",
    "run",
    "terminable",
]

FINDINGS = 1
"""Exit code of a command that ran well and found something."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and one line of help, and imports only what runs.

    ``table`` maps a name to ``("module:object", "one line of help")``.
    """

    def __init__(self, *args: Any, table: dict[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import and return one command."""
        if name not in self.table:
            return None
        module, _, attribute = self.table[name][0].partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.table[name][0]} is not a click command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant; raises ``UnknownName`` with the nearest for another name."""
        if args and not args[0].startswith("-") and args[0] not in self.table:
            raise UnknownName("command", args[0], self.table)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.table.items()])


_TERMINATED = 143
"""What a shell calls a process that was ended by SIGTERM."""

_CLOSED_PIPE = 141
"""What a shell calls a process that was ended by SIGPIPE."""

_INTERNAL = 70
"""EX_SOFTWARE of sysexits.h."""

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(value: object) -> None:
    """Print any records as pretty JSON on stdout."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_problems(problems: Iterable[Problem], *, as_json: bool) -> None:
    """Print problems as they are found, so that memory stays flat: as JSON, or by document."""
    if as_json:
        _print_as_json(problems)
    else:
        _print_by_document(problems)


def _print_as_json(problems: Iterable[Problem]) -> None:
    import msgspec

    encoder = msgspec.json.Encoder()
    opened = False
    for problem in problems:
        click.echo("[" if not opened else ",", nl=not opened)
        if opened:
            click.echo()
        click.echo(encoder.encode(problem).decode(), nl=False)
        opened = True
    click.echo("\n]" if opened else "[]")


def _print_by_document(problems: Iterable[Problem]) -> None:
    from .positions import visible

    place = None
    for problem in problems:
        here = f"{problem.source}:{problem.line}" if problem.line else str(problem.source)
        if here != place:
            name = f"  ({problem.document})" if problem.document else ""
            click.secho(visible(here + name), bold=True)
            place = here
        colour = "red" if problem.severity == "error" else "yellow"
        code = click.style(f"{problem.code:<10}", fg=colour)
        where = f"{problem.pointer}  " if problem.pointer else ""
        click.echo(f"  {code} {visible(where + problem.message)}")
        if problem.excerpt:
            click.secho(f"             {problem.excerpt}", dim=True)


def counted(number: int, noun: str) -> str:
    """``2 zones``, ``1 zone``: a number and what it counts."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


class Terminated(BaseException):
    """SIGTERM has come: what was begun is to be left in order, as for KeyboardInterrupt."""


@contextmanager
def terminable() -> Iterator[None]:
    """Raise ``Terminated`` where SIGTERM comes, once; outside the main thread do nothing."""
    import signal
    import threading

    def stop(number: int, frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Terminated

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def run(command: click.Command, args: Sequence[str] | None = None) -> NoReturn:
    """Run a command as a process does: one message and an exit code for every failure."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = command.main(args, prog_name="goldwire", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as problem:
        problem.show()
        _end(problem.exit_code)
    except Terminated:
        click.echo("stopped", err=True)
        _end(_TERMINATED)
    except click.Abort:
        click.echo("stopped", err=True)
        _end(130)
    except GoldwireError as problem:
        click.echo(f"goldwire: {problem}", err=True)
        _end(problem.exit_code)
    except (BrokenPipeError, SystemExit):
        # click ends a closed pipe with SystemExit(1), which would say that something was found
        _close_quietly()
        _end(_CLOSED_PIPE)
    except OSError as problem:
        if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
            _confess(problem)
        _close_quietly()
        click.echo("goldwire: the disk is full; what was printed is not complete", err=True)
        _end(CouldNotRun.exit_code)
    except Exception as problem:
        _confess(problem)
    _end(code if isinstance(code, int) else 0)


def _confess(problem: Exception) -> NoReturn:
    """An error of ours, not of the user's: never exit code 1, which says that all ran well."""
    if os.environ.get("GOLDWIRE_DEBUG"):
        raise problem
    click.echo(f"goldwire: internal error: {type(problem).__name__}: {problem}", err=True)
    click.echo("  Please report it; GOLDWIRE_DEBUG=1 shows where it happened.", err=True)
    _end(_INTERNAL)


def _end(code: int) -> NoReturn:
    raise SystemExit(code)


def _close_quietly() -> None:
    """Let nothing more be flushed into a pipe or a disk that takes no more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
