"""Machines as kept: the figures of their days, and the inspections that were done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, insert, select

from registry.nouns import Inspection, InspectionResult
from store.repositories.records import By, record
from store.tables.machines import equipment_figures, inspections

Figures = dict[str, tuple[float, int, float]]
"""Figure → value, samples, coverage."""


class StoredDay(NamedTuple):
    """The figures of one day of a machine."""

    day: int
    inputs: str
    figures: Figures


def days(connection: Connection, equipment: str, from_day: int, behind_day: int) -> list[StoredDay]:
    """The days kept of a machine, from one on up to another, in order."""
    table = equipment_figures.c
    asked = and_(table.equipment == equipment, table.day >= from_day, table.day < behind_day)
    rows = connection.execute(select(table.day, table.inputs, table.figures).where(asked).order_by(table.day))
    return [StoredDay(day, inputs, {k: tuple(v) for k, v in kept.items()}) for day, inputs, kept in rows]


def keep_days(connection: Connection, equipment: str, kept: Sequence[StoredDay]) -> None:
    """Put these days in place of those of the same number. They are derived from readings: no event tells of it."""
    table = equipment_figures.c
    numbers = [day.day for day in kept]
    connection.execute(delete(equipment_figures).where(table.equipment == equipment, table.day.in_(numbers)))
    rows = [{"equipment": equipment, **day._asdict()} for day in kept]
    connection.execute(insert(equipment_figures), rows)


def inspected(connection: Connection, equipment: str | None = None) -> list[Inspection]:
    """The inspections on record, of one machine or of all, in order of when they were done."""
    asked = select(inspections).order_by(inspections.c.done_us, inspections.c.id)
    if equipment is not None:
        asked = asked.where(inspections.c.equipment == equipment)
    return [
        Inspection(**{**row, "result": InspectionResult(row["result"])})
        for row in connection.execute(asked).mappings()
    ]


def add_inspection(connection: Connection, done: Inspection, by: By) -> Inspection:
    """Put an inspection on record, with its event."""
    values = {name: getattr(done, name) for name in inspections.c.keys()}  # noqa: SIM118
    connection.execute(insert(inspections).values(values | {"result": str(done.result)}))
    record(connection, by, "inspected", f"equipment:{done.equipment}", None, done.told())
    return done
