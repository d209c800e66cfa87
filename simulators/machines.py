"""The machines that keep a climate: heaters, cooling units with defrost, dryers; all rooms in one step.

Each has a thermostat with a dead band and a health between 0 (failed) and 1 (as new) that scenarios turn down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.climate import LATENT_J_KG
from simulators.psychrometrics import Array, mixing_ratio, saturation_hpa

_COP = 3.0
"""Heat that a cooling unit moves by the electricity it draws."""
_DRYER_W = 0.6
"""Electricity that a dryer draws for each kg/h of air over its coil."""
COIL_BELOW_AIR_K = 8.0
"""How much colder than the air the coil of a healthy cooling unit runs."""


@dataclass(frozen=True, slots=True)
class Plant:
    """The machines of n rooms, each (n,); a power of 0 means there is none."""

    heater_w: Array
    heater_c: Array
    cooler_w: Array
    cooler_c: Array
    band_k: Array
    """Full width of the thermostats' dead band."""
    defrost_every_s: Array
    """0 = never."""
    defrost_s: Array
    dryer_kg_s: Array
    """Air drawn over the dryer's coil."""
    dryer_rh_pct: Array


@dataclass(frozen=True, slots=True)
class Output:
    """What the machines do to n rooms, each (n,): see `climate.Drive`; and which of them run."""

    heat_w: Array
    coil_kg_s: Array
    coil_c: Array
    running: dict[str, NDArray[np.bool_]]
    """`heater`, `cooler` and `dryer`."""
    power_w: dict[str, Array]
    """What they draw from the mains."""


class Machines:
    """The thermostats' memory: which machine runs, and where in its defrost cycle a cooling unit is."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        n = len(plant.heater_w)
        self._heating: NDArray[np.bool_] = np.zeros(n, bool)
        self._cooling: NDArray[np.bool_] = np.zeros(n, bool)
        self._drying: NDArray[np.bool_] = np.zeros(n, bool)
        self._cycle_s = np.zeros(n)

    def step(self, dt_s: float, air_c: Array, rh_pct: Array, health: dict[str, Array]) -> Output:
        """What the machines do for `dt_s`; `health` has `heater`, `cooler` and `dryer`, each (n,)."""
        plant, half = self.plant, self.plant.band_k / 2
        self._heating = _switch(self._heating, plant.heater_c - air_c, half)
        self._cooling = _switch(self._cooling, air_c - plant.cooler_c, half)
        self._drying = _switch(self._drying, rh_pct - plant.dryer_rh_pct, np.full_like(half, 2.0))
        defrosting = self._defrosting(dt_s)
        running = self._cooling & ~defrosting
        cooling_w = np.where(running, plant.cooler_w * health["cooler"], 0.0)
        melting_w = np.where(defrosting & (plant.cooler_w > 0), 0.3 * plant.cooler_w, 0.0)
        heating_w = np.where(self._heating, plant.heater_w * health["heater"], 0.0)
        drying_kg_s = np.where(self._drying, plant.dryer_kg_s * health["dryer"], 0.0)
        coil_c = air_c - COIL_BELOW_AIR_K
        working = {
            "heater": self._heating & (plant.heater_w > 0),
            "cooler": running & (plant.cooler_w > 0),
            "dryer": self._drying & (plant.dryer_kg_s > 0),
        }
        rated = {
            "heater": plant.heater_w * health["heater"],
            "cooler": plant.cooler_w / _COP,
            "dryer": plant.dryer_kg_s * 3600 * _DRYER_W,
        }
        return Output(
            heat_w=heating_w + melting_w - cooling_w + _freed_w(drying_kg_s, air_c, rh_pct, coil_c),
            coil_kg_s=cooling_w / 2.0e4 + drying_kg_s,
            coil_c=coil_c,
            running=working,
            power_w={name: np.where(working[name], rated[name], 0.0) for name in working},
        )

    def _defrosting(self, dt_s: float) -> NDArray[np.bool_]:
        every = self.plant.defrost_every_s
        self._cycle_s = np.where(every > 0, (self._cycle_s + dt_s) % np.maximum(every, 1.0), 0.0)
        return np.asarray((every > 0) & (self._cycle_s > every - self.plant.defrost_s))


def _switch(on: NDArray[np.bool_], excess: Array, half_band: Array) -> NDArray[np.bool_]:
    """A thermostat: on above the band, off below it, as it was inside."""
    return np.asarray(np.where(excess > half_band, True, np.where(excess < -half_band, False, on)))


def _freed_w(drying_kg_s: Array, air_c: Array, rh_pct: Array, coil_c: Array) -> Array:
    """The latent heat a dryer leaves in the room, W."""
    water = mixing_ratio(saturation_hpa(air_c) * rh_pct / 100) - mixing_ratio(saturation_hpa(coil_c))
    return np.asarray(LATENT_J_KG * drying_kg_s * np.maximum(water, 0.0))
