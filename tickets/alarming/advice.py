"""What would have kept a bad alarm quiet without hiding anything: a delay, reckoned from its own history."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import US_PER_MINUTE

Times = NDArray[np.int64]
STEPS_US = tuple(minutes * US_PER_MINUTE for minutes in (1, 2, 5, 10, 15, 30, 60))
"""The delays that are tried."""
WORTH = 0.2
"""Less than this share of transitions saved is not worth a change."""
ENOUGH = 0.8
"""Of the best that could be had; the shortest delay that comes so near is proposed."""
FEWEST = 4
"""Fewer episodes teach nothing."""


class Cure(StrEnum):
    """What is proposed."""

    OFF_DELAY = "off_delay"
    """It counts as returned only after so long: nothing comes later for it."""
    ON_DELAY = "on_delay"
    """It counts as raised only after so long: what lasts longer comes later by so much."""
    NONE = "none"


class Advice(NamedTuple):
    """What is proposed, and what it would have done."""

    cure: Cure
    delay_us: int
    transitions: int
    """As they were."""
    removed_share: float
    """Of them, the share that would not have been."""
    kept_over_us: int
    """Every episode longer than this would still have been told; 0: every one."""


def advise(raised_us: Times, returned_us: Times, *, delay_allowed: bool) -> Advice:
    """The cheapest cure for one alarm.

    Args:
        raised_us, returned_us: its episodes in order, (n,).
        delay_allowed: whether it may come later; alarms about goods may not.
    """
    n = len(raised_us)
    nothing = Advice(Cure.NONE, 0, 2 * n, 0.0, 0)
    if n < FEWEST:
        return nothing
    gaps = np.sort(raised_us[1:] - returned_us[:-1])
    merged = [int(np.searchsorted(gaps, step, "left")) for step in STEPS_US]
    cures = [_best(Cure.OFF_DELAY, merged, n)]
    if delay_allowed:
        lasted = np.sort(returned_us - raised_us)
        cures.append(
            _best(Cure.ON_DELAY, [int(np.searchsorted(lasted, step, "left")) for step in STEPS_US], n)
        )
    best = max(cures, key=lambda one: one.removed_share)
    return best if best.removed_share >= WORTH else nothing


def _best(cure: Cure, removed: list[int], n: int) -> Advice:
    """The shortest delay that removes nearly as many episodes as the longest would."""
    enough = ENOUGH * removed[-1]
    at = next(i for i, count in enumerate(removed) if count >= enough)
    delay = STEPS_US[at]
    return Advice(cure, delay, 2 * n, removed[at] / n, delay if cure is Cure.ON_DELAY else 0)
