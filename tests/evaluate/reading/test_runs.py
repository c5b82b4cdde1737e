"""A run's folder stands for its predictions, and an empty file of a run is no prediction."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldwire.evaluate import score
from goldwire.evaluate.reading.runs import iter_predictions, predictions_file
from goldwire.schema.errors import UnreadableInput


def run(folder: Path, text: str = '{"id": "one"}\n') -> Path:
    folder.mkdir()
    (folder / "predictions.jsonl").write_text(text)
    (folder / "run.json").write_text('{"run": "some"}')
    (folder / "report.json").write_text("{}")
    return folder


def read(path: str | Path) -> list[bytes]:
    return [raw.data.strip() for raw in iter_predictions(path)]


def test_the_folder_of_a_run_is_its_predictions(tmp_path: Path) -> None:
    folder = run(tmp_path / "rules")
    assert predictions_file(str(folder)) == folder / "predictions.jsonl"
    assert read(folder) == read(folder / "predictions.jsonl") == [b'{"id": "one"}']


def test_other_folders_and_files_are_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    folder = tmp_path / "some"
    folder.mkdir()
    (folder / "predictions.jsonl").write_text('{"id": "two"}\n')
    assert predictions_file(folder) == folder
    assert read(folder) == [b'{"id": "two"}']


@pytest.mark.parametrize("path", ["", "-"])
def test_neither_nothing_nor_standard_input_is_a_folder(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(run(tmp_path / "here"))
    assert predictions_file(path) == path


def test_a_run_that_failed_on_everything_predicts_nothing(tmp_path: Path) -> None:
    folder = run(tmp_path / "failed", text="")
    assert read(folder) == read(folder / "predictions.jsonl") == []
    (folder / "run.json").unlink()
    with pytest.raises(UnreadableInput, match="is empty"):
        score([], folder / "predictions.jsonl")


def test_a_path_that_no_file_can_have_is_refused_by_who_opens_it() -> None:
    with pytest.raises(UnreadableInput):
        read("x" * 5000)
