"""Radio, counters and gaps by hours: what is wrong is told, what is only unusual is not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detect.hours.counters import WRAP, Counter
from detect.hours.gaps import GapPattern
from detect.hours.radio import WeakRadio
from detect.nouns import Json, Kind
from detect.streams.nouns import NOTHING, HourDetector, Hours

DAY = 24
FIVE_MIN_US = 300_000_000
PER_HOUR = 12
DAYS = 40
BREAK = 25
"""The day on which something changes."""


def by_hours(slot: NDArray[np.int64], values: NDArray[np.float64], per_hour: int = PER_HOUR) -> Hours:
    """Readings in slots of equal length, as hours."""
    hour, first, samples = np.unique(slot // per_hour, return_index=True, return_counts=True)
    edges = [*first.tolist()]
    total = np.add.reduceat(values, edges)
    return Hours(
        hour + 470_000, samples, total / samples, np.minimum.reduceat(values, edges), np.maximum.reduceat(values, edges)
    )  # fmt: skip


def kept(
    share: float, after: float | None = None, days: int = DAYS, per_hour: int = PER_HOUR
) -> NDArray[np.int64]:
    """The slots that arrive, if such a share is lost before and after BREAK."""
    slot = np.arange(days * DAY * per_hour)
    lost = np.where(slot < BREAK * DAY * per_hour, share, share if after is None else after)
    return slot[np.random.default_rng(7).random(len(slot)) >= lost]


def told(
    detector: HourDetector, hours: Hours, interval_us: int = FIVE_MIN_US
) -> list[tuple[Kind, float, dict[str, Json]]]:
    """What begins to stand: kind, day, evidence."""
    verdict = detector.judge(hours, [], interval_us)
    begins = np.flatnonzero(
        (verdict.kind != NOTHING) & (np.append(NOTHING, verdict.kind[:-1]) != verdict.kind)
    )
    return [
        (detector.kinds[int(verdict.kind[at])], float(hours.hour[at] - hours.hour[0]) / DAY, detector.evidence(hours, at, verdict))
        for at in begins.tolist()
    ]  # fmt: skip


def rssi(fall: float, lost: float) -> Hours:
    """Received at -72 dBm, from BREAK on weaker and with losses."""
    slot = kept(0.03, lost)
    noise = np.random.default_rng(8).normal(0, 4, len(slot))
    return by_hours(slot, np.where(slot < BREAK * DAY * PER_HOUR, -72.0, -72.0 + fall) + noise)


def test_a_link_that_got_weak_and_loses_readings() -> None:
    """Fifteen dB less and a third lost: told within two days, with what it was, and it stands for as long as it lasts."""
    ((kind, day, said),) = told(WeakRadio("rssi"), rssi(-15, 0.35))
    assert kind is Kind.WEAK_RADIO
    assert BREAK < day < BREAK + 2
    assert said["formerly"] == pytest.approx(-72, abs=1)
    assert said["value"] == pytest.approx(-87, abs=1)


@pytest.mark.parametrize(("fall", "lost"), [(0, 0.35), (-15, 0.03), (15, 0.35)])
def test_weak_alone_or_losses_alone_are_no_weak_radio(fall: float, lost: float) -> None:
    """A weak link that loses nothing is good enough; losses at full strength have another cause."""
    assert told(WeakRadio("rssi"), rssi(fall, lost)) == []


@pytest.mark.parametrize("per_hour", [60, 12, 1])
def test_messages_that_never_arrive(per_hour: int) -> None:
    """By its own count two of five are lost; a tenth lost is how radio is."""
    slot = kept(0.1, 0.4, per_hour=per_hour)
    ((kind, day, said),) = told(Counter(), by_hours(slot, (slot % WRAP).astype(float), per_hour))
    assert kind is Kind.LOST_MESSAGES
    assert BREAK < day < BREAK + 4
    assert 0.25 <= float(str(said["lost"])) < 0.5


def test_a_counter_that_goes_round_or_pauses_is_no_restart() -> None:
    """65,535 is followed by 0, and a day of silence loses no message that anybody can count."""
    slot = kept(0.05)
    count = (slot + WRAP - 3_000) % WRAP
    paused = (slot < 20 * DAY * PER_HOUR) | (slot >= 21 * DAY * PER_HOUR)
    assert told(Counter(), by_hours(slot[paused], count[paused].astype(float))) == []


def test_a_device_that_restarts_again_and_again() -> None:
    """Every five hours on one day."""
    slot = kept(0.0)
    count = np.where(
        (slot >= BREAK * 288) & (slot < (BREAK + 1) * 288), slot % 60, slot - BREAK * 288 + 9_000
    )
    ((kind, day, said),) = told(Counter(), by_hours(slot, count.astype(float)))
    assert kind is Kind.RESTARTING
    assert BREAK < day < BREAK + 1
    assert int(str(said["restarts"])) >= 3


@pytest.mark.parametrize("per_hour", [60, 12, 4, 1])
def test_a_lasting_share_is_lost(per_hour: int) -> None:
    """Two of five, whatever the interval: told once, spread over the day."""
    slot = kept(0.03, 0.4, per_hour=per_hour)
    hours = by_hours(slot, np.zeros(len(slot)), per_hour)
    ((kind, day, said),) = told(GapPattern(), hours, 3_600_000_000 // per_hour)
    assert (kind, said["pattern"]) == (Kind.GAP_PATTERN, "spread")
    assert BREAK < day < BREAK + 7


def test_always_at_the_same_hours() -> None:
    """Three hours of every night, as behind a parked truck."""
    slot = kept(0.03)
    hour = slot // PER_HOUR % DAY
    there = (slot < BREAK * DAY * PER_HOUR) | (hour < 2) | (hour >= 5)
    ((_, day, said),) = told(GapPattern(), by_hours(slot[there], np.zeros(int(there.sum()))))
    assert said["pattern"] == "same_hours"
    assert day < BREAK + 7


def test_silence_and_a_slower_setting_are_no_gaps() -> None:
    """A day without a word is told elsewhere; who was set to speak every five minutes instead of every minute loses nothing."""
    slot = kept(0.05)
    silent = (slot < 20 * DAY * PER_HOUR) | (slot >= 21 * DAY * PER_HOUR)
    assert told(GapPattern(), by_hours(slot[silent], np.zeros(int(silent.sum())))) == []
    assert told(GapPattern(), by_hours(slot, np.zeros(len(slot))), FIVE_MIN_US // 5) == []


@pytest.mark.parametrize("detector", [WeakRadio("rssi"), Counter(), GapPattern()], ids=lambda d: d.name)
def test_what_is_said_depends_on_the_look_back_alone(detector: HourDetector) -> None:
    """Judged again from the look-back before an hour, the same is said of it."""
    slot = kept(0.1, 0.5, days=90)
    hours = by_hours(slot, np.where(slot < 60 * 288, -70.0, -88.0) + slot % 7)
    whole = detector.judge(hours, [], FIVE_MIN_US)
    for cut in range(70 * DAY, 90 * DAY, 37):
        first = cut - detector.look_back_hours
        span = slice(first, cut + 1)
        part = Hours(
            hours.hour[span], hours.samples[span], hours.mean[span], hours.low[span], hours.high[span]
        )
        again = detector.judge(part, [], FIVE_MIN_US)
        assert again.kind[-1] == whole.kind[cut]
        np.testing.assert_allclose(again.score[-1], whole.score[cut], atol=1e-6)
