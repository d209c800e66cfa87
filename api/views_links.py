"""What goes over the wire about signed links: what staff sees of them, and what is seen through them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from api.services import EventRow
from api.ticket_text import sentence
from api.times import TimeText, text_of, text_of_optional
from store.repositories.links import Link
from texts import Language
from tickets.nouns import Alarm, Comment, Ticket


class LinkView(msgspec.Struct, frozen=True, kw_only=True):
    """A signed link, without its token."""

    id: str
    purpose: str
    customer: str | None
    ticket: str | None
    """Id of the ticket it is about."""
    person: str | None
    created: TimeText
    created_by: str
    expires: TimeText
    revoked: TimeText | None
    uses: int
    last_used: TimeText | None


class IssuedLinkView(LinkView, frozen=True, kw_only=True):
    """A link with its token, which is shown here and nowhere else."""

    token: str


class LinkedStep(msgspec.Struct, frozen=True):
    """A state that a ticket came into."""

    time: TimeText
    """When."""
    state: str
    """Which."""


class LinkedComment(msgspec.Struct, frozen=True):
    """What was said to the customer, or by it."""

    time: TimeText
    """When it was said."""
    own: bool
    """Whether the customer said it."""
    text: str
    """The words."""


class LinkedTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as its customer sees it without a key: no names, nothing internal, nobody else's words."""

    number: str
    """For people: KW-000123."""
    title: str
    """What it is, in the language asked for."""
    state: str
    """As of tickets: new, reported, …, closed."""
    live: bool
    """Work is still to be done."""
    opened_at: TimeText
    """When it was opened."""
    due: TimeText
    """When the solution is due."""
    reason: str
    """Why it is in its state, if that was said by this link; other people's reasons stay inside."""
    goes_on: str | None
    """Where a merged ticket goes on: by number where the link's customer may see that ticket; null if it is not merged."""
    steps: list[LinkedStep]
    """The states it came into, the oldest first."""
    comments: list[LinkedComment]
    """What was said to the customer, or by it."""


class LinkedAlarm(msgspec.Struct, frozen=True):
    """An alarm as whoever is to acknowledge it sees it."""

    cause: str
    """What it is about."""
    severity: str
    """advice, warning, alarm or critical."""
    state: str
    """active_unacked, active_acked, returned_unacked, …"""
    since: TimeText
    """Event time at which it began."""


class LinkedReport(msgspec.Struct, frozen=True):
    """A ticket that was opened by this link, in one line."""

    number: str
    """For people: KW-000123."""
    title: str
    """In the words of the report."""
    state: str
    """As of tickets."""
    opened_at: TimeText
    """When it was opened."""
    time_zone: str
    """IANA name: on whose clocks its time is."""


class LinkedView(msgspec.Struct, frozen=True, kw_only=True):
    """What a link is about, and what can be done by it now."""

    purpose: str
    """follow, survey, report or acknowledge."""
    expires: TimeText
    """Until when the link can be used."""
    time_zone: str
    """IANA name: all times of this answer are on the clocks of where the ticket or alarm is (reports say it one by one)."""
    times: str
    """The same in words, with the time there now."""
    can: list[str]
    """comment, confirm, reopen, survey, report, acknowledge, accept: each an operation on the link (accept: of acknowledge)."""
    ticket: LinkedTicket | None
    """The ticket it is about; null if it is about none."""
    reported: list[LinkedReport]
    """Of a link for reports: the tickets opened by it."""
    alarm: LinkedAlarm | None
    """The alarm that is to be acknowledged; null if it is about none."""


def link_view(link: Link) -> LinkView:
    """A link, for staff."""
    return LinkView(**_fields(link))


def issued_view(link: Link, token: str) -> IssuedLinkView:
    """A link and its token."""
    return IssuedLinkView(**_fields(link), token=token)


def linked_ticket(
    ticket: Ticket,
    link: Link,
    lang: Language,
    history: Iterable[EventRow],
    comments: Sequence[Comment],
    goes_on: str | None,
) -> LinkedTicket:
    """A ticket as it is seen through a link, on the clocks of its place."""
    zone = ZoneInfo(ticket.time_zone)
    moves = [
        (step, str(step.new["state"]))
        for step in history
        if isinstance(step.new, dict) and "state" in step.new
    ]
    own_reason = bool(moves) and moves[-1][0].principal == link.name
    return LinkedTicket(
        number=ticket.name, title=sentence(ticket.title, ticket, lang), state=ticket.state, live=ticket.live,
        opened_at=text_of(ticket.opened_at_us, zone), due=text_of(ticket.deadline_us, zone),
        reason=ticket.reason if own_reason else "",
        goes_on=goes_on, steps=[LinkedStep(text_of(step.time_us, zone), state) for step, state in moves],
        comments=[
            LinkedComment(text_of(said.time_us, zone), said.customer is not None, said.body)
            for said in comments
            if said.note is None and said.public and said.customer in {None, link.customer}
        ],
    )  # fmt: skip


def linked_report(ticket: Ticket, lang: Language) -> LinkedReport:
    """A ticket that was reported by a link."""
    title = sentence(ticket.title, ticket, lang)
    opened = text_of(ticket.opened_at_us, ZoneInfo(ticket.time_zone))
    return LinkedReport(ticket.name, title, ticket.state, opened, ticket.time_zone)


def linked_alarm(alarm: Alarm, zone: ZoneInfo) -> LinkedAlarm:
    """An alarm that is to be acknowledged, on the clocks of its place."""
    return LinkedAlarm(alarm.cause, alarm.severity, alarm.state, text_of(alarm.active_since_us, zone))


def _fields(link: Link) -> dict[str, Any]:
    return {
        "id": link.id, "purpose": link.purpose, "customer": link.customer, "ticket": link.ticket_id, "person": link.person,
        "created": text_of(link.created_us), "created_by": link.created_by, "expires": text_of(link.expires_us),
        "revoked": text_of_optional(link.revoked_us), "uses": link.uses, "last_used": text_of_optional(link.last_used_us),
    }  # fmt: skip
