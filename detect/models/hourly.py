"""Hourly: the devices that a scope means, when, and what they measured hour by hour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from detect.hours.courses import Joint, nothing
from detect.models.nouns import Scope, ScopeKind
from detect.nouns import Watch
from detect.streams.nouns import Hours
from detect.tracks import FOREVER_US
from ingest.nouns import US_PER_HOUR, SeriesKey
from store.nouns import Buckets

TEMPERATURE = "temperature"
HUMIDITY = "relative_humidity"
MOST_HOURS = 24 * 400
"""Longer spans are not asked for at once."""


class ByHours(Protocol):
    """Kept readings by equal intervals, as `store.nouns.ReadingReader` answers for them."""

    def aggregate(self, series: Sequence[int], start_us: int, end_us: int, buckets: int) -> Buckets: ...


class Stay(NamedTuple):
    """A device was where a scope means it, from–to (µs)."""

    from_us: int
    to_us: int
    zone: str


def stays(watches: Iterable[Watch], scope: Scope) -> dict[str, list[Stay]]:
    """The devices that a scope means, with when and in which zone, in order of time."""
    found: dict[str, list[Stay]] = {}
    for watch in watches:
        if _means(scope, watch):
            to_us = FOREVER_US if watch.valid_to_us is None else watch.valid_to_us
            found.setdefault(watch.device, []).append(Stay(watch.valid_from_us, to_us, watch.zone))
    return {device: sorted(own) for device, own in found.items()}


def _means(scope: Scope, watch: Watch) -> bool:
    if scope.kind is ScopeKind.SERIES:
        return watch.device == scope.key
    if scope.kind is ScopeKind.ZONE:
        return watch.zone == scope.key
    return scope.key in watch.profiles


def numbers(series: Mapping[int, SeriesKey]) -> dict[str, tuple[int | None, int | None]]:
    """Device → the numbers of its temperature and its humidity."""
    found: dict[str, tuple[int | None, int | None]] = {}
    for number, key in series.items():
        warm, wet = found.get(key.device, (None, None))
        if key.quantity == TEMPERATURE:
            found[key.device] = number, wet
        elif key.quantity == HUMIDITY:
            found[key.device] = warm, number
    return found


def joint_of(
    readings: ByHours, warm: int, wet: int | None, from_us: int, to_us: int, own: Sequence[Stay]
) -> Joint:
    """Temperature and humidity by whole hours within [from_us, to_us), as far as they lie within the stays."""
    first, last = from_us // US_PER_HOUR, -(-to_us // US_PER_HOUR)
    first = max(first, last - MOST_HOURS)
    wanted = [warm] if wet is None else [warm, wet]
    found = readings.aggregate(wanted, first * US_PER_HOUR, last * US_PER_HOUR, last - first)
    row = {number: at for at, number in enumerate(found.series.tolist())}
    return Joint(
        _hours(found, row.get(warm), own), nothing() if wet is None else _hours(found, row.get(wet), own)
    )


def _hours(found: Buckets, row: int | None, own: Sequence[Stay]) -> Hours:
    if row is None:
        return nothing()
    start_us = found.start_us
    here = np.zeros(len(start_us), bool)
    for stay in own:
        here |= (start_us >= stay.from_us) & (start_us + found.width_us <= stay.to_us)
    at = np.flatnonzero(here & (found.count[row] > 0))
    columns = (found.mean[row], found.minimum[row], found.maximum[row])
    return Hours(start_us[at] // US_PER_HOUR, found.count[row][at], *[column[at] for column in columns])
