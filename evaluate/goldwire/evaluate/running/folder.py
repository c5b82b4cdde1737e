"""A run in a folder: what is finished is there at once, and a run that was stopped goes on.

While it runs, the folder holds ``predictions.jsonl.part``, the journal. In the end it holds
``predictions.jsonl``, in the order of the documents, and ``run.json``: who ran, when each
document took how long, which of them failed and why, tokens and cost.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from goldwire.schema.document import Document
from goldwire.schema.errors import InputError
from goldwire.schema.files import write_atomically
from goldwire.schema.reading import iter_raw

from ..extractors.protocol import Extractor, Usage
from ..reading.runs import PREDICTIONS, RECORD
from ..runner import Run, run_extractor
from .cache import Cache
from .journal import Entry, Journal, check_same

__all__ = ["RunRecord", "check_inputs", "run_in_folder"]


class RunRecord(Struct, frozen=True):
    """``run.json``: everything about a run but its predictions."""

    run: str
    fingerprint: str | None
    documents: tuple[Entry, ...]
    seconds: float
    usage: Usage | None
    cached: int
    resumed: int
    failed: int


def run_in_folder(
    folder: Path,
    extractor: Extractor,
    documents: Sequence[Document],
    *,
    name: str,
    fingerprint: str | None = None,
    earlier: Literal["resume", "restart"] | None = None,
    retry_failed: bool = False,
    cache: Cache | None = None,
    jobs: int = 1,
    timeout: float | None = None,
    progress: Callable[[int], None] | None = None,
    beside: Sequence[dict[str, Any]] = (),
) -> Run:
    """Run ``extractor`` as :func:`run_extractor` does, and keep everything in ``folder``.

    ``earlier`` says what to do with an earlier run there: ``resume`` asks nothing again that was
    finished, failures included unless ``retry_failed``; ``restart`` begins anew. Where it says
    neither, a finished run of the same extractor over the same documents is replaced, and an
    unfinished one is refused with ``InputError``, as is one of another extractor, or another
    version of it.

    ``beside`` are predictions about other documents, which are kept behind the others.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(
            f"the folder cannot be made: {problem.strerror}", source=str(folder),
            hint="Name another folder with --output.",
        ) from problem  # fmt: skip
    path = folder / f"{PREDICTIONS}.part"
    journal = Journal(path, name, fingerprint)
    unfinished = path.exists()
    if unfinished and earlier is None:
        raise InputError(
            "holds a run that was stopped", source=str(folder),
            hint="Go on with it by --resume, or begin anew by --restart.",
        )  # fmt: skip
    known = []
    if earlier == "resume" and not unfinished:
        known = list(_finished(folder, name, fingerprint))
    elif earlier is None:
        _check_replaced(folder, name, fingerprint, documents)
    try:
        if earlier == "resume" and unfinished:
            journal.resume()
        else:
            journal.begin(known)
        if retry_failed:
            journal.forget_failures()
        run = run_extractor(
            extractor, documents, jobs=jobs, timeout=timeout, progress=progress,
            journal=journal, cache=cache,
        )  # fmt: skip
        _write(folder, run, documents, name, fingerprint, beside)
    except BaseException:
        journal.close()
        if not unfinished and not journal.predictions:  # there is nothing to go on with
            journal.remove()
        raise
    journal.remove()
    return run


def _check_replaced(
    folder: Path, name: str, fingerprint: str | None, documents: Sequence[Document]
) -> None:
    """Raise ``InputError`` where predictions would be lost that this run does not make anew."""
    if not (folder / PREDICTIONS).exists():
        return
    try:
        kept = msgspec.json.decode((folder / RECORD).read_bytes(), type=RunRecord)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise InputError(
            f"holds a {PREDICTIONS} that no run has left there", source=str(folder),
            hint="Name another folder with --output, or replace it with --restart.",
        ) from None  # fmt: skip
    if kept.run != name:
        of = f"of another extractor, {kept.run}"
    elif kept.fingerprint != fingerprint:
        of = "of another version of it"
    elif not {entry.id for entry in kept.documents} <= {each.id for each in documents}:
        of = "over other documents"
    else:
        return
    raise InputError(
        f"holds a finished run {of}", source=str(folder),
        hint="Replace it with --restart, or name another folder with --output.",
    )  # fmt: skip


def check_inputs(folder: Path, paths: Iterable[Path]) -> None:
    """Raise ``InputError`` where one of ``paths``, which are read, would be written over."""
    written = [folder / name for name in (PREDICTIONS, RECORD, "report.json", "report.html")]
    for path in paths:
        for mine in written:
            if path.exists() and mine.exists() and path.samefile(mine):
                raise InputError(
                    f"is read, and would be written over: {mine.name} of {folder}",
                    source=str(path),
                    hint="Name another folder with --output.",
                )


def _write(
    folder: Path,
    run: Run,
    documents: Sequence[Document],
    name: str,
    fingerprint: str | None,
    beside: Sequence[dict[str, Any]],
) -> None:
    entries = [Entry.of(one, of) for one, of in zip(run.outcomes, documents, strict=True)]
    lines = [
        msgspec.json.encode(entry.prediction) + b"\n"
        for entry in entries
        if entry.prediction is not None
    ]
    lines += [msgspec.json.encode(prediction) + b"\n" for prediction in beside]
    write_atomically(folder / PREDICTIONS, b"".join(lines))
    record = RunRecord(
        name,
        fingerprint,
        tuple(msgspec.structs.replace(entry, prediction=None) for entry in entries),
        round(run.seconds, 3),
        run.usage,
        run.cached,
        run.resumed,
        len(run.failures),
    )
    encoded = msgspec.json.format(msgspec.json.encode(record), indent=2)
    write_atomically(folder / RECORD, encoded + b"\n")


def _finished(folder: Path, name: str, fingerprint: str | None) -> Iterator[Entry]:
    """The entries of a run that came to its end; none where there is no such run."""
    record, predictions = folder / RECORD, folder / PREDICTIONS
    if not (record.exists() and predictions.exists()):
        return
    try:
        kept = msgspec.json.decode(record.read_bytes(), type=RunRecord)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return
    check_same(kept.run, kept.fingerprint, name, fingerprint, folder)
    found: dict[str, dict[str, Any]] = {}
    for raw in iter_raw([predictions]):
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, KeyError):
            prediction = msgspec.json.decode(raw.data, type=dict[str, Any])
            found[prediction["id"]] = prediction
    for entry in kept.documents:
        if entry.reason is not None:
            yield entry
        elif entry.id in found:
            yield msgspec.structs.replace(entry, prediction=found[entry.id])
