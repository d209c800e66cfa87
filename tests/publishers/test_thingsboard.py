"""A real thingsboard-gateway: it asks for its limits, is answered, and what it reads on a plant's broker becomes readings."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ingest.broker_url import BrokerUrl
from tests.brokers import MOSQUITTO_PATH, RawPublisher, missing
from tests.peers import THINGSBOARD_GATEWAY, python_peer, running
from tests.ports import free_port
from tests.publishers.conftest import House

GATEWAY = "tb-gw"


class Plant:
    """The broker of a plant, without passwords, to which its probes publish."""

    def __init__(self, port: int) -> None:
        self.port = port

    def says(self, probe: str, celsius: float) -> None:
        """One probe's message."""
        with RawPublisher(BrokerUrl("127.0.0.1", self.port)) as publisher:
            publisher.publish(f"probes/{probe}/data", json.dumps({"temp": celsius}).encode())
            publisher.settle()


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    """A Mosquitto of its own."""
    program = shutil.which("mosquitto", path=MOSQUITTO_PATH)
    if program is None:
        missing("mosquitto is not installed")
    port, folder = free_port(), tmp_path / "plant"
    folder.mkdir()
    (folder / "mosquitto.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n", "utf-8")
    with running([str(program), "-c", folder / "mosquitto.conf"], folder):
        yield Plant(port)


def configured(folder: Path, programs: Path, port: int, secret: str, plant: Plant) -> Path:
    """The gateway's folder: Keepwell as its platform, one connector that reads the plant's broker."""
    folder.mkdir()
    package = next(programs.parent.glob("lib/python*/site-packages/thingsboard_gateway/config"))
    logs = json.loads((package / "logs.json").read_text("utf-8"))
    for handler in logs["handlers"].values():
        if "filename" in handler:
            handler["filename"] = str(folder / Path(handler["filename"]).name)
    platform = {
        "host": "127.0.0.1", "port": port, "remoteShell": False, "remoteConfiguration": False,
        "statistics": {"enable": False}, "deviceFiltering": {"enable": False}, "qos": 1,
        "security": {"type": "usernamePassword", "clientId": GATEWAY, "username": GATEWAY, "password": secret},
    }  # fmt: skip
    converter = {
        "type": "json",
        "deviceInfo": {
            "deviceNameExpressionSource": "topic", "deviceNameExpression": "(?<=probes/)(.*?)(?=/data)",
            "deviceProfileExpressionSource": "constant", "deviceProfileExpression": "Thermometer",
        },
        "timeseries": [{"type": "double", "key": "temperature", "value": "${temp}"}],
    }  # fmt: skip
    broker = {"host": "127.0.0.1", "port": plant.port, "clientId": "reader", "version": 4, "security": {"type": "anonymous"}}  # fmt: skip
    files: dict[str, Any] = {
        "logs.json": logs,
        "mqtt.json": {"broker": broker, "mapping": [{"topicFilter": "probes/+/data", "subscriptionQos": 1, "converter": converter}]},
        "tb_gateway.json": {
            "thingsboard": platform,
            "storage": {"type": "memory", "read_records_count": 100, "max_records_count": 10_000},
            "grpc": {"enabled": False},
            "connectors": [{"type": "mqtt", "name": "Probes", "configuration": "mqtt.json"}],
        },
    }  # fmt: skip
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), "utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_thingsboard_gateway_delivers_whoever_comes_first(
    house_on_mosquitto: House, plant: Plant, tmp_path: Path
) -> None:
    """It speaks MQTT 5, so the broker is Mosquitto. It starts before its mapping is switched on, asks once, and is told later; after its next start it asks and is answered."""
    programs, house = python_peer(THINGSBOARD_GATEWAY), house_on_mosquitto
    secret = house.credential(GATEWAY)
    folder = configured(tmp_path / "tb", programs, house.port, secret, plant)
    command, env = [programs / "thingsboard-gateway"], {"TB_GW_CONFIG_DIR": str(folder)}
    with ExitStack() as first:
        first.enter_context(running(command, folder, env))
        _wait_for(folder / "tb_connection.log", "Connected!")
        plant.says("A1", 20.5)
        house.draft("tb", ready="thingsboard", settings={"gateway": GATEWAY})
        house.switch_on("tb")
        _until_heard(house, plant, "A1", 20.75)
        plant.says("A2", -18.25)
        assert {value for _, _, value in house.heard(f"{GATEWAY}/A2")} == {-18.25}
    with running(command, folder, env):
        _until_heard(house, plant, "A3", 4.5)

    assert {value for _, _, value in house.readings(f"{GATEWAY}/A1")} <= {20.5, 20.75}
    assert {quantity for quantity, _, _ in house.readings(f"{GATEWAY}/A3")} == {"temperature"}


def _until_heard(house: House, plant: Plant, probe: str, celsius: float) -> None:
    deadline_s = time.monotonic() + 60
    while celsius not in {value for _, _, value in house.readings(f"{GATEWAY}/{probe}")}:
        assert time.monotonic() < deadline_s, f"{probe} is not heard; {house.home.tail()}"
        plant.says(probe, celsius)
        time.sleep(0.5)


def _wait_for(log: Path, words: str) -> None:
    deadline_s = time.monotonic() + 60
    while not log.exists() or words not in log.read_text("utf-8", "replace"):
        assert time.monotonic() < deadline_s, f"{log} does not say {words!r}"
        time.sleep(0.2)
