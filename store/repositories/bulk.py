"""Many changes of the registry in few statements: with the checks, versions and events that single changes have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice, pairwise
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, bindparam, insert, select, update

from detect.nouns import Json
from registry.nouns import (
    LIST_REFERENCES,
    NEVER_US,
    PART_REFERENCES,
    REFERENCES,
    PlaceKind,
    SubjectKind,
    uuid7,
)
from store import events
from store.events import Unnumbered
from store.repositories.codes import CodeRepository
from store.repositories.records import (
    By,
    NoSuchObjectError,
    OutdatedVersionError,
    OverlapError,
    TakenError,
    plain,
    way_told,
)
from store.tables.registry import OBJECTS, placements

_AT_ONCE = 900
_PLACES = tuple(kind.value for kind in PlaceKind)
_TABLES = {**OBJECTS, "placement": placements}
_INSERT = {kind: insert(table) for kind, table in _TABLES.items()}
_UPDATE = {
    kind: update(table)
    .where(table.c.id == bindparam("of_id"), table.c.version == bindparam("of_version"))
    .values({column.name: bindparam(column.name) for column in table.columns if column.name != "id"})
    for kind, table in _TABLES.items()
}


class Writing(NamedTuple):
    """One object to be made (`version` 0) or changed from the version that it was planned on."""

    kind: str
    """A kind of registry object, or `placement`."""
    key: str
    """"" for a placement."""
    id: str
    version: int
    old: Mapping[str, Json] | None
    new: Mapping[str, Json]
    """As a row: the noun's fields as JSON."""


class Planned(Protocol):
    """A change that was planned (`registry.lists.planning.Change` is one)."""

    @property
    def kind(self) -> str: ...
    @property
    def old(self) -> Any: ...
    @property
    def new(self) -> Any: ...


def writing_of(change: Planned) -> Writing:
    """A planned change as it is written."""
    old = plain(change.old.value) if change.old else None
    key = "" if change.kind == "placement" else change.new.key
    id, version = (change.old.id, change.old.version) if change.old else ("", 0)
    return Writing(change.kind, key, id, version, old, plain(change.new))


def write_all(
    connection: Connection, writings: Iterable[Writing], by: By, entropy: Callable[[int], bytes]
) -> int:
    """Write everything in the caller's transaction; return how much it was. Kinds come in the order of `KINDS`.

    The fields of each object by itself must have been checked before.

    Raises:
        OutdatedVersionError: an object is not in the version that the change was made for.
        NoSuchObjectError, TakenError, OverlapError: as for single changes. Nothing may be committed then.
    """
    names: _DeviceNames | None = None
    done = 0
    for kind, of_kind in groupby(writings, key=lambda writing: writing.kind):
        if kind == "device":
            names = names or _DeviceNames(connection)
        while batch := list(islice(of_kind, _AT_ONCE)):
            _check(connection, kind, batch)
            if names and kind == "device":
                names.enter(batch)
            _write(connection, kind, batch, by, entropy)
            done += len(batch)
    return done


def _write(
    connection: Connection, kind: str, batch: Sequence[Writing], by: By, entropy: Callable[[int], bytes]
) -> None:
    made, changed, told = [], [], []
    for writing in batch:
        id = writing.id or uuid7(by.time_us, entropy)
        subject = f"placement:{id}" if kind == "placement" else f"{kind}:{writing.key}"
        act = "changed" if writing.version else "created"
        new = way_told(dict(writing.new), by)
        told.append(Unnumbered(by.time_us, by.principal, act, subject, by.reason, writing.old, new))  # type: ignore[arg-type]
        row = {**writing.new, "version": writing.version + 1}
        if writing.version:
            changed.append({**row, "of_id": id, "of_version": writing.version})
        else:
            made.append({**row, "id": id})
    if changed:
        _change(connection, kind, batch, changed)
    if made:
        connection.execute(_INSERT[kind], made)
    if kind == "placement":
        _refuse_overlaps(connection, batch)
    elif "codes" in _TABLES[kind].c:
        CodeRepository(connection).keep_all(kind, [(w.key, _codes(w.new), _codes(w.old)) for w in batch])
    events.append_all(connection, told)


def _codes(row: Mapping[str, Any] | None) -> list[str]:
    return list(row["codes"]) if row else []


def _change(connection: Connection, kind: str, batch: Sequence[Writing], rows: list[dict[str, Any]]) -> None:
    """All rows, or none if one of them is in another version."""
    table = _TABLES[kind]
    ids = [row["of_id"] for row in rows]
    found = {row.id: row.version for row in connection.execute(
        select(table.c.id, table.c.version).where(table.c.id.in_(ids))
    )}  # fmt: skip
    for writing in batch:
        if writing.version and found.get(writing.id) != writing.version:
            raise OutdatedVersionError(kind, writing.key, writing.version, found.get(writing.id, 0))
    connection.execute(_UPDATE[kind], rows)


def _check(connection: Connection, kind: str, batch: Sequence[Writing]) -> None:
    """What the new objects refer to is there, and what they are called is free."""
    if kind == "placement":
        _check_placed(connection, batch)
        return
    fresh = [writing.key for writing in batch if not writing.version]
    for key in _existing(connection, kind, fresh):
        raise OutdatedVersionError(kind, key, 0, 1)
    for other in _PLACES if kind in _PLACES else ():
        for key in _existing(connection, other, fresh) if other != kind else ():
            raise TakenError(kind, key, f"{other}:{key}")
    for refers, keys in _references(kind, batch).items():
        _expect(connection, refers, keys)
    _check_numbers(connection, kind, batch)


def _references(kind: str, batch: Sequence[Writing]) -> dict[str, set[str]]:
    """Kind → keys to which the batch refers."""
    found: dict[str, set[str]] = defaultdict(set)
    for (of, field), refers in REFERENCES.items():
        if of == kind:
            found[refers] |= {str(key) for writing in batch if (key := writing.new[field]) is not None}
    for (of, field), refers in LIST_REFERENCES.items():
        if of == kind:
            found[refers] |= {key for writing in batch for key in _several(writing.new, field)}
    for (of, parts), fields in PART_REFERENCES.items():
        for part in (p for w in batch for p in _several(w.new, parts)) if of == kind else ():
            for field, refers in fields.items():
                found[refers] |= {part[field]} if part[field] is not None else set()
    return found


def _several(row: Mapping[str, Json], field: str) -> list[Any]:
    found: Any = row[field]
    return list(found)


def _check_placed(connection: Connection, batch: Sequence[Writing]) -> None:
    for field in ("subject", "place"):
        keys: dict[str, set[str]] = defaultdict(set)
        for writing in batch:
            keys[str(writing.new[f"{field}_kind"])].add(str(writing.new[field]))
        for kind, wanted in keys.items():
            _expect(connection, kind, wanted)


def _expect(connection: Connection, kind: str, keys: Collection[str]) -> None:
    missing = set(keys) - _existing(connection, kind, keys)
    if missing:
        raise NoSuchObjectError(kind, min(missing))


def _existing(connection: Connection, kind: str, keys: Collection[str]) -> set[str]:
    table = _TABLES[kind]
    found: set[str] = set()
    for some in _pieces(keys):
        found |= set(connection.execute(select(table.c.key).where(table.c.key.in_(some))).scalars())
    return found


def _check_numbers(connection: Connection, kind: str, batch: Sequence[Writing]) -> None:
    """A number in another system belongs to one object."""
    wanted: dict[tuple[Json, Json], str] = {}
    for writing in batch:
        number = writing.new["external_system"], writing.new["external_number"]
        was = writing.old and (writing.old["external_system"], writing.old["external_number"])
        if number[1] is None or number == was:
            continue
        other = wanted.setdefault(number, writing.key)
        if other != writing.key:
            raise TakenError(kind, writing.key, f"{kind}:{other}")
    columns = OBJECTS[kind].c
    query = select(columns.key, columns.external_system, columns.external_number)
    for some in _pieces({str(number) for _, number in wanted}):
        for row in connection.execute(query.where(columns.external_number.in_(some))):
            own = wanted.get((row.external_system, row.external_number), row.key)
            if own != row.key:
                raise TakenError(kind, own, f"{kind}:{row.key}")


class _DeviceNames:
    """What devices are called on the wire: no two may be called the same."""

    def __init__(self, connection: Connection) -> None:
        columns = OBJECTS["device"].c
        rows = connection.execute(select(columns.key, columns.gateway, columns.device, columns.known_as))
        self._owners = {name: row.key for row in rows for name in _called(dict(row._mapping))}

    def enter(self, batch: Sequence[Writing]) -> None:
        """Give these devices their names.

        Raises:
            TakenError: one is called as another.
        """
        for writing in batch:
            for name in _called(writing.old) if writing.old else ():
                self._owners.pop(name, None)
        for writing in batch:
            for name in _called(writing.new):
                other = self._owners.setdefault(name, writing.key)
                if other != writing.key:
                    raise TakenError("device", writing.key, f"device:{other}")


def _called(device: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """As its gateway says it, and the full name of its series."""
    gateway, name, known_as = device["gateway"], device["device"], device["known_as"]
    return (gateway, name), ("", known_as or (f"{gateway}/{name}" if name else gateway))


def _refuse_overlaps(connection: Connection, batch: Sequence[Writing]) -> None:
    """A device is in one place at a time; a lot may be in several, but is in each only once."""
    for kind in SubjectKind:
        subjects = {str(w.new["subject"]) for w in batch if w.new["subject_kind"] == kind}
        for some in _pieces(subjects):
            query = select(placements).where(
                placements.c.subject_kind == kind, placements.c.subject.in_(some)
            )
            _refuse_overlap(connection.execute(query).all(), per_place=kind is SubjectKind.LOT)


def _refuse_overlap(rows: Sequence[Any], *, per_place: bool) -> None:
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.subject, row.place if per_place else ""].append(row)
    for stays in groups.values():
        stays.sort(key=lambda stay: int(stay.valid_from_us))
        for before, after in pairwise(stays):
            if (NEVER_US if before.valid_to_us is None else before.valid_to_us) > after.valid_from_us:
                raise OverlapError(after.subject, before.place)


def _pieces(values: Collection[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]
