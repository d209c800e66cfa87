"""Tracks: which series is judged by which limits, in which zone and when, compiled from the watches."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from detect.nouns import EXAMINED, SOURCES, Limit, Watch
from detect.runs import Limits
from ingest.nouns import SeriesKey

FOREVER_US = 2**62
_OTHERS = SOURCES.keys() | EXAMINED.keys()
"""What is not measured: a series of such a name is no word on it."""
SILENT_INTERVALS = 3
"""A device that missed this many of its intervals is silent."""
LEAST_SILENCE_US = 30_000_000


def silence_us(interval_us: int) -> int:
    """How long a pause may last before it is unknown time, from the expected interval."""
    return max(SILENT_INTERVALS * interval_us, LEAST_SILENCE_US)


@dataclass(frozen=True, slots=True)
class Track:
    """One series under one limit in one zone, over the intervals in which that was so."""

    series: int
    zone: str
    limit: Limit
    max_gap_us: int
    profile: str
    intervals: tuple[tuple[int, int], ...]

    def judges(self, band: str, zone: str | None, time_us: int) -> bool:
        """Whether this is the track of a limit band in a zone at a moment."""
        here = (band, zone) == (self.limit.band, self.zone)
        return here and any(from_us <= time_us < to_us for from_us, to_us in self.intervals)


class Stretch(NamedTuple):
    """An interval in which the tracks of a series, its zone and its gateway stay the same."""

    from_us: int
    to_us: int
    zone: str
    gateway: str
    silence_us: int
    tracks: tuple[int, ...]
    site: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The compiled registry: tracks, and per series its stretches in order of time."""

    tracks: Sequence[Track] = ()
    stretches: dict[int, list[Stretch]] = field(default_factory=dict)
    watches: dict[str, list[Watch]] = field(default_factory=dict)
    """Per device, in order of time."""

    def stretch(self, series: int, time_us: int) -> Stretch | None:
        """The stretch of a series that contains an instant."""
        found = self.stretches.get(series)
        if not found:
            return None
        at = bisect_right(found, time_us, key=lambda s: s.from_us) - 1
        return found[at] if at >= 0 and time_us < found[at].to_us else None

    def tracks_of(self, series: int) -> list[Track]:
        """All tracks of a series, whenever they hold."""
        numbers = {number for stretch in self.stretches.get(series, []) for number in stretch.tracks}
        return [self.tracks[number] for number in sorted(numbers)]

    def limits(self) -> Limits:
        """The limits of all tracks as columns."""
        limits = [t.limit for t in self.tracks]
        return Limits(
            side=np.array([1.0 if limit.side == "high" else -1.0 for limit in limits]),
            limit=np.array([limit.limit for limit in limits], np.float64),
            deadband=np.array([limit.deadband for limit in limits], np.float64),
            max_gap_us=np.array([t.max_gap_us for t in self.tracks], np.int64),
        )


def of_readings(limit: Limit) -> bool:
    """A limit for what is measured, on the single event."""
    return not limit.budget_us and limit.quantity not in _OTHERS


def of_budgets(limit: Limit) -> bool:
    """A limit for what is measured, on the time that adds up."""
    return limit.budget_us > 0 and limit.quantity not in _OTHERS


def compile_plan(
    watches: Iterable[Watch],
    series: Iterable[tuple[int, SeriesKey]],
    judged: Callable[[Limit], bool] = of_readings,
) -> Plan:
    """Join what is expected of devices with the series they have; `judged`: by which limits."""
    by_device: dict[str, list[Watch]] = {}
    for watch in watches:
        by_device.setdefault(watch.device, []).append(watch)
    for found in by_device.values():
        found.sort(key=lambda w: w.valid_from_us)
    tracks: list[Track] = []
    stretches: dict[int, list[Stretch]] = {}
    for number, key in series:
        if key.device in by_device:
            limits = [
                [limit for limit in watch.limits if limit.quantity == key.quantity and judged(limit)]
                for watch in by_device[key.device]
            ]
            stretches[number] = _stretches(number, by_device[key.device], limits, tracks)
    return Plan(tracks, stretches, by_device)


def _stretches(
    series: int, watches: list[Watch], limits: list[list[Limit]], tracks: list[Track]
) -> list[Stretch]:
    """The stretches of one series, a watch and its limits each; its tracks are appended to `tracks`."""
    own: dict[tuple[int, str, Limit, int], int] = {}
    intervals: dict[int, list[tuple[int, int]]] = {}
    found = []
    for watch, own_limits in zip(watches, limits, strict=True):
        to_us = FOREVER_US if watch.valid_to_us is None else watch.valid_to_us
        gap_us = silence_us(watch.interval_us)
        numbers = []
        for limit in own_limits:
            number = own.setdefault((series, watch.zone, limit, gap_us), len(tracks))
            if number == len(tracks):
                profile = limit.band.rsplit("/", 1)[0] if "/" in limit.band else ""
                tracks.append(Track(series, watch.zone, limit, gap_us, profile, ()))
            _lengthen(intervals.setdefault(number, []), watch.valid_from_us, to_us)
            numbers.append(number)
        found.append(
            Stretch(
                watch.valid_from_us, to_us, watch.zone, watch.gateway, gap_us, tuple(numbers), watch.site
            ),
        )
    for number, spans in intervals.items():
        old = tracks[number]
        tracks[number] = Track(old.series, old.zone, old.limit, old.max_gap_us, old.profile, tuple(spans))
    return found


def _lengthen(spans: list[tuple[int, int]], from_us: int, to_us: int) -> None:
    """Add an interval, joining it to the last one where they touch."""
    if spans and spans[-1][1] == from_us:
        spans[-1] = (spans[-1][0], to_us)
    else:
        spans.append((from_us, to_us))


def first_difference_us(old: Plan, new: Plan, series: int, was: int | None = None) -> int | None:
    """From when on two plans judge a series (`was`: its number in the old one) differently; None if they never do."""
    differing = _view(old, series if was is None else was) ^ _view(new, series)
    return max(min(stretch[0] for stretch in differing), 0) if differing else None


def _view(plan: Plan, series: int) -> set[tuple[int, int, str, int, tuple[tuple[Limit, str], ...]]]:
    """What matters about the stretches of a series."""
    return {
        (s.from_us, s.to_us, s.zone, s.silence_us, tuple((plan.tracks[t].limit, plan.tracks[t].zone) for t in s.tracks))
        for s in plan.stretches.get(series, [])
    }  # fmt: skip
