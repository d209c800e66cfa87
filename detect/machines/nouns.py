"""The nouns of machines: a machine with what shows it at work, the figures of its days, and what is to be expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import US_PER_HOUR

US_PER_DAY = 24 * US_PER_HOUR
Floats = NDArray[np.float64]


class Task(StrEnum):
    """What a machine does to the climate; the words are the registry's."""

    COOLING = "cooling"
    HEATING = "heating"
    DRYING = "drying"


class Role(StrEnum):
    """What a series shows of a machine."""

    ROOM = "room"
    """What the machine keeps: temperature, or relative humidity where it dries."""
    WARMTH = "warmth"
    """Temperature of the room of a dryer."""
    RUNNING = "running"
    """0 … 1: whether the machine runs, or its share of the time."""
    POWER = "power"
    DOOR = "door"
    OUTDOOR_C = "outdoor_c"
    OUTDOOR_RH = "outdoor_rh"


class Source(NamedTuple):
    """A series shows something of a machine, from–to."""

    role: Role
    device: str
    quantity: str
    from_us: int
    to_us: int


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that keeps the climate of a zone."""

    key: str
    name: str
    zone: str
    task: Task
    model: str
    site: str | None
    sources: tuple[Source, ...]
    limit: float | None
    """What the room must not pass: °C, or % where it dries; the strictest of what is watched for there."""
    resets_us: tuple[int, ...] = ()
    """When it was repaired: what it was before says nothing of it any more."""
    inspection_us: int | None = None
    """How often it is to be inspected; None = nobody said."""
    inspected_us: tuple[int, ...] = ()
    """When it was inspected, in order."""

    @property
    def subject(self) -> str:
        """The subject of its findings."""
        return f"equipment:{self.key}"

    @property
    def sign(self) -> float:
        """+1 where the room gets too high when the machine fails, else -1."""
        return -1.0 if self.task is Task.HEATING else 1.0


class Figure(StrEnum):
    """What is reckoned of a machine and a day (UTC)."""

    DUTY = "duty"
    """Share of the day it ran, as measured, 0 … 1."""
    DUTY_SEEN = "duty_seen"
    """The same as the room shows it: the share of the time in which it was cooled, heated or dried."""
    LOAD = "load"
    """What it works against, K (g/kg for dryers): outdoors minus room, for heaters room minus outdoors; mean of the day."""
    LOAD_PEAK = "load_peak"
    """The highest mean of six hours of it."""
    ROOM = "room"
    """What the room had: °C, or %; mean of the day."""
    WORST = "worst"
    """The value that the room passed for 5 % of the day on the side of failure."""
    WARMTH = "warmth"
    """Mean temperature of the room, °C."""
    DOOR = "door"
    """Share of the day a door was open."""
    CYCLE_S = "cycle_s"
    ON_S = "on_s"
    SWING = "swing"
    """From the top to the bottom of a cycle, K or %; median."""
    PULL_DOWN = "pull_down"
    """How fast it brings the room back while it runs, K or % an hour; median."""
    RECOVERY_S = "recovery_s"
    """Time constant of the return after a door was shut; median."""
    DEFROSTS = "defrosts"
    DEFROST_S = "defrost_s"
    WEAR = "wear"
    """How much longer it runs than it used to against the same load; 1 = as ever."""
    SPREAD = "spread"
    """Standard error of the wear."""
    CONDITION = "condition"
    """Its strength as a share of what it was, 0 … 100 %."""
    P10_DAYS = "p10_days"
    """Days until the room can no longer be held, counted from the end of the day: 10 % of such courses are shorter."""
    P50_DAYS = "p50_days"
    P90_DAYS = "p90_days"


class Value(NamedTuple):
    """A figure's value and how much it rests on."""

    value: float
    samples: int = 0
    coverage: float = 1.0


Figures = Mapping[Figure, Value]


@dataclass(frozen=True, slots=True)
class Day:
    """The figures of one day of a machine."""

    day: int
    """Days since 1970-01-01."""
    figures: Figures
    inputs: str = ""
    """What it was reckoned from (a digest): other sources make it outdated."""


class FigureLog(Protocol):
    """Where figures are kept, so that weeks need not be read again. It holds nothing that the readings do not."""

    def kept(self, machine: str, from_day: int, behind_day: int) -> Sequence[Day]:
        """The days of a machine from one on up to another, in order."""

    def keep(self, machine: str, days: Sequence[Day]) -> None:
        """Put these days in place of those of the same number."""
