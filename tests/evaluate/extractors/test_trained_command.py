"""``goldwire evaluate train``, and that its model beats ``rules`` on a public corpus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from goldwire.corpus.documents import write_lines
from goldwire.evaluate.commands.train import train
from goldwire.evaluate.extractors.trained.storage import load_model
from goldwire.schema.errors import InputError
from tests.evaluate.extractors.trained_samples import sample
from tests.shared import need


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str, str]:
    """Training documents, held-out ones, and where the model goes."""
    write_lines([sample(number) for number in range(5)], tmp_path / "train.jsonl")
    write_lines([sample(number) for number in (50, 51)], tmp_path / "dev.jsonl")
    return (
        str(tmp_path / "train.jsonl"), str(tmp_path / "dev.jsonl"), str(tmp_path / "model.skops"),
    )  # fmt: skip


def invoke(*args: str) -> Result:
    return CliRunner().invoke(train, args, catch_exceptions=False)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder that nobody may write to")
def test_a_place_that_may_not_be_written_to_is_refused_before_the_work(
    files: tuple[str, str, str],
) -> None:
    with pytest.raises(InputError, match="cannot be written to") as caught:
        invoke("--on", files[0] + ".missing", "--out", "/proc/model.skops")
    assert "--out" in (caught.value.hint or "")


def test_it_writes_a_model_and_says_what_it_learnt(files: tuple[str, str, str]) -> None:
    gold, dev, out = files
    done = invoke("--on", gold, "--out", out, "--dev", dev)
    assert done.exit_code == 0
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if line.strip()}
    assert rows["mentions"][:2] == ["3", "120"]
    assert float(rows["mentions"][4]) > 90
    assert float(rows["arguments"][4]) > 90
    assert "documents 5, sentences 40" in done.stdout
    assert f"wrote {out}" in done.stderr
    assert load_model(out).header.documents == 5


def test_json_has_the_header_and_the_scores(files: tuple[str, str, str]) -> None:
    gold, dev, out = files
    found: dict[str, Any] = json.loads(
        invoke("--on", gold, "--out", out, "--dev", dev, "--json", "--no-word-lists").stdout
    )
    assert found["header"]["labels"]["times"] == {"DATE": 40}
    assert found["header"]["word_lists"] is None
    assert len(found["header"]["training"]) == 64
    assert found["dev"]["mentions"]["gold"] == 48
    assert found["dev"].keys() == found["header"]["labels"].keys()


def test_documents_that_were_trained_on_are_not_scored_on(files: tuple[str, str, str]) -> None:
    gold, _, out = files
    with pytest.raises(InputError, match="'sample-0' is in --on and in --dev"):
        invoke("--on", gold, "--out", out, "--dev", gold)
    assert not Path(out).exists()


def test_a_place_that_cannot_be_written_to_is_refused_first(tmp_path: Path) -> None:
    for out in (tmp_path, tmp_path / "missing" / "model.skops"):
        with pytest.raises(InputError, match="cannot be written there"):
            invoke("--on", "nowhere.jsonl", "--out", str(out))


def test_it_beats_rules_on_documents_that_it_was_not_trained_on() -> None:
    need("corpora", "uner_ewt")
    from tests.bench.trained import by_rules, held_out, mention_score, read_uner

    documents = read_uner()
    assert len(documents) == 316
    assert sum(len(document.mentions) for document in documents) == 1088
    gold = documents[0::5]
    trained = mention_score(gold, held_out(documents, [0])).micro
    rules = mention_score(gold, by_rules(gold, "uner")).micro
    assert (trained.f1 or 0) > 0.6
    assert (trained.f1 or 0) > (rules.f1 or 0) + 0.15


def test_nested_phrases_of_a_public_corpus_are_read_and_learnt() -> None:
    need("corpora", "gum_news")
    from goldwire.evaluate.extractors.trained.training import train as make
    from tests.bench.trained import read_gum

    documents = read_gum()
    assert len(documents) == 16
    assert sum(len(document.mentions) for document in documents) == 3192
    model = make(documents[:2])
    assert len(model.phrases["mentions"].levels) >= 3
