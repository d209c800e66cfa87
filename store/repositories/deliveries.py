"""Webhook deliveries as kept: made once per event and endpoint, in order per ticket, settled, dead, replayed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    delete,
    exists,
    insert,
    select,
    update,
)

from registry.nouns import uuid7
from store.repositories.records import By, NoSuchObjectError, record
from store.repositories.ticket_rows import chunks
from store.tables.webhooks import deliveries as table
from store.tables.webhooks import position as position_table


class DeliveryState(StrEnum):
    """What has become of a delivery."""

    WAITING = "waiting"
    """It is to be sent, now, later, or after another of its order key."""
    DELIVERED = "delivered"
    DEAD = "dead"
    """Given up; it can be replayed."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one endpoint; its id is the same however often it is sent."""

    number: int
    """In the order in which they were made."""
    id: str
    endpoint: str
    event: int | None
    """The event it tells of; None for a ping."""
    type: str
    body: str
    """JSON exactly as it is signed and sent."""
    order_key: str
    """What it is about: of two with the same one, the first must be settled before the second is sent."""
    made_us: int
    state: DeliveryState
    next_us: int | None
    """When it is sent next; None when it is settled, or stands behind another."""
    attempts: int
    last_us: int | None
    status: int | None
    """The HTTP status of the last attempt, if there was an answer."""
    reason: str
    """What went wrong with the last attempt; "" if nothing did."""
    settled_us: int | None


class Made(NamedTuple):
    """A message to be delivered."""

    endpoint: str
    event: int | None
    type: str
    body: str
    order_key: str


class Settled(NamedTuple):
    """What came of one attempt."""

    state: DeliveryState
    next_us: int | None
    status: int | None
    reason: str


_FINAL = (DeliveryState.DELIVERED, DeliveryState.DEAD)
_WAITS = table.c.state == DeliveryState.WAITING
_columns = tuple(table.c[field.name] for field in fields(Delivery))


def position(connection: Connection) -> int | None:
    """The last event of which all deliveries are made; None if none was ever followed."""
    return connection.execute(select(position_table.c.sequence)).scalar_one_or_none()


def move_to(connection: Connection, sequence: int) -> None:
    """All deliveries of events up to this one are made."""
    if connection.execute(update(position_table).values(sequence=sequence)).rowcount == 0:
        connection.execute(insert(position_table).values(id=1, sequence=sequence))


def make(connection: Connection, messages: Sequence[Made], now_us: int) -> list[str]:
    """Keep messages, to be sent in their order; the ids of those that were not kept before."""
    told = _told(connection, messages)
    fresh = [message for message in messages if (message.endpoint, message.event) not in told]
    waiting = _waiting(connection, fresh)
    rows: list[dict[str, Any]] = []
    for message in fresh:
        key = (message.endpoint, message.order_key)
        rows.append(message._asdict() | {
            "id": f"msg_{uuid7(now_us).replace('-', '')}", "made_us": now_us, "state": DeliveryState.WAITING,
            "next_us": None if key in waiting else now_us, "attempts": 0, "reason": "",
        })  # fmt: skip
        waiting.add(key)
    if rows:
        connection.execute(insert(table), rows)
    return [row["id"] for row in rows]


def _told(connection: Connection, messages: Sequence[Made]) -> set[tuple[str, int | None]]:
    """(endpoint, event) of the messages that were kept before."""
    found: set[tuple[str, int | None]] = set()
    endpoints = sorted({message.endpoint for message in messages})
    wanted = select(table.c.endpoint, table.c.event).where(table.c.endpoint.in_(endpoints))
    for some in chunks({message.event for message in messages if message.event is not None}):
        which = wanted.where(table.c.event.in_(some))
        found |= {(endpoint, event) for endpoint, event in connection.execute(which)}
    return found


def _waiting(connection: Connection, messages: Sequence[Made]) -> set[tuple[str, str]]:
    """(endpoint, order key) of these, where something waits."""
    found: set[tuple[str, str]] = set()
    wanted = select(table.c.endpoint, table.c.order_key).where(_WAITS).distinct()
    endpoints = sorted({message.endpoint for message in messages})
    for some in chunks({message.order_key for message in messages}):
        which = wanted.where(table.c.endpoint.in_(endpoints), table.c.order_key.in_(some))
        found |= {(endpoint, key) for endpoint, key in connection.execute(which)}
    return found


def due(
    connection: Connection, endpoint: str, now_us: int, limit: int, beside: Collection[str] = ()
) -> list[Delivery]:
    """What is to be sent there now, at most `limit`, the longest due first; not those in `beside`, which are being sent."""
    query = (
        select(*_columns)
        .where(table.c.endpoint == endpoint, _WAITS, table.c.next_us <= now_us, _first_of_its_key())
        .order_by(table.c.next_us, table.c.number)
        .limit(limit + len(beside))
    )
    rows = (_delivery(row) for row in connection.execute(query).mappings())
    return [row for row in rows if row.id not in beside][:limit]


def settle(connection: Connection, id: str, outcome: Settled, now_us: int) -> None:
    """Record what came of an attempt; what stood behind a settled one comes forward. Of one that is gone, nothing."""
    final = outcome.state in _FINAL
    changed = connection.execute(
        update(table)
        .where(table.c.id == id, _WAITS)
        .values(
            **outcome._asdict(),
            attempts=table.c.attempts + 1,
            last_us=now_us,
            settled_us=now_us if final else None,
        )
    ).rowcount
    if changed and final:
        row = connection.execute(select(table.c.endpoint, table.c.order_key).where(table.c.id == id)).one()
        following = connection.execute(_waiting_of(row.endpoint, row.order_key).limit(1)).scalar()
        connection.execute(
            update(table).where(table.c.number == following, table.c.next_us.is_(None)).values(next_us=now_us)
        )


def bring_forward(connection: Connection, now_us: int, endpoint: str | None = None) -> int:
    """Let everything that stands behind nothing be sent; how many did."""
    where: list[ColumnElement[bool]] = [_WAITS, table.c.next_us.is_(None), _first_of_its_key()]
    if endpoint is not None:
        where.append(table.c.endpoint == endpoint)
    return connection.execute(update(table).where(*where).values(next_us=now_us)).rowcount


def give_up(connection: Connection, endpoint: str, reason: str, now_us: int) -> int:
    """Whatever waits for an endpoint becomes a dead letter; how many did."""
    dead = {"state": DeliveryState.DEAD, "next_us": None, "reason": reason, "settled_us": now_us}
    return connection.execute(update(table).where(table.c.endpoint == endpoint, _WAITS).values(dead)).rowcount


def get(connection: Connection, endpoint: str, id: str) -> Delivery | None:
    """One delivery of an endpoint."""
    query = select(*_columns).where(table.c.endpoint == endpoint, table.c.id == id)
    row = connection.execute(query).mappings().first()
    return _delivery(row) if row else None


def find(
    connection: Connection,
    endpoint: str,
    state: DeliveryState | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Delivery]:
    """The deliveries of an endpoint, the newest first, with numbers below `before`."""
    query = select(*_columns).where(table.c.endpoint == endpoint).order_by(table.c.number.desc()).limit(limit)
    if state is not None:
        query = query.where(table.c.state == state)
    if before is not None:
        query = query.where(table.c.number < before)
    return [_delivery(row) for row in connection.execute(query).mappings()]


def replay(connection: Connection, endpoint: str, id: str, by: By) -> Delivery:
    """Send a settled one again, with its id and its retries from the start; one that waits is sent at once.

    Raises:
        NoSuchObjectError: there is none.
    """
    found = get(connection, endpoint, id)
    if found is None:
        raise NoSuchObjectError("delivery", id)
    _again(connection, table.c.id == id)
    bring_forward(connection, by.time_us, endpoint)
    record(connection, by, "replayed", f"webhook:{endpoint}", None, {"delivery": id})
    again = get(connection, endpoint, id)
    assert again is not None  # it was there in this transaction
    return again


def replay_dead(connection: Connection, endpoint: str, since_us: int, by: By) -> int:
    """Send all dead letters of an endpoint again that were made at or after a time, in their order; how many."""
    dead = (table.c.endpoint == endpoint) & (table.c.state == DeliveryState.DEAD)
    again = _again(connection, dead & (table.c.made_us >= since_us))
    if again:
        bring_forward(connection, by.time_us, endpoint)
        record(connection, by, "replayed", f"webhook:{endpoint}", None, {"dead_letters": again})
    return again


def forget(connection: Connection, delivered_before_us: int, dead_before_us: int) -> int:
    """Drop what was delivered, or given up, before a time; how many."""
    dropped = 0
    for state, before_us in ((_FINAL[0], delivered_before_us), (_FINAL[1], dead_before_us)):
        old = delete(table).where(table.c.state == state, table.c.settled_us < before_us)
        dropped += connection.execute(old).rowcount
    return dropped


def _again(connection: Connection, which: ColumnElement[bool]) -> int:
    fresh = {"state": DeliveryState.WAITING, "next_us": None, "attempts": 0, "settled_us": None}
    return connection.execute(update(table).where(which).values(fresh)).rowcount


def _waiting_of(endpoint: str, order_key: str) -> Select[tuple[int]]:
    """The numbers of what waits for an endpoint under one order key, the first made first."""
    same = (table.c.endpoint == endpoint, table.c.order_key == order_key, _WAITS)
    return select(table.c.number).where(*same).order_by(table.c.number)


def _first_of_its_key() -> ColumnElement[bool]:
    """Nothing that was made before it, for the same endpoint and about the same, still waits."""
    earlier = table.alias()
    return ~exists(
        select(earlier.c.number)
        .where(
            earlier.c.endpoint == table.c.endpoint,
            earlier.c.order_key == table.c.order_key,
            earlier.c.state == DeliveryState.WAITING,
            earlier.c.number < table.c.number,
        )
        .correlate(table)
    )


def _delivery(row: RowMapping) -> Delivery:
    values = {str(name): value for name, value in row.items()}
    return Delivery(**{**values, "state": DeliveryState(values["state"])})
