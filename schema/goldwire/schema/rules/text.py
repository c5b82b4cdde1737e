"""Families T and Z: the text itself, and the zones that tile it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from ..positions import cut
from .context import Context, Found, Rule

__all__ = ["RULES"]

_FORBIDDEN = re.compile("\ufeff|\r(?!\n)|[\ud800-\udfff]")
_NAMES = {"\ufeff": "a byte order mark (U+FEFF)", "\r": "a lone carriage return"}
_SOLID = re.compile(r"\S(?:.*\S)?", re.DOTALL)


def length_matches(context: Context) -> Iterator[Found]:
    stated = context.document.length
    if stated != context.size:
        yield Found(
            ("length",),
            f"length says {stated}, the text has {context.size} code points; "
            "restore the text, or set length if the text is right",
        )


def hash_matches(context: Context) -> Iterator[Found]:
    actual = hashlib.sha256(context.text.encode("utf-8", "surrogatepass")).hexdigest()
    if actual != context.document.sha256:
        yield Found(
            ("sha256",),
            "the text is not the one that was annotated: its hash is "
            f"{actual[:12]}…, sha256 says {context.document.sha256[:12]}…; restore the text",
        )


def text_is_clean(context: Context) -> Iterator[Found]:
    text = context.text
    if text.isascii() and "\r" not in text:
        return
    for match in _FORBIDDEN.finditer(context.text):
        name = _NAMES.get(match[0], "an unpaired surrogate")
        yield Found(
            ("text",),
            f"{name} at {match.start()}: take it out before annotating",
            match.span(),
        )


def zones_do_not_overlap(context: Context) -> Iterator[Found]:
    pieces = sorted(
        (span, index)
        for index, zone in enumerate(context.document.zones)
        for span in zone.spans
        if span[0] < span[1]
    )
    for (one, first), (other, second) in zip(pieces, pieces[1:], strict=False):
        if other[0] < one[1]:
            names = context.document.zones[first].id, context.document.zones[second].id
            yield Found(
                ("zones", second, "spans"),
                f"zones {names[0]} and {names[1]} overlap; each character has one zone",
                (other[0], min(one[1], other[1])),
            )


def zones_cover_the_text(context: Context) -> Iterator[Found]:
    if not context.document.zones and not context.declared("zones"):
        return
    at = 0
    text = context.text
    for start, end in sorted(span for zone in context.document.zones for span in zone.spans):
        if start > at and not text[at:start].isspace():
            yield from _uncovered(context, at, start)
        at = max(at, end)
    if at < context.size and not text[at:].isspace():
        yield from _uncovered(context, at, context.size)


def _uncovered(context: Context, start: int, end: int) -> Iterator[Found]:
    match = _SOLID.search(context.text, start, end)
    if match:
        yield Found(
            ("zones",),
            f"no zone covers {cut(match[0], 40)!r} at {match.start()}–{match.end()}; "
            "give every character that is not blank a zone",
            match.span(),
        )


def duplicate_repeats_its_original(context: Context) -> Iterator[Found]:
    by_id = {zone.id: zone for zone in context.document.zones}
    for index, zone in enumerate(context.document.zones):
        original = by_id.get(zone.duplicate_of or "")
        if original is None:
            continue
        if original.text != zone.text:
            yield Found(
                ("zones", index, "duplicate_of"),
                f"zone {zone.id} does not repeat {original.id}: the texts differ; "
                "a repeat is word for word",
                zone.spans[0],
            )
        elif original.duplicate_of:
            yield Found(
                ("zones", index, "duplicate_of"),
                f"{original.id} is a repeat itself; name the first of them, "
                f"{original.duplicate_of}",
                zone.spans[0],
            )


def nothing_in_unscored_zones(context: Context) -> Iterator[Found]:
    unscored = [span for zone in context.document.zones if not zone.scored for span in zone.spans]
    if not unscored:
        return
    for path, spans, _ in context.anchored:
        if path[0] == "zones":
            continue
        start, end = spans[0][0], spans[-1][1]
        if any(low <= start and end <= high for low, high in unscored):
            yield Found(
                path,
                "stands in a zone that is not scored; annotate the first of repeated zones, "
                "and nothing in words of the page",
                spans[0],
            )


RULES = (
    Rule("T1", "error", "length is the text's length in code points", length_matches),
    Rule("T2", "error", "sha256 is the hash of the text's UTF-8 bytes", hash_matches),
    Rule("T3", "error", "no U+FEFF, lone CR, or unpaired surrogate in the text", text_is_clean),
    Rule("Z1", "error", "zones do not overlap", zones_do_not_overlap),
    Rule("Z2", "error", "zones cover all text that is not blank", zones_cover_the_text),
    Rule("Z3", "error", "a repeat has its original's text", duplicate_repeats_its_original),
    Rule("Z4", "warning", "nothing is annotated in unscored zones", nothing_in_unscored_zones),
)
