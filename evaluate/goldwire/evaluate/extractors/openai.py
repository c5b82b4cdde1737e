"""``openai:MODEL@BASE_URL``: any server that speaks chat completions with structured output.

The prompt and the form of the answer are derived from the label schema, answers quote the text,
and quotes are resolved to offsets. The key comes from the environment variable
``GOLDWIRE_API_KEY`` or ``OPENAI_API_KEY`` and goes nowhere but into the request.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Literal

import msgspec
from msgspec import Struct

from goldwire.schema.document import Document
from goldwire.schema.errors import InputError
from goldwire.schema.labels import read_labels
from goldwire.schema.schemas import load_schema

from .answers import prediction_from, read_content
from .chat import ChatClient, ChatFailure, Completion, check_url, find_key
from .prompting import answer_schema, article, instructions, read_layers
from .protocol import Answer, NoAnswer, Options, Usage
from .settings import read_settings

__all__ = ["ChatExtractor", "make"]

_DEFAULT_URL = "https://api.openai.com/v1"
_argument = re.compile(r"(?P<model>.+?)(?:@(?P<url>https?://.*))?", re.DOTALL)


class Settings(Struct, frozen=True, kw_only=True):
    """How the model is asked.

    ``layers``: written with commas, by default all that a chat model can be asked for.
    ``schema``: the label schema. ``temperature``: ``none`` leaves it to the server, as some
    models demand. ``max_tokens``: of an answer. ``structured``: ``schema`` asks the server to
    hold the answer to the schema, ``object`` for any JSON, ``none`` for nothing. ``price_in``
    and ``price_out``: US dollars for a million tokens. ``per_minute``: the most requests a
    minute.
    """

    layers: str | None = None
    schema: str = "newswire"
    temperature: float | Literal["none"] = 0.0
    seed: int | None = None
    max_tokens: int | None = None
    structured: Literal["schema", "object", "none"] = "schema"
    price_in: float | None = None
    price_out: float | None = None
    per_minute: float | None = None


class ChatExtractor:
    """Asks a chat model one document at a time."""

    patience = 5

    def __init__(
        self, name: str, client: ChatClient, request: dict[str, Any], schema: dict[str, Any],
        settings: Settings,
    ) -> None:  # fmt: skip
        self.name = name
        self.fingerprint = ""
        self._client = client
        self._request = request
        self._schema = schema
        self._settings = settings

    def __call__(self, document: Document) -> Answer:
        """The prediction for one document.

        Raises ``ChatFailure`` or ``BadAnswer`` with the reason where there is none, and with what
        it took nevertheless, and ``CouldNotRun`` where there will be none for any document.
        """
        told = {"role": "user", "content": article(document)}
        request = {**self._request, "messages": [*self._request["messages"], told]}
        completion = self._client.complete(request)
        usage = self._usage(completion)
        try:
            if completion.problem is not None:
                raise ChatFailure(completion.problem)
            answer = read_content(completion.content, self._schema)
            prediction = prediction_from(answer, document.id, document.text)
        except NoAnswer as problem:
            problem.usage = usage
            raise
        return Answer(prediction, usage)

    def close(self) -> None:
        """Give the connection up."""
        self._client.close()

    def _usage(self, completion: Completion) -> Usage | None:
        into, out = completion.input_tokens, completion.output_tokens
        if into is None and out is None:
            return None
        settings = self._settings
        cost = None
        if settings.price_in is not None or settings.price_out is not None:
            cost = (into or 0) * (settings.price_in or 0) + (out or 0) * (settings.price_out or 0)
            cost /= 1_000_000
        return Usage(input_tokens=into, output_tokens=out, cost=cost)


def make(argument: str, options: Options) -> ChatExtractor:
    """The model ``MODEL@BASE_URL``; without a URL, OpenAI's.

    Raises ``InputError`` for http to another machine where there is a key, for a missing key
    where the URL is https, and for wrong settings.
    """
    settings = read_settings("openai", options.settings, Settings)
    parts = _argument.fullmatch(argument)
    model = parts["model"] if parts else ""
    if not model or model.startswith("@"):
        raise InputError("openai: names no model", hint="Write openai:MODEL@https://HOST/v1.")
    key = find_key()
    url = check_url((parts and parts["url"]) or _DEFAULT_URL, key)
    if key is None and url.startswith("https:"):
        raise InputError("openai: there is no key", hint="Set GOLDWIRE_API_KEY or OPENAI_API_KEY.")
    layers = read_layers(settings.layers)
    labels = read_labels(load_schema(settings.schema))
    schema = answer_schema(labels, layers)
    request = _request(model, settings, schema, instructions(labels, layers))
    client = ChatClient(
        url, key, retries=options.retries, timeout=options.timeout, per_minute=settings.per_minute
    )
    extractor = ChatExtractor(f"openai:{model}@{url}", client, request, schema, settings)
    described = msgspec.json.encode((url, request, schema))
    extractor.fingerprint = hashlib.sha256(described).hexdigest()
    return extractor


def _request(model: str, settings: Settings, schema: dict[str, Any], told: str) -> dict[str, Any]:
    """What is the same in all requests."""
    if settings.structured != "schema":  # the server does not tell the model its form: we do
        form = msgspec.json.encode(schema).decode()
        told = (
            f"{told}\n\nAnswer with one JSON object by this JSON Schema, and nothing else:\n{form}"
        )
    request: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "system", "content": told}],
    }
    if settings.structured == "schema":
        wrapped = {"name": "prediction", "strict": True, "schema": schema}
        request["response_format"] = {"type": "json_schema", "json_schema": wrapped}
    elif settings.structured == "object":
        request["response_format"] = {"type": "json_object"}
    if settings.temperature != "none":
        request["temperature"] = settings.temperature
    if settings.seed is not None:
        request["seed"] = settings.seed
    if settings.max_tokens is not None:
        request["max_tokens"] = settings.max_tokens
    return request
