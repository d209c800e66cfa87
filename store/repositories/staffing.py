"""What dispatch asks of the tickets kept: those that are live, whose goods they concern, and earlier work that stayed done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, func, select, update

from detect.nouns import Json
from ingest.nouns import US_PER_DAY
from store.repositories.desk import tell
from store.repositories.records import By, NoSuchObjectError, expect
from store.repositories.ticket_rows import chunks, ticket_of, ticket_row
from store.repositories.tickets import RefusedError, get
from store.tables.events import events
from store.tables.models import verdicts
from store.tables.registry import OBJECTS
from store.tables.tickets import IS_LIVE
from store.tables.tickets import tickets as table
from store.tables.users import accounts
from tickets.nouns import Refusal, Ticket, TicketEvent, TicketState
from tickets.verdicts import Said

LOOK_BACK_US = 365 * US_PER_DAY
"""Earlier work counts for so long."""
_MOST = 20_000
_PERSON = "person:"
_DONE = (
    TicketState.RESOLVED, TicketState.CONFIRMED, TicketState.SURVEYED, TicketState.IMPROVEMENT, TicketState.CLOSED,
)  # fmt: skip
_AGAIN = ("reopen", "reopened")
"""How people's and the system's reopening stand in the event table."""


class Done(NamedTuple):
    """A piece of earlier work of a person."""

    assignee: str
    """A principal."""
    subject: str
    zone: str | None
    good: bool
    """It was not reopened."""


def live(connection: Connection) -> list[Ticket]:
    """All tickets on which work is still to be done, by number."""
    return [
        ticket_of(row)
        for row in connection.execute(select(table).where(IS_LIVE).order_by(table.c.number)).mappings()
    ]


def load(connection: Connection) -> dict[str, int]:
    """Person (key) → how many live tickets."""
    query = (
        select(table.c.assignee, func.count())
        .where(IS_LIVE, table.c.assignee.like(f"{_PERSON}%"))
        .group_by(table.c.assignee)
    )
    return {name.removeprefix(_PERSON): count for name, count in connection.execute(query).all()}


def barred(connection: Connection) -> dict[str, int]:
    """Person → since when the account is disabled; who has no account is not barred."""
    person = OBJECTS["person"]
    same = (person.c.key == accounts.c.person) & (person.c.id == accounts.c.person_id)
    query = select(accounts.c.person, accounts.c.disabled_us).join(person, same)
    rows = connection.execute(query.where(accounts.c.disabled_us.is_not(None)))
    return {key: int(since_us) for key, since_us in rows}


def done(connection: Connection, now_us: int) -> list[Done]:
    """Earlier work of the last year, the newest first: done by persons, not judged needless, and whether it stayed done."""
    query = (
        select(table.c.id, table.c.assignee, table.c.subject, table.c.zone)
        .outerjoin(verdicts, verdicts.c.ticket_id == table.c.id)
        .where(
            verdicts.c.verdict.is_(None) | (verdicts.c.verdict != str(Said.FALSE)),
            table.c.state.in_([str(state) for state in _DONE]),
            table.c.assignee.like(f"{_PERSON}%"),
            table.c.ended_us >= now_us - LOOK_BACK_US,
        )
        .order_by(table.c.number.desc())
        .limit(_MOST)
    )
    rows = connection.execute(query).all()
    again = _reopened(connection, [row.id for row in rows])
    return [Done(row.assignee, row.subject, row.zone, row.id not in again) for row in rows]


def owners(connection: Connection, lots: Iterable[str]) -> dict[str, str]:
    """Lot → its customer."""
    lot = OBJECTS["lot"]
    found: dict[str, str] = {}
    for some in chunks(sorted(set(lots))):
        found |= {
            key: whose
            for key, whose in connection.execute(select(lot.c.key, lot.c.customer).where(lot.c.key.in_(some)))
        }
    return found


def assign(
    connection: Connection,
    id: str,
    version: int | None,
    give: Callable[[Ticket], Ticket | Refusal],
    more: Mapping[str, Json],
    by: By,
) -> Ticket:
    """Give a ticket to somebody, with its event; return it as it is then.

    Args:
        version: the one that it must be in; None = whichever.
        give: what becomes of it (`tickets.dispatch.assigning.given` with the choice filled in).
        more: what the event tells beside what changed.

    Raises:
        NoSuchObjectError: there is no such ticket.
        OutdatedVersionError: it is in another version.
        RefusedError: it cannot be given to anybody.
    """
    before = get(connection, id)
    if before is None:
        raise NoSuchObjectError("ticket", id)
    expect("ticket", before.name, version, before.version)
    after = give(before)
    if isinstance(after, Refusal):
        raise RefusedError(before, after)
    row = ticket_row(after)
    connection.execute(update(table).where(table.c.id == row.pop("id")).values(row))
    tell(connection, TicketEvent.of("assigned", before, after, by.reason, more), by.principal, by.time_us)
    return after


def _reopened(connection: Connection, ids: Iterable[str]) -> set[str]:
    """The tickets that were opened again after they were done."""
    found: set[str] = set()
    for some in chunks([f"ticket:{id}" for id in ids]):
        query = select(events.c.subject).where(events.c.subject.in_(some), events.c.act.in_(_AGAIN))
        found |= {subject.removeprefix("ticket:") for subject in connection.execute(query).scalars()}
    return found
