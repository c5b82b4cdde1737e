"""A real HTTP server that speaks chat completions: it keeps what it was asked, and misbehaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["Asked", "ChatServer", "completion", "serve"]


class Asked:
    """One request: its path, its headers in lower case, its body."""

    def __init__(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> None:
        self.path = path
        self.headers = headers
        self.body = body


class ChatServer:
    """Gives the answers of ``script`` one after the other, the last of them for ever."""

    def __init__(self, url: str, script: list[tuple[int, dict[str, str], bytes]]) -> None:
        self.url = url
        self.script = script
        self.asked: list[Asked] = []

    def next(self) -> tuple[int, dict[str, str], bytes]:
        return self.script[min(len(self.asked), len(self.script)) - 1]


def completion(
    content: object, *, finish: str = "stop", refusal: str | None = None
) -> tuple[int, dict[str, str], bytes]:
    """An answer as the server of OpenAI gives it."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    body = {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "small",
        "choices": [{"index": 0, "finish_reason": finish, "logprobs": None,
                     "message": {"role": "assistant", "content": text, "refusal": refusal}}],
        "usage": {"prompt_tokens": 1200, "completion_tokens": 300, "total_tokens": 1500},
    }  # fmt: skip
    return 200, {}, json.dumps(body).encode()


@contextmanager
def serve(*script: tuple[int, dict[str, str], bytes]) -> Iterator[ChatServer]:
    """Run a server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.asked.append(Asked(self.path, headers, body))
            status, extra, answer = server.next()
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = ChatServer(f"http://127.0.0.1:{listener.server_port}/v1", list(script))
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
