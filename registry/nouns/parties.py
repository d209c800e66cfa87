"""Who has to do with the goods: the operator, customers, their contacts, carriers, and the people who work with us."""

from __future__ import annotations

from dataclasses import dataclass

from registry.nouns.registered import Registered
from registry.nouns.words import ContactRole, Grade, Language, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Registered):
    """The operator of this service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(Registered):
    """Who owns goods (and perhaps sites)."""

    grade: Grade = Grade.B


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
