"""Derived quantities over time: buckets are the arithmetic on raw readings, told plainly, and rest on nothing that one may not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api import derived
from api.derived import Allowed, Asked
from api.selection import Want
from detect.nouns import Goods, Limit, Severity, Stop, Watch
from ingest.nouns import Columns, SeriesKey
from registry import nouns as r
from store.nouns import SeriesInfo
from store.repositories.registry import RegistryRepository
from tests.api.conftest import BY, HOUR, MINUTE, T0, T1, T2, World
from tests.detect.facts import History, Reading
from tests.detect.oracle_lag import Lagging, dew_point

QUANTITIES = ("temperature", "relative_humidity", "surface_temperature")
DAY = {"from": "2026-11-21T07:00:00Z", "to": "2026-11-21T11:00:00Z"}
FORTY = 40 * MINUTE
HALL = {"zone": "z1", "quantity": "dew_point_margin", "buckets": 16, **DAY}


class Rows:
    """Readings in memory, asked for like those that are kept."""

    def __init__(self, rows: Sequence[Reading]) -> None:
        self._rows = sorted(rows, key=lambda row: (row.series, row.time_us))

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        """Those of some series in [start, end)."""
        found = [row for row in self._rows if row.series in series and start_us <= row.time_us < end_us]
        found = found if limit is None else found[:limit]
        number, times, values, flags = zip(*found, strict=True) if found else ((), (), (), ())
        return Columns(
            np.array(number, np.int32), np.array(times, np.int64), np.array(values, float), np.array(flags, np.uint8)
        )  # fmt: skip


def a_watch(zone: str, device: str, from_us: int, to_us: int | None, *goods: Goods) -> Watch:
    """What is expected of a device that speaks every five minutes."""
    limit = Limit("p/high", "temperature", "high", 30.0, 0.5, 0, 1, Severity.ALARM)
    return Watch(device, "g", zone, from_us, to_us, 5 * MINUTE, (), HOUR, (limit,), ("p",), goods)


@st.composite
def readings(draw: st.DrawFn) -> list[Reading]:
    """Up to a day and a half of a room's device, and of another place's, with pauses and values that are not trusted."""
    minutes = sorted(draw(st.sets(st.integers(0, 2_000), min_size=3, max_size=40)))
    found = []
    for minute in minutes:
        at = T0 + minute * MINUTE
        for number in draw(st.sets(st.sampled_from([0, 1, 2, 3]), min_size=1)):
            value = draw(st.floats(20, 99) if number == 1 else st.floats(-5, 30))
            flags = draw(st.sampled_from([0, 0, 0, 0, 4]))
            found.append(Reading(number, at, round(value, 2), flags))
    return found


def series(probed: bool) -> list[SeriesInfo]:
    """A device in the room, with or without a probe on the goods, and a thermometer where goods come from."""
    room = [SeriesInfo(n, "g", "g/room", QUANTITIES[n]) for n in range(3 if probed else 2)]
    return [*room, SeriesInfo(3, "g", "g/van", "temperature")]


@settings(deadline=None, max_examples=60)
@given(
    rows=readings(), probed=st.booleans(), lag=st.sampled_from([0, FORTY, 6 * HOUR]), came=st.booleans(),
    quantity=st.sampled_from(derived.QUANTITIES), begin=st.integers(-100, 1_500), length=st.integers(1, 2_000),
    buckets=st.sampled_from([1, 7, 500]), cut=st.integers(0, 2_000),
)  # fmt: skip
def test_buckets_are_the_arithmetic_on_raw_readings(
    rows: list[Reading], probed: bool, lag: int, came: bool, quantity: str, begin: int, length: int, buckets: int, cut: int
) -> None:  # fmt: skip
    """Goods that settled or came from elsewhere, probed or not, whoever may read how much: as one reckons by hand."""
    known = series(probed)
    infos = {info.id: info for info in known}
    path = (Stop(("van",), T0 + 100 * MINUTE, T0 + 300 * MINUTE),)
    goods = Goods("p", lag, since_us=T0 + 300 * MINUTE, path=path) if came and lag else Goods("p", lag)
    watches = [a_watch("room", "g/room", T0, None, goods), a_watch("van", "g/van", T0, None)]
    readable = (T0 + cut * MINUTE, T0 + 10_000 * MINUTE)
    rows = [row for row in rows if row.series in infos]
    asked = Asked(quantity, T0 + begin * MINUTE, T0 + (begin + length) * MINUTE, buckets)

    keys = {info.id: SeriesKey(info.device, info.quantity) for info in known}
    chosen = derived.concerning(watches, {"room"})
    surfaces = derived.surfaces_of(chosen, {"room"}, keys, quantity, lambda _: True)
    curves = derived.curves_of(surfaces, {"g/room": [(0, 2**62)]}, asked)
    reader = Allowed(Rows(rows), [Want(info, (readable,)) for info in known])  # type: ignore[arg-type]
    told = derived.reckoned(reader, surfaces, curves, asked, T0 + 10**13)

    seen = [row for row in rows if readable[0] <= row.time_us < readable[1]]
    oracle = Lagging(History(seen, known, watches, T0 + 10**13))
    (stay,) = [stay for stay in oracle.stays if stay.zone == "room"]
    expected = [(one.time_us, one.value) for one in oracle.told(stay, goods) if one.quantity == quantity]
    if quantity == "product_temperature" and not lag and not probed:
        assert told.curves == []
        return
    first, last = int(told.grid.start_us[0]), int(told.grid.start_us[-1]) + told.grid.width_us
    expected = [(t, v) for t, v in expected if max(first, asked.from_us) <= t < min(last, asked.to_us)]
    found = told.grid.count.sum(0) if told.curves else np.zeros(len(told.grid.start_us))
    assert int(found.sum()) == len(expected)
    for at, start in enumerate(told.grid.start_us.tolist() if told.curves else []):
        own = [v for t, v in expected if start <= t < start + told.grid.width_us]
        assert told.grid.count[0][at] == len(own)
        if own:
            figures = [part[0][at] for part in (told.grid.minimum, told.grid.mean, told.grid.maximum)]
            assert np.allclose(figures, [min(own), sum(own) / len(own), max(own)], atol=1e-6)


def test_the_newest_goods_come_first_and_the_rest_is_counted() -> None:
    """Settled goods before those that came, the last of those first; more than fit are left out, and it is said how many."""
    came = [
        Goods("p", FORTY, since_us=T0 + n * MINUTE, path=(Stop(("van",), T0 - HOUR, T0 + n * MINUTE),))
        for n in range(0, 40 * 5, 5)
    ]
    watches = [a_watch("room", "g/room", T0 - HOUR, None, Goods("p", FORTY), *came)]
    keys = {info.id: SeriesKey(info.device, info.quantity) for info in series(False)}
    surfaces = derived.surfaces_of(watches, {"room"}, keys, "product_temperature", lambda _: True)
    asked = Asked("product_temperature", T0, T0 + 4 * HOUR, 100)
    curves = derived.curves_of(surfaces, {"g/room": [(0, 2**62)]}, asked)
    told = derived.reckoned(Allowed(Rows([]), []), surfaces, curves, asked, T2)  # type: ignore[arg-type]
    assert told.left_out == 41 - derived.MOST_CURVES
    assert told.curves == []
    assert curves[0].goods.since_us is None
    assert curves[1].goods.since_us == T0 + 39 * 5 * MINUTE


@pytest.fixture
def damp(world: World) -> World:
    """The hall's probe tells the humidity of every minute, too; goods there follow the air in forty minutes."""
    limit = Limit("wet", "dew_point_margin", "low", 0.5, 0.5, 0, 1, Severity.ALARM)
    with world.database.writing() as connection:
        registry = RegistryRepository(connection)
        stored = registry.get(r.Profile, "metal")
        assert stored is not None
        version = replace(stored.value.versions[0], lag_us=FORTY, limits=(limit,))
        registry.put(replace(stored.value, versions=(version,)), BY)
    world.add_readings("g1/p3", [(T0 + n * MINUTE, 50.0 + n % 30) for n in range(120)], "relative_humidity")
    world.add_readings("g1/p3", [(T0 + n * MINUTE, 10.0 + n / 10) for n in range(120)])
    for key, body in (("p3", {"gateway": "g1", "device": "p3"}),):
        assert world.put(f"/devices/{key}", body).status_code == 201
    placed = {"subject_kind": "device", "subject": "p3", "place_kind": "zone", "place": "z1"}
    assert world.post("/placements", placed | {"valid_from": "2026-11-21T07:00:00Z"}).status_code == 201
    return world


def items(world: World, who: str = "admin", **more: Any) -> list[dict[str, Any]]:
    """The curves of the hall, of the device that tells humidity all the time."""
    answer = world.get("/readings/derived", who, params=HALL | more)
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json()["items"] if one["device"] == "g1/p3"]


def test_the_curve_of_a_hall(damp: World) -> None:
    """Goods that lag, by the profile of the lots there; their temperature is between the first air's and the present one's."""
    (margin,), (goods,) = items(damp), items(damp, quantity="product_temperature")
    assert (margin["unit"], goods["unit"]) == ("K", "°C")
    assert margin["goods"]["lag_s"] == 2400.0
    assert margin["count"][4:12] == [15] * 8
    assert sum(margin["count"]) == 120
    assert goods["min"][4] == 10.0
    assert goods["max"][11] < 10.0 + 119 / 10
    assert margin["gap_s"] >= 900.0
    assert margin["max"][0] is None


def test_goods_as_warm_as_the_air_have_no_temperature_of_their_own(world: World) -> None:
    """Where no rule asks how goods follow the air, the margin is the air's own."""
    world.add_readings("g2/p2", [(T0, 80.0)], "relative_humidity")
    asked = HALL | {"zone": "z2"}
    (found,) = world.get("/readings/derived", params=asked).json()["items"]
    assert found["goods"] == {"form": "", "lag_s": 0.0, "since": None, "came_from": None, "probed": False}
    assert found["mean"][4] == pytest.approx(-5.0 - dew_point(-5.0, 80.0))
    asked |= {"quantity": "product_temperature"}
    assert world.get("/readings/derived", params=asked).json()["items"] == []


@pytest.mark.parametrize(("who", "first", "last"), [("c1", T0, T1), ("c2", T1, T2)])
def test_each_customer_in_its_own_hour(damp: World, who: str, first: int, last: int) -> None:
    """As reckoned from what it may read and nothing else: its goods begin as warm as the first air it knows."""
    (margin,), (goods,) = items(damp, who), items(damp, who, quantity="product_temperature")
    begin = (first - T0) // MINUTE
    heard = [number for number, n in enumerate(margin["count"]) if n]
    assert heard == list(range(4 + begin // 15, 8 + begin // 15))
    assert goods["min"][heard[0]] == 10.0 + begin / 10
    expected = 10.0 + begin / 10 - dew_point(10.0 + begin / 10, 50.0 + begin % 30)
    assert margin["max"][heard[0]] == pytest.approx(expected, abs=1.0)
    assert last - first == HOUR


def test_the_curve_of_a_lot(damp: World) -> None:
    """One lot's goods alone, as they follow the air while it is there; a lot of somebody else's is as one that does not exist."""
    own = next(lot for lot in damp.get("/lots", "c1").json()["items"])["key"]
    for who in ("admin", "c1"):
        (goods,) = items(damp, who, quantity="product_temperature", lot=own)
        heard = [number for number, n in enumerate(goods["count"]) if n]
        assert heard == list(range(4, 8))
        assert goods["goods"]["lag_s"] == 2400.0
    asked = HALL | {"quantity": "product_temperature"}
    for lot in (own, "nothing"):
        assert damp.get("/readings/derived", "c2", params=asked | {"lot": lot}).status_code == 404


def test_a_place_of_others_is_as_one_that_does_not_exist(damp: World) -> None:
    """404 alike; so is a range that ends before it begins refused, and a quantity that nobody derives."""
    for zone in ("z2", "nowhere"):
        assert damp.get("/readings/derived", "c1", params=HALL | {"zone": zone}).status_code == 404
    backwards = HALL | {"from": DAY["to"], "to": DAY["from"]}
    assert damp.get("/readings/derived", params=backwards).status_code == 422
    assert damp.get("/readings/derived", params=HALL | {"quantity": "temperature"}).status_code == 422


def test_as_a_table(damp: World) -> None:
    """CSV has a row per bucket in which something is known."""
    text = damp.get("/readings/derived", params=HALL | {"format": "csv"}).content.decode("utf-8-sig")
    header, *rows = text.splitlines()
    assert header == "start,width_s,device,form,lag_s,since,quantity,unit,count,min,mean,max"
    assert next(row for row in rows if ",g1/p3,," in row).startswith(
        "2026-11-21T08:00:00Z,900.0,g1/p3,,2400.0,,"
    )
