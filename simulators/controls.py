"""Controls: the doors and the health of the machines of all rooms, as events move them in the course of time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from simulators.psychrometrics import Array
from simulators.scenario import Event, Room, Span

CONTROLS = ("door", "heater", "cooler", "dryer")


_COURSES: dict[str, Callable[[float], float]] = {
    "straight": lambda share: share,
    "accelerating": lambda share: share**2,
    "steps": lambda share: math.floor(4 * share) / 4,
}


@dataclass(frozen=True, slots=True)
class _Ramp:
    event: Event
    row: int
    before: float


class Controls:
    """`values[control]` is (rooms,); time is that since the start of the live part and only goes forward."""

    def __init__(self, rooms: Sequence[Room], events: Sequence[Event]) -> None:
        self.values: dict[str, Array] = {name: np.ones(len(rooms)) for name in CONTROLS}
        self.values["door"] = np.zeros(len(rooms))
        self._rows = {room.name: row for row, room in enumerate(rooms)}
        self._waiting = sorted(events, key=lambda event: event.at, reverse=True)
        self._moving: list[_Ramp] = []

    def advance(self, live_s: float) -> None:
        """Bring all controls to where the events put them at `live_s`."""
        while self._waiting and self._waiting[-1].at <= live_s:
            event = self._waiting.pop()
            row = self._rows[event.room]
            self._moving.append(_Ramp(event, row, float(self.values[event.control][row])))
        for ramp in self._moving:
            event = ramp.event
            share = min(1.0, (live_s - event.at) / event.over) if event.over else 1.0
            share = _COURSES[event.course](share)
            self.values[event.control][ramp.row] = ramp.before + share * (event.to - ramp.before)
        self._moving = [ramp for ramp in self._moving if live_s < ramp.event.at + ramp.event.over]


def door_events(rooms: Sequence[Room], history_s: float, rng: np.random.Generator) -> list[Event]:
    """Somebody comes and goes: each room's doors open at random moments of the history and shut again."""
    events = []
    for room in rooms:
        often = rng.poisson(room.doors_per_day * history_s / 86400)
        for at in np.sort(rng.uniform(-history_s, -room.doors_open, often)):
            shut = Span(at + room.doors_open * rng.uniform(0.3, 1.0))
            events += [Event(Span(at), room.name, "door", 1.0), Event(shut, room.name, "door", 0.0)]
    return events
