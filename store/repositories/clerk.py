"""What the desk's clerk reads and writes: touched and due tickets with all that happened to them, and what it did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from store import events
from store.repositories import maintenance, outbox, ticket_work
from store.repositories.desk import tell_all
from store.repositories.records import By
from store.repositories.ticket_rows import TICKET, alarm_of, chunks, ticket_at, ticket_row
from store.repositories.ticket_work import Decide
from store.repositories.tickets import ACCEPTED, RefusedError
from store.rows import add, among, change
from store.tables.clerk import clerk_positions, ticket_wakes
from store.tables.events import events as event_table
from store.tables.metadata import Number
from store.tables.tickets import IS_LIVE, comments
from store.tables.tickets import alarms as alarm_table
from store.tables.tickets import tickets as ticket_table
from tickets.clerk.nouns import Case, Happened, Other, Outcome
from tickets.notices import Notice
from tickets.nouns import SYSTEM, WAITING, Alarm, Ticket

READER = "clerk"
_NOW = bindparam("now_us", type_=Number)
_STIRS = select(
    or_(
        select(func.coalesce(func.max(event_table.c.sequence), 0)).scalar_subquery()
        > func.coalesce(
            select(clerk_positions.c.sequence).where(clerk_positions.c.reader == READER).scalar_subquery(), 0
        ),
        select(ticket_wakes.c.ticket_id).where(ticket_wakes.c.wake_us <= _NOW).exists(),
        select(alarm_table.c.id).where(alarm_table.c.next_us <= _NOW).exists(),
        maintenance.TURNS,
    )
)
_TICKET, _ALARM, _LOT, _PERSON = "ticket:", "alarm:", "lot:", "person:"
_ANSWERING = frozenset({
    "declined", "acknowledged", "start", "assess", "plan", "arrived", "hold", "resolve", "handed_over",
})  # fmt: skip
"""Acts by which somebody answers what he or she was told: taking the work, beginning it, or giving it back."""


_TAKEN_AWAY = frozenset({"assigned", "relieved"})
"""Acts by which somebody else, or nobody, has the ticket: whoever had it need not answer any more."""
_BARRING = frozenset({"disabled", "enabled"})


class Touched(NamedTuple):
    """What happened behind the position of the clerk."""

    tickets: frozenset[str]
    """Ids of tickets that are to be looked at because of events, their own or those of their alarms."""
    others: Sequence[Other]
    """Events of alarms and lots."""
    answers: Sequence[tuple[str | None, str]]
    """(person, subject): who answered what he or she was told; None: for everybody."""
    kinds: frozenset[str]
    """Kinds of all subjects that events tell of (`person`, `lot`, `policy`, …)."""
    sequence: int
    """The last event looked at."""


def position(connection: Connection) -> int:
    """The last event that the clerk has dealt with; 0 at the beginning."""
    query = select(clerk_positions.c.sequence).where(clerk_positions.c.reader == READER)
    return int(connection.execute(query).scalar_one_or_none() or 0)


def stirs(connection: Connection, now_us: int) -> bool:
    """Whether anything happened behind the position, or is due: one question, for it is asked ten times a second."""
    return bool(connection.execute(_STIRS, {"now_us": now_us}).scalar_one())


def keep_position(connection: Connection, sequence: int, now_us: int) -> None:
    """Everything up to this event is dealt with."""
    row = {"sequence": sequence, "kept_us": now_us}
    if (
        connection.execute(
            update(clerk_positions).where(clerk_positions.c.reader == READER).values(row)
        ).rowcount
        == 0
    ):
        connection.execute(insert(clerk_positions).values(reader=READER, **row))


def kept_us(connection: Connection) -> int:
    """When the clerk last wrote down where it stands; 0 if it never did."""
    query = select(clerk_positions.c.kept_us).where(clerk_positions.c.reader == READER)
    return int(connection.execute(query).scalar_one_or_none() or 0)


def touched(
    connection: Connection, after: int, limit: int, calls_for_look: Callable[[Happened], bool]
) -> Touched:
    """What the events after `after` tell of, at most `limit` events.

    Args:
        calls_for_look: whether the ticket of an event of its own is to be looked at.
    """
    rows = events.since(connection, after, limit)
    own = (row for row in rows if row.subject.startswith(_TICKET) and calls_for_look(row))
    ids = {row.subject.removeprefix(_TICKET) for row in own}
    ticket_of_cause = _worked_on(connection, [row.subject for row in rows if row.subject.startswith(_ALARM)])
    theirs = tickets_of(connection, ticket_of_cause.values())
    others = [
        Other(row, theirs.get(ticket_of_cause.get(row.subject, "")))
        for row in rows
        if row.subject.startswith((_ALARM, _LOT))
    ]
    return Touched(
        frozenset(ids | theirs.keys()), others, list(_answers(rows, ticket_of_cause)),
        frozenset(filter(None, map(_kind, rows))), rows[-1].sequence if rows else after,
    )  # fmt: skip


def answer(connection: Connection, answers: Iterable[tuple[str | None, str]], now_us: int) -> None:
    """Who answered is not told of it again."""
    for person, subject in answers:
        outbox.answered(connection, person, subject, now_us)


def tell(connection: Connection, notices: Sequence[Notice], now_us: int) -> None:
    """Put messages that are no ticket's into the outbox."""
    outbox.put(connection, notices, now_us)


def due(connection: Connection, now_us: int, limit: int) -> list[str]:
    """The tickets whose time has come, the longest overdue first."""
    query = select(ticket_wakes.c.ticket_id).where(ticket_wakes.c.wake_us <= now_us)
    return list(connection.execute(query.order_by(ticket_wakes.c.wake_us).limit(limit)).scalars())


def next_wake_us(connection: Connection) -> int | None:
    """When the next ticket is to be looked at; None if none is."""
    found = connection.execute(select(func.min(ticket_wakes.c.wake_us))).scalar_one_or_none()
    return None if found is None else int(found)


def live(connection: Connection) -> list[str]:
    """All tickets on which work is still to be done."""
    return list(connection.execute(select(ticket_table.c.id).where(IS_LIVE)).scalars())


def unfinished(connection: Connection) -> list[str]:
    """All tickets on which work is still to be done, or of which the customer has still to say something."""
    waiting = ticket_table.c.state.in_(sorted(WAITING))
    return list(connection.execute(select(ticket_table.c.id).where(or_(IS_LIVE, waiting))).scalars())


def cases(connection: Connection, ids: Collection[str], seen: int) -> list[Case]:
    """Tickets with all that happened to them and their alarms, in the order of their numbers.

    Args:
        seen: the last event that was dealt with.
    """
    found = list(tickets_of(connection, ids).values())
    logs = events.of_subjects(connection, [f"{_TICKET}{ticket.id}" for ticket in found])
    theirs = _alarms_of(connection, [ticket.id for ticket in found])
    said = _words(connection, [event for log in logs.values() for event in log if event.sequence > seen])
    return [
        Case(
            ticket, tuple(logs.get(f"{_TICKET}{ticket.id}", ())), tuple(theirs.get(ticket.id, ())), said, seen
        )
        for ticket in sorted(found, key=lambda ticket: ticket.number)
    ]


def persist(connection: Connection, outcomes: Sequence[Outcome], now_us: int, decide: Decide) -> None:
    """What the clerk did, in the caller's transaction: tickets, events, messages, wake-up times, and deeds.

    Args:
        decide: what a deed of the system makes of a ticket. What is refused was done by somebody else meanwhile.
    """
    changed = (outcome.ticket for outcome in outcomes if outcome.ticket != outcome.before)
    change(connection, ticket_table, [ticket_row(ticket) for ticket in changed])
    tell_all(connection, [event for outcome in outcomes for event in outcome.events], SYSTEM, now_us)
    for outcome in outcomes:
        if outcome.settled:
            told = [notice.cause for notice in outcome.notices]
            outbox.settled(connection, f"{_TICKET}{outcome.ticket.id}", now_us, told)
    outbox.put(connection, [notice for outcome in outcomes for notice in outcome.notices], now_us)
    _wake(connection, {outcome.ticket.id: outcome.wake_us for outcome in outcomes})
    for outcome in outcomes:
        for deed in outcome.deeds:
            with suppress(RefusedError):
                ticket_work.perform(
                    connection, outcome.ticket.id, deed, None, decide, By(SYSTEM, now_us, deed.reason)
                )


def _wake(connection: Connection, wakes: Mapping[str, int | None]) -> None:
    if not wakes:
        return
    for some in chunks(wakes):
        gone = among(connection, ticket_wakes.c.ticket_id, some)
        connection.execute(delete(ticket_wakes).where(gone))
    rows = [{"ticket_id": id, "wake_us": wake_us} for id, wake_us in wakes.items() if wake_us is not None]
    add(connection, ticket_wakes, rows)


def _kind(row: events.Event) -> str:
    """Of what an event tells; nothing of accounts but that somebody can, or cannot, work here any more: people log in all day."""
    kind = row.subject.partition(":")[0]
    return "" if kind == "user" and row.act not in _BARRING else kind


def _answers(
    rows: Iterable[events.Event], ticket_of_cause: Mapping[str, str]
) -> Iterator[tuple[str | None, str]]:
    """Taking or declining a ticket answers for it; acknowledging an alarm for the alarm and its ticket.

    A supervisor who takes it away from somebody answers for them, too. Once somebody has it, nobody is called any more.
    """
    for row in rows:
        if row.act == ACCEPTED:
            yield None, row.subject
        elif row.act in _ANSWERING:
            work = ticket_of_cause.get(row.subject)
            subjects = (row.subject, *([f"{_TICKET}{work}"] if work else []))
            yield from ((name, subject) for name in _who(row) for subject in subjects)
        elif row.act in _TAKEN_AWAY:
            yield from ((name, row.subject) for name in _had(row))


def _who(row: events.Event) -> list[str]:
    """The people for whom this is an answer."""
    return [name for name in dict.fromkeys((row.principal, *_had(row))) if name.startswith(_PERSON)]


def _had(row: events.Event) -> list[str]:
    """Who had the ticket before, if a person had it who has it no more."""
    had = row.old.get("assignee") if isinstance(row.old, dict) else None
    return [had] if isinstance(had, str) and had.startswith(_PERSON) else []


def _worked_on(connection: Connection, subjects: Collection[str]) -> dict[str, str]:
    """`alarm:<cause>` → id of the ticket that works on it."""
    causes = [subject.removeprefix(_ALARM) for subject in subjects]
    wanted = select(alarm_table.c.cause, alarm_table.c.ticket_id).where(alarm_table.c.ticket_id.is_not(None))
    return {
        f"{_ALARM}{cause}": id
        for some in chunks(dict.fromkeys(causes))
        for cause, id in connection.execute(wanted.where(alarm_table.c.cause.in_(some)))
    }


def tickets_of(connection: Connection, ids: Iterable[str]) -> dict[str, Ticket]:
    """Tickets by id."""
    wanted = select(*(ticket_table.c[name] for name in TICKET))
    found = (
        ticket_at(row)
        for some in chunks(dict.fromkeys(ids))
        for row in connection.execute(wanted.where(among(connection, ticket_table.c.id, some))).all()
    )
    return {ticket.id: ticket for ticket in found}


def _words(connection: Connection, fresh: Iterable[events.Event]) -> dict[str, str]:
    """Comment id → what was said."""
    ids = [
        str(event.new["comment"])
        for event in fresh
        if event.act == "commented" and isinstance(event.new, dict)
    ]
    return {
        id: body
        for some in chunks(ids)
        for id, body in connection.execute(
            select(comments.c.id, comments.c.body).where(comments.c.id.in_(some))
        )
    }


def _alarms_of(connection: Connection, ids: Collection[str]) -> dict[str, list[Alarm]]:
    found: dict[str, list[Alarm]] = defaultdict(list)
    for some in chunks(ids):
        query = (
            select(alarm_table)
            .where(among(connection, alarm_table.c.ticket_id, some))
            .order_by(alarm_table.c.id)
        )
        for row in connection.execute(query).mappings():
            found[row["ticket_id"]].append(alarm_of(row))
    return found
