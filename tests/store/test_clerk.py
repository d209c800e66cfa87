"""The clerk on a real database: every event is dealt with once, wherever it is killed, and what changes elsewhere is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Connection, delete, select, update

from detect.nouns import FindingChange, Severity
from keepwell.clerking import Clerking
from keepwell.wiring.clerk import ClerkDesk
from registry.nouns import Customer, Person, Registered, Role, uuid7
from store import events
from store.repositories import clerk, desk, outbox, ticket_work, tickets
from store.repositories.records import By, record
from store.repositories.registry import RegistryRepository
from store.service import Place, ServiceDatabase, open_service
from store.tables.clerk import clerk_positions, ticket_wakes
from store.tables.outbox import notices
from tests.tickets.clerking import CUSTOMER, REGISTRY, person
from tests.tickets.desk import HOUR, MIN, T0, Somewhere, closed, finding, opened
from tests.tickets.staff import away
from tickets.acting import draft
from tickets.clerk.attending import calls_for_look
from tickets.deeds import Deed
from tickets.notices import Notice
from tickets.nouns import Priority, Ticket, TicketKind, TicketState
from tickets.policy import load
from tickets.raising import Raising
from tickets.states import Act, Actor
from tickets.working import perform

POLICY = load().at(T0)
RAISING = Raising(load(), Somewhere("A", ("l1",)), uuid7)
ADMIN = By("key:admin", T0)
QUALITY = Person(key="judge", role=Role.QUALITY)


class Office:
    """A service database and a clerk on its clock."""

    def __init__(self, place: Place) -> None:
        self.database: ServiceDatabase = open_service(place, T0)
        self.now_us = T0
        self.clerk = self.another()
        everybody = replace(REGISTRY, lots=(), people=(*REGISTRY.people, QUALITY))
        with self.database.writing() as connection:
            RegistryRepository(connection).apply(everybody, ADMIN)

    def another(self) -> Clerking:
        """A clerk that was just started."""
        return Clerking(ClerkDesk(self.database), lambda: self.now_us)

    def work(self, now_us: int | None = None) -> None:
        """The clerk works until nothing is left to do."""
        self.now_us = self.now_us if now_us is None else now_us
        for _ in range(50):
            if not self.clerk.step():
                return
        raise AssertionError("the clerk finds no end")

    def report(self) -> Ticket:
        """A customer reports something."""
        made = draft(uuid7(self.now_us), TicketKind.CUSTOMER, "wet", "", "customer:c1", Priority.P3, CUSTOMER, self.now_us,
                     POLICY, customer="c1")  # fmt: skip
        by = By(CUSTOMER.principal, self.now_us)
        with self.database.writing() as connection:
            return tickets.open_by_hand(connection, replace(made, site="harbour", grade="A"), by)

    def find(self, changes: list[FindingChange]) -> None:
        """Findings come in."""
        with self.database.writing() as connection:
            desk.record(connection, changes, RAISING, self.now_us)

    def do(self, ticket: Ticket, deed: Deed | Act, actor: Actor) -> None:
        """Somebody acts."""
        said = deed if isinstance(deed, Deed) else Deed(deed, "because")
        decide = partial(perform, actor=actor, now_us=self.now_us, policy=POLICY)
        with self.database.writing() as connection:
            by = By(actor.principal, self.now_us, said.reason)
            ticket_work.perform(connection, ticket.id, said, None, decide, by)

    def put(self, *objects: Registered) -> None:
        """Somebody edits the registry."""
        with self.database.writing() as connection:
            for one in objects:
                RegistryRepository(connection).put(one, By("key:admin", self.now_us))

    def ticket(self, id: str) -> Ticket:
        """As it is now."""
        with self.database.reading() as connection:
            found = tickets.get(connection, id)
        assert found is not None
        return found

    def only(self) -> Ticket:
        """The one ticket there is."""
        with self.database.reading() as connection:
            (id,) = clerk.live(connection)
        return self.ticket(id)

    def told(self, code: str = "") -> list[tuple[str, str]]:
        """(to, code) of all notices, or those of one code, in order."""
        query = select(notices.c.to, notices.c.code).order_by(notices.c.sequence)
        with self.database.reading() as connection:
            return [(to, what) for to, what in connection.execute(query) if code in {"", what}]

    def answers(self) -> set[tuple[str | None, str]]:
        """(person, subject) of all that was ever answered."""
        with self.database.reading() as connection:
            return set(clerk.touched(connection, 0, 1000, calls_for_look).answers)

    def acts(self, ticket: Ticket) -> list[str]:
        """What happened to a ticket."""
        with self.database.reading() as connection:
            return [event.act for event in events.of_subject(connection, f"ticket:{ticket.id}")]


@pytest.fixture
def office(place: Place) -> Iterator[Office]:
    """A desk with people, of each engine in turn."""
    made = Office(place)
    yield made
    made.database.close()


def test_what_is_reported_is_attended_to(office: Office) -> None:
    """Assigned, told, and a wake-up kept; then nothing is left to do until something happens."""
    ticket = office.report()
    office.work()
    assert office.ticket(ticket.id).assignee == "person:near"
    assert office.told() == [("customer:c1", "received"), ("person:near", "assigned")] or sorted(office.told()) == [
        ("customer:c1", "received"), ("person:near", "assigned"),
    ]  # fmt: skip
    with office.database.reading() as connection:
        assert clerk.position(connection) == events.last_sequence(connection)
        wake_us = clerk.next_wake_us(connection)
        assert wake_us is not None
        assert not clerk.due(connection, wake_us - 1, 10)
        assert clerk.due(connection, wake_us, 10) == [ticket.id]
    before = office.acts(ticket)
    office.work(office.now_us + 1)
    assert office.acts(ticket) == before


def test_goods_that_nobody_takes_ring_on_time(office: Office) -> None:
    """A clerk that wakes every minute for half an hour: four calls, each once."""
    office.find(opened(finding(severity=Severity.CRITICAL)))
    for minute in range(30):
        office.work(T0 + minute * MIN)
    assert office.told("escalated") == [
        ("person:keeper", "escalated"), ("person:second", "escalated"), ("person:third", "escalated"),
        ("person:boss", "escalated"),
    ]  # fmt: skip
    ticket = office.only()
    office.do(ticket, Act.ACCEPT, person("near"))
    office.work(T0 + 5 * HOUR)
    assert len(office.told("escalated")) == 4


class Killed(BaseException):
    """The process is gone."""


class Dying(ClerkDesk):
    """A desk whose process dies before it writes down up to where it has read."""

    def keep_position(self, connection: Connection, sequence: int, now_us: int) -> None:  # type: ignore[override]
        """It never comes to that."""
        raise Killed


def test_killed_between_the_tickets_and_the_position_nothing_is_done_twice(office: Office) -> None:
    """Each time it is started it is killed there; a last one lives: one assignment, each told once, the last word kept."""
    ticket = office.report()
    for _ in range(3):
        office.clerk = Clerking(Dying(office.database), lambda: office.now_us)
        with pytest.raises(Killed):
            office.work()
    office.clerk = office.another()
    office.work()
    office.now_us += HOUR
    office.do(ticket, Act.RESOLVE, person("near"))
    office.clerk = Clerking(Dying(office.database), lambda: office.now_us)
    with pytest.raises(Killed):
        office.work()
    office.clerk = office.another()
    office.work()
    assert office.acts(ticket).count("assigned") == 1
    assert sorted(office.told()) == sorted(set(office.told()))
    with office.database.reading() as connection:
        dropped = select(notices.c.code).where(notices.c.resolved_us.is_not(None))
        assert "resolved_confirm" not in set(connection.execute(dropped).scalars())


def test_two_clerks_at_once_do_it_once(office: Office) -> None:
    """By mistake a second one runs: the same tickets are looked at, nothing is done twice."""
    ticket, other = office.report(), office.another()
    office.clerk.step()
    other.step()
    office.work()
    while other.step():
        pass
    assert office.acts(ticket).count("assigned") == 1
    assert sorted(office.told()) == sorted(set(office.told()))


def test_who_answers_is_not_told_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Declining and acknowledging the alarm end the repeats to that person; once somebody accepts, nobody is called any more."""
    heard: list[tuple[str | None, str]] = []

    def answered(connection: Connection, who: str | None, subject: str, now_us: int) -> int:
        heard.append((who, subject))
        return told(connection, who, subject, now_us)

    told = outbox.answered
    monkeypatch.setattr(outbox, "answered", answered)
    office.find(opened(finding(severity=Severity.CRITICAL)))
    office.work()
    ticket = office.only()
    office.do(ticket, Act.DECLINE, person("near"))
    office.work()
    office.do(ticket, Act.ACCEPT, person("second"))
    office.work()
    assert heard[:2] == [("person:near", f"ticket:{ticket.id}"), (None, f"ticket:{ticket.id}")]
    with office.database.writing() as connection:
        record(connection, By("person:keeper", T0), "acknowledged", f"alarm:{ticket.cause}", None, {})
    office.work()
    assert heard[-2:] == [
        ("person:keeper", f"alarm:{ticket.cause}"),
        ("person:keeper", f"ticket:{ticket.id}"),
    ]


def test_goods_that_wait_for_a_decision_are_told_once(office: Office) -> None:
    """It is cold again, but the lot was warm: who decides on goods is told, once, however often the clerk starts."""
    one = finding(severity=Severity.CRITICAL)
    office.find(opened(one))
    office.work()
    office.now_us = T0 + HOUR
    office.find([closed(one, T0 + HOUR)])
    office.work()
    office.clerk = office.another()
    office.work()
    assert office.told("latched_decide") == [("person:judge", "latched_decide")]


def test_off_the_shelf_and_on_hold_are_told_once(office: Office) -> None:
    """The shelf ends by time: whoever has the ticket is told; a person who ends it knows. A lot on hold: who decides."""
    office.find(opened(finding(severity=Severity.CRITICAL)))
    office.work()
    alarm = f"alarm:{office.only().cause}"
    with office.database.writing() as connection:
        record(connection, By("system", T0), "unshelved", alarm, {"shelved": True}, {"shelved": False})
        record(connection, By("person:boss", T0), "unshelved", alarm, {"shelved": True}, {"shelved": False})
        record(
            connection,
            By("system", T0, "too warm"),
            "changed",
            "lot:l1",
            {"status": "available"},
            {"status": "hold"},
        )
        record(
            connection,
            By("person:judge", T0),
            "changed",
            "lot:l2",
            {"status": "available"},
            {"status": "hold"},
        )
    office.work()
    assert office.told("alarm_unshelved") == [("person:near", "alarm_unshelved")]
    assert office.told("lot_held") == [("person:judge", "lot_held")]


def test_an_alarm_without_work_is_told_to_nobody(office: Office) -> None:
    """A warning is advice: no ticket, no message."""
    with office.database.writing() as connection:
        record(
            connection,
            By("system", T0),
            "raised",
            "alarm:zone:z9:temperature:high",
            None,
            {"state": "active_unacked"},
        )
        record(
            connection,
            By("system", T0),
            "released",
            "alarm:zone:z9:temperature:high",
            None,
            {"state": "normal"},
        )
    office.work()
    assert office.told() == []


def test_a_change_of_people_is_noticed(office: Office) -> None:
    """Nobody was there; somebody comes: the ticket is given away at once, not at its next wake-up."""
    with office.database.writing() as connection:
        repository = RegistryRepository(connection)
        for kind in ("shifts", "rotas", "people"):
            for one in getattr(REGISTRY, kind):
                repository.remove(type(one), one.key, ADMIN)
        repository.remove(Person, QUALITY.key, ADMIN)
    ticket = office.report()
    office.work()
    assert office.ticket(ticket.id).assignee is None
    assert office.acts(ticket)[-1] == "nobody_found"
    office.put(Person(key="new", role=Role.ENGINEER, site="harbour"))
    office.work(office.now_us + 1)
    assert office.ticket(ticket.id).assignee == "person:new"


def test_absence_is_noticed(office: Office) -> None:
    """Ill since a minute ago: the next ticket goes to somebody else."""
    office.put(away("near", T0 - HOUR))
    ticket = office.report()
    office.work()
    assert office.ticket(ticket.id).assignee != "person:near"


def test_a_customers_grade_reaches_the_live_tickets(office: Office) -> None:
    """Edited in the registry: the ticket says so by an event, and its deadline follows."""
    ticket = office.report()
    office.work()
    due_us = office.ticket(ticket.id).deadline_us
    office.put(Customer(key="c1", grade="C"))
    office.work(office.now_us + MIN)
    after = office.ticket(ticket.id)
    assert (after.grade, after.deadline_us > due_us) == ("C", True)
    assert office.acts(ticket).count("graded") == 1


def test_wake_up_times_are_only_hints(office: Office) -> None:
    """All of them lost: a clerk that starts looks at everything that is live, and nothing is missed."""
    ticket = office.report()
    office.work()
    with office.database.writing() as connection:
        connection.execute(delete(ticket_wakes))
    office.clerk = office.another()
    office.work(T0 + 49 * HOUR)
    assert [to for to, _ in office.told("escalated")] == ["person:boss", "person:chief"]
    assert office.ticket(ticket.id).live


def test_the_past_of_a_desk_that_had_no_clerk_is_not_told(office: Office) -> None:
    """As a database comes from the layout before: the position is where the events end; work is taken up, old news is not told."""
    ticket = office.report()
    office.do(ticket, Act.RESOLVE, person("near"))
    office.do(ticket, Deed(Act.REOPEN, "wet again"), CUSTOMER)
    with office.database.writing() as connection:
        clerk.keep_position(connection, events.last_sequence(connection), 0)
    office.work()
    assert office.told() == [("person:near", "assigned")]
    assert office.ticket(ticket.id).state is TicketState.REOPENED


def test_a_sign_of_life_is_kept(office: Office) -> None:
    """With nothing to do it writes down every few seconds that it is alive."""
    office.work()
    office.work(T0 + MIN)
    with office.database.reading() as connection:
        assert clerk.kept_us(connection) == T0 + MIN
        assert len(connection.execute(select(clerk_positions)).all()) == 1


def test_what_is_put_in_twice_stays_as_it_was(office: Office) -> None:
    """Settling spares what is told of the end itself, and what somebody has to decide on after it."""
    said = Notice("customer:c1", "ticket:1:resolved_confirm:7", "ticket:1", "resolved_confirm")
    with office.database.writing() as connection:
        outbox.put(connection, [said, replace(said, cause="ticket:1:warned:1")], T0)
        outbox.settled(connection, "ticket:1", T0, [said.cause])
        waiting = select(notices.c.cause).where(notices.c.resolved_us.is_(None))
        assert list(connection.execute(waiting).scalars()) == [said.cause]
        connection.execute(update(notices).values(resolved_us=None))
        offer = replace(said, to="person:boss", cause="ticket:1:proposed", code="compensation_proposed")
        outbox.put(connection, [offer], T0)
        outbox.settled(connection, "ticket:1", T0)
        assert list(connection.execute(waiting).scalars()) == [offer.cause]
