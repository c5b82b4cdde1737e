"""A corpus as a whole: what is planted is found, by code and place, and nothing else is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.corpus import check
from goldwire.corpus.documents import load, load_gold, root
from goldwire.corpus.features import to_dataset
from goldwire.corpus.findings import CHECKS
from goldwire.schema.document import Annotation, Document, to_json, to_line, to_plain
from goldwire.schema.errors import InputError, UnknownName
from goldwire.schema.rules import ELSEWHERE, RULES
from tests.conftest import Runner
from tests.corpus.corpora import found, near_copy, problem, save, sentence, titled
from tests.making import article, changed


def test_the_gold_is_fine() -> None:
    checked = check()
    assert checked.documents == len(list(Path(str(root())).glob("gold/*/*.json")))
    assert [each for each in checked.problems if each.severity == "error"] == []


def test_a_sound_corpus_has_no_problems(tmp_path: Path) -> None:
    texts = [titled(f"d{n}", sentence(n)) for n in range(4)]
    save(tmp_path, [article(), texts[0]], "train")
    gold = save(tmp_path, texts[1:])
    assert found(gold) == []


def test_what_validation_finds_is_in_the_list(tmp_path: Path) -> None:
    wrong = changed(article(), "mentions", 9, text="rocket")
    wrong = changed(wrong, "events", 0, hopper=None)
    gold = save(tmp_path, [wrong])
    # by place in the text: the event stands in the headline, the mention in the last line
    assert found(gold) == [
        ("E7", "velmar", "/events/0/hopper"),
        ("S4", "velmar", "/mentions/9/text"),
    ]


def test_refused_documents_do_not_stop_the_rest(tmp_path: Path) -> None:
    gold = save(tmp_path, [article(), titled("again")])
    (gold / "test" / "list.json").write_text("[1, 2]")
    (gold / "test" / "cut.json").write_text('{"id": "cu')
    assert found(gold) == [
        ("J-read", "", ""),
        ("J-type", "", ""),
        ("D2", "velmar", "/text"),
    ]


def test_an_id_that_is_taken(tmp_path: Path) -> None:
    save(tmp_path, [article()], "train")
    gold = save(tmp_path, [titled("velmar", sentence(1))])
    taken = problem("R4", gold)
    assert taken.source == str(gold / "train" / "velmar.json")
    assert "test/velmar.json" in taken.message


def test_a_file_with_another_name(tmp_path: Path) -> None:
    gold = save(tmp_path, [article()])
    (gold / "test" / "velmar.json").rename(gold / "test" / "tolen.json")
    misnamed = problem("D1", gold)
    assert misnamed.pointer == "/id"
    assert "'velmar'" in misnamed.message
    assert "'tolen.json'" in misnamed.message


def test_json_lines_have_no_names_of_files(tmp_path: Path) -> None:
    lines = tmp_path / "gold.jsonl"
    lines.write_text(to_line(article()) + "\n", "utf-8")
    assert found(lines) == []


def test_gold_that_is_not_adjudicated(tmp_path: Path) -> None:
    annotation = Annotation(status="draft")
    gold = save(tmp_path, [titled("velmar", annotation=annotation)])
    draft = problem("D5", gold)
    assert draft.pointer == "/annotation/status"
    shutil.move(gold, tmp_path / "drafts")
    assert found(tmp_path / "drafts") == []


def test_gold_that_names_no_layers(tmp_path: Path) -> None:
    gold = save(tmp_path, [titled("velmar", annotation=Annotation(status="gold"))])
    assert problem("L2", gold).pointer == "/annotation/layers"


def test_gold_outside_the_splits(tmp_path: Path) -> None:
    gold = save(tmp_path, [article()], "tset")
    assert found(gold) == []  # gold without splits
    save(tmp_path, [titled("d", sentence(1))], "test")
    assert problem("D6", gold).document == "velmar"


def copy_to_parquet(folder: Path, documents: Iterable[Document], split: str = "test") -> Path:
    (folder / "parquet").mkdir(exist_ok=True)
    path = folder / "parquet" / f"{split}.parquet"
    to_dataset(documents).to_parquet(str(path))
    return path


def test_a_copy_in_step(tmp_path: Path) -> None:
    documents = [article(), titled("d", sentence(1))]
    gold = save(tmp_path, documents)
    copy_to_parquet(tmp_path, documents)
    assert found(gold) == []
    assert found(gold / "test" / "d.json") == []


def test_a_copy_that_is_out_of_step(tmp_path: Path) -> None:
    documents = [titled(name, sentence(n)) for n, name in enumerate("abc")]
    gold = save(tmp_path, documents)
    older = msgspec.structs.replace(documents[0], language="de", canary="x")
    stray = titled("z", sentence(9))
    file = copy_to_parquet(tmp_path, [older, stray, documents[1], documents[1]])
    copy_to_parquet(tmp_path, [stray], "dev")
    problems = check([gold]).problems
    assert {each.code for each in problems} == {"D7"}
    told = [(each.document, Path(each.source or "").name, each.message) for each in problems]
    assert [(name, source) for name, source, _ in told] == [
        ("a", "a.json"),
        ("b", "b.json"),
        ("c", "c.json"),
        (None, "dev.parquet"),
        ("z", "test.parquet"),
    ]
    assert "another version of language, canary" in told[0][2]
    assert "twice" in told[1][2]
    assert "does not have it" in told[2][2]
    assert "delete this copy" in told[3][2]
    assert "no 'z' in test" in told[4][2]
    assert all("make parquet" in message for _, source, message in told if source != "dev.parquet")
    file.unlink()
    assert "cannot be read: No such file" in problem_of_file(gold)
    file.write_bytes(b"PAR1 no parquet")
    assert "no Parquet file" in problem_of_file(gold)


def problem_of_file(gold: Path) -> str:
    problems = [each for each in check([gold]).problems if "test.parquet" in (each.source or "")]
    assert len(problems) == 1
    return problems[0].message


def test_the_copy_of_the_real_gold_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "gold" / "test").mkdir(parents=True)
    shutil.copytree(Path(str(root())) / "parquet", tmp_path / "parquet")
    seed = load("ain-al-asad")
    metadata = msgspec.structs.replace(seed.metadata, section="another")
    for document in load_gold("test"):
        same = document.id != seed.id
        changed = document if same else msgspec.structs.replace(document, metadata=metadata)
        save(tmp_path, [changed])
    told = [each for each in check([tmp_path / "gold"]).problems if each.code == "D7"]
    assert [each.document for each in told] == [seed.id]
    assert "another version of metadata" in told[0].message


def test_order_is_that_of_documents_and_places(tmp_path: Path) -> None:
    documents = []
    for name in ("b", "a", "c"):
        wrong = changed(titled(name), "mentions", 9, text="rocket")
        documents.append(changed(wrong, "events", 0, hopper=None))
    gold = save(tmp_path, documents)
    once, again = (check([gold], jobs=1) for _ in range(2))
    assert once == again
    assert [(each.document, each.code) for each in once.problems] == [
        ("a", "E7"), ("a", "S4"),
        ("b", "D2"), ("b", "E7"), ("b", "S4"),
        ("c", "D2"), ("c", "E7"), ("c", "S4"),
    ]  # fmt: skip


def test_a_split_of_the_gold() -> None:
    assert check(split="test").documents == len(list(Path(str(root())).glob("gold/test/*.json")))
    with pytest.raises(UnknownName, match="unknown split 'tset'"):
        check(split="tset")
    with pytest.raises(InputError, match="not both"):
        check([Path("x")], split="test")


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterable[tuple[Any, ...]]:
    if isinstance(value, dict):
        parts: Iterable[tuple[Any, Any]] = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        parts = ()
    yield path
    for key, part in parts:
        yield from leaves(part, (*path, key))


PLAIN = to_plain(article())
PLACES = [path for path in leaves(PLAIN) if path]


@settings(max_examples=150)
@given(
    places=st.lists(st.sampled_from(PLACES), min_size=1, max_size=3),
    values=st.lists(
        st.sampled_from([None, "", " ", "Velmar", -1, 0, 10**6, 10**30, 1.5, [], {}, [[3, 1]]]),
        min_size=3,
        max_size=3,
    ),
)
def test_whatever_is_wrong_with_a_document_is_a_problem_and_no_crash(
    tmp_path_factory: pytest.TempPathFactory, places: list[tuple[Any, ...]], values: list[Any]
) -> None:
    plain = json.loads(json.dumps(PLAIN))
    for path, value in zip(places, values, strict=False):
        holder = plain
        for key in path[:-1]:
            if not isinstance(holder, (dict, list)) or (
                key not in holder if isinstance(holder, dict) else key >= len(holder)
            ):
                break
            holder = holder[key]
        else:
            if isinstance(holder, dict) or (isinstance(holder, list) and path[-1] < len(holder)):
                holder[path[-1]] = value
    lines = tmp_path_factory.mktemp("fuzz") / "two.jsonl"
    lines.write_text(json.dumps(plain) + "\n" + to_line(titled("sound")) + "\n", "utf-8")
    assert check([lines], jobs=1).documents == 2


def test_codes_are_in_no_other_table() -> None:
    codes = [each.code for each in CHECKS]
    assert len(set(codes)) == len(codes)
    assert not set(codes) & {rule.code for rule in RULES} - {code for code, _, _ in ELSEWHERE}


def test_the_readme_lists_the_checks() -> None:
    page = (Path(str(root())) / "README.md").read_text("utf-8")
    for each in CHECKS:
        assert f"| `{each.code}` | {each.severity} | {each.demand} |" in page


# The command


def test_the_gold_passes_without_paths(goldwire: Runner) -> None:
    done = goldwire("corpus", "check")
    assert done.returncode == 0
    assert " 0 errors" in done.stderr or "nothing found" in done.stderr


def test_nothing_is_said_of_a_sound_corpus(goldwire: Runner, tmp_path: Path) -> None:
    save(tmp_path, [article()])
    done = goldwire("corpus", "check", "gold")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "1 document: nothing found\n")
    assert json.loads(goldwire("corpus", "check", "gold", "--json").stdout) == []
    assert goldwire("corpus", "check", "gold", "--quiet").stderr == ""


def test_a_split_without_documents_is_no_error(goldwire: Runner) -> None:
    empty = [split for split in ("train", "dev", "test") if not load_gold(split)]
    for split in empty:
        done = goldwire("corpus", "check", "--split", split)
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr == f"no documents in {split}\n"
        assert json.loads(goldwire("corpus", "check", "--split", split, "--json").stdout) == []


def test_the_command_lists_by_document_and_ends_with_one(goldwire: Runner, tmp_path: Path) -> None:
    save(tmp_path, [article(), titled("again")])
    done = goldwire("corpus", "check", "gold")
    assert done.returncode == 1
    assert done.stdout.startswith(
        "gold/test/velmar.json  (velmar)\n  D2         /text  the text is"
    )
    assert done.stderr == "2 documents: 1 error, 0 warnings\n"
    (only,) = json.loads(goldwire("corpus", "check", "gold", "--json").stdout)
    assert only["code"] == "D2"
    assert only["document"] == "velmar"
    assert only["source"] == "gold/test/velmar.json"
    assert only["pointer"] == "/text"


def test_warnings_end_with_zero_unless_strict(goldwire: Runner, tmp_path: Path) -> None:
    text = sentence(1, 200)
    save(tmp_path, [titled("a", text), titled("b", near_copy(text, 10))])
    done = goldwire("corpus", "check", "gold")
    assert (done.returncode, done.stderr) == (0, "2 documents: 0 errors, 1 warning\n")
    assert "  D4 " in done.stdout
    assert goldwire("corpus", "check", "gold", "--strict").returncode == 1
    assert goldwire("corpus", "check", "gold", "--strict", "--similarity", "0.9").returncode == 0


def test_what_cannot_be_read_ends_with_two(goldwire: Runner, tmp_path: Path) -> None:
    gold = save(tmp_path, [article(), titled("again")])
    done = goldwire("corpus", "check", "gold", "none.json")
    assert done.returncode == 2
    assert "D2" in done.stdout
    assert "none.json\n  J-read     cannot be read: No such file" in done.stdout
    assert "Traceback" not in done.stderr
    (gold / "test" / "cut.json").write_text('{"id": "cu')
    done = goldwire("corpus", "check", "gold")
    assert done.returncode == 2
    assert "cut off" in done.stdout
    for words in (["x", "--split", "test"], ["--split", "tset"], ["--similarity", "2"]):
        done = goldwire("corpus", "check", *words)
        assert done.returncode == 2
        assert not done.stdout
        assert done.stderr.startswith("goldwire: ")


def test_standard_input_is_a_corpus_too(goldwire: Runner) -> None:
    lines = "".join(to_line(titled(name)) + "\n" for name in "ab")
    done = goldwire("corpus", "check", "-", stdin=lines)
    assert done.returncode == 1
    assert "-:2  (b)\n  D2 " in done.stdout
    assert "'a' (-:1)" in done.stdout


def test_hostile_text_reaches_no_terminal(goldwire: Runner, tmp_path: Path) -> None:
    bad = "\x1b]0;owned\x07\u202e"
    text = sentence(1, 100)
    gold = save(tmp_path, [titled("a", bad + text + bad), titled("b", near_copy(text, 5))])
    hostile = titled("c", sentence(2))
    (gold / "test" / "c.json").write_text(to_json(hostile).replace('"id": "c"', '"id": "\\u001b"'))
    (gold / "test" / "\x1b[2J.json").write_text(to_json(titled("d", sentence(3))))
    done = goldwire("corpus", "check", "gold")
    assert {"D1", "D4"} <= set(done.stdout.split())
    shown = done.stdout + done.stderr
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_a_schema_of_ones_own(goldwire: Runner, tmp_path: Path) -> None:
    plain = to_plain(titled("a", sentence(1))) | {"schema": "mine/1.0"}
    (tmp_path / "a.json").write_text(json.dumps(plain))
    assert goldwire("corpus", "check", "a.json").returncode == 1
    assert goldwire("corpus", "check", "a.json", "--schema", "core").returncode == 0


def test_the_hook_takes_no_file_names() -> None:
    import yaml

    path = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
    if not path.exists():
        pytest.skip("hooks belong to the repository, not to its archive")
    (hook,) = [h for h in yaml.safe_load(path.read_text()) if h["id"] == "goldwire-corpus-check"]
    assert hook["pass_filenames"] is False
    assert hook["args"] == ["corpus/gold"]


def test_similarity_as_the_command_says_it() -> None:
    from goldwire.corpus.cli import corpus
    from goldwire.corpus.duplicates import SIMILARITY

    (option,) = [each for each in corpus.commands["check"].params if each.name == "similarity"]
    assert option.default == SIMILARITY


def test_hashes_do_not_depend_on_the_process(goldwire: Runner, tmp_path: Path) -> None:
    text = sentence(1, 200)
    copies = [titled(f"d{n}", near_copy(text, 10, n)) for n in range(6)]
    save(tmp_path, copies)
    outputs = {
        goldwire("corpus", "check", "gold", "--json", env={"PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert outputs.pop().count('"D4"') == 5
