"""The edit script: what is written is read back, and what is wrong has a line and a column."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from goldwire.annotate.edits import apply, find
from goldwire.annotate.script import (
    ScriptError,
    document_script,
    field_of,
    lines_edit,
    read_lines,
    script_edit,
)
from goldwire.annotate.script.reading import VERBS
from goldwire.corpus.documents import load_gold
from goldwire.schema.document import LAYERS, Document
from goldwire.schema.errors import InputError
from goldwire.schema.schemas import load_schema
from goldwire.schema.validation import validate
from tests.annotate.generated import PIECES, documents
from tests.annotate.scripts import bare, numbered
from tests.making import TEXT, article, changed, make

README = (Path(__file__).parents[2] / "annotate" / "README.md").read_text("utf-8")


def made(script: str, document: Document | None = None) -> Document:
    start = document if document is not None else bare(article())
    return script_edit(start, script, schema=load_schema("newswire")).document


# There and back


@settings(max_examples=150)
@given(documents())
def test_a_document_comes_back_out_of_its_script(document: Document) -> None:
    script = document_script(document)
    found = script_edit(bare(document), script)
    assert numbered(found.document) == numbered(document)
    assert apply(bare(document), found.edit) == found.document
    again = document_script(found.document)
    assert numbered(script_edit(bare(document), again).document) == numbered(document)


@pytest.mark.parametrize("document", [article(), *load_gold()], ids=lambda each: each.id)
def test_sound_documents_come_back_and_stay_sound(document: Document) -> None:
    script = document_script(document)
    found = script_edit(bare(document), script, schema=load_schema("newswire")).document
    assert numbered(found) == numbered(document)
    assert {p.code for p in validate(found)} == {p.code for p in validate(document)}
    crlf = script.replace("\n", "\r\n")
    assert made(crlf, bare(document)) == found


def test_layers_can_be_written_apart() -> None:
    document = article()
    zones = msgspec.structs.replace(bare(document), zones=document.zones)
    script = document_script(document, [layer for layer in LAYERS if layer != "zones"])
    assert "\nzone " not in script
    assert numbered(made(script, zones)) == numbered(document)
    events = document_script(document, ["events", "event_links", "incidents"])
    kept = msgspec.structs.replace(document, events=(), event_links=(), incidents=())
    assert numbered(made(events, kept)) == numbered(document)


def test_a_script_does_not_write_what_refers_to_nothing() -> None:
    broken = changed(article(), "relations", 0, tail="m99")
    with pytest.raises(InputError, match="refers to 'm99'"):
        document_script(broken)


# What the lines do


def test_the_example_of_the_readme() -> None:
    script = re.findall(r"```edits\n(.*?)```", README, re.DOTALL)[0]
    document = made(script)
    strike = next(event for event in document.events if event.text == "struck")
    assert [(a.role, find_text(document, a.filler)) for a in strike.arguments] == [
        ("instrument", "drone"), ("target", "fuel depot"), ("time", "Friday"), ("place", "Velmar"),
    ]  # fmt: skip
    assert strike.alternatives[0].text == "struck a fuel depot"
    assert {e.hopper for e in document.events if e.type == "ATTACK"} == {strike.hopper}
    velmar = next(m for m in document.mentions if m.text == "Velmar")
    assert velmar.spans[0][0] == TEXT.index("Velmar on")
    assert find(document, "entities", velmar.entity or "").name == "Velmar, the town"
    assert document.incidents[0].location
    assert document.incidents[0].location.place == velmar.entity
    assert document.incidents[0].hoppers == (strike.hopper, document.event_links[0].target)
    assert document.annotation.layers == ("mentions", "entities")
    assert len({m.entity for m in document.mentions if m.type == "WEA"}) == 1


def test_the_readme_has_every_verb() -> None:
    for verb in VERBS:
        assert re.search(rf"^\|.*`{verb} [A-Z[].*\|$", README, re.MULTILINE), verb


def find_text(document: Document, id: str) -> str:
    found = [
        item.text
        for layer in ("mentions", "times", "quantities")
        for item in getattr(document, layer)
        if item.id == id
    ]
    return str(found[0])


def test_lines_that_change_what_is_there() -> None:
    document = article()
    found = made(
        """
        set m1 level=PRO note="says \\"drone\\"" optional=true
        set t1 value=2022 anchor=null
        move m6 "fuel" + "near Velmar"#2
        remove v4
        unfill v1 target=m2
        merge m1 m10
        split m3 as town
        set m4 entity=m7
        set m9 entity=new
        entity town name=null group=false
        set i1 hoppers=v1 reported_by=m8
        metadata dct=2022-05-08 bylines=["A", "B"]
        rights licence=CC0-1.0
        annotation status=single guidelines=1.1
        layers
        """,
        document,
    )
    drone = find(found, "mentions", "m1")
    assert (drone.level, drone.note, drone.optional) == ("PRO", 'says "drone"', True)
    assert find(found, "times", "t1").value == "2022"
    assert find(found, "mentions", "m6").text == "fuel near Velmar"
    assert [event.id for event in found.events] == ["v1", "v2", "v3"]
    assert find(found, "mentions", "m10").entity == drone.entity
    assert find(found, "mentions", "m3").entity != find(found, "mentions", "m4").entity
    assert find(found, "incidents", "i1").reported_by == ("e4",)
    assert (found.metadata.dct, found.metadata.bylines) == ("2022-05-08", ("A", "B"))
    assert (found.rights.licence, found.annotation.layers) == ("CC0-1.0", ())


def test_hoppers_are_merged_and_split_by_their_events() -> None:
    split = made("split v2", article())
    assert find(split, "events", "v1").hopper == "h1"
    assert find(split, "events", "v2").hopper not in ("h1", None)
    merged = made("merge v1 v2", split)
    assert find(merged, "events", "v2").hopper == "h1"


def test_offsets_stand_in_for_quotes() -> None:
    start = TEXT.index("spokesman")
    document = made(f"mention PER {start}:{start + 9} head={start}:{start + 9}\n")
    assert document.mentions[0].text == "spokesman"
    assert document.mentions[0].head == (start, start + 9)


@pytest.mark.parametrize(
    "text",
    [
        "👩‍🚀 launched 🚀 twice 🚀.",
        "قال المتحدث إن الهجوم وقع.",
        'He said "no" \\ and\ttabs.\r\nEnd.',
    ],
)
def test_any_script_and_any_sign(text: str) -> None:
    words = text.split()
    document = make(text)
    lines = "".join(f"mention X {msgspec.json.encode(word).decode()}#1\n" for word in words)
    found = script_edit(document, lines).document
    assert {mention.text for mention in found.mentions} == set(words)
    assert numbered(script_edit(document, document_script(found)).document) == numbered(found)


# What is wrong

WRONG = [
    ('mentoin PER "drone"', 1, "unknown verb 'mentoin'"),
    ('mention PER "depot"', 13, "stands in the text 2 times"),
    ('mention PER "depot"#3', 13, "there is no occurrence 3"),
    ('mention PER "depot"#0', 20, "is no occurrence"),
    ('mention PER "depot"#x', 20, "is no occurrence"),
    ('mention PER "Depot, that"', 13, "does not stand in the text"),
    ('mention PER ""', 13, "the quote is empty"),
    ('mention PER "drone', 13, "the quote does not end"),
    ("mention PER", 1, "where does this mention stand"),
    ("mention", 1, "the type is missing"),
    ('mention PER "drone" "hits"', 21, "a second place"),
    ('mention PER "drone" + and', 23, "a fragment is missing"),
    ('mention PERSON "drone"', 9, "unknown mention type 'PERSON'"),
    ('mention PER "drone" level=NAMED', 21 + 6, "unknown mention level"),
    ('mention PER "drone" levle=NAM', 21, "unknown field 'levle'"),
    ('mention PER "drone" level=NAM level=NOM', 31, "given twice"),
    ('mention PER "drone" type=ORG', 21, "given twice"),
    ('mention PER "drone" optional=perhaps', 30, "optional cannot be perhaps"),
    ('mention PER "drone" entity=zed', 28, "there is no 'zed'"),
    ('mention PER "drone" entity=t1', 28, "'t1' is a time"),
    ('mention PER "drone" as', 23, "a name is missing"),
    ('mention PER "drone" as new', 24, "cannot be a name"),
    ('mention PER "drone" as a as b', 26, "a second name"),
    ('mention PER "drone" head="hits"', 26, "does not stand in the item"),
    ('mention PER "drone" level=', 27, "a value is missing"),
    ('mention PER "drone"hits', 20, "a blank is missing"),
    ('mention PER "hits" + "Drone"', 1, "not in the text in order"),
    ("mention PER 3:2", 13, "is no span"),
    ("mention PER 3:99999", 13, "is no span"),
    ('time DATE "Friday" value={"a": }', 32, "is not JSON"),
    ('quantity count "Three" value=NaN', 30, "value cannot be NaN"),
    ('quantity count "Three" counts=new', 31, "takes what is there"),
    ('event ATTACK "struck" realiss=actual', 23, "unknown role or field"),
    ('event ATTACK "struck" target=e1', 30, "'e1' is an entity"),
    ('event ATTACK "struck" target=m1,m2', 30, "takes one name"),
    ("argument v1 agent=m1", 13, "unknown role"),
    ("argument v1 target=m2", 1, "already"),
    ("argument v1", 1, "a role is missing"),
    ("unfill v1 place=m7", 1, "is not place"),
    ("relation near m1", 1, "the tail is missing"),
    ("relation near m1 m2 m3", 21, "one word too many"),
    ('relation near m1 m2 "near"', 21, "takes no place"),
    ("link results_in v1 m1", 20, "'m1' is a mention"),
    ("incident attack", 1, "made up of events"),
    ('incident attack hoppers=v1 location={"place": "zed"}', 37, "there is no 'zed'"),
    ("entity PER", 8, "a new entity needs a name"),
    ("entity zed name=x", 8, "there is no 'zed'"),
    ("set m1", 1, "nothing to set"),
    ("set h1 note=x", 5, "is a hopper"),
    ('set m1 "drone"', 8, "takes no place"),
    ("set m1 id=m2", 8, "unknown field 'id'"),
    ("remove m99", 8, "there is no 'm99'"),
    ("remove m1 note=x", 11, "sets no field"),
    ("merge m1 v1", 10, "'v1' is an event"),
    ("split m1 m3", 1, "not members of one chain"),
    ("layers mention", 8, "unknown layer 'mention'"),
    ("metadata date=x", 10, "unknown field 'date'"),
    ("alternative m1", 1, "differs in something"),
    ('"drone"', 1, "begins with no verb"),
    ("level=NAM", 1, "begins with no verb"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "column", "words"), WRONG, ids=[line for line, _, _ in WRONG])
def test_an_error_names_line_and_column(line: str, column: int, words: str) -> None:
    document = article()
    script = f'# first\nset m2 note="fine"\n  {line}\nset m3 note=x\n'
    with pytest.raises(ScriptError) as caught:
        script_edit(document, script, schema=load_schema("newswire"), source="a.edits")
    problem = caught.value
    assert words in problem.problem
    assert (problem.line, problem.column) == (3, column + 2), str(problem)
    assert problem.hint
    assert str(problem).startswith(f"a.edits:3:{column + 2}: ")
    assert problem.exit_code == 2


def test_an_ambiguous_quote_lists_its_places() -> None:
    with pytest.raises(ScriptError) as caught:
        made('mention GPE "Velmar"')
    assert "#1  Drone hits depot near ⟦Velmar⟧" in (caught.value.hint or "")
    assert "#2  " in (caught.value.hint or "")


def test_a_near_miss_is_shown() -> None:
    with pytest.raises(ScriptError) as caught:
        made('attribution direct "\\"nobody was hurt,\\""')
    assert "⟦“Nobody was hurt,”⟧" in (caught.value.hint or "")


def test_a_name_whose_item_is_gone_says_so() -> None:
    with pytest.raises(ScriptError, match="is gone"):
        made('mention PER "spokesman" as x\nremove x\nset x note=y')


def test_names_are_given_once() -> None:
    with pytest.raises(ScriptError, match="given already"):
        made('mention PER "spokesman" as x\nmention PER "reporters" as x')


@given(st.lists(st.sampled_from([*PIECES, *VERBS, "mention X ", "v1", " as ", "\n"]), max_size=12))
def test_no_script_does_worse_than_an_error(parts: list[str]) -> None:
    document = article()
    try:
        script_edit(document, "".join(parts))
    except ScriptError as problem:
        assert problem.line is not None
        assert problem.column is not None
        assert problem.hint is not None or problem.problem
    assert document == article()


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        list(read_lines(text))
    except ScriptError as problem:
        assert problem.line is not None
        assert problem.column is not None


def test_a_field_of_the_command_line_may_be_offsets() -> None:
    value = field_of("head=2:7").value
    assert value.word == "2:7"
    assert [fragment.offsets for fragment in value.place] == [(2, 7)]
    assert field_of("note=2:7pm").value.place == ()


def test_what_is_a_place_is_not_taken_as_a_word() -> None:
    with pytest.raises(ScriptError, match="head is a place in the text, not depot") as raised:
        made('mention FAC "fuel depot" level=NOM head=depot')
    assert 'head="the words"' in str(raised.value)


def test_there_is_no_line_to_mend_where_none_was_written() -> None:
    lines = list(read_lines("merge h1 h1"))
    for line, words in ((lines[0], "Mend the line"), (replace(lines[0], number=None), "")):
        with pytest.raises(ScriptError, match="with itself") as raised:
            lines_edit(article(), [line])
        assert ("Mend the line" in str(raised.value)) == bool(words)
        assert "Nothing has been changed" in str(raised.value)
    with pytest.raises(ScriptError, match="the name to merge into it is missing"):
        made("merge h1")
