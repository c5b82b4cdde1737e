"""Training, files, and extraction, on invented articles."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.extractors.protocol import Options, blind
from goldwire.evaluate.extractors.trained import make as load
from goldwire.evaluate.extractors.trained.extraction import extract
from goldwire.evaluate.extractors.trained.model import Model
from goldwire.evaluate.extractors.trained.reading import LONGEST, read_document
from goldwire.evaluate.extractors.trained.storage import load_model, model_digest, save_model
from goldwire.evaluate.extractors.trained.training import train
from goldwire.evaluate.scoring import score
from goldwire.schema.document import Annotation, Document, Mention, Zone
from goldwire.schema.errors import InputError
from goldwire.schema.validation import validate
from tests.evaluate.extractors.trained_samples import LAYERS, sample
from tests.making import article, at, make


@pytest.fixture(scope="module")
def model() -> Model:
    return train([sample(number) for number in range(12)])


def test_every_layer_is_found_in_articles_like_those_learnt_from(model: Model) -> None:
    gold = [sample(number) for number in range(100, 110)]
    predictions = [extract(model, blind(one)) for one in gold]
    layers = [*LAYERS, "arguments"]
    report = score(gold, predictions, layers=layers, errors=0, resampling=Resampling(resamples=0))
    found = {layer.layer: layer.criterion("strict").micro.f1 or 0 for layer in report.layers}
    assert set(found) == set(layers)
    assert min(found.values()) > 0.95, found


def test_nested_mentions_are_found_on_their_levels(model: Model) -> None:
    text = "Red Dawn shelled a bridge in Karsa on Monday, and 12 men were hurt."
    found = extract(model, make(text))
    assert [(one.text, one.type, one.level) for one in found.mentions] == [
        ("Red Dawn", "ORG", "NAM"),
        ("a bridge in Karsa", "FAC", "NOM"),
        ("Karsa", "GPE", "NAM"),
    ]
    first, second = found.events
    assert (first.text, first.type, first.realis, first.subtype) == (
        "shelled", "ATTACK", "actual", None,
    )  # fmt: skip
    assert (second.text, second.type, second.subtype) == ("hurt", "HARM", "injury")
    assert {(one.role, one.filler) for one in first.arguments} == {
        ("attacker", "m1"), ("target", "m2"), ("time", "t1"),
    }  # fmt: skip
    assert [(one.type, one.head, one.tail) for one in found.relations] == [
        ("located_in", "m2", "m3")
    ]


def test_predictions_are_sound_documents(model: Model) -> None:
    found = extract(model, blind(sample(200)))
    assert found.mentions
    assert validate(found) == []


def test_the_same_documents_in_any_order_give_the_same_model() -> None:
    documents = [sample(number) for number in range(4)]
    one, other = train(documents), train(reversed(documents))
    assert model_digest(one) == model_digest(other)
    assert one.header == other.header


_DIGEST = """
from goldwire.evaluate.extractors.trained.storage import model_digest
from goldwire.evaluate.extractors.trained.training import train
from tests.evaluate.extractors.trained_samples import many_words
print(model_digest(train([many_words()])))
"""


def test_neither_threads_nor_the_seed_of_hashes_play_a_part() -> None:
    root = Path(__file__).parents[3]
    found = []
    for seed, threads in (("1", "1"), ("2", "2")):
        chance = {"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads}
        chance["OPENBLAS_NUM_THREADS"] = threads
        done = subprocess.run(
            [sys.executable, "-c", _DIGEST], cwd=root, env=os.environ | chance,
            capture_output=True, text=True,
        )  # fmt: skip
        found.append(done.stdout)
        assert done.returncode == 0, done.stderr
    assert found[0] == found[1]


def test_a_model_comes_back_from_its_file(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "baseline.skops"
    assert save_model(model, path) == path.stat().st_size
    back = load_model(path)
    assert back.header == model.header
    assert model_digest(back) == model_digest(model)
    documents = [blind(sample(number)) for number in (300, 301)]
    assert [extract(back, one) for one in documents] == [extract(model, one) for one in documents]


def test_extracting_imports_neither_scikit_learn_nor_scipy(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "baseline.skops"
    save_model(model, path)
    code = (
        "import sys\n"
        "from goldwire.evaluate.extractors import find_extractor\n"
        "from goldwire.evaluate.extractors.trained import make\n"
        "from goldwire.evaluate.extractors.protocol import Options\n"
        "from tests.making import make as document\n"
        "found = make(sys.argv[1], Options())(document('Red Dawn shelled a bridge in Karsa.'))\n"
        "assert found.mentions\n"
        "print(sorted({'sklearn', 'scipy', 'skops'} & set(sys.modules)))\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=root, capture_output=True, text=True
    )
    assert done.stdout == "[]\n", done.stderr


def test_the_extractor_has_a_name_and_a_fingerprint_of_what_it_learnt(
    model: Model, tmp_path: Path
) -> None:
    path = tmp_path / "baseline.skops"
    save_model(model, path)
    extractor = load(str(path), Options())
    assert extractor.name == "trained:baseline"
    assert extractor.fingerprint == model_digest(model)
    assert extractor(blind(sample(300))) == extract(model, blind(sample(300)))


def test_other_word_lists_than_were_learnt_with_are_refused(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "old.skops"
    header = msgspec.structs.replace(model.header, word_lists="0" * 64)
    save_model(msgspec.structs.replace(model, header=header), path)
    with pytest.raises(InputError, match=r"word lists of goldwire .* have changed"):
        load(str(path), Options())


def test_settings_are_refused() -> None:
    with pytest.raises(InputError, match="unknown setting of trained"):
        load("model.skops", Options(settings={"beam": "3"}))


@pytest.mark.parametrize(
    "text", ["", " \n\n", "!", "Velmar", "\U0001f680" * 9, "a" * 5000, "\ud800"]
)
def test_any_text_has_a_prediction(model: Model, text: str) -> None:
    found = extract(model, make(text))
    assert found.text == text
    assert all(text[s:e] == one.text for one in found.mentions for s, e in one.spans)


def test_only_annotated_layers_are_learnt() -> None:
    made = train([sample(1, layers=("mentions",)), sample(2, layers=("mentions", "times"))])
    assert set(made.phrases) == {"mentions", "times"}
    assert not made.links
    assert sum(made.header.labels["times"].values()) == len(sample(2).times)
    found = extract(made, sample(3))
    assert found.mentions
    assert not found.events


def test_one_document_with_one_label_is_enough() -> None:
    text = "He met Vael."
    mention = Mention(id="m1", spans=at(text, "Vael"), text="Vael", type="PER")
    annotation = Annotation(status="gold", layers=("mentions",))
    made = train([make(text, mentions=(mention,), annotation=annotation)], word_lists=False)
    assert made.header.labels == {"mentions": {"PER": 1}}
    assert made.header.word_lists is None
    assert {one.type for one in extract(made, make(text)).mentions} <= {"PER"}


def test_without_annotated_layers_there_is_nothing_to_learn() -> None:
    zoned = make("Nobody came.", annotation=Annotation(status="gold", layers=("zones",)))
    for documents in ([], [make("Nobody came.")], [zoned]):
        with pytest.raises(InputError, match="nothing to learn from"):
            train(documents)


def test_two_documents_of_one_id_are_refused() -> None:
    with pytest.raises(InputError, match="two training documents have the id 'sample-1'"):
        train([sample(1), sample(2), sample(1)])


def test_a_label_with_a_line_end_is_refused() -> None:
    mention = Mention(id="m1", spans=((0, 4),), text="Vael", type="P\nER")
    annotation = Annotation(status="gold", layers=("mentions",))
    with pytest.raises(InputError, match="a label of mentions holds a line end"):
        train([make("Vael left.", mentions=(mention,), annotation=annotation)])


def test_items_that_cannot_be_learnt_are_counted() -> None:
    text = "They met in Tolen. Vael left."
    rows = (("m1", "Tolen"), ("m2", "Tolen. Vael"))
    mentions = tuple(
        Mention(id=name, spans=at(text, words), text=words, type="X") for name, words in rows
    )
    annotation = Annotation(status="gold", layers=("mentions",))
    made = train([make(text, mentions=mentions, annotation=annotation), sample(1, layers=())])
    assert made.header.skipped == {
        "documents without annotated layers": 1,
        "mentions outside the scored text or across sentences": 1,
    }


def test_a_zoned_document_is_read_in_its_scored_zones_alone() -> None:
    document = article()
    read = {word.text for word in read_document(document).words}
    assert {"drone", "Velmar", "rockets"} <= read
    unscored = tuple(
        msgspec.structs.replace(zone, scored=zone.kind != "headline") for zone in document.zones
    )
    less = read_document(msgspec.structs.replace(document, zones=unscored))
    assert "hits" in read
    assert "hits" not in {word.text for word in less.words}


def test_nested_zones_are_read_once() -> None:
    text = "Vael left Tolen."
    zones = tuple(
        Zone(id=f"z{n}", spans=at(text, words), text=words, kind="body")
        for n, words in enumerate((text, "left Tolen."))
    )
    assert [word.text for word in read_document(make(text, zones=zones)).words] == [
        "Vael", "left", "Tolen", ".",
    ]  # fmt: skip


def test_endless_sentences_are_cut() -> None:
    bounds = read_document(make("word " * (2 * LONGEST + 3))).bounds
    assert bounds == (0, LONGEST, 2 * LONGEST, 2 * LONGEST + 3)


def test_words_of_a_span_are_those_that_it_touches() -> None:
    text = "The pro-Varonian Osk Front left."
    reading = read_document(make(text))
    whole = {word.text: number for number, word in enumerate(reading.words)}
    assert reading.words_of(at(text, "Osk Front")) == (whole["Osk"], whole["Front"] + 1)
    assert reading.words_of(at(text, "sk Fro")) == (whole["Osk"], whole["Front"] + 1)
    assert reading.words_of(((3, 4),)) is None
    gap = (*at(text, "Osk"), *at(text, "left"))
    assert reading.words_of(gap) == (whole["Osk"], whole["left"] + 1)


def test_documents_are_not_changed(model: Model) -> None:
    document: Document = blind(sample(5))
    before = msgspec.json.encode(document)
    extract(model, document)
    assert msgspec.json.encode(document) == before
