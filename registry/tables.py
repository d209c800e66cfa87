"""The tables of a registry file: which fields each has, how each is read, and what it becomes in the noun.

docs/registry-file.md describes the same for people; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from detect.nouns import Severity
from registry import bands, fields
from registry.fields import Reader
from registry.nouns import (
    LEG_REFERENCES,
    LIST_REFERENCES,
    REFERENCES,
    AbsenceReason,
    Certificate,
    ClimateControl,
    ClimateZone,
    ContactRole,
    EquipmentKind,
    Language,
    Leg,
    Level,
    LotStatus,
    Mode,
    ModelQuantity,
    Register,
    Role,
    Stage,
    Turn,
    Weekday,
    ZoneKind,
)


class Field(NamedTuple):
    """One field of a table."""

    read: Reader
    required: bool = False
    attribute: str = ""
    """Its name in the noun, where that is another."""
    refers: str = ""
    """The kind whose key it is, or whose keys they are."""


_ALL = {**REFERENCES, **LIST_REFERENCES}
_COMMON: Mapping[str, Field] = {
    "name": Field(fields.text),
    "external_system": Field(fields.text),
    "external_number": Field(fields.text),
}


def _table(kind: str, own: Mapping[str, Field], key: Field | None = None) -> dict[str, Field]:
    """A kind's fields: its key, what all have, its own; references as the nouns declare them."""
    table = {"key": key or Field(fields.key, required=True), **_COMMON, **own}
    return {
        name: field._replace(refers=_ALL.get((kind, name), field.refers)) for name, field in table.items()
    }


_REACHED: Mapping[str, Field] = {"phone": Field(fields.text), "email": Field(fields.text)}
_MONEY: Mapping[str, Field] = {"amount": Field(fields.amount), "currency": Field(fields.currency)}
_EXPECTED: Mapping[str, Field] = {
    "expected_departure": Field(fields.moment, attribute="expected_departure_us"),
    "expected_arrival": Field(fields.moment, attribute="expected_arrival_us"),
}
_RAN: Mapping[str, Field] = {
    "departed": Field(fields.moment, attribute="departed_us"),
    "arrived": Field(fields.moment, attribute="arrived_us"),
}

OBJECTS: Mapping[str, Mapping[str, Field]] = {
    "organisation": _table("organisation", {}),
    "customer": _table("customer", {
        "grade": Field(fields.name),
        "standstill_per_hour": Field(fields.amount),
        "currency": Field(fields.currency),
    }),
    "carrier": _table("carrier", _REACHED),
    "contact": _table("contact", {
        "customer": Field(fields.key),
        "site": Field(fields.key),
        "role": Field(fields.choice(ContactRole)),
        **_REACHED,
        "language": Field(fields.choice(Language)),
    }),
    "person": _table("person", {
        "role": Field(fields.choice(Role)),
        **_REACHED,
        "language": Field(fields.choice(Language)),
        "site": Field(fields.key),
        "carrier": Field(fields.key),
        "customer": Field(fields.key),
        "region": Field(fields.text),
        "skills": Field(fields.texts),
        "level": Field(fields.whole(1, 5)),
        "languages": Field(fields.several(fields.spoken_language)),
        "capacity": Field(fields.count),
        "latitude": Field(fields.number(-90, 90)),
        "longitude": Field(fields.number(-180, 180)),
        "teams": Field(fields.keys),
        "lead": Field(fields.flag),
        "head": Field(fields.flag),
        "time_zone": Field(fields.time_zone),
        "quiet_from": Field(fields.time_of_day),
        "quiet_to": Field(fields.time_of_day),
        "channels": Field(fields.texts),
        "register": Field(fields.choice(Register)),
    }),
    "team": _table("team", {
        "customers": Field(fields.keys),
        "regions": Field(fields.texts),
        "skills": Field(fields.texts),
        "calendar": Field(fields.text),
    }),
    "shift": _table("shift", {
        "person": Field(fields.key, required=True),
        "from": Field(fields.moment, attribute="from_us"),
        "to": Field(fields.moment, attribute="to_us"),
        "days": Field(fields.several(fields.choice(Weekday))),
        "starts": Field(fields.time_of_day),
        "ends": Field(fields.time_of_day),
        "time_zone": Field(fields.time_zone),
    }),
    "absence": _table("absence", {
        "person": Field(fields.key, required=True),
        "from": Field(fields.moment, required=True, attribute="from_us"),
        "to": Field(fields.moment, required=True, attribute="to_us"),
        "reason": Field(fields.choice(AbsenceReason)),
    }),
    "rota": _table("rota", {
        "level": Field(fields.choice(Level), required=True),
        "site": Field(fields.key),
        "team": Field(fields.key),
        "region": Field(fields.text),
        "time_zone": Field(fields.time_zone),
        "people": Field(fields.keys),
        "starts": Field(fields.moment, attribute="starts_us"),
        "turn_days": Field(fields.whole(1, 366)),
    }),
    "site": _table("site", {
        "time_zone": Field(fields.time_zone, required=True),
        "region": Field(fields.text),
        "latitude": Field(fields.number(-90, 90)),
        "longitude": Field(fields.number(-180, 180)),
        "geofence_m": Field(fields.number(10, 100_000)),
        "climate": Field(fields.choice(ClimateZone)),
        "coastal": Field(fields.flag),
        "customer": Field(fields.key),
    }),
    "product": _table("product", {"profile": Field(fields.key), "gtin": Field(fields.digits)}),
    "zone": _table("zone", {
        "site": Field(fields.key),
        "kind": Field(fields.choice(ZoneKind)),
        "profile": Field(fields.key),
        "climate_control": Field(fields.choice(ClimateControl)),
        "area_m2": Field(fields.number(0, 1e6)),
        "volume_m3": Field(fields.number(0, 1e7)),
        "codes": Field(fields.several(fields.code)),
    }),
    "gateway": _table(
        "gateway",
        {"site": Field(fields.key), "model": Field(fields.text)},
        key=Field(fields.gateway_key, required=True),
    ),
    "device": _table(
        "device",
        {
            "gateway": Field(fields.gateway_key, required=True),
            "device": Field(fields.text),
            "model": Field(fields.text),
            "interval": Field(fields.duration, attribute="interval_us"),
            "quantities": Field(fields.quantities),
            "shared": Field(fields.flag),
            "read_out": Field(fields.flag),
            "known_as": Field(fields.full_name),
            "serial": Field(fields.text),
            "codes": Field(fields.several(fields.code)),
        },
        key=Field(fields.key),
    ),
    "device_model": _table("device_model", {
        "manufacturer": Field(fields.text),
        "interval": Field(fields.duration, attribute="interval_us"),
        "battery": Field(fields.curve),
        "note": Field(fields.text),
    }),
    "calibration": _table("calibration", {
        "device": Field(fields.key, required=True),
        "quantity": Field(fields.quantity, required=True),
        "certificate": Field(fields.text),
        "laboratory": Field(fields.text),
        "done": Field(fields.moment, required=True, attribute="done_us"),
        "due": Field(fields.moment, attribute="due_us"),
        "deviation": Field(fields.number(-1e6, 1e6)),
        "uncertainty": Field(fields.number(0, 1e6)),
    }),
    "equipment": _table("equipment", {
        "zone": Field(fields.key, required=True),
        "kind": Field(fields.choice(EquipmentKind), required=True),
        "model": Field(fields.text),
        "inspection": Field(fields.duration, attribute="inspection_us"),
    }),
    "order": _table("order", {
        "customer": Field(fields.key, required=True),
        **_MONEY,
        "ordered": Field(fields.moment, attribute="ordered_us"),
        "due": Field(fields.moment, attribute="due_us"),
    }),
    "shipment": _table("shipment", {
        "zone": Field(fields.key),
        "origin": Field(fields.key),
        "destination": Field(fields.key),
        **_RAN,
        "order": Field(fields.key),
        **_MONEY,
        "carrier": Field(fields.key),
        "vehicle": Field(fields.text),
        "driver": Field(fields.key),
        **_EXPECTED,
        "packaging_moisture": Field(fields.number(0, 100)),
        "stage": Field(fields.choice(Stage)),
        "codes": Field(fields.several(fields.code)),
    }),
    "lot": _table("lot", {
        "customer": Field(fields.key, required=True),
        "product": Field(fields.key, required=True),
        "status": Field(fields.choice(LotStatus)),
        "order": Field(fields.key),
        "quantity": Field(fields.amount),
        "unit": Field(fields.text),
        **_MONEY,
        "form": Field(fields.text),
        "produced": Field(fields.moment, attribute="produced_us"),
        "expires": Field(fields.moment, attribute="expires_us"),
        "codes": Field(fields.several(fields.code)),
    }),
}  # fmt: skip
"""Tables that are one object each. (A profile is more: see `PROFILE`, `VERSION` and `BAND`.)"""

MODEL_QUANTITY: Mapping[str, Field] = {
    "quantity": Field(fields.quantity, required=True),
    "resolution": Field(fields.number(0, 1e6)),
    "accuracy": Field(fields.number(0, 1e6)),
    "low": Field(fields.number(-1e6, 1e6)),
    "high": Field(fields.number(-1e6, 1e6)),
    "sentinels": Field(fields.numbers),
}
LEG: Mapping[str, Field] = {
    name: field._replace(refers=LEG_REFERENCES.get(name, ""))
    for name, field in {
        "mode": Field(fields.choice(Mode)),
        "origin": Field(fields.key),
        "destination": Field(fields.key),
        "carrier": Field(fields.key),
        "vehicle": Field(fields.text),
        "zone": Field(fields.key),
        **_EXPECTED,
        **_RAN,
    }.items()
}
CERTIFICATE: Mapping[str, Field] = {
    "skill": Field(fields.text, required=True),
    "number": Field(fields.text),
    "expires": Field(fields.moment, attribute="expires_us"),
}
TURN: Mapping[str, Field] = {
    "person": Field(fields.key, required=True, refers="person"),
    "from": Field(fields.moment, required=True, attribute="from_us"),
    "to": Field(fields.moment, required=True, attribute="to_us"),
}


class Part(NamedTuple):
    """Tables within an object's own, several of them: `[[shipment.leg]]`."""

    name: str
    table: Mapping[str, Field]
    noun: type
    attribute: str
    """The field of the object's noun that holds them all."""


PARTS: Mapping[str, Part] = {
    "device_model": Part("quantity", MODEL_QUANTITY, ModelQuantity, "quantities"),
    "person": Part("certificate", CERTIFICATE, Certificate, "certificates"),
    "rota": Part("turn", TURN, Turn, "turns"),
    "shipment": Part("leg", LEG, Leg, "legs"),
}
"""Kind → the parts that its objects have."""

PLACE: Mapping[str, Field] = {
    "zone": Field(fields.key, refers="zone"),
    "shipment": Field(fields.key, refers="shipment"),
    "equipment": Field(fields.key, refers="equipment"),
    "from": Field(fields.moment, attribute="valid_from_us"),
    "to": Field(fields.moment, attribute="valid_to_us"),
}
"""Where something is, in a `[[placement]]` and directly in a `[[device]]` or `[[lot]]`."""

PLACEMENT: Mapping[str, Field] = {
    "device": Field(fields.key, refers="device"),
    "lot": Field(fields.key, refers="lot"),
    **PLACE,
}

PROFILE: Mapping[str, Field] = {
    "key": Field(fields.key, required=True),
    **_COMMON,
    "name_zh": Field(fields.text),
    "form": Field(fields.text),
    "note": Field(fields.text),
}

VERSION: Mapping[str, Field] = {
    "from": Field(fields.moment, attribute="valid_from_us"),
    "to": Field(fields.moment, attribute="valid_to_us"),
    "named_people": Field(fields.whole(1, 50)),
    "like": Field(fields.key),
    "drop": Field(fields.keys),
    "unwatched": Field(fields.duration, attribute="unwatched_us"),
    "interval": Field(fields.duration, attribute="interval_us"),
    "accuracy": Field(fields.by_name(fields.quantity, fields.number(0, 1e6))),
    "lag": Field(fields.duration, attribute="lag_us"),
    "lags": Field(fields.by_name(fields.text, fields.duration)),
}
"""What a profile says from one time to another, in `[[profile]]` itself or in each `[[profile.version]]`."""

BAND: Mapping[str, Field] = {
    "band": Field(fields.key, required=True),
    "quantity": Field(fields.quantity, required=True),
    "side": Field(fields.one_of(("high", "low")), required=True),
    "limit": Field(fields.number(-1e6, 1e6), required=True),
    "deadband": Field(fields.number(0, 1e6)),
    "on_delay": Field(fields.delay, attribute="on_delay_us"),
    "min_samples": Field(fields.count),
    "severity": Field(fields.choice(Severity)),
    "budget": Field(fields.duration, attribute="budget_us"),
    "window": Field(fields.duration, attribute="window_us"),
    "source": Field(fields.text),
    "off": Field(fields.text),
    "stages": Field(fields.several(fields.one_of(bands.STAGES))),
    "cycles": Field(bands.cycles),
    "allowed": Field(bands.allowed),
}
