"""``http://…`` and ``https://…``: documents are posted to a server, predictions come back.

One document is posted as ``application/json``, several as JSON Lines (``application/x-ndjson``).
The answer is one prediction, JSON Lines, or an array of predictions, matched by ``id``.

The environment variable ``GOLDWIRE_HTTP_AUTHORIZATION`` is sent as the ``Authorization`` header.
"""

from __future__ import annotations

import hashlib
import os
import random
import threading
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import msgspec

from goldwire.schema.document import Document
from goldwire.schema.errors import CouldNotRun, InputError
from goldwire.schema.positions import cut, visible

from .command import fields_of, reply_of
from .offsets import OffsetSettings
from .protocol import Options, Reply, Worker, request_line
from .settings import read_settings

if TYPE_CHECKING:
    import requests

__all__ = ["Broken", "HttpExtractor", "HttpWorker", "asked_pause", "make", "pause_before"]

_KEY = "GOLDWIRE_HTTP_AUTHORIZATION"
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""What a server says when another try may succeed."""
_WRONG = frozenset({401, 403, 404, 405, 415})
"""What a server says when no request of this kind will ever succeed."""
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 60.0
_LARGEST = 256 * 1024 * 1024
"""Bytes of one answer."""


def make(argument: str, options: Options) -> HttpExtractor:
    """The extractor behind a URL. Raises ``InputError`` where that names no server."""
    read_settings("http", options.settings, OffsetSettings)
    try:
        known = bool(urlsplit(argument).hostname)
    except ValueError:
        known = False
    if not known:
        raise InputError(f"{argument!r} names no server", hint="Write http://HOST:PORT/PATH.")
    return HttpExtractor(argument, options)


class HttpExtractor:
    """A server; its name is the URL, without a password and without the values in its query."""

    patience = 5

    def __init__(self, url: str, options: Options) -> None:
        parts = urlsplit(url)
        self.url = url
        public = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")
        self.name = urlunsplit(public._replace(query=_masked(parts.query)))
        self.fingerprint = hashlib.sha256(urlunsplit(public).encode()).hexdigest()
        self.options = options
        self.offsets = options.settings.get("offsets")

    def worker(self, timeout: float | None) -> Worker:
        """A connection of its own."""
        return HttpWorker(self, timeout)

    def __call__(self, document: Document) -> object:
        """Ask one document. Raises ``RuntimeError`` with the reason where there is no answer."""
        worker = HttpWorker(self, self.options.timeout)
        try:
            (reply,) = worker.work(iter([document]))
        finally:
            worker.close()
        if reply.reason is not None:
            raise RuntimeError(reply.reason)
        return reply.answer


def _masked(query: str) -> str:
    """A query without its values: one of them may be a key."""
    parts = [part.partition("=") for part in query.split("&") if part]
    return "&".join(f"{name}=…" if equals else "…" for name, equals, _ in parts)


class _Failed(Exception):
    """A request without an answer; the message is the reason."""


class HttpWorker:
    """Posts documents one by one or in batches, and again where the server was not able to."""

    def __init__(self, extractor: HttpExtractor, timeout: float | None) -> None:
        import requests

        self.extractor = extractor
        self.timeout = timeout
        self.session = requests.Session()
        if key := os.environ.get(_KEY):
            self.session.headers["Authorization"] = key
        self._closed = threading.Event()
        self._proved = False

    def work(self, feed: Iterator[Document]) -> Iterator[Reply]:
        """Ask the documents of ``feed``; see :class:`goldwire.evaluate.extractors.Worker`."""
        size = max(1, self.extractor.options.ahead or 1)
        while documents := list(islice(feed, size)):
            yield from self._asked(documents)

    def close(self) -> None:
        """Give the connection up, and wait for nothing."""
        self._closed.set()
        self.session.close()

    def _asked(self, documents: list[Document]) -> Iterator[Reply]:
        begin = time.monotonic()
        try:
            body = self._post(documents)
        except _Failed as problem:
            if len(documents) == 1:
                seconds = time.monotonic() - begin
                yield Reply(documents[0].id, reason=str(problem), seconds=seconds)
            else:  # whose fault it is cannot be known: each is asked by itself
                for document in documents:
                    yield from self._asked([document])
            return
        self._proved = True
        yield from _replies(body, documents, (time.monotonic() - begin) / len(documents))

    def _post(self, documents: list[Document]) -> bytes:
        """The body of the answer; raises ``_Failed``, or ``CouldNotRun`` where all would fail."""
        kind = "application/json" if len(documents) == 1 else "application/x-ndjson"
        data = b"".join(map(request_line, documents))
        headers = {"Content-Type": kind, "Accept": kind}
        tries = self.extractor.options.retries + 1
        limit = None if self.timeout is None else self.timeout * len(documents)
        for number in range(1, tries + 1):
            wait, reason = None, ""
            try:
                response, body = self._sent(data, headers, limit)
            except Broken as problem:
                reason = str(problem)
                # One that was there may come back; that one never was is told at once.
                if problem.absent and (number == tries or not self._proved):
                    raise CouldNotRun(
                        reason, source=self.extractor.name,
                        hint="Is the server running, and is the address right?",
                    ) from problem  # fmt: skip
            else:
                status = response.status_code
                if status < 300:
                    return body
                reason = f"the server said {status} {response.reason or ''}".rstrip()
                reason += _excerpt(body)
                if status in _WRONG and not self._proved:
                    hint = f"Is the address right? A key goes into {_KEY}."
                    raise CouldNotRun(reason, source=self.extractor.name, hint=hint)
                if status not in _AGAIN:
                    raise _Failed(reason)
                wait = asked_pause(response.headers.get("Retry-After"))
            if number < tries and self._closed.wait(pause_before(number, wait)):
                break
        raise _Failed(f"{reason}, after {tries} tries" if tries > 1 else reason)

    def _sent(
        self, data: bytes, headers: dict[str, str], limit: float | None
    ) -> tuple[requests.Response, bytes]:
        import requests
        import urllib3

        late = f"no answer within {limit:g} s" if limit is not None else ""
        begin = time.monotonic()
        try:
            with self.session.post(
                self.extractor.url,
                data=data,
                headers=headers,
                timeout=limit,
                stream=True,
                allow_redirects=False,  # a redirected POST becomes a GET, and the key goes along
            ) as response:
                if 300 <= response.status_code < 400:
                    raise CouldNotRun(
                        f"the server points elsewhere ({response.status_code})",
                        source=self.extractor.name,
                        hint="Name the address that it points to, if you trust it.",
                    )
                body = bytearray()
                # Whatever has come, at once: a server may send a byte now and then for ever.
                while part := response.raw.read1(65536, decode_content=True):
                    body += part
                    if limit is not None and time.monotonic() - begin > limit:
                        raise _Failed(late)
                    if len(body) > _LARGEST:
                        raise _Failed(f"the answer has more than {_LARGEST:,} bytes")
                return response, bytes(body)
        except (requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError):
            raise _Failed(late) from None
        except (requests.ConnectionError, urllib3.exceptions.HTTPError) as problem:
            raise Broken(problem) from problem
        except requests.RequestException as problem:
            raise _Failed(str(Broken(problem))) from None


class Broken(Exception):
    """No connection, or one that broke; the message says why in plain words.

    ``absent`` tells that there was none: no such name, nobody who listens, no trust.
    """

    def __init__(self, problem: BaseException) -> None:
        import requests
        import urllib3

        chain = _causes(problem)
        nobody = (
            requests.ConnectTimeout,
            requests.exceptions.SSLError,
            urllib3.exceptions.NewConnectionError,
        )
        self.absent = any(isinstance(each, nobody) for each in chain)
        what = "the server cannot be reached" if self.absent else "the connection broke"
        super().__init__(f"{what}: {_plain(chain)}")


def _causes(problem: BaseException) -> list[BaseException]:
    """An exception and what it was made of, the innermost last."""
    chain = [problem]
    while len(chain) < 16:
        inner = chain[-1]
        deeper = getattr(inner, "reason", None)
        if not isinstance(deeper, BaseException):
            deeper = next((each for each in inner.args if isinstance(each, BaseException)), None)
        deeper = deeper or inner.__cause__
        if deeper is None or deeper in chain:
            break
        chain.append(deeper)
    return chain


def _plain(chain: list[BaseException]) -> str:
    """The innermost reason that the system gave, without the words around it."""
    for each in reversed(chain):
        if isinstance(each, TimeoutError) or "Timeout" in type(each).__name__:
            return "no answer in time"
        if isinstance(each, OSError) and each.strerror and not isinstance(each.strerror, bytes):
            return cut(visible(str(each.strerror).partition(" (_ssl")[0]), 200)
    said = str(chain[-1])
    return "it ended early" if "(" in said or not said else cut(visible(said), 200)


def _excerpt(body: bytes) -> str:
    said = " ".join(visible(body[:2000].decode("utf-8", "replace")).split())
    return f": {cut(said, 200)}" if said else ""


def asked_pause(header: str | None) -> float | None:
    """Seconds that a ``Retry-After`` header asks for, given as seconds or as a date."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def pause_before(number: int, asked: float | None = None) -> float:
    """Seconds to wait after try ``number``, counted from 1.

    As long as the server asks for, up to a minute; else half a second, doubled after every try,
    of which a random half is left out, so that clients do not come back all at once.
    """
    if asked is not None and asked == asked:
        return min(asked, _LONGEST_PAUSE)
    pause = min(_FIRST_PAUSE * 2.0 ** min(number - 1, 16), _LONGEST_PAUSE)
    return pause * random.uniform(0.5, 1.0)


def _replies(body: bytes, documents: list[Document], seconds: float) -> Iterator[Reply]:
    """A reply to each document from the predictions in a body."""
    found: dict[str, list[Reply]] = {document.id: [] for document in documents}
    others: list[str] = []
    for line in _lines(body):
        fields, name = fields_of(line)
        if fields is None:
            shown = cut(visible(line.decode("utf-8", "replace").strip()), 100)
            others.append(f"a line that is no JSON object, {shown!r}")
        elif len(documents) == 1 and "id" not in fields:
            found[documents[0].id].append(reply_of(documents[0].id, fields, line, seconds))
        elif name in found:
            found[name].append(reply_of(name, fields, line, seconds))
        else:
            others.append(f"an answer for {cut(visible(str(name)), 80)!r}")
    for name, replies in found.items():
        if len(replies) == 1:
            yield replies[0]
        elif replies:
            yield Reply(name, reason="the server answered twice", seconds=seconds)
        else:
            instead = f"; instead it sent {others[0]}" if others else ""
            yield Reply(name, reason=f"the server sent no answer{instead}", seconds=seconds)


def _lines(body: bytes) -> list[bytes]:
    """The predictions in a body: one object on any number of lines, JSON Lines, or an array."""
    stripped = body.strip()
    if stripped.startswith(b"["):
        try:
            return [bytes(each) for each in msgspec.json.decode(stripped, type=list[msgspec.Raw])]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return [stripped]
    if fields_of(stripped)[0] is not None:
        return [stripped]
    return [line for line in stripped.split(b"\n") if line.strip()]
