"""``goldwire annotate``: a lazy table of commands, nothing else."""

from __future__ import annotations

import click

from goldwire.schema.commands import LazyGroup

__all__ = ["annotate"]

_COMMANDS = "goldwire.annotate.commands"

_TABLE = {
    "init": (f"{_COMMANDS}.projects:init", "Make a project."),
    "add": (f"{_COMMANDS}.projects:add", "Add articles or documents."),
    "label": (f"{_COMMANDS}.labelling:label", "Label on the screen, by keyboard."),
    "suggest": (f"{_COMMANDS}.labelling:suggest", "Propose items for open tasks."),
    "span": (f"{_COMMANDS}.items:span", "Mentions, or any items that stand in the text."),
    "entity": (f"{_COMMANDS}.items:entity", "Entities, with merge and split."),
    "time": (f"{_COMMANDS}.items:time", "Time expressions."),
    "quantity": (f"{_COMMANDS}.items:quantity", "Quantities."),
    "event": (f"{_COMMANDS}.items:event", "Events, their arguments and hoppers."),
    "link": (f"{_COMMANDS}.items:link", "Links between events."),
    "attribution": (f"{_COMMANDS}.items:attribution", "Who says what."),
    "relation": (f"{_COMMANDS}.items:relation", "Relations between mentions."),
    "incident": (f"{_COMMANDS}.items:incident", "Incident records."),
    "zone": (f"{_COMMANDS}.items:zone", "Zones of the page."),
    "apply": (f"{_COMMANDS}.scripts:apply", "Apply an edit script."),
    "script": (f"{_COMMANDS}.scripts:script", "Print an annotation as an edit script."),
    "undo": (f"{_COMMANDS}.history:undo", "Take the last edit back."),
    "redo": (f"{_COMMANDS}.history:redo", "Make it once more."),
    "log": (f"{_COMMANDS}.history:log", "Who did what, and when."),
    "assign": (f"{_COMMANDS}.team:assign", "Give documents to annotators."),
    "status": (f"{_COMMANDS}.team:status", "Progress, rate, and time."),
    "done": (f"{_COMMANDS}.team:done", "Say that a document is annotated."),
    "reopen": (f"{_COMMANDS}.team:reopen", "Say that it is not."),
    "agree": (f"{_COMMANDS}.comparing:agree", "Agreement between the annotators."),
    "adjudicate": (f"{_COMMANDS}.labelling:adjudicate", "Make gold of several passes."),
    "export": (f"{_COMMANDS}.delivering:export", "Write gold files."),
}


@click.group(cls=LazyGroup, table=_TABLE)
def annotate() -> None:
    """Annotate documents: on the screen, by command, by script, and by several annotators.

    \b
    goldwire annotate init passes --docs article.txt
    goldwire annotate label --project passes
    goldwire annotate status --project passes
    """
