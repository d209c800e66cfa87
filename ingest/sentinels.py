"""Sentinels of models: the codes for "no value" that one kind of device has beside those of its quantity.

They only add: a code that some sensors of a quantity use stays suspect also on a model that does not name it. To take
one such value for a fault leaves a reading out; to take a fault for a value raises an alarm, or hides one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import Flag

_CLOSE = 1e-6
"""How near (relative) a value must be, as for the sentinels of a quantity."""


class ModelSentinels:
    """Per series a row of codes; where no model has any, nothing is looked at."""

    def __init__(self) -> None:
        self._row_of = np.zeros(0, np.int32)
        """By series: its row, 0 for none."""
        self._codes = np.zeros((1, 0))

    def learn(self, codes: Mapping[int, tuple[float, ...]]) -> None:
        """Take up the codes by series number, in place of all before."""
        rows = sorted(set(codes.values()))
        width = max((len(row) for row in rows), default=0)
        self._codes = np.full((len(rows) + 1, width), np.nan)
        for number, row in enumerate(rows, start=1):
            self._codes[number, : len(row)] = row
        self._row_of = np.zeros(max(codes, default=-1) + 1, np.int32)
        for series, row in codes.items():
            self._row_of[series] = rows.index(row) + 1

    def mark(self, series: NDArray[np.int32], value: NDArray[np.float64], flags: NDArray[np.uint8]) -> None:
        """Flag in `flags`, all three (n,), the values that are a code of their series' model."""
        if not len(self._row_of):
            return
        (at,) = np.nonzero(series < len(self._row_of))
        rows = self._row_of[series[at]]
        at, rows = at[rows > 0], rows[rows > 0]
        codes = self._codes[rows]
        near = (np.abs(value[at, None] - codes) <= _CLOSE * np.abs(codes)).any(axis=1)
        flags[at[near]] = (flags[at[near]] & ~np.uint8(Flag.IMPOSSIBLE)) | np.uint8(Flag.SENTINEL)
