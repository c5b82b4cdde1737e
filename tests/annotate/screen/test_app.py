"""The application: keys and clicks reach the labeller, and what changed is drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.events import Key, Paste, Resize
from textual.geometry import Size
from textual.pilot import Pilot

from goldwire.annotate.screen.app import LabellingApp
from goldwire.annotate.screen.keys import Keymap
from goldwire.annotate.session import Session
from goldwire.annotate.store import Store, Task
from goldwire.corpus.ingest import ingest
from goldwire.schema.errors import CouldNotRun
from tests.annotate.screen.making import labels

TEXT = "VELMAR: A drone struck a fuel depot near Velmar on Friday, police said."

Steps = Callable[[LabellingApp, Pilot[None]], Awaitable[None]]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(str(tmp_path / "goldwire.db"), create=True)
    store.add_document(ingest(TEXT, id="one"))
    store.add_document(ingest("KARSA: Two guards were hurt.", id="two"))
    return store


def run(store: Store, steps: Steps, size: tuple[int, int] = (120, 30)) -> LabellingApp:
    """Run the application and some steps in it."""

    def begin(document: str) -> Task:
        return store.task(document, "ann")

    app = LabellingApp(store, store.document_ids(), begin, labels(), Keymap())

    async def main() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(app, pilot)

    asyncio.run(main())
    return app


def screen(app: LabellingApp) -> str:
    """What stands on the screen."""
    width, height = app.size
    return "\n".join(
        "".join(segment.text for segment in line) for line in app.screen._compositor.render_strips()
    )[: (width + 1) * height]


def test_keys_label_and_the_screen_shows_it(store: Store) -> None:
    async def steps(app: LabellingApp, pilot: Pilot[None]) -> None:
        app.labeller.focus(TEXT.index("A drone"))
        app.sync()
        await pilot.press("s", "w")
        await pilot.pause()
        assert "WEA₁" in screen(app)
        assert "2 items" in screen(app)  # the mention and its entity

    run(store, steps)
    session = Session(store, store.task("one", "ann"))
    assert [mention.text for mention in session.document.mentions] == ["drone"]


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (200, 60), (20, 8)])
def test_it_fits_terminals_of_all_sizes(store: Store, size: tuple[int, int]) -> None:
    async def steps(app: LabellingApp, pilot: Pilot[None]) -> None:
        seen = screen(app)
        assert "one" in seen
        assert "VELMAR" in seen
        await pilot.press("tab", "escape", "escape")
        await pilot.resize_terminal(100, 20)
        await pilot.pause()
        assert "drone" in screen(app)

    run(store, steps, size)


def test_the_pane_moves_with_the_size_of_the_terminal(store: Store) -> None:
    async def steps(app: LabellingApp, pilot: Pilot[None]) -> None:
        for width, beside in ((120, True), (80, False), (120, True)):
            app.post_message(Resize(Size(width, 30), Size(width, 30)))
            await pilot.pause()
            assert (app.query_one("#pane").region.y == 1) is beside, width

    run(store, steps, (80, 24))


def test_documents_follow_each_other_and_time_is_kept(store: Store) -> None:
    async def steps(app: LabellingApp, pilot: Pilot[None]) -> None:
        await pilot.press("escape", "p")
        assert "first" in app.labeller.message
        await pilot.press("escape", "n")
        assert app.labeller.document.id == "two"
        await pilot.press("escape", "n")
        assert "last" in app.labeller.message
        await pilot.press("escape", "q")

    run(store, steps)
    assert store.task("one", "ann").seconds > 0


def test_text_that_runs_right_to_left_is_skipped(store: Store) -> None:
    store.add_document(ingest("قالت الشرطة إن طائرة مسيرة أصابت مستودعا.", id="onward"))

    async def steps(app: LabellingApp, pilot: Pilot[None]) -> None:
        await pilot.press("escape", "n")
        assert app.labeller.document.id == "two"
        assert "onward" in app.labeller.message
        await pilot.press("escape", "p")
        assert app.labeller.document.id == "one"

    run(store, steps)
    assert store.find_task("onward", "ann") is None


def test_a_project_that_is_gone_is_told_and_can_be_left(store: Store, tmp_path: Path) -> None:
    async def steps(app: LabellingApp, pilot: Pilot[None]) -> None:
        app.labeller.focus(TEXT.index("A drone"))
        (tmp_path / "goldwire.db").rename(tmp_path / "elsewhere.db")
        await pilot.press("s", "w")
        assert "not where it was" in app.labeller.message
        assert app.labeller.document.mentions == ()
        await pilot.press("escape", "escape", "n")
        assert "not where it was" in app.labeller.message
        assert app.labeller.document.id == "one"
        await pilot.press("escape", "q")
        assert app.return_code == 0

    run(store, steps)


def test_a_letter_soon_after_escape_is_a_command(store: Store) -> None:
    """Terminals send both at once then, as they send a letter with alt."""

    async def steps(app: LabellingApp, pilot: Pilot[None]) -> None:
        app.post_message(Key("alt+n", "n"))
        await pilot.pause()
        assert app.labeller.document.id == "two"

    run(store, steps)


def test_what_is_pasted_is_no_keys(store: Store) -> None:
    async def steps(app: LabellingApp, pilot: Pilot[None]) -> None:
        await pilot.press("/")
        app.post_message(Paste("drone"))
        await pilot.pause()
        assert "drone▏" in screen(app)
        assert "dronedrone" not in screen(app)

    run(store, steps)


def test_the_mouse_selects_words_and_picks_rows(store: Store) -> None:
    async def steps(app: LabellingApp, pilot: Pilot[None]) -> None:
        app.labeller.focus(TEXT.index("A drone"))
        app.sync()
        column = TEXT.index("fuel")
        await pilot.mouse_down("#article", offset=(column, 1))
        await pilot.mouse_up("#article", offset=(TEXT.index("depot") + 2, 1))
        await pilot.pause()
        assert app.labeller.mode.chosen() == [(column, TEXT.index("depot") + 5)]
        row = next(at for at, keys in enumerate(app._pane_keys) if (0, "f") in keys)
        await pilot.click("#pane", offset=(4, row))
        await pilot.pause()
        assert [m.text for m in app.labeller.document.mentions] == ["fuel depot"]

    run(store, steps)


def test_a_disk_that_is_full_keeps_nobody_from_leaving(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise CouldNotRun("the disk is full")

    async def steps(app: LabellingApp, pilot: Pilot[None]) -> None:
        monkeypatch.setattr(store, "add_seconds", full)
        monkeypatch.setattr(store, "new_task", full)
        await pilot.press("escape", "n")
        assert app.labeller.message == "the disk is full"
        assert app.labeller.document.id == "one"
        await pilot.press("escape", "q")

    assert run(store, steps).return_code == 0


def test_a_source_of_suggestions_that_fails_ends_nothing(store: Store) -> None:
    def broken() -> None:
        raise RuntimeError("no such model")

    async def steps(app: LabellingApp, pilot: Pilot[None]) -> None:
        app.refit = broken
        await pilot.press("escape", "n")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.labeller.message == "no suggestions: RuntimeError: no such model"
        await pilot.press("escape", "p")
        assert app.labeller.document.id == "one"

    run(store, steps)
