"""What the clerk tells of what people did: each person once per thing, the customer only what is the customer's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from registry.nouns import Customer, Lot
from tests.tickets.clerking import CUSTOMER, REGISTRY, Life, life, person
from tests.tickets.staff import DAY, HOUR, MIN
from tests.tickets.test_clerk import GOODS, OPENED, REPORT
from tickets.clocks.policies import Policies
from tickets.deeds import Deed
from tickets.nouns import Category, Hold, TicketKind, TicketState
from tickets.policy import templates, whole
from tickets.stages import Path, path_of
from tickets.states import Act, Actor

DOCUMENT = templates()["five-percent-an-hour"][1]
PROMISES = [{"name": "all", "calendar": "always", "resolution": "4 h"}]
PAYING = Policies((whole({**DOCUMENT, "promise": PROMISES, "calendar": []}, "paying", 0),))
NOT_PAYING = Policies((whole({"promise": PROMISES, "calendar": []}, "not paying", 0),))


def did(found: Life, after_us: int, deed: Deed | Act, actor: Actor) -> None:
    """Somebody acts, and the clerk looks at once."""
    found.until(OPENED + after_us)
    assert found.did(OPENED + after_us, deed, actor), deed
    found.look(OPENED + after_us)


def told_to(found: Life, to: str) -> list[str]:
    """The codes of all that somebody was told."""
    return [notice.code for _, notice in found.told.values() if notice.to == to]


def test_the_customer_is_asked_and_rates_it() -> None:
    """Received, resolved: asked; confirmed: surveyed; a good mark: closed. Nothing twice, whoever looks again."""
    found = life(REPORT)
    did(found, HOUR, Act.ACCEPT, person("near"))
    did(found, HOUR + MIN, Act.RESOLVE, person("near"))
    did(found, 2 * HOUR, Act.CONFIRM, CUSTOMER)
    did(found, 3 * HOUR, Deed(Act.SURVEY, score=5), CUSTOMER)
    assert told_to(found, "customer:c1") == ["received", "resolved_confirm", "survey"]
    assert found.ticket.state is TicketState.CLOSED
    assert found.settled, "what waits to be told of work that is done is dropped"
    found.look(OPENED + 30 * DAY)
    assert found.wake_us is None


def test_whose_goods_an_alarm_is_about_is_asked_though_nobody_reported_it() -> None:
    """The sensors opened it: one customer's goods are there, so that customer is asked, and reminded; of two neither is."""
    of_goods = replace(REPORT, kind=TicketKind.GOODS, customer=None, lots=("l1",), state=TicketState.NEW)
    found = life(of_goods)
    did(found, HOUR, Act.RESOLVE, person("near"))
    found.until(OPENED + HOUR + 2 * DAY)
    assert told_to(found, "customer:c1") == ["resolved_confirm", "reminder"]
    did(found, 2 * DAY + 2 * HOUR, Act.CONFIRM, CUSTOMER)
    assert told_to(found, "customer:c1")[2:] == ["survey"]

    shared = Life(replace(of_goods, lots=("l1", "l2")))
    other = Lot(key="l2", customer="c2", product="p")
    shared.registry = replace(REGISTRY, lots=(*REGISTRY.lots, other))
    shared.look(OPENED)
    did(shared, HOUR, Act.RESOLVE, person("near"))
    assert [told_to(shared, to) for to in ("customer:c1", "customer:c2")] == [["resolved_owners"]] * 2


def test_reopened_goes_back_to_whoever_had_it() -> None:
    """The customer is not content: the engineer is told, and the next solution is asked about anew."""
    found = life(REPORT)
    did(found, HOUR, Act.ACCEPT, person("near"))
    did(found, 2 * HOUR, Act.RESOLVE, person("near"))
    did(found, 3 * HOUR, Deed(Act.REOPEN, "wet again"), CUSTOMER)
    assert found.heard("reopened") == [("person:near", 180)]
    assert found.ticket.assignee == "person:near"
    did(found, 4 * HOUR, Act.RESOLVE, person("near"))
    assert found.heard("resolved_confirm") == [("customer:c1", 120), ("customer:c1", 240)]


def test_a_silent_customer_is_reminded_twice_and_then_it_is_closed() -> None:
    """After 48 h and five days; after seven it is closed, unanswered."""
    found = life(REPORT)
    did(found, HOUR, Act.RESOLVE, person("near"))
    found.until(OPENED + 30 * DAY)
    hours = [(minute - 60) // 60 for _, minute in found.heard("reminder")]
    assert hours == [48, 120]
    last = found.log[-1]
    assert (last.act, last.time_us - OPENED - HOUR, last.principal) == ("close_unanswered", 7 * DAY, "system")


def test_warnings_at_50_75_90_and_100_percent() -> None:
    """Whoever has it is warned; a promise that is missed is the supervisor's concern as well."""
    found = life(REPORT, policies=NOT_PAYING)
    found.until(OPENED + DAY - MIN)
    steps = [
        (minute, step) for minute, step in found.steps("warned", "missed") if "promise:resolution" in step
    ]
    assert steps == [
        (120, "warned:promise:resolution:50"), (180, "warned:promise:resolution:75"),
        (216, "warned:promise:resolution:90"), (240, "warned:promise:resolution:100"),
    ]  # fmt: skip
    promised = [
        (notice.code, to, (at_us - OPENED) // MIN)
        for (to, cause), (at_us, notice) in found.told.items()
        if "promise:resolution" in cause
    ]
    assert promised == [
        ("warned", "person:near", 120), ("warned", "person:near", 180), ("warned", "person:near", 216),
        ("missed", "person:near", 240), ("missed", "person:boss", 240),
    ]  # fmt: skip


def test_a_pause_puts_the_warnings_off() -> None:
    """An hour of waiting for the customer, told to the customer, moves them by an hour."""
    found = life(REPORT, policies=NOT_PAYING)
    did(found, HOUR, Deed(Act.HOLD, "which door?", hold=Hold.CUSTOMER), person("near"))
    assert found.heard("pending_customer") == [("customer:c1", 60)]
    did(found, 2 * HOUR, Act.RESUME, person("near"))
    found.until(OPENED + 4 * HOUR)
    assert [minute for minute, step in found.steps("warned") if "promise:resolution" in step] == [180, 240]


def test_a_customers_ticket_climbs_after_24_and_48_hours() -> None:
    """Supervisor, then head; resolved, nobody."""
    found = life(REPORT)
    found.until(OPENED + 4 * DAY)
    assert found.heard("escalated") == [("person:boss", 24 * 60), ("person:chief", 48 * 60)]


def test_a_new_date_is_told_to_the_customer() -> None:
    """Feedback that takes longer."""
    found = life(replace(REPORT, category=Category.FEEDBACK))
    did(found, HOUR, Deed(Act.PROMISE_ANEW, "we ask the maker", due_us=OPENED + 9 * DAY), person("near"))
    assert [
        notice.params["reason"] for _, notice in found.told.values() if notice.code == "promised_anew"
    ] == ["we ask the maker"]


def test_what_a_supervisor_gives_away_is_told_to_who_gets_it() -> None:
    """Once, and until it is answered; who takes a ticket is not told of taking it."""
    found = life(GOODS)
    after = replace(found.ticket, assignee="person:third", version=found.ticket.version + 1)
    found.given(OPENED + MIN, after, "person:boss")
    found.look(OPENED + MIN)
    found.look(OPENED + MIN)
    notices = [notice for _, notice in found.told.values() if notice.code == "assigned"]
    assert [(notice.to, notice.until_answered) for notice in notices] == [
        ("person:near", True), ("person:third", True),
    ]  # fmt: skip
    found.given(
        OPENED + 2 * MIN, replace(after, assignee="person:near", version=after.version + 1), "person:near"
    )
    found.look(OPENED + 2 * MIN)
    assert len(found.heard("assigned")) == 2


def test_nobody_is_told_of_what_was_before() -> None:
    """The first look of a clerk that knows everything so far: work is given away, old news is not told."""
    found = Life(REPORT)
    found.did(OPENED + HOUR, Act.RESOLVE, person("near"))
    found.did(OPENED + 2 * HOUR, Deed(Act.REOPEN, "wet again"), CUSTOMER)
    found.seen_all()
    found.look(OPENED + 3 * HOUR)
    assert not told_to(found, "customer:c1")
    assert "reopened" not in {notice.code for _, notice in found.told.values()}
    assert found.ticket.assignee is not None


@pytest.mark.parametrize("policies", [PAYING, NOT_PAYING])
def test_compensation_only_where_the_policy_offers_it(policies: Policies) -> None:
    """Once when it begins, at the right minute whoever looks; once when it is final; to the supervisor, who decides."""
    found = life(REPORT, policies=policies)
    found.until(OPENED + 5 * HOUR)
    did(found, 6 * HOUR, Act.RESOLVE, person("near"))
    found.look(OPENED + 7 * HOUR)
    offered = policies is PAYING
    assert found.heard("compensation_proposed") == (
        [("person:boss", 240), ("person:boss", 360)] if offered else []
    )
    proposed = [event.new for event in found.log if event.act == "proposed"]
    assert [new["final"] for new in proposed] == ([False, True] if offered else [])  # type: ignore[index,call-overload]


def test_nothing_is_paid_for_what_nobody_reported() -> None:
    """A ticket about goods, as late as can be."""
    found = life(replace(REPORT, kind=TicketKind.GOODS), policies=PAYING)
    found.until(OPENED + 2 * DAY)
    assert not found.heard("compensation_proposed")


def test_work_that_asks_nobody_is_closed_after_a_day() -> None:
    """Sensor work: nobody is asked or reminded."""
    found = life(
        replace(GOODS, kind=TicketKind.SENSOR, breach_p10_us=None, lots=(), grade=""), registry=REGISTRY
    )
    did(found, HOUR, Act.RESOLVE, person("near"))
    found.until(OPENED + 3 * DAY)
    assert found.ticket.state is TicketState.CLOSED
    assert found.log[-1].time_us == OPENED + HOUR + DAY
    assert not found.heard("reminder")
    assert not found.heard("resolved_confirm")


SHARED = replace(
    REGISTRY,
    customers=(*REGISTRY.customers, Customer(key="c2", grade="B")),
    lots=(
        *REGISTRY.lots,
        Lot(key="l2", customer="c2", product="p"),
        Lot(key="l3", customer="c2", product="p"),
    ),
)


def test_goods_of_several_customers_ask_nobody_and_tell_each_of_its_own() -> None:
    """Resolved: each owner learns it with its own lots, nobody is asked, it is closed by itself; no word of the others."""
    found = life(replace(GOODS, lots=("l1", "l2", "l3")), registry=SHARED)
    assert (found.ticket.grade, found.ticket.shared, path_of(found.ticket)) == ("A", True, Path.SHORT)
    did(found, MIN, Act.ACCEPT, person("near"))
    did(found, HOUR, Deed(Act.RESOLVE, done="door shut"), person("near"))
    heard = {notice.to: notice for _, notice in found.told.values() if notice.to.startswith("customer:")}
    assert {to: notice.params["lots"] for to, notice in heard.items()} == {
        "customer:c1": ["l1"], "customer:c2": ["l2", "l3"],
    }  # fmt: skip
    assert {notice.code for notice in heard.values()} == {"resolved_owners"}
    for to, notice in heard.items():
        other = "l1" if to == "customer:c2" else "l2"
        assert other not in json.dumps(dict(notice.params))
        assert "c2" not in json.dumps(dict(notice.params))
    found.until(OPENED + 9 * DAY)
    assert found.ticket.state is TicketState.CLOSED
    assert not [event for event in found.log if event.act in {"reminded", "close_unanswered"}]
    assert not found.did(OPENED + 9 * DAY, Act.CONFIRM, CUSTOMER)


def test_a_second_customers_goods_come_while_it_is_worked_on() -> None:
    """First c1's alone; then c2's lot is there too: nobody's own from then on, as an event says, and c1's promise holds on."""
    found = life(GOODS, registry=SHARED)
    assert (found.ticket.grade, path_of(found.ticket)) == ("A", Path.LONG)
    found.ticket = replace(found.ticket, lots=("l1", "l2"))
    found.look(OPENED + MIN)
    assert (found.ticket.grade, path_of(found.ticket)) == ("A", Path.SHORT)
    assert [event.new["shared"] for event in found.log if event.act == "graded"] == [True]  # type: ignore[index,call-overload]


def test_a_contract_holds_beside_others_goods() -> None:
    """What was promised to grade A for its goods, reported or not, is promised where a grade-B customer's lie as well."""
    promise = {"name": "A", "grade": "A", "calendar": "always", "resolution": "90 min", "contracted": True}
    contract = Policies((whole({"promise": [promise], "calendar": []}, "contract", 0),))
    found = life(
        replace(GOODS, lots=("l1", "l2"), grade="A", shared=True), registry=SHARED, policies=contract
    )
    assert found.ticket.deadline_us == OPENED + 90 * MIN
    alone = life(replace(GOODS, lots=("l2",), grade="B"), registry=SHARED, policies=contract)
    assert alone.ticket.deadline_us > OPENED + 90 * MIN


def test_what_a_customer_reports_is_its_own_beside_others_goods() -> None:
    """Lots of both are named: the reporter is asked, and the other hears nothing at all."""
    found = life(replace(REPORT, lots=("l1", "l2")), registry=SHARED)
    did(found, HOUR, Act.RESOLVE, person("near"))
    assert told_to(found, "customer:c1") == ["received", "resolved_confirm"]
    assert told_to(found, "customer:c2") == []
    named = life(replace(GOODS, lots=("l1", "l2"), customer="c1"), registry=SHARED)
    did(named, HOUR, Act.RESOLVE, person("near"))
    assert told_to(named, "customer:c1") == ["resolved_confirm"]
    assert told_to(named, "customer:c2") == []
