"""What the desk has arranged for two customers (`tests.neighbours`), and its work for both at once."""

from __future__ import annotations

from typing import Any

from detect.nouns import Change, Finding, FindingChange, Kind, Severity
from registry import nouns as r
from store.repositories import desk, outbox
from store.repositories.registry import RegistryRepository
from tickets import policy
from tickets.notices import Notice
from tickets.places import RegistryPlaces
from tickets.raising import Raising

HOUR = 3_600_000_000
JOURNEY = "zone:groupage:temperature:shared"


def arrange(found: Any, w: str) -> None:
    """A webhook of the customer, a hook, a maintenance window, a policy with its name, how its engineer is told, a message."""
    world, ids = found.world, found.ids[w]
    hook = {"key": f"{w}-hook", "name": f"{w} hook", "preset": "plain", "kind": "customer", "customer": w}
    window = {
        "subject": f"zone:{w}-cold", "start": "2026-11-21T09:00:00Z", "end": "2026-11-22T09:00:00Z", "reason": f"{w} cleans",
    }  # fmt: skip
    promise = {"name": f"{w}-promise", "calendar": "always", "first_response": "30 min", "resolution": "12 h"}
    rules = {
        "version": f"{w}-policy", "valid_from": "2027-01-01T00:00:00Z", "reason": f"{w} signed", "document": {"promise": [promise]},
    }  # fmt: skip
    webhook = {"name": f"{w} desk", "url": f"https://{w}.example/hook", "customer": w, "types": []}
    ids.webhook = _made(world, "/webhooks", webhook)["id"]
    _made(world, "/inbound-hooks", hook)
    ids.stillness = _made(world, "/maintenance", window)["id"]
    _made(world, "/policies", rules)
    told = world.put(f"/telling/person:{w}-engineer", {"quiet_from": "22:00", "quiet_to": "07:00"})
    assert told.status_code in {200, 201}, told.text
    with world.database.writing() as connection:
        notice = Notice(f"person:{w}-engineer", f"{w} cause", f"ticket:{w}", "assigned", {"who": w})
        outbox.put(connection, [notice], world.now_us)


def work_for_both(found: Any) -> None:
    """A ticket about the goods of both on one journey: the desk and both customers speak on it, each with a link to it."""
    world = found.world
    finding = Finding(
        id="f-shared", detector="excursion", detector_version="1", kind=Kind.TOO_HIGH, subject="device:g9/p:temperature",
        band="shared", zone="groupage", cause=JOURNEY, severity=Severity.ALARM, start_us=world.now_us - HOUR // 2, end_us=None,
        peak=59.0, area=31.5, coverage=1.0, samples=31, received_us=world.now_us,
        evidence={"limit": 45.0, "quantity": "temperature", "device": "g9/p"},
    )  # fmt: skip
    with world.database.writing() as connection:
        places = RegistryPlaces(RegistryRepository(connection).snapshot())
        desk.record(
            connection,
            [FindingChange(Change.OPENED, finding)],
            Raising(policy.load(), places, r.uuid7),
            world.now_us,
        )
    number = world.get("/tickets", params={"cause": JOURNEY}).json()["items"][0]["number"].removeprefix("KW-")
    world.post(f"/tickets/{number}/comments", {"text": "We are at it.", "public": True}, "engineer")
    for w, ids in found.ids.items():
        ids.both = number
        said = found.ask("POST", f"/api/v1/tickets/{number}/comments", w, json={"text": f"{w} waits"})
        assert said.status_code == 201, said.text
        world.post(f"/tickets/{number}/comments", {"text": f"{w} is angry"}, "engineer")
        link = _made(world, "/signed-links", {"purpose": "follow", "ticket": number, "customer": w})
        ids.link, ids.token = link["id"], link["token"]
    decline = {"act": "hold", "reason": " and ".join(found.ids)}
    assert world.post(f"/tickets/{number}/transitions", decline, "engineer").status_code == 200


def _made(world: Any, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = world.post(path, body)
    assert answer.status_code == 201, (path, answer.text)
    view: dict[str, Any] = answer.json()
    return view
