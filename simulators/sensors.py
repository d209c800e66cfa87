"""Sensors: what a probe says of the air around it, with noise, resolution and faults; all devices at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.psychrometrics import Array
from simulators.scenario import Fault

QUANTITIES = (
    "temperature", "relative_humidity", "surface_temperature", "door", "battery_voltage", "mains_power",
    "running", "power", "outdoor_temperature", "outdoor_relative_humidity",
)  # fmt: skip
RESOLUTION = np.array([0.01, 0.01, 0.0625, 1.0, 0.001, 1.0, 1.0, 1.0, 0.1, 0.1])
NOISE_SHARE = np.array([1.0, 5.0, 1.0, 0.0, 0.02])
"""How much of a device's noise (given for temperature) each quantity carries, in its own unit; the others have none."""


@dataclass(slots=True)
class _Active:
    """A fault at its place in the matrix of measured values."""

    fault: Fault
    row: int
    column: int
    held: float | None = None


class Sensors:
    """n devices; a value that a device does not have, or a dead probe, is NaN."""

    def __init__(
        self,
        names: Sequence[str],
        quantities: Sequence[tuple[str, ...]],
        noise: Array,
        faults: Sequence[Fault],
        rng: np.random.Generator,
    ) -> None:
        """`names` are `gateway/device`; `noise` (n,) is the standard deviation of temperature."""
        self._rng = rng
        self._noise = noise[:, None] * NOISE_SHARE
        self._has: NDArray[np.bool_] = np.array([[q in own for q in QUANTITIES] for own in quantities], bool)
        rows = {name: row for row, name in enumerate(names)}
        self._faults = [_Active(f, rows[f.device], QUANTITIES.index(f.quantity)) for f in faults]

    def measure(self, true: Array, due: NDArray[np.intp], live_s: float) -> Array:
        """What the devices at rows `due` say, (len(due), quantities).

        `true` is (n, quantities); `live_s` is the time since the start of the live part.
        """
        said = true[due]
        said[:, : len(NOISE_SHARE)] += self._rng.normal(size=(len(due), len(NOISE_SHARE))) * self._noise[due]
        said[:, 1] = np.clip(said[:, 1], 0.0, 100.0)
        said = np.where(self._has[due], np.round(said / RESOLUTION) * RESOLUTION, np.nan)
        for active in self._faults:
            place = np.searchsorted(due, active.row)
            if place < len(due) and due[place] == active.row:
                said[place, active.column] = self._spoil(active, float(said[place, active.column]), live_s)
        return said

    def _spoil(self, active: _Active, value: float, live_s: float) -> float:
        fault = active.fault
        if not fault.start <= live_s < fault.end:
            active.held = None
            return value
        if active.held is None:
            active.held = value
        if fault.rate < 1 and self._rng.random() >= fault.rate:
            return value
        return round(_FAULTS[fault.kind](value, active.held, fault, live_s, self._rng), 4)


def _drift(value: float, held: float, fault: Fault, live_s: float, rng: np.random.Generator) -> float:
    return value + fault.size * (live_s - fault.start) / 3600


def _spike(value: float, held: float, fault: Fault, live_s: float, rng: np.random.Generator) -> float:
    return value + fault.size * float(rng.choice([-1.0, 1.0]))


def _noise(value: float, held: float, fault: Fault, live_s: float, rng: np.random.Generator) -> float:
    return value + fault.size * float(rng.normal())


_FAULTS: dict[str, Callable[[float, float, Fault, float, np.random.Generator], float]] = {
    "sentinel": lambda value, held, fault, live_s, rng: fault.size,
    "stuck": lambda value, held, fault, live_s, rng: held,
    "spike": _spike,
    "drift": _drift,
    "offset": lambda value, held, fault, live_s, rng: value + fault.size,
    "noise": _noise,
    "dead": lambda value, held, fault, live_s, rng: float("nan"),
}
