"""Rules over HTTP: three answers to watched goods, adopted once and for all, edited with a reason, guidance beside."""

from __future__ import annotations

from typing import Any

import pytest

from detect.nouns import Kind, Severity
from registry.plan import watches
from registry.profiles import default_profiles
from store.repositories.registry import RegistryRepository
from tests.api.conftest import HOUR, NOW, finding, raise_findings
from texts import catalogue

BEIHAI = {"latitude": 21.48, "longitude": 109.12}
LEAD = {"goods": "lead", **BEIHAI, "control": "none"}
ZH = {"Accept-Language": "zh"}
LONDON = {"latitude": 51.5, "longitude": -0.1}


def adopt(world: Any, who: str = "engineer", **body: Any) -> Any:
    answer = world.post("/rules/adopt", body, who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def events(world: Any, subject: str) -> list[dict[str, Any]]:
    return list(world.get("/events", params={"subject": subject, "limit": 1000}).json()["items"])


def snapshot(world: Any) -> Any:
    with world.database.reading() as connection:
        return RegistryRepository(connection).snapshot()


def test_the_catalogue_tells_every_source(still_world: Any) -> None:
    """All default profiles in the reader's language; each figure with its source, the one that is off with its reason."""
    english = still_world.get("/catalogue/profiles", "viewer").json()["items"]
    chinese = still_world.get("/catalogue/profiles", "viewer", headers=ZH).json()["items"]
    assert [one["key"] for one in english] == list(default_profiles())
    assert all(rule["why"][0]["text"] for one in english for rule in one["rules"])
    off = [(one["key"], rule["band"]) for one in english for rule in one["rules"] if rule["off"]]
    assert off == [("lead", "oxidation-heat")]
    (reason,) = [rule["off"] for one in chinese for rule in one["rules"] if rule["off"]]
    assert "自然氧化" in reason
    for lang, items in (("en", english), ("zh", chinese)):
        assert [one["note"] for one in items] == [
            catalogue(lang)[f"profile.note.{one['key']}"] for one in items
        ]
    assert still_world.get("/catalogue/profiles", "c1").status_code == 403


def test_a_proposal_is_explained_and_changes_nothing(still_world: Any) -> None:
    """Climate and coast from the position; rules, reasons, seasons of the place; nothing is on record for it."""
    before = still_world.get("/events", params={"limit": 1000}).json()
    found = still_world.post("/rules/proposal", LEAD, "viewer")
    assert found.status_code == 200, found.text
    body = found.json()
    assert (body["climate"], body["coastal"], body["standing"]) == ("hot_summer_warm_winter", True, "new")
    assert body["profile"]["key"] == "lead-bundle-warm-coast"
    near = next(rule for rule in body["profile"]["rules"] if rule["band"] == "near-dew")
    assert (near["limit"], near["on_delay_s"], near["severity"]) == (3.0, 900.0, "advice")
    assert [why["code"] for why in near["why"]] == ["rules.source.near_dew_damp", "rules.why.default"]
    assert {season["season"] for season in body["seasons"]} == {"returning_damp", "summer", "typhoon"}
    assert still_world.get("/events", params={"limit": 1000}).json() == before
    spoken = still_world.post("/rules/proposal", LEAD, "viewer", headers=ZH).json()
    assert "沿海" in spoken["profile"]["name"]
    assert "回南天" in [season["name"] for season in spoken["seasons"]]


def test_adopting_watches_the_goods_and_a_second_time_changes_nothing(world: Any) -> None:
    """A lot's product and an empty zone get the profile in one act; then the same request writes no event."""
    assert snapshot(world).products[0].profile == "metal"
    body = {**LEAD, "product": "lead", "zone": "z2", "reason": "issue of the day"}
    first = adopt(world, **body)
    assert first["changed"] == ["profile:lead-bundle-warm-coast", "product:lead", "zone:z2"]
    assert first["standing"] == "same"
    for subject in first["changed"]:
        assert events(world, subject)[-1]["reason"] == "issue of the day"
    told = world.get("/events", params={"limit": 1000}).json()["items"][-1]
    assert adopt(world, **body) == {**first, "changed": []}
    assert world.get("/events", params={"limit": 1000}).json()["items"][-1] == told

    assert world.post("/rules/proposal", LEAD, "viewer").json()["standing"] == "same"
    watched = [watch for watch in watches(snapshot(world)) if watch.device == "g2/p2"]
    assert watched
    assert all(watch.profiles == ("lead-bundle-warm-coast",) for watch in watched)
    bands = {limit.band for watch in watched for limit in watch.limits}
    assert bands == {
        f"lead-bundle-warm-coast/{band}" for band in ("wet-metal", "dew-close", "near-dew", "damp-hours")
    }


def test_a_zone_and_a_product_are_answers_too(world: Any) -> None:
    """The site's climate, the zone's control, and the goods behind the product's profile need not be said again."""
    site = {"time_zone": "Asia/Shanghai", "latitude": 45.8, "longitude": 126.5}
    assert world.put("/sites/depot", site, headers={"If-Match": "*"}).status_code == 200
    zone = {"site": "depot", "climate_control": "heated"}
    assert world.put("/zones/z2", zone, headers={"If-Match": "*"}).status_code == 200
    adopt(world, goods="paint-waterborne", product="tin", zone="z2")
    found = world.post("/rules/proposal", {"product": "tin", "zone": "z2", "form": "pallet"}).json()
    assert (found["climate"], found["coastal"], found["control"]) == ("severe_cold", False, "heated")
    assert (found["goods"], found["standing"]) == ("paint-waterborne", "new")
    assert found["profile"]["key"] == "paint-waterborne-pallet-severe-cold-heated"
    assert [card["key"] for card in found["guidance"]] == ["winter-store"]
    (event,) = events(world, "profile:paint-waterborne-pail-severe-cold-heated")
    assert event["reason"] == "rules.reason.adopted"
    warmed = adopt(world, product="tin", zone="z2", control="heated_cooled", reason="cooling came")
    assert world.get("/zones/z2").json()["climate_control"] == "heated_cooled"
    assert warmed["profile"].endswith("-heated-cooled")


@pytest.mark.parametrize(
    ("body", "location", "code"),
    [
        ({**BEIHAI, "control": "none"}, "body/goods", "goods_unknown"),
        ({"product": "tin", **BEIHAI, "control": "none"}, "body/goods", "goods_unknown"),
        ({**LEAD, "goods": "cheese"}, "body/goods", "goods_unknown"),
        ({**LEAD, "form": "pail"}, "body/form", "form_unknown"),
        ({**LEAD, **LONDON}, "body/climate", "climate_unknown"),
        ({"goods": "lead", "control": "none"}, "body/climate", "climate_unknown"),
        ({"goods": "lead", "zone": "z2"}, "body/climate", "climate_unknown"),
        ({"goods": "lead", **BEIHAI}, "body/control", "control_unknown"),
        ({**LEAD, "zone": "nowhere"}, "body/zone", "unknown_reference"),
        ({**LEAD, "site": "nowhere"}, "body/site", "unknown_reference"),
        ({**LEAD, "product": "nothing"}, "body/product", "unknown_reference"),
        ({**LEAD, "control": "warm"}, "body/control", "bad_choice"),
        ({**LEAD, "latitude": 91}, "body/latitude", "too_great"),
    ],
)
def test_what_is_missing_or_wrong_is_asked_for_by_name(
    still_world: Any, body: dict[str, Any], location: str, code: str
) -> None:
    """An answer that is missing, unknown or impossible: where, and what there is to choose from, in both languages."""
    for path, lang in (("/rules/proposal", "en"), ("/rules/adopt", "zh")):
        answer = still_world.post(path, body, "engineer", headers={"Accept-Language": lang})
        assert answer.status_code == 422
        (fault,) = answer.json()["errors"]
        assert (fault["location"], fault["code"]) == (location, code)
        assert fault["message"]
        assert "{" not in fault["message"]


def test_a_climate_can_be_answered_where_no_position_helps(still_world: Any) -> None:
    """A zone and a coast that are said win over what a position says."""
    found = still_world.post("/rules/proposal", {**LEAD, **LONDON, "climate": "cold", "coastal": True}).json()
    assert (found["climate"], found["coastal"]) == ("cold", True)
    inland = still_world.post("/rules/proposal", {**LEAD, "coastal": False}).json()
    assert inland["profile"]["key"] == "lead-bundle-warm"


def test_who_may_do_what(still_world: Any) -> None:
    """Viewers look, customers are not asked, only who writes the registry adopts."""
    assert still_world.post("/rules/adopt", LEAD, "viewer").status_code == 403
    assert still_world.post("/rules/adopt", LEAD, "c1").status_code == 403
    assert still_world.post("/rules/proposal", LEAD, "c1").status_code == 403
    assert still_world.get("/guidance", "g1").status_code == 403
    assert still_world.post("/rules/proposal", LEAD, None).status_code == 401


def test_a_default_is_changed_with_a_reason_and_stays_changed(world: Any) -> None:
    """Without a reason limits are not changed; with one they are, it stands in the history, and adopting respects it."""
    key = adopt(world, **LEAD)["profile"]
    path = f"/profiles/{key}"
    mine = {k: v for k, v in world.get(path).json().items() if k not in {"id", "version", "key"}}
    mine["versions"][0]["limits"][1]["limit"] = 2.0
    refused = world.put(path, mine, "engineer", headers={"If-Match": "*"})
    assert refused.status_code == 422
    assert refused.json()["code"] == "reason_required"
    assert world.get(path).json()["version"] == 1
    named = {**mine, "name": "Lead in hall 1", "versions": world.get(path).json()["versions"]}
    assert world.put(path, named, "engineer", headers={"If-Match": "*"}).status_code == 200
    agreed = {"reason": "customer's contract"}
    assert world.put(path, mine, "engineer", headers={"If-Match": "*"}, params=agreed).status_code == 200
    history = events(world, f"profile:{key}")
    assert [event["reason"] for event in history] == ["rules.reason.adopted", "", "customer's contract"]

    assert world.post("/rules/proposal", LEAD).json()["standing"] == "edited"
    kept = adopt(world, **LEAD)
    assert (kept["standing"], kept["changed"]) == ("edited", [])
    world.now_us += 60_000_000
    back = adopt(world, **LEAD, if_edited="replace", reason="contract ended")
    assert (back["standing"], back["changed"]) == ("same", [f"profile:{key}"])
    mine_until, again = world.get(path).json()["versions"]
    assert mine_until["valid_to"] == again["valid_from"] == "2026-11-21T10:02:00Z"
    assert (mine_until["limits"][1]["limit"], again["limits"][1]["limit"]) == (2.0, 3.0)


def test_a_failed_adoption_leaves_nothing(world: Any) -> None:
    """One of the things named does not exist: neither profile nor zone is written."""
    before = world.get("/events", params={"limit": 1000}).json()
    answer = world.post("/rules/adopt", {**LEAD, "zone": "z2", "product": "gone"}, "engineer")
    assert answer.status_code == 422
    assert world.get("/events", params={"limit": 1000}).json() == before
    assert world.get("/profiles/lead-bundle-warm-coast").status_code == 404


def test_guidance_by_goods_place_and_date(world: Any) -> None:
    """What the season calls for on a day at a site; without a day, today; with trouble, the remedy whatever the season."""
    site = {"time_zone": "Asia/Shanghai", **BEIHAI}
    assert world.put("/sites/depot", site, headers={"If-Match": "*"}).status_code == 200
    asked = {"goods": "lead-bundle-warm-coast", "site": "depot"}
    spring = world.get("/guidance", "viewer", params={**asked, "date": "2027-03-01"}).json()
    assert (spring["goods"], spring["seasons"]) == ("lead", ["returning_damp"])
    assert [card["key"] for card in spring["cards"]] == ["damp-coast", "ventilation"]
    assert world.get("/guidance", params=asked).json()["cards"] == []
    wet = world.get("/guidance", params={**asked, "trouble": "wet-metal"}, headers=ZH).json()
    assert wet["cards"][0]["title"] == "铅锭、锌锭受潮：严禁直接入锅"
    assert len(wet["cards"][0]["steps"]) == 6
    assert world.get("/guidance", params={"date": "soon"}).status_code == 422
    assert world.get("/guidance", params={"site": "nowhere"}).status_code == 404
    assert world.get("/guidance", "c1", params={"site": "own2"}).status_code == 404
    assert world.get("/guidance", "c1", params={"site": "depot", "date": "2027-08-01"}).status_code == 200


def test_a_ticket_tells_the_remedy(world: Any) -> None:
    """Wet lead: the steps in the reader's language; of a sensor what to do about it."""
    wet = finding(
        "f-wet", "lead-bundle-warm-coast/wet-metal", NOW - HOUR, None, Kind.TOO_LOW, zone="z2", peak=-0.4,
        subject="device:g2/p2:temperature", cause="zone:z2:temperature:wet", severity=Severity.CRITICAL,
    )  # fmt: skip
    raise_findings(world, wet)
    rows = world.get("/tickets", params={"limit": 1000}).json()["items"]
    (goods,) = [row for row in rows if row["zone"] == "z2"]
    told = world.get(f"/tickets/{goods['number']}", headers=ZH).json()["remedy"]
    assert told[0]["key"] == "wet-ingots"
    assert "蒸汽爆炸" in told[0]["steps"][0]
    (sensor,) = [row for row in rows if row["kind"] == "sensor"]
    (card,) = world.get(f"/tickets/{sensor['number']}").json()["remedy"]
    assert card["key"] == "doubted-sensor"
