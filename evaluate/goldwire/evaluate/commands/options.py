"""Options that several commands share."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldwire.schema.writing import Writing, WrittenPath

if TYPE_CHECKING:
    from ..assemble import Resampling

__all__ = [
    "STDOUT",
    "NumberRange",
    "OutputPath",
    "ReadingGold",
    "chain_options",
    "output_option",
    "resamples_option",
    "resampling_of",
    "resampling_options",
    "seed_option",
]

STDOUT = "-"
"""As the path of a file to write: standard output."""


class ReadingGold(Writing):
    """A command that reads the gold of the corpus where ``--gold`` names no other."""

    def also_read(self, values: Mapping[str, Any]) -> Iterable[Path]:
        """The files of the corpus, unless other gold is named."""
        from goldwire.corpus.documents import gold_paths

        return () if values.get("gold") else gold_paths().values()


class NumberRange(click.FloatRange):
    """A number within bounds, as ``click.FloatRange``; that one takes NaN for one."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number that is meant; fails for what is none, and for one out of bounds."""
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


class OutputPath(WrittenPath):
    """A file to write, ``-`` for standard output; an empty name is refused."""

    def __init__(self) -> None:
        super().__init__(allow_dash=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path as it was given; fails where it is empty."""
        if value == "":
            self.fail("The name is empty: give that of a file, or - for stdout.", param, ctx)
        return super().convert(value, param, ctx)


def output_option(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--output``, ``-o``: where ``what`` is written to, as one ``output`` argument."""
    return click.option(
        "--output", "-o", type=OutputPath(), help=f"Write {what} to this file, - for stdout."
    )


resamples_option = click.option(
    "--resamples", type=click.IntRange(0, 10_000_000), default=10_000, show_default=True,
    help="Samples of documents that intervals and tests are made from: at least 39 for 95 %, "
    "2 / (1 - confidence) - 1 for any; 0 makes none.",
)  # fmt: skip
seed_option = click.option(
    "--seed", type=click.IntRange(0), default=20261123, show_default=True,
    help="Where chance starts: the same seed gives the same numbers.",
)  # fmt: skip
_confidence = click.option(
    "--confidence", type=NumberRange(0, 1, min_open=True, max_open=True), default=0.95,
    show_default=True, help="Of the intervals, between 0 and 1.",
)  # fmt: skip
_interval = click.option(
    "--interval", type=click.Choice(["bca", "percentile"]), default="bca", show_default=True,
    help="How the ends of an interval are found.",
)  # fmt: skip


def resampling_of(
    resamples: int, confidence: float = 0.95, interval: Any = "bca", seed: int = 20261123
) -> Resampling:
    """What the options say; fails as they do where the resamples are too few for an interval."""
    from goldwire.schema.errors import InputError

    from ..assemble import Resampling

    try:
        return Resampling(resamples, confidence, interval, seed)
    except InputError as problem:
        here = click.get_current_context()
        said = {param.name for param in here.command.params} & {"resamples", "confidence"}
        hints = [f"--{name}" for name in sorted(said, reverse=True)]
        words = f"{problem.problem}. {problem.hint}" if problem.hint else problem.problem
        raise click.BadParameter(words, here, param_hint=hints) from None


def resampling_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--resamples``, ``--confidence``, ``--interval``, ``--seed``: one ``resampling`` argument.

    The command is called with a ``goldwire.evaluate.assemble.Resampling``.
    """

    @functools.wraps(command)
    def with_resampling(
        *args: Any, resamples: int, confidence: float, interval: Any, seed: int, **more: Any
    ) -> Any:
        resampling = resampling_of(resamples, confidence, interval, seed)
        return command(*args, resampling=resampling, **more)

    wrapped: Callable[..., Any] = with_resampling
    for option in (seed_option, _interval, _confidence, resamples_option):
        wrapped = option(wrapped)
    return wrapped


_mentions = click.option(
    "--mentions", type=click.Choice(["exact", "head", "partial"]), default="exact",
    show_default=True, help="When two mentions of chains are the same one.",
)  # fmt: skip
_singletons = click.option(
    "--singletons/--no-singletons", default=True, show_default=True,
    help="Whether entities with one mention count.",
)  # fmt: skip
_blanc = click.option(
    "--blanc", type=click.Choice(["reference", "2014"]), default="reference", show_default=True,
    help="Which mean BLANC takes: that of the reference scorer, or of Luo et al. 2014.",
)  # fmt: skip


def chain_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--mentions``, ``--singletons``, ``--blanc``: one ``chains`` argument.

    The command is called with a ``goldwire.evaluate.chains.ChainOptions``.
    """

    @functools.wraps(command)
    def with_chains(*args: Any, mentions: Any, singletons: bool, blanc: Any, **more: Any) -> Any:
        from ..chains import ChainOptions

        return command(*args, chains=ChainOptions(mentions, singletons, blanc), **more)

    wrapped: Callable[..., Any] = with_chains
    for option in (_blanc, _singletons, _mentions):
        wrapped = option(wrapped)
    return wrapped
