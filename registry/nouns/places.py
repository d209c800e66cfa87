"""Where goods can be: sites, their zones, and the machines that keep the climate there."""

from __future__ import annotations

from dataclasses import dataclass

from registry.nouns.registered import Registered
from registry.nouns.words import ClimateControl, ClimateZone, EquipmentKind, ZoneKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Registered):
    """A warehouse or station."""

    time_zone: str
    """IANA name."""
    region: str = ""
    latitude: float | None = None
    longitude: float | None = None
    """Degrees, WGS 84."""
    geofence_m: float | None = None
    """How far from its position a vehicle is still on the site; None = `registry.journeys` says."""
    climate: ClimateZone | None = None
    """None = as its position says."""
    coastal: bool | None = None
    """None = as its position says."""
    customer: str | None = None
    """The customer whose site it is; None = the operator's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone(Registered):
    """A room, area, truck compartment or container in which goods stand."""

    site: str | None = None
    """None for what travels."""
    kind: ZoneKind = ZoneKind.ROOM
    profile: str | None = None
    """What is watched for even when no lot is on record here."""
    climate_control: ClimateControl = ClimateControl.NONE
    area_m2: float | None = None
    volume_m3: float | None = None
    codes: tuple[str, ...] = ()
    """What can be scanned on it, in canonical form (`registry.identity`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment(Registered):
    """A machine that keeps the climate of a zone (设备)."""

    zone: str
    kind: EquipmentKind
    model: str = ""
    inspection_us: int | None = None
    """How often it is to be inspected; None = nobody said."""
