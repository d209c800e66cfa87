"""Who may do what to which thing: the one function that decides for every way in, lists, streams and files included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from registry.nouns import Principal, Role


class Act(StrEnum):
    """What one can do. Every operation of the API is one of these (`x-keepwell-act` in the OpenAPI document)."""

    READ_REGISTRY = "registry.read"
    """The technical side: gateways, devices, models, calibrations, equipment."""
    WRITE_REGISTRY = "registry.write"
    READ_PLACES = "places.read"
    """Sites and zones."""
    READ_PEOPLE = "people.read"
    READ_STAFF = "staff.read"
    """Teams, shifts, absences, rotas, who has how much work, and who suits a ticket."""
    READ_GOODS = "goods.read"
    WRITE_DEVICES = "devices.write"
    WRITE_CALIBRATIONS = "calibrations.write"
    UPLOAD_LISTS = "lists.write"
    """Lists of what the role may write: everything, or calibrations alone."""
    SET_LOT_STATUS = "lots.status"
    IDENTIFY = "things.read"
    """What a code names, and labels with codes."""
    SCAN = "things.scan"
    """Placing a thing by two scans."""
    INSPECT = "equipment.inspect"
    """Putting inspections of equipment on record."""
    READ_READINGS = "readings.read"
    READ_LOGGER_FILES = "logger_files.read"
    WRITE_LOGGER_FILES = "logger_files.write"
    """Uploading what a logger recorded, and keeping it."""
    READ_FINDINGS = "findings.read"
    """Also forecasts: what is expected is found before it happens."""
    WRITE_WEATHER = "weather.write"
    """Weather forecasts of sites, as they are issued."""
    WRITE_SCHEDULES = "schedules.write"
    """What is planned for zones: doors open, machines off."""
    READ_ALARMS = "alarms.read"
    ACKNOWLEDGE = "alarms.acknowledge"
    SHELVE = "alarms.shelve"
    """Putting alarms aside for a time, and consenting to it."""
    READ_MAINTENANCE = "maintenance.read"
    WRITE_MAINTENANCE = "maintenance.write"
    """Windows in which alarms are still, and what is out of service."""
    READ_TICKETS = "tickets.read"
    OPEN_TICKET = "tickets.open"
    COMMENT = "tickets.comment"
    MOVE_TICKET = "tickets.move"
    """Acts on tickets; which of them a role may do, and from where, `tickets.states` says (customers confirm, rate, reopen)."""
    ASSIGN_TICKET = "tickets.assign"
    """Giving it to somebody."""
    JUDGE_TICKET = "tickets.judge"
    """Saying whether a ticket was right."""
    READ_POLICIES = "policies.read"
    """What is promised to whom, and the calendars behind it."""
    WRITE_POLICIES = "policies.write"
    DECIDE_COMPENSATION = "compensation.decide"
    READ_LEDGER = "ledger.read"
    READ_DEAD_LETTERS = "dead_letters.read"
    SUBMIT_AGAIN = "dead_letters.submit"
    READ_EVENTS = "events.read"
    READ_METRICS = "metrics.read"
    READ_QUALITY = "quality.read"
    """How good the data is, over all customers."""
    READ_MODELS = "models.read"
    MANAGE_MODELS = "models.manage"
    """Training, promoting and rolling back; adopting figures that verdicts speak for."""
    TRY_RULES = "rules.try"
    """Back-tests, and what verdicts speak for: they change nothing, but take minutes."""
    MANAGE_KEYS = "keys.manage"
    MANAGE_USERS = "users.manage"
    """Who may log in; also who is registered in which role, and for whom: that is what they may do once they are in."""
    OWN_ACCOUNT = "me"
    """Who am I, what may I do; one's own password and sessions."""
    READ_MAPPINGS = "mappings.read"
    WRITE_MAPPINGS = "mappings.write"
    """Writing, trying and switching them: a trial shows what really comes."""
    READ_SIGHTINGS = "gateways.sightings"
    WATCH_MESSAGES = "gateways.messages"
    """Seeing what a gateway really sends, and what was made of it."""
    MANAGE_GATEWAYS = "gateways.manage"
    MANAGE_WEBHOOKS = "webhooks.manage"
    """Where events are sent: also what leaves the house."""
    MANAGE_HOOKS = "hooks.manage"
    """Who reports to us by inbound hooks."""
    REPORT_BY_HOOK = "hooks.report"
    MANAGE_LINKS = "links.manage"
    """Giving out signed links, and revoking them."""
    LINK_READ = "links.read"
    LINK_COMMENT = "links.comment"
    LINK_CONFIRM = "links.confirm"
    LINK_REOPEN = "links.reopen"
    LINK_SURVEY = "links.survey"
    LINK_REPORT = "links.report"
    LINK_ACKNOWLEDGE = "links.acknowledge"
    READ_OUTBOX = "outbox.read"
    """What was told to whom."""
    REPLAY_OUTBOX = "outbox.replay"
    MANAGE_TELLING = "telling.manage"
    """How people want to be told, and the addresses of their chats."""


class Scope(StrEnum):
    """To what a key can be bound, and to whom a thing can belong."""

    CUSTOMER = "customer"
    GATEWAY = "gateway"
    SITE = "site"
    CARRIER = "carrier"
    TICKET = "ticket"
    """Of a signed link: nothing but this one ticket."""
    ALARM = "alarm"


class Owner(NamedTuple):
    """Somebody whose own a thing can be: a customer its goods, a site what stands there, a carrier what it carries."""

    scope: Scope
    key: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that is asked for, as far as the decision needs to know it."""

    owners: frozenset[Owner] = frozenset()
    """Whose own it is; for readings: whose goods (place, load) were there in that stretch of time."""
    free: bool = False
    """It is nowhere: whoever may scan may take it up, or ask what it is."""

    @classmethod
    def of(cls, *owners: Owner) -> Resource:
        """What belongs to these."""
        return cls(frozenset(owners))

    def only(self, *scopes: Scope) -> Resource:
        """The same thing for owners of these scopes alone."""
        return Resource(frozenset(owner for owner in self.owners if owner.scope in scopes))

    def __or__(self, other: Resource) -> Resource:
        return Resource(self.owners | other.owners, self.free or other.free)


class Verdict(StrEnum):
    """The decision, with its reason."""

    ALLOWED = "allowed"
    NOBODY = "nobody"
    """No valid key: 401."""
    NOT_THIS_ROLE = "not_this_role"
    """The role never does this: 403, whatever it was asked of."""
    NOT_YOURS = "not_yours"
    """The role does this, but only with its own: 404, as if it did not exist."""


PURPOSES: Mapping[str, frozenset[Act]] = {
    "follow": frozenset({Act.LINK_READ, Act.LINK_COMMENT, Act.LINK_CONFIRM, Act.LINK_REOPEN}),
    "survey": frozenset({Act.LINK_READ, Act.LINK_SURVEY}),
    "report": frozenset({Act.LINK_READ, Act.LINK_REPORT}),
    "acknowledge": frozenset({Act.LINK_READ, Act.LINK_ACKNOWLEDGE}),
    "hook": frozenset({Act.REPORT_BY_HOOK}),
}
"""What a signed link, or an inbound hook, can do by its purpose. No key does any of this."""
_BY_PURPOSE = frozenset().union(*PURPOSES.values())

_READING = frozenset({
    Act.READ_REGISTRY, Act.READ_PLACES, Act.READ_PEOPLE, Act.READ_GOODS, Act.IDENTIFY, Act.READ_READINGS,
    Act.READ_FINDINGS, Act.READ_ALARMS, Act.READ_TICKETS, Act.READ_LEDGER, Act.READ_DEAD_LETTERS, Act.READ_EVENTS,
    Act.READ_METRICS, Act.READ_LOGGER_FILES, Act.READ_MAPPINGS, Act.READ_QUALITY, Act.READ_MODELS, Act.READ_STAFF,
    Act.READ_MAINTENANCE, Act.READ_POLICIES,
})  # fmt: skip
_DESK = frozenset({
    Act.ACKNOWLEDGE, Act.SHELVE, Act.OPEN_TICKET, Act.COMMENT, Act.MOVE_TICKET, Act.JUDGE_TICKET, Act.TRY_RULES,
})  # fmt: skip
_WORKING = _DESK | {
    Act.SUBMIT_AGAIN, Act.WRITE_REGISTRY, Act.WRITE_DEVICES, Act.WRITE_CALIBRATIONS, Act.UPLOAD_LISTS, Act.SCAN,
    Act.INSPECT, Act.WRITE_LOGGER_FILES, Act.WRITE_MAPPINGS, Act.READ_SIGHTINGS, Act.WATCH_MESSAGES, Act.MANAGE_GATEWAYS,
    Act.WRITE_WEATHER, Act.WRITE_SCHEDULES, Act.WRITE_MAINTENANCE, Act.MANAGE_LINKS,
}  # fmt: skip
_CARRYING = frozenset({
    Act.READ_PLACES, Act.READ_PEOPLE, Act.READ_GOODS, Act.IDENTIFY, Act.SCAN, Act.READ_READINGS, Act.READ_FINDINGS,
    Act.READ_ALARMS, Act.READ_TICKETS, Act.COMMENT, Act.READ_EVENTS,
})  # fmt: skip

ACTS: Mapping[Role, frozenset[Act]] = {
    Role.ADMIN: frozenset(Act) - _BY_PURPOSE,
    Role.SUPERVISOR: _READING
    | _WORKING
    | {
        Act.SET_LOT_STATUS, Act.ASSIGN_TICKET, Act.MANAGE_WEBHOOKS, Act.MANAGE_HOOKS, Act.WRITE_POLICIES,
        Act.DECIDE_COMPENSATION, Act.READ_OUTBOX, Act.REPLAY_OUTBOX, Act.MANAGE_TELLING,
    },
    Role.ENGINEER: _READING | _WORKING | {Act.READ_OUTBOX, Act.REPLAY_OUTBOX},
    Role.QUALITY: _READING
    | _DESK
    | {Act.SET_LOT_STATUS, Act.WRITE_CALIBRATIONS, Act.UPLOAD_LISTS, Act.WRITE_LOGGER_FILES, Act.MANAGE_MODELS},
    Role.VIEWER: _READING,
    Role.KEEPER: _CARRYING | {Act.READ_REGISTRY, Act.ACKNOWLEDGE, Act.WRITE_SCHEDULES},
    Role.DRIVER: _CARRYING,
    Role.CARRIER: _CARRYING,
    Role.INTEGRATOR: frozenset({
        Act.READ_REGISTRY, Act.READ_PLACES, Act.IDENTIFY, Act.SCAN, Act.WRITE_DEVICES, Act.READ_LEDGER,
        Act.READ_DEAD_LETTERS, Act.SUBMIT_AGAIN, Act.READ_METRICS, Act.READ_SIGHTINGS, Act.WATCH_MESSAGES, Act.MANAGE_GATEWAYS,
        Act.READ_MAPPINGS, Act.WRITE_MAPPINGS, Act.WRITE_WEATHER,
    }),
    Role.GATEWAY: frozenset({Act.READ_LEDGER, Act.READ_DEAD_LETTERS}),
    Role.CUSTOMER: frozenset({
        Act.READ_PLACES, Act.READ_PEOPLE, Act.READ_GOODS, Act.IDENTIFY, Act.READ_READINGS, Act.READ_FINDINGS,
        Act.READ_ALARMS, Act.READ_TICKETS, Act.OPEN_TICKET, Act.COMMENT, Act.MOVE_TICKET, Act.READ_EVENTS,
    }),
    Role.SYSTEM: frozenset(),
}  # fmt: skip
ACTS = {role: acts | {Act.OWN_ACCOUNT} if acts else acts for role, acts in ACTS.items()}
"""What each role does at all."""

SCOPES: Mapping[Role, Scope] = {
    Role.CUSTOMER: Scope.CUSTOMER,
    Role.GATEWAY: Scope.GATEWAY,
    Role.KEEPER: Scope.SITE,
    Role.DRIVER: Scope.CARRIER,
    Role.CARRIER: Scope.CARRIER,
}
"""The roles that do what they do with their own alone, and what makes a thing theirs."""

TAKES_UP = frozenset({Act.SCAN, Act.IDENTIFY})
"""What may also be done to a thing that is nowhere."""


def bound(principal: Principal) -> bool:
    """Whether a principal sees only what is its own."""
    return principal.role in SCOPES or principal.purpose is not None


def acts_of(principal: Principal) -> frozenset[Act]:
    """What a principal does at all: by its purpose if it has one, else by its role."""
    if principal.purpose is not None:
        return PURPOSES.get(principal.purpose, frozenset())
    return ACTS[principal.role]


def acting_as(principal: Principal) -> str:
    """The name by which somebody has work and is told of it: the person, where it is known, else the key or link."""
    return f"person:{principal.person}" if principal.person else principal.name


def names_of(principal: Principal) -> tuple[str, str]:
    """Its own name, and that of the person for whom it speaks."""
    return principal.name, acting_as(principal)


def owner_of(principal: Principal) -> Owner | None:
    """As whom a bound principal owns things; None for whoever is not bound, and for a key without its scope."""
    if principal.ticket is not None:
        return Owner(Scope.TICKET, principal.ticket)
    if principal.alarm is not None:
        return Owner(Scope.ALARM, principal.alarm)
    scope = SCOPES.get(principal.role)
    key = getattr(principal, scope) if scope else None
    return Owner(scope, key) if scope and key is not None else None


def decide(principal: Principal | None, act: Act, resource: Resource | None = None) -> Verdict:
    """May `principal` do `act`, to `resource` or (None) at all?"""
    if principal is None:
        return Verdict.NOBODY
    if act not in acts_of(principal):
        return Verdict.NOT_THIS_ROLE
    if resource is None or not bound(principal):
        return Verdict.ALLOWED
    if resource.free and act in TAKES_UP and principal.role is not Role.CUSTOMER:
        return Verdict.ALLOWED
    return Verdict.ALLOWED if owner_of(principal) in resource.owners else Verdict.NOT_YOURS


def grants(principal: Principal) -> frozenset[Role]:
    """The roles in which one may register people: those that do nothing one may not do oneself."""
    if bound(principal):
        return frozenset()
    own = ACTS[principal.role]
    return frozenset(role for role, acts in ACTS.items() if acts <= own and role is not Role.SYSTEM)


def customers(keys: Iterable[str]) -> frozenset[Owner]:
    """Customers as owners."""
    return frozenset(Owner(Scope.CUSTOMER, key) for key in keys)
