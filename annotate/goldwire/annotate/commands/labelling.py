"""``label``, ``suggest``, and ``adjudicate``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from goldwire.schema.commands import FINDINGS, as_json_option, print_json

from .options import annotator_option, opened, project_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..adjudicating import Adjudicating
    from ..project import Project
    from ..store import Store, Task

__all__ = ["adjudicate", "label", "suggest"]


@click.command()
@click.argument("document", required=False, metavar="[DOC]")
@annotator_option
def label(document: str | None, annotator: str | None, project_folder: str | None) -> None:
    """Label documents on the screen, by keyboard: DOC first, or the first that is not done.

    The letters over the words choose them; the last line says what other keys do, and ? what
    the labels mean. Every key is kept before the next one; leave whenever you like.

    \b
    goldwire annotate label
    goldwire annotate label velmar --as anna
    """
    from goldwire.schema.errors import UnknownName

    from ..project import annotator_name
    from ..suggest import by_uncertainty

    name = annotator_name(annotator)
    with opened(project_folder) as (project, store):
        _need_a_terminal("goldwire annotate apply, or span, event, and so on")
        known = store.document_ids()
        if document is not None and document not in known:
            raise UnknownName("document", document, known)
        states = {t.document: t.state for t in store.all_tasks(annotator=name, kind="annotate")}
        wanted = list(states) or known
        if document is not None and document not in wanted:
            wanted.append(document)
        wanted = by_uncertainty(wanted, store.scores(name))
        left = [each for each in wanted if states.get(each) != "done"]
        first = document or _first(store, left or wanted)
        _refuse_right_to_left(store, first)
        _show(
            project, store, wanted, wanted.index(first),
            begin=lambda each: project.task(store, each, name),
            refit=_refit(project, store, name),
        )  # fmt: skip


def _first(store: Store, documents: list[str]) -> str:
    """The first document that a terminal can show, or else the first of all."""
    from goldwire.schema.errors import InputError

    from ..screen.direction import runs_right_to_left

    if not documents:
        raise InputError(
            "the project has no documents", hint="Add some: goldwire annotate add article.txt"
        )
    shown = (name for name in documents if not runs_right_to_left(store.base(name).text))
    return next(shown, documents[0])


def _refuse_right_to_left(store: Store, document: str) -> None:
    """Raise ``InputError`` for a text that terminals lay out each in their own way."""
    from goldwire.schema.errors import InputError

    from ..screen.direction import runs_right_to_left

    if runs_right_to_left(store.base(document).text):
        raise InputError(
            "the text runs from right to left, which terminals show each in their own way",
            source=document,
            hint="A page in the browser will show it in a later version; until then, label it with "
            "an edit script: goldwire annotate apply --help.",
        )


def _need_a_terminal(instead: str) -> None:
    from goldwire.schema.errors import InputError

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError(
            "the screen needs a terminal", hint=f"In a pipe or a script use {instead}."
        )


def _refit(project: Project, store: Store, annotator: str) -> Callable[[], None] | None:
    """Makes the project's suggestions anew for the annotator's open tasks; ``None`` without any."""
    sources = project.suggestions.sources
    if not sources:
        return None

    def refit() -> None:
        from ..suggest import suggest as propose

        for source in sources:
            tasks = store.all_tasks(annotator=annotator, kind="annotate")
            propose(store, tasks, project.source(source))

    return refit


def _show(
    project: Project,
    store: Store,
    documents: list[str],
    at: int,
    *,
    begin: Callable[[str], Task],
    refit: Callable[[], None] | None = None,
    among: tuple[str, ...] = (),
) -> None:
    from goldwire.schema.labels import read_labels

    from ..screen.app import LabellingApp
    from ..screen.keys import Keymap

    keys = Keymap({name: str(key) for name, key in project.keys.items()})
    labels = read_labels(project.load_schema())
    app = LabellingApp(
        store, documents, begin, labels, keys, at=at, among=among, refit=refit,
        schema=project.schema_name,
    )  # fmt: skip
    app.run()
    if app.return_code:
        raise SystemExit(70)


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--for", "annotators", multiple=True, metavar="NAME",
              help="Only for this annotator; may be given repeatedly.")  # fmt: skip
@click.option("--document", "documents", multiple=True, metavar="DOC", help="Only for this one.")
@project_option
@as_json_option
def suggest(
    sources: tuple[str, ...],
    annotators: tuple[str, ...],
    documents: tuple[str, ...],
    project_folder: str | None,
    as_json: bool,
) -> None:
    """Propose items for open tasks: from SOURCES, or from those that goldwire.toml names.

    A source is same-string, gazetteer:FILE (STRING, a tab, LABEL), trained (the baseline, fitted
    to what the annotator has labelled so far), or an extractor of `goldwire evaluate extractors`.
    What it proposed before and is still open is replaced, what was rejected is not proposed
    again; nothing is annotated.
    Exit code 1 where an extractor failed on a document.

    \b
    goldwire annotate suggest same-string rules
    goldwire annotate suggest gazetteer:names.tsv --for anna --document velmar
    """
    from goldwire.schema.errors import InputError, UnknownName

    from ..suggest import suggest as propose

    with opened(project_folder) as (project, store):
        chosen = sources or project.suggestions.sources
        if not chosen:
            raise InputError(
                "no source is named, here or under [suggestions] in goldwire.toml",
                hint="Name one, as: goldwire annotate suggest same-string",
            )
        tasks = store.all_tasks(kind="annotate")
        for what, given, known in (
            ("annotator", annotators, {task.annotator for task in tasks}),
            ("document", documents, {task.document for task in tasks}),
        ):
            for name in given:
                if name not in known:
                    raise UnknownName(what, name, sorted(known))
        tasks = [
            task
            for task in tasks
            if (not annotators or task.annotator in annotators)
            and (not documents or task.document in documents)
        ]
        found = {source: propose(store, tasks, project.source(source)) for source in chosen}
    failures = [(s, *failure) for s, each in found.items() for failure in each.failures]
    if as_json:
        print_json([
            {"source": source, "suggestions": each.counts, "without": each.without,
             "failures": [{"document": d, "reason": r} for d, r in each.failures]}
            for source, each in found.items()
        ])  # fmt: skip
    else:
        for source, each in found.items():
            for document, count in each.counts.items():
                click.echo(f"{source}\t{document}\t{count}")
        without = sorted({name for each in found.values() for name in each.without})
        if without:
            click.echo(f"without suggestions: {', '.join(without)}", err=True)
        for source, document, reason in failures:
            click.echo(f"{source} failed on {document}: {reason}", err=True)
    if failures:
        raise SystemExit(FINDINGS)


@click.command()
@click.argument("document", metavar="DOC")
@click.option("--among", multiple=True, metavar="NAME",
              help="Only this annotator's pass, done or not; may be given repeatedly.")  # fmt: skip
@click.option("--list", "listed", is_flag=True, help="Print what is left to decide.")
@click.option("--take", "taken", multiple=True, metavar="N=ANSWER",
              help="Decide number N of the list: a pass, both, or neither.")  # fmt: skip
@click.option("--prefer", metavar="NAME", help="Decide all that is left for this pass.")
@click.option("--done", is_flag=True, help="Say that the adjudication is done.")
@annotator_option
@as_json_option
def adjudicate(
    document: str,
    among: tuple[str, ...],
    listed: bool,
    taken: tuple[str, ...],
    prefer: str | None,
    done: bool,
    annotator: str | None,
    project_folder: str | None,
    as_json: bool,
) -> None:
    """Make gold of the passes over DOC that are done: on the screen, or by options.

    What all passes say is taken at once. Each difference is one decision; the log keeps who
    took what. With --list, --take, --prefer, or --done no screen opens.

    \b
    goldwire annotate adjudicate velmar --as judge
    goldwire annotate adjudicate velmar --as judge --list
    goldwire annotate adjudicate velmar --as judge --take 1=anna --prefer ben --done
    """
    from ..adjudicating import Adjudicating
    from ..project import annotator_name

    name = annotator_name(annotator)
    with opened(project_folder) as (project, store):
        store.base(document)
        scripted = listed or bool(taken) or prefer is not None or done or as_json
        if not scripted:
            _need_a_terminal("--list, --take, --prefer, and --done")
        court = Adjudicating(store, document, name, among)
        if not scripted:
            _refuse_right_to_left(store, document)
            _show(project, store, [document], 0, begin=lambda _: court.session.task, among=among)
            return
        _decide(court, taken, prefer)
        _tell(court, as_json=as_json, listed=listed)
        if court.changed:
            click.echo(
                f"note: {', '.join(court.changed)} changed the pass after the adjudication began; "
                "decisions are about what stood there then",
                err=True,
            )
        if done:
            court.finish()


def _decide(court: Adjudicating, taken: tuple[str, ...], prefer: str | None) -> None:
    from goldwire.schema.errors import InputError, UnknownName

    left = court.open()
    answers: dict[int, str] = {}
    for each in taken:
        number, _, answer = each.partition("=")
        if not number.isdecimal() or not 1 <= int(number) <= len(left) or not answer:
            raise InputError(
                f"{each!r} decides nothing: there are {len(left)} decisions",
                hint="See them with --list; then --take 1=NAME, --take 2=neither.",
            )
        decision = left[int(number) - 1]
        if not any(answer in (choice, *choice.split()) for choice in court.answers(decision)):
            raise UnknownName("answer", answer, court.answers(decision))
        answers[int(number) - 1] = answer
    passes = [task.annotator for task in court.tasks]
    if prefer is not None and prefer not in passes:
        raise UnknownName("pass", prefer, passes)
    for at, decision in enumerate(left):
        chosen = answers.get(at) or prefer
        if chosen is not None:
            court.decide(decision, chosen)


def _tell(court: Adjudicating, *, as_json: bool, listed: bool) -> None:
    from goldwire.schema.positions import visible

    from ..adjudicate import difference_words

    left = court.open()
    if as_json:
        print_json({
            "document": court.session.task.document,
            "agreed": len(court.adjudication.agreed()),
            "decided": len(court.decided()),
            "left": [
                {"number": number, "layer": each.layer, "text": each.text,
                 "answers": court.answers(each)}
                for number, each in enumerate(left, start=1)
            ],
        })  # fmt: skip
        return
    for number, each in enumerate(left, start=1) if listed else ():
        text = visible(" ".join(each.text.split()))
        click.echo(f"{number}\t{each.layer}\t{text}")
        for version in each.versions:
            said = difference_words(each, version.item)
            click.echo(f"\t{', '.join(version.passes)}: {said}")
    decided = len(court.decided())
    click.echo(
        f"agreed {len(court.adjudication.agreed()):,}, decided {decided:,}, left {len(left):,}",
        err=True,
    )
