"""The condition of a device now: battery and its end, radio, losses, restarts, from its hours of the last weeks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from detect.hours.battery import FAR, Battery, ends
from detect.hours.cells import LEVELS, VOLTAGES, Cells, Curve, of_curve, percent
from detect.hours.counters import Counter, lost_share
from detect.hours.levels import levels
from detect.streams.nouns import Hours

VOLTAGE, LEVEL, COUNTER = "battery_voltage", "battery_level", "frame_counter"
RSSI, SNR, SPREADING, MAINS = "rssi", "snr", "spreading_factor", "mains_power"
QUANTITIES = (VOLTAGE, LEVEL, COUNTER, RSSI, SNR, SPREADING, MAINS)
LOOK_BACK_HOURS = 32 * 24
"""What kind of battery it is shows in the highest level of a month."""


class End(NamedTuple):
    """When a battery will be at its end."""

    p10_us: int
    p50_us: int
    p90_us: int


class BatteryNow(NamedTuple):
    """How a battery stands: the median of the last day with readings."""

    volts: float | None
    percent: float | None
    """As the device says, else by the discharge curve of its model."""
    cells: str
    cut_off: float | None
    """In volts, or in per cent where only that is known."""
    fall_per_day: float | None
    end: End | None
    """None while it does not fall, or nobody knows where it ends."""


class Present(NamedTuple):
    """The condition of one device."""

    battery: BatteryNow | None
    rssi_dbm: float | None
    snr_db: float | None
    spreading_factor: float | None
    lost: float | None
    """Share of the messages of the last three days that never arrived, by the device's own count."""
    restarts: int | None
    """Within the last day with readings, by its count."""
    mains: bool | None


def present(hours: Mapping[str, Hours], curve: Curve | None = None) -> Present:
    """The condition of a device, by the hours of its quantities (those that it has, none of them empty)."""
    counter = Counter().course(hours[COUNTER]) if COUNTER in hours else None
    mains = hours.get(MAINS)
    return Present(
        _battery(hours, curve if curve and len(curve) > 1 else None),
        _level(hours, RSSI),
        _level(hours, SNR),
        _level(hours, SPREADING),
        None if counter is None else round(float(lost_share(counter)[-1]), 3),
        None if counter is None else int(counter.restarts[-1]),
        None if mains is None else bool(mains.low[-1] >= 0.5),
    )


def _battery(hours: Mapping[str, Hours], curve: Curve | None) -> BatteryNow | None:
    if VOLTAGE in hours:
        table = (of_curve(curve),) if curve else VOLTAGES
        volts = _level(hours, VOLTAGE, 3)
        said = _level(hours, LEVEL)
        by_curve = round(percent(curve, volts), 1) if curve and volts is not None else None
        return _judged(hours[VOLTAGE], VOLTAGE, table, volts, by_curve if said is None else said)
    if LEVEL in hours:
        return _judged(hours[LEVEL], LEVEL, LEVELS, None, _level(hours, LEVEL))
    return None


def _judged(
    hours: Hours, quantity: str, table: tuple[Cells, ...], volts: float | None, full: float | None
) -> BatteryNow:
    course = Battery(quantity, table).course(hours)
    cells = table[int(course.cells[-1])]
    slope = float(course.slope[-1])
    known = np.isfinite(cells.cut_off)
    falls = bool(course.left[1][-1] < FAR)  # not so where it is unknown (NaN)
    end = End(*ends(int(hours.hour[-1]), course)) if known and falls else None
    return BatteryNow(
        volts, full, cells.name, cells.cut_off if known else None,
        None if np.isnan(slope) else round(0.0 - slope * 24, 5), end,
    )  # fmt: skip


def _level(hours: Mapping[str, Hours], quantity: str, digits: int = 1) -> float | None:
    """The median of the last day, or the newest mean where too little is known of that day."""
    if quantity not in hours:
        return None
    level = float(levels(hours[quantity])[-1])
    return round(float(hours[quantity].mean[-1]) if np.isnan(level) else level, digits)
