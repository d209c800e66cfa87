"""A lot's status decides about its alarms, whichever way it came; and the record names the person, and the key, behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from keepwell.settings import read_settings
from keepwell.wiring import installation_file
from registry import nouns as r
from store.repositories.keys import Grant, KeyRepository
from store.repositories.registry import RegistryRepository
from tests.api.conftest import BY, World
from tests.api.test_imports import applied, sent, settled, workbook

LATCHED = "zone:z1:temperature:warm"
WAYS: dict[str, Callable[[World, str], Any]] = {
    "act": lambda world, who: world.post(
        "/lots/l1/status", {"status": "released", "reason": "measured"}, who
    ),
    "put": lambda world, who: world.ask(
        "PUT", "/api/v1/lots/l1?reason=measured", who,
        json={"customer": "c1", "product": "lead", "status": "released"}, headers={"If-Match": '"1"'},
    ),
    "push": lambda world, who: world.post(
        "/bulk/lots?reason=measured", [{"key": "l1", "status": "released"}], who
    ),
}  # fmt: skip
"""How one lot is released over HTTP; an upload takes several steps."""


def person_with_a_key(world: World) -> str:
    """A key given out for a person; its name in events."""
    with world.database.writing() as connection:
        RegistryRepository(connection).put(r.Person(key="ann", role=r.Role.SUPERVISOR), BY)
        issued = KeyRepository(connection).issue(Grant("desk", r.Role.SUPERVISOR, person="ann"), BY)
    world.secrets["ann"] = issued.secret
    return f"key:{issued.key.id}"


def alarm(world: World) -> dict[str, Any]:
    """The excursion that is over, and waits for a decision on l1."""
    (found,) = [one for one in world.get("/alarms").json()["items"] if one["cause"] == LATCHED]
    full: dict[str, Any] = world.get(f"/alarms/{found['id']}").json()
    return full


def last(world: World, subject: str) -> dict[str, Any]:
    """The last event about something."""
    found: dict[str, Any] = world.get("/events", params={"subject": subject}).json()["items"][-1]
    return found


@pytest.mark.parametrize("way", WAYS)
def test_every_way_unlatches_and_names_the_person(world: World, way: str) -> None:
    """Act, whole object, push: the alarm is decided on, by the person; the event names the key, too."""
    key = person_with_a_key(world)
    assert alarm(world)["lots"] == ["l1"]
    answer = WAYS[way](world, "ann")
    assert answer.status_code == 200, answer.text
    after = alarm(world)
    assert (after["state"], after["lots"]) == ("normal", [])
    (decided,) = after["decisions"]
    assert (decided["decision"], decided["lot"], decided["principal"]) == ("released", "l1", "person:ann")
    told = last(world, "lot:l1")
    assert (told["principal"], told["new"]["through"], told["reason"]) == ("person:ann", key, "measured")
    assert world.get("/lots/l1").json()["status"] == "released"


@pytest.mark.parametrize("who", ["admin", "ann"])
def test_an_uploaded_list_unlatches(world: World, who: str) -> None:
    """The status column of a workbook decides like the act does; who applies it is who decides."""
    key = person_with_a_key(world)
    rows = workbook(批次=[["编号", "状态"], ["l1", "不合格"]])
    job = sent(world, ("l.xlsx", rows), who="ann" if who == "ann" else "admin")
    assert job["state"] == "ready", world.get(f"/imports/{job['id']}/faults").text
    if who == "admin":
        done = applied(world, job)
        assert done["state"] == "applied"
    else:
        assert world.post(f"/imports/{job['id']}/apply", None, who).status_code == 202
        assert settled(world, job["id"])["state"] == "applied"
    after = alarm(world)
    assert (after["state"], after["decisions"][0]["decision"]) == ("normal", "rejected")
    told = last(world, "lot:l1")
    if who == "ann":
        assert (told["principal"], told["new"]["through"]) == ("person:ann", key)
        assert after["decisions"][0]["principal"] == "person:ann"
    else:
        assert told["principal"].startswith("key:")
        assert "through" not in told["new"]


def test_a_registry_file_unlatches(world: World) -> None:
    """`keepwell apply` is a way like the others."""
    path = world.folder / "lots.toml"
    path.write_text(
        'format = 1\n[[lot]]\nkey = "l1"\ncustomer = "c1"\nproduct = "lead"\nstatus = "available"\n'
    )
    settings = read_settings({}, data=world.folder)
    if isinstance(world.database.place, str):
        settings = replace(settings, service_url=world.database.place)
    else:
        settings.service_file.symlink_to(world.database.place)
    assert installation_file.build(settings, path).changes == 0, "it is available already"
    world.post("/lots/l1/status", {"status": "hold", "reason": "look at it"}, "quality")
    assert alarm(world)["state"].startswith("latched")
    assert installation_file.build(settings, path).changes == 1
    after = alarm(world)
    assert (after["state"], after["decisions"][0]["decision"]) == ("normal", "no_harm")
    assert after["decisions"][0]["principal"] == "command line"


def test_what_decides_nothing_leaves_it_latched(world: World) -> None:
    """Hold, another lot, and a list that changes something else of the lot."""
    world.post("/bulk/lots?reason=x", [{"key": "l1", "status": "hold"}])
    world.post("/bulk/lots?reason=x", [{"key": "l2", "status": "released"}])
    world.post("/bulk/lots?reason=x", [{"key": "l1", "name": "Pigs"}])
    assert alarm(world)["lots"] == ["l1"]
    assert not alarm(world)["decisions"]


def test_a_verdict_names_the_person(world: World) -> None:
    """Said with a person's key it is the person's, and the event says by which key; with a nameless key it is that key's."""
    key = person_with_a_key(world)
    (number,) = [
        one["number"] for one in world.get("/tickets").json()["items"] if one["subject"] == "zone:z1"
    ][-1:]
    said = {"verdict": "true", "reason": "the fan stood still"}
    mine = world.post(f"/tickets/{number}/verdict", said, "ann").json()
    assert mine["principal"] == "person:ann"
    ticket = world.get(f"/tickets/{number}").json()
    assert ticket["verdict"]["principal"] == "person:ann"
    step = ticket["history"][-1]
    assert (step["act"], step["principal"], step["changed"]["through"]) == ("judged", "person:ann", key)
    world.post(f"/tickets/{number}/verdict", said, "engineer")
    step = world.get(f"/tickets/{number}").json()["history"][-1]
    assert step["principal"].startswith("key:")
    assert "through" not in step["changed"]
