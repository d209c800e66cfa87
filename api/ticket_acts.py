"""What people send to open, move and comment on tickets, and what becomes of it."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from api import examples
from api.guard import permit
from api.ownership import Ownership
from api.policy import Act
from api.problems import Code, Problem, invalid
from api.refusals import as_problems
from api.registry_wire import enum_in
from api.services import Services
from api.wire import Key, Line, Wire, Words
from registry.nouns import Principal, Role, uuid7
from store.repositories.records import By
from store.repositories.tickets import RefusedError
from tickets import acting
from tickets.clocks.policies import Policy
from tickets.nouns import Priority, Ticket, TicketKind
from tickets.states import Act as Step
from tickets.states import Actor

_PRIORITIES = {priority.name: priority for priority in Priority}


class TicketIn(Wire):
    """A ticket opened by hand, in one's own words."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TICKET_IN]})

    title: Annotated[Line, Field(min_length=1, max_length=200)]
    description: Words = ""
    kind: enum_in(TicketKind) = TicketKind.INTERNAL  # type: ignore[valid-type]
    priority: Annotated[str, StringConstraints(pattern="^P[1-5]$")] = "P3"
    subject: Annotated[
        str,
        StringConstraints(pattern="^(customer|lot|shipment|zone|site|gateway|equipment|device):.{1,200}$"),
    ]
    """`kind:key`; a device by its full name."""
    zone: Key | None = None


class MoveIn(Wire):
    """An act on a ticket, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.MOVE_IN]})

    act: enum_in(Step)  # type: ignore[valid-type]
    reason: Annotated[str, StringConstraints(max_length=2000)] = ""
    into: Annotated[str, StringConstraints(pattern="^(KW-)?[0-9]{1,12}$")] | None = None
    """For `merge`: the number of the ticket that takes over."""


class CommentIn(Wire):
    """What one has to say."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.COMMENT_IN]})

    text: Annotated[Words, Field(min_length=1)]


def drafted(body: TicketIn, asker: Principal, ownership: Ownership, policy: Policy, now_us: int) -> Ticket:
    """The ticket that a person opens, without its number.

    A customer's ticket is about the customer itself, so that nobody else ever owns its words; what it names is kept
    as zone and lots.

    Raises:
        Problem: not_found, for what is not the customer's own; invalid, for what does not exist.
    """
    kind, _, key = body.subject.partition(":")
    zone = key if kind == "zone" else body.zone
    lots = (key,) if kind == "lot" else ()
    subject, ticket_kind = body.subject, body.kind
    if asker.role is Role.CUSTOMER:
        named = [ownership.of_object(kind, key)] + ([ownership.of_object("zone", zone)] if zone else [])
        for resource in named:
            permit(asker, Act.OPEN_TICKET, resource)
        subject, ticket_kind = f"customer:{asker.customer}", TicketKind.CUSTOMER
    elif kind != "device" and not ownership.exists(kind, key):
        raise invalid("body/subject", "unknown_reference", kind=kind, key=key)
    if zone is not None and not ownership.exists("zone", zone):
        raise invalid("body/zone", "unknown_reference", kind="zone", key=zone)
    return acting.draft(
        id=uuid7(now_us), kind=ticket_kind, words=body.title, description=body.description, subject=subject,
        priority=_PRIORITIES[body.priority], actor=Actor(asker.name, asker.role), now_us=now_us, policy=policy, zone=zone,
        place=ownership.place(zone, key if kind == "site" else None, lots, policy.grades, asker.customer),
    )  # fmt: skip


def moved(
    connection: Any, services: Services, asker: Principal, ticket: Ticket, body: MoveIn, into: Ticket | None,
    version: int | None, now_us: int,
) -> Ticket:  # fmt: skip
    """The ticket after an act, as it was kept.

    Raises:
        Problem: transition_refused, with the reason; changed_meanwhile.
    """
    actor, by = Actor(asker.name, asker.role), By(asker.name, now_us, body.reason)
    policy = services.policies(connection).at(now_us)
    try:
        with as_problems():
            if body.act is Step.MERGE and into is not None:
                return services.tickets.merge(
                    connection, ticket.id, into.id, version,
                    lambda one, target: acting.act(one, Step.MERGE, actor, now_us, policy, body.reason, target),
                    acting.take_over, by,
                )  # fmt: skip
            decide = partial(
                acting.act, what=body.act, actor=actor, now_us=now_us, policy=policy, reason=body.reason
            )
            return services.tickets.change(connection, ticket.id, version, str(body.act), decide, by)
    except RefusedError as error:
        raise Problem(
            Code.TRANSITION_REFUSED,
            {"reason": f"ticket.refused.{error.refusal}", "state": error.ticket.state},
            refusal=error.refusal,
        ) from error
