"""Promise 3: findings are a function of kept readings, registry and as-of time, and it is the one the oracle tells."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detect.worlds import REGISTRIES, SAYINGS, Said, World, disordered, ordered

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
