"""The event table: every change of the service database, append-only, and the head of its hash chain."""

from __future__ import annotations

from sqlalchemy import DDL, CheckConstraint, Column, LargeBinary, String, Table, event

from store.tables.metadata import Document, Number, metadata

events = Table(
    "event",
    metadata,
    Column("sequence", Number, primary_key=True, autoincrement=True),
    Column("time_us", Number, nullable=False),
    Column("principal", String, nullable=False),
    Column("act", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("reason", String, nullable=False),
    Column("old", Document),
    Column("new", Document),
    Column("hash", LargeBinary(32)),
    sqlite_autoincrement=True,
)

event_head = Table(
    "event_head",
    metadata,
    Column("id", Number, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
    Column("sequence", Number, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)
"""The last sealed event. Without it, cutting off the end of the chain would go unseen."""

_UNCHANGED = " AND ".join(
    f"NEW.{column.name} IS OLD.{column.name}" for column in events.columns if column.name != "hash"
)
_TRIGGERS = (
    "CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event "
    "BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END",
    "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event "
    f"WHEN NOT (OLD.hash IS NULL AND NEW.hash IS NOT NULL AND {_UNCHANGED}) "
    "BEGIN SELECT RAISE(ABORT, 'events are never changed, only sealed once'); END",
)
for _trigger in _TRIGGERS:
    event.listen(events, "after_create", DDL(_trigger).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
