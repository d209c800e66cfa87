"""From findings to few tickets: joining, coming back, retraction, priority, and what is told about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detect.nouns import Change, FindingChange, Json, Kind, Severity
from tests.tickets.desk import HOUR, MIN, T0, Desk, Somewhere, closed, finding, opened, retracted
from tickets.nouns import AlarmState, Priority, TicketKind, TicketState
from tickets.states import Act

S = TicketState


def test_one_finding_is_one_alarm_and_one_ticket() -> None:
    """The ticket says what, where, why, since when, by when and by which reading."""
    desk = Desk(Somewhere("A", ("lot-1",)))
    raised = desk.take(opened(finding()), T0 + 5 * MIN)
    ticket = desk.ticket
    (alarm,) = desk.known.alarms.values()
    assert (alarm.state, alarm.ticket_id, alarm.subject) == (AlarmState.ACTIVE_UNACKED, ticket.id, "zone:z1")
    assert (ticket.name, ticket.kind, ticket.state, ticket.priority) == (
        "KW-000001",
        TicketKind.GOODS,
        S.NEW,
        Priority.P2,
    )
    assert (ticket.subject, ticket.site, ticket.lots, ticket.grade) == ("zone:z1", "harbour", ("lot-1",), "A")
    assert (ticket.deadline_us, ticket.deadline.code) == (T0 + 5 * MIN + 4 * HOUR, "clocks.deadline.target")
    assert (ticket.since_us, ticket.decided_received_us) == (T0, T0 + 2_000_000)
    assert raised.opened == {ticket.id: False}
    assert (desk.acts("alarm:"), desk.acts("ticket:")) == (["raised"], ["opened"])


def test_a_dead_gateway_with_5000_devices_is_one_ticket() -> None:
    """One cause, one ticket, one event of joining per batch; the gateway speaks, the goods decide the priority."""
    desk = Desk()
    cause = "gateway:g1:silent"
    silent = [
        finding(cause, Kind.SILENT_DEVICE, Severity.WARNING, subject=f"device:g1/p{i}", evidence={})
        for i in range(5000)
    ]
    desk.take(opened(*silent[:2500]))
    desk.take(
        opened(
            *silent[2500:],
            finding(cause, Kind.SILENT_GATEWAY, Severity.WARNING, subject="gateway:g1", zone=None),
        )
    )
    desk.take(opened(finding(cause, Kind.UNWATCHED, Severity.CRITICAL, subject="zone:z2", zone="z2")))
    ticket = desk.ticket
    assert (ticket.kind, ticket.subject, ticket.priority) == (TicketKind.GATEWAY, "gateway:g1", Priority.P1)
    assert ticket.title.params["unwatched"] == ["Room z2"]
    assert ticket.why.params["findings"] == 5002
    assert desk.acts("ticket:") == ["opened", "priority_changed", "priority_changed"]


ABOUT_GOODS = (
    "too_high", "too_low", "unwatched", "condensation", "wet_metal", "budget_used", "predicted_breach",
    "wetness", "freeze_thaw", "fast_change", "conditioning", "mean_kinetic_temperature",
)  # fmt: skip


@pytest.mark.parametrize("kind", list(Kind))
def test_a_sensor_fault_is_never_work_about_goods(kind: Kind) -> None:
    """Only excursions and unwatched zones are about goods; the subject says so too."""
    desk = Desk()
    desk.take(opened(finding(kind=kind)))
    kinds = {
        **dict.fromkeys(("silent_gateway", "mains_lost"), TicketKind.GATEWAY),
        **dict.fromkeys(("degrading_equipment", "failed_equipment", "inspection_due"), TicketKind.EQUIPMENT),
        **dict.fromkeys(ABOUT_GOODS, TicketKind.GOODS),
    }
    expected = kinds.get(kind, TicketKind.SENSOR)
    assert desk.ticket.kind is expected
    assert desk.ticket.subject.startswith("zone:" if kind in ABOUT_GOODS else "device:")


def test_advice_is_an_alarm_but_no_ticket() -> None:
    """Advice is for reading; when it turns worse it calls for work, when it turns mild again the ticket goes."""
    desk = Desk()
    advice = finding(severity=Severity.ADVICE)
    desk.take(opened(advice))
    assert (desk.tickets, len(desk.known.alarms)) == ([], 1)
    desk.take([FindingChange(Change.REVISED, replace(advice, severity=Severity.WARNING))])
    assert (desk.ticket.state, desk.ticket.priority) == (S.NEW, Priority.P3)
    desk.take([FindingChange(Change.REVISED, advice)])
    assert desk.ticket.state is S.WITHDRAWN


def test_priority_follows_the_worst_finding_that_stands() -> None:
    """It rises and falls with it, the deadline with it, and each change is told."""
    desk = Desk()
    mild, bad = finding(severity=Severity.WARNING), finding(severity=Severity.CRITICAL, start_us=T0 + MIN)
    desk.take(opened(mild))
    late = desk.ticket.deadline_us
    desk.take(opened(bad))
    assert (desk.ticket.priority, desk.ticket.since_us, desk.ticket.version) == (Priority.P1, T0, 2)
    assert desk.ticket.deadline_us < late
    desk.take([retracted(bad)])
    assert (desk.ticket.priority, desk.ticket.deadline_us) == (Priority.P3, late)
    assert desk.acts("ticket:") == ["opened", "priority_changed", "priority_changed"]


def test_a_text_that_counts_on_disturbs_nobody() -> None:
    """An extension renews the title without a new version: who edits the ticket is not refused for it."""
    desk = Desk()
    going_on = finding()
    desk.take(opened(going_on))
    before = desk.ticket
    desk.take([FindingChange(Change.EXTENDED, replace(going_on, peak=11.3))])
    assert desk.ticket.title != before.title
    assert (desk.ticket.version, desk.acts("ticket:")) == (before.version, ["opened"])


def test_return_to_normal_is_noted_and_resolves_nothing() -> None:
    """The alarm returns; the ticket stays, because somebody must look at the goods."""
    desk = Desk()
    over = finding()
    desk.take(opened(over))
    desk.take([closed(over, T0 + 20 * MIN)])
    (alarm,) = desk.known.alarms.values()
    assert (alarm.state, alarm.returned_us) == (AlarmState.LATCHED_UNACKED, T0 + 20 * MIN)
    assert desk.ticket.state is S.NEW
    assert (desk.acts("alarm:"), desk.acts("ticket:")) == (
        ["raised", "returned"],
        ["opened", "returned_to_normal", "foreseen"],
    )
    assert (desk.raised[0].events[1].new["breach_p10_us"], desk.ticket.breach_p10_us) == (T0, None)


def test_withdrawn_when_nobody_has_taken_it_up() -> None:
    """A finding that was not: its ticket goes as quietly as nobody had seen it, with the reason."""
    desk = Desk()
    wrong = finding()
    desk.take(opened(wrong))
    raised = desk.take([retracted(wrong, "spoke_after_all")])
    assert (desk.ticket.state, desk.ticket.reason) == (S.WITHDRAWN, "retracted.spoke_after_all")
    assert (desk.notes, raised.opened) == ([], {})
    assert not next(iter(desk.known.alarms.values())).active


def test_kept_with_a_note_when_somebody_has() -> None:
    """Work that has begun is not taken out of a person's hands; the ticket says that its reason is gone."""
    desk = Desk()
    wrong = finding()
    desk.take(opened(wrong))
    desk.act(desk.ticket, Act.START, T0 + 10 * MIN)
    desk.take([retracted(wrong)])
    assert (desk.ticket.state, desk.ticket.findings_retracted) == (S.IN_PROGRESS, True)
    assert desk.notes == ["ticket.note.retracted"]
    desk.take([FindingChange(Change.REVISED, wrong)])
    assert desk.ticket.findings_retracted is False
    assert desk.notes == ["ticket.note.retracted", "ticket.note.stands_again"]


def test_kept_with_a_note_after_it_was_closed() -> None:
    """Also who has already done the work learns that it was for nothing."""
    desk = Desk()
    wrong = finding()
    desk.take(opened(wrong))
    desk.act(desk.ticket, Act.RESOLVE, T0 + 10 * MIN)
    desk.take([retracted(wrong)])
    assert (desk.ticket.state, desk.notes) == (S.RESOLVED, ["ticket.note.retracted"])


def test_part_of_the_findings_retracted_withdraws_nothing() -> None:
    """One finding that stands is enough."""
    desk = Desk()
    wrong, right = finding(), finding(start_us=T0 + MIN)
    desk.take(opened(wrong, right))
    desk.take([retracted(wrong)])
    assert (desk.ticket.state, desk.ticket.since_us) == (S.NEW, T0 + MIN)


def test_a_finding_that_stands_again_brings_its_ticket_back() -> None:
    """No second ticket for what is the same finding."""
    desk = Desk()
    wrong = finding()
    desk.take(opened(wrong))
    desk.take([retracted(wrong)])
    raised = desk.take([FindingChange(Change.REVISED, wrong)], T0 + HOUR)
    assert (desk.ticket.state, desk.ticket.clock_from_us) == (S.NEW, T0 + HOUR)
    assert raised.opened == {desk.ticket.id: True}


QUIET = [
    (Kind.TOO_HIGH, 29 * MIN, 1),
    (Kind.TOO_HIGH, 31 * MIN, 2),
    (Kind.UNWATCHED, 31 * MIN, 2),
    (Kind.SENTINEL, 23 * HOUR, 1),
    (Kind.SENTINEL, 25 * HOUR, 2),
    (Kind.SILENT_GATEWAY, 23 * HOUR, 1),
]


@pytest.mark.parametrize(("kind", "pause_us", "tickets"), QUIET)
@pytest.mark.parametrize("done", [Act.RESOLVE, Act.CANCEL])
def test_quiet_time(kind: Kind, pause_us: int, tickets: int, done: Act) -> None:
    """What comes back within its quiet time reopens its ticket; later it is a new one. Event time counts."""
    desk = Desk()
    first = finding(kind=kind, end_us=T0 + MIN)
    desk.take(opened(first))
    ended = T0 + 10 * MIN
    desk.act(desk.ticket, done, ended)
    raised = desk.take(opened(finding(kind=kind, start_us=ended + pause_us)), ended + 40 * 24 * HOUR)
    assert len(desk.tickets) == tickets
    assert list(raised.opened.values()) == [tickets == 1]
    assert desk.tickets[-1].state is (S.REOPENED if tickets == 1 else S.NEW)


def test_a_closed_ticket_reopens_too() -> None:
    """Quiet time counts from the resolution, also when the paperwork is done."""
    desk = Desk()
    desk.take(opened(finding(kind=Kind.SENTINEL, end_us=T0 + MIN)))
    desk.act(desk.ticket, Act.RESOLVE, T0 + 10 * MIN)
    desk.act(desk.ticket, Act.CLOSE, T0 + 11 * MIN)
    desk.take(opened(finding(kind=Kind.SENTINEL, start_us=T0 + HOUR)))
    assert (desk.ticket.state, desk.ticket.reason) == (S.REOPENED, "ticket.way.reopens")
    assert desk.acts("ticket:")[-1] == "reopened"


def test_told_late_what_was_over_before_the_work() -> None:
    """A buffered excursion of the time before the resolution joins quietly, unless it was worse than known."""
    desk = Desk()
    desk.take(opened(finding()))
    desk.act(desk.ticket, Act.RESOLVE, T0 + 60 * MIN)
    desk.take(opened(finding(start_us=T0 + 20 * MIN, end_us=T0 + 30 * MIN)), T0 + 2 * HOUR)
    assert desk.ticket.state is S.RESOLVED
    desk.take(
        opened(finding(start_us=T0 + 20 * MIN, end_us=T0 + 30 * MIN, severity=Severity.CRITICAL)),
        T0 + 2 * HOUR,
    )
    assert (desk.ticket.state, desk.ticket.priority) == (S.REOPENED, Priority.P1)


def test_long_before_is_another_story() -> None:
    """A journey of last month that is told today is not the ticket of today."""
    desk = Desk()
    desk.take(opened(finding()))
    desk.act(desk.ticket, Act.RESOLVE, T0 + 60 * MIN)
    month_ago = T0 - 30 * 24 * HOUR
    desk.take(opened(finding(start_us=month_ago, end_us=month_ago + HOUR)), T0 + 2 * HOUR)
    assert [ticket.state for ticket in desk.tickets] == [S.RESOLVED, S.NEW]


def test_resolved_while_it_goes_on() -> None:
    """It rests for the quiet time; a reading still beyond the limit after that says that it is not done."""
    desk = Desk()
    going_on = finding()
    desk.take(opened(going_on))
    desk.act(desk.ticket, Act.RESOLVE, T0 + 10 * MIN)

    def until(us: int) -> list[FindingChange]:
        evidence: dict[str, Json] = {**going_on.evidence, "last_us": us}
        return [FindingChange(Change.EXTENDED, replace(going_on, evidence=evidence))]

    desk.take(until(T0 + 39 * MIN))
    assert desk.ticket.state is S.RESOLVED
    desk.take(until(T0 + 41 * MIN))
    assert desk.ticket.state is S.REOPENED


def test_resolved_and_then_worse() -> None:
    """Worse than when it was resolved is not what was resolved."""
    desk = Desk()
    going_on = finding(severity=Severity.WARNING)
    desk.take(opened(going_on))
    desk.act(desk.ticket, Act.RESOLVE, T0 + 10 * MIN)
    desk.take([FindingChange(Change.REVISED, replace(going_on, severity=Severity.CRITICAL))])
    assert (desk.ticket.state, desk.ticket.priority) == (S.REOPENED, Priority.P1)


def test_late_news_of_a_done_ticket_stay_there() -> None:
    """The end of an old excursion does not move to the ticket that is open today."""
    desk = Desk()
    old = finding()
    desk.take(opened(old))
    first = desk.act(desk.ticket, Act.RESOLVE, T0 + 10 * MIN)
    desk.take(opened(finding(start_us=T0 + 5 * HOUR)))
    desk.take([closed(old, T0 + 9 * MIN)])
    assert desk.known.ticket_of[old.id] == first.id
    assert [ticket.state for ticket in desk.tickets] == [S.RESOLVED, S.NEW]
    desk.take(opened(finding(start_us=T0 + 6 * HOUR)))
    assert len(desk.tickets) == 2


def test_a_finding_whose_cause_is_found_out_moves() -> None:
    """A silent device turns out to be behind a dead gateway: one ticket is left, the other is withdrawn."""
    desk = Desk()
    silent = finding("device:g1/p7:silent", Kind.SILENT_DEVICE)
    desk.take(opened(silent))
    desk.take([FindingChange(Change.REVISED, replace(silent, cause="gateway:g1:silent"))])
    assert [(ticket.cause, ticket.state) for ticket in desk.tickets] == [
        ("device:g1/p7:silent", S.WITHDRAWN),
        ("gateway:g1:silent", S.NEW),
    ]
    assert desk.tickets[0].reason == "retracted.moved"
    assert not desk.known.alarms["device:g1/p7:silent"].active


def test_what_comes_to_a_merged_ticket_goes_to_the_one_that_took_over() -> None:
    """After a merge both causes are worked on in one ticket."""
    desk = Desk()
    desk.take(opened(finding("cause:a"), finding("cause:b")))
    first, second = desk.tickets
    desk.known.tickets[second.id] = replace(second, state=S.MERGED, merged_into=first.id, ended_us=T0 + MIN)
    desk.take(opened(finding("cause:b", severity=Severity.CRITICAL, start_us=T0 + MIN)))
    assert [(ticket.state, ticket.priority) for ticket in desk.tickets] == [
        (S.NEW, Priority.P1),
        (S.MERGED, Priority.P2),
    ]
    assert desk.known.alarms["cause:b"].ticket_id == first.id


def test_opened_and_retracted_in_one_batch_leaves_no_trace() -> None:
    """Nobody needs to hear of what was wrong before it was told."""
    desk = Desk()
    wrong = finding()
    raised = desk.take([*opened(wrong), retracted(wrong)])
    assert (desk.tickets, desk.known.alarms, raised.events) == ([], {}, [])


def test_an_acknowledged_alarm_rings_again_when_it_comes_back_or_gets_worse() -> None:
    """Acknowledging is for what was seen, not for what comes later."""
    desk = Desk()
    warm = finding(severity=Severity.WARNING)
    desk.take(opened(warm))

    def acknowledged() -> None:
        (cause, alarm), *_ = desk.known.alarms.items()
        desk.known.alarms[cause] = replace(alarm, acked=True, acked_by="user:li")

    acknowledged()
    desk.take([FindingChange(Change.EXTENDED, replace(warm, peak=10.0))])
    assert desk.known.alarms[warm.cause].state is AlarmState.ACTIVE_ACKED
    worse = replace(warm, severity=Severity.CRITICAL)
    desk.take([FindingChange(Change.REVISED, worse)])
    assert desk.known.alarms[warm.cause].state is AlarmState.ACTIVE_UNACKED
    acknowledged()
    desk.take([closed(worse, T0 + HOUR)])
    assert desk.known.alarms[warm.cause].state is AlarmState.LATCHED_ACKED
    desk.take(opened(finding(start_us=T0 + 2 * HOUR)))
    assert desk.known.alarms[warm.cause].acked_by is None
