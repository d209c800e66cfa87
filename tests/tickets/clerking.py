"""What the tests of the clerk share: a ticket that lives in memory, a clerk who looks at it, and people who act on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from detect.nouns import Json
from registry.nouns import (
    Customer,
    Language,
    Level,
    Lot,
    Person,
    RegistrySnapshot,
    Role,
    Rota,
    Shift,
    Weekday,
)
from tests.tickets.staff import HARBOUR, engineer, ticket
from tickets.clerk.attending import attend, calls_for_look
from tickets.clerk.nouns import Case, Outcome
from tickets.clerk.sites import RegistrySites
from tickets.clerk.world import World
from tickets.clocks.policies import Policies
from tickets.deeds import Around, Deed, Sheet
from tickets.dispatch.people import people_of
from tickets.notices import Notice
from tickets.nouns import SYSTEM, Ticket, TicketEvent
from tickets.policy import load
from tickets.states import MACHINERY, Act, Actor
from tickets.working import perform

CUSTOMER = Actor("link:1", Role.CUSTOMER, "c1")
ROLES = {"boss": Role.SUPERVISOR, "chief": Role.SUPERVISOR}
BOSS = Person(key="boss", role=Role.SUPERVISOR, language=Language.ZH)
CHIEF = Person(key="chief", role=Role.SUPERVISOR, region="elsewhere", head=True, language=Language.ZH)
KEEPER = Person(key="keeper", role=Role.KEEPER, site="harbour", language=Language.ZH)
ALL_DAY = tuple(
    Shift(key=f"{who}-{half}", person=who, days=tuple(Weekday), starts=starts, ends=ends)
    for who in ("near", "keeper", "boss")
    for half, starts, ends in (("day", "00:00", "12:00"), ("night", "12:00", "00:00"))
)
REGISTRY = RegistrySnapshot(
    sites=(HARBOUR,),
    people=(engineer("near", site="harbour"), engineer("second"), engineer("third"), BOSS, CHIEF, KEEPER),
    shifts=ALL_DAY,
    rotas=(
        Rota(key="1", level=Level.FIRST, people=("second",)), Rota(key="2", level=Level.SECOND, people=("third",)),
        Rota(key="s", level=Level.SUPERVISOR, people=("boss",)),
    ),
    customers=(Customer(key="c1", grade="A"),),
    lots=(Lot(key="l1", customer="c1", product="p", amount=Decimal(300_000)),),
)  # fmt: skip
"""One engineer and one keeper at work day and night, two on call, a supervisor and a head of the department."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the ticket as the event table has it."""

    sequence: int
    time_us: int
    principal: str
    act: str
    subject: str
    reason: str
    old: Json
    new: Json

    @property
    def step(self) -> str:
        """What the clerk did; "" if somebody else did it."""
        return str(self.new.get("step", "")) if isinstance(self.new, dict) else ""


@dataclass
class Life:
    """A ticket from its opening on."""

    ticket: Ticket
    registry: RegistrySnapshot = REGISTRY
    policies: Policies = field(default_factory=load)
    log: list[Event] = field(default_factory=list)
    told: dict[tuple[str, str], tuple[int, Notice]] = field(default_factory=dict)
    """(to, cause) → when, what."""
    wake_us: int | None = None
    settled: list[int] = field(default_factory=list)
    _seen: int = 0
    _sheet: Sheet = field(default_factory=Sheet)
    _number: int = 100
    _known: tuple[RegistrySnapshot, World] | None = None

    def __post_init__(self) -> None:
        """It is opened."""
        self._write(
            self.ticket.opened_at_us, self.ticket.opened_by, TicketEvent.of("opened", None, self.ticket)
        )

    def look(self, now_us: int) -> None:
        """The clerk looks, as often as what it did itself calls for; each look done twice does no more."""
        for _ in range(20):
            seen, outcome = self.log[-1].sequence, self._attend(now_us)
            self._apply(outcome, now_us)
            again = self._attend(now_us)
            assert not again.events, again.events
            of_this_look = tuple(f":{event.sequence}" for event in self.log if event.sequence > seen)
            more = {(one.to, one.cause) for one in again.notices if not one.cause.endswith(of_this_look)}
            assert more <= self.told.keys(), more
            deeds = [deed for deed in outcome.deeds if self.did(now_us, deed, MACHINERY)]
            self._seen = seen
            if not any(calls_for_look(event) for event in self.log if event.sequence > seen):
                self._nothing_is_missed(now_us, bool(deeds))
                return
        raise AssertionError("the clerk finds no end")

    def _nothing_is_missed(self, now_us: int, deeds: bool) -> None:
        """The look that is not taken would find nothing to do, nor come again sooner than is planned."""
        spared = self._attend(now_us)
        found = {(one.to, one.cause) for one in spared.notices}
        assert (deeds, list(spared.events), spared.settled) == (False, [], False)
        assert found <= self.told.keys()
        assert spared.ticket == self.ticket
        assert spared.wake_us is None or (self.wake_us is not None and self.wake_us <= spared.wake_us)
        self._seen = self.log[-1].sequence

    def until(self, end_us: int) -> None:
        """Every wake-up is kept, to the microsecond."""
        for _ in range(1000):
            if self.wake_us is None or self.wake_us > end_us:
                return
            self.look(self.wake_us)
        raise AssertionError("the clerk wakes without end")

    def did(self, now_us: int, deed: Deed | Act, actor: Actor) -> bool:
        """Somebody acts; whether it was possible."""
        said = deed if isinstance(deed, Deed) else Deed(deed, "because")
        policy = self.policies.at(now_us)
        done = perform(self.ticket, said, self._sheet, Around(), actor=actor, now_us=now_us, policy=policy)
        if isinstance(done, str):
            return False
        event = TicketEvent.of(done.act, self.ticket, done.ticket, said.reason, done.told)
        self.ticket, self._sheet = done.ticket, done.sheet
        self._write(now_us, actor.principal, event)
        return True

    def foretold(self, now_us: int, breach_us: int) -> None:
        """A forecast comes in."""
        after = replace(self.ticket, breach_p10_us=breach_us, version=self.ticket.version + 1)
        event, self.ticket = TicketEvent.of("foreseen", self.ticket, after), after
        self._write(now_us, SYSTEM, event)

    def given(
        self, now_us: int, after: Ticket, principal: str, more: Mapping[str, Json] | None = None
    ) -> None:
        """Somebody gives it to somebody by hand."""
        event, self.ticket = TicketEvent.of("assigned", self.ticket, after, "knows it", more), after
        self._write(now_us, principal, event)

    def seen_all(self) -> None:
        """The clerk begins now: it knows all that happened so far."""
        self._seen = self.log[-1].sequence

    def steps(self, *acts: str) -> list[tuple[int, str]]:
        """(minutes after the opening, step) of what the clerk did, of these acts alone if any are named."""
        return [
            ((event.time_us - self.ticket.opened_at_us) // 60_000_000, event.step)
            for event in self.log
            if event.step and (not acts or event.act in acts)
        ]

    def heard(self, code: str) -> list[tuple[str, int]]:
        """(whom, minutes after the opening) of everybody who was told so."""
        opened = self.ticket.opened_at_us
        return [
            (notice.to, (at_us - opened) // 60_000_000)
            for at_us, notice in self.told.values()
            if notice.code == code
        ]

    def case(self) -> Case:
        """As the clerk is handed it."""
        return Case(self.ticket, tuple(self.log), seen=self._seen)

    def world(self) -> World:
        """As the clerk knows it."""
        if self._known is None or self._known[0] is not self.registry:
            people = people_of(self.registry, (), (), {})
            self._known = (self.registry, World(self.policies, people, RegistrySites(self.registry)))
        return self._known[1]

    def _attend(self, now_us: int) -> Outcome:
        return attend(self.case(), self.world(), now_us)

    def _apply(self, outcome: Outcome, now_us: int) -> None:
        assert outcome.before == self.ticket
        self.ticket, self.wake_us = outcome.ticket, outcome.wake_us
        assert self.wake_us is None or self.wake_us > now_us
        for event in outcome.events:
            self._write(now_us, SYSTEM, event)
        for notice in outcome.notices:
            self.told.setdefault((notice.to, notice.cause), (now_us, notice))
        if outcome.settled:
            self.settled.append(now_us)

    def _write(self, now_us: int, principal: str, event: TicketEvent) -> None:
        self._number += 3
        self.log.append(
            Event(
                self._number,
                now_us,
                principal,
                event.act,
                event.subject,
                event.reason,
                dict(event.old),
                dict(event.new),
            )
        )


def life(ticket_: Ticket | None = None, **more: Any) -> Life:
    """A ticket about goods that the clerk has looked at once when it was opened, or this one."""
    found = Life(ticket_ or ticket(), **more)
    found.look(found.ticket.opened_at_us)
    return found


def person(key: str) -> Actor:
    """Somebody of the desk."""
    return Actor(f"person:{key}", ROLES.get(key, Role.ENGINEER))


def acts(of: Life) -> Sequence[str]:
    """What happened, in order."""
    return [event.act for event in of.log]
