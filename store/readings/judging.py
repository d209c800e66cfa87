"""Judging: what becomes of each arriving reading: kept, duplicate or conflicting, and whether it is late."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import Columns
from store.readings.columns import Index, Ints, Mask, bits, by_series_and_time
from store.readings.recent import Recent

Find = Callable[[NDArray[np.int32], Ints], tuple[Mask, Columns]]


class Outcome(IntEnum):
    """What became of an arriving reading."""

    KEPT = 0
    DUPLICATE = 1
    CONFLICTING = 2


class Judged(NamedTuple):
    """Arriving readings sorted by (series, time), those of one key by arrival; all arrays have a place per reading."""

    rows: Columns
    arrival: Index
    """Where in the order of arrival each reading was."""
    outcome: NDArray[np.uint8]
    """CONFLICTING may turn out to be a duplicate of a conflict already known."""
    late: Mask
    """Kept, but older than the newest reading its series had when it arrived."""
    first: Columns
    """The value kept for each reading's key (empty where nothing conflicts)."""


def judge(arriving: Columns, recent: Recent, find: Find) -> Judged:
    """Judge readings in the order of their arrival. `find` is asked for keys not newer than their series' newest."""
    if len(arriving):
        recent.make_room(int(arriving.series.max()))
    arrival = by_series_and_time(arriving.series, arriving.time_us)
    rows = arriving.take(arrival)
    newer = rows.time_us > recent.newest.time_us[rows.series]
    new_key = np.ones(len(rows), bool)
    new_key[1:] = (rows.time_us[1:] != rows.time_us[:-1]) | (rows.series[1:] != rows.series[:-1])
    late = (rows.time_us < recent.newest.time_us[rows.series]) | _overtaken(rows.series, arrival)
    if newer.all() and new_key.all():
        return Judged(rows, arrival, np.zeros(len(rows), np.uint8), late, Columns.empty())
    outcome, first = _compare(rows, new_key, np.flatnonzero(new_key & ~newer), find)
    return Judged(rows, arrival, outcome, late & (outcome == Outcome.KEPT), first)


def _overtaken(series: NDArray[np.int32], arrival: Index) -> Mask:
    """Which readings came after a later reading of their series."""
    if not bool(np.any((np.diff(arrival) < 0) & (np.diff(series) == 0))):
        return np.zeros(len(series), bool)
    lane = arrival + series.astype(np.int64) * (len(series) + 1)
    earliest = np.minimum.accumulate(lane[::-1])[::-1]
    overtaken: Mask = earliest < lane
    return overtaken


def _compare(rows: Columns, new_key: Mask, to_find: Index, find: Find) -> tuple[NDArray[np.uint8], Columns]:
    """Outcome of each reading, and the value kept for its key: the one already stored, else the first to arrive."""
    key = np.cumsum(new_key) - 1
    first = rows.take(new_key)
    stored = np.zeros(len(first), bool)
    if len(to_find):
        stored[key[to_find]], known = find(rows.series[to_find], rows.time_us[to_find])
        hit = stored[key[to_find]]
        first.value[key[to_find[hit]]] = known.value[hit]
        first.flags[key[to_find[hit]]] = known.flags[hit]
    first, stored = first.take(key), stored[key]
    same = bits(rows.value) == bits(first.value)
    outcome = np.where(same, Outcome.DUPLICATE, Outcome.CONFLICTING).astype(np.uint8)
    outcome[new_key & ~stored] = Outcome.KEPT
    return outcome, first
