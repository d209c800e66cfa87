"""Flagged: values that are no readings, by the codes and bounds of their quantity, and how long such a fault stands.

A value that cannot be is a spike if it is gone within a few readings, as one that could be is; only what stays is called impossible.

A thermometer that lives near a bound is spared: one that hangs on a hot machine may pass the heat of boiling water, and
says 85 °C without meaning that it was just switched on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.nouns import Kind
from detect.scoring.nouns import Entrant, Followed
from detect.sensor_faults import FLAGS, HOLD_US
from detect.streams.nouns import NOTHING, Verdict
from detect.streams.signs import LONGEST_SPIKE
from ingest.quantities import code_of, flags_of

KINDS = (*FLAGS, Kind.SPIKE)
SPIKE = len(FLAGS)
HOT_C = 60.0
"""Neither goods nor the rooms beside them are so hot."""
HOT_SHARE = 0.25
"""A thermometer that says so this often hangs on a machine."""
BEYOND_C = 150.0
"""A thermometer beside goods that says this is faulty wherever it hangs."""
LEAST_READINGS = 10
"""Before so many readings nothing is known of where it hangs."""
LONG_AGO_US = -(2**62)
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]


class Fault(NamedTuple):
    """What stands of a series."""

    kind: int
    since_us: int
    last_us: int


class Flagged:
    """Knows the codes and bounds of each series, and until when a fault stands."""

    def __init__(self) -> None:
        self._quantity: list[str] = []
        self._code = np.empty(0, np.int16)
        self._seen = np.empty(0, np.int64)
        self._hot = np.empty(0, np.int64)
        self._faults: dict[int, Fault] = {}
        self._wild: dict[int, int] = {}
        """How many values on end could not be, of the series whose last one could not."""

    def enter(self, entrants: Sequence[Entrant]) -> None:
        """Know these series too; their numbers go on from the last."""
        self._quantity += [e.quantity for e in entrants]
        self._code = np.append(self._code, np.array([code_of(e.quantity) for e in entrants], np.int16))
        more = np.zeros(len(entrants), np.int64)
        self._seen, self._hot = np.append(self._seen, more), np.append(self._hot, more)

    def follow(self, rows: Followed) -> tuple[Mask, Verdict]:
        """Which rows are no readings, and what stands at each row.

        A fault stands until none came for HOLD_US, as it does for tickets.
        """
        n = len(rows.series)
        flags = flags_of(self._code[rows.series], rows.value)
        suspect = flags != 0
        sound = self._spared(rows, suspect)
        self._count(rows, ~suspect)
        flags[sound] = 0
        out = Verdict(np.full(n, np.nan, np.float32), np.full(n, NOTHING, np.int8), np.zeros(n, np.int64))
        for series in sorted(
            self._faults.keys() | self._wild.keys() | set(np.unique(rows.series[flags != 0]).tolist())
        ):
            at = np.flatnonzero(rows.series == series)
            if len(at):
                self._stand(series, at, rows.time_us[at], flags[at], out)
        return flags != 0, out

    def _spared(self, rows: Followed, suspect: Mask) -> Mask:
        """Suspects on thermometers that were hot often enough before, by what was no suspect."""
        spared = np.zeros(len(suspect), bool)
        for series in np.unique(rows.series[suspect]).tolist():
            if "temperature" in self._quantity[series]:
                at = np.flatnonzero(rows.series == series)
                value, good = rows.value[at], ~suspect[at]
                hot = np.cumsum((value > HOT_C) & good) + self._hot[series]
                seen = np.cumsum(good) + self._seen[series]
                lives_hot = (seen >= LEAST_READINGS) & (hot >= HOT_SHARE * seen)
                spared[at] = suspect[at] & lives_hot & (value > HOT_C) & (value < BEYOND_C)
        return spared

    def _count(self, rows: Followed, good: Mask) -> None:
        self._seen += np.bincount(rows.series[good], minlength=len(self._seen))
        self._hot += np.bincount(rows.series[good & (rows.value > HOT_C)], minlength=len(self._hot))

    def _stand(
        self, series: int, at: Places, time_us: NDArray[np.int64], flags: NDArray[np.uint8], out: Verdict
    ) -> None:
        """Write what stands of one series at its rows `at`."""
        before = self._faults.pop(series, Fault(NOTHING, 0, LONG_AGO_US))
        codes = np.select([(flags & flag) != 0 for flag in FLAGS.values()], range(len(FLAGS)), NOTHING)
        brief = self._brief(series, codes == KINDS.index(Kind.IMPOSSIBLE))
        bad = (flags != 0) & ~brief
        last = np.maximum.accumulate(np.where(bad, np.arange(len(at)), -1))
        last_us = np.where(last >= 0, time_us[last], before.last_us)
        stands = time_us - last_us <= HOLD_US
        begins = stands & ~np.append(before.kind != NOTHING and stands[0], stands[:-1])
        begun = np.maximum.accumulate(np.where(begins, np.arange(len(at)), -1))
        since_us = np.where(begun >= 0, time_us[begun], before.since_us)
        kind = np.where(stands, np.where(last >= 0, codes[last], before.kind), NOTHING)
        out.score[at[stands | brief]] = np.where(flags != 0, 1.0, 0.5)[stands | brief]
        out.kind[at] = np.where(brief, SPIKE, kind)
        out.since_us[at] = np.where(brief, time_us, np.where(stands, since_us, 0))
        if stands[-1]:
            self._faults[series] = Fault(int(kind[-1]), int(since_us[-1]), int(last_us[-1]))

    def _brief(self, series: int, impossible: Mask) -> Mask:
        """Which of its rows are among the first few values on end that cannot be."""
        every = np.arange(len(impossible))
        sound = np.maximum.accumulate(np.where(impossible, -1, every))
        on_end = np.where(sound >= 0, every - sound, every + 1 + self._wild.pop(series, 0))
        if impossible[-1]:
            self._wild[series] = min(int(on_end[-1]), LONGEST_SPIKE + 1)
        brief: Mask = impossible & (on_end <= LONGEST_SPIKE)
        return brief
