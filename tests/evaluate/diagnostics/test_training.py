"""Training gold: surfaces with their types, and input that is none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from goldwire.evaluate.diagnostics.training import read_training
from goldwire.schema.errors import InvalidDocument, UnreadableInput
from tests.evaluate.diagnostics.cases import small


def write(path: Path, *documents: object) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in documents), "utf-8")
    return path


def test_surfaces_are_counted_by_type_with_case_kept_and_blanks_squeezed(tmp_path: Path) -> None:
    other = small() | {"id": "b"}
    other["mentions"][1]["type"] = "ORG"
    found = read_training([write(tmp_path / "gold.jsonl", small(), other)])
    mentions = found.layers["mentions"]
    assert found.documents == 2
    assert mentions.counts["Ilse Brandt"] == {"PER": 1, "ORG": 1}
    assert mentions.counts["Delta News"] == {"ORG": 2}
    assert "delta news" not in mentions.counts
    row = mentions.rows["Ilse Brandt"]
    assert (mentions.totals[row], mentions.kinds[row]) == (2, 2)
    rows = np.array([row, row, -1])
    types = np.array([mentions.types["PER"], mentions.types["LOC"], mentions.types["PER"]])
    assert mentions.seen_with(rows, types).tolist() == [True, False, False]


def test_layers_that_are_not_annotated_are_left_out(tmp_path: Path) -> None:
    draft = small() | {"annotation": {"layers": ["times"]}}
    found = read_training([write(tmp_path / "gold.jsonl", draft)])
    assert found.layers["mentions"].counts == {}


def test_what_is_no_gold_is_refused_with_its_place(tmp_path: Path) -> None:
    path = write(tmp_path / "gold.jsonl", small(), {"id": "b", "mentions": []})
    with pytest.raises(InvalidDocument, match="no gold document") as caught:
        read_training([path])
    assert (caught.value.source, caught.value.line) == (str(path), 2)


def test_spans_outside_the_text_are_refused(tmp_path: Path) -> None:
    wrong = small()
    wrong["mentions"][0]["spans"] = [[5, 10**30]]
    with pytest.raises(InvalidDocument):
        read_training([write(tmp_path / "gold.jsonl", wrong)])
    wrong["mentions"][0]["spans"] = [[5, 10**6]]
    with pytest.raises(InvalidDocument) as caught:
        read_training([write(tmp_path / "gold.jsonl", wrong)])
    assert caught.value.pointer == "/mentions/0"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput):
        read_training([tmp_path / "nothing.jsonl"])
