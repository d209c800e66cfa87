"""Suspicion: sensor faults are called by their names, and air that behaves like air is never called a fault."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from detect.hours.peers import PeerDrift
from detect.hours.stuck import Stuck
from detect.nouns import Kind
from detect.streams.episodes import Episode, episodes
from detect.streams.nouns import NO_GROUP, NOTHING, Hours, Roster, Rows, Verdict
from detect.streams.suspicion import Suspicion

Values = NDArray[np.float64]
MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
START_US = 1_700_000_000_000_000
RANDOM = np.random.default_rng(7)


def room(hours: int, resolution: float = 0.01, interval_us: int = MINUTE_US) -> Values:
    """A cold store: 4 °C, a slow wave, some unrest; one value per interval."""
    n = hours * HOUR_US // interval_us
    slow = 0.4 * np.sin(np.arange(n) * interval_us / HOUR_US / 3) + np.cumsum(RANDOM.normal(0, 0.003, n))
    return np.asarray(np.round((4 + slow + RANDOM.normal(0, 0.02, n)) / resolution) * resolution)


def judge(value: Values, quantity: str = "temperature", interval_us: int = MINUTE_US) -> Verdict:
    detector = Suspicion()
    detector.enter(Roster([quantity], np.array([NO_GROUP], np.int32), np.zeros(1, np.int64)))
    time_us = START_US + np.arange(len(value)) * interval_us
    return detector.follow(Rows(np.zeros(len(value), np.int32), time_us, value))


def kinds(verdict: Verdict) -> list[Kind]:
    """What stood, most often first."""
    told = verdict.kind[verdict.kind != NOTHING]
    found, often = np.unique(told, return_counts=True)
    return [Suspicion.kinds[found[i]] for i in np.argsort(-often)]


def with_fault(fault: Callable[[Values], Values]) -> Values:
    """Ten sound hours, three with a fault, three sound ones."""
    value = room(16)
    value[600:780] = fault(value[600:780])
    return value


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (lambda v: v + 20 * (np.arange(len(v)) % 17 == 3), Kind.SPIKE),
        (lambda v: v + RANDOM.normal(0, 1, len(v)), Kind.NOISE),
        (lambda v: np.full(len(v), v[0]), Kind.STUCK),
        (lambda v: v + 15 + RANDOM.normal(0, 0.8, len(v)), Kind.DRIFT),
        (lambda v: v + np.linspace(0, 18, len(v)), Kind.DRIFT),
    ],
    ids=["spikes", "noise", "stuck", "off and noisy", "away and back at once"],
)
def test_faults_by_their_names(fault: Callable[[Values], Values], kind: Kind) -> None:
    """Each fault is told, and by its own name more than by any other."""
    verdict = judge(with_fault(fault))
    assert kinds(verdict)[0] == kind
    assert (verdict.kind[:600] == NOTHING).all()
    assert (verdict.kind[840:] == NOTHING).all()


def door(height: float, minutes: float, stay: int) -> Values:
    """Up to a plateau and back, by a time constant in minutes."""
    up = height * (1 - np.exp(-np.arange(stay) / minutes))
    return np.concatenate((up, up[-1] * np.exp(-np.arange(180 - stay) / (2 * minutes))))


@pytest.mark.parametrize(
    "course",
    [door(12, 3, 20), door(18, 1.5, 60), door(-9, 5, 40), door(6, 0.5, 12)],
    ids=["door", "door left open", "airing", "door open for twelve minutes"],
)
def test_doors_and_airing_are_no_faults(course: Values) -> None:
    """Steep is normal at an open door: up within minutes, a plateau, a slower way back."""
    assert kinds(judge(with_fault(lambda v: v + course))) == []


def test_steam_is_no_fault() -> None:
    """Temperature up by 28 °C within half a minute, humidity by 40 %, and both away within minutes."""
    up, down = np.linspace(0, 28, 7), 28 * np.exp(-np.arange(200) / 9)
    burst = np.concatenate((up, down + RANDOM.normal(0, 0.3, 200)))
    for quantity, scale in (("temperature", 1.0), ("relative_humidity", 1.5)):
        value = room(10, interval_us=5_000_000)
        value[4000 : 4000 + len(burst)] += scale * burst
        assert kinds(judge(value, quantity, 5_000_000)) == []


def test_flat_is_normal_where_the_air_is_saturated() -> None:
    """Humidity that came up to 100 % and stays there is not stuck."""
    value = np.minimum(np.append(room(10) + 85, np.linspace(90, 115, 1200)), 100.0)
    assert kinds(judge(value, "relative_humidity")) == []


def test_flat_is_normal_at_half_a_degree() -> None:
    """A coarse sensor stays at one value for hours, then longer at night."""
    moving = np.round(np.cumsum(RANDOM.normal(0, 0.02, 1200)) * 2) / 2 + 4
    assert kinds(judge(np.append(moving, np.full(600, moving[-1])))) == []


def test_one_fault_is_one_episode() -> None:
    """Noise that ceases for minutes is one episode, and it begins before it is raised."""
    value = with_fault(lambda v: v + RANDOM.normal(0, 1.5, len(v)))
    value[690:700] = 4.0
    verdict = judge(value)
    time_us = START_US + np.arange(len(value)) * MINUTE_US
    noise = [
        e for e in episodes(time_us, verdict, hold_us=2 * HOUR_US) if Suspicion.kinds[e.kind] is Kind.NOISE
    ]
    assert len(noise) == 1
    assert abs(noise[0].start_us - time_us[600]) < 20 * MINUTE_US
    assert noise[0].start_us < noise[0].raised_us
    assert noise[0].end_us is not None


def test_episodes_are_raised_once_and_end_once() -> None:
    """Rows of a kind with short gaps are one episode; what is too short is none; the last may still go on."""
    kind = np.array([-1, 0, 0, -1, 0, -1, -1, -1, 1, -1, 0, 0], np.int8)
    time_us = np.arange(len(kind)) * 10
    since_us = np.where(kind >= 0, time_us - 5, 0)
    verdict = Verdict(np.ones(len(kind), np.float32), kind, since_us)
    assert episodes(time_us, verdict, hold_us=20, least=2) == [
        Episode(0, 5, 40, 20),
        Episode(0, 95, None, 110),
    ]
    for n in range(len(kind)):
        part = Verdict(verdict.score[:n], kind[:n], since_us[:n])
        raised = {(e.kind, e.raised_us) for e in episodes(time_us[:n], part, hold_us=20, least=2)}
        assert raised <= {(0, 20), (0, 110)}


def test_a_verdict_per_row() -> None:
    """Times and verdicts that do not match are refused."""
    with pytest.raises(ValueError, match="3 times for 2 verdicts"):
        episodes(np.arange(3), Verdict(np.ones(2, np.float32), np.zeros(2, np.int8), np.zeros(2, np.int64)))


# ---------------------------------------------------------------------------------------------- by hours


def by_hours(mean: Values, half: float = 0.05) -> Hours:
    hour = 472_224 + np.arange(len(mean))
    return Hours(hour, np.full(len(mean), 6), mean, mean - half, mean + half)


def shared(days: int, sensors: int) -> list[Values]:
    """Sensors of one room: the same course, each more or less of it, with some unrest of its own."""
    n = 24 * days
    course = 1.5 * np.sin(2 * np.pi * np.arange(n) / 24) + np.cumsum(RANDOM.normal(0, 0.1, n))
    return [20 + 0.2 * i + (0.7 + 0.15 * i) * course + RANDOM.normal(0, 0.08, n) for i in range(sensors)]


def test_one_that_drifts_from_its_peers_is_found_and_no_other() -> None:
    """1 °C within three days among three peers: found at that sensor alone, within a day after."""
    room_of = shared(28, 4)
    room_of[1][480:] += np.clip(np.arange(192) / 72, 0, 1)
    for i, own in enumerate(room_of):
        peers = [by_hours(other) for j, other in enumerate(room_of) if j != i]
        found = np.flatnonzero(PeerDrift("temperature").judge(by_hours(own), peers, 0).kind != NOTHING)
        assert (480 < found[0] < 480 + 96) if i == 1 else len(found) == 0


def test_a_room_that_warms_is_no_drift() -> None:
    """All together away by 8 °C is the room; and of two sensors that part nobody knows which is wrong."""
    room_of = [one + 8 * (np.arange(len(one)) > 500) for one in shared(28, 4)]
    peers = [by_hours(other) for other in room_of[1:]]
    assert (PeerDrift("temperature").judge(by_hours(room_of[0]), peers, 0).kind == NOTHING).all()
    assert np.isnan(PeerDrift("temperature").judge(by_hours(room_of[0]), peers[:1], 0).score).all()


def test_stuck_for_long_unless_the_others_stand_still_too() -> None:
    """A sensor that has not moved for a day is stuck, unless its peers do not move either or the air is saturated."""
    mean = shared(20, 1)[0]
    mean[400:] = mean[400]
    own = by_hours(mean)
    half = np.where(np.arange(480) >= 400, 0.0, 0.05)
    own = own._replace(low=mean - half, high=mean + half)
    stuck = Stuck("temperature")
    assert np.flatnonzero(stuck.judge(own, [], 0).kind != NOTHING)[0] == 400 + 15 + 0
    assert (stuck.judge(own, [own, own], 0).kind == NOTHING).all()
    assert (stuck.judge(own, [by_hours(shared(20, 1)[0])], 0).kind != NOTHING).any()
    wet = Hours(own.hour, own.samples, own.mean + 80, own.low + 80, own.high + 80)
    assert (Stuck("relative_humidity").judge(wet, [], 0).kind == NOTHING).all()
