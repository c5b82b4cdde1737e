"""Raw documents from anywhere, each with its place; files written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest

from goldwire.schema.errors import CouldNotRun, InputError, UnreadableInput
from goldwire.schema.files import write_atomically
from goldwire.schema.reading import Raw, check_standard_input, decode_raw, iter_raw

DECODER = msgspec.json.Decoder()


def failure(data: bytes) -> UnreadableInput:
    with pytest.raises(UnreadableInput) as caught:
        decode_raw(Raw(data, "x.json"), DECODER)
    return caught.value


@pytest.mark.parametrize("closed", ["", "train"])
def test_a_folder_that_may_not_be_read_is_not_left_out(
    closed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.json", "train/b.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    scan = os.scandir

    def scandir(path: str) -> Any:
        if Path(path) == tmp_path / closed:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scan(path)

    assert len(list(iter_raw([tmp_path]))) == 2
    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(UnreadableInput, match="cannot be read: Permission denied") as caught:
        list(iter_raw([tmp_path]))
    assert caught.value.source == str(tmp_path / closed)


@pytest.mark.parametrize(
    ("data", "problem", "hint"),
    [
        (b"", "is empty", "Nothing to read"),
        (b"  \n", "is empty", "Nothing to read"),
        (b'{"id": "a"', "is not JSON", "cut off"),
        (b'{"id": "a"}\n{"id": "b"}', "is not JSON", "name it .jsonl"),
        (b'{"id": "\xe9"}', "is not UTF-8: byte 0xe9 at position 8", "Windows-1252"),
        ("{}".encode("utf-16"), "is not UTF-8", "UTF-16"),
        (b"\x00\x01\x02\xff", "is not UTF-8", "binary"),
        (b"[" * 100_000, "nested too deeply", ""),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(data: bytes, problem: str, hint: str) -> None:
    error = failure(data)
    assert problem in error.problem
    assert hint in (error.hint or "")
    assert str(error).startswith("x.json: ")


def test_a_byte_order_mark_is_no_trouble() -> None:
    assert decode_raw(Raw(b"\xef\xbb\xbf{}", "x.json"), DECODER) == {}


@pytest.mark.parametrize(
    ("data", "problem", "pointer"),
    [
        (b'{"a": NaN}', "holds NaN, which is not JSON", "/a"),
        (b'{"a": [1, {"b/c": -Infinity}]}', "holds -Infinity, which is not JSON", "/a/1/b~1c"),
        (b"[Infinity, NaN]", "holds Infinity", "/0"),
        (b"\xef\xbb\xbfNaN", "holds NaN", None),
        (b'{"a": ["\\ud83d\\ude00", "x\\ud800"]}', r"half of a surrogate pair, \ud800", "/a/1"),
        (b'{"a": "\\udc00"}', r"half of a surrogate pair, \udc00", "/a"),
        (b'{"a": {"\\ud800": 1}}', "half of a surrogate pair", "/a"),
        (b'{"\\u001b[2J": NaN}', "holds NaN", "/␛[2J"),
        (b'{"a": NaN}\n{"a": 1}', "holds NaN", "/a"),
    ],
)
def test_what_python_writes_and_json_lacks_is_named_with_its_place(
    data: bytes, problem: str, pointer: str | None
) -> None:
    error = failure(data)
    assert problem in error.problem
    assert error.pointer == pointer
    assert error.hint is not None


def test_deep_or_broken_text_is_still_no_json() -> None:
    for data in (b'{"a": NaN', b'{"a": NaN' + b"[" * 100_000, b'{"a": nan}', b"{'a': 1}"):
        assert "JSON" in failure(data).problem or "nested" in failure(data).problem


def test_an_empty_path_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="path is empty"):
        list(iter_raw([""]))


def test_standard_input_stands_for_one_source() -> None:
    check_standard_input("-", "a.json", ["-"], Path("b.json"))
    for twice in (("-", "-"), (Path("-"), "a.json", "-")):
        with pytest.raises(InputError, match="read only once"):
            check_standard_input(*twice)


def test_lines_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id":1}\n\n  \r\n{"id":2}\r\n{"id":3}')
    assert [(raw.line, DECODER.decode(raw.data)["id"]) for raw in iter_raw([path])] == [
        (1, 1), (4, 2), (5, 3),
    ]  # fmt: skip


def test_a_file_of_any_name_may_hold_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b'{"id":1}\n{"id":2}\n')
    assert [raw.line for raw in iter_raw([path])] == [1, 2]
    path.write_bytes(b'\n{"id":1}\n')
    assert [raw.line for raw in iter_raw([path])] == [None]
    path.write_bytes(b'{\n"id":1}\n')
    assert [DECODER.decode(raw.data) for raw in iter_raw([path])] == [{"id": 1}]


def test_folders_are_read_in_order_and_hidden_files_are_not(tmp_path: Path) -> None:
    for name in ("b/2.json", "a/1.json", ".cache/3.json", "a/.4.json", "a/note.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
    found = [Path(raw.source).relative_to(tmp_path).as_posix() for raw in iter_raw([tmp_path])]
    assert found == ["a/1.json", "b/2.json"]


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"no \.json"):
        list(iter_raw([tmp_path]))


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="No such file"):
        list(iter_raw([tmp_path / "none.json"]))


def test_writing_replaces_the_whole_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_atomically(path, "one")
    path.chmod(0o640)
    write_atomically(path, "two")
    assert path.read_text() == "two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_atomically(tmp_path / "a", "x")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_atomically(tmp_path / "none" / "a.json", "x")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_named_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    real = os.fdopen

    def on_full_disk(handle: int, mode: str) -> object:
        os.close(handle)
        return real(os.open("/dev/full", os.O_WRONLY), mode)

    monkeypatch.setattr(os, "fdopen", on_full_disk)
    with pytest.raises(CouldNotRun, match="the disk is full"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]
