"""What devices can, fall short of, and when their certificates run out; what goods went through; over HTTP."""

from __future__ import annotations

from typing import Any

from registry import nouns as r
from registry.models import default_models
from store.repositories.registry import RegistryRepository
from tests.api.conftest import BY, HOUR, MINUTE, NOW, T0

DAY = 24 * HOUR


def enter(world: Any, *values: r.Registered) -> None:
    """Objects into the registry."""
    with world.database.writing() as connection:
        for value in values:
            RegistryRepository(connection).put(value, BY)


def certificate(key: str, done_us: int, deviation: float | None, due_us: int | None = None) -> r.Calibration:
    """A certificate of p1 for temperature."""
    return r.Calibration(
        key=key, device="p1", quantity="temperature", done_us=done_us, due_us=due_us, deviation=deviation
    )  # fmt: skip


def test_the_catalogue(still_world: Any) -> None:
    """All models, with units and where the figures come from."""
    items = still_world.get("/catalogue/device-models", "viewer").json()["items"]
    assert {item["key"] for item in items} == set(default_models())
    assert all(item["note"] for item in items)
    assert still_world.get("/catalogue/device-models", "c1").status_code == 403


def test_deviation_beside_the_value(world: Any) -> None:
    """By the certificate of each reading's time; the value itself stays, and without being asked nothing is told."""
    enter(world, certificate("first", T0 + 10 * MINUTE, 0.25), certificate("second", T0 + 20 * MINUTE, -0.5))
    asked = {
        "device": "g1/p1",
        "quantity": "temperature",
        "from": "2026-11-21T08:00:00Z",
        "to": "2026-11-21T08:30:00Z",
    }
    plain = world.get("/readings", params=asked).json()["items"]
    assert not {"deviation", "corrected"} & plain[0].keys()
    told = world.get("/readings", params=asked | {"corrected": "true"}).json()["items"]
    assert [t["value"] for t in told] == [p["value"] for p in plain]
    by_value = {t["value"]: (t["deviation"], t["corrected"]) for t in told}
    assert (by_value[9.0], by_value[10.0], by_value[20.0]) == ((None, None), (0.25, 9.75), (-0.5, 20.5))
    text = world.get("/readings", params=asked | {"corrected": "true", "format": "csv"}).text.splitlines()
    assert text[0].endswith("value,flags,deviation,corrected")
    assert text[-1].endswith("29.0,,-0.5,29.5")
    latest = world.get("/readings/latest", params={"device": "g1/p1", "corrected": "true"}).json()["items"]
    assert {t["quantity"]: t["deviation"] for t in latest} == {"temperature": -0.5, "relative_humidity": None}


def test_certificates_that_run_out(world: Any) -> None:
    """Run out, soon, later; only those of devices in use."""
    enter(
        world,
        certificate("c1", T0 - 300 * DAY, 0.1, NOW + 20 * DAY),
        r.Calibration(key="c2", device="p2", quantity="temperature", done_us=T0 - 400 * DAY, due_us=T0 - DAY),
    )
    items = world.get("/requirements/calibrations").json()["items"]
    assert [(i["device"], i["overdue"], i["site"]) for i in items] == [
        ("p2", True, "depot"),
        ("p1", False, "depot"),
    ]
    items = world.get("/requirements/calibrations", params={"within_days": 0}).json()["items"]
    assert [i["device"] for i in items] == ["p2"]


def test_gaps_name_what_to_do(world: Any) -> None:
    """Measured interval, accuracy and missing certificate of the probes beside goods, in both languages."""
    version = r.ProfileVersion(interval_us=30_000_000, accuracy=(("temperature", 0.2),))
    enter(
        world,
        r.Profile(key="metal", versions=(version,)),
        r.Device(key="p1", gateway="g1", device="p1", model="ds18b20"),
    )
    found = {g["kind"]: g for g in world.get("/requirements/gaps").json()["items"]}
    assert found.keys() == {"interval_measured", "accuracy", "calibration_missing"}
    gap = found["interval_measured"]
    assert (gap["device"], gap["place"], gap["unit"], gap["required"], gap["actual"]) == (
        "p1",
        "z1",
        "s",
        30,
        60,
    )
    assert (found["accuracy"]["required"], found["accuracy"]["actual"]) == (0.2, 0.5)
    assert all("{" not in g["message"] for g in found.values())
    chinese = world.get("/requirements/gaps", headers={"Accept-Language": "zh"}).json()["items"]
    assert "校准证书" in "".join(g["message"] for g in chinese)
    assert world.get("/requirements/gaps", params={"place": "z2"}).json()["items"] == []


def test_what_a_lot_went_through(world: Any) -> None:
    """l1 stood beside p1 in its first hour, in which it said its minute: told to its customer and to nobody else's."""
    told = world.get("/lots/l1/exposure", "c1").json()
    (stay,) = told["stays"]
    assert (stay["place"], stay["from"], stay["to"]) == ("z1", "2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z")
    (heat,) = [q for q in stay["quantities"] if q["quantity"] == "temperature"]
    assert (heat["min"], heat["max"], heat["samples"], heat["coverage"]) == (0.0, 59.0, 60, 1.0)
    assert (heat["mean"], heat["imported_share"]) == (30.0, 0.0)
    assert world.get("/lots/l1/exposure", "c2").status_code == 404
    assert world.get("/lots/nothing/exposure").status_code == 404
    half = world.get("/lots/l1/exposure", params={"from": "2026-11-21T08:30:00Z"}).json()
    assert half["stays"][0]["quantities"][-1]["min"] == 30.0
    none = world.get("/lots/l1/exposure", params={"to": "2026-11-20T08:30:00Z"}).json()
    assert (none["stays"], none["whole"]) == ([], None)


def test_a_lots_whole_way_as_one_record(world: Any) -> None:
    """Chain, figures with coverage, findings of its own goods; files are told to the operator alone; CSV says the same."""
    whole = world.get("/lots/l1/exposure", "c1").json()["whole"]
    assert (whole["passages"][0]["place"], whole["passages"][0]["stage"]) == ("z1", "storage")
    assert whole["standing"] in {"within", "beyond", "unknown"}
    assert whole["files"] is None
    assert world.get("/lots/l1/exposure").json()["whole"]["files"] == []
    assert all(
        0 <= one["coverage"] <= 1 for one in (*whole["quantities"], *whole["limits"], whole["wetness"])
    )
    assert {q["quantity"] for q in whole["quantities"]} >= {"temperature", "product_temperature"}
    answer = world.get("/lots/l1/exposure", "c1", params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.splitlines()
    assert lines[0].endswith("part,place,from,to,name,figure,value,unit,coverage")
    assert any(line.startswith("whole,") and ",standing," in line for line in lines)
    assert world.get("/lots/l1/exposure", "c2", params={"format": "csv"}).status_code == 404


def test_a_lag_is_proposed_and_adopted_by_an_act_on_record(world: Any) -> None:
    """Nothing changes by asking; the act makes a new version from now on, with its reason in the event table."""
    told = world.get("/zones/z1/lag", "viewer").json()
    assert (told["zone"], told["probes"]) == ("z1", [])
    assert world.get("/zones/nowhere/lag").status_code == 404
    assert world.get("/zones/z1/lag", "c1").status_code == 403
    body = {"profile": "metal", "form": "stack", "lag_s": 7200, "reason": "probe in hall 1"}
    assert world.post("/zones/z1/lag/adopt", body, "viewer").status_code == 403
    assert world.post("/zones/z1/lag/adopt", body | {"lag_s": 1}).status_code == 422
    assert world.post("/zones/z1/lag/adopt", body | {"profile": "none"}).status_code == 404
    done = world.post("/zones/z1/lag/adopt", body)
    assert (done.status_code, done.json()["lag_s"]) == (200, 7200.0)
    versions = world.get("/profiles/metal").json()["versions"]
    assert [v["lags"] for v in versions] == [{}, {"stack": 7200.0}]
    assert versions[0]["valid_to"] == versions[1]["valid_from"] == done.json()["since"]
    events = world.get("/events", params={"subject": "profile:metal"}).json()["items"]
    assert events[-1]["reason"] == "probe in hall 1"


def test_limits_judged_over_time_go_in_and_come_out_as_they_are(world: Any) -> None:
    """Stages, cycles and what a label allows are kept; fields that do not go together are named."""
    freeze = {
        "band": "freeze", "quantity": "freeze_thaw", "side": "low", "limit": 0, "deadband": 2.0, "window_s": 86400,
        "cycles": 3, "stages": ["transport"],
    }  # fmt: skip
    mean = {
        "band": "mkt", "quantity": "mean_kinetic_temperature", "side": "high", "limit": 25, "window_s": 2_592_000,
        "allowed": {"low": 15, "high": 30, "most": 40, "most_s": 86400, "coverage": 0.9},
    }  # fmt: skip
    put = world.put("/profiles/own", {"name": "Own", "versions": [{"limits": [freeze, mean]}]})
    assert put.status_code in {200, 201}, put.text
    (version,) = world.get("/profiles/own").json()["versions"]
    kept = {limit["band"]: limit for limit in version["limits"]}
    assert freeze.items() <= kept["freeze"].items()
    assert mean.items() <= kept["mkt"].items()
    for wrong in (
        {"side": "high"},
        {"window_s": 0},
        {"stages": ["moon"]},
        {"cycles": -1},
        {"allowed": mean["allowed"]},
    ):
        answer = world.put("/profiles/bad", {"name": "Bad", "versions": [{"limits": [freeze | wrong]}]})
        assert (answer.status_code, "{" in answer.json()["detail"]) == (422, False)
