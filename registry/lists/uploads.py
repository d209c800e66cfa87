"""An upload of several tables, planned as one: sheets in the order in which they refer to each other, places last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from registry.lists.headers import Layout
from registry.lists.nouns import LISTED, Cell, Fault, Row
from registry.lists.objects import plan_objects
from registry.lists.parts import plan_parts
from registry.lists.placing import Placer, plan_placements
from registry.lists.planning import Outcome, Upload
from registry.lists.reading import read_rows
from registry.lists.sheets import SHEETS

_ORDER = {name: number for number, name in enumerate(SHEETS)}


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file: how it is read, and its rows from the first on, as often as they are asked for."""

    layout: Layout
    rows: Callable[[], Iterable[Sequence[Cell]]]


def plan_tables(
    upload: Upload,
    tables: Sequence[Table],
    placer: Placer,
    system: str = LISTED,
    on_row: Callable[[str], None] = lambda _: None,
) -> Iterator[Outcome]:
    """What the tables together would change, and everything that is wrong with them.

    Args:
        system: the external system of numbers for which a row names none.
        on_row: called for each row with the name of its table; what it raises ends the planning.
    """
    found: list[Fault] = []

    def read(table: Table) -> Iterator[Row]:
        for row, faults in read_rows(table.layout, table.rows(), system):
            on_row(table.layout.table)
            found.extend(faults)
            yield replace(row, sound=not faults) if faults else row

    places = [table for table in tables if table.layout.sheet.kind == "placement"]
    for table in sorted(tables, key=lambda table: _ORDER[table.layout.sheet.name]):
        yield from table.layout.faults
        if table not in places:
            plan = plan_parts if table.layout.sheet.part else plan_objects
            yield from _with_faults(plan(upload, read(table)), found)
    placed = (row for table in places for row in read(table))
    yield from _with_faults(plan_placements(upload, placed, placer), found)


def _with_faults(outcomes: Iterable[Outcome], found: list[Fault]) -> Iterator[Outcome]:
    """What comes of rows, and the faults of those that could not even be read, about where they stand."""
    for outcome in outcomes:
        yield from found
        found.clear()
        yield outcome
    yield from found
    found.clear()
