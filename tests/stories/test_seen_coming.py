"""A cold wave is forecast: a running service announces that the store will freeze, as a ticket, hours before; a kill changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from detect.forecasts.examiner import IN_TURN
from detect.forecasts.lagging import lagged
from simulators.link import Link, parse_broker
from tests.stories.installation import RealInstallation

Floats = NDArray[np.float64]
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
DAYS, STEPS_A_DAY = 16, 48
BEGIN = NOW - timedelta(days=DAYS)
FALLS_H = DAYS * 24 - 4.0
"""The cold wave set in four hours ago: the room hardly feels it yet."""


def outdoors(hour: Floats, falls_h: float = FALLS_H) -> Floats:
    """Mild days, then sixteen degrees colder within half a day. °C by hours since the beginning."""
    fall = np.clip((hour - falls_h) / 12, 0, 1) * 16
    return np.asarray(10 + 3 * np.sin(2 * np.pi * (hour % 24 - 9) / 24) + 1.5 * np.sin(hour / 37) - fall)


def zones() -> list[str]:
    """One store for each turn: the examiner looks every two minutes, at a store every ten."""
    turn_of = {crc32(key.encode()) % IN_TURN: key for key in (f"store-{n}" for n in range(99))}
    assert len(turn_of) == IN_TURN
    return sorted(turn_of.values())


REGISTRY = """
format = 1
[[profile]]
key = "paint-by-air"
unwatched = "1 h"
band = [{ band = "cold", quantity = "temperature", side = "low", limit = 5.0, on_delay = "30 min", severity = "alarm" }]
[[site]]
key = "depot"
time_zone = "Asia/Shanghai"
[[zone]]
key = "yard"
site = "depot"
kind = "outdoors"
[[gateway]]
key = "gw"
[[device]]
gateway = "gw"
device = "outside"
zone = "yard"
interval = "30 min"
"""
STORE = """
[[zone]]
key = "{zone}"
site = "depot"
profile = "paint-by-air"
[[device]]
gateway = "gw"
device = "{zone}"
zone = "{zone}"
interval = "30 min"
"""
"""A store of paint with a probe in it."""


def tell_the_past(installation: RealInstallation) -> None:
    """Sixteen days of all probes, as a gateway sends its buffer."""
    hour = np.arange(DAYS * STEPS_A_DAY + 1) * 24 / STEPS_A_DAY
    out = outdoors(hour)
    noise = np.random.default_rng(3).normal(0, 0.1, len(hour))
    room = 2.5 + 0.15 * out + 0.75 * lagged(out, 18.0 * STEPS_A_DAY / 24) + noise
    link = Link(parse_broker(installation.gateway_url("gw")), "gw")
    for first in range(0, len(hour), STEPS_A_DAY):
        rows: list[dict[str, Any]] = []
        for n in range(first, min(first + STEPS_A_DAY, len(hour))):
            at = f"{BEGIN + timedelta(hours=float(hour[n])):%Y-%m-%dT%H:%M:%SZ}"
            rows += [
                {"device": zone, "time": at, "temperature": round(float(room[n]), 2)} for zone in zones()
            ]
            rows.append({"device": "outside", "time": at, "temperature": round(float(out[n]), 2), "relative_humidity": 70.0})  # fmt: skip
        link.publish(json.dumps(rows).encode(), sum(len(row) - 2 for row in rows))
    link.drain()
    link.close(farewell=False)


def weather(issued_h: int, falls_h: float, wrong_c: float) -> dict[str, Any]:
    """A weather forecast of three days, as a weather service issues it."""
    hours = np.arange(issued_h, issued_h + 72).astype(float)
    return {
        "issued": f"{BEGIN + timedelta(hours=issued_h):%Y-%m-%dT%H:%M:%SZ}",
        "hours": [
            {"valid": f"{BEGIN + timedelta(hours=h):%Y-%m-%dT%H:%M:%SZ}", "temperature": t, "relative_humidity": 70}
            for h, t in zip(hours.tolist(), (outdoors(hours, falls_h) + wrong_c).round(1).tolist(), strict=True)
        ],
    }  # fmt: skip


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[RealInstallation, httpx.Client]]:
    """An installation that knows the stores and their past, and a client of its API."""
    installation = RealInstallation(tmp_path)
    installation.prepare(
        REGISTRY + "".join(STORE.format(zone=zone) for zone in zones()), round(BEGIN.timestamp() * 1e6)
    )
    try:
        installation.start()
        settings, key = installation.settings, installation.api._headers["Authorization"]
        address = f"http://{settings.http_host}:{settings.http_port}/api/v1"
        with httpx.Client(base_url=address, headers={"Authorization": key}, timeout=30) as client:
            for hour in range(24, DAYS * 24 + 1, 6):
                put_weather(client, weather(hour, FALLS_H, float(np.sin(hour))))
            tell_the_past(installation)
            yield installation, client
    finally:
        installation.clean_up()


def put_weather(client: httpx.Client, issue: dict[str, Any]) -> None:
    """Upload one issue for the site."""
    answered = client.put("/sites/depot/weather", json=issue)
    assert answered.status_code == 204, answered.text


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_cold_wave_is_a_ticket_hours_before(running: tuple[RealInstallation, httpx.Client]) -> None:
    """One finding, one announcement, one ticket about the goods; killed and restarted it stays one; milder weather is heeded."""
    installation, client = running

    def announced() -> list[dict[str, Any]]:
        return list(client.get("/forecasts", params={"state": "standing"}).json()["items"])

    one = installation.until(announced, "announced", 240)[-1]
    zone = one["zone"]
    assert one["limit"] == 5.0
    assert datetime.fromisoformat(one["p10"]) - datetime.now(UTC) > timedelta(hours=3)

    def tickets() -> list[dict[str, Any]]:
        return [t for t in installation.api.all("/api/v1/tickets") if t["subject"] == f"zone:{zone}"]

    found = installation.until(tickets, "a ticket")
    assert len(found) == 1, found
    ticket = found[0]
    assert ticket["kind"] == "goods"
    told = client.get(f"/tickets/{ticket['number']}", headers={"Accept-Language": "zh"}).json()
    assert [f["kind"] for f in told["findings"]] == ["predicted_breach"]
    assert told["cause"] == f"zone:{zone}:temperature:low"
    assert told["remedy"]

    installation.kill_everything()
    installation.start()
    now = client.get(f"/zones/{zone}/forecast").json()
    assert now["limits"][0]["probability"] >= 0.8
    assert [f["finding"] for f in announced() if f["zone"] == zone] == [one["finding"]]
    assert [t["number"] for t in tickets()] == [ticket["number"]]

    put_weather(client, weather(DAYS * 24, 1e6, 0.0) | {"issued": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"})
    milder = client.get(f"/zones/{zone}/forecast").json()
    assert min(milder["limits"][0]["curve"]["p50"]) > min(now["limits"][0]["curve"]["p50"]) + 1
