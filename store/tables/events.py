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

_KEPT = tuple(column.name for column in events.columns if column.name != "hash")
_DELETED, _CHANGED = "events are never deleted", "events are never changed, only sealed once"


def _sealing(same: str) -> str:
    """The condition under which an update does nothing but seal; `same` compares a column, `{0}`."""
    return " AND ".join(["OLD.hash IS NULL AND NEW.hash IS NOT NULL", *(same.format(name) for name in _KEPT)])


_SQLITE = (
    "CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event "
    f"BEGIN SELECT RAISE(ABORT, '{_DELETED}'); END",
    "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event "
    f"WHEN NOT ({_sealing('NEW.{0} IS OLD.{0}')}) "
    f"BEGIN SELECT RAISE(ABORT, '{_CHANGED}'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION event_refuses() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RAISE integrity_constraint_violation USING MESSAGE = TG_ARGV[0]; END'",
    "CREATE TRIGGER event_is_never_deleted BEFORE DELETE OR TRUNCATE ON event "
    f"FOR EACH STATEMENT EXECUTE FUNCTION event_refuses('{_DELETED}')",
    "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event FOR EACH ROW "
    f"WHEN (NOT ({_sealing('CAST(NEW.{0} AS text) IS NOT DISTINCT FROM CAST(OLD.{0} AS text)')})) "
    f"EXECUTE FUNCTION event_refuses('{_CHANGED}')",
)
"""Documents are compared as text: the type json has no equality."""

for _dialect, _statements in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL)):
    for _statement in _statements:
        event.listen(events, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
