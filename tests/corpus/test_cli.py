"""The commands of ``goldwire corpus`` as a user meets them: refusals, folders, widths, pagers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from goldwire.corpus.view.paging import shows_styles
from goldwire.schema.document import to_json, to_line
from tests.conftest import Runner
from tests.corpus.test_view_article import article

ARTICLE = "Drone strikes depot\n\nKARSA: A drone struck a depot on Saturday, police said.\n"


def drafted(folder: Path, name: str = "article.txt", text: str = ARTICLE) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_ingest_leaves_a_document_that_exists(goldwire: Runner, tmp_path: Path) -> None:
    drafted(tmp_path)
    assert goldwire("corpus", "ingest", "article.txt", "-o", "drafts/").returncode == 0
    target = tmp_path / "drafts" / "article.json"
    target.write_text("precious")
    for output in ("drafts/", "drafts", "drafts/article.json"):
        done = goldwire("corpus", "ingest", "article.txt", "-o", output)
        assert done.returncode == 2
        assert "article.json: exists" in done.stderr
        assert "--force" in done.stderr
        assert target.read_text() == "precious"
    assert goldwire("corpus", "ingest", "article.txt", "-o", "drafts", "--force").returncode == 0
    over = goldwire("corpus", "ingest", "article.txt", "-o", "article.txt", "--force")
    assert (over.returncode, "is the article itself" in over.stderr) == (2, True)
    assert json.loads(target.read_text())["id"] == "article"


def test_ingest_makes_a_folder_of_a_name_without_suffix(goldwire: Runner, tmp_path: Path) -> None:
    drafted(tmp_path)
    assert goldwire("corpus", "ingest", "article.txt", "-o", "new/deep").returncode == 0
    assert (tmp_path / "new" / "deep" / "article.json").is_file()
    assert goldwire("corpus", "ingest", "article.txt", "-o", "one.json").returncode == 0
    assert (tmp_path / "one.json").is_file()
    done = goldwire("corpus", "ingest", "article.txt", "-o", "one.json/")
    assert done.returncode == 2
    assert "one.json" in done.stderr
    assert "Traceback" not in done.stderr


def test_ingest_counts_one_as_one(goldwire: Runner, tmp_path: Path) -> None:
    drafted(tmp_path, text="One paragraph only.\n")
    done = goldwire("corpus", "ingest", "article.txt", "-o", "drafts/")
    zones, paragraphs = re.findall(r"(\d+ (?:zone|paragraph)s?)\b", done.stderr)
    assert zones in ("1 zone", "2 zones")
    assert paragraphs in ("1 paragraph", "0 paragraphs")


@pytest.mark.parametrize("data", [b"", b"caf\xe9 au lait", b"%PDF-1.7", b"one\x00two"])
def test_ingest_names_the_source(goldwire: Runner, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "odd.txt").write_bytes(data)
    done = goldwire("corpus", "ingest", "odd.txt")
    assert done.returncode == 2
    assert done.stderr.startswith("goldwire: odd.txt")
    piped = goldwire("corpus", "ingest", "-", "--id", "odd", stdin=data)
    assert piped.stderr.startswith("goldwire: -")


def test_ingest_refuses_a_document(goldwire: Runner, tmp_path: Path) -> None:
    line = to_line(article())
    for name, text in (("a.json", to_json(article())), ("a.jsonl", f"{line}\n{line}\n")):
        drafted(tmp_path, name, text)
        done = goldwire("corpus", "ingest", name)
        assert done.returncode == 2
        assert f"{name}: is a document" in done.stderr
        assert "corpus show" in done.stderr
    drafted(tmp_path, "brace.txt", "{sic} A drone struck a depot.\n")
    assert goldwire("corpus", "ingest", "brace.txt").returncode == 0


@pytest.mark.parametrize("other", [("--layer", "events"), ("--html", "page.html")])
def test_show_json_is_the_whole_document(
    goldwire: Runner, tmp_path: Path, other: tuple[str, str]
) -> None:
    done = goldwire("corpus", "show", "ain-al-asad", "--json", *other)
    assert done.returncode == 2
    assert f"--json and {other[0]} do not go together" in done.stderr
    assert not done.stdout
    assert not (tmp_path / "page.html").exists()


def test_show_says_what_is_no_file(goldwire: Runner, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name, words in (
        ("nothere.json", "nothere.json: cannot be read: No such file"),
        ("some/folder", "some/folder: cannot be read: No such file"),
        ("empty", "empty: the folder holds no"),
        ("x" * 300, "unknown document"),
        ("ain-al-asat", "Did you mean 'ain-al-asad'"),
    ):
        done = goldwire("corpus", "show", name)
        assert done.returncode == 2
        assert words in done.stderr, done.stderr


@pytest.mark.parametrize("command", ["list", "stats"])
def test_a_split_without_documents_is_no_error(goldwire: Runner, command: str) -> None:
    from goldwire.corpus.documents import load_gold

    empty = [split for split in ("train", "dev", "test") if not load_gold(split)]
    for split in empty:
        done = goldwire("corpus", command, "--split", split)
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr == f"no documents in {split}\n"
        assert (
            json.loads(goldwire("corpus", command, "--split", split, "--json").stdout) is not None
        )


def test_list_keeps_to_the_width(goldwire: Runner, tmp_path: Path) -> None:
    drafted(tmp_path, "long.txt", "漢城 depot struck by a drone " * 6 + "\n\n" + ARTICLE)
    goldwire("corpus", "ingest", "long.txt", "--id", "x" * 40, "-o", "drafts/")
    for columns in ("", "80", "100", "200"):
        done = goldwire("corpus", "list", "drafts", env={"COLUMNS": columns})
        limit = int(columns or 80)
        header, row = done.stdout.splitlines()
        assert header.startswith("id ")
        assert row.startswith("x" * 40 + "  draft")
        assert max(cell_len(header), cell_len(row)) <= max(limit, 88)


@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        ("FRX", True),
        ("-iR", True),
        ("-i -r", True),
        ("--RAW-CONTROL-CHARS", True),
        ("-iS", False),
        ("--ignore-case", False),
        ("-i -PRead on", False),
        ("-PRead on$ -R", True),
    ],
)
def test_styles_go_to_a_pager_that_shows_them(flags: str, shown: bool) -> None:
    assert shows_styles(flags) is shown


def in_pseudo_terminal(tmp_path: Path, **env: str) -> str:
    """What ``corpus show`` sends to its pager, here one that writes down flags and text."""
    import pty

    pager = tmp_path / "pager"
    pager.write_text('#!/bin/sh\n{ printf "LESS=%s\\n" "$LESS"; cat; } > "$0.got"\n')
    pager.chmod(0o755)
    leader, follower = pty.openpty()
    kept = {k: v for k, v in os.environ.items() if k not in ("LESS", "NO_COLOR", "MANPAGER")}
    try:
        subprocess.run(
            [str(Path(sys.executable).parent / "goldwire"), "corpus", "show", "ain-al-asad"],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={**kept, "TERM": "xterm-256color", "PAGER": str(pager), "COLUMNS": "80", **env},
            timeout=60,
            check=True,
        )
    finally:
        os.close(follower)
        os.close(leader)
    return (tmp_path / "pager.got").read_text("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_the_pager_gets_what_it_shows(tmp_path: Path) -> None:
    plain = in_pseudo_terminal(tmp_path, LESS="-iS")
    assert "\x1b" not in plain
    coloured = in_pseudo_terminal(tmp_path)
    assert "\x1b[" in coloured
    assert "R" in coloured.splitlines()[0]  # pydoc sets flags of its own since Python 3.13
    quiet = in_pseudo_terminal(tmp_path, NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", quiet)
    strip = re.compile(r"\x1b\[[0-9;]*m")
    assert strip.sub("", coloured).split("\n")[1:] == plain.split("\n")[1:]


def test_the_environment_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.console import Console

    from goldwire.corpus.view.paging import page

    monkeypatch.delenv("LESS", raising=False)
    monkeypatch.setenv("TERM", "dumb")
    page(Console(), "text")
    assert "LESS" not in os.environ
