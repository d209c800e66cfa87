"""The event table: append, seal into a hash chain, verify, and read on from a number.

Every change of the service database appends an event in its own transaction; history, live stream, outbox and audit
read it. One sealer fills the hashes: hash = SHA-256(hash before + the row as canonical JSON). Numbers have no gap and are
committed in their order, for one transaction writes at a time, on every engine (`store.service`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, cast, func, insert, select, update

from detect.nouns import Json
from store.documents import write_json
from store.rows import add, among
from store.tables.events import event_head, events

GENESIS = bytes(32)
"""What stands before the first event's hash."""

_PAGE = 1000
_APPEND = insert(events)
_COLUMNS = tuple(column for column in events.columns if column.name != "hash")
_BEFORE_ALL = -(2**63)
"""No number is smaller: a row that was put before the first is found, too."""
_AS_TEXT = select(
    *_COLUMNS[:-2], cast(events.c.old, String).label("old"), cast(events.c.new, String).label("new"), events.c.hash
)  # fmt: skip


class Event(NamedTuple):
    """One change: who did what to which object, why, and what it was before and after."""

    sequence: int
    time_us: int
    principal: str
    act: str
    """A verb in the past: `created`, `changed`, `acknowledged`, …"""
    subject: str
    """`kind:key`, e.g. `zone:cold-1`."""
    reason: str
    old: Json
    new: Json


class Head(NamedTuple):
    """The end of the chain; kept elsewhere (exported, signed), it proves later that nothing before it changed."""

    sequence: int
    hash: bytes


class Break(StrEnum):
    """In what way the chain is broken."""

    ALTERED = "altered"
    """The row, or its place in the order, is not what was sealed."""
    MISSING = "missing"
    """A sealed row is gone."""
    UNSEALED = "unsealed"
    """A row among the sealed ones has no hash."""
    INSERTED = "inserted"
    """A row carries a hash that the sealer never made."""
    REWRITTEN = "rewritten"
    """The chain agrees with itself but not with the anchor: it was made anew."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found: how far the chain is whole, where it breaks first, and what is not sealed yet."""

    head: Head
    """The last row up to which all is well."""
    broken: Break | None
    broken_at: int | None
    """Sequence of the first row that is not what it was (or is gone)."""
    unsealed: tuple[int, int] | None
    """First and last sequence of the tail that waits for the sealer; nothing is known about these rows."""


def append(
    connection: Connection,
    *,
    principal: str,
    act: str,
    subject: str,
    reason: str,
    old: Json,
    new: Json,
    time_us: int,
) -> int:
    """Record one change in the caller's transaction and return its sequence.

    Raises:
        sqlalchemy.exc.StatementError, ValueError: `old` or `new` holds NaN or an infinity.
    """
    sequence = last_sequence(connection) + 1
    row = {
        "sequence": sequence, "time_us": time_us, "principal": principal, "act": act,
        "subject": subject, "reason": reason, "old": old, "new": new,
    }  # fmt: skip
    connection.execute(_APPEND, [row])
    return sequence


class Unnumbered(NamedTuple):
    """An event that is to be appended."""

    time_us: int
    principal: str
    act: str
    subject: str
    reason: str
    old: Json
    new: Json


def append_all(connection: Connection, changes: Iterable[Unnumbered]) -> None:
    """Record many changes in their order in the caller's transaction, in one statement.

    Raises:
        sqlalchemy.exc.StatementError, ValueError: an `old` or `new` holds NaN or an infinity.
    """
    told = list(changes)
    if not told:
        return
    first = last_sequence(connection) + 1  # a rolled-back transaction leaves a gap where the database counts
    rows = [{"sequence": number, **change._asdict()} for number, change in enumerate(told, first)]
    add(connection, events, rows)


def since(connection: Connection, sequence: int, limit: int = _PAGE) -> list[Event]:
    """The events after `sequence`, in order, at most `limit`."""
    query = select(*_COLUMNS).where(events.c.sequence > sequence).order_by(events.c.sequence).limit(limit)
    return [Event(*row) for row in connection.execute(query).all()]


def of_subject(connection: Connection, subject: str, after: int = 0, limit: int = _PAGE) -> list[Event]:
    """The history of one object, in order: its events after sequence `after`, at most `limit`."""
    query = (
        select(*_COLUMNS)
        .where(events.c.subject == subject, events.c.sequence > after)
        .order_by(events.c.sequence)
        .limit(limit)
    )
    return [Event(*row) for row in connection.execute(query)]


def of_subjects(connection: Connection, subjects: Collection[str]) -> dict[str, list[Event]]:
    """The whole history of many objects, each in order."""
    found: dict[str, list[Event]] = {}
    wanted = list(subjects)
    for at in range(0, len(wanted), _PAGE):
        theirs = among(connection, events.c.subject, wanted[at : at + _PAGE])
        query = select(*_COLUMNS).where(theirs).order_by(events.c.sequence)
        for row in connection.execute(query):
            found.setdefault(row.subject, []).append(Event(*row))
    return found


def last_sequence(connection: Connection) -> int:
    """The sequence of the newest event, 0 if there is none."""
    return int(connection.execute(select(func.coalesce(func.max(events.c.sequence), 0))).scalar_one())


def seal(connection: Connection, limit: int = 10_000) -> int:
    """Seal the rows behind the head, in order, at most `limit`; return how many. Only one sealer may run."""
    head = _head(connection)
    sealed = list(_chain(head.hash, since(connection, head.sequence, limit)))
    if not sealed:
        return 0
    _write_hashes(connection, sealed)
    number, digest = sealed[-1]
    write = insert(event_head).values(id=1) if head.sequence == 0 else update(event_head)
    connection.execute(write.values(sequence=number, hash=digest))
    return len(sealed)


def _write_hashes(connection: Connection, sealed: list[tuple[int, bytes]]) -> None:
    if connection.dialect.name == "postgresql":  # one statement, not one a row
        whole = write_json([{"at": number, "sealed": digest.hex()} for number, digest in sealed])
        connection.exec_driver_sql(
            "UPDATE event SET hash = decode(v.sealed, 'hex') "
            "FROM json_to_recordset(%s::json) AS v (at bigint, sealed text) WHERE event.sequence = v.at", (whole,)
        )  # fmt: skip
        return
    connection.exec_driver_sql(
        "UPDATE event SET hash = ? WHERE sequence = ?", [(digest, number) for number, digest in sealed]
    )


def head(connection: Connection) -> Head:
    """The end of the chain as the sealer recorded it; (0, GENESIS) before the first row is sealed."""
    return _head(connection)


def at(connection: Connection, sequence: int) -> Event | None:
    """The row of this number as it stands now; its documents as far as they are still JSON."""
    query = _AS_TEXT.where(events.c.sequence == sequence)
    return next((_readable(row) for row in connection.execute(query)), None)


def behind(connection: Connection, sequence: int) -> Event | None:
    """The first row behind this number as it stands now."""
    query = _AS_TEXT.where(events.c.sequence > sequence).order_by(events.c.sequence).limit(1)
    return next((_readable(row) for row in connection.execute(query)), None)


def hash_at(connection: Connection, sequence: int) -> bytes | None:
    """The hash with which the row of this number was sealed; None if there is no such row, or it waits for the sealer."""
    if sequence == 0:
        return GENESIS
    found: bytes | None = connection.execute(
        select(events.c.hash).where(events.c.sequence == sequence)
    ).scalar_one_or_none()
    return found


def verify(connection: Connection, anchors: Head | Iterable[Head] | None = None) -> Verdict:
    """Recompute the chain; name the first row that was altered, deleted or reordered, and the unsealed tail.

    `anchors` are heads that were kept elsewhere; the chain must still pass through each of them.
    """
    recorded = _head(connection)
    known = [anchors] if isinstance(anchors, Head) else sorted(anchors or ())
    good = Head(0, GENESIS)
    tail: list[int] = []
    for row in _rows(connection):
        if row.hash is None and row.sequence > recorded.sequence:
            tail = [*tail[:1], row.sequence]
            continue
        skipped = next((one for one in known if good.sequence < one.sequence < row.sequence), None)
        if skipped is not None:
            return Verdict(good, Break.MISSING, skipped.sequence, None)
        broken = _judge(row, good, recorded, known)
        if broken:
            missing = broken is Break.MISSING
            return Verdict(good, broken, good.sequence + 1 if missing else row.sequence, None)
        good = Head(row.sequence, row.hash)
    end = max(recorded.sequence, *(one.sequence for one in known), 0)
    if good.sequence < end:
        return Verdict(good, Break.MISSING, good.sequence + 1, None)
    return Verdict(good, None, None, (tail[0], tail[-1]) if tail else None)


def _judge(row: Any, good: Head, recorded: Head, anchors: Iterable[Head]) -> Break | None:
    """What is wrong with a row that should be sealed and stands behind `good`."""
    if row.hash is None:
        return Break.UNSEALED
    if not good.sequence < row.sequence <= recorded.sequence:
        return Break.INSERTED
    if row.hash != _recomputed(good.hash, row):
        return Break.ALTERED if row.sequence == good.sequence + 1 else Break.MISSING
    if row.sequence == recorded.sequence and row.hash != recorded.hash:
        return Break.REWRITTEN
    if any(row.sequence == anchor.sequence and row.hash != anchor.hash for anchor in anchors):
        return Break.REWRITTEN
    return None


def _head(connection: Connection) -> Head:
    row = connection.execute(select(event_head.c.sequence, event_head.c.hash)).first()
    return Head(row.sequence, row.hash) if row else Head(0, GENESIS)


def _rows(connection: Connection) -> Iterator[Any]:
    """All rows in order, a page at a time; the documents as text, for an altered one may not even be JSON."""
    query = _AS_TEXT.order_by(events.c.sequence).limit(_PAGE)
    after = _BEFORE_ALL
    while page := connection.execute(query.where(events.c.sequence > after)).all():
        yield from page
        after = page[-1].sequence


def _readable(row: Any) -> Event:
    """A row for people: what was altered need not be readable any more."""
    *plain, old, new, _ = row
    documents: list[Json] = []
    for text in (old, new):
        try:
            documents.append(None if text is None else json.loads(text))
        except ValueError:
            documents.append(str(text))
    return Event(*plain, *documents)


def _recomputed(before: bytes, row: Any) -> bytes | None:
    """The hash that a row ought to have; None if no such row can have been written."""
    *plain, old, new, _ = row
    try:
        return _digest(
            before, Event(*plain, *(None if text is None else json.loads(text) for text in (old, new)))
        )
    except ValueError:
        return None


def _chain(before: bytes, rows: Iterable[Event]) -> Iterator[tuple[int, bytes]]:
    for row in rows:
        before = _digest(before, row)
        yield row.sequence, before


def _digest(before: bytes, row: Event) -> bytes:
    return hashlib.sha256(before + write_json(list(row)).encode()).digest()
