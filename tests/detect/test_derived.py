"""Derived quantities keep promise 3: however readings arrive, the findings are those that the plain oracle tells."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detect.nouns import Goods, Limit, Severity, Stop, Watch
from ingest.nouns import Flag
from store.nouns import SeriesInfo
from tests.detect.memory import MemoryReadings
from tests.detect.oracle_lag import alike
from tests.detect.worlds import HOUR, MINUTE, T0, Said, World, disordered, ordered

SERIES = [
    SeriesInfo(1, "g", "g/a", "temperature"),
    SeriesInfo(2, "g", "g/a", "relative_humidity"),
    SeriesInfo(3, "h", "h/b", "temperature"),
    SeriesInfo(4, "h", "h/b", "relative_humidity"),
    SeriesInfo(5, "h", "h/b", "surface_temperature"),
    SeriesInfo(6, "t", "t/truck", "temperature"),
]
WET = Limit("lead/wet-metal", "dew_point_margin", "low", 0.0, 0.25, 18 * MINUTE, 2, Severity.CRITICAL)
NEAR = Limit("lead/near", "dew_point_margin", "low", 3.0, 0.5, 6 * MINUTE, 2, Severity.WARNING)
COLD = Limit("paint/cold", "product_temperature", "low", 9.3, 0.4, 12 * MINUTE, 2, Severity.ALARM)
DAMP = Limit("paint/damp", "surface_humidity", "high", 81.7, 2.0, 0, 1, Severity.ADVICE)
AIR = Limit("paint/air", "temperature", "low", 6.0, 0.5, 0, 1, Severity.WARNING)
WARM = Limit(
    "paint/warm-hours",
    "product_temperature",
    "high",
    14.2,
    0.5,
    0,
    1,
    Severity.WARNING,
    50 * MINUTE,
    24 * HOUR,
)
HUMID = Limit(
    "paint/humid-hours", "relative_humidity", "high", 85.5, 0.5, 0, 1, Severity.ADVICE, 31 * MINUTE, 48 * HOUR
)
LEAD, PAINT = (WET, NEAR), (COLD, DAMP, AIR, WARM, HUMID)
TEN, FORTY = 10 * MINUTE, 40 * MINUTE
INGOT, STACK, PAIL = Goods("lead", TEN), Goods("lead", FORTY, "stack"), Goods("paint", 25 * MINUTE)


def watch(
    device: str, zone: str, from_min: int, to_min: int | None, limits: tuple[Limit, ...], *goods: Goods
) -> Watch:
    """What is expected of a device that speaks every six minutes."""
    to_us = None if to_min is None else T0 + to_min * MINUTE
    return Watch(
        device, device.split("/")[0], zone, T0 + from_min * MINUTE, to_us, 6 * MINUTE, (), HOUR, limits, goods=goods
    )  # fmt: skip


def arrived(minute: int, *stops: tuple[str, int, int], lag_us: int = FORTY) -> Goods:
    """Lead that came from elsewhere."""
    path = tuple(Stop((place,), T0 + a * MINUTE, T0 + b * MINUTE) for place, a, b in stops)
    return Goods("lead", lag_us, "", T0 + minute * MINUTE, path)


COHORT = arrived(120, ("truck", 10, 120))
LONG_WAY = arrived(150, ("z2", 0, 90), ("truck", 100, 150))
REGISTRIES: dict[str, list[Watch]] = {
    "settled": [
        watch("g/a", "z1", -300, None, (*LEAD, *PAINT), INGOT, STACK, PAIL),
        watch("h/b", "z2", -300, None, LEAD, INGOT),
    ],
    "no lag is known": [
        watch("g/a", "z1", -300, None, (*LEAD, *PAINT)),
        watch("h/b", "z2", 0, None, (WET, COLD)),
    ],
    "a cohort from a truck": [
        watch("t/truck", "truck", 0, 200, ()),
        watch("g/a", "z1", -300, 120, LEAD, INGOT),
        watch("g/a", "z1", 120, 360, LEAD, INGOT, COHORT),
        watch("g/a", "z1", 360, None, LEAD, INGOT, STACK),
        watch("h/b", "z2", 0, None, ()),
    ],
    "a long way, and a device that moves": [
        watch("t/truck", "truck", 60, 200, ()),
        watch("h/b", "z2", -300, 140, LEAD, STACK),
        watch("h/b", "z1", 140, None, LEAD, STACK, LONG_WAY),
        watch("g/a", "z1", -300, 240, PAINT, PAIL),
        watch("g/a", "z1", 300, None, (*LEAD, *PAINT), PAIL, INGOT),
    ],
    "a probe on the floor": [
        watch("h/b", "z1", -300, 400, LEAD, STACK),
        watch("g/a", "z1", -100, 300, (*LEAD, COLD), STACK, PAIL),
    ],
}


def said(series: int, slot: int, value: int) -> Said:
    """A value as ingest would flag it; humidity is ten times as much."""
    told = float(value)
    if series in {2, 4}:
        told = min(40 + 3.1 * value, 101.5)
    flags = {85.0: Flag.SENTINEL}.get(told, 0)
    return Said(series, T0 + slot * 6 * MINUTE + (series == 4) * 40_000_000, told, int(flags))


VALUES = st.sampled_from([2, 5, 8, 8, 11, 14, 17, 19, 20, 24, 85])
SAYINGS = st.lists(
    st.builds(said, st.sampled_from([1, 1, 2, 2, 3, 4, 5, 6]), st.integers(-40, 110), VALUES),
    min_size=1,
    max_size=90,
)


@st.composite
def courses(draw: st.DrawFn) -> list[Said]:
    """Air that goes up and down as air does, with holes."""
    found: list[Said] = []
    for series in range(1, 7):
        value, slot = draw(st.integers(5, 20)), draw(st.integers(-40, 20))
        for step in draw(st.lists(st.integers(-3, 3), max_size=40)):
            value = min(max(value + step, 2), 24)
            found.append(said(series, slot, value))
            slot += draw(st.sampled_from([1, 1, 1, 1, 1, 2, 9]))
    return found


def world(registry: str) -> World:
    """An engine over the series of these worlds."""
    return World(REGISTRIES[registry], MemoryReadings(list(SERIES)))


@pytest.mark.parametrize("registry", REGISTRIES)
@settings(max_examples=25, deadline=None)
@given(sayings=courses())
def test_in_order(registry: str, sayings: list[Said]) -> None:
    """Received as said, at the time it was said."""
    there = world(registry)
    for batch in ordered(sayings):
        there.receive(batch, batch[0].time_us + 1_000_000)
        there.step()
    there.settle()
    assert alike(there.facts(), there.expected())


@pytest.mark.parametrize("registry", REGISTRIES)
@settings(max_examples=40, deadline=None)
@given(
    sayings=st.one_of(SAYINGS, courses()), random=st.randoms(use_true_random=False), size=st.integers(1, 30)
)
def test_any_order_with_restarts(registry: str, sayings: list[Said], random: Random, size: int) -> None:
    """Permuted, doubled, disputed, cut anyhow, the engine killed at random."""
    there = world(registry)
    for batch in disordered(sayings, random, size):
        there.receive(batch)
        if random.random() < 0.7:
            there.step()
        if random.random() < 0.15:
            there.start()
    there.settle()
    assert alike(there.facts(), there.expected())


@settings(max_examples=60, deadline=None)
@given(
    sayings=courses(), names=st.lists(st.sampled_from(sorted(REGISTRIES)), min_size=2, max_size=3),
    random=st.randoms(use_true_random=False), restart=st.booleans(),
)  # fmt: skip
def test_what_the_registry_learns_late(
    sayings: list[Said], names: list[str], random: Random, restart: bool
) -> None:
    """Placements, goods and probes entered late judge the past again, told to a running engine or found at its start."""
    there = world(names[0])
    readings = there.readings
    assert isinstance(readings, MemoryReadings)
    batches = disordered(sayings, random, 30)
    for number, name in enumerate(names):
        there.watches = REGISTRIES[name]
        if number and restart:
            there.start()
        elif number:
            there.engine.registry_changed()
        for batch in batches[number :: len(names)]:
            there.receive(batch)
            if random.random() < 0.7:
                there.step()
            if random.random() < 0.05:
                readings.forgotten = len(readings.batches)
    there.settle()
    assert alike(there.facts(), there.expected())


def test_what_was_taken_back_may_be_found_again() -> None:
    """The registry changes to and fro before anything is recorded: the finding stands in the end, under a new id."""
    there = world("settled")
    there.receive([said(1, -34, 8), said(1, -31, 10)])
    there.step()
    for name in ("a probe on the floor", "settled"):
        there.watches = REGISTRIES[name]
        there.engine.registry_changed()
    there.settle()
    assert alike(there.facts(), there.expected())
    assert [f for f in there.facts() if f.band == "paint/cold"]
