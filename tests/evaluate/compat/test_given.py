"""Whatever a notebook holds: refused with a sentence, or scored."""

from __future__ import annotations

from collections import UserList
from collections.abc import Callable
from typing import Any

import pytest

from goldwire.evaluate import compare_systems, score
from goldwire.evaluate.compat.conll import conll2012
from goldwire.evaluate.compat.corefud import corefud
from goldwire.evaluate.compat.dygie import dygie_events, dygie_relations
from goldwire.evaluate.compat.nervaluate import nervaluate
from goldwire.evaluate.compat.omnievent import omnievent
from goldwire.evaluate.compat.seqeval import seqeval
from goldwire.evaluate.compat.spacy import spacy_spans
from goldwire.evaluate.compat.templates import ceaf_ree, ceaf_rme, gtt
from goldwire.evaluate.compat.textee import textee
from goldwire.schema.errors import InputError


def _nervaluate(gold: Any, predicted: Any) -> object:
    return nervaluate(gold, predicted, ["A"])


LISTS: dict[Callable[..., object], list[Any]] = {
    seqeval: ["B-A"],
    spacy_spans: [[0, 1, "A"]],
    _nervaluate: [["A", 0, 1]],
    textee: [{"type": "A", "trigger": [0, 1], "arguments": [[2, 3, "r"]]}],
    omnievent: [{"type": "A", "trigger": [0, 1], "arguments": []}],
    dygie_events: [{"type": "A", "trigger": [0, 1], "arguments": []}],
    dygie_relations: [[[0, 1], [2, 3], "near"]],
}
"""Functions over lists of documents, and a document."""

MAPPINGS: dict[Callable[..., object], list[Any]] = {
    conll2012: [[(0, 1), (2, 3)]],
    corefud: [[(0, 1), (2, 4, 3)]],
    gtt: [{"incident_type": "attack", "Target": [["it"]]}],
    ceaf_ree: [{"incident_type": "attack", "Target": [["it"]]}],
    ceaf_rme: [{"incident_type": "attack", "Target": [["it"]]}],
}
"""Functions over mappings of documents, and a document."""


@pytest.mark.parametrize("function", LISTS)
def test_sides_are_lists_of_lists_of_one_length(function: Callable[..., object]) -> None:
    good = LISTS[function]
    assert function([good], [good])
    assert function(UserList([good]), UserList([good]))
    wrong: list[Any] = [None, 7, "B-A", (each for each in [good]), {"a": good}]
    for bad in wrong:
        with pytest.raises(InputError, match=r"gold is .*, not a list of") as caught:
            function(bad, [good])
        assert caught.value.hint
        with pytest.raises(InputError, match=r"predicted is .*, not a list of"):
            function([good], bad)
    wrong = [None, 7, (each for each in good), {"a": 1}]
    for bad in wrong:
        with pytest.raises(InputError, match=r"predicted: number 2 of the .* is"):
            function([good, good], [good, bad])
    with pytest.raises(InputError, match=r"2 .* of gold, 1 of predictions"):
        function([good, good], [good])


@pytest.mark.parametrize("function", MAPPINGS)
def test_sides_are_mappings_to_lists(function: Callable[..., object]) -> None:
    good = MAPPINGS[function]
    assert function({"d": good}, {"d": good})
    wrong: list[Any] = [None, [good], (each for each in [good])]
    for bad in wrong:
        with pytest.raises(InputError, match=r"is .*, not a mapping"):
            function(bad, {"d": good})
        with pytest.raises(InputError, match=r"is .*, not a mapping"):
            function({"d": good}, bad)
    wrong = [None, 7, "it", {"a": 1}]
    for bad in wrong:
        with pytest.raises(InputError, match=r"document 'd': .* where a list is wanted"):
            function({"d": good}, {"d": bad})


@pytest.mark.parametrize(
    ("function", "document", "problem"),
    [
        (spacy_spans, [["A", 0, 1]], "a span of document 1 cannot be read"),
        (spacy_spans, [[0, 1]], "a span of document 1 cannot be read"),
        (spacy_spans, [[0.5, 1, "A"]], "a span of document 1 cannot be read"),
        (textee, [{"type": "A", "arguments": []}], "it has no 'trigger'"),
        (textee, ["A"], "an event of document 1 cannot be read"),
        (omnievent, [{"trigger": [0, 1], "arguments": []}], "it has no 'type'"),
        (textee, [{"type": ["A"], "trigger": [0, 1], "arguments": []}], "is no name of a type"),
        (omnievent, [{"type": "A", "trigger": "ab", "arguments": []}], "it has another form"),
        (textee, [{"type": "A", "trigger": [0, 1], "arguments": [[2, 3]]}], "another form"),
        (textee, [{"type": "A", "trigger": [0, 1], "arguments": [[2, 3, ["r"]]]}], "is no name"),
        (spacy_spans, [[5, 1]], "a span of document 1 cannot be read"),
        (dygie_events, [{"type": "A", "trigger": [0], "arguments": []}], "an event cannot be read"),
        (dygie_relations, [[[0, 1], "near"]], "a relation of document 1 cannot be read"),
    ],
)
def test_what_is_no_item_is_told_with_its_form(
    function: Callable[..., object], document: list[Any], problem: str
) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        function([document], [document])
    assert "form is" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("function", "document"),
    [
        (conll2012, [7]),
        (conll2012, [[{}]]),
        (conll2012, [(0, 1)]),
        (conll2012, ["ab"]),
        (corefud, [7]),
        (gtt, [None]),
        (ceaf_rme, [7]),
    ],
)
def test_what_is_no_cluster_or_template_is_told(
    function: Callable[..., object], document: list[Any]
) -> None:
    with pytest.raises(InputError, match="of 'd' cannot be read"):
        function({"d": document}, {"d": document})


@pytest.mark.parametrize("source", [None, 7, b"{}", {"id": "d"}])
def test_sources_are_paths_or_lists_of_documents(source: Any) -> None:
    with pytest.raises(InputError, match=r"gold is .*, not a path or a list of documents"):
        score(source, [])


@pytest.mark.parametrize("systems", [None, ["runs/a"], "runs/a"])
def test_systems_are_given_by_name(systems: Any) -> None:
    with pytest.raises(InputError, match=r"the systems are .*, not a mapping"):
        compare_systems([], systems)
