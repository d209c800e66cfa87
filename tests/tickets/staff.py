"""What the tests of dispatch share: people in one line, tickets in one line, and a log of acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from detect.nouns import Json
from registry.nouns import (
    Absence,
    Language,
    Person,
    RegistrySnapshot,
    Role,
    Rota,
    Shift,
    Site,
    Team,
    Weekday,
)
from store.repositories.staffing import Done
from tickets.dispatch.nouns import People
from tickets.dispatch.people import people_of
from tickets.nouns import Line, Priority, Text, Ticket, TicketKind, TicketState

MIN = 60_000_000
HOUR = 60 * MIN
DAY = 24 * HOUR
MONDAY = 1_795_392_000_000_000 + 2 * HOUR
"""2026-11-23T02:00Z, ten o'clock in Shanghai."""
NIGHT = MONDAY + 16 * HOUR
"""Two o'clock of the night that follows."""
HARBOUR = Site(key="harbour", time_zone="Asia/Shanghai", region="south", latitude=21.48, longitude=109.12)
NEARBY = Site(key="nearby", time_zone="Asia/Shanghai", region="south", latitude=21.50, longitude=109.15)
NORTH = Site(key="north", time_zone="Asia/Shanghai", region="north", latitude=45.75, longitude=126.65)
SITES = (HARBOUR, NEARBY, NORTH)
OFFICE = tuple(Weekday)[:5]


@dataclass(frozen=True, slots=True)
class Act:
    """An event of a ticket."""

    act: str
    principal: str
    time_us: int = MONDAY
    new: Json = field(default_factory=dict)
    old: Json = field(default_factory=dict)


def engineer(key: str, **more: Any) -> Person:
    """An engineer who speaks Chinese, near the harbour unless it says otherwise."""
    values = {"role": Role.ENGINEER, "region": "south", "language": Language.ZH, **more}
    return Person(key=key, name=key.title(), **values)


def office(person: str, starts: str = "08:00", ends: str = "17:00") -> Shift:
    """Monday to Friday."""
    return Shift(key=f"{person}-{starts}", person=person, days=OFFICE, starts=starts, ends=ends)


def away(person: str, from_us: int = MONDAY - DAY, to_us: int = MONDAY + 30 * DAY) -> Absence:
    """Somebody is not there."""
    return Absence(key=f"away-{person}", person=person, from_us=from_us, to_us=to_us)


def ticket(kind: TicketKind = TicketKind.GOODS, number: int = 1, **more: Any) -> Ticket:
    """A live ticket of the harbour."""
    values: dict[str, Any] = {
        "id": f"id-{number}", "number": number, "kind": kind, "cause": "zone:z1:temperature:high",
        "title": Text("finding.too_high.title"), "why": Text(""), "subject": "zone:z1", "zone": "z1", "site": "harbour",
        "lots": (), "time_zone": "Asia/Shanghai", "grade": "", "priority": Priority.P3, "state": TicketState.NEW,
        "deadline_us": MONDAY + 8 * HOUR, "deadline": Text(""), "clock_from_us": MONDAY - HOUR,
        "opened_at_us": MONDAY - HOUR, "opened_by": "system", "since_us": MONDAY - HOUR, "decided_received_us": None,
        "line": Line.FIRST,
    }  # fmt: skip
    return Ticket(**{**values, **more})


def staff(
    people: Sequence[Person],
    shifts: Sequence[Shift] = (),
    absences: Sequence[Absence] = (),
    rotas: Sequence[Rota] = (),
    teams: Sequence[Team] = (),
    live: Sequence[Ticket] = (),
    done: Sequence[Done] = (),
    **more: Any,
) -> People:
    """Everybody, on three sites."""
    owners = more.pop("owners", {})
    snapshot = RegistrySnapshot(
        sites=SITES, people=tuple(people), shifts=tuple(shifts), absences=tuple(absences), rotas=tuple(rotas),
        teams=tuple(teams), **more,
    )  # fmt: skip
    return people_of(snapshot, live, done, owners)
