"""Suspicion in the simulated day of the demonstration: machines that cycle, doors, defrosting and a failing cooler are no sensor faults."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from detect.streams.nouns import NO_GROUP, NOTHING, Roster, Rows
from detect.streams.suspicion import Suspicion
from simulators.scenario import load
from simulators.world import World

NOW_S = 1_795_307_100.0
FAULTY = "paint-003"
"""Whose error code the sentinel detector tells; it is not followed by this one."""


@pytest.mark.parametrize("later_s", [0.0, 1_234_560.0])
def test_only_the_air_goes_forth_and_back(later_s: float) -> None:
    """Trucks are cooled by fits and starts, within a minute or two: no probe of theirs is noisy, nor any other suspect."""
    scenario, now_s = load("demo"), NOW_S + later_s
    told: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for reading in World(scenario, now_s).advance(now_s):
        if reading.device != FAULTY:
            for quantity, value in reading.values.items():
                told[f"{reading.gateway}/{reading.device}", quantity].append((
                    round(reading.time_s * 1e6),
                    value,
                ))
    judged = [key for key in told if key[1] in Suspicion.quantities]
    assert len(judged) > 20
    detector = Suspicion()
    detector.enter(
        Roster(
            [q for _, q in judged], np.full(len(judged), NO_GROUP, np.int32), np.zeros(len(judged), np.int64)
        )
    )
    suspect = {}
    for number, key in enumerate(judged):
        time_us, value = (np.array(column) for column in zip(*sorted(told[key]), strict=True))
        kind = detector.follow(Rows(np.full(len(value), number, np.int32), time_us, value)).kind
        if (kind != NOTHING).any():
            suspect[key] = int((kind != NOTHING).sum())
    assert suspect == {}
