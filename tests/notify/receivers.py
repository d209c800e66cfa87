"""Receivers that messages really go to: a mail server and a web server that are well, slow, failing or not there."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from tests.ports import free_port


class Mailbox:
    """A mail server on this machine, and what came in; `answer` is said instead of taking a message."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answer = ""
        self.port = free_port()
        self._controller: Any = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take one message."""
        if self.answer:
            return self.answer
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 taken"

    @property
    def url(self) -> str:
        """For `notify.channels.mail.server_of`."""
        return f"smtp://127.0.0.1:{self.port}?from=desk@goods.example"

    def start(self) -> None:
        """Open the port."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Close it: connections are refused."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


class WebServer:
    """A web server on this machine that keeps what it was sent and answers as `judge` says."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.judge: Callable[[str, dict[str, str], bytes], tuple[int, Any]] = lambda *_: (200, {})
        self.slow_s = 0.0
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with server._lock:
                    server.asked.append((self.path, headers, body))
                time.sleep(server.slow_s)
                status, answer = server.judge(self.path, headers, body)
                said = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def host(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.port}"

    def bodies(self) -> list[Any]:
        """What was sent, as JSON."""
        return [json.loads(body) for _, _, body in self.asked]

    def start(self) -> None:
        """Answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close it."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def running(server: Mailbox | WebServer) -> Iterator[Any]:
    """A receiver, for as long as the block lasts."""
    server.start()
    try:
        yield server
    finally:
        server.stop()
