"""Promise 3: findings are a function of kept readings, registry and as-of time, and it is the one the oracle tells."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detect.worlds import MINUTE, REGISTRIES, SAYINGS, T0, Said, World, disordered, ordered

RANDOM = st.randoms(use_true_random=False)


@pytest.mark.parametrize("registry", REGISTRIES)
@settings(max_examples=60, deadline=None)
@given(sayings=SAYINGS, random=RANDOM)
def test_in_order(registry: str, sayings: list[Said], random: Random) -> None:
    """Received as said, at the time it was said: the findings are those of the whole history."""
    world = World(REGISTRIES[registry])
    for batch in ordered(sayings):
        world.receive(batch, batch[0].time_us + 1_000_000)
        world.step()
    world.settle()
    assert world.facts() == world.expected()


@pytest.mark.parametrize("registry", REGISTRIES)
@settings(max_examples=100, deadline=None)
@given(sayings=SAYINGS, random=RANDOM, size=st.integers(1, 20))
def test_any_order_with_restarts(registry: str, sayings: list[Said], random: Random, size: int) -> None:
    """Permuted, doubled, cut anyhow, the engine killed at random: the same findings."""
    world = World(REGISTRIES[registry])
    for batch in disordered(sayings, random, size):
        world.receive(batch)
        if random.random() < 0.7:
            world.step()
        if random.random() < 0.15:
            world.start()
    world.settle()
    assert world.facts() == world.expected()


def test_a_plain_excursion() -> None:
    """Told by hand, that the oracle too is held by something: four readings above 8 °C for 15 minutes."""
    world = World(REGISTRIES["plain"])
    values = [5, 5, 9, 9, 10, 9, 5, 5, 5]
    world.receive([Said(1, T0 + n * 5 * MINUTE, float(value)) for n, value in enumerate(values)])
    world.settle()
    (found,) = [f for f in world.facts() if f.kind == "too_high"]
    assert (found.start_us, found.end_us) == (T0 + 10 * MINUTE, T0 + 30 * MINUTE)
    assert (found.peak, found.area, found.samples, found.coverage) == (10.0, 22.5, 4, 1.0)
