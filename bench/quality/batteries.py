"""Dying batteries: motes of the Intel lab whose sensors went astray with their batteries, and LoRa nodes whose did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.quality.nouns import Table
from bench.quality.recordings import US, Recording, batteries, hast, us
from bench.quality.scored import Scored, score

DEAD_C = 100.0
"""The temperature that a dying mote shows before it pegs at 122.15 °C; no room has it."""
ASTRAY_C = 60.0
"""At the end of a record: on its way there."""
SURE = 10
"""So many such readings."""
LEAD_DAYS = 2.0
PLAIN_V = 2.4
"""The baseline: the first reading below a fixed voltage."""
DAY_US = 86_400 * US
KIND = "low_battery"


class Mote(NamedTuple):
    """What became of a battery, and what was said of it."""

    name: str
    dead_us: int | None
    """When it died; None: it did not, as far as the record goes."""
    astray: bool
    """It was dying when the record ended."""
    raised_us: Sequence[int]


def measure() -> Table:
    """Announced when, dead when, how many days before."""
    lab, lora = batteries(), hast()
    said = _motes(lab, score(lab)), _motes(lora, score(lora))
    plain = _plain(lab), _plain(lora)
    rows = [
        _row(name, mote) for name, all_of in (("keepwell score", said), (f"first reading below {PLAIN_V} V", plain))
        for part in all_of for mote in part
    ]  # fmt: skip
    motes = [mote for part in said for mote in part]
    dead = [mote for mote in motes if mote.dead_us is not None]
    false = sum(_false(mote) for mote in motes)
    return Table(
        "Dying batteries: Intel lab motes (31 s, 24–45 % missing), HAST LoRa nodes (hourly)",
        ("detector", "battery", "announced", "dead", "lead days", "findings", "false"),
        rows,
        f"Dead: the tenth reading above {DEAD_C:.0f} °C, on the way to 122.15 °C. Mote 45 does not get there, but its record "
        f"ends in the middle of it (2.27 V, more than {ASTRAY_C:.0f} °C and rising), so that announcing it counts neither for nor against.",
        [
            (f"every death announced at least {LEAD_DAYS:.0f} days ahead", all(_lead(m) >= LEAD_DAYS for m in dead)),
            ("one finding per mote", all(len(mote.raised_us) <= 1 for mote in motes)),
            (f"no false one: {false}", not false),
        ],
    )  # fmt: skip


def _motes(recording: Recording, said: Scored) -> list[Mote]:
    raised: dict[str, list[int]] = {}
    for found in said.findings:
        if found["kind"] == KIND:
            raised.setdefault(found["series"], []).append(us(found["raised_at"]))
    return [_mote(recording, name, sorted(raised.get(name, []))) for name in _volts(recording)]


def _plain(recording: Recording) -> list[Mote]:
    """What a fixed limit would have said."""
    found = []
    for name in _volts(recording):
        at = recording.of(name)
        below = at[recording.value[at] < PLAIN_V]
        found.append(_mote(recording, name, recording.time_us[below[:1]].tolist()))
    return found


def _volts(recording: Recording) -> Iterator[str]:
    return (name for name in recording.names() if name.endswith("-battery_voltage"))


def _mote(recording: Recording, name: str, raised_us: Sequence[int]) -> Mote:
    at = recording.of(name.replace("battery_voltage", "temperature"))
    time_us, celsius = recording.time_us[at], recording.value[at]
    hot = np.flatnonzero(celsius > DEAD_C)
    dead_us = int(time_us[hot[SURE - 1]]) if len(hot) >= SURE else None
    return Mote(
        name.removesuffix("-battery_voltage"), dead_us, dead_us is None and _astray(time_us, celsius), raised_us
    )  # fmt: skip


def _astray(time_us: NDArray[np.int64], celsius: NDArray[np.float64]) -> bool:
    last_day = time_us > time_us.max() - DAY_US
    return bool((celsius[last_day] > ASTRAY_C).sum() >= SURE)


def _lead(mote: Mote) -> float:
    if mote.dead_us is None or not mote.raised_us:
        return -np.inf
    return (mote.dead_us - mote.raised_us[0]) / DAY_US


def _false(mote: Mote) -> int:
    return 0 if mote.dead_us is not None or mote.astray else len(mote.raised_us)


def _row(detector: str, mote: Mote) -> list[str | float | int | None]:
    end = _day(mote.dead_us) if mote.dead_us is not None else "dying at the end" if mote.astray else "no"
    lead = round(_lead(mote), 1) if np.isfinite(_lead(mote)) else None
    raised = _day(mote.raised_us[0]) if mote.raised_us else None
    return [detector, mote.name, raised, end, lead, len(mote.raised_us), _false(mote)]


def _day(time_us: int) -> str:
    return f"{datetime.fromtimestamp(time_us / US, UTC):%Y-%m-%d %H:%M}"
