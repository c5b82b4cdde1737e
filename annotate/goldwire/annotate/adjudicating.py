"""An adjudication in the store: passes of annotators, decisions in the log, gold at the end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from goldwire.schema.errors import InputError, UnknownName

from .adjudicate import Adjudication, Decision, is_first
from .session import Session
from .store import Entry, Store, Task

__all__ = ["BOTH", "NEITHER", "Adjudicating", "adjudicated", "decisions_line", "passes_of"]

BOTH, NEITHER = "both", "neither"
"""Answers beside the names of passes."""


def passes_of(store: Store, document: str, annotators: Sequence[str] = ()) -> list[Task]:
    """The tasks whose documents are adjudicated: those that are done, or those of some annotators.

    Raises ``UnknownName`` for an annotator without a task, ``InputError`` for fewer than two.
    """
    tasks = store.all_tasks(document=document, kind="annotate")
    names = [task.annotator for task in tasks]
    for name in annotators:
        if name not in names:
            raise UnknownName("annotator", name, names)
    chosen = [
        task
        for task in tasks
        if (task.annotator in annotators if annotators else task.state == "done")
    ]
    if len(chosen) < 2:
        raise InputError(
            f"{len(chosen)} {'pass' if len(chosen) == 1 else 'passes'} of {document!r} "
            f"{'is' if len(chosen) == 1 else 'are'} done; adjudication needs two",
            hint="Say that a pass is done with goldwire annotate done, or name annotators.",
        )
    return chosen


class Adjudicating:
    """The adjudication of a document by one adjudicator: decisions are entries of its log.

    It is over the passes as they stood when it began, whatever annotators change later; who has
    changed one is in ``changed``. Raises ``InputError`` where it began over other passes.
    """

    def __init__(
        self, store: Store, document: str, adjudicator: str, annotators: Sequence[str] = ()
    ) -> None:
        task = store.find_task(document, adjudicator, "adjudicate")
        begun = _passes_in(store.log(task)) if task else {}
        if begun and annotators and set(annotators) != set(begun):
            raise InputError(
                f"{adjudicator} began to adjudicate other passes: {', '.join(begun)}",
                source=document,
                hint="Leave --among out to go on, or adjudicate under another name.",
            )
        self.tasks = passes_of(store, document, tuple(begun) or annotators)
        sessions = {each.annotator: Session(store, each) for each in self.tasks}
        nodes = begun or {name: each.node for name, each in sessions.items()}
        self.changed = tuple(name for name, node in nodes.items() if sessions[name].node != node)
        passes = {name: each.document_at(nodes[name]) for name, each in sessions.items()}
        self.adjudication = Adjudication(store.base(document), passes)
        self.session = Session(store, task or store.task(document, adjudicator, "adjudicate"))
        self.all = self.adjudication.decisions()
        if not self.session.seq:
            note = json.dumps({"agreed": sorted(passes), "at": nodes}, ensure_ascii=False)
            self.session.apply(self.adjudication.begin(), note=note)

    def decided(self) -> dict[str, str]:
        """The answers so far, by the name of the decision; what was undone is open again."""
        found = {}
        for entry in self.session.done():
            said = _decision_in(entry)
            if said:
                found[said["decision"]] = said["took"]
        return found

    def open(self) -> list[Decision]:
        """What is left to decide."""
        decided = self.decided()
        left = [each for each in self.all if name_of(each) not in decided]
        asked = {each.key for each in left if each.layer == "mentions"}
        document, ids = self.session.document, self.adjudication.ids
        # Of an entity whose first mention turned out another, or none, there is nothing to ask.
        return [
            each
            for each in left
            if each.layer != "entities"
            or each.key[1] in asked
            or is_first(document, ids[each.key[1]])
        ]

    def answers(self, decision: Decision) -> list[str]:
        """What can be answered: the passes of each version, both, or neither."""
        found = [" ".join(version.passes) for version in decision.versions]
        if sum(version.item is not None for version in decision.versions) > 1:
            found.append(BOTH)
        if decision.kind == "fields":
            found.append(NEITHER)
        return found

    def decide(self, decision: Decision, answer: str) -> None:
        """Take a version by the name of one of its passes, both, or neither.

        Raises ``UnknownName`` for another answer.
        """
        items: list[dict[str, Any]] = []
        if answer == BOTH:
            items = [each.item for each in decision.versions if each.item is not None]
        elif answer != NEITHER:
            for version in decision.versions:
                if answer in (*version.passes, " ".join(version.passes)):
                    items = [version.item] if version.item is not None else []
                    break
            else:
                raise UnknownName("answer", answer, self.answers(decision))
        note = json.dumps({"decision": name_of(decision), "took": answer}, ensure_ascii=False)
        edit = self.adjudication.taken(self.session.document, decision, items)
        self.session.apply(edit, note=note)

    def finish(self) -> None:
        """Say that the adjudication is done. Raises ``InputError`` where decisions are left."""
        left = len(self.open())
        if left:
            raise InputError(
                f"{left} {'decision is' if left == 1 else 'decisions are'} left",
                source=self.session.task.document,
                hint="See them with goldwire annotate adjudicate DOC --list.",
            )
        self.session.set_state("done")


def _passes_in(entries: Sequence[Entry]) -> dict[str, int]:
    """The passes that an adjudication is over, and their nodes when it began."""
    try:
        said = json.loads(entries[0].note or "") if entries else {}
    except ValueError:
        return {}
    found = said.get("at") if isinstance(said, dict) else None
    return found if isinstance(found, dict) else {}


def adjudicated(session: Session) -> list[str]:
    """The annotators whose passes an adjudication is over."""
    return sorted(_passes_in(session.history()))


def decisions_line(session: Session) -> str:
    """Who decided what, counted, on the day of the last entry: a line for a document's history."""
    done = session.done()
    took = Counter(made["took"] for entry in done if (made := _decision_in(entry)))
    by_hand = sum(not entry.note for entry in done)
    said = ", ".join(f"{answer} {count}" for answer, count in sorted(took.items()))
    day = done[-1].at[:10] if done else ""
    edits = f"; {by_hand} {'edit' if by_hand == 1 else 'edits'} by hand" if by_hand else ""
    return (
        f"{day} adjudicated by {session.task.annotator}: {took.total()} decisions"
        f"{f' ({said})' if said else ''}{edits}"
    ).strip()


def _decision_in(entry: Entry) -> dict[str, str] | None:
    """The decision that an entry was made by; its note may also say something else."""
    try:
        said = json.loads(entry.note or "")
    except ValueError:
        return None
    return said if isinstance(said, dict) and {"decision", "took"} <= said.keys() else None


def name_of(decision: Decision) -> str:
    """A name for a decision that stays the same as long as the passes do."""
    return repr(decision.key)
