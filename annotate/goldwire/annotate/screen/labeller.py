"""The labelling screen without a screen: what is shown, and what each key does.

A mode answers keys and says what it shows; modes lie on a stack. Everything that changes the
document goes through the session, and is on the disk before the next key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from goldwire.schema.document import LAYERS, Document, Span
from goldwire.schema.errors import GoldwireError
from goldwire.schema.positions import surface, visible

from ..edits import TYPE_FIELDS, Edit, find, next_id
from ..store import Conflict
from ..tokens import Stretch, stretch_at, stretches
from .keys import COMMANDS, Keymap

if TYPE_CHECKING:
    from goldwire.schema.labels import LabelSet

    from ..adjudicating import Adjudicating
    from ..session import Session
    from ..store import Suggestion

__all__ = ["Labeller", "Mode", "Row", "item_words"]


class Row(Struct, frozen=True):
    """A line of the side pane: the key that picks it, what it says, and how it looks."""

    key: str
    text: str
    style: str = ""


class Mode:
    """What keys mean at the moment. Modes lie on a stack; the last one answers."""

    title = ""
    """What is going on, for the head of the pane."""

    def __init__(self, labeller: Labeller) -> None:
        self.labeller = labeller

    def press(self, key: str) -> None:
        """Answer a key."""

    def paste(self, text: str) -> None:
        """Take a text that came at once, which only a line of text can."""
        self.labeller.say("a text can be pasted only where one is asked for")

    def rows(self) -> list[Row]:
        """What the pane shows."""
        return []

    def hints(self) -> dict[int, str]:
        """Letters over the text, by offset."""
        return {}

    def chosen(self) -> list[Span]:
        """What is selected in the text."""
        return []

    def footer(self) -> list[tuple[str, str]]:
        """Keys that apply now, and what they do."""
        return []

    def told(self, *names: str) -> list[tuple[str, str]]:
        """The keys of commands with their words, for the footer."""
        keymap = self.labeller.keymap
        return [(keymap.key(name), COMMANDS[name].words) for name in names]


class Labeller:
    """One annotator, one document, and the state of the screen between two keys."""

    def __init__(
        self,
        session: Session,
        labels: LabelSet,
        keymap: Keymap | None = None,
        *,
        propose: Callable[[Document], Document | None] | None = None,
        adjudicating: Adjudicating | None = None,
    ) -> None:
        from .marking import Marking

        self.session = session
        self.labels = labels
        self.keymap = keymap or Keymap()
        self._propose = propose
        self._proposals: Document | None = None
        self.adjudicating = adjudicating
        """Where the document is made of others' passes: the decisions."""
        self.layer = "mentions"
        self.at = 0
        self.message = ""
        self.problems: int | None = None
        """How many problems the document has, as far as it was looked at."""
        self.last_item: tuple[str, str] | None = None
        self.last_chain: dict[str, str | None] = {"entities": None, "hoppers": None}
        self.asked: str | None = None
        """What only the application can do: another document, or an end."""
        self.suggestions: list[Suggestion] = []
        self.read_suggestions()
        self._stretches: tuple[tuple[Any, ...], list[Stretch]] | None = None
        self.modes: list[Mode] = [Marking(self)]
        scored = [n for n, each in enumerate(self.stretches) if each.scored]
        self.at = scored[0] if scored else 0
        last = session.last_place()
        if last is not None:  # where the work was left
            self.focus(last)
        if adjudicating is not None and adjudicating.open():
            from .deciding import Deciding

            self.modes.append(Deciding(self, adjudicating))

    @property
    def proposals(self) -> Document | None:
        """What the rules baseline makes of the text: values of times and quantities."""
        if self._propose is not None:
            self._proposals, self._propose = self._propose(self.document), None
        return self._proposals

    def read_suggestions(self) -> None:
        """Take what is proposed for the task now; some tasks go without."""
        if self.session.task.suggested:
            self.suggestions = self.session.store.suggestions(self.session.task)

    @property
    def document(self) -> Document:
        """The document as it stands."""
        return self.session.document

    @property
    def mode(self) -> Mode:
        """The mode that answers keys."""
        return self.modes[-1]

    @property
    def stretches(self) -> list[Stretch]:
        """The sentences; they change with the zones."""
        zones = self.document.zones
        if self._stretches is None or self._stretches[0] != zones:
            self._stretches = zones, stretches(self.document)
        return self._stretches[1]

    @property
    def stretch(self) -> Stretch:
        """The sentence in focus."""
        found = self.stretches
        self.at = min(self.at, len(found) - 1)
        return found[self.at]

    def check(self) -> None:
        """Look for problems; that takes longer than a key may."""
        self.problems = len(self.session.problems)

    def press(self, key: str) -> None:
        """Answer a key; what goes wrong is said on the screen, and nothing has changed then."""
        self.message = ""
        try:
            self.mode.press(key)
        except Conflict as conflict:
            self._overtaken(conflict)
        except GoldwireError as problem:
            said = problem.problem
            self.say(f"{said.rstrip('.')}. {problem.hint}" if problem.hint else said)

    def paste(self, text: str) -> None:
        """Take a text that came at once: its signs are no keys."""
        self.message = ""
        self.mode.paste(text)

    def say(self, message: str) -> None:
        """Show a sentence until the next key."""
        self.message = visible(message)

    def push(self, mode: Mode) -> None:
        """Let another mode answer until it is left."""
        self.modes.append(mode)

    def pop(self) -> None:
        """Leave the mode that answers; the last one stays."""
        if len(self.modes) > 1:
            self.modes.pop()

    def edit(self, edit: Edit) -> None:
        """Make an edit. Raises ``Conflict`` where another writer was faster: see ``press``."""
        self.session.apply(edit)

    def _overtaken(self, conflict: Conflict) -> None:
        """Show what another writer did; nothing is made on top of it unseen."""
        self.session.refresh()
        self._after_a_move()
        count = len(conflict.entries)
        self.say(
            f"another writer was faster: {count} {'edit' if count == 1 else 'edits'} came in "
            "between and can be seen now; look, and do it again"
        )

    def fresh_id(self, layer: str, document: Document | None = None) -> str:
        """An id for a new item, or a new hopper, that no decision of an adjudication will take."""
        taken = self.adjudicating.adjudication.names if self.adjudicating else ()
        return next_id(document or self.document, layer, taken)

    def undo(self) -> None:
        """Take the last edit back; what passes agree on is not to be taken back."""
        last = self.adjudicating is not None and len(self.session.done()) <= 1
        self.say("undone" if not last and self.session.undo() else "nothing to undo")
        self._after_a_move()

    def redo(self) -> None:
        """Make the edit that was taken back once more."""
        self.say("redone" if self.session.redo() else "nothing to redo")
        self._after_a_move()

    def _after_a_move(self) -> None:
        """Nothing may stay open that is not there any more."""
        del self.modes[1:]
        self.read_suggestions()
        if self.last_item and not self.has(*self.last_item):
            self.last_item = None

    def has(self, layer: str, name: str) -> bool:
        """Whether an item is there."""
        return any(item.id == name for item in getattr(self.document, layer))

    def focus(self, offset: int) -> None:
        """Put the focus on the sentence that holds an offset."""
        self.at = stretch_at(self.stretches, offset)

    def move(self, by: int, *, scored: bool = True) -> None:
        """Move the focus some sentences; those outside scored zones only if asked for."""
        step = 1 if by > 0 else -1
        at, found = self.at, self.stretches
        for _ in range(abs(by)):
            after = at + step
            while scored and 0 <= after < len(found) and not found[after].scored:
                after += step
            if not 0 <= after < len(found):
                self.say("this is the last sentence" if step > 0 else "this is the first sentence")
                break
            at = after
        self.at = at

    def items_in(self, stretch: Stretch, layers: Sequence[str] | None = None) -> list[Any]:
        """Items that stand in a sentence with their layers: in text order, inner before outer."""
        found = []
        for layer in layers or ("mentions", "times", "quantities", "events", "attributions"):
            for item in getattr(self.document, layer):
                if item.spans[0][0] < stretch.end and stretch.start < item.spans[-1][1]:
                    found.append((layer, item))
        return sorted(found, key=lambda p: (p[1].spans[0][0], p[1].spans[-1][1], p[1].id))

    def words(self, name: str | None) -> str:
        """An item, an entity, or a hopper in words."""
        if name is None:
            return "–"
        document = self.document
        for layer in LAYERS:
            for item in getattr(document, layer):
                if item.id == name:
                    return item_words(document, layer, item)
        kind = next((event.type for event in document.events if event.hopper == name), "")
        return f"{kind} {_hopper_words(document, name)}".strip()


def item_words(document: Document, layer: str, item: Any) -> str:
    """An item in a few words: its label and its text, or what it joins."""
    label = getattr(item, TYPE_FIELDS[layer])
    if layer == "entities":
        said = item.name or next((m.text for m in document.mentions if m.entity == item.id), "")
    elif layer == "relations":
        said = " → ".join(find(document, "mentions", end).text for end in (item.head, item.tail))
    elif layer == "event_links":
        said = " → ".join(_hopper_words(document, end) for end in (item.source, item.target))
    elif layer == "incidents":
        said = ", ".join(_hopper_words(document, name) for name in item.hoppers)
    else:
        said = surface(document.text, item.spans)
    return visible(f"{label} {said}")


def _hopper_words(document: Document, name: str) -> str:
    """A hopper by its first trigger; by its id where it has none."""
    events = [event for event in document.events if event.hopper == name]
    return min(events, key=lambda event: event.spans).text if events else name
