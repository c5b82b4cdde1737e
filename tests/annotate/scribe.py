"""An annotator who knows the gold: makes it in the labeller by pressing keys, and counts them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from goldwire.annotate.edits import TYPE_FIELDS
from goldwire.annotate.screen.asking import Choosing, Typing
from goldwire.annotate.screen.choosing import Chosen
from goldwire.annotate.screen.fields import Field, fields_of, labels_of
from goldwire.annotate.screen.forms import Form
from goldwire.annotate.screen.labeller import Labeller
from goldwire.annotate.screen.making import plain
from goldwire.annotate.screen.marking import Ending, Marking, type_labels
from goldwire.schema.document import LAYERS, Document

CHAINS = {"mentions": "entity", "events": "hopper"}


class Scribe:
    """Presses keys until the labeller's document holds what the gold holds.

    ``plainly`` moves boundaries word by word with the arrows instead of by hints.
    """

    def __init__(self, labeller: Labeller, gold: Document, *, plainly: bool = False) -> None:
        self.labeller = labeller
        self.gold = gold
        self.plainly = plainly
        self.names: dict[str, str] = {}
        """By the id of the gold: the id of the same thing here."""
        self.keys: Counter[str] = Counter()
        """Keys by what they were pressed for."""
        self.purpose = "moving"
        self.filled = 0
        """Arguments that were filled right after their triggers."""

    def press(self, *keys: str) -> None:
        """Press keys, and see to it that none went wrong."""
        for key in keys:
            self.keys[self.purpose] += 1
            self.labeller.press(key)
            message = self.labeller.message
            if message.startswith("no more suggestions"):
                continue
            wrong = ("nothing", "no ", "is no", "names nothing", "cannot")
            assert not any(word in message for word in wrong), f"{key}: {message}"

    def command(self, name: str) -> None:
        """Press the key of a command."""
        self.press(self.labeller.keymap.key(name))

    def type(self, text: str) -> None:
        """Type a line of text and give it."""
        assert isinstance(self.labeller.mode, Typing), self.labeller.mode
        if not text and self.labeller.mode.text:
            self.press("ctrl+u")
        self.press(*text, "enter")

    def choose(self, value: Any) -> None:
        """Press the letters of a choice."""
        mode = self.labeller.mode
        assert isinstance(mode, Choosing), mode
        name = next(name for name, choice in mode.named() if choice.value == value)
        self.press(*name)

    # Moving

    def layer(self, layer: str) -> None:
        """Take another layer."""
        if self.labeller.layer != layer:
            self.purpose = "moving"
            self.command("layers")
            self.choose(layer)

    def go(self, offset: int) -> None:
        """Go to the sentence that holds an offset."""
        self.purpose = "moving"
        labeller = self.labeller
        while not labeller.stretch.start <= offset < labeller.stretch.end:
            before = labeller.at
            self.command("next_sentence" if labeller.stretch.end <= offset
                         else "previous_sentence")  # fmt: skip
            assert labeller.at != before, offset

    # Spans

    def mark(self, layer: str, item: Any) -> str:
        """Mark the span of an item and give it its label; the new id."""
        labeller = self.labeller
        self.go(item.spans[0][0])
        self.purpose = f"{layer} span"
        ((start, end),) = item.spans
        assert isinstance(labeller.mode, Marking)
        words = labeller.mode.named()
        first = max((pair for pair in words if pair[1][0] <= start), key=lambda p: p[1][0],
                    default=words[0])  # fmt: skip
        self.press(*first[0])
        self.bound(start, end)
        if layer != labeller.layer:  # for this item alone
            self.command("layers")
            self.choose(layer)
        field = TYPE_FIELDS[layer]
        mode = labeller.mode
        assert isinstance(mode, Ending)
        key = next(key for key, name, _ in mode.labels if name == getattr(item, field))
        self.press(key)
        assert labeller.last_item is not None
        name = labeller.last_item[1]
        self.names[item.id] = name
        return name

    def bound(self, start: int, end: int) -> None:
        """Move the boundaries of what is selected, from a first word, to where they belong."""
        mode = self.labeller.mode
        assert isinstance(mode, Ending)
        if self.plainly:
            while mode.end < end and any(word[0] > mode.end for word in mode.stretch.words):
                self.command("grow_end")
        else:
            last = [pair for pair in mode.named() if pair[1][0] < end]
            if mode.end < end and last:
                self.press(*last[-1][0])
        for side, later, earlier, wanted in (
            ("end", "character_later", "character_earlier", end),
            ("start", "start_later", "start_earlier", start),
        ):
            for _ in range(40):
                at = getattr(mode, side)
                if at == wanted:
                    break
                self.command(later if at < wanted else earlier)
            assert getattr(mode, side) == wanted, (mode.start, mode.end, start, end)

    # Fields

    def open_last(self) -> None:
        """Open the form of the last item, if it is not open."""
        if not isinstance(self.labeller.mode, Form):
            self.command("edit")

    def close(self) -> None:
        """Leave all forms."""
        while not isinstance(self.labeller.mode, Marking):
            self.command("back")

    def fill_fields(self, layer: str, item: Any, fields: tuple[Field, ...] | None = None) -> None:
        """Make the fields of the last item what they are in the gold."""
        wanted = self.translated(plain(item))
        self.purpose = f"{layer} fields"
        for field in fields or fields_of(layer):
            self.fill_field(layer, field, wanted.get(field.name))

    def fill_field(self, layer: str, field: Field, wanted: Any) -> None:
        """Make one field what it should be."""
        labeller = self.labeller
        mode = labeller.mode
        form = mode if isinstance(mode, Form) else None
        assert labeller.last_item is not None
        now = (form or Form(labeller, layer, labeller.last_item[1])).value(field.name)
        if field.name == "arguments":  # filled in another order
            order = [(each["role"], each["filler"]) for each in now or ()]
            wanted = sorted(wanted, key=lambda each: order.index((each["role"], each["filler"])))
        if _same(now, wanted):
            return
        self.open_last()
        form = labeller.mode  # type: ignore[assignment]
        assert isinstance(form, Form)
        key = next(key for key, each in form.named() if each.name == field.name)
        if field.kind == "flag":
            for _ in range(3):
                if not _same(form.value(field.name), wanted):
                    self.press(key)
        elif field.kind == "record":
            self.press(key)
            for part in field.parts:
                self.fill_field(layer, part, (wanted or {}).get(part.name))
            self.command("back")
        elif field.kind == "list":
            self.press(key)
            for number, entry in enumerate(wanted):
                self.choose(number if number < len(now or ()) else -1)
                for part in field.parts:
                    self.fill_field(layer, part, entry.get(part.name))
                self.command("back")
            self.command("back")
        else:
            self.press(key)
            self.answer(field, now, wanted)
        assert _same(form.value(field.name), wanted), (field.name, form.value(field.name), wanted)

    def answer(self, field: Field, now: Any, wanted: Any) -> None:
        """Answer what a field asks for."""
        if field.kind == "refs":
            for name in [*(now or ()), *wanted]:
                if (name in (now or ())) != (name in wanted):
                    self.choose(name)
            self.command("back")
        elif field.kind in ("span", "spans"):
            spans = wanted["spans"] if isinstance(wanted, dict) else wanted
            spans = [spans] if isinstance(spans[0], int) else spans
            for number, (start, end) in enumerate(spans):
                if number:
                    form = self.labeller.mode
                    assert isinstance(form, Form)
                    self.press(next(key for key, f in form.named() if f.name == field.name))
                self.pick_span(start, end)
        elif isinstance(self.labeller.mode, Typing):
            self.type("" if wanted is None else str(wanted))
        else:
            self.choose(wanted)

    def pick_span(self, start: int, end: int) -> None:
        """Answer with a span."""
        mode = self.labeller.mode
        assert isinstance(mode, Choosing)
        words = [(name, choice.value) for name, choice in mode.named()]
        first = max((pair for pair in words if pair[1][0] <= start), key=lambda p: p[1][0],
                    default=words[0])  # fmt: skip
        self.press(*first[0])
        self.bound(start, end)
        self.command("finish")

    def translated(self, value: Any) -> Any:
        """A plain value of the gold with the ids that things have here."""
        if isinstance(value, str):
            return self.names.get(value, value)
        if isinstance(value, dict):
            return {key: self.translated(each) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.translated(each) for each in value]
        return value

    # Layers

    def chain(self, layer: str, item: Any) -> None:
        """Put the last item into the chain that the gold has it in."""
        labeller, field = self.labeller, CHAINS[layer]
        wanted = getattr(item, field)
        assert labeller.last_item is not None
        here = next(each for each in getattr(labeller.document, layer)
                    if each.id == labeller.last_item[1])  # fmt: skip
        now = getattr(here, field)
        taken = {chain for name, chain in self.names.items() if name != wanted}
        self.purpose = f"{layer} chains"
        if wanted in self.names:
            if now != self.names[wanted]:
                chains = "entities" if layer == "mentions" else "hoppers"
                if labeller.last_chain[chains] == self.names[wanted]:
                    self.command("same_chain")
                else:
                    self.command("pick_chain")
                    self.choose(self.names[wanted])
            return
        if now in taken:
            self.command("own_chain")
            here = next(each for each in getattr(labeller.document, layer) if each.id == here.id)
            now = getattr(here, field)
        self.names[wanted] = now

    def spans(self, layer: str) -> None:
        """Make all items of a layer that stands in the text, from where the focus is."""
        self.layer(layer)
        free = layer in ("quantities", "attributions")  # none refers to one before it
        below = free and self.labeller.at > len(self.labeller.stretches) // 2
        items = sorted(getattr(self.gold, layer), key=lambda each: each.spans, reverse=below)
        for item in items:
            self.mark(layer, item)
            if layer in CHAINS:
                self.chain(layer, item)
            if layer == "events":
                self.arguments(item)
            if layer != "quantities":  # what they count may not be there yet
                self.fill_fields(layer, item, self.early(layer))
            self.close()

    def suggestions(self) -> None:
        """Accept, relabel, or reject every suggestion, from the first one to the last."""
        labeller = self.labeller
        wanted = {
            (layer, item.spans): item
            for layer in ("mentions", "times", "quantities", "events", "attributions")
            for item in getattr(self.gold, layer)
        }
        self.purpose = "suggestions"
        first = min(s.item["spans"][0][0] for s in labeller.suggestions)
        self.go(first)
        self.purpose = "suggestions"
        self.command("next_item")
        while isinstance(labeller.mode, Chosen):
            current = labeller.mode.current()
            if current is None or current[2] is None:
                self.command("back")
                break
            suggestion = current[2]
            spans = tuple((a, b) for a, b in suggestion.item["spans"])
            item = wanted.get((suggestion.layer, spans))
            if item is None:
                self.command("reject")
                continue
            label = getattr(item, TYPE_FIELDS[suggestion.layer])
            if suggestion.item[TYPE_FIELDS[suggestion.layer]] == label:
                self.command("accept")
            else:
                keys = type_labels(labeller, suggestion.layer)
                self.press(next(key for key, name, _ in keys if name == label))
            assert labeller.last_item is not None
            self.names[item.id] = labeller.last_item[1]

    def remaining_spans(self) -> None:
        """Mark the spans that no suggestion led to, from the last sentence up."""
        missing = [
            (item.spans, layer, item)
            for layer in ("mentions", "times", "quantities", "events", "attributions")
            for item in getattr(self.gold, layer)
            if item.id not in self.names
        ]
        for _, layer, item in sorted(missing, key=lambda each: each[0], reverse=True):
            self.mark(layer, item)
            while not isinstance(self.labeller.mode, Marking):
                self.labeller.pop()  # its form is no part of the span

    def early(self, layer: str) -> tuple[Field, ...]:
        """The fields that refer to nothing that comes later."""
        late = {"attributions", "entity", "hopper", "arguments"}
        return tuple(field for field in fields_of(layer) if field.name not in late)

    def arguments(self, event: Any) -> None:
        """Fill the roles of the event that was just made, as far as its fillers are there."""
        labels = labels_of(self.labeller.labels, f"roles{event.type}", None)
        for argument in event.arguments:
            if argument.filler not in self.names:
                continue
            self.purpose = "arguments"
            self.filled += 1
            self.press(next(key for key, role, _ in labels if role == argument.role))
            self.choose(self.names[argument.filler])

    def later(self) -> None:
        """What could not be said before everything else was there."""
        for layer in ("quantities", "events"):
            self.layer(layer)
            for item in getattr(self.gold, layer):
                self.labeller.last_item = layer, self.names[item.id]
                if layer == "events":
                    missing = [
                        a for a in item.arguments
                        if (a.role, self.names[a.filler]) not in {
                            (b.role, b.filler) for each in self.labeller.document.events
                            if each.id == self.names[item.id] for b in each.arguments
                        }
                    ]  # fmt: skip
                    labels = labels_of(self.labeller.labels, f"roles{item.type}", None)
                    for argument in missing:
                        self.purpose = "arguments later"
                        self.open_last()
                        self.press(next(key for key, r, _ in labels if r == argument.role))
                        self.choose(self.names[argument.filler])
                self.fill_fields(layer, item)
                self.close()

    def apart(self, layer: str) -> None:
        """Make the items of a layer that does not stand in the text."""
        self.layer(layer)
        for item in getattr(self.gold, layer):
            self.purpose = f"{layer} items"
            if layer != "entities":
                self.command("new")
                self.choose(getattr(item, TYPE_FIELDS[layer]))
                if layer == "relations":
                    self.choose(self.names[item.head])
                    self.choose(self.names[item.tail])
                elif layer == "event_links":
                    self.choose(self.names[item.source])
                    self.choose(self.names[item.target])
                assert self.labeller.last_item is not None
                self.names[item.id] = self.labeller.last_item[1]
            else:
                self.command("next_item")
                self.choose(self.names[item.id])
            self.fill_fields(layer, item)
            self.close()

    def everything(self) -> None:
        """The whole gold but its zones, which the article came with."""
        for zone in self.gold.zones:
            same = [z.id for z in self.labeller.document.zones if z.spans == zone.spans]
            self.names[zone.id] = same[0]
        for layer in ("mentions", "times", "quantities", "events", "attributions"):
            self.spans(layer)
        for layer in ("entities", "relations", "event_links"):
            self.apart(layer)
        self.later()
        self.apart("incidents")
        self.purpose = "layers"
        self.command("commands")
        self.press(self.labeller.keymap.key("declare"))
        for layer in self.gold.annotation.layers:
            if layer not in self.labeller.document.annotation.layers:
                self.choose(layer)
        self.command("back")

    def differences(self) -> list[str]:
        """What differs between the gold and what was made, ids and origins apart."""
        found = []
        for layer in LAYERS:
            here = {item.id: plain(item) for item in getattr(self.labeller.document, layer)}
            items = getattr(self.gold, layer)
            if len(here) != len(items):
                found.append(f"{layer}: {len(here)} items, not {len(items)}")
            for item in items:
                wanted = self.translated(plain(item))
                got = here.get(wanted["id"], {})
                for name, value in wanted.items():
                    one, other = _bare(got.get(name)), _bare(value)
                    if name in ("evidence", "hoppers", "reported_by", "arguments"):
                        one, other = (sorted(map(str, each or ())) for each in (one, other))
                    if name != "origin" and one != other:
                        found.append(f"{item.id} {name}: {one!r}, not {other!r}")
        return found


def _same(one: Any, other: Any) -> bool:
    """Whether two plain values say the same: nothing, an empty list, and a lack are alike."""
    return bool(_bare(one) == _bare(other))


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        found = {key: _bare(each) for key, each in value.items() if key != "text"}
        return {key: each for key, each in found.items() if each not in (None, [])} or None
    if isinstance(value, (list, tuple)):
        return [_bare(each) for each in value] or None
    return value
