"""Tag sequences to spans and back: IOB1, IOB2, IOE1, IOE2, IOBES, BILOU, strictly or leniently.

A reading is a table of transitions: whether a span starts, goes on, or ends between one tag and
the next follows from the two prefixes and from whether the two types are equal. So all sentences
are read at once, as columns.

Schemes: Ramshaw and Marcus 1995 (IOB1), Tjong Kim Sang and Veenstra 1999 (IOB2, IOE1, IOE2),
Ratinov and Roth 2009 (BILOU; IOBES is the same with E and S). The lenient rules are those of
the CoNLL shared tasks' conlleval.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import InputError, UnknownName, UnreadableInput

__all__ = [
    "SCHEMES",
    "Reading",
    "Scheme",
    "TagSpans",
    "TaggedSentence",
    "detect_scheme",
    "read_tags",
    "span_table",
    "spans_of",
    "tags_of",
]

Scheme = Literal["IOB1", "IOB2", "IOE1", "IOE2", "IOBES", "BILOU"]
Reading = Literal["lenient", "strict", "seqeval", "seqeval strict"]
Typed = tuple[str, int, int]
"""Type, first token, and end, exclusive."""

SCHEMES: dict[str, str] = {
    "IOB1": "IOB", "IOB2": "IOB", "IOE1": "IOE", "IOE2": "IOE", "IOBES": "IOBES",
    "BILOU": "BILOU",
}  # fmt: skip
"""The prefixes of each scheme."""

NO_TYPE = "_"
"""The type of a tag that is a bare prefix."""

_LETTERS = "OBIESLU?"
"""Prefixes by code; ``?`` stands for any other."""

_SAME_AS = {"L": "E", "U": "S", "M": "I"}
"""Prefixes of BILOU and BMES by their equals in IOBES, for the lenient reading."""

# Two prefixes, ``*`` for any, then ``=`` where the types must be equal or ``!`` where they differ.
_STRICT = {
    "IOB1": ("OI BI II! IB= BB=", "BI= II=", "IO BO IB II! BI! BB="),
    "IOB2": ("*B", "BI= II=", "IO BO IB BB II! BI!"),
    "IOE1": ("OI OE EI EE II! IE!", "II= IE=", "IO II! IE! EI= EE="),
    "IOE2": ("OI OE EI EE II! IE!", "II= IE=", "E*"),
    "IOBES": ("*B *S", "BI= BE= II= IE=", "E* S*"),
    "BILOU": ("*B *U", "BI= BL= II= IL=", "L* U*"),
}
_SEQEVAL_STRICT = _STRICT | {"IOE1": ("OI EI EE= II!", "II= IE=", "IO II! IE! EI= EE=")}
_LENIENT = (
    "*B *S OI OE EI EE SI SE *I! *E! *L! *U! *?!",
    "",
    "E* S* BO BB BS IO IB IS B*! I*! L*! U*! ?*!",
)


class TagSpans(Struct, frozen=True):
    """Spans of tokens in the order of the text; every array has shape ``(spans,)`` int64.

    ``start`` and ``end``, exclusive, count tokens within the sentence; ``type`` is a place in
    ``types``, which is sorted.
    """

    sentences: int
    sentence: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    type: NDArray[np.int64]
    types: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.start)

    def by_sentence(self) -> list[list[Typed]]:
        """For each sentence its spans as (type, start, end), end exclusive."""
        found: list[list[Typed]] = [[] for _ in range(self.sentences)]
        columns = (self.sentence, self.type, self.start, self.end)
        for sentence, code, start, end in zip(*(c.tolist() for c in columns), strict=True):
            found[sentence].append((self.types[code], start, end))
        return found


def span_table(sentences: Sequence[Iterable[Typed]]) -> TagSpans:
    """A table of spans given as (type, start, end), end exclusive, sentence by sentence."""
    rows = sorted(
        (number, start, end, name)
        for number, spans in enumerate(sentences)
        for name, start, end in spans
    )
    types = sorted({name for *_, name in rows})
    code = {name: at for at, name in enumerate(types)}
    columns = np.array([(n, s, e, code[name]) for n, s, e, name in rows], np.int64).reshape(-1, 4)
    number, start, end, kind = columns.T
    return TagSpans(len(sentences), number, start, end, kind, tuple(types))


def spans_of(
    sentences: Sequence[Sequence[str]],
    scheme: Scheme | None = None,
    reading: Reading = "lenient",
) -> TagSpans:
    """The spans that tags say, one list of tags a sentence; a span never crosses sentences.

    ``strict``: well-formed spans of ``scheme`` only (found from the tags where it is not given).
    ``seqeval strict``: as seqeval 1.2.2 reads with ``mode="strict"``, the same but for IOE1, where
    it begins no span with E. ``lenient``: every tag but O is in a span,
    whatever its prefix; L, U, and M are read as E, S, and I. ``seqeval``: as seqeval 1.2.2 reads
    by default, which is lenient but knows no rules for L, U, and M; they go on with a span of
    their type and end none.

    Raises ``InputError`` with sentence and token for a tag that is no tag, or not of ``scheme``.
    """
    if scheme is not None and scheme not in SCHEMES:
        raise UnknownName("tagging scheme", scheme, SCHEMES)
    strictly = reading in ("strict", "seqeval strict")
    if strictly and scheme is None:
        scheme = detect_scheme(sentences)
    prefix, kind, types = _coded(sentences, scheme, reading)
    step = (_shifted(prefix, 0) * len(_LETTERS) + prefix) * 2
    step += _shifted(kind, types.index(NO_TYPE)) == kind
    named = _STRICT if reading == "strict" else _SEQEVAL_STRICT
    rules = named[scheme] if strictly and scheme else _LENIENT
    starts, inside, ends = (_table(rule)[step] for rule in rules)
    start, end = _strict(starts, inside, ends) if strictly else _lenient(starts, ends)
    bases = _bases([len(tags) + 1 for tags in sentences])
    sentence = np.searchsorted(bases, start, side="right") - 1
    base = bases[sentence]
    used, code = np.unique(kind[end - 1], return_inverse=True)
    names = tuple(types[at] for at in used.tolist())
    return TagSpans(len(sentences), sentence, start - base, end - base, code, names)


def _shifted(column: NDArray[np.int64], first: int) -> NDArray[np.int64]:
    """What stands before each token; nothing stands before the first."""
    return np.concatenate([[first], column[:-1]])


def _bases(lengths: Sequence[int]) -> NDArray[np.int64]:
    """The place of each sentence's first token where all are laid end to end."""
    sizes = np.array(lengths, np.int64)
    return np.cumsum(sizes) - sizes


def _table(rules: str) -> NDArray[np.bool_]:
    """Which transitions are meant, by ``(previous · letters + current) · 2 + same type``."""
    meant = np.zeros((len(_LETTERS), len(_LETTERS), 2), bool)
    for rule in rules.split():
        before, after = (
            list(range(len(_LETTERS))) if letter == "*" else [_LETTERS.index(letter)]
            for letter in rule[:2]
        )
        meant[np.ix_(before, after, {"=": [1], "!": [0]}.get(rule[2:], [0, 1]))] = True
    return meant.ravel()


def _strict(
    starts: NDArray[np.bool_], inside: NDArray[np.bool_], ends: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Start at the first start of a run of tokens that go on; keep what ends as it should."""
    run = np.cumsum(~inside) - 1
    bounds = np.flatnonzero(~inside)
    start = np.flatnonzero(starts)
    first = np.ones(len(start), bool)
    first[1:] = run[start[1:]] != run[start[:-1]]
    start = start[first]
    end = bounds[run[start] + 1]  # the last run is the O after the last sentence: it starts none
    closed = ends[end]
    return start[closed], end[closed]


def _lenient(
    starts: NDArray[np.bool_], ends: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every end closes what was last started."""
    end = np.flatnonzero(ends)
    last = np.maximum.accumulate(np.where(starts, np.arange(len(starts)), 0))
    return last[end - 1], end


def _coded(
    sentences: Sequence[Sequence[str]], scheme: str | None, reading: Reading
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Prefixes and types of all tags, an O after each sentence, and the names of the types."""
    flat = _flat(sentences)
    parsed = {tag: _parsed(tag, scheme, reading) for tag in set(flat)}
    wrong = {tag: said for tag, said in parsed.items() if isinstance(said, str)}
    if wrong:
        raise _misplaced(sentences, wrong)
    known = {tag: said for tag, said in parsed.items() if not isinstance(said, str)}
    types = sorted({NO_TYPE, *(name for _, name in known.values())})
    place = {name: at for at, name in enumerate(types)}
    code = {tag: letter * len(types) + place[name] for tag, (letter, name) in known.items()}
    codes = np.fromiter(map(code.__getitem__, flat), np.int64, len(flat))
    return codes // len(types), codes % len(types), types


def _flat(sentences: Sequence[Sequence[str]]) -> list[str]:
    for number, tags in enumerate(sentences, start=1):
        if isinstance(tags, str):
            raise InputError(
                f"sentence {number} is the string {tags!r}, not a list of tags",
                hint="Give one list of tags for each sentence.",
            )
        for place, tag in enumerate(tags, start=1):
            if not isinstance(tag, Hashable):
                raise InputError(f"sentence {number}, token {place}: {tag!r:.60} is no tag")
    return list(chain.from_iterable(chain(tags, ("O",)) for tags in sentences))


def _parsed(tag: Any, scheme: str | None, reading: Reading) -> tuple[int, str] | str:
    """Code of the prefix and type of one tag, or what is wrong with it."""
    if not isinstance(tag, str) or not tag:
        return "is no tag"
    letter = tag[0]
    if scheme and letter not in SCHEMES[scheme]:
        return f"is not of the scheme {scheme}, which has the prefixes {', '.join(SCHEMES[scheme])}"
    if reading in ("strict", "seqeval strict"):
        return _LETTERS.index(letter), tag[1:].strip("-") or NO_TYPE
    if tag == "O":
        return 0, NO_TYPE
    name = tag[1:].split("-", 1)[-1] or NO_TYPE
    if reading == "lenient":
        letter = _SAME_AS.get(letter, letter)
    if letter in "BIES" and (reading == "seqeval" or tag[1:2] in ("", "-")):
        return _LETTERS.index(letter), name
    # What has no rule of its own is told from O by its type alone; without one it is no tag.
    if reading == "lenient" or letter in "O." or tag[1:2] != "-" or name == NO_TYPE:
        return "is no tag: one is O, or a prefix such as B or I, a hyphen, and a type"
    return _LETTERS.find(letter) if letter in _LETTERS else len(_LETTERS) - 1, name


def _misplaced(sentences: Sequence[Sequence[str]], wrong: Mapping[Any, str]) -> InputError:
    """The error for the first wrong tag."""
    number, place, tag = next(
        (number, place, tag)
        for number, tags in enumerate(sentences, start=1)
        for place, tag in enumerate(tags, start=1)
        if tag in wrong
    )
    return InputError(f"sentence {number}, token {place}: {tag!r} {wrong[tag]}")


def detect_scheme(sentences: Sequence[Sequence[str]]) -> Scheme:
    """The scheme that tags are written in, told by their prefixes.

    L or U: BILOU. S, or both B and E: IOBES. E: IOE2; IOE1 must be named. B and I alone: IOB1
    where a span begins with I and every B stands where IOB1 wants one, after a token of its type;
    otherwise IOB2.

    Raises ``InputError`` where no tag but O is found, or where the prefixes fit no scheme.
    """
    flat = _flat(sentences)
    prefixes = {tag[:1] for tag in set(flat) if isinstance(tag, str)} - {"O"}
    if not prefixes:
        raise InputError("no tag but O: the scheme cannot be told", hint="Name the scheme.")
    if prefixes <= {"B", "I"}:
        return "IOB1" if "I" in prefixes and _says_iob1(sentences) else "IOB2"
    if prefixes <= {"I", "E"}:
        return "IOE2"
    if prefixes <= set("BIES"):
        return "IOBES"
    if prefixes <= set("BILU"):
        return "BILOU"
    raise InputError(
        f"the prefixes {', '.join(sorted(prefixes))} are of no scheme",
        hint=f"Known: {', '.join(f'{name} ({letters})' for name, letters in SCHEMES.items())}.",
    )


def _says_iob1(sentences: Sequence[Sequence[str]]) -> bool:
    prefix, kind, types = _coded(sentences, "IOB1", "lenient")
    before, same = _shifted(prefix, 0), _shifted(kind, types.index(NO_TYPE)) == kind
    outside, begin, inside = (_LETTERS.index(letter) for letter in "OBI")
    new = (before == outside) | ~same
    return bool(((prefix == inside) & new).any()) and not bool(((prefix == begin) & new).any())


def tags_of(spans: TagSpans, lengths: Sequence[int], scheme: Scheme = "IOB2") -> list[list[str]]:
    """Tags for sentences of the given lengths: one list a sentence.

    Raises ``InputError`` for spans that nest or overlap, which tags cannot say, and for spans
    outside their sentence.
    """
    if scheme not in SCHEMES:
        raise UnknownName("tagging scheme", scheme, SCHEMES)
    if len(lengths) != spans.sentences:
        raise InputError(f"{len(lengths)} lengths for {spans.sentences} sentences")
    bases = _bases(lengths)
    sizes = np.array(lengths, np.int64)
    outside = (spans.start < 0) | (spans.end > sizes[spans.sentence]) | (spans.start >= spans.end)
    _refuse(spans, outside, "is empty or outside its sentence")
    order = np.argsort(bases[spans.sentence] + spans.start, kind="stable")
    start = (bases[spans.sentence] + spans.start)[order]
    end = (bases[spans.sentence] + spans.end)[order]
    kind = spans.type[order]
    overlaps = np.zeros(len(spans), bool)
    overlaps[order[1:]] = start[1:] < end[:-1]
    _refuse(spans, overlaps, "overlaps another, which tags cannot say")

    prefix = np.zeros(int(sizes.sum()), np.int64)
    types = np.zeros(len(prefix), np.int64)
    size = end - start
    covered = np.repeat(start - (np.cumsum(size) - size), size) + np.arange(int(size.sum()))
    types[covered] = np.repeat(kind, size)
    prefix[covered] = _LETTERS.index("I")
    for places, letter in _marks(scheme, spans.sentence[order], start, end, kind):
        prefix[places] = _LETTERS.index(letter)
    names = np.array(
        [_written(letter, name) for letter in _LETTERS for name in spans.types or (NO_TYPE,)],
        object,
    )
    tags: list[str] = names[prefix * max(len(spans.types), 1) + types].tolist()
    return [tags[at : at + n] for at, n in zip(bases.tolist(), lengths, strict=True)]


def _written(letter: str, name: str) -> str:
    return letter if letter == "O" or name == NO_TYPE else f"{letter}-{name}"


def _refuse(spans: TagSpans, wrong: NDArray[np.bool_], why: str) -> None:
    for at in np.flatnonzero(wrong)[:1].tolist():
        raise InputError(
            f"sentence {spans.sentence[at] + 1}: the span {spans.types[spans.type[at]]} "
            f"{spans.start[at]}–{spans.end[at]} {why}"
        )


def _marks(
    scheme: Scheme,
    sentence: NDArray[np.int64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    kind: NDArray[np.int64],
) -> list[tuple[NDArray[np.int64], str]]:
    """Places with a prefix other than I, in the order of writing."""
    touches = np.zeros(len(start), bool)
    touches[1:] = (
        (start[1:] == end[:-1]) & (kind[1:] == kind[:-1]) & (sentence[1:] == sentence[:-1])
    )
    if scheme == "IOB1":
        return [(start[touches], "B")]
    if scheme == "IOB2":
        return [(start, "B")]
    if scheme == "IOE2":
        return [(end - 1, "E")]
    if scheme == "IOE1":
        return [(end[:-1][touches[1:]] - 1, "E")]
    last, single = ("E", "S") if scheme == "IOBES" else ("L", "U")
    return [(start, "B"), (end - 1, last), (start[end - start == 1], single)]


class TaggedSentence(Struct, frozen=True):
    """One sentence of a column file: tokens and tags, and where it stands.

    ``document`` counts from 0, ``name`` is what a ``# newdoc id =`` line calls it, and ``line``
    is the line of the first token, from 1.
    """

    document: int
    name: str | None
    line: int
    tokens: list[str]
    tags: list[str]


def read_tags(
    source: str | Path | Iterable[str],
    *,
    token: int = 0,
    tag: int = -1,
    scheme: Scheme | None = None,
    comments: bool = True,
) -> Iterator[TaggedSentence]:
    """The sentences of a CoNLL column file, one at a time; ``source`` is a path, or lines.

    ``token`` and ``tag`` number the columns from 0, or from the end if negative. Columns are
    parted by tabs where the first row has one, else by blanks; a blank line ends a sentence;
    ``-DOCSTART-`` and ``# newdoc`` begin a document. Lines that begin with ``# `` are comments
    before the first token of a sentence, and rows after it; ``comments=False`` makes all of
    them rows.

    Raises ``InputError`` with file and line for a row with more or fewer columns than the first,
    for a column that is not there, and for a tag that is none, or not of ``scheme``;
    ``UnreadableInput`` for a file that cannot be opened or is not UTF-8.
    """
    if scheme is not None and scheme not in SCHEMES:
        raise UnknownName("tagging scheme", scheme, SCHEMES)
    if not isinstance(source, (str, Path)):
        yield from _sentences(source, None, (token, tag), scheme, comments)
        return
    try:
        with Path(source).open(encoding="utf-8-sig") as lines:
            yield from _sentences(lines, str(source), (token, tag), scheme, comments)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise UnreadableInput(f"cannot be read: {reason}", source=str(source)) from problem
    except UnicodeDecodeError as problem:
        raise UnreadableInput(
            "is not UTF-8", source=str(source), hint="Convert the file to UTF-8."
        ) from problem


def _sentences(
    lines: Iterable[str],
    source: str | None,
    columns: tuple[int, int],
    scheme: Scheme | None,
    comments: bool,
) -> Iterator[TaggedSentence]:
    document, name, begun, first = 0, None, False, 0
    tokens: list[str] = []
    tags: list[str] = []
    tabs, width = False, 0
    good: set[str] = set()
    for number, line in enumerate(lines, start=1):
        line = line.rstrip("\r\n")
        comment = comments and not tokens and (line.startswith("# ") or line == "#")
        mark = line.startswith("-DOCSTART-") or (comment and line[1:].split()[:1] == ["newdoc"])
        if (mark or not line.strip()) and tokens:
            yield TaggedSentence(document, name, first, tokens, tags)
            tokens, tags = [], []
        if mark:
            document, begun = document + begun, True
            name = line.partition("id = ")[2].strip() or None
        if mark or comment or not line.strip():
            continue
        if not width:
            tabs = "\t" in line
        row = line.split("\t") if tabs else [part for part in line.split(" ") if part]
        width = width or len(row)
        if len(row) != width:
            kind = "tabs" if tabs else "blanks"
            raise InputError(
                f"has {len(row)} columns, the first row has {width}",
                source=source,
                line=number,
                hint=f"Columns are parted by {kind} here.",
            )
        for column in columns:
            if not -width <= column < width:
                raise InputError(
                    f"has no column {column}: it has {width}, from 0", source=source, line=number
                )
        found = row[columns[1]]
        if found not in good:
            said = _parsed(found, scheme, "lenient")
            if isinstance(said, str):
                raise InputError(f"{found!r} {said}", source=source, line=number)
            good.add(found)
        begun = True
        first = first if tokens else number
        tokens.append(row[columns[0]])
        tags.append(found)
    if tokens:
        yield TaggedSentence(document, name, first, tokens, tags)
