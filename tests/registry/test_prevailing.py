"""A default profile gives way to the set adopted from it for a zone; what somebody wrote holds everywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registry.lagging import lots_under
from registry.nouns import (
    ALWAYS_US,
    Device,
    Lot,
    PlaceKind,
    Placement,
    Product,
    Profile,
    RegistrySnapshot,
    SubjectKind,
    Zone,
)
from registry.plan import watches
from registry.prevailing import prevailing
from registry.profiles import default_profiles
from registry.working_set import ready_profile

LEAD = default_profiles()["lead"]
FITTED = ready_profile("lead-bundle-warm-coast")
HALL = "hall"
DAY_US = 86_400_000_000


def edited() -> Profile:
    """The default with one limit changed by somebody."""
    version = LEAD.versions[0]
    first = replace(version.limits[0], limit=version.limits[0].limit + 1)
    return replace(LEAD, versions=(replace(version, limits=(first, *version.limits[1:])),))


def house(product: str | None, zone: str | None, lead: Profile = LEAD) -> RegistrySnapshot:
    """A lot of lead bundles and a device in a hall."""
    assert FITTED is not None
    return RegistrySnapshot(
        sequence=0,
        profiles=(lead, FITTED, default_profiles()["cement"]),
        products=(Product(key="pb", profile=product),),
        lots=(Lot(key="lot", customer="c", product="pb", form="bundle"),),
        zones=(Zone(key=HALL, profile=zone),),
        devices=(Device(key="d", gateway="g", device="d"),),
        placements=tuple(
            Placement(subject_kind=kind, subject=key, place_kind=PlaceKind.ZONE, place=HALL)
            for kind, key in ((SubjectKind.LOT, "lot"), (SubjectKind.DEVICE, "d"))
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("product", "zone", "lead", "holds"),
    [
        ("lead", "lead-bundle-warm-coast", LEAD, "lead-bundle-warm-coast"),
        ("lead", "lead-bundle-warm-coast", edited(), "lead"),
        ("lead", "cement", LEAD, "lead"),
        ("lead", None, LEAD, "lead"),
        ("lead-bundle-warm-coast", "lead", LEAD, "lead-bundle-warm-coast"),
        (None, "lead", LEAD, "lead"),
        (None, None, LEAD, ""),
    ],
)
def test_what_holds(product: str | None, zone: str | None, lead: Profile, holds: str) -> None:
    """Only a default that nobody edited, and goods without any profile, take what the zone has."""
    snapshot = house(product, zone, lead)
    assert prevailing(snapshot)(snapshot.lots[0], HALL) == holds
    assert prevailing(snapshot)(snapshot.lots[0], "elsewhere") == (product or "")


def test_the_south_is_not_warned_by_the_default_beside_its_own_rules() -> None:
    """The product stays at the default, the zone adopts: one set watches, and 3 K are advice as it says."""
    (watch,) = watches(house("lead", "lead-bundle-warm-coast"))
    assert {limit.band.partition("/")[0] for limit in watch.limits} == {"lead-bundle-warm-coast"}
    assert {str(limit.severity) for limit in watch.limits if limit.band.endswith("/near-dew")} == {"advice"}


@pytest.mark.parametrize("product", ["lead", None])
def test_lots_are_found_under_the_rules_of_their_zone(product: str | None) -> None:
    """Wet metal by the zone's rules is about the lots there, so that they go on hold."""
    snapshot = house(product, "lead-bundle-warm-coast")
    (watch,) = watches(snapshot)
    wet = {limit.band for limit in watch.limits if "wet-metal" in limit.band}
    names = {goods.name for goods in watch.goods}
    found = [
        lots_under(snapshot, band + name, HALL, ALWAYS_US + DAY_US, ALWAYS_US + 2 * DAY_US)
        for band in wet for name in names
    ]  # fmt: skip
    assert snapshot.lots[0] in [lot for lots in found for lot in lots]
