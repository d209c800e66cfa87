"""To whom a ticket goes: who may never get it, who gets it of several, and that somebody always does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.nouns import (
    Certificate,
    Contact,
    Equipment,
    EquipmentKind,
    Language,
    Level,
    Person,
    Role,
    Rota,
    Team,
)
from store.repositories.staffing import Done
from tests.tickets.staff import (
    DAY,
    HOUR,
    MONDAY,
    NIGHT,
    Act,
    away,
    engineer,
    office,
    staff,
    ticket,
)
from texts import LANGUAGES, render
from tickets.dispatch.choosing import candidates, choose
from tickets.dispatch.data import NEEDS, BadDispatchError, finding_of, needs, weights
from tickets.dispatch.ladder import head, keeper_on_duty, on_call, supervisor
from tickets.dispatch.nouns import Presence, Way, WhyNot
from tickets.nouns import Category, Line, Priority, Text, TicketKind

BOSS = Person(key="boss", name="Boss", role=Role.SUPERVISOR)
COOLER = Equipment(key="ac", zone="z1", kind=EquipmentKind.COOLING)
SKILLS = ("refrigeration", "sensor", "network", "制冷", "welding")

people = st.lists(
    st.builds(
        lambda n, skills, level, site, region, capacity: engineer(
            f"e{n}", skills=tuple(skills), level=level, site=site, region=region, capacity=capacity
        ),
        st.integers(0, 9),
        st.lists(st.sampled_from(SKILLS), max_size=3, unique=True),
        st.integers(1, 5),
        st.sampled_from([None, "harbour", "north"]),
        st.sampled_from(["south", "north", ""]),
        st.sampled_from([None, 1, 3]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda person: person.key,
)
KINDS = st.sampled_from([
    TicketKind.GOODS,
    TicketKind.SENSOR,
    TicketKind.EQUIPMENT,
    TicketKind.GATEWAY,
    TicketKind.INTERNAL,
])


@settings(max_examples=300, deadline=None)
@given(
    data=st.data(),
    persons=people,
    kind=KINDS,
    line=st.sampled_from(Line),
    at=st.sampled_from([MONDAY, NIGHT]),
)
def test_who_never_gets_it(data: Any, persons: list[Person], kind: TicketKind, line: Line, at: int) -> None:
    """Whatever else is so: no engineer who is absent, off duty, full or declined; somebody always; the same each time."""
    keys = [person.key for person in persons]
    subset = st.lists(st.sampled_from(keys), unique=True)
    absent, planned, declined, called = (data.draw(subset) for _ in range(4))
    full = data.draw(subset)
    live = [ticket(number=100 + n, assignee=f"person:{key}") for n, key in enumerate(full) for _ in range(8)]
    rota = Rota(key="r", level=Level.FIRST, people=tuple(called))
    everybody = staff(
        [BOSS, *persons], [office(key) for key in planned], [away(key) for key in absent], [rota], live=live,
        equipment=(COOLER,),
    )  # fmt: skip
    log = [Act("declined", f"person:{key}") for key in declined]
    one = ticket(kind, line=line, deadline_us=at + 2 * HOUR)
    choice = choose(one, everybody, log, at)
    assert choice == choose(one, everybody, list(log), at)
    assert choice.person is not None
    assert choice.person not in absent
    if choice.person != "boss":
        assert choice.person not in declined
        assert choice.way in {Way.BEST, Way.ON_CALL}
        asleep = at == NIGHT and choice.person in planned
        if asleep:
            assert kind is TicketKind.GOODS
            assert choice.person in called
        if choice.way is Way.BEST:
            assert choice.person not in full or everybody.load[choice.person] < (
                everybody.persons[choice.person].capacity or 8
            )
    else:
        assert choice.way is Way.SUPERVISOR
    told = {other.person.key for other in choice.others}
    assert told == set(keys) - {choice.person}
    assert all(other.why_not is not None for other in choice.others)
    for lang in LANGUAGES:
        for text in (*choice.reasons, *(other.told() for other in choice.others)):
            assert render(text.code, text.params, lang)


@settings(max_examples=200, deadline=None)
@given(persons=people, kind=KINDS, more=st.sampled_from(SKILLS), better=st.integers(1, 5), data=st.data())
def test_more_skill_never_lowers_the_score(
    persons: list[Person], kind: TicketKind, more: str, better: int, data: Any
) -> None:
    """One more skill or a higher level never costs points, and never costs anybody the ticket."""
    learner = data.draw(st.sampled_from(persons))
    learnt = replace(learner, skills=(*learner.skills, more), level=max(learner.level, better))
    before = staff([BOSS, *persons], equipment=(COOLER,))
    after = staff([BOSS, *(learnt if p is learner else p for p in persons)], equipment=(COOLER,))
    one = ticket(kind)
    scores = [
        next(c.score for c in candidates(one, where, (), MONDAY) if c.person.key == learner.key)
        for where in (before, after)
    ]
    assert scores[1] >= scores[0]
    if choose(one, before, (), MONDAY).person == learner.key:
        assert choose(one, after, (), MONDAY).person == learner.key


@settings(max_examples=100, deadline=None)
@given(persons=people, kind=KINDS)
def test_who_declines_passes_it_to_the_next(persons: list[Person], kind: TicketKind) -> None:
    """Declining one after the other goes through everybody once, then comes to the supervisor, and stays there."""
    everybody, log, asked = staff([BOSS, *persons]), [], []
    for _ in range(len(persons) + 2):
        found = choose(ticket(kind), everybody, log, MONDAY).person
        assert found is not None
        asked.append(found)
        log.append(Act("declined", f"person:{found}"))
    assert sorted(asked[: len(persons)]) == sorted(person.key for person in persons)
    assert asked[len(persons) :] == ["boss", "boss"]


def test_a_supervisor_declines_for_somebody() -> None:
    """Who had it is passed over, and not who said so for them."""
    everybody = staff([BOSS, engineer("a"), engineer("b")])
    said = [Act("declined", "person:boss", old={"assignee": f"person:{key}"}) for key in ("a", "b")]
    assert choose(ticket(), everybody, said[:1], MONDAY).person == "b"
    assert choose(ticket(), everybody, said, MONDAY).person == "boss"
    handed = [Act("handed_over", "person:boss", old={"assignee": "person:a"})]
    assert choose(ticket(), everybody, handed, MONDAY).person == "b"


def test_a_decline_counts_until_the_ticket_is_reopened() -> None:
    """What somebody declined before the reopening is asked of them again."""
    everybody = staff([BOSS, engineer("a")])
    log = [Act("declined", "person:a", MONDAY - 2 * DAY)]
    assert choose(ticket(), everybody, log, MONDAY).person == "a"
    assert choose(ticket(clock_from_us=MONDAY - 3 * DAY), everybody, log, MONDAY).person == "boss"


def test_nobody_at_all() -> None:
    """Without anybody the ticket says so, by a named reason."""
    for everybody in (staff([]), staff([engineer("a"), BOSS], absences=[away("a"), away("boss")])):
        choice = choose(ticket(), everybody, (), MONDAY)
        assert (choice.person, choice.assignee, choice.way) == (None, None, Way.NOBODY)
        assert "check-config" in render(choice.reasons[0].code, choice.reasons[0].params, "en")


def test_whoever_answers_when_nobody_suits() -> None:
    """The lead of the team, then a supervisor of the place, then the head, then an administrator."""
    lead = engineer("lead", role=Role.QUALITY, teams=("t",), lead=True)
    near = Person(key="near", role=Role.SUPERVISOR, site="harbour")
    chief = Person(key="chief", role=Role.VIEWER, head=True)
    admin = Person(key="admin", role=Role.ADMIN)
    order = [lead, near, BOSS, chief, admin]
    for number, person in enumerate(order):
        everybody = staff(order[number:], teams=[Team(key="t")])
        assert supervisor(everybody, "harbour", MONDAY, "t") == person.key
        assert choose(ticket(team="t"), everybody, (), MONDAY).person == person.key


def test_goods_at_risk_at_night_call_who_is_on_call() -> None:
    """Nobody on shift: the engineer on call, full or not; who declined, the second one; other work waits for the morning."""
    everybody = staff(
        [BOSS, engineer("day", skills=("refrigeration",)), engineer("first", capacity=1), engineer("second")],
        [office("day"), office("first"), office("second")],
        rotas=[
            Rota(key="1", level=Level.FIRST, people=("first",)),
            Rota(key="2", level=Level.SECOND, people=("second",)),
        ],
        live=[ticket(number=9, assignee="person:first")],
        equipment=(COOLER,),
    )
    soon = ticket(priority=Priority.P1, deadline_us=NIGHT + HOUR)
    found = choose(soon, everybody, (), NIGHT)
    assert (found.person, found.way) == ("first", Way.ON_CALL)
    assert next(o.why_not for o in found.others if o.person.key == "day") is WhyNot.OFF_DUTY
    assert choose(soon, everybody, [Act("declined", "person:first", NIGHT)], NIGHT).person == "second"
    by_day = choose(soon, everybody, (), MONDAY)
    assert (by_day.person, by_day.way) == ("day", Way.BEST)
    patient = ticket(TicketKind.EQUIPMENT, deadline_us=NIGHT + 2 * DAY)
    assert choose(patient, everybody, (), NIGHT).person == "day"
    late = choose(replace(patient, deadline_us=NIGHT + HOUR), everybody, (), NIGHT)
    assert (late.person, late.way) == ("boss", Way.SUPERVISOR)


def test_soon_enough_is_before_act_by_less_way_and_work() -> None:
    """A shift that begins at eight is soon enough for what must be left for at half past eight, and not for half past seven."""
    everybody = staff([BOSS, engineer("a", site="harbour")], [office("a")])
    eight = NIGHT + 6 * HOUR
    work = needs().of(ticket(TicketKind.SENSOR), frozenset()).repair_us
    good = ticket(TicketKind.SENSOR, deadline_us=MONDAY + 9 * DAY, act_by_us=eight + work)
    found = candidates(good, everybody, (), NIGHT)[0]
    assert (found.presence, found.why_not) == (Presence.SOON, None)
    assert choose(replace(good, act_by_us=eight + work - 1), everybody, (), NIGHT).person == "boss"


def test_certificates_gate() -> None:
    """An expired certificate takes its skill away; where one is a must, nobody goes without a valid one."""
    expired = Certificate(skill="制冷", expires_us=MONDAY)
    valid = Certificate(skill="refrigeration", expires_us=MONDAY + 1)
    work = ticket(TicketKind.EQUIPMENT, subject="equipment:ac")
    old = engineer("old", site="harbour", skills=("refrigeration",), certificates=(expired,), level=5)
    new = engineer("new", region="north", certificates=(valid,))
    everybody = staff([BOSS, old, new], equipment=(COOLER,))
    choice = choose(work, everybody, (), MONDAY)
    assert choice.person == "new"
    assert choice.others[0].why_not is WhyNot.LACKS_SKILL
    assert choose(work, everybody, (), MONDAY + 1).others[0].missing == ("refrigeration",)
    alone = choose(work, staff([BOSS, old], equipment=(COOLER,)), (), MONDAY)
    assert alone.person == "old"
    assert [text.code for text in alone.reasons][1] == "dispatch.gap"


def test_certificates_that_are_a_must(tmp_path: Any) -> None:
    """The table may ask for a certificate: then the supervisor gets what nobody may do."""
    table = tmp_path / "needs.toml"
    text = NEEDS.read_text("utf-8").replace("# certified", "certified")
    table.write_text(text, "utf-8")
    work = ticket(TicketKind.EQUIPMENT, subject="equipment:ac")
    everybody = staff([BOSS, engineer("a", skills=("refrigeration",))], equipment=(COOLER,))
    choice = choose(work, everybody, (), MONDAY, needs(table))
    assert (choice.person, choice.others[0].why_not) == ("boss", WhyNot.NOT_CERTIFIED)
    table.with_name("bad.toml").write_text("[skills]\n[[need]]\ncolour = ['red']\n", "utf-8")
    with pytest.raises(BadDispatchError, match="colour"):
        needs(table.with_name("bad.toml"))


@pytest.mark.parametrize(("better", "worse"), [
    pytest.param({"site": "harbour"}, {}, id="way"),
    pytest.param({"teams": ("t",)}, {}, id="dedicated team"),
    pytest.param({"languages": ("en",)}, {}, id="language"),
    pytest.param({"level": 2}, {}, id="level"),
    pytest.param({"region": "south"}, {"region": "north"}, id="region"),
])  # fmt: skip
def test_each_term_counts(better: dict[str, Any], worse: dict[str, Any]) -> None:
    """All else alike, the one who is better in one thing gets it, whatever the names are."""
    for first, second in (("a", "b"), ("b", "a")):
        everybody = staff(
            [engineer(first, **better), engineer(second, **worse)],
            teams=[Team(key="t", customers=("acme",))],
            contacts=(Contact(key="c", customer="acme", language=Language.EN),),
        )
        work = ticket(TicketKind.EQUIPMENT, customer="acme")
        assert choose(work, everybody, (), MONDAY).person == first


def test_load_and_past_count() -> None:
    """Less work, and earlier work here that stayed done."""
    two = [engineer("a"), engineer("b")]
    busy = staff(two, live=[ticket(number=7, assignee="person:a")])
    assert choose(ticket(), busy, (), MONDAY).person == "b"
    assert choose(ticket(), staff(two), (), MONDAY).person == "a"
    good = staff(two, done=[Done("person:b", "zone:z1", "z1", True)])
    bad = staff(two, done=[Done("person:a", "zone:z1", "z1", False)])
    assert choose(ticket(), good, (), MONDAY).person == "b"
    assert choose(ticket(), bad, (), MONDAY).person == "b"


def test_dedicated_team_of_the_owner_of_the_goods() -> None:
    """Whose goods they are decides, also where no customer reported anything."""
    everybody = staff(
        [engineer("a"), engineer("b", teams=("t",))],
        teams=[Team(key="t", customers=("acme",))],
        owners={"l1": "acme"},
    )
    choice = choose(ticket(lots=("l1",)), everybody, (), MONDAY)
    assert (choice.person, choice.team) == ("b", "t")


def test_experts_are_chosen_by_level() -> None:
    """A handed-over ticket goes to the highest level, not back to who handed it over, and not below an expert."""
    everybody = staff([
        BOSS,
        engineer("three", level=3, site="harbour"),
        engineer("four", level=4),
        engineer("five", level=5),
    ])
    hard = ticket(line=Line.EXPERT)
    assert choose(hard, everybody, (), MONDAY).person == "five"
    log = [Act("handed_over", "person:five")]
    assert choose(hard, everybody, log, MONDAY).person == "four"
    log.append(Act("declined", "person:four"))
    last = choose(hard, everybody, log, MONDAY)
    assert last.person == "boss"
    assert {other.person.key: other.why_not for other in last.others}["three"] is WhyNot.NOT_EXPERT


def test_quality_staff_take_quality_complaints_only() -> None:
    """Who may have what is in the table."""
    everybody = staff([BOSS, Person(key="q", role=Role.QUALITY, skills=("质检",))])
    complaint = ticket(TicketKind.CUSTOMER, category=Category.QUALITY)
    assert choose(complaint, everybody, (), MONDAY).person == "q"
    assert choose(replace(complaint, category=Category.TECHNICAL), everybody, (), MONDAY).person == "boss"


def test_the_ladder() -> None:
    """Keeper on duty, engineers on call, head: who is there now, nobody who is away."""
    keepers = [Person(key=key, role=Role.KEEPER, site="harbour") for key in ("day", "night")]
    chief = Person(key="chief", role=Role.ADMIN, head=True)
    everybody = staff(
        [*keepers, chief, engineer("a"), engineer("b")],
        [office("day"), office("night", "20:00", "08:00")],
        [away("a", NIGHT, NIGHT + HOUR)],
        [Rota(key="r", level=Level.FIRST, site="harbour", people=("a", "b"), turn_days=366)],
    )
    assert keeper_on_duty(everybody, "harbour", MONDAY) == "day"
    assert keeper_on_duty(everybody, "harbour", NIGHT) == "night"
    assert keeper_on_duty(everybody, "harbour", MONDAY - DAY) is None
    assert keeper_on_duty(everybody, "north", MONDAY) is None
    assert keeper_on_duty(everybody, None, MONDAY) is None
    first = on_call(everybody, "harbour", MONDAY, Level.FIRST)
    assert first in {"a", "b"}
    assert on_call(everybody, "harbour", NIGHT, Level.FIRST) == "b"
    assert on_call(everybody, "north", MONDAY, Level.FIRST) is None
    assert head(everybody, "harbour", MONDAY) == "chief"


def test_weights_are_data() -> None:
    """The two files say what the program reads, and the score is never more than all weights together."""
    by = weights()
    full = staff([engineer("a", site="harbour", level=5, skills=SKILLS)])
    found = candidates(ticket(), full, (), MONDAY)[0]
    assert 0 < found.score <= sum(by.terms.values())
    assert found.score == pytest.approx(sum(term.value * term.weight for term in found.terms))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("finding.too_high_temperature.title", "too_high"),
        ("finding.too_high_product_temperature.title", "too_high"),
        ("finding.too_low.title", "too_low"),
        ("finding.predicted_breach.title", "predicted_breach"),
        ("finding.silent_device.title", "silent_device"),
        ("words.own", ""),
    ],
)
def test_the_finding_behind_a_title(code: str, kind: str) -> None:
    """A title that names what is too high asks for the same skills as one that does not."""
    assert finding_of(ticket(title=Text(code))) == kind


def test_a_warm_store_asks_for_refrigeration() -> None:
    """As findings title it: where a machine cools, whoever knows machines that cool goes first, however far away."""
    near, cold = engineer("near", site="harbour"), engineer("cold", skills=("refrigeration",), region="north")
    asked = ticket(title=Text("finding.too_high_temperature.title"))
    assert choose(asked, staff([near, cold], equipment=(COOLER,)), (), MONDAY).person == "cold"
