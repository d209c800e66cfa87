"""What goes over the wire about the condition of devices."""

from __future__ import annotations

import msgspec

from api.times import TimeText


class EndOfLifeView(msgspec.Struct, frozen=True):
    """When a battery will be at its end: one of ten ends before `p10`, one of two before `p50`, nine of ten before `p90`."""

    p10: TimeText
    p50: TimeText
    p90: TimeText


class BatteryView(msgspec.Struct, frozen=True):
    """A battery as it stood on the last day with readings."""

    voltage_v: float | None
    level_pct: float | None
    """As the device says, else by the discharge curve of its model; null where neither is known."""
    taken_for: str
    """`two_cells`, `lithium_ion`, …, `curve` (that of its model), `per_cent`, `unknown`."""
    cut_off: float | None
    """Where it ends: volts, or per cent where only that is known."""
    fall_per_day: float | None
    """In the same unit."""
    end_of_life: EndOfLifeView | None
    """Null while it does not fall, or nobody knows where it ends."""


class GoingOnView(msgspec.Struct, frozen=True):
    """A finding about the device that goes on."""

    id: str
    kind: str
    quantity: str
    start: TimeText


class DeviceConditionView(msgspec.Struct, frozen=True):
    """The condition of one device."""

    device: str
    full_name: str
    name: str
    gateway: str
    model: str
    """Key of its model, or a free text where the catalogue has none; empty if nobody said."""
    interval_s: float | None
    """How often it is expected to speak; null: as its goods' profile asks."""
    calibration_due: TimeText | None
    """When the first of the certificates that hold now runs out, or did; null without one."""
    place: str | None
    """Where it hangs now."""
    site: str | None
    last_seen: TimeText | None
    """Event time of its newest reading."""
    battery: BatteryView | None
    rssi_dbm: float | None
    snr_db: float | None
    spreading_factor: float | None
    lost_share: float | None
    """Of its messages of three days, by its own count, 0…1."""
    restarts: int | None
    """Within a day, by its own count."""
    clock_offset_s: float | None
    """By how much its clock (or its gateway's) is ahead (+) or behind (-), while that is a finding and known."""
    mains_power: bool | None
    standing: list[GoingOnView]
    """What goes on about it as a device: battery, radio, gaps, clock, mains, silence, sensor."""


class DeviceConditionsView(msgspec.Struct, frozen=True):
    """The battery that ends first, first; those without a known end behind them, by key."""

    items: list[DeviceConditionView]
    next: str | None
