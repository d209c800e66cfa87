"""Courses: the air around a lot over all its places, and the temperature that its goods had in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.excursions import trusted
from detect.lag import chain, steps
from detect.psychrometrics import dew_point_c
from ingest.nouns import Columns
from registry.exposure import Beside, RowsOf

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
QuantitiesOf = Callable[[str], Iterable[str]]


class Course(NamedTuple):
    """Goods and the air around them whenever some thermometer spoke, in order of time; (n,)."""

    time_us: Ints
    air_c: Floats
    """Mean of the thermometers beside the goods."""
    goods_c: Floats
    dew_point_c: Floats
    """The highest of those that are known; NaN where none is."""
    gap_us: int
    """The longest pause that a device beside the goods may make."""

    def rows(self, value: Floats) -> Columns:
        """A column as the readings of a series."""
        known = ~np.isnan(value)
        n = int(known.sum())
        return Columns(np.zeros(n, np.int32), self.time_us[known], value[known], np.zeros(n, np.uint8))


def course(beside: Sequence[Beside], quantities_of: QuantitiesOf, rows_of: RowsOf, lag_us: int) -> Course:
    """The goods' way through the air of all their places; what they were like in one they bring to the next.

    Args:
        beside: the devices that hung beside them, and when.
        lag_us: the time constant by which they follow the air; 0 = at once.
    """
    airs = [
        (one, _read(one, "temperature", rows_of))
        for one in beside
        if _says(one, "temperature", quantities_of)
    ]
    times = _moments(airs)
    air_c = _mean([_at(times, one, rows) for one, rows in airs], len(times))
    known = ~np.isnan(air_c)
    times, air_c = times[known], air_c[known]
    damp = [
        _dew(times, one, rows, _read(one, "relative_humidity", rows_of))
        for one, rows in airs
        if _says(one, "relative_humidity", quantities_of)
    ]
    gap_us = max((one.max_gap_us for one in beside), default=0)
    return Course(times, air_c, _followed(times, air_c, lag_us), _highest(damp, len(times)), gap_us)


def _says(one: Beside, quantity: str, quantities_of: QuantitiesOf) -> bool:
    return quantity in quantities_of(one.device)


def _read(one: Beside, quantity: str, rows_of: RowsOf) -> Columns:
    rows = rows_of(one.device, quantity, one.from_us - one.max_gap_us, one.to_us + one.max_gap_us + 1)
    return trusted(rows)


def _moments(airs: Sequence[tuple[Beside, Columns]]) -> Ints:
    """When any thermometer spoke while it was beside the goods."""
    said = [rows.time_us[(rows.time_us >= one.from_us) & (rows.time_us < one.to_us)] for one, rows in airs]
    return np.unique(np.concatenate(said)) if said else np.empty(0, np.int64)


def _at(times: Ints, one: Beside, rows: Columns) -> Floats:
    """What a device measured at some moments, straight between its readings; NaN where nothing is known."""
    if not len(rows):
        return np.full(len(times), np.nan)
    after = np.minimum(rows.time_us.searchsorted(times, "left"), len(rows) - 1)
    exact = rows.time_us[after] == times
    before = np.maximum(after - 1, 0)
    near = (rows.time_us[after] > times) & (rows.time_us[before] < times)
    near &= rows.time_us[after] - rows.time_us[before] <= one.max_gap_us
    there = (times >= one.from_us) & (times < one.to_us) & (exact | near)
    value = np.interp(times.astype(np.float64), rows.time_us.astype(np.float64), rows.value)
    return np.where(there, value, np.nan)


def _mean(parts: Sequence[Floats], n: int) -> Floats:
    known = np.zeros(n)
    total = np.zeros(n)
    for part in parts:
        here = ~np.isnan(part)
        known += here
        total += np.where(here, part, 0.0)
    return np.where(known > 0, total / np.maximum(known, 1), np.nan)


def _highest(parts: Sequence[Floats], n: int) -> Floats:
    found = np.full(n, np.nan)
    for part in parts:
        found = np.fmax(found, part)
    return found


def _dew(times: Ints, one: Beside, air: Columns, damp: Columns) -> Floats:
    return np.asarray(dew_point_c(_at(times, one, air), _at(times, one, damp)))


def _followed(times: Ints, air_c: Floats, lag_us: int) -> Floats:
    """Goods that begin as warm as the first air, and follow."""
    if not len(times):
        return air_c
    lag = np.full(len(times) - 1, lag_us, np.int64)
    m, c = steps(np.diff(times), air_c[:-1], air_c[1:], lag)
    return np.array(chain(float(air_c[0]), m, c))
