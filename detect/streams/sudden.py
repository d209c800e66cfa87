"""Sudden changes: air that is another within a minute or so and stays so for some readings, as by steam, a door or airing.

It is no fault of the sensor: a spike comes back at once, noise has no side, a drift takes hours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detect.nouns import Kind
from detect.streams.nouns import NOTHING, Roster, Rows, Verdict
from detect.streams.stretches import Floats, Longs, Places, Stretches, Tail, order_of, stretches_of

FLOORS = {"temperature": 4.5, "relative_humidity": 10.0}
"""What is sudden in any room, in the quantity's unit."""
RECENT, BASE, WINDOW = 3, 5, 12
"""The newest three readings against the oldest five of the newest twelve: readings between them do not count."""
WITHIN_US = 300_000_000
"""Twelve readings over a longer time say nothing of what is sudden: the sun does as much."""
HOLD_US = 600_000_000
"""A change stands until so long after the last reading at which it was sudden: steam comes in puffs."""
SPREADS = 3
"""The change is so many times what the oldest readings differ among themselves."""
_LONG_AGO_US = -(2**62)


class Sudden:
    """Compares the newest readings of each series with those before.

    It says nothing where readings come less often than every 27 s: there a change of minutes is one of the day's.
    """

    name: str = "sudden"
    version: str = "1"
    kinds: tuple[Kind, ...] = (Kind.SUDDEN_CHANGE,)
    quantities: frozenset[str] = frozenset(FLOORS)
    look_back_us: int = HOLD_US + WITHIN_US

    def __init__(self) -> None:
        self._floor: Floats = np.empty(0, np.float32)
        self._values = Tail(WINDOW - 1, np.float32)
        self._times = Tail(WINDOW - 1, np.int64)
        self._last_us: Longs = np.empty(0, np.int64)
        self._since_us: Longs = np.empty(0, np.int64)

    def enter(self, roster: Roster) -> None:
        """Know these series; a longer roster adds to the former one."""
        known, size = len(self._floor), len(roster.quantity)
        floors = [FLOORS.get(quantity, 0.0) for quantity in roster.quantity[known:]]
        self._floor = np.append(self._floor, np.array(floors, np.float32))
        self._last_us = np.append(self._last_us, np.full(size - known, _LONG_AGO_US))
        self._since_us = np.append(self._since_us, np.zeros(size - known, np.int64))
        self._values.grow(size)
        self._times.grow(size)

    def forget(self, series: Sequence[int]) -> None:
        """These series begin anew, as if they had never spoken."""
        which = np.asarray(series, np.int64)
        self._last_us[which] = _LONG_AGO_US
        self._values.forget(which)
        self._times.forget(which)

    def follow(self, rows: Rows) -> Verdict:
        """Say something at every row."""
        n = len(rows.series)
        said = Verdict(np.full(n, np.nan, np.float32), np.full(n, NOTHING, np.int8), np.zeros(n, np.int64))
        at: Places = np.flatnonzero(self._floor[rows.series] > 0)
        order = order_of(rows.series[at])
        at = at if order is None else at[order]
        if len(at):
            value = rows.value[at].astype(np.float32)
            said.score[at], said.kind[at], said.since_us[at] = self._judge(
                stretches_of(rows.series[at]), rows.time_us[at], value
            )
        return said

    def _judge(self, rows: Stretches, time_us: Longs, value: Floats) -> Verdict:
        values, times = self._values.follow(rows, value), self._times.follow(rows, time_us)
        ready = (time_us - times[-1] <= WITHIN_US) & ~np.isnan(values[-1])
        degree = np.full(len(value), np.nan, np.float32)
        degree[ready] = _degree(values[:, ready], self._floor[rows.series[ready]])
        last_us, since_us = self._latest(rows, time_us, degree >= 1, times[RECENT - 1])
        stands = time_us - last_us <= HOLD_US
        score = degree / (1 + degree)
        return Verdict(
            np.where(stands, np.fmax(score, np.float32(0.5)), score),
            np.where(stands, 0, NOTHING).astype(np.int8),
            np.where(stands, since_us, 0),
        )

    def _latest(
        self, rows: Stretches, time_us: Longs, sudden: NDArray[np.bool_], began_us: Longs
    ) -> tuple[Longs, Longs]:
        """The last row up to each at which the change was sudden, and when that change began."""
        every = np.arange(len(time_us))
        rank = np.zeros(len(time_us), np.int64) if rows.rank is None else rows.rank
        at = np.maximum.accumulate(np.where(sudden, every, -1))
        here = at >= every - rank
        last_us = np.where(here, time_us[at], self._last_us[rows.series])
        since_us = np.where(here, began_us[at], self._since_us[rows.series])
        tails = rows.series[rows.last]
        self._last_us[tails], self._since_us[tails] = last_us[rows.last], since_us[rows.last]
        return last_us, since_us


def _degree(values: Floats, floor: Floats) -> Floats:
    """How sudden each change is (n,), 1 or more = sudden; `values` (12, n) are the readings, newest first."""
    base = np.sort(values[-BASE:], axis=0)
    middle, spread = base[BASE // 2], base[-1] - base[0]
    off = values[:RECENT] - middle
    least = np.where(off[0] > 0, off.min(axis=0), -off.max(axis=0))
    return np.asarray(np.maximum(least, 0) / np.maximum(floor, SPREADS * spread))
