"""The commands of ``goldwire annotate``, from end to end, by the installed program."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from goldwire.__main__ import root
from goldwire.annotate.adding import read_documents
from goldwire.annotate.project import make_project
from goldwire.annotate.script import document_script
from goldwire.corpus.documents import load_gold, read_one, save
from goldwire.schema.document import LAYERS, Document
from goldwire.schema.errors import GoldwireError
from goldwire.schema.validation import validate
from tests.annotate.scripts import numbered
from tests.conftest import Runner
from tests.making import TEXT, article

Done = subprocess.CompletedProcess[str]


class Desk:
    """A project with the invented article, and an annotator who works in it."""

    def __init__(self, goldwire: Runner, folder: Path) -> None:
        self.goldwire = goldwire
        self.folder = folder

    def run(self, *args: str | Path, by: str = "anna", **more: Any) -> Done:
        env = {"GOLDWIRE_ANNOTATOR": by}
        return self.goldwire("annotate", *args, cwd=self.folder, env=env, **more)

    def ok(self, *args: str | Path, **more: Any) -> str:
        done = self.run(*args, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def wrong(self, *args: str | Path, code: int = 2, **more: Any) -> str:
        done = self.run(*args, **more)
        assert done.returncode == code, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stderr

    def json(self, *args: str | Path, **more: Any) -> Any:
        return json.loads(self.ok(*args, "--json", **more))


@pytest.fixture
def desk(goldwire: Runner, tmp_path: Path) -> Desk:
    (tmp_path / "velmar.txt").write_text(TEXT, "utf-8")
    done = goldwire("annotate", "init", "p", "--docs", "velmar.txt")
    assert (done.returncode, done.stdout) == (0, "velmar\n"), done.stderr
    return Desk(goldwire, tmp_path / "p")


def script_of(document: Document) -> str:
    return document_script(document, [layer for layer in LAYERS if layer != "zones"])


def test_every_layer_has_its_verbs(desk: Desk) -> None:
    at = TEXT.index("Velmar on")
    place = f"{at}:{at + len('Velmar')}"
    add = [
        ("span", "add", "velmar", "WEA", "--quote", "drone", "level=NOM", "entity=new"),
        ("span", "add", "velmar", "FAC", "--quote", "depot", "--occurrence", "2", "level=NOM"),
        ("span", "add", "velmar", "GPE", "--span", place, "entity=new", 'head="Velmar"'),
        ("time", "add", "velmar", "DATE", "--quote", "Friday", "value=2022-05-06", "anchor=dct"),
        ("quantity", "add", "velmar", "count", "--quote", "Three", "value=3"),
        ("entity", "add", "velmar", "FAC", "name=the depot", "subtype=energy"),
        ("event", "add", "velmar", "ATTACK", "--quote", "struck", "target=m2", "time=t1"),
        ("event", "add", "velmar", "HARM", "--quote", "hurt", "polarity=negative"),
        ("event", "add", "velmar", "ATTACK", "--quote", "hits", "hopper=v1"),
        ("link", "add", "velmar", "results_in", "v1", "v2"),
        ("attribution", "add", "velmar", "direct", "--quote", "Nobody was hurt,", 'cue="told"'),
        ("relation", "add", "velmar", "near", "m2", "m3"),
        ("incident", "add", "velmar", "attack", "hoppers=v1,v2", 'location={"place": "m3"}'),
        ("zone", "add", "velmar", "body", "--quote", "Drone"),
        ("span", "add", "velmar", "indirect", "--layer", "attributions", "--quote", "A drone",
         "--quote", "said"),
    ]  # fmt: skip
    ids = [desk.ok(*words).strip() for words in add]
    assert ids[:-2] == [
        "m1", "m2", "m3", "t1", "q1", "e3", "v1", "v2", "v3", "l1", "a1", "r1", "i1",
    ]  # fmt: skip
    desk.ok("span", "set", "velmar", "m2", "entity=e3", "note=two words")
    desk.ok("span", "move", "velmar", "m2", "--quote", "fuel depot")
    desk.ok("event", "argument", "add", "velmar", "v1", "place=m3")
    desk.ok("event", "argument", "remove", "velmar", "v1", "time=t1")
    desk.ok("event", "split", "velmar", "v3")
    desk.ok("event", "merge", "velmar", "v3", "v1")
    desk.ok("entity", "merge", "velmar", "e1", "e3")
    desk.ok("entity", "split", "velmar", "m2")
    desk.ok("time", "remove", "velmar", "t1")
    (mention,) = [m for m in desk.json("span", "list", "velmar") if m["id"] == "m2"]
    assert (mention["text"], mention["note"]) == ("fuel depot", "two words")
    event = desk.json("event", "list", "velmar", "--type", "ATTACK")[1]
    assert [a["role"] for a in event["arguments"]] == ["target", "place"]
    assert desk.json("time", "list", "velmar") == []
    assert desk.json("incident", "list", "velmar")[0]["location"]["place"] == "e2"
    assert "“" not in desk.ok("attribution", "list", "velmar")
    assert desk.ok("relation", "list", "velmar") == "r1  near  head=m2 tail=m3\n"
    assert desk.json("span", "list", "velmar", by="ben") == []


def test_a_script_makes_the_whole_article(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.edits").write_text(script_of(article()), "utf-8")
    found = desk.json("apply", "velmar", tmp_path / "a.edits")
    assert found["names"]["m10"] == "m10"
    assert "note: 0" not in desk.run("done", "velmar").stderr
    assert desk.ok("script", "velmar").startswith("# Drone hits depot near Velmar\n")
    assert desk.ok("export", tmp_path / "gold") == "velmar\tanna\tsingle\t28\t0\n"
    (exported,) = (tmp_path / "gold").iterdir()
    document = read_one(exported)
    assert document.annotation.annotators == ("anna",)
    expected = numbered(article())
    for layer in LAYERS:
        if layer != "zones":
            assert numbered(document)[layer] == expected[layer]
    before = exported.read_bytes()
    desk.ok("export", tmp_path / "gold")
    assert exported.read_bytes() == before


@pytest.mark.parametrize("document", load_gold()[:1], ids=lambda each: each.id)
def test_the_gold_goes_in_and_out(goldwire: Runner, tmp_path: Path, document: Document) -> None:
    save(document, tmp_path / "gold.json")
    goldwire("annotate", "init", "p", "--docs", "gold.json")
    desk = Desk(goldwire, tmp_path / "p")
    desk.ok("apply", document.id, "-", stdin=script_of(document))
    desk.ok("done", document.id)
    desk.ok("export", tmp_path / "out")
    found = read_one(tmp_path / "out" / f"{document.id}.json")
    assert {k: v for k, v in numbered(found).items() if k != "annotation"} == {
        k: v for k, v in numbered(document).items() if k != "annotation"
    }
    assert found.annotation.layers == document.annotation.layers
    assert not [each for each in validate(found) if each.severity == "error"]


def test_undo_redo_and_the_log(desk: Desk) -> None:
    desk.ok("apply", "velmar", "-", stdin='mention PER "spokesman" as x\nset x level=NOM')
    desk.ok("span", "add", "velmar", "ORG", "--quote", "police", by="ben")
    assert desk.ok("undo", "velmar").startswith("took back: added PER m1 “spokesman”")
    assert desk.json("span", "list", "velmar") == []
    assert "nothing to undo" in desk.wrong("undo", "velmar", code=1)
    assert desk.ok("redo", "velmar").startswith("made again: ")
    assert "nothing to redo" in desk.wrong("redo", "velmar", code=1)
    entries = desk.json("log", "velmar")
    assert [(e["annotator"], e["did"]) for e in entries] == [
        ("anna", "edit"), ("ben", "edit"), ("anna", "undo"), ("anna", "redo"),
    ]  # fmt: skip
    assert entries[0]["edit"]["do"] == "together"
    assert entries[0]["note"] == "stdin"
    assert len(desk.ok("log", "velmar", "--annotator", "ben").splitlines()) == 1
    assert "unknown annotator" in desk.wrong("log", "velmar", "--annotator", "zoe")


def test_two_annotators_agree_and_export(desk: Desk, tmp_path: Path) -> None:
    out = desk.ok("assign", "--annotators", "anna,ben", "--each", "2")
    assert [line.split("\t")[:2] for line in out.splitlines()] == [
        ["velmar", "anna"], ["velmar", "ben"],
    ]  # fmt: skip
    assert desk.ok("assign", "--annotators", "anna,ben", "--each", "2") == ""
    desk.ok("apply", "velmar", "-", stdin=script_of(article()))
    desk.ok("apply", "velmar", "-", stdin=script_of(article()) + "remove m1\n", by="ben")
    assert "two annotators" in desk.wrong("agree")
    desk.ok("done", "velmar")
    desk.ok("done", "velmar", "--layer", "mentions", "--layer", "entities", by="ben")
    report = desk.json("agree", "--resamples", "39")
    assert [layer["layer"] for layer in report["layers"]] == ["mentions", "entities"]
    assert "mentions" in desk.ok("agree", "anna", "ben", "--resamples", "39")
    assert "several annotators" in desk.wrong("export", tmp_path / "gold")
    desk.ok("export", tmp_path / "ben", "--annotator", "ben")
    assert read_one(tmp_path / "ben" / "velmar.json").annotation.layers == ("mentions", "entities")
    desk.ok("reopen", "velmar", by="ben")
    done = desk.run("export", tmp_path / "anna", "velmar")
    assert (done.returncode, done.stdout.split("\t")[1]) == (0, "anna")
    rows = desk.json("status")
    assert [(row["annotator"], row["state"], row["edits"]) for row in rows] == [
        ("anna", "done", 1), ("ben", "open", 2),
    ]  # fmt: skip
    assert "1 of 2 done" in desk.run("status").stderr
    assert "unknown annotator" in desk.wrong("agree", "anna", "zoe")


def test_errors_keep_a_document_from_being_exported(desk: Desk, tmp_path: Path) -> None:
    desk.ok("event", "add", "velmar", "ATTACK", "--quote", "struck")
    assert desk.run("export", tmp_path / "gold").stderr.startswith("left out: velmar (not done)")
    assert "errors are left" in desk.run("done", "velmar", "--layer", "events").stderr
    said = desk.wrong("export", tmp_path / "gold", code=1)
    assert "null is no realis" in said
    assert "⟦struck⟧" in said
    assert not (tmp_path / "gold").exists()
    assert desk.json("export", tmp_path / "gold", "--draft")[0]["status"] == "draft"
    assert read_one(tmp_path / "gold" / "velmar.json").annotation.status == "draft"


def test_wrong_scripts_change_nothing(desk: Desk) -> None:
    script = 'mention PER "spokesman" as x\r\nmention GPE "Velmar" as y\r\n'
    said = desk.wrong("apply", "velmar", "-", stdin=script)
    assert said.startswith('goldwire: -:2:13: "Velmar" stands in the text 2 times\n')
    assert "#2  " in said
    assert desk.json("status")[0]["annotator"] is None
    assert "not UTF-8" in desk.wrong("apply", "velmar", "-", stdin=b"\xff")
    assert "cannot be read" in desk.wrong("apply", "velmar", "nowhere.edits")
    done = desk.run("apply", "velmar", "-", stdin="# nothing 🚀\n\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "the script says nothing to do\n")
    done = desk.run("apply", "velmar", "-", "--check", stdin='mention PER "spokesman"')
    assert (done.returncode, done.stderr) == (0, "it fits: 1 change\n")
    assert desk.json("span", "list", "velmar") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("span", "list", "velma"), "unknown document 'velma'. Did you mean 'velmar'?"),
        (("log", "velma"), "unknown document"),
        (("status", "velma"), "unknown document"),
        (("done", "velma"), "unknown document"),
        (("apply", "velma", "-"), "unknown document"),
        (("assign", "velma", "--annotators", "a"), "unknown document"),
        (("export", "x", "velma"), "unknown document"),
        (("undo", "velmar"), "anna has not begun velmar"),
        (("spam",), "unknown command 'spam'. Did you mean 'span'?"),
        (("span", "add", "velmar", "PER", "--quote", "depot"), "--occurrence N"),
        (("span", "add", "velmar", "PER"), "where does this mention stand"),
        (("span", "add", "velmar", "PER", "--quote", "a", "--quote", "b", "--occurrence", "1"),
         "1 occurrences for 2 quotes"),
        (("span", "add", "velmar", "PER", "--span", "1-2"), "is no span"),
        (("span", "add", "velmar", "PERS", "--quote", "police"), "Did you mean 'PER'?"),
        (("span", "add", "velmar", "PER", "--quote", "police", "NAM"), "is no field"),
        (("span", "add", "velmar", "PER", "--quote", "police", 'head="a'), "does not end"),
        (("span", "add", "velmar", "PER", "--quote", "police", 'head="a" b'), "left over"),
        (("span", "remove", "velmar", "z1"), "there is no 'z1' in mentions"),
        (("time", "set", "velmar", "t1", "value=x"), "there is no 't1' in times"),
        (("done", "velmar", "--layer", "mention"), "unknown layer"),
        (("script", "velmar", "--layer", "mention"), "unknown layer"),
        (("assign", "--annotators", "a,a"), "named twice"),
        (("assign", "--annotators", "a", "--each", "2"), "cannot be had"),
        (("add", "../velmar.txt"), "there is a document 'velmar' already"),
        (("add", "nowhere.txt"), "cannot be read"),
        (("status", "--project", "nowhere"), "there is no folder of that name"),
        (("agree",), "agreement takes two annotators"),
        (("span", "list", "velmar", "--as", ""), "cannot be the name"),
    ],
)  # fmt: skip
def test_mistakes_end_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "velmar.txt").write_text(TEXT, "utf-8")
    project = make_project(tmp_path / "p")
    store = project.open()
    store.add_document(next(read_documents([tmp_path / "velmar.txt"])))
    store.close()
    monkeypatch.chdir(project.folder)
    monkeypatch.setenv("GOLDWIRE_ANNOTATOR", "anna")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(GoldwireError) as caught:
        root.main(["annotate", *words], standalone_mode=False)
    assert caught.value.exit_code == 2
    assert said in str(caught.value)


def test_no_project(goldwire: Runner, tmp_path: Path) -> None:
    done = goldwire("annotate", "status")
    assert done.returncode == 2
    assert "goldwire annotate init PROJECT" in done.stderr
    (tmp_path / "goldwire.toml").write_text("name = ")
    done = goldwire("annotate", "status")
    assert (done.returncode, "is not TOML" in done.stderr) == (2, True)


def test_a_folder_that_may_not_be_written_to(desk: Desk, tmp_path: Path) -> None:
    desk.ok("done", "velmar")
    (tmp_path / "file").write_text("x")
    assert "cannot be written" in desk.wrong("export", tmp_path / "file" / "gold")
    if os.geteuid() == 0:
        return  # who may do everything is refused nothing
    desk.folder.chmod(0o500)
    assert "database" in desk.wrong("span", "add", "velmar", "PER", "--quote", "police", code=3)
    desk.folder.chmod(0o700)


def test_the_help_of_the_group_imports_no_database() -> None:
    code = (
        "import sys\n"
        "from goldwire.__main__ import root\n"
        "root.main(['annotate', '--help'], standalone_mode=False)\n"
        "print('|'.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split("|"))
    assert not loaded & {"sqlalchemy", "msgspec", "numpy", "goldwire.annotate.store"}
