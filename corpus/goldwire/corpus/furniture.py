"""What the furniture of a news page looks like: named patterns for one line of text.

Nothing here knows where on the page a line stands; :mod:`goldwire.corpus.zones` decides that.
Patterns are tried on lines of at most ``LONGEST`` characters, or on the ends of longer ones, so
that a line of a megabyte costs no more than a short one.
"""

from __future__ import annotations

import re

from .stamps import is_stamp

__all__ = [
    "AGENCIES",
    "LONGEST",
    "RELEASE_NUMBER",
    "bullet_length",
    "caption_credit",
    "furniture",
    "is_name",
    "is_prose",
    "is_title",
    "names_a_photo",
]

LONGEST = 300
"""No line of furniture has more characters; a longer line is text."""

AGENCIES = (
    r"AFP|Agence France[- ]Presse|AP|Associated Press|Reuters|Xinhua|UPI|DPA|EFE|ANSA|TASS"
    r"|Interfax|Anadolu(?: Agency)?|AA|PTI|ANI|IANS|Kyodo(?: News)?|Yonhap|Bloomberg"
    r"|SANA|IRNA|KUNA|WAM|SPA|MENA|PA Media|CNA|APP|AKI"
)
"""News agencies by the names that datelines, bylines, and credits use, as a pattern."""

RELEASE_NUMBER = r"0?\d{2,4}-\d{1,2}-[A-Z]{1,3}\s?[-–]\s?\d{1,4}[A-Z]?"
"""The number of a press release, such as 2012-01-S-025, as a pattern."""


def _any(*patterns: str) -> re.Pattern[str]:
    """One pattern for lines that fit any of several, whatever their case."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE | re.DOTALL)


_END_MARK = _any(r"#(?: ?#){1,4}", r"[-–—*] ?(?:30|end|ends) ?[-–—*]", r"ends?", r"\*(?: ?\*){2,}")

_SHARING = _any(
    r"share(?: (?:this|on|via|with|article|story|page|full article)\b.*)?|about sharing",
    r"tweet|retweet|like|e-?mail(?: this.*)?|print(?: this.*)?|bookmark",
    r"save(?: (?:for later|article|this.*))?",
    r"copy(?: the)? link|link copied!?|short url|permalink",
    r"follow(?: us.*| .{0,20}on (?:twitter|x|facebook|google news|instagram|telegram).*)?",
    r"facebook|twitter|x|whats ?app|telegram|linkedin|instagram|pinterest|reddit|messenger",
)

_NAVIGATION = _any(
    r"(?:skip|jump|go) to .{0,40}|(?:main )?menu|home|search|close|open|toggle .{0,20}",
    r"back(?: to .{0,20})?|top|next(?: (?:article|story|page))?",
    r"prev(?:ious)?(?: (?:article|story|page))?|loading\W*|gallery|help|about us|contact us",
    r"log ?in|log ?out|sign ?(?:in|out|up)(?: .{0,80})?|register(?: now)?|my account",
    r"(?:read|see|show|view|load|learn) (?:more|less|all|full (?:story|article))[ .…>»→]*",
    r"(?:\d{1,6}|no|add|post|view|leave)? ?(?:a )?comments?(?: \(?\d{0,6}\)?)?",
    r"\d{1,6} (?:shares?|views?|likes?)",
    r"click here(?: .{0,80})?|tap here .{0,60}|list of \d{1,3} items?",
)

_READING = _any(
    r"(?:a )?\d{1,3}[ -]min(?:ute)?s? read|(?:estimated )?read(?:ing)? time:? .{0,20}",
    r"listen(?: to (?:this )?(?:article|story))?(?: \(?\d.{0,12})?|play(?: (?:video|audio))?",
    r"watch(?: (?:live|now|video))?|(?:text|font) size.{0,12}|a[+-]|download(?: .{0,20})?",
)

_SELLING = _any(
    r"(?:advertisement|ads?|sponsored(?: content)?|promoted|paid post)(?: ?[-–—.:|·] ?.{0,40})?",
    r"article continues (?:below|after) .{0,40}|continue reading(?: .{0,60})?",
    r"story continues .{0,40}|subscri(?:be|ptions?)(?: .{0,80})?|newsletters?",
    r"breaking news alerts?|get .{0,60} in your inbox\W?",
)

_LEGAL = _any(
    r"(?:privacy|cookie)s? (?:policy|settings|notice)",
    r"terms (?:of use|of service|and conditions|& conditions)",
    r"(?:accept|reject)(?: all)?(?: cookies)?|we use cookies .{0,200}",
    r"this (?:site|website) uses cookies.{0,200}|our standards: .{0,80}",
    r"(?:©|\(c\)|copyright\b).{0,200}|.{0,80}\ball rights reserved(?:\W.{0,80})?",
)

_RELEASE = _any(
    r"for immediate release|(?:news|press|media) release|embargoed .{0,60}",
    r"(?:news |press )?release(?: (?:no|number))?\W{0,4}\d[\w/-]{0,15}",
    RELEASE_NUMBER,
    r"\d{3,4}(?:, ?\d{3,4})+,?",  # numbers of releases that a summary draws on
    r"\[[^\[\]]{1,280}\]",  # a note by whoever collected the releases
)

_CONTACT = _any(
    r"(?:https?://|www\.)\S+|\S+@\S+\.\w{2,10}|(?:tel|phone|fax|mobile)\b\W.{0,60}",
    r"(?:for )?(?:more |further |related )?(?:photos?|information|details|video|images?|imagery)\b"
    r".{0,80}(?:https?://|www\.|\S@\S).{0,200}",
    r"(?:(?:media|press|public affairs|point of) )?contacts?:.{0,200}",
    r"(?:topics?|tags?|keywords|filed under|categor(?:y|ies)):.{0,200}",
)

_RELATED_HEADING = _any(
    r"related(?: (?:articles?|stor(?:y|ies)|content|news|topics?|posts?|coverage|links?))?\s?:?",
    r"(?:read|see|watch) (?:also|next)\s?:?|also (?:read|on .{0,30})\s?:?|further reading\s?:?",
    r"you (?:may|might) (?:also )?(?:like|be interested in)\s?:?|recommended(?: .{0,30})?\s?:?",
    r"more (?:from|on|in|about) .{1,60}|more (?:stories|news|coverage|headlines)\s?:?",
    r"most (?:read|popular|viewed|shared)|editors?[’']?s? (?:picks?|choice)|don[’']t miss",
    r"trending(?: .{0,20})?|top stories|latest (?:news|stories|headlines)|popular(?: now)?",
    r"what to read next|keep (?:on )?reading|around the (?:web|bbc)|from our partners",
)

_RELATED_LINE = _any(
    r"(?:read|see|watch) (?:more|also|next)(?: on .{1,30}| about .{1,30})?\s?[:|>–—-] ?\S.*",
    r"(?:related(?: \w{1,12})?|also read|in pictures|recommended|opinion|analysis)\s?[:|] ?\S.*",
)

_PERSON = r"[^\W\d_a-z][\w.'’-]{0,25}"
_BETWEEN_NAMES = r"(?:,? (?:and|&) |, | (?:de|van|von|bin|al|el|of|the|for|in) |[ ,/]{1,2})"
_RANK = r"(?:\d(?:st|nd|rd|th) )?"  # "1st Lt."
_BYLINE = re.compile(
    r"(?:(?:(?:[Ww]ritten|[Rr]eported|[Pp]osted|[Ss]tory|[Aa]nalysis|[Tt]ext) )?[Bb][Yy]:? "
    r"|(?:Author|Reporter|Words):? )"
    rf"{_RANK}{_PERSON}(?:{_BETWEEN_NAMES}{_RANK}{_PERSON}){{0,11}}\.?"
    r"(?:\s{0,3}[|•·,;–—-]\s{0,3}.{0,100}|\s{2,}.{0,100})?"
)
_WORKERS = _any(
    r"\(?(?:additional )?(?:reporting|writing|editing|compiled) by .{2,250}",
    r"\(?with (?:inputs?|files?|reporting) (?:from|by) .{2,80}|source: .{2,80}",
    r".{2,80} contributed to this (?:report|story|article)\W{0,2}",
)
_AGENCY_LINE = _any(
    rf"(?:the )?(?:{AGENCIES}|(?:news |staff and )?agencies|wire services?)"
    rf"(?: ?[,/|&] ?(?:{AGENCIES}|agencies))*",
    r"staff (?:writer|reporter|and agencies)|(?:our |special )?correspondent",
)

_STAMP_LABEL = _any(
    r"(?:(?:first |last |originally )?(?:published|updated|posted|modified|created|edited|issued)"
    r"|date|last update)\b.{0,120}\d.{0,40}"
)

_PHOTO_WORD = (
    r"photo(?:graph(?:er)?)?s?|file|image|handout|picture|illustration|screengrab|screenshot"
    r"|getty(?: images)?|courtesy|supplied|epa(?:-efe)?|shutterstock|archive|via|dvids"
)
_CREDIT_INSIDE = _any(
    rf".{{0,80}}\b(?:{_PHOTO_WORD})\b.{{0,80}}",
    rf"(?:the )?(?:{AGENCIES})(?: ?[/,|] ?.{{1,60}})?",
    rf".{{1,40}}/ ?(?:{AGENCIES})",
)
_WITH_SLASH = r"(?:REUTERS|AP Photo|AFP|EPA|Getty Images)/"
_CREDIT_TAIL = re.compile(
    r"(?<=[\s.…”\"])(?:"
    r"(?:photo(?:graph)?|image|picture)(?:s| credits?| by| courtesy of)?\s?:\s?[^.:]{2,80}\.?"
    r"|(?:photo(?:graph)?s? by |credit: )[^.:]{2,80}\.?"
    rf"|{_WITH_SLASH}[^/]{{2,60}})$",
    re.IGNORECASE,
)
_CREDIT_LINE = _any(
    r"(?:photo(?:graph)?|image|picture|video|illustration)s?(?: credits?| by| courtesy(?: of)?)?"
    r"\s?:\s?\S.{1,120}",
    r"(?:image source,|photo(?:graph)?s? by|photo courtesy|credits?:|courtesy(?: of)?:?)"
    r"\s?\S.{1,120}",
    rf"{_WITH_SLASH}.{{2,60}}|(?:{AGENCIES}) (?:photo|file photo|image)",
)
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{1,160})[)\]]")
_PLAIN_WORD = re.compile(
    r"\b(?!(?:via|by|of|for|and|the|from|courtesy|photo|file|image|handout|archive)\b)[a-z]{2,}\b"
)
_CAPTION_LINE = re.compile(
    r"(?:FILE(?: ?PHOTO)?|File [Pp]hoto|(?:[Pp]hoto |[Ii]mage )?[Cc]aption"
    r"|[Ii]n (?:this|an?) .{0,60}\b(?:photo|image|photograph|picture)\b.{0,80})"
    r" ?[-–—:,(].{10,}",
    re.DOTALL,
)

_BULLET = re.compile(r"[•‣▪▸►●◦∙·⁃○■–—*-]\s+(?=\S)|[•‣▪▸►●◦∙⁃■](?=\S)")
_SENTENCE_END = re.compile(r"(?:[.!?…。！？।؟۔])[\"'”’»)\]\u200f\u200e]*$")
_FULL_STOP = re.compile(r"\.[\"'”’»)]*$")
_ABBREVIATION_END = re.compile(r"\b(?:[A-Z]\.){2,}$")
_NAME_LINE = re.compile(rf"{_PERSON}(?: {_PERSON}){{1,3}}")

_WHOLE_LINES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("end", _END_MARK),
    ("related_heading", _RELATED_HEADING),
    ("related", _RELATED_LINE),
    ("credit", _CREDIT_LINE),
    ("caption", _CAPTION_LINE),
    ("chrome", _SHARING),
    ("chrome", _NAVIGATION),
    ("chrome", _READING),
    ("chrome", _SELLING),
    ("chrome", _LEGAL),
    ("chrome", _RELEASE),
    ("chrome", _CONTACT),
    ("chrome", re.compile(r"[\W_]+")),  # rules and ornaments
    ("byline", _WORKERS),
    ("byline", _AGENCY_LINE),
)


def furniture(line: str) -> str | None:
    """The kind of zone that a line is by its own words alone, or ``None`` for text.

    Besides the kinds of the schema there are ``end`` (a mark such as ``###``, after which no
    article goes on) and ``related_heading`` (what follows are teasers).
    """
    if len(line) > LONGEST:
        return None
    bare = line[bullet_length(line) :]
    bracketed = _BRACKETED.fullmatch(bare)
    if bracketed and _CREDIT_INSIDE.fullmatch(bracketed[1]):
        return "credit"
    for kind, pattern in _WHOLE_LINES:
        if pattern.fullmatch(bare):
            return "caption" if kind == "credit" and _describes(bare) else kind
    if is_stamp(bare) or (_STAMP_LABEL.fullmatch(bare) and not is_prose(bare)):
        return "byline_date"
    return "byline" if _BYLINE.fullmatch(bare) else None


def _describes(credit: str) -> bool:
    """Whether "Photo: …" tells what is to be seen: a credit has names, and no other words."""
    after = re.split(r"[:,]", credit, maxsplit=1)[-1]
    return len(_PLAIN_WORD.findall(after)) > 1


def caption_credit(line: str) -> int | None:
    """Where the credit at the end of a caption begins, such as "(AFP/File Photo)"."""
    tail_at = max(0, len(line) - 160)
    tail = line[tail_at:]
    if tail[-1:] in (")", "]"):
        opening = tail.rfind("(" if tail[-1] == ")" else "[")
        inside = tail[opening + 1 : -1]
        if opening >= 0 and tail_at + opening > 0 and _CREDIT_INSIDE.fullmatch(inside):
            return tail_at + opening
    match = _CREDIT_TAIL.search(tail)
    return tail_at + match.start() if match and tail_at + match.start() > 0 else None


def names_a_photo(credit: str) -> bool:
    """Whether a credit is a picture's: "(AFP/File Photo)" is, "(AFP)" may be the text's."""
    return re.search(rf"\b(?:{_PHOTO_WORD})\b|/", credit, re.IGNORECASE) is not None


def bullet_length(line: str) -> int:
    """The length of the glyph and blanks that open a list item, or 0."""
    match = _BULLET.match(line)
    return match.end() if match else 0


def is_prose(line: str) -> bool:
    """Whether a line reads as sentences: it ends like one, or is too long for a title."""
    tail = line[-40:]
    if _SENTENCE_END.search(tail) and not _ABBREVIATION_END.search(tail):
        # "Who?" and "Breaking!" are no sentences; scripts without blanks cannot be counted
        return line.count(" ", 0, 400) >= 3 or not line.isascii()
    return len(line) > LONGEST or line.count(" ") >= 34


def is_title(line: str) -> bool:
    """Whether a line could be a headline: short, capitalised, without a full stop.

    Scripts without capitals have no titles here: guessing them would invent headlines.
    """
    if len(line) > 220 or line[-1] in ";,:" or line.count(" ") > 30:
        return False
    if _FULL_STOP.search(line[-6:]) and not _ABBREVIATION_END.search(line[-20:]):
        return False
    opening = line.lstrip("\"'“‘«([¿¡#$€£")[:1]
    return opening.isupper() or (opening.isdigit() and any(char.isupper() for char in line))


def is_name(line: str) -> bool:
    """Whether a line is nothing but two to four capitalised words."""
    return len(line) < 80 and _NAME_LINE.fullmatch(line) is not None
