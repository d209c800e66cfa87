"""Sensor faults injected into temperatures of the Intel lab (de Bruijn et al. 2016)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from bench.quality.baselines import BASELINES
from bench.quality.metrics import auc, runs
from bench.quality.nouns import Table
from bench.quality.recordings import Recording, injected
from bench.quality.scored import Scored, score

FILES = {"random": "spike", "malfunction": "noise", "bias": "stuck", "drift": "drift", "polydrift": "drift"}
"""File → the fault in it, by our name. `polydrift` is the slow one, of about 1 °C."""
LEAST_AUC = {"random": 0.97, "malfunction": 0.97, "bias": 0.97, "drift": 0.97, "polydrift": 0.80}
LEAST_NAMED = 0.85
LINGER = 20
"""So many rows after an episode its fault may still be named; it is named by what stood most."""


def measure() -> Table:
    """AUC by rows, and whether the fault of each episode is called by its name."""
    rows: list[list[str | float]] = []
    bars: list[tuple[str, bool]] = []
    right = total = 0
    for file, kind in FILES.items():
        recording = injected(file)
        said = score(recording)
        faulty = recording.label > 0
        named = [name == kind for name in _named(recording, said)]
        right, total = right + sum(named), total + len(named)
        area = auc(faulty, said.score)
        others = [auc(faulty, base(recording).score) for base in BASELINES.values()]
        clean = float(said.alert[~faulty].mean())
        rows.append([f"{kind} ({file})", len(named), area, *others, sum(named) / len(named), clean])
        bars.append((f"AUC {file} at least {LEAST_AUC[file]}: {area:.3f}", area >= LEAST_AUC[file]))
    share = right / total
    bars.append((
        f"fault named in at least {LEAST_NAMED:.0%} of {total} episodes: {share:.1%}",
        share >= LEAST_NAMED,
    ))
    return Table(
        "Sensor faults: injected into Intel lab temperatures",
        ("fault", "episodes", "AUC", *(f"AUC {name}" for name in BASELINES), "named right", "sound rows alerted"),
        rows,
        "An episode is a run of rows with one fault; it is named by the kind that stood most often in it and in the "
        f"{LINGER} rows after it. All ten motes are one room.",
        bars,
    )  # fmt: skip


def _named(recording: Recording, said: Scored) -> Iterator[str]:
    """The name each episode was given, "" for none."""
    for series in recording.names():
        at = recording.of(series)
        label, kinds = recording.label[at], said.kind[at]
        for fault in np.unique(label[label > 0]).tolist():
            for first, last in runs(label == fault):
                heard = Counter(kinds[first : last + 1 + LINGER].tolist())
                heard.pop("", None)
                yield heard.most_common(1)[0][0] if heard else ""
