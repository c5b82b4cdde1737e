"""An article, and keys for it: what tests of the labeller share."""

from __future__ import annotations

from goldwire.annotate.screen.labeller import Labeller
from goldwire.annotate.screen.marking import Ending, Marking

TEXT = (
    "VELMAR: A drone struck a fuel depot near Velmar on Friday, police said. The drone was shot "
    "down near the fuel depot.\n\nTwo guards were hurt by the drone, police said."
)


def press(labeller: Labeller, *keys: str) -> None:
    for key in keys:
        labeller.press(key)


def mark(labeller: Labeller, words: str, label: str, occurrence: int = 1) -> str:
    """Mark some words of the sentence in focus by their hints; the id of the item."""
    text, at = labeller.document.text, labeller.stretch.start - 1
    for _ in range(occurrence):
        at = text.index(words, at + 1)
    assert isinstance(labeller.mode, Marking)
    press(labeller, *next(name for name, word in labeller.mode.named() if word[0] == at))
    assert isinstance(labeller.mode, Ending)
    end = at + len(words)
    press(labeller, *next((n for n, word in labeller.mode.named() if word[1] == end), ""))
    press(labeller, next(key for key, name, _ in labeller.mode.labels if name == label))
    assert labeller.last_item is not None
    return labeller.last_item[1]


def named_words(labeller: Labeller) -> list[tuple[str, tuple[int, int]]]:
    assert isinstance(labeller.mode, Marking)
    return labeller.mode.named()


def focus(labeller: Labeller, words: str) -> None:
    labeller.focus(labeller.document.text.index(words))
