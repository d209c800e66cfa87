"""Conditioning: goods that came from elsewhere must come close to the room, and above its dew point, before they are opened.

Ready are goods whose own temperature has been within `limit` K of the air, and above its dew point, for the on-delay without
a pause. When that will be is reckoned from the present air by their lag, which is known to some 30 %.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.examining import Judged, Span
from detect.goods.bare import Bare, subject_of
from detect.goods.courses import Course, fed, stirred, surfaces_of
from detect.nouns import CONDITIONING, Finding, Json, Kind, Limit, Watch
from detect.ports import Rows
from detect.recalled import Told
from detect.reconcile import NEW
from detect.surfaces import Role, Surfaces
from detect.tracks import FOREVER_US, Plan, Track, compile_plan
from ingest.nouns import US_PER_MINUTE, SeriesKey

DETECTOR, VERSION = "conditioning", "1"
EVERY_US = 15 * US_PER_MINUTE
LAG_ERROR = 0.3
"""By how much a lag by form of stock may be wrong."""
UNKNOWN_K = 30.0
"""So far from the room goods are taken to be of whose way nothing is known."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Ways(NamedTuple):
    """Goods and the air around them at some moments, (n,)."""

    time_us: Ints
    goods_c: Floats
    air_c: Floats
    dew_point_c: Floats
    """NaN where the air's humidity is not known."""

    @staticmethod
    def of(told: Told) -> Ways:
        """The moments at which the goods' temperature is known."""
        known = ~np.isnan(told.derived.product_c)
        goods_c = told.derived.product_c[known]
        air_c = told.moments.value[known, Role.AIR]
        return Ways(told.moments.time_us[known], goods_c, air_c, goods_c - told.derived.margin_k[known])

    def fit(self, within_k: float) -> NDArray[np.bool_]:
        """Whether the goods are close to the room and above its dew point."""
        dry = np.isnan(self.dew_point_c) | (self.goods_c > self.dew_point_c)
        return np.asarray((np.abs(self.goods_c - self.air_c) <= within_k) & dry)


def ready_us(ways: Ways, within_k: float, hold_us: int, gap_us: int) -> int | None:
    """When the goods have been fit for long enough without a pause; None if they have not."""
    since_us: int | None = None
    before_us = 0
    for time_us, fit in zip(ways.time_us.tolist(), ways.fit(within_k).tolist(), strict=True):
        if not fit:
            since_us = None
        elif since_us is None or time_us - before_us > gap_us:
            since_us = time_us
        if since_us is not None and time_us - since_us >= hold_us:
            return since_us + hold_us
        before_us = time_us
    return None


def left_us(goods_c: float, air_c: float, dew_point_c: float, within_k: float, lag_us: float) -> int | None:
    """How long it takes in air that stays as it is until goods are fit; None if they never are."""
    away_k = abs(goods_c - air_c)
    far = lag_us * math.log(away_k / within_k) if away_k > within_k else 0.0
    if math.isnan(dew_point_c) or goods_c > dew_point_c:
        return round(far)
    if dew_point_c >= air_c:
        return None
    return round(max(far, lag_us * math.log((air_c - goods_c) / (air_c - dew_point_c))))


class Conditioning:
    """The examiner: one finding per goods that arrived unfit, from their arrival until they are ready."""

    detector = DETECTOR
    every_us = EVERY_US

    def __init__(self, readings: Rows) -> None:
        self._readings = readings
        self._surfaces, self._plan = Surfaces(), Plan()
        self._numbers: dict[str, list[int]] = {}
        self._bare = Bare()

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Know the goods that came from elsewhere."""
        self._surfaces = surfaces_of(watches, series, CONDITIONING)
        self._plan = compile_plan(self._surfaces.watches, self._surfaces.plan_keys(), lambda _: True)
        self._numbers = {}
        for number, (surface, _) in enumerate(self._surfaces.names):
            if self._surfaces.surfaces[surface].fresh:
                self._numbers.setdefault(self._surfaces.air_of(number).device, []).append(number)
        self._bare.expect(self._numbers, series)

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """Judge again the goods that were there at what was touched or later."""
        course = Course(self._surfaces, self._readings, fed(as_of_us))
        found = self._bare.judged(DETECTOR, touched)
        for device, from_us in sorted(stirred(self._surfaces, touched).items()):
            if device in self._numbers:
                findings = list(self._findings(device, from_us, as_of_us, course))
                found.append(Judged(DETECTOR, subject_of(device), from_us, FOREVER_US, findings))
        return found

    def _findings(self, device: str, from_us: int, as_of_us: int, course: Course) -> Iterator[Finding]:
        for number in self._numbers[device]:
            surface = self._surfaces.names[number][0]
            there = self._surfaces.surfaces[surface]
            if there.end_us <= from_us or there.begin_us > as_of_us:
                continue
            ways = Ways.of(course.told(surface, there.begin_us, min(there.end_us, as_of_us + 1)))
            known = course.brought(surface) is not None
            for track in self._plan.tracks_of(number):
                found = (
                    self._finding(device, surface, track, ways, known, as_of_us)
                    if len(ways.time_us)
                    else None
                )
                if found:
                    yield found

    def _finding(
        self, device: str, surface: int, track: Track, ways: Ways, known: bool, as_of_us: int
    ) -> Finding | None:
        """Goods that were not fit at first; None for those that were, or are judged by no such limit."""
        there, limit = self._surfaces.surfaces[surface], track.limit
        if known and bool(ways.fit(limit.limit)[0]):
            return None
        done_us = (
            ready_us(ways, limit.limit, limit.on_delay_us, track.max_gap_us)
            if known
            else _unknown_us(there.begin_us, there.lag_us, limit)
        )
        over_us = there.end_us if there.end_us <= as_of_us else None
        end_us = min((us for us in (done_us, over_us) if us is not None and us <= as_of_us), default=None)
        evidence: dict[str, Json] = {
            "limit": limit.limit, "quantity": CONDITIONING, "profile": track.profile, "device": device,
            "came_from": there.path[-1].places[-1] if there.path else None, "lag_us": there.lag_us,
            "says": "reckoned" if known else "unknown", "hold_us": limit.on_delay_us,
            "goods_c": round(float(ways.goods_c[0]), 2) if known else None, "air_c": round(float(ways.air_c[0]), 2),
            "ready_us": done_us,
        }  # fmt: skip
        return Finding(
            id=NEW, detector=DETECTOR, detector_version=VERSION, kind=Kind.CONDITIONING, subject=subject_of(device),
            band=limit.band, zone=track.zone, cause=f"zone:{track.zone}:{CONDITIONING}", severity=limit.severity,
            start_us=max(there.begin_us, track.intervals[0][0]), end_us=end_us,
            peak=None, area=None, coverage=_coverage(ways, there.begin_us, end_us or as_of_us, track.max_gap_us),
            samples=len(ways.time_us), received_us=as_of_us,
            evidence=evidence | (_foretold(ways, limit, there.lag_us) if known and end_us is None else {}),
        )  # fmt: skip


def _unknown_us(begin_us: int, lag_us: int, limit: Limit) -> int:
    """When goods are ready that were as far from the room as can be."""
    fades_us = lag_us * math.log(max(UNKNOWN_K / limit.limit, 1.0)) if limit.limit > 0 else 6 * lag_us
    return begin_us + round(fades_us) + limit.on_delay_us


def _foretold(ways: Ways, limit: Limit, lag_us: int) -> dict[str, Json]:
    """When they will be ready, P10 … P90, if the air stays as it is; to the quarter of an hour."""
    found: dict[str, Json] = {}
    for name, error in (("p10_us", 1 - LAG_ERROR), ("p50_us", 1.0), ("p90_us", 1 + LAG_ERROR)):
        left = left_us(
            float(ways.goods_c[-1]), float(ways.air_c[-1]), float(ways.dew_point_c[-1]), limit.limit, lag_us * error
        )  # fmt: skip
        at_us = None if left is None else int(ways.time_us[-1]) + left + limit.on_delay_us
        found[name] = None if at_us is None else -(-at_us // EVERY_US) * EVERY_US
    return found


def _coverage(ways: Ways, from_us: int, to_us: int, gap_us: int) -> float:
    """The share of [from, to) in which a reading holds."""
    ends = np.minimum(np.append(ways.time_us[1:], to_us), ways.time_us + gap_us)
    held = np.maximum(np.minimum(ends, to_us) - np.maximum(ways.time_us, from_us), 0).sum()
    return round(float(held) / (to_us - from_us), 4) if to_us > from_us else 1.0
