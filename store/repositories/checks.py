"""What must hold before a registry object is written or removed: its own fields, what it refers to, what refers to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select

from registry.nouns import (
    GATEWAY_PATTERN,
    KEY_PATTERN,
    NEVER_US,
    REFERENCES,
    Device,
    Gateway,
    PlaceKind,
    Profile,
    ProfileVersion,
    Registered,
    Shipment,
    kind_of,
)
from store.repositories.records import BadValueError, NoSuchObjectError, TakenError
from store.tables.registry import OBJECTS, placements

_PLACE_KINDS = tuple(kind.value for kind in PlaceKind)


def check(connection: Connection, value: Registered, *, is_new: bool) -> None:
    """Go on only if the object may be written as it is.

    Raises:
        BadValueError: a field of its own is not possible.
        NoSuchObjectError: it refers to what does not exist.
        TakenError: its key, wire name or external number belongs to another.
    """
    kind = kind_of(value)
    field = _bad_field(value)
    if field:
        raise BadValueError(kind, value.key, field)
    for (of, name), refers in REFERENCES.items():
        key = getattr(value, name) if of == kind else None
        if key is not None and not exists(connection, refers, key):
            raise NoSuchObjectError(refers, key)
    if is_new and kind in _PLACE_KINDS:
        _check_place_key(connection, kind, value.key)
    _check_unique(connection, kind, value)


def exists(connection: Connection, kind: str, key: str) -> bool:
    """Whether there is an object of that kind and key."""
    table = OBJECTS[kind]
    return connection.execute(select(table.c.id).where(table.c.key == key)).first() is not None


def user_of(connection: Connection, kind: str, key: str) -> str | None:
    """Something that refers to the object, as `kind:key`, if anything does."""
    for (of, name), refers in REFERENCES.items():
        table = OBJECTS[of]
        found = (
            connection.execute(select(table.c.key).where(table.c[name] == key)).scalar()
            if refers == kind
            else None
        )
        if found is not None:
            return f"{of}:{found}"
    placed = or_(
        and_(placements.c.subject_kind == kind, placements.c.subject == key),
        and_(placements.c.place_kind == kind, placements.c.place == key),
    )
    found = connection.execute(select(placements.c.id).where(placed)).scalar()
    return f"placement:{found}" if found is not None else None


def _bad_field(value: Registered) -> str | None:
    """The first field that cannot be as it is."""
    if not re.fullmatch(GATEWAY_PATTERN if isinstance(value, Gateway) else KEY_PATTERN, value.key):
        return "key"
    if (value.external_system is None) != (value.external_number is None):
        return "external_number"
    if isinstance(value, Profile) and not _in_order(value.versions):
        return "versions"
    if isinstance(value, Shipment) and not _forward(value.departed_us or 0, value.arrived_us):
        return "arrived_us"
    return None


def _forward(start_us: int, end_us: int | None) -> bool:
    return end_us is None or start_us < end_us


def _in_order(versions: Sequence[ProfileVersion]) -> bool:
    """Versions stand in the order of time, each ends after it began and before the next begins; bands are unique."""
    return (
        all(_forward(version.valid_from_us, version.valid_to_us) for version in versions)
        and all((a.valid_to_us or NEVER_US) <= b.valid_from_us for a, b in pairwise(versions))
        and all(len({limit.band for limit in version.limits}) == len(version.limits) for version in versions)
    )


def _check_place_key(connection: Connection, kind: str, key: str) -> None:
    for other in _PLACE_KINDS:
        if other != kind and exists(connection, other, key):
            raise TakenError(kind, key, f"{other}:{key}")


def _check_unique(connection: Connection, kind: str, value: Registered) -> None:
    table = OBJECTS[kind]
    if value.external_number is not None:
        same = and_(
            table.c.external_system == value.external_system, table.c.external_number == value.external_number
        )
        _refuse_other(connection, table, value, same)
    if isinstance(value, Device):
        _refuse_other(
            connection, table, value, and_(table.c.gateway == value.gateway, table.c.device == value.device)
        )
        gateway, _, device = value.full_name.partition("/")
        same_name = and_(table.c.gateway == gateway, table.c.device == device, table.c.known_as.is_(None))
        _refuse_other(connection, table, value, or_(table.c.known_as == value.full_name, same_name))


def _refuse_other(connection: Connection, table: Table, value: Registered, same: ColumnElement[bool]) -> None:
    found = connection.execute(select(table.c.key).where(same, table.c.key != value.key)).scalar()
    if found is not None:
        raise TakenError(table.name, value.key, f"{table.name}:{found}")
