"""The plan: what watches say at any instant is what placements, goods and profiles say at that instant."""

from __future__ import annotations

import time
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from detect.nouns import Limit, Severity, Watch
from registry.nouns import (
    ALWAYS_US,
    NEVER_US,
    Device,
    Equipment,
    EquipmentKind,
    Gateway,
    Leg,
    Lot,
    PlaceKind,
    Placement,
    Product,
    Profile,
    ProfileVersion,
    RegistrySnapshot,
    Shipment,
    SubjectKind,
    Zone,
)
from registry.plan import DEFAULT_INTERVAL_US, identities, watches
from registry.stays import stays

T = ALWAYS_US
INSTANTS = st.integers(0, 40).map(lambda n: T + n * 10)
PROBES = [T + n * 5 for n in range(-1, 90)]


def limit(band: str, bound: float) -> Limit:
    return Limit(band, "temperature", "high", bound, 0.5, 0, 1, Severity.ALARM)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[int, int | None]:
    start = draw(INSTANTS)
    return start, draw(st.one_of(st.none(), st.integers(1, 20).map(lambda n: start + n * 10)))


@st.composite
def chains(draw: st.DrawFn, most: int) -> list[tuple[int, int | None]]:
    """Intervals that do not overlap."""
    cuts = sorted(draw(st.sets(INSTANTS, max_size=most * 2)))
    spans: list[tuple[int, int | None]] = [(a, b) for a, b in pairwise(cuts) if draw(st.booleans())]
    if cuts and draw(st.booleans()):
        spans.append((cuts[-1], None))
    return spans


@st.composite
def profiles(draw: st.DrawFn, key: str) -> Profile:
    versions = [
        ProfileVersion(
            valid_from_us=start, valid_to_us=end,
            limits=tuple(limit(f"b{n}", float(number)) for n in range(draw(st.integers(0, 2)))),
            unwatched_us=draw(st.sampled_from([100, 200, NEVER_US])), interval_us=draw(st.sampled_from([None, 7, 9])),
        )
        for number, (start, end) in enumerate(draw(chains(3)))
    ]  # fmt: skip
    return Profile(key=key, versions=tuple(versions))


@st.composite
def shipments(draw: st.DrawFn, key: str) -> Shipment:
    """A journey with or without legs, their times known or not."""
    zones = st.sampled_from([None, "z0", "z1"])
    start, end = draw(intervals())
    legs = tuple(
        Leg(
            zone=draw(zones),
            departed_us=draw(st.sampled_from([None, a])),
            arrived_us=draw(st.sampled_from([None, b])),
        )
        for a, b in draw(chains(3))
    )
    departed = draw(st.sampled_from([None, start]))
    return Shipment(key=key, zone=draw(zones), departed_us=departed, arrived_us=end, legs=legs)


@st.composite
def registries(draw: st.DrawFn) -> RegistrySnapshot:
    journeys = [draw(shipments(key)) for key in ("s0", "s1")]
    goods = [
        ("z0", PlaceKind.ZONE),
        ("z1", PlaceKind.ZONE),
        ("s0", PlaceKind.SHIPMENT),
        ("s1", PlaceKind.SHIPMENT),
    ]
    places = [*goods, ("e0", PlaceKind.EQUIPMENT)]
    found = []
    for device in ("d0", "d1"):
        for start, end in draw(chains(3)):
            place, kind = draw(st.sampled_from(places))
            found.append((SubjectKind.DEVICE, device, kind, place, start, end))
    for lot in ("l0", "l1", "l2"):
        for place, kind in goods:
            found += [(SubjectKind.LOT, lot, kind, place, start, end) for start, end in draw(chains(1))]
    return RegistrySnapshot(
        profiles=(draw(profiles("p0")), draw(profiles("p1"))),
        products=(Product(key="a", profile="p0"), Product(key="b", profile="p1"), Product(key="c")),
        zones=(Zone(key="z0", profile=draw(st.sampled_from([None, "p0"]))), Zone(key="z1")),
        gateways=(Gateway(key="g"),),
        devices=(Device(key="d0", gateway="g", device="d0", interval_us=3), Device(key="d1", gateway="g", device="d1")),
        equipment=(Equipment(key="e0", zone="z0", kind=EquipmentKind.COOLING),),
        shipments=tuple(journeys),
        lots=tuple(
            Lot(key=f"l{n}", customer="c", product=draw(st.sampled_from(["a", "b", "c"]))) for n in range(3)
        ),
        placements=tuple(
            Placement(
                subject_kind=subject_kind, subject=subject, place_kind=kind, place=place, valid_from_us=start,
                valid_to_us=end,
            )
            for subject_kind, subject, kind, place, start, end in found
        ),
    )  # fmt: skip


def holds(start: int | None, end: int | None, at: int) -> bool:
    return (ALWAYS_US if start is None else start) <= at and (end is None or at < end)


def lots_in(registry: RegistrySnapshot, place: str, at: int) -> set[str]:
    """The oracle for goods: who is in a place at an instant."""
    direct = {
        p.subject
        for p in registry.placements
        if p.subject_kind is SubjectKind.LOT
        and p.place == place
        and holds(p.valid_from_us, p.valid_to_us, at)
    }
    travelling = [s for s in registry.shipments if vehicle_of(s, at) == place]
    return direct.union(*(lots_in(registry, s.key, at) for s in travelling))


def vehicle_of(shipment: Shipment, at: int) -> str | None:
    """The oracle for journeys: walk through the legs; the last that has begun, and has not ended, is the one."""
    if not holds(shipment.departed_us, shipment.arrived_us, at):
        return None
    if not shipment.legs:
        return shipment.zone
    here: Leg | None = None
    begun: int | None = ALWAYS_US
    for leg in shipment.legs:
        begun = leg.departed_us if leg.departed_us is not None else begun
        if begun is not None and begun <= at:
            here = leg
        begun = leg.arrived_us
    return here.zone if here and holds(None, here.arrived_us, at) else None


def expected(registry: RegistrySnapshot, device: Device, at: int) -> tuple[object, ...] | None:
    """The oracle: what is expected of a device at one instant, asked of every object in turn."""
    here = [
        p
        for p in registry.placements
        if p.subject_kind is SubjectKind.DEVICE
        and p.subject == device.key
        and holds(p.valid_from_us, p.valid_to_us, at)
    ]
    if not here:
        return None
    place = here[0].place
    lots = set() if here[0].place_kind is PlaceKind.EQUIPMENT else lots_in(registry, place, at)
    products = {lot.product for lot in registry.lots if lot.key in lots}
    wanted = {p.profile for p in registry.products if p.key in products} | {
        zone.profile for zone in registry.zones if zone.key == place
    }
    versions = [
        (profile.key, version)
        for profile in registry.profiles
        for version in profile.versions
        if profile.key in wanted and holds(version.valid_from_us, version.valid_to_us, at)
    ]
    bands = {(f"{key}/{i.band}", i.limit) for key, version in versions for i in version.limits}
    asked = [version.interval_us for _, version in versions if version.interval_us is not None]
    return (
        place,
        bands,
        min((version.unwatched_us for _, version in versions), default=NEVER_US),
        device.interval_us or min(asked, default=DEFAULT_INTERVAL_US),
        {key for key, _ in versions},
    )


def said(watch: Watch) -> tuple[object, ...]:
    bands = {(i.band, i.limit) for i in watch.limits}
    assert len(bands) == len(watch.limits)
    return watch.zone, bands, watch.unwatched_us, watch.interval_us, set(watch.profiles)


@settings(max_examples=300, deadline=None)
@given(registries())
def test_watches_say_at_every_instant_what_the_registry_says(registry: RegistrySnapshot) -> None:
    """Against a brute-force oracle, at every instant at which anything can change, and between them."""
    found = watches(registry)
    for device in registry.devices:
        own = [w for w in found if w.device == device.full_name]
        for at in PROBES:
            now = [said(w) for w in own if holds(w.valid_from_us, w.valid_to_us, at)]
            wanted = expected(registry, device, at)
            assert now == ([] if wanted is None else [wanted])


@given(registries())
def test_watches_of_a_device_follow_one_another(registry: RegistrySnapshot) -> None:
    """They are in order, forward, and do not overlap."""
    found = watches(registry)
    assert found == sorted(found, key=lambda w: (w.device, w.valid_from_us))
    for watch in found:
        assert watch.valid_to_us is None or watch.valid_from_us < watch.valid_to_us
    for before, after in pairwise(found):
        if before.device == after.device:
            assert before.valid_to_us is not None
            assert before.valid_to_us <= after.valid_from_us


@given(registries())
def test_stays_agree_with_the_oracle(registry: RegistrySnapshot) -> None:
    """Where goods were, shipments resolved, is what the objects say one by one."""
    found = stays(registry)
    for place in ("z0", "z1", "s0", "s1"):
        for at in PROBES[::3]:
            there = {stay.lot for stay in found if stay.place == place and stay.from_us <= at < stay.to_us}
            assert there == lots_in(registry, place, at)


def test_identities_are_only_the_exceptions() -> None:
    """Moved and shared devices have an entry, all others their plain name; a device of its own is not taken over."""
    registry = RegistrySnapshot(
        gateways=(Gateway(key="g1"), Gateway(key="g2"), Gateway(key="G3")),
        devices=(
            Device(key="plain", gateway="g1", device="plain"),
            Device(key="moved", gateway="g2", device="m", known_as="g1/m"),
            Device(key="roaming", gateway="g1", device="r", shared=True),
            Device(key="other-r", gateway="G3", device="r"),
            Device(key="self", gateway="g2"),
        ),
    )
    assert identities(registry) == {("g2", "m"): "g1/m", ("g2", "r"): "g1/r"}


def test_ten_thousand_devices_are_planned_in_time() -> None:
    """10,000 placed devices in 500 zones with 2,000 lots that came and went: under 2 s."""
    zones = tuple(Zone(key=f"z{n}", profile="p") for n in range(500))
    devices = tuple(Device(key=f"d{n}", gateway="g", device=f"d{n}") for n in range(10_000))
    lots = tuple(Lot(key=f"l{n}", customer="c", product="a") for n in range(2_000))
    placed = [
        Placement(subject_kind=SubjectKind.DEVICE, subject=d.key, place_kind=PlaceKind.ZONE, place=f"z{n % 500}")
        for n, d in enumerate(devices)
    ] + [
        Placement(
            subject_kind=SubjectKind.LOT, subject=lot.key, place_kind=PlaceKind.ZONE, place=f"z{n % 500}",
            valid_from_us=T + n + 1, valid_to_us=T + n + 10_000,
        )
        for n, lot in enumerate(lots)
    ]  # fmt: skip
    profile = Profile(key="p", versions=(ProfileVersion(limits=(limit("a", 1.0), limit("b", 2.0))),))
    registry = RegistrySnapshot(
        profiles=(profile,), products=(Product(key="a", profile="p"),), zones=zones, devices=devices, lots=lots,
        placements=tuple(placed),
    )  # fmt: skip
    started = time.perf_counter()
    found = watches(registry)
    assert time.perf_counter() - started < 2
    assert len(found) == 10_000  # goods of the same kind that come and go change nothing of what is expected
