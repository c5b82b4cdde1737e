"""Predictions with more labels of their own than tables have rows for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from goldwire.evaluate.counting import Counted, Source, count
from goldwire.evaluate.layer_counts import LayerCounts
from goldwire.evaluate.reading import pairing
from goldwire.evaluate.scoring import score
from goldwire.evaluate.tables import FOREIGN, OTHER_LABELS, Labels
from goldwire.schema.errors import InputError

from .test_counting import QUICK, sides

Documents = list[dict[str, Any]]
_LINKED = ["mentions", "arguments", "relations"]
RARE = "zeal"  # the last by name


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few documents, each with more labels than have a row."""
    monkeypatch.setattr(pairing, "_DOCUMENTS", 5)


def open_labels(size: int = 20) -> tuple[Documents, Documents]:
    """Gold with a label in its last document alone, which is predicted once in each block."""
    gold, guesses = sides(size)
    guesses = deepcopy(guesses)  # they share parts with the gold
    for number, guess in enumerate(guesses):
        for at, item in enumerate(guess["mentions"]):
            item["type"] = f"X{at}-{number % 5}"
        relations = guess["relations"]
        for at in range(30):
            relations.append({**relations[0], "id": None, "type": f"r{at}-{number % 5}"})
        for at in range(30):
            filler = guess["events"][0]["arguments"][0]["filler"]
            guess["events"][0]["arguments"].append(
                {"role": f"a{at}-{number % 5}", "filler": filler}
            )
        if number % 5 == 0:
            guess["mentions"][0]["type"] = RARE
            relations.append({**relations[0], "id": None, "type": RARE})
            guess["events"][0]["arguments"].append({"role": RARE, "filler": filler})
    for item in gold[-1]["mentions"]:
        item["type"] = RARE
    gold[-1]["relations"][0]["type"] = RARE
    gold[-1]["events"][0]["arguments"][0]["role"] = RARE
    return gold, guesses


def row_of(counts: LayerCounts, label: str) -> list[float]:
    """Hits and predictions, hits and gold of a label by the main criterion."""
    found: list[float] = counts.main[:, counts.labels.index(label)].sum(axis=0).tolist()
    return found


def counted(gold: Source, guesses: Source, layers: Sequence[str] = _LINKED, **more: Any) -> Counted:
    return count(gold, guesses, layers=layers, **more)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("layer", _LINKED)
def test_the_row_of_a_gold_label_has_all_its_predictions(
    layer: str, order: int, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    gold, guesses = open_labels()
    found = counted(gold[::order], guesses[::order], jobs=jobs)
    monkeypatch.setattr(pairing, "_DOCUMENTS", 1000)
    whole = counted(gold, guesses).layers[layer]
    own = found.layers[layer]
    assert row_of(own, RARE) == row_of(whole, RARE)
    assert row_of(own, RARE)[1] == 4
    assert OTHER_LABELS in own.labels
    assert len([name for name in own.labels if "-" in name]) <= FOREIGN
    assert own.duplicates == whole.duplicates
    for name, totals in own.totals.items():
        assert (totals[::order] == whole.totals[name]).all(), name
    assert not [note for note in found.notes if "in part" in note.kind]


def test_what_can_be_read_only_once_is_said_to_lack_predictions() -> None:
    gold, guesses = open_labels()
    found = counted(gold, iter(guesses), ["mentions"])
    assert row_of(found.layers["mentions"], RARE)[1] < 4
    note = next(note for note in found.notes if note.kind == "label counted in part among others")
    assert note.examples == (f"{RARE} in mentions",)
    whole = counted(gold, guesses, ["mentions"])
    for name, totals in found.layers["mentions"].totals.items():
        assert (totals == whole.layers["mentions"].totals[name]).all()


def test_labels_that_share_a_row_are_told_apart_all_the_same() -> None:
    gold, guesses = sides(1)
    guesses[0]["mentions"] = [
        {"start": 0, "end": 4, "type": f"X{at % 100}"} for at in range(150)
    ] + [{"start": 0, "end": 4, "type": OTHER_LABELS}]
    found = counted(gold, guesses, ["mentions"]).layers["mentions"]
    assert found.duplicates == (0, 50)
    assert found.main[..., 1].sum() == 101
    assert found.totals["characters"][0, 1] == 4 * 101
    assert len(found.labels) == len(set(found.labels))


def test_codes_know_which_labels_gold_has() -> None:
    labels = Labels(["A"])
    foreign = labels.codes([f"X{at}" for at in range(FOREIGN + 2)] + ["X9", "A"], predicted=True)
    rows = labels.rows(foreign)
    assert rows.folded == set(sorted(f"X{at}" for at in range(FOREIGN + 2) if at != 9)[-2:])
    assert "X9" in rows.names  # predicted twice
    assert rows.of(foreign).max() == len(rows) - 1
    assert labels.codes(["X9", *sorted(rows.folded)]).tolist()
    assert labels.rows(foreign).folded == frozenset()
    assert labels.rows(foreign).of(foreign) is foreign


def test_kept_labels_never_share_a_row() -> None:
    names = [f"X{at}" for at in range(3 * FOREIGN)]
    labels = Labels(kept=names[-5:])
    codes = labels.codes(names, predicted=True)
    rows = labels.rows(codes)
    assert len(rows.folded) == 2 * FOREIGN - 5
    assert not rows.folded & set(names[-5:])
    assert (np.bincount(rows.of(codes)) > 0).all()


def macro_union(gold: Documents, guesses: Documents, criterion: str) -> list[float]:
    report = score(gold, guesses, layers=["mentions"], errors=0, resampling=QUICK)
    found = report.layer("mentions").criterion(criterion).macro_union
    assert found is not None
    assert found.precision is not None
    assert found.f1 is not None
    return [found.precision, found.recall or 0.0, found.f1]


@pytest.mark.parametrize("labels", [FOREIGN, FOREIGN + 40])
@pytest.mark.parametrize("criterion", ["strict", "exact"])
def test_the_mean_over_all_labels_does_not_hang_on_the_order(criterion: str, labels: int) -> None:
    gold, guesses = sides(20)
    guesses = deepcopy(guesses)
    for number, guess in enumerate(guesses):
        for at, item in enumerate(guess["mentions"]):
            if at < 20:
                item["type"] = f"X{(20 * (number % 7) + at) % labels}"
    usual = macro_union(gold, guesses, criterion)
    by_halves = [*range(0, 20, 2), *range(1, 20, 2)]
    other = macro_union([gold[n] for n in by_halves], [guesses[n] for n in by_halves], criterion)
    assert other == pytest.approx(usual)
    if criterion == "strict":
        types = {item["type"] for document in gold for item in document["mentions"]}
        f1 = {row.label: row.scores["strict"].f1 for row in score(
            gold, guesses, layers=["mentions"], resampling=QUICK
        ).layer("mentions").labels if row.label in types}  # fmt: skip
        assert usual[2] == pytest.approx(
            sum(each or 0 for each in f1.values()) / (len(types) + labels)
        )


def test_what_is_kept_of_shared_labels_is_small() -> None:
    gold, guesses = sides(10)
    for number, guess in enumerate(guesses):
        guess["mentions"] = [
            {"start": 0, "end": 4, "type": f"{number} {at} " + "long " * 50} for at in range(100)
        ]
    found = counted(gold, guesses, ["mentions"]).layers["mentions"]
    rows, many = found.foreign()
    assert many == 1000
    assert len(found.folded) * 8 == found.folded.nbytes
    assert many - FOREIGN <= len(found.folded) <= many
    assert rows.sum() <= FOREIGN + 1 + 8


def test_a_file_that_changes_between_the_readings_is_told(tmp_path: Path) -> None:
    gold, guesses = open_labels()
    path = tmp_path / "predictions.jsonl"

    def write(documents: Documents) -> None:
        path.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in documents))

    class Changing(list[dict[str, Any]]):
        """Gold whose second reading finds other predictions."""

        readings = 0

        def __iter__(self) -> Iterator[dict[str, Any]]:
            self.readings += 1
            if self.readings == 2:
                write([*guesses[:-1], {"id": guesses[-1]["id"]}])
            return super().__iter__()

    write(guesses)
    with pytest.raises(InputError, match="changed while they were read"):
        counted(Changing(gold), path, ["mentions"])
