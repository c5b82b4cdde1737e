"""``goldwire schema``: show schemas, labels, and rules; validate documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from .commands import FINDINGS, as_json_option, counted, print_json, print_problems
from .errors import InputError, UnknownName

if TYPE_CHECKING:
    from .labels import Inventory
    from .problems import Problem

__all__ = ["schema"]


@click.group()
def schema() -> None:
    """The contract: JSON Schemas, label sets, integrity rules, validation."""


@schema.command()
@click.argument("name", default="newswire")
def show(name: str) -> None:
    """Print a schema: core, newswire, prediction, or report.

    \b
    goldwire schema show newswire
    goldwire schema show core > core.schema.json
    """
    from .schemas import BUILT_IN, root

    if name not in BUILT_IN:
        raise UnknownName("schema", name, BUILT_IN)
    click.echo((root() / f"{name}.schema.json").read_text("utf-8"), nl=False)


@schema.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--schema", "schema_name", help="A schema's name or file, for all documents.")
@click.option("--predictions", is_flag=True, help="The files hold predictions.")
@click.option("--jobs", type=click.IntRange(1), help="Processes; by default one a core in bulk.")
@click.option("--quiet", "-q", is_flag=True, help="Print only what was found.")
@as_json_option
@click.pass_context
def validate(
    ctx: click.Context,
    paths: tuple[str, ...],
    schema_name: str | None,
    predictions: bool,
    jobs: int | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Check documents against their schema and the integrity rules.

    PATHS are files, folders, JSON Lines, or - for standard input. Ends with 1 where something
    was found, with 2 where something could not be read.

    \b
    goldwire schema validate corpus/gold
    goldwire schema validate predictions.jsonl --predictions
    cat articles.jsonl | goldwire schema validate - --json
    """
    from .bulk import until_unreadable, validate_in_bulk
    from .reading import iter_raw

    if predictions:
        schema_name = "prediction"
    documents = with_problems = errors = warnings = unread = 0
    results = validate_in_bulk(iter_raw(paths), schema=schema_name, jobs=jobs)

    def found() -> Iterator[Problem]:
        nonlocal documents, with_problems, errors, warnings, unread
        for problems in until_unreadable(results):
            documents += 1
            with_problems += bool(problems)
            for problem in problems:
                unread += problem.code == "J-read"
                errors += problem.severity == "error"
                warnings += problem.severity == "warning"
                yield problem

    print_problems(found(), as_json=as_json)
    if not quiet and not as_json:
        summary = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
        where = f" in {with_problems:,} of them" if documents > 1 else ""
        told = f"{summary}{where}" if with_problems else "nothing found"
        click.echo(f"{counted(documents, 'document')}: {told}", err=True)
    ctx.exit(2 if unread else FINDINGS if errors else 0)


@schema.command()
@click.argument("inventory", required=False)
@click.option("--schema", "schema_name", default="newswire", help="A schema's name or file.")
@click.option("--markdown", is_flag=True, help="Print tables as the guidelines hold them.")
@as_json_option
def labels(inventory: str | None, schema_name: str, markdown: bool, as_json: bool) -> None:
    """Print the label set with its guidance: all inventories, or one.

    \b
    goldwire schema labels
    goldwire schema labels entityType
    goldwire schema labels rolesATTACK --json
    """
    from .labels import read_labels
    from .schemas import load_schema

    if as_json and markdown:
        raise InputError("give --json or --markdown, not both")
    found = read_labels(load_schema(schema_name)).inventories
    if inventory is not None and inventory not in found:
        raise UnknownName("inventory", inventory, found)
    chosen = [found[inventory]] if inventory else list(found.values())
    if as_json:
        print_json(chosen)
    elif markdown:
        from .guidance import markdown_table

        click.echo("\n\n".join(f"### {item.name}\n\n{markdown_table(item)}" for item in chosen))
    else:
        for item in chosen:
            _print_inventory(item)


def _print_inventory(inventory: Inventory) -> None:
    click.secho(f"{inventory.name}  ", bold=True, nl=False)
    click.echo(f"{inventory.title}. {inventory.description}")
    width = max(len(label.name) for label in inventory.labels)
    margin = " " * (width + 7)
    for label in inventory.labels:
        key = f"[{label.key}]" if label.key else "   "
        click.echo(f"  {key} {click.style(label.name.ljust(width), bold=True)}", nl=False)
        if not label.description:
            click.echo()
            continue
        click.echo(f" {label.description}")
        for example in label.examples:
            click.secho(f"{margin}+ {example}", fg="green")
        for example in label.counter_examples:
            click.secho(f"{margin}- {example}", fg="red")
    click.echo()


@schema.command()
@as_json_option
def rules(as_json: bool) -> None:
    """Print the integrity rules: code, severity, and what each demands.

    \b
    goldwire schema rules
    """
    from .rules import ELSEWHERE, RULES

    rows = sorted([*ELSEWHERE, *((r.code, r.severity, r.demand) for r in RULES)], key=_by_family)
    if as_json:
        print_json([dict(zip(("code", "severity", "demand"), row, strict=True)) for row in rows])
        return
    for code, severity, demand in rows:
        click.echo(f"{code:<4} {severity:<8} {demand}")


def _by_family(row: tuple[str, str, str]) -> tuple[int, int]:
    return "TZSRCEVAIL".index(row[0][0]), int(row[0][1:])
