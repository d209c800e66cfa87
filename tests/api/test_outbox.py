"""What was told to whom over HTTP: for staff only, without an address, with the reason why something waits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from detect.nouns import Severity
from notify.planning import HOUR_US, MINUTE_US
from registry.nouns import uuid7
from store.messages import Channel, Held, Message, MessageState, Telling, TellingState
from store.repositories import alarms, outbox_sending
from store.repositories.outbox_sending import TellingChange
from tickets.notices import Urgency

SECRET = "dingtalk://SECRETOFTHEBOT@TOKENOFTHEBOT123456/"
HABITS = {"urls": [SECRET], "quiet_from": "22:00", "quiet_to": "07:00", "time_zone": "Asia/Shanghai"}


def tell(world: Any, count: int = 3, subject: str = "ticket:t") -> list[Telling]:
    """Some things that were told: the first sent by call, the second dead, the third held."""
    made = [
        Telling(uuid7(world.now_us + n), n, "person:wang", f"c{n}", subject, "test", {"by": "x", "at_us": 1}, Urgency.CRITICAL, True,
                world.now_us - HOUR_US + n)
        for n in range(count)
    ]  # fmt: skip
    first = Message(uuid7(world.now_us + 7), uuid7(1), "person:wang", subject, "test", Channel.VOICE, "voice:1", Urgency.CRITICAL,
                    world.now_us, MessageState.SENT, 1, sent_us=world.now_us - MINUTE_US, provider_id="call-1", about=(made[0].id,))  # fmt: skip
    dead = replace(first, id=uuid7(world.now_us + 8), bundle=uuid7(2), state=MessageState.DEAD, sent_us=None, error="http_500",
                   provider_id="", about=(made[1].id,))  # fmt: skip
    with world.database.writing() as connection:
        outbox_sending.resolve(connection, made, (), world.now_us)
        told = [TellingChange(one.id, TellingState.TOLD, None, None, 1, world.now_us) for one in made[:2]]
        held = TellingChange(
            made[2].id, TellingState.WAITING, Held.QUIET_HOURS, world.now_us + HOUR_US, 0, None
        )
        outbox_sending.keep_plan(connection, [first, dead], [*told, held])
    return made


def test_staff_reads_what_was_told_and_why_it_waits(world: Any) -> None:
    """Page by page, by filters, in the language of whoever reads; nobody bound to his own may ask at all."""
    made = tell(world)
    rows = world.get("/outbox", "engineer", headers={"Accept-Language": "zh"}).json()["items"]
    assert [row["id"] for row in rows] == [one.id for one in reversed(made)]
    assert (rows[0]["held"], rows[0]["held_because"], rows[0]["title"]) == (
        "quiet_hours",
        "等免打扰时段结束",
        "货安测试消息",
    )
    assert rows[1]["messages"][0]["error"] == "http_500"
    first = world.get("/outbox?limit=2", "engineer").json()
    rest = world.get(f"/outbox?limit=2&cursor={first['next']}", "engineer").json()
    assert [row["id"] for row in first["items"] + rest["items"]] == [row["id"] for row in rows]
    assert [row["id"] for row in world.get("/outbox?held=quiet_hours").json()["items"]] == [made[2].id]
    assert (
        world.get("/outbox?person=person:li&state=told&urgency=low&code=x&subject=ticket:t").json()["items"]
        == []
    )
    assert world.get(f"/outbox/{made[0].id}").json()["person"] == "person:wang"
    assert world.get(f"/outbox/{'0' * 36}").status_code == 404
    for who in ("c1", "keeper", "driver", "g1", "viewer"):
        assert world.get("/outbox", who).status_code == 403


def test_dead_ones_are_sent_again(world: Any) -> None:
    """Under their own ids, and with who did it on record; twice does nothing more."""
    made = tell(world)
    path = f"/outbox/{made[1].id}/replay?reason=mended"
    answer = world.post(path, None, "engineer")
    assert (answer.status_code, len(answer.json()["messages"])) == (202, 1)
    assert world.post(path, None, "engineer").json()["messages"] == []
    assert world.get(f"/outbox/{made[1].id}").json()["messages"][0]["state"] == "failed_retrying"
    event = world.get("/events?limit=1000").json()["items"]
    assert [row["reason"] for row in event if row["act"] == "replayed"] == ["mended"]


def test_calls_per_person_and_night(world: Any) -> None:
    """From noon to noon, on the clocks that are asked for."""
    tell(world)
    figures = world.get("/outbox/calls?time_zone=Europe/Berlin").json()["items"]
    assert figures == [{"person": "person:wang", "night": "2026-11-20", "calls": 1, "at_night": 0}]
    assert world.get("/outbox/calls?time_zone=America/Los_Angeles").json()["items"][0]["at_night"] == 1
    assert world.get("/outbox/calls?time_zone=Nowhere").status_code == 422


def test_addresses_go_in_and_never_out(world: Any) -> None:
    """Kept under a version, without the field they stay, and neither answers nor events hold them."""
    path = "/telling/person:wang"
    assert world.get(path).status_code == 404
    made = world.put(path, HABITS, "supervisor")
    assert made.status_code == 200
    assert made.json()["chats"][0].startswith("chat:dingtalk:")
    without = {name: value for name, value in HABITS.items() if name != "urls"} | {"plain": True}
    assert world.put(path, without).status_code == 428
    changed = world.put(path, without, headers={"If-Match": made.headers["etag"]})
    assert (changed.json()["chats"], changed.json()["plain"]) == (made.json()["chats"], True)
    assert world.put(path, without, headers={"If-Match": made.headers["etag"]}).status_code == 412
    for text in (made.text, changed.text, world.get(path).text, world.get("/events?limit=1000").text):
        assert "SECRETOFTHEBOT" not in text
    assert world.get(path, "engineer").status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("urls", ["nonsense"]),
        ("urls", ["syslog://"]),
        ("urls", ["dbus://"]),
        ("quiet_from", "25:00"),
        ("time_zone", "Nowhere"),
    ],
)
def test_nonsense_is_refused(world: Any, field: str, value: Any) -> None:
    """An address of this machine is no chat; the answer does not say the address again."""
    answer = world.put("/telling/desk", HABITS | {field: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["location"].startswith(f"body/{field}")
    assert world.put("/telling/nobody:x", HABITS).status_code == 422


def test_a_key_that_was_pressed_acknowledges_the_alarm(world: Any) -> None:
    """By the token alone; without it 401, with another provider or an unknown call 404, without form 400."""
    world.app.state.keepwell.services = replace(world.services(), receipt_token="the-token")
    with world.database.reading() as connection:
        alarm = next(
            one
            for one in alarms.find(connection, alarms.AlarmFilter(acked=False))
            if one.severity in Severity
        )
    tell(world, subject=f"alarm:{alarm.cause}")
    pressed = {"voicekey_callback": {"callid": "call-1", "keypress": "1"}}
    path = "/receipts/tencent-voice?token="
    assert world.post(path, pressed, None).status_code == 401
    assert world.post(path + "wrong", pressed, None).status_code == 401
    assert world.post("/receipts/other?token=the-token", pressed, None).status_code == 404
    assert world.post(path + "the-token", [], None).status_code == 400
    unknown = {"voicekey_callback": {"callid": "call-2", "keypress": "1"}}
    assert world.post(path + "the-token", unknown, None).status_code == 404
    answer = world.post(path + "the-token", pressed, None)
    assert (answer.status_code, answer.json()) == (200, {"result": 0, "errmsg": "OK"})
    with world.database.reading() as connection:
        after = alarms.get(connection, alarm.id)
    assert after is not None
    assert (after.acked, after.acked_by) == (True, "person:wang")
    world.app.state.keepwell.services = world.services()
    assert world.post(path, pressed, None).status_code == 401
