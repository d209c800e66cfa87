"""kill -9 of the sending process, wherever it is: every message arrives, under one id."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.notify.outgoing import Desk
from tests.receivers import Receiver, receiving

ROOT = Path(__file__).parents[2]


def sending(path: Path, dies: str = "never") -> subprocess.Popen[bytes]:
    """A process that sends."""
    return subprocess.Popen([sys.executable, "-m", "tests.notify.outgoing", str(path), dies], cwd=ROOT)


def arrived(receiver: Receiver, n: int) -> bool:
    """Whether so many different messages come in time."""
    until = time.monotonic() + 90
    while len({got.id for got in receiver.got}) < n and time.monotonic() < until:
        time.sleep(0.02)
    return len({got.id for got in receiver.got}) == n


@pytest.mark.slow
def test_killed_between_commit_and_sending(tmp_path: Path) -> None:
    """The delivery is on record, nothing was sent: the next process sends it, once."""
    path = tmp_path / "service.sqlite"
    desk = Desk(path)
    with receiving() as receiver:
        endpoint = desk.endpoint(receiver.url)
        desk.open()
        assert sending(path, "before").wait(60) == -signal.SIGKILL
        (row,) = desk.rows(endpoint)
        assert (row.state, row.attempts, receiver.got) == ("waiting", 0, [])
        process = sending(path)
        try:
            assert arrived(receiver, 1)
        finally:
            process.terminate()
            assert process.wait(60) == 0
    assert [got.id for got in receiver.got] == [row.id]
    assert [row.state for row in desk.rows(endpoint)] == ["delivered"]
    desk.close()


@pytest.mark.slow
def test_killed_between_sending_and_its_record(tmp_path: Path) -> None:
    """The receiver has it, nobody wrote that down: it comes again, with the same id and the same body."""
    path = tmp_path / "service.sqlite"
    desk = Desk(path)
    with receiving(hold=threading.Event()) as receiver:
        endpoint = desk.endpoint(receiver.url)
        ticket = desk.open()
        desk.say(ticket, "after it")
        process = sending(path)
        assert receiver.held.wait(60)
        process.kill()
        process.wait(30)
        assert receiver.hold is not None
        receiver.hold.set()
        process = sending(path)
        try:
            assert arrived(receiver, 2)
        finally:
            process.terminate()
            assert process.wait(60) == 0
    first, second = desk.rows(endpoint)
    assert [got.id for got in receiver.got] == [first.id, first.id, second.id]
    assert receiver.got[0].body == receiver.got[1].body
    assert [row.state for row in desk.rows(endpoint)] == ["delivered", "delivered"]
    desk.close()


@pytest.mark.slow
def test_killed_again_and_again(tmp_path: Path) -> None:
    """Killed at random moments while forty messages go out: each arrives, no event has two ids, tickets stay in order."""
    path = tmp_path / "service.sqlite"
    desk = Desk(path)
    with receiving(slow_s=0.01) as receiver:
        endpoint = desk.endpoint(receiver.url)
        for n in range(10):
            ticket = desk.open(str(n))
            for words in "abc":
                desk.say(ticket, words)
        for pause_s in (0.9, 1.1, 1.0):
            process = sending(path)
            time.sleep(pause_s)
            process.kill()
            process.wait(30)
        process = sending(path)
        try:
            assert arrived(receiver, 40)
        finally:
            process.terminate()
            assert process.wait(60) == 0
    ids: dict[int, str] = {}
    latest: dict[str, int] = {}
    for got in receiver.got:
        data = got.message["data"]
        assert ids.setdefault(data["event"], got.id) == got.id
        assert data["event"] >= latest.get(data["subject"], 0)
        latest[data["subject"]] = data["event"]
    assert len(ids) == len(desk.rows(endpoint)) == 40
    desk.close()
