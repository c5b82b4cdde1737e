"""The wheel: what it holds, and that it works in an environment of its own, away from here."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("build", reason="needs the package build")
    out = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), "."],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_holds_code_and_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"goldwire"}
    for name in ("core", "newswire", "prediction", "report"):
        assert f"goldwire/schema/data/{name}.schema.json" in names
    gold = {
        path.relative_to(ROOT / "corpus").as_posix() for path in ROOT.glob("corpus/gold/*/*.json")
    }
    assert {f"goldwire/corpus/data/{path}" for path in gold} <= set(names)
    for floor in ("schema", "corpus", "evaluate", "annotate"):
        assert f"goldwire/{floor}/py.typed" in names
    assert "goldwire/__init__.py" not in names


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for floor in ("schema", "corpus", "evaluate", "annotate"):
        home = ROOT / floor / "goldwire"
        for path in home.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"goldwire/{path.relative_to(home).as_posix()}" in names


def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Its files alone, on the path of an interpreter that does not see the checkout."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    code = f"""
import sys
sys.path[:] = [p for p in sys.path if {str(ROOT)!r} not in p and 'site-packages' not in p]
sys.path += [{str(site)!r}, {packages!r}]
import goldwire.schema
assert {str(site)!r} in goldwire.schema.__file__, goldwire.schema.__file__
from goldwire.corpus import load
from goldwire.schema import load_schema, validate
from goldwire.evaluate import find_extractor
assert validate(load("ain-al-asad")) == []
assert load_schema("report")
assert find_extractor("rules")
print("fine")
"""
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "fine", done.stderr


def test_constraints_name_no_source() -> None:
    lines = (ROOT / ".ci" / "constraints.txt").read_text("utf-8").splitlines()
    for line in lines:
        assert line.startswith("#") or line.count("==") == 1, line
        assert "://" not in line
        assert "@" not in line
