"""Where a quote stands in the text: exact places only, and a list of them where it is not one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from goldwire.schema.document import Fragments, Span
from goldwire.schema.positions import cut, excerpt, occurrences, visible

from .errors import ScriptError
from .lines import Fragment

__all__ = ["fragments_at", "quoted", "spans_at"]

_LISTED = 12
"""Places that an error lists at most."""


def spans_at(text: str, place: Sequence[Fragment], within: Fragments | None = None) -> Fragments:
    """The spans of a place. ``within`` limits quotes to spans, and counts occurrences in them.

    Raises ``ScriptError`` for a quote that stands nowhere, or in several places with nothing
    that says in which, and for offsets outside the text.
    """
    return tuple(_span(text, fragment, within) for fragment in place)


def _span(text: str, fragment: Fragment, within: Fragments | None) -> Span:
    if fragment.offsets is not None:
        start, end = fragment.offsets
        if not start < end <= len(text):
            raise ScriptError(
                f"{start}:{end} is no span of this text",
                hint=f"Start comes before end, and the text has {len(text)} characters.",
            ).at(None, fragment.column)
        return start, end
    quote = fragment.quote or ""
    found = _places(text, quote, within)
    number = fragment.occurrence
    if number is not None and number <= len(found):
        return found[number - 1]
    if number is None and len(found) == 1:
        return found[0]
    raise _not_placed(text, fragment, found, within is not None).at(None, fragment.column)


def _places(text: str, quote: str, within: Fragments | None) -> list[Span]:
    def spans() -> Iterator[Span]:
        for start in occurrences(text, quote):
            end = start + len(quote)
            if within is None or any(low <= start and end <= high for low, high in within):
                yield start, end

    return list(spans())


def _not_placed(text: str, fragment: Fragment, found: list[Span], inside: bool) -> ScriptError:
    quote = fragment.quote or ""
    shown = f'"{cut(visible(quote), 60)}"'
    where = "in the item" if inside else "in the text"
    if not quote:
        return ScriptError("the quote is empty", hint="Quote the words as they stand in the text.")
    if not found:
        return ScriptError(f"{shown} does not stand {where}", hint=_advice(text, quote, inside))
    if fragment.occurrence is not None:
        times = "once" if len(found) == 1 else f"{len(found)} times"
        return ScriptError(
            f"there is no occurrence {fragment.occurrence} of {shown}: it stands {where} {times}",
            hint="The places are:" + _listed(text, found),
        )
    return ScriptError(
        f"{shown} stands {where} {len(found)} times",
        hint="Say which, by #N (on the command line --occurrence N):" + _listed(text, found),
    )


def _listed(text: str, found: list[Span]) -> str:
    lines = [
        f"\n    #{number}  {excerpt(text, *span)}"
        for number, span in enumerate(found[:_LISTED], start=1)
    ]
    more = len(found) - _LISTED
    return "".join(lines) + (f"\n    … and {more} more" if more > 0 else "")


def _advice(text: str, quote: str, inside: bool) -> str:
    """What stands there instead, where only case, quotation marks, or blanks differ."""
    if inside:
        return "It must stand inside the item's own words."
    folded, wanted = _folded(text), _folded(quote)
    # A character that grows when it is folded would shift what is shown.
    if len(folded) == len(text) and len(wanted) == len(quote) and wanted in folded:
        at = folded.index(wanted)
        return f"Did you mean {excerpt(text, at, at + len(quote))}?"
    return "Quote it exactly as it stands, with its quotation marks, blanks, and line ends (\\n)."


_ALIKE = str.maketrans("“”„‘’‚′`\u00a0\u202f\n\t–—‑", "\"\"\"'''''    ---")


def _folded(text: str) -> str:
    return text.translate(_ALIKE).lower()


def fragments_at(text: str, spans: Fragments, within: Fragments | None = None) -> str:
    """Spans as a script writes them: quotes, with the occurrence where it takes one."""
    return " + ".join(_fragment(text, span, within) for span in spans)


def _fragment(text: str, span: Span, within: Fragments | None) -> str:
    start, end = span
    found = _places(text, text[start:end], within) if start < end <= len(text) else []
    if span not in found:
        return f"{start}:{end}"
    number = f"#{found.index(span) + 1}" if len(found) > 1 else ""
    return quoted(text[start:end]) + number


def quoted(text: str) -> str:
    """Text as a JSON string that stays on its line."""
    said = json.dumps(text, ensure_ascii=False)
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", said)


_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
