"""Running: what detectors of streams say of one series row by row, gathered into findings that begin, go on and end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.nouns import Finding, Kind, Severity
from detect.reconcile import NEW
from detect.stays import Stay
from detect.streams.nouns import NOTHING, Detector, Verdict
from ingest.nouns import US_PER_HOUR, SeriesKey

HOLD_US = US_PER_HOUR
"""What stands again within this time is still the same trouble."""
SPIKES_HOLD_US = 6 * US_PER_HOUR
LONGEST_HOLD_US = max(HOLD_US, SPIKES_HOLD_US)
SPIKES = 3
"""So many spikes are work on the sensor; a single one happens, and is told as advice."""


OF_THE_AIR = frozenset({Kind.SUDDEN_CHANGE})
"""What no sensor is to blame for; it asks for no work, for limits watch over the goods."""


class Run(NamedTuple):
    """A kind that stands, or stood a short while ago. Times are event times in µs."""

    kind: Kind
    start_us: int
    raised_us: int
    """The row at which it was noticed."""
    last_us: int
    """The last row at which it stood."""
    times: int
    """How often it stood, with rows between at which it did not."""
    value: float
    """What was read when it was noticed."""
    ended: bool = False


def hold_us(kind: Kind) -> int:
    """For how long nothing may stand before a trouble of this kind is over."""
    return SPIKES_HOLD_US if kind is Kind.SPIKE else HOLD_US


def advance(
    open_runs: dict[Kind, Run], kinds: tuple[Kind, ...], rows: tuple[NDArray[np.int64], NDArray[np.float64]],
    verdict: Verdict, before_us: int,
) -> list[Run]:  # fmt: skip
    """Take further rows (times, values) of one series in; the runs that are new, stood again or have ended.

    `open_runs` is brought up to date. The outcome does not depend on how rows are cut into calls. `before_us`: the time of the row before the first one.
    """
    time_us, value = rows
    changed: dict[tuple[Kind, int], Run] = {}
    begin = np.flatnonzero(np.diff(verdict.kind, prepend=np.int8(-2)))
    end = np.append(begin[1:], len(time_us)) - 1
    for a, b in zip(begin.tolist(), end.tolist(), strict=True):
        if verdict.kind[a] == NOTHING:
            continue
        kind, at_us, last_us = kinds[verdict.kind[a]], int(time_us[a]), int(time_us[b])
        run = open_runs.get(kind)
        if run and at_us - run.last_us > hold_us(kind):
            changed[kind, run.start_us] = run._replace(ended=True)
            run = None
        goes_on = run is not None and a == 0 and run.last_us == before_us
        if run is None:
            run = Run(kind, int(verdict.since_us[a]), at_us, last_us, 1, float(value[a]))
        else:
            run = run._replace(last_us=last_us, times=run.times + (not goes_on))
        if not goes_on:
            changed[kind, run.start_us] = run
        open_runs[kind] = run
    for run in [r for r in open_runs.values() if time_us[-1] - r.last_us > hold_us(r.kind)]:
        del open_runs[run.kind]
        changed[run.kind, run.start_us] = run._replace(ended=True)
    return list(changed.values())


def finding(run: Run, by: Detector, key: SeriesKey, stay: Stay, received_us: int) -> Finding:
    """A run as a finding about the sensor, or the air. While it goes on nothing of it changes with every further row."""
    passing = run.kind in OF_THE_AIR or (run.kind is Kind.SPIKE and run.times < SPIKES)
    subject = f"device:{key.device}:{key.quantity}"
    return Finding(
        id=NEW,
        detector=by.name,
        detector_version=by.version,
        kind=run.kind,
        subject=subject,
        band="",
        zone=stay.zone,
        cause=f"{subject}:{run.kind}" if run.kind in OF_THE_AIR else f"device:{key.device}:sensor",
        severity=Severity.ADVICE if passing else Severity.WARNING,
        start_us=run.start_us,
        end_us=run.last_us if run.ended else None,
        peak=None,
        area=None,
        coverage=1.0,
        samples=0,
        received_us=received_us,
        evidence={
            "device": key.device,
            "quantity": key.quantity,
            "value": run.value,
            "raised_us": run.raised_us,
            "last_us": run.last_us if run.ended else run.raised_us,
        },
    )
