"""Who has to do with the goods: the operator, customers, their contacts, carriers, and the people who work with us."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from registry.nouns.registered import Registered
from registry.nouns.words import ContactRole, Language, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Registered):
    """The operator of this service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(Registered):
    """Who owns goods (and perhaps sites)."""

    grade: str = "B"
    """A name that the policy gives an order (A, B, C; diamond, platinum, silver; …)."""
    standstill_per_hour: Decimal | None = None
    """What an hour without its goods costs it, in `currency`."""
    currency: str = "CNY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier(Registered):
    """Who carries goods for the operator."""

    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Registered):
    """Somebody at a customer's or on a site who is called when something is the matter."""

    customer: str | None = None
    site: str | None = None
    role: ContactRole = ContactRole.OTHER
    phone: str = ""
    email: str = ""
    language: Language = Language.ZH


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Registered):
    """Somebody who works with this service, in one role and, where the role is bound to it, for one site, carrier or customer."""

    role: Role = Role.VIEWER
    phone: str = ""
    email: str = ""
    language: Language = Language.ZH
    site: str | None = None
    carrier: str | None = None
    customer: str | None = None
    region: str = ""
    skills: tuple[str, ...] = ()
