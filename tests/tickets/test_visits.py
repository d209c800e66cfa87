"""Work nearby in one visit: only what is in time, and never more way than without."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.nouns import US_PER_DAY
from registry.nouns import Site, Team
from tests.tickets.staff import HARBOUR, HOUR, MONDAY, NEARBY, NORTH, away, engineer, office, staff, ticket
from tickets.dispatch.data import needs, weights
from tickets.dispatch.travel import base_of, between_us, position_of, travel_us
from tickets.dispatch.visits import visits
from tickets.dispatch.workload import workload
from tickets.nouns import Ticket, TicketKind, TicketState

ANN = engineer("ann", latitude=21.6, longitude=109.2)
EVERYBODY = staff([ANN, engineer("ben")], teams=[Team(key="t")])


def test_two_tickets_nearby_are_one_visit() -> None:
    """The first due first; leave early enough for both; the way to the second is saved, but for the hop."""
    one = ticket(TicketKind.SENSOR, 1, assignee="person:ann", deadline_us=MONDAY + 8 * HOUR)
    two = ticket(TicketKind.SENSOR, 2, assignee="person:ann", site="nearby", deadline_us=MONDAY + 4 * HOUR)
    far = ticket(TicketKind.SENSOR, 3, assignee="person:ann", site="north")
    his = ticket(TicketKind.SENSOR, 4, assignee="person:ben")
    (found,) = visits([one, two, far, his], EVERYBODY, MONDAY)
    assert (found.who, found.tickets, found.sites) == (
        "person:ann",
        (two.name, one.name),
        ("nearby", "harbour"),
    )
    by = weights()
    base, here, there = base_of(ANN, EVERYBODY), position_of(NEARBY), position_of(HARBOUR)
    assert base
    assert here
    assert there
    hop = between_us(here, there, by)
    assert found.travel_us == between_us(base, here, by) + hop
    assert found.saved_us == between_us(base, there, by) - hop
    work = needs().of(one, frozenset()).repair_us
    assert found.repair_us == 2 * work
    assert found.leave_by_us == min(
        two.deadline_us - between_us(base, here, by) - work, one.deadline_us - found.travel_us - 2 * work
    )


def test_what_would_be_late_is_no_visit() -> None:
    """If the second cannot be done in time after the first, it stays a trip of its own; pending and done work is none."""
    soon = MONDAY + 40 * 60_000_000
    one = ticket(TicketKind.SENSOR, 1, assignee="person:ann", act_by_us=soon)
    two = ticket(TicketKind.SENSOR, 2, assignee="person:ann", act_by_us=soon)
    assert visits([one, two], EVERYBODY, MONDAY) == ()
    waits = ticket(TicketKind.SENSOR, 3, assignee="person:ann", state=TicketState.PENDING)
    done = ticket(TicketKind.SENSOR, 4, assignee="person:ann", state=TicketState.RESOLVED)
    nobody = ticket(TicketKind.SENSOR, 5)
    alone = ticket(TicketKind.SENSOR, 6, assignee="person:ann")
    assert visits([waits, done, nobody, alone], EVERYBODY, MONDAY) == ()


TICKETS = st.lists(
    st.builds(
        lambda n, site, who, hours: ticket(
            TicketKind.SENSOR, n, site=site, deadline_us=MONDAY + hours * HOUR, **who
        ),
        st.integers(1, 99),
        st.sampled_from(["harbour", "nearby", "north"]),
        st.sampled_from([{"assignee": "person:ann"}, {"assignee": "person:ben"}, {"team": "t"}, {}]),
        st.integers(-2, 40),
    ),
    max_size=12,
    unique_by=lambda one: one.number,
)


@settings(max_examples=200, deadline=None)
@given(tickets=TICKETS)
def test_visits_keep_every_deadline(tickets: list[Ticket]) -> None:
    """No ticket is in two visits, all of a visit are one party's, near each other, in time, and no way longer than alone."""
    found = visits(tickets, EVERYBODY, MONDAY)
    assert found == visits(list(reversed(tickets)), EVERYBODY, MONDAY)
    named = [name for visit in found for name in visit.tickets]
    assert len(named) == len(set(named))
    by_name = {one.name: one for one in tickets}
    for visit in found:
        assert len(visit.tickets) > 1
        assert visit.leave_by_us >= MONDAY
        assert visit.saved_us >= 0
        assert {one.assignee or f"team:{one.team}" for one in (by_name[name] for name in visit.tickets)} == {
            visit.who
        }
        spent = 0
        for number, name in enumerate(visit.tickets):
            spent += needs().of(by_name[name], frozenset()).repair_us
            assert visit.leave_by_us + spent <= by_name[name].deadline_us, number


@given(lat=st.floats(-89, 89), lon=st.floats(-179, 179))
def test_travel(lat: float, lon: float) -> None:
    """Never negative; nothing to one's own site; by region where no position is known."""
    by = weights()
    site = Site(key="s", time_zone="UTC", region="south", latitude=lat, longitude=lon)
    assert travel_us(engineer("a", latitude=21.0, longitude=109.0), site, EVERYBODY, by) >= 0
    assert travel_us(engineer("a", site="s"), site, EVERYBODY, by) == 0
    assert travel_us(engineer("a"), site, EVERYBODY, by) == by.same_region_us
    assert travel_us(engineer("a", region="north"), site, EVERYBODY, by) == by.elsewhere_us
    assert travel_us(engineer("a"), None, EVERYBODY, by) == by.elsewhere_us
    assert travel_us(engineer("a", site="harbour"), NORTH, EVERYBODY, by) > 20 * HOUR


def test_workload() -> None:
    """The fullest first; absences and shifts of the coming days; a team counts who is there."""
    people = staff(
        [engineer("ann", teams=("t",), capacity=2), engineer("ben", teams=("t",), capacity=4)],
        [office("ann")],
        [away("ben")],
        teams=[Team(key="t", name="T")],
    )
    live = [
        ticket(number=1, assignee="person:ann", deadline_us=MONDAY - 1), ticket(number=2, assignee="person:ben"),
        ticket(number=3, team="t"), ticket(number=4, assignee="person:ann", state=TicketState.CLOSED),
    ]  # fmt: skip
    loads, teams = workload(people, live, MONDAY, MONDAY + 2 * US_PER_DAY)
    assert [(one.person.key, one.live, one.late, one.capacity) for one in loads] == [
        ("ann", ("KW-000001",), 1, 2), ("ben", ("KW-000002",), 0, 4),
    ]  # fmt: skip
    assert len(loads[0].shifts) == 3
    assert (len(loads[1].absences), str(loads[1].presence)) == (1, "absent")
    assert [(t.team, t.people, t.live, t.unassigned, t.capacity) for t in teams] == [
        ("t", ("ann", "ben"), 2, 1, 2)
    ]
