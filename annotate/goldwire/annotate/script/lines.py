"""Lines of a script as data: a verb with words, a place in the text, and fields. No document.

    line     = verb { word | place | "as" NAME | FIELD "=" value } [ "#" comment ]
    place    = fragment { "+" fragment }
    fragment = quote [ "#" N ] | START ":" END
    value    = place | JSON | word

A quote is a JSON string that may hold tabs; words end at a blank.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from .errors import ScriptError

__all__ = [
    "NAME",
    "RESERVED",
    "Field",
    "Fragment",
    "Line",
    "Place",
    "Value",
    "Word",
    "field_of",
    "fragment_of",
    "read_lines",
]

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}")
"""The form of a name, which is that of an id."""

RESERVED = frozenset({"as", "dct", "new", "null"})
"""Words that mean something where a name could stand."""

_OFFSETS = re.compile(r"([0-9]{1,12}):([0-9]{1,12})(?=[ \t+]|$)")
_WORD = re.compile(r'[^ \t"]+')
_FIELD = re.compile(r'([^\s"#=+]+)=')
_OCCURRENCE = re.compile(r"#([^ \t+]*)")
_json = json.JSONDecoder(strict=False, parse_constant=lambda name: _no_number(name))


class Fragment(Struct, frozen=True):
    """A stretch of the text: a quote and which occurrence of it, or offsets in code points."""

    quote: str | None = None
    occurrence: int | None = None
    offsets: tuple[int, int] | None = None
    column: int | None = None


Place = tuple[Fragment, ...]


class Word(Struct, frozen=True):
    """A bare word and its column."""

    text: str
    column: int | None = None


class Value(Struct, frozen=True):
    """What stands behind a ``=``: a bare word, a place in quotes, or JSON."""

    word: str | None = None
    place: Place = ()
    json: Any = None
    column: int | None = None


class Field(Struct, frozen=True):
    """A field of an item, or a role of an event, with its value."""

    name: str
    value: Value
    column: int | None = None


class Line(Struct, frozen=True, kw_only=True):
    """One line of a script; ``number`` is ``None`` for what comes from the command line."""

    verb: Word
    words: tuple[Word, ...] = ()
    place: Place = ()
    name: Word | None = None
    fields: tuple[Field, ...] = ()
    number: int | None = None


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def read_lines(script: str) -> Iterator[Line]:
    """The lines of a script that say something. Raises ``ScriptError`` with line and column."""
    for number, text in enumerate(script.removeprefix("\ufeff").split("\n"), start=1):
        try:
            line = _Reader(text.removesuffix("\r")).read(number)
        except ScriptError as problem:
            raise problem.at(number, None) from None
        if line is not None:
            yield line


def field_of(argument: str) -> Field:
    """A ``FIELD=VALUE`` of the command line, where the shell has taken care of blanks.

    Raises ``ScriptError`` for what is none.
    """
    name, equals, value = argument.partition("=")
    if not (name and equals):
        raise ScriptError(f"{argument!r} is no field", hint="Write FIELD=VALUE, as level=NAM.")
    if value[:1] in ('"', "{", "[") or _OFFSETS.fullmatch(value):
        reader = _Reader(value)
        found = reader.value()
        if reader.rest():
            raise ScriptError(f"{name} has more than one value: {reader.rest()!r} is left over")
        return Field(name, msgspec.structs.replace(found, column=None))
    return Field(name, Value(word=value))


def fragment_of(offsets: str) -> Fragment:
    """A ``START:END`` of the command line. Raises ``ScriptError`` for what is none."""
    match = _OFFSETS.fullmatch(offsets)
    if match is None:
        raise ScriptError(f"{offsets!r} is no span", hint="Write START:END in code points: 12:17.")
    return Fragment(offsets=(int(match[1]), int(match[2])))


class _Reader:
    """Reads one line from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def fail(self, problem: str, hint: str, at: int | None = None) -> ScriptError:
        error = ScriptError(problem, hint=hint)
        error.column = (self.at if at is None else at) + 1
        return error

    def skip(self) -> None:
        while self.text[self.at : self.at + 1] in (" ", "\t"):
            self.at += 1

    def rest(self) -> str:
        self.skip()
        return self.text[self.at :]

    def read(self, number: int) -> Line | None:
        try:
            return self._line(number)
        except ScriptError as problem:
            problem.line = number
            raise

    def _line(self, number: int) -> Line | None:
        words: list[Word] = []
        fields: list[Field] = []
        place: Place = ()
        name: Word | None = None
        self.skip()
        first = self.at
        while (rest := self.rest()) and not rest.startswith("#"):
            start = self.at
            if rest.startswith('"') or (words and _OFFSETS.match(rest)):
                if place:
                    raise self.fail(
                        "a second place on one line", "Join the fragments of one item with +."
                    )
                place = self.place()
            elif match := _FIELD.match(self.text, self.at):
                self.at = match.end()
                fields.append(Field(match[1], self.value(), start + 1))
            else:
                word = self.word()
                if word.text != "as" or not words:
                    words.append(word)
                elif name is not None:
                    raise self.fail("a second name on one line", "Keep one of them.", start)
                else:
                    name = self.name()
        if not words:
            if place or fields:
                raise self.fail(
                    "the line begins with no verb", "Begin with one, as: mention PER …", first
                )
            return None
        return Line(
            verb=words[0], words=tuple(words[1:]), place=place, name=name,
            fields=tuple(fields), number=number,
        )  # fmt: skip

    def word(self) -> Word:
        start = self.at
        match = _WORD.match(self.text, start)
        if match is None:
            raise self.fail("something is missing here", "Give a word, a name, or a value.")
        self.at = match.end()
        self._require_blank()
        return Word(match[0], start + 1)

    def name(self) -> Word:
        self.skip()
        start = self.at
        if self.at >= len(self.text) or self.text[self.at] in '#"':
            raise self.fail("a name is missing after 'as'", "Write: as vael")
        word = self.word()
        if NAME.fullmatch(word.text) is None or word.text in RESERVED:
            raise self.fail(
                f"{word.text!r} cannot be a name",
                "A name is of letters, digits, and _ . : - and none of: "
                f"{', '.join(sorted(RESERVED))}.",
                start,
            )
        return word

    def place(self) -> Place:
        """One fragment or more, joined by +."""
        found = [self.fragment()]
        while self.rest().startswith("+"):
            self.at += 1
            self.skip()
            if not (self.rest().startswith('"') or _OFFSETS.match(self.rest())):
                raise self.fail("a fragment is missing after +", 'Write: "first" + "second"')
            found.append(self.fragment())
        return tuple(found)

    def fragment(self) -> Fragment:
        start = self.at
        if match := _OFFSETS.match(self.text, start):
            self.at = match.end()
            return Fragment(offsets=(int(match[1]), int(match[2])), column=start + 1)
        quote = self.quote()
        occurrence = None
        if match := _OCCURRENCE.match(self.text, self.at):
            number = match[1]
            if re.fullmatch("[1-9][0-9]{0,8}", number) is None:
                raise self.fail(
                    f"{number!r} is no occurrence",
                    'Occurrences count from 1, as "he"#2; before a comment put a blank.',
                )
            occurrence = int(number)
            self.at = match.end()
        self._require_blank()
        return Fragment(quote=quote, occurrence=occurrence, column=start + 1)

    def quote(self) -> str:
        found = self.json()
        if not isinstance(found, str):
            raise self.fail("a quote is missing here", 'Write it as "the words".')
        return found

    def json(self) -> Any:
        start = self.at
        try:
            found, self.at = _json.raw_decode(self.text, start)
        except json.JSONDecodeError as problem:
            if problem.msg.startswith("Unterminated string"):
                raise self.fail(
                    "the quote does not end", 'Close it with "; inside it write \\" for one.', start
                ) from problem
            said = problem.msg[:1].lower() + problem.msg[1:]
            raise self.fail(
                f"is not JSON: {said}", "Write it on one line, as JSON is.", problem.pos
            ) from problem
        except (ValueError, RecursionError) as problem:
            raise self.fail(f"is not JSON: {problem}", "Mend the value.", start) from problem
        return found

    def value(self) -> Value:
        start = self.at
        first = self.text[start : start + 1]
        if first == '"':
            return Value(place=self.place(), column=start + 1)
        if first and first in "{[":
            found = self.json()
            self._require_blank()
            return Value(json=found, column=start + 1)
        if match := _OFFSETS.match(self.text, start):
            return Value(word=match[0], place=self.place(), column=start + 1)
        if not first or first in " \t":
            raise self.fail("a value is missing after =", 'Write null for unknown, "" for no text.')
        return Value(word=self.word().text, column=start + 1)

    def _require_blank(self) -> None:
        if self.at < len(self.text) and self.text[self.at] not in " \t+":
            raise self.fail("a blank is missing here", "Put one before what follows.")
