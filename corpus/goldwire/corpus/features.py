"""Documents as rows of Hugging Face ``datasets``, with every field typed.

The typed records are the source; the dataset card repeats them, and a test holds the two equal.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from goldwire.schema.document import Document, Span, to_plain

from .documents import SPLITS, load_gold, root

if TYPE_CHECKING:
    import datasets

__all__ = ["features", "to_dataset", "write_parquet"]


def features() -> datasets.Features:
    """The features of a document: nested structs and lists, offsets as ``int64``."""
    import datasets

    return datasets.Features(_of_record(Document))


def to_dataset(documents: Iterable[Document]) -> datasets.Dataset:
    """Documents as a typed dataset, one row a document; unknown fields are ``None``."""
    import datasets

    typed = features()
    empty = dict.fromkeys(typed)  # every row has every column, whatever the document leaves out
    rows = [empty | to_plain(document) for document in documents]
    return datasets.Dataset.from_list(rows, features=typed)


def write_parquet(folder: Path | None = None) -> list[Path]:
    """Write the gold as one Parquet file a split, and return the files.

    The dataset card points to them: the JSON reader of ``datasets`` takes every string that
    looks like a day for a time of day, and so would change values.
    """
    target = folder or Path(str(root())) / "parquet"
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for split in SPLITS:
        documents = load_gold(split)
        if documents:
            written.append(target / f"{split}.parquet")
            to_dataset(documents).to_parquet(str(written[-1]))
    return written


def _of_record(record: Any) -> dict[str, Any]:
    return {field.encode_name: _of_type(field.type) for field in msgspec.structs.fields(record)}


def _of_type(kind: Any) -> Any:
    import datasets

    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Union or isinstance(kind, types.UnionType):
        kinds = [part for part in parts if part is not type(None)]
        return datasets.Value("float64") if float in kinds else _of_type(kinds[0])
    if kind == Span:
        return datasets.List(datasets.Value("int64"))
    if origin is tuple:
        return datasets.List(_of_type(parts[0]))
    if origin is Literal:
        return datasets.Value("string")
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _of_record(kind)
    return datasets.Value({str: "string", int: "int64", float: "float64", bool: "bool"}[kind])
