"""Excursions: readings beyond what the goods in the zone tolerate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect import runs as run_finder
from detect.nouns import DEW_POINT_MARGIN, WET_METAL_BAND, Finding, Kind, Limit
from detect.ports import Rows
from detect.reconcile import NEW
from detect.runs import AREA_UNIT_PER_MINUTE, Limits, Runs
from detect.tracks import FOREVER_US, Plan, Track
from ingest.nouns import US_PER_HOUR, Columns, Flag, SeriesKey

DETECTOR = "excursion"
VERSION = "1"
UNTRUSTED = Flag.SENTINEL | Flag.IMPOSSIBLE | Flag.DISPUTED
"""A reading with one of these says nothing about the goods."""

LOOK_BACK_US = 2 * US_PER_HOUR
"""How far around a late reading the store is read at first; doubled until the state there is certain."""


def trusted(columns: Columns) -> Columns:
    """The readings that say something about the goods."""
    return columns.take((columns.flags & int(UNTRUSTED)) == 0)


def kind_of(limit: Limit) -> Kind:
    """What it is to be beyond a limit: a surface at or below the dew point has a name of its own."""
    if limit.side == "high":
        return Kind.TOO_HIGH
    if limit.quantity != DEW_POINT_MARGIN or limit.limit > 0:
        return Kind.TOO_LOW
    bare = limit.band.rsplit("/", 1)[-1].split("@", 1)[0]
    return Kind.WET_METAL if bare == WET_METAL_BAND else Kind.CONDENSATION


class Judgement(NamedTuple):
    """All runs of one track that touch a window, and the window."""

    track: int
    start_us: int
    end_us: int
    runs: Runs


class Excursions:
    """The state of all tracks, kept in order of event time.

    In-order readings take `follow` (columnar, all series at once). Anything else is judged again from the store by
    `rejudge`; both use the same arithmetic, so both give the same runs.
    """

    def __init__(self, plan: Plan, series_count: int) -> None:
        self.plan = plan
        self._limits: Limits = plan.limits()
        self._open = Runs.none(len(plan.tracks))
        self._on_delay = np.array([t.limit.on_delay_us for t in plan.tracks], np.int64)
        self._min_samples = np.array([t.limit.min_samples for t in plan.tracks], np.int64)
        width = max((len(s.tracks) for found in plan.stretches.values() for s in found), default=0)
        self._slots = np.full((series_count, width), -1, np.int32)
        self._from = np.full(series_count, -FOREVER_US, np.int64)
        self._to = np.full(series_count, FOREVER_US, np.int64)
        for series, found in plan.stretches.items():
            self.move_to(series, found[0].from_us)

    def move_to(self, series: int, time_us: int) -> None:
        """Let `follow` judge a series by the limits that hold at this time."""
        stretch = self.plan.stretch(series, time_us)
        self._slots[series] = -1
        if stretch is not None:
            self._slots[series, : len(stretch.tracks)] = stretch.tracks
            self._from[series], self._to[series] = stretch.from_us, stretch.to_us
            return
        others = self.plan.stretches.get(series, [])
        self._from[series] = max((s.to_us for s in others if s.to_us <= time_us), default=-FOREVER_US)
        self._to[series] = min((s.from_us for s in others if s.from_us > time_us), default=FOREVER_US)

    def in_stretch(self, columns: Columns) -> NDArray[np.bool_]:
        """Per reading: does it lie where its series' present limits (or the present lack of them) hold?"""
        series = columns.series
        return (columns.time_us >= self._from[series]) & (columns.time_us < self._to[series])

    def calm(self, columns: Columns) -> NDArray[np.bool_]:
        """Per reading: surely inside all limits in force, with nothing open in its series (or it says nothing at all).

        One more such reading can end a run or shorten it, but never begin one or lengthen it.
        """
        quiet: NDArray[np.bool_] = self.in_stretch(columns)
        for slot in range(self._slots.shape[1]):
            track = self._slots[columns.series, slot].astype(np.int64)
            over = self._limits.side[track] * (columns.value - self._limits.limit[track])
            inside = (over <= -self._limits.deadband[track]) & ~(over > 0) & (self._open.start_us[track] < 0)
            quiet &= (track < 0) | inside
        quiet |= (columns.flags & int(UNTRUSTED)) != 0
        return quiet

    def follow(self, columns: Columns) -> list[Runs]:
        """Judge trusted in-order readings (sorted by series and time) and return the runs that qualify, per slot."""
        found = []
        for slot in range(self._slots.shape[1]):
            track = self._slots[columns.series, slot].astype(np.int64)
            rows = self._interesting(track, columns)
            if not len(rows):
                continue
            track = track[rows]
            runs = run_finder.find(
                track, columns.time_us[rows], columns.value[rows], self._limits, self._open
            )
            self._keep_open(runs)
            found.append(self._qualified(runs))
        return [runs for runs in found if len(runs)]

    def _interesting(self, track: NDArray[np.int64], columns: Columns) -> NDArray[np.intp]:
        """Positions of the readings of tracks that are beyond their limit or were before."""
        judged = track >= 0
        if not judged.any():
            return np.empty(0, np.intp)
        side = self._limits.side[track]
        hot = judged & (
            (side * (columns.value - self._limits.limit[track]) > 0) | (self._open.start_us[track] >= 0)
        )
        if not hot.any():
            return np.empty(0, np.intp)
        return np.flatnonzero(judged & np.isin(track, np.unique(track[hot])))

    def _keep_open(self, runs: Runs) -> None:
        closed = runs.take(runs.end_us >= 0)
        self._open.start_us[closed.track] = -1
        still_open = runs.take(runs.end_us < 0)
        self._open.put(still_open.track, still_open)

    def _qualified(self, runs: Runs) -> Runs:
        """The runs that lasted long enough, in time and in samples."""
        t = runs.track
        return runs.take((runs.beyond_us >= self._on_delay[t]) & (runs.samples >= self._min_samples[t]))

    def open_at_end(self, as_of_us: int) -> list[int]:
        """Series with an open run under limits that do not hold any more."""
        found = set()
        for number in np.flatnonzero(self._open.start_us >= 0).tolist():
            track, at_us = self.plan.tracks[number], int(self._open.start_us[number])
            if any(from_us <= at_us < to_us <= as_of_us for from_us, to_us in track.intervals):
                found.add(track.series)
        return sorted(found)

    def open_series(self) -> list[int]:
        """Series with an open run."""
        tracks = np.flatnonzero(self._open.start_us >= 0).tolist()
        return sorted({self.plan.tracks[t].series for t in tracks})

    def unsettled(self, latest: Columns) -> list[int]:
        """Series whose newest reading does not say by itself that all is well."""
        needs = ((latest.flags & int(UNTRUSTED)) != 0) | ~self.calm(latest)
        return [int(s) for s in latest.series[needs]]

    def rejudge(
        self, series: int, first_us: int, last_us: int, readings: Rows, fed_us: int, as_of_us: int
    ) -> list[Judgement]:
        """Judge a series again around the changed readings in [first_us, last_us], and take up its state at the end.

        The store may be ahead of the feed: what is newer than `fed_us` is left to be followed when the feed tells of it.
        """
        stretches = self.plan.stretches.get(series, [])
        tracks = sorted({t for stretch in stretches for t in stretch.tracks})
        if not tracks:
            self.move_to(series, max(last_us, as_of_us))
            return []
        first_us = min([first_us, *self._left_behind(tracks, first_us)])
        back, ahead = first_us - LOOK_BACK_US, last_us + LOOK_BACK_US
        while True:
            rows = trusted(readings.range([series], back, min(ahead, fed_us + 1)))
            wants_back = any(self._uncertain(t, rows, first_us, back, ahead, -1) for t in tracks)
            wants_ahead = any(self._uncertain(t, rows, last_us, back, ahead, +1) for t in tracks)
            if wants_back and len(readings.range([series], 0, back, 1)):
                back = max(first_us - 4 * (first_us - back), 0)
            elif wants_ahead and ahead <= fed_us:
                ahead = last_us + 4 * (ahead - last_us)
            else:
                break
        judgements = [j for t in tracks for j in self._judge(t, rows, first_us, last_us, ahead, as_of_us)]
        newest_us = int(rows.time_us[-1]) if len(rows) else 0
        # Runs of a stretch that is over were closed above: whatever still comes for it is judged again.
        if ahead > fed_us or self._to[series] <= as_of_us:
            self.move_to(series, max(newest_us, as_of_us))
        return judgements

    def _left_behind(self, tracks: list[int], at_us: int) -> list[int]:
        """Where the open runs of tracks were last seen that do not hold any more at a moment."""
        return [
            int(self._open.last_us[t])
            for t in tracks
            if self._open.start_us[t] >= 0
            and not any(from_us <= at_us < to_us for from_us, to_us in self.plan.tracks[t].intervals)
        ]

    def _inside(self, track: int, rows: Columns) -> NDArray[np.bool_]:
        """Per reading: surely back inside the limit, whatever came before."""
        limit = self.plan.tracks[track].limit
        side = 1.0 if limit.side == "high" else -1.0
        over = side * (rows.value - limit.limit)
        return (over <= -limit.deadband) & ~(over > 0)

    def _uncertain(
        self, track: int, rows: Columns, at_us: int, back: int, ahead: int, direction: int
    ) -> bool:
        """Whether the rows read so far leave open what the state of a track is before (-1) or after (+1) a moment."""
        for from_us, to_us in self.plan.tracks[track].intervals:
            if not from_us <= at_us < to_us:
                continue
            if (direction < 0 and from_us >= back) or (direction > 0 and to_us <= ahead):
                return False
            side = rows.time_us < at_us if direction < 0 else rows.time_us > at_us
            within = (rows.time_us >= from_us) & (rows.time_us < to_us)
            return not bool((side & within & self._inside(track, rows)).any())
        return False

    def _judge(
        self, number: int, rows: Columns, first_us: int, last_us: int, ahead: int, as_of_us: int
    ) -> list[Judgement]:
        """The runs of one track between the last certain reading before and the first one after."""
        judgements = []
        inside = self._inside(number, rows)
        for from_us, to_us in self.plan.tracks[number].intervals:
            within = (rows.time_us >= from_us) & (rows.time_us < to_us)
            if last_us < from_us or first_us >= to_us:
                continue
            before = np.flatnonzero(within & inside & (rows.time_us < first_us))
            after = np.flatnonzero(within & inside & (rows.time_us > last_us))
            start_us = int(rows.time_us[before[-1]]) if len(before) else from_us
            certain = len(after) > 0
            end_us = int(rows.time_us[after[0]]) if certain else min(to_us, FOREVER_US)
            chosen = rows.take(within & (rows.time_us >= start_us) & (rows.time_us <= end_us))
            found = self._fresh(number, chosen)
            if not certain:
                self._take_up(number, found, to_us, as_of_us)
            judgements.append(Judgement(number, start_us, end_us, self._qualified(found)))
        return judgements

    def _fresh(self, number: int, rows: Columns) -> Runs:
        """The runs of one track over these readings alone."""
        track = np.full(len(rows), number, np.int64)
        start_us = self._open.start_us[number]
        self._open.start_us[number] = -1
        found = run_finder.find(track, rows.time_us, rows.value, self._limits, self._open)
        self._open.start_us[number] = start_us
        return found

    def _take_up(self, number: int, found: Runs, to_us: int, as_of_us: int) -> None:
        """The judged runs reach the present: the last one is the open one, unless its interval is over."""
        if to_us <= as_of_us:
            found.end_us[found.end_us < 0] = to_us
        self._open.start_us[number] = -1
        self._keep_open(found)

    def finding(self, runs: Runs, i: int, key: SeriesKey, received_us: int) -> Finding:
        """The i-th run as a finding about the goods in its zone."""
        track: Track = self.plan.tracks[int(runs.track[i])]
        limit = track.limit
        high = limit.side == "high"
        end_us = int(runs.end_us[i]) if runs.end_us[i] >= 0 else None
        length = (int(runs.last_us[i]) if end_us is None else end_us) - int(runs.start_us[i])
        covered = int(runs.beyond_us[i] if end_us is None else runs.covered_us[i])
        return Finding(
            id=NEW,
            detector=DETECTOR,
            detector_version=VERSION,
            kind=kind_of(limit),
            subject=f"device:{key.device}:{key.quantity}",
            band=limit.band,
            zone=track.zone,
            cause=f"zone:{track.zone}:{key.quantity}:{limit.side}",
            severity=limit.severity,
            start_us=int(runs.start_us[i]),
            end_us=end_us,
            peak=float(runs.peak[i] if high else -runs.peak[i]),
            area=round(int(runs.area2[i]) / AREA_UNIT_PER_MINUTE, 3),
            coverage=round(covered / length, 4) if length > 0 else 1.0,
            samples=int(runs.samples[i]),
            received_us=received_us,
            evidence={
                "limit": limit.limit,
                "quantity": key.quantity,
                "profile": track.profile,
                "device": key.device,
                "last_us": int(runs.last_us[i]),
            },
        )
