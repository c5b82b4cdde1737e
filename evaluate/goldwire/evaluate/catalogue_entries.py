"""What the evaluator can say about every layer: one description a criterion and kind of number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from .layers import MAIN, SCORED_LAYERS
from .metrics.attributes import ATTRIBUTES

__all__ = ["CATALOGUE", "FORMS", "Description", "Form", "described"]

Form = Literal["ratios", "conll", "blanc", "accuracy"]

FORMS: dict[Form, str] = {
    "ratios": "P = c1 / c2, R = c3 / c4, F1 = 2PR / (P + R)",
    "conll": "P, R, and F1: each the mean of those of MUC, B³, and CEAFe",
    "blanc": "P, R, and F1: each the mean of those of the coreferent and the other links",
    "accuracy": "c1 / c2",
}
"""The closed forms over sums of columns c1, c2, …, by name."""

_RATIOS = ("credit of predictions", "predictions", "credit of gold", "gold")
_UNDEFINED = (
    "P undefined without predictions, R without gold, F1 without both; F1 is 0 with one of the two"
)
_UNCOMPARED = "undefined where no pair is compared"
_OURS = "this package"


class Description(Struct, frozen=True):
    """One criterion of one layer: what is counted, and which numbers come of it."""

    layer: str
    criterion: str
    selector: str
    """The parameter that names the criterion: ``match``, ``metric``, or ``attribute``."""
    line: str
    """What a prediction must do to be right, or what the number is."""
    values: tuple[str, ...]
    parameters: tuple[str, ...]
    """All parameters that its name may have, in the order in which they are printed."""
    absence: str
    """What is scored where there is nothing to score."""
    citation: str
    columns: tuple[str, ...]
    """The counts of a document that it adds up."""
    form: Form
    by_type: bool
    """Whether it is counted label by label, so that macro averages exist."""
    main: bool = False
    """Whether it is what the layer's headline says."""


def _ratios(
    layer: str, criterion: str, line: str, citation: str, *, selector: str = "match",
    by_type: bool = True, form: Form = "ratios", columns: tuple[str, ...] = _RATIOS,
    options: tuple[str, ...] = (),
) -> Description:  # fmt: skip
    return Description(
        layer,
        criterion,
        selector,
        line,
        ("precision", "recall", "f1"),
        (selector, *options, *(("average", "type") if by_type else ())),
        _UNDEFINED,
        citation,
        columns,
        form,
        by_type,
        criterion == MAIN.get(layer, "strict"),
    )


_SPANS = {
    "strict": ("same boundaries and same type", "Tjong Kim Sang and De Meulder 2003"),
    "exact": ("same boundaries, any type", "Segura-Bedmar et al. 2013"),
    "partial": (
        "same boundaries, or half a point for an overlap; any type",
        "Chinchor and Sundheim 1993",
    ),
    "type": ("overlap and same type", "Segura-Bedmar et al. 2013"),
    "iou": ("same type, and the given share of the characters of either in both",
            "Everingham et al. 2010"),
    "head": ("same type and same head; where no head is predicted, it must be covered",
             "Doddington et al. 2004"),
    "characters": ("character by character, same type", "Potthast et al. 2010"),
}  # fmt: skip

_WHAT = {
    "times": "time expressions that overlap, of the right type",
    "quantities": "quantities that overlap, of the right kind",
    "events": "right triggers",
    "attributions": "contents that overlap",
}
"""The aligned pairs whose attributes are compared."""

_VALUES = {
    ("times", "value"): ("the same normalised value, by EDTF", "UzZaman et al. 2013"),
    ("times", "granularity"): (
        "the same value, or one that holds or lies inside the right one",
        _OURS,
    ),
    ("quantities", "value"): ("the same value and bounds, within the tolerance of the unit", _OURS),
    ("quantities", "range"): ("bounds that meet the right ones, in the same unit", _OURS),
    ("events", "realis"): ("the right realis", "Mitamura, Liu, Hovy 2015"),
    ("events", "polarity"): ("the right polarity", "Doddington et al. 2004"),
    ("events", "certainty"): ("the right certainty", "Saurí and Pustejovsky 2009"),
    ("attributions", "cue"): ("the cue with the right boundaries", "Pareti 2015"),
    ("attributions", "source"): ("a source that is, or corefers with, the right one",
                                 "Pareti 2015"),
    ("attributions", "source_class"): ("the right class of source", _OURS),
    ("attributions", "stance"): ("the right stance of the source", _OURS),
}  # fmt: skip

_CHAINS = {
    "conll": ("mean of MUC, B³, and CEAFe", "Pradhan et al. 2012"),
    "muc": ("links that join the mentions of a chain; singletons have none",
            "Vilain et al. 1995"),
    "b3": ("for each mention, the share of its chain that is right", "Bagga and Baldwin 1998"),
    "ceafm": ("chains aligned one-to-one by the mentions that they share", "Luo 2005"),
    "ceafe": ("chains aligned one-to-one by φ4, their similarity; large or small, each counts once",
              "Luo 2005"),
    "lea": ("chains by size, each by the share of its links that is found",
            "Moosavi and Strube 2016"),
    "blanc": ("coreferent and other links, either class with half of the weight",
              "Recasens and Hovy 2011; Luo et al. 2014"),
}  # fmt: skip

_CHAIN_COLUMNS = {
    "conll": tuple(f"{name}: {part}" for name in ("muc", "b3", "ceafe") for part in _RATIOS),
    "blanc": (
        *(f"{kind} links: {part}" for kind in ("coreferent", "other")
          for part in ("both", "gold", "predicted")),
        *(f"ceafe: {part}" for part in _RATIOS),
    ),
}  # fmt: skip

_ARGUMENTS = {
    "strict": ("same trigger, event type, filler, and role", "Huang et al. 2024"),
    "attached_id": ("same trigger, event type, and filler, any role", "Huang et al. 2024"),
    "unattached": ("same event type, filler, and role, whichever trigger", "Huang et al. 2024"),
    "unattached_id": ("same event type and filler, whichever trigger and role",
                      "Huang et al. 2024"),
    "coreference": ("same trigger, event type, and role; the filler or one coreferent with it",
                    "Li, Ji, Han 2021"),
    "unattached_coreference": (
        "same event type and role; the filler or one coreferent with it; whichever trigger",
        "Li, Ji, Han 2021"),
}  # fmt: skip

_RELATIONS = {
    "strict": ("spans and types of both ends, and the relation", "Taillé et al. 2020"),
    "boundary": ("spans of both ends, and the relation", "Taillé et al. 2020"),
    "head": ("heads of both ends, and the relation", "Taillé et al. 2020"),
    "entity": ("entities of both ends, and the relation; each pair of entities once",
               "Yao et al. 2019"),
}  # fmt: skip

_INCIDENTS = {
    "slots": ("fillers of records aligned one-to-one, fillers aligned in their slot",
              "Chinchor 1992", True),
    "muc4": ("the same fillers, half a point for a partial one", "Chinchor 1992", True),
    "qualifiers": ("what is said of a right filler: class, effect, confidence, count",
                   _OURS, False),
    "ceaf_ree": ("fillers of the whole document by slot, whichever record they stand in",
                 "Du, Rush, Cardie 2021", False),
    "ceaf_rme": ("mentions that the fillers of aligned records have in common: φ3",
                 "Chen et al. 2023", False),
    "templates": ("records that are aligned with one of the other side", "Chinchor 1992", False),
    "detection": ("documents in which there is any incident", "Chinchor 1992", False),
    "evidence": ("cited items that the aligned record rests on, too", "Yao et al. 2019", False),
}  # fmt: skip


def _entries() -> Iterator[Description]:
    for layer in SCORED_LAYERS:
        if layer in ("entities", "hoppers"):
            for name, (line, citation) in _CHAINS.items():
                yield _ratios(
                    layer, name, line, citation, selector="metric", by_type=False,
                    form="conll" if name == "conll" else "blanc" if name == "blanc" else "ratios",
                    columns=_CHAIN_COLUMNS.get(name, _RATIOS),
                    options=("mentions", "singletons", *(("blanc",) if name == "blanc" else ())),
                )  # fmt: skip
        elif layer == "arguments":
            for name, (line, citation) in _ARGUMENTS.items():
                yield _ratios(layer, name, line, citation)
        elif layer == "relations":
            for name, (line, citation) in _RELATIONS.items():
                yield _ratios(layer, name, line, citation)
        elif layer == "incidents":
            for name, (line, citation, by_type) in _INCIDENTS.items():
                yield _ratios(layer, name, line, citation, selector="metric", by_type=by_type)
        else:
            yield from _of_spans(layer)


def _of_spans(layer: str) -> Iterator[Description]:
    for name, (line, citation) in _SPANS.items():
        yield _ratios(layer, name, line, citation, options=("iou",) if name == "iou" else ())
    for name in ATTRIBUTES.get(layer, ()):
        line, citation = _VALUES[layer, name]
        yield _ratios(layer, name, f"end to end: {line}", citation, selector="attribute")
        yield Description(
            layer,
            name,
            "attribute",
            f"of {_WHAT[layer]}, the share with {line}",
            ("accuracy",),
            ("attribute",),
            _UNCOMPARED,
            citation,
            ("right pairs", "pairs compared"),
            "accuracy",
            by_type=False,
        )


CATALOGUE: tuple[Description, ...] = tuple(_entries())
"""Every description, layers in the order of the report, the criteria of each in its order."""


def described(layer: str | None = None) -> tuple[Description, ...]:
    """The descriptions of one layer, or all."""
    return tuple(each for each in CATALOGUE if layer is None or each.layer == layer)
