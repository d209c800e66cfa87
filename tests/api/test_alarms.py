"""Alarms over HTTP: put aside by one or by two, refused by name, decided about, still in windows, counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from api.times import text_of
from detect.nouns import Change, FindingChange, Kind, Limit, Severity
from ingest.nouns import NewSeries
from registry import nouns as r
from registry.nouns import uuid7
from store.repositories import desk
from store.repositories.keys import Grant, KeyRepository
from store.repositories.registry import RegistryRepository
from tests.api.conftest import BY, HOUR, MINUTE, NOW, T0, T1, batch, finding, raise_findings
from tickets import policy
from tickets.places import RegistryPlaces
from tickets.raising import Raising

HOT = "zone:z1:temperature:hot"


def alarm(world: Any, cause: str = HOT) -> Any:
    """The alarm of a cause, in full."""
    (found,) = world.get("/alarms", params={"cause": cause}).json()["items"]
    return world.get(f"/alarms/{found['id']}").json()


def wake(world: Any) -> list[Any]:
    """What the clerk does when time has come."""
    with world.database.writing() as connection:
        places = RegistryPlaces(RegistryRepository(connection).snapshot())
        return desk.wake(connection, Raising(policy.load(), places, uuid7), world.now_us)


def acts(world: Any, cause: str = HOT) -> list[tuple[str, str]]:
    """(act, reason) of all that happened to an alarm."""
    rows = world.get("/events", params={"subject": f"alarm:{cause}", "limit": 1000}).json()["items"]
    return [(row["act"], row["reason"]) for row in rows]


def shelve(world: Any, id: str, minutes: int, who: str = "engineer", **more: Any) -> Any:
    """Ask for a shelf of so many minutes."""
    body = {"until": text_of(world.now_us + minutes * MINUTE), "reason": "fan ordered", **more}
    return world.post(f"/alarms/{id}/shelve", body, who)


def test_shelved_and_announced_again_at_its_end(world: Any) -> None:
    """Its ticket stays as it is; at the end it is unshelved for that reason, once."""
    id = alarm(world)["id"]
    tickets = world.get("/tickets").text
    shelved = shelve(world, id, 60).json()
    assert (shelved["state"], shelved["condition"]) == ("shelved", "active_unacked")
    assert world.get("/alarms", params={"state": "shelved"}).json()["items"][0]["id"] == id
    assert world.get("/tickets").text == tickets
    assert shelve(world, id, 60).json()["refusal"] == "shelved_already"
    wake(world)
    assert alarm(world)["state"] == "shelved"
    world.now_us += 61 * MINUTE
    wake(world)
    wake(world)
    assert alarm(world)["state"] == "active_unacked"
    assert [act for act, _ in acts(world)].count("unshelved") == 1
    assert ("unshelved", "alarm.unshelved.expired") in acts(world)


@pytest.mark.parametrize(
    ("minutes", "more", "refusal"),
    [(481, {}, "too_long"), (-1, {}, "already_over"), (10, {"reason": "  "}, "reason_missing")],
)
def test_no_shelf_without_reason_or_end(world: Any, minutes: int, more: dict[str, Any], refusal: str) -> None:
    """More than a shift, an end in the past, no reason: refused by name."""
    answer = shelve(world, alarm(world)["id"], minutes, **more)
    assert (answer.status_code, answer.json()["code"]) == (409, "alarm_refused")
    assert answer.json()["refusal"] == refusal


def test_a_critical_alarm_takes_two(world: Any) -> None:
    """One hour, and not before another person has consented; who asked cannot be the other; unconfirmed it lapses."""
    bad = finding("f-bad", "crit", T1, None, severity=Severity.CRITICAL)
    raise_findings(world, bad)
    id = alarm(world, bad.cause)["id"]
    assert shelve(world, id, 61).json()["refusal"] == "too_long_for_critical"
    asked = shelve(world, id, 60).json()
    assert (asked["state"], asked["shelf"]["waits_for_second"]) == ("active_unacked", True)
    url = f"/alarms/{id}/confirm-shelving"
    assert world.post(url, {}, "engineer").json()["refusal"] == "same_person"
    assert world.post(url, {}, "viewer").status_code == 403
    assert world.post(url, {"reason": "agreed"}, "supervisor").json()["state"] == "shelved"
    assert (
        world.post(f"/alarms/{id}/unshelve", {"reason": "done"}, "engineer").json()["state"]
        == "active_unacked"
    )
    shelve(world, id, 30)
    world.now_us += 31 * MINUTE
    wake(world)
    assert acts(world, bad.cause)[-1] == ("shelving_lapsed", "alarm.unshelved.unconfirmed") or (
        ("shelving_lapsed", "alarm.unshelved.unconfirmed") in acts(world, bad.cause)
    )
    assert world.post(url, {}, "supervisor").json()["refusal"] == "nothing_to_confirm"


def test_the_second_person_is_not_the_first_with_another_key(world: Any) -> None:
    """Two keys of one person are one person: also for who has seen an alarm."""
    with world.database.writing() as connection:
        RegistryRepository(connection).put(r.Person(key="ann", role=r.Role.ENGINEER), BY)
        for name in ("desk", "phone"):
            grant = Grant(name, r.Role.ENGINEER, person="ann")
            world.secrets[name] = KeyRepository(connection).issue(grant, BY).secret
    bad = finding("f-bad", "crit", T1, None, severity=Severity.CRITICAL)
    raise_findings(world, bad)
    id = alarm(world, bad.cause)["id"]
    assert shelve(world, id, 30, "desk").json()["shelf"]["waits_for_second"]
    again = world.post(f"/alarms/{id}/confirm-shelving", {"reason": "me too"}, "phone")
    assert again.json()["refusal"] == "same_person"
    for name in ("desk", "phone"):
        acks = world.post(f"/alarms/{id}/acknowledge", {}, name).json()["acks"]
        assert [ack["principal"] for ack in acks] == ["person:ann"]


def test_worse_than_when_it_was_shelved(world: Any) -> None:
    """It comes off its shelf at once."""
    one = alarm(world)
    shelve(world, one["id"], 60)
    worse = finding("f-c2", "hot", T1 + 10 * MINUTE, None, severity=Severity.CRITICAL)
    with world.database.writing() as connection:
        raising = Raising(policy.load(), RegistryPlaces(RegistryRepository(connection).snapshot()), uuid7)
        desk.record(connection, [FindingChange(Change.REVISED, worse)], raising, world.now_us)
    assert alarm(world)["state"] == "active_unacked"
    assert ("unshelved", "alarm.unshelved.worsened") in acts(world)


def test_what_cannot_wait_is_refused(world: Any) -> None:
    """Freezing, wet metal, goods of 2–8 °C (by their limits, however the profile is called)."""
    frost = finding("f-frost", "frost", T1, None, Kind.TOO_LOW, severity=Severity.CRITICAL)
    wet = finding("f-wet", "metal/wet-metal", T1, None, Kind.WET_METAL, severity=Severity.ALARM)
    raise_findings(world, frost, wet)
    assert shelve(world, alarm(world, frost.cause)["id"], 10).json()["refusal"] == "freezing"
    assert shelve(world, alarm(world, wet.cause)["id"], 10).json()["refusal"] == "wet_metal"
    bands = [("low", "low", 2.0), ("high", "high", 8.0)]
    limits = tuple(
        Limit(name, "temperature", side, limit, 0.2, 0, 1, Severity.ALARM)  # type: ignore[arg-type]
        for name, side, limit in bands
    )
    with world.database.writing() as connection:
        registry = RegistryRepository(connection)
        stored = registry.get(r.Profile, "metal")
        assert stored is not None
        registry.put(replace(stored.value, versions=(r.ProfileVersion(limits=limits),)), BY)
    assert shelve(world, alarm(world)["id"], 10).json()["refusal"] == "chilled_goods"
    sensor = alarm(world, "device:g1/p1:sentinel")
    assert shelve(world, sensor["id"], 10).json()["state"] == "shelved"


def test_decided_with_the_status_of_the_lot(world: Any) -> None:
    """An excursion that is over waits for a decision on its lot; setting the lot's status is one."""
    warm = alarm(world, "zone:z1:temperature:warm")
    assert (warm["state"], warm["lots"], warm["undecided"]) == ("latched_unacked", ["l1"], ["f-c1"])
    assert [a["id"] for a in world.get("/alarms", params={"latched": True}).json()["items"]] == [warm["id"]]
    body = {"status": "hold", "reason": "look at it"}
    world.post("/lots/l1/status", body, "quality")
    assert alarm(world, warm["cause"])["latched"]
    world.post("/lots/l1/status", {"status": "released", "reason": "measured"}, "quality")
    after = alarm(world, warm["cause"])
    assert (after["state"], after["lots"], after["decisions"][0]["decision"]) == ("normal", [], "released")
    assert (
        world.post(f"/alarms/{warm['id']}/decide", {"decision": "no_harm", "reason": "x"}, "quality").json()[
            "refusal"
        ]
        == "nothing_to_decide"
    )


def test_decided_on_the_alarm(world: Any) -> None:
    """Rejected lots get that status; engineers may not decide; lots that were not there, and no reason, are refused."""
    warm = alarm(world, "zone:z1:temperature:warm")
    url = f"/alarms/{warm['id']}/decide"
    assert world.post(url, {"decision": "no_harm", "reason": "x"}, "engineer").status_code == 403
    assert (
        world.post(url, {"lots": {"l2": "released"}, "reason": "x"}, "quality").json()["refusal"]
        == "lot_not_concerned"
    )
    assert (
        world.post(url, {"decision": "no_harm", "reason": " "}, "quality").json()["refusal"]
        == "reason_missing"
    )
    after = world.post(url, {"decision": "rejected", "reason": "mould"}, "quality").json()
    assert (after["state"], after["decisions"][0]["lot"]) == ("normal", "l1")
    assert world.get("/lots/l1").json()["status"] == "rejected"
    assert [act for act, _ in acts(world, warm["cause"])][-2:] in (
        ["lots_decided", "decided"],
        ["decided", "lots_decided"],
    ) or {"lots_decided", "decided"} <= {act for act, _ in acts(world, warm["cause"])}


def test_a_customer_learns_of_its_own_lots_alone(world: Any) -> None:
    """c1 sees its alarm and lot, no principal, no reason; c2 does not see it at all."""
    warm = alarm(world, "zone:z1:temperature:warm")
    world.post(f"/alarms/{warm['id']}/acknowledge", {"comment": "secret words"}, "engineer")
    shelve(world, warm["id"], 10)
    seen = world.get(f"/alarms/{warm['id']}", "c1")
    assert seen.json()["lots"] == ["l1"]
    assert "secret words" not in seen.text
    assert "fan ordered" not in seen.text
    assert world.get(f"/alarms/{warm['id']}", "c2").status_code == 404


def window(world: Any, subject: str, minutes: int, **more: Any) -> Any:
    """Open a window from now on."""
    body = {
        "subject": subject, "start": text_of(world.now_us), "end": text_of(world.now_us + minutes * MINUTE),
        "reason": "new firmware", **more,
    }  # fmt: skip
    return world.post("/maintenance", body, "engineer")


def test_a_window_keeps_work_on_sensors_quiet_and_goods_not(world: Any) -> None:
    """What begins in it opens no ticket until it ends; goods open one at once; start and end are events."""
    world.now_us = NOW + HOUR
    still = window(world, "gateway:g1", 60).json()
    before = len(
        world.get("/tickets").json()["items"]
    )  # an answer is kept for 0.2 s: asked again otherwise below
    fault = finding(
        "f-stuck", "", world.now_us, None, Kind.STUCK, cause="device:g1/p1:sensor", severity=Severity.WARNING
    )
    cold = finding("f-cold", "cold", world.now_us, None)
    raise_findings(world, fault, cold)
    assert alarm(world, fault.cause)["state"] == "suppressed"
    assert alarm(world, fault.cause)["suppressed_by"] == f"maintenance:{still['id']}"
    assert alarm(world, cold.cause)["state"] == "active_unacked"
    assert len(world.get("/tickets", params={"limit": 99}).json()["items"]) == before + 1
    wake(world)
    assert alarm(world, fault.cause)["state"] == "suppressed"
    world.now_us += 61 * MINUTE
    opened = wake(world)
    assert wake(world) == []
    assert [one.ticket.cause for one in opened] == [fault.cause]
    assert alarm(world, fault.cause)["state"] == "active_unacked"
    told = world.get("/events", params={"subject": f"maintenance:{still['id']}"}).json()["items"]
    assert {row["act"] for row in told} == {"added", "started", "ended"}


def test_what_came_and_went_in_a_window_calls_nobody(world: Any) -> None:
    """Also when its data comes after the window: event time rules."""
    world.now_us = NOW + HOUR
    window(world, "device:g1/p1", 30)
    world.now_us += 3 * HOUR
    wake(world)
    fault = finding(
        "f-stuck", "", NOW + HOUR + MINUTE, NOW + HOUR + 20 * MINUTE, Kind.STUCK, cause="device:g1/p1:sensor"
    )
    before = world.get("/tickets").json()
    raise_findings(world, fault)
    assert world.get("/tickets", params={"limit": 99}).json() == before
    wake(world)
    assert alarm(world, fault.cause)["state"] == "normal"


def test_out_of_service_until_it_is_put_back(world: Any) -> None:
    """Its alarms are quiet, its owner is reminded after 30 days, and put back they call."""
    out = world.post("/out-of-service", {"subject": "device:g1/p1", "reason": "broken"}, "engineer").json()
    wake(world)
    assert alarm(world, "device:g1/p1:sentinel")["state"] == "out_of_service"
    world.now_us += 30 * 24 * HOUR + MINUTE
    wake(world)
    wake(world)
    told = world.get("/events", params={"subject": f"maintenance:{out['id']}"}).json()["items"]
    assert [row["act"] for row in told].count("reminded") == 1
    (listed,) = world.get("/out-of-service", params={"state": "running"}).json()["items"]
    ended = world.post(
        f"/maintenance/{out['id']}/end",
        {"reason": "new probe"},
        "engineer",
        headers={"If-Match": f'"{listed["version"]}"'},
    )
    assert ended.json()["state"] == "over", ended.text
    wake(world)
    assert alarm(world, "device:g1/p1:sentinel")["state"] == "active_unacked"


def test_windows_are_kept_as_they_are_meant(world: Any) -> None:
    """A thing that does not exist, an end before the start, a month and more, no version: refused; once per key."""
    assert window(world, "gateway:nothing", 60).status_code == 422
    assert window(world, "gateway:g1", -5).status_code == 422
    assert window(world, "gateway:g1", 32 * 24 * 60).status_code == 422
    assert window(world, "gateway:g1", 60, sort="out_of_service").status_code == 422
    body = {
        "subject": "zone:z1",
        "start": text_of(NOW + HOUR),
        "end": text_of(NOW + 2 * HOUR),
        "reason": "painting",
    }
    first = world.post("/maintenance", body, headers={"Idempotency-Key": "k"}).json()
    assert world.post("/maintenance", body, headers={"Idempotency-Key": "k"}).json() == first
    assert first["state"] == "planned"
    moved = {"start": body["start"], "end": text_of(NOW + 3 * HOUR), "reason": "more walls"}
    url = f"/maintenance/{first['id']}"
    assert world.put(url, moved).status_code == 428
    assert world.put(url, moved, headers={"If-Match": '"1"'}).json()["end"] == moved["end"]
    assert world.put(url, moved, headers={"If-Match": '"1"'}).status_code == 412
    over = world.post(f"{url}/end", {"reason": "rain"}, headers={"If-Match": "*"}).json()
    assert over["state"] == "cancelled"


def test_accepting_the_ticket_acknowledges_its_alarms(world: Any) -> None:
    """Who takes the work has seen what it is about."""
    one = alarm(world)
    number = next(t["number"] for t in world.get("/tickets").json()["items"] if t["id"] == one["ticket"])
    world.post(f"/tickets/{number}/transitions", {"act": "accept"}, "engineer")
    assert alarm(world)["state"] == "active_acked"
    assert len(alarm(world)["acks"]) == 1


def test_a_value_that_goes_to_and_fro_asks_for_a_deadband(world: Any) -> None:
    """Twelve times just above its limit and just below: the deadband that would have made one of them, in its unit, in both languages."""
    cause, begun, step = "zone:z1:temperature:wave", T0 - 5 * HOUR, 5 * MINUTE
    values = [8.1, 7.9] * 12
    rows = [(9, begun + at * step, value, 0) for at, value in enumerate(values)]
    new = [NewSeries(9, "g1", "g1/p9", "temperature")]
    world.store.apply([(2, batch(rows, new_series=new))])
    evidence = {"limit": 8.0, "quantity": "temperature", "device": "g1/p9"}
    for at in range(0, len(values), 2):
        start = begun + at * step
        raise_findings(world, finding(f"w{at}", "wave", start, start + step, cause=cause, evidence=evidence))
        world.now_us += 2 * HOUR
    for lang, word in (("en", "deadband of 0.15 °C"), ("zh", "0.15 °C 的回差")):
        found = world.get("/alarm-quality", headers={"Accept-Language": lang}).json()
        (one,) = [one for one in found["worst"] if one["cause"] == cause]
        assert (one["cure"], one["deadband"], one["unit"], one["delay_s"]) == ("deadband", 0.15, "°C", 0.0)
        assert one["removed_share"] == pytest.approx(11 / 12)
        assert word in one["advice"]
    assert all(one["deadband"] is None for one in found["worst"] if one["cause"] != cause)


def test_what_needed_action_is_what_was_judged_and_how_else_it_ended(world: Any) -> None:
    """A verdict rules; without one the code by which the work ended says it; neither: not counted."""

    def action() -> tuple[int, int, float | None]:
        told = world.get("/alarm-quality").json()["action"]
        return told["judged"], told["by_resolution"], told["needed_action_share"]

    world.now_us += MINUTE
    assert action() == (0, 0, None)
    resolved = {"act": "resolve", "resolution": "false_alarm"}
    assert world.post("/tickets/1/transitions", resolved, "engineer").status_code == 200
    assert action() == (0, 1, 0.0)
    resolved = {"act": "resolve", "resolution": "fixed"}
    assert world.post("/tickets/2/transitions", resolved, "engineer").status_code == 200
    assert action() == (0, 2, 0.5)
    said = world.post("/tickets/1/verdict", {"verdict": "true", "reason": "the door stood open"}, "engineer")
    assert said.is_success, said.text
    assert action() == (1, 1, 1.0)
    assert (
        world.post("/tickets/2/transitions", {"act": "reopen", "reason": "again"}, "engineer").status_code
        == 200
    )
    assert action() == (1, 0, 1.0)


def test_the_figures_of_a_month(world: Any) -> None:
    """What was raised is counted, by site; a customer asks in vain."""
    shelve(world, alarm(world)["id"], 60)
    world.now_us += MINUTE
    found = world.get("/alarm-quality", headers={"Accept-Language": "zh"}).json()
    assert (found["load"]["alarms"], found["standing"]) == (3, 2)
    assert [one["cause"] for one in found["shelved"]] == [HOT]
    hours = found["hours"]
    assert len(hours) == 168
    assert sum(hour["alarms"] for hour in hours) == found["load"]["alarms"]
    assert hours[-1]["hour"] == text_of(world.now_us - world.now_us % HOUR)
    assert found["unauthorised_suppressions"] == 0
    assert "分钟" in found["worst"][0]["advice"]
    assert world.get("/alarm-quality", params={"site": "own2"}).json()["load"]["alarms"] == 0
    assert world.get("/alarm-quality", params={"site": "depot"}).json()["load"]["alarms"] == 3
    assert world.get("/alarm-quality", "c1").status_code == 403
    assert world.get("/alarm-quality", params={"from": text_of(NOW + HOUR)}).status_code == 422
