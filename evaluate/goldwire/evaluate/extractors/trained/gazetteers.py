"""The word lists of the ``rules`` extractor, as attributes of words: evidence, not decisions."""

from __future__ import annotations

import functools
import hashlib
from importlib.resources import files

from ..rules.gazetteer import lexicon, longest
from ..rules.triggers import verb_index
from .reading import Reading

__all__ = ["listed", "lists_digest"]


def listed(reading: Reading) -> list[list[str]]:
    """By word, the lists that it is in: ``g=B-GPE`` begins a listed name of a place, and so on."""
    lists = lexicon()
    found: list[list[str]] = [[] for _ in reading.words]
    events = verb_index()
    for begin, end in zip(reading.bounds, reading.bounds[1:], strict=False):
        words = reading.words[begin:end]
        for at, word in enumerate(words):
            if name := longest(lists.names, words, at):
                value = f"{name[1].type}.{name[1].form}"
                _mark(found, begin + at, begin + name[0], value)
            if noun := longest(lists.nouns, words, at, lower=True):
                _mark(found, begin + at, begin + noun[0], f"n.{noun[1].type}")
            for kind, index in zip(("verb", "noun"), events, strict=True):
                if frames := longest(index, words, at, lower=True):
                    for type_ in dict.fromkeys(frame.type for frame in frames[1]):
                        _mark(found, begin + at, begin + frames[0], f"{kind}.{type_}", "e")
            own = found[begin + at]
            if word.text in lists.titles or word.lower in lists.titles:
                own.append("g=title")
            for kind, members in (
                ("female", lists.female),
                ("male", lists.male),
                ("particle", lists.particles),
                ("determiner", lists.determiners),
                ("premodifier", lists.premodifiers),
            ):
                if word.text in members or word.lower in members:
                    own.append(f"g={kind}")
            for kind, heads in (("suffix", lists.suffixes), ("prefix", lists.prefixes)):
                if head := heads.get(word.lower):
                    own.append(f"g={kind}.{head[0]}")
    return [list(dict.fromkeys(row)) for row in found]


def _mark(found: list[list[str]], first: int, last: int, value: str, name: str = "g") -> None:
    for at in range(first, last):
        found[at].append(f"{name}={'B' if at == first else 'I'}-{value}")


@functools.cache
def lists_digest() -> str:
    """SHA-256 of the word lists: what a model that learnt with them depends on."""
    digest = hashlib.sha256()
    folder = files("goldwire.evaluate.extractors.rules")
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()
