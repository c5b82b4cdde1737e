"""``langextract:FILE``: the JSON Lines that LangExtract saves, one annotated document a line.

A document is found by its ``document_id`` or, since LangExtract makes ids up, by its text. An
extraction that LangExtract aligned keeps its offsets; one that it could not align is placed by
its text, as any quote, and so is every one where ``placement=quotes`` is set.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from goldwire.schema.document import Document
from goldwire.schema.errors import InputError, InvalidDocument, UnreadableInput

from ..columns import SPAN_LAYERS
from ..quoting.placing import with_offsets
from .label_map import LabelMap, label_map, unmapped_note
from .protocol import NoAnswer, Options
from .settings import read_settings

__all__ = ["LangExtractExtractor", "make"]


class Settings(Struct, frozen=True):
    """``labels``: a label map; ``placement``: their ``offsets``, or ours by ``quotes``."""

    labels: str | None = None
    placement: Literal["offsets", "quotes"] = "offsets"


class Interval(Struct, frozen=True):
    """Offsets in code points; LangExtract leaves both out where it found nothing."""

    start_pos: int | None = None
    end_pos: int | None = None


class Extraction(Struct, frozen=True):
    """One extraction, as much of it as is read."""

    extraction_class: str
    extraction_text: str
    char_interval: Interval | None = None
    alignment_status: str | None = None


class Line(Struct, frozen=True):
    """One annotated document."""

    text: str | None = None
    document_id: str | None = None
    extractions: tuple[Extraction, ...] | msgspec.UnsetType | None = msgspec.UNSET


class LangExtractExtractor:
    """Answers from a file that was made before."""

    def __init__(self, name: str, lines: list[Line], labels: LabelMap, settings: Settings) -> None:
        self.name = name
        self.fingerprint = ""
        self._labels = labels
        self._quotes = settings.placement == "quotes"
        self._by_id = {line.document_id: line for line in lines if line.document_id}
        self._by_text = {line.text: line for line in lines if line.text is not None}

    def __call__(self, document: Document) -> dict[str, Any]:
        """The prediction for one document. Raises ``NoAnswer`` where the file has none."""
        line = self._by_id.get(document.id) or self._by_text.get(document.text)
        if line is None:
            raise NoAnswer("the file has no document with this id or this text")
        if line.text is not None and line.text != document.text:
            raise NoAnswer("the file has another text for this document")
        prediction: dict[str, Any] = {"id": document.id}
        unmapped: Counter[str] = Counter()
        for extraction in line.extractions or ():
            theirs = extraction.extraction_class
            unmapped[theirs] += theirs not in self._labels.places
            place = self._labels.place(theirs)
            if place is not None:
                layer, label = place
                item = {SPAN_LAYERS[layer]: label, **self._anchor(extraction, len(document.text))}
                prediction.setdefault(layer, []).append(item)
        note = unmapped_note(unmapped, self._labels)
        if note:
            prediction["note"] = note
        return with_offsets(prediction, document.text)

    def _anchor(self, extraction: Extraction, size: int) -> dict[str, Any]:
        # What says nothing stands nowhere: a blank keeps it in the form of a quote.
        quote = {"quote": {"exact": extraction.extraction_text or " "}}
        interval = extraction.char_interval
        if self._quotes or interval is None:
            return quote
        start, end = interval.start_pos, interval.end_pos
        if start is None or end is None or not 0 <= start < end <= size:
            return quote
        status = extraction.alignment_status
        note = {"note": f"aligned by LangExtract: {status}"} if status else {}
        return {"spans": [[start, end]], **quote, **note}


def make(argument: str, options: Options) -> LangExtractExtractor:
    """Read the file. Raises ``InputError`` for one that is not LangExtract's, naming the line."""
    settings = read_settings("langextract", options.settings, Settings)
    labels = label_map(settings.labels)
    try:
        data = Path(argument).read_bytes()
    except OSError as problem:
        raise UnreadableInput(
            f"the file cannot be read: {problem.strerror}", source=argument
        ) from problem
    decoder = msgspec.json.Decoder(Line)
    lines = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            found = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise InvalidDocument(
                f"is no document of LangExtract: {problem}", source=argument, line=number
            ) from problem
        if found.extractions is msgspec.UNSET:
            raise InvalidDocument(
                "is no document of LangExtract: it has no extractions",
                source=argument,
                line=number,
                hint="Save what it found with lx.io.save_annotated_documents.",
            )
        lines.append(found)
    twice = [
        name for name, n in Counter(line.document_id for line in lines).items() if n > 1 and name
    ]
    if twice:
        raise InputError(f"the document {twice[0]!r} stands there twice", source=argument)
    extractor = LangExtractExtractor(f"langextract:{argument}", lines, labels, settings)
    parts = [hashlib.sha256(data).hexdigest(), labels.key, settings.placement]
    extractor.fingerprint = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return extractor
