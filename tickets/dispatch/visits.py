"""Work nearby that one person can do in one visit, each piece in time: a proposal with the way that it saves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.climate import distance_km
from registry.nouns import Site
from tickets.dispatch.data import Needs, Weights, needs, weights
from tickets.dispatch.nouns import People
from tickets.dispatch.travel import base_of, between_us, position_of
from tickets.nouns import Ticket, TicketState


@dataclass(frozen=True, slots=True)
class Visit:
    """Several tickets that can be done one after the other in one trip."""

    who: str
    """`person:<key>` or `team:<key>`."""
    tickets: tuple[str, ...]
    """Numbers for people, in the order in which they are done."""
    sites: tuple[str, ...]
    leave_by_us: int
    """The latest departure at which everything is still done in time."""
    travel_us: int
    """The way there and between the sites."""
    repair_us: int
    saved_us: int
    """The way of a trip of its own for each of them, less this one's (there, not back)."""


@dataclass(frozen=True, slots=True)
class _Job:
    ticket: Ticket
    site: Site
    due_us: int
    repair_us: int


def visits(
    tickets: Iterable[Ticket],
    people: People,
    now_us: int,
    table: Needs | None = None,
    by: Weights | None = None,
) -> tuple[Visit, ...]:
    """The visits worth proposing, the most way saved first. Each ticket is in one of them at most."""
    table, by = table or needs(), by or weights()
    jobs: dict[str, list[_Job]] = defaultdict(list)
    for ticket in tickets:
        site = people.sites.get(ticket.site or "")
        if ticket.live and ticket.state is not TicketState.PENDING and site and (who := _whose(ticket)):
            jobs[who].append(_Job(ticket, site, _due_us(ticket, now_us), _repair_us(ticket, people, table)))
    found = [visit for who, own in sorted(jobs.items()) for visit in _of_one(who, own, people, now_us, by)]
    return tuple(sorted(found, key=lambda visit: (-visit.saved_us, visit.leave_by_us, visit.tickets)))


def _of_one(who: str, jobs: Sequence[_Job], people: People, now_us: int, by: Weights) -> list[Visit]:
    """Gather around the job that is due first whatever is near it and still in time; then around the next."""
    rest = sorted(jobs, key=lambda job: (job.due_us, job.ticket.number))
    found = []
    while rest:
        trip = [rest.pop(0)]
        for job in list(rest):
            if _near(trip[0].site, job.site, by) and _slack_us(who, [*trip, job], people, now_us, by) >= 0:
                trip.append(job)
                rest.remove(job)
        if len(trip) > 1:
            found.append(_visit(who, trip, people, now_us, by))
    return found


def _visit(who: str, trip: Sequence[_Job], people: People, now_us: int, by: Weights) -> Visit:
    travel_us = _way_us(who, trip, people, by)
    alone_us = sum(_way_us(who, [job], people, by) for job in trip)
    return Visit(
        who=who,
        tickets=tuple(job.ticket.name for job in trip),
        sites=tuple(dict.fromkeys(job.site.key for job in trip)),
        leave_by_us=now_us + _slack_us(who, trip, people, now_us, by),
        travel_us=travel_us,
        repair_us=sum(job.repair_us for job in trip),
        saved_us=alone_us - travel_us,
    )


def _slack_us(who: str, trip: Sequence[_Job], people: People, now_us: int, by: Weights) -> int:
    """How much later than now one may leave and still do everything in time, in this order; below 0: too late."""
    slack_us, spent_us = 2**62, 0
    for number, job in enumerate(trip):
        spent_us = _way_us(who, trip[: number + 1], people, by) + sum(j.repair_us for j in trip[: number + 1])
        slack_us = min(slack_us, job.due_us - now_us - spent_us)
    return slack_us


def _way_us(who: str, trip: Sequence[_Job], people: People, by: Weights) -> int:
    """From the base (of a team: from the first site) over all sites in order."""
    kind, _, key = who.partition(":")
    start = base_of(people.persons[key], people) if kind == "person" and key in people.persons else None
    total = 0
    if start is None:
        total = by.same_region_us
    here = start
    for job in trip:
        there = position_of(job.site)
        if here is not None and there is not None:
            total += between_us(here, there, by)
        here = there if there is not None else here
    return total


def _near(one: Site, other: Site, by: Weights) -> bool:
    """The same site, or another one close by."""
    if one.key == other.key:
        return True
    here, there = position_of(one), position_of(other)
    return here is not None and there is not None and distance_km(here, there) <= by.near_km


def _whose(ticket: Ticket) -> str | None:
    """Who goes: the person, else the team."""
    if ticket.assignee and ticket.assignee.startswith("person:"):
        return ticket.assignee
    return f"team:{ticket.team}" if ticket.team else None


def _due_us(ticket: Ticket, now_us: int) -> int:
    """Act-by, as long as acting by then prevents anything; the deadline where it is too late for that."""
    act_by_us = ticket.act_by_us
    if act_by_us is None or act_by_us <= now_us:
        return ticket.deadline_us
    return min(act_by_us, ticket.deadline_us)


def _repair_us(ticket: Ticket, people: People, table: Needs) -> int:
    kinds = people.equipment.get(ticket.subject) or people.equipment.get(ticket.zone or "") or frozenset()
    return ticket.repair_us or table.of(ticket, kinds).repair_us
