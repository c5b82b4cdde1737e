"""Chat completions over HTTP: the key, retries, pacing, and what the server says went wrong."""

from __future__ import annotations

import ipaddress
import os
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from goldwire.schema.errors import CouldNotRun, InputError
from goldwire.schema.positions import cut, visible

from .http import Broken, asked_pause, pause_before
from .protocol import NoAnswer

if TYPE_CHECKING:
    import requests

__all__ = ["KEYS", "ChatClient", "ChatFailure", "Completion", "check_url", "find_key"]

KEYS = ("GOLDWIRE_API_KEY", "OPENAI_API_KEY")
"""Environment variables that may hold the key; the first that is set counts."""

_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""What a server says when another try may succeed."""
_HOPELESS = frozenset({401, 403, 404, 405})
"""What a server says when no request will."""
_NO_MONEY = "insufficient_quota"
"""The code of a 429 that no waiting helps against."""
_LARGEST = 64 * 1024 * 1024
"""Bytes of one answer."""


class ChatFailure(NoAnswer):
    """One request without an answer; the message is a sentence that says why."""


class Completion(Struct, frozen=True):
    """The text of an answer, and the tokens that it took, where the server tells.

    ``problem`` says why the text is of no use, tokens or not.
    """

    content: str
    input_tokens: int | None
    output_tokens: int | None
    problem: str | None = None


class _Message(Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(Struct):
    message: _Message
    finish_reason: str | None = None


class _Tokens(Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Body(Struct):
    choices: list[_Choice] = []
    usage: _Tokens | None = None


_decoder = msgspec.json.Decoder(_Body)


def check_url(url: str, key: str | None) -> str:
    """A base URL without its last slash.

    Raises ``InputError`` for ``http`` to another machine where there is a key, and for one with
    a password or a query: keys come from the environment only.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as problem:
        raise InputError("the base URL is none", hint="Write https://HOST/v1.") from problem
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InputError(
            "the base URL holds a user, a password, a query, or a fragment",
            hint=f"Write https://HOST/v1 alone; the key goes into {KEYS[0]}.",
        )
    if not host or parts.scheme not in ("http", "https"):
        raise InputError(f"{url!r} names no server", hint="Write https://HOST/v1.")
    if parts.scheme == "http" and key is not None and not _loopback(host):
        raise InputError(
            f"{url!r} is neither https nor on this machine, and there is a key",
            hint=f"Others could read it on the way: unset {' and '.join(KEYS)} where the server"
            " needs none.",
        )
    return url.rstrip("/")


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def find_key() -> str | None:
    """The key from the environment; ``None`` where there is none, as for a server of one's own.

    Raises ``InputError``, which does not show it, for a key that no header can hold.
    """
    for name in KEYS:
        key = os.environ.get(name, "").strip()
        if key:
            if not (key.isascii() and key.isprintable() and " " not in key):
                raise InputError(f"{name} holds characters that no key has")
            return key
    return None


class ChatClient:
    """Sends requests to one endpoint; may be shared between threads.

    ``retries`` is how often a request is sent again, ``timeout`` the seconds that one document
    may take with all its retries, ``per_minute`` the most requests a minute.
    """

    def __init__(
        self,
        base_url: str,
        key: str | None,
        *,
        retries: int = 5,
        timeout: float | None = 60.0,
        per_minute: float | None = None,
    ) -> None:
        self._url = f"{base_url}/chat/completions"
        self._key = key
        self._retries = retries
        self._timeout = timeout
        self._apart = 60.0 / per_minute if per_minute else 0.0
        self._next = 0.0
        self._turn = threading.Lock()
        self._own = threading.local()
        self._proved = False
        self._closed = threading.Event()

    def complete(self, request: dict[str, Any]) -> Completion:
        """The answer to one request.

        Raises ``ChatFailure`` where there is none, ``CouldNotRun`` where there never will be.
        """
        end = None if self._timeout is None else time.monotonic() + self._timeout
        for number in range(1, self._retries + 2):
            self._wait(self._pace(), end, "the pace that was asked for leaves no time")
            asked = None
            try:
                response, body = self._sent(request, end)
            except Broken as problem:
                reason = str(problem)
                # One that was there may come back; that one never was is told at once.
                if problem.absent and (number > self._retries or not self._proved):
                    raise CouldNotRun(
                        reason, source=self._url,
                        hint="Is the server running, and is the address right?",
                    ) from problem  # fmt: skip
            else:
                self._proved = True
                if response.status_code < 300:
                    return self._read(body)
                reason = self._refused(response, body, request)
                asked = asked_pause(response.headers.get("Retry-After"))
            if number <= self._retries:
                self._wait(pause_before(number, asked), end, reason)
        tries = f", after {self._retries + 1} tries" if self._retries else ""
        raise ChatFailure(reason + tries)

    def close(self) -> None:
        """Wait for nothing any more."""
        self._closed.set()
        session = getattr(self._own, "session", None)
        if session is not None:
            session.close()

    def _pace(self) -> float:
        """Seconds until it is this request's turn."""
        if not self._apart:
            return 0.0
        with self._turn:
            now = time.monotonic()
            begin = max(now, self._next)
            self._next = begin + self._apart
            return begin - now

    def _wait(self, seconds: float, end: float | None, reason: str) -> None:
        if end is not None and time.monotonic() + seconds > end:
            raise ChatFailure(f"{reason}; no time is left within {self._timeout:g} seconds")
        if seconds and self._closed.wait(seconds):
            raise ChatFailure(reason)

    def _sent(self, request: dict[str, Any], end: float | None) -> tuple[requests.Response, bytes]:
        import requests

        session = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = requests.Session()
        left = None if end is None else max(0.05, end - time.monotonic())
        late = f"no answer within {self._timeout:g} seconds" if self._timeout else ""
        try:
            with session.post(
                self._url,
                json=request,
                auth=self._sign,
                timeout=left,
                stream=True,
                allow_redirects=False,  # the key is meant for this address and no other
            ) as response:
                if 300 <= response.status_code < 400:
                    raise CouldNotRun(
                        f"the server points elsewhere ({response.status_code})",
                        source=self._url,
                        hint="Name the address that it points to, if you trust it.",
                    )
                body = bytearray()
                for part in response.iter_content(65536):
                    body += part
                    if end is not None and time.monotonic() > end:
                        raise ChatFailure(late)
                    if len(body) > _LARGEST:
                        raise ChatFailure(f"the answer has more than {_LARGEST:,} bytes")
                return response, bytes(body)
        except requests.ConnectTimeout as problem:
            raise Broken(problem) from None
        except requests.Timeout:
            raise ChatFailure(late) from None
        except requests.RequestException as problem:
            raise Broken(problem) from None

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the key on a request; given as a function, no .netrc can put another in its place."""
        if self._key is not None:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request

    def _refused(self, response: requests.Response, body: bytes, request: dict[str, Any]) -> str:
        """Why the server gave no answer, where another try may help; else raises."""
        status = response.status_code
        said = self._without_key(_said(body))
        reason = f"the server said {status} {response.reason or ''}".rstrip() + said
        if status in _HOPELESS or _NO_MONEY in said:
            raise CouldNotRun(
                reason,
                source=self._url,
                hint=f"The key goes into {KEYS[0]} or {KEYS[1]}; the address ends before"
                " /chat/completions.",
            )
        form = request.get("response_format", {}).get("type", "")
        if (
            status in (400, 422)
            and any(word in said for word in ("response_format", form))
            and form
        ):
            raise CouldNotRun(
                reason,
                source=self._url,
                hint=f"The server does not take {form}: "
                f"--set structured={'object' if form == 'json_schema' else 'none'}.",
            )
        if status not in _AGAIN:
            raise ChatFailure(reason)
        return reason

    def _without_key(self, said: str) -> str:
        return said.replace(self._key, "…") if self._key else said

    def _read(self, body: bytes) -> Completion:
        try:
            decoded = _decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
            raise ChatFailure(f"the answer is no chat completion: {problem}") from None
        if not decoded.choices:
            raise ChatFailure("the answer is no chat completion: it has no choices")
        tokens = decoded.usage or _Tokens()
        message, finish = decoded.choices[0].message, decoded.choices[0].finish_reason
        useless = None
        if message.refusal:
            useless = f"the model refused: {cut(visible(message.refusal), 200)}"
        elif finish == "length":
            after = (
                f" after {tokens.completion_tokens:,} tokens" if tokens.completion_tokens else ""
            )
            useless = f"the answer was cut off{after}: set max_tokens, or fewer layers"
        elif finish == "content_filter":
            useless = "the server's filter withheld the answer"
        elif not message.content:
            useless = "the answer is empty"
        return Completion(
            message.content or "", tokens.prompt_tokens, tokens.completion_tokens, useless
        )


def _said(body: bytes) -> str:
    """The message of an error, with its code."""
    text = body[:4000].decode("utf-8", "replace")
    try:
        error = msgspec.json.decode(body)["error"]
        text = f"{error['message']}" + (f" ({error['code']})" if error.get("code") else "")
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        pass
    said = " ".join(visible(text).split())
    return f": {cut(said, 300)}" if said else ""
