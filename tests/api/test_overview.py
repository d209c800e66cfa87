"""How every place stands now: the worst first, the work by place, and nobody sees a place that is not theirs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.overview import URGENCY, PlaceNow, Stand, patience_us, stand_of_kind
from detect.nouns import Change, FindingChange, Kind, Severity
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE
from registry import nouns as r
from store.repositories import desk
from store.repositories.forecasts import note
from store.repositories.registry import RegistryRepository
from tests.api.conftest import MINUTE, NOW, T0, T1, T2, World, finding, raise_findings
from tickets import policy
from tickets.places import RegistryPlaces
from tickets.raising import Raising

HOT = r.Zone(key="hot", site="s")


def by_site(world: World, who: str = "admin", query: str = "") -> dict[str, Any]:
    """Places by site, or zone where they have none."""
    answer = world.get(f"/overview{query}", who)
    assert answer.status_code == 200, answer.text
    return {row["site"] or row["zone"]: row for row in answer.json()["items"]}


def calm_down(world: World) -> None:
    """What the world begins with is over: the excursion of c2 in z1, and the trouble with p1."""
    over = [
        finding("f-c2", "hot", T1 + 10 * MINUTE, T2),
        finding(
            "f-sensor", "", T0, T2, Kind.SENTINEL, cause="device:g1/p1:sentinel", severity=Severity.WARNING
        ),
    ]
    with world.database.writing() as connection:
        places = RegistryPlaces(RegistryRepository(connection).snapshot())
        raising = Raising(policy.load(), places, r.uuid7)
        desk.record(connection, [FindingChange(Change.CLOSED, one) for one in over], raising, world.now_us)


def test_what_goes_on_is_told(world: World) -> None:
    """An excursion that goes on, its ticket, the newest reading; calm and empty places beside it; filters."""
    calm_down(world)
    calm = by_site(world)
    assert calm["depot"]["state"] == "calm"
    assert calm["own2"]["state"] == calm["van"]["state"] == "no_data"
    assert calm["depot"]["newest_reading"] == "2026-11-21T09:59:00Z"
    raise_findings(world, finding("f-now", "hot", T2, None))
    answer = world.get("/overview").json()
    assert answer["items"][0]["site"] == "depot"
    assert answer["states"] == {
        "excursion": 1, "foretold": 0, "trouble": 0, "silent": 0, "calm": 0, "no_data": 2,
    }  # fmt: skip
    depot = answer["items"][0]
    assert (depot["state"], depot["worst"]["kind"], depot["worst"]["zone"]) == ("excursion", "too_high", "z1")
    assert depot["zones"] is None
    assert depot["work"]["live"] == sum(depot["work"]["by_priority"].values()) >= 1
    assert depot["work"]["deadline"] is not None
    assert answer["elsewhere"]["live"] == 0
    (alone,) = world.get("/overview?site=depot").json()["items"]
    assert [(zone["zone"], zone["state"]) for zone in alone["zones"]] == [("z1", "excursion"), ("z2", "calm")]
    assert set(by_site(world, query="?state=no_data")) == {"own2", "van"}
    assert world.get("/overview?site=nowhere").status_code == 404
    assert world.get("/overview?state=odd").status_code == 422


def test_the_numbers_are_those_of_the_desk(world: World) -> None:
    """Live and overdue add up to what the counts of tickets say."""
    raise_findings(world, finding("f-now", "hot", T2, None))
    for later in (0, 400 * MINUTE):
        world.now_us = NOW + later
        counts = world.get("/tickets/counts").json()
        answer = world.get("/overview").json()
        work = [row["work"] for row in answer["items"]] + [answer["elsewhere"]]
        for name in ("live", "overdue", "act_by_past"):
            assert sum(one[name] for one in work) == counts[name], name


def test_a_place_that_is_heard_no_more_is_silent(world: World) -> None:
    """With the time of its last reading; an hour without a word is too long where nobody said how often."""
    calm_down(world)
    world.now_us = NOW + 2 * 60 * MINUTE
    depot = by_site(world)["depot"]
    assert (depot["state"], depot["newest_reading"]) == ("silent", "2026-11-21T09:59:00Z")


def test_a_foretold_breach(world: World) -> None:
    """Its P10, P50 and P90, on the map of those whose goods are there."""
    evidence = {
        "quantity": "temperature", "side": "high", "limit": 45.0, "issued_us": NOW, "expires_us": NOW + US_PER_HOUR,
        "p10_us": NOW + MINUTE, "p50_us": NOW + 2 * MINUTE, "p90_us": None, "probability": 0.8, "state": "standing",
    }  # fmt: skip
    told = finding(
        "f-told", "hot", NOW, None, Kind.PREDICTED_BREACH, evidence=evidence, severity=Severity.WARNING
    )
    with world.database.writing() as connection:
        note(connection, [FindingChange(Change.OPENED, told)])
    calm_down(world)
    for who in ("admin", "c2"):
        depot = by_site(world, who)["depot"]
        assert depot["state"] == "foretold"
        assert (depot["breach"]["p10"], depot["breach"]["p90"]) == ("2026-11-21T10:02:00Z", None)
    assert "depot" not in by_site(world, "c1")


def test_everybody_sees_their_own(world: World) -> None:
    """c2 has goods in z1 now and a house; c1 had goods there once; a keeper has a site; the driver's van is empty."""
    raise_findings(world, finding("f-now", "hot", T2, None))
    own = by_site(world, "c2", "?zones=true")
    assert set(own) == {"depot", "own2"}
    assert [zone["zone"] for zone in own["depot"]["zones"]] == ["z1"]
    assert own["depot"]["state"] == "excursion"
    assert own["depot"]["worst"]["subject"] == ""
    assert own["depot"]["work"]["act_by"] is None
    assert by_site(world, "c1") == {}
    assert set(by_site(world, "yard")) == {"depot"}
    assert set(by_site(world, "keeper")) == {"own2"}
    assert world.get("/overview?site=own2", "c1").status_code == 404
    assert world.get("/overview?site=nowhere", "c1").status_code == 404
    assert world.get("/overview", "g1").status_code == 403


def test_trouble_with_technology_is_the_sites(world: World) -> None:
    """A gateway's alarm has no zone: it stands at the gateway's site, and no customer sees it."""
    calm_down(world)
    subject = {"subject": "gateway:g1", "zone": None, "cause": "gateway:g1:silent"}
    raise_findings(world, finding("f-gw", "", T2, None, Kind.SILENT_GATEWAY, **subject))
    assert by_site(world)["depot"]["state"] == "silent"
    assert by_site(world, "c2")["depot"]["state"] == "calm"


KINDS = st.lists(st.sampled_from(list(Kind)), max_size=4)


@given(
    st.lists(st.tuples(KINDS, st.one_of(st.none(), st.integers(0, 10 * US_PER_HOUR))), min_size=1, max_size=4)
)
def test_a_site_stands_as_its_worst_zone(zones: list[tuple[list[Kind], int | None]]) -> None:
    """Whatever holds where: nothing that is worse than calm is hidden by what is beside it."""
    now_us = 10 * US_PER_HOUR
    rooms = [PlaceNow(None, HOT, [alarm(kind) for kind in kinds], newest_us=heard) for kinds, heard in zones]
    site = PlaceNow(None, None, zones=rooms)
    site.gather(now_us)
    worst = min((room.stand for room in rooms), key=URGENCY.__getitem__)
    assert site.stand == worst
    for room in rooms:
        assert all(URGENCY[room.stand] <= URGENCY[stand_of_kind(one.kind)] for one in room.alarms)
        if room.newest_us is None and not room.alarms:
            assert room.stand is Stand.NO_DATA


def alarm(kind: Kind) -> Any:
    """An alarm, as far as this matters."""
    return AlarmLike(kind)


class AlarmLike:
    """What the overview reads of an alarm."""

    def __init__(self, kind: Kind) -> None:
        self.kind, self.severity, self.active_since_us, self.id = kind, Severity.ALARM, 0, str(kind)


@pytest.mark.parametrize(
    ("intervals", "minutes"),
    [([], 60), ([None], 60), ([US_PER_MINUTE], 15), ([20 * US_PER_MINUTE, None], 60)],
)
def test_patience(intervals: list[int | None], minutes: int) -> None:
    """Three intervals of the fastest, a quarter of an hour at least."""
    assert patience_us(intervals) == minutes * US_PER_MINUTE
