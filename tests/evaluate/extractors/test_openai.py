"""Chat models over a real local server: what is asked, what is read, and what goes wrong."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from goldwire.evaluate.extractors import chat
from goldwire.evaluate.extractors.answers import BadAnswer, prediction_from, read_content
from goldwire.evaluate.extractors.chat import ChatFailure, check_url
from goldwire.evaluate.extractors.openai import ChatExtractor
from goldwire.evaluate.extractors.openai import make as load
from goldwire.evaluate.extractors.prompting import CHAT_LAYERS, answer_schema, instructions
from goldwire.evaluate.extractors.protocol import Answer, Options, Usage
from goldwire.evaluate.runner import run_extractor
from goldwire.evaluate.scoring import score
from goldwire.schema.errors import CouldNotRun, InputError, UnknownName
from goldwire.schema.labels import read_labels
from goldwire.schema.problems import Problem
from goldwire.schema.reading import Raw
from goldwire.schema.schemas import load_schema
from goldwire.schema.validation import validate_raw
from tests.making import TEXT, article, make

from .chat_server import ChatServer, completion, serve
from .programs import documents, good_ids

KEY = "sk-local-0123456789"
LABELS = read_labels(load_schema("newswire"))

ANSWER: dict[str, Any] = {
    "mentions": [
        {"id": "m1", "quote": "Drone", "before": "", "type": "WEA", "level": "NOM",
         "entity": "E 1"},
        {"id": "m1", "quote": "velmar", "before": "depot near ", "type": "GPE", "level": "NAM",
         "entity": "town"},
        {"id": "m3", "quote": "drone", "before": "VELMAR: A", "type": "WEA", "level": "NOM",
         "entity": "E 1"},
        {"id": "m4", "quote": "an airfield in flames", "before": "", "type": "FAC", "level": "NOM",
         "entity": ""},
    ],
    "times": [
        {"id": "t", "quote": "Friday", "before": "on ", "type": "DATE", "value": "2022-05-06"},
    ],
    "quantities": [
        {"id": "q", "quote": "Three", "before": "", "kind": "count", "value": 3, "unit": None},
    ],
    "events": [
        {"id": "e1", "quote": "struck", "before": "drone ", "type": "ATTACK", "hopper": "strike",
         "realis": "actual", "polarity": "positive", "certainty": "certain",
         "arguments": [{"role": "instrument", "filler": "m3"}, {"role": "time", "filler": "t"},
                       {"role": "place", "filler": "nowhere at all"}]},
    ],
    "attributions": [
        {"id": "a1", "quote": "Nobody was hurt", "before": "“", "style": "direct", "source": None,
         "source_class": "unnamed_official", "stance": "assert", "cue": "told"},
    ],
    "relations": [{"type": "near", "head": "m3", "tail": "m1"}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("GOLDWIRE_API_KEY", KEY)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, float | None]]:
    """The pauses that were asked for; none is waited for."""
    found: list[tuple[int, float | None]] = []

    def pause(number: int, asked: float | None = None) -> float:
        found.append((number, asked))
        return 0.001

    monkeypatch.setattr(chat, "pause_before", pause)
    return found


def extractor(server: ChatServer, retries: int = 2, **settings: str) -> ChatExtractor:
    return load(f"small@{server.url}", Options(retries=retries, timeout=10, settings=settings))


def problems(prediction: dict[str, Any]) -> list[Problem]:
    raw = Raw(msgspec.json.encode(prediction), "answer")
    return [each for _, found in validate_raw([raw], schema="prediction") for each in found]


def test_the_request_holds_prompt_schema_text_and_key() -> None:
    with serve(completion(ANSWER)) as server:
        model = extractor(server, seed="7", max_tokens="900")
        model(make(TEXT, id="d"))
    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    body = asked.body
    assert (body["model"], body["temperature"], body["seed"]) == ("small", 0, 7)
    assert body["max_tokens"] == 900
    form = body["response_format"]
    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
    assert form["json_schema"]["schema"] == answer_schema(LABELS, CHAT_LAYERS)
    told, shown = body["messages"]
    assert (told["role"], shown["role"]) == ("system", "user")
    assert "- WEA (Weapon): A thing made or used to hurt" in told["content"]
    assert TEXT in shown["content"]


def test_the_answer_becomes_a_prediction_with_offsets_and_tokens() -> None:
    with serve(completion(ANSWER)) as server:
        answer = extractor(server, price_in="2", price_out="10")(make(TEXT, id="d"))
    assert isinstance(answer, Answer)
    assert answer.usage == Usage(input_tokens=1200, output_tokens=300, cost=0.0054)
    prediction = answer.prediction
    assert isinstance(prediction, dict)
    mentions = prediction["mentions"]
    assert [item["id"] for item in mentions] == ["m1", "m2", "m3", "m4"]
    assert [item.get("text") for item in mentions] == ["Drone", "Velmar", "drone", None]
    assert mentions[1]["spans"] == [[22, 28]]
    assert [item.get("entity") for item in mentions] == ["e1", "e2", "e1", None]
    assert "reason" not in mentions[3]
    assert "stands in the text" in mentions[3]["note"]
    (event,) = prediction["events"]
    assert [each["filler"] for each in event["arguments"]] == ["m3", "t1", "unknown.nowhere_at_all"]
    (attribution,) = prediction["attributions"]
    assert attribution["cue"]["text"] == "told"
    assert prediction["relations"] == [{"type": "near", "head": "m3", "tail": "m1"}]
    assert problems(prediction) == []


def test_the_answer_can_be_scored() -> None:
    gold = article()
    with serve(completion(ANSWER)) as server:
        answer = extractor(server)(gold)
    assert isinstance(answer.prediction, dict)
    report = score([gold], [answer.prediction])
    assert report.layer("mentions").criterion("strict").micro.predicted == 4
    assert {finding.kind for finding in report.findings} >= {
        "quote not in the text",
        "quote placed by words",
    }


def test_fewer_layers_ask_for_less() -> None:
    with serve(completion({"events": []})) as server:
        model = extractor(server, layers="events")
        assert model(make(TEXT, id="d")).prediction == {"id": "d", "events": []}
    schema = server.asked[0].body["response_format"]["json_schema"]["schema"]
    assert schema["required"] == ["events"]
    assert "arguments" not in schema["properties"]["events"]["items"]["properties"]


def test_servers_without_structured_output_are_told_the_form() -> None:
    fenced = f"```json\n{json.dumps({'times': []})}\n```"
    with serve(completion(fenced)) as server:
        model = extractor(server, layers="times", structured="none", temperature="none")
        assert model(make(TEXT, id="d")).prediction == {"id": "d", "times": []}
    body = server.asked[0].body
    assert "response_format" not in body
    assert "temperature" not in body
    assert '"additionalProperties":false' in body["messages"][0]["content"]


def test_a_busy_server_is_asked_again_when_it_says(
    pauses: list[tuple[int, float | None]],
) -> None:
    busy = (429, {"Retry-After": "7"}, b'{"error": {"message": "slow down", "code": "rate"}}')
    broken: tuple[int, dict[str, str], bytes] = (503, {}, b"<html>down</html>")
    with serve(busy, broken, completion({"times": []})) as server:
        assert extractor(server, layers="times")(make(TEXT, id="d")).prediction
    assert len(server.asked) == 3
    assert pauses == [(1, 7.0), (2, None)]


def test_it_is_not_asked_for_ever() -> None:
    with (
        serve((500, {}, b"oops")) as server,
        pytest.raises(ChatFailure, match=r"said 500 .*: oops, after 3 tries"),
    ):
        extractor(server)(make(TEXT, id="d"))
    assert len(server.asked) == 3


def test_a_pause_that_is_longer_than_the_time_left_is_not_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chat, "pause_before", lambda number, asked=None: asked or 1.0)
    with (
        serve((429, {"Retry-After": "3600"}, b"{}")) as server,
        pytest.raises(ChatFailure, match="no time is left within 10 seconds"),
    ):
        extractor(server)(make(TEXT, id="d"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (completion("no JSON at all"), "the answer is not JSON"),
        (completion('{"times": [{"id": "t"'), "the answer is not JSON"),
        (completion('{"times": NaN}'), "NaN is no number of JSON"),
        (completion({"times": [], "extra": 1}), "not in the form that was asked for"),
        (completion({"times": [{"id": 1}]}), "times[0]"),
        (completion({"times": []}, finish="length"), "cut off after 300 tokens"),
        (completion(None, refusal="I will not."), "the model refused: I will not."),
        (completion(None, finish="content_filter"), "filter withheld"),
        (completion(""), "the answer is empty"),
        ((200, {}, b'{"choices": []}'), "it has no choices"),
        ((200, {}, b"<html>"), "is no chat completion"),
        ((400, {}, b'{"error": {"message": "context too long"}}'), "400 Bad Request: context too"),
    ],
)
def test_a_bad_answer_fails_its_document_alone(
    given: tuple[int, dict[str, str], bytes], said: str
) -> None:
    with serve(given, completion({"times": []})) as server:
        model = extractor(server, layers="times")
        with pytest.raises((ChatFailure, BadAnswer)) as caught:
            model(make(TEXT, id="d"))
        assert said in str(caught.value)
        assert model(make(TEXT, id="d")).prediction == {"id": "d", "times": []}


@pytest.mark.parametrize(
    "given",
    [
        (401, {}, f'{{"error": {{"message": "wrong key {KEY}"}}}}'.encode()),
        (404, {}, b"no such model"),
        (429, {}, b'{"error": {"message": "pay first", "code": "insufficient_quota"}}'),
        (307, {"Location": "http://127.0.0.1:9/"}, b""),
    ],
)
def test_what_no_request_can_mend_ends_the_run_and_shows_no_key(
    given: tuple[int, dict[str, str], bytes],
) -> None:
    with serve(given) as server, pytest.raises(CouldNotRun) as caught:
        extractor(server)(make(TEXT, id="d"))
    assert len(server.asked) == 1
    assert KEY not in str(caught.value)
    assert caught.value.exit_code == 3


def test_a_server_that_is_not_there_ends_the_run_at_once(
    pauses: list[tuple[int, float | None]],
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    model = load(f"small@http://127.0.0.1:{port}/v1", Options(retries=5, timeout=5))
    with pytest.raises(CouldNotRun, match="cannot be reached: Connection refused") as caught:
        run_extractor(model, documents(*good_ids(9)), timeout=5)
    assert pauses == []
    assert KEY not in str(caught.value)
    assert "Connection(" not in str(caught.value)


def test_a_connection_that_breaks_is_told_in_plain_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"http://127.0.0.1:{door.getsockname()[1]}/v1"

        def slam() -> None:
            for _ in range(2):
                door.accept()[0].close()

        thread = threading.Thread(target=slam)
        thread.start()
        with pytest.raises(ChatFailure, match="the connection broke") as caught:
            load(f"small@{url}", Options(retries=1, timeout=5))(make(TEXT, id="d"))
        thread.join()
    assert "Error" not in str(caught.value)
    assert "(" not in str(caught.value)


def test_a_server_without_structured_output_hints_at_the_setting() -> None:
    said = b'{"error": {"message": "response_format json_schema is not supported"}}'
    with serve((400, {}, said)) as server, pytest.raises(CouldNotRun) as caught:
        extractor(server)(make(TEXT, id="d"))
    assert "--set structured=object" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "given",
    [(400, {}, b"context too long"), (500, {}, b"oops"), completion("no JSON at all")],
)
def test_five_failures_that_are_alike_end_the_run(
    given: tuple[int, dict[str, str], bytes],
) -> None:
    with serve(given) as server, pytest.raises(CouldNotRun, match="first 5 documents alike"):
        run_extractor(extractor(server, retries=0), documents(*good_ids(20)))
    assert len(server.asked) == 5


@pytest.mark.parametrize(
    "given",
    [completion({"times": []}, finish="length"), completion("no JSON"), completion("")],
)
def test_what_a_failed_answer_took_is_counted(
    given: tuple[int, dict[str, str], bytes],
) -> None:
    with serve(given, completion({"times": []})) as server:
        model = extractor(server, layers="times", price_in="2", price_out="10")
        found = run_extractor(model, documents("one", "two"))
    (failure,) = found.failures
    assert "BadAnswer" not in failure.reason
    assert "ChatFailure" not in failure.reason
    assert found.usage == Usage(input_tokens=2400, output_tokens=600, cost=0.0108)


def test_a_server_that_never_answers_is_late() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        model = load(f"small@{url}", Options(retries=3, timeout=0.3))
        with pytest.raises(ChatFailure, match=r"no answer within 0\.3 seconds"):
            model(make(TEXT, id="d"))


def test_requests_keep_the_pace_that_is_asked_for() -> None:
    with serve(completion({"times": []})) as server:
        model = extractor(server, layers="times", per_minute="60")
        begin = model._client._pace()
        assert begin == 0
        assert 0.9 < model._client._pace() <= 1
        assert 1.9 < model._client._pace() <= 2


def test_the_key_is_nowhere_but_in_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(completion({"times": []})) as server:
        model = extractor(server, layers="times")
        monkeypatch.setenv("GOLDWIRE_API_KEY", "another-key")
        other = extractor(server, layers="times")
        assert KEY not in f"{model.name} {model.fingerprint} {model!r} {model._client!r}"
        assert model.fingerprint == other.fingerprint
        monkeypatch.delenv("GOLDWIRE_API_KEY")
        extractor(server, layers="times")(make(TEXT, id="d"))
        monkeypatch.setenv("OPENAI_API_KEY", " sk-other ")
        extractor(server, layers="times")(make(TEXT, id="d"))
    assert [asked.headers.get("authorization") for asked in server.asked] == [
        None,
        "Bearer sk-other",
    ]


def test_a_netrc_file_does_not_take_the_place_of_the_key(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login user password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with serve(completion({"times": []})) as server:
        extractor(server, layers="times")(make(TEXT, id="d"))
        monkeypatch.delenv("GOLDWIRE_API_KEY")
        extractor(server, layers="times")(make(TEXT, id="d"))
    assert [asked.headers.get("authorization") for asked in server.asked] == [
        f"Bearer {KEY}",
        None,
    ]


def test_a_key_that_no_header_can_hold_is_refused_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDWIRE_API_KEY", "sk-bad\nX-Other: 1")
    with pytest.raises(InputError, match="GOLDWIRE_API_KEY holds characters") as caught:
        load("small@http://localhost:1/v1", Options())
    assert "sk-bad" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/v1",
        "http://127.0.0.1.example.org/v1",
        "http://10.0.0.1/v1",
        "https://user:secret@example.org/v1",
        "https://example.org/v1?key=secret",
        "https://example.org:port/v1",
        "https:///v1",
    ],
)
def test_base_urls_that_would_give_the_key_away_are_refused(url: str) -> None:
    with pytest.raises(InputError) as caught:
        load(f"small@{url}", Options())
    assert "secret" not in str(caught.value)


def test_base_urls_that_are_safe() -> None:
    for url in ("https://example.org/v1", "http://localhost:8000/v1", "http://[::1]:80/v1"):
        assert check_url(url + "/", KEY) == url
    assert check_url("http://10.0.0.1/v1", None) == "http://10.0.0.1/v1"
    assert load("small", Options()).name == "openai:small@https://api.openai.com/v1"
    assert load("a/b@c", Options()).name == "openai:a/b@c@https://api.openai.com/v1"


def test_what_is_asked_wrongly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="names no model"):
        load("@https://example.org/v1", Options())
    with pytest.raises(UnknownName, match="unknown setting of openai 'layer'"):
        load("small", Options(settings={"layer": "events"}))
    with pytest.raises(InputError, match="the setting max_tokens of openai is wrong"):
        load("small", Options(settings={"max_tokens": "many"}))
    with pytest.raises(UnknownName, match="Did you mean 'mentions'"):
        load("small", Options(settings={"layers": "mention"}))
    with pytest.raises(InputError, match="relations join mentions"):
        load("small", Options(settings={"layers": "relations"}))
    monkeypatch.delenv("GOLDWIRE_API_KEY")
    with pytest.raises(InputError, match="there is no key"):
        load("small", Options())


def test_the_fingerprint_follows_what_answers_depend_on() -> None:
    def fingerprint(argument: str = "small", **settings: str) -> str:
        return load(argument, Options(settings=settings)).fingerprint

    assert fingerprint() == fingerprint(price_in="3", per_minute="9")
    others = {fingerprint("large"), fingerprint(seed="1"), fingerprint(layers="events"),
              fingerprint("small@https://example.org/v1")}  # fmt: skip
    assert len(others | {fingerprint()}) == 5


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from objects(value)


@pytest.mark.parametrize("name", ["newswire", "core"])
def test_the_schema_keeps_to_what_strict_structured_output_admits(name: str) -> None:
    labels = read_labels(load_schema(name))
    schema = answer_schema(labels, CHAT_LAYERS)
    Draft202012Validator.check_schema(schema)
    for each in objects(schema):
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])
    assert not {"minLength", "pattern", "minItems", "$ref", "default"} & set(
        json.dumps(schema).split('"')
    )
    Draft202012Validator(answer_schema(LABELS, CHAT_LAYERS)).validate(ANSWER)


def test_the_prompt_names_every_label_of_the_layers_that_are_asked_for() -> None:
    told = instructions(LABELS, CHAT_LAYERS)
    for inventory in ("entityType", "level", "timeType", "quantityKind", "eventType", "role",
                      "attributionStyle", "relationType", "realis"):  # fmt: skip
        for name in LABELS.names(inventory) or ():
            assert f"\n- {name}" in told
    assert "relationType" not in instructions(LABELS, ("times",))
    assert "- ATTACK: attacker, target" in told
    assert "- ATTACK: attacker" not in instructions(LABELS, ("events",))


def test_an_item_that_quotes_nothing_stays_a_false_positive() -> None:
    schema = answer_schema(LABELS, ("times",))
    item = {"id": "t", "quote": "", "before": "", "type": "DATE", "value": None}
    answer = read_content(json.dumps({"times": [item]}), schema)
    prediction = prediction_from(answer, "d", TEXT)
    assert prediction["times"][0]["note"] == "the quote is empty"
    assert problems(prediction) == []


def test_an_answer_with_a_layer_twice_is_none() -> None:
    with pytest.raises(BadAnswer, match="the key 'times' stands twice"):
        read_content('{"times": [], "times": []}', {"type": "object"})
