"""A whole history, and the findings it must bring, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detect.nouns import Finding, Watch
from ingest.nouns import Flag
from store.nouns import SeriesInfo

FOREVER = 2**62
DAY = 86_400_000_000
UNTRUSTED = Flag.SENTINEL | Flag.IMPOSSIBLE | Flag.DISPUTED


class Reading(NamedTuple):
    """One kept reading."""

    series: int
    time_us: int
    value: float
    flags: int


class Fact(NamedTuple):
    """What must be equal between two runs, and a little more."""

    detector: str
    subject: str
    kind: str
    band: str
    zone: str | None
    cause: str
    start_us: int
    end_us: int | None
    peak: float | None
    area: float | None
    coverage: float
    samples: int


def fact(f: Finding) -> Fact:
    """A finding without what two runs may differ in (of sensor faults they may count the samples otherwise)."""
    return Fact(
        f.detector, f.subject, str(f.kind), f.band, f.zone, f.cause, f.start_us, f.end_us, f.peak, f.area,
        f.coverage, 0 if f.detector == "sensor_fault" else f.samples,
    )  # fmt: skip


@dataclass(frozen=True)
class History:
    """All that is known at `as_of_us`."""

    kept: Sequence[Reading]
    series: Sequence[SeriesInfo]
    watches: Sequence[Watch]
    as_of_us: int


def silence_us(interval_us: int) -> int:
    """A pause longer than this is unknown time."""
    return max(3 * interval_us, 30_000_000)
