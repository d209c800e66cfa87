"""Limits are changed with a reason, whichever way the change comes in; who applied a list is on record."""

from __future__ import annotations

import time
from typing import Any

import pytest

from registry import nouns as r
from store.repositories.records import By
from store.repositories.registry import RegistryRepository

ANY = {"If-Match": "*"}
WHY = {"reason": "customer's contract"}


@pytest.fixture
def shop(world: Any) -> Any:
    """The world, where z1 and lead have a profile, and there is another."""
    with world.database.writing() as connection:
        registry = RegistryRepository(connection)
        by = By("key:setup", world.now_us)
        registry.put(r.Profile(key="paint", versions=(r.ProfileVersion(),)), by)
        registry.put(r.Zone(key="z1", site="depot", name="Hall 1", profile="metal"), by)
    return world


def reasons(world: Any, subject: str) -> list[str]:
    """The reasons of a subject's history."""
    return [row["reason"] for row in world.get("/events", params={"subject": subject}).json()["items"]]


def uploaded(world: Any, content: bytes, who: str = "admin") -> str:
    """The path of an upload that is ready."""
    made = world.ask("POST", "/api/v1/imports", who, params={"list": "zones"}, content=content)
    path = f"/imports/{made.json()['id']}"
    assert settled(world, path) == "ready", world.get(f"{path}/faults").text
    return path


def settled(world: Any, path: str) -> str:
    """The state of an upload, when nothing is at work on it."""
    deadline = time.monotonic() + 20
    while (state := world.get(path).json()["state"]) in {"waiting", "reading", "applying"}:
        assert time.monotonic() < deadline, state
        time.sleep(0.02)
    return str(state)


def refused(answer: Any) -> bool:
    """Whether a reason is asked for."""
    return answer.status_code == 422 and answer.json()["code"] == "reason_required"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/profiles/metal", {"versions": [{"unwatched_s": 60}]}),
        ("/profiles/metal", {"versions": []}),
        ("/zones/z1", {"site": "depot", "profile": "paint"}),
        ("/zones/z1", {"site": "depot"}),
        ("/products/lead", {"profile": "paint"}),
        ("/products/lead", {}),
    ],
)
def test_an_edit(shop: Any, path: str, body: dict[str, Any]) -> None:
    """Other limits, another profile, or none: refused without a reason, also with blanks; on record with one."""
    before = shop.get(path).json()
    assert refused(shop.put(path, body, headers=ANY))
    assert refused(shop.put(path, body, headers=ANY, params={"reason": "  "}))
    assert shop.get(path).json() == before
    assert shop.put(path, body, headers=ANY, params=WHY).status_code == 200
    kind = {"profiles": "profile", "zones": "zone", "products": "product"}[path.split("/")[1]]
    assert reasons(shop, f"{kind}:{path.split('/')[2]}")[-1] == WHY["reason"]


def test_what_changes_no_limit_needs_none(shop: Any) -> None:
    """A name, and a first profile."""
    body = {"site": "depot", "profile": "metal", "name": "Hall one"}
    assert shop.put("/zones/z1", body, headers=ANY).status_code == 200
    assert shop.put("/zones/z2", {"site": "depot", "profile": "metal"}, headers=ANY).status_code == 200
    assert shop.put("/profiles/metal", {"name": "M", "versions": [{}]}, headers=ANY).status_code == 200


def test_a_removed_profile(shop: Any) -> None:
    """It cannot come back by itself."""
    gone = ("DELETE", "/api/v1/profiles/paint")
    assert refused(shop.ask(*gone, headers=ANY))
    assert shop.ask(*gone, headers=ANY, params=WHY).status_code == 204


def test_a_push(shop: Any) -> None:
    """One object that changes limits makes the whole push ask for a reason; nothing is written before."""
    rows = [{"key": "z2", "name": "Second"}, {"key": "z1", "profile": "paint"}]
    assert refused(shop.post("/bulk/zones", rows))
    assert shop.get("/zones/z2").json()["name"] == ""
    assert shop.post("/bulk/zones", rows, params=WHY).status_code == 200
    assert reasons(shop, "zone:z1")[-1] == WHY["reason"]


def test_a_list(shop: Any) -> None:
    """One reason for the whole file, at the moment of applying it; it and who applied stand in the history."""
    path = uploaded(shop, b"key,name,profile\nz1,Hall 1,paint\n")
    assert refused(shop.post(f"{path}/apply", None))
    assert shop.get("/zones/z1").json()["profile"] == "metal"
    assert shop.post(f"{path}/apply", None, "supervisor", params=WHY).status_code == 403
    assert shop.post(f"{path}/apply", None, params=WHY).status_code == 202
    assert settled(shop, path) == "applied"
    assert shop.get("/zones/z1").json()["profile"] == "paint"
    assert reasons(shop, "zone:z1")[-1] == WHY["reason"]


def test_who_applies_is_on_record(shop: Any) -> None:
    """Not who uploaded; and it takes the rights of whoever did."""
    content = b"key,name\nz1,One\n"
    path = uploaded(shop, content, "supervisor")
    assert shop.post(f"{path}/apply", None, "engineer").status_code == 403
    path = uploaded(shop, content, "engineer")
    assert shop.post(f"{path}/apply", None, "supervisor").status_code == 202
    assert settled(shop, path) == "applied"
    row = shop.get("/events", params={"subject": "zone:z1"}).json()["items"][-1]
    keys = {key["name"]: f"key:{key['id']}" for key in shop.get("/keys").json()["items"]}
    assert row["principal"] == keys["supervisor"]


def test_a_time_constant(shop: Any) -> None:
    """By which goods follow the air: it moves when a limit is reached."""
    body = {"profile": "metal", "form": "", "lag_s": 7200}
    assert refused(shop.post("/zones/z1/lag/adopt", body))
    assert shop.post("/zones/z1/lag/adopt", {**body, **WHY}).status_code == 200


def test_adopted_rules(shop: Any) -> None:
    """First rules need none; rules in the place of others do."""
    place = {"zone": "z2", "product": "tin", "climate": "cold", "coastal": False, "control": "heated"}
    first = {"goods": "paint-waterborne", **place}
    assert shop.post("/rules/adopt", first).status_code == 200
    assert refused(shop.post("/rules/adopt", {"goods": "lead", **place}))
    assert shop.post("/rules/adopt", {"goods": "lead", **place, **WHY}).status_code == 200
