"""Everybody as dispatch sees them, read in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, NamedTuple

from api.services import RegistryRows
from store.repositories import staffing
from tickets.dispatch.nouns import People
from tickets.dispatch.people import NEEDED, people_of
from tickets.nouns import Ticket


class Staff(NamedTuple):
    """People, and all live tickets by number."""

    people: People
    live: list[Ticket]


def read_staff(connection: Any, registry: RegistryRows, now_us: int, lots: Collection[str] = ()) -> Staff:
    """People, duty, load and earlier work as of now.

    Args:
        lots: whose owners are wanted beside those of live tickets.
    """
    live = staffing.live(connection)
    owners = staffing.owners(connection, {*lots, *(lot for ticket in live for lot in ticket.lots)})
    done = staffing.done(connection, now_us)
    people = people_of(registry.snapshot(NEEDED), live, done, owners)
    return Staff(replace(people, duty=people.duty.without(staffing.barred(connection))), live)
