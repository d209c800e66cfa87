"""Silence: stretches of event time in which a quantity, a device, a gateway or a whole zone said nothing.

A group is silent where none of its series has a reading for longer than the group may be quiet. So a pause of a group
is what is left of any window after cutting it at the readings of its members, one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.excursions import trusted
from detect.nouns import Finding, Json, Kind, Severity, Watch
from detect.ports import Readings
from detect.reconcile import NEW
from detect.tracks import FOREVER_US, Plan, silence_us
from ingest.nouns import Columns
from store.nouns import SeriesInfo

DETECTOR = "silence"
VERSION = "1"


class Level(StrEnum):
    """What is silent."""

    QUANTITY = "quantity"
    DEVICE = "device"
    GATEWAY = "gateway"
    ZONE = "zone"


KINDS = {
    Level.QUANTITY: Kind.SILENT_QUANTITY,
    Level.DEVICE: Kind.SILENT_DEVICE,
    Level.GATEWAY: Kind.SILENT_GATEWAY,
    Level.ZONE: Kind.UNWATCHED,
}
SEVERITIES = {
    Level.QUANTITY: Severity.WARNING,
    Level.DEVICE: Severity.WARNING,
    Level.GATEWAY: Severity.ALARM,
    Level.ZONE: Severity.ALARM,
}


class Pause(NamedTuple):
    """A stretch without readings; `end_us` is None while it goes on."""

    start_us: int
    end_us: int | None

    def length(self, as_of_us: int) -> int:
        """Its length so far, in µs."""
        return (as_of_us if self.end_us is None else self.end_us) - self.start_us


@dataclass(slots=True)
class Group:
    """Series that are expected to speak together."""

    level: Level
    name: str
    members: list[int] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    """When the group is expected to speak, not overlapping, in order."""
    quiet_us: int = FOREVER_US
    """How long it may say nothing."""
    alert_us: int = FOREVER_US
    """How long it may say nothing while its goods are already in an excursion (zones), else like `quiet_us`."""
    devices: set[str] = field(default_factory=set)
    gateways: set[str] = field(default_factory=set)
    known_from_us: int = FOREVER_US
    """Since when the registry expects it; a group that never spoke is silent from here on."""

    @property
    def subject(self) -> str:
        """The subject of its findings."""
        return subject_of(self.level, self.name)

    def expect(self, watch: Watch, quiet_us: int) -> None:
        """Add one watch to what is expected."""
        to_us = FOREVER_US if watch.valid_to_us is None else watch.valid_to_us
        self.spans = _joined([*self.spans, (watch.valid_from_us, to_us)])
        self.quiet_us = min(self.quiet_us, quiet_us)
        self.alert_us = min(self.alert_us, quiet_us, silence_us(watch.interval_us))
        self.devices.add(watch.device)
        self.gateways.add(watch.gateway)
        self.known_from_us = min(self.known_from_us, max(watch.valid_from_us, watch.recorded_us))


def subject_of(level: Level, name: str) -> str:
    """The subject under which the silence of a group is recorded."""
    return f"device:{name}" if level is Level.QUANTITY else f"{level.value}:{name}"


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def groups_of(plan: Plan, series: Sequence[SeriesInfo]) -> dict[tuple[Level, str], Group]:
    """All groups that the registry expects to speak, with their series."""
    groups: dict[tuple[Level, str], Group] = {}

    def group(level: Level, name: str) -> Group:
        return groups.setdefault((level, name), Group(level, name))

    for device, watches in plan.watches.items():
        for watch in watches:
            quiet_us = silence_us(watch.interval_us)
            group(Level.DEVICE, device).expect(watch, quiet_us)
            group(Level.GATEWAY, watch.gateway).expect(watch, quiet_us)
            if watch.limits:
                group(Level.ZONE, watch.zone).expect(watch, watch.unwatched_us)
    for info in series:
        _join(groups, info, plan)
    lonely = [key for key, g in groups.items() if g.level is Level.GATEWAY and len(g.devices) < 2]
    for key in lonely:
        del groups[key]
    return groups


def _join(groups: dict[tuple[Level, str], Group], info: SeriesInfo, plan: Plan) -> None:
    """Enter a series into the groups it speaks for."""
    for watch in plan.watches.get(info.device, []):
        quantity = groups.setdefault(
            (Level.QUANTITY, f"{info.device}:{info.quantity}"),
            Group(Level.QUANTITY, f"{info.device}:{info.quantity}"),
        )
        quantity.expect(watch, silence_us(watch.interval_us))
        entered = [quantity, groups[Level.DEVICE, info.device], groups[Level.GATEWAY, watch.gateway]]
        if any(limit.quantity == info.quantity for limit in watch.limits):
            entered.append(groups[Level.ZONE, watch.zone])
        for group in entered:
            if info.id not in group.members:
                group.members.append(info.id)


def pauses(
    group: Group, start_us: int, end_us: int, readings: Readings, plan: Plan, quiet_us: int
) -> list[Pause]:
    """The pauses of a group longer than `quiet_us` between `start_us` and `end_us`, both of which are taken as spoken."""
    left = [
        (max(start_us, a), min(end_us, b))
        for a, b in group.spans
        if min(end_us, b) - max(start_us, a) > quiet_us
    ]
    done, block = 0, 1
    while left and done < len(group.members):
        members = group.members[done : done + block]
        done, block = done + block, min(block * 4, 256)
        left = [piece for a, b in left for piece in _cut(group, members, a, b, readings, plan, quiet_us)]
    return [Pause(a, b) for a, b in left]


def _cut(
    group: Group, members: Sequence[int], a: int, b: int, readings: Readings, plan: Plan, quiet_us: int
) -> list[tuple[int, int]]:
    """What is left of a pause after cutting it at the readings of some members."""
    times = np.concatenate([[a], words(group, members, a + 1, b, readings, plan), [b]]).astype(np.int64)
    wide = np.flatnonzero(np.diff(times) > quiet_us)
    return [(int(times[i]), int(times[i + 1])) for i in wide]


def words(
    group: Group, members: Sequence[int], start_us: int, end_us: int, readings: Readings, plan: Plan
) -> NDArray[np.int64]:
    """The times in [start_us, end_us) at which some members spoke for the group, in order.

    For a zone only trusted readings count, and only those of devices that were there at the time.
    """
    rows = readings.range(members, start_us, end_us)
    if group.level is Level.ZONE and len(rows):
        rows = trusted(rows)
        rows = rows.take(_there(group.name, rows, plan))
    return np.unique(rows.time_us)


def _there(zone: str, rows: Columns, plan: Plan) -> NDArray[np.bool_]:
    """Per reading: was its device in this zone at the time?"""
    there = np.zeros(len(rows), np.bool_)
    for number in np.unique(rows.series).tolist():
        for stretch in (s for s in plan.stretches.get(number, []) if s.zone == zone):
            inside = (rows.time_us >= stretch.from_us) & (rows.time_us < stretch.to_us)
            there |= (rows.series == number) & inside
    return there


def explained(pause: Pause, quiet_us: int, wider: Sequence[Pause]) -> bool:
    """Whether a pause is just what the silence of a wider group looks like from here."""
    return any(
        abs(pause.start_us - w.start_us) <= quiet_us
        and (
            w.end_us is None
            or (
                pause.end_us is not None
                and pause.end_us - w.end_us <= quiet_us
                and w.end_us - pause.start_us > 0
            )
        )
        for w in wider
    )


def finding(group: Group, pause: Pause, cause: str, received_us: int, evidence: dict[str, Json]) -> Finding:
    """A pause as a finding."""
    quantity = group.name.rsplit(":", 1)[-1] if group.level is Level.QUANTITY else ""
    return Finding(
        id=NEW,
        detector=DETECTOR,
        detector_version=VERSION,
        kind=KINDS[group.level],
        subject=group.subject,
        band="",
        zone=group.name if group.level is Level.ZONE else None,
        cause=cause,
        severity=SEVERITIES[group.level],
        start_us=pause.start_us,
        end_us=pause.end_us,
        peak=None,
        area=None,
        coverage=0.0,
        samples=0,
        received_us=received_us,
        evidence={"allowed_s": group.quiet_us // 1_000_000, "devices": len(group.devices), **evidence}
        | ({"quantity": quantity} if quantity else {}),
    )
