"""Acts that waited for a network: done when they were done, within honest limits, and told of what happened meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from store import events
from tests.api.conftest import HOUR, MINUTE, World

DONE = "2026-11-21T10:30:00Z"
"""Half an hour after the world's now."""


def act(world: World, what: str, who: str = "engineer", number: int = 2, **more: Any) -> Any:
    """One act on a ticket."""
    headers = more.pop("headers", {})
    return world.post(f"/tickets/{number}/transitions", {"act": what, **more}, who, headers=headers)


def later(world: World, hours: float) -> None:
    """Time passes."""
    world.now_us += round(hours * HOUR)


def test_a_resolution_stops_the_clock_when_it_was_done(world: World) -> None:
    """Done at half past ten, received two hours later: the clock stands at half past ten, and both times are told."""
    assert act(world, "accept").status_code == 200
    later(world, 2)
    answer = act(world, "resolve", resolution="fixed", done="door shut", at=DONE)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    (step,) = [one for one in told["history"] if one["act"] == "resolve"]
    assert (step["at"], step["time"]) == (DONE, "2026-11-21T12:01:00Z")
    ended = {clock["ended"] for clock in told["clocks"]["clocks"] if clock["measure"].startswith("resol")}
    with world.database.reading() as connection:
        (event,) = [e for e in events.since(connection, 0) if e.act == "resolve"]
    assert isinstance(event.new, dict)
    assert event.new["at_us"] == event.time_us - 91 * MINUTE
    assert ended == {"2026-11-21T18:30:00+08:00"}


@pytest.mark.parametrize(
    ("at", "code"), [("2026-11-21T11:00:00Z", "in_the_future"), ("2026-11-18T10:00:00Z", "too_long_ago")]
)
def test_no_later_than_now_and_no_older_than_three_days(world: World, at: str, code: str) -> None:
    """Neither what is to come nor what nobody can check any more."""
    for answer in (
        act(world, "accept", at=at), world.post("/tickets/2/comments", {"text": "x", "at": at}, "engineer")
    ):  # fmt: skip
        assert answer.status_code == 422
        assert [one["code"] for one in answer.json()["errors"]] == [code]


def test_a_clock_a_little_ahead_means_now(world: World) -> None:
    """A telephone's clock is rarely right to the second."""
    answer = act(world, "accept", at="2026-11-21T10:02:00Z")
    assert answer.status_code == 200, answer.text


def test_what_others_did_since_is_a_conflict_and_is_shown(world: World) -> None:
    """A colleague took it over while the telephone was away: nothing changes, and the answer says who did what."""
    later(world, 1)
    assert act(world, "accept", "supervisor").status_code == 200
    later(world, 1)
    answer = act(world, "resolve", resolution="fixed", at=DONE)
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["code"], problem["refusal"]) == ("transition_refused", "moved_on")
    assert "accept" in [one["act"] for one in problem["meanwhile"]]
    assert world.get("/tickets/2").json()["state"] != "resolved"
    assert act(world, "resolve", resolution="fixed").status_code == 200


def test_an_old_version_tells_what_happened(world: World) -> None:
    """412 with the acts of others; one's own are known to oneself."""
    seen = world.get("/tickets/2", "engineer").headers["etag"]
    act(world, "accept", "supervisor")
    answer = act(world, "start", headers={"If-Match": seen})
    assert answer.status_code == 412
    assert "accept" in [one["act"] for one in answer.json()["meanwhile"]]


def test_a_customer_is_not_told_what_is_inside(world: World) -> None:
    """What happened meanwhile is told as everywhere: without names and words of the desk."""
    act(world, "accept", "supervisor")
    act(world, "hold", "supervisor", reason="secret of the desk", hold="other")
    answer = act(world, "confirm", "c2")
    assert answer.status_code == 409
    assert "secret" not in answer.text
    assert {one["principal"] for one in answer.json().get("meanwhile", [])} <= {""}


def test_one_s_own_acts_follow_each_other(world: World) -> None:
    """A queue of acts arrives in its order; out of order it is a conflict with oneself."""
    later(world, 2)
    assert act(world, "start", at="2026-11-21T10:40:00Z").status_code == 200
    assert act(world, "arrive", at="2026-11-21T10:50:00Z").status_code == 200
    assert act(world, "resolve", resolution="fixed", at="2026-11-21T10:35:00Z").status_code == 409
    assert act(world, "resolve", resolution="fixed", at="2026-11-21T10:55:00Z").status_code == 200


def test_sent_again_it_is_done_once(world: World) -> None:
    """The answer was lost on the way: the same request with its key is not refused, and nothing happens twice."""
    key = {"Idempotency-Key": "queue-7"}
    answers = [act(world, "resolve", resolution="fixed", headers=key) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    told = [one for one in answers[1].json()["history"] if one["act"] == "resolve"]
    assert len(told) == 1


def test_a_comment_has_both_times_and_moves_no_clock(world: World) -> None:
    """Said without a network: the customer could read it only when it came."""
    later(world, 1)
    body = {"text": "on my way", "public": True, "at": DONE}
    view = world.post("/tickets/2/comments", body, "engineer").json()
    assert (view["at"], view["time"]) == (DONE, "2026-11-21T11:01:00Z")
    (step,) = [one for one in world.get("/tickets/2").json()["history"] if one["act"] == "updated"]
    assert step["at"] is None


def test_an_alarm_was_acknowledged_when_it_was_seen(world: World) -> None:
    """Seen without a network at half past ten: that is when it was acknowledged, and the event has both times."""
    (alarm,) = world.get("/alarms", params={"active": True, "zone": "z1", "kind": "too_high"}).json()["items"]
    url = f"/alarms/{alarm['id']}/acknowledge"
    later(world, 2)
    seen = world.post(url, {"at": DONE}, "engineer")
    assert seen.status_code == 200, seen.text
    assert [ack["time"] for ack in seen.json()["acks"]] == [DONE]
    with world.database.reading() as connection:
        (event,) = [e for e in events.since(connection, 0) if e.act == "acknowledged"]
    assert isinstance(event.new, dict)
    assert event.new["at_us"] == event.time_us - 91 * MINUTE
    assert world.post(url, {"at": "2026-11-21T13:00:00Z"}, "supervisor").status_code == 422


def test_nobody_has_seen_what_began_later(world: World) -> None:
    """An alarm that began after somebody looked is another one: refused, and acknowledged only when seen."""
    (alarm,) = world.get("/alarms", params={"active": True, "zone": "z1", "kind": "too_high"}).json()["items"]
    url = f"/alarms/{alarm['id']}/acknowledge"
    refused = world.post(url, {"at": "2026-11-20T00:00:00Z"}, "engineer")
    assert (refused.status_code, refused.json()["code"]) == (412, "changed_meanwhile")
    assert world.get(f"/alarms/{alarm['id']}").json()["acks"] == []
    assert world.post(url, {}, "engineer").status_code == 200
