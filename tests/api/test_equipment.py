"""Equipment over HTTP: how a machine stands, which inspections are due, and those that are put on record."""

from __future__ import annotations

import msgspec
import pytest

from api.times import text_of
from api.views_equipment import ConditionView, DuesView
from detect.machines.nouns import US_PER_DAY, Figure
from registry.nouns import Equipment, EquipmentKind
from store.repositories import machines
from store.repositories.machines import StoredDay
from store.repositories.registry import RegistryRepository
from tests.api.conftest import BY, NOW, World

TODAY = NOW // US_PER_DAY
DONE = text_of((TODAY - 100) * US_PER_DAY)


@pytest.fixture
def kept(world: World) -> World:
    """ac1 weakens and is inspected every 120 days; three like it are sound."""
    with world.database.writing() as connection:
        registry = RegistryRepository(connection)
        for key in ("ac1", "ac2", "ac3", "ac4"):
            registry.put(
                Equipment(
                    key=key,
                    zone="z1",
                    kind=EquipmentKind.COOLING,
                    inspection_us=120 * US_PER_DAY if key == "ac1" else None,
                ),
                BY,
            )
            worn = 1.25 if key == "ac1" else 1.0
            said = {Figure.WEAR: worn, Figure.CONDITION: 100 / worn, Figure.DUTY: 0.4 * worn}
            if key == "ac1":
                said |= {Figure.P10_DAYS: 2.0, Figure.P50_DAYS: 6.0, Figure.P90_DAYS: 20.0}
            figures = {str(figure): (value, 1440, 0.9) for figure, value in said.items()}
            days = [StoredDay(TODAY - 10 + day, "abc", figures) for day in range(10)]
            machines.keep_days(connection, key, days)
    return world


def test_the_condition_of_a_machine(kept: World) -> None:
    """Figures over time, strength, window, peers, and the next inspection, which its weakness brings forward."""
    kept.post("/equipment/ac1/inspections", {"done": DONE, "result": "good"})
    found = msgspec.convert(kept.get("/equipment/ac1/condition").json(), ConditionView)
    assert (found.key, found.zone, found.kind) == ("ac1", "z1", "cooling")
    assert (found.strength_percent, found.wear) == (80.0, 1.25)
    assert found.window is not None
    assert found.window.p50 == text_of((TODAY + 6) * US_PER_DAY)
    assert found.peers is not None
    assert (found.peers.machines, found.peers.median_wear) == (3, 1.0)
    assert {f.name: len(f.points) for f in found.figures}["duty"] == 10
    assert next(f for f in found.figures if f.name == "duty").trend_per_day == 0.0
    assert (found.inspection.state, found.inspection.reason) == ("overdue", "worse")
    assert "evaporator" in found.inspection.checks
    chinese = kept.ask(
        "GET", "/api/v1/equipment/ac1/condition", "admin", headers={"Accept-Language": "zh"}
    ).json()
    assert "盘管" in chinese["inspection"]["checks"]


def test_inspections_by_urgency(kept: World) -> None:
    """None on record; then due by the calendar or earlier; machines without a plan come last."""
    first = msgspec.convert(kept.get("/inspections").json(), DuesView).inspections
    assert (first[0].equipment, first[0].state) == ("ac1", "never")
    assert {one.state for one in first[1:]} == {"unplanned"}
    kept.post("/equipment/ac1/inspections", {"done": text_of(NOW - 60_000_000), "result": "repaired"})
    second = msgspec.convert(kept.get("/inspections?within_days=150").json(), DuesView).inspections[0]
    assert (second.equipment, second.state, second.reason) == ("ac1", "due", "date")


def test_an_inspection_is_put_on_record_once_with_its_event(kept: World) -> None:
    """The same request again is the same inspection; readings come back; who did it is known."""
    body = {
        "done": DONE,
        "result": "repaired",
        "readings": {"suction_pressure_bar": 2.1},
        "note": "leak closed",
    }
    key = {"headers": {"Idempotency-Key": "once"}}
    answers = [kept.post("/equipment/ac1/inspections", body, "engineer", **key) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["readings"] == {"suction_pressure_bar": 2.1}
    listed = kept.get("/equipment/ac1/condition").json()["inspections"]
    assert [one["id"] for one in listed] == [answers[0].json()["id"]]
    events = kept.get("/events?after=0&limit=1000").json()
    told = [e for e in events.get("events", events.get("items", [])) if e["act"] == "inspected"]
    assert [(e["subject"], e["new"]["result"]) for e in told] == [("equipment:ac1", "repaired")]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"done": text_of(NOW + 3_600_000_000), "result": "good"}, 422),
        ({"done": DONE, "result": "perfect"}, 422),
        ({"done": DONE, "result": "good", "readings": {"x": "warm"}}, 422),
        ({"result": "good"}, 422),
    ],
)
def test_what_cannot_be_is_refused(kept: World, body: dict[str, object], status: int) -> None:
    """In the future, of no known result, with words for numbers, without a time."""
    assert kept.post("/equipment/ac1/inspections", body).status_code == status


def test_whose_business_it_is(kept: World) -> None:
    """Customers never; a keeper of another site as if it did not exist; viewers read and do not write."""
    body = {"done": DONE, "result": "good"}
    assert kept.get("/equipment/ac1/condition", "c1").status_code == 403
    assert kept.get("/inspections", "c1").status_code == 403
    assert kept.post("/equipment/ac1/inspections", body, "viewer").status_code == 403
    assert kept.get("/equipment/ac1/condition", "viewer").status_code == 200
    assert kept.get("/equipment/ac1/condition", "keeper").status_code == 404
    assert kept.get("/equipment/ac1/condition", "yard").status_code == 200
    assert kept.get("/inspections", "keeper").json() == {"inspections": []}
    assert kept.get("/equipment/nothing/condition").status_code == 404
