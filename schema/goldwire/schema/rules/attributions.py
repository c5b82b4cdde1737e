"""Family A: quotes, cues, and contents."""

from __future__ import annotations

from collections.abc import Iterator

from ..positions import cut
from .context import Context, Found, Rule

__all__ = ["RULES"]

_OPENING = frozenset("\"'“„‟‘‚‛«‹「『")
_CLOSING = frozenset("\"'”“’‘»›」』")


def quotes_lie_in_content(context: Context) -> Iterator[Found]:
    for index, attribution in enumerate(context.document.attributions):
        for at, (start, end) in enumerate(attribution.quotes):
            low, high = attribution.spans[0][0], attribution.spans[-1][1]
            if start >= end or start < low or high < end:
                yield Found(
                    ("attributions", index, "quotes", at),
                    "the quote is not inside the content; widen the content or move the quote",
                    (start, end),
                )


def quotes_stand_between_marks(context: Context) -> Iterator[Found]:
    text = context.text
    for index, attribution in enumerate(context.document.attributions):
        for at, (start, end) in enumerate(attribution.quotes):
            opened = start > 0 and text[start - 1 : start] in _OPENING
            closed = text[end : end + 1] in _CLOSING and end < context.size
            runs_on = end < context.size and "\n" in text[end : end + 2]
            if not opened or not (closed or runs_on):
                yield Found(
                    ("attributions", index, "quotes", at),
                    f"{cut(text[start:end], 40)!r} does not stand between quotation marks; "
                    "a quote is what stands between them, without the marks",
                    (start, end),
                )


def cue_is_outside_content(context: Context) -> Iterator[Found]:
    for index, attribution in enumerate(context.document.attributions):
        for cue_start, cue_end in attribution.cue.spans if attribution.cue else ():
            if any(start < cue_end and cue_start < end for start, end in attribution.spans):
                yield Found(
                    ("attributions", index, "cue"),
                    "the cue lies in the content; cut the content around it",
                    (cue_start, cue_end),
                )


def quoted_styles_have_quotes(context: Context) -> Iterator[Found]:
    for index, attribution in enumerate(context.document.attributions):
        if attribution.style in ("direct", "mixed") and not attribution.quotes:
            yield Found(
                ("attributions", index, "style"),
                f"{attribution.style} needs a quote; add it, or call the style indirect",
                attribution.spans[0],
            )
        elif attribution.style == "indirect" and attribution.quotes:
            yield Found(
                ("attributions", index, "style"),
                "indirect has no quotes; call the style mixed or direct",
                attribution.spans[0],
            )


def attributed_events_are_told_there(context: Context) -> Iterator[Found]:
    contents = {item.id: item.spans for item in context.document.attributions}
    for index, event in enumerate(context.document.events):
        for at, name in enumerate(event.attributions):
            content = contents.get(name)
            if content is None:
                continue
            start, end = event.spans[0]
            if not any(low <= start and end <= high for low, high in content):
                yield Found(
                    ("events", index, "attributions", at),
                    f"the trigger {cut(event.text, 30)!r} is not in the content of {name}",
                    (start, end),
                )


RULES = (
    Rule("A1", "error", "quotes lie in the content", quotes_lie_in_content),
    Rule("A2", "error", "quotes stand between quotation marks", quotes_stand_between_marks),
    Rule("A3", "error", "the cue lies outside the content", cue_is_outside_content),
    Rule("A4", "error", "style and quotes agree", quoted_styles_have_quotes),
    Rule(
        "A5",
        "error",
        "an attributed event is told in the content",
        attributed_events_are_told_there,
    ),
)
