"""The reference coreference scorer of the CoNLL-2011 and 2012 shared tasks, version 8.01.

    conll2012(read_conll("key.conll"), read_conll("response.conll")).conll

Value for value what the Perl program prints (Pradhan et al. 2014), and LEA beside it
(Moosavi & Strube 2016). What it does with undefined ratios is kept; see ``DEVIATIONS``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from numbers import Number
from pathlib import Path

import numpy as np
from msgspec import Struct

from goldwire.schema.errors import InputError, UnreadableInput
from goldwire.schema.reading import not_utf8

from ..metrics.blanc import BlancVariant, blanc_scores
from ..metrics.coreference import (
    RATIOS,
    Chains,
    conll_scores,
    count_coreference,
    first_occurrences,
)
from ..metrics.forms import Floats, precision_recall_f1
from .given import check_mappings, reading

__all__ = [
    "DEVIATIONS",
    "Clusters",
    "Conll2012",
    "ConllDocument",
    "Figures",
    "chain_scores",
    "chains",
    "conll2012",
    "figures_of",
    "parse_conll",
    "parse_conll_documents",
    "read_conll",
    "read_conll_documents",
    "refuse_unknown",
]

DEVIATIONS = {
    "undefined ratio": (
        "The scorer prints 0 for a ratio without denominator, so that gold of singletons scores "
        "0 in MUC against itself; the evaluator says that it is undefined."
    ),
    "BLANC class without key links": (
        "The scorer leaves a class of links out where the key has none, even if the response "
        "has some; the evaluator does so too, unless asked for the rule of Luo et al. (2014)."
    ),
    "repeated mentions": (
        "The scorer refuses a response that repeats more than ten mentions; here the first "
        "occurrence counts, as for fewer, and the result says how many were repeated."
    ),
    "documents of one file only": (
        "The scorer never looks at documents that only the response has; here they are refused. "
        "A document that only the key has is a miss in all its mentions."
    ),
    "other words": (
        "The scorer never looks at words, and compares positions whatever stands there; here a "
        "document with fewer or more words than in the key is refused."
    ),
}
"""What the scorer does, and what the evaluator does instead, by a short name."""

Clusters = Sequence[Sequence[Hashable | list[int]]]
"""The entities of one document, each a sequence of mentions, such as pairs of word positions."""


class ConllDocument(Struct, frozen=True):
    """A document of a file: its entities, its words, and the lines that these stand in.

    A word is ``None`` where the line holds none.
    """

    clusters: list[list[tuple[int, int]]]
    words: list[str | None]
    lines: list[int]


class Figures(Struct, frozen=True):
    """Precision, recall, and F1 between 0 and 1; 0 where undefined."""

    precision: float
    recall: float
    f1: float


class Conll2012(Struct, frozen=True):
    """What the reference scorer says about a response."""

    muc: Figures
    b3: Figures
    ceafm: Figures
    ceafe: Figures
    blanc: Figures
    lea: Figures
    conll: float
    """The CoNLL average: the mean F1 of MUC, B³, and CEAFe."""
    repeated: tuple[int, int]
    """Mentions of the key and of the response that stood there before and were dropped."""


def conll2012(key: Mapping[str, Clusters], response: Mapping[str, Clusters]) -> Conll2012:
    """Score clusters by document; two mentions are the same where they are equal.

    Numerators and denominators (of BLANC: links) are summed over documents. A document without
    a response is a miss. Raises ``InputError`` for a document that is not in the key.
    """
    documents, gold, predicted = chains(key, response)
    gold, gold_repeated = first_occurrences(gold)
    predicted, predicted_repeated = first_occurrences(predicted)
    figures, conll = figures_of(chain_scores(documents, gold, predicted, "reference"))
    return Conll2012(**figures, conll=conll, repeated=(gold_repeated, predicted_repeated))


def chain_scores(
    documents: int, gold: Chains, predicted: Chains, blanc: BlancVariant
) -> dict[str, Floats]:
    """Precision, recall, and F1 of the six metrics and of CoNLL; NaN where undefined."""
    counts = count_coreference(documents, gold, predicted)
    sums = {name: columns.sum(axis=0) for name, columns in counts.items()}
    scores = {name: precision_recall_f1(sums[name]) for name in RATIOS}
    scores["blanc"] = blanc_scores(sums["blanc"], variant=blanc)
    scores["conll"] = conll_scores(sums)
    return scores


def figures_of(scores: Mapping[str, Floats]) -> tuple[dict[str, Figures], float]:
    """The figures of the six metrics, 0 where undefined, and the mean F1 of MUC, B³, and CEAFe."""
    figures = {name: Figures(*np.nan_to_num(scores[name]).tolist()) for name in (*RATIOS, "blanc")}
    return figures, sum(figures[name].f1 for name in ("muc", "b3", "ceafe")) / 3


def refuse_unknown(key: Mapping[str, object], response: Mapping[str, object]) -> None:
    """Raise ``InputError`` for a document of the response that is not in the key."""
    unknown = [name for name in response if name not in key]
    if unknown:
        raise InputError(
            f"the response holds {unknown[0]!r}, which the key does not"
            + (f", and {len(unknown) - 1} more" if len(unknown) > 1 else ""),
            hint="Score it against the key that it was made for.",
        )


def chains(
    key: Mapping[str, Clusters], response: Mapping[str, Clusters]
) -> tuple[int, Chains, Chains]:
    """The number of documents, and both sides as columns, repeated mentions and all.

    Raises ``InputError`` for a document that is not in the key.
    """
    check_mappings("clusters, such as [[(4, 5), (7, 9)]]", key=key, response=response)
    refuse_unknown(key, response)
    gold, predicted = _Rows(), _Rows()
    first = 0
    for number, name in enumerate(key):
        codes: dict[Hashable, int] = {}
        for side, rows in ((key, gold), (response, predicted)):
            with reading(f"a cluster of {name!r:.60}", "a list of mentions: [(4, 5), (7, 9)]"):
                for mentions in side.get(name, ()):
                    if isinstance(mentions, str) or _is_pair(mentions):
                        raise ValueError(f"{mentions!r:.60} is no list of mentions")
                    known = [codes.setdefault(_key(m), first + len(codes)) for m in mentions]
                    rows.add(number, known)
        first += len(codes)
    return len(key), gold.chains(), predicted.chains()


class _Rows:
    """The clusters of one side, as they come."""

    def __init__(self) -> None:
        self.mentions: list[int] = []
        self.sizes: list[int] = []
        self.documents: list[int] = []

    def add(self, document: int, mentions: list[int]) -> None:
        """Append one cluster."""
        self.mentions += mentions
        self.sizes.append(len(mentions))
        self.documents.append(document)

    def chains(self) -> Chains:
        """All of them as columns, entities numbered through."""
        return Chains(
            np.repeat(np.array(self.documents, np.int64), self.sizes),
            np.array(self.mentions, np.int64),
            np.repeat(np.arange(len(self.sizes)), self.sizes),
        )


def _is_pair(mentions: object) -> bool:
    """Whether a mention stands where a cluster should: a level of lists is missing."""
    pair = isinstance(mentions, tuple) and len(mentions) == 2
    return pair and all(isinstance(each, Number) for each in mentions)  # type: ignore[attr-defined]


def _key(mention: Hashable | list[int]) -> Hashable:
    """A pair of positions that came from JSON is a list, and no key."""
    return tuple(mention) if isinstance(mention, list) else mention


def read_conll(path: str | Path) -> dict[str, list[list[tuple[int, int]]]]:
    """The clusters of every document of a file in the CoNLL-2012 format: see ``parse_conll``.

    Raises as ``read_conll_documents`` does.
    """
    return _clusters(read_conll_documents(path))


def read_conll_documents(path: str | Path) -> dict[str, ConllDocument]:
    """The documents of a file in the CoNLL-2012 format: see ``parse_conll_documents``.

    Raises ``UnreadableInput`` for a file that cannot be read or is not UTF-8, and ``InputError``
    with the line for one that is not in the format.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as problem:
        raise UnreadableInput(
            f"cannot be read: {problem.strerror or problem}", source=str(path)
        ) from problem
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise not_utf8(data, problem, str(path)) from problem
    # Not splitlines: a word may hold a character that it takes for the end of a line.
    return parse_conll_documents(re.split(r"\r?\n", text), source=str(path))


_BEGIN = re.compile(r"#\s*begin document\b\s*(.*)")
_END = re.compile(r"#\s*end document\b")
_NAME = re.compile(r"\((.*)\)\s*;?\s*(.*)")
_COLUMN = re.compile(r"(?:\|*(?:\([^()|]+\)?|[^()|]+\)))+\|*")
_BRACKET = re.compile(r"(\()?([^()|]+)(\))?")


def parse_conll(
    lines: Iterable[str], *, source: str | None = None
) -> dict[str, list[list[tuple[int, int]]]]:
    """The clusters of every document: see ``parse_conll_documents``, which raises the same."""
    return _clusters(parse_conll_documents(lines, source=source))


def _clusters(documents: Mapping[str, ConllDocument]) -> dict[str, list[list[tuple[int, int]]]]:
    return {name: document.clusters for name, document in documents.items()}


def parse_conll_documents(
    lines: Iterable[str], *, source: str | None = None
) -> dict[str, ConllDocument]:
    """The documents by name with their part, in the order of the lines.

    A mention is a pair of word positions in the document, from 0, the end exclusive. Documents
    stand between ``#begin document`` and ``#end document``, one word a line; the last column
    holds ``(12`` where a mention of entity 12 begins, ``12)`` where one ends, both as ``(12)``,
    several with or without ``|`` between them, and ``-`` or ``_`` where there is none. Of
    nested mentions of one entity the last that was opened is closed first. Entities come in
    the order in which they open, mentions in the order in which they end. The word is the fourth
    column behind document, part, and number, the second behind a number, or else the first.

    Raises ``InputError`` with ``source`` and line for anything else.
    """
    documents: dict[str, ConllDocument] = {}
    part: _Part | None = None
    for number, line in enumerate(lines, start=1):
        if begin := _BEGIN.match(line):
            if part is not None:
                raise _refused("begins before the last one has ended", part, source, number)
            part = _Part(_name(begin[1]), number)
            if part.name in documents:
                raise _refused("stands here a second time", part, source, number)
        elif _END.match(line):
            if part is None:
                raise InputError("no document has begun here", source=source, line=number)
            documents[part.name] = part.document(source)
            part = None
        elif line.strip() and not line.startswith("#"):
            if part is None:
                raise InputError(
                    "a word outside of a document",
                    source=source,
                    line=number,
                    hint="Documents stand between `#begin document (NAME)` and `#end document`.",
                )
            part.add(line.split(), source, number)
    if part is not None:
        raise _refused("has no end", part, source, part.line)
    return documents


class _Part:
    """A document that is being read."""

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line = line
        self.words: list[str | None] = []
        self.lines: list[int] = []
        self.entities: dict[str, list[tuple[int, int]]] = {}
        self.open: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        """By entity the first words of mentions that have not ended, and their lines."""

    def add(self, columns: Sequence[str], source: str | None, line: int) -> None:
        """Read one word and its brackets."""
        at = len(self.words)
        for entity, opens, closes in _brackets(columns[-1], source, line):
            mentions = self.entities.setdefault(entity, [])
            if opens:
                self.open[entity].append((at, line))
            if closes:
                if not self.open[entity]:
                    raise _refused(f"closes {entity!r}, which is not open", self, source, line)
                mentions.append((self.open[entity].pop()[0], at + 1))
        self.words.append(_word(columns, self.name))
        self.lines.append(line)

    def document(self, source: str | None) -> ConllDocument:
        """What was read; raises ``InputError`` if a mention is still open."""
        for entity, still in self.open.items():
            if still:
                raise _refused(f"never closes {entity!r}, opened here", self, source, still[0][1])
        return ConllDocument(list(self.entities.values()), self.words, self.lines)


def _word(columns: Sequence[str], name: str) -> str | None:
    """The word of a line in one of the forms that are about, ``None`` where it has none."""
    before = columns[:-1]
    if len(before) >= 4 and before[1].isdecimal() and before[2].isdecimal():
        return before[3]
    if len(before) >= 2 and before[0].isdecimal():
        return before[1]
    # Some of the scorer's own tests have the name of the document there, and no words.
    return before[0] if before and before[0] != name.partition(" part ")[0] else None


def _brackets(column: str, source: str | None, line: int) -> Iterator[tuple[str, bool, bool]]:
    """Entity, whether a mention of it opens, and whether one closes."""
    if column.strip("-_") == "":
        return
    if not _COLUMN.fullmatch(column):
        raise InputError(
            f"the last column is {column!r}",
            source=source,
            line=line,
            hint="Mentions look like `(12`, `12)`, or `(12)`; `-` says that there is none.",
        )
    for opens, entity, closes in _BRACKET.findall(column):
        yield entity, bool(opens), bool(closes)


def _name(rest: str) -> str:
    """``(nw/01); part 000`` as ``nw/01 part 000``, ``(nw/01);`` as ``nw/01``."""
    found = _NAME.fullmatch(rest.strip())
    return " ".join(filter(None, found.groups())) if found else rest.strip()


def _refused(what: str, part: _Part, source: str | None, line: int) -> InputError:
    return InputError(f"document {part.name!r} {what}", source=source, line=line)
