"""The clerk's working sheet for one ticket: what is done already, what is done now, and when to look again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from detect.nouns import Json
from tickets.clerk.nouns import Case, Outcome
from tickets.clocks.log import Log, read
from tickets.deeds import Deed
from tickets.happened import Happened
from tickets.notices import Notice, Urgency
from tickets.nouns import SYSTEM, Ticket, TicketEvent

STEP = "step"
"""Field of an event's `new` that names what the clerk did, so that it is done once."""


class _Taken(NamedTuple):
    """A step of the clerk in the words of the event table, before it is written there."""

    time_us: int
    principal: str
    act: str
    reason: str
    old: Json
    new: Json


class Sheet:
    """One ticket while the clerk looks at it. What was done is read from the events, so a second look does nothing again."""

    def __init__(self, case: Case, now_us: int) -> None:
        self.now_us = now_us
        self.before = case.ticket
        self.ticket = case.ticket
        self.log = case.log
        self.fresh = case.fresh
        self.words = case.words
        self.alarms = case.alarms
        self.events: list[TicketEvent] = []
        self.deeds: list[Deed] = []
        self._notices: dict[tuple[str, str], Notice] = {}
        self._wakes: list[int] = []
        self._done = {step for event in case.log if (step := step_of(event)) is not None}

    def is_done(self, step: str) -> bool:
        """Whether this step was taken, now or earlier."""
        return step in self._done

    def do(
        self, act: str, step: str, reason: str = "", more: Mapping[str, Json] | None = None, **changes: Any
    ) -> None:
        """Take a step: change the ticket (its fields) and tell of it.

        Args:
            act: a verb in the past, as the event table has it.
            step: names the step among all steps of this ticket.
            reason: a message code.
        """
        self.become(act, step, replace(self.ticket, **changes, version=self.ticket.version + 1), reason, more)

    def become(
        self, act: str, step: str, after: Ticket, reason: str = "", more: Mapping[str, Json] | None = None
    ) -> None:
        """Take a step that makes this of the ticket, one version on."""
        old, self.ticket = self.ticket, after
        self._done.add(step)
        self.events.append(TicketEvent.of(act, old, self.ticket, reason, {STEP: step, **(more or {})}))

    def renew(self, **changes: Any) -> None:
        """Change fields that only say anew what follows from the events (due dates): no event, no new version."""
        if any(getattr(self.ticket, name) != value for name, value in changes.items()):
            self.ticket = replace(self.ticket, **changes)

    def tell(
        self,
        to: str | None,
        code: str,
        step: str,
        urgency: Urgency,
        params: Mapping[str, Json],
        *,
        answer: bool = False,
    ) -> None:
        """A message to somebody, once per person and step; `to` None: there is nobody."""
        if to is None:
            return
        notice = Notice(
            to, f"ticket:{self.ticket.id}:{step}", f"ticket:{self.ticket.id}", code, params, urgency, answer
        )
        self._notices.setdefault((notice.to, notice.cause), notice)

    def happened(self) -> list[Happened]:
        """All that happened to the ticket, what was done at this look included."""
        taken = (
            _Taken(self.now_us, SYSTEM, event.act, event.reason, dict(event.old), dict(event.new))
            for event in self.events
        )
        return [*self.log, *taken]

    def read(self) -> Log:
        """What the clocks go by."""
        return read(self.happened())

    def ask(self, deed: Deed) -> None:
        """Have something done to the ticket as the system, by the table of states, once this look is recorded."""
        self.deeds.append(deed)

    def wake(self, at_us: int | None) -> None:
        """Look again at this time at the latest."""
        if at_us is not None:
            self._wakes.append(max(at_us, self.now_us + 1))

    def outcome(self) -> Outcome:
        """What has become of the ticket."""
        settled = not self.ticket.live and (
            self.before.live or any(field_of(event, "state") for event in self.fresh)
        )
        return Outcome(
            self.before, self.ticket, tuple(self.events), tuple(self._notices.values()), tuple(self.deeds),
            min(self._wakes, default=None), settled,
        )  # fmt: skip


def step_of(event: Happened) -> str | None:
    """The step that an event tells of; None if it was not the clerk's."""
    step = event.new.get(STEP) if isinstance(event.new, dict) else None
    return step if isinstance(step, str) else None


def field_of(event: Happened, name: str) -> Json:
    """What an event says a field became; None if it says nothing of it."""
    return event.new.get(name) if isinstance(event.new, dict) else None


def working(ticket: Ticket) -> str | None:
    """To whom messages about the work go: whoever has the ticket, if that is a person."""
    return ticket.assignee if ticket.assignee and ticket.assignee.startswith("person:") else None
