"""Event triggers: the words, their frames, and what the words around say of realis and polarity."""

from __future__ import annotations

import functools
from typing import NamedTuple

from .inflection import plural, verb_forms
from .mentions import Phrase
from .numerals import NUMBER_WORDS
from .tokens import Sentence, Token, tokenise
from .wordlists import read_list, word_set

__all__ = ["Frame", "Trigger", "fillers", "find_triggers", "roles", "verb_index"]


class Frame(NamedTuple):
    """What a word tells: type, subtype, and the roles of its subject and object."""

    lemma: str
    type: str
    subtype: str | None
    subject: str = ""
    object: str = ""
    object_types: frozenset[str] = frozenset()
    subject_types: frozenset[str] = frozenset()
    form: str = "noun"


class Trigger(NamedTuple):
    """One event mention by token numbers; ``voice`` is active, passive, or noun."""

    sentence: int
    first: int
    last: int
    frame: Frame
    voice: str
    realis: str
    polarity: str
    certainty: str
    tense: str | None
    reach: int = 0
    """End of a verb that tells the noun's event ("attacks have targeted"); 0 for none."""


Index = dict[str, tuple[tuple[tuple[str, ...], tuple[Frame, ...]], ...]]


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.lower for token in tokenise(text + " "))


@functools.cache
def _lists() -> dict[str, object]:
    return read_list("events.toml")


@functools.cache
def fillers() -> dict[str, frozenset[str]]:
    """Types of mentions that may fill each role."""
    rows: dict[str, list[str]] = read_list("events.toml")["fillers"]
    return {role: frozenset(types) for role, types in rows.items()}


@functools.cache
def roles() -> dict[str, frozenset[str]]:
    """Roles of each event type."""
    rows: dict[str, list[str]] = read_list("events.toml")["roles"]
    return {type_: frozenset(names) for type_, names in rows.items()}


@functools.cache
def verb_index() -> tuple[Index, Index]:
    """Verb forms and event nouns by first word, longest first; a form may have several frames."""
    verbs: dict[tuple[str, ...], list[Frame]] = {}
    nouns: dict[tuple[str, ...], list[Frame]] = {}
    lists = read_list("events.toml")
    for row in lists["frame"]:
        for lemma in row["verbs"]:
            frame = Frame(
                lemma, row["type"], row.get("subtype"), row["subject"], row["object"],
                frozenset(row.get("object_types", ())), frozenset(row.get("subject_types", ())),
            )  # fmt: skip
            for form, tag in verb_forms(lemma).items():
                verbs.setdefault(_words(form), []).append(frame._replace(form=tag))
    for row in lists["noun"]:
        for word in row["words"]:
            frame = Frame(word, row["type"], row.get("subtype"))
            for form in (word, plural(word)):
                nouns.setdefault(_words(form), []).append(
                    frame._replace(form="plural" if form != word else "noun")
                )
    return _index(verbs), _index(nouns)


def _index(table: dict[tuple[str, ...], list[Frame]]) -> Index:
    found: dict[str, list[tuple[tuple[str, ...], tuple[Frame, ...]]]] = {}
    for words, frames in table.items():
        found.setdefault(words[0], []).append((words, tuple(frames)))
    return {first: tuple(sorted(rows, key=lambda r: -len(r[0]))) for first, rows in found.items()}


_DETERMINERS = word_set("triggers", "determiners")
_BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])
_QUANTIFIERS = NUMBER_WORDS | frozenset(("at", "more", "dozens", "several", "many", "scores", "up"))
_COUNTS = NUMBER_WORDS | frozenset(("dozens", "scores", "hundreds", "thousands", "series", "wave"))
_MODALS = frozenset(["will", "would", "can", "could", "may", "might", "should", "must", "shall"])
_VERB_LEADS = _MODALS | word_set("triggers", "verb_leads")
_PREPOSITIONS = word_set("triggers", "prepositions")


def find_triggers(
    sentences: tuple[Sentence, ...], mentions: tuple[Phrase, ...]
) -> tuple[Trigger, ...]:
    """All event mentions, in text order."""
    heads: dict[int, set[int]] = {}
    names: dict[int, set[int]] = {}
    by_sentence: dict[int, list[Phrase]] = {}
    for mention in mentions:
        by_sentence.setdefault(mention.sentence, []).append(mention)
        if mention.form != "adjective":
            heads.setdefault(mention.sentence, set()).add(mention.head)
        if mention.level == "NAM":
            names.setdefault(mention.sentence, set()).update(range(mention.first, mention.last))
    found: list[Trigger] = []
    for number, sentence in enumerate(sentences):
        if sentence.kind in ("byline", "byline_date", "credit", "dateline"):
            continue
        found += _in_sentence(
            number,
            sentence,
            heads.get(number, set()),
            names.get(number, set()),
            tuple(by_sentence.get(number, ())),
        )
    return tuple(found)


def _in_sentence(
    number: int, sentence: Sentence, heads: set[int], names: set[int], here: tuple[Phrase, ...]
) -> list[Trigger]:
    tokens = sentence.tokens
    first_words = _first_words()
    found: list[Trigger] = []
    at = 0
    while at < len(tokens):
        if tokens[at].lower not in first_words or at in names:
            at += 1
            continue
        hit = _special(tokens, at) or _noun_or_verb(tokens, at, here, heads)
        if hit is None:
            at += 1
            continue
        end, frame, voice = hit
        realis, polarity, certainty, tense = _factuality(sentence, at, end, frame, voice)
        found.append(Trigger(number, at, end, frame, voice, realis, polarity, certainty, tense))
        at = max(end, at + 1)
    return _verbs_of_nouns(tokens, found)


_BETWEEN_NOUN_AND_VERB = word_set("triggers", "between_noun_and_verb")


def _verbs_of_nouns(tokens: tuple[Token, ...], found: list[Trigger]) -> list[Trigger]:
    """Where noun and verb name one event, the noun is the trigger (E3)."""
    kept: list[Trigger] = []
    for trigger in found:
        before = kept[-1] if kept else None
        if (
            before
            and before.voice == "noun"
            and before.frame.type == trigger.frame.type == "ATTACK"
        ):
            gap = {token.lower for token in tokens[before.last : trigger.first]}
            if trigger.voice == "active" and gap <= _BETWEEN_NOUN_AND_VERB:
                realis = "generic" if gap & _HABIT else before.realis
                tense = None if realis == "generic" else before.tense
                kept[-1] = before._replace(reach=trigger.last, realis=realis, tense=tense)
                continue
        kept.append(trigger)
    return kept


@functools.cache
def _first_words() -> frozenset[str]:
    verbs, nouns = verb_index()
    return frozenset(verbs) | frozenset(nouns) | word_set("triggers", "special")


_CLAIMED = word_set("triggers", "claimed")
_CLAIM = Frame("claim", "CLAIM", None, "claimant", "")
_DEAD = Frame("dead", "HARM", "death", "victim", "")
_HURT = Frame("wounded", "HARM", "injury", "victim", "")
_MISSING = Frame("missing", "HARM", "missing", "victim", "")


def _special(tokens: tuple[Token, ...], at: int) -> tuple[int, Frame, str] | None:
    """Words that the tables cannot tell: claims, the dead, the unharmed."""
    word = tokens[at].lower
    after = [token.lower for token in tokens[at + 1 : at + 6]]
    if word in ("claim", "claims", "claimed", "claiming"):
        if word in ("claim", "claims") and after[:1] == ["of"] and "responsibility" in after:
            return at + 1, _CLAIM, "noun"
        clause = after[:1] and after[0] in ("that", "it", "they", "he", "she", "to")
        return (at + 1, _CLAIM, "active") if _CLAIMED & set(after) and not clause else None
    if word == "denied" and "responsibility" in after[:3]:
        return at + 1, _CLAIM, "active"
    if word == "unclaimed":
        return at + 1, _CLAIM, "passive"
    before = tokens[at - 1].lower if at else ""
    if word == "dead" and before not in ("shot",):
        return at + 1, _DEAD, "noun" if before in _DETERMINERS else "passive"
    if word == "missing" and before in (
        "went",
        "gone",
        "still",
        "reported",
        "are",
        "is",
        "were",
        "was",
    ):
        return at + 1, _MISSING, "passive"
    if word in ("unharmed", "unhurt", "unscathed"):
        return at + 1, _HURT._replace(lemma=word), "passive"
    if word == "undamaged":
        return at + 1, Frame(word, "DAMAGE", None, "", "object"), "passive"
    return None


def _look_up(
    index: Index, tokens: tuple[Token, ...], at: int
) -> tuple[int, tuple[Frame, ...]] | None:
    for words, frames in index.get(tokens[at].lower, ()):
        if all(
            at + k < len(tokens) and tokens[at + k].lower == word for k, word in enumerate(words)
        ):
            return at + len(words), frames
    return None


def _noun_or_verb(
    tokens: tuple[Token, ...], at: int, here: tuple[Phrase, ...], heads: set[int]
) -> tuple[int, Frame, str] | None:
    verbs, nouns = verb_index()
    noun, verb = _look_up(nouns, tokens, at), _look_up(verbs, tokens, at)
    if at in heads and not (verb and verb[1][0].form in ("ed", "past")):
        return None
    if noun and any(m.first <= at < m.head and m.level == "NOM" for m in here):
        return None  # assault force, search team: part of a name for somebody
    if noun and (verb is None or noun[0] > verb[0] or not _is_verb(tokens, at, verb[1][0], heads)):
        frame = noun[1][0]
        return None if _qualifies(tokens, noun[0]) else (noun[0], frame, "noun")
    if verb is None or (noun is None and not _is_verb(tokens, at, verb[1][0], heads)):
        return None
    end, frames = verb
    return _choose(tokens, at, end, frames, here)


def _qualifies(tokens: tuple[Token, ...], end: int) -> bool:
    """A noun before a common noun only qualifies it: "attack helicopter", "death row"."""
    return end < len(tokens) and tokens[end].lower in (
        "helicopter", "helicopters", "aircraft", "dog", "row", "penalty", "squad", "zone", "zones",
        "crime", "crimes", "veteran", "veterans", "hero", "cabinet", "site", "scene",
    )  # fmt: skip


def _is_verb(tokens: tuple[Token, ...], at: int, frame: Frame, heads: set[int]) -> bool:
    """Whether the form stands as a verb here, by its ending and the word before it."""
    before = tokens[at - 1].lower if at else ""
    after = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    if before in _DETERMINERS and before != "that":
        return frame.form in ("ed", "participle") and at + 1 in heads and before == "the"
    if frame.form in ("ed", "past", "participle"):
        return True
    if frame.form == "ing":  # killing two: a verb; the killing of two, a roadside bombing: nouns
        governs = after in _DETERMINERS and after != "of"
        governs = governs or after in _QUANTIFIERS or after[:1].isdigit() or at + 1 in heads
        return governs or (before != "of" and tokens[at].lower not in verb_index()[1])
    if before in _VERB_LEADS:
        return True
    if frame.form == "s":
        return (at - 1) in heads and after not in _PREPOSITIONS
    subject = at - 2 if before in _HABIT and at > 1 else at - 1
    plural_subject = subject in heads and tokens[subject].lower.endswith("s")
    return plural_subject and (after in _DETERMINERS or (at + 1) in heads)


def _choose(
    tokens: tuple[Token, ...],
    at: int,
    end: int,
    frames: tuple[Frame, ...],
    here: tuple[Phrase, ...],
) -> tuple[int, Frame, str] | None:
    """The frame that fits what stands before and behind the verb, and the voice."""
    form = frames[0].form
    voice = "passive" if _is_passive(tokens, at, end, form, here) else "active"
    left = next((m for m in reversed(here) if m.last <= at and at - m.last <= 6), None)
    right = next((m for m in here if m.first >= end and m.first - end <= 5), None)
    falls = left is not None and any(
        left.type in frame.subject_types and frame.lemma not in ("hit", "strike")
        for frame in frames
    )
    if falls and not _has_be(tokens, at):
        voice = "active"  # a rocket landed: such verbs have no passive
    subject, object_ = (None, left) if voice == "passive" else (left, right)
    fitting = []
    for frame in frames:
        if frame.subject_types and (subject is None or subject.type not in frame.subject_types):
            continue
        if frame.object_types and (object_ is None or object_.type not in frame.object_types):
            continue
        fitting.append(frame)
    if not fitting:
        return None
    best = max(fitting, key=lambda f: (bool(f.subject_types), bool(f.object_types)))
    if best.type in ("STATEMENT", "BLAME") and voice == "passive" and not _has_be(tokens, at):
        voice = "active"
    if (
        " " in best.lemma
        and voice == "passive"
        and not _has_be(tokens, at)
        and best.type == "ATTACK"
    ):
        voice = "active"
    if best.type == "IMPACT" and voice == "passive":
        return None
    if (
        right
        and any(_look_up(verb_index()[1], tokens, k) for k in range(end, right.first))
        and (best.object_types and voice == "active")
    ):
        return None
    if voice == "passive" and best.lemma in ("hit", "strike") and object_ and object_.type != "PER":
        best = best._replace(type="ATTACK")
    return end, best, voice


def _has_be(tokens: tuple[Token, ...], at: int) -> bool:
    return any(token.lower in _BE for token in tokens[max(0, at - 3) : at])


def _is_passive(
    tokens: tuple[Token, ...], at: int, end: int, form: str, here: tuple[Phrase, ...]
) -> bool:
    """A form of be before the participle, or a bare participle behind its noun."""
    if form not in ("ed", "participle"):
        return False
    back = at - 1
    while back >= 0 and (
        tokens[back].lower.endswith("ly")
        or tokens[back].lower in ("also", "not", "later", "reportedly", "still", "both", "all")
    ):
        back -= 1
    before = tokens[back].lower if back >= 0 else ""
    if before in _BE or before in ("got", "remain", "remains", "remained"):
        return True
    if before in ("has", "have", "had"):
        return False
    after = tokens[end].lower if end < len(tokens) else "."
    object_follows = any(m.first >= end and m.first - end <= 3 for m in here) and (
        after in _DETERMINERS or after[0].isdigit() or any(m.first == end for m in here)
        or (after in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
                     "at", "more", "dozens", "several", "many", "scores", "hundreds", "some")
        and any(m.first > end for m in here)
        and after not in ("at",))
    )  # fmt: skip
    if after == "at" and end + 1 < len(tokens) and tokens[end + 1].lower == "least":
        object_follows = True
    return not object_follows and (
        after in _PREPOSITIONS or not after[0].isalpha() or after == "and"
    )


_HABIT = word_set("triggers", "habit")
_WANTING = word_set("triggers", "wanting")
_HEDGED = {
    "likely": "probable", "probably": "probable", "believed": "probable", "expected": "probable",
    "thought": "probable", "presumably": "probable", "apparently": "probable",
    "suspected": "possible", "possibly": "possible", "perhaps": "possible", "feared": "possible",
    "alleged": "possible", "apparent": "probable", "unclear": "unknown", "whether": "unknown",
}  # fmt: skip
_NEGATORS = word_set("triggers", "negators")
_CLAUSE_ENDS = word_set("triggers", "clause_ends")


def _factuality(
    sentence: Sentence, at: int, end: int, frame: Frame, voice: str
) -> tuple[str, str, str, str | None]:
    """Realis, polarity, certainty, and tense, from the words of the clause before the trigger."""
    tokens = sentence.tokens
    clause: list[str] = []
    for token in reversed(tokens[:at]):
        if token.lower in _CLAUSE_ENDS and token.lower != "that":
            break
        clause.append(token.lower)
    near = clause[:4]
    polarity = "positive"
    if (
        (
            frame.lemma in ("unharmed", "unhurt", "unscathed", "undamaged")
            or tokens[at].lower == "unclaimed"
        )
        or set(clause[:7]) & (_NEGATORS - {"no", "without", "none"})
        or _is_denied_noun(clause, voice)
        or (frame.type == "CLAIM" and tokens[at].lower == "denied")
    ):
        polarity = "negative"
    certainty = next((_HEDGED[word] for word in clause[:6] if word in _HEDGED), "certain")
    realis, tense = "actual", _tense(sentence, at, frame, voice, clause)
    after_word = tokens[end].lower if end < len(tokens) else ""
    modal = next((word for word in clause[:5] if word in _MODALS), None)
    if set(near) & _HABIT or after_word in _HABIT:
        return "generic", polarity, certainty, None
    if modal and "have" in clause[: clause.index(modal) + 1]:
        return (
            "actual",
            polarity,
            "possible" if modal in ("may", "might", "could") else "probable",
            "past",
        )
    if modal:
        certainty = "probable" if modal in ("will", "shall", "would") else "possible"
        return "other", polarity, certainty, "future"
    if "if" in clause or "unless" in clause:
        return "other", polarity, "unknown", None
    wanted = near[:1] == ["to"] or (voice == "noun" and bool(set(near) & _WANTING))
    if wanted and not set(clause) & {"able", "managed"}:
        told = set(clause[:6]) & {"threatened", "threatening", "threatens", "feared"}
        return "other", polarity, "possible" if told else "unknown", "future"
    bare = near[:1] and near[0] in ("of", "for", "against", "conduct", "in")
    kind = frame.type == "ATTACK" and bare and not (near[0] == "of" and set(near[1:2]) & _COUNTS)
    if frame.form == "plural" and voice == "noun" and ("such" in near or kind):
        return "generic", polarity, certainty, None
    return realis, polarity, certainty, tense


def _is_denied_noun(clause: list[str], voice: str) -> bool:
    """No casualties, without casualties, no group claimed: the negator governs the trigger."""
    if voice != "noun":
        return any(word in ("no", "without", "none", "nobody") for word in clause[:5])
    verbs, _ = verb_index()
    for word in clause[:7]:
        if word in ("no", "without", "nor", "zero"):
            return True
        if word in _ARTICLES or (word in verbs and word not in ("causing", "reported")):
            return False
    return False


_ARTICLES = word_set("triggers", "articles")


def _tense(sentence: Sentence, at: int, frame: Frame, voice: str, clause: list[str]) -> str | None:
    if frame.type in ("DEPLOY", "FIGHT") and (
        set(clause[:4]) & {"is", "are", "remain", "remains", "currently"}
        or frame.form in ("base", "s")
    ):
        return "present"
    return "past"
