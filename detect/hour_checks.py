"""Checks that every detector of hours passes, and worlds of hours to run them on; the rest is as in detect/checks.py."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from functools import cache
from time import process_time

import numpy as np
from numpy.typing import NDArray

from detect.checks import HOUR_US, USUAL, alike, at
from detect.streams.nouns import NOTHING, HourDetector, Hours, Verdict

Maker = Callable[[], HourDetector]
INTERVAL_US = 600_000_000
FIRST = 472_224
"""An hour of November 2023, the first of its day in no zone."""
TOLERANCE = 1e-4
"""Scores are sums of many figures, which differ in their last digits with how many hours are reckoned at once."""


@cache
def course(level: float, hours: int, seed: int = 1, fault: str = "") -> Hours:
    """A series by hours: daily wave, wandering, holes, and at 70 % of it a fault: a jump, a slow drift, a stay, unrest."""
    random = np.random.default_rng(seed)
    hour = FIRST + np.arange(hours)
    scale = 0.02 * abs(level)
    mean = level + scale * (np.sin(2 * np.pi * hour / 24) + np.cumsum(random.normal(0, 0.02, hours)))
    bad = slice(7 * hours // 10, 9 * hours // 10)
    mean[bad] += scale * _FAULTS[fault](random, bad.stop - bad.start)
    half = np.abs(random.normal(0, 0.1 * scale, hours))
    if fault == "stay":
        mean[bad], half[bad] = mean[bad.start], 0
    there = random.random(hours) < 0.95
    there[hours // 3 : hours // 3 + 30] = False
    samples = random.integers(3, 7, hours)
    return some(Hours(hour, samples, mean, mean - half, mean + half), there)


_FAULTS: dict[str, Callable[[np.random.Generator, int], NDArray[np.float64]]] = {
    "": lambda _, n: np.zeros(n),
    "jump": lambda _, n: np.full(n, 6.0),
    "drift": lambda _, n: np.linspace(0, -6, n),
    "stay": lambda _, n: np.zeros(n),
    "unrest": lambda random, n: random.normal(0, 3, n),
}


def some(hours: Hours, which: slice | NDArray[np.bool_]) -> Hours:
    return Hours(
        hours.hour[which], hours.samples[which], hours.mean[which], hours.low[which], hours.high[which]
    )


def worlds(detector: HourDetector, hours: int = 0) -> list[tuple[Hours, list[Hours]]]:
    """A series with each fault in turn, and three others of its room; a third longer than the look-back."""
    hours = hours or detector.look_back_hours * 4 // 3 + 150
    level = USUAL.get(min(detector.quantities), 20.0)
    peers = [course(level, hours, seed) for seed in (11, 12, 13)]
    return [(course(level, hours, 2 + i, fault), peers) for i, fault in enumerate(_FAULTS)]


def said(make: Maker, hours: Hours, peers: Sequence[Hours]) -> Verdict:
    return make().judge(hours, peers, INTERVAL_US)


def much_alike(one: Verdict, other: Verdict, what: str) -> None:
    """As `alike`, but for the last digits of the score."""
    assert np.allclose(one.score, other.score, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True), (
        f"{what}: scores differ"
    )
    alike(one._replace(score=other.score), other, what)


def check_hours_before_alone(make: Maker) -> None:
    """What it says of an hour does not change with the hours that come later, its own or its peers'."""
    for hours, peers in worlds(make()):
        whole = said(make, hours, peers)
        for end in (len(hours.hour) // 2, 4 * len(hours.hour) // 5, len(hours.hour) - 1):
            until = int(hours.hour[end - 1])
            known = [some(peer, peer.hour <= until) for peer in peers]
            much_alike(
                at(whole, np.arange(end)),
                said(make, some(hours, slice(0, end)), known),
                f"the first {end} hours",
            )


def check_looks_back_as_far_as_it_says(make: Maker) -> None:
    """Judged from `look_back_hours` before an hour on, it says the same of that hour and those after it.

    Of what stood before that hour the beginning may be cut off.
    """
    reach = make().look_back_hours
    for hours, peers in worlds(make()):
        whole = said(make, hours, peers)
        for moment in range(int(hours.hour[-1]) - 100, int(hours.hour[-1]), 47):
            near = hours.hour >= moment - reach
            known = [some(peer, peer.hour >= moment - reach) for peer in peers]
            anew = said(make, some(hours, near), known)
            after = hours.hour[near] >= moment
            one, other = at(whole, hours.hour >= moment), at(anew, after)
            older = (one.since_us < moment * HOUR_US) & (other.since_us < moment * HOUR_US)
            other = other._replace(since_us=np.where(older, one.since_us, other.since_us))
            much_alike(one, other, f"judged from hour {moment} on")


def check_says_what_can_be_said(make: Maker) -> None:
    """One verdict an hour, scores in 0…1 or none, kinds of its own, and nothing that begins after its hour."""
    detector = make()
    for hours, peers in worlds(detector):
        found = said(make, hours, peers)
        assert len(found.score) == len(found.kind) == len(found.since_us) == len(hours.hour), (
            "one verdict an hour"
        )
        score = found.score[~np.isnan(found.score)]
        assert ((score >= 0) & (score <= 1)).all(), "scores beyond 0…1"
        assert ((found.kind >= NOTHING) & (found.kind < len(detector.kinds))).all(), (
            "kinds that it does not have"
        )
        stands = found.kind != NOTHING
        assert not np.isnan(found.score[stands]).any(), "a finding without a score"
        assert (found.since_us[stands] < (hours.hour[stands] + 1) * HOUR_US).all(), "it begins after its hour"
        assert (found.since_us[~stands] == 0).all(), "a beginning of nothing"


def check_explains_what_stands(make: Maker) -> None:
    """Evidence can be had of every hour at which something stands, as JSON."""
    for hours, peers in worlds(make()):
        detector = make()
        found = detector.judge(hours, peers, INTERVAL_US)
        for index in np.flatnonzero(found.kind != NOTHING)[::50].tolist():
            assert isinstance(detector.evidence(hours, index, found), dict), "no evidence"


def check_no_hours_no_verdict(make: Maker) -> None:
    """A series without hours has no verdict, and its first hour is not judged."""
    hours, peers = worlds(make())[0]
    nothing = said(make, some(hours, slice(0, 0)), peers)
    assert len(nothing.score) == len(nothing.kind) == len(nothing.since_us) == 0, "a verdict of nothing"
    first = said(make, some(hours, slice(0, 1)), peers)
    assert np.isnan(first.score).all(), f"score {first.score} of the first hour it knows: say NaN"
    assert (first.kind == NOTHING).all(), "a finding in the first hour"


def check_constant_input_is_nothing(make: Maker) -> None:
    """A series that never moved, among peers that never moved, is nothing."""
    detector = make()
    hours, peers = worlds(detector)[0]
    level = USUAL.get(min(detector.quantities), 20.0)
    still = [_constant(one, level) for one in (hours, *peers)]
    assert (said(make, still[0], still[1:]).kind == NOTHING).all(), "findings in constant hours"


def _constant(hours: Hours, level: float) -> Hours:
    same = np.full(len(hours.hour), level)
    return Hours(hours.hour, hours.samples, same, same, same)


def check_same_result_again(make: Maker) -> None:
    """Asked again, the same detector and another one say the same, keep nothing and change nothing."""
    detector = make()
    for hours, peers in worlds(detector)[:2]:
        kept = some(hours, np.ones(len(hours.hour), np.bool_))
        size = len(pickle.dumps(detector))
        first = detector.judge(hours, peers, INTERVAL_US)
        assert len(pickle.dumps(detector)) <= 1.1 * size + 1000, "it keeps what it has read"
        alike(first, detector.judge(hours, peers, INTERVAL_US), "asked again")
        alike(first, said(make, hours, peers), "a second detector")
        assert all(np.array_equal(a, b) for a, b in zip(hours, kept, strict=True)), "it changed what it read"


def check_order_of_peers_does_not_matter(make: Maker) -> None:
    """Nor does one that never spoke."""
    hours, peers = worlds(make())[1]
    silent = some(hours, slice(0, 0))
    much_alike(
        said(make, hours, peers), said(make, hours, [silent, *reversed(peers)]), "peers in another order"
    )


def check_works_in_columns(make: Maker) -> None:
    """Three times as many hours take no more than about three times as long."""
    detector = make()
    short, long = (worlds(detector, detector.look_back_hours * n)[1] for n in (1, 3))
    assert _seconds(detector, *long) < 8 * _seconds(detector, *short) + 0.01, (
        "time grows faster than the hours"
    )


def _seconds(detector: HourDetector, hours: Hours, peers: Sequence[Hours]) -> float:
    taken = []
    for _ in range(2):
        began = process_time()
        detector.judge(hours, peers, INTERVAL_US)
        taken.append(process_time() - began)
    return min(taken)


CHECKS: Sequence[Callable[[Maker], None]] = (
    check_hours_before_alone,
    check_looks_back_as_far_as_it_says,
    check_says_what_can_be_said,
    check_explains_what_stands,
    check_no_hours_no_verdict,
    check_constant_input_is_nothing,
    check_same_result_again,
    check_order_of_peers_does_not_matter,
    check_works_in_columns,
)
