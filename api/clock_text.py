"""Clocks, act-by and compensation of a ticket as they go over the wire, in the language and on the clocks of the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from api.policy import bound
from api.services import EventRow
from api.ticket_text import sentence
from api.times import text_of
from api.views_clocks import ClocksView, ClockView, CompensationView
from api.views_desk import TicketFull
from registry.nouns import Principal
from texts import Language, render
from tickets.clocks import log as logs
from tickets.clocks.clocks import clocks
from tickets.clocks.compensation import DECIDED, compensation
from tickets.clocks.log import Entry, Log
from tickets.clocks.nouns import Clock, Clocks, Context, Proposal
from tickets.clocks.policies import Policies, Side
from tickets.clocks.priority import Stakes, priority
from tickets.nouns import Text, Ticket

_US = 1_000_000


class Judging(NamedTuple):
    """By what a ticket's clocks are judged."""

    policies: Policies
    context: Context
    now_us: int


class Spoken(NamedTuple):
    """How sentences of a ticket are said."""

    ticket: Ticket
    lang: Language

    def says(self, texts: Sequence[Text]) -> list[str]:
        """The sentences, one by one."""
        return [sentence(text, self.ticket, self.lang) for text in texts]


def with_clocks(
    full: TicketFull,
    ticket: Ticket,
    history: Sequence[EventRow],
    judging: Judging,
    lang: Language,
    asker: Principal,
) -> TicketFull:
    """The full ticket with its clocks. Who sees only its own reads what was promised, not what we ask of ourselves."""
    log = logs.read(history)
    found = clocks(ticket, log, judging.policies, judging.context, judging.now_us)
    bare = bound(asker)
    shown = [clock for clock in found.clocks if not bare or clock.side is Side.PROMISE]
    proposed = None if bare else _compensation(ticket, found, log, judging, Spoken(ticket, lang))
    why = [] if bare else _priority(ticket, judging, Spoken(ticket, lang))
    view = clocks_view(found, shown, ticket, judging.now_us, lang, why, proposed)
    return msgspec.structs.replace(full, clocks=view)


def clocks_view(
    found: Clocks, shown: Sequence[Clock], ticket: Ticket, now_us: int, lang: Language,
    priority_why: Sequence[str] = (), proposed: CompensationView | None = None,
) -> ClocksView:  # fmt: skip
    """All clocks as of an instant."""
    zone = ZoneInfo(ticket.time_zone)
    spoken = Spoken(ticket, lang)
    deadline, act_by = spoken.says([found.deadline, found.act_by])
    return ClocksView(
        text_of(now_us, zone), _at(found.deadline_us, zone), deadline, _at(found.act_by_us, zone), act_by,
        found.too_late, [_clock(clock, zone, spoken) for clock in shown], list(priority_why), proposed,
    )  # fmt: skip


def proposal_view(proposal: Proposal, decided: Entry | None, spoken: Spoken) -> CompensationView:
    """What is proposed, and what was decided."""
    return CompensationView(
        proposal.offer, proposal.hours_late, float(proposal.share),
        {currency: str(amount) for currency, amount in proposal.amounts.items()}, proposal.final,
        spoken.says(proposal.steps), DECIDED[decided.act] if decided else None,
        decided.principal if decided else None, decided.reason if decided else None,
    )  # fmt: skip


def decision(log: Log) -> Entry | None:
    """What was decided on the compensation of a ticket."""
    return next((entry for entry in log.entries if entry.act in DECIDED), None)


def _compensation(
    ticket: Ticket, found: Clocks, log: Log, judging: Judging, spoken: Spoken
) -> CompensationView | None:
    policy = judging.policies.at(judging.now_us)
    proposal = compensation(ticket, found, policy, judging.context, log)
    return proposal_view(proposal, decision(log), spoken) if proposal else None


def _priority(ticket: Ticket, judging: Judging, spoken: Spoken) -> list[str]:
    """Why it is as urgent as it is; the floor is what it has, for only its findings know what they ask for."""
    context = judging.context
    stakes = Stakes(context.critical_goods, context.value, context.standstill)
    policy = judging.policies.at(judging.now_us)
    judged = priority(ticket.priority, stakes, ticket.breach_p10_us, policy, judging.now_us)
    return spoken.says(judged.steps[1:])


def _clock(clock: Clock, zone: ZoneInfo, spoken: Spoken) -> ClockView:
    titles: Mapping[str, str] = {
        name: render(f"clocks.{name}.{value}", {}, spoken.lang)
        for name, value in (("side", clock.side), ("measure", clock.measure))
    }
    return ClockView(
        name=clock.name, side=clock.side, measure=clock.measure, title=f"{titles['side']}: {titles['measure']}",
        rule=clock.rule, policy=clock.policy, calendar=clock.calendar, state=clock.state, due=_at(clock.due_us, zone),
        if_resumed=_at(clock.if_resumed_us, zone), ended=_at(clock.ended_us, zone), allowed_s=clock.allowed_us / _US,
        spent_s=clock.spent_us / _US, late_s=clock.late_us / _US, stopped_s=clock.stopped_us / _US,
        share=round(clock.spent_us / clock.allowed_us, 4), provisional=clock.provisional, steps=spoken.says(clock.steps),
    )  # fmt: skip


def _at(time_us: int | None, zone: ZoneInfo) -> str | None:
    return None if time_us is None else text_of(time_us, zone)
