"""Models, back-tests, verdicts and proposals over HTTP: who may, what is kept, what customers never learn."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from api.app import create_app
from detect.nouns import Limit
from registry.nouns import NEVER_US, Customer, Profile, Role
from store.repositories.keys import Grant, KeyRepository
from store.repositories.registry import RegistryRepository
from tests.api.conftest import Published, World
from tests.modelled import BY, Installation, installation

DOORS, MORNING = (1, 3, 5), 7
RULE = "chilled/hot"
MODEL = "learned_course:zone:cold-1"


class Desk(NamedTuple):
    """An installation that was lived in, and the API in front of it."""

    at: Installation
    world: World


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Three times the door stood open, once it was too warm for a morning; each ticket was resolved the day after."""
    folder = tmp_path_factory.mktemp("desk")
    with installation(folder) as at:
        world = World(folder, at.store, at.reader, at.database, Published(), works=True)
        _let_in(world)
        world.app = create_app(world.services())
        for day in range(0, 10, 2):
            at.hear(range(day, day + 2), door=DOORS, warm=(MORNING,))
            at.detect()
            world.now_us = at.now_us
            for ticket in live(world):
                answer = world.post(
                    f"/tickets/{ticket['number']}/transitions", {"act": "resolve"}, "engineer"
                )
                assert answer.status_code == 200, answer.text
        at.hear(range(10, 22))
        at.detect()
        world.now_us = at.now_us
        yield Desk(at, world)
        world.app.state.keepwell.close()
        world.loop.close()


def _let_in(world: World) -> None:
    """Staff, and a customer."""
    with world.database.writing() as connection:
        RegistryRepository(connection).put(Customer(key="c1"), BY)
        keys = KeyRepository(connection, os.urandom)
        for role in (Role.ADMIN, Role.ENGINEER, Role.QUALITY, Role.VIEWER):
            world.secrets[role] = keys.issue(Grant(role, role), BY).secret
        world.secrets["c1"] = keys.issue(Grant("c1", Role.CUSTOMER, customer="c1"), BY).secret


def live(world: World) -> list[dict[str, Any]]:
    """Tickets about warmth that are not done."""
    found = world.get("/tickets", params={"cause": "zone:cold-1:temperature:high"}).json()["items"]
    return [ticket for ticket in found if ticket["live"]]


def asked(world: World, path: str, body: dict[str, Any], who: str = "admin") -> dict[str, Any]:
    """What came of long work that somebody asked for."""
    answer = world.post(path, body, who)
    assert answer.status_code == 202, answer.text
    for _ in range(600):
        found: dict[str, Any] = world.get(answer.headers["Location"].removeprefix("/api/v1"), who).json()
        if found["state"] not in {"waiting", "running"}:
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_verdicts_speak_for_a_figure_that_a_person_adopts(desk: Desk) -> None:
    """Done tickets ask for a verdict; three false ones speak for a longer delay, shown before and after, and adopted once."""
    world = desk.world
    tickets = world.get("/tickets", params={"cause": "zone:cold-1:temperature:high"}).json()["items"]
    assert len(tickets) == len(DOORS) + 1
    assert all(world.get(f"/tickets/{t['number']}").json()["asks_verdict"] for t in tickets)
    assert {t["number"] for t in tickets} <= {*world.get("/quality/detectors").json()["wanted"]}
    assert asked(world, "/quality/retunings", {"rule": RULE})["result"]["why"] == "too_few"
    tickets.sort(key=lambda t: t["number"])
    for ticket in tickets[:3]:
        said = {"verdict": "false", "reason": "the door stood open for loading"}
        assert world.post(f"/tickets/{ticket['number']}/verdict", said, "engineer").status_code == 200
    true = {"verdict": "true", "reason": "the fan stood still", "began": tickets[3]["since"]}
    assert world.post(f"/tickets/{tickets[3]['number']}/verdict", true, "engineer").status_code == 200
    again = world.get(f"/tickets/{tickets[0]['number']}").json()
    assert (again["asks_verdict"], again["verdict"]["verdict"]) == (False, "false")

    sorts = world.get("/quality/detectors").json()["sorts"]
    (hot,) = [sort for sort in sorts if sort["band"] == RULE]
    assert (hot["said_true"], hot["said_false"], hot["precision"]) == (1, 3, 0.25)

    protected = asked(world, "/quality/retunings", {"rule": "chilled/warm"})
    assert protected["result"] == {"proposal": None, "why": "protected"}
    found = asked(world, "/quality/retunings", {"rule": RULE, "days": 21})
    (proposal,) = world.get("/quality/proposals").json()["items"]
    assert proposal["id"] == found["result"]["proposal"]
    assert (proposal["before"]["said_false"], proposal["after"]["said_false"]) == (6, 0)
    assert proposal["after"]["said_true"] == proposal["before"]["said_true"] > 0
    assert proposal["after"]["missed"] == []
    assert limits(desk)[-1].on_delay_us == 3_600_000_000, "nothing is adopted by itself"

    path = f"/quality/proposals/{proposal['id']}/adopt"
    assert world.post(path, {"reason": "doors"}, "engineer").status_code == 403
    assert world.post(path, {"reason": "doors"}, "quality").json()["state"] == "adopted"
    assert world.post(path, {"reason": "doors"}, "quality").status_code == 412
    assert proposal["figure"] in {"on_delay", "limit"}
    old, new = limits(desk)
    assert (old.on_delay_us, old.limit) == (3_600_000_000, 9.0)
    assert (new.on_delay_us, new.limit) != (old.on_delay_us, old.limit)
    told = world.get("/events", params={"subject": "profile:chilled"}).json()["items"][-1]
    assert told["reason"] == "doors"


def limits(desk: Desk) -> list[Limit]:
    """The band as it was and is, in order of time."""
    with desk.at.database.reading() as connection:
        stored = RegistryRepository(connection).get(Profile, "chilled")
    assert stored is not None
    assert stored.value.versions[-1].valid_to_us in {None, NEVER_US}
    return [limit for version in stored.value.versions for limit in version.limits if limit.band == "hot"]


def test_a_model_is_trained_tried_and_promoted_over_http(desk: Desk) -> None:
    """Training is a job; the card says on what; only from the shadow is it promoted, by whoever answers for quality."""
    world = desk.world
    assert world.post("/models", {"scope": "zone:cold-1"}, "engineer").status_code == 403
    few = asked(world, "/models", {"scope": "zone:cold-1", "days": 3})
    assert (few["state"], "are needed" in few["why"]) == ("failed", True)
    job = asked(world, "/models", {"scope": "zone:cold-1", "days": 21, "reason": "spring"}, "quality")
    assert job["result"]["model"] == f"{MODEL}@1", job
    path = f"/models/{job['result']['id']}"
    card = world.get(path, "viewer").json()
    assert (card["stage"], card["file"], card["acts"]) == ("trained", "intact", [])
    refused = world.post(f"{path}/acts", {"act": "promote", "reason": "at once"}, "quality")
    assert (refused.status_code, refused.json()["refusal"]) == (409, "not_from_here")
    assert (
        world.post(f"{path}/acts", {"act": "shadow", "reason": "look"}, "quality").json()["stage"] == "shadow"
    )
    assert world.get(f"{path}/shadow-findings").json() == []
    tried = asked(world, "/backtests", {"rule": f"{MODEL}@1", "days": 5}, "engineer")
    assert tried["state"] == "done", tried
    assert len(tried["notes"]) == len(tried["result"]["notes"]) > 3
    answer = world.post(f"{path}/acts", {"act": "promote", "reason": "quiet"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 412
    assert world.post(f"{path}/acts", {"act": "promote", "reason": "quiet"}).json()["stage"] == "active"
    listed = world.get("/models", params={"limit": 1}).json()["items"]
    assert [(one["label"], one["stage"]) for one in listed] == [(f"{MODEL}@1", "active")]
    assert world.get("/models", params={"stage": "shadow", "name": MODEL}).json()["items"] == []
    assert [e["act"] for e in world.get("/events", params={"subject": f"model:{card['id']}"}).json()["items"]] == [
        "trained", "shadow", "promote"
    ]  # fmt: skip


def test_a_changed_file_keeps_a_model_from_being_promoted(desk: Desk) -> None:
    """What is not what was written after training is named, and goes nowhere."""
    world = desk.world
    job = asked(world, "/models", {"scope": "series:g1/p1", "days": 21})
    id = job["result"]["id"]
    desk.at.files.path(id).write_bytes(b"something else")
    assert "is not the file that was written after training" in world.get(f"/models/{id}").json()["file"]
    refused = world.post(f"/models/{id}/acts", {"act": "shadow", "reason": "look"})
    assert (refused.status_code, refused.json()["refusal"]) == (409, "file")


def test_back_tests_say_what_is_wrong_and_can_be_cancelled(desk: Desk) -> None:
    """A rule that nobody knows fails with what there is; what is over is not cancelled any more."""
    world = desk.world
    failed = asked(world, "/backtests", {"rule": "chilled/tepid", "days": 5})
    assert (failed["state"], "expected one of cosy, hot, warm" in failed["why"]) == ("failed", True)
    assert world.post("/backtests", {"days": 5}).status_code == 422
    answer = world.ask("DELETE", f"/api/v1/backtests/{failed['id']}")
    assert answer.json()["state"] == "failed"
    listed = world.get("/backtests").json()["items"]
    assert failed["id"] in {job["id"] for job in listed}
    assert all(job["result"] is None for job in listed)


@pytest.mark.parametrize("path", ["/models", "/backtests", "/quality/detectors", "/quality/proposals"])
def test_customers_learn_nothing_of_it(desk: Desk, path: str) -> None:
    """Neither how right detection is nor what is tried."""
    assert desk.world.get(path, "c1").status_code == 403
