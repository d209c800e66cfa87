"""Lists of registry objects by words and states, page by page; nobody finds what is kept from them."""

from __future__ import annotations

from typing import Any

import pytest

from registry import nouns as r
from store.repositories.registry import RegistryRepository
from tests.api.conftest import BY, World


@pytest.fixture
def stocked(world: World) -> World:
    """Many lots, some called oddly, in several states."""
    with world.database.writing() as connection:
        registry = RegistryRepository(connection)
        for n in range(60):
            status = r.LotStatus.HOLD if n % 3 == 0 else r.LotStatus.AVAILABLE
            registry.put(
                r.Lot(key=f"b{n:03}", customer="c1", product="tin", name=f"Batch {n}", status=status), BY
            )
        registry.put(
            r.Lot(
                key="odd",
                customer="c1",
                product="tin",
                name="100%_锡 ABC",
                external_system="ERP",
                external_number="No-77",
            ),
            BY,
        )
        registry.put(r.Order(key="secret", customer="c2"), BY)
        registry.put(
            r.Shipment(
                key="s2", zone="van", origin="depot", order="secret", stage=r.Stage.ARRIVED, vehicle="B·12345"
            ),
            BY,
        )
        place = r.Placement(
            subject_kind=r.SubjectKind.LOT, subject="b001", place_kind=r.PlaceKind.SHIPMENT, place="s2"
        )  # fmt: skip
        registry.placements.place(place, BY)
    return world


def keys(world: World, path: str, who: str = "admin", **asked: Any) -> list[str]:
    """What a list has, over all its pages of seven."""
    found, cursor = [], None
    while True:
        answer = world.get(path, who, params={"limit": 7, **asked, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        found += [one["key"] for one in answer.json()["items"]]
        cursor = answer.json()["next"]
        if cursor is None:
            return found


@pytest.mark.parametrize("who", ["admin", "c1"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("batch 5", ["b005", *(f"b05{n}" for n in range(10))]), ("100%_锡", ["odd"]), ("%", ["odd"]), ("_", ["odd"]),
        ("abc", ["odd"]), ("no-77", ["odd"]), (" b007 ", ["b007"]), ("nothing of the kind", []), ("\\\\", []),
    ],
)  # fmt: skip
def test_words_in_any_case(stocked: World, who: str, text: str, expected: list[str]) -> None:
    """In key, name or number, beyond the first page as well; marks of a pattern stand for themselves."""
    assert keys(stocked, "/lots", who, text=text) == expected


@pytest.mark.parametrize("who", ["admin", "c1"])
def test_states_narrow_and_join(stocked: World, who: str) -> None:
    """One state, several, and with words; an unknown one is refused."""
    assert len(keys(stocked, "/lots", who, status="hold")) == 20
    assert len(keys(stocked, "/lots", who, status=["hold", "available"], text="batch")) == 60
    assert keys(stocked, "/lots", who, status="hold", text="b00") == ["b000", "b003", "b006", "b009"]
    assert stocked.get("/lots", who, params={"status": "lost"}).status_code == 422
    assert keys(stocked, "/lots", who, external_number="No-77", status="hold") == []
    assert keys(stocked, "/lots", who, external_number="No-77", text="锡") == ["odd"]


def test_shipments_by_plate_and_stage(stocked: World) -> None:
    """What people know a journey by."""
    assert keys(stocked, "/shipments", text="b·123") == ["s2"]
    assert keys(stocked, "/shipments", stage="arrived") == ["s2"]
    assert keys(stocked, "/shipments", text="depot", stage=["planned"]) == ["s1"]


def test_what_is_kept_from_somebody_is_not_found(stocked: World) -> None:
    """A journey that goes with goods of two: the order of one is no word by which the other finds it."""
    assert keys(stocked, "/shipments", "c1", text="s2") == ["s2"]
    assert stocked.get("/shipments/s2", "c1").json()["order"] is None
    assert keys(stocked, "/shipments", "c1", text="secret") == []
    assert keys(stocked, "/shipments", text="secret") == ["s2"]
    assert keys(stocked, "/lots", "c2", text="batch") == []


def test_a_cursor_belongs_to_its_words(stocked: World) -> None:
    """It is valid for the same words only."""
    cursor = stocked.get("/lots", params={"text": "batch", "limit": 3}).json()["next"]
    assert stocked.get("/lots", params={"text": "bat", "cursor": cursor}).status_code == 400
