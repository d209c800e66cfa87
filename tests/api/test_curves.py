"""What a chart needs: figures at any zoom, where to break the line, and what of it is doubted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from api import measured
from api.selection import Want
from ingest.nouns import Flag
from store.nouns import SeriesInfo
from tests.api.conftest import HOUR, MINUTE, T0, T1, World, batch

DAY = {"from": "2026-11-21T07:00:00Z", "to": "2026-11-21T11:00:00Z"}


def curve(
    world: World, who: str = "admin", buckets: int = 16, series: int = 1, **more: Any
) -> dict[str, Any]:
    """The buckets of one series."""
    params = {**DAY, "zone": "z1", "quantity": "temperature", "buckets": buckets, **more}
    answer = world.get("/readings/buckets", who, params=params)
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["items"]
    return dict(found)


@pytest.mark.parametrize("buckets", [1, 4, 16, 240, 2400])
def test_where_a_line_is_broken_does_not_depend_on_the_zoom(world: World, buckets: int) -> None:
    """A sensor that speaks every minute is silent after three, however narrow the buckets are."""
    assert curve(world, buckets=buckets)["gap_s"] == max(180.0, 14_400 / buckets)


def test_suspicion_marks_the_buckets_it_touches(world: World) -> None:
    """A sensor under suspicion since eight: every bucket that holds a reading; each customer's in its own hour, without why."""
    told = curve(world)
    heard = [number for number, n in enumerate(told["count"]) if n]
    assert told["doubted"] == heard == list(range(4, 12))
    assert [(one["kind"], one["from"], one["to"]) for one in told["suspicions"]] == [
        ("sentinel", "2026-11-21T08:00:00Z", None)
    ]
    for who, own in (("c1", range(4, 8)), ("c2", range(8, 12))):
        told = curve(world, who)
        assert told["doubted"] == list(own)
        assert told["suspicions"] == []


def test_a_disputed_reading_marks_its_bucket_also_where_nothing_else_was_heard(world: World) -> None:
    """Two values for one moment: neither counts, and the curve says so."""
    at = T0 + 20 * MINUTE
    world.store.apply([(world.reader.position() + 1, batch([(3, at, -50.0, 0)]))])
    told = curve(world, zone="z2", buckets=24)
    assert told["doubted"] == [8]
    assert told["count"][8] == 0


@pytest.mark.parametrize(("value", "flag"), [(85.0, Flag.SENTINEL), (900.0, Flag.IMPOSSIBLE)])
@pytest.mark.parametrize("buckets", [4, 240, 2400])
def test_a_value_that_cannot_be_is_left_out_and_marked(
    world: World, value: float, flag: Flag, buckets: int
) -> None:
    """A code for no value, or one out of this world: no figure of the curve, but its moment is doubted, at any zoom, for who sees it."""
    world.store.apply([(world.reader.position() + 1, batch([(3, T0 + 90 * MINUTE, value, flag)]))])
    told = curve(world, zone="z2", buckets=buckets)
    width = 4 * HOUR // buckets
    assert (T0 + 90 * MINUTE - (T0 - HOUR)) // width in told["doubted"]
    assert all(one is None or one < 80 for one in told["max"])


@pytest.mark.parametrize("buckets", [4, 48])
def test_what_others_may_see_marks_nothing(world: World, buckets: int) -> None:
    """A value that cannot be, in a time that is not one's own, leaves no trace; in one's own it does, by hours and by minutes."""
    world.store.apply([(world.reader.position() + 1, batch([(3, T0 + 70 * MINUTE, 85.0, Flag.SENTINEL)]))])
    info = SeriesInfo(3, "g2", "g2/p2", "temperature")
    for span, marked in (((T1, T1 + HOUR), True), ((T0, T1), False)):
        grid = measured.buckets(world.reader, [Want(info, (span,))], T0, T0 + 4 * HOUR, buckets)
        assert grid.left_out is not None
        own = (grid.start_us >= T1) & (grid.start_us < T1 + HOUR)
        assert bool(grid.left_out[0][own].any()) is marked
        assert not grid.left_out[0][grid.start_us >= T1 + HOUR].any()


def test_hourly_figures_serve_whoever_sees_only_a_part(world: World) -> None:
    """A series that may be seen in pieces: the same buckets as reckoned from every reading within them."""
    times = T0 - 10 * 24 * HOUR + np.arange(0, 10 * 24 * 60, 7) * MINUTE
    values = np.random.default_rng(3).normal(5, 2, len(times))
    world.add_readings("g1/p9", list(zip(times.tolist(), values.tolist(), strict=True)))
    number = max(info.id for info in world.reader.series())
    start = T0 - 10 * 24 * HOUR
    pieces = (
        (start + 90 * MINUTE, start + 50 * HOUR + 13 * MINUTE),
        (start + 100 * HOUR, start + 100 * HOUR + 7 * MINUTE),
        (T0 - 3 * HOUR, T1),
    )
    want = Want(SeriesInfo(number, "g1", "g1/p9", "temperature"), pieces)
    grid = measured.buckets(world.reader, [want], start, T0, 40)
    inside = np.zeros(len(times), bool)
    for a, b in pieces:
        inside |= (times >= a) & (times < b)
    for at, begin in enumerate(grid.start_us.tolist()):
        own = values[inside & (times >= begin) & (times < begin + grid.width_us)]
        assert grid.count[0][at] == len(own)
        if len(own):
            assert grid.minimum[0][at] == own.min()
            assert grid.maximum[0][at] == own.max()
            assert grid.mean[0][at] == pytest.approx(own.mean())


def test_a_device_that_never_spoke_has_no_series_but_is_there(world: World) -> None:
    """Registered, silent: an empty list; to who has no part in it, as to a name that nobody bears, it does not exist."""
    assert world.put("/devices/quiet", {"gateway": "g1", "device": "quiet"}).status_code == 201
    asked = {"device": "g1/quiet"}
    assert world.get("/series", params=asked).json() == {"items": [], "next": None}
    assert world.get("/readings/latest", params=asked).json()["items"] == []
    assert world.get("/readings/buckets", params={**DAY, **asked}).json()["items"] == []
    assert world.get("/series", params={"device": "g1/nobody"}).status_code == 404
    assert world.get("/series", "c1", params=asked).status_code == 404
