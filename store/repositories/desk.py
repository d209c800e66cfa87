"""The desk: a batch of findings becomes findings, alarms, tickets and events in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, func, select, update

from detect.nouns import Finding, FindingChange, Kind
from store import events
from store.repositories import findings, maintenance
from store.repositories.ticket_rows import (
    ALARM,
    TICKET,
    alarm_at,
    alarm_row,
    chunks,
    comment_row,
    ticket_at,
    ticket_row,
)
from store.rows import add, among, write
from store.tables.tickets import alarms, comments, ticket_findings, tickets
from tickets.alarming.nouns import SHADOWED, StillSort
from tickets.nouns import SYSTEM, Alarm, Known, Raised, Ticket, TicketEvent, TicketOpened


class Raises(Protocol):
    """How findings become tickets (`tickets.raising.Raising` is one)."""

    def __call__(self, changes: Sequence[FindingChange], known: Known, now_us: int) -> Raised:
        """What `changes` make of what is known."""


class Wakes(Protocol):
    """What the passing of time makes of alarms (`tickets.raising.Raising` is one)."""

    def wake(self, known: Known, now_us: int) -> Raised:
        """What is due."""


class _There(NamedTuple):
    """The ids of what is in the database already."""

    tickets: frozenset[str]
    alarms: frozenset[str]
    homes: frozenset[str]


def record(
    connection: Connection, changes: Sequence[FindingChange], raising: Raises, now_us: int
) -> list[TicketOpened]:
    """Persist findings with the alarms, tickets and events that follow; return the tickets opened and reopened.

    It works in the caller's writing transaction. The same changes again change nothing.
    """
    before = findings.by_ids(connection, {change.finding.id for change in changes})
    fresh = findings.persist(connection, changes, before, now_us)
    if not fresh:
        return []
    known = _known(connection, [change.finding for change in fresh], before, now_us)
    there = _There(
        frozenset(known.tickets), frozenset(a.id for a in known.alarms.values()), frozenset(known.ticket_of)
    )
    raised = raising(fresh, known, now_us)
    _persist(connection, raised, there, now_us)
    _cast_shadows(connection, raised, now_us)
    return _opened(raised)


def wake(connection: Connection, raising: Wakes, now_us: int, limit: int = 1000) -> list[TicketOpened]:
    """Do what time alone does: windows begin and end, shelves end, what flapped is calm, what was held back calls.

    It works in the caller's writing transaction; at the same moment again it changes nothing. Return the tickets
    opened and reopened.
    """
    maintenance.turn(connection, now_us)
    due = select(alarms.c.cause).where(alarms.c.next_us <= now_us).order_by(alarms.c.next_us).limit(limit)
    causes = list(connection.scalars(due))
    if not causes:
        return []
    known = _known_of(connection, causes, now_us)
    there = _There(
        frozenset(known.tickets), frozenset(a.id for a in known.alarms.values()), frozenset(known.ticket_of)
    )
    asked = dict(known.alarms)
    raised = raising.wake(known, now_us)
    _persist(connection, raised, there, now_us)
    rest = [alarm_row(alarm) for cause, alarm in asked.items() if cause not in raised.alarms]
    write(connection, alarms, rest, there.alarms)
    _cast_shadows(connection, raised, now_us)
    return _opened(raised)


def turns(connection: Connection, now_us: int) -> bool:
    """Whether `wake` has anything to do."""
    due = select(alarms.c.id).where(alarms.c.next_us <= now_us).limit(1)
    return connection.execute(due).first() is not None or maintenance.turns(connection, now_us)


def _opened(raised: Raised) -> list[TicketOpened]:
    return [
        TicketOpened(raised.tickets[id], reopened)
        for id, reopened in raised.opened.items()
        if id in raised.tickets
    ]


def _known(
    connection: Connection, fresh: Sequence[Finding], before: dict[str, Finding], now_us: int
) -> Known:
    """All that the batch touches, as it was before; a fixed number of queries, however many findings."""
    causes = {finding.cause for finding in (*fresh, *before.values())}
    known_alarms = _alarms(connection, causes)
    homes = _homes(connection, before)
    known_tickets = _tickets(
        connection, {*homes.values(), *(a.ticket_id for a in known_alarms.values() if a.ticket_id)}
    )
    changed = {finding.id for finding in fresh}  # already written, but what they were before is asked for
    touched = findings.touched(connection, causes, known_tickets, changed)
    return Known(
        alarms=known_alarms,
        tickets=known_tickets,
        findings={finding.id: finding for _, finding in touched} | before,
        ticket_of=homes | {finding.id: ticket_id for ticket_id, finding in touched if ticket_id},
        next_number=next_number(connection),
        stills=maintenance.bearing_on(connection, fresh, now_us),
        shadows=_shadows(connection, fresh),
    )


def _known_of(connection: Connection, causes: Sequence[str], now_us: int) -> Known:
    """As `_known`, of alarms that are to be looked at again."""
    known_alarms = _alarms(connection, causes)
    known_tickets = _tickets(connection, {a.ticket_id for a in known_alarms.values() if a.ticket_id})
    touched = findings.touched(connection, causes, known_tickets)
    found = {finding.id: finding for _, finding in touched}
    names = {
        f"{StillSort.OUT_OF_SERVICE}:{a.out_of_service}" for a in known_alarms.values() if a.out_of_service
    }
    names |= {a.suppressed_by for a in known_alarms.values() if a.suppressed_by}
    stills = {
        *maintenance.bearing_on(connection, found.values(), now_us),
        *maintenance.named(connection, names),
    }
    return Known(
        alarms=known_alarms,
        tickets=known_tickets,
        findings=found,
        ticket_of={finding.id: ticket_id for ticket_id, finding in touched if ticket_id},
        next_number=next_number(connection),
        stills=tuple(sorted(stills, key=lambda still: (still.id, still.from_us))),
        shadows=_shadows(connection, found.values()),
    )


def _shadows(connection: Connection, about: Iterable[Finding]) -> dict[str, int]:
    """The gateways of these findings that are silent as a whole, and since when."""
    names = {finding.subject.partition(":")[2].partition("/")[0].partition(":")[0] for finding in about}
    dark = select(alarms.c.cause, alarms.c.active_since_us).where(
        alarms.c.active, alarms.c.kind == Kind.SILENT_GATEWAY
    )
    return {
        cause.split(":")[1]: since_us
        for some in chunks(f"gateway:{name}:silent" for name in names)
        for cause, since_us in connection.execute(dark.where(alarms.c.cause.in_(some)))
    }


def _cast_shadows(connection: Connection, raised: Raised, now_us: int) -> None:
    """Where a gateway fell silent or speaks again, the alarms of the devices behind it are to be looked at."""
    changed = [alarm for alarm in raised.alarms.values() if alarm.kind is Kind.SILENT_GATEWAY]
    if not changed:
        return
    dark = tuple(f"device:{alarm.cause.split(':')[1]}/" for alarm in changed if alarm.active)
    lit = [f"alarm:{alarm.cause}" for alarm in changed if not alarm.active]
    there = select(alarms.c.id, alarms.c.subject).where(alarms.c.active, alarms.c.kind.in_(sorted(SHADOWED)))
    ids = [id for id, subject in connection.execute(there) if subject.startswith(dark)] if dark else []
    for some in chunks(lit):
        ids += connection.scalars(select(alarms.c.id).where(alarms.c.suppressed_by.in_(some)))
    sooner = alarms.c.next_us.is_(None) | (alarms.c.next_us > now_us)
    for some in chunks(ids):
        connection.execute(update(alarms).where(alarms.c.id.in_(some), sooner).values(next_us=now_us))


def next_number(connection: Connection) -> int:
    """The number of the next ticket; unique because one transaction writes at a time."""
    return int(connection.execute(select(func.coalesce(func.max(tickets.c.number), 0))).scalar_one()) + 1


def tell(connection: Connection, event: TicketEvent, principal: str, now_us: int) -> None:
    """Append what happened to an alarm or a ticket."""
    events.append_all(connection, [_unnumbered(event, principal, now_us)])


def tell_all(connection: Connection, told: Iterable[TicketEvent], principal: str, now_us: int) -> None:
    """Append many of them in their order."""
    events.append_all(connection, (_unnumbered(event, principal, now_us) for event in told))


def _unnumbered(event: TicketEvent, principal: str, now_us: int) -> events.Unnumbered:
    return events.Unnumbered(
        now_us, principal, event.act, event.subject, event.reason, dict(event.old), dict(event.new)
    )


def _alarms(connection: Connection, causes: Iterable[str]) -> dict[str, Alarm]:
    wanted = select(*(alarms.c[name] for name in ALARM))
    found = (
        alarm_at(row)
        for some in chunks(causes)
        for row in connection.execute(wanted.where(among(connection, alarms.c.cause, some))).all()
    )
    return {alarm.cause: alarm for alarm in found}


def _homes(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Finding id → ticket id."""
    wanted = select(ticket_findings.c.finding_id, ticket_findings.c.ticket_id)
    return {
        finding_id: ticket_id
        for some in chunks(ids)
        for finding_id, ticket_id in connection.execute(
            wanted.where(among(connection, ticket_findings.c.finding_id, some))
        ).all()
    }


def _tickets(connection: Connection, ids: set[str]) -> dict[str, Ticket]:
    """The tickets, and those they were merged into."""
    wanted = select(*(tickets.c[name] for name in TICKET))
    found: dict[str, Ticket] = {}
    while missing := ids - found.keys():
        for some in chunks(missing):
            for row in connection.execute(wanted.where(among(connection, tickets.c.id, some))).all():
                ticket = ticket_at(row)
                found[ticket.id] = ticket
        ids = {ticket.merged_into for ticket in found.values() if ticket.merged_into}
    return found


def _persist(connection: Connection, raised: Raised, there: _There, now_us: int) -> None:
    """Tickets first: alarms, findings and comments refer to them."""
    write(connection, tickets, [ticket_row(ticket) for ticket in raised.tickets.values()], there.tickets)
    write(connection, alarms, [alarm_row(alarm) for alarm in raised.alarms.values()], there.alarms)
    belongings = [{"finding_id": id, "ticket_id": ticket_id} for id, ticket_id in raised.ticket_of.items()]
    write(connection, ticket_findings, belongings, there.homes, key="finding_id")
    add(connection, comments, [comment_row(comment) for comment in raised.comments])
    events.append_all(connection, (_unnumbered(event, SYSTEM, now_us) for event in raised.events))
