"""Who has to do with the goods: the operator, customers, their contacts, carriers, and the people who work with us."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from registry.nouns.registered import Registered
from registry.nouns.words import ContactRole, Language, Register, Role


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
class Certificate:
    """A paper that somebody may do a kind of work. An expired one does not count."""

    skill: str
    """What it is about, in the words of `Person.skills`."""
    number: str = ""
    expires_us: int | None = None
    """Exclusive; None = it does not expire."""


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
    level: int = 1
    """How far somebody is certified: 1 = learns, 2 = works alone, 3 = works on all, 4 = expert, 5 = teaches experts."""
    certificates: tuple[Certificate, ...] = ()
    languages: tuple[str, ...] = ()
    """What is spoken beside `language`: ISO 639 codes."""
    capacity: int | None = None
    """How many open tickets at once; None = as dispatch says for all."""
    latitude: float | None = None
    longitude: float | None = None
    """Degrees, WGS 84: from where somebody sets out; None = from the site."""
    teams: tuple[str, ...] = ()
    lead: bool = False
    """Leads these teams: their tickets come here when nobody else can have them."""
    head: bool = False
    """Head of the department: last on the ladder."""
    time_zone: str = ""
    """IANA name, for quiet hours; "" = that of the site."""
    quiet_from: str = ""
    """HH:MM; "" = no quiet hours."""
    quiet_to: str = ""
    channels: tuple[str, ...] = ()
    """By which ways somebody is told beside phone and e-mail: names of channels, or their addresses."""
    register: Register = Register.DATA
