"""The tables of a registry file: which fields each has, how each is read, and what it becomes in the noun.

docs/registry-file.md describes the same for people; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from detect.nouns import Severity
from registry import fields
from registry.fields import Reader
from registry.nouns import REFERENCES, EquipmentKind, Grade, LotStatus, ZoneKind


class Field(NamedTuple):
    """One field of a table."""

    read: Reader
    required: bool = False
    attribute: str = ""
    """Its name in the noun, where that is another."""
    refers: str = ""
    """The kind whose key it is."""


_COMMON: Mapping[str, Field] = {
    "name": Field(fields.text),
    "external_system": Field(fields.text),
    "external_number": Field(fields.text),
}


def _table(kind: str, own: Mapping[str, Field], key: Field | None = None) -> dict[str, Field]:
    """A kind's fields: its key, what all have, its own; references as the nouns declare them."""
    table = {"key": key or Field(fields.key, required=True), **_COMMON, **own}
    return {
        name: field._replace(refers=REFERENCES.get((kind, name), field.refers))
        for name, field in table.items()
    }


OBJECTS: Mapping[str, Mapping[str, Field]] = {
    "organisation": _table("organisation", {}),
    "customer": _table("customer", {"grade": Field(fields.choice(Grade))}),
    "site": _table("site", {
        "time_zone": Field(fields.time_zone, required=True),
        "region": Field(fields.text),
        "latitude": Field(fields.number(-90, 90)),
        "longitude": Field(fields.number(-180, 180)),
        "customer": Field(fields.key),
    }),
    "product": _table("product", {"profile": Field(fields.key)}),
    "zone": _table("zone", {
        "site": Field(fields.key),
        "kind": Field(fields.choice(ZoneKind)),
        "profile": Field(fields.key),
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
            "known_as": Field(fields.full_name),
        },
        key=Field(fields.key),
    ),
    "equipment": _table("equipment", {
        "zone": Field(fields.key, required=True),
        "kind": Field(fields.choice(EquipmentKind), required=True),
        "model": Field(fields.text),
    }),
    "shipment": _table("shipment", {
        "zone": Field(fields.key),
        "origin": Field(fields.key),
        "destination": Field(fields.key),
        "departed": Field(fields.moment, attribute="departed_us"),
        "arrived": Field(fields.moment, attribute="arrived_us"),
    }),
    "lot": _table("lot", {
        "customer": Field(fields.key, required=True),
        "product": Field(fields.key, required=True),
        "status": Field(fields.choice(LotStatus)),
    }),
}  # fmt: skip
"""Tables that are one object each. (A profile is more: see `PROFILE`, `VERSION` and `BAND`.)"""

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
    "like": Field(fields.key),
    "drop": Field(fields.keys),
    "unwatched": Field(fields.duration, attribute="unwatched_us"),
    "interval": Field(fields.duration, attribute="interval_us"),
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
}
