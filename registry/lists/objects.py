"""What the rows of a sheet of objects would change: who each row is about, what it makes of it, and why it cannot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, replace
from typing import Any

from registry.lists.directory import Known
from registry.lists.keys import made_key
from registry.lists.nouns import CLEARED, Fault, Row, Sheet
from registry.lists.planning import (
    BATCH,
    Change,
    Outcome,
    Same,
    Upload,
    batched,
    brought,
    enter,
    excuse,
    resolved,
)
from registry.lists.sheets import PARTS
from registry.nouns import KINDS, LotStatus, PlaceKind, Registered
from registry.working_set import goods_of

_PLACE_KINDS = tuple(kind.value for kind in PlaceKind)


def plan_objects(upload: Upload, rows: Iterable[Row]) -> Iterator[Outcome]:
    """What the rows of one sheet of objects would change, in their order."""
    for batch in batched(rows, BATCH):
        good = []
        for row, faults in resolved(upload, batch):
            yield from faults
            yield from brought(upload)
            if faults or not row.sound:
                excuse(upload, row)
            else:
                good.append(row)
        yield from _Batch(upload, good).outcomes()


class _Batch:
    """Rows of one sheet that are planned together."""

    def __init__(self, upload: Upload, rows: Sequence[Row]) -> None:
        self._upload = upload
        self._rows = rows
        self._kind = rows[0].sheet.kind if rows else ""
        self._by: dict[str, dict[Any, list[Known]]] = {}
        self._codes: Mapping[str, str] = {}
        self._places: dict[str, str] = {}

    def outcomes(self) -> Iterator[Outcome]:
        """What each row comes to."""
        if not self._rows:
            return
        self._look_up()
        for row in self._rows:
            outcome = self._outcome(row)
            if isinstance(outcome, Fault):
                excuse(self._upload, row)
            yield outcome

    def _look_up(self) -> None:
        """Everything that these rows can be about, with three or four questions."""
        first = self._rows[0].sheet.identity[0]
        made = {made_key(self._kind, parts) for row in self._rows if (parts := _naming(row))}
        given = {row.values["key"] for row in self._rows if "key" in row.values}
        self._find("key", made | given)
        self._find("external_number", _texts(self._rows, "external_number"))
        if first != "key":
            named = {_plain(row.values.get(first)) for row in self._rows}
            self._find(first, named - {""} if first == "name" else named)
        codes = {
            code for row in self._rows for code in row.values.get("codes") or () if isinstance(code, str)
        }
        self._codes = self._upload.directory.codes(codes) if codes else {}
        if self._kind in _PLACE_KINDS:
            for other in _PLACE_KINDS:
                if other != self._kind:
                    found = self._upload.directory.find(other, "key", made | given)
                    self._places |= {known.value.key: other for known in found}

    def _find(self, attribute: str, values: Collection[Any]) -> None:
        found: dict[Any, list[Known]] = defaultdict(list)
        for known in self._upload.directory.find(self._kind, attribute, values) if values else ():
            found[getattr(known.value, attribute)].append(known)
        self._by[attribute] = found

    def _outcome(self, row: Row) -> Outcome:
        found = self._identified(row)
        if isinstance(found, Fault):
            return found
        key, old = found
        new = self._merged(row, key, old)
        if isinstance(new, Fault):
            return new
        fault = self._refused(row, new, old)
        if fault:
            return fault
        return self._entered(row, old, new)

    def _identified(self, row: Row) -> tuple[str, Known | None] | Fault:
        """The key that the row is about, and what is stored under it."""
        key, number = row.values.get("key"), row.values.get("external_number")
        numbered = self._numbered(row) if isinstance(number, str) else None
        if key:
            if numbered and numbered != key:
                return Fault(row.where("external_number"), "fault.taken", {"by": f"{self._kind}:{numbered}"})
            return key, self._stored(key)
        if numbered:
            return numbered, self._stored(numbered)
        if isinstance(number, str):
            return self._new_key(row), None
        return self._by_nature(row)

    def _numbered(self, row: Row) -> str | None:
        """The key of the object with the row's number."""
        system, number = row.values["external_system"], row.values["external_number"]
        planned = self._upload.numbers.get((self._kind, system, number))
        stored = [
            k.value.key
            for k in self._by["external_number"].get(number, ())
            if k.value.external_system == system
        ]
        return planned or next(iter(stored), None)

    def _by_nature(self, row: Row) -> tuple[str, Known | None] | Fault:
        nature = _nature(row)
        if not _naming(row):
            return Fault(row.where(), "fault.no_identity", {"fields": "|".join(row.sheet.identity)})
        planned = self._upload.naturals.get((self._kind, nature))
        if planned:
            return planned, self._stored(planned)
        first = row.sheet.identity[0]
        same = [
            known for known in self._by.get(first, {}).get(_plain(row.values.get(first)), ())
            if tuple(getattr(known.value, name) or None for name in row.sheet.identity) == nature
        ]  # fmt: skip
        if len(same) > 1:
            several = ", ".join(sorted(known.value.key for known in same)[:5])
            return Fault(
                row.where(first), "fault.ambiguous", {"value": str(nature[0]), "candidates": several}
            )
        return (same[0].value.key, same[0]) if same else (self._new_key(row), None)

    def _new_key(self, row: Row) -> str:
        parts = _naming(row)
        key = made_key(self._kind, parts)
        taken = self._stored(key) or (self._kind, key) in self._upload.seen or self._elsewhere(key)
        return made_key(self._kind, parts, exact=False) if taken else key

    def _stored(self, key: str) -> Known | None:
        seen = self._upload.seen.get((self._kind, key))
        if seen:
            return seen.old
        found = self._by["key"].get(key) or [
            known
            for by in self._by.values()
            for same in by.values()
            for known in same
            if known.value.key == key
        ]
        return found[0] if found else None

    def _elsewhere(self, key: str) -> str | None:
        """Another kind of place that has this key."""
        if self._kind not in _PLACE_KINDS:
            return None
        planned = (kind for kind in _PLACE_KINDS if kind != self._kind and (kind, key) in self._upload.seen)
        return self._places.get(key) or next(planned, None)

    def _merged(self, row: Row, key: str, old: Known | None) -> Any:
        """The object as it is, with what the row says; or what a new one lacks."""
        noun = KINDS[self._kind].noun
        said = {name: value for name, value in row.values.items() if _is_field(row.sheet, name)}
        for name, value in said.items():
            if value is CLEARED:
                said[name] = _default(noun, name)
        missing = next((name for name, value in said.items() if value is MISSING), None)
        if missing is None and old is None:
            missing = next((n for n in _needed(noun) if n != "key" and n not in said), None)
        if missing is not None:
            column = row.sheet.column(missing)
            return Fault(row.where(missing), "fault.missing", {"field": column.text if column else missing})
        if old is None:
            return noun(**{**said, "key": key})
        return replace(
            old.value, **{**{n: v for n, v in said.items() if not _is_weaker(old.value, n, v)}, "key": key}
        )

    def _refused(self, row: Row, new: Any, old: Known | None) -> Fault | None:
        for start, end in row.sheet.spans:
            first, last = getattr(new, start), getattr(new, end)
            if first is not None and last is not None and last <= first:
                return _backwards(row, start, end)
        elsewhere = None if old else self._elsewhere(new.key)
        if elsewhere:
            return Fault(row.where("key"), "fault.taken", {"by": f"{elsewhere}:{new.key}"})
        return self._code_taken(row, new) or self._name_taken(row, new)

    def _code_taken(self, row: Row, new: Any) -> Fault | None:
        own = f"{self._kind}:{new.key}"
        for code in getattr(new, "codes", ()):
            by = self._upload.codes.get(code) or self._codes.get(code)
            if by is not None and by != own:
                return Fault(row.where("codes"), "fault.taken", {"by": by})
        return None

    def _name_taken(self, row: Row, new: Any) -> Fault | None:
        """A device's name on the wire belongs to one device."""
        if self._kind != "device":
            return None
        nature = tuple(getattr(new, name) or None for name in row.sheet.identity)
        same = [k.value.key for k in self._by["device"].get(new.device, ()) if k.value.gateway == new.gateway]
        by = self._upload.naturals.get((self._kind, nature)) or next(iter(same), None)
        return (
            Fault(row.where("device"), "fault.taken", {"by": f"device:{by}"})
            if by and by != new.key
            else None
        )

    def _entered(self, row: Row, old: Known | None, new: Any) -> Outcome:
        seen = self._upload.seen.get((self._kind, new.key))
        if seen and seen.new != new:
            return Fault(
                row.where(), "fault.row_twice", {"sheet": seen.where.sheet, "row": str(seen.where.row)}
            )
        if not seen:
            enter(self._upload, row, self._kind, old, new)
        place = row.values.get("place") if self._stands(row) else None
        if isinstance(place, str):
            self._upload.standing.append((row, self._kind, new.key))
        if seen or (old and old.value == new):
            return Same(row.where(), self._kind)
        return Change(row.where(), self._kind, old, new)

    def _stands(self, row: Row) -> bool:
        column = row.sheet.column("place")
        return column is not None and column.places


def _is_weaker(old: Any, name: str, said: Any) -> bool:
    """Whether a list that is sent again would undo what was decided since: the rules adopted for a place, goods put on hold."""
    kept = getattr(old, name)
    if name == "profile":
        return bool(kept) and kept != said and goods_of(kept) == said
    return name == "status" and said is LotStatus.AVAILABLE and kept in {LotStatus.HOLD, LotStatus.REJECTED}


def _backwards(row: Row, start: str, end: str) -> Fault:
    first = row.sheet.column(start)
    return Fault(row.where(end), "fault.end_before_start", {"start": first.text if first else start})


def _naming(row: Row) -> tuple[str, ...]:
    """The texts of which a key is made: the number, else what names the object."""
    number = row.values.get("external_number")
    if isinstance(number, str):
        return (number,)
    return tuple(str(part) for part in _nature(row) if part is not None)


def _nature(row: Row) -> tuple[Any, ...]:
    found = (row.values.get(name) for name in row.sheet.identity)
    return tuple(None if value is CLEARED else value or None for value in found)


def _texts(rows: Sequence[Row], attribute: str) -> set[str]:
    return {value for row in rows if isinstance(value := row.values.get(attribute), str)}


def _plain(value: Any) -> Any:
    return "" if value is None or value is CLEARED else value


def _is_field(sheet: Sheet, attribute: str) -> bool:
    column = sheet.column(attribute)
    if column is None:
        return sheet.kind in PARTS and PARTS[sheet.kind].part == attribute
    return not column.places


def _needed(noun: type[Registered]) -> list[str]:
    return [f.name for f in fields(noun) if f.default is MISSING and f.default_factory is MISSING]


def _default(noun: type[Registered], name: str) -> Any:
    return next(f.default for f in fields(noun) if f.name == name)
