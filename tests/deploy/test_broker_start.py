"""The broker of the compose file, started by its own script on a real Mosquitto: who gets in and who does not."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ingest.broker_url import BrokerUrl
from keepwell.broker_rights import Rights
from keepwell.mosquitto_files import write
from store.gateway_secrets import hashes_of
from tests.brokers import RawPublisher
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
USER, PASSWORD = "keepwell", "a-password-of-this-test"
START_WITHIN_S = 10


@pytest.fixture(scope="module")
def port() -> int:
    """Of the broker."""
    return free_port()


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, port: int) -> Path:
    """The configuration of the compose file, on a free port and in a folder of its own."""
    for program in ("mosquitto", "mosquitto_passwd", "mosquitto_sub"):
        if shutil.which(program, path=PATH) is None:
            missing = f"{program} is not installed"
            pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    folder = tmp_path_factory.mktemp("broker")
    text = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text("utf-8")
    for here, there in {
        "listener 1883": f"listener {port} 127.0.0.1",
        "/mosquitto/data": str(folder),
    }.items():
        assert here in text
        text = text.replace(here, there)
    shutil.copy(ROOT / "deploy/mosquitto/acl", folder)
    path = folder / "mosquitto.conf"
    # Mosquitto would leave root behind and then could not look into a folder of pytest.
    path.write_text(f"{text}\nuser root\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def broker(config: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """Mosquitto as the script starts it; ends with the test."""
    environment = {**_environment(PASSWORD), "KEEPWELL_GATEWAYS": str(config.with_name("gateways"))}
    process = subprocess.Popen(_start(config), env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + START_WITHIN_S
    while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline, "Mosquitto does not listen"
        time.sleep(0.05)
    yield process
    process.terminate()
    process.communicate(timeout=10)


def _start(config: Path) -> list[str]:
    return ["sh", str(ROOT / "deploy/broker/start.sh"), str(config)]


def _environment(password: str) -> dict[str, str]:
    return {"PATH": PATH, "KEEPWELL_MQTT_USER": USER, "KEEPWELL_MQTT_PASSWORD": password}


def _health(port: int, *credential: str, topic: str = "keepwell/v1/+/status") -> int:
    """The exit status of the compose file's health check with the given credential."""
    check = ["mosquitto_sub", "-p", str(port), *credential, "-t", topic, "-E", "-W", "4"]
    return subprocess.run(check, env={"PATH": PATH}, capture_output=True, timeout=20, check=False).returncode


@pytest.mark.usefixtures("broker")
def test_the_own_credential_is_let_in(port: int) -> None:
    """The health check passes with the credential from the environment."""
    assert _health(port, "-u", USER, "-P", PASSWORD) == 0


@pytest.mark.usefixtures("broker")
def test_nobody_is_let_in_without_a_password(port: int) -> None:
    """Neither an anonymous client nor a guessed password is healthy."""
    assert _health(port) != 0
    assert _health(port, "-u", USER, "-P", "keepwell") != 0


@pytest.mark.usefixtures("broker")
def test_gateways_come_and_go_with_the_files_that_keepwell_writes(config: Path, port: int) -> None:
    """What Keepwell writes counts within seconds: a new gateway is let in, and one that is revoked is cut off."""
    folder, secret = config.with_name("gateways"), "the-secret-of-gw-1"
    check = ["-u", "gw-1", "-P", secret]
    assert _health(port, *check, topic="keepwell/v1/gw-1/alarm") != 0
    known = hashes_of(secret)

    write(folder, Rights({"gw-1": known.bcrypt}), {"gw-1": known.pbkdf2})
    deadline = time.monotonic() + START_WITHIN_S
    while _health(port, *check, topic="keepwell/v1/gw-1/alarm") != 0:
        assert time.monotonic() < deadline, "the gateway is not let in"
        time.sleep(0.1)
    assert _health(port, "-u", USER, "-P", PASSWORD) == 0

    with RawPublisher(BrokerUrl("127.0.0.1", port, "gw-1", secret)) as gateway:
        gateway.publish("keepwell/v1/gw-1/telemetry", b"{}")
        gateway.settle()
        write(folder, Rights(), {})
        with pytest.raises(ConnectionError):
            gateway.read_to_the_end(within_s=5)
    assert _health(port, *check, topic="keepwell/v1/gw-1/alarm") != 0
    assert _health(port, "-u", USER, "-P", PASSWORD) == 0


def test_no_secret_is_on_a_command_line(broker: subprocess.Popen[str], config: Path) -> None:
    """Neither the script nor Mosquitto shows the password to whoever lists processes, and its file holds a hash."""
    ours = psutil.Process(broker.pid)
    lines = [" ".join(process.cmdline()) for process in (ours, *ours.children(recursive=True))]
    assert any("mosquitto -c" in line for line in lines)
    assert not [line for line in lines if PASSWORD in line]
    assert PASSWORD not in config.with_name("passwords").read_text("utf-8")


@pytest.mark.parametrize("password", ["", "CHANGE-ME-mqtt-password"])
def test_a_password_nobody_chose_is_refused(config: Path, password: str) -> None:
    """An empty password and the one of .env.example do not start the broker."""
    answer = subprocess.run(
        _start(config), env=_environment(password), capture_output=True, text=True, timeout=20, check=False
    )

    assert answer.returncode == 1
    assert "KEEPWELL_MQTT_PASSWORD" in answer.stderr


def test_an_open_broker_is_refused(tmp_path: Path) -> None:
    """A configuration without a password file does not start."""
    path = tmp_path / "mosquitto.conf"
    path.write_text("listener 1 127.0.0.1\nallow_anonymous true\n", "utf-8")
    answer = subprocess.run(
        _start(path), env=_environment(PASSWORD), capture_output=True, text=True, timeout=20, check=False
    )

    assert answer.returncode == 1
    assert "password_file" in answer.stderr
