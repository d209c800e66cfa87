"""The registry as kept: versions, events, references, and who was where."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from detect.nouns import Limit, Severity
from registry.file import parse
from registry.nouns import (
    Customer,
    Device,
    Gateway,
    How,
    Leg,
    Lot,
    Order,
    PlaceKind,
    Product,
    Profile,
    ProfileVersion,
    Registered,
    Shipment,
    Site,
    SubjectKind,
    Zone,
)
from registry.plan import watches
from store import events
from store.repositories.records import (
    BadValueError,
    By,
    InUseError,
    NoSuchObjectError,
    OutdatedVersionError,
    OverlapError,
    TakenError,
)
from store.repositories.registry import RegistryRepository
from store.service import Place, ServiceDatabase, open_service

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "registry" / "example.toml").read_text("utf-8")
T = 1_795_000_000_000_000
BY = By("key:anna", T, "set up")


@pytest.fixture
def database(place: Place) -> Iterator[ServiceDatabase]:
    database = open_service(place, 0)
    yield database
    database.close()


@pytest.fixture
def registry(database: ServiceDatabase) -> Iterator[RegistryRepository]:
    """A registry in one open transaction, with a site, a zone, a gateway and a device."""
    with database.writing() as connection:
        found = RegistryRepository(connection)
        found.put(Customer(key="c"), BY)
        found.put(Site(key="s", time_zone="Asia/Shanghai"), BY)
        found.put(Zone(key="z", site="s"), BY)
        found.put(Zone(key="z2", site="s"), BY)
        found.put(Gateway(key="GW-1"), BY)
        found.put(Device(key="d", gateway="GW-1", device="p"), BY)
        yield found


def apply(database: ServiceDatabase, text: str, by: By = BY) -> int:
    with database.writing() as connection:
        found = RegistryRepository(connection)
        return found.apply(parse(text, found.known_keys()), by)


def history(registry: RegistryRepository, since: int = 0) -> list[tuple[str, str]]:
    return [(event.act, event.subject) for event in registry.changes_since(since)]


def test_put_writes_only_differences(registry: RegistryRepository) -> None:
    """The same again is no version and no event; a difference is one of each."""
    start = registry.snapshot().sequence
    first = registry.get(Zone, "z")
    assert first is not None
    assert registry.put(Zone(key="z", site="s"), BY) == first
    changed = registry.put(Zone(key="z", site="s", name="库区一"), BY)
    assert (changed.id, changed.version) == (first.id, 2)
    assert registry.get(Zone, "z") == changed
    assert history(registry, start) == [("changed", "zone:z")]


def test_versions_guard_edits(registry: RegistryRepository) -> None:
    """An edit made for another version is refused; 0 means: there must be none yet."""
    registry.put(Zone(key="z", site="s", name="1"), BY, expected=1)
    with pytest.raises(OutdatedVersionError):
        registry.put(Zone(key="z", site="s", name="2"), BY, expected=1)
    with pytest.raises(OutdatedVersionError):
        registry.put(Zone(key="z", site="s", name="2"), BY, expected=0)
    with pytest.raises(OutdatedVersionError):
        registry.remove(Zone, "z", BY, expected=1)
    registry.put(Zone(key="new"), BY, expected=0)
    with pytest.raises(OutdatedVersionError):
        registry.put(Zone(key="none"), BY, expected=3)


BAND = Limit("a", "temperature", "high", 1.0, 0.1, 0, 1, Severity.ALARM)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (Zone(key="Z"), BadValueError),
        (Zone(key="a\n"), BadValueError),
        (Gateway(key="a/b"), BadValueError),
        (Zone(key="y", external_system="sap"), BadValueError),
        (Zone(key="y", site="nowhere"), NoSuchObjectError),
        (Product(key="y", profile="nothing"), NoSuchObjectError),
        (Lot(key="y", customer="c", product="nothing"), NoSuchObjectError),
        (Shipment(key="z"), TakenError),
        (Shipment(key="y", departed_us=5, arrived_us=5), BadValueError),
        (Device(key="e", gateway="GW-1", device="p"), TakenError),
        (Device(key="e", gateway="GW-1", device="q", known_as="GW-1/p"), TakenError),
        (Profile(key="y", versions=(ProfileVersion(), ProfileVersion(valid_from_us=T))), BadValueError),
        (Profile(key="y", versions=(ProfileVersion(valid_from_us=T, valid_to_us=T),)), BadValueError),
        (Profile(key="y", versions=(ProfileVersion(limits=(BAND, BAND)),)), BadValueError),
    ],
)
def test_impossible_objects_are_refused(
    registry: RegistryRepository, value: Registered, error: type[Exception]
) -> None:
    """With a named error, and without an event."""
    start = registry.snapshot().sequence
    with pytest.raises(error):
        registry.put(value, BY)
    assert history(registry, start) == []


def test_external_numbers_are_unique_in_their_kind(registry: RegistryRepository) -> None:
    """One lot of the ERP is one lot here; a site may have the same number."""
    registry.put(Zone(key="z", external_system="erp", external_number="1"), BY)
    registry.put(Zone(key="z", external_system="erp", external_number="1", name="x"), BY)
    with pytest.raises(TakenError):
        registry.put(Zone(key="y", external_system="erp", external_number="1"), BY)
    registry.put(Gateway(key="g", external_system="erp", external_number="1"), BY)


def test_remove_asks_who_refers(registry: RegistryRepository) -> None:
    """What is referred to or placed stays; what is free goes, with its last state in the event."""
    registry.put(Product(key="p"), BY)
    registry.put(Lot(key="l", customer="c", product="p"), BY)
    registry.placements.move(SubjectKind.LOT, "l", (PlaceKind.ZONE, "z"), BY, How.API)
    for noun, key in (
        (Site, "s"),
        (Customer, "c"),
        (Product, "p"),
        (Gateway, "GW-1"),
        (Lot, "l"),
        (Zone, "z"),
    ):
        with pytest.raises(InUseError):
            registry.remove(noun, key, BY)
    with pytest.raises(NoSuchObjectError):
        registry.remove(Zone, "none", BY)
    start = registry.snapshot().sequence
    registry.remove(Device, "d", BY)
    (change,) = registry.changes_since(start)
    assert (change.act, change.subject, change.new) == ("removed", "device:d", None)
    assert isinstance(change.old, dict)
    assert change.old["device"] == "p"
    assert registry.get(Device, "d") is None


def test_legs_refer_to_what_exists_and_hold_it(registry: RegistryRepository) -> None:
    """A leg cannot name a zone, site or carrier that is not there; one that it names cannot be removed."""
    for wrong in (Leg(zone="none"), Leg(origin="none"), Leg(destination="none"), Leg(carrier="none")):
        with pytest.raises(NoSuchObjectError):
            registry.put(Shipment(key="j", legs=(Leg(), wrong)), BY)
    with pytest.raises(BadValueError):
        registry.put(Shipment(key="j", legs=(Leg(departed_us=T, arrived_us=T),)), BY)
    made = registry.put(Shipment(key="j", legs=(Leg(), Leg(zone="z2", departed_us=T))), BY)
    assert registry.get(Shipment, "j") == made
    with pytest.raises(InUseError):
        registry.remove(Zone, "z2", BY)
    registry.put(Shipment(key="j"), BY)
    registry.remove(Zone, "z2", BY)


def test_amounts_are_exact(registry: RegistryRepository) -> None:
    """What is worth 0.1 three times over is worth 0.3, also after it was kept; events say it as a text."""
    registry.put(Order(key="o", customer="c", amount=Decimal("0.10")), BY)
    kept = registry.get(Order, "o")
    assert kept is not None
    assert kept.value.amount is not None
    assert str(kept.value.amount * 3) == "0.30"


def test_pages_show_everything_once(registry: RegistryRepository) -> None:
    """Paging by key meets every object once, in order, also when one is added behind."""
    for number in range(25):
        registry.put(Customer(key=f"k{number:02}"), BY)
    seen: list[str] = []
    while page := registry.page(Customer, seen[-1] if seen else "", 7):
        seen += [stored.value.key for stored in page]
        registry.put(Customer(key="zz"), BY)
    assert seen == ["c", *(f"k{number:02}" for number in range(25)), "zz"]


def test_moves_are_answered_as_of_a_time(registry: RegistryRepository) -> None:
    """Where a device is depends on when; history stays when it goes on."""
    zone, other = (PlaceKind.ZONE, "z"), (PlaceKind.ZONE, "z2")
    registry.placements.move(SubjectKind.DEVICE, "d", zone, replace(BY, time_us=T + 10), How.API)
    registry.placements.move(SubjectKind.DEVICE, "d", other, replace(BY, time_us=T + 20), How.HAND)
    found = {
        at: [s.value.place for s in registry.placements.as_of(T + at, subject="d")]
        for at in (9, 10, 19, 20, 21)
    }
    assert found == {9: [], 10: ["z"], 19: ["z"], 20: ["z2"], 21: ["z2"]}
    assert [s.value.subject for s in registry.placements.as_of(T + 15, place="z")] == ["d"]
    first = registry.placements.at("z")[0].value
    assert (first.set_by, first.how, first.valid_to_us) == ("key:anna", How.API, T + 20)


def test_a_replaced_device_keeps_the_history_of_its_place(registry: RegistryRepository) -> None:
    """After a probe was exchanged the zone knows both, one behind the other, without gap."""
    registry.put(Device(key="spare", gateway="GW-1", device="q"), BY)
    registry.placements.move(SubjectKind.DEVICE, "d", (PlaceKind.ZONE, "z"), BY, How.API)
    registry.placements.replace_device("d", "spare", T + 50, By("key:bob", T + 99), How.HAND)
    found = sorted(
        (s.value.valid_from_us, s.value.subject, s.value.valid_to_us) for s in registry.placements.at("z")
    )
    assert found == [(T, "d", T + 50), (T + 50, "spare", None)]
    assert [w.device for w in watches(registry.snapshot())] == ["GW-1/p", "GW-1/q"]
    with pytest.raises(NoSuchObjectError):
        registry.placements.replace_device("d", "spare", T + 60, BY, How.HAND)


def test_nobody_is_in_two_places(registry: RegistryRepository) -> None:
    """A device is refused a second place at the same time; a lot only the same place twice."""
    registry.put(Product(key="p"), BY)
    registry.put(Lot(key="l", customer="c", product="p"), BY)
    places = registry.placements
    device = places.move(SubjectKind.DEVICE, "d", (PlaceKind.ZONE, "z"), BY, How.API)
    lot = places.move(SubjectKind.LOT, "l", (PlaceKind.ZONE, "z"), BY, How.API)
    with pytest.raises(OverlapError):
        places.place(replace(device.value, place="z2", valid_from_us=T + 5), BY)
    with pytest.raises(OverlapError):
        places.place(replace(device.value, place="z2", valid_from_us=T - 5), BY)
    places.place(replace(lot.value, place="z2"), BY)
    with pytest.raises(OverlapError):
        places.place(replace(lot.value, valid_from_us=T + 5), BY)
    with pytest.raises(BadValueError):
        places.place(replace(lot.value, place_kind=PlaceKind.EQUIPMENT), BY)
    with pytest.raises(NoSuchObjectError):
        places.place(replace(device.value, subject="ghost"), BY)
    places.place(replace(device.value, place="z2", valid_from_us=T - 5, valid_to_us=T), BY)
    with pytest.raises(BadValueError):
        places.end(device.id, T, BY)
    assert places.end(device.id, T + 1, BY, expected=1).version == 2
    with pytest.raises(OutdatedVersionError):
        places.remove(device.id, BY, expected=1)
    places.remove(device.id, BY)
    assert [s.value.place for s in places.of(SubjectKind.DEVICE, "d")] == ["z2"]


def test_changes_since_are_only_the_registry_s(database: ServiceDatabase) -> None:
    """Events of other parts of the service are not among them."""
    apply(database, "format = 1\n[[zone]]\nkey='a'\n")
    with database.writing() as connection:
        number = events.append(
            connection,
            principal="x",
            act="created",
            subject="ticket:1",
            reason="",
            old=None,
            new=1,
            time_us=T,
        )
    apply(database, "format = 1\n[[zone]]\nkey='b'\n")
    with database.reading() as connection:
        registry = RegistryRepository(connection)
        assert history(registry) == [("created", "zone:a"), ("created", "zone:b")]
        assert history(registry, number) == [("created", "zone:b")]
        assert registry.changes_since(number + 1) == []


_RENAMES = """
import sys
from dataclasses import replace
from decimal import Decimal
from registry.nouns import Zone
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import open_service
from tests.places import place_of
database = open_service(place_of(sys.argv[1]), 0)
for _ in range(40):
    with database.writing() as connection:
        registry = RegistryRepository(connection)
        zone = registry.get(Zone, "a")
        name = str(int(zone.value.name or 0) + 1)
        registry.put(replace(zone.value, name=name), By("p", 1), expected=zone.version)
"""


def test_four_processes_edit_one_object_without_loss(database: ServiceDatabase) -> None:
    """160 edits from four processes are 160 versions and 160 events, one on top of the other."""
    apply(database, "format = 1\n[[zone]]\nkey='a'\n")
    command = [sys.executable, "-c", _RENAMES, str(database.place)]
    children = [subprocess.Popen(command, cwd=ROOT) for _ in range(4)]
    assert [child.wait() for child in children] == [0] * 4
    with database.reading() as connection:
        registry = RegistryRepository(connection)
        zone = registry.get(Zone, "a")
        assert zone is not None
        assert (zone.value.name, zone.version) == ("160", 161)
        names = [e.new["name"] for e in registry.changes_since(0) if isinstance(e.new, dict)]
        assert names == ["", *(str(n) for n in range(1, 161))]
