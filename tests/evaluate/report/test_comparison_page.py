"""A comparison as a page: every number is on it, nothing is claimed, nothing is loaded."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from click.testing import CliRunner

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.commands.compare import compare
from goldwire.evaluate.comparison.comparing import compare_systems
from goldwire.evaluate.report.comparison import SystemComparison
from goldwire.evaluate.report.comparison_page import render_comparison_page
from goldwire.evaluate.report.points import interval_of_points, points
from goldwire.evaluate.report.words import percent

from .samples import HOSTILE, make_gold, make_pair, make_prediction
from .test_html import Page as Tags
from .test_page import CONTRAST

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Request

Records = list[dict[str, Any]]
NOISES = {"weak": 0.8, "strong": 0.1, "also strong, and with a long name": 0.12}


def systems_of(gold: Records, *names: str) -> dict[str, Records]:
    return {
        name: [make_prediction(one, Random(f"{name} {one['id']}"), NOISES[name]) for one in gold]
        for name in names
    }


@pytest.fixture(scope="module")
def gold() -> Records:
    return make_pair(20)[0]


@pytest.fixture(scope="module")
def three(gold: Records) -> SystemComparison:
    return compare_systems(gold, systems_of(gold, *NOISES), resampling=Resampling(1500))


@pytest.fixture(scope="module")
def hostile() -> SystemComparison:
    gold = make_gold("wire-1", [f"[m PER {HOSTILE}] met [m ORG them{HOSTILE}] and [m PER her]."])
    gold["id"] = f"wire {HOSTILE}"
    for mention in gold["mentions"][:2]:
        mention["type"] = HOSTILE
    wrong = {
        "id": gold["id"],
        "mentions": [{"type": HOSTILE, "spans": gold["mentions"][2]["spans"]}],
    }
    unknown = {"id": f"unknown {HOSTILE}", "mentions": wrong["mentions"]}
    right = {"id": gold["id"], "mentions": [{"type": m["type"], "spans": m["spans"]}
                                            for m in gold["mentions"]]}  # fmt: skip
    systems = {f"a {HOSTILE}": [wrong, unknown], f"b {HOSTILE}": [right]}
    return compare_systems([gold], systems, split=HOSTILE)


def test_every_number_is_on_the_page(three: SystemComparison) -> None:
    text = Tags(render_comparison_page(three)).text
    for layer in three.layers:
        for score in layer.scores:
            assert percent(score.f1) in text
        for each in layer.differences:
            assert points(each.value) in text
            assert interval_of_points(each.interval) in text
            for kind in each.types:
                assert kind.label in text
                assert interval_of_points(kind.interval) in text
            for row in (*each.gains, *each.losses):
                assert row.document in text
    assert three.signature.short() in text
    assert three.family.over in text


def test_only_what_is_distinguishable_is_called_better(three: SystemComparison) -> None:
    text = render_comparison_page(three)
    said = re.findall(r'<td class="verdict">(?:<span class="(?:better|worse)">)?([^<]+)', text)
    said = [words for words in said if not words.startswith("better than")]
    verdicts = [layer.differences[at].verdict for at in range(3) for layer in three.layers]
    assert said == verdicts
    assert {"better", "not distinguishable on this gold"} <= set(said)


def test_every_interval_is_drawn_around_zero(three: SystemComparison) -> None:
    text = render_comparison_page(three)
    part = text.partition('<h2 id="pair-1">')[2].partition("</table>")[0]
    drawn = re.findall(r"M(-?[\d.]+) 3v6M[-\d.]+ 6H(-?[\d.]+)M", part)
    found = [layer.differences[0].interval for layer in three.layers]
    assert len(drawn) == len(found)
    for (low, high), interval in zip(drawn, found, strict=True):
        assert interval is not None
        assert -50 <= float(low) <= float(high) <= 50
        assert (float(low) > 0) == (interval.low > 0) or abs(interval.low) < 0.01
    assert part.count('class="zero-line"') == len(found)


def test_too_few_documents_have_numbers_and_no_claims(gold: Records) -> None:
    few = compare_systems(gold[:3], systems_of(gold[:3], "weak", "strong"))
    text = render_comparison_page(few)
    assert 'class="warning"' in text
    assert "No intervals: " in text
    assert "CI</th>" not in text
    assert '<span class="better">' not in text
    assert "not tested" in text


def test_what_no_system_could_show_is_said(gold: Records, three: SystemComparison) -> None:
    few = compare_systems(gold, systems_of(gold, *NOISES), resampling=Resampling(resamples=39))
    assert "Here no p can be below" in render_comparison_page(few)
    assert "Here no p can be below" not in render_comparison_page(three)


def test_the_same_system_twice_differs_nowhere(gold: Records) -> None:
    one = systems_of(gold, "strong")["strong"]
    same = compare_systems(gold, {"a": one, "b": one}, resampling=Resampling(200))
    text = render_comparison_page(same)
    assert '<span class="better">' not in text
    assert "a and b are not distinguishable on this gold." in text


def test_nothing_is_loaded_and_hostile_text_is_text(hostile: SystemComparison) -> None:
    text = render_comparison_page(hostile)
    page = Tags(text)
    policy = next(a["content"] for _, a in page.tags if "http-equiv" in a)
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not {"script", "img", "iframe", "link"} & {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") or name == "src" for _, a in page.tags for name in a)
    assert HOSTILE not in text
    assert not re.search("[\x1b\x07\u202e]", text)
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for _, a in page.tags if a.get("href")} <= set(ids)  # type: ignore[index]


def test_the_command_writes_the_page(tmp_path: Path, gold: Records) -> None:
    few = gold[:6]
    files = {"gold": few, **systems_of(few, "weak", "strong")}
    for name, records in files.items():
        (tmp_path / f"{name}.jsonl").write_bytes(
            b"".join(msgspec.json.encode(record) + b"\n" for record in records)
        )
    words = [str(tmp_path / "weak.jsonl"), str(tmp_path / "strong.jsonl"),
             "--gold", str(tmp_path / "gold.jsonl"), "--resamples", "100"]  # fmt: skip
    page = tmp_path / "page.html"
    done = CliRunner().invoke(compare, [*words, "--html", str(page)], catch_exceptions=False)
    assert done.exit_code == 0
    assert page.read_text("utf-8").lstrip().startswith("<!doctype html>")
    assert "strong" in done.stdout
    printed = CliRunner().invoke(compare, [*words, "--html", "-"], catch_exceptions=False)
    assert printed.stdout.rstrip() == page.read_text("utf-8").rstrip()
    refused = CliRunner().invoke(compare, [*words, "--html", "-", "--json"])
    assert refused.exit_code != 0
    assert "cannot both go to stdout" in str(refused.exception) + refused.output


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1300])
def test_the_page_is_legible_and_does_not_scroll_sideways(
    browser: Browser,
    tmp_path: Path,
    three: SystemComparison,
    hostile: SystemComparison,
    scheme: Any,
    width: int,
) -> None:
    for comparison in (three, hostile):
        path = tmp_path / "comparison.html"
        path.write_text(render_comparison_page(comparison), "utf-8")
        page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
        requests: list[str] = []

        def seen(request: Request, requests: list[str] = requests) -> None:
            requests.append(request.url)

        page.on("request", seen)
        page.goto(path.as_uri())
        page.locator("summary").first.focus()
        page.keyboard.press("Enter")
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert requests == [path.as_uri()]
        page.close()
