"""Positions out of the readings: latitude and longitude of one device at one time make a fix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from ingest.nouns import Flag
from registry.nouns import Fixes, Source
from store.nouns import ReadingReader, SeriesInfo

LATITUDE, LONGITUDE = "latitude", "longitude"
_UNTRUSTED = int(Flag.DISPUTED | Flag.SENTINEL | Flag.IMPOSSIBLE)

Tracker = tuple[int, int]
"""The series of a device's latitude and longitude."""


def trackers(series: Iterable[SeriesInfo]) -> dict[str, Tracker]:
    """Full device name → its two series, of the devices that tell their position."""
    found: dict[str, dict[str, int]] = {}
    for info in series:
        if info.quantity in {LATITUDE, LONGITUDE}:
            found.setdefault(info.device, {})[info.quantity] = info.id
    return {device: (pair[LATITUDE], pair[LONGITUDE]) for device, pair in found.items() if len(pair) == 2}


def fixes(readings: ReadingReader, tracker: Tracker, from_us: int, to_us: int) -> Fixes:
    """A device's positions with from_us <= time < to_us, in order of time.

    Readings that are not to be trusted are left out, and 0° N 0° E, which receivers say that have no fix yet.
    """
    rows = readings.range(sorted(tracker), from_us, to_us)
    rows = rows.take((rows.flags & _UNTRUSTED) == 0)
    north, east = (rows.take(rows.series == number) for number in tracker)
    times, at_north, at_east = np.intersect1d(
        north.time_us, east.time_us, assume_unique=True, return_indices=True
    )
    latitude, longitude = north.value[at_north], east.value[at_east]
    real = (latitude != 0) | (longitude != 0)
    return Fixes(times[real], latitude[real], longitude[real])


def of_sources(
    readings: ReadingReader, known: Mapping[str, Tracker], sources: Iterable[Source], leg: int
) -> Fixes:
    """All positions of a shipment on one of its legs, in order of time."""
    parts = [
        fixes(readings, known[source.device], source.from_us, source.to_us)
        for source in sources
        if source.device in known and source.leg in {None, leg}
    ]
    if not parts:
        return Fixes.none()
    times = np.concatenate([part.time_us for part in parts])
    order = np.argsort(times, kind="stable")
    return Fixes(
        times[order],
        np.concatenate([part.latitude for part in parts])[order],
        np.concatenate([part.longitude for part in parts])[order],
    )
