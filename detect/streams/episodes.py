"""Episodes: what stands at single rows of a series, gathered into intervals that begin, are raised and end."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.streams.nouns import NOTHING, Verdict


class Episode(NamedTuple):
    """One kind that stood for a while. Times are event times in µs."""

    kind: int
    """Index into the detector's `kinds`."""
    start_us: int
    """When it began, which may be before it was noticed."""
    end_us: int | None
    """The last row at which it stood; None while it may still go on."""
    raised_us: int
    """The row at which it was noticed."""


def episodes(
    time_us: NDArray[np.int64], verdict: Verdict, *, hold_us: int = 0, least: int = 1
) -> list[Episode]:
    """Gather the rows of one series, in order, into episodes by start.

    Args:
        time_us: (n,), rising.
        verdict: what a detector said of these rows.
        hold_us: two stretches of a kind with at most this time between them are one episode, so that a value which
            hovers about a threshold is told once.
        least: so many rows of an episode must stand before it is raised; one that never has as many is left out.

    An episode without an end is one that a further row may still prolong. What was raised stays so whatever comes
    later, and only the end of an open episode changes with further rows.

    >>> verdict = Verdict(np.ones(5, np.float32), np.array([-1, 0, 0, -1, -1], np.int8), np.array([0, 5, 5, 0, 0]))
    >>> episodes(np.array([0, 10, 20, 30, 40]), verdict)
    [Episode(kind=0, start_us=5, end_us=20, raised_us=10)]
    """
    if len(time_us) != len(verdict.kind):
        raise ValueError(f"{len(time_us)} times for {len(verdict.kind)} verdicts: give one verdict per row")
    found: list[Episode] = []
    for kind in np.unique(verdict.kind[verdict.kind != NOTHING]).tolist():
        standing = np.flatnonzero(verdict.kind == kind)
        found += _of_kind(kind, time_us, standing, verdict.since_us, hold_us, least)
    return sorted(found, key=lambda one: (one.start_us, one.raised_us, one.kind))


def _of_kind(
    kind: int, time_us: NDArray[np.int64], standing: NDArray[np.intp], since_us: NDArray[np.int64], hold_us: int,
    least: int,
) -> list[Episode]:  # fmt: skip
    """The episodes of one kind, which stands at the rows `standing`."""
    apart = (np.diff(standing) > 1) & (np.diff(time_us[standing]) > hold_us)
    bounds = [0, *(np.flatnonzero(apart) + 1).tolist(), len(standing)]
    found = []
    for first, after in pairwise(bounds):
        if after - first < least:
            continue
        last = standing[after - 1]
        over = last < len(time_us) - 1 and time_us[-1] - time_us[last] > hold_us
        end_us = int(time_us[last]) if over else None
        raised_us = int(time_us[standing[first + least - 1]])
        found.append(Episode(kind, int(since_us[standing[first]]), end_us, raised_us))
    return found
