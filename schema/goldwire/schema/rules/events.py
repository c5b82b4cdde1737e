"""Family E: arguments, hoppers, and links between events."""

from __future__ import annotations

from collections.abc import Iterator

from ..positions import cut
from .context import Context, Found, Rule

__all__ = ["RULES"]


def fillers_fit_roles(context: Context) -> Iterator[Found]:
    kind_of, admits = context.kinds, context.labels.admits
    for index, event in enumerate(context.document.events):
        for at, argument in enumerate(event.arguments):
            for filler in (argument.filler, *argument.alternatives):
                kind = kind_of.get(filler, "")
                if not kind or admits(argument.role, kind):
                    continue
                yield Found(
                    ("events", index, "arguments", at, "filler"),
                    f"{filler} is a {kind}, the role {argument.role} takes "
                    f"{context.labels.fillers(argument.role)}; choose another filler or role",
                    event.spans[0],
                )


def no_argument_twice(context: Context) -> Iterator[Found]:
    for index, event in enumerate(context.document.events):
        if len({(a.role, a.filler) for a in event.arguments}) == len(event.arguments):
            continue
        seen = set()
        for at, argument in enumerate(event.arguments):
            key = (argument.role, argument.filler)
            if key in seen:
                yield Found(
                    ("events", index, "arguments", at),
                    f"{argument.filler} fills {argument.role} twice; remove one",
                    event.spans[0],
                )
            seen.add(key)


def _one_value_per_hopper(context: Context, attribute: str) -> Iterator[Found]:
    first: dict[str, tuple[str, str]] = {}
    for index, event in enumerate(context.document.events):
        value = getattr(event, attribute)
        if event.hopper is None or value is None:
            continue
        known, name = first.setdefault(event.hopper, (value, event.id))
        if known != value:
            yield Found(
                ("events", index, attribute),
                f"{cut(event.text, 30)!r} is {value}, but {name} of the same hopper "
                f"{event.hopper} is {known}; one event has one {attribute}",
                event.spans[0],
            )


def hopper_has_one_type(context: Context) -> Iterator[Found]:
    yield from _one_value_per_hopper(context, "type")


def hopper_has_one_polarity(context: Context) -> Iterator[Found]:
    yield from _one_value_per_hopper(context, "polarity")


def links_are_acyclic(context: Context) -> Iterator[Found]:
    links = context.document.event_links
    after: dict[str, list[tuple[str, int]]] = {}
    for index, link in enumerate(links):
        after.setdefault(link.source, []).append((link.target, index))
    done: set[str] = set()
    for start in sorted(after):
        on_path: list[str] = []
        stack = [(start, -1, False)]
        while stack:
            hopper, index, leaving = stack.pop()
            if leaving:
                done.add(on_path.pop())
                continue
            if hopper in on_path:
                circle = on_path[on_path.index(hopper) :]
                if len(circle) > 6:
                    circle = [*circle[:6], "…"]
                circle.append(hopper)
                yield Found(
                    ("event_links", index),
                    f"the links run in a circle: {' → '.join(circle)}; take one out",
                )
                continue
            if hopper in done:
                continue
            on_path.append(hopper)
            stack.append((hopper, index, True))
            stack += [(target, at, False) for target, at in after.get(hopper, ())]


def every_event_has_a_hopper(context: Context) -> Iterator[Found]:
    if not context.declared("events"):
        return
    for index, event in enumerate(context.document.events):
        if event.hopper is None:
            yield Found(
                ("events", index, "hopper"),
                f"{cut(event.text, 30)!r} has no hopper; give it one, of its own if need be",
                event.spans[0],
            )


RULES = (
    Rule("E2", "error", "a filler fits its role", fillers_fit_roles),
    Rule("E3", "error", "a hopper has one type", hopper_has_one_type),
    Rule("E4", "error", "a hopper has one polarity", hopper_has_one_polarity),
    Rule("E5", "error", "event links form no circle", links_are_acyclic),
    Rule("E6", "error", "an argument stands once", no_argument_twice),
    Rule("E7", "error", "every event has a hopper", every_event_has_a_hopper),
)
