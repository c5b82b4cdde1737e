"""One group of commands a layer: add, list, set, move, and remove items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click
from click import Argument, Command, Group, Option

from goldwire.schema.commands import print_json

from .options import edit_document, state_of

if TYPE_CHECKING:
    from goldwire.schema.document import Document

    from ..edits import Edit
    from ..project import Project
    from ..script import Line

__all__ = ["attribution", "entity", "event", "incident", "link", "quantity", "relation", "span",
           "time", "zone"]  # fmt: skip

ANCHORED = ("mentions", "times", "quantities", "events", "attributions", "zones")
"""Layers of items that stand in the text; the first is that of ``span``."""

_ENDS = {"relations": ("head", "tail"), "event_links": ("from", "to")}


def _common() -> list[click.Parameter]:
    return [
        Option(["--as", "annotator"], metavar="NAME",
               help="Who annotates; by default $GOLDWIRE_ANNOTATOR, or the login name."),
        Option(["--project", "folder"], metavar="FOLDER",
               help="Folder of the project; by default the current one or one above it."),
    ]  # fmt: skip


def _document() -> click.Parameter:
    return Argument(["document"], metavar="DOC")


def _fields(required: bool = False) -> click.Parameter:
    return Argument(["fields"], nargs=-1, required=required, metavar="[FIELD=VALUE]...")


def _place() -> list[click.Parameter]:
    return [
        Option(["--quote", "quotes"], multiple=True, metavar="TEXT",
               help="The words as they stand in the text; repeat it for the next fragment."),
        Option(["--occurrence", "occurrences"], multiple=True, type=click.IntRange(1),
               help="Which of several places, from 1; one for each quote."),
        Option(["--span", "offsets"], multiple=True, metavar="START:END",
               help="Offsets in code points instead of a quote; may be given repeatedly."),
    ]  # fmt: skip


def _layer(layer: str | None) -> list[click.Parameter]:
    """``--layer`` where the group has none of its own."""
    if layer is not None:
        return []
    return [
        Option(["--layer"], type=click.Choice(ANCHORED), default=ANCHORED[0], show_default=True,
               help="The layer of the item.")
    ]  # fmt: skip


def _fragments(
    quotes: Sequence[str], occurrences: Sequence[int], offsets: Sequence[str]
) -> tuple[Any, ...]:
    from goldwire.schema.errors import InputError

    from ..script import Fragment, fragment_of

    if occurrences and len(occurrences) != len(quotes):
        raise InputError(
            f"{len(occurrences)} occurrences for {len(quotes)} quotes",
            hint="Give --occurrence once for each --quote, in the same order.",
        )
    numbers: Sequence[int | None] = occurrences or [None] * len(quotes)
    found = [Fragment(quote=quote, occurrence=n) for quote, n in zip(quotes, numbers, strict=True)]
    return (*found, *map(fragment_of, offsets))


def _line(verb: str, words: Sequence[str], place: Sequence[Any], fields: Sequence[str]) -> Line:
    from ..script import Line, Word, field_of

    return Line(
        verb=Word(verb),
        words=tuple(Word(word) for word in words),
        place=tuple(place),
        fields=tuple(map(field_of, fields)),
    )


def _make(
    folder: str | None,
    document: str,
    annotator: str | None,
    lines: Callable[[Document], Sequence[Line]],
) -> list[str]:
    """Make the edit of some lines; the ids of what was added."""
    from ..script import lines_edit

    added: list[str] = []

    def edit(project: Project, state: Document) -> Edit:
        made = lines_edit(state, lines(state), schema=project.load_schema())
        added[:] = made.added
        edits = made.edit.edits
        return edits[0] if len(edits) == 1 else made.edit

    edit_document(folder, document, annotator, edit)
    return added


def _add(layer: str | None) -> Callable[..., None]:
    def add(
        document: str, label: str, fields: tuple[str, ...], annotator: str | None,
        folder: str | None, quotes: tuple[str, ...] = (), occurrences: tuple[int, ...] = (),
        offsets: tuple[str, ...] = (), **more: Any,
    ) -> None:  # fmt: skip
        from ..script.fields import NOUNS

        chosen = layer or more["layer"]
        ends = [more[name] for name in ("first", "second") if name in more]
        line = _line(
            NOUNS[chosen], [label, *ends], _fragments(quotes, occurrences, offsets), fields
        )
        if chosen == "entities":
            line = _named(line)
        added = _make(folder, document, annotator, lambda _: [line])
        click.echo(added[-1])

    return add


def _named(line: Line) -> Line:
    """The line with a name: without one, ``entity`` sets the fields of one that is there."""
    import msgspec

    from ..script import Word

    return msgspec.structs.replace(line, name=Word("added"))


def _set(layer: str | None) -> Callable[..., None]:
    def set_(
        document: str, id: str, fields: tuple[str, ...], annotator: str | None,
        folder: str | None, **more: Any,
    ) -> None:  # fmt: skip
        line = _line("set", [id], (), fields)
        _make(folder, document, annotator, _of_layer(layer or more["layer"], [id], [line]))

    return set_


def _remove(layer: str | None) -> Callable[..., None]:
    def remove(
        document: str, ids: tuple[str, ...], annotator: str | None, folder: str | None, **more: Any
    ) -> None:
        lines = [_line("remove", [id], (), ()) for id in ids]
        _make(folder, document, annotator, _of_layer(layer or more["layer"], ids, lines))

    return remove


def _move(layer: str | None) -> Callable[..., None]:
    def move(
        document: str, id: str, quotes: tuple[str, ...], occurrences: tuple[int, ...],
        offsets: tuple[str, ...], annotator: str | None, folder: str | None, **more: Any,
    ) -> None:  # fmt: skip
        line = _line("move", [id], _fragments(quotes, occurrences, offsets), ())
        _make(folder, document, annotator, _of_layer(layer or more["layer"], [id], [line]))

    return move


def _of_layer(
    layer: str, ids: Sequence[str], lines: Sequence[Line]
) -> Callable[[Document], Sequence[Line]]:
    """The lines, after a look whether the items are in the layer that is meant."""

    def checked(state: Document) -> Sequence[Line]:
        from ..edits import find

        for id in ids:
            find(state, layer, id)
        return lines

    return checked


def _list(layer: str | None) -> Callable[..., None]:
    def list_(
        document: str, types: tuple[str, ...], as_json: bool, annotator: str | None,
        folder: str | None, **more: Any,
    ) -> None:  # fmt: skip
        from goldwire.schema.document import to_plain

        from ..edits import TYPE_FIELDS

        chosen = layer or more["layer"]
        state = state_of(folder, document, annotator)
        field = TYPE_FIELDS[chosen]
        items = [i for i in to_plain(state)[chosen] if not types or i[field] in types]
        if as_json:
            print_json(items)
            return
        from ..listing import item_lines

        for line in item_lines(state, chosen, items):
            click.echo(line)

    return list_


def _chains(verb: str) -> Callable[..., None]:
    def change(
        document: str, names: tuple[str, ...], annotator: str | None, folder: str | None
    ) -> None:
        _make(folder, document, annotator, lambda _: [_line(verb, names, (), ())])

    return change


def _argument(verb: str) -> Callable[..., None]:
    def change(
        document: str, event: str, fields: tuple[str, ...], annotator: str | None,
        folder: str | None,
    ) -> None:  # fmt: skip
        _make(folder, document, annotator, lambda _: [_line(verb, [event], (), fields)])

    return change


def _group(name: str, layer: str | None, title: str, example: str, field: str) -> Group:
    """The commands of one layer; ``example`` is what an ``add`` is given, ``field`` one to set."""
    what = "item" if layer is None else name
    one = f"an {what}" if what[0] in "aeiou" else f"a {what}"
    call = f"goldwire annotate {name}"
    group = Group(name, help=f"{title}\n\n\b\n{call} add DOC {example}\n{call} list DOC")
    anchored = layer is None or layer in ANCHORED
    ends: list[click.Parameter] = [
        Argument([dest], metavar=end.upper())
        for dest, end in zip(("first", "second"), _ENDS.get(layer or "", ()), strict=False)
    ]

    def command(
        verb: str, does: Callable[..., None], line: str, example: str, *params: click.Parameter
    ) -> None:
        group.add_command(
            Command(
                verb,
                callback=does,
                params=[_document(), *params, *_layer(layer), *_common()],
                help=f"{line}\n\n\b\n{call} {verb} DOC {example}",
            )
        )

    command(
        "add", _add(layer), f"Add {one}, and print its id.", example,
        Argument(["label"], metavar="LABEL"), *ends, _fields(), *(_place() if anchored else ()),
    )  # fmt: skip
    command(
        "list", _list(layer), "List the items, as they stand.", "--json",
        Option(["--type", "types"], multiple=True, metavar="LABEL",
               help="Only those of this type, kind, or style; may be given repeatedly."),
        Option(["--json", "as_json"], is_flag=True, help="Print JSON."),
    )  # fmt: skip
    command(
        "set", _set(layer), f"Set fields of {one}.", f"ID {field}",
        Argument(["id"], metavar="ID"), _fields(required=True),
    )  # fmt: skip
    command(
        "remove", _remove(layer), "Remove items, and what is nothing without them.", "ID",
        Argument(["ids"], nargs=-1, required=True, metavar="ID..."),
    )  # fmt: skip
    if anchored:
        command(
            "move", _move(layer), f"Move the boundaries of {one}.", 'ID --quote "the words"',
            Argument(["id"], metavar="ID"), *_place(),
        )  # fmt: skip
    if layer in ("entities", "events"):
        names = Argument(["names"], nargs=-1, required=True, metavar="A B...")
        chain = "an entity" if layer == "entities" else "a hopper"
        command(
            "merge", _chains("merge"), f"Merge {chain} into another: that of A stays.", "A B", names
        )
        command("split", _chains("split"), f"Give members of {chain} a new one.", "A B", names)
    return group


span = _group("span", None, "Items that stand in the text: mentions, or those of --layer.",
              'PER --quote "a spokesman" level=NOM entity=new', "level=NAM")  # fmt: skip
entity = _group("entity", "entities", "What the mentions of one chain refer to.",
                'PER name="Idris Vael" subtype=individual', "subtype=individual")  # fmt: skip
time = _group("time", "times", "Time expressions and their values.",
              "DATE --quote Friday value=2022-05-06", "value=2022-05-06")  # fmt: skip
quantity = _group("quantity", "quantities", "Numbers, with what they count.",
                  "count --quote Three value=3", "value=3")  # fmt: skip
event = _group("event", "events", "Event mentions, by their triggers.",
               "ATTACK --quote struck target=m6", "realis=actual")  # fmt: skip
link = _group("link", "event_links", "Links between events.", "results_in v1 v3", "note=sure")
attribution = _group("attribution", "attributions", "What is said by whom.",
                     'direct --quote "Nobody was hurt" source=m9', "stance=deny")  # fmt: skip
relation = _group("relation", "relations", "Relations between mentions.", "near m6 m7", "type=near")
incident = _group("incident", "incidents", "Records of incidents.",
                  "attack hoppers=v1 role=main", "stage=attempted")  # fmt: skip
zone = _group("zone", "zones", "Stretches of the page.",
              'body --quote "Three rockets fell." paragraph=3', "kind=caption")  # fmt: skip

_arguments = Group(
    "argument",
    help="Arguments of an event.\n\n\b\ngoldwire annotate event argument add DOC v1 place=m7",
)
for _verb, _word, _what in (("add", "argument", "Fill roles of an event"),
                            ("remove", "unfill", "Take arguments away")):  # fmt: skip
    _arguments.add_command(
        Command(
            _verb,
            callback=_argument(_word),
            params=[
                _document(), Argument(["event"], metavar="EVENT"),
                Argument(["fields"], nargs=-1, required=True, metavar="ROLE=ID..."), *_common(),
            ],
            help=f"{_what}.\n\n\b\ngoldwire annotate event argument {_verb} DOC v1 place=m7",
        )
    )  # fmt: skip
event.add_command(_arguments)
