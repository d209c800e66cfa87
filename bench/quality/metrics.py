"""Measures of detection: areas under curves, events found and missed, false alerts, and how sure a rate is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, rankdata

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BUFFER = 100
"""Rows around an event over which a volume under the surface is reckoned."""
THRESHOLDS = 250


def auc(faulty: Bools, score: Floats) -> float:
    """Area under the ROC curve: the chance that a faulty row scores higher than a sound one (ties count half).

    >>> auc(np.array([False, False, True, True]), np.array([0.1, 0.4, 0.35, 0.8]))
    0.75
    """
    odd = int(faulty.sum())
    ranks = rankdata(score)
    return float((ranks[faulty].sum() - odd * (odd + 1) / 2) / (odd * (len(score) - odd)))


def runs(mask: Bools) -> list[tuple[int, int]]:
    """First and last index of each run of True.

    >>> runs(np.array([True, True, False, True]))
    [(0, 1), (3, 3)]
    """
    steps = np.diff(mask.astype(np.int8), prepend=0, append=0)
    return list(
        zip(np.flatnonzero(steps == 1).tolist(), (np.flatnonzero(steps == -1) - 1).tolist(), strict=True)
    )


def vus_pr(odd: Bools, score: Floats, buffer: int = BUFFER) -> float:
    """Volume under the range precision-recall surface, 0 … 1 (Paparrizos et al., PVLDB 15, 2022).

    Around each event the label falls off like sqrt(1 − d/window) over half a window on either side; recall is weighed with the
    share of events that were touched; the area is averaged over all windows from 0 to `buffer` rows.
    """
    events = runs(odd)
    if not events:
        return float("nan")
    at = np.linspace(0, len(score) - 1, THRESHOLDS).astype(int)
    levels = -np.sort(-score)[at]
    alerts = score[None, :] >= levels[:, None]
    alarmed = alerts.sum(axis=1)
    inside = (alerts & odd).sum(axis=1)
    return float(np.mean([_area(odd, events, alerts, alarmed, inside, w) for w in range(buffer + 1)]))


def _area(
    odd: Bools,
    events: list[tuple[int, int]],
    alerts: NDArray[np.bool_],
    alarmed: Ints,
    inside: Ints,
    window: int,
) -> float:
    """Area under precision over recall with labels that reach `window`/2 beyond the events."""
    reach = window // 2
    soft = _softened(odd, events, window)
    around = np.flatnonzero((soft > 0) & ~odd)
    beside = alerts[:, around] @ soft[around]
    touched = np.mean([alerts[:, max(a - reach, 0) : b + reach + 1].any(axis=1) for a, b in events], axis=0)
    found = inside + beside
    recall = np.minimum(found / (int(odd.sum()) + beside / 2), 1) * touched
    precision = found / alarmed
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def _softened(odd: Bools, events: list[tuple[int, int]], window: int) -> Floats:
    """1 in events, falling beside them; overlapping slopes add up to 1 at most."""
    soft = odd.astype(float)
    reach = window // 2
    for first, last in events:
        for edge, rows in (
            (last, np.arange(last + 1, min(last + reach + 1, len(odd)))),
            (first, np.arange(max(first - reach, 0), first)),
        ):
            soft[rows] += np.sqrt(1 - np.abs(rows - edge) / window)
    return soft.clip(max=1.0)


class Events(NamedTuple):
    """How alerts met events. An alert is a run of alerting rows of one series; one that meets no event is false."""

    events: int
    found: int
    alerts: int
    false: int

    @property
    def precision(self) -> float:
        """Share of the alerts that met an event; NaN without alerts."""
        return (self.alerts - self.false) / self.alerts if self.alerts else float("nan")

    @property
    def recall(self) -> float:
        """Share of the events that were met by an alert."""
        return self.found / self.events if self.events else float("nan")

    def __add__(self, other: object) -> Events:
        """Both together."""
        if not isinstance(other, Events):
            return NotImplemented
        return Events(*(a + b for a, b in zip(self, other, strict=True)))


def events(odd: Bools, alert: Bools) -> Events:
    """Rows of one series, in order of time: which events were met, and how many alerts met none.

    >>> events(np.array([0, 1, 1, 0, 0, 0], bool), np.array([0, 0, 1, 0, 1, 0], bool))
    Events(events=1, found=1, alerts=2, false=1)
    """
    real, alerts = runs(odd), runs(alert)
    found = sum(bool(alert[a : b + 1].any()) for a, b in real)
    false = sum(not odd[a : b + 1].any() for a, b in alerts)
    return Events(len(real), found, len(alerts), false)


def at_most(count: int, exposure: float) -> float:
    """Upper end of the 95 % interval of a rate when `count` were seen in `exposure` (Garwood 1936, two-sided).

    >>> round(at_most(0, 100), 4)
    0.0369
    """
    return float(chi2.ppf(0.975, 2 * (count + 1)) / 2 / exposure)
