"""Where too few people are named: each shortage is found, goes away when it is mended, and says what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from registry.nouns import (
    Absence,
    Certificate,
    Contact,
    Customer,
    Equipment,
    EquipmentKind,
    Level,
    Person,
    RegistrySnapshot,
    Role,
    Rota,
    Shift,
    Site,
    Team,
    Zone,
)
from registry.profiles import default_profiles
from tests.tickets.staff import DAY, HOUR, MONDAY, OFFICE
from texts import LANGUAGES, catalogue, render
from tickets.dispatch.shortages import Weight, shortages

PHONE = "+86 138 0013 8000"
HUB = Site(key="hub", name="Hub", time_zone="Asia/Shanghai", region="south")
COLD = Zone(key="cold", site="hub", profile="chilled")


def somebody(key: str, role: Role, **more: object) -> Person:
    """A person with a telephone."""
    return Person(key=key, name=key, role=role, phone=PHONE, **more)  # type: ignore[arg-type]


GOOD = RegistrySnapshot(
    sites=(HUB,),
    zones=(COLD,),
    profiles=(default_profiles()["chilled"],),
    customers=(Customer(key="acme", name="Acme", grade="A"),),
    contacts=(Contact(key="c", customer="acme", phone=PHONE),),
    teams=(Team(key="south", name="South"),),
    people=(
        somebody("keeper", Role.KEEPER, site="hub"),
        somebody("first", Role.ENGINEER, skills=("refrigeration",), teams=("south",), lead=True),
        somebody("second", Role.ENGINEER),
        somebody("boss", Role.SUPERVISOR, head=True),
    ),
    rotas=(
        Rota(key="1", level=Level.FIRST, site="hub", people=("first",)),
        Rota(key="2", level=Level.SECOND, people=("second",)),
    ),
    equipment=(Equipment(key="ac", zone="cold", kind=EquipmentKind.COOLING),),
)


def codes(snapshot: RegistrySnapshot) -> set[tuple[str, str, str]]:
    """(code, weight, subject) of what is short."""
    return {(one.code, str(one.weight), one.subject) for one in shortages(snapshot, MONDAY)}


def person(key: str, **changed: object) -> Callable[[RegistrySnapshot], RegistrySnapshot]:
    """The same with somebody otherwise."""
    return lambda was: replace(
        was, people=tuple(replace(p, **changed) if p.key == key else p for p in was.people)
    )  # type: ignore[arg-type]


def without(*keys: str) -> Callable[[RegistrySnapshot], RegistrySnapshot]:
    """The same without these people."""
    return lambda was: replace(was, people=tuple(p for p in was.people if p.key not in keys))


def less(**fields: object) -> Callable[[RegistrySnapshot], RegistrySnapshot]:
    """The same with other fields."""
    return lambda was: replace(was, **fields)  # type: ignore[arg-type]


def test_enough_is_enough() -> None:
    """Nothing is found where nothing is short."""
    assert codes(GOOD) == set()


CASES = [
    (
        less(rotas=GOOD.rotas[:1]),
        {("no_second", "warning", "site:hub"), ("too_few_named", "critical", "site:hub")},
    ),
    (
        person("second", phone=""),
        {("no_phone", "critical", "person:second"), ("too_few_named", "critical", "site:hub")},
    ),
    (person("boss", phone=""), {("no_phone", "warning", "person:boss")}),
    (person("keeper", role=Role.VIEWER), {("no_keeper", "warning", "site:hub")}),
    (person("boss", role=Role.VIEWER), {("no_supervisor", "critical", "")}),
    (person("boss", head=False), {("no_head", "warning", "")}),
    (person("first", lead=False), {("no_lead", "warning", "team:south")}),
    (person("first", teams=(), lead=False), {("empty_team", "warning", "team:south")}),
    (person("first", skills=()), {("nobody_skilled", "warning", "skill:refrigeration")}),
    (
        person("first", certificates=(Certificate(skill="制冷", expires_us=MONDAY),)),
        {
            ("certificate_expired", "warning", "person:first"),
            ("nobody_skilled", "warning", "skill:refrigeration"),
        },
    ),
    (
        person("first", certificates=(Certificate(skill="制冷", expires_us=MONDAY + DAY),)),
        {("certificate_expires", "warning", "person:first")},
    ),
    (less(contacts=()), {("no_contact", "critical", "customer:acme")}),
    (
        less(contacts=(), customers=(Customer(key="acme", grade="B"),)),
        {("no_contact", "warning", "customer:acme")},
    ),
    (
        less(
            absences=(Absence(key="a", person="first", from_us=MONDAY + DAY, to_us=MONDAY + DAY + 5 * HOUR),)
        ),
        {("on_call_gap", "critical", "site:hub")},
    ),
    (
        less(shifts=(Shift(key="s", person="keeper", days=OFFICE, starts="08:00", ends="18:00"),)),
        {("keeper_gap", "warning", "site:hub")},
    ),
    (
        less(rotas=(replace(GOOD.rotas[0], level=Level.HEAD), GOOD.rotas[1])),
        {("no_rota", "warning", "site:hub")},
    ),
    (
        less(
            rotas=(replace(GOOD.rotas[0], level=Level.HEAD), GOOD.rotas[1]),
            shifts=tuple(
                Shift(key=key, person=key, days=OFFICE, starts="08:00", ends="18:00")
                for key in ("first", "second")
            ),
        ),
        {("nobody_at_hours", "critical", "site:hub")},
    ),
]


@pytest.mark.parametrize(("change", "expected"), CASES)
def test_each_shortage(
    change: Callable[[RegistrySnapshot], RegistrySnapshot], expected: set[tuple[str, str, str]]
) -> None:
    """One thing less, and just that is told, with its weight."""
    assert codes(change(GOOD)) == expected


def test_nobody_at_all() -> None:
    """An installation without people lacks every rung."""
    found = codes(less(people=(), rotas=())(GOOD))
    assert {"no_engineer", "no_supervisor", "no_head", "no_keeper", "no_second", "too_few_named"} <= {
        c for c, _, _ in found
    }


def test_hours_are_counted() -> None:
    """The gap names how many hours, and the first of them."""
    gone = Absence(key="a", person="first", from_us=MONDAY + DAY, to_us=MONDAY + DAY + 5 * HOUR)
    gap = next(one for one in shortages(replace(GOOD, absences=(gone,)), MONDAY) if one.code == "on_call_gap")
    assert (gap.params["n"], gap.params["first_us"]) == (5, MONDAY + DAY)


def test_a_profile_kept_before_the_rule_asks_all_the_same() -> None:
    """A copy of the chilled profile from an older edition says nothing of people: the rule holds for these goods anyway."""
    chilled = default_profiles()["chilled"]
    old = replace(chilled, versions=tuple(replace(v, named_people=None) for v in chilled.versions))
    assert codes(less(profiles=(old,), rotas=GOOD.rotas[:1])(GOOD)) == codes(less(rotas=GOOD.rotas[:1])(GOOD))
    more = replace(chilled, versions=tuple(replace(v, named_people=4) for v in chilled.versions))
    assert ("too_few_named", "critical", "site:hub") in codes(less(profiles=(more,))(GOOD))


def test_every_shortage_is_said_and_tried() -> None:
    """Each has a sentence and something to do in both languages, and is provoked above."""
    spoken = {
        code.split(".")[1]
        for code in catalogue("en")
        if code.startswith("manning.") and code.endswith(".says")
    }
    tried = {code for _, expected in CASES for code, _, _ in expected}
    assert spoken == tried | {"no_engineer", "nobody_certified"}
    for change, _ in CASES:
        for one in shortages(change(GOOD), MONDAY):
            for lang in LANGUAGES:
                assert render(f"manning.{one.code}.says", one.params, lang)
                assert render(f"manning.{one.code}.do", one.params, lang)
    assert next(one.weight for one in shortages(less(people=())(GOOD), MONDAY)) is Weight.CRITICAL
