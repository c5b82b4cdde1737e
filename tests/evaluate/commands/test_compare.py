"""The commands compare and power: what goes where, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.commands.compare import compare
from goldwire.evaluate.commands.options import resampling_options
from goldwire.evaluate.commands.power import power
from goldwire.evaluate.commands.systems import named_systems
from goldwire.evaluate.report.comparison import SystemComparison
from goldwire.evaluate.report.power import PowerReport
from goldwire.schema.errors import InputError

from ..report.samples import make_pair, make_prediction


def write(path: Path, records: list[dict[str, Any]]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in records))
    return str(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("comparison")
    gold, _ = make_pair(12)
    write(folder / "gold.jsonl", gold)
    for name, noise in {"weak": 0.8, "strong": 0.1}.items():
        found = [make_prediction(one, Random(f"{name} {one['id']}"), noise) for one in gold]
        write(folder / f"{name}.jsonl", found)
        write(folder / name / "predictions.jsonl", found)
    return folder


def invoke(command: click.Command, folder: Path, *words: str, stdin: str | None = None) -> Any:
    paths = [str(folder / word) if word.endswith(".jsonl") else word for word in words]
    return CliRunner().invoke(command, [*paths, "--resamples", "300"], input=stdin)


def test_a_table_and_a_verdict(folder: Path) -> None:
    done = invoke(compare, folder, "weak.jsonl", "strong.jsonl", "--gold", "gold.jsonl",
                  "--layer", "mentions")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "strong is better than weak in mentions." in done.stdout
    assert done.stderr == ""


def test_json_is_the_comparison_and_goes_to_a_file_too(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "comparison.json"
    done = invoke(compare, folder, "weak.jsonl", "strong.jsonl", "--gold", "gold.jsonl",
                  "--baseline", "weak", "--json", "--output", str(out))  # fmt: skip
    assert done.exit_code == 0, done.output
    found = msgspec.json.decode(done.stdout, type=SystemComparison)
    assert found.baseline == "weak"
    assert out.read_text("utf-8") == done.stdout
    assert done.stderr == f"wrote {out}\n"


def test_gold_from_standard_input(folder: Path) -> None:
    gold = (folder / "gold.jsonl").read_text("utf-8")
    words = ("weak.jsonl", "strong.jsonl", "--layer", "times", "--json", "--gold")
    there = invoke(compare, folder, *words, "gold.jsonl")
    piped = invoke(compare, folder, *words, "-", stdin=gold)
    assert piped.exit_code == 0
    assert piped.stdout == there.stdout


def test_power_of_one_and_of_two(folder: Path) -> None:
    done = invoke(power, folder, "weak.jsonl", "--gold", "gold.jsonl", "--difference", "2")
    assert done.exit_code == 0, done.output
    assert "for 2 points, documents" in done.stdout
    done = invoke(power, folder, "weak.jsonl", "strong.jsonl", "--gold", "gold.jsonl",
                  "--difference", "2", "--json")  # fmt: skip
    found = msgspec.json.decode(done.stdout, type=PowerReport)
    assert found.difference == 0.02
    assert found.resamples == 300
    assert json.loads(done.stdout)["systems"] == ["strong", "weak"]


def test_what_cannot_be_read_is_an_input_error(folder: Path) -> None:
    for words in (
        ("weak.jsonl", "missing.jsonl", "--gold", "gold.jsonl"),
        ("weak.jsonl", "--gold", "gold.jsonl"),
        ("weak.jsonl", "strong.jsonl", "--gold", "gold.jsonl", "--split", "test"),
        ("weak.jsonl", "strong.jsonl", "--gold", "gold.jsonl", "--layer", "mention"),
    ):
        assert isinstance(invoke(compare, folder, *words).exception, InputError)
    three = ("weak.jsonl", "strong.jsonl", "also=gold.jsonl", "--gold", "gold.jsonl")
    assert isinstance(invoke(power, folder, *three).exception, InputError)
    assert CliRunner().invoke(compare, []).exit_code == 2
    assert CliRunner().invoke(power, ["x", "--difference", "0"]).exit_code == 2


def test_systems_are_named_by_file_by_folder_or_by_hand(folder: Path) -> None:
    one, other = (str(folder / name / "predictions.jsonl") for name in ("weak", "strong"))
    assert named_systems([one, other]) == {"weak": one, "strong": other}
    assert named_systems([one, str(folder / "strong.jsonl")]) == {
        "predictions": one, "strong": str(folder / "strong.jsonl"),
    }  # fmt: skip
    assert named_systems([f"a={one}", "b=-", "-"]) == {"a": one, "b": "-", "stdin": "-"}
    for same in (one, f"{folder}/weak/../weak/predictions.jsonl"):
        with pytest.raises(InputError) as problem:
            named_systems([one, same])
        assert problem.value.problem == (
            f"two systems are the same path, {one}"
            if same == one
            else f"two systems have the name 'weak': {one} and {same}"
        )
        assert problem.value.hint == f"Name each of them: one={one} other={same}."
    for wrong in ("=x", "x="):
        with pytest.raises(InputError, match="is no system"):
            named_systems([wrong])


def test_a_file_with_an_equals_sign_is_a_file(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a=b.jsonl").touch()
    assert named_systems(["a=b.jsonl"]) == {"a=b": "a=b.jsonl"}


def test_resampling_options_have_the_defaults_of_resampling() -> None:
    seen: list[Resampling] = []

    @click.command()
    @resampling_options
    def command(resampling: Resampling) -> None:
        seen.append(resampling)

    assert CliRunner().invoke(command, []).exit_code == 0
    words = "--resamples 19 --confidence 0.9 --interval percentile --seed 3"
    assert CliRunner().invoke(command, words.split()).exit_code == 0
    assert seen == [Resampling(), Resampling(19, 0.9, "percentile", 3)]
    for wrong in ("--confidence 95", "--interval normal", "--resamples -1", "--seed x"):
        assert CliRunner().invoke(command, wrong.split()).exit_code == 2
    for wrong in ("--resamples 38", "--resamples 18 --confidence 0.9", "--confidence 0.9999999"):
        done = CliRunner().invoke(command, wrong.split())
        assert done.exit_code == 2
        assert "'--resamples' / '--confidence'" in done.output
        assert "% interval needs" in " ".join(done.output.split())
