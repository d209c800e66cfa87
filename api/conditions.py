"""The conditions of devices: judged from their hours once an hour each, and told with what goes on about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np

from api.selection import SeriesIndex
from api.times import text_of, text_of_optional
from api.views_condition import BatteryView, DeviceConditionView, EndOfLifeView, GoingOnView
from detect.condition.present import LOOK_BACK_HOURS, QUANTITIES, BatteryNow, Present, present
from detect.hours.cells import Curve
from detect.nouns import GOODS_KINDS, Finding
from detect.streams.nouns import Hours
from ingest.nouns import US_PER_HOUR
from registry.calibrations import chains, valid_at
from registry.condition import hanging, sites
from registry.nouns import Device, RegistrySnapshot
from store.nouns import ReadingReader

_AT_ONCE = 400
"""Series whose hours are read with one question."""
_FAR = "9999"


class Conditions:
    """Judges devices; what was judged within the hour is remembered."""

    def __init__(self, readings: ReadingReader) -> None:
        self._readings = readings
        self._lock = Lock()
        self._known: dict[str, tuple[int, Curve | None, Present]] = {}

    def of(
        self, devices: Sequence[str], index: SeriesIndex, curve_of: Mapping[str, Curve], now_us: int
    ) -> dict[str, Present]:
        """The condition of each device (full names)."""
        hour = now_us // US_PER_HOUR
        with self._lock:  # two who ask at once would judge everything twice
            old = [d for d in devices if self._known.get(d, (0, None))[:2] != (hour, curve_of.get(d))]
            hours = self._hours(old, index, hour)
            for device in old:
                curve = curve_of.get(device)
                self._known[device] = hour, curve, present(hours.get(device, {}), curve)
            return {device: self._known[device][2] for device in devices}

    def _hours(self, devices: Sequence[str], index: SeriesIndex, hour: int) -> dict[str, dict[str, Hours]]:
        series = [
            info for device in devices for info in index.by_device.get(device, []) if info.quantity in QUANTITIES
        ]  # fmt: skip
        found: dict[str, dict[str, Hours]] = {}
        first_us, end_us = (hour - LOOK_BACK_HOURS) * US_PER_HOUR, (hour + 1) * US_PER_HOUR
        for start in range(0, len(series), _AT_ONCE):
            part = {info.id: info for info in series[start : start + _AT_ONCE]}
            read = self._readings.aggregate(sorted(part), first_us, end_us, LOOK_BACK_HOURS + 1)
            for at, number in enumerate(read.series.tolist()):
                there = np.flatnonzero(read.count[at] > 0)
                if len(there):
                    info = part[number]
                    found.setdefault(info.device, {})[info.quantity] = Hours(
                        read.start_us[there] // US_PER_HOUR, read.count[at, there], read.mean[at, there],
                        read.minimum[at, there], read.maximum[at, there],
                    )  # fmt: skip
        return found


class Told(NamedTuple):
    """What is needed to tell of devices, from one state of everything."""

    devices: Sequence[Device]
    places: Mapping[str, str]
    """Device key → where it hangs now."""
    sites: Mapping[str, str]
    going_on: Mapping[str, Sequence[Finding]]
    """Device (full name) or gateway → what goes on about it."""
    due: Mapping[str, int]
    """Device key → when the first of the certificates that hold now runs out."""


def told(snapshot: RegistrySnapshot, going_on: Sequence[Finding], now_us: int) -> Told:
    """Sort out what the registry and the record say."""
    return Told(
        snapshot.devices, hanging(snapshot), sites(snapshot), by_thing(going_on), _due(snapshot, now_us)
    )  # fmt: skip


def by_thing(going_on: Sequence[Finding]) -> Mapping[str, Sequence[Finding]]:
    """Device (full name) or gateway → what goes on about it as such."""
    found: dict[str, list[Finding]] = {}
    for one in going_on:
        kind, _, rest = one.subject.partition(":")
        if kind in {"device", "gateway"} and one.kind not in GOODS_KINDS and not one.retracted:
            found.setdefault(rest.split(":")[0], []).append(one)
    return found


def _due(snapshot: RegistrySnapshot, now_us: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for device, of in chains(snapshot).items():
        held = (valid_at(chain, now_us) for chain in of.values())
        ends = [one.due_us for one in held if one is not None and one.due_us is not None]
        if ends:
            found[device] = min(ends)
    return found


def view(device: Device, found: Present, all_: Told, last_us: int | None) -> DeviceConditionView:
    """One device as it is sent."""
    own = all_.going_on.get(device.full_name, [])
    gateway = all_.going_on.get(device.gateway, []) if device.gateway != device.full_name else []
    offsets = [f.evidence.get("offset_us") for f in (*own, *gateway) if f.kind == "clock_fault"]
    known = [offset for offset in offsets if isinstance(offset, int)]
    due_us = all_.due.get(device.key)
    return DeviceConditionView(
        device=device.key, full_name=device.full_name, name=device.name, gateway=device.gateway,
        model=device.model, interval_s=None if device.interval_us is None else device.interval_us / 1_000_000,
        calibration_due=text_of_optional(due_us),
        place=all_.places.get(device.key), site=all_.sites.get(device.full_name),
        last_seen=None if last_us is None else text_of(last_us),
        battery=_battery(found.battery) if found.battery else None,
        rssi_dbm=found.rssi_dbm, snr_db=found.snr_db, spreading_factor=found.spreading_factor,
        lost_share=found.lost, restarts=found.restarts,
        clock_offset_s=known[0] / 1_000_000 if known else None, mains_power=found.mains,
        standing=[_standing(f) for f in sorted(own, key=lambda f: (f.start_us, f.id))],
    )  # fmt: skip


def rank(device: Device, found: Present) -> tuple[str, str]:
    """By what a list of conditions is sorted."""
    end = found.battery.end if found.battery else None
    return (text_of(end[1]) if end else _FAR, device.key)


def _battery(now: BatteryNow) -> BatteryView:
    end = now.end and EndOfLifeView(*(text_of(us) for us in now.end))
    return BatteryView(now.volts, now.percent, now.cells, now.cut_off, now.fall_per_day, end)


def _standing(found: Finding) -> GoingOnView:
    parts = found.subject.split(":")
    return GoingOnView(found.id, str(found.kind), parts[2] if len(parts) > 2 else "", text_of(found.start_us))
