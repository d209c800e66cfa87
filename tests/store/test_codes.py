"""Codes and scans as kept: one code, one object; a scan moves a thing, is kept with what it changed, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from registry.nouns import (
    Customer,
    Device,
    Gateway,
    How,
    Lot,
    Product,
    Scan,
    Shipment,
    SubjectKind,
    Thing,
    Zone,
)
from registry.scanning import move
from store.repositories.records import By, OutdatedVersionError, TakenError
from store.repositories.registry import RegistryRepository
from store.service import Place, ServiceDatabase, open_service

T = 1_795_000_000_000_000
BY = By("key:anna", T)


@pytest.fixture
def database(place: Place) -> Iterator[ServiceDatabase]:
    database = open_service(place, 0)
    yield database
    database.close()


@pytest.fixture
def registry(database: ServiceDatabase) -> Iterator[RegistryRepository]:
    """Two zones, a lot with a code, a device, a product with a number."""
    with database.writing() as connection:
        found = RegistryRepository(connection)
        for value in (
            Customer(key="c"),
            Product(key="p", gtin="6901234567892"),
            Zone(key="z1", codes=("Z-1",)),
            Zone(key="z2"),
            Gateway(key="g"),
            Device(key="d", gateway="g", serial="SN-1"),
            Shipment(key="s", external_system="tms", external_number="S-9"),
            Lot(
                key="l",
                customer="c",
                product="p",
                codes=("A", "B"),
                external_system="erp",
                external_number="LOT7",
            ),
        ):
            found.put(value, BY)  # fmt: skip
        yield found


def lot(*codes: str, key: str = "l2") -> Lot:
    """Another lot."""
    return Lot(key=key, customer="c", product="p", codes=codes)


def test_a_code_is_one_objects_in_the_whole_registry(registry: RegistryRepository) -> None:
    """Not another lot's, not a device's; the refusal names the holder and the code, and nothing of it is kept."""
    for value in (lot("B", "C"), Device(key="e", gateway="g", device="e", codes=("A",)), lot("Z-1")):
        with pytest.raises(TakenError) as caught:
            registry.put(value, BY)
        assert caught.value.by in {"lot:l (B)", "lot:l (A)", "zone:z1 (Z-1)"}
    assert registry.get(Lot, "l2") is None
    assert registry.codes.holders(["C"]) == {}


def test_codes_change_hands(registry: RegistryRepository) -> None:
    """What an object no longer says, or an object that is gone said, is free for others; twice the same is once."""
    registry.put(lot("A", key="l"), BY)
    registry.put(lot("B", "B", "C"), BY)
    assert registry.codes.holders(["A", "B", "C"]) == {
        "A": Thing("lot", "l"), "B": Thing("lot", "l2"), "C": Thing("lot", "l2"),
    }  # fmt: skip
    registry.remove(Lot, "l2", BY)
    registry.put(Device(key="d", gateway="g", codes=("C",)), BY)
    assert registry.codes.holders(["B", "C"]) == {"C": Thing("device", "d")}


def test_many_at_once_are_kept_as_one_by_one(registry: RegistryRepository) -> None:
    """Thousands of lots with codes; two new ones that name the same code are found although neither was kept before."""
    changes = [(f"n{n}", (f"N{n}", f"M{n}"), ()) for n in range(2_000)]
    registry.codes.keep_all("lot", changes)
    assert registry.codes.holders(["N0", "M1999"]) == {
        "N0": Thing("lot", "n0"),
        "M1999": Thing("lot", "n1999"),
    }
    with pytest.raises(TakenError):
        registry.codes.keep_all("lot", [("x", ("Q",), ()), ("y", ("Q",), ())])


def test_what_else_a_thing_is_known_by(registry: RegistryRepository) -> None:
    """A product's number in any length, a batch of it, a serial number, a number in another system."""
    assert registry.codes.products(["06901234567892", "6901234567892"]) == [Thing("product", "p")]
    assert registry.codes.batches(["6901234567892"], "LOT7") == [Thing("lot", "l")]
    assert registry.codes.batches(["6901234567892"], "LOT8") == []
    assert registry.codes.numbered("SN-1", ("device", "lot")) == [Thing("device", "d")]
    assert registry.codes.numbered("S-9", ("device", "shipment")) == [Thing("shipment", "s")]


def scanned(registry: RegistryRepository, place: str, time_us: int, n: int) -> Scan:
    """The lot scanned into a zone."""
    subject, where = Thing("lot", "l"), Thing("zone", place)
    wanted = move(registry.scans.placed(subject), subject, where, time_us, "key:anna")
    scan = Scan(
        principal="key:anna", client_id=str(n), first="A", second="B", time_us=time_us, received_us=T + 100,
        subject=str(subject), place=str(where),
    )  # fmt: skip
    return registry.scans.carry_out(scan, wanted, replace(BY, time_us=T + 100 + n))


def spans(registry: RegistryRepository) -> list[tuple[str, int, int | None]]:
    return [
        (
            s.value.place,
            s.value.valid_from_us - T,
            None if s.value.valid_to_us is None else s.value.valid_to_us - T,
        )
        for s in registry.placements.of(SubjectKind.LOT, "l")
    ]


def test_a_scan_moves_and_its_undoing_moves_back(registry: RegistryRepository) -> None:
    """Both are kept with time of scanning and of receipt; undone twice is undone once."""
    one = scanned(registry, "z1", T + 10, 1)
    two = scanned(registry, "z2", T + 20, 2)
    assert spans(registry) == [("z1", 10, 20), ("z2", 20, None)]
    placed = registry.placements.get(two.placement or "")
    assert placed is not None
    assert (placed.value.set_by, placed.value.how, two.ended) == ("key:anna", How.SCAN, (one.placement,))
    undone = registry.scans.undo(two.id, BY)
    assert registry.scans.undo(two.id, BY) == undone
    assert spans(registry) == [("z1", 10, None)]
    assert registry.scans.sent("key:anna", "2") == undone
    assert [scan.client_id for scan in registry.scans.page(None, None, 10)] == ["2", "1"]
    assert registry.scans.page("key:other", None, 10) == []


def test_only_the_last_scan_can_be_undone(registry: RegistryRepository) -> None:
    """What was changed afterwards, by a scan or by hand, stays as it is."""
    one = scanned(registry, "z1", T + 10, 1)
    two = scanned(registry, "z2", T + 20, 2)
    with pytest.raises(OutdatedVersionError):
        registry.scans.undo(one.id, BY)
    registry.placements.end(two.placement or "", T + 30, BY)
    with pytest.raises(OutdatedVersionError):
        registry.scans.undo(two.id, BY)
    assert spans(registry) == [("z1", 10, 20), ("z2", 20, 30)]


def test_a_scan_that_changes_nothing_is_kept_too(registry: RegistryRepository) -> None:
    """The thing is there already: no placement, and undoing takes nothing away."""
    scanned(registry, "z1", T + 10, 1)
    again = scanned(registry, "z1", T + 20, 2)
    assert (again.placement, again.ended) == (None, ())
    registry.scans.undo(again.id, BY)
    assert spans(registry) == [("z1", 10, None)]
