"""The scorer: rows of many series in order of arrival, and what all detectors together say of each.

What is said at a row depends on that row and those before it alone. A row that is older than the newest of its series, or the same
moment again, is not followed: it has the verdict that stands.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detect.nouns import Kind
from detect.scoring.flagged import KINDS as FLAGGED
from detect.scoring.flagged import Flagged
from detect.scoring.hourly import Hourly, Ruled
from detect.scoring.nouns import Entrant, Followed, Found, Given, Said
from detect.scoring.standing import Standing
from detect.streams.nouns import NOTHING, Detector, HourDetector, Roster, Rows, Verdict

LAST_RANK = {Kind.SUDDEN_CHANGE: 1, Kind.ANOMALY: 2}
"""What is said last where several things stand: whatever names a fault says more."""
ALERT = 0.5
LONG_AGO_US = -(2**62)
CALM = 0.499_999
"""The highest score without an alert; no rounding makes it one."""


class Scorer:
    """Follows a mix of series. Series are numbered from 0 in order of `enter`."""

    def __init__(self, fast: Sequence[Detector], slow: Sequence[HourDetector]) -> None:
        """`fast` are new: nobody else follows anything with them."""
        self._fast, self._flagged, self._hourly = fast, Flagged(), Hourly(slow)
        self._standing = [
            Standing("sensor_fault", FLAGGED),
            *(Standing(d.name, d.kinds) for d in fast),
            *(Standing(d.name, d.kinds) for d in slow),
        ]
        self.kinds = tuple(dict.fromkeys(kind for s in self._standing for kind in s.kinds))
        self._entrants: list[Entrant] = []
        self._newest_us = np.empty(0, np.int64)
        self._last_score = np.empty(0)
        self._last_kind = np.empty(0, np.int16)
        self._rows = 0

    def enter(self, entrants: Sequence[Entrant]) -> None:
        """Know these series too; their numbers go on from the last."""
        self._entrants += entrants
        more = len(entrants)
        self._newest_us = np.append(self._newest_us, np.full(more, LONG_AGO_US))
        self._last_score = np.append(self._last_score, np.zeros(more))
        self._last_kind = np.append(self._last_kind, np.full(more, NOTHING, np.int16))
        self._flagged.enter(entrants)
        self._hourly.enter(entrants)
        roster = Roster(
            [e.quantity for e in self._entrants],
            np.array([e.group for e in self._entrants], np.int32),
            np.zeros(len(self._entrants), np.int64),
        )
        for detector in self._fast:
            detector.enter(roster)

    def follow(self, given: Given) -> Said:
        """What stands at each row."""
        n = len(given.series)
        order = np.argsort(given.series, kind="stable")
        fresh = np.zeros(n, bool)
        fresh[order] = self._fresh(given.take(order))
        score, kind = np.full(n, np.nan), np.full(n, NOTHING, np.int16)
        (at,) = np.nonzero(fresh)
        rows = Followed(given.series[at], given.time_us[at], given.value[at], at + self._rows)
        score[at], kind[at] = self._judge(rows)
        self._rows += n
        return self._filled(given.series, order, score, kind)

    def findings(self) -> list[Found]:
        """What was found so far and has ended, and what still stands, by when it was raised."""
        found = [one for standing in self._standing for one in standing.found()]
        return sorted(found, key=lambda f: (f.raised_us, f.series, f.detector))

    def _fresh(self, given: Given) -> NDArray[np.bool_]:
        """Rows newer than all before of their series; the rows come sorted by series."""
        if not len(given.series):
            return np.empty(0, bool)
        time_us = np.where(given.told, given.time_us, LONG_AGO_US)
        fresh = np.zeros(len(time_us), bool)
        bounds = np.flatnonzero(np.diff(given.series, prepend=-1))
        for a, b in zip(bounds.tolist(), [*bounds[1:].tolist(), len(time_us)], strict=True):
            series = given.series[a]
            newest = np.maximum.accumulate(np.append(self._newest_us[series], time_us[a:b]))
            fresh[a:b] = time_us[a:b] > newest[:-1]
            self._newest_us[series] = newest[-1]
        return fresh

    def _judge(self, rows: Followed) -> Said:
        bad, faults = self._flagged.follow(rows)
        (good,) = np.nonzero(~bad)
        sound = rows.take(good)
        self._standing[0].note(rows, faults)
        verdicts = [d.follow(Rows(sound.series, sound.time_us, sound.value)) for d in self._fast]
        ruled = [*(Ruled(v, {}) for v in verdicts), *self._hourly.follow(sound)]
        for standing, one in zip(self._standing[1:], ruled, strict=True):
            standing.note(sound, one.verdict, one.evidence)
        combined = self._combined([_of(faults, good), *(r.verdict for r in ruled)])
        score, kind = np.full(len(rows.series), np.nan), np.full(len(rows.series), NOTHING, np.int16)
        score[good], kind[good] = combined
        score[bad] = 1.0
        kind[bad] = np.array([self.kinds.index(k) for k in FLAGGED], np.int16)[faults.kind[bad]]
        return Said(score, kind)

    def _combined(self, verdicts: Sequence[Verdict]) -> Said:
        """The highest score, and of the kinds that stand the one that says most, of these the earliest."""
        n = len(verdicts[0].kind)
        score, kind = np.zeros(n), np.full(n, NOTHING, np.int16)
        rank, since_us = np.full(n, 9), np.zeros(n, np.int64)
        for standing, verdict in zip(self._standing, verdicts, strict=True):
            stands = verdict.kind != NOTHING
            own = np.nan_to_num(verdict.score.astype(np.float64))
            score = np.maximum(score, np.where(stands, np.maximum(own, ALERT), np.minimum(own, CALM)))
            ranks = np.array([LAST_RANK.get(k, 0) for k in standing.kinds] or [0])[verdict.kind]
            first = (ranks < rank) | ((ranks == rank) & (verdict.since_us < since_us))
            better = stands & first
            numbers = np.array([self.kinds.index(k) for k in standing.kinds] or [0], np.int16)
            kind = np.where(better, numbers[verdict.kind], kind)
            rank, since_us = np.where(better, ranks, rank), np.where(better, verdict.since_us, since_us)
        return Said(score, kind)

    def _filled(self, series: NDArray[np.int32], order: NDArray[np.intp], score: NDArray[np.float64], kind: NDArray[np.int16]) -> Said:  # fmt: skip
        """Rows that were not followed have what stood at the row before of their series."""
        by_series = series[order]
        known = ~np.isnan(score[order])
        begins = np.diff(by_series, prepend=-1) != 0
        last = np.maximum.accumulate(np.where(known | begins, np.arange(len(order)), 0))
        inherited = ~known[last]
        out_score = np.where(inherited, self._last_score[by_series], score[order][last])
        out_kind = np.where(inherited, self._last_kind[by_series], kind[order][last])
        self._last_score[by_series], self._last_kind[by_series] = out_score, out_kind
        score[order], kind[order] = out_score, out_kind
        return Said(score, kind)


def _of(verdict: Verdict, at: NDArray[np.intp]) -> Verdict:
    return Verdict(verdict.score[at], verdict.kind[at], verdict.since_us[at])
