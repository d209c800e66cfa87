"""Steam led to indoor and outdoor motes (Suthaharan 2010): sudden, real, and nobody's fault."""

from __future__ import annotations

import numpy as np

from bench.quality.baselines import BASELINES
from bench.quality.metrics import runs
from bench.quality.nouns import Table
from bench.quality.recordings import US, Recording, steam
from bench.quality.scored import Scored, score

APART_US = 300 * US
"""Labelled rows of a mote that lie within five minutes are one event."""
WITHIN_S = 60.0
SENSOR_FAULTS = frozenset({"spike", "noise", "stuck", "drift", "sentinel", "impossible"})


def measure() -> Table:
    """Events found within a minute on any series of the mote; alerts that touch none are false."""
    recording = steam()
    said = {"keepwell score": score(recording), **{name: base(recording) for name, base in BASELINES.items()}}
    rows = [[name, *_figures(recording, one)] for name, one in said.items()]
    total, found, late, false, wrong = (int(figure) for figure in rows[0][1:6])
    return Table(
        "Steam: single-hop motes, every 5 s",
        ("detector", "events", "found", "later than 1 min", "false", "called a sensor fault"),
        rows,
        "An event is what happened to one mote, on temperature or humidity; labelled rows within five minutes are one.",
        [
            (f"all events found within a minute: {found - late} of {total}", found - late == total),
            (f"no false alert: {false}", not false),
            (f"none called a sensor fault: {wrong}", not wrong),
        ],
    )


def _figures(recording: Recording, said: Scored) -> list[str | float | int]:
    """Events, found, late, false alerts, events called sensor faults."""
    motes = sorted(set(recording.group.tolist()))
    found = late = false = wrong = total = 0
    for mote in motes:
        of_mote = recording.group == mote
        spans = _events(recording, of_mote)
        total += len(spans)
        for first_us, last_us in spans:
            within = (
                of_mote
                & (recording.time_us >= first_us)
                & (recording.time_us <= last_us + APART_US)
                & said.alert
            )
            found += bool(within.any())
            late += bool(within.any()) and float(recording.time_us[within][0] - first_us) / US > WITHIN_S
            wrong += bool(SENSOR_FAULTS & set(said.kind[within].tolist()))
        false += _false(recording, said, of_mote, spans)
    return [total, found, late, false, wrong]


def _events(
    recording: Recording, of_mote: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> list[tuple[int, int]]:
    times = np.unique(recording.time_us[of_mote & (recording.label > 0)])
    parts = np.split(times, np.flatnonzero(np.diff(times) > APART_US) + 1) if len(times) else []
    return [(int(part[0]), int(part[-1])) for part in parts]


def _false(
    recording: Recording,
    said: Scored,
    of_mote: np.ndarray[tuple[int], np.dtype[np.bool_]],
    spans: list[tuple[int, int]],
) -> int:
    """Runs of alerting rows of one series that begin outside every event and the five minutes after it."""
    false = 0
    for series in sorted(set(recording.series[of_mote].tolist())):
        at = recording.of(series)
        for first, _ in runs(said.alert[at]):
            start_us = int(recording.time_us[at[first]])
            false += not any(a <= start_us <= b + APART_US for a, b in spans)
    return false
