"""Whatever keys are pressed, nothing breaks, nothing is lost, and every offset is right."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from goldwire.annotate.screen.labeller import Labeller
from goldwire.annotate.screen.view import Article, foot, head, pane
from goldwire.annotate.session import Session
from goldwire.corpus.documents import load_gold
from goldwire.corpus.ingest import ingest
from goldwire.schema.document import ANCHORED_LAYERS, Document
from goldwire.schema.positions import surface
from tests.annotate.screen.making import make_labeller
from tests.making import article

NAMED = ("enter", "escape", "tab", "backspace", "delete", "left", "right", "up", "down", "ctrl+z",
         "ctrl+y", "ctrl+u", "pageup", "f1")  # fmt: skip
SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789'\";:,.+-*/?#=()[]UAé日👩\u202e "
ODD = (
    "Two 👩\u200d👩\u200d👧 e\u0301tats “fell” in 日本, ناس said.\r\n\r\n"
    "The \x07bell\u202e rang in Velmar.\r\n"
)


@pytest.mark.parametrize("seed", range(8))
def test_any_keys(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    documents: tuple[Document, ...] = (article(), load_gold()[0], ingest(ODD, id="odd"))
    labeller = make_labeller(tmp_path, documents[seed % 3])
    view = Article(chance.choice((20, 80, 120)))
    for number in range(1200):
        lot = chance.random()
        labeller.press(chance.choice(NAMED) if lot < 0.3 else chance.choice(SIGNS))
        labeller.asked = None
        if number % 10 == 0:
            look(labeller, view)
    document = labeller.document
    for layer in ANCHORED_LAYERS:
        for item in getattr(document, layer):
            assert item.text == surface(document.text, item.spans)
    labeller.check()
    again = Session(labeller.session.store, labeller.session.task)
    assert again.document == document
    while again.undo():
        pass
    assert again.document == labeller.session.store.base(document.id)


def look(labeller: Labeller, view: Article) -> None:
    view.prepare(labeller)
    for number in range(view.height):
        view.row(number)
    head(labeller, "1/1", 80)
    foot(labeller, 80)
    pane(labeller, 40, 20)
