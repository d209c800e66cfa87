"""Unusual courses: office temperature before a system failed, with the windows of the Numenta anomaly benchmark."""

from __future__ import annotations

import numpy as np

from bench.quality.baselines import BASELINES
from bench.quality.metrics import auc, events, runs, vus_pr
from bench.quality.nouns import Table
from bench.quality.recordings import Recording, nab
from bench.quality.scored import Scored, score

AMBIENT = "realKnownCause/ambient_temperature_system_failure.csv"
LEAST_VUS = 0.55
MOST_FALSE = 5
_HOUR_US = 3_600_000_000


def measure() -> Table:
    """The command and the baselines on the one recording of a temperature with known events."""
    recording = nab(AMBIENT)
    said = {"keepwell score": score(recording), **{name: base(recording) for name, base in BASELINES.items()}}
    ours = events(recording.label > 0, said["keepwell score"].alert)
    volume = vus_pr(recording.label > 0, said["keepwell score"].score)
    return Table(
        "Unusual courses: NAB ambient temperature, hourly",
        ("detector", "events found", "alerts", "false", "false per sensor-month", "sound rows alerted", "precision", "recall",
         "found after, h", "AUC", "VUS-PR"),
        [_row(name, recording, one) for name, one in said.items()],
        "An event is a window of NAB's; an alert is a run of alerting rows, false if it touches no window. "
        "Found after: hours from the beginning of the window to the first alert in it. Who always alerts has one endless alert that meets every event: hence the share of sound rows. VUS-PR up to 100 rows around an event.",
        [
            (f"both events found: {ours.found} of {ours.events}", ours.found == ours.events),
            (f"at most {MOST_FALSE} false alerts: {ours.false}", ours.false <= MOST_FALSE),
            (f"VUS-PR at least {LEAST_VUS}: {volume:.3f}", volume >= LEAST_VUS),
        ],
    )  # fmt: skip


def _row(name: str, recording: Recording, said: Scored) -> list[str | float]:
    odd = recording.label > 0
    met = events(odd, said.alert)
    delays = [
        float(recording.time_us[a + int(said.alert[a : b + 1].argmax())] - recording.time_us[a]) / _HOUR_US
        for a, b in runs(odd)
        if said.alert[a : b + 1].any()
    ]
    return [
        name, f"{met.found} of {met.events}", met.alerts, met.false, met.false / recording.sensor_months(),
        float(said.alert[~odd].mean()),
        met.precision, met.recall, float(np.mean(delays)) if delays else float("nan"),
        auc(odd, said.score), vus_pr(odd, said.score),
    ]  # fmt: skip
