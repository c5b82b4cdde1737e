"""Suggestions: what may be labelled, from words labelled before, a gazetteer, or any extractor.

A suggestion is never an annotation: the annotator accepts, changes, or rejects it. A share of
documents goes without, so that what suggestions do to annotators can be measured.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from goldwire.schema.document import ANCHORED_LAYERS, LAYERS, Document, Fragments, Zone
from goldwire.schema.errors import CouldNotRun, InputError, UnreadableInput
from goldwire.schema.positions import find_quote

from .edits import RECORDS, TYPE_FIELDS
from .session import Session
from .store import Store, Task
from .tokens import Stretch, stretches

__all__ = [
    "Lexicon",
    "Proposal",
    "Suggested",
    "by_uncertainty",
    "from_prediction",
    "read_gazetteer",
    "suggest",
]

_SUGGESTED = tuple(layer for layer in ANCHORED_LAYERS if layer != "zones")
_LEAST = 0.5
"""Share of a string's places that must bear a label before the label is suggested for others."""


class Proposal(NamedTuple):
    """An item that may be there: its layer, its fields with ``spans``, and how sure that is."""

    layer: str
    item: dict[str, Any]
    score: float | None


class Suggested(NamedTuple):
    """What came of :func:`suggest`: suggestions by document, of all its annotators together."""

    counts: dict[str, int]
    without: tuple[str, ...]
    failures: tuple[tuple[str, str], ...]


class Lexicon:
    """Strings and the labels that they bear, with how many of their places bear it."""

    def __init__(self) -> None:
        self._labelled: Counter[tuple[str, str, str]] = Counter()
        self._places: Counter[str] = Counter()
        self._sure: dict[tuple[str, str, str], float] = {}

    def learn(self, document: Document) -> None:
        """Count the strings of the items of a document, and all places where they stand."""
        words = set()
        for layer in _SUGGESTED:
            if layer == "attributions":  # nobody says a whole sentence twice
                continue
            for item in getattr(document, layer):
                if len(item.spans) == 1:
                    self._labelled[item.text, layer, getattr(item, TYPE_FIELDS[layer])] += 1
                    words.add(item.text)
        scored = _scored(document)
        for text in words:
            self._places[text] += sum(1 for _ in _places(document, text, scored))

    def know(self, text: str, label: str, layer: str = "mentions") -> None:
        """Take a string as bearing a label wherever it stands."""
        self._sure[text, layer, label] = 1.0

    def proposals(self, document: Document) -> list[Proposal]:
        """The places of known strings in a document, with their most frequent labels."""
        shares = {
            key: count / max(count, self._places[key[0]]) for key, count in self._labelled.items()
        } | self._sure
        best: dict[tuple[str, str], tuple[float, str]] = {}
        for (text, layer, label), share in shares.items():
            if share >= _LEAST:
                best[text, layer] = max(best.get((text, layer), (0.0, "")), (share, label))
        found: dict[tuple[str, Fragments], Proposal] = {}
        taken: dict[str, list[tuple[int, int]]] = {}
        scored = _scored(document)
        # Longer strings first: a name within a name is not suggested on its own.
        for (text, layer), (share, label) in sorted(
            best.items(), key=lambda pair: (-len(pair[0][0]), pair[0])
        ):
            for start, end in _places(document, text, scored):
                if any(low < end and start < high for low, high in taken.setdefault(layer, [])):
                    continue
                taken[layer].append((start, end))
                item = {"spans": [[start, end]], TYPE_FIELDS[layer]: label}
                found[layer, ((start, end),)] = Proposal(layer, item, round(share, 3))
        return sorted(found.values(), key=_order)


def _order(proposal: Proposal) -> tuple[Any, ...]:
    return proposal.item["spans"][0], proposal.layer


def _scored(document: Document) -> list[Stretch]:
    return [each for each in stretches(document) if each.scored]


def _places(document: Document, text: str, scored: Sequence[Stretch]) -> Iterable[tuple[int, int]]:
    """Where a string stands as whole words, within scored sentences."""
    pattern = re.compile(
        (r"(?<!\w)" if text[:1].isalnum() else "")
        + re.escape(text)
        + (r"(?!\w)" if text[-1:].isalnum() else "")
    )
    for stretch in scored:
        for match in pattern.finditer(document.text, stretch.start, stretch.end):
            yield match.span()


def read_gazetteer(path: str | Path) -> Lexicon:
    """Strings with their labels: a line each, ``STRING<TAB>LABEL`` or with a layer behind it.

    Raises ``UnreadableInput`` for a file that cannot be read, ``InputError`` for a line that is
    of another form; both name file and line.
    """
    try:
        text = Path(path).read_text("utf-8-sig")
    except OSError as problem:
        raise UnreadableInput(f"cannot be read: {problem.strerror}", source=str(path)) from problem
    except UnicodeDecodeError as problem:
        raise UnreadableInput(
            "is not UTF-8", source=str(path), hint="Save it as UTF-8."
        ) from problem
    found = Lexicon()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split("\t")]
        if len(parts) not in (2, 3) or not all(parts) or parts[2:] not in (
            [], *([layer] for layer in _SUGGESTED)
        ):  # fmt: skip
            raise InputError(
                "is not STRING, a tab, and a label",
                source=str(path),
                line=number,
                hint=f"A third column may name the layer: {', '.join(_SUGGESTED)}.",
            )
        found.know(*parts)
    return found


def from_prediction(document: Document, prediction: Document | dict[str, Any]) -> list[Proposal]:
    """The items of a prediction that stand in the text of a document."""
    plain = msgspec.to_builtins(prediction) if isinstance(prediction, Document) else prediction
    found = []
    for layer in _SUGGESTED:
        for item in plain.get(layer) or ():
            spans = _spans_of(document, item)
            label = item.get(TYPE_FIELDS[layer])
            if spans and label:
                score = item.get("score")
                found.append(Proposal(layer, _kept(layer, item) | {"spans": spans}, score))
    return sorted(found, key=_order)


def _spans_of(document: Document, item: dict[str, Any]) -> list[list[int]] | None:
    spans = item.get("spans")
    if spans is None and item.get("start") is not None:
        spans = [[item["start"], item["end"]]]
    if spans is None and isinstance(item.get("quote"), dict):
        quote = item["quote"]
        placed = find_quote(
            document.text, quote.get("exact", ""), prefix=quote.get("prefix"),
            suffix=quote.get("suffix"),
        )  # fmt: skip
        spans = [list(placed.span)] if placed else None
    if not spans:
        return None
    before = -1
    for start, end in spans:
        if not before < start < end <= len(document.text):
            return None
        before = end
    return [list(span) for span in spans]


_REFERENCES = {"id", "text", "spans", "entity", "hopper", "source", "anchor", "counts",
               "arguments", "attributions", "quote", "start", "end", "score", "origin",
               "quotes", "cue", "alternatives", "optional"}  # fmt: skip


def _kept(layer: str, item: dict[str, Any]) -> dict[str, Any]:
    """What a suggestion holds beside its spans: its own values, nothing that refers to others."""
    fields = {field.encode_name for field in msgspec.structs.fields(RECORDS[layer])}
    return {
        name: value
        for name, value in item.items()
        if name in fields and name not in _REFERENCES and value is not None
    }


def suggest(store: Store, tasks: Sequence[Task], source: str) -> Suggested:
    """Propose items for tasks; what the source proposed before and is open is replaced.

    ``source`` is ``same-string`` (what the annotator has labelled, wherever it stands unmarked),
    ``gazetteer:FILE``, ``trained`` (the trained baseline, fitted to what the annotator has
    labelled so far), or any extractor of the evaluator. Tasks that go without suggestions are
    left alone, and what an annotator has rejected is not proposed again. Raises ``InputError``
    for a source that cannot be used.
    """
    wanted = [task for task in tasks if task.suggested and task.state == "open"]
    without = tuple(task.document for task in tasks if not task.suggested)
    counts: Counter[str] = Counter()
    failures: list[tuple[str, str]] = []
    by_annotator: dict[str, list[Task]] = {}
    for task in wanted:
        by_annotator.setdefault(task.annotator, []).append(task)
    for annotator, own in by_annotator.items():
        documents = {task.id: Session(store, task).document for task in own}
        found, failed = _proposals(store, annotator, own, documents, source)
        failures += failed
        for task in own:
            document = documents[task.id]
            there = {
                (layer, item.spans) for layer in LAYERS if layer in ANCHORED_LAYERS
                for item in getattr(document, layer)
            }  # fmt: skip
            refused = {_said(each.layer, each.item) for each in store.suggestions(task, "rejected")}
            new = [
                (layer, item, score)
                for layer, item, score in found.get(task.id, ())
                if (layer, _fragments(item)) not in there and _said(layer, item) not in refused
            ]
            counts[task.document] += store.suggest(task, source, new)
    return Suggested(dict(counts), without, tuple(failures))


def _fragments(item: dict[str, Any]) -> Fragments:
    return tuple((int(start), int(end)) for start, end in item["spans"])


def _said(layer: str, item: dict[str, Any]) -> tuple[Any, ...]:
    """What a suggestion says, whoever makes it: where, and which label."""
    return layer, _fragments(item), item.get(TYPE_FIELDS[layer])


def _proposals(
    store: Store, annotator: str, tasks: Sequence[Task], documents: dict[int, Document], source: str
) -> tuple[dict[int, list[Proposal]], list[tuple[str, str]]]:
    if source == "same-string" or source.startswith("gazetteer:"):
        if source == "same-string":
            lexicon = Lexicon()
            for task in store.all_tasks(annotator=annotator, kind="annotate"):
                document = documents.get(task.id) or Session(store, task).document
                lexicon.learn(document)
        else:
            path = source.partition(":")[2]
            if not path:
                raise InputError("no file is named", source=source, hint="Write gazetteer:FILE.")
            lexicon = read_gazetteer(path)
        return {task.id: lexicon.proposals(documents[task.id]) for task in tasks}, []
    from goldwire.evaluate.extractors import find_extractor
    from goldwire.evaluate.runner import run_extractor

    extractor = _fitted(store, annotator) if source == "trained" else find_extractor(source)
    run = run_extractor(extractor, [documents[task.id] for task in tasks])
    by_document = {task.document: task for task in tasks}
    found = {}
    for outcome in run.outcomes:
        if outcome.prediction is not None:
            task = by_document[outcome.document]
            found[task.id] = from_prediction(documents[task.id], outcome.prediction)
    return found, [(failure.document, failure.reason) for failure in run.failures]


def _fitted(store: Store, annotator: str) -> Any:
    """The trained baseline, fitted to what an annotator has labelled so far."""
    from goldwire.evaluate.extractors.trained.extraction import extract
    from goldwire.evaluate.extractors.trained.training import train

    learnt = []
    for task in store.all_tasks(annotator=annotator, kind="annotate"):
        document = Session(store, task).document
        learnt += [_whole(document)] if task.state == "done" else _labelled(document)
    if not learnt:
        raise InputError(
            f"{annotator} has labelled nothing: there is nothing to learn from",
            hint="Label something first, or take another source, such as rules.",
        )
    try:
        model = train(learnt)
    except ValueError as problem:
        raise CouldNotRun(f"the baseline cannot be trained: {problem}") from problem
    return lambda document: extract(model, document)


def _whole(document: Document) -> Document:
    """A document that is done, with its layers named as complete."""
    layers = document.annotation.layers or tuple(
        layer for layer in LAYERS if getattr(document, layer)
    )
    return _complete(document, layers)


def _labelled(document: Document) -> list[Document]:
    """Of a document in progress, a document a layer, in which only sentences are scored that
    hold a labelled span of that layer: of the others nobody knows whether anyone has read them.
    """
    found = []
    scored = _scored(document)
    for layer in _SUGGESTED:
        starts = {item.spans[0][0] for item in getattr(document, layer)}
        zones = tuple(
            Zone(
                id=f"z{number}",
                kind=_kind_at(document, each.start),
                spans=((each.start, each.end),),
                text=document.text[each.start : each.end],
            )
            for number, each in enumerate(scored, start=1)
            if any(each.start <= start < each.end for start in starts)
        )
        if zones:
            part = msgspec.structs.replace(document, id=f"{document.id} {layer}", zones=zones)
            found.append(_complete(part, (layer,)))
    return found


def _kind_at(document: Document, offset: int) -> str:
    held = (
        zone.kind for zone in document.zones for low, high in zone.spans if low <= offset < high
    )
    return next(held, "body")


def _complete(document: Document, layers: tuple[str, ...]) -> Document:
    annotation = msgspec.structs.replace(document.annotation, layers=layers)
    return msgspec.structs.replace(document, annotation=annotation)


def by_uncertainty(documents: Iterable[str], scores: Mapping[str, Sequence[float]]) -> list[str]:
    """Documents with those first whose suggestions are least sure; those without come last.

    ``scores`` holds the scores of each document's suggestions: a half is as unsure as can be.
    """

    def doubt(name: str) -> float:
        found = scores.get(name, ())
        return sum(1 - abs(2 * score - 1) for score in found) / len(found) if found else -1.0

    return sorted(documents, key=lambda name: (-doubt(name), name))
