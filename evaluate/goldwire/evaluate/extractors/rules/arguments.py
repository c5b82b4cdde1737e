"""Arguments of events, found by the order of clauses, by voice, and by prepositions."""

from __future__ import annotations

from typing import Literal, NamedTuple

from .layout import Chunk, Layout
from .mentions import Phrase
from .tokens import Sentence, Token
from .triggers import Trigger, fillers, roles
from .wordlists import word_set

__all__ = ["Filled", "find_arguments"]

Kind = Literal["mention", "time", "quantity", "event"]


class Filled(NamedTuple):
    """A role and what fills it: the kind of item and its position in the layer."""

    role: str
    kind: Kind
    item: int


_BREAKS = word_set("arguments", "breaks")
_PLACING = word_set("arguments", "placing")
_OBJECT_PREPOSITION = {
    "ATTACK": ("on", "against", "at", "targeting", "of", "in"),
    "HARM": ("of", "among", "to"),
    "DAMAGE": ("to", "of"),
    "DETAIN": ("of",),
    "DEPLOY": ("of",),
    "FIGHT": ("against", "with", "over"),
    "INTERCEPT": ("of",),
    "IMPACT": (),
    "STATEMENT": ("of",),
    "RESPONSE": ("of", "for", "into", "to"),
}
_SUBJECT_ROLE = {
    "ATTACK": "attacker", "HARM": "agent", "DAMAGE": "agent", "DETAIN": "agent", "DEPLOY": "force",
    "FIGHT": "participant", "INTERCEPT": "agent", "STATEMENT": "speaker", "RESPONSE": "agent",
    "CLAIM": "claimant", "BLAME": "accuser",
}  # fmt: skip
_OBJECT_ROLE = {
    "ATTACK": "target", "HARM": "victim", "DAMAGE": "object", "DETAIN": "detainee",
    "DEPLOY": "force", "FIGHT": "opponent", "INTERCEPT": "munition", "STATEMENT": "topic",
    "RESPONSE": "object", "BLAME": "accused",
}  # fmt: skip
_AUXILIARIES = word_set("arguments", "auxiliaries")
_AIMING = frozenset(("open fire", "fire", "launch", "lob", "hurl", "shoot"))
_AIMS = frozenset(("at", "on", "toward", "towards", "into", "against"))
_LIGHT = word_set("arguments", "light")


def find_arguments(
    sentences: tuple[Sentence, ...],
    mentions: tuple[Phrase, ...],
    triggers: tuple[Trigger, ...],
    layouts: tuple[Layout, ...],
    told: tuple[frozenset[int], ...],
    entity_of: dict[int, int],
) -> tuple[tuple[Filled, ...], ...]:
    """The arguments of each trigger. ``told`` holds, for each sentence, the tokens of its cues."""
    here: dict[int, list[int]] = {}
    for index, trigger in enumerate(triggers):
        here.setdefault(trigger.sentence, []).append(index)
    found: list[list[Filled]] = [[] for _ in triggers]
    for number, indices in here.items():
        scene = _Scene(
            sentences[number].tokens, mentions, layouts[number],
            tuple((i, triggers[i]) for i in indices), told[number],
        )  # fmt: skip
        for index, trigger in scene.triggers:
            found[index] += _of_trigger(scene, index, trigger)
        for index, filled in (*_times(scene), *_counts(scene, found)):
            found[index].append(filled)
    return tuple(
        _clean(trigger, rows, mentions, entity_of)
        for trigger, rows in zip(triggers, found, strict=True)
    )


class _Scene(NamedTuple):
    tokens: tuple[Token, ...]
    mentions: tuple[Phrase, ...]
    layout: Layout
    triggers: tuple[tuple[int, Trigger], ...]
    cues: frozenset[int]


def _clean(
    trigger: Trigger,
    rows: list[Filled],
    mentions: tuple[Phrase, ...],
    entity_of: dict[int, int],
) -> tuple[Filled, ...]:
    """Keep what fits the role and the event type; one item has one role in one event."""
    kept: list[Filled] = []
    used: set[tuple[str, int]] = set()
    filled_by: dict[tuple[str, int], int] = {}
    for row in rows:
        if row.role not in roles()[trigger.frame.type] or (row.kind, row.item) in used:
            continue
        if row.kind == "mention":
            mention = mentions[row.item]
            allowed = fillers()[row.role]
            inside = mention.first < trigger.last and trigger.first < mention.last
            if inside or not ("any" in allowed or mention.type in allowed):
                continue
        if row.kind == "quantity" and trigger.polarity == "negative":
            continue
        used.add((row.kind, row.item))
        if row.kind == "mention" and row.item in entity_of:  # the most informative mention (A2)
            key = (row.role, entity_of[row.item])
            if key in filled_by:
                if mentions[row.item].level == "NAM" != mentions[kept[filled_by[key]].item].level:
                    kept[filled_by[key]] = row
                continue
            filled_by[key] = len(kept)
        kept.append(row)
    return tuple(kept)


def _of_trigger(scene: _Scene, index: int, trigger: Trigger) -> list[Filled]:
    low, high = _clause(scene, trigger)
    if trigger.voice == "noun":
        rows = _of_noun(scene, trigger, high)
    else:
        rows = _of_verb(scene, trigger, low, high)
    rows += _by_preposition(scene, trigger, high)
    rows += _in_front(scene, index, trigger)
    if trigger.frame.type in ("CLAIM", "BLAME", "STATEMENT"):
        rows = _events_meant(scene, index, trigger) + rows
    return rows


def _clause(scene: _Scene, trigger: Trigger) -> tuple[int, int]:
    """Tokens of the clause around the trigger: to the next break or the next verb on the right."""
    low = 0
    for at in range(trigger.first - 1, -1, -1):
        if scene.tokens[at].lower in _BREAKS or at in scene.cues:
            low = at + 1
            break
    high = len(scene.tokens)
    for at in range(trigger.last, len(scene.tokens)):
        verb = any(t.first == at and t.voice != "noun" for _, t in scene.triggers)
        if scene.tokens[at].lower in _BREAKS or verb or at in scene.cues:
            high = at
            break
    return low, high


def _mention(role: str, chunk: Chunk) -> Filled:
    return Filled(role, "mention", chunk.mention)


def _series(scene: _Scene, first: Chunk, high: int) -> list[Chunk]:
    """A chunk and what is coordinated with it."""
    found = [first]
    for chunk in scene.layout.chunks:
        follows = found[-1].start < chunk.start <= found[-1].last + 2
        if follows and chunk.joined and chunk.last <= high:
            found.append(chunk)
    # "killed two, residents and police said": who speaks is no part of the list
    return [first] if len(found) > 1 and found[-1].last in scene.cues else found


def _subject(scene: _Scene, trigger: Trigger) -> Chunk | None:
    """The nearest bare chunk on the left; a coordinated or trailing verb shares the one before."""
    tokens = scene.tokens
    earlier = [t for _, t in scene.triggers if t.last <= trigger.first and t.voice != "noun"]
    before = tokens[trigger.first - 1].lower if trigger.first else ""
    relative = trigger.first - 1 if before in ("that", "which") else trigger.first
    if any(t.voice == "noun" and t.last == relative for _, t in scene.triggers):
        return None  # the attack that killed: an event is no participant
    shared = before in ("and", ",", "then", "but") or trigger.frame.form == "ing"
    for chunk in reversed(scene.layout.chunks):
        if chunk.last > trigger.first:
            continue
        between = {tokens[at].lower for at in range(chunk.last, trigger.first)}
        crossed = earlier and chunk.last <= earlier[-1].first
        if crossed and not shared:
            return None
        if {";", ":", "“", "”"} & between:
            return None
        if shared and earlier and not crossed:
            continue
        if chunk.preposition is not None:
            continue
        first = chunk
        for other in reversed(scene.layout.chunks):
            if other.last < first.start and first.joined:
                first = other
        return first if first.preposition is None else None
    return None


def _of_verb(scene: _Scene, trigger: Trigger, low: int, high: int) -> list[Filled]:
    frame = trigger.frame
    rows: list[Filled] = []
    subject = _subject(scene, trigger)
    if trigger.voice == "passive":
        role = frame.object or frame.subject
        if subject is not None and role:
            rows += [_mention(role, chunk) for chunk in _series(scene, subject, trigger.first)]
        agent = next(
            (
                c
                for c in scene.layout.chunks
                if c.start >= trigger.last and c.preposition == "by" and c.last <= high
            ),
            None,
        )
        if agent is not None and frame.subject != role:
            rows.append(_mention(frame.subject, agent))
            rows.append(_mention("instrument", agent))
        return rows
    if frame.type == "ATTACK" and subject is not None:  # a drone targeting the port
        rows.append(_mention("instrument", subject))
    if frame.type == "STATEMENT":
        return rows + _of_statement(scene, trigger, subject, high)
    if subject is not None and frame.subject:
        shared = _series(scene, subject, trigger.first)
        rows += [_mention(frame.subject, chunk) for chunk in shared]
        if frame.type == "HARM" and frame.subject == "agent" and frame.form != "ing":
            rows.append(_mention("instrument", subject))
    object_ = _direct_object(scene, trigger, high)
    nouns = [t for _, t in scene.triggers if t.voice == "noun" and t.first >= trigger.last]
    if object_ is not None and not any(t.first < object_.start for t in nouns) and frame.object:
        rows += [_mention(frame.object, chunk) for chunk in _series(scene, object_, high)]
    return rows


def _direct_object(scene: _Scene, trigger: Trigger, high: int) -> Chunk | None:
    """The first bare chunk behind the verb, with no comma between."""
    for chunk in scene.layout.chunks:
        if chunk.start >= trigger.last and chunk.preposition is None and chunk.last <= high:
            between = scene.tokens[trigger.last : chunk.start]
            return None if any(token.text == "," for token in between) else chunk
    return None


def _of_statement(
    scene: _Scene, trigger: Trigger, subject: Chunk | None, high: int
) -> list[Filled]:
    rows = [_mention("speaker", subject)] if subject is not None else []
    after = next((c for c in scene.layout.chunks if c.start == trigger.last), None)
    if (
        after is not None
        and trigger.frame.lemma
        in (
            "warn",
            "urge",
            "order",
            "threaten",
            "promise",
        )
        and scene.mentions[after.mention].type in ("PER", "ORG", "GPE", "NORP")
    ):
        return [*rows, _mention("audience", after)]
    return rows


def _of_noun(scene: _Scene, trigger: Trigger, high: int) -> list[Filled]:
    type_ = trigger.frame.type
    rows: list[Filled] = []
    for chunk in scene.layout.chunks:  # rocket attack, Israeli strike, Taliban's raid
        gap = [t.lower for t in scene.tokens[chunk.last : trigger.first]]
        possessive = bool(gap) and gap[0] in ("'s", "’s") and len(gap) <= 3
        plain = len(gap) <= 1 and not any(
            word in (",", "and", "'", "’") or word in _PLACING for word in gap
        )
        if chunk.last > trigger.first or not (plain or possessive):
            continue
        kind = scene.mentions[chunk.mention].type
        if any(t.first == chunk.last and t.voice != "noun" for _, t in scene.triggers):
            continue
        if kind in ("WEA", "VEH"):
            rows.append(
                _mention("munition" if type_ in ("IMPACT", "INTERCEPT") else "instrument", chunk)
            )
        elif type_ in ("HARM", "DAMAGE"):
            rows.append(_mention(_OBJECT_ROLE[type_], chunk))
        elif type_ in _SUBJECT_ROLE and kind in ("ORG", "GPE", "PER", "NORP"):
            rows.append(_mention(_SUBJECT_ROLE[type_], chunk))
    if any(t.lower in _LIGHT for t in scene.tokens[max(0, trigger.first - 4) : trigger.first]):
        subject = _subject(scene, trigger._replace(frame=trigger.frame._replace(form="base")))
        if subject is not None and type_ in _SUBJECT_ROLE:
            rows.append(_mention(_SUBJECT_ROLE[type_], subject))
    rows += _behind_noun(scene, trigger, high)
    return rows


def _behind_noun(scene: _Scene, trigger: Trigger, high: int) -> list[Filled]:
    type_ = trigger.frame.type
    rows: list[Filled] = []
    behind = [c for c in scene.layout.chunks if c.start >= trigger.last and c.last <= high]
    for chunk in behind:
        if chunk.preposition == "by" and type_ in _SUBJECT_ROLE:
            rows.append(_mention(_SUBJECT_ROLE[type_], chunk))
        elif chunk.preposition == "between" and type_ == "FIGHT":
            role = "opponent" if any(r.role == "participant" for r in rows) else "participant"
            rows.append(_mention(role, chunk))
    first = behind[0] if behind else None
    if first is not None and type_ in _OBJECT_ROLE and first.start <= trigger.last + 3:
        wanted = _OBJECT_PREPOSITION.get(type_, ())
        placed = first.preposition == "in" and scene.mentions[first.mention].type in (
            "GPE",
            "LOC",
            "FAC",
        )
        if (
            first.preposition in wanted
            and not placed
            and not (type_ == "ATTACK" and first.preposition == "in")
        ):
            by_group = (
                type_ == "ATTACK"
                and first.preposition == "of"
                and trigger.frame.lemma in ("attack",)
            )
            role = "attacker" if by_group else _OBJECT_ROLE[type_]
            rows += [_mention(role, chunk) for chunk in _series(scene, first, high)]
    if trigger.reach:
        aimed = next(
            (c for c in behind if c.start >= trigger.reach and c.preposition is None), None
        )
        rows += [_mention("target", c) for c in _series(scene, aimed, high)] if aimed else []
    return rows


def _by_preposition(scene: _Scene, trigger: Trigger, high: int) -> list[Filled]:
    """Places, instruments, and origins behind the trigger, up to the next verb."""
    rows: list[Filled] = []
    type_ = trigger.frame.type
    nearest = [t for _, t in scene.triggers if t.first >= trigger.last]
    limit = nearest[0].first if nearest else high
    for chunk in scene.layout.chunks:
        if chunk.start < trigger.last or chunk.last > high or chunk.start > limit:
            continue
        kind = scene.mentions[chunk.mention].type
        if (
            trigger.frame.lemma in _AIMING
            and trigger.voice == "active"
            and chunk.preposition in _AIMS
        ):
            rows.append(_mention("target", chunk))
        elif (chunk.preposition in ("with", "using") and kind in ("WEA", "VEH")) or (
            chunk.preposition in ("by",) and kind == "WEA" and type_ in ("HARM", "DAMAGE", "ATTACK")
        ):
            rows.append(_mention("instrument", chunk))
        elif chunk.preposition == "from" and type_ == "DEPLOY":
            rows.append(_mention("origin", chunk))
        elif kind in ("GPE", "LOC", "FAC"):
            inside_phrase = chunk.preposition == "of"
            moved = chunk.preposition == "to" and type_ == "DEPLOY"
            if (
                moved
                or (chunk.preposition in _PLACING and not inside_phrase)
                or (type_ == "IMPACT" and chunk.preposition is None)
            ) and not any(row.role == "place" for row in rows):
                rows.append(_mention("place", chunk))
    return rows


def _in_front(scene: _Scene, index: int, trigger: Trigger) -> list[Filled]:
    """A place that opens the sentence belongs to its first event."""
    chunks = scene.layout.chunks
    if not chunks or scene.triggers[0][0] != index:
        return []
    first = chunks[0]
    opens = first.start <= 1 and first.preposition in ("in", "near", "at", "outside")
    if (
        opens
        and first.last <= trigger.first
        and scene.mentions[first.mention].type in ("GPE", "LOC", "FAC")
    ):
        return [_mention("place", first)]
    return []


def _events_meant(scene: _Scene, index: int, trigger: Trigger) -> list[Filled]:
    """The event that is claimed, blamed, or spoken of: the nearest behind, else before."""
    role = "topic" if trigger.frame.type == "STATEMENT" else "attack"
    wanted = {"ATTACK", "IMPACT"}
    if role == "topic":
        wanted |= {"HARM", "FIGHT", "DETAIN", "RESPONSE", "DEPLOY"}
    rows: list[Filled] = []
    behind = [
        (i, t) for i, t in scene.triggers if t.first >= trigger.last and t.frame.type in wanted
    ]
    if behind and (role == "attack" or behind[0][1].first - trigger.last <= 6):
        rows.append(Filled(role, "event", behind[0][0]))
    elif role == "attack" and trigger.voice == "passive":
        before = [
            i for i, t in scene.triggers if t.last <= trigger.first and t.frame.type in wanted
        ]
        rows += [Filled(role, "event", before[-1])] if before else []
    if trigger.frame.type == "CLAIM":
        for chunk in scene.layout.chunks:
            kind = scene.mentions[chunk.mention]
            carries = kind.type == "PRD" or kind.subtype == "media"
            if (
                carries
                and chunk.start >= trigger.last
                and chunk.preposition in ("in", "on", "via", "through")
            ):
                rows.append(_mention("channel", chunk))
    if trigger.frame.type == "BLAME":  # blamed the attack on the group
        for chunk in scene.layout.chunks:
            if (
                chunk.start >= trigger.last
                and chunk.preposition == "on"
                and trigger.voice != "noun"
            ):
                rows.append(_mention("accused", chunk))
    return rows


def _times(scene: _Scene) -> list[tuple[int, Filled]]:
    """Each time goes to the nearest event of its clause; the time of a saying to none."""
    found = []
    for time, first, last in scene.layout.times:
        before = [(i, t) for i, t in scene.triggers if t.last <= first]
        after = [(i, t) for i, t in scene.triggers if t.first >= last]
        chosen: int | None = None
        for i, t in reversed(before):
            between = range(t.last, first)
            if any(at in scene.cues for at in between) or any(
                scene.tokens[at].lower in (";", "”", "“") for at in between
            ):
                break
            if t.frame.type not in ("CLAIM", "BLAME", "STATEMENT") or chosen is None:
                chosen = i
            break
        if chosen is None and after:
            i, t = after[0]
            between = range(last, t.first)
            told_apart = first > 3 and any(scene.tokens[at].text == "," for at in between)
            before_cue = told_apart or any(
                at in scene.cues for at in range(max(0, first - 3), first)
            )
            if not before_cue and not any(at in scene.cues for at in between):
                chosen = i
        if chosen is not None:
            found.append((chosen, Filled("time", "time", time)))
    return found


def _counts(scene: _Scene, found: list[list[Filled]]) -> list[tuple[int, Filled]]:
    """Numbers of people harmed, held, or sent; numbers that stand alone; numbers of attacks."""
    rows = []
    role_counted = {"HARM": "victim", "DETAIN": "detainee", "DEPLOY": "force"}
    for quantity, first, last in scene.layout.quantities:
        counted = scene.layout.counts.get(quantity)
        for index, trigger in scene.triggers:
            role = role_counted.get(trigger.frame.type)
            if counted is not None:
                if role and any(
                    f.role == role and f.item == counted and f.kind == "mention"
                    for f in found[index]
                ):
                    rows.append((index, Filled("count", "quantity", quantity)))
            elif _counts_event(scene, trigger, first, last, role):
                rows.append((index, Filled("count", "quantity", quantity)))
                break
    return rows


def _counts_event(scene: _Scene, trigger: Trigger, first: int, last: int, role: str | None) -> bool:
    between = (
        [t.lower for t in scene.tokens[last : trigger.first]] if last <= trigger.first else None
    )
    if trigger.voice == "noun":
        return (
            between is not None
            and len(between) <= 3
            and not set(between) & {",", "and", "were", "in"}
            and (role is not None or trigger.frame.type == "ATTACK")
        )
    if role is None:
        return False
    if between is not None:
        return trigger.voice == "passive" and all(word in _AUXILIARIES for word in between)
    return trigger.voice == "active" and first == trigger.last
