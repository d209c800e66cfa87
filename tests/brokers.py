"""Real brokers on free loopback ports that tests may kill, freeze and start again, and a publisher for them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest

from ingest.broker_url import BrokerUrl, parse_broker_url
from keepwell.broker_config import BrokerSettings, Profile, render
from keepwell.broker_rights import INTERNAL_USERS, Rights
from keepwell.broker_server import BrokerError, answers_mqtt, find_program
from store.gateway_secrets import hashes_of
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
READER, READER_PASSWORD = "keepwell", "password-of-the-reader"
GATEWAY, GATEWAY_PASSWORD = "gw1", "password-of-gw1"
SECOND_GATEWAY = "gw2"  # with the same password
MOSQUITTO_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
START_WITHIN_S = 15.0


def missing(what: str) -> NoReturn:
    """Skip for want of a program, but fail where CI promises to have it."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


class RealBroker:
    """A broker process; `url` is for reading everything, `gateway_url` for publishing as gw1."""

    def __init__(
        self, name: str, folder: Path, command: Sequence[str], port: int, reader: tuple[str, str]
    ) -> None:
        self.name = name
        self.folder = folder
        self.port = port
        self.tls_port = 0
        self._command = list(command)
        self._reader = reader
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> BrokerUrl:
        """For the ingest side."""
        return parse_broker_url(f"mqtt://{self._reader[0]}:{self._reader[1]}@127.0.0.1:{self.port}")

    @property
    def gateway_url(self) -> BrokerUrl:
        """For the gateway gw1."""
        return parse_broker_url(f"mqtt://{GATEWAY}:{GATEWAY_PASSWORD}@127.0.0.1:{self.port}")

    def start(self, first: BrokerUrl | None = None) -> None:
        """Start and wait until it takes connections (of gw1, unless `first` is somebody else)."""
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_WITHIN_S
        while not answers_mqtt(first or self.gateway_url):
            assert self._process.poll() is None, f"{self.name} ended at its start"
            assert time.monotonic() < deadline, f"{self.name} does not answer"
            time.sleep(0.05)

    def stop(self) -> None:
        """End it in good order."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        self._process.wait(15)
        self._process = None

    def kill9(self) -> None:
        """End it as the kernel's memory killer would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)
        self._process = None

    def restart(self) -> None:
        """Stop in good order and start again."""
        self.stop()
        self.start()

    def signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self._process is not None:
            self._process.send_signal(number)

    def freeze(self) -> None:
        """Let it stand still with its connections open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


def rights_of(passwords: Mapping[str, str], *, anonymous: bool = True) -> Rights:
    """The rights of gateways with these passwords."""
    hashes = {gateway: hashes_of(password).bcrypt for gateway, password in passwords.items()}
    return Rights(hashes, anonymous=anonymous)


def make_nats(folder: Path, ack_wait_s: int = 2) -> RealBroker:
    """NATS exactly as the embedded broker configures it, relaxed profile."""
    try:
        program = find_program()
    except BrokerError as error:
        missing(str(error))
    settings = BrokerSettings(folder, free_port(), profile=Profile.PROCESS, ack_wait_s=ack_wait_s)
    secrets = dict.fromkeys((*INTERNAL_USERS, "keepwell-anonymous"), READER_PASSWORD)
    (folder / "ports").mkdir()
    settings.config_file.write_text(
        render(settings, secrets, rights_of({GATEWAY: GATEWAY_PASSWORD}), draining=False), "utf-8"
    )
    reader = (INTERNAL_USERS[0], READER_PASSWORD)
    return RealBroker("nats", folder, [program, "-c", str(settings.config_file)], settings.mqtt_port, reader)


def make_mosquitto(folder: Path, listener: Iterable[str] = ()) -> RealBroker:
    """Mosquitto with the sample configuration of deploy/, on another port and in another folder.

    `listener` are lines for the listener, such as those of TLS.
    """
    programs = {name: shutil.which(name, path=MOSQUITTO_PATH) for name in ("mosquitto", "mosquitto_passwd")}
    for name, path in programs.items():
        if path is None:
            missing(f"{name} is not installed")
    port = free_port()
    sample = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text("utf-8")
    for ours, here in (
        ("listener 1883\n", "\n".join([f"listener {port} 127.0.0.1", *listener, ""])),
        ("/mosquitto/data/passwords", f"{folder}/passwords"),
        ("/mosquitto/data/acl", f"{folder}/acl"),
        ("persistence_location /mosquitto/data/", f"persistence_location {folder}/"),
    ):
        assert sample.count(ours) == 1, f"the sample configuration has changed: {ours!r}"
        sample = sample.replace(ours, here)
    # Mosquitto would leave root behind and then could not look into a folder of pytest.
    (folder / "mosquitto.conf").write_text(sample + ("user root\n" if os.getuid() == 0 else ""), "utf-8")
    shutil.copy(ROOT / "deploy/mosquitto/acl", folder / "acl")
    (folder / "acl").chmod(0o600)
    (folder / "passwords").touch(0o600)
    for user, password in (
        (READER, READER_PASSWORD),
        (GATEWAY, GATEWAY_PASSWORD),
        (SECOND_GATEWAY, GATEWAY_PASSWORD),
    ):
        subprocess.run(
            [str(programs["mosquitto_passwd"]), "-b", str(folder / "passwords"), user, password], check=True
        )
    command = [str(programs["mosquitto"]), "-c", str(folder / "mosquitto.conf")]
    return RealBroker("mosquitto", folder, command, port, (READER, READER_PASSWORD))


class RawPublisher:
    """A QoS 1 publisher that sends what it is told, also what no decent client would, and counts PUBACKs."""

    def __init__(self, url: BrokerUrl, window: int = 500) -> None:
        self.acknowledged = 0
        self._window = window
        self._sent = 0
        self._sock = socket.create_connection((url.host, url.port), 10)
        credential = [url.user.encode(), (url.password or "").encode()] if url.user else []
        flags = b"\xc2" if credential else b"\x02"
        name = b"raw-%d" % time.time_ns()
        body = b"\x00\x04MQTT\x04" + flags + b"\x00\x3c" + b"".join(map(_text, [name, *credential]))
        self._sock.sendall(b"\x10" + _length(len(body)) + body)
        answer = self._sock.recv(4)
        if answer != b"\x20\x02\x00\x00":
            raise ConnectionRefusedError(f"CONNACK {answer!r}")

    def __enter__(self) -> RawPublisher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Drop the connection."""
        self._sock.close()

    def publish(self, topic: bytes | str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        """Send one message; waits only while the window is full."""
        name = topic.encode() if isinstance(topic, str) else topic
        mid = b""
        if qos:
            self.settle(self._window - 1)
            self._sent += 1
            mid = struct.pack(">H", (self._sent - 1) % 65_535 + 1)
        body = _text(name) + mid + payload
        self._sock.sendall(bytes([0x30 | qos << 1 | retain]) + _length(len(body)) + body)

    def read_to_the_end(self, within_s: float = 5.0) -> None:
        """Wait for the broker to close the connection; raises ConnectionError when it did, TimeoutError when not."""
        self._sock.settimeout(within_s)
        while self._sock.recv(65_536):
            pass
        raise ConnectionError("the broker closed the publisher's connection")

    def settle(self, unacknowledged: int = 0, within_s: float = 20.0) -> None:
        """Wait until at most so many are without PUBACK."""
        self._sock.settimeout(within_s)
        rest = b""
        while self._sent - self.acknowledged > unacknowledged:
            data = self._sock.recv(65_536)
            if not data:
                raise ConnectionError("the broker closed the publisher's connection")
            rest += data
            self.acknowledged += len(rest) // 4
            rest = rest[len(rest) // 4 * 4 :]


def _text(part: bytes) -> bytes:
    return struct.pack(">H", len(part)) + part


def _length(size: int) -> bytes:
    out = bytearray()
    while True:
        size, low = size >> 7, size & 0x7F
        out.append(low | (0x80 if size else 0))
        if not size:
            return bytes(out)
