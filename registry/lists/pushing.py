"""Objects pushed by a program, as JSON: the same planning as for lists, with faults by index and field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from registry.lists.cells import shown
from registry.lists.nouns import LISTED, Fault, Row, Sheet, Where
from registry.lists.objects import plan_objects
from registry.lists.parts import MOST_PARTS, part_of, wrong_part
from registry.lists.placing import Placer, plan_placements
from registry.lists.planning import Outcome, Upload, resolved
from registry.lists.reading import read_values, with_system
from registry.lists.sheets import PARTS


def plan_items(
    upload: Upload, sheet: Sheet, items: Sequence[Any], placer: Placer, system: str = LISTED
) -> Iterator[Outcome]:
    """What the items (objects by field) would change. A field that is absent stays as it is, null empties it.

    The row of a fault is the item's index from 0, its column is "", its header the field.
    """
    rows = []
    for index, item in enumerate(items):
        row, faults = _row(upload, sheet, index, item, system)
        yield from faults
        if row and not faults:
            rows.append(row)
    if sheet.kind == "placement":
        yield from plan_placements(upload, rows, placer)
        return
    yield from plan_objects(upload, rows)
    yield from plan_placements(upload, (), placer)


def _row(upload: Upload, sheet: Sheet, index: int, item: Any, system: str) -> tuple[Row | None, list[Fault]]:
    if not isinstance(item, dict):
        return None, [Fault(Where(sheet.name, index), "fault.not_an_object")]
    parts = PARTS.get(sheet.kind)
    part = parts.part if parts else ""
    fields = {column.field for column in sheet.columns} | ({part} if part else set())
    faults = [_unknown(sheet.name, index, name, fields) for name in item if name not in fields]
    columns = {column.target: ("", column.field) for column in sheet.columns}
    values, wrong = read_values(sheet, item, clearing=False)
    row = Row(sheet, sheet.name, index, with_system(values, system), columns)
    for column, error in wrong:
        value = shown(item[column.field])[:200]
        where = Where(sheet.name, index, "", column.field, value)
        faults.append(Fault(where, f"fault.{error.code}", error.params))
    if parts and part in item:
        found, part_faults = _parts(upload, parts, index, item[part])
        values[part] = found
        faults += part_faults
    return row, faults


def _parts(upload: Upload, sheet: Sheet, index: int, items: Any) -> tuple[tuple[Any, ...], list[Fault]]:
    """The parts that an object says it consists of."""
    if items is None:
        return (), []
    where = Where(sheet.kind, index, "", sheet.part)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return (), [Fault(where, "fault.parts_not_a_list")]
    if len(items) > MOST_PARTS:
        return (), [Fault(where, "fault.too_many_parts", {"limit": str(MOST_PARTS)})]
    rows, faults = [], []
    for at, item in enumerate(items):
        columns = {c.target: ("", f"{sheet.part}/{at}/{c.field}") for c in sheet.columns}
        own = {column.field for column in sheet.columns if column.target != sheet.parent}
        faults += [_unknown(sheet.kind, index, name, own) for name in item if name not in own]
        values, wrong = read_values(sheet, item, clearing=False)
        row = Row(sheet, sheet.kind, index, values, columns)
        faults += [Fault(row.where(column.target), f"fault.{e.code}", e.params) for column, e in wrong]
        rows.append(row)
    good = []
    for row, unresolved in resolved(upload, rows):
        own_faults = unresolved + wrong_part(row)
        faults += own_faults
        good += [] if own_faults or faults else [part_of(row)]
    return tuple(good), faults


def _unknown(table: str, index: int, name: str, known: Iterable[str]) -> Fault:
    where = Where(table, index, "", name[:100])
    return Fault(where, "fault.unknown_field", {"known": ", ".join(sorted(known))})
