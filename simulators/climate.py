"""The climate of rooms and trucks: heat and moisture balance, all rooms in one step.

A room is its air and three masses beside it: the structure (walls and roof, with the weather behind it), the floor (with
the ground behind it) and the goods. Heat is stepped by the implicit Euler method solved exactly for this star of four
nodes, so that it is conserved and no step is too long. Water is in the air or lies as a film on a mass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators.psychrometrics import Array, mixing_ratio, relative_humidity_pct, saturation_hpa

AIR_KG_M3 = 1.2
AIR_J_KGK = 1006.0
LATENT_J_KG = 2.5e6
FILM_W_M2K = 8.0
"""Heat transfer between air and a surface at rest (standards for still air)."""
STRUCTURE, FLOOR, GOODS = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Rooms:
    """What does not change about n rooms. Shapes: (n,), and (n, 3) for structure, floor and goods."""

    air_kg: Array
    mass_j_k: Array
    """Heat the masses hold, J/K, (n, 3)."""
    mass_m2: Array
    """Surface of the masses towards the air, m², (n, 3)."""
    behind_w_k: Array
    """Conductance to what is behind the mass (weather, ground, nothing), W/K, (n, 3)."""
    ground_c: Array
    leak_per_h: Array
    """Air changes per hour with the doors shut."""
    door_per_h: Array
    """Air changes per hour more with the door fully open."""
    source_kg_s: Array
    """Water given off by people, wet packing or floor, kg/s."""


@dataclass(frozen=True, slots=True)
class Drive:
    """What acts on n rooms during one step, each (n,)."""

    outdoor_c: Array
    outdoor_mixing: Array
    door: Array
    """0 shut … 1 fully open."""
    heat_w: Array
    """Heat brought in by machines; negative when they cool."""
    coil_kg_s: Array
    """Air that touches a cold coil, kg/s."""
    coil_c: Array


class Climate:
    """The state of n rooms. Water drained from a coil leaves the room."""

    def __init__(self, rooms: Rooms, air_c: Array, rh_pct: Array, mass_c: Array) -> None:
        """Start with air at `air_c` and `rh_pct`, (n,), and masses at `mass_c`, (n, 3)."""
        self.rooms = rooms
        self.air_c = air_c.astype(np.float64)
        self.mixing = mixing_ratio(saturation_hpa(air_c) * rh_pct / 100)
        self.mass_c = mass_c.astype(np.float64)
        self.film_kg = np.zeros_like(self.mass_c)
        self._link_w_k = rooms.mass_m2 * FILM_W_M2K
        self._vapour_kg_s = self._link_w_k / AIR_J_KGK  # Lewis: vapour moves as heat does

    @property
    def rh_pct(self) -> Array:
        """Relative humidity of the air, (n,)."""
        return relative_humidity_pct(self.air_c, self.mixing)

    def heat_j(self) -> Array:
        """Heat in air, masses and vapour above 0 °C and dry, (n,): what a closed room conserves."""
        sensible = self.rooms.air_kg * AIR_J_KGK * self.air_c + (self.rooms.mass_j_k * self.mass_c).sum(
            axis=1
        )
        return np.asarray(sensible + LATENT_J_KG * self.rooms.air_kg * self.mixing)

    def water_kg(self) -> Array:
        """Water in the air and on surfaces, (n,)."""
        return np.asarray(self.rooms.air_kg * self.mixing + self.film_kg.sum(axis=1))

    def move_goods(self, source: int, target: int) -> None:
        """Carry all goods of one room, with their heat and the water on them, into another room, beside those there.

        In the source stays next to nothing (a ten-thousandth), so that its balance keeps its form.
        """
        heat, area = self.rooms.mass_j_k, self.rooms.mass_m2
        carried = heat[source, GOODS] * (1 - 1e-4)
        total = heat[target, GOODS] + carried
        warmth = heat[target, GOODS] * self.mass_c[target, GOODS] + carried * self.mass_c[source, GOODS]
        self.mass_c[target, GOODS] = warmth / total
        heat[target, GOODS] = total
        area[target, GOODS] += area[source, GOODS] * (1 - 1e-4)
        self.film_kg[target, GOODS] += self.film_kg[source, GOODS]
        heat[source, GOODS] *= 1e-4
        area[source, GOODS] *= 1e-4
        self.film_kg[source, GOODS] = 0.0
        self._link_w_k = area * FILM_W_M2K
        self._vapour_kg_s = self._link_w_k / AIR_J_KGK

    def step(self, dt_s: float, drive: Drive) -> None:
        """Let `dt_s` seconds pass."""
        per_h = self.rooms.leak_per_h + drive.door * self.rooms.door_per_h
        exchange_kg_s = self.rooms.air_kg * per_h / 3600
        self._exchange_water(dt_s, drive, exchange_kg_s)
        condensed_kg = self._condense(dt_s)
        self._move_heat(dt_s, drive, exchange_kg_s, condensed_kg * (LATENT_J_KG / dt_s))

    def _exchange_water(self, dt_s: float, drive: Drive, exchange_kg_s: Array) -> None:
        rooms = self.rooms
        coil_mixing = mixing_ratio(saturation_hpa(drive.coil_c))
        coil_kg_s = np.where(self.mixing > coil_mixing, drive.coil_kg_s, 0.0)
        gained = exchange_kg_s * drive.outdoor_mixing + coil_kg_s * coil_mixing + rooms.source_kg_s
        held = rooms.air_kg + dt_s * (exchange_kg_s + coil_kg_s)
        self.mixing = (rooms.air_kg * self.mixing + dt_s * gained) / held

    def _condense(self, dt_s: float) -> Array:
        """Water that settles on each mass, kg, (n, 3); negative where a film dries."""
        damping = 1 + dt_s * self._vapour_kg_s.sum(axis=1) / self.rooms.air_kg
        excess = self.mixing[:, None] - mixing_ratio(saturation_hpa(self.mass_c))
        settled = np.maximum(dt_s * self._vapour_kg_s * excess / damping[:, None], -self.film_kg)
        self.mixing = self.mixing - settled.sum(axis=1) / self.rooms.air_kg
        fog = np.maximum(self.mixing - mixing_ratio(saturation_hpa(self.air_c)), 0.0)
        self.mixing = self.mixing - fog
        settled[:, FLOOR] += fog * self.rooms.air_kg
        self.film_kg = self.film_kg + settled
        return np.asarray(settled)

    def _move_heat(self, dt_s: float, drive: Drive, exchange_kg_s: Array, latent_w: Array) -> None:
        rooms, link = self.rooms, self._link_w_k
        behind_c = np.stack([drive.outdoor_c, rooms.ground_c, np.zeros_like(rooms.ground_c)], axis=1)
        denominator = rooms.mass_j_k / dt_s + link + rooms.behind_w_k
        pull = rooms.mass_j_k / dt_s * self.mass_c + rooms.behind_w_k * behind_c + latent_w
        air_w_k, fresh_w_k = rooms.air_kg * AIR_J_KGK / dt_s, exchange_kg_s * AIR_J_KGK
        stiffness = air_w_k + fresh_w_k + (link - link * link / denominator).sum(axis=1)
        drawn = air_w_k * self.air_c + fresh_w_k * drive.outdoor_c + drive.heat_w
        self.air_c = (drawn + (link * pull / denominator).sum(axis=1)) / stiffness
        self.mass_c = (pull + link * self.air_c[:, None]) / denominator
