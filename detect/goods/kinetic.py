"""Mean kinetic temperature: what a label makes of warm days, as evidence beside an excursion; it excuses nothing by itself.

    T_K = (ΔH/R) / (-ln(Σ wᵢ exp(-ΔH / (R Tᵢ)) / Σ wᵢ)),   ΔH = 83.144 kJ/mol, R = 8.3144 J/molK

(USP <1079.2>, official since 2025-08-01.) A reading weighs as long as it holds: until the next one, and no longer than its
series may be silent. Said is only what is to be said: low temperatures, heat beyond what the label allows and a
window with too few readings have no mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.examining import Judged, Span
from detect.excursions import Excursions, trusted
from detect.goods.bare import Bare, subject_of
from detect.goods.courses import AHEAD_US
from detect.nouns import MEAN_KINETIC, Allowed, Finding, Kind, Limit, Severity, Watch
from detect.ports import Rows
from detect.tracks import FOREVER_US, Plan, Track, compile_plan
from ingest.nouns import US_PER_MINUTE, Columns, SeriesKey

DETECTOR, VERSION = "mean_kinetic", "1"
ACTIVATION_J_MOL = 83_144.0
GAS_CONSTANT = 8.3144
_ZERO_C_IN_K = 273.15
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Says(StrEnum):
    """What the mean kinetic temperature of a window says."""

    WITHIN = "within"
    ABOVE = "above"
    LOW = "low"
    """Nothing: it was too cold as well, and a mean hides that."""
    TOO_HOT = "too_hot"
    """Nothing: hotter than the label allows at any time."""
    TOO_LONG = "too_long"
    """Nothing: beyond the usual excursions for longer than the label allows."""
    COVERAGE = "coverage"
    """Nothing: too little was measured."""


class Window(NamedTuple):
    """What readings say of a window."""

    kinetic_c: float | None
    mean_c: float | None
    low_c: float | None
    high_c: float | None
    covered_us: int
    longest_us: int
    """The longest stretch beyond the excursions that are usual."""


def mean_kinetic_c(value_c: Floats, weight: Floats, activation_j_mol: float = ACTIVATION_J_MOL) -> float:
    """The mean kinetic temperature of temperatures (n,), °C, each with its weight (n,)."""
    exponent = -activation_j_mol / (GAS_CONSTANT * (value_c + _ZERO_C_IN_K))
    top = float(exponent.max())
    shares = np.exp(exponent - top) * weight
    logarithm = top + float(np.log(shares.sum() / weight.sum()))
    return activation_j_mol / GAS_CONSTANT / -logarithm - _ZERO_C_IN_K


def window(rows: Columns, from_us: int, to_us: int, gap_us: int, high_c: float) -> Window:
    """What trusted readings of a series (in order of time) say of [from, to)."""
    end_us = np.minimum(np.append(rows.time_us[1:], FOREVER_US), rows.time_us + gap_us)
    start_us, end_us = np.maximum(rows.time_us, from_us), np.minimum(end_us, to_us)
    held = start_us < end_us
    if not held.any():
        return Window(None, None, None, None, 0, 0)
    start_us, end_us, value = start_us[held], end_us[held], rows.value[held]
    weight = (end_us - start_us).astype(np.float64)
    return Window(
        mean_kinetic_c(value, weight),
        float((value * weight).sum() / weight.sum()),
        float(value.min()),
        float(value.max()),
        int(weight.sum()),
        _longest_us(start_us, end_us, value > high_c),
    )


def _longest_us(start_us: Ints, end_us: Ints, beyond: NDArray[np.bool_]) -> int:
    """The longest stretch from the first reading beyond to the end of the last one in a row; pauses count in."""
    begins = np.flatnonzero(beyond & ~np.append(False, beyond[:-1]))
    ends = np.flatnonzero(beyond & ~np.append(beyond[1:], False))
    return int((end_us[ends] - start_us[begins]).max()) if len(begins) else 0


def says(found: Window, limit_c: float, window_us: int, allowed: Allowed) -> Says:
    """What a window says of high excursions under a label."""
    if found.kinetic_c is None or found.low_c is None or found.high_c is None:
        return Says.COVERAGE
    if found.low_c < allowed.low:
        return Says.LOW
    if found.high_c > allowed.most:
        return Says.TOO_HOT
    if found.longest_us > allowed.most_us:
        return Says.TOO_LONG
    if found.covered_us < allowed.coverage * window_us:
        return Says.COVERAGE
    return Says.WITHIN if found.kinetic_c <= limit_c else Says.ABOVE


class Kinetic:
    """The examiner: one finding beside every stretch above a label's temperature; advice unless the mean is above too."""

    detector = DETECTOR
    every_us = 15 * US_PER_MINUTE

    def __init__(self, readings: Rows) -> None:
        self._readings = readings
        self._plan = Plan()
        self._devices: dict[int, str] = {}
        self._finder = Excursions(self._plan, 0)
        self._bare = Bare()

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Know whose temperature is meant."""
        air = {n: key.device for n, key in series.items() if key.quantity == "temperature"}
        named = [(n, SeriesKey(device, MEAN_KINETIC)) for n, device in air.items()]
        self._plan = compile_plan(watches, named, lambda limit: limit.quantity == MEAN_KINETIC)
        self._finder = Excursions(self._plan, max(series, default=0) + 1)
        self._devices = {track.series: air[track.series] for track in self._plan.tracks}
        self._bare.expect(set(self._devices.values()), series)

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """Judge again the stretches from the first reading that came on: all windows that hold it end after it."""
        bare = self._bare.judged(DETECTOR, touched)
        return bare + [
            self._judged(number, touched[number].first_us, as_of_us)
            for number in sorted(touched.keys() & self._devices.keys())
        ]

    def _judged(self, number: int, first_us: int, as_of_us: int) -> Judged:
        finder, device = self._finder, self._devices[number]
        key, found = SeriesKey(device, "temperature"), list[Finding]()
        for judgement in finder.rejudge(
            number, first_us, as_of_us, self._readings, as_of_us + AHEAD_US, as_of_us
        ):
            track = self._plan.tracks[judgement.track]
            for i in range(len(judgement.runs)):
                found.append(self._told(finder.finding(judgement.runs, i, key, as_of_us), track, as_of_us))
        return Judged(DETECTOR, subject_of(device), first_us, FOREVER_US, found)

    def _told(self, found: Finding, track: Track, as_of_us: int) -> Finding:
        """A stretch above the label's temperature with the mean of the window that ends with it."""
        limit: Limit = track.limit
        if limit.allowed is None:
            raise ValueError(f"{limit.band}: a mean kinetic temperature needs what its label allows")
        reading = self._window(found, track, limit.allowed, as_of_us)
        word = says(reading, limit.limit, limit.window_us, limit.allowed)
        return replace(
            found, detector=DETECTOR, detector_version=VERSION, kind=Kind.MEAN_KINETIC,
            severity=limit.severity if word is Says.ABOVE else Severity.ADVICE,
            coverage=round(min(reading.covered_us / limit.window_us, 1.0), 4),
            evidence={
                **found.evidence, "says": str(word), "window_us": limit.window_us,
                "mean_kinetic_c": None if reading.kinetic_c is None else round(reading.kinetic_c, 2),
                "mean_c": None if reading.mean_c is None else round(reading.mean_c, 2),
                "low_c": reading.low_c, "high_c": reading.high_c, "activation_j_mol": ACTIVATION_J_MOL,
            },
        )  # fmt: skip

    def _window(self, found: Finding, track: Track, allowed: Allowed, as_of_us: int) -> Window:
        end_us = as_of_us if found.end_us is None else found.end_us
        from_us = max(end_us - track.limit.window_us, 0)
        rows = trusted(self._readings.range([track.series], max(from_us - track.max_gap_us, 0), end_us))
        return window(rows, from_us, end_us, track.max_gap_us, allowed.high)
