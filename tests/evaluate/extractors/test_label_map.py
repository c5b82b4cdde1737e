"""Label maps: read from TOML, refused where they make no sense, and counted where they miss."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from goldwire.evaluate.columns import SPAN_LAYERS
from goldwire.evaluate.extractors.label_map import BUILT_IN, Found, label_map, prediction_of
from goldwire.schema.document import Document
from goldwire.schema.errors import InputError
from goldwire.schema.labels import read_labels
from goldwire.schema.schemas import load_schema
from tests.making import make

FOUND = [
    Found(0, 3, "PERSON", 0.5),
    Found(4, 6, "DATE"),
    Found(7, 9, "EVENT"),
    Found(7, 9, "EVENT"),
]


def document() -> Document:
    return make("abc de fgh", id="d")


def test_their_labels_become_ours_in_the_layer_that_the_map_says(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text('[mentions]\nPERSON = "PER"\n\n[times]\nDATE = "DATE"\n')
    prediction = prediction_of(document(), FOUND, label_map(str(path)))
    assert prediction == {
        "id": "d",
        "mentions": [{"start": 0, "end": 3, "type": "PER", "score": 0.5}],
        "times": [{"start": 4, "end": 6, "type": "DATE"}],
        "note": "not in the label map, and left out: EVENT (2)",
    }


def test_what_a_map_does_not_have_is_kept_where_it_says_so(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text('unmapped = "keep"\n[quantities]\nDATE = "count"\n')
    prediction = prediction_of(document(), FOUND, label_map(str(path)))
    assert [item["type"] for item in prediction["mentions"]] == ["PERSON", "EVENT", "EVENT"]
    assert prediction["quantities"] == [{"start": 4, "end": 6, "kind": "count"}]
    assert prediction["note"] == "not in the label map, and kept as mentions: EVENT (2), PERSON (1)"


def test_without_a_map_labels_stay_as_they_are() -> None:
    prediction = prediction_of(document(), FOUND, label_map(None))
    assert [item["type"] for item in prediction["mentions"]] == ["PERSON", "DATE", "EVENT", "EVENT"]
    assert "note" not in prediction
    assert prediction_of(document(), [], label_map(None)) == {"id": "d"}


def test_the_maps_that_go_by_a_name_lead_to_labels_of_the_schema() -> None:
    labels = read_labels(load_schema("newswire"))
    inventories = {"mentions": "entityType", "times": "timeType", "quantities": "quantityKind"}
    for name in BUILT_IN:
        for layer, label in label_map(name).places.values():
            assert layer in SPAN_LAYERS
            assert label in (labels.names(inventories[layer]) or ())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('[mention]\nA = "PER"\n', "Did you mean 'mentions'"),
        ('[mentions]\nA = "PER"\n[times]\nA = "DATE"\n', "'A' is mapped twice"),
        ("[mentions]\nA = 3\n", "/mentions/A: a label is a word"),
        ('mentions = "PER"\n', "mentions is no table"),
        ('unmapped = "maybe"\n', "not 'drop' or 'keep'"),
        ("", "maps nothing"),
        ("[mentions\n", "is not TOML"),
    ],
)
def test_what_is_no_label_map_is_refused(tmp_path: Path, written: str, said: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(written)
    with pytest.raises(InputError, match=re.escape(said)):
        label_map(str(path))


def test_a_map_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        label_map(str(tmp_path / "no.toml"))
    with pytest.raises(InputError, match="Did you mean 'ontonotes'"):
        label_map("ontonote")


def test_the_key_of_a_map_depends_on_nothing_but_what_it_maps(tmp_path: Path) -> None:
    one, other = tmp_path / "a.toml", tmp_path / "b.toml"
    one.write_text('[mentions]\nA = "PER"\nB = "ORG"\n')
    other.write_text('unmapped = "drop"\n[mentions]\nB = "ORG"\nA = "PER"\n')
    assert label_map(str(one)).key == label_map(str(other)).key != label_map("conll2003").key
