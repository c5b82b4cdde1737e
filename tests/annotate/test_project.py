"""Projects: their file, their names, who gets what, and what is added."""

from __future__ import annotations

import os
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.annotate.adding import read_documents
from goldwire.annotate.assignment import assignments, goes_without
from goldwire.annotate.project import FILE, Project, annotator_name, find_project, make_project
from goldwire.corpus.documents import save
from goldwire.schema.document import LAYERS, to_json
from goldwire.schema.errors import GoldwireError, InputError
from goldwire.schema.schemas import load_schema
from tests.making import TEXT, article, make


def write(folder: Path, toml: str | bytes) -> Path:
    (folder / FILE).write_bytes(toml.encode() if isinstance(toml, str) else toml)
    return folder


def test_a_new_project_is_found_from_anywhere_in_it(tmp_path: Path) -> None:
    made = make_project(tmp_path / "a" / "passes")
    inner = tmp_path / "a" / "passes" / "x" / "y"
    inner.mkdir(parents=True)
    assert find_project(inner) == made == find_project(made.folder)
    assert made == Project(folder=made.folder, name="passes")
    store = made.open()
    assert store.document_ids() == []
    store.close()


def test_names_and_paths_survive_the_file(tmp_path: Path) -> None:
    schema = tmp_path / 'my "own" schema.json'
    schema.write_text(Path(str(load_schema_path())).read_text("utf-8"), "utf-8")
    made = make_project(tmp_path / "p", name='the "first"\n🚀', schema=str(schema), database="d.db")
    found = find_project(tmp_path / "p")
    assert found == made
    assert found.name == 'the "first"\n🚀'
    assert found.load_schema() == load_schema("newswire")
    assert (tmp_path / "p" / "d.db").exists()


def load_schema_path() -> Path:
    from goldwire.schema.schemas import root

    return Path(str(root() / "newswire.schema.json"))


def test_all_that_the_file_may_say(tmp_path: Path) -> None:
    toml = """
    name = "x"
    schema = "core"
    database = "postgresql+psycopg://anna@host/x"
    [suggestions]
    sources = ["same", "rules"]
    without = 0.5
    seed = 7
    [keys]
    accept = "space"
    """
    found = find_project(write(tmp_path, toml))
    assert found.url == "postgresql+psycopg://anna@host/x"
    assert found.suggestions.sources == ("same", "rules")
    assert found.keys == {"accept": "space"}
    assert find_project(write(tmp_path, "")).name == tmp_path.name


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = find_project(write(tmp_path, 'database = "one.db"'))
    assert project.url == str(tmp_path / "one.db")
    monkeypatch.setenv("GOLDWIRE_DATABASE", "postgresql+psycopg://a:secret@host/x")
    assert project.url == "postgresql+psycopg://a:secret@host/x"


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("name = ", "is not TOML"),
        (b"name = '\xff'", "is not UTF-8"),
        ("nam = 'x'", "unknown key 'nam'. Did you mean 'name'?"),
        ("[suggestions]\nwithin = 1", "unknown key 'suggestions.within'"),
        ("name = 3", "name cannot be used: expected `str`"),
        ("suggestions = 3", "suggestions cannot be used"),
        ("[suggestions]\nwithout = 2", "is a share of documents"),
        ("[suggestions]\nwithout = nan", "is a share of documents"),
        ("database = 'postgresql://a:b@h/x'", "a password does not belong"),
        ("database = 'postgresql://[h/x'", "is no URL"),
    ],
)
def test_a_broken_file_says_what_is_wrong(tmp_path: Path, toml: str | bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        find_project(write(tmp_path, toml))
    assert words in str(caught.value)
    assert str(tmp_path / FILE) in str(caught.value)


def test_no_project_and_no_database(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no project here"):
        find_project(tmp_path)
    with pytest.raises(InputError, match="no folder of that name"):
        find_project(tmp_path / "nowhere")
    with pytest.raises(InputError, match="no database"):
        find_project(write(tmp_path, "")).open()
    (tmp_path / "goldwire.db").write_text("not a database" * 100)
    with pytest.raises(InputError, match="is no database of this tool"):
        find_project(tmp_path).open()


def test_what_cannot_be_made_leaves_nothing_behind(tmp_path: Path) -> None:
    for fields in ({"schema": "newswires"}, {"database": "mysql://h/x"}, {"database": "a/b.db"}):
        with pytest.raises(GoldwireError):
            make_project(tmp_path / "p", **fields)
        assert not (tmp_path / "p").exists()
    make_project(tmp_path / "p")
    with pytest.raises(InputError, match="is a project already"):
        make_project(tmp_path / "p")
    (tmp_path / "p" / FILE).unlink()
    with pytest.raises(InputError, match="a file stands where"):
        make_project(tmp_path / "p")
    assert sorted(each.name for each in (tmp_path / "p").iterdir()) == ["goldwire.db"]


def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        make_project(tmp_path / "file" / "p")
    if os.geteuid() == 0:
        return  # who may do everything is refused nothing
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"):
        make_project(tmp_path / "p")


def test_who_annotates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDWIRE_ANNOTATOR", "ben")
    assert annotator_name("anna") == "anna"
    assert annotator_name() == "ben"
    monkeypatch.delenv("GOLDWIRE_ANNOTATOR")
    monkeypatch.setenv("LOGNAME", "cleo")
    assert annotator_name() == "cleo"
    for name in ("", " ", "a\nb", "x" * 129, "\x1b[31m"):
        with pytest.raises(InputError, match="cannot be the name"):
            annotator_name(name)


# Who gets what


@given(
    st.integers(0, 30), st.integers(1, 5), st.data(), st.integers(0, 9),
)  # fmt: skip
def test_work_is_shared_evenly(count: int, people: int, data: st.DataObject, seed: int) -> None:
    documents = [f"d{number}" for number in range(count)]
    names = [f"a{number}" for number in range(people)]
    each = data.draw(st.integers(1, people))
    pairs = assignments(documents, names, each=each, seed=seed)
    assert pairs == assignments(documents[::-1], names, each=each, seed=seed)
    assert len(set(pairs)) == len(pairs) == count * each
    load = Counter(dict.fromkeys(names, 0))
    load.update(name for _, name in pairs)
    assert max(load.values()) - min(load.values()) <= 1


def test_pairs_of_annotators_share_documents() -> None:
    pairs = assignments([f"d{n}" for n in range(60)], list("abcd"), each=2)
    have: dict[str, list[str]] = {}
    for document, name in pairs:
        have.setdefault(document, []).append(name)
    together = Counter(pair for held in have.values() for pair in combinations(held, 2))
    assert len(together) == 6
    assert min(together.values()) >= 5


def test_who_has_a_document_keeps_it() -> None:
    having = {"d1": ["z"], "d2": ["a", "b"]}
    pairs = assignments(["d1", "d2", "d3"], ["a", "b"], each=2, having=having)
    assert [p for p in pairs if p[0] == "d2"] == []
    assert len([p for p in pairs if p[0] == "d1"]) == 1
    assert [p for p in pairs if p[0] == "d3"] == [("d3", "a"), ("d3", "b")]
    with pytest.raises(InputError, match="cannot be had"):
        assignments(["d1"], ["a"], each=2)
    with pytest.raises(InputError, match="named twice"):
        assignments(["d1"], ["a", "a"])


def test_a_share_goes_without_suggestions() -> None:
    names = [f"document-{number}" for number in range(2000)]
    without = [name for name in names if goes_without(name, share=0.2, seed=1)]
    assert 340 < len(without) < 460
    assert without == [name for name in names if goes_without(name, share=0.2, seed=1)]
    assert without != [name for name in names if goes_without(name, share=0.2, seed=2)]
    assert not any(goes_without(name, share=0, seed=1) for name in names)
    assert all(goes_without(name, share=1, seed=1) for name in names)


# What is added


def test_articles_and_documents_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in" / ".hidden").mkdir(parents=True)
    (tmp_path / "in" / ".hidden" / "x.txt").write_text("no")
    (tmp_path / "in" / "An article!.txt").write_text(TEXT, "utf-8")
    (tmp_path / "in" / "page.html").write_text("<p>A rocket fell near Velmar.</p>", "utf-8")
    (tmp_path / "in" / "notes.md").write_text("no")
    save(article(), tmp_path / "in" / "velmar.json")
    found = list(read_documents([tmp_path / "in"], schema=load_schema("core")))
    assert [each.id for each in found] == ["An-article", "page", "velmar"]
    assert [each.schema for each in found] == ["core/1.0", "core/1.0", "newswire/1.0"]
    assert all(each.zones for each in found)
    velmar = found[2]
    assert velmar.metadata == article().metadata
    assert not any(getattr(velmar, layer) for layer in LAYERS if layer != "zones")
    assert velmar.annotation.layers == ()
    assert list(read_documents([tmp_path / "in" / "velmar.json"], keep_annotation=True)) == [
        article()
    ]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("gone.txt", None, "cannot be read"),
        ("empty.txt", b" \n", "there is no text"),
        ("bad.txt", b"caf\xe9", "not UTF-8"),
        ("...txt", b"x", "no id can be made"),
        ("bad.json", b"{", "is not JSON"),
        ("prediction.json", b'{"id": "x"}', "is no document"),
        ("evil.json", to_json(make(id="../evil")).encode(), "document '../evil' cannot be added"),
        ("moved.json", to_json(make(length=3)).encode(), "cannot be added"),
    ],
)
def test_what_cannot_be_added(tmp_path: Path, name: str, data: bytes | None, words: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as caught:
        list(read_documents([tmp_path / name]))
    assert words in str(caught.value)
    assert name in str(caught.value)


def test_a_folder_without_articles(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no article and no document"):
        list(read_documents([tmp_path]))
    with pytest.raises(InputError, match="the path is empty"):
        list(read_documents([""]))
