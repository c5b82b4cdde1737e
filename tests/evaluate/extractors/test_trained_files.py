"""Model files: skops opens them, and what is no model is refused before anything is made of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.extractors.trained.skops_files import read_parts, write_parts
from goldwire.evaluate.extractors.trained.storage import load_model, save_model
from goldwire.evaluate.extractors.trained.training import train
from goldwire.schema.errors import InputError, UnreadableInput
from tests.evaluate.extractors.trained_samples import sample


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "small.skops"
    save_model(train([sample(1), sample(2)]), path)
    return path


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """A copy of a file with some of its entries changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return target


def with_schema(source: Path, target: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    def apply(name: str, data: bytes) -> bytes:
        if name != "schema.json":
            return data
        schema = json.loads(data)
        change(schema)
        return json.dumps(schema).encode()

    return rewritten(source, target, apply)


def test_the_same_training_gives_the_same_bytes_in_another_process(
    saved: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.skops"
    program = (
        "import sys; from goldwire.evaluate.extractors.trained.storage import save_model;"
        "from goldwire.evaluate.extractors.trained.training import train;"
        "from tests.evaluate.extractors.trained_samples import sample;"
        "save_model(train([sample(1), sample(2)]), sys.argv[1])"
    )
    time.sleep(2.1)  # a zip file counts in steps of two seconds
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", program, str(again)], check=True, cwd=root)
    assert again.read_bytes() == saved.read_bytes()


def test_skops_itself_finds_nothing_to_distrust_in_it_and_reads_the_same(saved: Path) -> None:
    from skops.io import get_untrusted_types, load  # type: ignore[import-untyped]

    assert get_untrusted_types(file=saved) == []
    by_skops, by_us = load(saved), read_parts(saved)
    assert by_skops.keys() == by_us.keys()
    for name, part in by_us.items():
        assert np.array_equal(by_skops[name], part), name


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.text(min_size=1),
        st.text()
        | st.lists(st.integers(-9, 9)).map(lambda row: np.array(row, np.int64))
        | st.lists(st.floats(allow_nan=False, width=32)).map(
            lambda row: np.array(row, np.float32).reshape(-1, 1)
        ),
    )
)
def test_texts_and_arrays_come_back(parts: dict[str, Any]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parts"
        write_parts(parts, path)
        back = read_parts(path)
    assert back.keys() == parts.keys()
    for name, part in parts.items():
        assert type(back[name]) is type(part)
        assert np.array_equal(back[name], part)
        assert isinstance(part, str) or back[name].dtype == part.dtype  # type: ignore[union-attr]


def test_arrays_by_column_and_without_items_come_back(tmp_path: Path) -> None:
    parts = {"f": np.asfortranarray(np.arange(6.0).reshape(2, 3)), "none": np.zeros((0, 5))}
    write_parts(parts, tmp_path / "parts")
    back = read_parts(tmp_path / "parts")
    for name, part in parts.items():
        assert np.array_equal(back[name], part)
        assert np.shape(back[name]) == part.shape


def test_what_is_neither_text_nor_array_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="no texts and arrays"):
        write_parts({"bad": pytest.raises}, tmp_path / "bad")  # type: ignore[dict-item]
    assert not (tmp_path / "bad").exists()


@pytest.mark.parametrize(
    ("module", "name", "loader"),
    [
        ("os", "system", "FunctionNode"),
        ("builtins", "eval", "TypeNode"),
        ("sklearn.linear_model._logistic", "LogisticRegression", "ObjectNode"),
        ("builtins", "list", "ListNode"),
    ],
)
def test_a_file_that_holds_anything_else_is_refused_by_name(
    saved: Path, tmp_path: Path, module: str, name: str, loader: str
) -> None:
    def poison(schema: dict[str, Any]) -> None:
        node = {"__module__": module, "__class__": name, "__loader__": loader, "content": "id"}
        schema["content"]["vocabulary"] = node

    path = with_schema(saved, tmp_path / "hostile.skops", poison)
    with pytest.raises(InputError, match="may be harmful, and was not loaded") as refused:
        load_model(path)
    assert f"{module}.{name}" in str(refused.value)


def test_an_estimator_of_scikit_learn_is_no_model(tmp_path: Path) -> None:
    from sklearn.linear_model import LogisticRegression
    from skops.io import dump

    dump(LogisticRegression(), tmp_path / "other.skops")
    with pytest.raises(InputError, match="LogisticRegression, which no model of goldwire does"):
        load_model(tmp_path / "other.skops")


def test_a_pickle_and_a_text_and_nothing_are_no_models(tmp_path: Path) -> None:
    import pickle

    for name, data in (("p", pickle.dumps(print)), ("t", b"not a model"), ("e", b"")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UnreadableInput, match="is no model of goldwire"):
            load_model(tmp_path / name)
    with pytest.raises(UnreadableInput, match="cannot be read: No such file"):
        load_model(tmp_path / "missing")
    with pytest.raises(UnreadableInput, match="cannot be read"):
        load_model(tmp_path)


def test_compressed_parts_are_refused_before_they_grow(saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "bomb.skops"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", b" " * 10_000_000)
    with pytest.raises(InputError, match="compressed parts"):
        load_model(path)


def test_an_array_that_claims_more_than_is_there_is_refused(saved: Path, tmp_path: Path) -> None:
    import io

    def boast(name: str, data: bytes) -> bytes:
        if not name.endswith(".npy"):
            return data
        stream = io.BytesIO()
        header = {"descr": "<f8", "fortran_order": False, "shape": (10**12,)}
        np.lib.format.write_array_header_1_0(stream, header)
        return stream.getvalue() + b"\0" * 8

    path = rewritten(saved, tmp_path / "boast.skops", boast)
    with pytest.raises(UnreadableInput, match="is no model of goldwire"):
        load_model(path)


def test_a_model_of_another_format_says_so(saved: Path, tmp_path: Path) -> None:
    def older(schema: dict[str, Any]) -> None:
        header = json.loads(json.loads(schema["content"]["header"]["content"]))
        header |= {"format": 99, "goldwire": "7.0"}
        schema["content"]["header"]["content"] = json.dumps(json.dumps(header))

    path = with_schema(saved, tmp_path / "old.skops", older)
    with pytest.raises(InputError, match=r"has format 99, written by goldwire '7\.0'"):
        load_model(path)


@pytest.mark.parametrize("missing", ["header", "outline", "vocabulary", "mentions/label/weights"])
def test_a_model_with_a_part_missing_is_refused(saved: Path, tmp_path: Path, missing: str) -> None:
    path = with_schema(
        saved, tmp_path / "part.skops", lambda schema: schema["content"].pop(missing)
    )
    with pytest.raises(UnreadableInput, match="is no whole model"):
        load_model(path)


@pytest.mark.parametrize(
    "parts",
    [
        ("mentions/levels/0/weights", "events/levels/0/weights"),
        ("mentions/levels/0/keys", "vocabulary"),
        ("mentions/levels/0/transitions", "mentions/label/bias"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(
    saved: Path, tmp_path: Path, parts: tuple[str, str]
) -> None:
    def swap(schema: dict[str, Any]) -> None:
        one, other = parts
        content = schema["content"]
        content[one], content[other] = content[other], content[one]

    with pytest.raises(UnreadableInput, match="is no whole model"):
        load_model(with_schema(saved, tmp_path / "swapped.skops", swap))


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.99])
def test_a_file_that_was_cut_is_refused(saved: Path, tmp_path: Path, cut: float) -> None:
    data = saved.read_bytes()
    path = tmp_path / "cut.skops"
    path.write_bytes(data[: int(len(data) * cut)])
    with pytest.raises(UnreadableInput):
        load_model(path)
