"""Standing: when oddness by hours is a finding, how long it stands, and the score that goes with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detect.streams.nouns import NOTHING, Verdict
from ingest.nouns import US_PER_HOUR

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def standing(hour: Whole, odd: Floats, *, persist: int, hold: int) -> Verdict:
    """The verdict at each hour, from how odd it was.

    A finding begins once `persist` hours on end were odd, and stands until `hold` hours after the last such hour.
    The score is held as long, so that it is 0.5 or more where a finding stands and less where none does.

    Args:
        hour: hours since the epoch, rising, (h,).
        odd: in units of the alert threshold (h,); NaN = not ready.
        persist: hours, >= 1.
        hold: hours, >= 1.
    """
    if not len(hour):
        return Verdict(np.empty(0, np.float32), np.empty(0, np.int8), np.empty(0, np.int64))
    at = hour - hour[0]
    every = np.zeros(int(at[-1]) + 1)
    every[at] = np.nan_to_num(odd)
    lasting = -rolling_max(-every, persist)
    held = rolling_max(lasting, hold)
    stands = held >= 1
    begun = np.flatnonzero(stands & ~np.concatenate([[False], stands[:-1]]))
    start = np.zeros(len(every), np.int64)
    start[begun] = begun
    since_us = (np.maximum.accumulate(start) - persist + 1 + hour[0]) * US_PER_HOUR
    score = (held / (1 + held))[at]
    score[np.isnan(odd) & ~stands[at]] = np.nan
    return Verdict(
        score.astype(np.float32),
        np.where(stands[at], 0, NOTHING).astype(np.int8),
        np.where(stands[at], since_us[at], 0),
    )


def rolling_max(values: Floats, width: int) -> Floats:
    """The greatest of each value and the `width` - 1 before it; before the first there is nothing.

    >>> rolling_max(np.array([3.0, 1.0, 2.0, 0.0, 0.0]), 3)
    array([3., 3., 3., 2., 2.])
    """
    out, reach = values.copy(), 1
    while reach < width:
        step = min(reach, width - reach)
        out[step:] = np.maximum(out[step:], out[:-step].copy())
        reach += step
    return out
