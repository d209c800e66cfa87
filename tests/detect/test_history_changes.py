"""Promise 3 where what is known changes: the registry, the reach of the feed, the series there are."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detect.memory import MemoryReadings
from tests.detect.worlds import REGISTRIES, SAYINGS, SERIES, Said, World, disordered

RANDOM = st.randoms(use_true_random=False)
KNOWN = {**REGISTRIES, "nothing yet": []}
REGISTRY = st.sampled_from(list(KNOWN))


@settings(max_examples=120, deadline=None)
@given(SAYINGS, RANDOM, st.lists(REGISTRY, min_size=2, max_size=4), st.integers(1, 20))
def test_a_registry_entered_late(
    sayings: list[Said], random: Random, registries: list[str], size: int
) -> None:
    """Placements, limits and gateways changed at random moments: the end is that of who knew from the beginning."""
    world = World(KNOWN[registries[0]])
    batches = disordered(sayings, random, size)
    changes = sorted(random.randint(0, len(batches)) for _ in registries[1:])
    for n, batch in enumerate([*batches, []]):
        for _ in range(changes.count(n)):
            registries = registries[1:]
            world.watches = KNOWN[registries[0]]
            world.engine.registry_changed()
        world.receive(batch)
        if random.random() < 0.8:
            world.step()
        if random.random() < 0.1:
            world.start()
    world.settle()
    assert world.facts() == world.expected()


@settings(max_examples=80, deadline=None)
@given(SAYINGS, RANDOM, REGISTRY, st.integers(1, 20))
def test_a_feed_that_no_longer_reaches_back(
    sayings: list[Said], random: Random, registry: str, size: int
) -> None:
    """Detection was down for so long that the feed has a hole: everything is judged again, to the same end."""
    readings = MemoryReadings(SERIES)
    world = World(KNOWN[registry], readings=readings)
    for batch in disordered(sayings, random, size):
        world.receive(batch)
        if random.random() < 0.4:
            world.step()
        if random.random() < 0.2:
            readings.forgotten = len(readings.batches)
        if random.random() < 0.2:
            world.start()
    world.settle()
    assert world.facts() == world.expected()


@settings(max_examples=60, deadline=None)
@given(SAYINGS, RANDOM, REGISTRY, st.integers(1, 20))
def test_series_that_appear(sayings: list[Said], random: Random, registry: str, size: int) -> None:
    """Series are entered as their first readings come: the same findings as if it had always been there."""
    readings = MemoryReadings([])
    world = World(KNOWN[registry], readings=readings)
    for batch in disordered(sayings, random, size):
        newest = max([s.id for s in readings.series()] + [s.series for s in batch])
        readings.known = SERIES[:newest]
        world.receive(batch)
        if random.random() < 0.7:
            world.step()
    world.settle()
    assert world.facts() == world.expected()
