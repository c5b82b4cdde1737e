"""Template scores: slots, CEAF-REE, CEAF-RME, and the categories of MUC-4.

Gold and predicted templates are aligned one-to-one, and so are the fillers of a slot inside
aligned templates; everything is counted off that one alignment. `template_reading` says what a
template is, `template_tables` how templates become columns, `template_similarity` when two
fillers agree, `template_alignment` how they are aligned, and `template_counts` what is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .forms import Floats, f1
from .template_alignment import TemplateAlignment, align_templates
from .template_counts import CATEGORIES, TemplateCounts, count_fillers, count_templates
from .template_merge import merge_templates
from .template_reading import Filler, Template, tabulate, value
from .template_similarity import SIMILARITIES, Similarity
from .template_tables import Slot

__all__ = [
    "CATEGORIES",
    "SIMILARITIES",
    "Filler",
    "Similarity",
    "Slot",
    "Template",
    "TemplateAlignment",
    "TemplateCounts",
    "align_templates",
    "category_ratios",
    "ceaf_ree",
    "ceaf_rme",
    "count_fillers",
    "count_templates",
    "merge_templates",
    "muc4",
    "score_templates",
    "tabulate",
    "value",
]


def score_templates(
    gold: Sequence[Sequence[Template]],
    predicted: Sequence[Sequence[Template]],
    slots: Sequence[Slot],
    similarity: Similarity = "subset",
) -> TemplateCounts:
    """Align and count the templates of each document: gold and predicted lists side by side.

    Raises what `tabulate` and `align_templates` raise.
    """
    tables = tabulate(gold, predicted, slots)
    return count_templates(tables, align_templates(tables, similarity))


def ceaf_ree(
    gold: Sequence[Sequence[Template]],
    predicted: Sequence[Sequence[Template]],
    slots: Sequence[Slot],
    similarity: Similarity = "subset",
) -> Floats:
    """CEAF-REE: the role fillers of a whole document, whichever template they stand in.

    Ratios of shape ``(documents, slots, 4)`` (Du, Rush, Cardie 2021). The templates of a document
    are merged slot by slot, equal entities once, entities are aligned one-to-one.
    ``subset`` is the paper's strict form, ``prop`` its proportional one. Unlike in the peer's
    program, an entity without mentions is never correct. Raises as `score_templates`.
    """
    tables = merge_templates(tabulate(gold, predicted, slots))
    return count_fillers(tables, align_templates(tables, similarity))


def ceaf_rme(
    gold: Sequence[Sequence[Template]],
    predicted: Sequence[Sequence[Template]],
    slots: Sequence[Slot],
    similarity: Similarity = "subset",
    type_slot: str | None = None,
) -> Floats:
    """CEAF-RME: the role fillers of templates that are aligned one-to-one.

    Ratios of shape ``(documents, slots other than the type, 4)`` (Chen et al. 2023): ``subset``
    for φ-subset, ``phi3`` for φ3. Templates whose fillers of ``type_slot`` share no label cannot
    be aligned; a gold template with two labels goes by either, whichever is best for the whole
    alignment. Unlike in the peer's program, φ-subset means subset, and no two predictions get
    credit for one gold entity. Raises as `score_templates`.
    """
    tables = tabulate(gold, predicted, slots)
    fillers = count_fillers(tables, align_templates(tables, similarity, type_slot))
    return fillers[:, [slot.name != type_slot for slot in slots]]


def category_ratios(categories: NDArray[Any], partial: float = 0.5) -> Floats:
    """Categories as ratios: shape ``(…, 5)`` to ``(…, 4)``.

    Possible is correct + partial + incorrect + missing, actual is correct + partial + incorrect +
    spurious. A partial match earns ``partial``: a half in MUC-4 (Chinchor 1992); 1 gives the
    lenient score, which takes a coarser date or an overlapping toll for right; 0 the strict one.
    """
    correct, near, incorrect, missing, spurious = np.moveaxis(categories.astype(np.float64), -1, 0)
    earned = correct + partial * near
    tried = correct + near + incorrect
    return np.stack([earned, tried + spurious, earned, tried + missing], axis=-1)


def muc4(categories: NDArray[Any]) -> Floats:
    """Precision, recall, F1, and overgeneration of MUC-4: shape ``(…, 5)`` to ``(…, 4)``.

    With ACT the actual and POS the possible fillers (see `category_ratios`), P = (COR + PAR / 2) /
    ACT, R = (COR + PAR / 2) / POS, F1 = 2PR / (P + R), overgeneration = SPU / ACT (Chinchor 1992).
    NaN where a denominator is 0.
    """
    ratios = category_ratios(categories)
    over = np.stack([ratios[..., 0], ratios[..., 2], categories[..., 4]], axis=-1)
    under = np.stack([ratios[..., 1], ratios[..., 3], ratios[..., 1]], axis=-1)
    shares = np.full(over.shape, np.nan)
    np.divide(over, under, out=shares, where=under > 0)
    precision, recall, overgeneration = np.moveaxis(shares, -1, 0)
    return np.stack([precision, recall, f1(precision, recall), overgeneration], axis=-1)
