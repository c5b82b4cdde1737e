"""What an extractor is given, what it gives back, and what else it may say of itself.

An extractor is anything that is called with a ``Document`` and returns a prediction. It sees
the text and what the publisher says of it, never the annotation. It returns

* a ``Document``, a plain ``dict``, or JSON (``str`` or ``bytes``) by ``prediction.schema.json``,
* or an :class:`Answer`, which holds one of these and what it cost.

Whatever it raises ends that document alone, except ``CouldNotRun``, which ends the run. What
a :class:`NoAnswer` says is shown as it stands.

Beside that, an extractor may have any of these attributes:

``name``         what reports call it
``fingerprint``  a string that changes whenever its answers may: what a cache depends on
``batch``        called with a list of documents, returns a list of answers, in the same order;
                 one may be an exception
``batch_size``   documents that ``batch`` takes at once, 16 where it does not say
``worker``       called with a time-out in seconds or ``None``, returns a :class:`Worker`: how
                 extractors that are no Python calls take documents
``close``        called once, when it is not needed any more
``offsets``      what the offsets of its answers count, where not code points: ``utf16``, ``bytes``
``patience``     how many documents may fail for one and the same reason, before any is answered,
                 until the run ends; without it, all may. Commands give every extractor that
                 computes five
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from goldwire.schema.document import Annotation, Document, to_line
from goldwire.schema.errors import GoldwireError, InputError
from goldwire.schema.positions import cut, visible

__all__ = [
    "Answer",
    "Extractor",
    "NoAnswer",
    "Options",
    "Prediction",
    "Reply",
    "Usage",
    "Worker",
    "blind",
    "reason_of",
    "refuse_settings",
    "request_line",
    "total_usage",
]

Prediction = Document | dict[str, Any] | str | bytes
"""A prediction in any form that an extractor may give it."""


class Usage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an answer took, as far as the extractor tells; ``cost`` is in US dollars."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: float | None = None


class Answer(Struct, frozen=True):
    """A prediction and what it took."""

    prediction: Prediction
    usage: Usage | None = None


class NoAnswer(Exception):
    """A document without an answer; the message is a sentence that says why.

    ``usage`` is what it took nevertheless, as far as that is known.
    """

    def __init__(self, reason: str, usage: Usage | None = None) -> None:
        super().__init__(reason)
        self.usage = usage


Extractor = Callable[[Document], Any]
"""A callable ``Document -> Prediction | Answer``; see the module for what else it may have."""


class Options(Struct, frozen=True, kw_only=True):
    """How an extractor is to be made, beside its name.

    ``timeout`` is in seconds a document, ``ahead`` how many documents may be asked before the
    first of them is answered (``None``: the adapter decides), ``retries`` how often a request
    is sent again. ``settings`` are the adapter's own, as they were written: ``NAME=VALUE``.
    """

    timeout: float | None = 60.0
    ahead: int | None = None
    retries: int = 5
    settings: dict[str, str] = {}


class Reply(Struct, frozen=True):
    """What came of one document: an answer, not checked yet, or the reason why there is none.

    A second reply about the same document stands in for the first: it takes an answer back.
    ``usage`` is what a failure took; an answer tells its own.
    """

    document: str
    answer: Any = None
    reason: str | None = None
    seconds: float | None = None
    usage: Usage | None = None


class Worker(Protocol):
    """One thread's worth of an extractor: it takes documents as it can, and replies to each."""

    def work(self, feed: Iterator[Document]) -> Iterator[Reply]:
        """Take blind documents from ``feed``, which other workers share, and reply to each.

        Raises ``CouldNotRun`` where it makes no sense to go on.
        """

    def close(self) -> None:
        """Stop at once; may be called from another thread, and twice."""


def blind(document: Document) -> Document:
    """What an extractor may see: text, language, and metadata, without any annotation."""
    return Document(
        id=document.id,
        schema=document.schema,
        language=document.language,
        text=document.text,
        length=document.length,
        sha256=document.sha256,
        metadata=document.metadata,
        rights=document.rights,
        annotation=Annotation(),
    )


def request_line(document: Document) -> bytes:
    """A blind document as one line of JSON with its line end: what other processes are sent."""
    return to_line(document).encode("utf-8") + b"\n"


def reason_of(problem: BaseException) -> str:
    """An exception as one short line of harmless text."""
    if isinstance(problem, GoldwireError):
        sentence = f"{problem.pointer}: {problem.problem}" if problem.pointer else problem.problem
    else:
        said = str(problem)
        sentence = f"{type(problem).__name__}: {said}" if said else type(problem).__name__
        if isinstance(problem, NoAnswer) and said:
            sentence = said
    return cut(visible(" ".join(sentence.split())), 500)


def refuse_settings(kind: str, options: Options) -> None:
    """Raise ``InputError`` where there are settings and the extractor takes none."""
    if options.settings:
        name = next(iter(options.settings))
        raise InputError(
            f"{kind} takes no settings, but {cut(visible(name), 80)!r} is set",
            hint="Leave out --set.",
        )


def total_usage(usages: Iterable[Usage | None]) -> Usage | None:
    """The sum of what was told; ``None`` for what no answer told, and where nothing was."""
    told = [usage for usage in usages if usage is not None]
    sums = {
        name: sum(values) if (values := [v for u in told if (v := getattr(u, name)) is not None])
        else None
        for name in Usage.__struct_fields__
    }  # fmt: skip
    return msgspec.convert(sums, Usage) if any(v is not None for v in sums.values()) else None
