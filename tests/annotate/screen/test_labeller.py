"""What keys do, without a terminal: the whole gold by keyboard, and each command by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldwire.annotate.edits import Add, find
from goldwire.annotate.screen.asking import Choosing, Typing
from goldwire.annotate.screen.choosing import Chosen, relabel
from goldwire.annotate.screen.forms import Form
from goldwire.annotate.screen.keys import COMMANDS, Keymap
from goldwire.annotate.screen.labeller import Labeller
from goldwire.annotate.screen.making import make_item
from goldwire.annotate.screen.marking import Ending, Marking
from goldwire.annotate.session import Session
from goldwire.corpus.documents import load_gold
from goldwire.corpus.ingest import ingest
from goldwire.schema.errors import InputError, UnknownName
from goldwire.schema.validation import validate
from tests.annotate.screen.making import bare, make_labeller
from tests.annotate.screen.pressing import TEXT, focus, mark, named_words, press
from tests.annotate.scribe import Scribe
from tests.making import article


def test_the_whole_gold_is_made_by_keys_alone(tmp_path: Path) -> None:
    (gold,) = load_gold()
    labeller = make_labeller(tmp_path, bare(gold))
    scribe = Scribe(labeller, gold)
    scribe.everything()
    assert scribe.differences() == []
    assert validate(labeller.document) == []
    again = Session(labeller.session.store, labeller.session.task)
    assert again.document == labeller.document
    layers = ("mentions", "times", "quantities", "events", "attributions")
    spans = sum(len(getattr(gold, layer)) for layer in layers)
    keys = scribe.keys["moving"] + sum(n for why, n in scribe.keys.items() if why.endswith("span"))
    assert keys / spans <= 4.0
    assert scribe.keys["arguments"] <= 2 * scribe.filled


def test_the_whole_small_article_is_made_by_keys_alone(tmp_path: Path) -> None:
    document = article()
    labeller = make_labeller(tmp_path, bare(document))
    scribe = Scribe(labeller, document)
    scribe.everything()
    assert scribe.differences() == []


def test_a_word_takes_two_keys_and_more_words_three(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    name = mark(labeller, "depot", "FAC")
    assert len(labeller.session.history()) == 1
    item = find(labeller.document, "mentions", name)
    assert (item.text, item.level, item.origin) == ("depot", "NOM", "typed")
    name = mark(labeller, "fuel depot", "FAC")
    item = find(labeller.document, "mentions", name)
    assert item.text == "fuel depot"
    assert labeller.document.text[slice(*item.head)] == "depot"


def test_boundaries_move_by_words_characters_and_graphemes(tmp_path: Path) -> None:
    labeller = make_labeller(tmp_path, ingest("Two 👩‍👩‍👧 e\u0301tats fell in Velmar.", id="x"))
    press(labeller, "a")
    mode = labeller.mode
    assert isinstance(mode, Ending)
    text = labeller.document.text
    press(labeller, "]", "]")
    assert text[mode.start : mode.end] == "Two 👩‍👩‍👧"
    press(labeller, "right")
    assert text[mode.start : mode.end] == "Two 👩‍👩‍👧 e\u0301tats"
    press(labeller, "left", ")")
    assert text[mode.start : mode.end] == "wo"
    press(labeller, "(", "(")
    assert text[mode.start : mode.end] == "Two"
    press(labeller, ".")
    assert mode.spans == ((0, len(text.rstrip())),)
    press(labeller, "escape")
    assert isinstance(labeller.mode, Marking)


def test_fragments_make_a_discontinuous_item(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    assert isinstance(labeller.mode, Marking)
    names = {labeller.document.text[a:b]: name for name, (a, b) in labeller.mode.named()}
    press(labeller, *names["fuel"], "+")
    assert isinstance(labeller.mode, Choosing)
    words = {choice.text: name for name, choice in labeller.mode.named()}
    press(labeller, *words["near"], "f")
    assert labeller.last_item
    assert find(labeller.document, "mentions", labeller.last_item[1]).text == "fuel near"


def test_same_words_are_the_same_entity_until_told_otherwise(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    one = mark(labeller, "drone", "WEA")
    focus(labeller, "The drone")
    other = mark(labeller, "drone", "WEA")
    entity = find(labeller.document, "mentions", one).entity
    assert find(labeller.document, "mentions", other).entity == entity
    press(labeller, "-")
    assert find(labeller.document, "mentions", other).entity != entity
    press(labeller, "#")
    assert isinstance(labeller.mode, Choosing)
    press(labeller, *next(n for n, c in labeller.mode.named() if c.value == entity))
    assert find(labeller.document, "mentions", other).entity == entity
    assert len(labeller.document.entities) == 1
    focus(labeller, "Two guards")
    last = mark(labeller, "police", "ORG")
    press(labeller, "=")
    assert find(labeller.document, "mentions", last).entity == entity


def test_same_words_elsewhere_are_marked_after_a_preview(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    mark(labeller, "drone", "WEA")
    press(labeller, "*")
    assert isinstance(labeller.mode, Typing)
    assert [row.text.count("⟦drone⟧") for row in labeller.mode.rows()[1:]] == [1, 1]
    press(labeller, "enter")
    mentions = labeller.document.mentions
    assert [m.text for m in mentions] == ["drone"] * 3
    assert len({m.entity for m in mentions}) == 1
    assert len(labeller.session.history()) == 2
    press(labeller, "ctrl+z")
    assert len(labeller.document.mentions) == 1
    press(labeller, "*", "escape")
    assert len(labeller.document.mentions) == 1


def test_an_event_opens_its_roles(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    drone, depot = mark(labeller, "drone", "WEA"), mark(labeller, "fuel depot", "FAC")
    press(labeller, "'", "v")
    assert labeller.layer == "events"
    name = mark(labeller, "struck", "ATTACK")
    assert isinstance(labeller.mode, Form)
    for key, filler in (("i", drone), ("g", depot)):
        press(labeller, key)
        assert isinstance(labeller.mode, Choosing)
        press(labeller, *next(n for n, c in labeller.mode.named() if c.value == filler))
    event = find(labeller.document, "events", name)
    assert [(a.role, a.filler) for a in event.arguments] == [
        ("instrument", drone),
        ("target", depot),
    ]
    press(labeller, "i")
    assert isinstance(labeller.mode, Choosing)
    assert [c.value for _, c in labeller.mode.named()] == [drone]  # a depot is no instrument
    press(labeller, *labeller.mode.named()[0][0], "enter")
    assert len(find(labeller.document, "events", name).arguments) == 1
    assert isinstance(labeller.mode, Marking)


def test_values_of_times_are_proposed(labeller: Labeller) -> None:
    press(labeller, "'", "t")
    focus(labeller, "A drone")
    name = mark(labeller, "Friday", "DATE")
    assert find(labeller.document, "times", name).type == "DATE"
    press(labeller, ";", "2")
    assert isinstance(labeller.mode, Typing)
    press(labeller, *"2022-05-06", "enter")
    assert find(labeller.document, "times", name).value == "2022-05-06"


def test_items_are_chosen_relabelled_moved_and_removed(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    name = mark(labeller, "drone", "VEH")
    press(labeller, "tab")
    assert isinstance(labeller.mode, Chosen)
    press(labeller, "w")
    assert find(labeller.document, "mentions", name).type == "WEA"
    assert labeller.document.entities[0].type == "WEA"
    press(labeller, ",")
    assert isinstance(labeller.mode, Choosing)
    words = {choice.text: key for key, choice in labeller.mode.named()}
    press(labeller, *words["A"])
    assert isinstance(labeller.mode, Ending)
    press(labeller, "right", "enter")
    assert find(labeller.document, "mentions", name).text == "A drone"
    press(labeller, "tab", "delete")
    assert labeller.document.mentions == ()
    assert labeller.document.entities == ()
    press(labeller, "escape", "u")
    assert labeller.document.mentions[0].text == "A drone"
    press(labeller, "U")
    assert labeller.document.mentions == ()


def test_a_document_with_problems_can_be_done_and_says_so(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    mark(labeller, "drone", "WEA")
    relation = {"id": "r1", "type": "part_of", "head": "m1", "tail": "m1"}
    labeller.edit(Add(layer="relations", item=relation))
    press(labeller, "escape", "d")
    assert labeller.session.task.state == "done"
    assert labeller.message.startswith("done")
    wrong = [each for each in labeller.session.problems if each.severity == "error"]
    assert (str(len(wrong)) in labeller.message) == bool(wrong)


def test_what_cannot_be_is_said_and_changes_nothing(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    press(labeller, "=")
    assert "no item is chosen" in labeller.message
    name = mark(labeller, "drone", "WEA")
    press(labeller, "'", "i", "+", "a")
    assert isinstance(labeller.mode, Form)
    fields = {field.name: key for key, field in labeller.mode.named()}
    press(labeller, fields["targets"], "+")
    assert isinstance(labeller.mode, Form)
    press(labeller, next(k for k, f in labeller.mode.named() if f.name == "count"))
    press(labeller, *"many", "enter")
    assert "no number" in labeller.message
    assert isinstance(labeller.mode, Typing)
    assert find(labeller.document, "mentions", name).type == "WEA"


def test_search_goes_on_and_around(labeller: Labeller) -> None:
    for expected in ("A drone", "The drone", "Two guards", "A drone"):
        press(labeller, "/", *"drone", "enter")
        assert labeller.document.text[labeller.stretch.start :].startswith(expected)
    press(labeller, "/", *"nowhere", "enter")
    assert "is not in the text" in labeller.message
    assert isinstance(labeller.mode, Typing)


def test_the_palette_finds_commands_by_theirwords(labeller: Labeller) -> None:
    press(labeller, ":", *"layers com", "enter")
    assert isinstance(labeller.mode, Choosing)
    press(labeller, "m", "enter")
    assert labeller.document.annotation.layers == ("mentions",)
    press(labeller, ":", *"xyz", "enter")
    assert "no command" in labeller.message


def test_sentences_of_any_length_have_their_hints(tmp_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(1000))
    labeller = make_labeller(tmp_path, ingest(words, id="long"))
    press(labeller, *named_words(labeller)[0][0])
    assert isinstance(labeller.mode, Ending)
    name = next(n for n, word in labeller.mode.named() if word[1] == len(words))
    press(labeller, *name, "o")
    assert labeller.document.mentions[0].text == words


def test_letters_that_name_no_word_are_no_commands(labeller: Labeller) -> None:
    press(labeller, "'", "r", "q", "n", "d", "u")  # relations have no words: every letter is free
    assert labeller.asked is None
    assert labeller.session.task.state == "open"
    assert "names nothing" in labeller.message
    press(labeller, "escape", "q")
    assert labeller.asked == "quit"


def test_problems_name_their_items_and_open_them(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    name = mark(labeller, "Velmar", "GPE")
    press(labeller, "enter", "escape", "e")
    (row,) = (row for row in labeller.mode.rows() if "subtype" in row.text)
    assert row.text.startswith("e1 GPE Velmar: ")
    press(labeller, row.key)
    assert isinstance(labeller.mode, Form)
    assert "A drone" in TEXT[slice(labeller.stretch.start, labeller.stretch.end)]
    fields = {field.name: key for key, field in labeller.mode.named()}
    press(labeller, fields["subtype"], "t", "enter")
    assert find(labeller.document, "entities", "e1").subtype == "city"
    assert find(labeller.document, "mentions", name).entity == "e1"


def test_long_lists_are_scrolled_by_arrows(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    for _ in range(7):
        mark(labeller, "drone", "WEA")
    press(labeller, "escape", "t")
    first = labeller.mode.rows()[5]
    press(labeller, "down")
    assert labeller.mode.rows()[0] == first
    press(labeller, "up", "up")
    assert labeller.mode.rows()[5] == first
    press(labeller, "escape", "'", "r", "+", "n", "down")
    assert isinstance(labeller.mode, Choosing)
    assert [row.key for row in labeller.mode.rows()] == ["h", "j"]
    press(labeller, "s", "a")
    assert len(labeller.document.relations) == 1
    press(labeller, ";")
    rows = labeller.mode.rows()
    press(labeller, "down")
    assert labeller.mode.rows() == rows[5:]
    press(labeller, "up")
    assert labeller.mode.rows() == rows


def test_guidance_is_that_of_the_layer_at_hand(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    word = next(n for n, w in named_words(labeller) if w[0] == TEXT.index("Friday"))
    press(labeller, word, "'", "t", "?")
    assert any("DURATION" in row.text for row in labeller.mode.rows())
    press(labeller, "escape", "d", ";", "?")
    assert isinstance(labeller.mode, Choosing)
    assert any("DURATION" in row.text for row in labeller.mode.rows())


def test_an_item_that_is_chosen_tells_its_fields_inwords(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    mark(labeller, "drone", "WEA")
    press(labeller, "tab")
    said = [row.text for row in labeller.mode.rows()]
    assert "head: drone" in said
    assert "origin: typed" in said
    press(labeller, "escape", "'", "v")
    mark(labeller, "struck", "ATTACK")
    press(labeller, "i", "a", "enter", "tab")
    (arguments,) = (row.text for row in labeller.mode.rows() if row.text.startswith("arguments"))
    assert arguments.startswith("arguments: role instrument, filler WEA drone (m1)")


def test_a_text_is_pasted_only_where_one_is_asked_for(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    labeller.paste("sw\nsw")
    assert "only where one is asked for" in labeller.message
    assert labeller.document.mentions == ()
    press(labeller, "/")
    labeller.paste("Two\r\nguards\x1b")
    press(labeller, "enter")
    assert TEXT[labeller.stretch.start :].startswith("Two guards")


def test_every_command_has_a_plain_key_and_can_have_another() -> None:
    for name, command in COMMANDS.items():
        assert "shift" not in command.key
        assert not (command.key[:1] == "f" and command.key[1:].isdecimal())
        if len(command.key) == 1 and command.key.isalpha():
            assert command.moded, name
    keymap = Keymap({"undo": "z", "next_sentence": "down"})
    assert (keymap.key("undo"), keymap.key("next_sentence")) == ("z", "down")
    with pytest.raises(UnknownName, match="fly"):
        Keymap({"fly": "x"})
    with pytest.raises(InputError, match="cannot have the key"):
        Keymap({"search": "s"})
    for changes in ({"search": "enter"}, {"undo": "q"}):
        with pytest.raises(InputError, match="have the same key"):
            Keymap(changes)
    assert Keymap({"undo": "U", "redo": "u", "finish": "tab"}).key("redo") == "u"


def test_the_footer_names_only_what_works(labeller: Labeller) -> None:
    """Every key that the footer shows does something in its mode."""
    focus(labeller, "A drone")
    mark(labeller, "drone", "WEA")
    for key, _ in labeller.mode.footer():
        before = len(labeller.modes)
        labeller.press(key)
        assert "names nothing" not in labeller.message, key
        assert "does nothing" not in labeller.message, key
        while len(labeller.modes) > before:
            labeller.pop()


def test_letters_of_commands_need_the_command_mode(labeller: Labeller) -> None:
    focus(labeller, "A drone")
    labeller.layer = "relations"  # no word has a letter
    press(labeller, "q", "d", "u")
    assert labeller.asked is None
    assert labeller.session.task.state == "open"
    assert "names nothing here" in labeller.message


def test_sentences_of_any_length_and_texts_without_a_word(tmp_path: Path) -> None:
    for number, text in enumerate(("word " * 800 + ".", "…")):
        folder = tmp_path / str(number)
        folder.mkdir()
        labeller = make_labeller(folder, ingest(text, id="long"))
        assert len(labeller.mode.hints()) == (800, 0)[number]
        press(labeller, "escape", "l", "v", "h")
        assert len(labeller.mode.chosen()) <= 1


def test_a_subtype_is_not_kept_for_another_type(labeller: Labeller) -> None:
    given = {"type": "ATTACK", "subtype": "raid", "spans": [[0, 5]]}
    for label, subtype in (("ATTACK", "raid"), ("HARM", None)):
        edit, _ = make_item(labeller, "events", label, ((0, 5),), given=given)
        assert isinstance(edit, Add)
        assert edit.item.get("subtype") == subtype
    labeller.edit(make_item(labeller, "events", "ATTACK", ((0, 5),), given=given)[0])
    relabel(labeller, "events", "v1", "HARM")
    assert labeller.document.events[0].subtype is None
