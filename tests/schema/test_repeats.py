"""Keys that stand twice in one object."""

from __future__ import annotations

import codecs
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.schema.reading import Raw
from goldwire.schema.repeats import refuse_repeats, repeated_key, repeated_top_key
from goldwire.schema.validation import validate_raw


@pytest.mark.parametrize(
    ("data", "anywhere", "outermost"),
    [
        (b'{"a": 1, "a": 2}', "/a", "/a"),
        (b'{"a": {"b": 1, "b": 2}, "c": 3}', "/a/b", None),
        (b'{"a": [0, {"x~/": 1, "x~/": 2}]}', "/a/1/x~0~1", None),
        (b'{"c": {"b": 1, "b": 2}, "a": 1, "a": 1}', "/a", "/a"),
        (b'{"a:b": ":::", "c": {"a:b": ":"}}', None, None),
        (b'{"a": "\\u003a", "a": ":"}', "/a", "/a"),
        (b'{"a": 1, "\\u0061": 2}', "/a", "/a"),
        (codecs.BOM_UTF8 + b'{"a": 1, "a": 2}', "/a", "/a"),
        (b'[{"a": 1, "a": 2}]', "/0/a", None),
        (b'{"a": 1, "b": {"a": 1}}', None, None),
        (b"{}", None, None),
        (b"7", None, None),
    ],
)
def test_keys_that_stand_twice_are_found(
    data: bytes, anywhere: str | None, outermost: str | None
) -> None:
    value = msgspec.json.decode(data.removeprefix(codecs.BOM_UTF8))
    assert repeated_key(data, value) == anywhere
    assert repeated_top_key(data) == outermost


keys = st.sampled_from(["a", "b", "a:b", "\u003a", 'q"', "\\", "é", "x/y"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(st.tuples(keys, inner), max_size=3).map(lambda pairs: Written(pairs))
    ),
    max_leaves=8,
)


class Written(list[tuple[str, Any]]):
    """An object as it is written, with what stands twice."""


def text_of(value: Any, escaped: bool) -> str:
    if isinstance(value, Written):
        inside = (f"{text_of(key, escaped)}: {text_of(part, escaped)}" for key, part in value)
        return "{" + ", ".join(inside) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(text_of(part, escaped) for part in value) + "]"
    if isinstance(value, str) and escaped:
        return '"' + "".join(f"\\u{ord(c):04x}" if ord(c) < 128 else c for c in value) + '"'
    return json.dumps(value, ensure_ascii=False)


def repeats(value: Any) -> bool:
    if isinstance(value, Written):
        names = [key for key, _ in value]
        return len(set(names)) < len(names) or any(repeats(part) for _, part in value)
    return isinstance(value, list) and any(map(repeats, value))


@given(values, st.booleans())
def test_no_way_of_writing_hides_one(value: Any, escaped: bool) -> None:
    try:
        data = text_of(value, escaped).encode()
    except UnicodeEncodeError:  # half a surrogate is no JSON
        return
    decoded = msgspec.json.decode(data)
    assert (repeated_key(data, decoded) is not None) == repeats(value)
    names = [key for key, _ in value] if isinstance(value, Written) else []
    assert (repeated_top_key(data) is not None) == (len(set(names)) < len(names))


def test_loads_refuses_them() -> None:
    assert json.loads('{"a": {"a": 1}}', object_pairs_hook=refuse_repeats) == {"a": {"a": 1}}
    with pytest.raises(ValueError, match="the key 'b' stands twice"):
        json.loads('{"a": 1, "b": 1, "b": 2}', object_pairs_hook=refuse_repeats)


@pytest.mark.parametrize("schema", [None, "prediction"])
def test_validation_tells_them_beside_what_else_is_wrong(schema: str | None) -> None:
    data = b'{"id": "d", "mentions": [], "mentions": [{"start": 3, "end": 1, "x": 1, "x": 2}]}'
    ((name, problems),) = validate_raw([Raw(data, "d.json", 4)], schema=schema)
    first = problems[0]
    assert (name, first.code, first.pointer) == ("d", "J-key", "/mentions")
    assert (first.source, first.line, first.document) == ("d.json", 4, "d")
    assert len(problems) > 1
