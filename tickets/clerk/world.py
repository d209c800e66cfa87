"""What the clerk knows beside a ticket: policies, people, places and what goods are worth, as of one moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from detect.nouns import Finding, Json
from registry.nouns import Level, Role
from tickets.briefing import briefing
from tickets.clerk.nouns import Happened
from tickets.clocks.nouns import Context
from tickets.clocks.policies import Policies
from tickets.clocks.priority import Stakes
from tickets.dispatch.choosing import choose
from tickets.dispatch.ladder import head, keeper_on_duty, on_call, supervisor
from tickets.dispatch.nouns import Choice, People
from tickets.goods import Goods
from tickets.nouns import Ticket

_LEVELS = {"on_call_1": Level.FIRST, "on_call_2": Level.SECOND}


class Sites(Protocol):
    """What of the registry messages and clocks need."""

    @property
    def goods(self) -> Mapping[str, Goods]:
        """Lot → what it is worth and whose it is."""

    def context(self, ticket: Ticket) -> Context:
        """What the clocks of a ticket need to know."""

    def grade(self, ticket: Ticket, order: Sequence[str]) -> str | None:
        """The grade that counts for a ticket now; None where nobody is concerned. `order`: the best grade first."""

    def customer(self, ticket: Ticket) -> str | None:
        """Who is told and asked as the customer; None where nobody is concerned, or more than one."""

    def owners(self, ticket: Ticket) -> Mapping[str, Sequence[str]]:
        """Customer → its lots among those of a ticket."""

    def stakes(self, ticket: Ticket) -> Stakes:
        """What is at stake with the lots of a ticket."""

    def where(self, ticket: Ticket) -> str:
        """Site and zone in the words of people."""


def no_findings(ticket: Ticket) -> Sequence[Finding]:
    """Of work that nothing was measured for."""
    return ()


@dataclass(frozen=True, slots=True)
class World:
    """Everything beside the ticket and the time."""

    policies: Policies
    people: People
    sites: Sites
    found: Callable[[Ticket], Sequence[Finding]] = no_findings
    """The findings behind a ticket; asked for only when somebody is told of it."""

    def choose(self, ticket: Ticket, log: Sequence[Happened], now_us: int) -> Choice:
        """To whom a ticket goes, with the reasons."""
        return choose(ticket, self.people, log, now_us)

    def called(self, who: str, ticket: Ticket, now_us: int) -> str | None:
        """The principal who stands on a rung of the ladder now; None if nobody does."""
        site, team = ticket.site, ticket.team
        if who == "keeper_on_duty":
            key = keeper_on_duty(self.people, site, now_us)
        elif who == "head":
            key = head(self.people, site, now_us, team)
        elif who in _LEVELS:
            key = on_call(self.people, site, now_us, _LEVELS[who], team)
        else:
            key = supervisor(self.people, site, now_us, team)
        return f"person:{key}" if key else None

    def supervisor(self, ticket: Ticket, now_us: int) -> str | None:
        """The principal who answers for the place and team of a ticket; None only where no supervisor is named at all."""
        return self.called("supervisor", ticket, now_us)

    def in_role(self, role: Role, ticket: Ticket | None = None) -> list[str]:
        """The principals of everybody in a role, those of the ticket's site alone if there are any; else the supervisor's."""
        there = [person for person in self.people.persons.values() if person.role is role]
        near = [person for person in there if ticket and person.site in {None, ticket.site}]
        return sorted(f"person:{person.key}" for person in near or there)

    def brief(self, ticket: Ticket, more: Mapping[str, Json] | None = None) -> dict[str, Json]:
        """What a message may show whose reader has to act: `params`, what was found, and what to do first."""
        return self.params(ticket, briefing(ticket, self.found(ticket)) | dict(more or {}))

    def params(self, ticket: Ticket, more: Mapping[str, Json] | None = None) -> dict[str, Json]:
        """What every message about a ticket may show."""
        title: Json = {"code": ticket.title.code, "params": dict(ticket.title.params)}
        return {
            "number": ticket.name, "title": title, "place": self.sites.where(ticket), "site": ticket.site,
            "priority": ticket.priority.name, "deadline_us": ticket.deadline_us, "act_by_us": ticket.act_by_us,
            "time_zone": ticket.time_zone, **(more or {}),
        }  # fmt: skip
