"""What the tests of clocks share: a ticket with a log, told in lines, and policies made of parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.tickets.desk import any_ticket
from tickets.clocks.clocks import clocks
from tickets.clocks.log import Log, read
from tickets.clocks.nouns import Clock, Clocks, Context
from tickets.clocks.policies import Policies, Policy
from tickets.nouns import Ticket, TicketKind, TicketState
from tickets.policy import whole

SHANGHAI = "Asia/Shanghai"
STAFF = "person:li"
CUSTOMER = "key:c1"
S = TicketState


class Told(NamedTuple):
    """An event as the store keeps it."""

    time_us: int
    principal: str
    act: str
    reason: str
    old: dict[str, Any]
    new: dict[str, Any]


def at(text: str, zone: str = SHANGHAI, fold: int = 0) -> int:
    """`2026-11-20 09:00` on the wall clock of a zone, in µs UTC."""
    return (
        round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()) * 1_000_000
    )


class Case:
    """A customer's ticket and what happened to it."""

    def __init__(self, opened: str, *, zone: str = SHANGHAI, kind: TicketKind = TicketKind.CUSTOMER, grade: str = "A", **more: Any) -> None:  # fmt: skip
        self.zone, self.opened_us = zone, at(opened, zone)
        state = S.REPORTED if kind is TicketKind.CUSTOMER else S.NEW
        base = replace(any_ticket(kind, state), breach_p10_us=None, act_by_us=None)
        self.ticket: Ticket = replace(
            base, grade=grade, opened_at_us=self.opened_us, clock_from_us=self.opened_us, opened_by=CUSTOMER, time_zone=zone,
            **more,
        )  # fmt: skip
        said = {"state": str(state), "grade": grade, "priority": self.ticket.priority.name, "kind": str(kind)}
        self.events = [Told(self.opened_us, CUSTOMER, "opened", "", {}, said)]

    def did(
        self, when: str, act: str, principal: str = STAFF, told: str = "", fold: int = 0, **new: Any
    ) -> Case:
        """Something happened; `told` later, if it was written down later."""
        time_us = at(when, self.zone, fold)
        if told:
            new, time_us = {**new, "at_us": time_us}, at(told, self.zone)
        fields = {name: new[name] for name in ("state", "hold", "breach_p10_us", "grade") if name in new}
        self.ticket = replace(self.ticket, **fields)
        self.events.append(Told(time_us, principal, act, "", {}, {**new}))
        return self

    def hold(self, when: str, hold: str, **more: Any) -> Case:
        """It waits."""
        return self.did(when, "hold", state=S.PENDING, hold=hold, **more)

    def resume(self, when: str, **more: Any) -> Case:
        """It goes on."""
        return self.did(when, "resume", state=S.IN_PROGRESS, hold=None, **more)

    def log(self) -> Log:
        """What was written down, in that order."""
        return read(sorted(self.events, key=lambda event: event.time_us))

    def clocks(self, now: str, *policies: Policy, **context: Any) -> Clocks:
        """All clocks as of a moment."""
        known = Policies(tuple(sorted(policies, key=lambda policy: policy.valid_from_us)))
        return clocks(self.ticket, self.log(), known, Context(self.zone, **context), at(now, self.zone))

    def clock(self, name: str, now: str, *policies: Policy) -> Clock:
        """One clock as of a moment."""
        found = self.clocks(now, *policies).named(name)
        assert found is not None, name
        return found

    def due(self, name: str, now: str, *policies: Policy) -> str:
        """When it is due, on the wall clock."""
        return shown(self.clock(name, now, *policies).due_us, self.zone)


def shown(time_us: int | None, zone: str = SHANGHAI) -> str:
    """µs as on the wall clock: `2026-11-20 09:00`; "-" for none."""
    if time_us is None:
        return "-"
    return f"{datetime.fromtimestamp(time_us / 1e6, ZoneInfo(zone)):%Y-%m-%d %H:%M}"


OFFICE = {"name": "office", "shifts": ["mon-fri 08:30-12:00", "mon-fri 13:30-17:30"], "holidays": "CN"}
NIGHT = {"name": "night", "shifts": "mon-sun 22:00-06:00"}


def promise(calendar: str = "always", **measures: Any) -> dict[str, Any]:
    """A promise to everybody."""
    return {"name": "all", "calendar": calendar, **measures}


def policy(*promises: dict[str, Any], version: str = "p1", from_us: int = 0, calendars: Sequence[Any] = (OFFICE, NIGHT), **parts: Any) -> Policy:  # fmt: skip
    """A policy with these promises and no targets of our own, unless `parts` has some."""
    document = {"calendar": list(calendars), "promise": list(promises), "target": [], "stage": [], **parts}
    return whole(document, version, from_us)
