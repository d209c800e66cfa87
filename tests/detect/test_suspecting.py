"""Streams in the engine: the same suspicions in any order of arrival, with restarts, as the plain rule over the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detect.nouns import Checkpoint, Kind, Severity, Watch
from detect.running import HOLD_US, SPIKES_HOLD_US
from detect.streams.catalogue import ALL
from detect.streams.nouns import NOTHING, Roster, Rows, Verdict
from ingest.nouns import Flag
from store.nouns import SeriesInfo
from tests.detect.memory import MemoryReadings
from tests.detect.worlds import (
    DAY,
    END_US,
    HOUR,
    MINUTE,
    REGISTRIES,
    SAYINGS,
    T0,
    Said,
    World,
    disordered,
    said,
)

LOOK_BACK = 40 * MINUTE
FOREVER = 2**62


def rule(times: Sequence[int], values: Sequence[float]) -> tuple[int, int]:
    """Kind and beginning of what stands at the last row, from the rows of the last LOOK_BACK.

    Kind 0 (spike): 3 above the row before. Kind 1 (stuck): the third equal value on end.
    """
    near = [(t, v) for t, v in zip(times, values, strict=True) if t >= times[-1] - LOOK_BACK]
    if len(near) > 2 and near[-1][1] == near[-2][1] == near[-3][1]:
        return 1, near[-3][0]
    if len(near) > 1 and near[-1][1] > near[-2][1] + 3:
        return 0, near[-1][0]
    return NOTHING, 0


class Plain:
    """The rule, row by row."""

    name, version, kinds = "plain", "1", (Kind.SPIKE, Kind.STUCK)
    quantities = frozenset({"temperature"})
    look_back_us = LOOK_BACK

    def __init__(self) -> None:
        self._quantity: Sequence[str] = ()
        self._past: dict[int, tuple[list[int], list[float]]] = {}

    def enter(self, roster: Roster) -> None:
        """Know these series."""
        assert roster.quantity[: len(self._quantity)] == [*self._quantity]
        self._quantity = roster.quantity

    def follow(self, rows: Rows) -> Verdict:
        """The rule at every row."""
        n = len(rows.series)
        kind, since = np.full(n, NOTHING, np.int8), np.zeros(n, np.int64)
        for at, (series, time_us, value) in enumerate(zip(*map(np.ndarray.tolist, rows), strict=True)):
            if self._quantity[series] in self.quantities:
                times, values = self._past.setdefault(series, ([], []))
                assert not times or time_us > times[-1]
                times.append(time_us)
                values.append(value)
                while times[0] < time_us - LOOK_BACK:
                    del times[0], values[0]
                kind[at], since[at] = rule(times, values)
        return Verdict(np.zeros(n, np.float32), kind, since)

    def forget(self, series: Sequence[int]) -> None:
        """Begin anew."""
        for one in series:
            self._past.pop(one, None)


Suspicion = tuple[str, str, str, int, int | None, str]


def expected(world: World, as_of_us: int) -> set[Suspicion]:
    """What the rule says of the whole history, stay by stay."""
    assert isinstance(world.readings, MemoryReadings)
    found: set[Suspicion] = set()
    for info in world.readings.series():
        rows = world.readings.range([info.id], 0, FOREVER)
        trusted = (rows.flags & int(Flag.SENTINEL | Flag.IMPOSSIBLE | Flag.DISPUTED)) == 0
        pairs = list(zip(rows.time_us[trusted].tolist(), rows.value[trusted].tolist(), strict=True))
        for zone, from_us, to_us in stays([w for w in world.watches if w.device == info.device]):
            own = [pair for pair in pairs if from_us <= pair[0] < to_us and info.quantity == "temperature"]
            for kind, start, end, times in told(own, to_us <= as_of_us):
                advice = kind == "spike" and times < 3
                severity = Severity.ADVICE if advice else Severity.WARNING
                found.add((kind, f"device:{info.device}:{info.quantity}", zone, start, end, severity))
    return found


def stays(watches: Sequence[Watch]) -> list[tuple[str, int, int]]:
    """Where a device was, joined where other goods came into the same zone."""
    joined: list[tuple[str, int, int]] = []
    for watch in sorted(watches, key=lambda w: w.valid_from_us):
        begin, end = watch.valid_from_us, watch.valid_to_us or FOREVER
        if joined and joined[-1][::2] == (watch.zone, begin):
            begin = joined.pop()[1]
        joined.append((watch.zone, begin, end))
    return joined


def told(pairs: list[tuple[int, float]], over: bool) -> list[tuple[str, int, int | None, int]]:
    """(kind, start, end, times it stood) by the rule."""
    said = [rule(*zip(*pairs[: n + 1], strict=True)) for n in range(len(pairs))]  # type: ignore[arg-type]
    found: list[tuple[str, int, int | None, int]] = []
    for index, (name, hold) in enumerate([("spike", SPIKES_HOLD_US), ("stuck", HOLD_US)]):
        own: list[list[int]] = []
        for n, (kind, since) in enumerate(said):
            if kind != index:
                continue
            if own and pairs[n][0] - own[-1][1] <= hold:
                own[-1][2] += said[n - 1][0] != index
                own[-1][1] = pairs[n][0]
            else:
                own.append([since, pairs[n][0], 1])
        for start, last, times in own:
            ended = over or pairs[-1][0] - last > hold
            found.append((name, start, last if ended else None, times))
    return found


def suspicions(world: World) -> set[Suspicion]:
    """Those on record."""
    return {
        (f.kind, f.subject, f.zone or "", f.start_us, f.end_us, f.severity)
        for f in world.log.findings.values()  # type: ignore[attr-defined]
        if not f.retracted and f.detector in {"plain", "suspicion"}
    }


@pytest.mark.parametrize("registry", ["plain", "moved between zones", "other goods, then a gap"])
@settings(max_examples=40, deadline=None)
@given(sayings=SAYINGS, random=st.randoms(use_true_random=False), size=st.integers(1, 20))
def test_any_order_with_restarts(registry: str, sayings: list[Said], random: Random, size: int) -> None:
    """Permuted, doubled, cut anyhow, killed at random: what the rule says of the whole."""
    world = World(REGISTRIES[registry], streams=(Plain,))
    for batch in disordered(sayings, random, size):
        world.receive(batch)
        if random.random() < 0.7:
            world.step()
        if random.random() < 0.15:
            world.checkpoint = msgspec.msgpack.decode(
                msgspec.msgpack.encode(world.checkpoint), type=Checkpoint
            )
            world.start()
    world.settle()
    assert suspicions(world) == expected(world, END_US + 20 * MINUTE)


@settings(max_examples=30, deadline=None)
@given(sayings=SAYINGS, random=st.randoms(use_true_random=False))
def test_in_order_and_when_the_registry_learns_late(sayings: list[Said], random: Random) -> None:
    """One by one as they were said, nobody placed at first: the same when the registry learns of it, or forgets."""
    watches = REGISTRIES["moved between zones"]
    world = World([], streams=(Plain,))
    ordered = sorted(sayings, key=lambda s: (s.time_us, s.series))
    for n, one in enumerate(ordered):
        if n == len(ordered) // 2:
            world.watches = list(watches)
            world.engine.registry_changed()
        world.receive([one], max(one.time_us, T0) + MINUTE)
        world.step()
    world.settle()
    assert suspicions(world) == expected(world, END_US + 20 * MINUTE)
    world.watches = [w for w in watches if w.device != "g/b"]
    world.engine.registry_changed()
    world.settle(END_US + HOUR)
    assert suspicions(world) == expected(world, END_US + HOUR)


def test_the_feed_no_longer_reaches_back() -> None:
    """All is judged anew: the same suspicions."""
    sayings = [said(1, slot, value) for slot, value in enumerate([5, 9, 5, 5, 5, 5, 9, 5, 9, 5, 5, 5] * 3)]
    world = World(REGISTRIES["plain"], streams=(Plain,))
    for one in sayings:
        world.receive([one], one.time_us)
        world.step()
    world.receive([replace(sayings[1], time_us=sayings[1].time_us + MINUTE)], END_US)
    assert isinstance(world.readings, MemoryReadings)
    world.readings.forgotten = len(world.readings.batches)
    world.settle()
    assert suspicions(world) == expected(world, END_US + 20 * MINUTE)
    assert len(suspicions(world)) > 1


@pytest.mark.parametrize("slot", [2, 3, 4, 5])
def test_a_reading_of_a_finding_that_is_over_is_doubted(slot: int) -> None:
    """Also the last one, at whose very moment the finding ends: without it nothing was stuck."""
    world = World(REGISTRIES["plain"], streams=(Plain,))
    sayings = [said(1, at, value) for at, value in enumerate([5, 7.6, 7.9, 7.9, 7.9, *[8.1, 8.2] * 12])]
    for one in sayings:
        world.receive([one], one.time_us)
        world.step()
    world.receive([replace(sayings[slot], value=6.0)], END_US)
    world.settle()
    assert suspicions(world) == expected(world, END_US + 20 * MINUTE)
    assert len(suspicions(world)) == (slot == 5)


@pytest.mark.parametrize("restarts", [False, True])
def test_what_comes_with_a_doubted_reading_is_followed(restarts: bool) -> None:
    """A batch brings a spike and, hours behind it, a moment with two values: the spike is found all the same."""
    world = World(REGISTRIES["plain"], streams=(Plain,))
    slots = {0: 5, 1: 7.6, 2: 5, 3: 5.1, 4: 9, 5: 5, 70: 5.1, 71: 5.2, 72: 5.3, 73: 5.4}
    sayings = [said(1, slot, value) for slot, value in slots.items()]
    world.receive(sayings[:3], sayings[2].time_us)
    world.step()
    world.receive([*sayings[3:], replace(sayings[-2], value=7.0)], sayings[-1].time_us)
    world.step()
    if restarts:
        world.start()
    world.settle()
    assert suspicions(world) == expected(world, END_US + 20 * MINUTE)
    assert {kind for kind, *_ in suspicions(world)} == {"spike"}


def test_a_series_that_emerges_anew_lets_nothing_be_forgotten() -> None:
    """What had still to be followed anew is not forgotten when a series that only files knew begins to speak."""
    series = [SeriesInfo(1, "g", "g/a", "temperature"), SeriesInfo(2, "g", "g/b", "temperature")]
    readings = MemoryReadings([series[1]])
    world = World(REGISTRIES["plain"], readings=readings, streams=(Plain,))
    sayings = [said(2, at, value) for at, value in enumerate([5, 5.1, 9, 5, 5.1, 5.2, 5.3, 5.4])]
    world.receive([*sayings[:2], *sayings[3:]], sayings[-1].time_us)
    world.step()
    world.receive([sayings[2]], sayings[-1].time_us + 1000)
    world.step()
    readings.known = series
    world.receive([said(1, 9, 5.0)], sayings[-1].time_us + 2000)
    world.settle()
    assert suspicions(world) == expected(world, END_US + 20 * MINUTE)
    assert {kind for kind, *_ in suspicions(world)} == {"spike"}


def test_the_detectors_of_the_catalogue_in_disorder() -> None:
    """Two days of a thermometer that sticks for six hours: late parts and restarts change nothing of what is found."""
    random, found = np.random.default_rng(1), []
    minutes = np.arange(0, 2 * 1440, 2)
    values = np.round(5 + np.sin(minutes / 200) + random.normal(0, 0.1, len(minutes)), 1)
    values[900:1080] = values[900]
    rows = [Said(0, T0 + int(m) * MINUTE, float(v)) for m, v in zip(minutes, values, strict=True)]
    for late in (False, True):
        watch = replace(REGISTRIES["plain"][0], limits=())
        series = [SeriesInfo(0, "g", "g/a", "temperature")]
        world = World([watch], readings=MemoryReadings(series), streams=ALL, receipt_us=T0)
        parts = [rows[n : n + 60] for n in range(0, len(rows), 60)]
        if late:
            parts = [*parts[:7], *parts[8:15], parts[7], *parts[16:], parts[15]]
        for n, part in enumerate(parts):
            world.receive(part, T0 + 2 * DAY + n * MINUTE)
            world.step()
            if late and n % 5 == 3:
                world.start()
        world.settle(T0 + 3 * DAY)
        found.append(suspicions(world))
    assert found[0] == found[1]
    assert {kind for kind, *_ in found[0]} == {Kind.STUCK}
