"""Who may do what to which thing: the one function that decides for every way in, lists, streams and files included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from registry.nouns import Principal, Role


class Act(StrEnum):
    """What one can do. Every operation of the API is one of these (`x-keepwell-act` in the OpenAPI document)."""

    READ_REGISTRY = "registry.read"
    WRITE_REGISTRY = "registry.write"
    READ_GOODS = "goods.read"
    READ_READINGS = "readings.read"
    READ_FINDINGS = "findings.read"
    READ_ALARMS = "alarms.read"
    ACKNOWLEDGE = "alarms.acknowledge"
    READ_TICKETS = "tickets.read"
    OPEN_TICKET = "tickets.open"
    COMMENT = "tickets.comment"
    MOVE_TICKET = "tickets.move"
    READ_LEDGER = "ledger.read"
    READ_DEAD_LETTERS = "dead_letters.read"
    SUBMIT_AGAIN = "dead_letters.submit"
    READ_EVENTS = "events.read"
    READ_METRICS = "metrics.read"
    MANAGE_KEYS = "keys.manage"


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that is asked for, as far as the decision needs to know it."""

    customers: frozenset[str] = frozenset()
    """Keys of the customers whose own it is; for readings: whose goods were there in that stretch of time."""
    gateway: str | None = None
    """Id of the gateway it belongs to."""


class Verdict(StrEnum):
    """The decision, with its reason."""

    ALLOWED = "allowed"
    NOBODY = "nobody"
    """No valid key: 401."""
    NOT_THIS_ROLE = "not_this_role"
    """The role never does this: 403, whatever it was asked of."""
    NOT_YOURS = "not_yours"
    """The role does this, but only with its own: 404, as if it did not exist."""


_READING = frozenset({
    Act.READ_REGISTRY, Act.READ_GOODS, Act.READ_READINGS, Act.READ_FINDINGS, Act.READ_ALARMS,
    Act.READ_TICKETS, Act.READ_LEDGER, Act.READ_DEAD_LETTERS, Act.READ_EVENTS, Act.READ_METRICS,
})  # fmt: skip
_WORKING = frozenset({
    Act.ACKNOWLEDGE, Act.OPEN_TICKET, Act.COMMENT, Act.MOVE_TICKET, Act.SUBMIT_AGAIN, Act.WRITE_REGISTRY,
})  # fmt: skip

ACTS: Mapping[Role, frozenset[Act]] = {
    Role.ADMIN: frozenset(Act),
    Role.ENGINEER: _READING | _WORKING,
    Role.VIEWER: _READING,
    Role.SUPERVISOR: _READING | _WORKING,
    Role.QUALITY: _READING,
    Role.KEEPER: frozenset(),
    Role.DRIVER: frozenset(),
    Role.CARRIER: frozenset(),
    Role.INTEGRATOR: frozenset(),
    Role.SYSTEM: frozenset(),
    Role.GATEWAY: frozenset({Act.READ_LEDGER, Act.READ_DEAD_LETTERS}),
    Role.CUSTOMER: frozenset({
        Act.READ_GOODS, Act.READ_READINGS, Act.READ_FINDINGS, Act.READ_ALARMS, Act.READ_TICKETS,
        Act.OPEN_TICKET, Act.COMMENT, Act.READ_EVENTS,
    }),
}  # fmt: skip
"""What each role does at all."""


def decide(principal: Principal | None, act: Act, resource: Resource | None = None) -> Verdict:
    """May `principal` do `act`, to `resource` or (None) at all?"""
    if principal is None:
        return Verdict.NOBODY
    if act not in ACTS[principal.role]:
        return Verdict.NOT_THIS_ROLE
    if resource is None:
        return Verdict.ALLOWED
    if principal.role is Role.CUSTOMER:
        return Verdict.ALLOWED if principal.customer in resource.customers else Verdict.NOT_YOURS
    if principal.role is Role.GATEWAY:
        own = principal.gateway is not None and principal.gateway == resource.gateway
        return Verdict.ALLOWED if own else Verdict.NOT_YOURS
    return Verdict.ALLOWED
