"""What any detector must beat: chance, crying wolf always, and a control chart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.quality.recordings import Recording
from bench.quality.scored import Scored

WEIGHT = 0.2
LIMIT = 3.0
"""λ and L of an EWMA chart as textbooks have it (Montgomery, Introduction to Statistical Quality Control, ch. 9)."""
WARM_UP = 100
"""Rows from which a series' own mean and deviation are taken; within them nothing is said."""


def at_random(recording: Recording, seed: int = 1) -> Scored:
    """Scores drawn at random; the alerts are those above 0.99."""
    return _said(np.random.default_rng(seed).random(len(recording)), 0.99)


def always(recording: Recording) -> Scored:
    """Everything is an alert."""
    return _said(np.ones(len(recording)), 0.5)


def ewma(recording: Recording) -> Scored:
    """An EWMA chart of each series: |average − mean| in deviations of the average, over `LIMIT` is an alert."""
    found = np.zeros(len(recording))
    for name in recording.names():
        at = recording.of(name)
        found[at] = _chart(recording.value[at])
    return _said(found / (found + LIMIT), 0.5)


BASELINES = {"random": at_random, "all positive": always, "EWMA chart": ewma}


def _chart(values: NDArray[np.float64]) -> NDArray[np.float64]:
    usual = values[:WARM_UP]
    mean, deviation = float(usual.mean()), float(usual.std()) * np.sqrt(WEIGHT / (2 - WEIGHT)) + 1e-9
    average, averages = mean, np.empty(len(values))
    for i, value in enumerate(values.tolist()):
        average += WEIGHT * (value - average)
        averages[i] = average
    averages[:WARM_UP] = mean
    return np.asarray(np.abs(averages - mean) / deviation)


def _said(score: NDArray[np.float64], level: float) -> Scored:
    alert = score > level
    return Scored(score, alert, np.where(alert, "baseline", ""), ())
