"""Word forms from lemmas: plurals of nouns, and the forms of verbs with what each form is."""

from __future__ import annotations

__all__ = ["plural", "verb_forms"]

_PLURALS = {
    "man": "men",
    "woman": "women",
    "child": "children",
    "person": "persons",
    "wife": "wives",
    "knife": "knives",
    "aircraft": "aircraft",
    "ammunition": "ammunition",
    "personnel": "personnel",
    "headquarters": "headquarters",
    "barracks": "barracks",
}

# Past and participle where they are not made with -ed.
_IRREGULAR = {
    "strike": ("struck", "struck"),
    "hit": ("hit", "hit"),
    "shoot": ("shot", "shot"),
    "blow": ("blew", "blown"),
    "fall": ("fell", "fallen"),
    "fight": ("fought", "fought"),
    "hold": ("held", "held"),
    "send": ("sent", "sent"),
    "leave": ("left", "left"),
    "take": ("took", "taken"),
    "die": ("died", "died"),
    "say": ("said", "said"),
    "tell": ("told", "told"),
    "hurt": ("hurt", "hurt"),
    "set": ("set", "set"),
    "go": ("went", "gone"),
    "bring": ("brought", "brought"),
    "break": ("broke", "broken"),
    "give": ("gave", "given"),
    "free": ("freed", "freed"),
    "write": ("wrote", "written"),
    "read": ("read", "read"),
    "think": ("thought", "thought"),
    "put": ("put", "put"),
    "find": ("found", "found"),
    "overrun": ("overran", "overrun"),
    "withdraw": ("withdrew", "withdrawn"),
    "begin": ("began", "begun"),
    "swear": ("swore", "sworn"),
    "burn": ("burned", "burned"),
    "fly": ("flew", "flown"),
    "lose": ("lost", "lost"),
    "plan": ("planned", "planned"),
    "stab": ("stabbed", "stabbed"),
    "ram": ("rammed", "rammed"),
    "down": ("downed", "downed"),
    "admit": ("admitted", "admitted"),
    "kidnap": ("kidnapped", "kidnapped"),
}
_DOUBLING = frozenset(
    {"hit", "stab", "ram", "set", "plan", "kidnap", "put", "admit", "overrun", "begin"}
)


def plural(noun: str) -> str:
    """The plural of a noun; of a compound, the plural of its last word."""
    *front, last = noun.split(" ")
    many = _PLURALS.get(last)
    if many is None:
        if last.endswith("man"):
            many = last[:-3] + "men"
        elif last.endswith("y") and last[-2:-1] not in "aeiou":
            many = last[:-1] + "ies"
        elif last.endswith(("s", "x", "z", "ch", "sh")):
            many = last + "es"
        else:
            many = last + "s"
    return " ".join([*front, many])


def verb_forms(lemma: str) -> dict[str, str]:
    """Forms of a verb with ``base``, ``s``, ``ing``, ``past``, ``participle``, or ``ed``.

    ``ed`` is past and participle in one. Particles stay behind the verb: ``shoot down`` gives
    ``shot down``.
    """
    verb, _, rest = lemma.partition(" ")
    tail = f" {rest}" if rest else ""
    forms = {_third_person(verb): "s", _ing(verb): "ing"}
    past, participle = _IRREGULAR.get(verb, ("", ""))
    if not past:
        past = participle = _ed(verb)
    if past == participle:
        forms[past] = "ed"
    else:
        forms[past], forms[participle] = "past", "participle"
    if verb not in forms:
        forms[verb] = "base"
    return {form + tail: tag for form, tag in forms.items()}


def _third_person(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")


def _ing(verb: str) -> str:
    if verb in _DOUBLING:
        return verb + verb[-1] + "ing"
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe")):
        return verb[:-1] + "ing"
    return verb + "ing"


def _ed(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + "ed"
