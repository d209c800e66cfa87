"""Warm sea air comes back over cold lead: from the forecast to the right engineer in time, or, if nobody reacts, up the ladder.

The recorded spring of Guangzhou, days before and after the lead of a grade-A customer arrives. The clock is an argument.
"""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from keepwell.settings import Settings
from keepwell.wiring import verification
from registry.nouns import Role
from simulators.scenario import Event, Span
from simulators.world import World
from tests.stories.lead import (
    ACTS,
    ARRIVES,
    BEGIN,
    END_S,
    LOT,
    REGISTRY,
    UNHURRIED,
    at_us,
    iso,
    put_weather,
    scenario,
)  # fmt: skip
from tests.stories.virtual import HOUR, MINUTE, Virtual, outside, virtual


class Before(NamedTuple):
    """How things stand when the lead arrives."""

    folder: Path
    admin: str
    position: int
    series: dict[tuple[str, str], int]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Before:
    """Days of an empty hall, from which forecasts learn how it answers to the weather."""
    folder = tmp_path_factory.mktemp("before")
    with virtual(folder, BEGIN, scenario()) as there:
        there.register(REGISTRY)
        admin = there.key("boss", Role.ADMIN)
        there.do(
            "/policies",
            admin,
            version="four-days",
            reason="no other clock is to be heard",
            document=UNHURRIED,
        )
        while there.now_us < ARRIVES:
            put_weather(there, admin)
            there.advance(there.now_us + 6 * HOUR, 6 * HOUR)
        there.register(REGISTRY + LOT.format(arrives=iso(ARRIVES)))
        there.work()
        return Before(folder, admin, there.position, dict(there.series))


@pytest.fixture
def story(request: pytest.FixtureRequest, before: Before, tmp_path: Path) -> Iterator[Virtual]:
    """The installation from then on, in a world of its own: with `ACTS` or without."""
    folder = tmp_path / "data"
    shutil.copytree(before.folder, folder)
    acts = getattr(request, "param", ())
    with outside() as world, virtual(folder, ARRIVES, scenario(*acts), outside=world) as there:
        there.position, there.series = before.position, copy.deepcopy(before.series)
        there.world = World(scenario(*acts), END_S)
        there.world.advance(ARRIVES / 1e6)
        yield there


HEEDED = [
    Event(Span((ACTS / 1e6) - END_S), "hall-open", control, to)
    for control, to in (("door", 0.0), ("dryer", 1.0))
]  # fmt: skip


def go_on(there: Virtual, before: Before, to_us: int, step_us: int = 12 * MINUTE) -> None:
    """Time passes, by default in steps in which every examiner has its turn; new weather every six hours."""
    while there.now_us < to_us:
        put_weather(there, before.admin)
        there.advance(min(to_us, there.now_us + 6 * HOUR), step_us)


def the_ticket(there: Virtual, key: str) -> Any:
    """The one ticket about the goods in the hall, whole."""
    (one,) = [t for t in there.get("/tickets", key)["items"] if t["lots"] == ["pb-114"]]
    return there.get(f"/tickets/{one['number']}", key)


def verify(there: Virtual) -> dict[str, Any]:
    """What `keepwell verify` says of the audit."""
    while there.detecting.desk.unsealed():
        with there.database.writing() as connection:
            there.detecting.desk.seal(connection)
    return verification.build(Settings(data=there.folder))


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("story", [HEEDED], indirect=True)
def test_the_lead_stays_dry(story: Virtual, before: Before) -> None:
    """A ticket hours before the metal would be wet, to the right engineer by the right time, to its end."""
    li = story.key("li", Role.ENGINEER, person="li")
    go_on(story, before, ARRIVES + 2 * HOUR)
    ticket = the_ticket(story, li)
    number = ticket["number"]
    assert ticket["assignee"] == "person:li", (
        "Wang is better and nearer, but away; Zhao is far and knows networks"
    )
    assert any(number in letter for letter in story.letters("li@"))
    story.do(f"/tickets/{number}/transitions", li, act="accept")
    story.do(
        f"/tickets/{number}/transitions", li, act="plan", plan="Shut the gates before the warm air comes."
    )

    go_on(story, before, ARRIVES + 46 * HOUR, 6 * HOUR)
    go_on(story, before, ACTS - 30 * MINUTE)
    warned = the_ticket(story, li)
    foreseen = [f for f in warned["findings"] if f["kind"] == "predicted_breach"]
    assert foreseen, "wet metal is announced on the same ticket"
    announced = story.get("/forecasts?state=standing", li)["items"]
    wet = next(one for one in announced if "wet-metal" in one["band"])
    way = [e["changed"] for e in warned["history"] if e["act"] == "assigned"][-1]
    saved = at_us(wet["p10"]) - way["travel_us"] - way["repair_us"]
    act_by = at_us(warned["clocks"]["act_by"])
    assert saved - 2 * HOUR <= act_by <= saved, "the earliest of the forecasts of the last half hour counts"
    assert story.now_us < act_by < at_us(clock(story, li, number, "target:resolution")["due"])

    story.do(f"/tickets/{number}/transitions", li, act="start")
    story.do(f"/tickets/{number}/transitions", li, act="arrive")
    go_on(story, before, ACTS + 8 * HOUR)
    assert not [f for f in story.get("/findings?kind=wet_metal", li)["items"] if not f["retracted"]]
    story.do(
        f"/tickets/{number}/transitions", li, act="resolve", resolution="prevented", found="Gates open to sea air",
        done="Gates shut, dryer runs",
    )  # fmt: skip

    (asked,) = [letter for letter in story.letters("wu@") if "/links/" in letter]
    confirm = re.search(r"/api/v1(/links/\S+)", asked)
    assert confirm is not None
    assert story.ask("POST", f"{confirm[1]}/confirm").status_code < 300
    survey = re.search(r"/api/v1(/links/\S+)", story.letters("wu@")[-1])
    assert survey is not None
    answered = story.ask(
        "POST", f"{survey[1]}/survey", json={"score": 5, "words": "You saw it before we did."}
    )
    assert answered.status_code < 300, answered.text
    done = the_ticket(story, li)
    assert done["state"] == "closed"
    states = [step["state"] for step in done["history"] if step["state"]]
    assert states == ["new", "planned", "in_progress", "resolved", "confirmed", "surveyed", "closed"]
    verdict = verify(story)
    assert (verdict["broken"], verdict["unsealed"]) == (None, "–")


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_nobody_reacts(story: Virtual, before: Before) -> None:
    """The phone rings along the ladder at the right minutes; when the metal is wet the lot goes on hold at that minute."""
    admin = before.admin
    go_on(story, before, ARRIVES + 2 * HOUR)
    go_on(story, before, ARRIVES + 46 * HOUR, 6 * HOUR)
    while not (rung := rungs(the_ticket(story, admin))):
        go_on(story, before, story.now_us + 12 * MINUTE)
        assert story.now_us < ARRIVES + 53 * HOUR
    story.advance(rung[0][0] + 20 * MINUTE, MINUTE)
    begin = rungs(the_ticket(story, admin))[0][0]
    assert [(at - begin, who) for at, who in rungs(the_ticket(story, admin))] == [
        (0, "person:chen"), (5 * MINUTE, "person:li"), (10 * MINUTE, "person:zhao"), (15 * MINUTE, "person:sun"),
    ]  # fmt: skip
    rang = {
        call.number[-1]: call.at_us - begin
        for call in reversed(story.calls)
        if call.what == "SingleCallByTts"
    }
    assert {n: rang[n] // MINUTE for n in "1245"} == {"1": 0, "2": 5, "4": 10, "5": 15}
    rings = [call for call in story.calls if (call.what, call.number[-1]) == ("SingleCallByTts", "1")]
    assert len(rings) > 1, "it rings again until somebody answers"

    go_on(story, before, ARRIVES + 52 * HOUR + 30 * MINUTE)
    assert lot(story, admin)["status"] == "available"
    while lot(story, admin)["status"] == "available":
        story.advance(story.now_us + MINUTE, MINUTE)
        assert story.now_us < ARRIVES + 56 * HOUR
    (wet,) = [f for f in story.get("/findings?kind=wet_metal", admin)["items"] if not f["retracted"]]
    (held,) = [
        e
        for e in story.get("/events?subject=lot:pb-114", admin)["items"]
        if (e["new"] or {}).get("status") == "hold"
    ]
    assert 0 <= at_us(held["time"]) - (at_us(wet["start"]) + 30 * MINUTE) <= MINUTE, "wet for half an hour"
    assert any("pb-114" in letter for letter in story.letters("qian@"))
    assert any("pb-114" in letter for letter in story.letters("wu@"))
    ticket = the_ticket(story, admin)
    assert (ticket["priority"], ticket["state"]) == ("P1", "new")
    assert ticket["clocks"]["too_late"]
    assert verify(story)["broken"] is None


def rungs(ticket: Any) -> list[tuple[int, str]]:
    """(when, who) of each rung of the ladder for goods at risk."""
    steps = [step for step in ticket["history"] if step["act"] == "escalated"]
    return [(at_us(step["time"]), step["changed"]["to"]) for step in steps]


def lot(there: Virtual, key: str) -> Any:
    """The lot as it is now."""
    return there.get("/lots/pb-114", key)


OFFER = {
    "name": "late solution", "kind": "customer", "measure": "resolution", "basis": "goods", "rate_percent": 5,
    "cap_percent": 30, "grace": "30 min",
}  # fmt: skip
HEAD = """
[[person]]
key = "gao"
name = "Gao"
role = "admin"
head = true
email = "gao@keepwell.example"
language = "en"
"""


@pytest.mark.slow
def test_a_customer_waits_too_long(tmp_path: Path) -> None:
    """What a customer reported is late: promise, warnings, supervisor, head of department, and a proposal of compensation."""
    with outside() as world, virtual(tmp_path, ARRIVES, outside=world) as there:
        there.register(REGISTRY + HEAD + LOT.format(arrives=iso(ARRIVES)))
        admin, sun = there.key("boss", Role.ADMIN), there.key("sun", Role.SUPERVISOR, person="sun")
        customer, li = (
            there.key("c", Role.CUSTOMER, customer="batteries"),
            there.key("li", Role.ENGINEER, person="li"),
        )
        there.do(
            "/policies", admin, version="offer", reason="our contract", document={"compensation": [OFFER]}
        )
        there.now_us += MINUTE
        reported = there.do(
            "/tickets", customer, title="Labels are wet", subject="lot:pb-114", category="quality"
        )
        number, begin = reported["number"], there.now_us
        assert any("Labels are wet" in letter for letter in there.letters("wu@"))

        there.advance(begin + 90 * MINUTE)
        there.do(f"/tickets/{number}/transitions", li, act="accept")
        there.do(f"/tickets/{number}/transitions", li, act="assess")
        met = clock(there, customer, number, "promise:first_response")
        assert (met["state"], at_us(met["due"]) - begin) == ("met", 2 * HOUR)
        assert at_us(clock(there, customer, number, "promise:resolution")["due"]) - begin == 24 * HOUR

        there.advance(begin + 54 * HOUR)
        told = there.get(f"/tickets/{number}", admin)["history"]
        shares = {
            e["changed"]["step"]: at_us(e["time"]) - begin for e in told if e["act"] in {"warned", "missed"}
        }
        assert [shares[f"warned:promise:resolution:{n}"] // MINUTE for n in (50, 75, 90, 100)] == [
            720,
            1080,
            1296,
            1440,
        ]
        called = [(at_us(e["time"]) - begin, e["changed"]["to"]) for e in told if e["act"] == "escalated"]
        assert [(at // HOUR, to) for at, to in called] == [(24, "person:sun"), (48, "person:gao")]
        assert any(number in letter for letter in there.letters("gao@"))

        there.do(f"/tickets/{number}/transitions", li, act="resolve", done="New labels")
        proposed = there.get(f"/tickets/{number}", sun)["history"]
        (final,) = [e["changed"] for e in proposed if e["act"] == "proposed" and e["changed"]["final"]]
        assert final["amounts"] == {"CNY": "540000.00"}, (
            "30 hours begun at 5 % are more than the cap of 30 % of 1.8 million"
        )
        assert any("540,000.00 CNY" in letter for letter in there.letters("sun@"))
        there.do(f"/tickets/{number}/compensation", sun, decision="approve", reason="as promised")
        acts = [e["act"] for e in there.get(f"/tickets/{number}", admin)["history"]]
        assert acts[-1] == "compensation_approved"
        assert verify(there)["broken"] is None


def clock(there: Virtual, key: str, number: str, name: str) -> Any:
    """One clock of a ticket, as whoever asks sees it."""
    return next(
        one for one in there.get(f"/tickets/{number}", key)["clocks"]["clocks"] if one["name"] == name
    )
