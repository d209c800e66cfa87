"""Policies as kept: added, merged with the shipped one, never changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

from keepwell.wiring.policies import known
from store import events
from store.repositories import policies
from store.repositories.records import By, TakenError
from store.service import open_service
from tickets import policy
from tickets.clocks.policies import Policy, Side

NOW = 1_795_219_200_000_000
BY = By("key:1", NOW, "contracts of 2027")


def add(connection: Connection, wanted: Policy) -> None:
    """As the API does it."""
    policies.add(connection, wanted.version, wanted.valid_from_us, wanted.document, BY, policy.shipped())


def test_a_version_that_was_put_in_is_found_after_the_shipped_one(tmp_path: Path) -> None:
    """It says what it said, its reason is on record, and the number tells that something was added."""
    database = open_service(tmp_path / "service.db", NOW)
    wanted = policy.whole(policy.templates()["metals"][1], "2027-01", NOW + 5)
    with database.reading() as connection:
        before = known(connection)
    with database.writing() as connection:
        add(connection, wanted)
    with database.reading() as connection:
        after = known(connection)
        (row,) = policies.stored(connection)
        (event,) = events.of_subject(connection, "policy:2027-01")
    assert (before.number, after.number) == (0, 1)
    assert [one.version for one in after.versions] == ["2026-11", "2027-01"]
    assert after.at(NOW + 5) == wanted
    assert after.at(NOW + 4).version == "2026-11"
    assert (row.reason, event.reason, event.principal) == ("contracts of 2027", "contracts of 2027", "key:1")
    assert {rule.name for rule in after.at(NOW + 5).promises} == {"diamond", "platinum", "others"}
    assert Side.TARGET in after.at(NOW + 5).pauses


def test_a_version_is_never_replaced(tmp_path: Path) -> None:
    """What was judged by it must stay explained: neither the shipped name nor a kept one is free."""
    database = open_service(tmp_path / "service.db", NOW)
    with database.writing() as connection:
        add(connection, policy.whole({}, "mine", NOW))
    for name in ("mine", "2026-11"):
        with database.writing() as connection, pytest.raises(TakenError):
            add(connection, policy.whole({}, name, NOW + 9))


def test_two_databases_are_not_mixed_up(tmp_path: Path) -> None:
    """Each has its own versions, whatever was read before in the same process."""
    one, other = (open_service(tmp_path / name, NOW) for name in ("a.db", "b.db"))
    with one.writing() as connection:
        add(connection, policy.whole({}, "mine", NOW))
    with other.reading() as connection:
        assert len(known(connection).versions) == 1
    with one.reading() as connection:
        assert len(known(connection).versions) == 2
