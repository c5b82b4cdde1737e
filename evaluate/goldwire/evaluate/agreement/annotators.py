"""The documents of several annotators, matched by id and read as each marked them.

Nobody is gold here. An item counts as its annotator marked it: other accepted answers are left
out, and what is marked as optional counts like the rest. Text that all who are compared put
into zones that are not scored is left out on all sides; where one of them scores it, it counts.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec import Struct

from goldwire.corpus.documents import read
from goldwire.schema.document import LAYERS, Document, to_line
from goldwire.schema.errors import InputError, InvalidDocument
from goldwire.schema.reading import check_standard_input

from ..columns import SPAN_LAYERS, unscored_text
from ..counting import Source
from ..notes import Notes
from ..report.model import Finding
from ..tables import Shape, joined

__all__ = ["DECLARED", "Team", "declares", "lies_in", "read_team", "shared_unscored"]

DECLARED = {"arguments": "events", "hoppers": "events"}
"""The layer of the document that must be annotated for a compared layer, where names differ."""

_replace = msgspec.structs.replace
_decoder = msgspec.json.Decoder(Document)


class Team(Struct, frozen=True):
    """Annotators with their documents, as marked.

    ``ids`` names the documents that at least two of them have, in alphabetical order: the rows
    of all counts; ``totals`` counts all documents of each annotator. ``origins`` say where they
    came from.
    """

    names: tuple[str, ...]
    ids: tuple[str, ...]
    documents: tuple[dict[str, Document], ...]
    totals: tuple[int, ...]
    origins: tuple[str, ...]
    digests: tuple[str, ...]
    findings: tuple[Finding, ...]


def declares(document: Document | None, layer: str) -> bool:
    """Whether a document is there, and a layer is annotated in it."""
    return document is not None and DECLARED.get(layer, layer) in document.annotation.layers


def read_team(sources: Sequence[Source], names: Sequence[str] | None = None) -> Team:
    """Read the documents of all annotators.

    Names default to those of files and folders. Raises ``InputError`` for fewer than two
    annotators, names that do not fit, a document twice, documents of one id with different
    texts, and where no document is shared; for what cannot be read as ``read`` does.
    """
    if len(sources) < 2:
        raise InputError(
            f"agreement needs at least two annotators, not {len(sources)}",
            hint="Name a file or a folder of documents for each.",
        )
    check_standard_input(*sources)
    chosen = _names(sources, names)
    origins = tuple(
        str(source) if isinstance(source, (str, Path)) else name
        for source, name in zip(sources, chosen, strict=True)
    )
    teams = [_by_id(source, origin) for source, origin in zip(sources, origins, strict=True)]
    _check_texts(teams, origins)
    holders = Counter(name for documents in teams for name in documents)
    ids = tuple(sorted(name for name, count in holders.items() if count >= 2))
    if not ids:
        raise InputError(
            "the annotators have no document in common",
            hint=f"Documents are matched by id; the first have {_some(teams[0])} and "
            f"{_some(teams[1])}.",
        )
    notes = Notes()
    _note_missing(teams, chosen, holders, notes)
    marked = tuple(
        {name: _as_marked(documents[name], who, notes) for name in ids if name in documents}
        for documents, who in zip(teams, chosen, strict=True)
    )
    _note_left_out(marked, chosen, ids, notes)
    return Team(
        chosen,
        ids,
        marked,
        tuple(map(len, teams)),
        origins,
        tuple(map(_digest, teams)),
        tuple(Finding(note.kind, note.count, note.examples) for note in notes.all()),
    )


def _names(sources: Sequence[Source], names: Sequence[str] | None) -> tuple[str, ...]:
    if names is not None:
        if len(names) != len(sources):
            raise InputError(f"{len(names)} names were given for {len(sources)} annotators")
        if len(set(names)) < len(names):
            raise InputError(
                "two annotators have the same name",
                hint="Give every annotator a name of their own.",
            )
        return tuple(names)
    paths = [Path(source) if isinstance(source, (str, Path)) else None for source in sources]
    found = [
        f"annotator {number}" if path is None else _stem(path)
        for number, path in enumerate(paths, start=1)
    ]
    if len(set(found)) < len(found):  # anna/news.jsonl and ben/news.jsonl
        found = [
            name if path is None else path.absolute().parent.name or str(path)
            for name, path in zip(found, paths, strict=True)
        ]
    if len(set(found)) < len(found):
        found = [f"{number} {name}" for number, name in enumerate(found, start=1)]
    return tuple(found)


def _stem(path: Path) -> str:
    return "stdin" if str(path) == "-" else path.stem or str(path)


def _by_id(source: Source, origin: str) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for document in _documents(source, origin):
        if document.id in found:
            raise InputError(
                f"holds the document {document.id!r} twice",
                source=origin,
                hint="Give each annotator one version of a document.",
            )
        digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
        if digest != document.sha256:
            raise InvalidDocument(
                f"the text of {document.id!r} is not the one that was annotated: it does not "
                "have the hash in sha256",
                source=origin,
                pointer="/sha256",
                hint="Restore the text, then run `goldwire schema validate`.",
            )
        found[document.id] = document
    return found


def _documents(source: Source, origin: str) -> Iterable[Document]:
    if isinstance(source, (str, Path)):
        yield from read([source])
        return
    for number, item in enumerate(source, start=1):
        if isinstance(item, Document):
            yield item
            continue
        try:
            yield _decoder.decode(msgspec.json.encode(item))
        except msgspec.ValidationError as problem:
            sentence, _, place = str(problem).partition(" - at `$")
            raise InvalidDocument(
                f"document {number} is no document: {sentence[0].lower()}{sentence[1:]}",
                source=origin,
                pointer=place.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
                or None,
                hint="See all that is wrong with `goldwire schema validate`.",
            ) from problem


def _check_texts(teams: Sequence[dict[str, Document]], origins: Sequence[str]) -> None:
    first: dict[str, tuple[Document, str]] = {}
    for documents, origin in zip(teams, origins, strict=True):
        for name, document in documents.items():
            earlier, where = first.setdefault(name, (document, origin))
            if earlier.text != document.text:
                raise InputError(
                    f"the text of {name!r} is not that of {where}",
                    source=origin,
                    pointer="/text",
                    hint="Annotators can be compared on one and the same text only.",
                )


def _some(documents: dict[str, Document]) -> str:
    names = sorted(documents)
    return ", ".join(map(repr, names[:3])) + (", …" if len(names) > 3 else "") or "none"


def _digest(documents: dict[str, Document]) -> str:
    whole = hashlib.sha256()
    for name in sorted(documents):
        whole.update(hashlib.sha256(to_line(documents[name]).encode()).digest())
    return whole.hexdigest()[:12]


def _note_missing(
    teams: Sequence[dict[str, Document]],
    names: Sequence[str],
    holders: Counter[str],
    notes: Notes,
) -> None:
    for document, count in sorted(holders.items()):
        if count == 1:
            (only,) = (
                who for own, who in zip(teams, names, strict=True) if document in own
            )  # fmt: skip
            notes.add("document of one annotator only, not compared", f"{document} ({only})")
            continue
        for own, who in zip(teams, names, strict=True):
            if document not in own:
                notes.add(
                    "document that an annotator lacks, not compared in their pairs",
                    f"{document} ({who})",
                )
        for layer in LAYERS:
            has = [layer in own[document].annotation.layers for own in teams if document in own]
            if any(has) and not all(has):
                notes.add(
                    "layer of a document that not all annotated, not compared in their pairs",
                    f"{layer} of {document}",
                )


def _as_marked(document: Document, who: str, notes: Notes) -> Document:
    """The document without other accepted answers, and with nothing optional."""
    changes: dict[str, Any] = {}
    for layer in LAYERS:
        items = tuple(map(_plain, getattr(document, layer)))
        if layer == "events":
            items = tuple(
                _replace(item, arguments=tuple(map(_plain, item.arguments)))
                if any(each.optional or each.alternatives for each in item.arguments)
                else item
                for item in items
            )
        changed = sum(
            one is not other for one, other in zip(items, getattr(document, layer), strict=True)
        )
        if changed:
            notes.add(
                "item with other accepted answers or optional, taken as marked",
                f"{layer} of {who}",
                changed,
            )
            changes[layer] = items
    return _replace(document, **changes) if changes else document


def _plain(item: Any) -> Any:
    if item.optional or getattr(item, "alternatives", ()):
        return _replace(item, optional=False, alternatives=())
    return item


def _note_left_out(
    teams: Sequence[dict[str, Document]], names: Sequence[str], ids: Sequence[str], notes: Notes
) -> None:
    for document in ids:
        apart = shared_unscored([own[document] for own in teams if document in own])
        for own, who in zip(teams, names, strict=True):
            if document not in own:
                continue
            for layer, field in SPAN_LAYERS.items():
                if layer not in own[document].annotation.layers:
                    continue
                items = getattr(own[document], layer)
                again = len(items) - len({(joined(i.spans), getattr(i, field)) for i in items})
                if again:
                    notes.add("exact duplicate, counted once", f"{layer} of {who}", again)
                if layer != "zones" and apart:
                    within = sum(lies_in(joined(item.spans), apart) for item in items)
                    if within:
                        notes.add(
                            "item in a zone that nobody scores, left out",
                            f"{layer} of {who}",
                            within,
                        )


def shared_unscored(documents: Sequence[Document]) -> Shape:
    """Where none of these versions of a document is scored: stretches in the order of text."""
    whole = unscored_text(cast(Any, documents[0]))
    for document in documents[1:]:
        others = unscored_text(cast(Any, document))
        whole = tuple(
            (max(a, c), min(b, d)) for a, b in whole for c, d in others if max(a, c) < min(b, d)
        )
    return whole


def lies_in(shape: Shape, stretches: Shape) -> bool:
    """Whether every fragment lies within one of the stretches."""
    return all(any(low <= start and end <= high for low, high in stretches) for start, end in shape)
