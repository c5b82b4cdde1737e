"""Patterns tried only where they can begin: a grammar over a sentence in linear time."""

from __future__ import annotations

from collections.abc import Callable

import regex

from .tokens import Sentence

__all__ = ["matches_near"]


def matches_near(
    pattern: regex.Pattern[str],
    text: str,
    sentence: Sentence,
    *,
    is_core: Callable[[str], bool],
    can_begin: Callable[[str], bool],
    reach: int,
) -> list[regex.Match[str]]:
    """All matches in the sentence, in text order, none inside another.

    ``is_core`` says which lower-case words carry a match, ``can_begin`` which may stand in
    front of one; the pattern is tried at them where a core word follows within ``reach`` words.
    """
    tokens = sentence.tokens
    core = [at for at, token in enumerate(tokens) if is_core(token.lower)]
    found: list[regex.Match[str]] = []
    end = sentence.start
    following = 0
    for at, token in enumerate(tokens):
        if following < len(core) and core[following] < at:
            following += 1
        if following == len(core):
            break
        if core[following] - at > reach or token.start < end:
            continue
        if core[following] == at or can_begin(token.lower):
            match = pattern.match(text, token.start, sentence.end)
            if match:
                found.append(match)
                end = match.end()
    return found
