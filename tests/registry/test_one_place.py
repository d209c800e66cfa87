"""What is reckoned for one place alone is what is said of it among all."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from registry.exposure import stays_of, watches_beside
from registry.gaps import Heard, asked, asked_intervals, gaps
from registry.nouns import ALWAYS_US, NEVER_US, Profile, RegistrySnapshot
from registry.plan import climates, watches
from registry.reported.limits import held_for, held_in
from tests.registry.test_plan import INSTANTS, T, registries

PLACES = ("z0", "z1", "s0", "s1", "nowhere")


def strict(registry: RegistrySnapshot) -> RegistrySnapshot:
    """The same registry; its goods ask for accuracy too."""

    def asking(profile: Profile) -> Profile:
        versions = (replace(one, accuracy=(("temperature", 0.5),)) for one in profile.versions)
        return replace(profile, versions=tuple(versions))

    devices = tuple(replace(one, quantities=("temperature",)) for one in registry.devices)
    return replace(registry, profiles=tuple(map(asking, registry.profiles)), devices=devices)


@settings(max_examples=150, deadline=None)
@given(registries())
def test_watches_and_limits_of_a_place(registry: RegistrySnapshot) -> None:
    """Watches by any choice of placements; what holds in a place; its limits."""
    every, there = watches(registry), climates(registry)
    whole = held_in(registry, there, ALWAYS_US, NEVER_US)
    for place in PLACES:
        chosen = [one for one in registry.placements if one.place == place]
        assert watches(registry, chosen) == [one for one in every if one.zone == place]
        assert climates(registry, {place}).get(place) == there.get(place)
        assert held_in(registry, [place], ALWAYS_US, NEVER_US) == [one for one in whole if one.place == place]
    for device in registry.devices:
        chosen = [one for one in registry.placements if one.subject == device.key]
        assert watches(registry, chosen) == [one for one in every if one.device == device.full_name]


@settings(max_examples=150, deadline=None)
@given(registries())
def test_the_way_of_a_lot(registry: RegistrySnapshot) -> None:
    """The devices beside it and its limits, with the watches of its places alone."""
    every = watches(registry)
    for lot in registry.lots:
        told = stays_of(registry, watches_beside(registry, lot.key), lot.key, ALWAYS_US, NEVER_US)
        assert told == stays_of(registry, every, lot.key, ALWAYS_US, NEVER_US)
        bands = {limit.band for stay in told for one in stay.beside for limit in one.limits}
        assert bands <= {one.limit.band for one in held_for(registry, lot.key, ALWAYS_US, NEVER_US)}


@settings(max_examples=150, deadline=None)
@given(registries(), INSTANTS)
def test_gaps_of_a_place(registry: RegistrySnapshot, now_us: int) -> None:
    """Of one place, of several, of all; at any moment."""
    registry = strict(registry)
    every = asked(registry, now_us)
    heard = Heard(dict.fromkeys(asked_intervals(every), now_us - T + 1))
    whole = gaps(registry, every, now_us, heard)
    assert [one.watch for one in every] == [
        one
        for one in watches(registry)
        if one.valid_from_us <= now_us and (one.valid_to_us is None or now_us < one.valid_to_us)
    ]
    for places in ({"z0"}, {"z1"}, {"s0", "s1"}, {"nowhere"}, set[str]()):
        own = asked(registry, now_us, places)
        assert own == [one for one in every if one.watch.zone in places]
        assert gaps(registry, own, now_us, heard) == [one for one in whole if one.place in places]
