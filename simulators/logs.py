"""Logs as real gateways write them, with the same defects, and the exact account of what is in them.

`lora_log` has the shape of `hast_lora` (comments, time requests, headers amid the lines, torn lines, a clock never set,
two nodes that share an id, a sensor that says 655 %), `disordered_log` that of `iot_temp_kaggle` (minutes in disorder,
most lines repeated, some contradicting). They are read by the mappings of these names.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

START_S = 1_700_000_400
"""2023-11-14T22:20:00Z, a whole minute."""
QUANTITIES_PER_LINE = 6
GARBLED = {"23x1": "wrong_type", "2 41": "wrong_type", "nan": "not_finite", "1e400": "text_number"}
"""What stands where a temperature should, and the public name of the reason it is refused for."""


@dataclass(slots=True)
class Expected:
    """What a log holds. Values: `kept` + `duplicate` + `conflicting` + all `rejected` = `values`."""

    lines: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    unreadable: dict[str, int] = field(default_factory=dict)
    values: int = 0
    kept: int = 0
    duplicate: int = 0
    conflicting: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    """By the reason's public name."""
    sentinels: int = 0
    """Of the kept values, those that are a sensor's code for no value."""
    shared_devices: tuple[str, ...] = ()
    """Device names that two devices use."""


def lora_log(file: Path, *, hours: int = 240, seed: int = 1) -> Expected:
    """Write a log of three nodes, hourly, the defects of its kind sprinkled in. At least 48 hours."""
    rng = random.Random(seed)
    shared_hours = rng.sample(range(hours // 2, hours), hours // 8)
    lines = [line for hour in range(hours) for line in _hour(hour, hour in shared_hours, rng)]
    repeated = rng.sample(lines, hours // 4)
    broken = [_dead_sensor(hour) for hour in range(5)]
    unset = [f"10, {n}, {n + 2}, 447, 0, 2358, 3225, 0x20" for n in range(4)]
    garbled = [f"3, 1, {START_S + 30 + n}, 447, 0, {word}, 3225, 0x00" for n, word in enumerate(GARBLED)]
    torn = ["10, 17, 16961", "3, 5, 1696181572, 44"]
    comments = ["# Start Log", "# Node, Message, Time, Battery V, Last TX Dur ms, Temp C, Hum %, Status"] * 6
    headers = ["Node, Message, Time, Battery V, Last TX Dur ms, Temp C, Hum %, Status"] * 4
    requests = [f"time request, {rng.choice((3, 5, 10))}" for _ in range(hours // 3)]
    _write(
        file,
        _sprinkled(lines, [*repeated, *broken, *unset, *garbled, *torn, *comments, *headers, *requests], rng),
    )
    messages = len(lines) + len(repeated) + len(broken) + len(unset) + len(garbled)
    shared = len(shared_hours)
    return Expected(
        lines=messages + len(torn) + len(comments) + len(headers) + len(requests),
        kinds={
            "message": messages,
            "comment": len(comments),
            "header": len(headers),
            "time_request": len(requests),
        },
        unreadable={"columns": len(torn)},
        values=QUANTITIES_PER_LINE * messages,
        kept=QUANTITIES_PER_LINE * (3 * hours + len(broken) + len(garbled)) - len(garbled),
        duplicate=QUANTITIES_PER_LINE * len(repeated) + 3 * shared,
        conflicting=3 * shared,
        rejected={"clock": QUANTITIES_PER_LINE * len(unset), **Counter(GARBLED.values())},
        sentinels=len(broken),
        shared_devices=("node-10",),
    )


def disordered_log(file: Path, *, minutes: int = 2000, seed: int = 1) -> Expected:
    """Write a log of two thermometers; each line is repeated up to five times, some minutes contradict themselves."""
    rng = random.Random(seed)
    rows: list[str] = []
    kept = conflicting = 0
    for minute in range(minutes):
        for side in ("In", "Out"):
            temp, others = 25 + rng.randrange(8), rng.choices((0, 1, 2), (85, 12, 3))[0]
            kept, conflicting = kept + 1, conflicting + others
            for value in range(temp, temp + others + 1):
                rows += [_thermometer(minute, side, value)] * rng.choices((1, 2, 5), (50, 30, 20))[0]
    numbered = [f"log_{n}_{rng.getrandbits(32):08x},Room Admin,{row}" for n, row in enumerate(rows)]
    place = {line: n + rng.gauss(0, 40) for n, line in enumerate(numbered)}
    _write(file, ["id,room_id/id,noted_date,temp,out/in", *sorted(numbered, key=place.__getitem__)])
    return Expected(
        lines=len(rows) + 1,
        kinds={"header": 1, "message": len(rows)},
        values=len(rows),
        kept=kept,
        duplicate=len(rows) - kept - conflicting,
        conflicting=conflicting,
        shared_devices=("thermometer-In", "thermometer-Out"),
    )


def _hour(hour: int, shared: bool, rng: random.Random) -> list[str]:
    """The lines of one hour; when two nodes share an id, temperature, humidity and battery contradict."""
    at = START_S + 3600 * hour
    lines = []
    for node, minute in ((3, 2), (5, 29), (10, 36)):
        battery, temp, humidity = rng.randint(330, 420), rng.randint(500, 2500), rng.randint(3000, 9500)
        lines.append(_node(node, hour, at + 60 * minute, battery, temp, humidity))
        if shared and node == 10:
            lines.append(_node(node, hour, at + 60 * minute, battery + 7, temp + 123, humidity - 321))
    return lines


def _node(node: int, message: int, at: int, battery: int, temp: int, humidity: int) -> str:
    return f"{node}, {message}, {at}, {battery}, 386, {temp}, {humidity}, 0x00"


def _dead_sensor(hour: int) -> str:
    """What a node says whose SHT31 did not start."""
    return f"5, 1, {START_S + 3600 * hour + 7}, 447, 0, -1, 65535, 0xA2"


def _thermometer(minute: int, side: str, temp: int) -> str:
    return f"{datetime.fromtimestamp(START_S + 60 * minute, UTC):%Y-%m-%d %H:%M:%S},{temp},{side}"


def _sprinkled(lines: Sequence[str], others: Sequence[str], rng: random.Random) -> list[str]:
    """`lines` in their order, `others` anywhere between."""
    mixed = [(float(n), line) for n, line in enumerate(lines)]
    mixed += [(rng.uniform(0, len(lines)), line) for line in others]
    return [line for _, line in sorted(mixed, key=lambda pair: pair[0])]


def _write(file: Path, lines: Sequence[str]) -> None:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
