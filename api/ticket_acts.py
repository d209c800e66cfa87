"""What becomes of what people send about tickets: opened, moved one by one or many at once, commented on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from api.guard import permit
from api.ownership import Ownership
from api.policy import Act, acting_as
from api.problems import Code, Problem, invalid
from api.refusals import as_problems
from api.services import Services
from api.ticket_wire import PRIORITIES, CommentIn, DeedIn, TicketIn
from detect.nouns import Json
from registry.nouns import Principal, Role, uuid7
from store.repositories import ticket_work, tickets
from store.repositories.records import By
from store.repositories.tickets import RefusedError
from tickets import acting, working
from tickets.answers import back_to_work
from tickets.clocks.policies import Policy
from tickets.deeds import Deed, Sheet
from tickets.nouns import Comment, Ticket, TicketKind
from tickets.states import Act as Step
from tickets.states import Actor

STAFF = frozenset({Role.ADMIN, Role.SUPERVISOR, Role.ENGINEER, Role.QUALITY})
"""Who speaks for the desk: what they say in public is an update for the customer."""


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
    customer = _customer(body, asker, ownership)
    if asker.role is Role.CUSTOMER:
        named = [ownership.of_object(kind, key)] + ([ownership.of_object("zone", zone)] if zone else [])
        for resource in named:
            permit(asker, Act.OPEN_TICKET, resource)
        subject, ticket_kind = f"customer:{asker.customer}", TicketKind.CUSTOMER
    elif kind != "device" and not ownership.exists(kind, key):
        raise invalid("body/subject", "unknown_reference", kind=kind, key=key)
    if zone is not None and not ownership.exists("zone", zone):
        raise invalid("body/zone", "unknown_reference", kind="zone", key=zone)
    place = ownership.place(zone, key if kind == "site" else None, lots, policy.grades, customer)
    return acting.draft(
        id=uuid7(now_us), kind=ticket_kind, words=body.title, description=body.description, subject=subject,
        priority=PRIORITIES[body.priority], actor=actor_of(asker), now_us=now_us, policy=policy, zone=zone, place=place,
        category=body.category, phase=body.phase, customer=customer,
    )  # fmt: skip


def _customer(body: TicketIn, asker: Principal, ownership: Ownership) -> str | None:
    """For whom a ticket is: a customer speaks for itself, the desk names one, or the subject of a report does."""
    if asker.role is Role.CUSTOMER:
        if body.customer not in (None, asker.customer):
            raise Problem(Code.NOT_FOUND)
        return asker.customer
    if body.customer is not None:
        _must_exist(ownership, body.customer)
        return body.customer
    named = ownership.customer_of(*body.subject.split(":", 1))
    return named if body.kind is TicketKind.CUSTOMER else None


def _must_exist(ownership: Ownership, customer: str) -> None:
    if not ownership.exists("customer", customer):
        raise invalid("body/customer", "unknown_reference", kind="customer", key=customer)


def opened(
    connection: Any, asker: Principal, draft: Ticket, body: TicketIn, parent: Ticket | None, policy: Policy, now_us: int
) -> Ticket:  # fmt: skip
    """The ticket as it was kept, with the wish and the parent that came with it."""
    sheet = Sheet(wished_us=body.wished)
    told: Mapping[str, Json] = {} if body.wished is None else {"wished_us": body.wished}
    ticket = ticket_work.open_with(connection, draft, sheet, By(acting_as(asker), now_us), told)
    if parent is None:
        return ticket
    return done(connection, asker, ticket, Deed(Step.JOIN_PARENT, into=parent.id), None, policy, now_us)


def deed_of(
    body: DeedIn,
    asker: Principal,
    into: Ticket | None,
    ticket: Ticket,
    ownership: Ownership | None,
    grades: Sequence[str],
) -> Deed:
    """What somebody wants done.

    Args:
        grades: the names of the customers' grades, the best first.

    Raises:
        Problem: invalid, for a customer that does not exist.
    """
    if body.customer is None or ownership is None or body.act is not Step.CORRECT:
        return body.deed(into.id if into else None, None)
    if body.customer:
        _must_exist(ownership, body.customer)
    return body.deed(into.id if into else None, ownership.grade_for(body.customer, ticket.lots, grades))


def done(
    connection: Any,
    asker: Principal,
    ticket: Ticket,
    deed: Deed,
    version: int | None,
    policy: Policy,
    now_us: int,
    at_us: int | None = None,
) -> Ticket:
    """The ticket after a deed, as it was kept (after a merge: the one that took over).

    Args:
        at_us: when it was done, where that is told later; clocks go by it.

    Raises:
        Problem: transition_refused, with the reason; changed_meanwhile.
    """
    decide = partial(
        working.perform, actor=actor_of(asker), now_us=now_us if at_us is None else at_us, policy=policy
    )
    by = By(acting_as(asker), now_us, deed.reason)
    told: Mapping[str, Json] = {} if at_us is None else {"at_us": at_us}
    try:
        with as_problems():
            return ticket_work.perform(connection, ticket.id, deed, version, decide, by, told)
    except RefusedError as error:
        raise refused(error) from error


def moved(
    connection: Any, services: Services, asker: Principal, ticket: Ticket, deed: Deed, version: int | None, now_us: int,
    at_us: int | None = None,
) -> Ticket:  # fmt: skip
    """As `done`, by the policy of now."""
    return done(
        connection, asker, ticket, deed, version, services.policies(connection).at(now_us), now_us, at_us
    )


def refused(error: RefusedError) -> Problem:
    """Why an act on a ticket is not possible, as a problem."""
    return Problem(
        Code.TRANSITION_REFUSED,
        {"reason": f"ticket.refused.{error.refusal}", "state": error.ticket.state},
        refusal=error.refusal,
    )


def said(
    connection: Any, asker: Principal, ticket: Ticket, body: CommentIn, now_us: int, at_us: int | None = None
) -> Comment:  # fmt: skip
    """A comment as it was kept. What a customer says is public, and sends a ticket that waits for it back to work."""
    own = asker.role is Role.CUSTOMER
    with as_problems():
        return tickets.comment(
            connection, ticket.id, body.text, By(acting_as(asker), now_us),
            public=own or (body.public and asker.role in STAFF), role=str(asker.role), at_us=at_us,
            customer=asker.customer if own else None, answered=back_to_work(now_us) if own else None,
        )  # fmt: skip


def actor_of(asker: Principal) -> Actor:
    """Who asks, as the desk knows them."""
    return Actor(acting_as(asker), asker.role, asker.customer)
