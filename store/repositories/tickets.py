"""Tickets as kept: found, opened by hand, moved, merged and commented on by people, each act with its event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from detect.nouns import Json
from registry.nouns import Role, uuid7
from store import events
from store.repositories.alarms import acknowledge_of
from store.repositories.desk import next_number, tell
from store.repositories.records import By, NoSuchObjectError, expect
from store.repositories.ticket_filter import TicketFilter as TicketFilter
from store.repositories.ticket_filter import conditions
from store.repositories.ticket_rows import comment_of, comment_row, ticket_of, ticket_row
from store.tables.tickets import IS_LIVE, alarms, comments, ticket_findings
from store.tables.tickets import tickets as table
from tickets.nouns import SYSTEM, Comment, Refusal, Ticket, TicketEvent

ACCEPTED = "accept"
"""The act by which somebody takes a ticket, and has seen its alarms."""

Decide = Callable[[Ticket], Ticket | Refusal]
"""What becomes of a ticket (`tickets.acting.act` with all but the ticket filled in)."""
Answered = Callable[[Ticket], Ticket | Refusal | None]
"""What a customer's word makes of a ticket; None: nothing."""


class RefusedError(Exception):
    """Raised when an act on a ticket is not possible; `refusal` names why."""

    def __init__(self, ticket: Ticket, refusal: Refusal) -> None:
        super().__init__(f"{ticket.name} ({ticket.state}): {refusal}")
        self.ticket, self.refusal = ticket, refusal


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
    query = select(table).where(*conditions(which)).order_by(table.c.number.desc()).limit(limit)
    if after is not None:
        query = query.where(table.c.number < after)
    return [ticket_of(row) for row in connection.execute(query).mappings()]


def open_by_hand(
    connection: Connection, draft: Ticket, by: By, told: Mapping[str, Json] | None = None
) -> Ticket:
    """Keep a ticket that a person opens (`tickets.acting.draft`), with the next number; `told` is added to its event."""
    ticket = replace(draft, number=next_number(connection))
    connection.execute(insert(table), [ticket_row(ticket)])
    tell_of(connection, "opened", None, ticket, by, told)
    return ticket


def change(connection: Connection, id: str, version: int | None, act: str, decide: Decide, by: By) -> Ticket:
    """Do `act` to a ticket, if it is in `version` (None: in whichever), and return it as it is then.

    Raises:
        NoSuchObjectError: there is no such ticket.
        OutdatedVersionError: it is in another version.
        RefusedError: it cannot be done, with the reason.
    """
    before = expected(locked(connection, [id]), id, version)
    after = decide(before)
    if isinstance(after, Refusal):
        raise RefusedError(before, after)
    keep(connection, before, after)
    tell_of(connection, act, before, after, by)
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
    target = expected(locked(connection, [id, into]), into, None)
    merged = change(connection, id, version, "merged", lambda ticket: decide(ticket, target), by)
    after = take_over(target, merged)
    return hand_to(connection, merged, target, after, by)


def hand_to(connection: Connection, merged: Ticket, target: Ticket, after: Ticket, by: By) -> Ticket:
    """What was with a merged ticket (alarms, findings, parts) goes to `target`, which becomes `after`; return it as kept."""
    connection.execute(update(alarms).where(alarms.c.ticket_id == merged.id).values(ticket_id=target.id))
    belongs = ticket_findings.c.ticket_id == merged.id
    connection.execute(update(ticket_findings).where(belongs).values(ticket_id=target.id))
    if after.parent_id == merged.id:
        after = replace(after, parent_id=None)
    _replace(connection, after)
    tell_of(connection, "took_over", target, after, by)
    parts = select(table).where(table.c.parent_id == merged.id).with_for_update()
    for row in connection.execute(parts).mappings().all():
        part = ticket_of(row)
        moved = replace(part, parent_id=after.parent_id or after.id, version=part.version + 1)
        _replace(connection, moved)
        tell_of(connection, "joined_parent", part, moved, by)
    return after


def comment(
    connection: Connection,
    id: str,
    body: str,
    by: By,
    *,
    public: bool = False,
    role: str = "",
    customer: str | None = None,
    answered: Answered | None = None,
    at_us: int | None = None,
) -> Comment:
    """Say something on a ticket. Who speaks has taken notice: the ticket is not withdrawn any more.

    Args:
        public: the customer concerned reads it; from the desk it counts as an update (event `updated`).
        role: of who speaks, for the event.
        customer: the customer who speaks; None for the desk.
        at_us: when it was said, where that is told later; clocks go by when it could be read.
        answered: what a customer's word makes of the ticket (`tickets.answers.back_to_work`).

    Raises:
        NoSuchObjectError: there is no such ticket.
    """
    ticket = expected(locked(connection, [id]), id, None)
    said = Comment(uuid7(by.time_us), id, by.time_us, by.principal, body, None, public, customer, at_us)
    connection.execute(insert(comments), [comment_row(said)])
    ticket = take_notice(connection, ticket, by)
    told: dict[str, Json] = {"comment": said.id, "public": public, "role": role}
    told |= {"customer": customer} if customer else {}
    told |= {} if at_us is None else {"said_us": at_us}
    for act in ["commented", "updated"] if public and role != Role.CUSTOMER else ["commented"]:
        event = TicketEvent(act, f"ticket:{id}", by.reason, {}, told)
        tell(connection, event, by.principal, by.time_us)
    after = answered(ticket) if answered else None
    if isinstance(after, Ticket):
        _replace(connection, after)
        tell_of(connection, "resume", ticket, after, By(SYSTEM, by.time_us, after.reason))
    return said


def take_notice(connection: Connection, ticket: Ticket, by: By) -> Ticket:
    """Somebody deals with a ticket: it is not withdrawn any more."""
    if ticket.taken_up_by is not None:
        return ticket
    taken = replace(ticket, taken_up_by=by.principal)
    _replace(connection, taken)
    return taken


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


def locked(connection: Connection, ids: Iterable[str]) -> dict[str, Ticket]:
    """Tickets by id, nobody else's to change until the transaction ends; taken in one order, so that nobody waits in a ring."""
    query = select(table).where(table.c.id.in_(sorted(set(ids)))).order_by(table.c.id).with_for_update()
    return {row["id"]: ticket_of(row) for row in connection.execute(query).mappings()}


def expected(found: Mapping[str, Ticket], id: str, version: int | None) -> Ticket:
    """The ticket among those found, in the version asked for.

    Raises:
        NoSuchObjectError, OutdatedVersionError: there is none; it is in another version.
    """
    ticket = found.get(id)
    if ticket is None:
        raise NoSuchObjectError("ticket", id)
    expect("ticket", ticket.name, version, ticket.version)
    return ticket


def keep(connection: Connection, before: Ticket, after: Ticket) -> None:
    """Write a ticket as it is now.

    Raises:
        RefusedError: it became live again, but its cause has a live ticket.
    """
    if before.live or not after.live or before.cause is None:
        _replace(connection, after)
        return
    if _another_is_live(connection, before):
        raise RefusedError(before, Refusal.ANOTHER_IS_LIVE)
    try:
        with connection.begin_nested():  # where several write at once, the unique index has the last word
            _replace(connection, after)
    except IntegrityError as error:
        raise RefusedError(before, Refusal.ANOTHER_IS_LIVE) from error


def tell_of(
    connection: Connection,
    act: str,
    old: Ticket | None,
    new: Ticket,
    by: By,
    more: Mapping[str, Json] | None = None,
) -> None:
    """Append the event of a change of a ticket; `more` is added to what is new. Who takes it has seen its alarms."""
    tell(connection, TicketEvent.of(act, old, new, by.reason, more), by.principal, by.time_us)
    if act == ACCEPTED:
        acknowledge_of(connection, new.id, by)


def _another_is_live(connection: Connection, ticket: Ticket) -> bool:
    live = select(table.c.id).where(table.c.cause == ticket.cause, IS_LIVE, table.c.id != ticket.id)
    return connection.execute(live).first() is not None


def _replace(connection: Connection, ticket: Ticket) -> None:
    row = ticket_row(ticket)
    connection.execute(update(table).where(table.c.id == row.pop("id")).values(row))
