"""A real server on this machine: answers in every form, and every way to give none."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from goldwire.evaluate.extractors import Options, find_extractor, http
from goldwire.evaluate.extractors.http import HttpExtractor, make, pause_before
from goldwire.evaluate.runner import Run, run_extractor
from goldwire.schema.errors import CouldNotRun, InputError

from .programs import document, documents, good_ids


class Handler(BaseHTTPRequestHandler):
    """Answers by what the ids of the documents ask for."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        asked = [json.loads(line)["id"] for line in body.splitlines()]
        with self.server.lock:
            self.server.asked.update(asked)
            self.server.batches.append(asked)
            self.server.keys.add(self.headers.get("Authorization"))
        faults = {name.partition("-")[0]: self.server.asked[name] for name in asked}
        status, headers, answers = 200, {}, [self.answer(name) for name in asked]
        if "busy" in faults and faults["busy"] < 3:
            status, headers = 503, {"Retry-After": "0"}
        if "limit" in faults and faults["limit"] < 2:
            status, headers = 429, {"Retry-After": formatdate(time.time() + 0.01, usegmt=True)}
        if "down" in faults:
            status = 500
        if "bad" in faults:
            status = 400
        if "drop" in faults and faults["drop"] < 2:
            self.close_connection = True
            return
        if "dribble" in faults:
            self.dribble()
            return
        if "hang" in faults:
            self.server.released.wait(10)
            return
        lines = [line for answer in answers for line in answer]
        text = "\n".join(lines)
        if self.server.form == "array":
            text = f"[{','.join(lines)}]"
        elif self.server.form == "pretty":
            text = json.dumps(json.loads(lines[0]), indent=2)
        self.reply(status, text if status == 200 else "no\nluck", headers)

    def answer(self, name: str) -> list[str]:
        mention = {"quote": {"exact": "Velmar"}, "type": "GPE"}
        answer = {"id": name, "mentions": [mention], "usage": {"input_tokens": 5}}
        fault, *_ = name.split("-")
        if fault == "twice":
            return [json.dumps(answer)] * 2
        if fault == "none":
            return []
        if fault == "stranger":
            return [json.dumps(answer | {"id": "somebody"})]
        if fault == "garbage":
            return ["<html>"]
        if fault == "form":
            return [json.dumps(answer | {"mentions": 3})]
        if fault == "costly":
            error = {"id": name, "error": "refused", "usage": {"input_tokens": 70}}
            return [json.dumps(error)]
        if fault == "error":
            return [json.dumps({"id": name, "error": "refused"})]
        return [json.dumps(answer)]

    def reply(self, status: int, text: str, headers: dict[str, str]) -> None:
        data = text.encode()
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def dribble(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b" ")
                self.wfile.flush()
                if self.server.released.wait(0.05):
                    return
        except OSError:
            return

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.asked: Counter[str] = Counter()
        self.batches: list[list[str]] = []
        self.keys: set[str | None] = set()
        self.released = threading.Event()
        self.form = "lines"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/extract"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(http, "_FIRST_PAUSE", 0.01)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.released.set()
        server.shutdown()


def run(server: Server, names: list[str], ahead: int = 1, **more: Any) -> Run:
    extractor = HttpExtractor(server.url, Options(ahead=ahead, retries=4))
    return run_extractor(extractor, documents(*names), **({"timeout": 10.0} | more))


def reasons(run: Run) -> dict[str, str]:
    return {failure.document: failure.reason for failure in run.failures}


@pytest.mark.parametrize("form", ["lines", "array"])
@pytest.mark.parametrize("ahead", [1, 4])
@pytest.mark.parametrize("jobs", [1, 3])
def test_every_document_is_asked_once(server: Server, form: str, ahead: int, jobs: int) -> None:
    server.form = form
    found = run(server, good_ids(10), ahead, jobs=jobs)
    assert found.failures == ()
    assert [one["id"] for one in found.predictions if isinstance(one, dict)] == good_ids(10)
    assert set(server.asked.values()) == {1}
    assert max(map(len, server.batches)) == ahead
    assert found.usage is not None
    assert found.usage.input_tokens == 50


def test_one_answer_may_be_written_over_several_lines(server: Server) -> None:
    server.form = "pretty"
    assert run(server, ["good-1"]).failures == ()


@pytest.mark.parametrize("fault", ["busy", "limit", "drop"])
@pytest.mark.parametrize("ahead", [1, 3])
def test_what_passes_is_asked_again(server: Server, fault: str, ahead: int) -> None:
    assert run(server, ["good-1", f"{fault}-1", "good-2"], ahead).failures == ()


FAULTS = [
    ("down", "the server said 500 Internal Server Error: no⏎luck, after 5 tries"),
    ("bad", "the server said 400 Bad Request: no⏎luck"),
    ("twice", "the server answered twice"),
    ("none", "the server sent no answer"),
    ("stranger", "instead it sent an answer for 'somebody'"),
    ("garbage", "a line that is no JSON object, '<html>'"),
    ("form", "is no prediction"),
    ("error", "refused"),
]


@pytest.mark.parametrize(("fault", "reason"), FAULTS, ids=[fault for fault, _ in FAULTS])
@pytest.mark.parametrize("ahead", [1, 3])
def test_a_fault_fails_its_document_alone(
    server: Server, fault: str, reason: str, ahead: int
) -> None:
    found = run(server, ["good-1", f"{fault}-1", "good-2", "good-3"], ahead)
    assert list(reasons(found)) == [f"{fault}-1"]
    assert reason in reasons(found)[f"{fault}-1"]


@pytest.mark.parametrize("fault", ["hang", "dribble"])
def test_time_runs_out_however_slowly_bytes_come(server: Server, fault: str) -> None:
    begin = time.monotonic()
    found = run(server, ["good-1", f"{fault}-1", "good-2"], timeout=0.4)
    assert reasons(found) == {f"{fault}-1": "no answer within 0.4 s"}
    assert time.monotonic() - begin < 5


def test_a_server_that_is_not_there_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_FIRST_PAUSE", 0.01)
    extractor = HttpExtractor("http://127.0.0.1:9/x", Options(retries=2))
    with pytest.raises(CouldNotRun, match="Connection refused"):
        run_extractor(extractor, documents(*good_ids(20)), jobs=2, timeout=5)


def test_a_server_that_never_was_there_is_not_asked_again() -> None:
    extractor = HttpExtractor("http://127.0.0.1:9/x", Options(retries=5))
    begin = time.monotonic()
    with pytest.raises(CouldNotRun, match="cannot be reached") as caught:
        run_extractor(extractor, documents("one"), timeout=5)
    assert time.monotonic() - begin < 1
    assert "Connection(" not in str(caught.value)


@pytest.mark.parametrize("fault", ["bad", "down", "form"])
def test_five_failures_that_are_alike_end_the_run(server: Server, fault: str) -> None:
    with pytest.raises(CouldNotRun, match="first 5 documents alike"):
        run(server, good_ids(20, fault))


def test_one_answer_is_hope_enough(server: Server) -> None:
    assert len(run(server, ["good-1", *good_ids(9, "bad")]).failures) == 9


def test_what_a_failed_answer_took_is_counted(server: Server) -> None:
    found = run(server, ["good-1", "form-1", "costly-1"])
    assert list(reasons(found)) == ["form-1", "costly-1"]
    assert found.usage is not None
    assert found.usage.input_tokens == 5 + 5 + 70


@pytest.mark.parametrize("status", [401, 404])
def test_a_request_that_can_never_succeed_ends_the_run(
    server: Server, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(Handler, "do_POST", lambda self: self.reply(status, "no key", {}))
    with pytest.raises(CouldNotRun, match=f"the server said {status}"):
        run(server, good_ids(20))


def test_the_key_comes_from_the_environment(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDWIRE_HTTP_AUTHORIZATION", "Bearer invented")
    run(server, ["good-1"])
    assert server.keys == {"Bearer invented"}


def test_names_hold_no_password() -> None:
    extractor = make("http://me:secret@example.org:8000/x?y=1", Options())
    assert extractor.name == "http://example.org:8000/x?y=…"
    assert make("http://example.org:8000/x?y=2", Options()).fingerprint != extractor.fingerprint
    assert make("http://you:too@example.org:8000/x?y=1", Options()).fingerprint == (
        extractor.fingerprint
    )


def test_a_redirect_is_not_followed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"Location": server.url}
    monkeypatch.setattr(Handler, "do_POST", lambda self: self.reply(307, "", headers))
    with pytest.raises(CouldNotRun, match=r"points elsewhere \(307\)"):
        run(server, good_ids(3))


def test_a_call_asks_one_document(server: Server) -> None:
    extractor = find_extractor(server.url)
    assert b"Velmar" in extractor(document("good-1")).prediction
    with pytest.raises(RuntimeError, match="400"):
        extractor(document("bad-1"))


@pytest.mark.parametrize("url", ["http:", "http://", "http:///path", "http://[bad"])
def test_a_url_without_a_server_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        find_extractor(url)


def test_pauses_grow_and_have_a_limit() -> None:
    for number, most in [(1, 0.5), (2, 1.0), (5, 8.0), (100, 60.0)]:
        assert most / 2 <= pause_before(number) <= most
    assert pause_before(1, 7.0) == 7.0
    assert pause_before(1, 10_000.0) == 60.0
