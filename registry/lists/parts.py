"""Rows that together are one field of an object: the legs of a shipment, what a device model measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields, replace
from typing import Any

from registry.lists.directory import Known
from registry.lists.nouns import CLEARED, Fault, Row
from registry.lists.planning import BATCH, Change, Outcome, Same, Upload, batched, enter, excuse, resolved
from registry.lists.sheets import PART_NOUNS

MOST_PARTS = 100
"""Parts that one object may have."""


def plan_parts(upload: Upload, rows: Iterable[Row]) -> Iterator[Outcome]:
    """What the rows of one sheet of parts would change. All rows of an object together are what it then has."""
    groups: dict[str, list[Row]] = {}
    faulty: set[str] = set()
    for batch in batched(rows, BATCH):
        for row, faults in resolved(upload, batch):
            parent = row.values.get(row.sheet.parent)
            own = faults or (_wrong(row) if row.sound else [])
            yield from own
            if isinstance(parent, str):
                groups.setdefault(parent, []).append(row)
                faulty |= {parent} if own or not row.sound else set()
    for keys in batched(groups, BATCH):
        kind = groups[keys[0]][0].sheet.kind
        stored = {known.value.key: known for known in upload.directory.find(kind, "key", keys)}
        for key in keys:
            if key not in faulty:
                yield _whole(upload, key, groups[key], stored.get(key))


def part_of(row: Row) -> Any:
    """The part that a resolved row without faults describes."""
    noun = PART_NOUNS[row.sheet.part]
    given = {
        name: value for name, value in row.values.items() if name != row.sheet.parent and value is not CLEARED
    }
    return noun(**given)


def wrong_part(row: Row) -> list[Fault]:
    """What is wrong with a part that stands within its object."""
    needed = (f.name for f in fields(PART_NOUNS[row.sheet.part]) if f.default is MISSING)
    return _lacking(row, sorted(needed)) or _backwards(row)


def _wrong(row: Row) -> list[Fault]:
    needed = {f.name for f in fields(PART_NOUNS[row.sheet.part]) if f.default is MISSING} | {row.sheet.parent}
    return _lacking(row, sorted(needed)) or _backwards(row)


def _lacking(row: Row, needed: Iterable[str]) -> list[Fault]:
    for name in needed:
        if row.values.get(name, CLEARED) is CLEARED:
            column = row.sheet.column(name)
            return [Fault(row.where(name), "fault.missing", {"field": column.text if column else name})]
    return []


def _backwards(row: Row) -> list[Fault]:
    for start, end in row.sheet.spans:
        first, last = row.values.get(start), row.values.get(end)
        if isinstance(first, int | float) and isinstance(last, int | float) and last <= first:
            column = row.sheet.column(start)
            return [
                Fault(row.where(end), "fault.end_before_start", {"start": column.text if column else start})
            ]
    return []


def _whole(upload: Upload, key: str, rows: list[Row], stored: Known | None) -> Outcome:
    """The object with these parts."""
    sheet, last = rows[0].sheet, rows[-1]
    if len(rows) > MOST_PARTS:
        return Fault(last.where(), "fault.too_many_parts", {"limit": str(MOST_PARTS)})
    seen = upload.seen.get((sheet.kind, key))
    was = seen.new if seen else stored.value if stored else None
    if was is None:  # the row that would make it is faulty, and says so itself
        excuse(upload, last)
        return Same(last.where(), sheet.kind)
    new = replace(was, **{sheet.part: tuple(part_of(row) for row in rows)})
    if new == was:
        return Same(last.where(), sheet.kind)
    old = seen.old if seen else stored
    enter(upload, last, sheet.kind, old, new)
    return Change(rows[0].where(), sheet.kind, old, new)
