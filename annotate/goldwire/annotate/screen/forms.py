"""Forms: every field of an item by a key, roles by their letters, records and lists within."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from goldwire.schema.document import Span
from goldwire.schema.errors import InputError
from goldwire.schema.positions import surface, visible

from ..edits import TYPE_FIELDS, DoesNotFit, Fill, Put, Remove, Unfill, find
from .asking import FURTHER, Choice, Choosing, Typing, scrolled
from .chaining import chain_choices
from .fields import Field, fields_of, labels_of
from .labeller import Labeller, Mode, Row, item_words
from .making import plain
from .marking import Ending, show_guidance

__all__ = ["Form", "shown"]

_KEYS = "123456789"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FILLERS = ("mentions", "times", "quantities", "events")


def shown(labeller: Labeller, value: Any) -> str:
    """A value of a field in words."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        words = labeller.words(value)
        return value if words == value else f"{words} ({value})"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, dict):
        return ", ".join(f"{k} {shown(labeller, v)}" for k, v in value.items() if v is not None)
    if isinstance(value, (list, tuple)):
        return "; ".join(shown(labeller, each) for each in value) or "–"
    return visible(str(plain(value)))


class Form(Mode):
    """The fields of one item, or of a record within it at ``path``."""

    def __init__(
        self, labeller: Labeller, layer: str, name: str, path: tuple[str | int, ...] = (),
        fields: Sequence[Field] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(labeller)
        self.layer = layer
        self.name = name
        self.path = path
        self.draft: dict[str, Any] = {}
        self.top = 0
        self.fields = tuple(fields) if fields is not None else fields_of(layer)

    @property
    def item(self) -> Any:
        """The item as it stands."""
        return find(self.labeller.document, self.layer, self.name)

    @property
    def title(self) -> str:  # type: ignore[override]
        """The item, and the place within it."""
        where = " ".join(str(part + 1 if isinstance(part, int) else part) for part in self.path)
        said = item_words(self.labeller.document, self.layer, self.item)
        return f"{self.name} {said} {where}".strip()

    def value(self, *more: str | int) -> Any:
        """What stands at the path of the form, and behind it."""
        found: Any = plain(self.item)
        for part in (*self.path, *more):
            if isinstance(part, int):
                found = (
                    found[part] if isinstance(found, (list, tuple)) and part < len(found) else None
                )
            else:
                found = found.get(part) if isinstance(found, dict) else None
        if found is None and len(more) == 1:
            return self.draft.get(str(more[0]))
        return found

    def put(self, value: Any, *more: str | int) -> None:
        """Set what stands at the path of the form and behind it.

        An entry of a list that lacks a part which it must have waits until that is given, too.
        """
        if self.path and isinstance(self.path[-1], int) and len(more) == 1:
            entry = {**(self.value() or {}), **self.draft, str(more[0]): value}
            try:
                self._save(entry)
            except DoesNotFit as problem:
                if "missing required" not in problem.problem:
                    raise
                self.draft[str(more[0])] = value
                self.labeller.say("kept when the other fields are given, too")
            else:
                self.draft = {}
            return
        self._save(value, *more)

    def _save(self, value: Any, *more: str | int) -> None:
        path = (*self.path, *more)
        field = str(path[0])
        whole = _with(plain(self.item).get(field), path[1:], value)
        self.labeller.edit(Put(layer=self.layer, id=self.name, field=field, value=whole))

    # Keys

    def named(self) -> list[tuple[str, Field]]:
        """The fields with their keys: digits, then letters that no role has."""
        taken = {key for key, _, _ in self.roles()}
        free = [key for key in (*_KEYS, *_LETTERS) if key not in taken]
        return list(zip(free, self.fields, strict=False))

    def roles(self) -> list[tuple[str, str, str]]:
        """Key, name, and title of the roles of an event."""
        if self.layer != "events" or self.path:
            return []
        return labels_of(self.labeller.labels, f"roles{self.item.type}", None)

    def press(self, key: str) -> None:
        """A letter is a role, another key a field."""
        labeller = self.labeller
        if not labeller.has(self.layer, self.name):
            labeller.pop()
            return
        for name, role, _ in self.roles():
            if name == key:
                self._role(role)
                return
        for name, field in self.named():
            if name == key:
                self._field(field)
                return
        top = scrolled(self.top, key, len(self.rows()) + self.top)
        if top is not None:
            self.top = top
            return
        found = labeller.keymap.find(
            key, ("finish", "back", "remove", "same_chain", "pick_chain", "guidance")
        )
        if found in ("finish", "back"):
            labeller.pop()
        elif found == "remove":
            self._remove()
        elif found in ("same_chain", "pick_chain"):
            labeller.last_item = self.layer, self.name
            from .commanding import run_command

            run_command(labeller, key)
        elif found == "guidance":
            show_guidance(labeller, self.layer)
        else:
            labeller.say(f"{visible(key)} is no field here")

    def _remove(self) -> None:
        labeller = self.labeller
        if self.path and isinstance(self.path[-1], int):
            *front, at = self.path
            outer = Form(labeller, self.layer, self.name, tuple(front[:-1]), ())
            entries = list(outer.value(front[-1]) or ())
            labeller.pop()
            if int(at) < len(entries):  # else it was begun, and never said enough
                del entries[int(at)]
                outer.put(entries, front[-1])
        elif self.path:
            labeller.pop()
            Form(labeller, self.layer, self.name, self.path[:-1], ()).put(None, self.path[-1])
        else:
            labeller.edit(Remove(layer=self.layer, id=self.name))
            labeller.pop()

    def _role(self, role: str) -> None:
        labeller = self.labeller

        def choices() -> list[Choice]:
            return filler_choices(labeller, self.item, role)

        def toggle(filler: str) -> None:
            arguments = {(a.role, a.filler) for a in self.item.arguments}
            kind = Unfill if (role, filler) in arguments else Fill
            labeller.edit(kind(event=self.name, role=role, filler=filler))

        labeller.push(
            Choosing(
                labeller, f"{role} of {self.item.text}", choices, toggle,
                marked=lambda filler: any(
                    (a.role, a.filler) == (role, filler) for a in self.item.arguments
                ),
                empty=f"nothing here may fill {role}",
            )
        )  # fmt: skip

    def _field(self, field: Field) -> None:
        ask = {
            "label": self._label, "flag": self._flag, "text": self._text, "number": self._number,
            "ref": self._ref, "refs": self._refs, "span": self._span, "spans": self._spans,
            "record": self._record, "list": self._list,
        }[field.kind]  # fmt: skip
        ask(field)

    def _label(self, field: Field) -> None:
        labeller = self.labeller
        type_ = self.value("type")
        found = labels_of(labeller.labels, field.inventory, type_)
        if not found:
            self._text(field)
            return
        rows = [Choice(name, f"{name}  {title}", key=key) for key, name, title in found]
        if field.name != TYPE_FIELDS.get(self.layer) or self.path:
            rows.append(Choice(None, "none of them", key="-"))

        def pick(label: str | None) -> None:
            if (field.name, self.path) == (TYPE_FIELDS[self.layer], ()):
                from .choosing import relabel

                relabel(labeller, self.layer, self.name, str(label))
            else:
                self.put(label, field.name)

        labeller.push(Choosing(labeller, field.name, lambda: rows, pick))

    def _flag(self, field: Field) -> None:
        now = self.value(field.name)
        if field.name in ("optional", "scored", "vague", "approximate"):
            self.put(not (now if now is not None else field.name == "scored"), field.name)
        else:  # unknown, yes, no, and unknown again
            self.put({None: True, True: False, False: None}[now], field.name)

    def _text(self, field: Field) -> None:
        now = self.value(field.name)

        def given(text: str) -> None:
            self.put(text.strip() or None, field.name)

        self.labeller.push(
            Typing(self.labeller, field.name, given, text="" if now is None else str(now))
        )

    def _number(self, field: Field) -> None:
        now = self.value(field.name)

        def given(text: str) -> None:
            self.put(_number_of(text), field.name)

        self.labeller.push(
            Typing(self.labeller, f"{field.name}, a number", given,
                   text="" if now is None else str(now))
        )  # fmt: skip

    def _choices(self, field: Field) -> list[Choice]:
        labeller = self.labeller
        anchor = getattr(self.item, "spans", None)
        here = anchor[0][0] if anchor else labeller.stretch.start
        found: list[Choice] = []
        for layer in field.layers:
            if layer in ("entities", "hoppers"):
                found += chain_choices(labeller, "mentions" if layer == "entities" else "events")
                continue
            items = [i for i in getattr(labeller.document, layer) if i.id != self.name]
            if layer in ("relations", "zones"):
                items.sort(key=lambda item: item.id)
            found += [
                Choice(i.id, f"{item_words(labeller.document, layer, i)}  {i.id}",
                       i.spans[0] if layer not in ("relations",) else None)
                for i in items
            ]  # fmt: skip
        found.sort(key=lambda choice: abs((choice.span or (10**9, 0))[0] - here))
        if field.name == "anchor":
            found.insert(0, Choice("dct", "the document's own day  dct"))
        return found

    def _ref(self, field: Field) -> None:
        nothing = Choice(None, "nothing", key="-")
        self.labeller.push(
            Choosing(
                self.labeller, field.name, lambda: [*self._choices(field), nothing],
                lambda value: self.put(value, field.name),
            )
        )  # fmt: skip

    def _refs(self, field: Field) -> None:
        def toggle(name: str) -> None:
            names = list(self.value(field.name) or ())
            if name in names:
                names.remove(name)
            else:
                names.append(name)
            self.put(names, field.name)

        self.labeller.push(
            Choosing(
                self.labeller, f"{field.name}, several", lambda: self._choices(field), toggle,
                many=True, marked=lambda name: name in (self.value(field.name) or ()),
            )
        )  # fmt: skip

    def _span(self, field: Field) -> None:
        def done(spans: tuple[Span, ...]) -> None:
            value: Any = {"spans": spans} if field.name == "cue" else spans[0]
            self.put(value, field.name)

        self._ask_span(field.name, done)

    def _spans(self, field: Field) -> None:
        def done(spans: tuple[Span, ...]) -> None:
            old = [tuple(span) for span in self.value(field.name) or ()]
            new = [span for span in old if span not in spans]
            added = [span for span in spans if span not in old]
            self.put(sorted([*new, *added]), field.name)

        self._ask_span(f"{field.name}: one more, or one to take away", done)

    def _ask_span(self, title: str, done: Any) -> None:
        labeller = self.labeller
        item = self.item
        labeller.focus(item.spans[0][0])
        stretch = labeller.stretch

        def taken(_: object, spans: tuple[Span, ...]) -> None:
            labeller.pop()
            done(spans)

        def begin(word: Span) -> None:
            labeller.push(Ending(labeller, stretch, word, [], taken))

        words = stretch.words
        if self.layer == "mentions":  # a head stands within its mention
            words = tuple(
                w for w in words if item.spans[0][0] <= w[0] and w[1] <= item.spans[-1][1]
            )
        labeller.push(
            Choosing(
                labeller, f"{title}: first word",
                lambda: [Choice(w, visible(labeller.document.text[w[0]:w[1]]), w) for w in words],
                begin,
            )
        )  # fmt: skip

    def _record(self, field: Field) -> None:
        self.labeller.push(
            Form(self.labeller, self.layer, self.name, (*self.path, field.name), field.parts)
        )

    def _list(self, field: Field) -> None:
        labeller = self.labeller

        def choices() -> list[Choice]:
            entries = self.value(field.name) or []
            rows = [Choice(at, shown(labeller, entry)) for at, entry in enumerate(entries)]
            return [*rows, Choice(-1, "a new one", key="+")]

        def pick(at: int) -> None:
            entries = list(self.value(field.name) or ())
            if at < 0:
                at = len(entries)
            labeller.push(
                Form(labeller, self.layer, self.name, (*self.path, field.name, at), field.parts)
            )

        labeller.push(Choosing(labeller, field.name, choices, pick, many=True))

    # What is shown

    def rows(self) -> list[Row]:
        """Roles with their fillers, then the fields."""
        labeller = self.labeller
        if not labeller.has(self.layer, self.name):
            return []
        rows = []
        for key, role, _ in self.roles():
            fillers = [labeller.words(a.filler) for a in self.item.arguments if a.role == role]
            rows.append(Row(key, f"{role}: {', '.join(fillers) or '–'}", "events"))
        for key, field in self.named():
            rows.append(Row(key, f"{field.name}: {self._shown(field)}"))
        return rows[self.top :]

    def said(self) -> list[tuple[str, str]]:
        """Every field of the item that says something, in words, in the order of the schema."""
        known = {field.name: field for field in self.fields}
        return [
            (name, self._shown(known[name]) if name in known else shown(self.labeller, value))
            for name, value in plain(self.item).items()
            if name not in ("id", "spans", "text") and value is not None and value != []
        ]

    def _shown(self, field: Field) -> str:
        value = self.value(field.name)
        if field.kind in ("span", "spans") and value:
            spans = value["spans"] if isinstance(value, dict) else value
            spans = [spans] if isinstance(spans[0], int) else spans
            return visible(surface(self.labeller.document.text, [(a, b) for a, b in spans]))
        return shown(self.labeller, value)

    def chosen(self) -> list[Span]:
        """Where the item stands."""
        if not self.labeller.has(self.layer, self.name):
            return []
        return list(getattr(self.item, "spans", ()))

    def footer(self) -> list[tuple[str, str]]:
        """What ends it."""
        names = ["finish", "remove"]
        if self.layer in ("mentions", "events") and not self.path:
            names += ["same_chain", "pick_chain"]
        return [*self.told(*names, "guidance"), FURTHER]


def _with(value: Any, path: Sequence[str | int], new: Any) -> Any:
    """A plain value with another one at a path; records and lists are made where none is."""
    if not path:
        return new
    part, *rest = path
    if isinstance(part, int):
        entries = list(value or ())
        while len(entries) <= part:
            entries.append({})
        entries[part] = _with(entries[part], rest, new)
        return entries
    record = dict(value or {})
    record[part] = _with(record.get(part), rest, new)
    return record


def _number_of(text: str) -> int | float | None:
    said = text.strip().replace(",", "")
    if not said:
        return None
    try:
        return int(said)
    except ValueError:
        pass
    try:
        number = float(said)
    except ValueError:
        number = float("nan")
    if number != number or number in (float("inf"), float("-inf")):
        raise InputError(f"{text!r} is no number")
    return number


def filler_choices(labeller: Labeller, event: Any, role: str) -> list[Choice]:
    """What may fill a role: those that do already, then by distance from the trigger."""
    document, labels = labeller.document, labeller.labels
    kinds = {"times": "time", "quantities": "quantity", "events": "event"}
    filled = {a.filler for a in event.arguments if a.role == role}
    found = []
    begin, end = event.spans[0][0], event.spans[-1][1]
    stretch = labeller.stretches[_number_at(labeller, begin)]
    for layer in _FILLERS:
        for item in getattr(document, layer):
            if item.id == event.id or not labels.admits(role, kinds.get(layer, item_type(item))):
                continue
            low, high = item.spans[0][0], item.spans[-1][1]
            inside = stretch.start <= low < stretch.end
            distance = max(low - end, begin - high, 0)
            found.append(((item.id not in filled, not inside, distance, low, high), layer, item))
    return [
        Choice(item.id, f"{item_words(document, layer, item)}  {item.id}", item.spans[0])
        for _, layer, item in sorted(found, key=lambda each: each[0])
    ]


def item_type(item: Any) -> str:
    """The label of a mention."""
    found: str = getattr(item, "type", "")
    return found


def _number_at(labeller: Labeller, offset: int) -> int:
    from ..tokens import stretch_at

    return stretch_at(labeller.stretches, offset)
