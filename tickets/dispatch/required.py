"""What the goods and machines of an installation ask of people: how many must be named, and which skills there must be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from detect.nouns import Json
from registry.nouns import NEVER_US, PlaceKind, ProfileVersion, RegistrySnapshot, SubjectKind
from registry.prevailing import prevailing
from registry.profiles import default_profiles
from registry.working_set import goods_of
from tickets.dispatch.data import Needs
from tickets.nouns import TicketKind


class Asked(NamedTuple):
    """So many people a profile wants named."""

    profile: str
    people: int


@dataclass(frozen=True, slots=True)
class Machines:
    """Skill → the kinds of equipment (or `sensor`, `gateway`) that ask for it."""

    skills: Mapping[str, list[Json]]
    certified: Mapping[str, list[Json]]


def named_people(snapshot: RegistrySnapshot, site: str, now_us: int) -> Asked | None:
    """The most that any goods on a site ask for; None if none does."""
    zones = {zone.key: zone for zone in snapshot.zones if zone.site == site}
    profiles = {zone.profile for zone in zones.values() if zone.profile}
    holds = prevailing(snapshot)
    lots = {lot.key: lot for lot in snapshot.lots}
    for placement in snapshot.placements:
        here = placement.place_kind is PlaceKind.ZONE and placement.place in zones
        if not here or placement.subject_kind is not SubjectKind.LOT or placement.subject not in lots:
            continue
        if placement.valid_from_us <= now_us < (placement.valid_to_us or NEVER_US):
            profiles.add(holds(lots[placement.subject], placement.place))
    asked = [one for profile in snapshot.profiles if profile.key in profiles
             for one in _asked(profile.key, profile.versions, now_us)]  # fmt: skip
    return max(asked, key=lambda one: (one.people, one.profile), default=None)


def _asked(key: str, versions: tuple[ProfileVersion, ...], now_us: int) -> Iterator[Asked]:
    """What the version that holds now says; where it says nothing, what Keepwell's own profile of these goods says."""
    for version in versions:
        if version.valid_from_us <= now_us < (version.valid_to_us or NEVER_US):
            own = default_profiles().get(goods_of(key) or "")
            people = version.named_people or (own.versions[-1].named_people if own else None)
            if people:
                yield Asked(key, people)


def machines_of(snapshot: RegistrySnapshot, table: Needs) -> Machines:
    """What the equipment, the devices and the gateways there are ask for."""
    asked = [(TicketKind.EQUIPMENT, str(machine.kind)) for machine in snapshot.equipment]
    asked += [(TicketKind.SENSOR, "") for _ in snapshot.devices[:1]]
    asked += [(TicketKind.GATEWAY, "") for _ in snapshot.gateways[:1]]
    skills: dict[str, list[Json]] = defaultdict(list)
    certified: dict[str, list[Json]] = defaultdict(list)
    for kind, machine in dict.fromkeys(asked):
        need = table.asked(kind, machine)
        for skill in need.skills:
            skills[skill].append(machine or str(kind))
        for skill in need.certified:
            certified[skill].append(machine or str(kind))
    return Machines(skills, certified)
