"""Forecasts over HTTP: who sees which, weather and schedules kept, announcements and what became of them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from detect.nouns import Change, Finding, FindingChange, Kind, Severity
from registry import nouns as r
from registry.profiles import default_profiles
from store.repositories import forecasts
from store.repositories.registry import RegistryRepository
from tests.api.conftest import BY, HOUR, NOW, T0, T1, World

WEATHER = {
    "issued": "2026-11-21T06:00:00Z", "source": "service",
    "hours": [
        {"valid": "2026-11-21T07:00:00Z", "temperature": 3.5, "relative_humidity": 81},
        {"valid": "2026-11-21T08:00:00Z", "temperature": 3, "relative_humidity": 84.5},
    ],
}  # fmt: skip
NIGHT = {"kind": "machines_off", "start": "2026-11-22T20:00:00Z", "end": "2026-11-23T05:00:00Z"}


def announce(world: World, zone: str, start_us: int, state: str, end_us: int | None) -> None:
    """A breach is announced of a zone."""
    evidence: dict[str, Any] = {
        "quantity": "temperature", "side": "high", "limit": 8.0, "probability": 0.9, "issued_us": start_us,
        "expires_us": start_us + 3 * HOUR, "state": state,
    } | {f"{first}p{n}0_us": start_us + n * HOUR for n in (1, 5, 9) for first in ("", "first_")}  # fmt: skip
    finding = Finding(
        f"{zone}-{start_us}", "forecast", "1", Kind.PREDICTED_BREACH, f"zone:{zone}", "p/high", zone,
        f"zone:{zone}:temperature:high", Severity.ALARM, start_us, end_us, None, None, 1.0, 0, start_us, evidence,
        model="room 2@1",
    )  # fmt: skip
    with world.database.writing() as connection:
        forecasts.note(connection, [FindingChange(Change.OPENED, finding)])


def test_weather_is_kept_as_it_was_issued(world: World) -> None:
    """An issue is kept once, another one beside it; a wrong order of hours is refused with where it is."""
    assert world.ask("PUT", "/api/v1/sites/depot/weather", json=WEATHER).status_code == 204
    assert world.ask("PUT", "/api/v1/sites/depot/weather", "integrator", json=WEATHER).status_code == 204
    later = {**WEATHER, "issued": "2026-11-21T07:00:00Z"}
    assert world.ask("PUT", "/api/v1/sites/depot/weather", json=later).status_code == 204
    found = world.get("/sites/depot/weather").json()
    assert [issue["issued"] for issue in found["issues"]] == ["2026-11-21T07:00:00Z", "2026-11-21T06:00:00Z"]
    assert found["issues"][0]["hours"][1] == {
        "valid": "2026-11-21T08:00:00Z", "temperature": 3.0, "relative_humidity": 84.5,
    }  # fmt: skip
    upside_down = {**WEATHER, "hours": WEATHER["hours"][::-1]}  # type: ignore[index]
    refused = world.ask("PUT", "/api/v1/sites/depot/weather", json=upside_down)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert world.ask("PUT", "/api/v1/sites/nowhere/weather", json=WEATHER).status_code == 404
    assert world.ask("PUT", "/api/v1/sites/depot/weather", "viewer", json=WEATHER).status_code == 403


def test_a_schedule_is_planned_anew_and_the_past_stays(world: World) -> None:
    """What has begun is cut off now and kept; what lay ahead is replaced; an outdated version changes nothing."""
    begun = {"kind": "doors_open", "start": "2026-11-21T10:00:30Z", "end": "2026-11-21T18:00:00Z"}
    first = world.ask("PUT", "/api/v1/zones/z1/schedule", json={"events": [begun, NIGHT]})
    assert first.status_code == 200, first.text
    world.now_us = NOW + HOUR
    second = world.ask(
        "PUT", "/api/v1/zones/z1/schedule", json={"events": []}, headers={"If-Match": first.headers["etag"]}
    )
    (left,) = second.json()["events"]
    assert (left["kind"], left["start"], left["end"]) == (
        "doors_open",
        "2026-11-21T10:01:00Z",
        "2026-11-21T11:01:00Z",
    )
    old = world.ask("PUT", "/api/v1/zones/z1/schedule", json={"events": [NIGHT]}, headers={"If-Match": '"1"'})
    assert old.status_code == 412
    assert world.get("/zones/z1/schedule").json()["events"] == [left]
    backwards = {**NIGHT, "end": NIGHT["start"]}
    assert world.ask("PUT", "/api/v1/zones/z1/schedule", json={"events": [backwards]}).status_code == 422


def test_announcements_tell_how_many_came_true(world: World) -> None:
    """Two of three that are over came true, one of them within its interval; the standing one counts in neither."""
    announce(world, "z1", T0, "came_true", T0 + 4 * HOUR)
    announce(world, "z1", T0 + 1, "came_true", T0 + 30 * HOUR)
    announce(world, "z1", T0 + 2, "withdrawn", T0 + HOUR)
    announce(world, "z2", T0 + 3, "standing", None)
    found = world.get("/forecasts").json()
    assert found["kept"] == {"ended": 3, "came_true": 2, "within": 1}
    assert [one["state"] for one in found["items"]] == ["standing", "withdrawn", "came_true", "came_true"]
    assert [one["zone"] for one in world.get("/forecasts?state=standing").json()["items"]] == ["z2"]


@pytest.mark.parametrize(("who", "seen"), [("c1", ["z1"]), ("c2", []), ("viewer", ["z1", "z2"])])
def test_one_sees_what_was_announced_of_ones_own_goods(world: World, who: str, seen: list[str]) -> None:
    """In the first hour the goods of c1 are in z1; nobody's are in z2."""
    announce(world, "z1", T0 + 1, "withdrawn", T1 - 2)
    announce(world, "z2", T0 + 1, "withdrawn", T1 - 2)
    found = world.get("/forecasts", who).json()["items"]
    assert sorted(one["zone"] for one in found) == seen


def test_a_zone_tells_its_forecast_or_why_there_is_none(world: World) -> None:
    """Two hours of readings are too few: it says so in words; a foreign zone, or none, does not exist."""
    found = world.get("/zones/z1/forecast", headers={"Accept-Language": "zh"}).json()
    assert (found["limits"], found["horizon_h"]) == ([], 48)
    assert found["why_none"]["code"] in {"no_limits", "too_young"}
    assert "预测" in found["why_none"]["text"]
    assert world.get("/zones/z1/forecast", "c1").status_code == 404
    assert world.get("/zones/nowhere/forecast").status_code == 404


def test_a_zone_that_is_known_for_weeks_is_foretold_with_curves(world: World) -> None:
    """A probe in the lead hall has spoken for two weeks: every limit has a curve of 48 hours, an expiry, a named model."""
    lead_in_guangzhou(world)
    device = r.Device(key="p3", gateway="g2", device="p3")
    place = r.Placement(
        subject_kind=r.SubjectKind.DEVICE, subject="p3", place_kind=r.PlaceKind.ZONE, place="z3"
    )
    with world.database.writing() as connection:
        registry = RegistryRepository(connection)
        registry.put(r.Zone(key="z3", site="depot", profile="lead"), BY)
        registry.put(device, BY)
        registry.placements.place(place, BY)
    times = [T1 - n * HOUR for n in range(24 * 14)]
    world.add_readings("g2/p3", [(t, 18 + 3 * math.sin(t / HOUR * math.tau / 24)) for t in times])
    world.add_readings("g2/p3", [(t, 62.0) for t in times], "relative_humidity")
    found = world.get("/zones/z3/forecast").json()
    assert {one["band"] for one in found["limits"]} == {"lead/wet-metal", "lead/near-dew"}
    for one in found["limits"]:
        assert one["why_none"] is None
        assert one["model"].startswith("room 2@2026-11-2")
        assert (one["issued"], one["expires"]) == ("2026-11-21T10:01:00Z", "2026-11-21T13:01:00Z")
        assert len(one["curve"]["time"]) == len(one["curve"]["p50"]) == 49
        assert all(
            a <= b <= c for a, b, c in zip(*(one["curve"][p] for p in ("p10", "p50", "p90")), strict=True)
        )
        assert 5 < one["value"] < 10  # 62 % at 18 °C: the dew point is 7.4 K below
        assert one["probability"] < 0.2


def lead_in_guangzhou(world: World) -> None:
    """The depot stands in Guangzhou, and lead is watched for in z2, where c2's lot is brought."""
    with world.database.writing() as connection:
        registry = RegistryRepository(connection)
        for value in (
            r.Site(key="depot", time_zone="Asia/Shanghai", latitude=23.1, longitude=113.3),
            default_profiles()["lead"], r.Zone(key="z2", site="depot", profile="lead"),
            r.Lot(key="l3", customer="c2", product="tin"),
        ):  # fmt: skip
            registry.put(value, BY)
        registry.placements.place(
            r.Placement(subject_kind=r.SubjectKind.LOT, subject="l3", place_kind=r.PlaceKind.ZONE, place="z2", valid_from_us=T0), BY
        )  # fmt: skip


def test_the_outlook_tells_risks_by_week_with_what_they_rest_on(world: World) -> None:
    """Lead in an unheated hall in Guangzhou: damp when warm sea air returns, guidance with it, a typical room behind it."""
    lead_in_guangzhou(world)
    said = world.get("/sites/depot/outlook?weeks=26").json()
    assert (said["climate"], said["coastal"]) == ("hot_summer_warm_winter", True)
    (zone,) = said["zones"]
    assert (zone["zone"], zone["profiles"], zone["customers"]) == ("z2", ["lead"], ["c2"])
    assert zone["basis"] == {"normals_of": "Guangzhou", "room": "typical", "days": 0.0}
    near = {w["begins"]: c for w in zone["weeks"] for c in w["chances"] if c["band"] == "lead/near-dew"}
    wettest = max(near, key=lambda week: near[week]["chance"])
    assert wettest[5:7] in {"02", "03", "04"}
    assert near[wettest]["chance"] > near["2026-11-21"]["chance"] + 0.1
    assert {key for c in near.values() for key in c["guidance"]} <= {card["key"] for card in said["cards"]}
    assert near[wettest]["guidance"]
    assert world.get("/sites/nowhere/outlook").status_code == 404


def test_a_service_team_sees_whose_goods_are_at_risk_and_a_customer_its_own(world: World) -> None:
    """The likeliest first; c1 has no goods there now and learns nothing."""
    lead_in_guangzhou(world)
    rows = world.get("/outlook?weeks=20&least=0&risk=condensation").json()["items"]
    assert [(row["zone"], row["customers"], row["risk"]) for row in rows] == [("z2", ["c2"], "condensation")]
    assert world.get("/outlook?least=0.99").json()["items"] == []
    assert [row["zone"] for row in world.get("/outlook?weeks=20&least=0", "c2").json()["items"]] == ["z2"]
    assert world.get("/outlook?weeks=20&least=0", "c1").json()["items"] == []
