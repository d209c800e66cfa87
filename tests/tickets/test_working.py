"""What acts do beside the change of state, and what stands against them: the same whatever way they come in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.nouns import Role
from tests.tickets.desk import ENGINEER, HOUR, MIN, T0, any_ticket
from tickets.deeds import Around, Correction, Deed, Done, Sheet, asks_improvement, resolutions
from tickets.nouns import Category, Hold, Line, Priority, Refusal, Ticket, TicketKind, TicketState
from tickets.policy import load
from tickets.states import LEADS, MACHINERY, Act, Actor, move
from tickets.working import VERBS, perform, verb

POLICY = load().at(T0)
NOW = T0 + HOUR
BOSS = Actor("person:boss", Role.SUPERVISOR)
CLIENT = Actor("link:7", Role.CUSTOMER, "c1")


def held(ticket: Ticket, **more: object) -> Ticket:
    """The ticket with other fields."""
    return replace(ticket, **more)  # type: ignore[arg-type]


MINE = held(any_ticket(), assignee=ENGINEER.principal)
REPORTED = held(any_ticket(TicketKind.CUSTOMER, TicketState.REPORTED), customer="c1")
FEEDBACK = held(REPORTED, category=Category.FEEDBACK)
CONFIRMED = held(any_ticket(TicketKind.CUSTOMER, TicketState.CONFIRMED), customer="c1")
OTHER = held(any_ticket(), id="other", number=9)


def tried(
    ticket: Ticket,
    deed: Deed,
    around: Around | None = None,
    actor: Actor = ENGINEER,
    sheet: Sheet | None = None,
) -> Done | Refusal:
    """What becomes of it."""
    return perform(ticket, deed, sheet or Sheet(), around or Around(), actor=actor, now_us=NOW, policy=POLICY)


def did(
    ticket: Ticket,
    deed: Deed,
    around: Around | None = None,
    actor: Actor = ENGINEER,
    sheet: Sheet | None = None,
) -> Done:
    """What becomes of it; it must be possible."""
    done = tried(ticket, deed, around, actor, sheet)
    assert isinstance(done, Done), done
    return done


REFUSALS = [
    (MINE, Deed(Act.HOLD, "storm", hold=Hold.FORCE_MAJEURE, proof=" "), Around(), ENGINEER, Refusal.PROOF_MISSING),
    (any_ticket(), Deed(Act.DECLINE, "no"), Around(), BOSS, Refusal.NOT_ASSIGNED),
    (MINE, Deed(Act.DECLINE, "no"), Around(), Actor("person:li", Role.ENGINEER), Refusal.NOT_THE_ASSIGNEE),
    (MINE, Deed(Act.HAND_OVER, "hard", line=Line.FIRST), Around(), ENGINEER, Refusal.SAME_LINE),
    (MINE, Deed(Act.HAND_OVER, "hard"), Around(), ENGINEER, Refusal.TRIED_MISSING),
    (MINE, Deed(Act.RESOLVE), Around(live_children=1, children=2), ENGINEER, Refusal.CHILDREN_LIVE),
    (MINE, Deed(Act.JOIN_PARENT), Around(), ENGINEER, Refusal.PARENT_MISSING),
    (MINE, Deed(Act.PART), Around(), ENGINEER, Refusal.PARENT_MISSING),
    (MINE, Deed(Act.JOIN_PARENT, into=MINE.id), Around(MINE), ENGINEER, Refusal.PARENT_UNFIT),
    (MINE, Deed(Act.JOIN_PARENT, into="x"), Around(held(OTHER, state=TicketState.CLOSED)), ENGINEER, Refusal.PARENT_UNFIT),
    (MINE, Deed(Act.JOIN_PARENT, into="x"), Around(held(OTHER, parent_id="z")), ENGINEER, Refusal.PARENT_UNFIT),
    (MINE, Deed(Act.JOIN_PARENT, into="x"), Around(OTHER, children=1), ENGINEER, Refusal.PARENT_UNFIT),
    (CONFIRMED, Deed(Act.SURVEY), Around(), CLIENT, Refusal.SCORE_MISSING),
    (CONFIRMED, Deed(Act.SURVEY, score=6), Around(), CLIENT, Refusal.SCORE_MISSING),
    (CONFIRMED, Deed(Act.SURVEY, score=0), Around(), CLIENT, Refusal.SCORE_MISSING),
    (FEEDBACK, Deed(Act.PROMISE_ANEW, "later"), Around(), ENGINEER, Refusal.DATE_MISSING),
    (FEEDBACK, Deed(Act.PROMISE_ANEW, "later", due_us=NOW), Around(), ENGINEER, Refusal.DATE_MISSING),
    (REPORTED, Deed(Act.PROMISE_ANEW, "later", due_us=NOW + 1), Around(), ENGINEER, Refusal.NOT_ON_THIS_PATH),
    (MINE, Deed(Act.CORRECT, "wrong"), Around(), ENGINEER, Refusal.NOTHING_CHANGED),
    (MINE, Deed(Act.CORRECT, "wrong", correction=Correction(priority=MINE.priority)), Around(), ENGINEER, Refusal.NOTHING_CHANGED),
]  # fmt: skip


@pytest.mark.parametrize(("ticket", "deed", "around", "actor", "refusal"), REFUSALS)
def test_refusals_are_named(
    ticket: Ticket, deed: Deed, around: Around, actor: Actor, refusal: Refusal
) -> None:
    """Each thing that can stand against an act has its own name."""
    assert tried(ticket, deed, around, actor) is refusal


def test_declining() -> None:
    """Who has it, or a supervisor for them, says no: then nobody has it."""
    for actor in (ENGINEER, BOSS):
        done = did(MINE, Deed(Act.DECLINE, "on leave"), actor=actor)
        assert (done.ticket.assignee, done.ticket.state, done.act) == (None, MINE.state, "declined")
    assert {Role.ADMIN, Role.SUPERVISOR} == LEADS


def test_handing_over_there_and_back() -> None:
    """The experts get it with what was tried; back at the first line that is still written."""
    up = did(MINE, Deed(Act.HAND_OVER, "hard", tried=" reset "))
    assert (up.ticket.line, up.ticket.assignee, up.sheet.tried) == (Line.EXPERT, None, "reset")
    down = did(up.ticket, Deed(Act.HAND_OVER, "easy now"), sheet=up.sheet)
    assert (down.ticket.line, down.sheet.tried) == (Line.FIRST, "reset")


def test_a_parent_resolves_with_a_reason() -> None:
    """With live parts a reason is needed; without live parts none."""
    assert (
        did(
            MINE, Deed(Act.RESOLVE, "the rest is for spring"), Around(live_children=1, children=1)
        ).ticket.live
        is False
    )
    assert did(MINE, Deed(Act.RESOLVE), Around(live_children=0, children=3)).ticket.live is False


def test_the_sheet_of_a_life() -> None:
    """Plan, result, improvement are written down, told by the event, and a reopening clears how it ended."""
    planned = did(REPORTED, Deed(Act.PLAN, plan="dry", steps=("a", " ", "b ")))
    assert (planned.sheet.plan, planned.sheet.steps) == ("dry", ("a", "b"))
    resolved = did(
        planned.ticket,
        Deed(Act.RESOLVE, resolution="fixed", found="fan", done="new fan"),
        sheet=planned.sheet,
    )
    assert resolved.told == {"resolution": "fixed", "found": "fan", "done": "new fan"}
    confirmed = did(resolved.ticket, Deed(Act.CONFIRM), actor=CLIENT, sheet=resolved.sheet)
    rated = did(
        confirmed.ticket, Deed(Act.SURVEY, score=2, text=" slow "), actor=CLIENT, sheet=confirmed.sheet
    )
    assert rated.survey is not None
    assert (rated.survey.score, rated.survey.text, rated.survey.customer, rated.survey.principal) == (
        2,
        "slow",
        "c1",
        "link:7",
    )
    assert asks_improvement(rated.survey)
    better = did(rated.ticket, Deed(Act.IMPROVE, "stock fans"), sheet=rated.sheet)
    assert (better.sheet.improvement, better.sheet.improvement_owner) == ("stock fans", ENGINEER.principal)
    again = did(better.ticket, Deed(Act.REOPEN, "hot again"), actor=CLIENT, sheet=better.sheet)
    assert again.sheet == replace(planned.sheet)
    assert (again.ticket.state, again.ticket.clock_from_us) == (TicketState.REOPENED, REPORTED.clock_from_us)


def test_unconfirmed_is_only_what_was_never_confirmed() -> None:
    """Closed from resolved it counts apart; who confirmed but rated nothing did answer."""
    resolved = held(REPORTED, state=TicketState.RESOLVED)
    assert did(resolved, Deed(Act.CLOSE_UNANSWERED, "silent"), actor=MACHINERY).sheet.unanswered is True
    assert did(CONFIRMED, Deed(Act.CLOSE_UNANSWERED, "silent"), actor=MACHINERY).sheet.unanswered is False


def test_a_correction_moves_the_deadline() -> None:
    """A more urgent priority is due sooner; another category is due as before."""
    right = Correction(category=Category.DELIVERY, customer="")
    same = did(held(MINE, customer="c1"), Deed(Act.CORRECT, "wrong", correction=right)).ticket
    assert (same.deadline_us, same.category, same.customer) == (MINE.deadline_us, Category.DELIVERY, None)
    sooner = did(MINE, Deed(Act.CORRECT, "worse", correction=Correction(priority=Priority.P1))).ticket
    assert sooner.deadline_us < MINE.deadline_us


def test_merging_hands_over() -> None:
    """The other ticket takes over the urgency."""
    done = did(held(MINE, priority=Priority.P1), Deed(Act.MERGE, into="other"), Around(OTHER))
    assert done.other is not None
    assert (done.other.id, done.other.priority, done.ticket.merged_into) == ("other", Priority.P1, "other")


deeds = st.builds(
    Deed,
    act=st.sampled_from(list(Act)),
    reason=st.sampled_from(["", " ", "because"]),
    hold=st.sampled_from(list(Hold)),
    proof=st.sampled_from(["", "notice 7"]),
    line=st.sampled_from([None, *Line]),
    tried=st.sampled_from(["", "reset"]),
    score=st.sampled_from([None, 0, 1, 5]),
    due_us=st.sampled_from([None, NOW - MIN, NOW + MIN]),
    into=st.just("other"),
)


@given(
    st.sampled_from([MINE, REPORTED, FEEDBACK, CONFIRMED, held(REPORTED, state=TicketState.RESOLVED), held(MINE, line=Line.EXPERT)]),
    deeds,
    st.sampled_from(list(Role)),
    st.sampled_from([Around(), Around(OTHER), Around(OTHER, 1, 2)]),
)  # fmt: skip
def test_nothing_is_possible_that_the_table_forbids(
    ticket: Ticket, deed: Deed, role: Role, around: Around
) -> None:
    """Whatever is said along: what the table refuses is refused for the same reason, and the state is the table's."""
    actor = Actor(ENGINEER.principal, role)
    by_table = move(ticket, deed.act, actor, NOW, deed.reason, around.other, deed.hold)
    found = tried(ticket, deed, around, actor)
    if isinstance(by_table, Refusal):
        assert found is by_table
        return
    if isinstance(found, Refusal):
        return
    assert (found.ticket.state, found.ticket.version) == (by_table.state, ticket.version + 1)
    assert (found.survey is not None) == (deed.act is Act.SURVEY)
    assert (found.other is not None) == (deed.act is Act.MERGE)
    assert found.act == verb(deed.act)


def test_verbs_are_unique() -> None:
    """No two acts are told by the same verb, so that the log can be read back."""
    assert len({verb(act) for act in Act}) == len(Act)
    assert set(VERBS) <= set(Act)


def test_resolutions_are_data() -> None:
    """The codes are there, and some of them mean that there was no trouble at all."""
    assert {"fixed", "prevented", "no_fault_found", "false_alarm"} <= set(resolutions())
    assert not resolutions()["false_alarm"].trouble
