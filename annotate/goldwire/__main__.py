"""The root command: a lazy table, nothing else."""

from __future__ import annotations

import click

from goldwire.schema.commands import LazyGroup, run

__all__ = ["main", "root"]


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"goldwire {version('goldwire')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    table={
        "schema": (
            "goldwire.schema.cli:schema",
            "The contract: show schemas and labels, validate.",
        ),
        "corpus": ("goldwire.corpus.cli:corpus", "The gold: list, show, count, check, ingest."),
        "evaluate": ("goldwire.evaluate.cli:evaluate", "Score extractors against the gold."),
        "annotate": (
            "goldwire.annotate.cli:annotate",
            "Annotate documents: commands, scripts, agreement, export.",
        ),
    },
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
def root() -> None:
    """Gold annotations for newswire articles, and an evaluator for any extractor.

    \b
    goldwire corpus show ain-al-asad
    goldwire schema validate corpus/gold
    goldwire evaluate run rules
    """


def main() -> None:
    """Run the command line."""
    run(root)


if __name__ == "__main__":
    main()
