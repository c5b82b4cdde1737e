"""What the furniture of a news page looks like: patterns and small tests for one line of text.

Nothing here knows where on the page a line stands; :mod:`goldwire.corpus.zones` decides that.
All patterns are tried on the first and last few hundred characters of a line only, so that a
line of a megabyte costs no more than a short one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .stamps import MONTH, is_stamp

__all__ = [
    "AGENCIES",
    "Dateline",
    "bullet_length",
    "caption_credit",
    "find_dateline",
    "furniture",
    "is_name",
    "is_prose",
    "is_title",
    "issuer",
    "letterhead_length",
]

_LONGEST = 300  # no line of furniture is longer; longer lines are text

AGENCIES = (
    r"AFP|Agence France[- ]Presse|AP|Associated Press|Reuters|Xinhua|UPI|DPA|dpa|EFE|ANSA"
    r"|TASS|Interfax|Anadolu(?: Agency)?|AA|PTI|ANI|IANS|Kyodo(?: News)?|Yonhap|Bloomberg"
    r"|SANA|IRNA|KUNA|WAM|SPA|MENA|PA Media|CNA|APP|AKI"
)
"""News agencies by the names that datelines, bylines, and credits use, as a pattern."""

_SHARE = (
    r"share(?: (?:this|on|via|with|article|story|full article)\b.*)?|tweet|retweet|like|e-?mail(?: this.*)?|print(?: this.*)?"
    r"|save(?: (?:for later|article|this.*))?|bookmark|copy(?: the)? link|link copied!?|short url|permalink"
    r"|follow(?: us.*| .{0,20}on (?:twitter|x|facebook|google news|instagram|telegram).*)?"
    r"|facebook|twitter|whats ?app|telegram|linkedin|instagram|pinterest|reddit|messenger|flipboard|x"
)
_INTERFACE = (
    r"(?:skip|jump|go) to .{0,40}|(?:main )?menu|home|search|close|open|toggle .{0,20}|back(?: to .{0,20})?"
    r"|log ?in|log ?out|sign ?(?:in|out|up)(?: .{0,80})?|register(?: now)?|my account|subscri(?:be|ptions?)(?: .{0,80})?"
    r"|(?:advertisement|ad|ads|sponsored(?: content)?|promoted|paid post)(?: ?[-–—.:|] ?.{0,40})?"
    r"|article continues (?:below|after) .{0,40}|continue reading(?: .{0,60})?|story continues .{0,40}"
    r"|(?:read|see|show|view|load|learn) (?:more|less|all|full (?:story|article))(?: ?(?:[.…>»→]|\.\.\.))*"
    r"|next(?: (?:article|story|page))?|prev(?:ious)?(?: (?:article|story|page))?|top|loading\W*"
    r"|(?:\d{1,6}|no|add|post|view|leave)? ?(?:a )?comments?(?: \(?\d{0,6}\)?)?|\d{1,6} (?:shares?|views?|likes?)"
    r"|(?:a )?\d{1,3}[ -]min(?:ute)?s? read|(?:estimated )?read(?:ing)? time:? .{0,20}"
    r"|listen(?: to (?:this )?(?:article|story))?(?: \(?\d.{0,12})?|play(?: (?:video|audio))?|watch(?: (?:live|now|video))?"
    r"|(?:text|font) size.{0,12}|a[+-]|download(?: .{0,20})?|gallery|click here(?: .{0,80})?|tap here .{0,60}"
    r"|(?:privacy|cookie)s? (?:policy|settings|notice)|terms (?:of use|of service|and conditions|& conditions)"
    r"|(?:accept|reject)(?: all)?(?: cookies)?|about us|contact us|help|newsletters?|breaking news alerts?"
    r"|we use cookies .{0,200}|this (?:site|website) uses cookies.{0,200}|get .{0,60} in your inbox\W?"
)
_RELEASE = (
    r"for immediate release|(?:news|press|media) release|embargoed .{0,60}"
    r"|(?:news |press )?release(?: (?:no|number))?\W{0,4}\d[\w/-]{0,15}"
)
_RELEASE_NUMBER = r"0?\d{2,4}-\d{1,2}-[A-Z]{1,3}\s?[-–]\s?\d{1,4}[A-Z]?"
_END_MARK = r"#(?: ?#){1,4}|[-–—*] ?(?:30|end|ends) ?[-–—*]|ends?|\*(?: ?\*){2,}"

_CHROME = re.compile(
    rf"(?:{_SHARE}|{_INTERFACE}|{_RELEASE}|{_RELEASE_NUMBER}|{_END_MARK}"
    r"|(?:©|\(c\)|copyright\b).{0,200}|.{0,80}\ball rights reserved\W.{0,80}|.{0,80}\ball rights reserved"
    r"|(?:https?://|www\.)\S+|\S+@\S+\.\w{2,10}|(?:tel|phone|fax|mobile)\b\W.{0,60}"
    r"|(?:for )?(?:more |further |related )?(?:photos?|information|details|video|images?|imagery)\b.{0,80}(?:https?://|www\.|\S@\S).{0,200}"
    r"|(?:(?:media|press|public affairs|point of) )?contacts?:.{0,200}"
    r"|(?:topics?|tags?|keywords|filed under|categor(?:y|ies)):.{0,200}"
    r"|\[[^\[\]]{1,280}\]|\d{3,4}(?:, ?\d{3,4})+,?|[\W_]+)",
    re.IGNORECASE | re.DOTALL,
)
_CLOSING_MARK = re.compile(rf"(?:{_END_MARK})", re.IGNORECASE)

_RELATED_HEADING = re.compile(
    r"(?:related(?: (?:articles?|stor(?:y|ies)|content|news|topics?|posts?|coverage|links?|reading))?"
    r"|(?:read|see|watch) (?:also|next)|also (?:read|on .{0,30})|you (?:may|might) (?:also )?(?:like|be interested in)"
    r"|more (?:from|on|in|about) .{1,60}|more (?:stories|news|coverage|headlines)|most (?:read|popular|viewed|shared)|recommended(?: .{0,30})?"
    r"|editors?[’']?s? (?:picks?|choice)|don[’']t miss|trending(?: .{0,20})?|top stories|latest (?:news|stories|headlines)"
    r"|what to read next|around the web|from our partners|further reading|popular(?: now)?)\s?:?",
    re.IGNORECASE,
)
_RELATED_LINE = re.compile(
    r"(?:read|see|watch) (?:more|also|next)(?: on .{1,30}| about .{1,30})?\s?[:|>–—-] ?\S.*"
    r"|(?:related(?: \w{1,12})?|also read|in pictures|recommended|opinion|analysis)\s?[:|] ?\S.*",
    re.IGNORECASE | re.DOTALL,
)

_PERSON = r"[^\W\d_a-z][\w.'’-]{0,25}"
_NAMES = rf"{_PERSON}(?:(?:,? (?:and|&|und) |[ ,/]{{1,2}}|, | (?:de|van|von|bin|al|el|of|the|for|in) ){_PERSON}){{0,11}}"
_BYLINE = re.compile(
    rf"(?:(?:[Ww]ritten |[Rr]eported |[Pp]osted |[Ss]tory |[Aa]nalysis |[Tt]ext )?[Bb][Yy]:? |Author:? |Reporter:? |Words:? )"
    rf"(?P<names>{_NAMES})\.?(?P<rest>\s{{0,3}}[|•·,;–—-]\s{{0,3}}.{{0,100}}|\s{{2,}}.{{0,100}})?"
)
_WORKERS = re.compile(
    r"\(?(?:additional )?(?:reporting|writing|editing|compiled) by .{2,250}|\(?with (?:inputs?|files?|reporting) (?:from|by) .{2,80}"
    r"|.{2,80} contributed to this (?:report|story|article)\W{0,2}|source: .{2,60}",
    re.IGNORECASE,
)
_AGENCY_LINE = re.compile(
    rf"(?:the )?(?:{AGENCIES}|news agencies|agencies|wire services?|staff (?:writer|reporter|and agencies)|correspondent)"
    rf"(?: ?[,/|&] ?(?:{AGENCIES}|agencies))*",
    re.IGNORECASE,
)

_STAMP_LABEL = re.compile(
    r"(?:(?:first |last |originally )?(?:published|updated|posted|modified|created|edited|issued)|date|last update)\b"
    r".{0,120}\d",
    re.IGNORECASE,
)

_PHOTO_WORD = (
    r"photo(?:graph(?:er)?)?s?|file|image|handout|picture|illustration|screengrab|screenshot"
    r"|getty(?: images)?|courtesy|supplied|epa(?:-efe)?|shutterstock|archive|via|dvids"
)
_CREDIT_INSIDE = re.compile(
    rf"(?:.{{0,80}}\b(?:{_PHOTO_WORD})\b.{{0,80}}|(?:the )?(?:{AGENCIES})(?: ?[/,|] ?.{{1,60}})?|.{{1,40}}/ ?(?:{AGENCIES}))",
    re.IGNORECASE,
)
_CREDIT_TAIL = re.compile(
    r"(?<=[\s.…”\"])(?:(?:photo(?:graph)?|image|picture)(?:s| credits?| by| courtesy of)?\s?:\s?|photo(?:graph)?s? by |credit: )[^.:]{2,80}\.?$"
    rf"|(?<=[\s.…”\"])(?:REUTERS|AP Photo|AFP|EPA|Getty Images)/[^/]{{2,60}}$",
    re.IGNORECASE,
)
_CREDIT_LINE = re.compile(
    r"(?:(?:photo(?:graph)?|image|picture|video|illustration)s?(?: credits?| by| courtesy(?: of)?)?\s?:|photo(?:graph)?s? by|photo courtesy|credits?:|courtesy(?: of)?:?)\s?\S.{1,120}"
    rf"|(?:REUTERS|AP Photo|AFP|EPA|Getty Images)/.{{2,60}}|(?:{AGENCIES}) (?:photo|file photo|image)",
    re.IGNORECASE,
)
_CAPTION_LINE = re.compile(
    r"(?:FILE(?: ?PHOTO)?|File [Pp]hoto|(?:[Pp]hoto )?[Cc]aption|(?:In|in) (?:this|a|an) .{0,60}\b(?:photo|image|photograph|picture)\b.{0,80})"
    r" ?(?:[-–—:,]|\().{10,}",
    re.DOTALL,
)

_BULLET = re.compile(r"[•‣▪▸►●◦∙·⁃○■–—*-]\s+(?=\S)|[•‣▪▸►●◦∙⁃■](?=\S)")

_SENTENCE_END = re.compile(r"(?:[.!?。！？।؟۔]|…|\.\.\.)[\"'”’»)\]\u200f\u200e]*$")
_ABBREVIATION_END = re.compile(r"\b(?:[A-Z]\.){2,}$")
_NAME_LINE = re.compile(rf"{_PERSON}(?: {_PERSON}){{1,3}}")

_ORGANISATION = (
    r"(?i:command|ministry|department|office|force|directorate|bureau|headquarters|embassy|mission"
    r"|affairs|council|committee|agency|police|guard|corps|navy|army|authority|centre|center)"
)
_PROPER = r"[A-Z][\w&.'’]*"
_ISSUER = re.compile(
    rf"(?:{_PROPER}\s+(?:(?:of|the|and|for)\s+)*){{0,6}}{_ORGANISATION}\b"
    rf"(?:\s+(?:of|for)\s+(?:the\s+)?{_PROPER}(?:\s+{_PROPER}){{0,3}})?"
    rf"(?P<place>\s?[-–—]\s{{0,3}}{_PROPER}(?:\s{_PROPER}){{0,2}})?"
)
_LETTERHEAD_PIECE = re.compile(
    rf"(?:{_RELEASE_NUMBER}|\d{{3,4}}(?:,\s{{0,2}}\d{{3,4}})*(?=\s)|(?i:for immediate release|(?:news|press|media) release|download pdf))"
    r"(?=\s|$)"
)


class Dateline(NamedTuple):
    """The opening of a report: how long it is, its place, and how sure the form is.

    ``bare`` is a place in capitals and a colon or dash, without a date or agency: labels such
    as "SUMMARY:" look alike, so it counts at the opening of a report only.
    """

    length: int
    place: str | None
    inside: str
    bare: bool


_WORD = r"[^\W\d_](?:[\w.'’‘`-]*[\w.’])?"
_DATELINE = re.compile(
    rf"(?P<city>{_WORD}(?:[ /]{_WORD}){{0,5}})?(?P<region>(?:, ?(?!{MONTH} ?\d){_WORD}(?: {_WORD}){{0,3}}){{0,2}})"
    rf"(?P<date>(?:^|,? )(?:{MONTH} ?\d{{1,2}}(?:, ?\d{{4}})?|\d{{1,2}} {MONTH}(?: \d{{4}})?))?"
    r"(?P<source>\s{0,3}\([^()\n]{1,60}\))?"
    r"(?P<end>\s{0,3}(?:--|[–—:]|(?<=\s)-(?=\s|$)|(?<=\))-(?=\s|$)))?",
    re.IGNORECASE,
)
_DATED = re.compile(rf"{MONTH}\s{{0,3}}\d{{1,2}}|\d{{1,2}}\s{{1,2}}{MONTH}", re.IGNORECASE)
_AGENCY_INSIDE = re.compile(rf"\b(?:{AGENCIES})\b|\bnews\b|\bagenc(?:y|ies)\b", re.IGNORECASE)
_JOINERS = frozenset("of al el de la le du da do di des the and on in by an as ad bin ibn upon sur".split())
_LABELS = frozenset(  # words in capitals before a colon or dash that are no place
    "update updated breaking exclusive watch live video photo photos picture pictures file note opinion"
    " analysis explainer factbox correction corrected nato isaf isis isil daesh us uk un eu usa question answer"
    " read related more source sources contact summary background editor editorial alert urgent just key"
    " timeline listen audio podcast interview review profile feature comment gallery fact who what when where"
    " why how caption credit warning advisory developing recap headline byline location date time subject from to re".split()
)


def furniture(line: str) -> str | None:
    """The kind of zone that a line is by its own words alone, or ``None`` for text.

    Besides the kinds of the schema there are ``end`` (a mark such as ``###``, after which no
    article goes on) and ``related_heading`` (what follows are teasers).
    """
    if len(line) > _LONGEST:
        return None
    bare = line[bullet_length(line) :] if bullet_length(line) < len(line) else line
    for kind, pattern in _WHOLE_LINES:
        if pattern.fullmatch(bare):
            return kind
    if is_stamp(bare) or (_STAMP_LABEL.fullmatch(bare) and not is_prose(bare)):
        return "byline_date"
    if _is_byline(bare):
        return "byline"
    return None


_WHOLE_LINES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("end", _CLOSING_MARK),
    ("related_heading", _RELATED_HEADING),
    ("related", _RELATED_LINE),
    ("credit", re.compile(rf"[(\[](?:{_CREDIT_INSIDE.pattern})[)\]]", re.IGNORECASE)),
    ("credit", _CREDIT_LINE),
    ("caption", _CAPTION_LINE),
    ("chrome", _CHROME),
    ("byline", _WORKERS),
    ("byline", _AGENCY_LINE),
)


def _is_byline(line: str) -> bool:
    match = _BYLINE.fullmatch(line)
    # "By Monday Troops Had Left" opens a sentence; a byline has no verb after so few names
    return match is not None and len(match["names"].split()) <= 12


def caption_credit(line: str) -> int | None:
    """Where the credit at the end of a caption begins, such as "(AFP/File Photo)"."""
    tail_at = max(0, len(line) - 160)
    tail = line[tail_at:]
    if tail[-1:] in ")]":
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
        return line.count(" ", 0, 400) >= 3 or not line.isascii()
    return len(line) > _LONGEST or line.count(" ") >= 34


def is_title(line: str) -> bool:
    """Whether a line could be a headline: short, capitalised, without a full stop.

    Scripts without capitals have no titles here: guessing them would invent headlines.
    """
    if len(line) > 220 or line[-1] in ";,:" or line.count(" ") > 30:
        return False
    if re.search(r"\.[\"'”’»)]*$", line[-6:]) and not _ABBREVIATION_END.search(line[-20:]):
        return False
    opening = line.lstrip("\"'“‘«([¿¡#$€£")[:1]
    return opening.isupper() or (opening.isdigit() and any(char.isupper() for char in line))


def is_name(line: str) -> bool:
    """Whether a line is nothing but two to four capitalised words."""
    return len(line) < 80 and _NAME_LINE.fullmatch(line) is not None


def issuer(line: str) -> str | None:
    """The office that a letterhead names, such as "Joint Command - Kabul"; ``None`` elsewhere."""
    match = _ISSUER.match(line[:_LONGEST])
    return match[0].strip() if match else None


def letterhead_length(line: str, *, beside_letterhead: bool = False) -> int:
    """How much of a line's beginning is the letterhead of a press release, blanks after included.

    The issuer alone counts where it names a place after a dash ("Joint Command - Kabul") or
    where other letterhead stands beside it; else "Gunmen Storm Ministry" would be one.
    """
    head = line[:_LONGEST]
    named = _ISSUER.match(head)
    at = _after_blanks(head, named.end()) if named else 0
    hard = False
    while piece := _LETTERHEAD_PIECE.match(head, at):
        # a number alone opens many a sentence; in a letterhead it follows another piece
        if piece[0].isdecimal() and not hard:
            break
        hard = True
        at = _after_blanks(head, piece.end())
    if hard:
        return at
    whole = named is not None and at == len(line)
    return at if named and whole and (named["place"] or beside_letterhead) else 0


def _after_blanks(line: str, at: int) -> int:
    while at < len(line) and line[at].isspace():
        at += 1
    return at


def find_dateline(line: str) -> Dateline | None:
    """The dateline that a line begins with, such as "KABUL, Afghanistan (Jan. 5, 2012) –"."""
    head = line[:200]
    match = _DATELINE.match(head)
    if match is None or match.end() == 0:
        return None
    city, source, end = match["city"], match["source"], match["end"]
    dated = bool(match["date"]) or bool(source and _DATED.search(source))
    from_agency = bool(source and _AGENCY_INSIDE.search(source))
    rest = line[match.end() : match.end() + 300].strip()
    if city is None:
        good = bool(match["date"] and from_agency and end)  # "Jan 5 (Reuters) - "
        return Dateline(match.end(), None, match[0], False) if good and rest else None
    if not _is_region(match["region"]):
        return None
    place = city + match["region"]
    if _in_capitals(city):
        if (source and (dated or (end and _is_source(source)))) or (dated and end):
            return Dateline(match.end(), place, match[0][len(place) :], False)
        if end and not source and _may_be_bare(city, rest):
            return Dateline(match.end(), place, "", True)
        return None
    capitalised = all(word[0].isupper() for word in city.split() if word not in _JOINERS)
    if capitalised and source and end and (dated or from_agency) and rest:
        return Dateline(match.end(), place, match[0][len(place) :], False)
    return None


def _in_capitals(city: str) -> bool:
    words = [word for word in re.split(r"[ /-]", city) if word and word.lower() not in _JOINERS]
    letters = sum(char.isalpha() for char in city)
    return letters >= 3 and bool(words) and all(word.isupper() for word in words)


def _is_region(region: str) -> bool:
    words = re.split(r"[\s,/]+", region.strip(" ,"))
    return all(not word or word[0].isupper() or word in _JOINERS for word in words)


def _is_source(source: str) -> bool:
    inside = source.strip(" ()\t\xa0")
    return inside[:1].isupper() and inside.count(" ") <= 5


def _may_be_bare(city: str, rest: str) -> bool:
    if city.split()[0].lower().rstrip(".") in _LABELS or city.lower().replace(".", "") in _LABELS:
        return False
    return len(rest) >= 20 and any(char.islower() for char in rest)
