"""The life of a ticket: no way leads out of the table, and every refusal is named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.nouns import Role
from tests.tickets.desk import ENGINEER, MIN, T0, any_ticket
from tickets.acting import act, draft, take_over
from tickets.nouns import LIVE, Category, Hold, Priority, Refusal, Ticket, TicketKind, TicketState
from tickets.policy import load
from tickets.stages import STAGES, Owner, Path, owner_of, path_of
from tickets.states import MACHINERY, TABLE, Act, Actor, move, ways

S = TicketState
POLICY = load().at(T0)
NINE_STAGES = [
    S.REPORTED,
    S.ASSESSED,
    S.PLANNED,
    S.IN_PROGRESS,
    S.RESOLVED,
    S.CONFIRMED,
    S.SURVEYED,
    S.IMPROVEMENT,
    S.CLOSED,
]
SORTS: dict[str, tuple[TicketKind, dict[str, str], Path]] = {
    "customer": (TicketKind.CUSTOMER, {}, Path.LONG),
    "feedback": (TicketKind.CUSTOMER, {"category": Category.FEEDBACK}, Path.FEEDBACK),
    "goods": (TicketKind.GOODS, {}, Path.SHORT),
    "goods of a customer": (TicketKind.GOODS, {"customer": "c1"}, Path.LONG),
    "goods where lots are": (TicketKind.GOODS, {"grade": "B"}, Path.LONG),
    "sensor": (TicketKind.SENSOR, {}, Path.SHORT),
    "gateway": (TicketKind.GATEWAY, {"grade": "A"}, Path.SHORT),
    "equipment": (TicketKind.EQUIPMENT, {"customer": "c1"}, Path.SHORT),
    "internal": (TicketKind.INTERNAL, {"customer": "c1"}, Path.SHORT),
}
"""Every sort of ticket, and the path it takes."""


def _sort(sort: str, state: TicketState = S.NEW) -> Ticket:
    kind, more, _ = SORTS[sort]
    ticket = replace(any_ticket(kind, state), hold=Hold.OTHER if state is S.PENDING else None)
    return replace(ticket, **more)  # type: ignore[arg-type]


TICKETS = {(sort, state): _sort(sort, state) for sort in SORTS for state in S}
LONG_SORTS = [sort for sort, (_, _, path) in SORTS.items() if path is Path.LONG]
BRIEF_SORTS = [sort for sort in SORTS if sort not in LONG_SORTS]
attempts = st.tuples(
    st.sampled_from(list(Act)), st.sampled_from(list(Role)), st.sampled_from(["", "  ", "no part"])
)


def _apply(ticket: Ticket, *acts: Act) -> Ticket:
    for what in acts:
        moved = move(ticket, what, ENGINEER, T0 + MIN, "because")
        assert isinstance(moved, Ticket), (ticket.state, what, moved)
        ticket = moved
    return ticket


def test_the_nine_stages_of_the_customer() -> None:
    """A reported ticket goes through all nine stages of the desk, in this order."""
    ticket = any_ticket(TicketKind.CUSTOMER, S.REPORTED)
    seen = [ticket.state]
    for what in (
        Act.ASSESS,
        Act.PLAN,
        Act.START,
        Act.RESOLVE,
        Act.CONFIRM,
        Act.SURVEY,
        Act.IMPROVE,
        Act.CLOSE,
    ):
        ticket = _apply(ticket, what)
        seen.append(ticket.state)
    assert seen == NINE_STAGES


def test_who_takes_which_path() -> None:
    """Goods ask for a confirmation only where a customer is concerned, feedback never, work on sensors never."""
    assert {sort: path_of(_sort(sort)) for sort in SORTS} == {
        sort: path for sort, (*_, path) in SORTS.items()
    }
    assert {kind for kind, *_ in SORTS.values()} == set(TicketKind)


def test_every_stage_has_an_owner() -> None:
    """Somebody has to take the next step in every state but the last ones, and nobody there."""
    assert set(STAGES) == set(S)
    ends = {S.CLOSED, S.CANCELLED, S.MERGED, S.WITHDRAWN}
    assert {state for state, owner in STAGES.items() if owner is Owner.NOBODY} == ends


def test_what_nobody_has_is_the_dispatchers() -> None:
    """A stage of the assignee without one is the dispatcher's; without a customer the desk's."""
    planned = _sort("goods", S.PLANNED)
    assert owner_of(planned) is Owner.DISPATCH
    assert owner_of(replace(planned, assignee="person:wang")) is Owner.ASSIGNEE
    for fresh in (_sort("goods", S.NEW), _sort("customer", S.REPORTED)):
        assert owner_of(fresh) is Owner.DISPATCH
        assert owner_of(replace(fresh, assignee="person:wang")) is Owner.ASSIGNEE
    assert owner_of(_sort("goods", S.RESOLVED)) is Owner.DESK
    assert owner_of(_sort("customer", S.RESOLVED)) is Owner.CUSTOMER


@pytest.mark.parametrize("sort", BRIEF_SORTS)
def test_the_short_path(sort: str) -> None:
    """Sensor, gateway and internal work is closed when it is resolved, and asks no customer."""
    resolved = _apply(_sort(sort), Act.START, Act.RESOLVE)
    assert move(resolved, Act.CONFIRM, ENGINEER, T0) is Refusal.NOT_ON_THIS_PATH
    assert _apply(resolved, Act.CLOSE).state is S.CLOSED


@pytest.mark.parametrize("sort", LONG_SORTS)
def test_a_customer_is_not_passed_over(sort: str) -> None:
    """On the customer's path a resolved ticket is not simply closed."""
    assert move(_sort(sort, S.RESOLVED), Act.CLOSE, ENGINEER, T0) is Refusal.NOT_ON_THIS_PATH


@given(st.sampled_from(sorted(TICKETS)), st.lists(attempts, max_size=12))
def test_no_way_leads_out_of_the_table(
    start: tuple[str, TicketState], attempts: list[tuple[Act, Role, str]]
) -> None:
    """Whatever anybody tries: the state changes only as a line of the table says, or a refusal is named."""
    ticket = TICKETS[start]
    for what, role, reason in attempts:
        moved = move(ticket, what, Actor("user:x", role), T0 + MIN, reason, TICKETS["goods", S.NEW])
        lines = [
            way
            for way in TABLE
            if way.act is what
            and ticket.state in way.sources
            and path_of(ticket) in way.paths
            and role in way.roles
        ]
        if isinstance(moved, Refusal):
            assert not lines or any(way.reason for way in lines) or what in {Act.MERGE, Act.WITHDRAW}
            continue
        (line,) = lines
        if line.target:
            assert moved.state is line.target
        else:
            assert moved.state is (ticket.held_from or ticket.state if what is Act.RESUME else ticket.state)
        assert moved.version == ticket.version + 1
        assert moved.live == (moved.ended_us is None)
        assert moved.held_from is None or moved.state is S.PENDING
        assert (moved.hold is not None) == (moved.state is S.PENDING)
        assert not line.reason or reason.strip() != ""
        assert moved.reason == (
            ticket.reason if line.target is None and what is not Act.RESUME else reason.strip()
        )
        assert (moved.merged_into is not None) == (moved.state is S.MERGED)
        ticket = moved


@given(st.sampled_from(sorted(TICKETS)), st.sampled_from(list(Role)))
def test_what_is_offered_is_possible(start: tuple[str, TicketState], role: Role) -> None:
    """Every act that `ways` offers is accepted, and none that it does not offer."""
    ticket = TICKETS[start]
    other = replace(TICKETS["goods", S.NEW], id="another")
    actor = Actor("user:x", role)
    possible = {what for what in Act if isinstance(move(ticket, what, actor, T0, "because", other), Ticket)}
    assert possible == set(ways(ticket, role))


def test_lines_of_the_table_do_not_contradict_each_other() -> None:
    """For an act, a state, a path and a role there is at most one line."""
    places = [(way.act, s, p, r) for way in TABLE for s in way.sources for p in way.paths for r in way.roles]
    assert len(places) == len(set(places))


def test_every_state_can_be_reached_and_left() -> None:
    """No state is a name only; only merged is the end for good."""
    reached = {way.target for way in TABLE} | {S.NEW, S.REPORTED}
    assert reached - {None} == set(S)
    assert set(S) - {source for way in TABLE for source in way.sources} == {S.MERGED}


REFUSALS = [
    (any_ticket(state=S.CLOSED), Act.START, "engineer", "", None, Refusal.NOT_FROM_HERE),
    (any_ticket(TicketKind.SENSOR, S.RESOLVED), Act.CONFIRM, "engineer", "", None, Refusal.NOT_ON_THIS_PATH),
    (any_ticket(), Act.START, "viewer", "", None, Refusal.NOT_THIS_ROLE),
    (any_ticket(), Act.START, "no such role", "", None, Refusal.NOT_THIS_ROLE),
    (any_ticket(), Act.CANCEL, "engineer", " ", None, Refusal.REASON_MISSING),
    (any_ticket(), Act.MERGE, "engineer", "", None, Refusal.TARGET_MISSING),
    (any_ticket(), Act.MERGE, "engineer", "", any_ticket(state=S.CLOSED), Refusal.TARGET_NOT_LIVE),
    (replace(any_ticket(), taken_up_by="user:li"), Act.WITHDRAW, "system", "x", None, Refusal.TAKEN_UP),
]


@pytest.mark.parametrize(("ticket", "what", "role", "reason", "target", "refusal"), REFUSALS)
def test_refusals_are_named(
    ticket: Ticket, what: Act, role: str, reason: str, target: Ticket | None, refusal: Refusal
) -> None:
    """Each thing that can be wrong has its own name."""
    assert move(ticket, what, Actor("user:x", role), T0, reason, target) is refusal


def test_every_refusal_has_its_case() -> None:
    """All names that the table knows occur; `test_working` and the store see the others."""
    assert {case[-1] for case in REFUSALS} == {
        Refusal.NOT_FROM_HERE,
        Refusal.NOT_ON_THIS_PATH,
        Refusal.NOT_THIS_ROLE,
        Refusal.REASON_MISSING,
        Refusal.TARGET_MISSING,
        Refusal.TARGET_NOT_LIVE,
        Refusal.TAKEN_UP,
    }


def test_merging_into_itself() -> None:
    """A ticket cannot take itself over."""
    ticket = any_ticket()
    assert move(ticket, Act.MERGE, ENGINEER, T0, "", ticket) is Refusal.TARGET_NOT_LIVE


@pytest.mark.parametrize("state", sorted(LIVE - {S.PENDING}))
def test_a_hold_goes_back_to_where_it_came_from(state: TicketState) -> None:
    """Pending forgets neither the stage nor, while it lasts, its reason."""
    held = _apply(any_ticket(state=state), Act.HOLD, Act.ACCEPT)
    assert (held.state, held.reason, held.held_from, held.hold) == (S.PENDING, "because", state, Hold.OTHER)
    assert _apply(held, Act.RESUME).state is state


def test_a_hold_becomes_another_hold() -> None:
    """First the customer is waited for, then a part: the stage to go back to stays the same."""
    held = move(any_ticket(state=S.PLANNED), Act.HOLD, ENGINEER, T0, "asked", hold=Hold.CUSTOMER)
    assert isinstance(held, Ticket)
    waits = move(held, Act.HOLD, ENGINEER, T0, "fan ordered", hold=Hold.PART)
    assert isinstance(waits, Ticket)
    assert (waits.hold, waits.held_from, waits.reason) == (Hold.PART, S.PLANNED, "fan ordered")


def test_declining_is_not_taking_up() -> None:
    """Who says no has not begun anything: what turns out not to have been is still withdrawn."""
    declined = _apply(any_ticket(), Act.DECLINE)
    assert declined.taken_up_by is None
    assert isinstance(move(declined, Act.WITHDRAW, MACHINERY, T0, "late"), Ticket)


def test_a_person_takes_a_ticket_up_the_machine_does_not() -> None:
    """Only a human act makes a ticket somebody's."""
    withdrawn = move(any_ticket(), Act.WITHDRAW, MACHINERY, T0, "late")
    assert isinstance(withdrawn, Ticket)
    assert withdrawn.taken_up_by is None
    accepted = _apply(any_ticket(), Act.ACCEPT)
    assert (accepted.taken_up_by, accepted.assignee, accepted.state) == ("user:wang", "user:wang", S.NEW)
    assert _apply(any_ticket(), Act.HOLD).assignee is None


def test_the_end_is_the_first_end() -> None:
    """Quiet time counts from the resolution, not from the paperwork after it."""
    resolved = move(any_ticket(TicketKind.SENSOR), Act.RESOLVE, ENGINEER, T0)
    assert isinstance(resolved, Ticket)
    closed = move(resolved, Act.CLOSE, ENGINEER, T0 + 90 * MIN)
    assert isinstance(closed, Ticket)
    assert closed.ended_us == T0


def test_reopening_goes_on_with_the_time_left() -> None:
    """The same clock goes on: done for 99 minutes, due 99 minutes later; what was done too late stays overdue."""
    ticket = any_ticket(state=S.CLOSED)
    reopened = act(ticket, Act.REOPEN, ENGINEER, T0 + 99 * MIN, POLICY, "still warm")
    assert isinstance(reopened, Ticket)
    assert reopened.deadline_us == ticket.deadline_us + 99 * MIN
    late = replace(ticket, ended_us=ticket.deadline_us + MIN)
    reopened = act(late, Act.REOPEN, ENGINEER, ticket.deadline_us + 9 * MIN, POLICY, "still warm")
    assert isinstance(reopened, Ticket)
    assert reopened.deadline_us == ticket.deadline_us


@pytest.mark.parametrize("kind", TicketKind)
def test_a_ticket_by_hand_begins_at_the_beginning(kind: TicketKind) -> None:
    """What a customer reports is reported, all else is new; both are due by the policy."""
    ticket = draft("id", kind, "门坏了", "", "zone:z1", Priority.P3, ENGINEER, T0, POLICY)
    assert ticket.state is (S.REPORTED if kind is TicketKind.CUSTOMER else S.NEW)
    assert ticket.deadline_us > T0


def test_taking_over_keeps_the_worse_of_both() -> None:
    """Merging never makes work less urgent or later."""
    calm = replace(any_ticket(), priority=Priority.P4, deadline_us=T0 + 99, since_us=T0, lots=("a",))
    urgent = replace(any_ticket(), priority=Priority.P1, deadline_us=T0 + 9, since_us=T0 - 5, lots=("b",))
    taken = take_over(calm, urgent)
    assert (taken.id, taken.priority, taken.deadline_us, taken.since_us) == (
        calm.id,
        Priority.P1,
        T0 + 9,
        T0 - 5,
    )
    assert taken.lots == ("a", "b")
