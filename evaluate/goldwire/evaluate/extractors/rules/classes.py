"""Classes of incident records read off entities: actors, targets, instruments."""

from __future__ import annotations

from goldwire.schema.document import Entity

from .wordlists import word_set

__all__ = ["actor_class", "instrument_type", "target_class"]

_INSTRUMENTS = word_set("classes", "instruments")
_BY_SUBTYPE = {
    "military_base": "military", "military": "military", "police": "police",
    "government": "government", "diplomatic": "diplomatic", "worship": "religious",
    "religious": "religious", "media": "media", "medical": "medical", "school": "education",
    "market": "business", "commercial": "business", "transport": "transport", "energy": "energy",
    "residential": "civilians", "ngo": "humanitarian", "intergovernmental": "humanitarian",
    "nonstate_armed": "nonstate_armed", "political": "government", "ship": "transport",
}  # fmt: skip
_BY_WORD = (
    (
        (
            "soldier",
            "troop",
            "marine",
            "airm",
            "serviceme",
            "peacekeeper",
            "conscript",
            "army",
            "military",
        ),
        "military",
    ),
    (("police", "security guard"), "police"),
    (("official", "minister", "president", "governor", "mayor", "lawmaker", "judge"), "government"),
    (("diplomat", "ambassador", "envoy"), "diplomatic"),
    (("journalist", "reporter", "photographer", "correspondent"), "media"),
    (("doctor", "nurse", "medic", "patient", "ambulance"), "medical"),
    (("student", "teacher"), "education"),
    (("cleric", "imam", "priest", "worship", "pilgrim"), "religious"),
    (("aid worker",), "humanitarian"),
    (
        ("militant", "insurgent", "fighter", "rebel", "gunm", "jihadist", "militiam"),
        "nonstate_armed",
    ),
    (("contractor", "convoy", "tank", "armoured", "armored", "warplane", "warship"), "military"),
    (("bus", "train", "truck", "car", "ship", "tanker", "plane"), "transport"),
)

_ACTORS = {
    "nonstate_armed": "nonstate_armed",
    "military": "state_forces",
    "police": "state_forces",
    "government": "state_forces",
}


def instrument_type(entity: Entity) -> str | None:
    """The type of instrument that a weapon or vehicle is."""
    if entity.type == "VEH":
        return "vehicle"
    return entity.subtype if entity.subtype in _INSTRUMENTS else None


def target_class(entity: Entity) -> str | None:
    """The class of a target, by subtype and then by the words of its name."""
    name = (entity.name or "").lower()
    if entity.type in ("PER", "VEH"):
        for words, found in _BY_WORD:
            if any(word in name for word in words):
                return found
        return "civilians" if entity.type == "PER" else "transport"
    return _BY_SUBTYPE.get(entity.subtype or "")


def actor_class(entity: Entity) -> str | None:
    """The class of a perpetrator; whether forces are foreign the words alone do not tell."""
    name = (entity.name or "").lower()
    if entity.type == "ORG":
        return _ACTORS.get(entity.subtype or "")
    if entity.type == "GPE":
        return "foreign_forces"
    if entity.type == "PER":
        if any(
            word in name
            for word in ("militant", "insurgent", "rebel", "jihadist", "taliban", "fighter")
        ):
            return "nonstate_armed"
        if any(word in name for word in ("soldier", "troop", "police")):
            return "state_forces"
        if any(
            word in name
            for word in ("gunm", "attacker", "assailant", "bomber", "unknown", "unidentified")
        ):
            return "unidentified"
        if any(word in name for word in ("protester", "crowd", "rioter", "mob")):
            return "crowd"
        return "individual" if not entity.group else "unidentified"
    return None
