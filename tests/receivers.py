"""A real HTTP server that receives webhooks, and behaves as badly as it is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec


@dataclass
class Got:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The message id."""
        return self.headers["webhook-id"]

    @property
    def message(self) -> dict[str, Any]:
        """The message."""
        found: dict[str, Any] = msgspec.json.decode(self.body)
        return found


@dataclass
class Receiver:
    """What came, and how it answers."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    answer: Callable[[Got], tuple[int, dict[str, str]]] = lambda _: (204, {})
    slow_s: float = 0.0
    drips: bool = False
    """It sends its head a byte at a time, and never ends."""
    held: threading.Event = field(default_factory=threading.Event)
    """Set: a request is held."""
    hold: threading.Event | None = None
    """While it is there and not set, requests get no answer."""

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/hook"

    def taken(self) -> list[Got]:
        """What it answered with 2xx."""
        return [got for got in self.got if 200 <= self.answer(got)[0] < 300]


class _Handler(BaseHTTPRequestHandler):
    """Takes one request, as the receiver wants it."""

    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        """Take a message."""
        receiver = self.receiver
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        receiver.got.append(got)
        if receiver.hold is not None:
            receiver.held.set()
            receiver.hold.wait(120)
        time.sleep(receiver.slow_s)
        if receiver.drips:
            self._drip()
            return
        status, headers = receiver.answer(got)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _drip(self) -> None:
        with suppress(OSError):
            for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 600:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.05)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of a test."""


@contextmanager
def receiving(**more: Any) -> Iterator[Receiver]:
    """A receiver, listening."""
    receiver = Receiver(**more)
    server = _Quiet(("127.0.0.1", receiver.port), type("Handler", (_Handler,), {"receiver": receiver}))
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        if receiver.hold is not None:
            receiver.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
