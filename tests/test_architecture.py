"""The house: arrows between floors point down, portions stay portions, heavy imports are lazy."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("schema", "corpus", "evaluate", "annotate")
"""From the ground up: a floor imports itself and those before it."""

HEAVY = {
    "bs4", "datasets", "jinja2", "jsonschema", "jsonschema_rs", "numpy", "pandas", "playwright",
    "pyarrow", "rapidfuzz", "regex", "rich", "scipy", "sklearn", "sqlalchemy", "starlette",
    "textual",
}  # fmt: skip
NOTHING_WITHOUT = {
    "numpy": {
        f"evaluate/goldwire/evaluate/{name}.py"
        for name in (
            "assemble", "chains", "columns", "counting", "counts", "evidence", "identity", "keys",
            "layer_counts", "layers", "records", "references", "scores", "scoring", "tables",
            "tuples",
        )
    },
    "rich": {
        "corpus/goldwire/corpus/statistics.py",
        "corpus/goldwire/corpus/view/brackets.py",
        "corpus/goldwire/corpus/view/layout.py",
        "corpus/goldwire/corpus/view/sections.py",
        "corpus/goldwire/corpus/view/terminal.py",
    },
    "sqlalchemy": {
        "annotate/goldwire/annotate/database.py",
        "annotate/goldwire/annotate/store.py",
    },
    "bs4": {"corpus/goldwire/corpus/html.py"},
    "regex": {"corpus/goldwire/corpus/view/layout.py"},
    "jinja2": {
        "corpus/goldwire/corpus/view/html.py",
        "evaluate/goldwire/evaluate/report/html.py",
        "evaluate/goldwire/evaluate/report/page.py",
    },
}  # fmt: skip
"""Modules that are nothing without a heavy package may import it at the top."""

WHOLE_FOLDERS = {
    "rapidfuzz": ("extractors/rules/",),
    "textual": ("annotate/screen/",),
    "regex": ("extractors/rules/",),
    "rich": (
        "annotate/screen/", "evaluate/report/", "agreement/terminal", "diagnostics/terminal.py",
        "views/render.py",
    ),
    "numpy": (
        "evaluate/metrics/", "evaluate/statistics/", "evaluate/compat/", "evaluate/diagnostics/",
        "evaluate/agreement/", "evaluate/views/", "evaluate/gate/", "evaluate/errors/",
        "evaluate/alignment/", "evaluate/reading/", "evaluate/comparison/",
        "evaluate/extractors/trained/",
    ),
}  # fmt: skip


def modules() -> Iterator[tuple[str, Path]]:
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            yield floor, path


def imports(path: Path, *, top_only: bool = False) -> Iterator[str]:
    """Names of imported modules; those inside functions or under TYPE_CHECKING aside on demand."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = list(tree.body) if top_only else list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_arrows_point_down() -> None:
    for floor, path in modules():
        allowed = FLOORS[: FLOORS.index(floor) + 1]
        for name in imports(path):
            if name.startswith("goldwire."):
                assert name.split(".")[1] in allowed, f"{relative(path)} imports {name}"


def test_portions_have_no_init() -> None:
    for floor in FLOORS:
        for folder in (ROOT / floor, ROOT / floor / "goldwire"):
            assert not (folder / "__init__.py").exists(), f"{relative(folder)} must stay a portion"


def test_heavy_packages_are_imported_where_they_are_used() -> None:
    for _, path in modules():
        for name in imports(path, top_only=True):
            package = name.split(".")[0]
            if package in HEAVY:
                known = relative(path) in NOTHING_WITHOUT.get(package, set())
                folders = WHOLE_FOLDERS.get(package, ())
                inside = any(folder in relative(path) for folder in folders)
                assert known or inside, f"{relative(path)} imports {package}"


def test_modules_are_short() -> None:
    for _, path in modules():
        lines = len(path.read_text("utf-8").splitlines())
        assert lines <= 500, f"{relative(path)} has {lines} lines"


@pytest.mark.parametrize("floor", FLOORS)
def test_public_names_exist(floor: str) -> None:
    module = import_module(f"goldwire.{floor}")
    for name in getattr(module, "__all__", []):
        assert getattr(module, name) is not None


def test_every_module_names_what_is_public() -> None:
    for _, path in modules():
        tree = ast.parse(path.read_text("utf-8"))
        public = [
            node.name
            for node in tree.body
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
        ]
        if not public or path.name in ("__main__.py",):
            continue
        exported = next(
            (
                ast.literal_eval(node.value)
                for node in tree.body
                if isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and node.targets[0].id == "__all__"
            ),
            None,
        )
        assert exported is not None, f"{relative(path)} has no __all__"


def test_the_top_level_is_fixed() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("needs a git checkout")
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    wanted = {
        "pyproject.toml", "corpus", "schema", "annotate", "evaluate", "tests",
        "README.md", "LICENSE", "CHANGELOG.md", "Makefile",
    }  # fmt: skip
    assert {name for name in top if not name.startswith(".")} <= wanted


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from goldwire.__main__ import root\n"
        "root.main(['--help'], standalone_mode=False)\n"
        "print('|'.join(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/"
    )
    loaded = {name.split(".")[0] for name in done.stdout.splitlines()[-1].split("|")}
    assert not loaded & (HEAVY | {"asyncio", "msgspec", "sqlite3"})
    assert "importlib.metadata" not in done.stdout.splitlines()[-1].split("|")


def test_hugging_face_evaluate_is_not_shadowed() -> None:
    pytest.importorskip("evaluate", reason="needs Hugging Face's evaluate")
    code = "import evaluate; print(evaluate.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "site-packages" in done.stdout
