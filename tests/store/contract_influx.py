"""A real InfluxDB 1 for the contract, behind a small rewrite of the paths that only InfluxDB 2 has."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import parse_qs, urlencode, urlsplit

import urllib3

from tests.ports import free_port

BINARY = "/usr/bin/influxd"
CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
[monitor]
  store-enabled = false
[logging]
  level = "error"
"""


class InfluxServer:
    """influxd and the rewrite in front of it, in a folder of their own."""

    def __init__(self) -> None:
        self.folder = Path(mkdtemp(prefix="keepwell-influx-"))
        self._port, self._numbers = free_port(), itertools.count()
        config = self.folder / "influxdb.conf"
        config.write_text(CONFIG.format(folder=self.folder, port=self._port, rpc=free_port()))
        self._command = [BINARY, "run", "-config", str(config)]
        self._proxy = ThreadingHTTPServer(("127.0.0.1", 0), _rewrite_to(f"http://127.0.0.1:{self._port}"))
        self.url = f"http://127.0.0.1:{self._proxy.server_port}"
        threading.Thread(target=self._proxy.serve_forever, daemon=True).start()
        self.start()

    def start(self) -> None:
        """Start influxd and wait until it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < end, "influxd did not start"
            assert self._process.poll() is None, "influxd ended at its start"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return urllib3.request("GET", f"http://127.0.0.1:{self._port}/ping", retries=False).status == 204
        except urllib3.exceptions.HTTPError:
            return False

    def new_bucket(self) -> str:
        """Create an empty database and name it."""
        name = f"bucket{next(self._numbers)}"
        self.query(f"CREATE DATABASE {name}")
        return name

    def query(self, statement: str) -> bytes:
        """Ask InfluxQL directly."""
        return urllib3.request("POST", f"http://127.0.0.1:{self._port}/query", fields={"q": statement}).data

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End everything, leave nothing."""
        self.kill()
        self._proxy.shutdown()
        self._proxy.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _rewrite_to(target: str) -> type[BaseHTTPRequestHandler]:
    """/api/v2/write?bucket=B&precision=us becomes /write?db=B&precision=u; all else passes."""
    pool = urllib3.PoolManager(retries=False, maxsize=4)

    class Rewrite(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self._pass_on(self.path)

        def do_POST(self) -> None:
            asked = urlsplit(self.path)
            given = {key: values[0] for key, values in parse_qs(asked.query).items()}
            assert asked.path == "/api/v2/write"
            assert given["precision"] == "us"
            self._pass_on("/write?" + urlencode({"db": given["bucket"], "precision": "u"}))

        def _pass_on(self, path: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                answer = pool.request(self.command, target + path, body=body)
            except urllib3.exceptions.HTTPError:
                self.send_error(503)
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers.get("Content-Type", "text/plain"))
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.data)))
            self.end_headers()
            self.wfile.write(answer.data)

    return Rewrite
