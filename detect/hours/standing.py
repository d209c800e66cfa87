"""Standing: when oddness by hours is a finding, how long it stands, and the score that goes with it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.streams.nouns import NOTHING, Verdict
from ingest.nouns import US_PER_HOUR

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
MOST = 2.0
"""Oddness beyond so many times the threshold counts no more: the newer of two findings is the more interesting one."""


class Standing(NamedTuple):
    """What stands at each hour of a dense span. Shapes: (h,)."""

    odd: Floats
    """In units of the alert threshold: 1 or more where a finding stands, less where none does; NaN = not ready."""
    start: Whole
    """The index at which the finding began, where one stands."""

    @property
    def stands(self) -> NDArray[np.bool_]:
        """Where a finding stands."""
        stands: NDArray[np.bool_] = self.odd >= 1
        return stands


def held(odd: Floats, *, persist: int, hold: int) -> Standing:
    """What stands at every hour, from how odd each was.

    A finding begins once `persist` hours on end were odd, and stands until `hold` hours after the last such stretch.
    While it is held its oddness goes down to the threshold in a straight line.

    Args:
        odd: every hour of a span (h,), in units of the alert threshold; NaN = not ready.
        persist: hours, >= 1.
        hold: hours, >= 1.
    """
    lasting = -rolling_max(-np.nan_to_num(odd), persist)
    lasting[: persist - 1] = 0.0
    raised = np.where(lasting >= 1, np.minimum(lasting, MOST), 0.0)
    fading = np.zeros(len(odd))
    for age in range(min(hold, len(odd)) if raised.any() else 0):
        before = raised[: len(odd) - age]
        np.maximum(
            fading[age:], np.where(before > 0, 1 + (before - 1) * (1 - age / hold), 0), out=fading[age:]
        )
    stands = fading >= 1
    begun = stands & ~np.concatenate([[False], stands[:-1]])
    start = np.maximum.accumulate(np.where(begun, np.arange(len(odd)) - persist + 1, -persist))
    calm = np.where(np.isnan(odd), np.nan, np.minimum(lasting, np.nextafter(1, 0)))
    return Standing(np.where(stands, fading, calm), start)


def standing(hour: Whole, odd: Floats, *, persist: int, hold: int) -> Verdict:
    """The verdict at each of these hours, rising, (h,); `odd` and the rest as for `held`."""
    if not len(hour):
        return Verdict(np.empty(0, np.float32), np.empty(0, np.int8), np.empty(0, np.int64))
    every = np.full(int(hour[-1] - hour[0]) + 1, np.nan)
    every[hour - hour[0]] = odd
    return verdict(hour, held(every, persist=persist, hold=hold))


def verdict(hour: Whole, standing: Standing) -> Verdict:
    """What is said at these hours, (h,), of a span that begins with the first of them."""
    at = hour - hour[0]
    stands = standing.stands[at]
    since_us = (standing.start[at] + hour[0]) * US_PER_HOUR
    return Verdict(
        (standing.odd[at] / (1 + standing.odd[at])).astype(np.float32),
        np.where(stands, 0, NOTHING).astype(np.int8),
        np.where(stands, since_us, 0),
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
