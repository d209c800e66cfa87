"""A gateway: it stores readings, forwards them when the link is up, and has the bad habits the scenario gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from simulators import scenario, wire
from simulators.link import Link
from simulators.world import Reading


@dataclass(slots=True)
class Habits:
    """What a gateway sent more than once, in values."""

    duplicates: int = 0
    """Sent again as they were."""
    conflicts: int = 0
    """Sent again for the same time with another value (their own duplicates not counted)."""


class PlayedGateway:
    """One gateway of a scenario at work on a link. Not for several threads at once."""

    def __init__(self, spec: scenario.Gateway, link: Link, history_start_s: float, seed: int) -> None:
        self.spec = spec
        self.link = link
        self.habits = Habits()
        self._history_start_s = history_start_s
        self._rng = np.random.default_rng([seed, *spec.name.encode()])
        self._buffer: list[Reading] = []

    def store(self, readings: Sequence[Reading]) -> None:
        """Take readings from the devices, stamped by the gateway's own clock; sends nothing.

        Readings without a single value (all probes dead) are nothing to send.
        """
        self._buffer += [self._stamped(reading) for reading in readings if reading.values]

    def tell_history(self, now_s: float) -> None:
        """Send all that is buffered as after an outage: first what was measured while the link was up, then the rest."""
        gaps = [
            (now_s + outage.start, now_s + outage.end) for outage in self.spec.outages if outage.start < 0
        ]
        buffered, self._buffer = self._buffer, []
        held = [r for r in buffered if any(start <= r.time_s < end for start, end in gaps)]
        inside = {id(reading) for reading in held}
        self._send([r for r in buffered if id(r) not in inside])
        self._send(held)
        self.link.drain()

    def tick(self, live_s: float) -> None:
        """Forward what is buffered, or go down, as the scenario has it at `live_s`."""
        down = any(0 <= outage.start <= live_s < outage.end for outage in self.spec.outages)
        if down:
            self.link.cut()
            return
        buffered, self._buffer = self._buffer, []
        if buffered or not self.link.up:
            self._send(buffered)

    def _stamped(self, reading: Reading) -> Reading:
        age_s = reading.time_s - self._history_start_s
        behind_s = self.spec.behind + self.spec.behind_ppm * 1e-6 * age_s
        return reading._replace(time_s=reading.time_s - behind_s) if behind_s else reading

    def _send(self, readings: list[Reading]) -> None:
        if not self.link.up:
            self.link.open()
        if self.spec.replay == "newest_first":
            readings = readings[::-1]
        if self.spec.replay == "shuffled":
            readings = [readings[i] for i in self._rng.permutation(len(readings))]
        told = self._with_conflicts(readings)
        for first in range(0, len(told), self.spec.array):
            self._publish(told[first : first + self.spec.array])

    def _with_conflicts(self, readings: list[Reading]) -> list[Reading]:
        if not self.spec.conflict_rate:
            return readings
        told = []
        for reading in readings:
            told.append(reading)
            if self._rng.random() < self.spec.conflict_rate:
                name, value = next(iter(reading.values.items()))
                told.append(reading._replace(values={name: round(value + 5.0, 4)}))
                self.habits.conflicts += 1
        return told

    def _publish(self, readings: list[Reading]) -> None:
        payload, values = wire.encode(readings, self.spec), sum(len(r.values) for r in readings)
        self.link.publish(payload, values)
        if self._rng.random() < self.spec.duplicate_rate:
            self.link.publish(payload, values)
            self.habits.duplicates += values


class GatewayReport(msgspec.Struct, frozen=True):
    """What one gateway published, as far as the broker acknowledged it."""

    gateway: str
    messages: int
    values: int
    """All values, those sent more than once included."""
    duplicates: int
    """Of these, values sent again as they were."""
    conflicts: int
    """Of these, values that contradict one of the same series and time."""
    resent_values: int
    """Values that may have reached the broker twice because the link broke before their acknowledgement."""


def report(gateway: PlayedGateway) -> GatewayReport:
    """What the gateway has done so far."""
    tally, habits = gateway.link.tally, gateway.habits
    return GatewayReport(
        gateway.spec.name,
        tally.messages,
        tally.values,
        habits.duplicates,
        habits.conflicts,
        tally.resent_values,
    )
