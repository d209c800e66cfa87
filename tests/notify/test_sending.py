"""A receiver that is down, slow or broken loses nothing, gets nothing under two ids, and hears of a ticket in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from notify.webhooks import signing
from notify.webhooks.posting import Answer, judged, retry_after_s
from notify.webhooks.retries import WAITS_S, outcome
from store.repositories import deliveries, webhooks
from store.repositories.deliveries import DeliveryState
from store.repositories.records import By
from store.signing_secrets import new_signing_secret
from tests.notify.outgoing import BY, HOUR, MINUTE, SECOND, T0, Desk
from tests.receivers import Got, Receiver, receiving

SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk of its own."""
    found = Desk(tmp_path / "service.sqlite")
    yield found
    found.close()


def order_of(got: list[Got]) -> dict[str, list[int]]:
    """Ticket → the numbers of the events that came about it, in the order in which they came."""
    heard: dict[str, list[int]] = {}
    for one in got:
        heard.setdefault(one.message["data"]["subject"], []).append(one.message["data"]["event"])
    return heard


def test_the_published_vector() -> None:
    """The signature that Standard Webhooks gives as its example."""
    body = b'{"email":"test@example.com","username":"test_user"}'
    found = signing.signature(SECRET, "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1649367553, body)
    assert found == "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="


@given(st.text(min_size=1).map(lambda text: text.encode()), st.integers(-400, 400))
def test_their_library_and_ours_agree(body: bytes, off_s: int) -> None:
    """What we sign, their library takes, within five minutes; what it would not take, we do not take either."""
    secret, now_us = new_signing_secret(), time.time_ns() // 1000
    made = signing.headers([new_signing_secret(), secret], "msg_1", body, now_us + off_s * SECOND)
    ours = signing.verified(secret, made, body, now_us)
    try:
        Webhook(secret).verify(body, made, json_parse=False)
        theirs = True
    except WebhookVerificationError:
        theirs = False
    assert ours == theirs or 298 <= abs(off_s) <= 302
    assert not signing.verified(new_signing_secret(), made, body, now_us + off_s * SECOND)
    assert not signing.verified(secret, made, body + b" ", now_us + off_s * SECOND)


def test_a_message_is_signed_small_and_says_what_happened(tmp_path: Path) -> None:
    """Sent on the real clock, their library verifies it; the body has its three parts and is below 20 kB."""
    desk = Desk(tmp_path / "service.sqlite")
    desk.now_us = time.time_ns() // 1000
    with receiving() as receiver:
        with desk.database.writing() as connection:
            _, secret = webhooks.create(connection, webhooks.EndpointDraft("a", receiver.url), BY)
        ticket = desk.open("Door open")
        desk.round()
        (got,) = receiver.got
        message = Webhook(secret).verify(got.body, got.headers)
    assert set(message) == {"type", "timestamp", "data"}
    assert message["type"] == "ticket.opened"
    assert message["data"]["ticket"]["number"] == ticket.name
    assert message["data"]["ticket"]["title"] == "Door open"
    assert got.headers["content-type"] == "application/json"
    assert len(got.body) < 20_000
    desk.close()


@pytest.mark.parametrize("trouble", ["down", "500", "slow"])
def test_an_hour_of_trouble_loses_nothing(tmp_path: Path, trouble: str) -> None:
    """Down, answering 500, or too slow for an hour: everything arrives afterwards, once, with one id, in order per ticket."""
    desk = Desk(tmp_path / "service.sqlite", threads=8)
    broken = Receiver(answer=lambda _: (500, {})) if trouble == "500" else Receiver()
    with receiving() as reserved:
        broken.port = reserved.port
    endpoint = desk.endpoint(broken.url)
    made = [desk.open(f"ticket {n}") for n in range(5)]
    if trouble == "slow":
        desk.sender._post = lambda url, headers, body: Answer(None, "timeout")  # type: ignore[method-assign]
    attempted: list[Got] = []
    for minute in range(60):
        desk.say(made[minute % 5], f"minute {minute}")
        if trouble == "500" and minute % 10 == 0:
            with receiving(port=broken.port, answer=broken.answer) as receiver:
                desk.after(MINUTE)
                attempted += receiver.got
        else:
            desk.after(MINUTE)
    if trouble == "slow":
        desk.close()
        desk = Desk(tmp_path / "service.sqlite")
        desk.now_us = T0 + HOUR
    assert {row.state for row in desk.rows(endpoint)} == {DeliveryState.WAITING}
    with receiving(port=broken.port) as receiver:
        for _ in range(14):
            desk.after(HOUR)
        got = receiver.got
    rows = desk.rows(endpoint)
    assert {row.state for row in rows} == {DeliveryState.DELIVERED}
    assert sorted(one.id for one in got) == sorted(row.id for row in rows)
    assert {one.id for one in attempted} <= {row.id for row in rows}
    assert len(rows) == 65
    for events in order_of(got).values():
        assert events == sorted(events)
        assert len(events) == 13
    bodies: dict[str, bytes] = {}
    for one in attempted + got:
        assert bodies.setdefault(one.id, one.body) == one.body
    desk.close()


def test_one_dead_and_one_slow_receiver_delay_nobody(tmp_path: Path) -> None:
    """Sixty tickets to a good one arrive while a slow and a dripping one hold what they got."""
    desk = Desk(tmp_path / "service.sqlite", threads=16)
    with receiving() as good, receiving(slow_s=1.8) as slow, receiving(drips=True) as dripping:
        for receiver in (slow, dripping, good):
            desk.endpoint(receiver.url, types=("ticket.opened",))
        desk.endpoint("http://127.0.0.1:9/dead")
        for n in range(60):
            desk.open(str(n))
        began, stopping = time.monotonic(), threading.Event()
        running = threading.Thread(target=desk.sender.run, args=(stopping,))
        running.start()
        while len(good.got) < 60 and time.monotonic() - began < 20:
            time.sleep(0.02)
        took_s = time.monotonic() - began
        assert len(good.got) == 60
        assert len(slow.got) <= 4 * (1 + took_s / 1.8)
        assert took_s < 15  # one after the other it would be half a minute
        stopping.set()
        running.join()
    desk.database.close()


def test_a_dripping_answer_is_cut_off(tmp_path: Path) -> None:
    """A head that comes byte by byte takes no longer than any other."""
    desk = Desk(tmp_path / "service.sqlite")
    with receiving(drips=True) as receiver:
        endpoint = desk.endpoint(receiver.url)
        desk.open()
        began = time.monotonic()
        desk.round()
        assert time.monotonic() - began < 4
    (row,) = desk.rows(endpoint)
    assert (row.state, row.reason, row.attempts) == (DeliveryState.WAITING, "timeout", 1)
    desk.close()


def test_ten_attempts_then_a_dead_letter_that_can_be_replayed(desk: Desk) -> None:
    """The schedule to the second; given up, it lets the next of its ticket go; replayed, it keeps its id."""
    with receiving() as reserved:
        port = reserved.port
    endpoint = desk.endpoint(f"http://127.0.0.1:{port}/")
    ticket = desk.open()
    desk.round()
    for wait_s in WAITS_S:
        before = desk.rows(endpoint)[0].attempts
        desk.after(wait_s * SECOND - 1)
        assert desk.rows(endpoint)[0].attempts == before
        desk.after(1)
        assert desk.rows(endpoint)[0].attempts == before + 1
    (dead,) = desk.rows(endpoint)
    assert (dead.state, dead.attempts, dead.reason, dead.next_us) == ("dead", 10, "not_connected", None)
    desk.say(ticket, "still warm")
    with receiving(port=port) as receiver:
        desk.round()
        assert [got.message["type"] for got in receiver.got] == ["ticket.commented"]
        with desk.database.writing() as connection:
            assert deliveries.replay_dead(connection, endpoint.id, T0 + SECOND, By("key:1", desk.now_us)) == 0
            assert deliveries.replay_dead(connection, endpoint.id, T0, By("key:1", desk.now_us)) == 1
        desk.round()
        assert receiver.got[1].id == dead.id
        with desk.database.writing() as connection:
            deliveries.replay(connection, endpoint.id, dead.id, By("key:1", desk.now_us))
        desk.round()
        assert [got.id for got in receiver.got[1:]] == [dead.id, dead.id]
    assert {row.state for row in desk.rows(endpoint)} == {"delivered"}


def test_later_messages_of_a_ticket_wait_for_earlier_ones(desk: Desk) -> None:
    """While its first message is refused, a ticket's others stay; another ticket's go."""
    refused = desk.open("first")
    first_words = "first"

    def answer(got: Got) -> tuple[int, dict[str, str]]:
        ticket = got.message["data"].get("ticket", {})
        return (500, {}) if ticket.get("title") == first_words else (204, {})

    with receiving(answer=answer) as receiver:
        desk.endpoint(receiver.url)
        desk.say(refused, "a")
        desk.say(refused, "b")
        other = desk.open("second")
        desk.say(other, "c")
        desk.round()
        heard = order_of(receiver.taken())
        assert list(heard) == [f"ticket:{other.id}"]
        assert len(order_of(receiver.got)[f"ticket:{refused.id}"]) == 1
        first_words = "nothing"
        desk.after(6 * SECOND)
        assert len(order_of(receiver.taken())[f"ticket:{refused.id}"]) == 3


def test_gone_switches_the_endpoint_off(desk: Desk) -> None:
    """410: nothing more is sent there, what waited is dead and can be replayed after it is switched on again."""
    gone = True
    with receiving(answer=lambda _: (410 if gone else 204, {})) as receiver:
        endpoint = desk.endpoint(receiver.url)
        ticket = desk.open()
        desk.say(ticket, "a")
        desk.round()
        desk.say(ticket, "never told")
        desk.after(HOUR)
        assert len(receiver.got) == 1
        assert [row.state for row in desk.rows(endpoint)] == ["dead", "dead"]
        with desk.database.writing() as connection:
            off = webhooks.get(connection, endpoint.id)
            assert off is not None
            assert off.disabled == "gone"
            on = webhooks.EndpointDraft(off.name, off.url)
            webhooks.change(connection, endpoint.id, on, By("key:1", desk.now_us), off.version)
            deliveries.replay_dead(connection, endpoint.id, 0, By("key:1", desk.now_us))
        gone = False
        desk.say(ticket, "told")
        desk.round()
        assert len({got.id for got in receiver.got[1:]}) == len(receiver.got[1:]) == 3


@pytest.mark.parametrize(("status", "value", "wait_s"), [(429, "600", 600), (503, "86400000", 86_400), (503, "junk", 5), (500, "600", 5)])  # fmt: skip
def test_a_receiver_may_ask_for_a_pause(desk: Desk, status: int, value: str, wait_s: int) -> None:
    """`Retry-After` of 429 and 503 is kept to, up to a day; of other answers it means nothing."""
    with receiving(answer=lambda _: (status, {"Retry-After": value})) as receiver:
        endpoint = desk.endpoint(receiver.url)
        desk.open()
        desk.round()
    (row,) = desk.rows(endpoint)
    assert row.next_us == T0 + wait_s * SECOND
    assert (row.status, row.reason) == (status, f"status_{status}")


def test_a_pause_can_be_a_date() -> None:
    """HTTP dates count from now; the past and nonsense mean no pause."""
    assert retry_after_s(b"Thu, 01 Jan 1970 00:00:00 GMT") == 0
    assert retry_after_s(b"Fri, 31 Dec 2999 23:59:59 GMT") > 1e9
    assert [retry_after_s(value) for value in (b"", b"-5", b"1e9", "５".encode(), b"\xff")] == [0] * 5


@given(st.integers(200, 599), st.integers(1, 12), st.floats(0, 1), st.integers(0, 10**9))
def test_every_answer_has_its_outcome(status: int, attempt: int, jitter: float, asked: int) -> None:
    """2xx alone is success; a wait is at least the schedule's and at most a tenth more, unless a pause was asked for."""
    answer = judged(status, {b"Retry-After": str(asked).encode()})
    found = outcome(answer, attempt, T0, lambda: jitter)
    assert (found.state is DeliveryState.DELIVERED) == (200 <= status < 300)
    if found.state is DeliveryState.WAITING:
        assert found.next_us is not None
        waited_s, planned_s = (found.next_us - T0) / SECOND, WAITS_S[attempt - 1]
        longest = max(planned_s * 1.1, min(asked, 86_400) if status in {429, 503} else 0)
        assert planned_s <= waited_s <= longest + 1
    else:
        assert attempt == 10 or attempt > 10 or found.state is DeliveryState.DELIVERED


def test_both_secrets_sign_for_a_day(desk: Desk) -> None:
    """After a rotation the old secret and the new one verify the same message; a day later the new one alone."""
    with receiving() as receiver:
        endpoint = desk.endpoint(receiver.url)
        with desk.database.writing() as connection:
            before = webhooks.signers(connection, endpoint.id)
            assert before
            _, new = webhooks.rotate(connection, endpoint.id, By("key:1", desk.now_us))
        desk.open("a")
        desk.after(23 * HOUR)
        desk.open("b")
        desk.after(HOUR)
    during, after = receiver.got
    now = (desk.now_us - HOUR, desk.now_us)
    assert [signing.verified(s, during.headers, during.body, now[0]) for s in (before.current, new)] == [
        True,
        True,
    ]
    assert [signing.verified(s, after.headers, after.body, now[1]) for s in (before.current, new)] == [
        False,
        True,
    ]


def test_types_and_beginnings(desk: Desk) -> None:
    """An endpoint hears what it asked for, from its making on, once per event however often the events are followed."""
    before = desk.open("before")
    with receiving() as all_of_it, receiving() as comments:
        desk.endpoint(all_of_it.url)
        desk.endpoint(comments.url, types=("ticket.commented", "lot.held"))
        desk.say(before, "x")
        desk.round()
        with desk.database.writing() as connection:
            deliveries.move_to(connection, 0)
        desk.round()
        assert [got.message["type"] for got in all_of_it.got] == ["ticket.commented"]
        assert [got.message["type"] for got in comments.got] == ["ticket.commented"]


def test_storms_are_bounded(tmp_path: Path) -> None:
    """A thousand tickets go out in order, four at once at most to one endpoint."""
    desk = Desk(tmp_path / "service.sqlite")
    lock, now, most = threading.Lock(), 0, 0

    def counting(url: str, headers: Any, body: bytes) -> Answer:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.0005)
        with lock:
            now -= 1
        return Answer(204, "")

    desk.sender._post = counting  # type: ignore[method-assign]
    endpoint = desk.endpoint("https://hooks.example/")
    for n in range(300):
        desk.open(str(n))
    desk.round()
    assert {row.state for row in desk.rows(endpoint)} == {"delivered"}
    assert most <= 4
    desk.close()
