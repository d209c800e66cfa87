"""The metal rules against recorded weather: a week of rain is no standing warning, a returning damp is wet metal."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from detect.nouns import Limit, Severity
from registry.climate import Climate
from registry.nouns import ClimateControl, ClimateZone
from registry.working_set import Answers, propose

STEPS = 12
"""Per hour, between the hours of the record."""
OPEN_SHED = Answers("lead", "", Climate(ClimateZone.HOT_SUMMER_WARM_WINTER, True), ClimateControl.NONE)


def margins(file: Path, lag_h: float) -> Iterator[float]:
    """Dew-point margin (K) of metal in an open shed, every 5 min: WMO's formula, first-order lag behind the air."""
    rows = list(csv.DictReader(line for line in file.read_text("utf-8").splitlines() if line[0] != "#"))
    air = [(float(row["temp_c"]), min(100.0, float(row["rh_pct"]))) for row in rows]
    metal = air[0][0]
    for (t0, h0), (t1, h1) in pairwise(air):
        for step in range(STEPS):
            t, h = t0 + (t1 - t0) * step / STEPS, h0 + (h1 - h0) * step / STEPS
            metal += (t - metal) * (1 - math.exp(-1 / STEPS / lag_h))
            g = math.log(h / 100) + 17.62 * t / (243.12 + t)
            yield metal - 243.12 * g / (17.62 - g)


def spells_h(values: list[float], limit: Limit) -> list[float]:
    """How long each excursion lasts: from the first value at or beyond the limit until it is back by the deadband."""
    spells, since = [], None
    for at, value in enumerate([*values, math.inf]):
        if since is None and value <= limit.limit:
            since = at
        elif since is not None and value >= limit.limit + limit.deadband:
            spells.append((at - since) / STEPS)
            since = None
    return [spell for spell in spells if spell * 3_600_000_000 >= limit.on_delay_us]


@pytest.fixture(scope="module")
def march(pytestconfig: pytest.Config) -> list[float]:
    """Guangzhou, 1–20 March 2014: a week of rain at 95 % RH, then warm sea air; lead in bundles."""
    lag_us = propose(OPEN_SHED).version.lag_us
    assert lag_us is not None
    file = Path(pytestconfig.rootpath, "simulators", "weather", "guangzhou_2014_03.csv")
    return list(margins(file, lag_us / 3.6e9))


def test_no_warning_stands_for_days(march: list[float]) -> None:
    """Whatever opens a ticket on the margin is over within a day; the default's 3 K would have stood for a week."""
    bands = {limit.band: limit for limit in propose(OPEN_SHED).version.limits}
    assert max(spells_h(march, bands["near-dew"])) > 150
    told = [
        limit
        for limit in bands.values()
        if limit.quantity == "dew_point_margin" and limit.severity is not Severity.ADVICE
    ]
    assert {limit.band for limit in told} == {"wet-metal", "dew-close"}
    assert all(max(spells_h(march, limit)) <= 24 for limit in told)


def test_wet_metal_is_found_and_announced(march: list[float]) -> None:
    """The sea air of 12 March wets the bundles for hours, and 0.5 K are reached before 0 K."""
    bands = {limit.band: limit for limit in propose(OPEN_SHED).version.limits}
    wet = next(
        at for at, value in enumerate(march) if value <= bands["wet-metal"].limit and at > 11 * 24 * STEPS
    )
    close = next(
        at for at, value in enumerate(march) if value <= bands["dew-close"].limit and at > 11 * 24 * STEPS
    )
    assert 11 * 24 <= wet / STEPS <= 12 * 24
    assert (wet - close) / STEPS >= 0.5
    assert max(spells_h(march, bands["wet-metal"])) > 6
