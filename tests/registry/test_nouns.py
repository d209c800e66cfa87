"""Ids and kinds of the registry."""

from __future__ import annotations

import random
import uuid
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from registry.nouns import KINDS, REFERENCES, RegistrySnapshot, uuid7

TIMES = st.integers(978_307_200_000_000, 2**47 * 1000)


@given(TIMES)
def test_uuid7_is_one_and_holds_its_time(now_us: int) -> None:
    """Version 7, RFC variant, and the ms of the clock in the first 48 bits."""
    found = uuid.UUID(uuid7(now_us))
    assert (found.version, found.variant) == (7, uuid.RFC_4122)
    assert found.int >> 80 == now_us // 1000


@given(st.lists(TIMES, min_size=2, max_size=20, unique=True))
def test_uuid7_sorts_by_time(times: list[int]) -> None:
    """Ids of later µs are greater, whatever the random part says."""
    source = random.Random(1)
    ids = [uuid7(t, source.randbytes) for t in sorted(times)]
    assert ids == sorted(ids)


def test_uuid7_does_not_repeat_within_an_instant() -> None:
    """Ten thousand ids of one instant differ, and the given source of randomness decides them."""
    assert len({uuid7(10**15) for _ in range(10_000)}) == 10_000
    assert uuid7(10**15, bytes) == "00e8d4a5-1000-7000-8000-000000000000"


def test_kinds_are_in_an_order_in_which_they_can_be_written() -> None:
    """Each kind refers only to kinds before it, by fields it has; a snapshot has a field for each."""
    order = list(KINDS)
    for (kind, field), refers in REFERENCES.items():
        assert order.index(refers) < order.index(kind)
        assert field in {f.name for f in fields(KINDS[kind].noun)}
    assert {kind.field for kind in KINDS.values()} < {f.name for f in fields(RegistrySnapshot)}
