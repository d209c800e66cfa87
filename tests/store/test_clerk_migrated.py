"""A desk that worked before there was a clerk: brought up to date, each of its live tickets is somebody's, in time, and once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import select, update

from keepwell.clerking import Clerking
from keepwell.wiring.clerk import ClerkDesk
from store import events
from store.repositories import clerk, tickets
from store.service import ServiceDatabase, open_service
from store.tables.clerk import clerk_positions
from store.tables.outbox import notices
from store.tables.tickets import tickets as table
from tests.tickets.staff import DAY, HOUR, MIN, MONDAY
from tickets.nouns import LIVE, Ticket, TicketState

LAYOUT_0003 = Path(__file__).parent / "layouts" / "0003.sql"
PEOPLE = (
    ("li", "engineer", '["refrigeration", "sensor"]'),
    ("wu", "engineer", "[]"),
    ("su", "supervisor", "[]"),
    ("kim", "keeper", "[]"),
)
STATES: dict[str, tuple[str, str, str | None, float]] = {
    "fresh": ("goods", "new", None, 3), "urgent": ("goods", "new", None, 0.1), "probe": ("sensor", "new", None, 30),
    "report": ("customer", "reported", None, 2), "taken": ("goods", "in_progress", "key:01", 5),
    "known": ("goods", "assessed", "key:01", 1), "waits": ("goods", "pending", "key:01", 4), "again": ("customer", "reopened", "key:01", 8),
    "named": ("equipment", "planned", "person:li", 2), "solved": ("goods", "resolved", "key:01", 10),
    "reset": ("sensor", "resolved", "key:01", 10), "liked": ("customer", "confirmed", "key:01", 20),
    "rated": ("customer", "surveyed", "key:01", 9), "over": ("goods", "closed", "key:01", 40), "wrong": ("goods", "withdrawn", None, 2),
    "silent": ("internal", "new", None, 6),
}  # fmt: skip
"""Name → kind, state, who had it, days since it came into that state; `silent` has no event at all."""


_EMPTY = {"VARCHAR": "", "JSON": "[]", "INTEGER": 0, "BOOLEAN": 0}


def text(code: str) -> str:
    """A sentence as it is kept."""
    return json.dumps({"code": code, "params": {}})


class Old:
    """The database of a program of layout 0003, as it was left at MONDAY."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = sqlite.connect(str(path))
        self.file.executescript(LAYOUT_0003.read_text("utf-8"))
        self.file.executescript(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);"
        )
        self.file.execute("INSERT INTO alembic_version VALUES ('0003')")
        self.add("customer", id="1", key="c1", name="North", grade="A", version=1)
        self.add("site", id="1", key="harbour", name="", time_zone="Asia/Shanghai", region="south", version=1)
        self.add("zone", id="1", key="z1", name="Room 1", site="harbour", kind="room", climate_control="none", codes="[]", version=1)  # fmt: skip
        self.add("product", id="1", key="p", name="", version=1)
        self.add("lot", id="1", key="l1", name="", customer="c1", product="p", status="available", currency="CNY", codes="[]", version=1)  # fmt: skip
        for number, (key, role, skills) in enumerate(PEOPLE):
            self.add("person", id=f"p{number}", key=key, name="", role=role, phone="", email="", language="zh",
                     site="harbour" if role == "keeper" else None, region="south", skills=skills, version=1)  # fmt: skip
        for number, name in enumerate(STATES, 1):
            self.ticket(number, name)
        self.file.commit()
        self.file.close()

    def add(self, into: str, **row: Any) -> None:
        """One row; columns that are not named are null, or empty where they must not be."""
        columns = self.file.execute(f"PRAGMA table_info({into})").fetchall()
        empty = {name: _EMPTY[sort] for _, name, sort, needed, *_ in columns if needed and sort in _EMPTY}
        whole = {**empty, **row} if into != "event" else row
        names, marks = ", ".join(f'"{name}"' for name in whole), ", ".join("?" * len(whole))
        self.file.execute(f"INSERT INTO {into} ({names}) VALUES ({marks})", [*whole.values()])

    def ticket(self, number: int, name: str) -> None:
        """One ticket with the events that led to its state, and its alarm."""
        kind, state, had, days = STATES[name]
        came_us = MONDAY - round(days * DAY)
        opened_us, ended = came_us - 2 * HOUR, None if TicketState(state) in LIVE else came_us
        cause = None if kind in {"customer", "internal"} else f"zone:z1:{name}:high"
        grade, lots = ("A", '["l1"]') if kind in {"goods", "customer"} else ("", "[]")
        self.add(
            "ticket", id=name, number=number, kind=kind, cause=cause, title=text("finding.too_high.title"), why=text(""),
            subject="customer:c1" if kind == "customer" else "zone:z1", zone=None if kind == "customer" else "z1",
            site="harbour", lots=lots, time_zone="Asia/Shanghai", grade=grade, priority=1 if name == "urgent" else 3, state=state,
            deadline_us=opened_us + 8 * HOUR, deadline=text("ticket.deadline"), clock_from_us=opened_us, opened_at_us=opened_us,
            opened_by="key:c1" if kind == "customer" else "system", since_us=opened_us, taken_up_by=had, assignee=had, reason="",
            held_from="in_progress" if state == "pending" else None, ended_us=ended, findings_retracted=0, version=3,
        )  # fmt: skip
        if cause is not None and ended is None:
            self.add("alarm", id=f"a{number}", cause=cause, kind="too_high", subject="device:g/p:temperature", zone="z1",
                     severity="critical", active=1, acked=0, active_since_us=opened_us, ticket_id=name, version=1)  # fmt: skip
        if name == "silent":
            return
        self.event(opened_us, "key:c1" if kind == "customer" else "system", "opened", name, {"number": number, "kind": kind, "priority": "P1" if name == "urgent" else "P3",
                   "state": "reported" if kind == "customer" else "new", "deadline_us": opened_us + 8 * HOUR, "subject": "zone:z1"})  # fmt: skip
        if had is not None:
            self.event(opened_us + HOUR, had, "accept", name, {"assignee": had})
        if state not in {"new", "reported"}:
            self.event(came_us, had or "system", ACTS[state], name, {"state": state})

    def event(self, time_us: int, principal: str, act: str, ticket: str, new: dict[str, Any]) -> None:
        """As the event table of that time kept it, not sealed yet."""
        self.add("event", time_us=time_us, principal=principal, act=act, subject=f"ticket:{ticket}", reason="because",
                 old="{}", new=json.dumps(new))  # fmt: skip


ACTS = {
    "in_progress": "start", "assessed": "assess", "pending": "hold", "reopened": "reopen", "planned": "plan", "resolved": "resolve",
    "confirmed": "confirm", "surveyed": "survey", "closed": "close", "withdrawn": "withdrawn",
}  # fmt: skip


class Office:
    """The database, opened by today's program, and a clerk on its clock."""

    def __init__(self, path: Path) -> None:
        self.database: ServiceDatabase = open_service(path, MONDAY)
        self.now_us = MONDAY
        self.clerk = self.another()

    def another(self) -> Clerking:
        """A clerk that was just started."""
        return Clerking(ClerkDesk(self.database), lambda: self.now_us)

    def work(self, at_us: int) -> None:
        """Until nothing is left to do."""
        self.now_us = at_us
        for _ in range(60):
            if not self.clerk.step():
                return
        raise AssertionError("the clerk finds no end")

    def live_through(self, until_us: int) -> None:
        """Every wake-up is kept."""
        for _ in range(2000):
            with self.database.reading() as connection:
                wake_us = clerk.next_wake_us(connection)
            if wake_us is None or wake_us > until_us:
                return self.work(until_us)
            self.work(max(wake_us, self.now_us))
        raise AssertionError("the clerk wakes without end")

    def ticket(self, name: str) -> Ticket:
        """As it is now."""
        with self.database.reading() as connection:
            found = tickets.get(connection, name)
        assert found is not None
        return found

    def log(self, name: str) -> list[Any]:
        """What the clerk did to it."""
        with self.database.reading() as connection:
            rows = events.of_subject(connection, f"ticket:{name}")
        return [row for row in rows if isinstance(row.new, dict) and "step" in row.new]

    def acts(self, name: str) -> list[str]:
        """The acts of all its events."""
        with self.database.reading() as connection:
            return [row.act for row in events.of_subject(connection, f"ticket:{name}")]

    def told(self) -> list[tuple[str, str, str]]:
        """(to, subject, code) of every notice."""
        with self.database.reading() as connection:
            query = select(notices.c.to, notices.c.subject, notices.c.code).order_by(notices.c.sequence)
            return [tuple(row) for row in connection.execute(query)]  # type: ignore[misc]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Brought up to date."""
    made = Office(Old(tmp_path / "service.sqlite").path)
    yield made
    made.database.close()


def test_the_clerk_takes_up_what_it_finds(office: Office) -> None:
    """At the first look: what nobody had has somebody, what somebody had is theirs, all have due dates; old news are not told."""
    office.work(MONDAY)
    for name in ("fresh", "urgent", "probe", "report", "silent"):
        assert (office.ticket(name).assignee or "").startswith("person:"), name
        assert office.acts(name).count("assigned") == 1
    for name in ("taken", "known", "waits", "again"):
        assert office.ticket(name).assignee == "key:01", name
    assert office.ticket("named").assignee == "person:li"
    for name, (_, state, *_) in STATES.items():
        ticket = office.ticket(name)
        assert str(ticket.state) == state or name in {"reset", "liked"}, name
        assert ticket.version >= 3
        assert ticket.live == (TicketState(state) in LIVE)
    with office.database.reading() as connection:
        assert set(clerk.live(connection)) == {
            name for name, (_, state, *_) in STATES.items() if TicketState(state) in LIVE
        }
    told = office.told()
    assert not [one for one in told if one[2] in {"received", "survey", "resolved_confirm", "reopened"}], (
        "of what is long over"
    )
    assert ("person:kim", "ticket:urgent", "escalated") in told


def test_nothing_twice_however_often_it_starts_or_forgets(office: Office) -> None:
    """Started anew after every look, and once with its place in the events lost: each step and message once."""
    for minute in range(0, 40, 5):
        office.clerk = office.another()
        office.work(MONDAY + minute * MIN)
    before = {name: [row.new["step"] for row in office.log(name)] for name in STATES}
    told = office.told()
    with office.database.writing() as connection:
        connection.execute(update(clerk_positions).values(sequence=0))
    office.clerk = office.another()
    office.work(office.now_us)
    for name in STATES:
        steps = [row.new["step"] for row in office.log(name)]
        assert steps == before[name], name
        assert max(Counter(steps).values(), default=1) == 1
    new = Counter(office.told()) - Counter(told)
    assert not [
        one
        for one in new
        if one[0].startswith("person:") and one[2] in {"assigned", "escalated", "warned", "missed"}
    ]


def test_two_weeks_later_everything_took_its_course(office: Office) -> None:
    """What waited for the customer was reminded of twice and closed; what nobody accepts climbed to the head or supervisor; no due date is missing."""
    office.work(MONDAY)
    office.live_through(MONDAY + 14 * DAY)
    assert office.ticket("solved").state is TicketState.CLOSED
    assert office.acts("solved").count("reminded") == 2
    assert office.ticket("reset").state is TicketState.CLOSED
    assert office.ticket("liked").state is TicketState.CLOSED
    called = [row.new["who"] for row in office.log("urgent") if row.act == "escalated"]
    assert called[:1] == ["keeper_on_duty"]
    assert "supervisor" in called
    for name in STATES:
        ticket = office.ticket(name)
        steps = [row.new["step"] for row in office.log(name)]
        assert max(Counter(steps).values(), default=1) == 1, name
        if ticket.live and ticket.state is not TicketState.PENDING:
            assert ticket.assignee is not None, name
            assert ticket.deadline_us > 0, name
    with office.database.reading() as connection:
        rows = connection.execute(
            select(table.c.id).where(table.c.act_by_us.is_(None), table.c.state.in_(sorted(LIVE)))
        ).all()
    assert {row.id for row in rows} <= {"waits"}
