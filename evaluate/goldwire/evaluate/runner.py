"""Run an extractor over documents: blind, one at a time, a failure is one document's own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from msgspec import Struct

from goldwire.schema.document import Document

from .extractors import Extractor, blind

__all__ = ["Failure", "Run", "run_extractor"]


class Failure(Struct, frozen=True):
    """A document that the extractor could not do, and why: a miss for all its items."""

    document: str
    reason: str


class Run(Struct, frozen=True):
    """What came of a run: predictions in the order of the documents, failures, seconds."""

    predictions: tuple[Document, ...]
    failures: tuple[Failure, ...]
    seconds: float


def run_extractor(
    extractor: Extractor,
    documents: Iterable[Document],
    *,
    progress: Callable[[int], None] | None = None,
) -> Run:
    """Run ``extractor`` over ``documents``; it sees their text and metadata only.

    ``progress`` is called with the number of documents done. What an extractor raises ends
    that document alone; so does an answer about another document or another text.
    """
    predictions: list[Document] = []
    failures: list[Failure] = []
    begin = time.perf_counter()
    for number, document in enumerate(documents, start=1):
        try:
            predictions.append(_checked(extractor(blind(document)), document))
        except Exception as problem:
            reason = f"{type(problem).__name__}: {problem}" if str(problem) else repr(problem)
            failures.append(Failure(document.id, reason))
        if progress is not None:
            progress(number)
    return Run(tuple(predictions), tuple(failures), time.perf_counter() - begin)


def _checked(answer: object, document: Document) -> Document:
    if not isinstance(answer, Document):
        raise TypeError(f"the extractor returned {type(answer).__name__}, not a Document")
    if answer.id != document.id or answer.sha256 != document.sha256:
        raise ValueError("the extractor answered for another document")
    return answer
