"""The dataset card: typed features equal to the records, loaded offline on the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from goldwire.corpus.documents import load_gold, root
from goldwire.corpus.features import features, to_dataset
from goldwire.schema.document import to_plain
from tests.making import article

datasets = pytest.importorskip("datasets")


def test_the_card_says_what_the_records_say() -> None:
    import yaml

    page = Path(str(root() / "README.md")).read_text("utf-8")
    card = yaml.safe_load(page.split("---\n")[1])
    assert card["dataset_info"]["features"] == features()._to_yaml_list()


def without_nothing(value: Any) -> Any:
    """A row as it comes back holds None where a document leaves a field out."""
    if isinstance(value, dict):
        kept = {key: without_nothing(part) for key, part in value.items()}
        return {key: part for key, part in kept.items() if part not in (None, [])}
    if isinstance(value, list):
        return [without_nothing(part) for part in value]
    return value


def test_the_checkout_loads_offline_and_changes_no_value(tmp_path: Path) -> None:
    loaded = datasets.load_dataset(str(root()), cache_dir=str(tmp_path))
    assert set(loaded) == {"test"}
    assert loaded["test"].features == features()
    rows = {row["id"]: row for row in loaded["test"]}
    gold = {document.id: document for document in load_gold("test")}
    assert rows.keys() == gold.keys()
    for name, document in gold.items():
        assert without_nothing(rows[name]) == without_nothing(to_plain(document))


def test_a_document_survives_the_way_there_and_back() -> None:
    row = to_dataset([article()])[0]
    assert without_nothing(row) == without_nothing(to_plain(article()))
