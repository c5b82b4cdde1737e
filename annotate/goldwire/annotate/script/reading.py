"""From the lines of a script to one edit: names become ids, quotes become spans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from goldwire.schema.document import ANCHORED_LAYERS, LAYERS, Document, Fragments
from goldwire.schema.positions import surface
from goldwire.schema.schemas import Schema

from ..edits import (
    PARTS,
    TYPE_FIELDS,
    Add,
    DoesNotFit,
    Edit,
    Fill,
    Merge,
    Put,
    Remove,
    Respan,
    Split,
    Together,
    Unfill,
    apply,
    find,
)
from ..records import ENDS
from .errors import ScriptError, unknown
from .fields import FIELDS, LISTS, NOUNS, REFERENCES, plain_value
from .labels import Labels
from .lines import Field, Line, Word, read_lines
from .names import Names
from .places import spans_at

__all__ = ["VERBS", "Made", "lines_edit", "script_edit"]


class Made(Struct, frozen=True):
    """The edit of a script, and what it did."""

    edit: Together
    names: dict[str, str]
    """Ids by the names that the script gave."""
    added: tuple[str, ...]
    """Ids of all items that it added, in its order."""
    document: Document
    """The document after the edit."""


def script_edit(
    document: Document, script: str, *, schema: Schema | None = None, source: str | None = None
) -> Made:
    """A whole script as one edit of a document; with a schema, its labels are checked.

    Raises ``ScriptError`` with line and column for the first line that cannot be read or does
    not fit: then there is no edit at all.
    """
    try:
        return lines_edit(document, read_lines(script), schema=schema)
    except ScriptError as problem:
        raise problem.at(None, None, source) from None


def lines_edit(document: Document, lines: Iterable[Line], *, schema: Schema | None = None) -> Made:
    """As :func:`script_edit`, for lines that are read already."""
    maker = _Maker(document, Labels(schema))
    for line in lines:
        maker.make(line)
    return maker.made()


class _Maker:
    """The document as it grows from line to line, and the edits that made it."""

    def __init__(self, document: Document, labels: Labels) -> None:
        self.document = document
        self.labels = labels
        self.names = Names(document)
        self.edits: list[Edit] = []

    def made(self) -> Made:
        names = {name: id for name, (_, id) in self.names.given.items()}
        added = tuple(str(each.item["id"]) for each in self.edits if isinstance(each, Add))
        return Made(Together(edits=tuple(self.edits)), names, added, self.document)

    def make(self, line: Line) -> None:
        try:
            verb = _VERBS.get(line.verb.text)
            if verb is None:
                raise unknown("verb", line.verb.text, VERBS)
            verb(self, line)
        except ScriptError as problem:
            raise problem.at(line.number, line.verb.column) from None
        except DoesNotFit as problem:
            mend = "Mend the line, or leave it out. " if line.number is not None else ""
            hint = problem.hint or f"{mend}Nothing has been changed."
            raise ScriptError(problem.problem, hint=hint).at(
                line.number, line.verb.column
            ) from problem

    def do(self, edit: Edit) -> None:
        self.document = apply(self.document, edit)
        self.edits.append(edit)
        if isinstance(edit, Add):
            self.names.added(self.document, edit.layer, edit.item)
        else:
            self.names.update(self.document)

    # Items

    def add(self, layer: str, line: Line) -> None:
        ends = ENDS.get(layer, ())
        words = _words(line, TYPE_FIELDS[layer], *ends)
        item: dict[str, Any] = {"id": ""}
        spans: Fragments = ()
        if layer in ANCHORED_LAYERS:
            spans = self.spans(line)
            item["spans"] = [list(span) for span in spans]
        else:
            _no_place(line)
        type_ = item[TYPE_FIELDS[layer]] = words[0].text
        self.labels.check(layer, TYPE_FIELDS[layer], type_, type_, words[0].column)
        for end, word in zip(ends, words[1:], strict=True):
            item[end] = self.names.find(word, REFERENCES[layer, end])[1]
        arguments = []
        fields = []
        for field in line.fields:
            if layer == "events" and field.name not in FIELDS[layer]:
                arguments.append(self.argument(field, type_))
            else:
                fields.append(field)
        for field in _once(fields, taken=(TYPE_FIELDS[layer], *ends)):
            item[field.name] = self.value(layer, field, spans, type_)
        if arguments:
            item["arguments"] = [*item.get("arguments", ()), *arguments]
        if layer == "incidents" and not item.get("hoppers"):
            raise ScriptError(
                "an incident is made up of events", hint="Write hoppers=NAME, or more: hoppers=a,b"
            )
        if layer == "events" and "hopper" not in item:
            item["hopper"] = self.names.fresh("hoppers")
        item["id"] = self.names.fresh(layer)
        self.do(Add(layer=layer, item=item))
        if line.name is not None:
            self.names.give(line.name, layer, item["id"])

    def spans(self, line: Line) -> Fragments:
        if not line.place:
            raise ScriptError(
                f"where does this {line.verb.text} stand?",
                hint=f'Quote its words: {line.verb.text} … "the words"',
            )
        return spans_at(self.document.text, line.place)

    def argument(self, field: Field, type_: str) -> dict[str, Any]:
        self.labels.check_role(field.name, type_, field.column)
        return {"role": field.name, "filler": self.filler(field)}

    def filler(self, field: Field) -> str:
        return self.names.find(_word_of(field), REFERENCES["events", "arguments"])[1]

    def value(self, layer: str, field: Field, spans: Fragments, type_: str) -> Any:
        """The value of a field as it stands in an item."""
        value, key = field.value, (layer, field.name)
        if key in _POSITIONS and value.place:
            return self.position(key, field, spans)
        if key in _POSITIONS and value.word not in (None, "null"):
            raise ScriptError(
                f"{field.name} is a place in the text, not {value.word}",
                hint=f'Quote the words: {field.name}="the words"',
            ).at(None, value.column)
        if key not in REFERENCES:
            found = plain_value(layer, field)
            self.labels.check(layer, field.name, found, type_, value.column)
            return found
        wanted = REFERENCES[key]
        if value.word == "null":
            return [] if key in LISTS or key == ("events", "arguments") else None
        if value.word == "new":
            return self.new_chain(key, field, type_)
        if key in LISTS:
            return [self.names.find(word, wanted)[1] for word in _words_of(field)]
        if layer == "incidents" or key == ("events", "arguments"):
            plain_value(layer, field)
            return self.names.nested(value.json, wanted, value.column)
        if key == ("times", "anchor") and value.word == "dct":
            return "dct"
        return self.names.find(_word_of(field), wanted)[1]

    def position(self, key: tuple[str, str], field: Field, spans: Fragments) -> Any:
        text, place = self.document.text, field.value.place
        if key == ("attributions", "cue"):
            return {"spans": [list(span) for span in spans_at(text, place)]}
        found = [list(span) for span in spans_at(text, place, within=spans)]
        if key == ("attributions", "quotes"):
            return found
        if len(found) > 1:
            raise ScriptError("a head is one stretch", hint="Quote one word of the mention.").at(
                None, field.value.column
            )
        return found[0]

    def new_chain(self, key: tuple[str, str], field: Field, type_: str) -> str:
        if key == ("events", "hopper"):
            return self.names.fresh("hoppers")
        if key != ("mentions", "entity"):
            raise ScriptError(
                f"{field.name} takes what is there, not 'new'", hint="Name it, or give its id."
            ).at(None, field.value.column)
        id = self.names.fresh("entities")
        self.do(Add(layer="entities", item={"id": id, "type": type_}))
        return id

    def entity(self, line: Line) -> None:
        if line.name is not None:
            self.add("entities", line)
            return
        (word,) = _words(line, "name of an entity")
        if word.text in self.labels.entity_types():
            raise ScriptError(
                "a new entity needs a name", hint=f"Write: entity {word.text} as NAME"
            ).at(None, word.column)
        layer, id = self.names.find(word, ("entities",))
        self.put(layer, id, line)

    def set(self, line: Line) -> None:
        (word,) = _words(line, "name")
        layer, id = self.item(word)
        self.put(layer, id, line)

    def item(self, word: Word) -> tuple[str, str]:
        layer, id = self.names.find(word)
        if layer == "hoppers":
            raise ScriptError(
                f"{word.text!r} is a hopper, which has no fields and no place of its own",
                hint="Name one of its events.",
            ).at(None, word.column)
        return layer, id

    def put(self, layer: str, id: str, line: Line) -> None:
        _no_place(line, hint=f'To move it, write: move {id} "the words"')
        _no_name(line)
        if not line.fields:
            raise ScriptError("there is nothing to set", hint="Write FIELD=VALUE, as level=NAM.")
        for field in _once(line.fields):
            item = find(self.document, layer, id)
            type_ = getattr(item, TYPE_FIELDS[layer])
            value = self.value(layer, field, getattr(item, "spans", ()), type_)
            self.do(Put(layer=layer, id=id, field=field.name, value=value))

    def remove(self, line: Line) -> None:
        (word,) = _words(line, "name")
        _no_more(line)
        layer, id = self.item(word)
        self.do(Remove(layer=layer, id=id))

    def move(self, line: Line) -> None:
        (word,) = _words(line, "name")
        _no_fields(line)
        layer, id = self.item(word)
        self.do(Respan(layer=layer, id=id, spans=self.spans(line)))

    def alternative(self, line: Line) -> None:
        (word,) = _words(line, "name")
        _no_name(line)
        layer, id = self.item(word)
        item = find(self.document, layer, id)
        new: dict[str, Any] = {}
        if line.place:
            spans = spans_at(self.document.text, line.place)
            new["spans"] = [list(span) for span in spans]
            new["text"] = surface(self.document.text, spans)
        type_ = getattr(item, TYPE_FIELDS[layer])
        for field in _once(line.fields):
            new[field.name] = plain_value("alternatives", field)
            label = TYPE_FIELDS[layer] if field.name == "type" else field.name
            self.labels.check(layer, label, new[field.name], type_, field.value.column)
        if not new:
            raise ScriptError(
                "an alternative differs in something",
                hint='Give other words, type=, or subtype=: alternative NAME "other words"',
            )
        known = [
            {name: value for name in each.__struct_fields__ if (value := getattr(each, name))}
            for each in item.alternatives
        ]
        self.do(Put(layer=layer, id=id, field="alternatives", value=[*known, new]))

    # Arguments and chains

    def fill(self, line: Line) -> None:
        event, roles = self.roles(line)
        options = {field.name: field for field in line.fields if field.name == "optional"}
        optional = bool(plain_value("events", options["optional"])) if options else False
        type_ = find(self.document, "events", event).type
        for field in roles:
            argument = self.argument(field, type_)
            self.do(Fill(event=event, optional=optional, **argument))

    def unfill(self, line: Line) -> None:
        event, roles = self.roles(line)
        for field in roles:
            self.do(Unfill(event=event, role=field.name, filler=self.filler(field)))

    def roles(self, line: Line) -> tuple[str, list[Field]]:
        (word,) = _words(line, "name of an event")
        _no_place(line)
        _no_name(line)
        roles = [field for field in line.fields if field.name != "optional"]
        if not roles:
            raise ScriptError("a role is missing", hint="Write ROLE=NAME, as place=velmar.")
        return self.names.find(word, ("events",))[1], roles

    def merge(self, line: Line) -> None:
        first, second = _words(line, "name to keep", "name to merge into it")
        _no_more(line)
        layer, keep = self.chain(first)
        gone = self.names.find(second, (layer,))[1]
        self.do(Merge(layer=layer, keep=keep, gone=gone))

    def split(self, line: Line) -> None:
        if not line.words:
            raise ScriptError("what is split off?", hint="Name mentions, or events: split A B")
        _no_place(line)
        _no_fields(line)
        layer = self.chain(line.words[0])[0]
        members = "mentions" if layer == "entities" else "events"
        ids = tuple(self.names.find(word, (members,))[1] for word in line.words)
        new = self.names.fresh(layer)
        self.do(Split(layer=layer, members=ids, new=new))
        if line.name is not None:
            self.names.give(line.name, layer, new)

    def chain(self, word: Word) -> tuple[str, str]:
        """The entity of a mention, the hopper of an event, or what is one itself."""
        layer = self.names.find(word)[0]
        wanted = "hoppers" if layer in ("events", "hoppers") else "entities"
        return self.names.find(word, (wanted,))

    # The document

    def layers(self, line: Line) -> None:
        _no_more(line)
        for word in line.words:
            if word.text not in LAYERS:
                raise unknown("layer", word.text, LAYERS).at(None, word.column)
        names = list(dict.fromkeys(word.text for word in line.words))
        self.do(Put(layer="annotation", field="layers", value=names))

    def part(self, line: Line) -> None:
        _words(line)
        _no_place(line)
        _no_name(line)
        for field in _once(line.fields):
            value = plain_value(line.verb.text, field)
            self.do(Put(layer=line.verb.text, field=field.name, value=value))


_POSITIONS = frozenset({("mentions", "head"), ("attributions", "cue"), ("attributions", "quotes")})


def _words(line: Line, *wanted: str) -> tuple[Word, ...]:
    """The words of a line, as many as are wanted; raises ``ScriptError`` for more or fewer."""
    for word in line.words[len(wanted) :]:
        raise ScriptError(
            f"{word.text!r} is one word too many",
            hint="Words of the article stand in quotes, fields are FIELD=VALUE.",
        ).at(None, word.column)
    if len(line.words) < len(wanted):
        missing = wanted[len(line.words)]
        form = " ".join(f"<{each}>" for each in wanted)
        raise ScriptError(f"the {missing} is missing", hint=f"Write: {line.verb.text} {form}")
    return line.words


def _no_place(line: Line, hint: str | None = None) -> None:
    if line.place:
        raise ScriptError(
            f"{line.verb.text} takes no place in the text", hint=hint or "Leave the quote out."
        ).at(None, line.place[0].column)


def _no_name(line: Line) -> None:
    if line.name is not None:
        raise ScriptError(f"{line.verb.text} gives no name", hint="Leave out 'as'.").at(
            None, line.name.column
        )


def _no_fields(line: Line) -> None:
    for field in line.fields:
        raise ScriptError(
            f"{line.verb.text} sets no field", hint="Set fields on a line of their own, with set."
        ).at(None, field.column)


def _no_more(line: Line) -> None:
    _no_place(line)
    _no_fields(line)
    _no_name(line)


def _once(fields: Iterable[Field], taken: Iterable[str] = ()) -> list[Field]:
    """The fields; raises ``ScriptError`` for one that is given twice."""
    seen, found = set(taken), list(fields)
    for field in found:
        if field.name in seen:
            raise ScriptError(f"{field.name} is given twice", hint="Keep one of them.").at(
                None, field.column
            )
        seen.add(field.name)
    return found


def _word_of(field: Field) -> Word:
    """The one name that a field gives."""
    words = _words_of(field)
    if len(words) != 1 or not words[0].text:
        raise ScriptError(
            f"{field.name} takes one name", hint=f"Write: {field.name}=NAME, without blanks."
        ).at(None, field.value.column)
    return words[0]


def _words_of(field: Field) -> list[Word]:
    """The names that a field gives: a,b or a JSON list."""
    value = field.value
    if value.word is not None:
        return [Word(name, value.column) for name in value.word.split(",")]
    given = value.json
    if value.place and value.place[0].quote is not None:
        given = [value.place[0].quote]
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise ScriptError(
            f"{field.name} takes names", hint=f"Write: {field.name}=NAME, or a list: a,b"
        ).at(None, value.column)
    return [Word(name, value.column) for name in given]


def _adder(layer: str) -> Callable[[_Maker, Line], None]:
    return lambda maker, line: maker.add(layer, line)


_VERBS: dict[str, Callable[[_Maker, Line], None]] = {
    **{noun: _adder(layer) for layer, noun in NOUNS.items()},
    "entity": _Maker.entity,
    "set": _Maker.set,
    "move": _Maker.move,
    "remove": _Maker.remove,
    "alternative": _Maker.alternative,
    "argument": _Maker.fill,
    "unfill": _Maker.unfill,
    "merge": _Maker.merge,
    "split": _Maker.split,
    "layers": _Maker.layers,
    **dict.fromkeys(PARTS, _Maker.part),
}

VERBS: tuple[str, ...] = tuple(_VERBS)
"""All verbs of the language."""
