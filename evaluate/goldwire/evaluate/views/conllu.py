"""Coreference in CoNLL-U files: ``Entity=`` in MISC, as CorefUD writes it (Nedoluzhko et al. 2022).

``(e1-person-1-`` opens a mention, ``e1)`` closes one, ``(e1-person-1)`` is one word; ``[1/2]``
after the entity numbers the parts of a discontinuous mention. A line ``# global.Entity =`` says
in which place the head stands, a number of a word within the mention, from 1. As in udapi, which
CorefUD's scorer reads with, it must be there, and of a mention in parts the last part says it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from goldwire.schema.errors import InputError, UnreadableInput
from goldwire.schema.reading import not_utf8

from ..compat.corefud import Mention
from ..tables import joined

__all__ = ["ConlluDocument", "parse_conllu", "read_conllu"]

_BRACKET = re.compile(r"\(([^()]+)(\))?|([^()]+)\)")
_PART = re.compile(r"(.*)\[(\d+)/(\d+)\]")
_ENTITY = ("eid", "GRP")
"""What the field is called that names the entity, today and in older files."""
_HEADER = "The line `# global.Entity = eid-etype-head-other` says what stands in Entity=."
_COLUMNS = 10


class ConlluDocument(Struct, frozen=True):
    """A document of a file: its mentions by entity, its words, and the lines of these."""

    entities: dict[str, list[Mention]]
    words: list[str]
    lines: list[int]


Documents = dict[str, ConlluDocument]
"""By name."""


def read_conllu(path: str | Path) -> Documents:
    """The documents of a file by name: see ``parse_conllu``.

    Raises ``UnreadableInput`` for a file that cannot be read or is not UTF-8, ``InputError``
    with the line for one that is not in the format.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise UnreadableInput(f"cannot be read: {reason}", source=str(path)) from problem
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise not_utf8(data, problem, str(path)) from problem
    return parse_conllu(re.split(r"\r?\n", text), source=str(path))


def parse_conllu(lines: Iterable[str], *, source: str | None = None) -> Documents:
    """Every document, by its ``# newdoc id`` or number.

    Words are counted through the document from 0. Empty nodes (8.1) and ranges (3-4) are no
    words: a mention of empty nodes alone is left out, and a head that is one is none. Raises
    ``InputError`` with ``source`` and line for what is not in the format.
    """
    documents: Documents = {}
    fields: tuple[str, ...] = ()
    document: _Document | None = None
    for number, line in enumerate(lines, start=1):
        if line.startswith("#"):
            key, _, value = line[1:].partition("=")
            if key.strip() == "global.Entity":
                fields = _fields(value.strip(), source, number)
            if key.split()[:1] == ["newdoc"]:
                _close(document, documents)
                document = _Document(value.strip() or f"{len(documents) + 1}", source, number)
                if document.name in documents:
                    raise document.refused("stands here a second time", number)
        elif line.strip():
            if document is None:
                document = _Document("1", source, number)
            document.add(line.split("\t"), fields, number)
    _close(document, documents)
    return documents


def _close(document: _Document | None, documents: Documents) -> None:
    if document is not None:
        documents[document.name] = document.read()


def _fields(header: str, source: str | None, line: int) -> tuple[str, ...]:
    fields = tuple(header.split("-"))
    if not set(fields) & set(_ENTITY):
        raise InputError(f"global.Entity has no eid: {header!r:.60}", source=source, line=line,
                         hint=_HEADER)  # fmt: skip
    return fields


class _Open(Struct):
    """A part of a mention that is open or done: its words, its head, and where it stands."""

    words: list[int | None]
    """Empty nodes are ``None``."""
    head: str
    part: int
    parts: int
    line: int


class _Document:
    """A document that is being read."""

    def __init__(self, name: str, source: str | None, line: int) -> None:
        self.name = name
        self.source = source
        self.line = line
        self.words: list[str] = []
        self.lines: list[int] = []
        self.open: defaultdict[str, list[_Open]] = defaultdict(list)
        self.done: dict[str, list[_Open]] = {}

    def add(self, row: list[str], fields: tuple[str, ...], line: int) -> None:
        """Read one line: a word, or an empty node."""
        if len(row) != _COLUMNS:
            raise InputError(
                f"has {len(row)} columns, CoNLL-U has {_COLUMNS}", source=self.source, line=line
            )
        if "-" in row[0]:
            return
        word = None if "." in row[0] else len(self.words)
        closing: list[tuple[str, _Open]] = []
        for part in row[9].split("|"):
            if part.startswith("Entity="):
                closing = self._brackets(part.removeprefix("Entity="), fields, line)
        still = (each for parts in self.open.values() for each in parts)
        for each in (*still, *(each for _, each in closing)):
            each.words.append(word)
        if word is not None:
            self.words.append(row[1])
            self.lines.append(line)
        for name, each in closing:
            entity = _PART.fullmatch(name)
            self.done[entity[1] if entity else name].append(each)

    def _brackets(self, value: str, fields: tuple[str, ...], line: int) -> list[tuple[str, _Open]]:
        """Open what opens here; what closes after this word is returned, with its name."""
        if not fields:
            raise InputError("has Entity=, but no line before says what stands in it",
                             source=self.source, line=line, hint=_HEADER)  # fmt: skip
        if not re.fullmatch(rf"(?:{_BRACKET.pattern})+", value):
            raise InputError(
                f"Entity={value} cannot be read",
                source=self.source,
                line=line,
                hint="Mentions look like (e1-person-1, e1), or (e1-person-1).",
            )
        closing = []
        for opened, ends, closed in _BRACKET.findall(value):
            if closed:
                if not self.open[closed]:
                    raise self.refused(f"closes {closed!r}, which is not open", line)
                closing.append((closed, self.open[closed].pop()))
                continue
            given = dict(zip(fields, opened.split("-"), strict=False))
            name = next((given[field] for field in _ENTITY if field in given), "")
            part = _PART.fullmatch(name)
            numbers = (int(part[2]), int(part[3])) if part else (1, 1)
            self.done.setdefault(part[1] if part else name, [])  # entities as they open
            self.open[name].append(_Open([], given.get("head", ""), *numbers, line))
            if ends:
                closing.append((name, self.open[name].pop()))
        return closing

    def read(self) -> ConlluDocument:
        """What was read; raises ``InputError`` where a mention is open or has no such head."""
        for name, still in self.open.items():
            if still:
                raise self.refused(f"never closes {name!r}, opened here", still[0].line)
        found: dict[str, list[Mention]] = {}
        for entity, parts in self.done.items():
            waiting: list[_Open] = []
            for part in sorted(parts, key=lambda part: part.parts > 1):
                waiting.append(part)
                if part.part == part.parts:
                    if (mention := self._mention(entity, waiting)) is not None:
                        found.setdefault(entity, []).append(mention)
                    waiting = []
            if waiting:
                raise self.refused(f"lacks a part of {entity!r}", waiting[-1].line)
        return ConlluDocument(found, self.words, self.lines)

    def _mention(self, entity: str, parts: list[_Open]) -> Mention | None:
        """The mention of its parts in text order, ``None`` of empty nodes alone."""
        nodes = [word for part in parts for word in part.words]
        head = self._head(entity, parts[-1], nodes)
        words = [word for word in nodes if word is not None]
        if not words:
            return None
        return Mention(
            joined([(word, word + 1) for word in words]), None if head is None else (head, head + 1)
        )

    def _head(self, entity: str, part: _Open, nodes: list[int | None]) -> int | None:
        """The word that is the head, ``None`` where none is named or it is an empty node."""
        if not part.head:
            return None
        at = int(part.head) if re.fullmatch(r"[0-9]{1,9}", part.head) else 0
        if not 1 <= at <= len(nodes):
            raise InputError(
                f"document {self.name!r}: the head of {entity!r} is {part.head!r:.60}",
                source=self.source,
                line=part.line,
                hint=f"It is the number of a word in the mention, from 1 to {len(nodes)}.",
            )
        return nodes[at - 1]

    def refused(self, what: str, line: int) -> InputError:
        """The error for this document."""
        return InputError(f"document {self.name!r} {what}", source=self.source, line=line)
