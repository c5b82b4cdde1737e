"""Check a corpus: all that validation finds, and what no look at single documents can see."""

from __future__ import annotations

import os
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from goldwire.schema.bulk import until_unreadable, validate_in_bulk
from goldwire.schema.document import ANCHORED_LAYERS, Document
from goldwire.schema.errors import InputError, UnknownName, UnreadableInput
from goldwire.schema.problems import Problem
from goldwire.schema.reading import Raw, check_standard_input, decode_raw, iter_raw

from .consistency import Usage, missed_names, missed_triggers, odd_entities, odd_types
from .documents import SPLITS, root
from .duplicates import SIMILARITY, Texts, near_duplicate
from .findings import Finding, Home, as_problem, shown_path
from .parquet_copy import Copies
from .words import hidden, words

__all__ = ["Checked", "check"]

_decoder = msgspec.json.Decoder(Document)


class Checked(Struct, frozen=True):
    """What a check found: problems by document in the order of reading, then by place in it."""

    documents: int
    problems: tuple[Problem, ...]


def check(
    paths: Sequence[str | Path] = (),
    *,
    split: str | None = None,
    schema: str | None = None,
    similarity: float = SIMILARITY,
    jobs: int | None = None,
) -> Checked:
    """Check the gold, one split of it, or the documents of ``paths`` as one corpus.

    Documents that are no documents at all are reported by validation and left out of the rest.
    ``similarity`` is the share of its runs of five words from which on a text counts as nearly
    that of another, above 0 and at most 1. Of each document about the size of its compressed
    file is kept, for the second look at what is odd among all. Raises ``InputError`` for options
    that do not fit, ``UnknownName`` for a split or schema nobody knows.
    """
    if not 0 < similarity <= 1:
        raise InputError(
            f"a similarity of {similarity} is no share",
            hint="Give a number above 0 and at most 1.",
        )
    if paths and split:
        raise InputError("give --split or PATHS, not both")
    check_standard_input(*paths)
    sources = paths or _gold(split)
    waiting: deque[Raw] = deque()
    results = validate_in_bulk(_noted(iter_raw(sources), waiting), schema=schema, jobs=jobs)
    corpus = _Corpus()
    documents = 0
    for problems in until_unreadable(results):
        documents += bool(waiting)
        corpus.add(waiting.popleft() if waiting else None, problems)
    return Checked(documents, corpus.problems(similarity))


def _gold(split: str | None) -> list[Path]:
    """The folders of the gold that hold something: all, or one split."""
    if split is not None and split not in SPLITS:
        raise UnknownName("split", split, SPLITS)
    folder = Path(str(root() / "gold"))
    chosen = folder / split if split else folder
    return [Path(shown_path(chosen))] if any(chosen.rglob("*.json*")) else []


def _noted(raws: Iterable[Raw], waiting: deque[Raw]) -> Iterator[Raw]:
    """Hand raw documents on and keep each until its problems are known."""
    for raw in raws:
        waiting.append(raw)
        yield raw


class _Corpus:
    """What is known of the documents so far: counts over all, and each document compressed."""

    def __init__(self) -> None:
        self._found: list[tuple[int, int, Problem]] = []
        self._kept: dict[int, Raw] = {}
        self._texts = Texts()
        self._usage = Usage()
        self._copies = Copies()
        self._number = 0

    def add(self, raw: Raw | None, problems: Iterable[Problem]) -> None:
        """Take the next document with its problems, and look at it if it can be read as one."""
        number = self._number
        self._number += 1
        document = None if raw is None else _decode(raw)
        for problem in problems:
            offset = -1 if document is None else _offset(document, problem.pointer)
            self._found.append((number, offset, problem))
        if raw is None or document is None:
            return
        self._kept[number] = raw._replace(data=zlib.compress(raw.data, 1))
        home = _home(document.id, raw)
        unseen = hidden(document)
        said = words(document, unseen)
        self._usage.add(document, said)
        self._copies.add(number, home, document)
        same = self._texts.add(number, home, said)
        found = [
            *_misplaced(home, document),
            *([same] if same else []),
            *missed_names(document, unseen),
            *odd_entities(document),
        ]
        self._note(number, document, found)

    def problems(self, similarity: float) -> tuple[Problem, ...]:
        """All problems, after a second look at what is odd among all documents."""
        for where, finding in self._copies.differences():
            number, home = (
                (self._number, where)
                if isinstance(where, Home)
                else (where, self._texts.homes[where])
            )
            self._found.append((number, -1, as_problem(finding, home)))
        near = self._texts.near(similarity)
        types, triggers = self._usage.usual_types(), self._usage.usual_triggers()
        for number, raw in self._kept.items():
            if not (types or triggers or number in near):
                continue
            document = _decode(raw._replace(data=zlib.decompress(raw.data)))
            assert document is not None  # it was one at the first look
            said = words(document, hidden(document))
            found = [*odd_types(document, types), *missed_triggers(document, said, triggers)]
            if number in near:
                found.append(near_duplicate(self._texts, number, near[number], said))
            self._note(number, document, found)
        self._found.sort(key=lambda each: (each[0], each[1], each[2].code))
        return tuple(problem for _, _, problem in self._found)

    def _note(self, number: int, document: Document, findings: Iterable[Finding]) -> None:
        home = self._texts.homes[number]
        for finding in findings:
            offset = finding.span[0] if finding.span and finding.path != ("text",) else -1
            self._found.append((number, offset, as_problem(finding, home, document.text)))


def _decode(raw: Raw) -> Document | None:
    try:
        return decode_raw(raw, _decoder)
    except (UnreadableInput, msgspec.ValidationError):
        return None  # validation says what is wrong


def _offset(document: Document, pointer: str) -> int:
    """Where the item that a pointer leads to begins in the text; -1 for what has no place."""
    layer, _, rest = pointer[1:].partition("/")
    index = rest.partition("/")[0]
    if layer not in ANCHORED_LAYERS or not index.isdecimal():
        return -1
    spans = getattr(document, layer)[int(index)].spans
    return spans[0][0] if spans else -1


def _home(name: str, raw: Raw) -> Home:
    if raw.source == "-":
        return Home(name, raw.source, raw.line)
    path = Path(os.path.normpath(Path.cwd() / raw.source))
    folders = (path.parent, path.parent.parent)
    gold = next((folder for folder in folders if folder.name == "gold"), None)
    names = (path.parent.name, path.stem if raw.line else "")
    split = next((name for name in names if name in SPLITS), None)
    return Home(name, raw.source, raw.line, gold, split)


def _misplaced(home: Home, document: Document) -> Iterator[Finding]:
    """A document under another name, or one that the gold should not hold (D1, D5, D6)."""
    path = Path(home.source)
    if home.line is None and path.suffix == ".json" and path.stem != document.id:
        told = f"the id is {document.id!r}, the file {path.name!r}; give both one name"
        yield Finding("D1", ("id",), told)
    if home.gold is None:
        return
    status = document.annotation.status
    if status != "gold":
        told = f"the status is {status}; adjudicate it, or move it out of the gold"
        yield Finding("D5", ("annotation", "status"), told)
    if home.split is None and any((home.gold / split).is_dir() for split in SPLITS):
        names = ", ".join(SPLITS)
        told = f"lies in no split, where no command looks for gold; move it to one of {names}"
        yield Finding("D6", (), told)
