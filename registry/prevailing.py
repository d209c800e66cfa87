"""Which profile holds for a lot in a place: its product's, or the zone's where that is the same goods' rules, fitted to the place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from registry.nouns import Lot, Profile, ProfileVersion, RegistrySnapshot
from registry.profiles import default_profiles
from registry.working_set import goods_of


def prevailing(snapshot: RegistrySnapshot) -> Callable[[Lot, str], str]:
    """(lot, place) → key of a profile, "" if none holds.

    Goods without a profile are taken for what the zone is meant for. A default profile that nobody edited gives way to
    the set adopted from it for the zone: else its warnings, unfit for that climate, would go on beside it. What
    somebody wrote or changed holds wherever the goods are.
    """
    products = {product.key: product.profile or "" for product in snapshot.products}
    zones = {zone.key: zone.profile or "" for zone in snapshot.zones}
    defaults = default_profiles()
    plain = {
        profile.key
        for profile in snapshot.profiles
        if profile.key in defaults and _limits(profile) == _limits(defaults[profile.key])
    }

    def holds(lot: Lot, place: str) -> str:
        own, there = products.get(lot.product, ""), zones.get(place, "")
        gives_way = not own or (own in plain and goods_of(there) == own)
        return there if there and gives_way else own

    return holds


def _limits(profile: Profile) -> list[ProfileVersion]:
    """What a profile tolerates when: how many people it wants named edits nothing of that."""
    return [replace(version, named_people=None) for version in profile.versions]
