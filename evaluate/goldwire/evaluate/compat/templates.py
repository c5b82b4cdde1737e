"""The numbers of three template scorers, on their own input: mention strings in templates.

- `gtt`: template F1 of Du, Rush, Cardie 2021b (GTT; xinyadu/gtt, ``eval.py``);
- `ceaf_ree`: CEAF-REE of Du, Rush, Cardie 2021a (GRIT; xinyadu/grit_doc_event_entity, ``eval.py``);
- `ceaf_rme`: CEAF-RME of Chen et al. 2023 (IterX; wanmok/iterx, ``ceaf_rme.py`` at 65fd64c).

All take documents by id, each a list of templates as the peers' files have them: a mapping with
``incident_type`` and, for every role, a list of entities, each a list of mention strings. A role
that is absent has no entities, a document that is absent has no templates. Nothing that is given
is changed. An undefined ratio is 0. The functions name the defects that they keep, ``DEVIATIONS``
says what `goldwire.evaluate.metrics.templates` does instead.

Each score has a twin that counts, one row a document, so that the counts of any documents add.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import InputError, UnknownName

from ..metrics.forms import Floats
from ..metrics.template_search import best_map
from .given import check_mappings, reading

__all__ = [
    "DEVIATIONS",
    "ROLES",
    "PeerScore",
    "ceaf_ree",
    "ceaf_ree_ratios",
    "ceaf_rme",
    "ceaf_rme_ratios",
    "gtt",
    "gtt_ratios",
    "normalise",
]

DEVIATIONS: dict[str, str] = {
    "a split entity is free": (
        "Under GTT and CEAF-RME φ-subset several predictions may match one gold entity, so that "
        "precision stays 1 where one entity is predicted in three parts; ours aligns entities one "
        "to one and counts the split."
    ),
    "subset is overlap": (
        "CEAF-RME φ-subset asks for one shared mention; ours asks for all predicted mentions, and "
        "has the other rule under its own name, overlap."
    ),
    "an entity without mentions is correct": (
        "GTT and CEAF-REE strict count it as right wherever the role has gold, CEAF-REE prop "
        "divides by zero (here an InputError); ours counts it as wrong."
    ),
    "types are compared as substrings": (
        "GTT takes the predicted type for right where it is a substring of the gold type, and a "
        "type that is no string for attack; ours compares whole labels."
    ),
    "one of two types is fixed beforehand": (
        "CEAF-RME keeps, of a gold template with two types, the one with the larger sum over all "
        "predictions, which can cost the best alignment, and under φ3 counts its mentions once for "
        "each type; ours aligns under either type, and counts once."
    ),
    "the order of lists decides ties": (
        "GTT keeps the first of equal maps, and CEAF-RME the alignment that the solver happens to "
        "find; no number of ours depends on an order."
    ),
    "merged incidents are free": (
        "CEAF-REE does not look at which template a filler stands in; nor does ours, by definition."
    ),
    "unknown documents are left out": (
        "GTT and CEAF-REE do not look at predictions for documents without gold; ours takes the "
        "documents of both sides in pairs, and leaves none out."
    ),
    "undefined is 0": "A ratio without a denominator is 0; ours leaves it undefined.",
}
"""What the peers do and what the metrics of this package do instead."""

ROLES = ("PerpInd", "PerpOrg", "Target", "Victim", "Weapon")

Templates = Sequence[Mapping[str, Any]]
Documents = Mapping[str, Templates]

_FORM = '{"incident_type": "attack", "Target": [["the bridge", "it"]]}'
"""A template as the peers write it."""
Entity = list[str]
Marked = tuple[str, str, str]
"""A mention of CEAF-RME: type of its template, role, string."""

_TYPE = "incident_type"
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


class PeerScore(Struct, frozen=True):
    """Precision, recall, and F1 with their numerators and denominators; 0 where undefined."""

    p_num: float
    p_den: float
    r_num: float
    r_den: float

    @property
    def p(self) -> float:
        return self.p_num / self.p_den if self.p_den else 0.0

    @property
    def r(self) -> float:
        return self.r_num / self.r_den if self.r_den else 0.0

    @property
    def f1(self) -> float:
        total = self.p + self.r
        return 2 * self.p * self.r / total if total else 0.0


def normalise(text: str) -> str:
    """Lower case, without ASCII punctuation, without a, an, the, blanks squeezed; maybe nothing."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def gtt(gold: Documents, predicted: Documents) -> dict[str, PeerScore]:
    """GTT's template F1, for ``incident_type``, every role, and ``micro_avg``.

    The templates of a document are mapped one-to-one so that the document's own micro F1 is
    largest; of equal maps the first that the peer's enumeration meets. The peer tries all
    (V + 1)^K maps; here a branch and bound finds the same one. Raises ``CouldNotRun`` where that
    takes too long, ``InputError`` for gold without a type, ``UnknownName`` for a role that
    is not among `ROLES`.

    Defects kept: several predictions may match one gold entity, so that a split entity costs no
    precision; a predicted entity without mentions matches any gold entity; the predicted type
    agrees where it is a substring of the gold type ("work" of "forced work stoppage"), and one
    that is no string is taken for "attack"; of equal maps the order of the lists decides;
    predictions for documents without gold are left out.
    """
    return _by_role((_TYPE, *ROLES), gtt_ratios(gold, predicted))


def gtt_ratios(gold: Documents, predicted: Documents) -> Floats:
    """The counts of `gtt`: shape ``(documents of gold, type and roles, 4)``."""
    check_mappings("templates", gold=gold, predicted=predicted)
    rows = []
    for name, key in gold.items():
        with reading(f"a template of {name!r:.60}", _FORM):
            rows.append(_gtt_document(key, predicted.get(name, ())))
    return np.array(rows, np.float64).reshape(len(rows), len(ROLES) + 1, 4)


def _gtt_document(key: Templates, response: Templates) -> Floats:
    golds, guesses = [_roles(each) for each in key], [_roles(each) for each in response]
    kinds = [kind if isinstance(kind := each.get(_TYPE), str) else "attack" for each in response]
    hits = np.zeros((2, len(response), len(key), len(ROLES) + 1), np.int64)
    for i, j in np.ndindex(len(response), len(key)):
        if kinds[i] in _type_of(key[j]):
            hits[:, i, j, 0] = 1
            for column, role in enumerate(ROLES, start=1):
                hits[:, i, j, column] = _matching(golds[j][role], guesses[i][role])
    predicted, gold = (
        np.array([len(side), *(sum(len(each[role]) for each in side) for role in ROLES)])
        for side in (guesses, golds)
    )
    sums = hits.sum(axis=3)
    chosen = best_map(sums[0], sums[1], int(predicted.sum()), int(gold.sum()))
    i, j = np.array(chosen, np.int64).reshape(-1, 2).T
    precise, found = hits[:, i, j].sum(axis=1)
    return np.stack([precise, predicted, found, gold], axis=-1).astype(np.float64)


def ceaf_ree(
    gold: Documents,
    predicted: Documents,
    similarity: Literal["strict", "prop"] = "strict",
) -> dict[str, PeerScore]:
    """GRIT's CEAF-REE over documents, for every role and ``micro_avg``.

    The templates of a document are merged role by role, entities that are identical as given
    once, and entities are aligned one-to-one: ``strict`` counts a predicted entity whose
    mentions are all in the gold entity, ``prop`` the share of them that are.

    Defects kept: under ``strict`` a predicted entity without mentions is correct wherever the
    role has gold; a mention that gold repeats after normalisation counts twice under ``prop``;
    two incidents that are merged into one cost nothing; predictions for documents without gold
    are left out. Under ``prop`` a predicted entity without mentions, in a role that has gold,
    makes the peer divide by zero; here it raises ``InputError``.
    """
    return _by_role(ROLES, ceaf_ree_ratios(gold, predicted, similarity))


def ceaf_ree_ratios(
    gold: Documents,
    predicted: Documents,
    similarity: Literal["strict", "prop"] = "strict",
) -> Floats:
    """The counts of `ceaf_ree`: shape ``(documents of gold, roles, 4)``."""
    if similarity not in ("strict", "prop"):
        raise UnknownName("similarity", similarity, ("strict", "prop"))
    check_mappings("templates", gold=gold, predicted=predicted)
    counts = np.zeros((len(gold), len(ROLES), 4))
    for row, (name, templates) in enumerate(gold.items()):
        with reading(f"a template of {name!r:.60}", _FORM):
            key, response = _merged(templates), _merged(predicted.get(name, ()))
        for column, role in enumerate(ROLES):
            if similarity == "prop" and key[role] and [] in response[role]:
                raise InputError(
                    f"{name}: a predicted {role} has no mentions, so it has no share of right ones",
                    hint="Leave it out, or use goldwire.evaluate.metrics.templates.ceaf_ree.",
                )
            phi = _strict if similarity == "strict" else _share
            total = _assigned(_matrix(key[role], response[role], phi))[0]
            counts[row, column] = total, len(response[role]), total, len(key[role])
    return counts


def ceaf_rme(
    gold: Documents,
    predicted: Documents,
    similarity: Literal["phi_subset", "phi3"] = "phi_subset",
) -> PeerScore:
    """IterX's CEAF-RME over documents.

    Templates are aligned one-to-one by the number of predicted entities that are found
    (``phi_subset``), or by aligned mentions (``phi3``). A mention is found only under the same
    role in a template of the same type.

    Defects kept: φ-subset asks for one shared mention, not for a subset; several predictions
    may match one gold entity; in gold with two types ("attack / bombing") one is fixed before
    the alignment, the one with the larger sum over all predictions, and under ``phi3`` its
    mentions count once for each type, where a template is predicted; a predicted entity without
    mentions is free under ``phi3``; where alignments tie, the order of the lists can decide
    recall. Raises ``InputError`` for a template whose type is no string, ``UnknownName`` as `gtt`.
    """
    return PeerScore(*ceaf_rme_ratios(gold, predicted, similarity).sum(axis=0).tolist())


def ceaf_rme_ratios(
    gold: Documents,
    predicted: Documents,
    similarity: Literal["phi_subset", "phi3"] = "phi_subset",
) -> Floats:
    """The counts of `ceaf_rme`: shape ``(documents, 4)``, those of gold, then those predicted."""
    if similarity not in ("phi_subset", "phi3"):
        raise UnknownName("similarity", similarity, ("phi_subset", "phi3"))
    check_mappings("templates", gold=gold, predicted=predicted)
    names = dict.fromkeys((*gold, *predicted))
    counts = np.zeros((len(names), 4))
    for row, name in enumerate(names):
        with reading(f"a template of {name!r:.60}", _FORM):
            key = [_marked(template) for template in gold.get(name, ())]
            response = [_marked(template) for template in predicted.get(name, ())]
        counts[row] = _rme_document(key, response, similarity)
    return counts


def _rme_document(
    key: list[list[list[Marked]]], response: list[list[list[Marked]]], similarity: str
) -> NDArray[np.float64]:
    split, owners = _by_label(key) if response else (key, [])  # one without entities is enough
    response = [template for template in response if template]
    phi = _phi_subset if similarity == "phi_subset" else _phi3
    scores = np.zeros((2, len(split), len(response)))
    for i, j in np.ndindex(len(split), len(response)):
        scores[:, i, j] = phi(split[i], response[j])
    for rows in owners:
        kept = rows[int(scores[0][rows].sum(axis=1).argmax())]
        scores[:, [row for row in rows if row != kept]] = 0
    _, places = _assigned(scores[0])
    found, recalled = (float(each[places].sum()) for each in scores)
    if similarity == "phi_subset":
        sizes = [sum(map(len, side)) for side in (response, key)]
    else:
        sizes = [sum(len(e) for each in side for e in each) for side in (response, split)]
    return np.array([found, sizes[0], recalled, sizes[1]])


def _by_label(
    key: list[list[list[Marked]]],
) -> tuple[list[list[list[Marked]]], list[list[int]]]:
    """Gold with one template for each label of a type, and the rows that stem from one template."""
    split: list[list[list[Marked]]] = []
    owners = []
    for template in key:
        types = [mention[0] for entity in template for mention in entity]
        several = next((each for each in types if "/" in each), None)
        if several is None:
            split.append(template)
            continue
        labels = [label.strip() for label in several.split("/")]
        owners.append(list(range(len(split), len(split) + len(labels))))
        split += [
            [[(label, role, text) for _, role, text in entity] for entity in template]
            for label in labels
        ]
    return split, owners


def _phi_subset(key: list[list[Marked]], response: list[list[Marked]]) -> tuple[int, int]:
    """Predicted entities with a mention in gold, and the gold entities that they meet first."""
    met = set()
    count = 0
    for entity in response:
        first = next(
            (place for mention in entity for place, other in enumerate(key) if mention in other),
            None,
        )
        if first is not None:
            count += 1
            met.add(first)
    return count, len(met)


def _phi3(key: list[list[Marked]], response: list[list[Marked]]) -> tuple[float, float]:
    """Predicted mentions in their entity's gold partner, seen from both sides."""
    total = _assigned(_matrix(key, response, _inside))[0]
    return total, total


def _matching(key: list[Entity], response: list[Entity]) -> tuple[int, int]:
    """Predicted entities that are inside some gold entity, and gold entities that hold one."""
    inside = _matrix(key, response, _strict) > 0
    return int(inside.any(axis=0).sum()), int(inside.any(axis=1).sum())


def _strict(key: Sequence[object], response: Sequence[object]) -> float:
    return float(all(mention in key for mention in response))


def _share(key: Sequence[object], response: Sequence[object]) -> float:
    return sum(mention in response for mention in key) / len(response)


def _inside(key: Sequence[object], response: Sequence[object]) -> float:
    return float(sum(mention in key for mention in response))


def _matrix(
    key: Sequence[Sequence[object]],
    response: Sequence[Sequence[object]],
    phi: Callable[[Sequence[object], Sequence[object]], float],
) -> NDArray[np.float64]:
    rows = [[phi(one, other) for other in response] for one in key]
    return np.array(rows, np.float64).reshape(len(key), len(response))


def _assigned(scores: NDArray[np.float64]) -> tuple[float, tuple[NDArray[Any], NDArray[Any]]]:
    """The best total of a one-to-one assignment, and where it stands."""
    from scipy.optimize import linear_sum_assignment

    places = linear_sum_assignment(-scores)
    return float(scores[places].sum()), places


def _roles(template: Mapping[str, Any]) -> dict[str, list[Entity]]:
    """The entities of every role, normalised."""
    for role in template:
        if role not in ROLES and role != _TYPE:
            raise UnknownName("role", role, ROLES)
        if role in ROLES and any(
            isinstance(each, str) for each in (template[role], *template[role])
        ):
            raise InputError(
                f"a {role} is a string where a list of its mentions is wanted:"
                f" {template[role]!r:.60}",
                hint='A role holds entities, an entity its mentions: [["a man", "the man"]].',
            )
    return {
        role: [[normalise(mention) for mention in entity] for entity in template.get(role, ())]
        for role in ROLES
    }


def _type_of(template: Mapping[str, Any]) -> str:
    kind = template.get(_TYPE)
    if not isinstance(kind, str):
        raise InputError(
            f"a template has {kind!r} as its {_TYPE}",
            hint="Give each template its type as a string, two of them with a slash between.",
        )
    return kind


def _merged(templates: Templates) -> dict[str, list[Entity]]:
    """The entities of a document, role by role, identical ones once; then normalised."""
    merged: dict[str, list[Any]] = {role: [] for role in ROLES}
    for template in templates:
        _roles(template)
        for role in ROLES:
            for entity in template.get(role, ()):
                if entity not in merged[role]:
                    merged[role].append(entity)
    return _roles(merged)


def _marked(template: Mapping[str, Any]) -> list[list[Marked]]:
    """All entities of a template, each mention with the template's type and its role."""
    kind = _type_of(template)
    return [
        [(kind, role, mention) for mention in entity]
        for role, entities in _roles(template).items()
        for entity in entities
    ]


def _by_role(columns: Sequence[str], counts: Floats) -> dict[str, PeerScore]:
    """The score of each column, and of all together, over all documents."""
    sums = counts.sum(axis=0)
    scores = {name: PeerScore(*row) for name, row in zip(columns, sums.tolist(), strict=True)}
    return scores | {"micro_avg": PeerScore(*sums.sum(axis=0).tolist())}
