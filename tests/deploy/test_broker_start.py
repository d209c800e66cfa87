"""The broker of the compose file, started by its own script on a real Mosquitto: who gets in and who does not."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
USER, PASSWORD = "keepwell", "a-password-of-this-test"
START_WITHIN_S = 10


@pytest.fixture(scope="module")
def port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
        "/etc/keepwell/mosquitto": str(ROOT / "deploy/mosquitto"),
    }.items():
        assert here in text
        text = text.replace(here, there)
    path = folder / "mosquitto.conf"
    # Mosquitto would leave root behind and then could not look into a folder of pytest.
    path.write_text(f"{text}\nuser root\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def broker(config: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """Mosquitto as the script starts it; ends with the test."""
    process = subprocess.Popen(_start(config), env=_environment(PASSWORD), stderr=subprocess.PIPE, text=True)
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


def test_a_gateway_is_added_while_it_runs(broker: subprocess.Popen[str], config: Path, port: int) -> None:
    """A new line in the password file counts after SIGHUP, without a restart."""
    gateway = ["-u", "gw-1", "-P", "the-password-of-gw-1"]
    assert _health(port, *gateway, topic="keepwell/v1/gw-1/alarm") != 0

    added = ["mosquitto_passwd", "-b", str(config.with_name("passwords")), "gw-1", gateway[3]]
    subprocess.run(added, env={"PATH": PATH}, check=True)
    broker.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + START_WITHIN_S
    while _health(port, *gateway, topic="keepwell/v1/gw-1/alarm") != 0:
        assert time.monotonic() < deadline, "the gateway is not let in"
        time.sleep(0.1)


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
