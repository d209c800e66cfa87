"""What must hold before a registry object is written or removed: its own fields, what it refers to, what refers to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from registry.nouns import (
    GATEWAY_PATTERN,
    KEY_PATTERN,
    LEG_REFERENCES,
    LIST_REFERENCES,
    NEVER_US,
    PART_REFERENCES,
    REFERENCES,
    Absence,
    Calibration,
    Device,
    Gateway,
    Lot,
    PlaceKind,
    Profile,
    ProfileVersion,
    Registered,
    Rota,
    Shift,
    Shipment,
    kind_of,
)
from store.repositories.records import BadValueError, NoSuchObjectError, TakenError
from store.tables.hooks import hooks
from store.tables.keys import keys
from store.tables.links import links
from store.tables.registry import OBJECTS, placements
from store.tables.webhooks import endpoints

_PLACE_KINDS = tuple(kind.value for kind in PlaceKind)

# Statements that a large file runs for each of its objects are built once.
_EXISTS = {kind: select(t.c.id).where(t.c.key == bindparam("asked")) for kind, t in OBJECTS.items()}
_SAME_NUMBER = {
    kind: select(t.c.key).where(
        t.c.external_system == bindparam("system"),
        t.c.external_number == bindparam("number"),
        t.c.key != bindparam("own"),
    )
    for kind, t in OBJECTS.items()
}
_SHIPMENT = OBJECTS["shipment"]
_WITH_LEGS = select(_SHIPMENT.c.key, _SHIPMENT.c.legs).where(func.json_array_length(_SHIPMENT.c.legs) > 0)
_DEVICE = OBJECTS["device"]
_SAME_NAME = select(_DEVICE.c.key).where(
    _DEVICE.c.key != bindparam("own"),
    or_(
        and_(_DEVICE.c.gateway == bindparam("gateway"), _DEVICE.c.device == bindparam("device")),
        _DEVICE.c.known_as == bindparam("full_name"),
        and_(
            _DEVICE.c.gateway == bindparam("name_gateway"),
            _DEVICE.c.device == bindparam("name_device"),
            _DEVICE.c.known_as.is_(None),
        ),
    ),
)

_BESIDE = {
    "customer": (
        ("key", keys.c.customer), ("webhook", endpoints.c.customer), ("hook", hooks.c.customer), ("link", links.c.customer),
    ),
    "site": (("key", keys.c.site),),
    "carrier": (("key", keys.c.carrier),),
    "zone": (("hook", hooks.c.zone),),
}  # fmt: skip
"""Kind of object → what refers to it outside the registry."""


def check(connection: Connection, value: Registered, *, is_new: bool) -> None:
    """Go on only if the object may be written as it is.

    Raises:
        BadValueError: a field of its own is not possible.
        NoSuchObjectError: it refers to what does not exist.
        TakenError: its key, wire name or external number belongs to another.
    """
    kind = kind_of(value)
    field = bad_field(value)
    if field:
        raise BadValueError(kind, value.key, field)
    for (of, name), refers in REFERENCES.items():
        key = getattr(value, name) if of == kind else None
        if key is not None and not exists(connection, refers, key):
            raise NoSuchObjectError(refers, key)
    for refers, key in _listed(kind, value):
        if not exists(connection, refers, key):
            raise NoSuchObjectError(refers, key)
    if is_new and kind in _PLACE_KINDS:
        _check_place_key(connection, kind, value.key)
    _check_unique(connection, kind, value)


def _listed(kind: str, value: Registered) -> Iterator[tuple[str, str]]:
    """(kind, key) of what an object refers to in lists and in its parts."""
    for (of, name), refers in LIST_REFERENCES.items():
        for key in getattr(value, name) if of == kind else ():
            yield refers, key
    for (of, name), fields in PART_REFERENCES.items():
        for part in getattr(value, name) if of == kind else ():
            named = ((refers, getattr(part, field)) for field, refers in fields.items())
            yield from ((refers, key) for refers, key in named if key is not None)


def exists(connection: Connection, kind: str, key: str) -> bool:
    """Whether there is an object of that kind and key."""
    return connection.execute(_EXISTS[kind], {"asked": key}).first() is not None


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
    for name, column in _BESIDE.get(kind, ()):
        holder = connection.execute(select(column.table.c.id).where(column == key)).scalar()
        if holder is not None:
            return f"{name}:{holder}"
    journey = _journey_of(connection, kind, key)
    if journey is not None:
        return f"shipment:{journey}"
    listing = _lists(connection, kind, key)
    if listing is not None:
        return listing
    placed = or_(
        and_(placements.c.subject_kind == kind, placements.c.subject == key),
        and_(placements.c.place_kind == kind, placements.c.place == key),
    )
    found = connection.execute(select(placements.c.id).where(placed)).scalar()
    return f"placement:{found}" if found is not None else None


def _journey_of(connection: Connection, kind: str, key: str) -> str | None:
    """A shipment one of whose legs refers to the object."""
    names = [name for name, refers in LEG_REFERENCES.items() if refers == kind]
    rows = connection.execute(_WITH_LEGS) if names else ()
    return next(
        (row.key for row in rows if any(leg[name] == key for leg in row.legs for name in names)), None
    )


def _lists(connection: Connection, kind: str, key: str) -> str | None:
    """A team, person or rota that names the object in a list or a part; there are few of these."""
    for (of, name), refers in LIST_REFERENCES.items():
        table = OBJECTS[of]
        rows = connection.execute(select(table.c.key, table.c[name])) if refers == kind else ()
        found = next((own for own, keys in rows if key in keys), None)
        if found is not None:
            return f"{of}:{found}"
    rota = OBJECTS["rota"]
    rows = connection.execute(select(rota.c.key, rota.c.turns)) if kind == "person" else ()
    return next((f"rota:{own}" for own, turns in rows if any(turn["person"] == key for turn in turns)), None)


def bad_field(value: Registered) -> str | None:
    """The first field that cannot be as it is."""
    if not re.fullmatch(GATEWAY_PATTERN if isinstance(value, Gateway) else KEY_PATTERN, value.key):
        return "key"
    if (value.external_system is None) != (value.external_number is None):
        return "external_number"
    if isinstance(value, Profile) and not _in_order(value.versions):
        return "versions"
    if isinstance(value, Shipment) and not _forward(value.departed_us or 0, value.arrived_us):
        return "arrived_us"
    if isinstance(value, Shipment) and not all(
        _forward(leg.departed_us or 0, leg.arrived_us) for leg in value.legs
    ):
        return "legs"
    if isinstance(value, Calibration) and not _forward(value.done_us, value.due_us):
        return "due_us"
    if isinstance(value, Lot) and not _forward(value.produced_us or 0, value.expires_us):
        return "expires_us"
    return _bad_duty(value)


def _bad_duty(value: Registered) -> str | None:
    """What is wrong with a shift, an absence or a rota."""
    if isinstance(value, Shift | Absence) and not _forward(value.from_us, value.to_us):
        return "to_us"
    if isinstance(value, Shift):
        return _bad_shift(value)
    if isinstance(value, Rota) and value.turn_days < 1:
        return "turn_days"
    if isinstance(value, Rota) and not all(_forward(turn.from_us, turn.to_us) for turn in value.turns):
        return "turns"
    return None


def _bad_shift(shift: Shift) -> str | None:
    """Days and times of day belong together; without them a shift has an end."""
    if shift.days:
        return next((name for name in ("starts", "ends") if not getattr(shift, name)), None)
    return "days" if shift.starts or shift.ends else "to_us" if shift.to_us is None else None


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
    if value.external_number is not None:
        number = {"system": value.external_system, "number": value.external_number, "own": value.key}
        _refuse(kind, value.key, connection.execute(_SAME_NUMBER[kind], number).scalar())
    if isinstance(value, Device):
        gateway, _, device = value.full_name.partition("/")
        names = {
            "own": value.key, "gateway": value.gateway, "device": value.device, "full_name": value.full_name,
            "name_gateway": gateway, "name_device": device,
        }  # fmt: skip
        _refuse(kind, value.key, connection.execute(_SAME_NAME, names).scalar())


def _refuse(kind: str, key: str, other: str | None) -> None:
    if other is not None:
        raise TakenError(kind, key, f"{kind}:{other}")
