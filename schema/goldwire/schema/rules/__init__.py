"""Integrity rules: what a JSON Schema cannot say, one small function each, in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..document import Document
from ..problems import Problem
from . import attributions, events, incidents, references, spans, text, values
from .clearances import CLEARANCES
from .context import Context, Rule

if TYPE_CHECKING:
    from ..labels import LabelSet

__all__ = ["ELSEWHERE", "RULES", "Rule", "check"]

RULES: tuple[Rule, ...] = (
    *text.RULES,
    *spans.RULES,
    *references.RULES,
    *events.RULES,
    *values.RULES,
    *attributions.RULES,
    *incidents.RULES,
)

ELSEWHERE: tuple[tuple[str, str, str], ...] = (
    ("E1", "error", "a role belongs to its event type"),
    ("R4", "error", "a document's id is unique; passes by different annotators may share it"),
)
"""Code, severity, and demand of what the schema itself, or a look at all documents, finds."""


def check(
    document: Document,
    labels: LabelSet,
    *,
    hidden: frozenset[str] = frozenset(),
    restore: Mapping[str, list[int]] | None = None,
) -> list[Problem]:
    """All findings of all rules, in the order of the table.

    Rules that a clearance shows to have none are not asked.

    ``hidden`` names items left out of ``document`` because the schema refuses them, and
    ``restore`` maps the places of a layer's remaining items to their places in the file.
    """
    context = Context(document, labels, hidden)
    doubtful = [codes for clears, codes in CLEARANCES if not clears(context)]
    rules = _rules_for(frozenset().union(*doubtful)) if doubtful else _NEVER_CLEARED
    places = restore or {}
    return [rule.problem(found, context, places) for rule in rules for found in rule.find(context)]


_CLEARED = frozenset().union(*[codes for _, codes in CLEARANCES])
_NEVER_CLEARED = tuple(rule for rule in RULES if rule.code not in _CLEARED)


def _rules_for(doubtful: frozenset[str]) -> list[Rule]:
    """The rules that must look for themselves, in the order of the table."""
    return [rule for rule in RULES if rule.code in doubtful or rule.code not in _CLEARED]
