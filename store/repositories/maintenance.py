"""What keeps alarms quiet, as kept: windows, defrosts, what is out of service; each change with its event."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, insert, or_, select, update

from detect.nouns import Finding
from registry.nouns import uuid7
from store import events
from store.repositories.records import By, NoSuchObjectError, OutdatedVersionError, expect
from store.repositories.ticket_rows import chunks, still_of, still_row
from store.tables.alarms import maintenance as table
from store.tables.forecasts import zone_schedules
from store.tables.metadata import Number
from store.tables.tickets import alarms
from tickets.alarming.nouns import CLIMATE, Still, StillSort, StillState
from tickets.nouns import SYSTEM

STARTED, ENDED, REMINDED = "started", "ended", "reminded"
REMIND_US = 30 * 24 * 3_600_000_000
"""Its owner is reminded so often of what is out of service."""
_OPEN = (StillState.PLANNED, StillState.RUNNING)
_MACHINES_OFF = "machines_off"


def get(connection: Connection, id: str) -> Still | None:
    """An entry by its id."""
    row = connection.execute(select(table).where(table.c.id == id)).mappings().first()
    return still_of(row) if row else None


def page(
    connection: Connection,
    sorts: Collection[StillSort],
    states: Collection[StillState] | None = None,
    before: str | None = None,
    limit: int = 100,
) -> list[Still]:
    """Entries of these sorts, the newest first."""
    query = select(table).where(table.c.sort.in_(list(sorts))).order_by(table.c.id.desc()).limit(limit)
    if states is not None:
        query = query.where(table.c.state.in_(list(states)))
    if before is not None:
        query = query.where(table.c.id < before)
    return [still_of(row) for row in connection.execute(query).mappings()]


def add(
    connection: Connection, sort: StillSort, subject: str, from_us: int, to_us: int | None, by: By
) -> Still:
    """A new entry; alarms that go on are looked at again at once."""
    state = StillState.RUNNING if from_us <= by.time_us else StillState.PLANNED
    still = Still(
        uuid7(by.time_us), sort, subject, from_us, to_us, by.reason, by.principal, by.time_us, state
    )
    connection.execute(insert(table), [still_row(still)])
    _tell(connection, "added", None, still, by)
    if state is StillState.RUNNING:
        _tell(connection, STARTED, None, still, By(SYSTEM, by.time_us))
    look_again(connection, by.time_us)
    return still


def change(
    connection: Connection, id: str, version: int | None, from_us: int, to_us: int | None, by: By
) -> Still:
    """Another time for an entry that is not over.

    Raises:
        NoSuchObjectError: there is none, or it is over.
        OutdatedVersionError: it is in another version.
    """
    before = _open(connection, id, version)
    state = StillState.RUNNING if from_us <= by.time_us else StillState.PLANNED
    return _replace(
        connection, "changed", before, replace(before, from_us=from_us, to_us=to_us, state=state), by
    )


def end(connection: Connection, id: str, version: int | None, by: By) -> Still:
    """An entry over at once: the window closed, the device put back; called off if it had not begun.

    Raises:
        NoSuchObjectError, OutdatedVersionError: as for `change`.
    """
    before = _open(connection, id, version)
    begun = before.from_us <= by.time_us
    state = StillState.OVER if begun else StillState.CANCELLED
    after = replace(before, state=state, to_us=by.time_us if begun else before.to_us)
    return _replace(connection, ENDED if begun else "cancelled", before, after, by)


def turn(connection: Connection, now_us: int) -> list[Still]:
    """Begin what begins, end what ends, remind of what is out of service for so long; return what changed.

    Each of these is an event, once.
    """
    waiting = select(table).where(table.c.state.in_(_OPEN), or_(*_turning(now_us)))
    changed = []
    by = By(SYSTEM, now_us)
    for row in connection.execute(waiting.order_by(table.c.id)).mappings().all():
        still = still_of(row)
        for act, after in _turns(still, now_us):
            still = _replace(connection, act, still, after, by)
        changed.append(still)
    return changed


def turns(connection: Connection, now_us: int) -> bool:
    """Whether `turn` has anything to do."""
    return bool(connection.execute(select(TURNS), {"now_us": now_us}).scalar_one())


def bearing_on(connection: Connection, findings: Collection[Finding], now_us: int) -> tuple[Still, ...]:
    """What may keep these findings quiet: windows of their time, and the plans of their zones."""
    if not findings:
        return ()
    since = min(finding.start_us for finding in findings)
    open_or_late = or_(table.c.to_us.is_(None), table.c.to_us >= since)
    query = select(table).where(
        table.c.state != StillState.CANCELLED, table.c.from_us <= now_us, open_or_late
    )
    kept = [still_of(row) for row in connection.execute(query.order_by(table.c.id)).mappings()]
    zones = {finding.zone for finding in findings if finding.zone and finding.kind in CLIMATE}
    return (*kept, *_plans(connection, zones, now_us))


def named(connection: Connection, names: Collection[str]) -> tuple[Still, ...]:
    """The entries of these names (`Still.name`) that there are."""
    ids = {name.partition(":")[2] for name in names}
    return tuple(
        still_of(row)
        for some in chunks(ids)
        for row in connection.execute(select(table).where(table.c.id.in_(some))).mappings()
    )


def look_again(connection: Connection, now_us: int) -> None:
    """Alarms that go on, or are quiet, are due: what keeps them quiet has changed."""
    concerned = or_(
        alarms.c.active, alarms.c.suppressed_by.is_not(None), alarms.c.out_of_service.is_not(None)
    )
    sooner = or_(alarms.c.next_us.is_(None), alarms.c.next_us > now_us)
    connection.execute(update(alarms).where(concerned, sooner).values(next_us=now_us))


def _turning(now_us: int | BindParameter[int]) -> list[ColumnElement[bool]]:
    unasked = or_(table.c.reminded_us.is_(None), table.c.reminded_us <= now_us - REMIND_US)
    return [
        and_(table.c.state == StillState.PLANNED, table.c.from_us <= now_us),
        table.c.to_us <= now_us,
        and_(table.c.sort == StillSort.OUT_OF_SERVICE, table.c.from_us <= now_us - REMIND_US, unasked),
    ]


TURNS = (
    select(table.c.id)
    .where(table.c.state.in_(_OPEN), or_(*_turning(bindparam("now_us", type_=Number))))
    .exists()
)
"""Whether `turn` has anything to do at `now_us`, as part of a question."""


def _turns(still: Still, now_us: int) -> list[tuple[str, Still]]:
    """What the time makes of an entry, step by step."""
    steps: list[tuple[str, Still]] = []
    if still.state is StillState.PLANNED and still.from_us <= now_us:
        still = replace(still, state=StillState.RUNNING)
        steps.append((STARTED, still))
    if still.to_us is not None and still.to_us <= now_us:
        return [*steps, (ENDED, replace(still, state=StillState.OVER))]
    last_us = still.reminded_us or still.from_us
    if still.sort is StillSort.OUT_OF_SERVICE and last_us <= now_us - REMIND_US:
        steps.append((REMINDED, replace(still, reminded_us=now_us)))
    return steps


def _plans(connection: Connection, zones: Collection[str], now_us: int) -> list[Still]:
    """The stretches of time for which the machines of zones are planned to be off."""
    found = []
    for some in chunks(zones):
        query = select(zone_schedules.c.zone, zone_schedules.c.events).where(zone_schedules.c.zone.in_(some))
        for zone, planned in connection.execute(query):
            found += [
                Still(
                    zone,
                    StillSort.PLAN,
                    f"zone:{zone}",
                    from_us,
                    to_us,
                    "",
                    SYSTEM,
                    from_us,
                    StillState.RUNNING,
                )
                for kind, from_us, to_us in planned
                if kind == _MACHINES_OFF and from_us <= now_us
            ]
    return found


def _open(connection: Connection, id: str, version: int | None) -> Still:
    still = get(connection, id)
    if still is None:
        raise NoSuchObjectError("maintenance", id)
    expect("maintenance", id, version, still.version)
    if still.state not in _OPEN:
        raise OutdatedVersionError("maintenance", id, version or still.version, still.version + 1)
    return still


def _replace(connection: Connection, act: str, before: Still, after: Still, by: By) -> Still:
    after = replace(after, version=before.version + 1)
    row = still_row(after)
    connection.execute(update(table).where(table.c.id == row.pop("id")).values(row))
    _tell(connection, act, before, after, by)
    look_again(connection, by.time_us)
    return after


def _tell(connection: Connection, act: str, before: Still | None, after: Still, by: By) -> None:
    events.append(
        connection, principal=by.principal, act=act, subject=f"maintenance:{after.id}", reason=by.reason,
        old=before.told() if before else None, new=after.told(), time_us=by.time_us,
    )  # fmt: skip
