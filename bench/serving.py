"""The API process as benches run it: on a free port, asked over HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import psutil

STARTED_S = 60.0
ANSWERED_S = 600.0


class Service:
    """The API process alone, over a data directory; `secret` is a key to it."""

    def __init__(self, data: Path, secret: str) -> None:
        self._data, self._secret = data, secret
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = server.getsockname()[1]
        self._process: psutil.Process | None = None
        self.peak_mb = 0.0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[None]:
        """From its first answer to its end."""
        environment = os.environ | {
            "KEEPWELL_DATA": str(self._data), "KEEPWELL_HTTP_PORT": str(self.port),
            "KEEPWELL_BROKER": "mqtt://127.0.0.1:9",  # nobody is there, and nobody is needed
        }  # fmt: skip
        child = subprocess.Popen([sys.executable, "-m", "keepwell", "run", "api"], env=environment)
        self._process = psutil.Process(child.pid)
        try:
            deadline = time.monotonic() + STARTED_S
            while not self.alive():
                if time.monotonic() > deadline or child.poll() is not None:
                    raise OSError("the API did not start")
                time.sleep(0.1)
            yield
        finally:
            child.terminate()
            child.wait(timeout=30)

    def alive(self) -> bool:
        """Whether it answers."""
        try:
            with urlopen(f"{self.url}/healthz", timeout=10) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def memory_mb(self) -> float:
        """What the API process itself has in memory (not its child that reads lists)."""
        assert self._process is not None  # while it runs
        found = round(self._process.memory_info().rss / 1e6, 1)
        self.peak_mb = max(self.peak_mb, found)
        return found

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        """One request below /api/v1."""
        headers = {"Authorization": f"Bearer {self._secret}", "Content-Type": kind}
        request = Request(f"{self.url}/api/v1{path}", body, headers, method=method)
        try:
            with urlopen(request, timeout=ANSWERED_S) as answer:
                return json.loads(answer.read())
        except HTTPError as error:
            raise OSError(f"{method} {path}: {error.read().decode()[:500]}") from error
