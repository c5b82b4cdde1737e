"""The views of GTT, CEAF-REE, and CEAF-RME: templates of mention strings, after MUC-4."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any, Literal

from goldwire.schema.errors import InputError
from goldwire.schema.positions import surface
from goldwire.schema.reading import Raw

from ..compat.templates import (
    DEVIATIONS,
    ROLES,
    PeerScore,
    ceaf_ree,
    ceaf_rme,
    gtt,
    normalise,
)
from ..counting import Source
from ..metrics.forms import Floats
from ..metrics.templates import Filler, Slot, Template, score_templates
from ..metrics.templates import ceaf_ree as own_ceaf_ree
from ..metrics.templates import ceaf_rme as own_ceaf_rme
from ..scores import scores_of
from .documents import ReadDocument, read_documents
from .model import Numbers, Row, View, chosen, fills_in, numbers_of
from .sources import held, json_values, kinds_of, misfit

__all__ = ["of_ceaf_ree", "of_ceaf_rme", "of_gtt"]

Templates = list[dict[str, Any]]
Documents = dict[str, Templates]

_TYPE = "incident_type"
_SLOTS = tuple(Slot(role) for role in ROLES)
_WITH_TYPE = (Slot(_TYPE), *_SLOTS)
_FORM = (
    'Give {"DOC": [{"incident_type": "attack", "PerpInd": [["a man", "the man"]], …}]}, GTT\'s'
    ' output with pred_templates, or lines with "docid" and "templates".'
)
_GROUPS = ("ORG", "GPE", "NORP")
"""Types of entities that are organisations to MUC-4."""


def of_gtt(gold: Source, predictions: Source) -> View:
    """What ``eval.py`` of GTT says: type, every role, and all together.

    From template files, or from the incidents of documents by the strings of their mentions.
    """
    key, response, notes = _sides(gold, predictions)
    found = gtt(key, response)
    one, other = _own_templates(key, response)
    counts = score_templates(one, other, _WITH_TYPE).fillers
    rows = _rows(found, (_TYPE, *ROLES), counts)
    felt = ["types are compared as substrings"] * _substring(key, response)
    felt += _felt(key, response, rows, split=True)
    return _view("gtt", "GTT eval.py at d829ed8", {}, rows, felt, notes)


def of_ceaf_ree(
    gold: Source, predictions: Source, *, similarity: Literal["strict", "prop"] = "strict"
) -> View:
    """CEAF-REE as ``eval.py`` of GRIT has it: every role, and all together."""
    key, response, notes = _sides(gold, predictions)
    found = ceaf_ree(key, response, similarity)
    one, other = _own_templates(key, response, typed=False)
    counts = own_ceaf_ree(one, other, _SLOTS, "subset" if similarity == "strict" else "prop")
    rows = _rows(found, ROLES, counts)
    felt = list(_felt(key, response, rows, split=False))
    return _view(
        "ceaf-ree", "GRIT eval.py at d8212bc", {"similarity": similarity}, rows, felt, notes
    )


def of_ceaf_rme(
    gold: Source,
    predictions: Source,
    *,
    similarity: Literal["phi_subset", "phi3"] = "phi_subset",
) -> View:
    """CEAF-RME as ``ceaf_rme.py`` of IterX has it."""
    key, response, notes = _sides(gold, predictions)
    found = ceaf_rme(key, response, similarity)
    one, other = _own_templates(key, response)
    counts = own_ceaf_rme(
        one, other, _WITH_TYPE, "subset" if similarity == "phi_subset" else "phi3", _TYPE
    ).sum(axis=(0, 1))
    rows = [Row("ceaf-rme", _numbers(found), numbers_of(scores_of(counts[None, :])[0]))]
    felt = list(_felt(key, response, rows, split=similarity == "phi_subset"))
    if similarity == "phi_subset" and _shares(key, response):
        felt.append("subset is overlap")
    if any("/" in str(each[_TYPE]) for side in key.values() for each in side):
        felt.append("one of two types is fixed beforehand")
    return _view(
        "ceaf-rme", "IterX ceaf_rme.py at 65fd64c", {"similarity": similarity}, rows, felt, notes
    )


def _view(
    name: str, peer: str, options: dict[str, str], rows: Sequence[Row], felt: Iterable[str],
    notes: Sequence[str],
) -> View:  # fmt: skip
    return View(
        name, peer, options, ("p", "r", "f1"), tuple(rows), chosen(DEVIATIONS, felt), tuple(notes)
    )


def _sides(gold: Source, predictions: Source) -> tuple[Documents, Documents, list[str]]:
    gold, predictions = held(gold), held(predictions)
    kind = kinds_of(gold, predictions)
    if kind == "text":
        raise InputError("is not JSON", source=str(gold), hint=_FORM)
    if kind == "json":
        key = _file(str(gold), "gold_templates")
        response = _file(str(predictions), "pred_templates")
        unknown = [name for name in response if name not in key]
        notes = [f"{len(unknown)} predicted documents without gold"] if unknown else []
        if missed := sum(name not in response for name in key):
            notes.append(f"{missed} documents without a prediction: all their templates are missed")
        return key, response, notes
    documents, notes = read_documents(gold, predictions, ["mentions"], "incidents")
    lost = [0]
    key = {each.name: _of_document(each, 0, lost) for each in documents if each.known}
    response = {each.name: _of_document(each, 1, lost) for each in documents}
    notes.append(
        "roles: perpetrators that are ORG, GPE, or NORP are PerpOrg, others PerpInd; targets that"
        " are PER are Victim, others Target; instruments are Weapon; all else is not in MUC-4"
    )
    if lost[0]:
        notes.append(f"{lost[0]} fillers name no entity with mentions: left out")
    return key, response, notes


def _of_document(document: ReadDocument, at: int, lost: list[int]) -> Templates:
    """Templates of incidents; an entity is of the type of its first mention in the text."""
    gold = document.records[0]
    strings: dict[str, list[str]] = {}
    kinds: dict[str, str] = {}
    items = (document.gold, document.predicted)[at]["mentions"]
    for item in sorted(items, key=lambda item: (item.spans, item.label)):
        if item.chain is not None:
            text = surface(gold.text, item.spans) if document.known else item.record.text
            own = strings.setdefault(item.chain, [])
            if text and text not in own:
                own.append(text)
            kinds.setdefault(item.chain, item.label)
    found = []
    for incident in document.records[at].incidents:
        template: dict[str, Any] = {_TYPE: incident.type or ""}
        for role, entity in _fillers(incident, kinds):
            if entity is None or not strings.get(entity):
                lost[0] += 1
            else:
                template.setdefault(role, []).append(strings[entity])
        found.append(template)
    return found


def _fillers(incident: Any, kinds: dict[str, str]) -> Iterable[tuple[str, str | None]]:
    for each in incident.perpetrators:
        kind = kinds.get(each.entity or "", "")
        yield ("PerpOrg" if kind in _GROUPS else "PerpInd"), each.entity
    for each in incident.targets:
        yield ("Victim" if kinds.get(each.entity or "") == "PER" else "Target"), each.entity
    for each in incident.instruments:
        yield "Weapon", each.entity


def _file(path: str, name: str) -> Documents:
    """The templates of a file by document."""
    found: Documents = {}
    for value, raw in json_values(path):
        records = value if isinstance(value, list) else [value]
        for record in records:
            if not isinstance(record, dict):
                raise misfit(raw, f"{record!r:.60} is no object", _FORM)
            if "docid" in record:
                templates = record.get("templates", record.get(name, record.get("extracts")))
                pairs = [(str(record["docid"]), templates)]
            else:
                pairs = [
                    (key, each.get(name, each.get("templates")) if isinstance(each, dict) else each)
                    for key, each in record.items()
                ]
            for key, templates in pairs:
                if key in found:
                    raise misfit(raw, f"the document {key!r} stands here again", _FORM)
                found[key] = _templates(key, templates, raw)
    return found


def _templates(name: str, templates: Any, raw: Raw) -> Templates:
    if isinstance(templates, dict):  # GRIT: one template a document
        templates = [templates]
    if not isinstance(templates, list):
        raise misfit(raw, f"the document {name!r} has no list of templates", _FORM)
    return [_template(name, each, raw) for each in templates]


def _template(name: str, template: Any, raw: Raw) -> dict[str, Any]:
    if not isinstance(template, dict):
        raise misfit(raw, f"the document {name!r} has a template that is no object", _FORM)
    found: dict[str, Any] = {}
    for role, value in template.items():
        if role == _TYPE:
            if value is not None and not isinstance(value, str):
                raise misfit(raw, f"the document {name!r} has {value!r:.60} as {_TYPE}", _FORM)
            found[role] = value
        elif role not in ROLES:
            known = ", ".join(ROLES)
            raise misfit(
                raw, f"the document {name!r} has the role {role!r}", f"Known: {_TYPE}, {known}."
            )
        else:
            found[role] = [_entity(name, role, entity, raw) for entity in _listed(value)]
    found.setdefault(_TYPE, "")
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _entity(name: str, role: str, entity: Any, raw: Raw) -> list[str]:
    """The strings of an entity; a mention may stand with its offset, as in the data of GTT."""
    if not isinstance(entity, list):
        raise misfit(raw, f"the document {name!r} has a {role} that is no list", _FORM)
    strings = [each[0] if isinstance(each, list) and each else each for each in entity]
    if not all(isinstance(each, str) for each in strings):
        raise misfit(raw, f"the document {name!r} has a {role} with no string", _FORM)
    return strings


def _own_templates(
    key: Documents, response: Documents, *, typed: bool = True
) -> tuple[list[list[Template]], list[list[Template]]]:
    names = dict.fromkeys((*key, *response))
    return (
        [[_own(each, "/", typed) for each in key.get(name, ())] for name in names],
        [[_own(each, None, typed) for each in response.get(name, ())] for name in names],
    )


def _own(template: dict[str, Any], between: str | None, typed: bool) -> Template:
    """A template of this package; gold with two types, a slash between, accepts either."""
    slots: dict[str, tuple[Filler, ...]] = {
        role: tuple(
            Filler(frozenset(filter(None, map(normalise, entity))))
            for entity in template.get(role, ())
        )
        for role in ROLES
    }
    if typed:
        kinds = str(template[_TYPE])
        labels = kinds.split(between) if between else [kinds]
        slots[_TYPE] = (Filler(frozenset(kind.strip() for kind in labels)),)
    return Template(slots)


def _rows(found: dict[str, PeerScore], columns: Sequence[str], counts: Floats) -> list[Row]:
    """The peer's lines with ours, counts of shape ``(documents, columns, 4)``."""
    sums = counts.sum(axis=0)
    own = dict(zip(columns, scores_of(sums), strict=True))
    own["micro_avg"] = scores_of(sums.sum(axis=0)[None, :])[0]
    return [Row(name, _numbers(score), numbers_of(own[name])) for name, score in found.items()]


def _numbers(score: PeerScore) -> Numbers:
    counts: Numbers = {name: getattr(score, name) for name in score.__struct_fields__}
    return {"p": score.p, "r": score.r, "f1": score.f1} | counts


def _felt(
    key: Documents, response: Documents, rows: Sequence[Row], *, split: bool
) -> Iterable[str]:
    if split and _split(key, response) and any(map(_credits_differ, rows)):
        yield "a split entity is free"
    if any([] in each.get(role, ()) for side in response.values() for each in side
           for role in ROLES):  # fmt: skip
        yield "an entity without mentions is correct"
    if any(name not in key for name in response):
        yield "unknown documents are left out"
    if fills_in(rows, ("p", "r", "f1")):
        yield "undefined is 0"


def _split(key: Documents, response: Documents) -> bool:
    """Whether several predictions of one template meet one gold entity."""
    for name, templates in key.items():
        for template, guess, role in product(templates, response.get(name, ()), ROLES):
            guesses = [set(map(normalise, entity)) for entity in guess.get(role, ())]
            for entity in template.get(role, ()):
                whole = set(map(normalise, entity))
                if sum(bool(each & whole) for each in guesses) > 1:
                    return True
    return False


def _credits_differ(row: Row) -> bool:
    """Whether the two disagree where both are defined."""
    pairs = ((row.peer["p"], row.own["precision"]), (row.peer["r"], row.own["recall"]))
    return any(one is not None and other is not None and abs(one - other) > 1e-9
               for one, other in pairs)  # fmt: skip


def _shares(key: Documents, response: Documents) -> bool:
    """Whether a prediction meets a gold entity and is no part of it."""
    for name, templates in response.items():
        for template, gold, role in product(templates, key.get(name, ()), ROLES):
            golds = [set(map(normalise, entity)) for entity in gold.get(role, ())]
            for entity in template.get(role, ()):
                guess = set(map(normalise, entity))
                if any(guess & whole and not guess <= whole for whole in golds):
                    return True
    return False


def _substring(key: Documents, response: Documents) -> bool:
    """Whether a predicted type is a part of a gold type, and is none of its labels."""
    for name, templates in key.items():
        kinds = {each[_TYPE] for each in response.get(name, ())}
        for template in templates:
            whole = template[_TYPE]
            labels = {label.strip() for label in str(whole).split("/")} | {whole}
            if any(isinstance(kind, str) and kind in str(whole) and kind not in labels
                   for kind in kinds):  # fmt: skip
                return True
    return False
