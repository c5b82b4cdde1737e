"""The process in which a Python extractor runs: ``python -m goldwire.evaluate.extractors.host``.

It answers lines on standard input with lines on what standard output was when it started. What
the extractor itself prints goes to standard error, where it does no harm.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from typing import IO

import msgspec

from goldwire.schema.document import Document, from_json
from goldwire.schema.errors import CouldNotRun, GoldwireError

from .admission import number_of, read_answer
from .calling import answers_of, batch_size_of
from .hosting import Greeting
from .protocol import NoAnswer, Options, Reply, reason_of

__all__ = ["main"]

_LINGER = 0.01
"""Seconds that the next document of a batch is waited for."""


def main(name: str, encoded: str) -> None:
    """Answer the documents on standard input with the extractor of that name."""
    from . import find_extractor
    from .fingerprints import fingerprint_of

    questions, answers = _own_pipes()
    documents = _incoming(questions)
    try:
        extractor = find_extractor(name, msgspec.json.decode(encoded, type=Options))
        greeting = Greeting(
            name=getattr(extractor, "name", None) or name,
            fingerprint=fingerprint_of(extractor),
            batch_size=batch_size_of(extractor),
        )
    except Exception as problem:
        _say(answers, _refusal(problem))
        return
    _say(answers, greeting)
    while batch := _next_batch(documents, greeting.batch_size or 1):
        try:
            for reply in answers_of(extractor, batch):
                answers.write(_line(reply))
                answers.flush()
        except CouldNotRun as problem:
            _say(answers, _refusal(problem))
            return


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output, out of reach: what is printed goes to standard error instead."""
    sys.stdout.flush()
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return questions, answers


def _incoming(stdin: IO[bytes]) -> queue.SimpleQueue[Document | None]:
    documents: queue.SimpleQueue[Document | None] = queue.SimpleQueue()

    def read() -> None:
        for line in stdin:
            documents.put(from_json(line))
        documents.put(None)

    threading.Thread(target=read, daemon=True).start()
    return documents


def _next_batch(documents: queue.SimpleQueue[Document | None], size: int) -> list[Document]:
    batch: list[Document] = []
    while len(batch) < size:
        try:
            document = documents.get(timeout=_LINGER if batch else None)
        except queue.Empty:
            break
        if document is None:
            documents.put(None)
            break
        batch.append(document)
    return batch


def _say(answers: IO[bytes], greeting: Greeting) -> None:
    answers.write(msgspec.json.encode(greeting) + b"\n")
    answers.flush()


def _refusal(problem: Exception) -> Greeting:
    if isinstance(problem, GoldwireError):
        place = f"{problem.place}: " if problem.place else ""
        return Greeting(
            problem=place + problem.problem, hint=problem.hint, exit_code=problem.exit_code
        )
    return Greeting(
        problem=f"the extractor could not be loaded: {reason_of(problem)}",
        exit_code=CouldNotRun.exit_code,
    )


def _line(reply: Reply) -> bytes:
    reason, usage = reply.reason, reply.usage
    if reason is None:
        try:
            fields, usage = read_answer(reply.answer, reply.document)
            told = fields if usage is None else fields | {"usage": usage}
            return msgspec.json.encode(told, enc_hook=number_of) + b"\n"
        except (TypeError, ValueError, RecursionError, NoAnswer) as problem:
            reason = reason_of(problem)
            usage = problem.usage if isinstance(problem, NoAnswer) else usage
    failed = {"id": reply.document, "error": reason}
    return msgspec.json.encode(failed if usage is None else failed | {"usage": usage}) + b"\n"


if __name__ == "__main__":
    main(*sys.argv[1:])
