"""Priority: what it costs times how soon; small goods never make an alarm mild, and the grade only breaks ties."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from detect.nouns import Change, FindingChange, Kind, Severity
from tests.tickets.desk import HOUR, MIN, T0, Desk, any_ticket, finding, opened
from texts import LANGUAGES, render
from tickets.clocks.priority import Stakes, context_of, order_key, priority, stakes_of
from tickets.goods import Goods
from tickets.nouns import Place, Priority
from tickets.policy import load, whole

P1, P2, P3, P4, P5 = Priority
POLICY = load().versions[0]
RICH, MILD = Stakes(value={"CNY": Decimal(2_000_000)}), Stakes(value={"CNY": Decimal(300_000)})


@pytest.mark.parametrize(
    ("stakes", "hours", "wanted"),
    [
        (RICH, 3, P1), (RICH, 20, P2), (RICH, 90, P3), (MILD, 3, P2), (MILD, 20, P3), (MILD, 90, P4), (Stakes(), 3, P3),
        (Stakes(), 90, P5), (Stakes(critical_goods=True), 3, P1), (Stakes(standstill={"CNY": Decimal(50_000)}), 3, P1),
        (Stakes(value={"XAU": Decimal(10**9)}), 3, P3), (RICH, -5, P1),
    ],
)  # fmt: skip
def test_impact_times_time_to_damage(stakes: Stakes, hours: int, wanted: Priority) -> None:
    """The matrix of three by three; a currency of which nothing is said weighs nothing."""
    found = priority(P5, stakes, T0 + hours * HOUR, POLICY, T0)
    assert found.priority is wanted
    assert all(render(step.code, step.params, lang) for lang in LANGUAGES for step in found.steps)


def test_the_finding_is_the_floor() -> None:
    """A critical finding about a small lot stays critical, and without damage in sight nothing is added."""
    assert priority(P1, Stakes(), T0 + 90 * HOUR, POLICY, T0).priority is P1
    assert priority(P3, RICH, None, POLICY, T0).priority is P3


def test_each_lot_and_each_standstill_counts_once() -> None:
    """Ten findings in one hall are about the same goods."""
    lots = [
        Goods("l1", "c", "A", Decimal(10), "CNY", False, Decimal(7)),
        Goods("l2", "c", "A", Decimal(5), "EUR", True, Decimal(7)),
    ]
    found = stakes_of([*lots, *lots])
    assert (found.value, found.standstill, found.critical_goods) == ({"CNY": 10, "EUR": 5}, {"CNY": 7}, True)
    ticket = replace(any_ticket(), lots=("l2", "gone"))
    assert context_of(ticket, {one.lot: one for one in lots}).value == {"EUR": 5}


def test_the_grade_only_breaks_ties() -> None:
    """A silver customer's ticket that is due sooner comes before a diamond one; at the same minute the diamond one does."""
    rules = whole(
        {"grades": ["diamond", "silver"], "promise": [], "target": [{"name": "all", "resolution": "4 h"}]},
        "p",
        0,
    )
    base = replace(any_ticket(), act_by_us=T0 + HOUR)
    silver, diamond = replace(base, grade="silver", number=1), replace(base, grade="diamond", number=2)
    unknown = replace(base, grade="", number=0)
    sooner = replace(silver, act_by_us=T0 + HOUR - 1, number=9)
    urgent = replace(silver, priority=P1, act_by_us=T0 + 9 * HOUR, number=10)
    rows = sorted([unknown, silver, diamond, sooner, urgent], key=lambda ticket: order_key(ticket, rules))
    assert [row.number for row in rows] == [10, 9, 2, 1, 0]


class Rich:
    """Every zone holds a lot that is worth much."""

    def of(self, _: object) -> Place | None:
        """The place."""
        return Place(
            "Hall", "harbour", "Asia/Shanghai", "A", ("l1",), (Goods("l1", "c", "A", Decimal(2_000_000)),)
        )


def test_to_come_near_a_limit_is_no_harm() -> None:
    """What is foretold of a limit that only warns moves neither act-by nor priority; of one at which goods suffer it does."""
    for limit, harm in (("warning", None), ("critical", T0 + 3 * HOUR)):
        desk = Desk(Rich())  # type: ignore[arg-type]
        told = {"p10_us": T0 + 3 * HOUR, "limit": 8.0, "limit_severity": limit}
        desk.take(opened(finding(kind=Kind.PREDICTED_BREACH, severity=Severity.WARNING, evidence=told)))
        assert desk.ticket.breach_p10_us == harm


def test_a_predicted_breach_sets_priority_and_act_by_on_the_ticket() -> None:
    """A mild forecast about much that is near: P1. The earliest P10 of those that stand counts; a new one is told."""
    desk = Desk(Rich())  # type: ignore[arg-type]
    soon = finding(
        kind=Kind.PREDICTED_BREACH,
        severity=Severity.WARNING,
        evidence={"p10_us": T0 + 3 * HOUR, "limit": 8.0, "limit_severity": "alarm"},
    )
    later = finding(
        kind=Kind.PREDICTED_BREACH,
        severity=Severity.WARNING,
        evidence={"p10_us": T0 + 9 * HOUR, "limit": 8.0, "limit_severity": "alarm"},
    )
    desk.take(opened(later, soon))
    ticket = desk.ticket
    assert (ticket.priority, ticket.breach_p10_us, ticket.act_by_us) == (
        P1,
        T0 + 3 * HOUR,
        ticket.deadline_us,
    )
    closer = replace(soon, evidence={**soon.evidence, "p10_us": T0 + HOUR})
    desk.take([FindingChange(Change.REVISED, closer)])
    assert (desk.ticket.breach_p10_us, desk.ticket.act_by_us) == (T0 + HOUR, T0 + HOUR)
    assert desk.raised[-1].events[-1].act == "foreseen"
    desk.take([FindingChange(Change.CLOSED, replace(closer, end_us=T0 + MIN))])
    assert (desk.ticket.breach_p10_us, desk.ticket.act_by_us) == (T0 + 9 * HOUR, T0 + HOUR)


def test_harm_that_goes_on_began_at_its_start() -> None:
    """An excursion of severity alarm is no forecast: damage began with it; a warning has not harmed yet."""
    desk = Desk()
    desk.take(opened(finding(severity=Severity.WARNING)))
    assert desk.ticket.breach_p10_us is None
    desk.take(opened(finding(severity=Severity.ALARM, start_us=T0 + MIN)))
    assert desk.ticket.breach_p10_us == T0 + MIN
