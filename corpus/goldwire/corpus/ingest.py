"""From raw article text or an HTML page to a document with zones and metadata, as a draft."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from goldwire.schema.document import Annotation, Document, Metadata, Rights, Zone
from goldwire.schema.errors import InputError, UnreadableInput

from .furniture import AGENCIES
from .openings import find_dateline, issuer
from .stamps import MONTH, day_of, read_day, read_day_of_month, read_moment
from .zones import find_zones

__all__ = ["SCHEMA", "article_id", "find_metadata", "find_zones", "ingest", "read_text"]

SCHEMA = "newswire/1.0"
"""Name and version of the schema that ingested documents follow."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_FORBIDDEN = re.compile("\x00|\ufeff|\r(?!\n)|[\ud800-\udfff]")
_COMPLAINTS = {
    "\x00": ("a NUL character", "This is binary data, or UTF-16 without its mark; save as UTF-8."),
    "\ufeff": ("a byte order mark (U+FEFF)", "Take it out; it is invisible and shifts offsets."),
    "\r": ("a lone carriage return", "Save the file with LF or CRLF line ends."),
}
_SURROGATE = ("an unpaired surrogate", "Half a character is missing; decode the source again.")
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
)


def ingest(
    data: bytes | str,
    *,
    id: str,
    language: str | None = None,
    html: bool | None = None,
    metadata: Metadata | None = None,
    rights: Rights | None = None,
) -> Document:
    """A draft document: the text as given (of HTML, its text), with zones and metadata.

    ``html=None`` looks at the beginning of the text. Fields of ``metadata`` go before what the
    page says. ``language=None`` is the page's own, or else English.

    Raises ``UnreadableInput`` for text that is not UTF-8, is binary or blank, or holds
    characters that no document may hold; ``InputError`` for an id or language of wrong form.
    """
    _require(_ID, "id", id, "Use letters, digits, '.', '_', '-', at most 128, as iraq-2022-04-30.")
    if language is not None:
        _require(_LANGUAGE, "language", language, "Use a BCP 47 code, as en, ar, or pt-BR.")
    raw = read_text(data) if isinstance(data, bytes | bytearray) else data
    said, text = Metadata(), raw
    from .html import looks_like_html, read_html

    if html or (html is None and looks_like_html(raw)):
        _refuse_forbidden(raw, only="\x00")
        page = read_html(raw)
        text, said = page.text, page.metadata
        language = language or page.language
    _refuse_forbidden(text)
    if not text.strip():
        raise UnreadableInput(
            "there is no text in it", hint="An article needs at least one word; check the file."
        )
    zones = find_zones(text)
    return Document(
        id=id,
        schema=SCHEMA,
        language=language or "en",
        text=text,
        length=len(text),
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        metadata=_overlaid(metadata, said, find_metadata(text, zones)),
        rights=rights or Rights(),
        annotation=Annotation(status="draft"),
        zones=zones,
    )


def article_id(file: str) -> str | None:
    """An id for the article of a file, made from its name; ``None`` where none can be made."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(file).stem).strip("-._")
    return name[:128] or None


def _require(form: re.Pattern[str], name: str, value: str, hint: str) -> None:
    if not form.fullmatch(value):
        raise InputError(f"{value!r} cannot be the {name} of a document", hint=hint)


def read_text(data: bytes | bytearray) -> str:
    """Bytes as text: UTF-8, a leading mark taken off; UTF-16 where its mark says so.

    Raises ``UnreadableInput`` with the place of the first byte that does not fit.
    """
    data = bytes(data)
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise UnreadableInput(f"this is {name}, not text", hint="Save its text as UTF-8 first.")
    encoding = "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and not data.startswith(b"\xff\xfe\x00\x00"):
        encoding = "utf-16"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        name = "UTF-16" if encoding == "utf-16" else "UTF-8"
        byte = data[error.start] if error.start < len(data) else 0
        raise UnreadableInput(
            f"not {name}: byte 0x{byte:02x} at position {error.start} ({error.reason})",
            hint=f"It is likely {_likely_encoding(data)}; open it as that and save it as UTF-8.",
        ) from error


def _likely_encoding(data: bytes) -> str:
    """A guess to put into a message, never to decode by."""
    sample = data[:100_000]
    declared = re.search(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", sample[:4096])
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        return declared[1].decode("ascii")
    if data.startswith(b"\xff\xfe\x00\x00") or data.startswith(b"\x00\x00\xfe\xff"):
        return "UTF-32"
    if sample.count(b"\x00") * 4 > len(sample):
        return "UTF-16"
    if b"\x1b$" in sample:
        return "ISO-2022-JP"
    high = sum(byte > 0x7F for byte in sample)
    if high * 4 > len(sample):
        return "a legacy encoding of its script (such as windows-1251, windows-1256, or GB18030)"
    return "windows-1252 (Western European)"


def _refuse_forbidden(text: str, only: str | None = None) -> None:
    """Characters that a document may not hold (integrity rule T3), and NUL."""
    match = re.search(only, text) if only else _FORBIDDEN.search(text)
    if match:
        name, hint = _COMPLAINTS.get(match[0], _SURROGATE)
        raise UnreadableInput(
            f"{name} at character {match.start()}",
            line=text.count("\n", 0, match.start()) + 1,
            hint=hint,
        )


def find_metadata(text: str, zones: Sequence[Zone]) -> Metadata:
    """What the zones of a page say about it; ``None`` where they say nothing for certain.

    ``dct`` is the day of publication, or else of the update, or else of the dateline. A
    dateline without a year ("Sept. 1") takes it from the number of the release or a full date
    on the page.
    """
    published, updated = _stamps(zones)
    dateline = next((zone for zone in zones if zone.kind == "dateline"), None)
    opening = None
    if dateline:  # with the words after it: by those "FALLUJAH:" is known for a dateline
        at = dateline.spans[0][0]
        opening = find_dateline(text[at : at + 1_000])
    headline = next((zone.text for zone in zones if zone.kind == "headline"), None)
    filed = _filed(zones, dateline.text if dateline else "", headline or "")
    return Metadata(
        headline=" ".join(headline.split()) if headline else None,
        publisher=_publisher(zones),
        agency=_agency(zones, opening.inside if opening else ""),
        bylines=tuple(dict.fromkeys(name for zone in zones for name in _authors(zone))),
        dateline=opening.place if opening else None,
        published=published,
        updated=updated,
        dct=day_of(published) or day_of(updated) or filed,
    )


_UPDATE = re.compile(r"\b(?:updated?|modified|edited)\b", re.IGNORECASE)


def _stamps(zones: Sequence[Zone]) -> tuple[str | None, str | None]:
    """First publication and last update, from stamps and the dates beside bylines."""
    published = updated = None
    for zone in zones:
        if zone.kind not in ("byline", "byline_date"):
            continue
        label = _UPDATE.search(zone.text)
        before, after = zone.text, ""
        if label:  # "Published 3 May 2022, updated 4 May 2022" holds both
            before, after = zone.text[: label.start()], zone.text[label.start() :]
        published = published or read_moment(before)
        updated = updated or read_moment(after)
    return published, updated


_DATED_HEADLINE = re.compile(rf"{MONTH}\s{{0,2}}\d{{1,2}}(?=:)", re.IGNORECASE)
_NUMBERED = re.compile(r"\b((?:19|20)\d{2})-(\d{1,2})-[A-Z]{1,3}")


def _filed(zones: Sequence[Zone], dateline: str, headline: str) -> str | None:
    """The day in a dateline, or before a headline ("June 17: …"); its year may stand nearby."""
    if day := read_day(dateline):
        return day
    dated = _DATED_HEADLINE.match(headline)
    source = dateline if re.search(r"\d", dateline) else (dated[0] if dated else "")
    for zone in zones:
        if zone.kind not in ("chrome", "headline", "byline_date"):
            continue
        numbered = _NUMBERED.search(zone.text[:200])
        near = f"{numbered[1]}-{int(numbered[2]):02}" if numbered else read_day(zone.text)
        if near:
            return read_day_of_month(source, near)
    return None


_OWNER = re.compile(
    r"(?:©|\(c\)|copyright)[\s©]*(?:\(c\)\s*)?(?:(?:19|20)\d{2}(?:\s?[-–]\s?(?:19|20)?\d{2})?)?,?\s*"
    r"(?:by\s+)?(?P<name>[^\W\d_][^.,|©\n]{1,60})",
    re.IGNORECASE,
)


def _publisher(zones: Sequence[Zone]) -> str | None:
    """The office in a letterhead, or the owner in a copyright line."""
    for zone in zones:
        if zone.kind != "chrome":
            continue
        owner = _OWNER.match(zone.text)
        if owner:
            name = re.sub(r"\s*all rights reserved.*", "", owner["name"], flags=re.IGNORECASE)
            if name.strip():
                return name.strip()
        elif office := issuer(zone.text):
            return " ".join(office.split())
    return None


def _agency(zones: Sequence[Zone], beside_place: str) -> str | None:
    """The agency in the dateline's brackets, or one that stands where the author would."""
    candidates = [beside_place, *(zone.text for zone in zones if zone.kind == "byline")]
    for candidate in candidates:
        if match := re.search(rf"\b(?:{AGENCIES})\b", candidate):
            return match[0]
    return None


_BY = re.compile(
    r"(?:(?:written|reported|posted|story|analysis|text) )?by:? |(?:author|reporter|words):? ",
    re.IGNORECASE,
)


def _authors(zone: Zone) -> list[str]:
    """The names in a byline such as "By Jane Doe and John Roe"; agencies are no authors."""
    by = _BY.match(zone.text) if zone.kind == "byline" else None
    if by is None:
        return []
    names = re.split(r"\s*[|•·;–—]|\s-\s|\s{2,}|,? \d", zone.text[by.end() :], maxsplit=1)[0]
    parts = re.split(r",?\s+(?:and|AND|&)\s+|,\s*", names)
    return [
        name
        for part in parts
        if (name := part.strip(" .")) and not re.fullmatch(AGENCIES, name, re.IGNORECASE)
    ]


def _overlaid(*layers: Metadata | None) -> Metadata:
    """The first answer of the layers to every field; a document date goes with its layer."""
    fields: dict[str, object] = {}
    for layer in layers:
        if layer is None:
            continue
        for name in Metadata.__struct_fields__:
            if not fields.get(name) and (value := getattr(layer, name)):
                fields[name] = value
        if not fields.get("dct"):
            fields["dct"] = day_of(layer.published) or day_of(layer.updated)
    return Metadata(**fields)  # type: ignore[arg-type]
