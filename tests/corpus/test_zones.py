"""Zones: small invented pages, the seed article where it is, and what holds for any text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.corpus.zones import KINDS, find_zones
from goldwire.schema.document import Zone

SHARED = Path(__file__).parents[2].parent / "shared"
SEED = SHARED / "seed" / "ain-al-asad.txt"


def kinds(text: str) -> list[tuple[str, str]]:
    return [(zone.kind, zone.text) for zone in find_zones(text)]


def check(text: str, zones: tuple[Zone, ...]) -> None:
    """What holds for the zones of any text."""
    at = 0
    by_id = {zone.id: zone for zone in zones}
    assert [zone.id for zone in zones] == [f"z{n}" for n in range(1, len(zones) + 1)]
    for zone in zones:
        ((start, end),) = zone.spans
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert zone.text == text[start:end] == zone.text.strip()
        assert zone.kind in KINDS
        at = end
        if zone.duplicate_of:
            original = by_id[zone.duplicate_of]
            assert (original.text, original.kind) == (zone.text, zone.kind)
            assert original.duplicate_of is None
            assert original.spans < zone.spans
        repeats_or_chrome = bool(zone.duplicate_of) or zone.kind in ("chrome", "related")
        assert zone.scored is not repeats_or_chrome
        if zone.parent:
            expected = {"credit": "caption", "dateline": "body"}[zone.kind]
            assert by_id[zone.parent].kind == expected
    assert not text[at:].strip()
    numbers = [zone.paragraph for zone in zones if zone.kind == "body"]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(zone.paragraph is None for zone in zones if zone.kind != "body")


LINES = st.sampled_from(
    [
        "Rockets hit base in the north",
        "By Jane Doe",
        "Updated 30 April 2022",
        "January 3, 2020",
        "Share",
        "Follow",
        "###",
        "Related articles",
        "For Immediate Release",
        "2012-01-S-025",
        "Joint Command - Northland",
        "Soldiers clear rubble at the base. (AFP/File Photo)",
        "Soldiers clear rubble at the base",
        "(AFP)",
        "Photo: AFP",
        "  • Rockets often hit the base",
        "CAIRO: Two rockets fell near a base on Sunday, officials said.",
        "KABUL, Afghanistan (Jan. 5, 2012) –",
        "KABUL, Afghanistan (Jan. 5, 2012) - Troops found a cache of arms.",
        "The base lies in the desert, and troops are stationed there.",
        "and went on in lower case",
        "قال مسؤولون إن صاروخين سقطا.",
        "© 2022 Example News",
        "",
        "\t \u00a0",
    ]
)
PAGES = st.lists(LINES, max_size=14).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n", "\u2028", "\n\n"]).map(lambda end: end.join(lines))
)


@settings(max_examples=400, deadline=None)
@given(PAGES)
def test_any_page_is_tiled(page: str) -> None:
    check(page, find_zones(page))


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_tiled(text: str) -> None:
    check(text, find_zones(text))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ABab .,:-–()[]/•©#\n\r\t\u2028\u00a0\x1c1259By", max_size=200))
def test_any_furniture_like_text_is_tiled(text: str) -> None:
    check(text, find_zones(text))


PAGE = """\
World
Convoy attacked near northern town, police say
Trucks on the road near the town on Monday. (AFP/File Photo)
Trucks on the road near the town on Monday. (AFP/File Photo)
Short Url
Updated 5 January 2022
Follow
Convoy attacked near northern town, police say
  • Police say two drivers were hurt
  • The road has been attacked before

TIKRIT: Gunmen attacked a convoy on Wednesday, police said.
Two drivers were hurt.
Advertisement
“We will find them,” an officer said.
Related articles
Oil price rises after attack
© 2022 Example News. All rights reserved."""


def test_a_page_with_all_its_furniture() -> None:
    zones = find_zones(PAGE)
    check(PAGE, zones)
    assert [(z.kind, z.duplicate_of, z.parent, z.paragraph) for z in zones] == [
        ("chrome", None, None, None),
        ("headline", None, None, None),
        ("caption", None, None, None),
        ("credit", None, "z3", None),
        ("caption", "z3", None, None),
        ("credit", "z4", "z5", None),
        ("chrome", None, None, None),
        ("byline_date", None, None, None),
        ("chrome", None, None, None),
        ("headline", "z2", None, None),
        ("summary", None, None, None),
        ("summary", None, None, None),
        ("dateline", None, "z14", None),
        ("body", None, None, 1),
        ("body", None, None, 2),
        ("chrome", None, None, None),
        ("body", None, None, 3),
        ("related", None, None, None),
        ("related", None, None, None),
        ("chrome", None, None, None),
    ]
    assert zones[10].text.startswith("•")
    assert zones[12].text == "TIKRIT:"
    assert zones[13].text.startswith("Gunmen")


def test_the_seed_article() -> None:
    if not SEED.exists():
        pytest.skip("the shared seed article is not here")
    text = SEED.read_text(encoding="utf-8")
    zones = find_zones(text)
    check(text, zones)
    assert [zone.kind for zone in zones] == [
        *("headline", "caption", "credit", "caption", "credit", "chrome", "byline_date", "chrome"),
        *("headline", "headline", "summary", "summary", "dateline", *["body"] * 11),
    ]
    repeats = [(zone.id, zone.duplicate_of) for zone in zones if zone.duplicate_of]
    assert repeats == [("z4", "z2"), ("z5", "z3"), ("z9", "z1"), ("z10", "z1")]
    assert [zone.parent for zone in zones if zone.parent] == ["z2", "z4", "z14"]
    assert zones[12].text == "FALLUJAH:"


def test_press_releases_of_the_shared_corpus() -> None:
    from json import loads

    source = SHARED / "corpora" / "isaf" / "isaf-400.jsonl"
    if not source.exists():
        pytest.skip("the shared press releases are not here")
    texts = [loads(line)["text"] for line in source.read_text(encoding="utf-8").split("\n") if line]
    found = [find_zones(text) for text in texts]
    for text, zones in zip(texts, found, strict=True):
        check(text, zones)
        assert any(zone.kind == "body" for zone in zones)
    with_dateline = sum(any(zone.kind == "dateline" for zone in zones) for zones in found)
    assert with_dateline > 350


def test_paragraphs_without_furniture_are_body() -> None:
    text = "A bomb went off at a market on Sunday.\n\nNobody was hurt, police said."
    assert [kind for kind, _ in kinds(text)] == ["body", "body"]


@pytest.mark.parametrize("text", ["A bomb went off at a market", "Only these words.", "go", "٣"])
def test_a_single_line_is_body(text: str) -> None:
    assert kinds(text) == [("body", text)]


def test_a_headline_above_paragraphs() -> None:
    text = "Market bomb hurts five\nA bomb went off at a market on Sunday.\nNo group claimed it."
    assert [kind for kind, _ in kinds(text)] == ["headline", "body", "body"]


def test_titles_without_a_report_are_body() -> None:
    assert {kind for kind, _ in kinds("One Title\nAnother Title\nA Third Title")} == {"body"}


def test_right_to_left_text_is_body() -> None:
    text = "هجوم على قاعدة\n\nقال مسؤولون إن صاروخين سقطا قرب القاعدة.\nولم ترد أنباء عن خسائر."
    assert [kind for kind, _ in kinds(text)] == ["body", "body", "body"]


@pytest.mark.parametrize(
    ("line", "dateline"),
    [
        ("TIKRIT: Two rockets fell near a base on Sunday.", "TIKRIT:"),
        ("CAIRO — Two people were hurt in a raid on Sunday.", "CAIRO —"),
        ("CAIRO—Two people were hurt in a raid on Sunday.", "CAIRO—"),
        ("KABUL, Afghanistan (Jan. 5, 2012) – Troops found arms.", None),
        ("KABUL, Afghanistan (Jan. 5, 2012)  Troops found arms.", None),
        ("KABUL, Afghanistan (August 5)", "KABUL, Afghanistan (August 5)"),
        ("BAGHDAD (Reuters) - Gunmen attacked a convoy.", "BAGHDAD (Reuters) -"),
        ("LONDON, Jan 5 (Example Agency) - Police said so.", None),
        ("BEIJING, Jan. 5 (Xinhua) -- Police said so on Sunday.", "BEIJING, Jan. 5 (Xinhua) --"),
        ("WASHINGTON, D.C. (AP) — The president said so.", "WASHINGTON, D.C. (AP) —"),
        ("PORT-AU-PRINCE, Haiti (AP) — Police said so.", "PORT-AU-PRINCE, Haiti (AP) —"),
        ("ISLAMABAD/KABUL (Reuters) - Police said so.", "ISLAMABAD/KABUL (Reuters) -"),
        ("Kabul, Jan 5 (AFP) - Police said so on Sunday.", "Kabul, Jan 5 (AFP) -"),
        ("Jan 5 (Reuters) - Police said so on Sunday.", "Jan 5 (Reuters) -"),
        ("SÃO PAULO (AP) — Police said so on Sunday.", "SÃO PAULO (AP) —"),
    ],
)
def test_datelines(line: str, dateline: str | None) -> None:
    # where none is given, it is the words before the first of the paragraph
    opening = dateline or line[: min(line.find(w) for w in ("Troops", "Police") if w in line)]
    zones = find_zones(line + "\nThe search goes on in the town, police said.")
    assert zones[0].kind == "dateline"
    assert zones[0].text == opening.strip()
    assert zones[0].parent == "z2"
    assert zones[1].kind == "body"


@pytest.mark.parametrize(
    "line",
    [
        "UPDATE: The army says that two rockets fell near the base.",
        "NATO: we did not do it, the alliance said on Sunday.",
        "SUMMARY - the army says that two rockets fell near the base.",
        "Hodges (left) - who was there - said that it was loud.",
        "IRAQ: Rockets hit base",
        "On Jan. 5 (a Sunday) - the army said - rockets fell.",
        "Baghdad: a city of seven million people, and growing.",
    ],
)
def test_no_datelines(line: str) -> None:
    assert "dateline" not in {kind for kind, _ in kinds(line + "\nNobody was hurt, police said.")}


def test_speakers_of_an_interview_are_no_places() -> None:
    text = "SMITH: What happened at the base on Sunday?\nJONES: We do not know yet, I am afraid."
    assert [kind for kind, _ in kinds(text)] == ["body", "body"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("By Jane Doe", "byline"),
        ("BY JANE DOE AND JOHN ROE", "byline"),
        ("By U.S. Army 1st Lt. J.D. Roe", "byline"),
        ("By Jane Doe | Example News", "byline"),
        ("Reuters", "byline"),
        ("Published: January 5, 2022", "byline_date"),
        ("Updated 5 January 2022 10:15 GMT", "byline_date"),
        ("2022-01-05T10:15:00Z", "byline_date"),
        ("2 hours ago", "byline_date"),
        ("Wed, Jan 5, 2022, 10:14 AM EST", "byline_date"),
        ("5 min read", "chrome"),
        ("Share", "chrome"),
        ("Read more", "chrome"),
        ("Advertisement", "chrome"),
        ("FOR IMMEDIATE RELEASE", "chrome"),
        ("Photo: Jane Doe/Reuters", "credit"),
        ("(AFP)", "credit"),
        ("FILE - Soldiers patrol a market. (AP Photo/Jane Doe)", "caption"),
        ("Read also: Truce signed in the north", "related"),
        ("© 2022 Example News", "chrome"),
        ("🎉🎉", "chrome"),
    ],
)
def test_lines_between_headline_and_report(line: str, kind: str) -> None:
    text = f"Market bomb hurts five people\n{line}\nA bomb went off at a market on Sunday."
    zones = find_zones(text)
    check(text, zones)
    assert [zones[0].kind, zones[1].kind, zones[-1].kind] == ["headline", kind, "body"]


def test_a_sentence_above_the_byline_is_the_deck() -> None:
    text = (
        "Market bomb hurts five\nThe attack came a day after a truce.\nBy Jane Doe\n"
        "A bomb went off at a market on Sunday."
    )
    assert [kind for kind, _ in kinds(text)] == ["headline", "deck", "byline", "body"]


def test_a_line_above_a_credit_is_a_caption() -> None:
    text = "Two hurt in raid\nA guard near the scene\nPhoto: AFP\nTwo people were hurt on Sunday."
    zones = find_zones(text)
    assert [zone.kind for zone in zones] == ["headline", "caption", "credit", "body"]
    assert zones[2].parent == "z2"


def test_brackets_at_the_end_of_a_paragraph_are_no_credit() -> None:
    text = "The ministry gave no details (AFP)\nTwo people were hurt on Sunday, it said (see above)"
    assert [kind for kind, _ in kinds("Police came at once.\n" + text)] == ["body"] * 3


def test_a_letterhead_on_the_line_of_the_report() -> None:
    text = (
        "Force finds arms in the north\n"
        "Joint Command - Northland 2011-01-S-115 1314, 1198 For Immediate Release Download PDF"
        "   KABUL, Afghanistan (Jan. 10, 2011) –  Troops found a cache of arms."
    )
    zones = find_zones(text)
    check(text, zones)
    assert [zone.kind for zone in zones] == ["headline", "chrome", "dateline", "body"]
    assert zones[1].text.endswith("Download PDF")


def test_two_releases_on_one_page() -> None:
    release = "Joint Command - Northland\nFor Immediate Release\nKABUL, Afghanistan (Jan. 5) – "
    text = f"First find in north\n{release}Arms were found.\n---\nSecond find\n{release}More were."
    found = [kind for kind, _ in kinds(text)]
    one = ["headline", "chrome", "chrome", "dateline", "body"]
    assert found == [*one, "chrome", *one]


def test_nothing_but_chrome_after_the_end_mark() -> None:
    text = "Troops found a cache of arms.\n###\nMedia Contact: Jane Doe\nPress Office, Northland"
    assert [kind for kind, _ in kinds(text)] == ["body", "chrome", "chrome", "chrome"]


def test_wrapped_lines_make_one_paragraph() -> None:
    text = (
        "Security forces said they had found a large\ncache of weapons near the border\n"
        "and arrested three men. They will be tried.\n\nThe ministry said it was the largest\n"
        "find of this year."
    )
    zones = find_zones(text)
    check(text, zones)
    assert [zone.text.count("\n") for zone in zones] == [2, 1]


def test_dates_that_head_the_entries_of_a_chronicle_are_body() -> None:
    text = (
        "Timeline of attacks on bases\n\nJanuary 3, 2020\nA drone strike hits the airport.\n"
        "January 8, 2020\nMissiles hit two bases in the west."
    )
    assert [kind for kind, _ in kinds(text)] == ["headline", *["body"] * 4]


def test_lists_in_the_report_are_body() -> None:
    text = "Troops found the following, they said.\n• Rifles\n• Grenades\nNobody was hurt."
    assert {kind for kind, _ in kinds(text)} == {"body"}


def test_line_ends_do_not_matter() -> None:
    unix = [kind for kind, _ in kinds(PAGE)]
    assert [kind for kind, _ in kinds(PAGE.replace("\n", "\r\n"))] == unix


def test_nothing_in_nothing() -> None:
    assert find_zones("") == find_zones(" \r\n\t\u00a0\u2028") == ()


def test_time_grows_with_the_length_of_the_text() -> None:
    paragraph = "The army said on Sunday that it had found arms near the border.\n"
    start = time.perf_counter()
    assert len(find_zones(paragraph * 2_000)) == 2_000
    small = time.perf_counter() - start
    start = time.perf_counter()
    assert len(find_zones(paragraph * 16_000)) == 16_000
    assert time.perf_counter() - start < small * 8 * 4 + 0.5


def test_a_page_of_titles_takes_no_square_time() -> None:
    page = "".join(f"Rockets Hit Base Number {n}\n" for n in range(20_000))
    start = time.perf_counter()
    zones = find_zones(page + "Nobody was hurt on Sunday, police said.")
    assert time.perf_counter() - start < 8
    assert (zones[0].kind, zones[-1].kind) == ("headline", "body")


@pytest.mark.parametrize("unit", ["word ", "(", "KABUL ", "By A ", "1/", "• ", "Jan 5 ", "A, "])
def test_one_line_of_a_megabyte(unit: str) -> None:
    line = unit * (1_000_000 // len(unit)) + "x"
    start = time.perf_counter()
    check(line, find_zones(line))
    assert time.perf_counter() - start < 2
