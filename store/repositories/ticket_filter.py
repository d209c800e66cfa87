"""Which tickets are asked for, as conditions; in what order; and how many there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, tuple_

from store.repositories.ticket_rows import ticket_of
from store.tables.ticket_work import ticket_sheets
from store.tables.tickets import IS_LIVE, comments
from store.tables.tickets import tickets as table
from tickets.nouns import Category, Line, Phase, Priority, Ticket, TicketKind, TicketState

_ESCAPE = "/"
_WORDS = (
    (table.c.title, "words"), (table.c.why, "words"), (table.c.title, "place"), (table.c.title, "device"),
)  # fmt: skip
"""Where a ticket's texts hold words of people, and names."""


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
    assignees: Collection[str] | None = None
    """Principals."""
    unassigned: bool | None = None
    teams: Collection[str] | None = None
    customers: Collection[str] | None = None
    categories: Collection[Category] | None = None
    phases: Collection[Phase] | None = None
    lines: Collection[Line] | None = None
    parent_id: str | None = None
    live: bool | None = None
    overdue_at_us: int | None = None
    """Still live, and due before this time."""
    act_by_before_us: int | None = None
    """Still live, and to be acted on before this time."""
    unconfirmed: bool | None = None
    """Whether it was closed although the customer never confirmed it."""
    text: str | None = None
    """Words in the number, the subject, what people wrote or said on it, or the name of a place; capitals or not."""


class TicketOrder(StrEnum):
    """In what order tickets are listed."""

    NEWEST = "newest"
    ACT_BY = "act_by"
    """What must be acted on first; what has no such time comes by its deadline."""
    DEADLINE = "deadline"
    PRIORITY = "priority"
    """P1 first; among equals what must be acted on first."""


_ACT_BY = func.coalesce(table.c.act_by_us, table.c.deadline_us)
_KEYS: dict[TicketOrder, tuple[ColumnElement[int], ...]] = {
    TicketOrder.NEWEST: (-table.c.number,),
    TicketOrder.ACT_BY: (_ACT_BY, table.c.number),
    TicketOrder.DEADLINE: (table.c.deadline_us, table.c.number),
    TicketOrder.PRIORITY: (table.c.priority, _ACT_BY, table.c.number),
}


def position(ticket: Ticket, order: TicketOrder) -> tuple[int, ...]:
    """Where a ticket stands in an order: ascending, and no two stand in the same place."""
    act_by_us = ticket.deadline_us if ticket.act_by_us is None else ticket.act_by_us
    return {
        TicketOrder.NEWEST: (-ticket.number,),
        TicketOrder.ACT_BY: (act_by_us, ticket.number),
        TicketOrder.DEADLINE: (ticket.deadline_us, ticket.number),
        TicketOrder.PRIORITY: (int(ticket.priority), act_by_us, ticket.number),
    }[order]


def in_order(
    connection: Connection, which: TicketFilter, order: TicketOrder, after: tuple[int, ...] | None, limit: int
) -> list[Ticket]:
    """Tickets in an order, at most `limit`, behind the position `after`."""
    newest = order is TicketOrder.NEWEST  # as the index on the number has it
    keys: tuple[ColumnElement[int], ...] = (table.c.number.desc(),) if newest else _KEYS[order]
    ids = select(table.c.id).where(*conditions(which)).order_by(*keys).limit(limit)
    if after:
        behind = table.c.number < -after[0] if newest else tuple_(*keys) > tuple_(*after)
        ids = ids.where(behind)
    # What is sorted are ids, not whole tickets.
    query = select(table).where(table.c.id.in_(ids.correlate(None))).order_by(*keys)
    return [ticket_of(row) for row in connection.execute(query).mappings()]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets there are of what sort."""

    rows: tuple[tuple[TicketState, TicketKind, Priority, int], ...]
    overdue: int
    act_by_past: int
    unassigned: int
    """Of the live ones."""
    unconfirmed: int
    """Closed although the customer never confirmed it."""


def counts(connection: Connection, which: TicketFilter, now_us: int) -> Counts:
    """How many tickets `which` asks for, by state, kind and priority; and those that somebody has to look at."""
    columns = (table.c.state, table.c.kind, table.c.priority)
    looked_at = (
        and_(*_overdue(now_us)), and_(IS_LIVE, table.c.act_by_us < now_us), and_(IS_LIVE, table.c.assignee.is_(None)),
        _unconfirmed(),
    )  # fmt: skip
    numbers = (func.sum(case((wanted, 1), else_=0)) for wanted in looked_at)
    query = select(*columns, func.count(), *numbers).where(*conditions(which))
    found = connection.execute(query.group_by(*columns).order_by(*columns)).all()
    rows = tuple(
        (TicketState(state), TicketKind(kind), Priority(priority), int(n))
        for state, kind, priority, n, *_ in found
    )
    return Counts(
        rows, *(sum(int(row[at]) for row in found) for at in range(len(columns) + 1, len(columns) + 5))
    )


def unconfirmed_among(connection: Connection, ids: Collection[str]) -> int:
    """How many of these tickets were closed although the customer never confirmed them."""
    chosen = (ticket_sheets.c.ticket_id.in_(list(ids)), ticket_sheets.c.unanswered.is_(True))
    return int(
        connection.execute(select(func.count()).select_from(ticket_sheets).where(*chosen)).scalar_one()
    )


def conditions(which: TicketFilter) -> list[ColumnElement[bool]]:
    """The filter in SQL."""
    among = (
        (table.c.state, which.states), (table.c.kind, which.kinds), (table.c.priority, which.priorities),
        (table.c.zone, which.zones), (table.c.site, which.sites), (table.c.assignee, which.assignees),
        (table.c.team, which.teams), (table.c.customer, which.customers), (table.c.category, which.categories),
        (table.c.phase, which.phases), (table.c.line, which.lines),
    )  # fmt: skip
    found: list[ColumnElement[bool]] = [
        column.in_(list(values)) for column, values in among if values is not None
    ]
    if which.cause is not None:
        found.append(table.c.cause == which.cause)
    if which.since_us is not None:
        found.append(table.c.opened_at_us >= which.since_us)
    if which.parent_id is not None:
        found.append(table.c.parent_id == which.parent_id)
    return found + _of_time(which) + _of_words(which)


def _of_time(which: TicketFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.unassigned is not None:
        found.append(table.c.assignee.is_(None) if which.unassigned else table.c.assignee.is_not(None))
    if which.live is not None:
        found.append(IS_LIVE if which.live else ~IS_LIVE)
    if which.overdue_at_us is not None:
        found += _overdue(which.overdue_at_us)
    if which.act_by_before_us is not None:
        found += [IS_LIVE, table.c.act_by_us < which.act_by_before_us]
    if which.unconfirmed is not None:
        found.append(_unconfirmed() if which.unconfirmed else ~_unconfirmed())
    return found


def _of_words(which: TicketFilter) -> list[ColumnElement[bool]]:
    """People's words, the names of places and devices, and what the ticket is about: not the inside of documents."""
    if which.text is None or not which.text.strip():
        return []
    like = _like(which.text.strip())
    said = select(comments.c.id).where(
        comments.c.ticket_id == table.c.id, comments.c.body.ilike(like, escape=_ESCAPE)
    )
    texts = [column["params", name].as_string() for column, name in _WORDS]
    found = [text.ilike(like, escape=_ESCAPE) for text in (*texts, table.c.subject)]
    digits = which.text.strip().upper().removeprefix("KW-")
    if digits.isascii() and digits.isdigit() and len(digits) <= 12:
        found.append(table.c.number == int(digits))
    return [or_(said.exists(), *found)]


def _like(words: str) -> str:
    for mark in (_ESCAPE, "%", "_"):
        words = words.replace(mark, _ESCAPE + mark)
    return f"%{words}%"


def _overdue(at_us: int) -> list[ColumnElement[bool]]:
    return [IS_LIVE, table.c.deadline_us < at_us]


def _unconfirmed() -> ColumnElement[bool]:
    closed = select(ticket_sheets.c.ticket_id).where(
        ticket_sheets.c.ticket_id == table.c.id, ticket_sheets.c.unanswered.is_(True)
    )
    return closed.exists()
