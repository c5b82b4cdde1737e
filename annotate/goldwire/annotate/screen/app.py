"""The application around the labeller: keys in, changed rows out, nothing else."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from goldwire.schema.errors import GoldwireError
from goldwire.schema.labels import LabelSet

from ..adjudicating import Adjudicating
from ..proposals import propose
from ..session import Session
from ..store import Store, Task
from .direction import runs_right_to_left
from .keys import Keymap
from .labeller import Labeller
from .marking import Ending, Marking
from .view import Article, Keys, Piece, foot, head, pane

__all__ = ["LabellingApp", "key_of", "keys_of"]

_WIDE = 100
"""Columns from which the pane stands beside the article; below, it stands under it."""
_PAUSE = 0.3
"""Seconds without a key after which the document is looked over for problems."""
_WITHOUT_PAUSE = 5000
"""Keys without a pause after which garbage is collected nevertheless."""
_IDLE = 60.0
"""Seconds without a key after which the annotator is taken to be away."""


def key_of(event: events.Key) -> str:
    """The key as the labeller names it: the character, or the name of a key without one."""
    if event.character and event.character.isprintable():
        return event.character
    return event.key


def keys_of(event: events.Key) -> list[str]:
    """The keys that were pressed: a letter soon after escape comes as one with alt."""
    if event.key.startswith("alt+") and event.character:
        return ["escape", key_of(event)]
    return [key_of(event)]


class _Rows(Widget):
    """Rows of pieces; only those that have changed are drawn again."""

    DEFAULT_CSS = "_Rows { width: 100%; height: 100%; }"

    def __init__(self, make: Callable[[int, int], list[list[Piece]]], name: str) -> None:
        super().__init__(id=name)
        self.make = make
        self.shown: list[list[Piece]] = []

    def sync(self) -> None:
        """Make the rows anew, and draw those that differ."""
        rows = self.make(self.size.width, self.size.height)
        changed = [
            number
            for number in range(max(len(rows), len(self.shown)))
            if number >= len(rows)
            or number >= len(self.shown)
            or rows[number] != self.shown[number]
        ]
        self.shown = rows
        width = self.size.width
        if changed:
            self.refresh(*(Region(0, number, width, 1) for number in changed))

    def render_line(self, y: int) -> Strip:
        """One row."""
        pieces = self.shown[y] if y < len(self.shown) else []
        strip = Strip([Segment(text, style) for text, style in pieces])
        return strip.adjust_cell_length(self.size.width)

    def on_resize(self) -> None:
        """Everything may break at other places now."""
        self.shown = []
        self.sync()
        self.refresh()


class _ArticleRows(_Rows):
    can_focus = True


class LabellingApp(App[None]):
    """Labels documents one after the other; ends with the document that was open last."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []
    CSS = """
    Screen { layout: grid; grid-gutter: 0; }
    #head, #foot { height: 1; }
    """

    def __init__(
        self,
        store: Store,
        documents: Sequence[str],
        begin: Callable[[str], Task],
        labels: LabelSet,
        keymap: Keymap,
        *,
        at: int = 0,
        among: Sequence[str] = (),
        refit: Callable[[], None] | None = None,
        schema: str | None = None,
    ) -> None:
        super().__init__(ansi_color=True)
        self.schema = schema
        """What documents are held to, if it is not what they name themselves."""
        self.among = among
        """The annotators whose passes are adjudicated, if not all that are done."""
        self.refit = refit
        """Makes suggestions anew from what has been labelled; called in the background."""
        self.store = store
        self.documents = list(documents)
        self.begin = begin
        """Gives the task of a document; makes one where there is none."""
        self.labels = labels
        self.keymap = keymap
        self.number = at
        self.top = 0
        self.article = Article(80)
        self.since = time.monotonic()
        self.spent = 0.0
        self.labeller = self._labeller(at)
        self._pane_keys: list[Keys] = []
        self._dragged: int | None = None
        self._uncollected = 0
        self._check: Timer | None = None

    def _labeller(self, number: int) -> Labeller:
        task = self.begin(self.documents[number])
        if task.kind == "adjudicate":
            court = Adjudicating(self.store, task.document, task.annotator, self.among)
            court.session.schema = self.schema
            return Labeller(court.session, self.labels, self.keymap, adjudicating=court)
        session = Session(self.store, task, schema=self.schema)
        return Labeller(session, self.labels, self.keymap, propose=propose)

    # What is shown

    def compose(self) -> ComposeResult:
        """A head, the article, the pane, a foot."""
        yield _Rows(lambda width, _: [head(self.labeller, self._place(), width)], "head")
        yield _ArticleRows(self._article_rows, "article")
        yield _Rows(self._pane_rows, "pane")
        yield _Rows(lambda width, _: [foot(self.labeller, width)], "foot")

    def _place(self) -> str:
        return f"{self.number + 1}/{len(self.documents)}"

    def on_mount(self) -> None:
        """Lay the parts out, and let the article hear the keys."""
        self._lay_out(*self.size)
        self.query_one("#article").focus()
        # To walk all that is loaded once in a while would hold up a key: it stays, and what comes
        # is collected in pauses.
        gc.collect()
        gc.freeze()
        gc.disable()

    def on_resize(self, event: events.Resize) -> None:
        """A terminal of another size: the event knows it before the application does."""
        self._lay_out(*event.size)

    def _lay_out(self, width: int, height: int) -> None:
        beside = width >= _WIDE
        room = min(44, max(34, width // 3)) if beside else 0
        styles = self.screen.styles
        styles.layout = "grid"
        styles.grid_size_columns = 2 if beside else 1
        styles.grid_size_rows = 3 if beside else 4
        if beside:
            styles.grid_columns = f"1fr {room}"
            styles.grid_rows = "1 1fr 1"
        else:
            styles.grid_columns = "1fr"
            styles.grid_rows = f"1 1fr {max(3, height // 3)} 1"
        for name in ("#head", "#foot"):
            self.query_one(name).styles.column_span = 2 if beside else 1

    def _article_rows(self, width: int, height: int) -> list[list[Piece]]:
        if self.article.width != max(10, width):
            self.article = Article(width)
        self.article.prepare(self.labeller)
        self._scroll(height)
        return [self.article.row(self.top + y) for y in range(height)]

    def _scroll(self, height: int) -> None:
        """Keep the sentence in focus in view, with a line before it; move no more than needed."""
        stretch = self.labeller.stretch
        low, high = self.article.rows_of(stretch.start, stretch.end)
        chosen = self.labeller.mode.chosen()
        if chosen:
            low, high = self.article.rows_of(chosen[0][0], chosen[-1][1])
        last = max(0, self.article.height - height)
        if low < self.top:
            self.top = max(0, low - 2)
        elif high > self.top + height:
            self.top = min(last, max(high + 2 - height, 0), low)
        self.top = max(0, min(self.top, last + 1))

    def _pane_rows(self, width: int, height: int) -> list[list[Piece]]:
        beside = self.size.width >= _WIDE
        rows = pane(self.labeller, width - beside, height)
        self._pane_keys = [keys for _, keys in rows]
        if not beside:
            return [pieces for pieces, _ in rows]
        edge: Piece = ("│", Style(dim=True))
        found = [[edge, *pieces] for pieces, _ in rows]
        return found + [[edge]] * (height - len(found))

    def sync(self) -> None:
        """Show the labeller as it stands."""
        for widget in self.query(_Rows):
            widget.sync()

    # Keys and mouse

    async def on_event(self, event: events.Event) -> None:
        """Keys go to the labeller before anything else sees them."""
        if isinstance(event, events.Key) and event.key != "ctrl+q":
            event.stop()
            event.prevent_default()
            for key in keys_of(event):
                self.press(key)
            return
        if isinstance(event, events.Paste):
            event.stop()
            event.prevent_default()
            self.labeller.paste(event.text)
            self.sync()
            return
        await super().on_event(event)

    def press(self, key: str) -> None:
        """Answer a key and show what came of it."""
        now = time.monotonic()
        self.spent += min(now - self.since, _IDLE)
        self.since = now
        self.labeller.press(key)
        self._uncollected += 1
        if self._uncollected >= _WITHOUT_PAUSE:
            self._collect()
        asked, self.labeller.asked = self.labeller.asked, None
        if asked == "quit":
            self._leave()
            self.exit()
            return
        if asked is not None:
            try:
                self._go(1 if asked == "next" else -1)
            except GoldwireError as problem:
                self.labeller.say(problem.problem)
        self.sync()
        if self._check is not None:
            self._check.stop()
        self._check = self.set_timer(_PAUSE, self._look_for_problems)

    def _look_for_problems(self) -> None:
        self._collect()
        self.labeller.check()
        self.query_one("#head", _Rows).sync()

    def _collect(self) -> None:
        gc.collect()
        self._uncollected = 0

    def _go(self, by: int) -> None:
        number = self.number + by
        skipped = []
        while 0 <= number < len(self.documents) and self._runs_right_to_left(number):
            skipped.append(self.documents[number])
            number += by
        if not 0 <= number < len(self.documents):
            self.labeller.say("this is the last document" if by > 0 else "this is the first one")
            return
        labeller = self._labeller(number)
        self._leave()
        if self.refit is not None:
            self.run_worker(self._refit, thread=True, exclusive=True)
        self.number = number
        self.top = 0
        self.labeller = labeller
        if skipped:
            self.labeller.say(f"skipped, since they run right to left: {', '.join(skipped)}")

    def _runs_right_to_left(self, number: int) -> bool:
        return runs_right_to_left(self.store.base(self.documents[number]).text)

    def _refit(self) -> None:
        """Make suggestions anew, and show them when they are there."""
        if self.refit is None:
            return
        try:
            self.refit()
        except GoldwireError as problem:
            self.call_from_thread(self.labeller.say, f"no suggestions: {problem.problem}")
        except Exception as problem:  # whatever a source may do: the annotator goes on
            name = type(problem).__name__
            self.call_from_thread(self.labeller.say, f"no suggestions: {name}: {problem}")
        self.call_from_thread(self._show_suggestions)

    def _show_suggestions(self) -> None:
        self.labeller.read_suggestions()
        self.sync()

    def _leave(self) -> None:
        """Keep the time that was spent, if it can be kept: it is no reason to stay."""
        spent, self.spent = self.spent, 0.0
        with suppress(GoldwireError):
            self.store.add_seconds(self.labeller.session.task, spent)

    def on_unmount(self) -> None:
        """However it ends, the time is kept."""
        gc.enable()
        if self.spent:
            self._leave()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A press in the article begins a span; on a row of the pane it is that row's key."""
        widget, region = self.screen.get_widget_at(event.screen_x, event.screen_y)
        row = event.screen_y - region.y
        if widget.id == "pane":
            keys = self._pane_keys[row] if 0 <= row < len(self._pane_keys) else []
            column = event.screen_x - region.x
            found = [key for begin, key in keys if key and begin <= column]
            if found:
                self.press(found[-1])
        elif widget.id == "article":
            self._dragged = self.article.offset_at(self.top + row, event.screen_x - region.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Where the button is let go, the span ends."""
        widget, region = self.screen.get_widget_at(event.screen_x, event.screen_y)
        begin, self._dragged = self._dragged, None
        if widget.id != "article" or begin is None:
            return
        end = self.article.offset_at(
            self.top + event.screen_y - region.y, event.screen_x - region.x
        )
        self._select(begin, begin if end is None else end)
        self.sync()

    def _select(self, begin: int, end: int) -> None:
        labeller = self.labeller
        low, high = sorted((begin, end))
        labeller.focus(low)
        words = [w for w in labeller.stretch.words if w[1] > low and w[0] <= high]
        if isinstance(labeller.mode, Ending):
            labeller.pop()
        if words and isinstance(labeller.mode, Marking):
            name = next((n for n, word in labeller.mode.named() if word == words[0]), None)
            for letter in name or "":
                labeller.press(letter)
            if isinstance(labeller.mode, Ending):
                labeller.mode.end = words[-1][1]

    def on_mouse_scroll_down(self) -> None:
        """Look further down."""
        self.labeller.move(1, scored=False)
        self.sync()

    def on_mouse_scroll_up(self) -> None:
        """Look further up."""
        self.labeller.move(-1, scored=False)
        self.sync()
