"""Where things are, from rows: dated records, and "it is there now" of rows that say no time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from registry.lists.directory import Known
from registry.lists.nouns import Fault, LocalTime, Row
from registry.lists.planning import BATCH, Change, Outcome, Same, Upload, batched
from registry.nouns import NEVER_US, How, PlaceKind, Placement, SubjectKind

_SUBJECTS = tuple(kind.value for kind in SubjectKind)
_PLACES = tuple(kind.value for kind in PlaceKind)


@dataclass(frozen=True, slots=True)
class Placer:
    """Who places, when and how."""

    principal: str
    now_us: int
    how: How


@dataclass(slots=True)
class _Wish:
    """What one row says: this subject is in this place, from and to a time if it says so."""

    row: Row
    place_kind: PlaceKind
    place: str
    from_us: int | None
    to_us: int | None


def plan_placements(upload: Upload, rows: Iterable[Row], placer: Placer) -> Iterator[Outcome]:
    """What the rows of a sheet of placements, and the places that rows of lots and devices name, would change."""
    wishes: dict[tuple[str, str], list[_Wish]] = defaultdict(list)
    for batch in batched(_with_standing(upload, rows), BATCH):
        _prepare(upload, batch)
        for row in batch:
            found = _wish(upload, row)
            if isinstance(found, Fault):
                yield found
            elif row.sound:
                wishes[found[0]].append(found[1])
    for batch_of in batched(wishes, BATCH):
        there = _there(upload, batch_of)
        for subject in batch_of:
            yield from _Subject(SubjectKind(subject[0]), subject[1], there[subject], placer).outcomes(
                wishes[subject]
            )


def _with_standing(upload: Upload, rows: Iterable[Row]) -> Iterator[Row]:
    for row, kind, key in upload.standing:
        yield replace(row, values={"subject_kind": kind, "subject": key, "place": row.values["place"]})
    upload.standing.clear()
    yield from rows


def _prepare(upload: Upload, rows: list[Row]) -> None:
    for field, kinds in (("subject", _SUBJECTS), ("place", _PLACES)):
        words = {word for row in rows if isinstance(word := row.values.get(field), str)}
        for kind in kinds:
            upload.names.prepare(kind, words)


def _wish(upload: Upload, row: Row) -> tuple[tuple[str, str], _Wish] | Fault:
    for field in ("subject", "place"):
        if not isinstance(row.values.get(field), str):
            column = row.sheet.column(field)
            return Fault(row.where(field), "fault.missing", {"field": column.text if column else field})
    subject = upload.names.of(
        _kinds(row, "subject_kind", _SUBJECTS), row.values["subject"], row.where("subject")
    )
    place = upload.names.of(_kinds(row, "place_kind", _PLACES), row.values["place"], row.where("place"))
    if isinstance(subject, Fault) or isinstance(place, Fault):
        return subject if isinstance(subject, Fault) else place  # type: ignore[return-value]
    if subject[0] == SubjectKind.LOT and place[0] == PlaceKind.EQUIPMENT:
        return Fault(row.where("place"), "fault.lot_in_machine")
    times = _times(upload, row, *place)
    if isinstance(times, Fault):
        return times
    return subject, _Wish(row, PlaceKind(place[0]), place[1], *times)


def _kinds(row: Row, field: str, every: tuple[str, ...]) -> tuple[str, ...]:
    said = row.values.get(field)
    return (str(said),) if isinstance(said, str) else every


def _times(upload: Upload, row: Row, kind: str, place: str) -> tuple[int | None, int | None] | Fault:
    found: list[int | None] = []
    for field in ("valid_from_us", "valid_to_us"):
        time = row.values.get(field)
        us = None
        if isinstance(time, int | LocalTime):
            us = upload.clocks.read(time, upload.clocks.at_place(kind, place))
            if us is None:
                return Fault(row.where(field), "fault.whose_clock")
        found.append(us)
    start, end = found
    if start is not None and end is not None and end <= start:
        return Fault(row.where("valid_to_us"), "fault.end_before_start", {"start": "valid_from"})
    return start, end


def _there(upload: Upload, subjects: list[tuple[str, str]]) -> dict[tuple[str, str], list[Known]]:
    found: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for kind in SubjectKind:
        keys = [key for of, key in subjects if of == kind]
        for known in upload.directory.placements(kind, keys) if keys else ():
            found[str(kind), known.value.subject].append(known)
    return found


@dataclass(slots=True)
class _Record:
    """A placement as it will be, as it is, and by which row."""

    new: Placement
    old: Known | None
    row: Row | None = None


class _Subject:
    """The placements of one device or lot."""

    def __init__(self, kind: SubjectKind, key: str, there: Sequence[Known], placer: Placer) -> None:
        self._kind, self._key, self._placer = kind, key, placer
        self._records = [_Record(known.value, known) for known in there]

    def outcomes(self, wishes: list[_Wish]) -> Iterator[Outcome]:
        """What its rows change, or the first thing that is wrong with them."""
        now = [wish for wish in wishes if wish.from_us is None]
        if self._kind is SubjectKind.DEVICE and len({wish.place for wish in now}) > 1:
            yield Fault(now[-1].row.where("place"), "fault.two_places", {"place": now[0].place})
            return
        dated = sorted(
            (wish for wish in wishes if wish.from_us is not None), key=lambda wish: wish.from_us or 0
        )
        fault = next((f for wish in dated if (f := self._date(wish))), None) or self._stand(now)
        fault = fault or self._overlap()
        if fault:
            yield fault
            return
        yield from self._told(wishes)

    def _date(self, wish: _Wish) -> Fault | None:
        """It was there from then on."""
        record = next(
            (r for r in self._records if r.new.place == wish.place and r.new.valid_from_us == wish.from_us),
            None,
        )
        if record is None:
            self._leave(wish.row, wish.from_us or 0, {wish.place})
            self._add(wish, wish.from_us or 0)
        elif wish.to_us is not None:
            record.new, record.row = replace(record.new, valid_to_us=wish.to_us), wish.row
        elif record.row is None:
            record.row = wish.row
        return None

    def _stand(self, now: list[_Wish]) -> Fault | None:
        """It is there now, and nowhere that is not said."""
        for wish in now:
            open_there = [r for r in self._records if r.new.place == wish.place and self._holds(r)]
            if wish.to_us is not None:
                fault = self._end(wish, open_there)
                if fault:
                    return fault
            elif open_there:
                open_there[0].row = open_there[0].row or wish.row
            else:
                self._add(wish, self._placer.now_us)
        staying = {wish.place for wish in now if wish.to_us is None}
        if staying:
            self._leave(now[0].row, self._placer.now_us, staying)
        return None

    def _end(self, wish: _Wish, open_there: list[_Record]) -> Fault | None:
        if any(r.new.place == wish.place and r.new.valid_to_us == wish.to_us for r in self._records):
            return None
        if not open_there or (wish.to_us or 0) <= open_there[0].new.valid_from_us:
            return Fault(wish.row.where("valid_to_us"), "fault.was_not_there", {"place": wish.place})
        open_there[0].new = replace(open_there[0].new, valid_to_us=wish.to_us)
        open_there[0].row = wish.row
        return None

    def _holds(self, record: _Record) -> bool:
        to_us = NEVER_US if record.new.valid_to_us is None else record.new.valid_to_us
        return record.new.valid_from_us <= self._placer.now_us < to_us

    def _leave(self, row: Row, at_us: int, staying: set[str]) -> None:
        """Whatever lasts and is not said by a row of this upload ends when it goes elsewhere."""
        for record in self._records:
            lasts = record.new.valid_to_us is None and record.new.valid_from_us < at_us
            said = record.row is not None and self._kind is SubjectKind.LOT
            if lasts and record.new.place not in staying and not said:
                record.new, record.row = replace(record.new, valid_to_us=at_us), row

    def _add(self, wish: _Wish, from_us: int) -> None:
        new = Placement(
            subject_kind=self._kind, subject=self._key, place_kind=wish.place_kind, place=wish.place,
            valid_from_us=from_us, valid_to_us=wish.to_us, set_by=self._placer.principal, how=self._placer.how,
        )  # fmt: skip
        self._records.append(_Record(new, None, wish.row))

    def _overlap(self) -> Fault | None:
        groups: dict[Any, list[_Record]] = defaultdict(list)
        for record in self._records:
            groups["" if self._kind is SubjectKind.DEVICE else record.new.place].append(record)
        for records in groups.values():
            records.sort(key=lambda record: record.new.valid_from_us)
            for before, after in pairwise(records):
                to_us = NEVER_US if before.new.valid_to_us is None else before.new.valid_to_us
                row = after.row or before.row
                if to_us > after.new.valid_from_us and row:
                    return Fault(row.where("place"), "fault.two_places", {"place": before.new.place})
        return None

    def _told(self, wishes: list[_Wish]) -> Iterator[Outcome]:
        changed = [r for r in self._records if r.row and (r.old is None or r.old.value != r.new)]
        for record in changed:
            assert record.row is not None  # of those changed
            yield Change(record.row.where("place"), "placement", record.old, record.new)
        rows = {(r.row.table, r.row.number) for r in changed if r.row}
        for wish in wishes:
            if (wish.row.table, wish.row.number) not in rows:
                yield Same(wish.row.where(), "placement")
