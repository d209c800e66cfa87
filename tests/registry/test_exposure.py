"""Exposure of goods: against a plain reckoning second by second, and told by hand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detect.nouns import Limit, Severity
from ingest.nouns import Columns, Flag
from registry import nouns as r
from registry.exposure import Beside, Stay, exposure, stays_of
from registry.plan import watches

S, MIN, HOUR = 1_000_000, 60_000_000, 3_600_000_000
T0 = 1_795_248_000_000_000
HIGH = Limit("p/high", "temperature", "high", 8.0, 0.5, 0, 1, Severity.ALARM)
LOW = Limit("p/low", "temperature", "low", 2.0, 0.5, 0, 1, Severity.ALARM)


def columns(rows: list[tuple[int, float, int]]) -> Columns:
    """(seconds after T0, value, flags) as readings of one series."""
    rows = sorted({row[0]: row for row in rows}.values())
    return Columns(
        np.zeros(len(rows), np.int32),
        np.array([T0 + s * S for s, _, _ in rows], np.int64),
        np.array([v for _, v, _ in rows], np.float64),
        np.array([f for _, _, f in rows], np.uint8),
    )


ROWS = st.lists(
    st.tuples(
        st.integers(-30, 150),
        st.sampled_from([1.0, 3.0, 7.5, 8.0, 8.5, 12.0]),
        st.sampled_from([0, 0, 0, int(Flag.IMPORTED), int(Flag.DISPUTED)]),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(a=ROWS, b=ROWS, gap=st.integers(1, 40))
def test_like_second_by_second(
    a: list[tuple[int, float, int]], b: list[tuple[int, float, int]], gap: int
) -> None:
    """Two devices, one of them there for a part of the stay: every figure is what going through the seconds gives."""
    series = {"g/a": columns(a), "g/b": columns(b)}
    beside = (
        Beside("g/a", T0, T0 + 120 * S, gap * S, (HIGH, LOW)),
        Beside("g/b", T0 + 40 * S, T0 + 90 * S, gap * S, (HIGH, LOW)),
    )
    stay = Stay("z", T0, T0 + 120 * S, beside)
    found = exposure(
        stay, lambda _: ["temperature"], lambda device, _, start, end: _cut(series[device], start, end)
    )
    (seen,) = found

    covered, imported, high, low, weighted, values = set(), set(), set(), set(), [], []
    for one in beside:
        rows = [
            ((t - T0) // S, v, f)
            for t, v, f in zip(*_lists(series[one.device]), strict=True)
            if not f & Flag.DISPUTED
        ]
        start, end = (one.from_us - T0) // S, (one.to_us - T0) // S
        values += [v for t, v, _ in rows if start <= t < end]
        for second, value, mean, of_file in _seconds(rows, gap):
            if start <= second < end:
                covered.add(second)
                weighted.append(mean)
                imported |= {second} if of_file else set()
                high |= {second} if value > 8.0 else set()
                low |= {second} if value < 2.0 else set()
    assert seen.coverage == round(len(covered) / 120, 4)
    assert seen.imported == (round(len(imported) / len(covered), 4) if covered else 0.0)
    assert {b.limit.band: b.us // S for b in seen.beyond} == {"p/high": len(high), "p/low": len(low)}
    assert (seen.minimum, seen.maximum) == ((min(values), max(values)) if values else (None, None))
    assert (seen.mean is None) == (not weighted)
    if seen.mean is not None:
        assert abs(seen.mean - sum(weighted) / len(weighted)) < 1e-9


def _seconds(rows: list[tuple[int, float, int]], gap: int) -> Iterator[tuple[int, float, float, bool]]:
    """Every second between readings that are near: the value before it, the value in its middle, and of a file or not."""
    for (t, v, f), (u, w, g) in pairwise(rows):
        for second in range(t, u) if u - t <= gap else ():
            mean = v + (w - v) * (second + 0.5 - t) / (u - t)
            yield second, v, mean, bool((f | g) & Flag.IMPORTED)


def _cut(rows: Columns, start: int, end: int) -> Columns:
    return rows.take((rows.time_us >= start) & (rows.time_us < end))


def _lists(rows: Columns) -> tuple[list[int], list[float], list[int]]:
    return rows.time_us.tolist(), rows.value.tolist(), rows.flags.tolist()


def snapshot() -> r.RegistrySnapshot:
    """A lot that stood in a hall and travels in a truck, with a probe in each."""
    version = r.ProfileVersion(limits=(Limit("high", "temperature", "high", 8.0, 0.5, 0, 1, Severity.ALARM),))

    def placed(
        kind: r.SubjectKind, subject: str, place_kind: r.PlaceKind, place: str,
        from_us: int = r.ALWAYS_US, to_us: int | None = None,
    ) -> r.Placement:  # fmt: skip
        return r.Placement(
            subject_kind=kind, subject=subject, place_kind=place_kind, place=place,
            valid_from_us=from_us, valid_to_us=to_us,
        )  # fmt: skip

    lot, device, zone = r.SubjectKind.LOT, r.SubjectKind.DEVICE, r.PlaceKind.ZONE
    return r.RegistrySnapshot(
        customers=(r.Customer(key="c"),),
        profiles=(r.Profile(key="p", versions=(version,)), r.Profile(key="q", versions=(version,))),
        products=(r.Product(key="milk", profile="p"),),
        zones=(r.Zone(key="hall", profile="q"), r.Zone(key="truck")),
        gateways=(r.Gateway(key="g"),),
        devices=(r.Device(key="a", gateway="g", device="a"), r.Device(key="b", gateway="g", device="b")),
        shipments=(r.Shipment(key="s", zone="truck", departed_us=T0 + HOUR, arrived_us=T0 + 2 * HOUR),),
        lots=(r.Lot(key="l", customer="c", product="milk"),),
        placements=(
            placed(lot, "l", zone, "hall", T0, T0 + HOUR),
            placed(lot, "l", r.PlaceKind.SHIPMENT, "s", T0 + HOUR),
            placed(device, "a", zone, "hall"), placed(device, "b", zone, "truck"),
        ),
    )  # fmt: skip


def test_place_by_place_with_the_limits_of_its_own_profile() -> None:
    """Hall, then truck; of the hall's limits only those of the goods' own profile count."""
    world = snapshot()
    found = stays_of(world, watches(world), "l", T0, T0 + 3 * HOUR)
    assert [(s.place, s.from_us, s.to_us) for s in found] == [
        ("hall", T0, T0 + HOUR),
        ("truck", T0 + HOUR, T0 + 2 * HOUR),
        ("s", T0 + HOUR, T0 + 3 * HOUR),
    ]
    assert [[b.device for b in s.beside] for s in found] == [["g/a"], ["g/b"], []]
    assert {limit.band for s in found for b in s.beside for limit in b.limits} == {"p/high"}
    assert exposure(found[2], lambda _: ["temperature"], lambda *_: columns([])) == []
