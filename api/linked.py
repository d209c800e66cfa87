"""What is seen and done through a signed link, in one transaction each; every use is counted and on record."""

from __future__ import annotations

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from api.guard import permit
from api.ownership import Ownership
from api.policy import Act, Owner, Resource, Scope, acts_of
from api.problems import Code, Problem
from api.services import Services
from api.ticket_acts import refused
from api.ticket_text import goes_on
from api.times import text_of
from api.views_links import LinkedView, linked_alarm, linked_report, linked_ticket
from ingest.nouns import US_PER_DAY
from registry.nouns import Role, uuid7
from store.repositories import links, ticket_work, tickets
from store.repositories.alarms import AlarmFilter
from store.repositories.links import Link, Purpose
from store.repositories.records import By
from store.repositories.tickets import RefusedError
from texts import Language, render
from tickets import acting, working
from tickets.alarms import acknowledge
from tickets.answers import back_to_work
from tickets.clocks.policies import Policy
from tickets.deeds import Deed
from tickets.nouns import Alarm, Priority, Ticket, TicketKind
from tickets.states import Act as Step
from tickets.states import Actor, ways

MOST_REPORTS = 20
"""So many tickets one link may open in a day."""
_CAN = {
    Act.LINK_COMMENT: None, Act.LINK_CONFIRM: Step.CONFIRM, Act.LINK_REOPEN: Step.REOPEN, Act.LINK_SURVEY: Step.SURVEY,
    Act.LINK_REPORT: None, Act.LINK_ACKNOWLEDGE: None,
}  # fmt: skip
"""What a link can do → the step that the ticket must be able to take for it."""


class Linked:
    """One link, used in one transaction."""

    def __init__(self, connection: Any, services: Services, ownership: Ownership, link: Link) -> None:
        self._connection = connection
        self._services = services
        self._ownership = ownership
        self._link = link
        self._now_us = services.now_us()
        self._by = By(link.name, self._now_us)
        self._actor = Actor(link.person or link.name, link.role, link.customer)

    def look(self) -> None:
        """Somebody looks. That changes nothing, for programs look at links before people do."""
        links.used(self._connection, self._link, "looked_at", self._now_us)

    def view(self, lang: Language) -> LinkedView:
        """What it is about, as it is now."""
        ticket, alarm = self._ticket(Act.LINK_READ), self._alarm(Act.LINK_READ)
        told = None
        if ticket:
            history = self._services.tickets.history(self._connection, ticket.id)
            comments = self._services.tickets.comments_of(self._connection, ticket.id)
            told = linked_ticket(ticket, self._link, lang, history, comments, self._goes_on(ticket, lang))
        reports = self._link.purpose is Purpose.REPORT
        reported = links.reported_by(self._connection, self._link) if reports else []
        name = self._time_zone(ticket, alarm)
        zone = ZoneInfo(name)
        return LinkedView(
            purpose=self._link.purpose, expires=text_of(self._link.expires_us, zone), time_zone=name,
            times=render("links.times", {"zone": name, "now_us": self._now_us}, lang, name), can=self._can(ticket),
            ticket=told, reported=[linked_report(one, lang) for one in reported],
            alarm=linked_alarm(alarm, zone) if alarm else None,
        )  # fmt: skip

    def _time_zone(self, ticket: Ticket | None, alarm: Alarm | None) -> str:
        """IANA name: on whose clocks times are shown."""
        if ticket is None and alarm is not None and alarm.ticket_id is not None:
            ticket = self._services.tickets.get(self._connection, alarm.ticket_id)
        if ticket is not None:
            return ticket.time_zone
        return self._ownership.place(alarm.zone, None, (), ()).time_zone if alarm and alarm.zone else "UTC"

    def _goes_on(self, ticket: Ticket, lang: Language) -> str | None:
        """Where a merged ticket goes on, as far as whoever has the link may know."""
        other = (
            self._services.tickets.get(self._connection, ticket.merged_into) if ticket.merged_into else None
        )
        if other is None:
            return None
        return goes_on(other if self._still_theirs(other) else None, lang)

    def comment(self, words: str) -> None:
        """Say something on the ticket."""
        ticket = self._needed(Act.LINK_COMMENT)
        links.used(self._connection, self._link, "commented", self._now_us)
        tickets.comment(
            self._connection, ticket.id, words, self._by, public=True, role=Role.CUSTOMER, customer=self._link.customer,
            answered=back_to_work(self._now_us),
        )  # fmt: skip

    def move(self, act: Act, step: Step, reason: str = "") -> None:
        """Confirm that it is solved, or reopen it.

        Raises:
            Problem: transition_refused, with the reason.
        """
        ticket = self._needed(act)
        links.used(self._connection, self._link, step, self._now_us)
        self._do(ticket, Deed(step, reason))

    def survey(self, score: int, words: str) -> None:
        """Answer the one question: 1 (bad) to 5 (very good), and why.

        Raises:
            Problem: transition_refused; a ticket is asked about once.
        """
        ticket = self._needed(Act.LINK_SURVEY)
        links.used(self._connection, self._link, "surveyed", self._now_us)
        self._do(ticket, Deed(Step.SURVEY, score=score, text=words))

    def report(self, title: str, description: str) -> Ticket:
        """Open a ticket of the customer's.

        Raises:
            Problem: too_many_attempts, if the link opened many today.
        """
        permit(self._link.principal(), Act.LINK_REPORT)
        if links.reports_since(self._connection, self._link, self._now_us - US_PER_DAY) >= MOST_REPORTS:
            raise Problem(Code.TOO_MANY_ATTEMPTS, sentence="links.too_many_reports")
        links.used(self._connection, self._link, "reported", self._now_us)
        subject, policy = f"customer:{self._link.customer}", self._policy()
        draft = acting.draft(
            id=uuid7(self._now_us), kind=TicketKind.CUSTOMER, words=title, description=description, subject=subject,
            priority=Priority.P3, actor=self._actor, now_us=self._now_us, policy=policy,
            place=self._ownership.place(None, None, (), policy.grades, self._link.customer), customer=self._link.customer,
        )  # fmt: skip
        return tickets.open_by_hand(self._connection, draft, self._by)

    def acknowledge(self, *, accept: bool, words: str) -> None:
        """One of ours has seen the alarms; or accepts the ticket, which is more. It counts as that person's own act.

        By which link it was done is on record before it.

        Raises:
            Problem: transition_refused, if the ticket cannot be accepted any more.
        """
        ticket, alarm = self._ticket(Act.LINK_ACKNOWLEDGE), self._alarm(Act.LINK_ACKNOWLEDGE)
        links.used(self._connection, self._link, "accepted" if accept else "acknowledged", self._now_us)
        by = By(self._actor.principal, self._now_us, words)
        for one in [alarm] if alarm else self._alarms_of(ticket):
            decide = partial(acknowledge, principal=self._actor.principal)
            self._services.alarms.acknowledge(self._connection, one.id, None, decide, by)
        if accept and ticket:
            self._do(ticket, Deed(Step.ACCEPT, words))

    def _do(self, ticket: Ticket, deed: Deed) -> None:
        policy = self._policy()
        decide = partial(working.perform, actor=self._actor, now_us=self._now_us, policy=policy)
        by = By(self._actor.principal, self._now_us, deed.reason)
        try:
            ticket_work.perform(self._connection, ticket.id, deed, None, decide, by)
        except RefusedError as error:
            raise refused(error) from error

    def _policy(self) -> Policy:
        return self._services.policies(self._connection).at(self._now_us)

    def _can(self, ticket: Ticket | None) -> list[str]:
        """What can be done by the link now."""
        mine = acts_of(self._link.principal())
        possible = ways(ticket, self._link.role) if ticket else []
        can = [
            act.removeprefix("links.")
            for act, step in _CAN.items()
            if act in mine and step in {None, *possible}
        ]
        accepts = Act.LINK_ACKNOWLEDGE in mine and Step.ACCEPT in possible
        return [*can, "accept"] if accepts else can

    def _needed(self, act: Act) -> Ticket:
        ticket = self._ticket(act)
        if ticket is None:
            raise Problem(Code.NOT_FOUND)
        return ticket

    def _ticket(self, act: Act) -> Ticket | None:
        """The ticket of the link, if it has one, is still the customer's, and the policy allows the act.

        Raises:
            Problem: not_found.
        """
        if self._link.ticket_id is None:
            return None
        ticket = self._services.tickets.get(self._connection, self._link.ticket_id)
        if ticket is None or not self._still_theirs(ticket):
            raise Problem(Code.NOT_FOUND)
        permit(self._link.principal(), act, Resource.of(Owner(Scope.TICKET, ticket.id)))
        return ticket

    def _still_theirs(self, ticket: Ticket) -> bool:
        customer = self._link.customer
        return customer is None or may_be_given(self._ownership, ticket, customer)

    def _alarm(self, act: Act) -> Alarm | None:
        if self._link.alarm_id is None:
            return None
        alarm = self._services.alarms.get(self._connection, self._link.alarm_id)
        if alarm is None:
            raise Problem(Code.NOT_FOUND)
        permit(self._link.principal(), act, Resource.of(Owner(Scope.ALARM, alarm.id)))
        return alarm

    def _alarms_of(self, ticket: Ticket | None) -> list[Alarm]:
        which = AlarmFilter(ticket_id=ticket.id, acked=False) if ticket else None
        return self._services.alarms.find(self._connection, which, None, 1000) if which else []


def may_be_given(ownership: Ownership, ticket: Ticket, customer: str) -> bool:
    """Whether a link about a ticket may be given to a customer: the ticket must be its own."""
    return Owner(Scope.CUSTOMER, customer) in ownership.of_ticket(ticket).owners
