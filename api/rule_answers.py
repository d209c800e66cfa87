"""The three answers as a request gives them: named things are looked up, what is missing is asked for by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import ConfigDict, Field

from api import examples_rules
from api.problems import Problem, invalid
from api.registry_wire import enum_in
from api.services import RegistryRows
from api.wire import Key, Line, Wire
from registry.adopting import IfEdited
from registry.climate import Climate, climate_at, climate_of
from registry.nouns import ClimateControl, ClimateZone, Product, Registered, Site, Zone, kind_name
from registry.profiles import default_profiles
from registry.working_set import Answers, Proposal, UnknownAnswer, goods_of, propose

T = TypeVar("T", bound=Registered)
CLOCK = "Asia/Shanghai"
"""Whose day it is where no site says: all climate zones that are known are China's."""


class AnswersIn(Wire):
    """Three answers: goods (or a product that has a profile), place (zone, site, position or climate), control."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples_rules.ANSWERS]})
    goods: Key | None = None
    product: Key | None = None
    form: Line = ""
    zone: Key | None = None
    site: Key | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, strict=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, strict=False)] | None = None
    climate: enum_in(ClimateZone) | None = None  # type: ignore[valid-type]
    coastal: bool | None = None
    control: enum_in(ClimateControl) | None = None  # type: ignore[valid-type]


class AdoptIn(AnswersIn):
    """The answers, and what to do if the profile kept under the proposal's key says something else."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples_rules.ADOPT]})
    if_edited: enum_in(IfEdited) = IfEdited.KEEP  # type: ignore[valid-type]
    reason: Line = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request names, and the proposal for it."""

    proposal: Proposal
    product: Product | None
    zone: Zone | None
    time_zone: str


def asked(registry: RegistryRows, body: AnswersIn) -> Asked:
    """The proposal for a request's answers.

    Raises:
        Problem: something that is named does not exist, or an answer is missing and follows from nothing else.
    """
    product = _named(registry, Product, body.product)
    zone = _named(registry, Zone, body.zone)
    site = _named(registry, Site, body.site or (zone.site if zone else None))
    answers = Answers(_goods(body, product), body.form, _climate(body, site), _control(body, zone))
    try:
        proposal = propose(answers)
    except UnknownAnswer as error:
        raise _unknown(error.field, error.known) from error
    return Asked(proposal, product, zone, site.time_zone if site else CLOCK)


def _named(registry: RegistryRows, noun: type[T], key: str | None) -> T | None:
    if key is None:
        return None
    stored = registry.get(noun, key)
    if stored is None:
        kind = kind_name(noun)
        raise invalid(f"body/{kind}", "unknown_reference", kind=kind, key=key)
    return stored.value


def _goods(body: AnswersIn, product: Product | None) -> str:
    """What is named, else the kind of goods behind the product's present profile."""
    known = goods_of(product.profile) if product and product.profile else None
    found = body.goods or known
    if found is None:
        raise _unknown("goods", tuple(default_profiles()))
    return found


def _climate(body: AnswersIn, site: Site | None) -> Climate:
    """What is answered, else what the site says of itself, else what a position says."""
    position = None
    if body.latitude is not None and body.longitude is not None:
        position = (body.latitude, body.longitude)
    found = climate_at(position) if position else climate_of(site) if site else None
    zone = body.climate or (found.zone if found else None)
    if zone is None:
        raise invalid("body/climate", "climate_unknown", choices=", ".join(ClimateZone))
    if body.coastal is not None:
        return Climate(zone, body.coastal)
    return Climate(zone, found.coastal if found else False)


def _control(body: AnswersIn, zone: Zone | None) -> ClimateControl:
    """What is answered, else what is on record for the zone."""
    if body.control is not None:
        return ClimateControl(body.control)
    if zone is None:
        raise invalid("body/control", "control_unknown", choices=", ".join(ClimateControl))
    return zone.climate_control


def _unknown(field: str, known: tuple[str, ...]) -> Problem:
    return invalid(f"body/{field}", f"{field}_unknown", choices=", ".join(known))
