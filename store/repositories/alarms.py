"""Alarms as kept: found by state and place, acknowledged, shelved and decided about by people, each act with its event."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, insert, select, tuple_, update

from detect.nouns import Json, Kind, Severity
from registry.nouns import uuid7
from store.repositories.desk import tell
from store.repositories.records import By, NoSuchObjectError, expect
from store.repositories.ticket_rows import ALARM, alarm_at, alarm_of, alarm_row
from store.tables.alarms import alarm_acks, alarm_decisions
from store.tables.tickets import alarms as table
from tickets.alarming.nouns import Ack, AlarmRefusal, AlarmState, Decision, Said
from tickets.nouns import Alarm, TicketEvent

Position = tuple[int, str]
"""Where a page ends: since when the last alarm is active, and its id."""
Decide = Callable[[Alarm], Alarm | AlarmRefusal]
"""What becomes of an alarm (a function of `tickets.alarming` with all but the alarm filled in)."""


class AlarmRefusedError(Exception):
    """Raised when an act on an alarm is not possible; `refusal` names why."""

    def __init__(self, alarm: Alarm, refusal: AlarmRefusal) -> None:
        super().__init__(f"{alarm.cause} ({alarm.state}): {refusal}")
        self.alarm, self.refusal = alarm, refusal


@dataclass(frozen=True, slots=True)
class AlarmFilter:
    """Which alarms are asked for; None asks for all."""

    active: bool | None = None
    acked: bool | None = None
    kinds: Collection[Kind] | None = None
    severity: Severity | None = None
    zones: Collection[str] | None = None
    cause: str | None = None
    ticket_id: str | None = None
    states: Collection[AlarmState] | None = None
    latched: bool | None = None
    """Whether a decision about goods is open, also while it is active or covered."""


def get(connection: Connection, id: str) -> Alarm | None:
    """An alarm by its id."""
    row = connection.execute(select(table).where(table.c.id == id)).mappings().first()
    return alarm_of(row) if row else None


def find(
    connection: Connection, which: AlarmFilter, after: Position | None = None, limit: int = 100
) -> list[Alarm]:
    """Alarms, the latest first, at most `limit`, behind the one at `after`."""
    order = (table.c.active_since_us.desc(), table.c.id.desc())
    columns = (table.c[name] for name in ALARM)
    query = select(*columns).where(*_conditions(which)).order_by(*order).limit(limit)
    if after is not None:
        query = query.where(tuple_(table.c.active_since_us, table.c.id) < after)
    return [alarm_at(row) for row in connection.execute(query).all()]


def due(connection: Connection, now_us: int, limit: int = 1000) -> list[Alarm]:
    """Alarms that time alone may have changed, or that are to be looked at again, the longest due first."""
    query = select(table).where(table.c.next_us <= now_us).order_by(table.c.next_us, table.c.id).limit(limit)
    return [alarm_of(row) for row in connection.execute(query).mappings()]


def acknowledge(
    connection: Connection, id: str, version: int | None, decide: Callable[[Alarm], Alarm], by: By,
    seen_us: int | None = None,
) -> Alarm:  # fmt: skip
    """Put on record that somebody has seen what an alarm calls for now (`decide`: `tickets.alarms.acknowledge`).

    Each person does so for himself; doing it again changes nothing. It stops no ticket and no clock.

    Args:
        seen_us: when it was seen, if that is told later.

    Raises:
        NoSuchObjectError: there is no such alarm.
        OutdatedVersionError: it is not in `version` (None: in whichever).
    """
    before = _expected(connection, id, version)
    after = decide(before)
    if not _acked_now(connection, after, by, seen_us):
        return before
    if after != before:
        _write(connection, after)
    new: dict[str, Json] = {"state": after.state, "acked_by": after.acked_by, "by": by.principal}
    if seen_us is not None:
        new["at_us"] = seen_us
    told = TicketEvent(
        "acknowledged", f"alarm:{after.cause}", by.reason,
        {"state": before.state, "acked_by": before.acked_by}, new,
    )  # fmt: skip
    tell(connection, told, by.principal, by.time_us)
    return after


def acknowledge_of(connection: Connection, ticket_id: str, by: By) -> list[Alarm]:
    """Acknowledge all alarms of a ticket that call: who accepts a ticket has seen them. Return them."""
    return [
        acknowledge(connection, alarm.id, None, lambda one: one.acknowledged(by.principal), by)
        for alarm in find(connection, AlarmFilter(ticket_id=ticket_id), limit=10_000)
        if not alarm.acked or alarm.active or alarm.latched
    ]


def acks_of(connection: Connection, alarm: Alarm) -> list[Ack]:
    """Who has acknowledged what it calls for now, the first first."""
    query = select(alarm_acks.c.principal, alarm_acks.c.time_us, alarm_acks.c.comment).where(
        alarm_acks.c.alarm_id == alarm.id, alarm_acks.c.call == alarm.calls
    )
    rows = connection.execute(query.order_by(alarm_acks.c.time_us, alarm_acks.c.principal))
    return [Ack(*row) for row in rows]


def change(
    connection: Connection, id: str, version: int | None, act: Callable[[Alarm], str], decide: Decide, by: By
) -> Alarm:
    """Do something to an alarm and return it as it is then.

    Args:
        act: (the alarm as it is then) → what that is called (`tickets.alarming.states.Act`).

    Raises:
        NoSuchObjectError, OutdatedVersionError: as for `acknowledge`.
        AlarmRefusedError: it cannot be done, with the reason.
    """
    before = _expected(connection, id, version)
    after = decide(before)
    if isinstance(after, AlarmRefusal):
        raise AlarmRefusedError(before, after)
    if after != before:
        _write(connection, after)
        tell(connection, TicketEvent.of(act(after), before, after, by.reason), by.principal, by.time_us)
    return after


def note_decisions(connection: Connection, alarm: Alarm, said: Sequence[tuple[str, Said]], by: By) -> None:
    """Put on record what was decided about lots after the excursions for which an alarm is latched."""
    rows = [
        {
            "id": uuid7(by.time_us), "alarm_id": alarm.id, "lot": lot, "said": str(what), "reason": by.reason,
            "principal": by.principal, "time_us": by.time_us, "excursions": list(alarm.undecided),
        }
        for lot, what in said
    ]  # fmt: skip
    if not rows:
        return
    connection.execute(insert(alarm_decisions), rows)
    new: dict[str, Json] = {lot: str(what) for lot, what in said}
    told = TicketEvent("lots_decided", f"alarm:{alarm.cause}", by.reason, {}, {"lots": new})
    tell(connection, told, by.principal, by.time_us)


def decisions_of(connection: Connection, id: str) -> list[Decision]:
    """What was decided about goods after the excursions of an alarm, the first first."""
    kept = alarm_decisions.c
    query = select(kept.lot, kept.said, kept.reason, kept.principal, kept.time_us, kept.excursions)
    rows = connection.execute(query.where(kept.alarm_id == id).order_by(kept.time_us, kept.id))
    return [
        Decision(lot, Said(said), reason, principal, time_us, tuple(excursions))
        for lot, said, reason, principal, time_us, excursions in rows
    ]


def _acked_now(connection: Connection, alarm: Alarm, by: By, seen_us: int | None = None) -> bool:
    """Whether this person had not acknowledged this call before."""
    same = {"alarm_id": alarm.id, "call": alarm.calls, "principal": by.principal}
    known = select(alarm_acks.c.time_us).where(*(alarm_acks.c[name] == value for name, value in same.items()))
    if connection.execute(known).first() is not None:
        return False
    connection.execute(
        insert(alarm_acks),
        [same | {"time_us": by.time_us if seen_us is None else seen_us, "comment": by.reason}],
    )
    return True


def _expected(connection: Connection, id: str, version: int | None) -> Alarm:
    alarm = get(connection, id)
    if alarm is None:
        raise NoSuchObjectError("alarm", id)
    expect("alarm", alarm.cause, version, alarm.version)
    return alarm


def _write(connection: Connection, alarm: Alarm) -> None:
    row = alarm_row(alarm)
    connection.execute(update(table).where(table.c.id == row.pop("id")).values(row))


def _conditions(which: AlarmFilter) -> list[ColumnElement[bool]]:
    among = ((table.c.kind, which.kinds), (table.c.zone, which.zones), (table.c.state, which.states))
    conditions: list[ColumnElement[bool]] = [
        column.in_(list(values)) for column, values in among if values is not None
    ]
    exact = (
        (table.c.active, which.active), (table.c.acked, which.acked), (table.c.cause, which.cause),
        (table.c.ticket_id, which.ticket_id), (table.c.latched, which.latched),
        (table.c.severity, which.severity),
    )  # fmt: skip
    return conditions + [column == value for column, value in exact if value is not None]
