"""Tickets as kept: found, opened by hand, moved, merged and commented on by people, each act with its event."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, insert, select, update

from registry.nouns import uuid7
from store import events
from store.repositories.desk import next_number, tell
from store.repositories.records import By, NoSuchObjectError, expect
from store.repositories.ticket_rows import comment_of, comment_row, ticket_of, ticket_row
from store.tables.tickets import IS_LIVE, alarms, comments, ticket_findings
from store.tables.tickets import tickets as table
from tickets.nouns import (
    Comment,
    Priority,
    Refusal,
    Ticket,
    TicketEvent,
    TicketKind,
    TicketState,
)

Decide = Callable[[Ticket], Ticket | Refusal]
"""What becomes of a ticket (`tickets.acting.act` with all but the ticket filled in)."""


class RefusedError(Exception):
    """Raised when an act on a ticket is not possible; `refusal` names why."""

    def __init__(self, ticket: Ticket, refusal: Refusal) -> None:
        super().__init__(f"{ticket.name} ({ticket.state}): {refusal}")
        self.ticket, self.refusal = ticket, refusal


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets are asked for; None asks for all."""

    states: Collection[TicketState] | None = None
    kinds: Collection[TicketKind] | None = None
    priorities: Collection[Priority] | None = None
    zones: Collection[str] | None = None
    sites: Collection[str] | None = None
    cause: str | None = None
    since_us: int | None = None
    """Opened at or after."""


def get(connection: Connection, id: str) -> Ticket | None:
    """A ticket by its id."""
    return _one(connection, table.c.id == id)


def by_number(connection: Connection, number: int) -> Ticket | None:
    """A ticket by its number for people (123 for `KW-000123`)."""
    return _one(connection, table.c.number == number)


def find(
    connection: Connection, which: TicketFilter, after: int | None = None, limit: int = 100
) -> list[Ticket]:
    """Tickets, the newest number first, at most `limit`, with numbers below `after`."""
    query = select(table).where(*_conditions(which)).order_by(table.c.number.desc()).limit(limit)
    if after is not None:
        query = query.where(table.c.number < after)
    return [ticket_of(row) for row in connection.execute(query).mappings()]


def open_by_hand(connection: Connection, draft: Ticket, by: By) -> Ticket:
    """Keep a ticket that a person opens (`tickets.acting.draft`), with the next number."""
    ticket = replace(draft, number=next_number(connection))
    connection.execute(insert(table), [ticket_row(ticket)])
    _tell(connection, "opened", None, ticket, by)
    return ticket


def change(connection: Connection, id: str, version: int | None, act: str, decide: Decide, by: By) -> Ticket:
    """Do `act` to a ticket, if it is in `version` (None: in whichever), and return it as it is then.

    Raises:
        NoSuchObjectError: there is no such ticket.
        OutdatedVersionError: it is in another version.
        RefusedError: it cannot be done, with the reason.
    """
    before = _expected(connection, id, version)
    after = decide(before)
    if isinstance(after, Refusal):
        raise RefusedError(before, after)
    if after.live and not before.live and _another_is_live(connection, before):
        raise RefusedError(before, Refusal.ANOTHER_IS_LIVE)
    _replace(connection, after)
    _tell(connection, act, before, after, by)
    return after


def merge(
    connection: Connection,
    id: str,
    into: str,
    version: int | None,
    decide: Callable[[Ticket, Ticket], Ticket | Refusal],
    take_over: Callable[[Ticket, Ticket], Ticket],
    by: By,
) -> Ticket:
    """Merge a ticket into another, which takes over its alarms and findings; return that one.

    Args:
        decide: (ticket, target) → the merged ticket or why not.
        take_over: (target, ticket) → the target with what it takes over.

    Raises:
        NoSuchObjectError, OutdatedVersionError, RefusedError: as for `change`.
    """
    target = _expected(connection, into, None)
    merged = change(connection, id, version, "merged", lambda ticket: decide(ticket, target), by)
    after = take_over(target, merged)
    _replace(connection, after)
    connection.execute(update(alarms).where(alarms.c.ticket_id == id).values(ticket_id=into))
    connection.execute(
        update(ticket_findings).where(ticket_findings.c.ticket_id == id).values(ticket_id=into)
    )
    _tell(connection, "took_over", target, after, by)
    return after


def comment(
    connection: Connection, id: str, body: str, by: By, public: bool = False, customer: str | None = None
) -> Comment:
    """Say something on a ticket. Who speaks has taken notice: the ticket is not withdrawn any more.

    Args:
        public: whether the customer reads it too.
        customer: whose words they are, if a customer's.

    Raises:
        NoSuchObjectError: there is no such ticket.
    """
    ticket = _expected(connection, id, None)
    said = Comment(uuid7(by.time_us), id, by.time_us, by.principal, body, None, public, customer)
    connection.execute(insert(comments), [comment_row(said)])
    if ticket.taken_up_by is None:
        _replace(connection, replace(ticket, taken_up_by=by.principal))
    tell(
        connection,
        TicketEvent("commented", f"ticket:{id}", by.reason, {}, {"comment": said.id}),
        by.principal,
        by.time_us,
    )
    return said


def comments_of(connection: Connection, id: str) -> list[Comment]:
    """What was said and noted on a ticket, the oldest first."""
    query = select(comments).where(comments.c.ticket_id == id).order_by(comments.c.time_us, comments.c.id)
    return [comment_of(row) for row in connection.execute(query).mappings()]


def history(connection: Connection, id: str, after: int = 0, limit: int = 1000) -> list[events.Event]:
    """All that happened to a ticket, in order, after event number `after`."""
    return events.of_subject(connection, f"ticket:{id}", after, limit)


def _one(connection: Connection, condition: ColumnElement[bool]) -> Ticket | None:
    row = connection.execute(select(table).where(condition)).mappings().first()
    return ticket_of(row) if row else None


def _expected(connection: Connection, id: str, version: int | None) -> Ticket:
    ticket = get(connection, id)
    if ticket is None:
        raise NoSuchObjectError("ticket", id)
    expect("ticket", ticket.name, version, ticket.version)
    return ticket


def _another_is_live(connection: Connection, ticket: Ticket) -> bool:
    if ticket.cause is None:
        return False
    live = select(table.c.id).where(table.c.cause == ticket.cause, IS_LIVE, table.c.id != ticket.id)
    return connection.execute(live).first() is not None


def _replace(connection: Connection, ticket: Ticket) -> None:
    row = ticket_row(ticket)
    connection.execute(update(table).where(table.c.id == row.pop("id")).values(row))


def _tell(connection: Connection, act: str, old: Ticket | None, new: Ticket, by: By) -> None:
    tell(connection, TicketEvent.of(act, old, new, by.reason), by.principal, by.time_us)


def _conditions(which: TicketFilter) -> list[ColumnElement[bool]]:
    among = (
        (table.c.state, which.states), (table.c.kind, which.kinds), (table.c.priority, which.priorities),
        (table.c.zone, which.zones), (table.c.site, which.sites),
    )  # fmt: skip
    conditions: list[ColumnElement[bool]] = [
        column.in_(list(values)) for column, values in among if values is not None
    ]
    if which.cause is not None:
        conditions.append(table.c.cause == which.cause)
    if which.since_us is not None:
        conditions.append(table.c.opened_at_us >= which.since_us)
    return conditions
