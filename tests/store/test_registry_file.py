"""Registry files applied: exactly what they say, once; what they do not mention is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from registry.file import parse
from registry.nouns import (
    KINDS,
    How,
    Lot,
    LotStatus,
    PlaceKind,
    Profile,
    SubjectKind,
    Zone,
)
from registry.plan import watches
from store import events
from store.repositories.records import (
    By,
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


def apply(database: ServiceDatabase, text: str, by: By = BY) -> int:
    with database.writing() as connection:
        found = RegistryRepository(connection)
        return found.apply(parse(text, found.known_keys()), by)


def history(registry: RegistryRepository, since: int = 0) -> list[tuple[str, str]]:
    return [(event.act, event.subject) for event in registry.changes_since(since)]


def test_every_field_of_every_kind_is_kept(database: ServiceDatabase) -> None:
    """What a file says comes back from the tables equal, field by field, and yields the same plan."""
    assert apply(database, EXAMPLE) > 30
    wanted = parse(EXAMPLE)
    with database.reading() as connection:
        found = RegistryRepository(connection).snapshot()
        assert found.sequence == events.last_sequence(connection)
    for kind in KINDS.values():
        assert sorted(getattr(found, kind.field), key=lambda o: o.key) == sorted(
            getattr(wanted, kind.field), key=lambda o: o.key
        )
    by_name = [replace(p, set_by="key:anna") for p in wanted.placements]
    assert sorted(map(str, found.placements)) == sorted(map(str, by_name))
    assert watches(found) == watches(wanted)


def test_a_file_applied_twice_writes_nothing(database: ServiceDatabase) -> None:
    """No event, no version, whoever applies it when."""
    apply(database, EXAMPLE)
    with database.reading() as connection:
        before = RegistryRepository(connection).snapshot()
    assert apply(database, EXAMPLE, By("key:bob", T + 5)) == 0
    with database.reading() as connection:
        assert RegistryRepository(connection).snapshot() == before


def test_an_edit_of_the_file_changes_exactly_that(database: ServiceDatabase) -> None:
    """Three edits are three events, with old and new; nothing else gets a new version."""
    apply(database, EXAMPLE)
    with database.reading() as connection:
        last = events.last_sequence(connection)
    edited = EXAMPLE.replace('status = "hold"', 'status = "released"').replace(
        'name = "Hall 1"', 'name = "Hall One"'
    )
    edited = edited.replace("limit = 30.0", "limit = 29.5")
    assert apply(database, edited) == 3
    with database.reading() as connection:
        registry = RegistryRepository(connection)
        changes = registry.changes_since(last)
        assert [c.subject for c in changes] == ["profile:brightcoat-base", "zone:hall-1", "lot:pb-0442"]
        assert isinstance(changes[1].old, dict)
        assert isinstance(changes[1].new, dict)
        assert (changes[1].old["name"], changes[1].new["name"]) == ("Hall 1", "Hall One")
        lot, other = registry.get(Lot, "pb-0442"), registry.get(Lot, "b-2026-118")
        assert lot is not None
        assert other is not None
        assert (lot.version, lot.value.status, other.version) == (2, LotStatus.RELEASED, 1)


def test_what_the_file_does_not_mention_is_left_alone(database: ServiceDatabase) -> None:
    """A shorter file removes nothing; a profile that somebody edited is not brought back by a reference."""
    apply(database, EXAMPLE)
    with database.writing() as connection:
        registry = RegistryRepository(connection)
        lead = registry.get(Profile, "lead")
        assert lead is not None
        registry.put(replace(lead.value, name="Our lead"), BY)
        before = registry.snapshot()
    assert (
        apply(
            database,
            "format = 1\n[[product]]\nkey = 'lead-ingot'\nname = 'Lead ingots, 48 kg'\nprofile='lead'\n",
        )
        == 0
    )
    with database.reading() as connection:
        assert RegistryRepository(connection).snapshot() == before


def test_a_moved_placement_in_the_file_replaces_the_old_one(database: ServiceDatabase) -> None:
    """The file is the whole truth about what files placed; what people placed stays."""
    base = "format = 1\n[[zone]]\nkey='a'\n[[zone]]\nkey='b'\n[[gateway]]\nkey='g'\n"
    device = "[[device]]\ngateway='g'\ndevice='d'\nzone='{}'\n"
    apply(database, base + device.format("a"))
    assert apply(database, base + device.format("b")) == 2
    with database.writing() as connection:
        registry = RegistryRepository(connection)
        (stored,) = registry.placements.of(SubjectKind.DEVICE, "g-d")
        assert stored.value.place == "b"
        registry.placements.move(
            SubjectKind.DEVICE, "g-d", (PlaceKind.ZONE, "a"), By("key:eve", T + 9), How.API
        )
    assert apply(database, base + device.format("b")) == 0
    with database.reading() as connection:
        places = [
            (s.value.place, s.value.valid_to_us) for s in RegistryRepository(connection).placements.all()
        ]
        assert places == [("b", T + 9), ("a", None)]


def test_a_file_that_cannot_be_applied_changes_nothing(database: ServiceDatabase) -> None:
    """An error in the middle leaves no object and no event."""
    apply(database, "format = 1\n[[zone]]\nkey='a'\n")
    text = "format = 1\n[[zone]]\nkey='b'\n[[shipment]]\nkey='a'\n"
    with pytest.raises(TakenError):
        apply(database, text)
    with database.reading() as connection:
        registry = RegistryRepository(connection)
        assert list(registry.all(Zone)) == ["a"]
        assert history(registry) == [("created", "zone:a")]


def test_the_registry_s_events_are_sealed_and_verify(database: ServiceDatabase) -> None:
    """The chain holds over everything a file writes."""
    apply(database, EXAMPLE)
    with database.writing() as connection:
        sealed = events.seal(connection)
    with database.reading() as connection:
        verdict = events.verify(connection)
        assert (verdict.broken, verdict.head.sequence) == (None, sealed)
        assert len(events.of_subject(connection, "zone:hall-1")) == 1
