"""Runs told one reading at a time: stretches beyond a limit, with what they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass
class Run:
    """A stretch beyond a limit, told reading by reading."""

    start_us: int
    last_us: int
    excess: int
    samples: int = 1
    beyond_us: int = 0
    covered_us: int = 0
    area2: int = 0
    peak: float = 0.0
    end_us: int | None = None


def runs(
    readings: Iterable[tuple[int, float]], side: float, limit: float, deadband: float, gap_us: int
) -> list[Run]:
    """The runs of one track: readings (time, value) in order of time."""
    found: list[Run] = []
    run: Run | None = None
    for time_us, value in readings:
        over = side * value - side * limit
        excess = max(round(over * 1000), 0)
        outside = over > 0 or (run is not None and over > -deadband)
        if run is None:
            if outside:
                run = Run(time_us, time_us, excess, peak=side * value)
                found.append(run)
            continue
        elapsed = time_us - run.last_us if time_us - run.last_us <= gap_us else 0
        run.covered_us += elapsed
        run.area2 += (run.excess + excess) * (elapsed // 1000)
        if not outside:
            run.end_us, run = time_us, None
            continue
        run.beyond_us += elapsed
        run.samples += 1
        run.peak = max(run.peak, side * value)
        run.last_us, run.excess = time_us, excess
    return found
