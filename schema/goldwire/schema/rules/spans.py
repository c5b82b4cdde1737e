"""Family S: spans lie in the text, say what they say, and nest."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import cast

from ..document import Fragments
from ..positions import Unit, cut, surface
from .context import Anchored, Context, Found, Rule

__all__ = ["RULES"]

_UNIT_NAMES: tuple[tuple[Unit, str], ...] = (
    ("utf16", "UTF-16 code units"),
    ("byte", "bytes of UTF-8"),
)


def spans_have_length(context: Context) -> Iterator[Found]:
    for path, spans, _ in context.anchored:
        for number, (start, end) in enumerate(spans):
            if start >= end:
                yield Found(
                    (*path, "spans", number),
                    f"starts at {start} and ends at {end}; a span needs one character at least",
                )


def spans_lie_in_the_text(context: Context) -> Iterator[Found]:
    size = context.size
    for anchored in context.anchored:
        end = anchored.spans[-1][1]
        if end > size:
            problem = f"ends at {end}, beyond the text of {size} code points"
            yield Found((*anchored.path, "spans"), problem + _other_unit(context, anchored))


def fragments_are_ordered(context: Context) -> Iterator[Found]:
    for path, spans, _ in context.anchored:
        if len(spans) > 1:
            for (_, end), (start, _) in zip(spans, spans[1:], strict=False):
                if start < end:
                    yield Found(
                        (*path, "spans"),
                        "fragments overlap or are out of order; list them as they stand in the "
                        "text",
                    )
                    break


def surface_matches(context: Context) -> Iterator[Found]:
    text, size = context.text, context.size
    for anchored in context.anchored:
        path, spans, stated = anchored
        if len(spans) == 1:
            start, end = spans[0]
            actual = text[start:end]
        else:
            start, end = spans[0][0], spans[-1][1]
            actual = surface(text, spans)
        if actual != stated and end <= size:
            yield Found(
                (*path, "text"),
                f"text says {cut(stated, 40)!r}, the spans hold {cut(actual, 40)!r}"
                f"{_other_unit(context, anchored) or '; correct the spans'}",
                (start, end),
            )


def _other_unit(context: Context, anchored: Anchored) -> str:
    """Whether the surface stands where the offsets point when they are counted otherwise."""
    for unit, name in _UNIT_NAMES:
        offsets = context.offsets(unit)
        try:
            moved = cast(
                Fragments,
                tuple(
                    (offsets.to_code_point(start), offsets.to_code_point(end))
                    for start, end in anchored.spans
                ),
            )
        except (IndexError, ValueError):
            continue
        if surface(context.text, moved) == anchored.text:
            return (
                f"; the offsets fit if they count {name}: convert them to code points "
                f"({', '.join(f'{start}–{end}' for start, end in moved)})"
            )
    return ""


def no_blank_at_the_edge(context: Context) -> Iterator[Found]:
    text, size = context.text, context.size
    for path, spans, _ in context.anchored:
        for start, end in spans:
            if start < end <= size and (text[start].isspace() or text[end - 1].isspace()):
                yield Found(
                    (*path, "spans"),
                    "begins or ends with a blank; draw the edge in to the words",
                    (start, end),
                )


def mentions_nest(context: Context) -> Iterator[Found]:
    """Discontinuous mentions may interleave ("US and coalition troops"); others may not cross."""
    mentions = context.document.mentions
    order = sorted(
        (mention.spans[0][0], -mention.spans[0][1], index)
        for index, mention in enumerate(mentions)
        if len(mention.spans) == 1
    )
    around: list[tuple[int, int]] = []
    for start, negative_end, index in order:
        end = -negative_end
        while around and around[-1][0] <= start:
            around.pop()
        if around and around[-1][0] < end:
            other = mentions[around[-1][1]]
            yield Found(
                ("mentions", index, "spans"),
                f"crosses {other.id} ({cut(other.text, 30)!r}); one must lie inside the other, "
                "or they must not touch",
                (start, end),
            )
        around.append((end, index))


def head_lies_inside(context: Context) -> Iterator[Found]:
    for index, mention in enumerate(context.document.mentions):
        if mention.head is None:
            continue
        head = (low, high) = mention.head
        for start, end in mention.spans:
            if start <= low < high <= end:
                break
        else:
            yield Found(
                ("mentions", index, "head"),
                f"the head {head[0]}–{head[1]} is not inside the mention {cut(mention.text, 30)!r}",
                mention.spans[0],
            )


def no_item_twice(context: Context) -> Iterator[Found]:
    seen: dict[tuple[object, ...], str] = {}
    for layer in ("mentions", "times", "quantities", "events"):
        items = getattr(context.document, layer)
        label = operator.attrgetter("spans", "kind" if layer == "quantities" else "type")
        for index, item in enumerate(items):
            key = (layer, *label(item))
            first = seen.setdefault(key, item.id)
            if first != item.id:
                yield Found(
                    (layer, index),
                    f"says the same as {first}: same spans, same type; remove one",
                    item.spans[0],
                )


RULES = (
    Rule("S1", "error", "a span starts before it ends", spans_have_length),
    Rule("S2", "error", "spans end inside the text", spans_lie_in_the_text),
    Rule("S3", "error", "fragments stand in text order and do not overlap", fragments_are_ordered),
    Rule("S4", "error", "the surface is what the spans hold", surface_matches),
    Rule("S5", "error", "no span begins or ends with a blank", no_blank_at_the_edge),
    Rule("S6", "error", "mentions nest and never cross", mentions_nest),
    Rule("S7", "error", "a mention's head lies inside it", head_lies_inside),
    Rule("S8", "error", "no item stands twice", no_item_twice),
)
