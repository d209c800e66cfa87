"""The desk at work while its processes are killed and its receivers are ill: one ticket per cause, everybody is told once."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import running_postgres
from tests.receivers import receiving
from tests.stories.desk import Desk, desk, in_order, letters, meanwhile, one_to_one, taking

ROOMS = 12
KILLS = 6


@pytest.fixture(params=["sqlite", "postgresql"])
def service_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the service database is."""
    if request.param == "sqlite":
        yield ""
        return
    with running_postgres() as server:
        yield server.url(server.create())


@pytest.fixture
def the_desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk on SQLite."""
    with desk(tmp_path, ROOMS) as made:
        yield made


def all_told(at: Desk, rooms: int) -> None:
    """Wait until every room has its ticket and its person, and all is told; then hold it against the promises."""
    at.home.until(lambda: len(at.tickets()) == rooms, f"{rooms} tickets")
    at.home.until(lambda: all(t["assignee"] for t in at.tickets()), "all assigned")
    at.home.until(lambda: at.quiet() or at.let_pass(), "all told")
    assert set(Counter(ticket["subject"] for ticket in at.tickets()).values()) == {1}
    assert in_order(at.took)
    assert one_to_one((got.message["data"]["event"], got.id) for got in at.took)
    assert one_to_one(letters(at.mail))
    said = {(asked["OutId"], *sorted(asked.items())) for _, asked in at.aliyun.asked}
    assert len(said) == len({asked["OutId"] for _, asked in at.aliyun.asked})


@pytest.mark.slow
def test_kills_while_alarms_come(tmp_path: Path, service_url: str) -> None:
    """kill -9 of `tickets` and `detect` at random moments: one ticket per cause, each notice goes out, under one id and in order."""
    rng = random.Random(5)
    with desk(tmp_path, ROOMS, service_url=service_url) as at:

        def trouble() -> None:
            for room in range(ROOMS):
                at.warm(room)
                time.sleep(rng.uniform(0.2, 1.0))

        coming = meanwhile(trouble)
        for victim in rng.sample(["tickets", "detect"] * (KILLS // 2), KILLS):
            at.home.until(lambda v=victim: at.home.pids(v), f"running: {victim}")  # type: ignore[misc]
            time.sleep(rng.uniform(0.5, 2.5))
            at.home.kill(victim)
        coming.join()
        all_told(at, ROOMS)
        assigned = [one for one in at.outbox() if one["code"] == "assigned"]
        assert len({one["subject"] for one in assigned}) == ROOMS


@pytest.mark.slow
def test_receivers_that_are_down_slow_and_failing(the_desk: Desk) -> None:
    """Mail server and one hook are not there, one takes 10 s, one and the telephone answer 500: work goes on; then all of it arrives."""
    at = the_desk
    with receiving() as gone:
        pass
    with receiving(slow_s=10.0) as slow:
        for name, url in (("gone", gone.url), ("slow", slow.url)):
            at.ask("POST", "/webhooks", json={"name": name, "url": url})
        at.hook.answer = lambda _: (500, {})
        at.aliyun.status = 500
        at.mail.stop()
        for room in range(ROOMS):
            at.warm(room)
        at.home.until(lambda: len(at.tickets()) == ROOMS, "tickets while nobody can be told", 30)
        at.home.until(lambda: all(t["assignee"] for t in at.tickets()), "work given away", 30)
        assert at.home.ledger()["kept"] == ROOMS * 5
        assert (at.took, at.mail.letters, at.aliyun.asked) == ([], [], [])
        at.mail.start()
        at.aliyun.status, slow.slow_s, at.hook.answer = 200, 0.0, taking(at.took)
        with receiving(port=gone.port) as back:
            all_told(at, ROOMS)
            for hook in (back, slow):
                assert {got.id for got in hook.got}
                assert in_order(hook.got)
                assert one_to_one((got.message["data"]["event"], got.id) for got in hook.got)


@pytest.mark.slow
def test_acknowledging_ends_the_repeats_to_that_person_and_the_lamp_follows(the_desk: Desk) -> None:
    """Who acknowledged hears no more of it, others do; the lamp on site is on, acknowledged, and off when it is cool again."""
    at = the_desk
    lamp = at.lamp()
    at.warm(0)
    at.home.until(lambda: lamp() == "on", "lamp on")
    at.home.until(
        lambda: {one["person"] for one in at.outbox()} >= {"person:kim", "person:enno"}, "both told"
    )
    at.home.until(at.quiet, "told")
    (alarm,) = [one for one in at.home.api.all("/api/v1/alarms") if one["severity"] == "critical"]
    at.ask(
        "POST", f"/alarms/{alarm['id']}/acknowledge", json={"comment": "seen"}, headers=at.as_person("enno")
    )
    at.home.until(lambda: lamp() == "acknowledged", "lamp acknowledged")
    at.home.until(
        lambda: all(o["next"] is None for o in at.outbox(person="person:enno")), "nothing more is due"
    )
    before = Counter({person: rounds(at, person) for person in ("person:kim", "person:enno")})
    at.let_pass(repeats=True)
    at.home.until(lambda: rounds(at, "person:kim") > before["person:kim"], "repeated to the keeper")
    assert rounds(at, "person:enno") == before["person:enno"]
    (ticket,) = at.tickets()
    assert ticket["state"] not in {"closed", "resolved"}
    at.say([0], 5.0, (0.0, 0.5))
    at.home.until(lambda: lamp() == "off", "lamp off")


def rounds(at: Desk, person: str) -> int:
    """How often this person was told something."""
    return sum(one["rounds"] for one in at.outbox(person=person))
