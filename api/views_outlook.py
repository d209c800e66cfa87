"""What goes over the wire about the climate risk outlook."""

from __future__ import annotations

import msgspec

from api.views_rules import CardView


class ChanceView(msgspec.Struct, frozen=True):
    """How likely a week leads beyond a limit at least once."""

    risk: str
    """condensation, freeze or heat."""
    chance: float
    band: str
    guidance: list[str]
    """Keys of the cards below that fit."""


class WeekView(msgspec.Struct, frozen=True):
    """What a week may bring; the likeliest first."""

    begins: str
    seasons: list[str]
    chances: list[ChanceView]


class BasisView(msgspec.Struct, frozen=True):
    """What an outlook rests on: ordinary years of a place, and the room's own response or a typical one."""

    normals_of: str
    room: str
    """learned or typical."""
    days: float
    """Of readings behind what was learned."""


class ZoneOutlookView(msgspec.Struct, frozen=True):
    """The weeks ahead of a zone."""

    zone: str
    profiles: list[str]
    customers: list[str]
    """Whose goods are there now."""
    basis: BasisView
    weeks: list[WeekView]


class OutlookView(msgspec.Struct, frozen=True):
    """The outlook of a site; without a known climate there is none, and `climate` is null."""

    site: str
    climate: str | None
    coastal: bool | None
    zones: list[ZoneOutlookView]
    cards: list[CardView]


class RiskView(msgspec.Struct, frozen=True):
    """The greatest chance of a risk to a zone's goods in the weeks ahead, and in which week."""

    site: str
    zone: str
    customers: list[str]
    risk: str
    chance: float
    band: str
    week: str
    basis: BasisView


class OutlookListView(msgspec.Struct, frozen=True):
    """Zones whose goods are at risk in the weeks ahead, the likeliest first."""

    items: list[RiskView]
