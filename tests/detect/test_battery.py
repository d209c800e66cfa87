"""Batteries: ends are announced in time and once, and nothing is announced that does not end."""

from __future__ import annotations

import gzip
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from detect.hours.battery import Battery
from detect.hours.cells import LEVELS, VOLTAGES, Curve, of_curve, percent
from detect.streams.nouns import NOTHING, Hours
from ingest.nouns import US_PER_HOUR
from tests.recordings import recording

DAY = 24
BATTERY = Battery("battery_voltage", VOLTAGES)


def hours(volts: NDArray[np.float64], hour: NDArray[np.int64] | None = None) -> Hours:
    """One reading an hour."""
    hour = np.arange(len(volts)) + 470_000 if hour is None else hour
    return Hours(hour, np.ones(len(volts), np.int64), volts, volts, volts)


def falling(from_v: float, to_v: float, days: int, seed: int = 1) -> NDArray[np.float64]:
    """A straight fall with noise, and with warm and cold through the day."""
    at = np.arange(days * DAY)
    noise = np.random.default_rng(seed).normal(0, 0.01, len(at))
    return np.linspace(from_v, to_v, len(at)) + noise + 0.03 * np.sin(2 * np.pi * at / DAY)


def announced(said: Hours, battery: Battery = BATTERY) -> list[int]:
    """The hours (from the first) at which an announcement begins."""
    stands = battery.judge(said, [], 0).kind != NOTHING
    return np.flatnonzero(stands & ~np.append(False, stands[:-1])).tolist()


@pytest.mark.parametrize(("mote", "dies_us"), [("01", 1_080_079_110), ("22", 1_080_095_819)])
def test_motes_of_the_intel_lab_are_announced_once_and_in_time(mote: str, dies_us: int) -> None:
    """Real voltages with a third of the readings missing: at least two days before the thermometer runs away."""
    path = recording(f"intel_lab_raw/Node{mote}.txt.gz")
    with gzip.open(path, "rt") as lines:
        rows = [row for row in map(str.split, lines) if len(row) == 8]
    at = (
        np.array([datetime.fromisoformat(f"{row[0]}T{row[1][:8]}+00:00").timestamp() for row in rows]) // 3600
    )
    hour, inverse = np.unique(at.astype(np.int64), return_inverse=True)
    mean = np.bincount(inverse, [float(row[7]) for row in rows]) / np.bincount(inverse)
    told = announced(hours(mean, hour))
    assert len(told) == 1
    assert dies_us - (int(hour[told[0]]) + 1) * 3600 >= 2 * 86_400


def test_the_interval_holds_the_end() -> None:
    """Of straight falls of every steepness, the end lies between P10 and P90, whenever it is announced."""
    for seed, days in enumerate((12, 20, 40, 80)):
        volts = falling(2.9, 2.3, days, seed)
        (first,) = announced(hours(volts))
        verdict = BATTERY.judge(hours(volts), [], 0)
        said = BATTERY.evidence(hours(volts), first, verdict)
        end_us = (470_000 + days * DAY) * US_PER_HOUR
        assert isinstance(said["p10_us"], int)
        assert isinstance(said["p90_us"], int)
        assert said["p10_us"] <= end_us <= said["p90_us"]


@pytest.mark.parametrize(
    "volts",
    [
        falling(3.3, 2.8, 60),
        falling(2.45, 2.44, 60),
        2.77 + np.random.default_rng(2).normal(0, 0.17, 90 * DAY),
        3.48 + 0.03 * np.sin(np.arange(90 * DAY) / 300),
        falling(4.15, 3.7, 20),
        falling(24.0, 20.0, 30),
        np.full(40 * DAY, 5.0),
        np.tile(np.concatenate([falling(4.1, 3.5, 5), np.full(DAY, 4.1)]), 8),
    ],
    ids=["new", "rechargeable", "noisy", "cold", "half full", "unknown", "adapter", "charged each week"],
)
def test_what_does_not_end_is_not_announced(volts: NDArray[np.float64]) -> None:
    """Fresh, flat, noisy and charged ones, and voltages of which nobody knows where they end."""
    assert announced(hours(volts)) == []


def test_another_battery_ends_it() -> None:
    """When a fresh one is put in, the announcement is over within a day or so, and the next end is a new one."""
    volts = np.concatenate([falling(2.7, 2.35, 20), falling(3.0, 2.9, 10), falling(2.9, 2.3, 25)])
    stands = BATTERY.judge(hours(volts), [], 0).kind != NOTHING
    assert len(announced(hours(volts))) == 2
    assert not stands[22 * DAY : 40 * DAY].any()


def test_noise_and_holes_do_not_reopen_it() -> None:
    """Once it is announced it stands until the record ends, though half of the hours and every fourth day are missing."""
    volts = falling(2.75, 2.1, 45) + np.random.default_rng(3).normal(0, 0.03, 45 * DAY)
    at = np.arange(len(volts))
    there = (np.random.default_rng(4).random(len(at)) > 0.5) & (at // DAY % 4 != 1)
    assert len(announced(hours(volts[there], at[there] + 470_000))) == 1


def test_per_cent_ends_at_a_few() -> None:
    """A gauge that falls by a per cent a day is announced some twelve days before five per cent, not before."""
    level = np.linspace(60, 5, 55 * DAY)
    (first,) = announced(hours(level), Battery("battery_level", LEVELS))
    assert 5 < level[first] < 18


def test_a_registered_curve_says_where_it_ends() -> None:
    """A device that runs down to 1.8 V by its model is not announced at 2.4 V."""
    curve: Curve = [(1.8, 0.0), (2.2, 30.0), (3.0, 100.0)]
    volts = falling(2.9, 2.3, 40)
    assert announced(hours(volts))
    assert announced(hours(volts), Battery("battery_voltage", (of_curve(curve),))) == []
    assert percent(curve, 2.6) == pytest.approx(65.0)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.integers(62 * DAY, 90 * DAY))
def test_what_it_says_depends_on_its_look_back_alone(seed: int, cut: int) -> None:
    """Judged again from the look-back before an hour, it says the same of that hour, and never looks ahead."""
    volts = falling(3.2, 2.2, 95, seed) + np.random.default_rng(seed).normal(0, 0.02, 95 * DAY)
    whole = BATTERY.judge(hours(volts), [], 0)
    part = hours(volts[cut - BATTERY.look_back_hours : cut + 1])
    again = BATTERY.judge(part, [], 0)
    assert whole.kind[cut] == again.kind[-1]
    np.testing.assert_allclose(whole.score[cut], again.score[-1])
