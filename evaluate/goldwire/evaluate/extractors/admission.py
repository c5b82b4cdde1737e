"""The door: an answer is let in where it can be scored, and turned away with the reason.

What one extractor says of one document must never keep the others from being scored. So every
answer is read here exactly as the scorer will read it, against the text it is about.
"""

from __future__ import annotations

from typing import Any

import msgspec

from goldwire.schema.document import Document, to_line, to_plain
from goldwire.schema.errors import InputError
from goldwire.schema.positions import cut, visible
from goldwire.schema.reading import Raw
from goldwire.schema.repeats import repeated_key

from .protocol import Answer, NoAnswer, Usage

__all__ = ["Refused", "admit", "number_of", "read_answer"]

_decoder = msgspec.json.Decoder(dict[str, Any])


class Refused(NoAnswer):
    """An answer that cannot be scored; the message is a sentence that says why."""


def admit(answer: object, document: Document) -> tuple[Document | dict[str, Any], Usage | None]:
    """The prediction in an answer about ``document``, and what it took.

    A ``Document`` stays one, anything else becomes a plain ``dict`` with an ``id``, whose quotes
    have notes of how they are placed. Raises
    ``Refused`` for what is no prediction, is about another document or text, or points
    outside the text; it holds what the answer took.
    """
    stated = answer if isinstance(answer, Answer) else Answer(answer)  # type: ignore[arg-type]
    if isinstance(stated.prediction, Document):
        _same(stated.prediction.id, document.id, stated.usage)
        _check(to_line(stated.prediction).encode(), document, stated.usage)
        return stated.prediction, stated.usage
    fields, usage = read_answer(stated, document.id)
    try:
        line = msgspec.json.encode(fields, enc_hook=number_of)
        fields = _decoder.decode(line)
    except (TypeError, ValueError, OverflowError, RecursionError) as problem:
        raise Refused(f"the answer cannot be written as JSON: {problem}", usage) from problem
    _check(line, document, usage)
    from ..columns import SPAN_LAYERS
    from ..quoting.placing import note_placements

    note_placements(fields, document.text, tuple(SPAN_LAYERS))
    return fields, usage


def number_of(value: object) -> object:
    """The plain number or list in a number or an array of NumPy, for JSON.

    Raises ``TypeError`` for anything else.
    """
    plain = getattr(value, "tolist", None)
    if callable(plain):
        return plain()
    raise TypeError(f"{type(value).__name__} is nothing that JSON has")


def read_answer(answer: object, name: str) -> tuple[dict[str, Any], Usage | None]:
    """An answer as a plain ``dict`` with the ``id`` of its document, and what it took.

    Raises ``Refused`` where it is none, or for another document.
    """
    stated = answer if isinstance(answer, Answer) else Answer(answer)  # type: ignore[arg-type]
    prediction: object = stated.prediction
    usage = stated.usage
    if isinstance(prediction, Document):
        fields = to_plain(prediction)
    elif isinstance(prediction, dict):
        fields = dict(prediction)
    elif isinstance(prediction, (str, bytes)):
        try:
            fields = _decoder.decode(prediction)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as problem:
            raise Refused(f"the answer is no JSON object: {problem}", usage) from problem
        data = prediction.encode() if isinstance(prediction, str) else prediction
        again = repeated_key(data, fields)
        if again is not None:
            raise Refused(f"{again}: the key stands twice in one object of the answer", usage)
    else:
        kind = type(prediction).__name__
        raise Refused(f"the extractor returned {kind}, not a prediction", usage)
    fields = {"id": name} | fields
    if "usage" in fields:
        try:
            usage = msgspec.convert(fields.pop("usage"), Usage)
        except msgspec.ValidationError as problem:
            raise Refused(f"the usage cannot be read: {problem}") from problem
    _same(fields["id"], name, usage)
    if "error" in fields:
        raise Refused(str(fields["error"]), usage)
    return fields, usage


def _same(found: object, name: str, usage: Usage | None) -> None:
    if found != name:
        shown = cut(visible(str(found)), 80)
        raise Refused(f"the extractor answered for another document, {shown!r}", usage)


def _check(line: bytes, document: Document, usage: Usage | None) -> None:
    from ..columns import SPAN_LAYERS, columns
    from ..notes import Notes
    from ..reading.pairing import blocks
    from ..tables import Labels

    layers = tuple(SPAN_LAYERS)
    gold = {"id": document.id, "schema": "", "text": document.text, "sha256": document.sha256}
    notes = Notes()
    sides = [Raw(msgspec.json.encode(gold), "gold")], [Raw(line, "")]
    try:
        for block in blocks(*sides, notes, layers):
            columns(block, layers, {layer: Labels() for layer in layers}, notes)
    except InputError as problem:
        place = f"{problem.pointer}: " if problem.pointer else ""
        raise Refused(f"{place}{problem.problem}", usage) from problem
