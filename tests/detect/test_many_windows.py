"""Many windows judged at once: the same findings as one by one, and questions to the store that do not grow with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detect.nouns import Finding, Kind
from detect.streams.catalogue import ALL
from detect.streams.nouns import Detector
from ingest.nouns import Columns
from tests.detect.memory import MemoryLog, MemoryReadings
from tests.detect.test_storms import SECOND, counts, heartbeats, installation, speak, standing
from tests.detect.worlds import MINUTE, REGISTRIES, SAYINGS, T0, Said, World, disordered, ordered

RANDOM = st.randoms(use_true_random=False)
MOST = st.sampled_from([0, 500, 5_000, 2_000_000])
"""From nothing that may be held to all there is."""


@contextmanager
def always_together(most: int) -> Iterator[None]:
    """Windows are judged together however few they are, in parts of so many readings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("detect.quiet.MANY", 1)
        patch.setattr("detect.held.MOST_READINGS", most)
        patch.setattr("detect.spoken.MOST_READINGS", most)
        yield


@pytest.mark.parametrize("registry", REGISTRIES)
@settings(max_examples=40, deadline=None)
@given(sayings=SAYINGS, random=RANDOM, most=MOST)
def test_in_order_by_an_engine_that_falls_behind(
    registry: str, sayings: list[Said], random: Random, most: int
) -> None:
    """Received at the time it was said, and looked at when the store is ahead already: as the oracle tells."""
    world = World(REGISTRIES[registry])
    with always_together(most):
        for batch in ordered(sayings):
            world.receive(batch, batch[0].time_us + SECOND)
            if random.random() < 0.5:
                world.step()
        world.settle()
    assert world.facts() == world.expected()


@pytest.mark.parametrize("registry", REGISTRIES)
@settings(max_examples=60, deadline=None)
@given(sayings=SAYINGS, random=RANDOM, size=st.integers(1, 20), most=MOST)
def test_any_order_with_restarts(
    registry: str, sayings: list[Said], random: Random, size: int, most: int
) -> None:
    """Permuted, doubled, cut anyhow, the engine killed at random: as the oracle tells."""
    world = World(REGISTRIES[registry])
    with always_together(most):
        for batch in disordered(sayings, random, size):
            world.receive(batch)
            if random.random() < 0.7:
                world.step()
            if random.random() < 0.15:
                world.start()
        world.settle()
    assert world.facts() == world.expected()


class Counted(MemoryReadings):
    """Counts the questions."""

    asked = 0

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        self.asked += 1
        return super().range(series, start_us, end_us, limit)


class CountedLog(MemoryLog):
    """Counts the questions."""

    asked = 0

    def stored(self, subjects: Sequence[str], from_us: int) -> list[Finding]:
        self.asked += 1
        return super().stored(subjects, from_us)


def counted(devices: int, streams: Sequence[Callable[[], Detector]] = ()) -> World:
    """An installation behind one gateway whose questions are counted."""
    plain = installation(devices, zones=5)
    assert isinstance(plain.readings, MemoryReadings)
    return World(plain.watches, Counted(plain.readings.known), CountedLog(), receipt_us=T0, streams=streams)


def asked(world: World) -> int:
    """How many questions were asked since this was asked last."""
    assert isinstance(world.readings, Counted)
    assert isinstance(world.log, CountedLog)
    found = world.readings.asked + world.log.asked
    world.readings.asked = world.log.asked = 0
    return found


def returning(devices: int) -> int:
    """A gateway was dead for three hours, sends what it had kept and goes on: the questions that this cost."""
    world = counted(devices)
    speak(world, range(3))
    heartbeats(world, 3, 180)
    assert counts(world) == {Kind.SILENT_GATEWAY: 1, Kind.UNWATCHED: 5}
    asked(world)
    for at, minute in enumerate(range(3, 180, 2)):
        speak(world, range(minute, minute + 1), receipt_us=T0 + 180 * MINUTE + at * SECOND)
    speak(world, range(182, 185))
    assert standing(world) == []
    return asked(world)


def test_a_gateway_that_returns_costs_as_many_questions_for_many_devices_as_for_few() -> None:
    """Not some for each of the series and devices behind it, but the same in all, give or take larger blocks."""
    few, many = returning(10), returning(40)
    assert many <= few + 20, f"{few} questions for 30 series, {many} for 120"


def beginning(devices: int, streams: Sequence[Callable[[], Detector]]) -> int:
    """The questions that the first words of series cost which were placed long before."""
    world = counted(devices, streams)
    world.watches[:] = [replace(watch, valid_from_us=0) for watch in world.watches]
    world.start()
    speak(world, range(3))
    return asked(world)


def test_series_that_never_spoke_before_cost_as_many_questions_for_many_as_for_few() -> None:
    """Those who look back in a stream ask together what there was before, and not each on its own."""
    few, many = (beginning(devices, ALL) - beginning(devices, ()) for devices in (5, 20))
    assert many <= few + 5, f"{few} questions for 15 series, {many} for 60"
