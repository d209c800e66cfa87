"""What the gateway of the stories says: a day of goods with excursions, pauses, sensor faults and the disorder of real links."""

from __future__ import annotations

import json
import math
import os
import random
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.brokers import GATEWAY, SECOND_GATEWAY

MINUTE_US = 60_000_000
STEP_US = 2 * MINUTE_US
END_US = (int(os.environ.get("KEEPWELL_TESTS_BEGAN_US", time.time_ns() // 1000)) // STEP_US - 20) * STEP_US
"""The last reading is forty minutes old: well before, or well after, every silence could begin."""
STEPS = 600
START_US = END_US - (STEPS - 1) * STEP_US
KNOWN_SINCE_US = START_US - 3_600_000_000
BLOCK = 5
"""Readings in one message."""
ZONES = {
    "cold-room": ("chilled", ("cold-1", "cold-2", "cold-3")),
    "paint-store": ("paint-by-air", ("paint-1", "paint-2")),
    "metal-hall": ("metal", ("metal-1",)),
}
PAINT = """
[[profile]]
key = "paint-by-air"
unwatched = "1 h"
band = [
  { band = "frost", quantity = "temperature", side = "low", limit = 4.0, severity = "critical" },
  { band = "low", quantity = "temperature", side = "low", limit = 5.0, on_delay = "30 min", severity = "warning" },
]
"""
"""Paint that is judged by the air beside it."""
FAULTS = ("metal-1", "paint-2")
"""The sensors that fail: one says 655 % RH from some hour on, one is two that share an id."""
TIMELESS = "loose-1"
"""A device without a clock, and without a place, behind a gateway of its own: nobody expects anything of it."""


class Message(NamedTuple):
    """A payload, how many values it carries, and who says it."""

    payload: bytes
    values: int
    gateway: str = GATEWAY


class Day(NamedTuple):
    """All messages in the order of sending, and what must be kept of them."""

    messages: list[Message]
    keys: set[tuple[str, str, int]]
    """(device, quantity, time µs) of every value that has a time."""
    disputed: set[tuple[str, str, int]]
    values: dict[tuple[str, str, int], float]
    timeless: list[float]
    refused: int
    """Values that are refused, each time they come."""


def registry_toml() -> str:
    """The zones, their goods and the devices in them."""
    lines = ["format = 1", PAINT, f'[[gateway]]\nkey = "{GATEWAY}"']
    for zone, (profile, devices) in ZONES.items():
        lines.append(f'[[zone]]\nkey = "{zone}"\nprofile = "{profile}"')
        for device in devices:
            lines.append(
                f'[[device]]\ngateway = "{GATEWAY}"\ndevice = "{device}"\nzone = "{zone}"\ninterval = "2 min"'
            )
    return "\n".join(lines) + "\n"


def day(seed: int = 1, timeless: int = 300) -> Day:
    """A day of telemetry: late blocks, repeated blocks, contradictions, refused fields, and messages without a time."""
    rng = random.Random(seed)
    found = Day([], set(), set(), {}, [], 5)
    timed: list[tuple[float, Message]] = []
    for _, devices in ZONES.values():
        for device in devices:
            for first in range(0, STEPS, BLOCK):
                rows = [_row(device, step) for step in range(first, first + BLOCK) if _speaks(device, step)]
                timed += _sendings(rows, device, first, rng, found)
    contradicting = [_row("paint-2", step) | {"temperature": 30.5} for step in range(200, 230)]
    timed += [(200.0, _message([row])) for row in contradicting]
    found.disputed.update(("paint-2", "temperature", row["time"]) for row in contradicting)
    timed += [(float(n), _message([_row("cold-2", n) | {"relative_humidity": "wet"}])) for n in range(50, 55)]
    for n in range(timeless):
        found.timeless.append(round(10 + n / 100, 2))
        spoken = _message([{"device": TIMELESS, "temperature": found.timeless[-1]}])
        timed.append((n * STEPS / timeless, spoken._replace(gateway=SECOND_GATEWAY)))
    found.messages.extend(message for _, message in sorted(timed, key=lambda pair: pair[0]))
    return found


def _sendings(
    rows: list[dict[str, Any]], device: str, first: int, rng: random.Random, found: Day
) -> Iterator[tuple[float, Message]]:
    """A block as it is sent: most in time, some hours late, some twice."""
    for row in rows:
        for quantity in row.keys() - {"device", "time"}:
            key = (device, quantity, row["time"])
            found.keys.add(key)
            found.values[key] = row[quantity]
    if not rows:
        return
    late = rng.uniform(60, 240) if rng.random() < 0.1 else rng.random()
    yield first + BLOCK + late, _message(rows)
    if rng.random() < 0.1:
        yield first + BLOCK + late + rng.uniform(0, 100), _message(rows)


def _speaks(device: str, step: int) -> bool:
    """cold-3 pauses for an hour and a half; both in the paint store for two hours."""
    if device == "cold-3":
        return not 300 <= step < 345
    return not (device.startswith("paint") and 400 <= step < 460)


def _row(device: str, step: int) -> dict[str, Any]:
    return {"device": device, "time": START_US + step * STEP_US, **_values(device, step)}


def _values(device: str, step: int) -> dict[str, float]:
    wave = math.sin(step / 9 + len(device) + ord(device[-1]))
    if device == "metal-1":
        return {
            "temperature": round(15 + wave, 2),
            "relative_humidity": 655.35 if step >= 250 else round(55 + 9 * wave, 2),
        }
    if device.startswith("paint"):
        cold = 100 <= step < 150 or step >= 520
        return {
            "temperature": round((3.0 if cold else 12.0) + wave, 2),
            "relative_humidity": round(50 + wave, 2),
        }
    warm = {"cold-1": 80 <= step < 140, "cold-2": 260 <= step < 280, "cold-3": step >= 560}[device]
    return {"temperature": round((10.5 if warm else 5.0) + wave, 2), "relative_humidity": round(70 + wave, 2)}


def _message(rows: list[dict[str, Any]]) -> Message:
    values = sum(len(row.keys() - {"device", "time"}) for row in rows)
    return Message(json.dumps(rows if len(rows) > 1 else rows[0]).encode(), values)
