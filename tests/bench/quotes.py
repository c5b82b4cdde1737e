"""Quotes that models got a little wrong, put back in their places, beside other aligners.

    python -m tests.bench.quotes

Quotes of 1 to 12 words are cut from invented articles of 6,000 characters and, where
shared/corpora/isaf lies beside the checkout, from press releases. Each is unique in its text and
is spoilt lightly (a fifth of what can be) or heavily (a half). ``exact`` is the share that is
put at the very span that it was cut from, ``near`` the share that overlaps it by half (IoU); of
quotes from another text, which stand nowhere, ``exact`` is the share that is not placed at all.
A truncated quote belongs to the whole words that are left of it.

The peers: ``difflib`` (from the first to the last block that the standard library's
SequenceMatcher finds, if they hold 80 % of the quote), the ``partial_ratio_alignment`` of
rapidfuzz at 80, and, where it is installed, the aligner of langextract, which is given the quotes
in the order of the text, as it demands.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from rapidfuzz.fuzz import partial_ratio_alignment

from goldwire.evaluate.quoting.placing import Quote, place_quotes
from tests.bench.measuring import SEED, table
from tests.shared import SHARED

Span = tuple[int, int]
Aligner = Callable[[str, Sequence[str]], list[Span | None]]
Spoil = Callable[[random.Random, str, float], str | None]

TEXTS = 24
QUOTES = 12
"""Texts of each kind, and quotes from each."""

_word = re.compile(r"\w+(?:['’-]\w+)*")
_OTHERS = ("several", "further", "former", "reported", "local", "heavily", "near", "certain")


class Case(NamedTuple):
    """A text, quotes as they are given, and where each belongs."""

    text: str
    quotes: list[str]
    truth: list[Span | None]


def spoil_case(chance: random.Random, quote: str, rate: float) -> str | None:
    """Letters in the other case."""
    return "".join(c.swapcase() if chance.random() < rate else c for c in quote)


def spoil_blanks(chance: random.Random, quote: str, rate: float) -> str | None:
    """Blanks doubled, turned into line ends, or left out."""
    if " " not in quote:
        return None
    return "".join(
        chance.choice(("  ", "\n", "\u00a0", "")) if c == " " and chance.random() < rate else c
        for c in quote
    )


def spoil_punctuation(chance: random.Random, quote: str, rate: float) -> str | None:
    """Punctuation left out, and commas where none were."""
    if " " not in quote:
        return None
    return "".join(
        "" if not (c.isalnum() or c == " ") and chance.random() < rate
        else ", " if c == " " and chance.random() < rate
        else c
        for c in quote
    )  # fmt: skip


def spoil_marks(chance: random.Random, quote: str, rate: float) -> str | None:
    """Curly marks made straight and straight ones curly, and some put round a word."""
    del rate
    pairs = {"“": '"', "”": '"', "’": "'", "‘": "'", '"': "”", "'": "’"}
    words = "".join(pairs.get(c, c) for c in quote).split(" ")
    at = chance.randrange(len(words))
    words[at] = f'"{words[at]}"'
    return " ".join(words)


def spoil_end(chance: random.Random, quote: str, rate: float) -> str | None:
    """The end cut off, in the midst of a word, with an ellipsis."""
    left = quote[: max(6, round(len(quote) * (1 - rate * chance.uniform(0.6, 1.0))))]
    return f"{left.rstrip()}…" if len(left) < len(quote) and " " in left else None


def spoil_words(chance: random.Random, quote: str, rate: float) -> str | None:
    """A small paraphrase: words inside the quote exchanged, left out, or put in."""
    words = quote.split(" ")
    if len(words) < 5:
        return None
    for _ in range(max(1, round(rate * len(words) / 2.5))):
        at = chance.randrange(1, len(words) - 1)
        words[at : at + 1] = chance.choice(
            ([chance.choice(_OTHERS)], [], [words[at], chance.choice(_OTHERS)], [words[at] + "s"])
        )
    return " ".join(words)


def spoil_nothing(chance: random.Random, quote: str, rate: float) -> str | None:
    """The quote itself."""
    del chance, rate
    return quote


SPOILERS: dict[str, Spoil] = {
    "nothing": spoil_nothing,
    "case": spoil_case,
    "blanks": spoil_blanks,
    "punctuation": spoil_punctuation,
    "curly quotes": spoil_marks,
    "truncation": spoil_end,
    "small paraphrase": spoil_words,
}


def invented(chance: random.Random) -> Iterator[str]:
    """Articles of made-up words, as frequent as Zipf has it, with punctuation and quotes."""
    letters = "aeiou", "bcdfglmnprstvk"
    vocabulary = [
        "".join(chance.choice(letters[at % 2]) for at in range(chance.randint(2, 9)))
        for _ in range(4000)
    ]
    weights = [1 / rank for rank in range(1, len(vocabulary) + 1)]
    while True:
        sentences: list[str] = []
        while sum(map(len, sentences)) < 6000:
            words = chance.choices(vocabulary, weights, k=chance.randint(6, 24))
            words = [w.capitalize() if chance.random() < 0.1 else w for w in words]
            words[chance.randrange(len(words))] += ","
            if chance.random() < 0.3:
                words[2] = f"“{words[2]}"
                words[5] = f"{words[5]}”"
            if chance.random() < 0.3:
                words.insert(3, str(chance.randint(2, 300)))
            sentences.append(" ".join(words).capitalize() + ".")
        yield " ".join(sentences)


def press_releases() -> Iterator[str]:
    """Texts of isaf, as they are."""
    path = SHARED / "corpora" / "isaf" / "isaf-400.jsonl"
    if path.exists():
        for line in filter(None, path.read_text("utf-8").split("\n")):
            yield json.loads(line)["text"]


def cut(chance: random.Random, text: str) -> Span | None:
    """The span of some words that stand in the text only once."""
    words = [match.span() for match in _word.finditer(text)]
    if len(words) < 20:
        return None
    for _ in range(50):
        size = chance.choice((1, 2, 2, 3, 3, 4, 5, 6, 8, 10, 12))
        at = chance.randrange(len(words) - size)
        start, end = words[at][0], words[at + size - 1][1]
        quote = text[start:end]
        if len(quote) > 4 and text.casefold().count(quote.casefold()) == 1 and "\n" not in quote:
            return start, end
    return None


def cases(texts: Sequence[str], kind: str, rate: float, chance: random.Random) -> Iterator[Case]:
    """For every text some spoilt quotes, in the order of the text."""
    for number, text in enumerate(texts):
        found: list[tuple[Span | None, str]] = []
        tries = 0
        while len(found) < QUOTES and tries < 20 * QUOTES:
            tries += 1
            if kind == "another text":
                other = texts[(number + 1) % len(texts)]
                span = cut(chance, other)
                if span and other[slice(*span)].casefold() not in text.casefold():
                    found.append((None, other[slice(*span)]))
                continue
            span = cut(chance, text)
            quote = span and SPOILERS[kind](chance, text[slice(*span)], rate)
            if span and quote and kind == "truncation":
                last = span[0] + len(quote) - 1
                span = span[0], next(m.end() for m in _word.finditer(text) if m.end() >= last)
            if span and quote:
                found.append((span, quote))
        found.sort(key=lambda pair: (pair[0] or (0, 0), pair[1]))
        yield Case(text, [quote for _, quote in found], [span for span, _ in found])


def by_goldwire(text: str, quotes: Sequence[str]) -> list[Span | None]:
    return [each.span for each in place_quotes(text, [Quote(quote) for quote in quotes])]


def by_difflib(text: str, quotes: Sequence[str]) -> list[Span | None]:
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(text)
    placed: list[Span | None] = []
    for quote in quotes:
        matcher.set_seq1(quote)
        blocks = [block for block in matcher.get_matching_blocks() if block.size > 2]
        held = sum(block.size for block in blocks)
        near = blocks and blocks[-1].b + blocks[-1].size - blocks[0].b < 2 * len(quote)
        span = (blocks[0].b, blocks[-1].b + blocks[-1].size) if near else None
        placed.append(span if held >= 0.8 * len(quote) else None)
    return placed


def by_partial_ratio(text: str, quotes: Sequence[str]) -> list[Span | None]:
    placed: list[Span | None] = []
    for quote in quotes:
        hit = partial_ratio_alignment(quote, text, score_cutoff=80)
        placed.append((hit.dest_start, hit.dest_end) if hit else None)
    return placed


def by_langextract(text: str, quotes: Sequence[str]) -> list[Span | None]:
    library: Any = importlib.import_module("langextract")
    resolver: Any = importlib.import_module("langextract.resolver")
    items = [library.data.Extraction("x", quote) for quote in quotes]
    (aligned,) = resolver.WordAligner().align_extractions([items], text)
    found = [item.char_interval for item in aligned]
    return [(each.start_pos, each.end_pos) if each else None for each in found]


def aligners() -> dict[str, Aligner]:
    """All that can be run here."""
    found: dict[str, Aligner] = {
        "goldwire": by_goldwire,
        "difflib": by_difflib,
        "rapidfuzz": by_partial_ratio,
    }
    if importlib.util.find_spec("langextract") is not None:
        found["langextract"] = by_langextract
    return found


def overlap(one: Span | None, other: Span | None) -> float:
    if one is None or other is None:
        return float(one is other)
    shared = max(0, min(one[1], other[1]) - max(one[0], other[0]))
    return shared / (max(one[1], other[1]) - min(one[0], other[0]))


def main() -> None:
    chance = random.Random(SEED)
    made = invented(chance)
    corpora = {"invented": [next(made) for _ in range(TEXTS)]}
    releases = [text for text in press_releases() if len(text) > 600]
    if releases:
        corpora["isaf"] = chance.sample(releases, TEXTS)
    for name, texts in corpora.items():
        rows: list[list[str]] = []
        for kind in (*SPOILERS, "another text"):
            for rate in (
                (1.0,) if kind in ("nothing", "curly quotes", "another text") else (0.2, 0.5)
            ):
                given = list(cases(texts, kind, rate, random.Random(f"{SEED}{kind}{rate}")))
                said = {0.2: ", a fifth", 0.5: ", half"}.get(rate, "")
                rows.append([f"{kind}{said}", *_measured(given)])
        header = ["spoilt", "quotes"]
        header += [f"{name}: exact / near, ms a quote" for name in aligners()]
        table(f"Quotes put back in {TEXTS} texts, {name}", header, rows)


def _measured(given: list[Case]) -> list[str]:
    total = sum(len(case.quotes) for case in given)
    cells = [str(total)]
    for align in aligners().values():
        exact = near = 0
        seconds = 0.0
        align(given[0].text, given[0].quotes)  # what is imported when first needed is not timed
        for case in given:
            begin = time.perf_counter()
            placed = align(case.text, case.quotes)
            seconds += time.perf_counter() - begin
            shares = [overlap(*pair) for pair in zip(placed, case.truth, strict=True)]
            exact += sum(share == 1 for share in shares)
            near += sum(share >= 0.5 for share in shares)
        shown = f"{100 * exact / total:.1f} / {100 * near / total:.1f} %"
        cells.append(f"{shown}, {1000 * seconds / total:.2f}")
    return cells


if __name__ == "__main__":
    main()
