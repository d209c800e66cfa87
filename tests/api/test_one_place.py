"""What is asked of one place, site or gateway is the part of the whole answer that is about it, for whoever asks."""

from __future__ import annotations

from typing import Any

import pytest

from detect.nouns import Kind, Severity
from registry import nouns as r
from store.repositories.registry import RegistryRepository
from tests.api.conftest import BY, HOUR, NOW, T0, T2, World, finding, raise_findings

PLACES, SITES, GATEWAYS = (
    ("z1", "z2", "yard2", "van", "nowhere"),
    ("depot", "own2", "nowhere"),
    ("g1", "g2", "g"),
)
READERS = ("admin", "viewer", "engineer", "keeper", "yard")
"""Who may read of the technology; the last two of one site each."""


def put_device(registry: RegistryRepository, gateway: str, name: str, place: str, kind: r.PlaceKind) -> None:
    """A device that hangs somewhere, and hung elsewhere before."""
    registry.put(r.Device(key=name, gateway=gateway, device=name, quantities=("temperature",)), BY)
    for zone, where, start, end in (("z2", r.PlaceKind.ZONE, T0, T2), (place, kind, T2, None)):
        registry.placements.place(
            r.Placement(subject_kind=r.SubjectKind.DEVICE, subject=name, place_kind=where, place=zone,
                        valid_from_us=start, valid_to_us=end), BY)  # fmt: skip


def trouble(id: str, subject: str, zone: str | None, kind: Kind = Kind.SILENT_DEVICE) -> Any:
    """Something goes on since T2."""
    return finding(
        id,
        "",
        T2,
        None,
        kind,
        subject=subject,
        zone=zone,
        cause=f"{subject}:{kind}",
        severity=Severity.WARNING,
    )


@pytest.fixture
def busy(world: World) -> World:
    """Gaps in every place, sensors in trouble, one whose name begins like another's, alarms with and without a zone."""
    version = r.ProfileVersion(interval_us=60_000_000, accuracy=(("temperature", 0.1),))
    with world.database.writing() as connection:
        registry = RegistryRepository(connection)
        registry.put(r.Profile(key="metal", versions=(version,)), BY)
        registry.put(r.Zone(key="yard2", site="own2", profile="metal"), BY)
        registry.put(r.Zone(key="z2", site="depot", profile="metal"), BY)
        registry.put(r.Gateway(key="g3", site="own2"), BY)
        for name, place, kind in (
            ("p1-b", "z1", r.PlaceKind.ZONE), ("q", "yard2", r.PlaceKind.ZONE), ("w", "ac1", r.PlaceKind.EQUIPMENT),
            ("v", "s1", r.PlaceKind.SHIPMENT),
        ):  # fmt: skip
            put_device(registry, "g3" if name == "q" else "g1", name, place, kind)
        registry.put(
            r.Calibration(key="k", device="p1", quantity="temperature", done_us=T0, due_us=NOW - HOUR, deviation=0.3), BY
        )  # fmt: skip
    raise_findings(
        world, finding("f-z1", "hot", T2, None),
        trouble("f-p1", "device:g1/p1", "z1"), trouble("f-p1t", "device:g1/p1:temperature", "z1", Kind.STUCK),
        trouble("f-p1b", "device:g1/p1-b", None), trouble("f-q", "device:g3/q", "yard2"),
        trouble("f-g1", "gateway:g1", None, Kind.SILENT_GATEWAY), trouble("f-g3", "gateway:g3", None, Kind.SILENT_GATEWAY),
        trouble("f-s1", "device:g1/v", "s1"),
    )  # fmt: skip
    return world


def items(world: World, path: str, who: str, **params: str | int | bool) -> list[dict[str, Any]]:
    """A list, whole."""
    answer = world.get(path, who, params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.mark.parametrize("who", READERS)
def test_gaps(busy: World, who: str) -> None:
    """By place, by site, by both."""
    whole = items(busy, "/requirements/gaps", who)
    assert {gap["place"] for gap in whole} >= {"keeper": {"yard2"}, "yard": {"z1", "z2"}}.get(
        who, {"z1", "z2", "yard2"}
    )
    site_of = {"z1": "depot", "z2": "depot", "yard2": "own2"}
    for place in PLACES:
        own = [gap for gap in whole if gap["place"] == place]
        assert items(busy, "/requirements/gaps", who, place=place) == own
        for site in SITES:
            there = [gap for gap in whole if site_of.get(gap["place"]) == site]
            assert items(busy, "/requirements/gaps", who, site=site) == there
            both = [gap for gap in there if gap["place"] == place]
            assert items(busy, "/requirements/gaps", who, site=site, place=place) == both


@pytest.mark.parametrize("who", READERS)
def test_conditions(busy: World, who: str) -> None:
    """By place, by site, by gateway, in trouble or not, one by one and page by page."""
    path = "/devices/conditions"
    whole = items(busy, path, who)
    assert len(whole) >= 1
    assert any(one["standing"] for one in whole)
    for name, values in (("place", PLACES), ("site", SITES), ("gateway", (*GATEWAYS, "g3"))):
        for value in values:
            own = [one for one in whole if one[name] == value]
            assert items(busy, path, who, **{name: value}) == own
            troubled = [one for one in own if one["standing"]]
            assert set(map(str, troubled)) <= set(
                map(str, items(busy, path, who, **{name: value, "standing": True}))
            )
    for one in whole:
        assert busy.get(f"/devices/{one['device']}/condition", who).json() == one
    first = busy.get(path, who, params={"limit": 1}).json()
    paged = first["items"]
    while first["next"]:
        first = busy.get(path, who, params={"limit": 1, "cursor": first["next"]}).json()
        paged += first["items"]
    assert paged == whole


@pytest.mark.parametrize("who", [*READERS, "c2"])
def test_overview(busy: World, who: str) -> None:
    """A site alone is what it is among all, with its zones, alarms, work and newest reading."""
    whole = {one["site"]: one for one in items(busy, "/overview", who, zones=True) if one["site"] is not None}
    assert whole
    assert any(one["worst"] for one in whole.values())
    for site, told in whole.items():
        assert items(busy, "/overview", who, site=site) == [told]
    for site in {"depot", "own2"} - whole.keys():
        assert busy.get("/overview", who, params={"site": site}).status_code in {200, 404}


def test_the_overview_hears_of_every_change(busy: World) -> None:
    """Also of what another process wrote just now: what is remembered of alarms is as of the last event."""
    before = {one["site"]: one["worst"] for one in items(busy, "/overview", "admin")}
    raise_findings(
        busy,
        finding(
            "f-hot", "hot", T0, None, zone="yard2", subject="device:g3/q:temperature", cause="zone:yard2:hot"
        ),
    )
    after = {one["site"]: one["worst"] for one in items(busy, "/overview", "admin")}
    assert after["own2"] != before["own2"]
    assert after["own2"]["zone"] == "yard2"
    assert after["depot"] == before["depot"]
