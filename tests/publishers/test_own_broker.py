"""Publishers of others at the embedded broker, each with its own credential: Mosquitto's own, and a flow of Node-RED."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.brokers import missing
from tests.peers import NODE_RED, node_peer, running
from tests.ports import free_port
from tests.publishers.conftest import House

NATIVE = "keepwell/v1/pub-1/telemetry"
DOCUMENT: dict[str, Any] = {
    "format": 1,
    "key": "press-shop",
    "title": {"en": "Press shop", "zh": "冲压车间"},
    "message": [{
        "topic": "press/{gateway}/{device}", "gateway": "{gateway}", "device": "{device}", "time": {"at": "ts"},
        "values": {"climate.t": {"quantity": "temperature", "unit": "degF"}, "climate.h": "relative_humidity"},
    }],
}  # fmt: skip
SAYS = """
const n = (context.get('n') || 0) + 1;
context.set('n', n);
msg.topic = 'press/red-1/sensor-' + (n % 2 + 1);
msg.payload = {climate: {t: 50 + n, h: 40}, ts: Date.now()};
return msg;
"""


@pytest.fixture(autouse=True, scope="module")
def _installed() -> None:
    if shutil.which("mosquitto_pub") is None:
        missing("mosquitto_pub is not installed")


def publish(house: House, user: str, secret: str, topic: str, *how: str, said: str = "") -> bool:
    """One call of mosquitto_pub; `said` goes to its standard input. Whether the broker took it."""
    command = ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(house.port), "-u", user, "-P", secret]
    words = [*command, "-q", "1", "-t", topic, *how]
    return subprocess.run(words, input=said, text=True, check=False, timeout=20).returncode == 0


def until_heard(house: House, device: str, user: str, secret: str, topic: str, *how: str) -> None:
    """Publish again and again, as gateways do, until it is read: the broker learns of credentials and mappings in seconds."""
    deadline_s = time.monotonic() + 60
    while not house.readings(device):
        assert time.monotonic() < deadline_s, f"{device} is not heard; {house.home.tail()}"
        publish(house, user, secret, topic, *how)
        time.sleep(0.5)


@pytest.mark.slow
def test_native_messages_however_they_are_published(house: House) -> None:
    """As an argument, line by line from standard input, and as a whole file."""
    secret = house.credential("pub-1")
    one = {"device": "probe-7", "time": "2026-11-21T08:00:00Z", "temperature": 4.8}
    lines = [json.dumps(one | {"time": f"2026-11-21T08:0{minute}:00Z"}) for minute in (1, 2)]
    until_heard(house, "pub-1/probe-7", "pub-1", secret, NATIVE, "-m", json.dumps(one))
    assert publish(house, "pub-1", secret, NATIVE, "-l", said="\n".join(lines) + "\n")
    array = json.dumps([one | {"time": f"2026-11-21T08:0{minute}:00Z"} for minute in (3, 4)])
    assert publish(house, "pub-1", secret, NATIVE, "-s", said=array)

    assert house.heard("pub-1/probe-7", 5) == [
        ("temperature", f"2026-11-21T08:0{minute}:00Z", 4.8) for minute in range(5)
    ]


@pytest.mark.slow
def test_foreign_messages_of_several_kinds(house: House) -> None:
    """Ready-made mappings, switched on by their keys: JSON, a bare number, line protocol; a name that is not its own is nobody's."""
    secrets = {gateway: house.credential(gateway) for gateway in ("cold-1", "shellyht-9", "edge-1")}
    house.draft("tasmota", ready="tasmota", settings={"zone": "Asia/Shanghai"})
    house.draft("shelly-1", ready="shelly-gen1")
    house.draft("lines", ready="line-protocol", settings={"prefix": "metrics", "tag": "probe"})
    for key in ("tasmota", "shelly-1", "lines"):
        house.switch_on(key)

    tasmota = {"Time": "2026-11-21T16:00:00", "TempUnit": "F", "AHT1X": {"Temperature": 41, "Humidity": 60}}
    until_heard(
        house, "cold-1/AHT1X", "cold-1", secrets["cold-1"], "tele/cold-1/SENSOR", "-m", json.dumps(tasmota)
    )
    shelly = ("shellyht-9", secrets["shellyht-9"], "shellies/shellyht-9/sensor/temperature")
    until_heard(house, "shellyht-9", *shelly, "-m", "-18.25")
    line = r"env,probe=left\ wall temperature=3.5,humidity=81i 1795248000000000000"
    until_heard(house, "edge-1/left wall", "edge-1", secrets["edge-1"], "metrics/edge-1/env", "-m", line)
    publish(house, "cold-1", secrets["cold-1"], "tele/cold-2/SENSOR", "-m", json.dumps(tasmota))

    assert house.heard("cold-1/AHT1X", 2) == [
        ("relative_humidity", "2026-11-21T08:00:00Z", 60),
        ("temperature", "2026-11-21T08:00:00Z", 5),
    ]
    assert {(quantity, value) for quantity, _, value in house.heard("shellyht-9")} == {
        ("temperature", -18.25)
    }
    assert house.heard("edge-1/left wall", 2) == [
        ("relative_humidity", "2026-11-21T08:00:00Z", 81),
        ("temperature", "2026-11-21T08:00:00Z", 3.5),
    ]
    assert house.readings("cold-2/AHT1X") == []


def flow(port: int) -> list[dict[str, Any]]:
    """Twice a second: inject → function → mqtt out."""
    return [
        {"id": "tab-1", "type": "tab", "label": "Press shop"},
        {"id": "broker-1", "type": "mqtt-broker", "broker": "127.0.0.1", "port": str(port), "autoConnect": True,
         "protocolVersion": "4", "keepalive": "60", "cleansession": True},
        {"id": "inject-1", "type": "inject", "z": "tab-1", "props": [], "repeat": "0.5", "once": True, "onceDelay": "0.1",
         "wires": [["says-1"]]},
        {"id": "says-1", "type": "function", "z": "tab-1", "func": SAYS, "outputs": 1, "wires": [["out-1"]]},
        {"id": "out-1", "type": "mqtt out", "z": "tab-1", "qos": "1", "retain": "false", "broker": "broker-1", "wires": []},
    ]  # fmt: skip


def settings(folder: Path, port: int, secret: str) -> Path:
    """Its folder: headless, on loopback, the credential in plain text beside the flow."""
    (folder / "flow.json").write_text(json.dumps(flow(port)), "utf-8")
    (folder / "flow_cred.json").write_text(
        json.dumps({"broker-1": {"user": "red-1", "password": secret}}), "utf-8"
    )
    told = {
        "uiHost": "127.0.0.1", "uiPort": free_port(), "httpAdminRoot": False, "httpNodeRoot": False,
        "telemetry": {"enabled": False}, "credentialSecret": False, "flowFile": str(folder / "flow.json"),
    }  # fmt: skip
    path = folder / "settings.js"
    path.write_text(f"module.exports = {json.dumps(told)};\n", "utf-8")
    return path


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_flow_of_node_red_becomes_readings(house: House, tmp_path: Path) -> None:
    """What the flow counts up arrives without a gap, in °C, at the times it says."""
    node, program = node_peer(NODE_RED)
    secret = house.credential("red-1")
    house.draft("press-shop", document=DOCUMENT)
    command = [node, program / "red.js", "-u", tmp_path, "-s", settings(tmp_path, house.port, secret)]
    with running(command, tmp_path):
        tried = house.home.until(lambda: _trial(house), "a live message")
        assert tried["gateway"] == "red-1"
        assert {keeps["quantity"] for keeps in tried["keeps"]} == {"temperature", "relative_humidity"}
        assert house.readings("red-1/sensor-1") == []
        house.switch_on("press-shop")
        house.heard("red-1/sensor-1", 6)
        house.heard("red-1/sensor-2", 6)

    time.sleep(1)
    values = [
        round(value * 9 / 5 + 32)
        for device in ("red-1/sensor-1", "red-1/sensor-2")
        for quantity, _, value in house.readings(device)
        if quantity == "temperature"
    ]
    assert sorted(values) == list(range(min(values), max(values) + 1))


def _trial(house: House) -> dict[str, Any] | None:
    """What the draft would make of the next message; None if none came."""
    body = {"key": "press-shop", "live": True, "seconds": 3, "messages": 1}
    try:
        answer: dict[str, Any] = house.ask("POST", "/mappings/trial", body)
    except AssertionError:  # the broker has not been told of the draft yet
        return None
    return answer["messages"][0] if answer["messages"] else None
