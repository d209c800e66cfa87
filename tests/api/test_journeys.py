"""Shipments on their way: progress, track, and who sees what of them; keepers and drivers at work with a scanner."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from registry import nouns as r
from store.repositories.registry import RegistryRepository
from tests.api.conftest import BY, MINUTE, NOW, T0, T1, T2, make_world

DUE = "2026-11-21T09:30:00Z"
"""When s7 should be there: half an hour before now."""
_SECONDS = count(10)


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The world, with a shipment of c1's lot on the road since T1 with carrier k1, in a truck whose tracker speaks since T0."""
    for world in make_world(tmp_path_factory.mktemp("road")):
        with world.database.writing() as connection:
            registry = RegistryRepository(connection)
            for value in (
                r.Zone(key="truck", kind=r.ZoneKind.TRUCK),
                r.Device(key="t7", gateway="g2", device="t7"),
                r.Shipment(
                    key="s7",
                    zone="truck",
                    origin="depot",
                    destination="own2",
                    carrier="k1",
                    departed_us=T1,
                    stage=r.Stage.TRANSPORT,
                    expected_departure_us=T0 + 30 * MINUTE,
                    expected_arrival_us=T1 + 30 * MINUTE,
                    amount=None,
                ),
                r.Lot(key="l7", customer="c1", product="lead"),
                r.Lot(key="new", customer="c1", product="tin"),
                r.Device(key="spare", gateway="g1", device="spare"),
            ):
                registry.put(value, BY)  # fmt: skip
            for kind, what, where, place in (
                (r.SubjectKind.DEVICE, "t7", r.PlaceKind.ZONE, "truck"), (r.SubjectKind.LOT, "l7", r.PlaceKind.SHIPMENT, "s7"),
            ):  # fmt: skip
                start = r.ALWAYS_US if what == "t7" else T1 - 10 * MINUTE
                registry.placements.place(
                    r.Placement(
                        subject_kind=kind, subject=what, place_kind=where, place=place, valid_from_us=start
                    ),
                    BY,
                )
        minutes = range(0, 121, 10)
        north = [(T0 + n * MINUTE, 21.0 + n / 1000) for n in minutes]
        world.add_readings("g2/t7", north, "latitude")
        world.add_readings("g2/t7", [(time_us, 109.0) for time_us, _ in north], "longitude")
        yield world


def test_progress_says_where_and_how_late(road: Any) -> None:
    """Stage, expected arrival, late by how much, the newest position with its age; the same for every leg."""
    found = road.get("/shipments/s7/progress").json()
    assert (found["stage"], found["expected_arrival"], found["arrived"]) == ("transport", DUE, None)
    assert found["late_by_s"] == found["legs"][0]["late_by_s"] == (NOW - T1 - 30 * MINUTE) / 1e6
    assert (found["position"]["latitude"], found["position"]["age_s"]) == (
        pytest.approx(21.12),
        (NOW - T2) / 1e6,
    )
    assert [leg["stage"] for leg in found["legs"]] == ["transport"]
    bare = road.get("/shipments/s1/progress").json()
    assert (bare["position"], bare["late_by_s"]) == (None, None)


def track(road: Any, who: str, **more: Any) -> list[str]:
    """The minutes past T0 of a track."""
    answer = road.get("/shipments/s7/track", who, params=more)
    assert answer.status_code == 200, answer.text
    return [fix["time"][11:16] for fix in answer.json()["items"]]


def test_the_track_is_the_vehicles_since_it_works_for_the_shipment(road: Any) -> None:
    """All who may see all see it from before the departure; page by page it is the same."""
    assert track(road, "viewer")[0] == "08:00"
    assert len(track(road, "viewer")) == 13
    first = road.get("/shipments/s7/track", params={"limit": 5}).json()
    rest = road.get("/shipments/s7/track", params={"limit": 5, "cursor": first["next"]}).json()
    assert rest["items"][0]["time"] == "2026-11-21T08:50:00Z"
    assert track(road, "viewer", **{"from": "2026-11-21T09:00:00Z", "to": "2026-11-21T09:20:00Z"}) == [
        "09:00",
        "09:10",
    ]


@pytest.mark.parametrize("who", ["c1", "driver"])
def test_goods_and_carriers_see_the_vehicle_while_it_carries_them(road: Any, who: str) -> None:
    """From the departure on, not what the truck did before; its temperature likewise."""
    assert track(road, who)[0] == "09:00"
    assert road.get("/shipments/s7/progress", who).json()["position"]["latitude"] == pytest.approx(21.12)
    asked = {"zone": "truck", "from": "2026-11-21T07:00:00Z", "to": "2026-11-21T11:00:00Z"}
    rows = road.get("/readings", who, params=asked).json()["items"]
    assert min(row["time"] for row in rows) == "2026-11-21T09:00:00Z"


@pytest.mark.parametrize("who", ["c2", "carrier"])
def test_other_customers_and_carriers_know_nothing_of_it(road: Any, who: str) -> None:
    """As if it did not exist."""
    for path in ("", "/progress", "/track"):
        assert road.get(f"/shipments/s7{path}", who).status_code == 404
    assert road.get("/zones/truck", who).status_code == 404


def test_the_keeper_at_the_destination_knows_what_comes_but_not_the_road(road: Any) -> None:
    """A keeper sees the shipments from and to its site and their goods, and readings of its site alone."""
    assert road.get("/shipments/s7/progress", "keeper").json()["position"] is None
    assert track(road, "keeper") == []
    assert road.get("/lots/l7", "keeper").status_code == 200
    assert road.get("/lots/l2", "keeper").status_code == 404
    assert road.get("/zones/truck", "keeper").status_code == 404
    assert road.get("/shipments/s7", "keeper").json()["amount"] is None


def test_integrators_and_gateways_follow_nobody(road: Any) -> None:
    """No goods, no journeys."""
    for who in ("integrator", "g1"):
        for path in ("/shipments/s7/progress", "/shipments/s7/track", "/lots"):
            assert road.get(path, who).status_code == 403


def scan(road: Any, who: str, first: str, second: str) -> Any:
    """A second after the one before."""
    body = {
        "client_id": f"{who}{first}{second}", "first": f"keepwell:{first}", "second": f"keepwell:{second}",
        "time": f"2026-11-21T10:00:{next(_SECONDS)}Z",
    }  # fmt: skip
    answer = road.post("/scans", body, who)
    return answer.status_code, answer.json().get("refusal")


def test_everybody_scans_their_own(road: Any) -> None:
    """A keeper takes up new goods and devices on its site, a driver loads its shipment; what is foreign is unknown to the scanner."""
    assert scan(road, "keeper", "lot/new", "zone/z1") == (409, "unknown")
    assert scan(road, "yard", "lot/l7", "zone/z1") == (201, None)
    assert scan(road, "yard", "lot/new", "zone/z2") == (201, None)
    assert scan(road, "carrier", "lot/new", "shipment/s7") == (409, "unknown")
    assert scan(road, "driver", "device/spare", "shipment/s7") == (201, None)
    assert scan(road, "integrator", "device/spare", "zone/z1") == (201, None)
    assert scan(road, "integrator", "lot/new", "zone/z1") == (409, "unknown")
    body = {"client_id": "x", "first": "keepwell:lot/new", "second": "keepwell:zone/z1"}
    assert [road.post("/scans", body, who).status_code for who in ("viewer", "c1", "g1")] == [403] * 3


def test_a_lots_place_is_known_to_whom_it_may_concern(road: Any) -> None:
    """What a code names, and where it is, as far as one may know."""
    asked = {"code": "keepwell:lot/l2"}
    for who, known in (
        ("admin", True),
        ("yard", True),
        ("c2", True),
        ("keeper", False),
        ("c1", False),
        ("driver", False),
        ("integrator", False),
    ):
        objects = road.get("/identify", who, params=asked).json()["objects"]
        assert [one["place"] for one in objects] == (["z1"] if known else []), who


@pytest.mark.parametrize(
    ("who", "hears", "not_of"),
    [
        ("driver", "shipment:s7", "lot:l2"),
        ("yard", "lot:l2", "customer:c2"),
        ("carrier", None, ""),
        ("keeper", "shipment:s7", "lot:l2"),
    ],
)
def test_events_of_ones_own_things_without_what_stood_there(
    road: Any, who: str, hears: str | None, not_of: str
) -> None:
    """That something happened, to what is one's own; not who, why, before and after. The live stream asks the same function."""
    events, after = [], None
    while True:
        page = road.get("/events", who, params={"limit": 1000} | ({"cursor": after} if after else {})).json()
        events, after = events + page["items"], page["next"]
        if after is None:
            break
    subjects = {event["subject"] for event in events}
    assert hears in subjects or (
        hears is None and not {s for s in subjects if s.split(":")[0] in {"lot", "shipment"}}
    )
    assert not_of not in subjects
    assert {(event["principal"], event["reason"], event["old"], event["new"]) for event in events} <= {
        ("", "", None, None)
    }
