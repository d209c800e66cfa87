"""The world: rooms under the weather, their machines, and the sensors in them, from the history into the live part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulators.climate import AIR_KG_M3, FLOOR, GOODS, Climate, Drive, Rooms
from simulators.controls import Controls, door_events
from simulators.machines import Machines, Plant
from simulators.outdoors import Recording
from simulators.psychrometrics import Array, relative_humidity_pct
from simulators.scenario import Room, Scenario
from simulators.sensors import QUANTITIES, Sensors


class Reading(NamedTuple):
    """What a device said at a time (epoch seconds, true time)."""

    time_s: float
    gateway: str
    device: str
    values: dict[str, float]


class World:
    """Everything in a scenario but the gateways. Time only goes forward, and never by itself.

    `now_s` is the end of the history. The live part may start a little later (the history takes a while to be sent):
    until `go_live`, events of the live part wait.
    """

    def __init__(self, scenario: Scenario, now_s: float) -> None:
        self.now_s = now_s
        self.time_s = now_s - scenario.history
        self._live_from_s: float | None = None
        self._step_s = float(scenario.step)
        self._rng = rng = np.random.default_rng(scenario.seed)
        rooms = scenario.rooms
        self._weather = {k: Recording(w.file, w.now, now_s) for k, w in scenario.weather.items()}
        self._place = [room.weather for room in rooms]
        self._climate = _climate(rooms)
        self._machines = Machines(_plant(rooms))
        self._controls = Controls(rooms, [*scenario.events, *door_events(rooms, scenario.history, rng)])
        rows = {room.name: row for row, room in enumerate(rooms)}
        self._moves = sorted((m.at, rows[m.source], rows[m.target]) for m in scenario.moves)
        self._set_up_devices(scenario, rng)

    def _set_up_devices(self, scenario: Scenario, rng: np.random.Generator) -> None:
        each = [(kind, name) for kind in scenario.devices for name in kind.names()]
        kinds = [kind for kind, _ in each]
        room_rows = {room.name: row for row, room in enumerate(scenario.rooms)}
        self._names = [(kind.gateway, name) for kind, name in each]
        self._room = np.array([room_rows[kind.room] for kind in kinds])
        self._machine = np.array([kind.machine for kind in kinds])
        self._lag_s = np.array([float(kind.lag) for kind in kinds])
        self._door_share = np.array([kind.door_share for kind in kinds])
        self._interval_s = np.array([float(kind.interval) for kind in kinds])
        self._live_interval_s = np.array([float(kind.live_interval) for kind in kinds])
        self._due_s = np.ceil(self.time_s) + rng.integers(0, self._interval_s.astype(int), len(each)).astype(
            float
        )
        self._probe_c = self._climate.air_c[self._room]
        self._battery_v = rng.uniform(3.45, 3.62, len(each))
        full = [f"{gateway}/{name}" for gateway, name in self._names]
        noise = np.array([kind.noise for kind in kinds])
        self._sensors = Sensors(full, [kind.quantities for kind in kinds], noise, scenario.faults, rng)

    def go_live(self, at_s: float) -> None:
        """The history has been told (`advance(now_s)`); the live part starts at `at_s`, not before `now_s`."""
        self._live_from_s = max(at_s, self.now_s)
        self._interval_s = self._live_interval_s
        self._due_s = self.now_s + self._rng.uniform(0, self._interval_s)

    def goods(self, room: int) -> tuple[float, float]:
        """What no sensor says: temperature of a room's goods, °C, and the water on them, kg."""
        return float(self._climate.mass_c[room, GOODS]), float(self._climate.film_kg[room, GOODS])

    def live_s(self) -> float:
        """Time since the start of the live part, as events count it: below 0 in the history."""
        if self._live_from_s is None:
            return min(self.time_s - self.now_s, -1e-6)
        return self.time_s - self._live_from_s

    def advance(self, to_s: float) -> list[Reading]:
        """Let time pass until `to_s`; the readings of that time, in order."""
        readings: list[Reading] = []
        while self.time_s < to_s:
            dt_s = min(self._step_s, to_s - self.time_s)
            self.time_s += dt_s
            self._step(dt_s)
            readings += self._sample()
        return readings

    def _step(self, dt_s: float) -> None:
        self._controls.advance(self.live_s())
        while self._moves and self._moves[0][0] <= self.live_s():
            _, source, target = self._moves.pop(0)
            self._climate.move_goods(source, target)
        controls, climate = self._controls.values, self._climate
        outside = {key: recording.at(self.time_s) for key, recording in self._weather.items()}
        self._outdoor_c = np.array([outside[place][0] for place in self._place])
        self._outdoor_mixing = np.array([outside[place][1] for place in self._place])
        out = self._out = self._machines.step(dt_s, climate.air_c, climate.rh_pct, controls)
        climate.step(
            dt_s,
            Drive(
                self._outdoor_c, self._outdoor_mixing, controls["door"], out.heat_w, out.coil_kg_s, out.coil_c
            ),
        )
        follow = -np.expm1(-dt_s / self._lag_s)
        self._probe_c += follow * (self._near(climate.air_c, self._outdoor_c) - self._probe_c)

    def _near(self, inside: Array, outside: Array) -> Array:
        """Of rooms' inside and outside air, the mixture at each probe, (devices,)."""
        share = self._door_share * self._controls.values["door"][self._room]
        return np.asarray(inside[self._room] + share * (outside - inside)[self._room])

    def _truth(self) -> Array:
        """What a perfect device would say, (devices, quantities)."""
        mixing = self._near(self._climate.mixing, self._outdoor_mixing)
        columns = {
            "temperature": self._probe_c,
            "relative_humidity": np.minimum(relative_humidity_pct(self._probe_c, mixing), 100.0),
            "surface_temperature": self._climate.mass_c[self._room, FLOOR],
            "door": self._controls.values["door"][self._room],
            "battery_voltage": self._battery_v,
            "mains_power": np.ones(len(self._battery_v)),
            "running": self._of_machine(self._out.running),
            "power": self._of_machine(self._out.power_w),
            "outdoor_temperature": self._outdoor_c[self._room],
            "outdoor_relative_humidity": np.minimum(
                relative_humidity_pct(self._outdoor_c, self._outdoor_mixing), 100.0
            )[self._room],
        }
        return np.stack([columns[name] for name in QUANTITIES], axis=1)

    def _of_machine(self, said: Mapping[str, NDArray[Any]]) -> Array:
        """Of each device, what is said of the machine it sits on, (devices,); 0 where it sits on none."""
        found = np.zeros(len(self._room))
        for name, values in said.items():
            own = self._machine == name
            found[own] = values[self._room[own]]
        return found

    def _sample(self) -> list[Reading]:
        due = np.flatnonzero(self._due_s <= self.time_s)
        if not len(due):
            return []
        said = self._sensors.measure(self._truth(), due, self.live_s())
        times = self._due_s[due]
        missed = np.floor((self.time_s - times) / self._interval_s[due])
        self._due_s[due] = times + (missed + 1) * self._interval_s[due]
        return [
            Reading(float(at), *self._names[row], _spoken(values))
            for at, row, values in zip(times, due.tolist(), said.tolist(), strict=True)
        ]


def _spoken(values: list[float]) -> dict[str, float]:
    """The values a device has something to say of."""
    return {name: round(x, 4) for name, x in zip(QUANTITIES, values, strict=True) if x == x}


def _each(rooms: Sequence[Room], field: str, factor: float = 1.0) -> Array:
    return np.array([float(getattr(room, field)) * factor for room in rooms])


def _climate(rooms: Sequence[Room]) -> Climate:
    masses = [
        [r.structure_m2 * r.structure_j_m2k, r.floor_m2 * r.floor_j_m2k, r.goods_kg * r.goods_j_kgk]
        for r in rooms
    ]
    parameters = Rooms(
        air_kg=_each(rooms, "volume_m3", AIR_KG_M3),
        mass_j_k=np.array(masses),
        mass_m2=np.array([[r.structure_m2, r.floor_m2, r.goods_m2] for r in rooms]),
        behind_w_k=np.array([
            [r.structure_m2 * r.structure_w_m2k, r.floor_m2 * r.floor_w_m2k, 0.0] for r in rooms
        ]),
        ground_c=_each(rooms, "ground_c"),
        leak_per_h=_each(rooms, "leak_per_h"),
        door_per_h=_each(rooms, "door_per_h"),
        source_kg_s=_each(rooms, "source_kg_h", 1 / 3600),
    )
    start_c = _each(rooms, "start_c")
    return Climate(parameters, start_c, _each(rooms, "start_rh_pct"), np.repeat(start_c[:, None], 3, axis=1))


def _plant(rooms: Sequence[Room]) -> Plant:
    return Plant(
        heater_w=_each(rooms, "heater_w"),
        heater_c=_each(rooms, "heater_c"),
        cooler_w=_each(rooms, "cooler_w"),
        cooler_c=_each(rooms, "cooler_c"),
        band_k=_each(rooms, "band_k"),
        defrost_every_s=_each(rooms, "defrost_every"),
        defrost_s=_each(rooms, "defrost"),
        dryer_kg_s=_each(rooms, "dryer_kg_h", 1 / 3600),
        dryer_rh_pct=_each(rooms, "dryer_rh_pct"),
    )
