"""A lot's exposure over all its places: told by hand for a journey through a store, a truck, nowhere, and a second store."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from detect.goods.kinetic import Says, mean_kinetic_c
from detect.lag import chain, steps
from detect.nouns import Allowed, Limit, Severity
from ingest.nouns import Columns, Flag
from registry import nouns as r
from registry.exposed.nouns import Record, Standing
from registry.exposed.recording import record
from registry.exposure import stays_of
from registry.plan import watches
from registry.probed import present, probed, with_lag

MIN, HOUR, DAY = 60_000_000, 3_600_000_000, 86_400_000_000
T0 = 1_795_219_200_000_000
QUARTER = 15 * MIN
HIGH = Limit("high", "temperature", "high", 25.0, 0.5, 30 * MIN, 1, Severity.ALARM)
WARM = Limit(
    "warm", "temperature", "high", 20.0, 0.5, 0, 1, Severity.WARNING, budget_us=8 * HOUR, window_us=3 * DAY
)
WET = Limit("wet", "time_of_wetness", "high", 5.0, 0.5, 0, 1, Severity.ALARM, window_us=2 * DAY)
FREEZE = Limit("freeze", "freeze_thaw", "low", 0.0, 2.0, HOUR, 1, Severity.CRITICAL, window_us=30 * DAY)
LOADED = Limit("loading", "temperature", "high", 5.0, 0.5, 0, 1, Severity.ADVICE, stages=("loading",))
MEAN = Limit(
    "mkt", "mean_kinetic_temperature", "high", 25.0, 0.5, 0, 1, Severity.ADVICE, window_us=DAY,
    allowed=Allowed(-20.0, 30.0, 40.0, DAY),
)  # fmt: skip
LAG = 2 * HOUR
Said = Mapping[tuple[str, str], Callable[[float], float | None]]


def registry(*limits: Limit, legs: bool = True) -> r.RegistrySnapshot:
    """A lot: two days in store a, a day in truck t, six hours nobody knows where, two days in store b."""

    def device(name: str) -> r.Device:
        return r.Device(key=f"d-{name}", gateway="g", device=name, interval_us=QUARTER)

    def placed(
        subject: str, place: str, from_h: float, to_h: float | None, kind: str = "lot", at: str = "zone"
    ) -> r.Placement:
        return r.Placement(
            subject_kind=r.SubjectKind(kind), subject=subject, place_kind=r.PlaceKind(at), place=place,
            valid_from_us=T0 + int(from_h * HOUR), valid_to_us=None if to_h is None else T0 + int(to_h * HOUR),
        )  # fmt: skip

    profile = r.Profile(key="p", versions=(r.ProfileVersion(limits=limits, lag_us=LAG, unwatched_us=HOUR),))
    return r.RegistrySnapshot(
        customers=(r.Customer(key="c"),), profiles=(profile,), products=(r.Product(key="x", profile="p"),),
        sites=(r.Site(key="s", time_zone="UTC"),), gateways=(r.Gateway(key="g", site="s"),),
        zones=(r.Zone(key="a", site="s"), r.Zone(key="t", kind=r.ZoneKind.TRUCK), r.Zone(key="b", site="s")),
        devices=tuple(map(device, "atb")), lots=(r.Lot(key="l", customer="c", product="x"),),
        shipments=(r.Shipment(key="trip", zone="t", departed_us=T0 + 50 * HOUR, arrived_us=T0 + 72 * HOUR),),
        placements=(
            placed("l", "a", 0, 48), placed("l", "trip", 48, 72, at="shipment"), placed("l", "b", 78, None),
            *(placed(f"d-{name}", name, 0, None, "device") for name in "atb"),
        ),
    )  # fmt: skip


def told(snapshot: r.RegistrySnapshot, said: Said, until_h: float = 126, flags: int = 0) -> Record:
    """The record, with what devices said every quarter of an hour (hours since T0 → value, None = nothing)."""
    series: dict[tuple[str, str], Columns] = {}
    for key, value in said.items():
        rows = [(n, v) for n in range(int(until_h * 4) + 1) if (v := value(n / 4)) is not None]
        n = len(rows)
        series[key] = Columns(
            np.zeros(n, np.int32), np.array([T0 + i * QUARTER for i, _ in rows], np.int64),
            np.array([v for _, v in rows], np.float64), np.full(n, flags, np.uint8),
        )  # fmt: skip

    def rows_of(device: str, quantity: str, start_us: int, end_us: int) -> Columns:
        rows = series[device, quantity]
        return rows.take((rows.time_us >= start_us) & (rows.time_us < end_us))

    end_us = T0 + int(until_h * HOUR)
    stays = stays_of(snapshot, watches(snapshot), "l", r.ALWAYS_US, end_us)
    found = record(snapshot, "l", stays, end_us, lambda d: [q for name, q in series if name == d], rows_of)
    assert found is not None
    return found


def everywhere(value: Callable[[float], float | None]) -> Said:
    return {(f"g/{name}", "temperature"): value for name in "atb"}


def standing(found: Record, band: str) -> Standing:
    (one,) = [a for a in found.against if a.limit.band == f"p/{band}"]
    return one.standing


def test_the_chain_names_stages_and_what_nobody_knows() -> None:
    """Store, shipment and truck, six unknown hours, store; loading until departure, then transport."""
    found = told(registry(HIGH), everywhere(lambda h: 15.0))
    chain = [(p.place, p.stage, (p.from_us - T0) // HOUR, (p.to_us - T0) // HOUR) for p in found.passages]
    assert chain == [
        ("a", "storage", 0, 48), ("trip", "loading", 48, 50), ("trip", "transport", 50, 72),
        ("t", "transport", 50, 72), ("", "", 72, 78), ("b", "storage", 78, 126),
    ]  # fmt: skip
    assert (found.from_us, found.to_us) == (T0, T0 + 126 * HOUR)


def test_a_budget_goes_on_from_place_to_place() -> None:
    """5 h too warm in the store, 4 h in the truck: within 8 h in each, beyond them over both; area and longest are told."""
    found = told(registry(WARM), everywhere(lambda h: 22.0 if 40 <= h < 45 or 52 <= h < 56 else 15.0))
    (warm,) = found.against
    assert (warm.beyond_us, warm.most_us, warm.longest_us) == (9 * HOUR, 9 * HOUR, 5 * HOUR)
    assert warm.area == pytest.approx(9 * 60 * 2.0)
    assert warm.standing is Standing.BEYOND
    apart = told(registry(WARM), everywhere(lambda h: 22.0 if 2 <= h < 7 or 118 <= h < 122 else 15.0))
    assert apart.against[0].most_us == 5 * HOUR
    assert apart.against[0].standing is Standing.WITHIN


def test_no_verdict_without_coverage() -> None:
    """All in order wherever it was measured: known to be within, or not known, by how much that is; beyond is beyond."""
    snapshot = registry(HIGH)
    loaded = replace(snapshot, placements=tuple(replace(p, valid_from_us=T0 + 72 * HOUR) if p.place == "b" and p.subject == "l" else p for p in snapshot.placements))  # fmt: skip
    good = told(loaded, everywhere(lambda h: 15.0))
    assert (good.standing, standing(good, "high")) == (Standing.WITHIN, Standing.WITHIN)
    assert good.watched > 0.97
    assert good.wetness.iso_class is None  # nobody measured humidity
    dark = told(snapshot, everywhere(lambda h: 15.0 if not 60 <= h < 100 else None))
    assert (dark.standing, standing(dark, "high")) == (Standing.UNKNOWN, Standing.UNKNOWN)
    hot = told(snapshot, everywhere(lambda h: None if 60 <= h < 100 else 26.0 if 10 <= h < 11 else 15.0))
    assert hot.standing is Standing.BEYOND


def test_a_store_without_a_device_is_not_known() -> None:
    """What held in a place where nobody measured counts against the coverage of the limit."""
    snapshot = registry(HIGH)
    blind = replace(snapshot, placements=tuple(p for p in snapshot.placements if p.subject != "d-b"))
    found = told(blind, everywhere(lambda h: 15.0))
    assert found.against[0].coverage < 0.6
    assert found.standing is Standing.UNKNOWN


def test_goods_freeze_by_what_they_bring_from_place_to_place() -> None:
    """Frozen in the truck, still frozen when they come to the store, thawed there by their lag: one cycle."""
    snapshot = registry(FREEZE)
    found = told(snapshot, {
        ("g/a", "temperature"): lambda h: 10.0, ("g/t", "temperature"): lambda h: -20.0 if h >= 52 else 10.0,
        ("g/b", "temperature"): lambda h: 15.0,
    })  # fmt: skip
    (frost,) = found.frosts.events
    assert (found.frosts.cycles, found.standing) == (1, Standing.BEYOND)
    assert frost.from_us - T0 - 52 * HOUR == pytest.approx(LAG * math.log(30 / 20), abs=2 * QUARTER)
    assert frost.lowest_c == pytest.approx(-20.0, abs=0.1)
    assert frost.to_us is not None
    assert frost.to_us >= T0 + 78 * HOUR


def test_wetness_adds_up_over_all_places() -> None:
    """3 h in the store and 4 h in the truck are 7 h, and beyond 5 h in two days; frost does not count."""
    humid: Said = {
        (f"g/{n}", "relative_humidity"): lambda h: 90.0 if 44 <= h < 47 or 54 <= h < 58 else 50.0
        for n in "atb"
    }
    found = told(registry(WET), {**everywhere(lambda h: 15.0), **humid})
    assert found.wetness.wet_us == 7 * HOUR
    assert found.wetness.hours_a_year == pytest.approx(8766 * 7 / 120, rel=0.02)
    assert (found.wetness.iso_class, standing(found, "wet")) == ("τ3", Standing.BEYOND)
    frozen = told(registry(WET), {**everywhere(lambda h: -1.0), **humid})
    assert frozen.wetness.wet_us == 0


def test_the_warmest_day_is_found_and_only_for_labels_that_know_it() -> None:
    """The day with six hours at 35 °C has the mean of the formula; goods without such a rule have none."""
    found = told(registry(MEAN), everywhere(lambda h: 35.0 if 20 <= h < 26 else 20.0))
    (mean,) = found.means
    assert mean.kinetic_c == pytest.approx(
        mean_kinetic_c(np.array([20.0, 35.0]), np.array([18.0, 6.0])), abs=1e-3
    )
    assert (mean.says, mean.coverage) == (Says.ABOVE, 1.0)
    assert told(registry(HIGH), everywhere(lambda h: 20.0)).means == ()


def test_limits_of_a_stage_hold_at_that_stage_only() -> None:
    """Warmer than 5 °C all the way, but it counts while loading alone: two hours in the shipment's own device's sight."""
    snapshot = registry(LOADED)
    aboard = r.Placement(
        subject_kind=r.SubjectKind.DEVICE, subject="d-t", place_kind=r.PlaceKind.SHIPMENT, place="trip",
        valid_from_us=T0 + 48 * HOUR, valid_to_us=T0 + 72 * HOUR,
    )  # fmt: skip
    moved = replace(snapshot, placements=(*(p for p in snapshot.placements if p.subject != "d-t"), aboard))
    found = told(moved, everywhere(lambda h: 15.0))
    (loading,) = found.against
    assert loading.beyond_us == 2 * HOUR


def test_files_uploaded_later_count_and_are_told_apart() -> None:
    """The whole record says which share rests on files."""
    found = told(registry(HIGH), everywhere(lambda h: 15.0), flags=int(Flag.IMPORTED))
    assert {q.imported for q in found.quantities if q.quantity == "temperature"} == {1.0}


def test_a_probe_on_the_goods_tells_their_lag_and_adopting_it_leaves_the_past_alone() -> None:
    """Store b has a probe on goods of 2 h: found again; adopted, it holds from that moment on for that form alone."""
    rng = np.random.default_rng(1)
    n = 4 * 24 * 4
    times = T0 + np.arange(n) * QUARTER
    air = 15 + 6 * np.sin(np.arange(n) / 15.3) + np.cumsum(rng.normal(0, 0.2, n))
    lag = np.full(n - 1, LAG, np.int64)
    goods = np.array(chain(float(air[0]), *steps(np.diff(times), air[:-1], air[1:], lag)))
    values = {"temperature": air, "surface_temperature": goods + rng.normal(0, 0.1, n)}

    def rows_of(device: str, quantity: str, start_us: int, end_us: int) -> Columns:
        rows = Columns(np.zeros(n, np.int32), times, values[quantity], np.zeros(n, np.uint8))
        return rows.take((times >= start_us) & (times < end_us))

    snapshot = registry(FREEZE)
    (one,) = probed(snapshot, "b", T0, T0 + 4 * DAY, lambda device: [*values], rows_of)
    assert (one.device, one.quantity, one.air) == ("g/b", "surface_temperature", ("g/b",))
    assert one.fit.lag_us == pytest.approx(LAG, rel=0.1)
    assert probed(snapshot, "a", T0, T0 + 4 * DAY, lambda device: ["temperature"], rows_of) == []
    assert [p.lag_us for p in present(snapshot, "b", T0 + 100 * HOUR)] == [LAG]
    adopted = with_lag(snapshot.profiles[0], "stack", 3 * HOUR, T0 + DAY)
    assert adopted is not None
    before, after = adopted.versions
    assert (before.valid_to_us, before.lags, before.lag_us) == (T0 + DAY, (), LAG)
    assert (after.valid_from_us, after.valid_to_us, after.lags, after.lag_us) == (
        T0 + DAY,
        None,
        (("stack", 3 * HOUR),),
        LAG,
    )
    again = with_lag(adopted, "", 4 * HOUR, T0 + DAY)
    assert again is not None
    assert [v.lag_us for v in again.versions] == [LAG, 4 * HOUR]
