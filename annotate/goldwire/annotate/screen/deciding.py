"""Adjudication on the screen: one decision after the other, one key each."""

from __future__ import annotations

from goldwire.schema.document import ANCHORED_LAYERS, Span
from goldwire.schema.positions import visible

from ..adjudicate import Decision, difference_words
from ..adjudicating import BOTH, NEITHER, Adjudicating
from .labeller import Labeller, Mode, Row

__all__ = ["Deciding"]

_PASSES = "abcdefgh"


class Deciding(Mode):
    """What the passes do not agree on: a letter takes a version, enter what most passes say."""

    def __init__(self, labeller: Labeller, adjudicating: Adjudicating) -> None:
        super().__init__(labeller)
        self.adjudicating = adjudicating
        self.at = 0

    def current(self) -> Decision | None:
        """The decision that is asked for."""
        found = self.adjudicating.open()
        if not found:
            return None
        self.at = min(self.at, len(found) - 1)
        decision = found[self.at]
        if decision.layer in ANCHORED_LAYERS:
            self.labeller.focus(decision.key[1][0][0])
        return decision

    @property
    def title(self) -> str:  # type: ignore[override]
        """How many are left, and what this one is about."""
        decision = self.current()
        left = len(self.adjudicating.open())
        if decision is None:
            return "all is decided"
        return visible(f"{left} left · {decision.layer}: {decision.text}")

    def answers(self, decision: Decision) -> list[tuple[str, str, str]]:
        """Key, answer, and words of all answers."""
        found = []
        for letter, version in zip(_PASSES, decision.versions, strict=False):
            said = difference_words(decision, version.item)
            found.append((letter, " ".join(version.passes), f"{', '.join(version.passes)}: {said}"))
        for key, answer in (("+", BOTH), ("-", NEITHER)):
            if answer in self.adjudicating.answers(decision):
                found.append((key, answer, answer))
        return found

    def press(self, key: str) -> None:
        """A version, both, neither; or look at others first."""
        labeller = self.labeller
        decision = self.current()
        keymap = labeller.keymap
        if decision is not None:
            for name, answer, _ in self.answers(decision):
                if name == key or (key == keymap.key("accept") and name == _PASSES[0]):
                    self.adjudicating.decide(decision, answer)
                    return
        if key == keymap.key("next_item"):
            self.at += 1
            if self.at >= len(self.adjudicating.open()):
                self.at = 0
        elif key == keymap.key("previous_sentence"):
            self.at = max(0, self.at - 1)
        elif key in ("u", "ctrl+z"):
            session = self.adjudicating.session
            labeller.say("undone" if session.done()[1:] and session.undo() else "nothing to undo")
        elif key in ("U", "ctrl+y"):
            labeller.say("redone" if self.adjudicating.session.redo() else "nothing to redo")
        elif key == keymap.key("back"):
            labeller.pop()
            labeller.say(f"{keymap.key('palette')} decide goes back to the decisions")
        else:
            labeller.say(f"{visible(key)} is no answer")

    def chosen(self) -> list[Span]:
        """Where it stands in the text."""
        decision = self.current()
        if decision is None or decision.layer not in ANCHORED_LAYERS:
            return []
        return [(start, end) for start, end in decision.key[1]]

    def rows(self) -> list[Row]:
        """What the passes say."""
        decision = self.current()
        if decision is None:
            return [Row("", "Every decision is made. Look the document over, then say it is done.")]
        return [Row(key, words) for key, _, words in self.answers(decision)]

    def footer(self) -> list[tuple[str, str]]:
        """What can be pressed beside the answers."""
        keymap = self.labeller.keymap
        return [
            (keymap.key("accept"), "the first one"), (keymap.key("next_item"), "later"),
            (keymap.key("previous_sentence"), "the one before"), ("u", "undo"),
            (keymap.key("back"), "edit by hand"),
        ]  # fmt: skip
