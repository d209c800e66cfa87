"""A stage in a container of its own, without `keepwell up`: nothing that the whole service does is left undone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import pytest

from keepwell.client import ApiClient, NoAnswerError
from keepwell.settings import Settings
from store.repositories import clerk
from store.service import BUSY, ServiceDatabase, open_service
from tests.places import Places, running_postgres
from tests.ports import free_port

T = TypeVar("T")
ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_api_by_itself_tells_the_first_key_and_lets_gateways_in(tmp_path: Path, places: Places) -> None:
    """The key is printed once and opens; a credential that is made through the API reaches the broker's files."""
    place = places.new()
    settings = Settings(
        data=tmp_path / "data", http_port=free_port(), broker="mqtt://k:p@127.0.0.1:1",
        mosquitto_files=str(tmp_path / "files"), service_url=place if isinstance(place, str) else "",
    )  # fmt: skip
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "keepwell", "run", "api"], cwd=ROOT, stdout=out, stderr=out,
            env={**os.environ, **settings.environment(), "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    try:
        secret = _until(lambda: log.read_text("utf-8").partition("API key  ")[2].partition(" ")[0], log)
        api = ApiClient(f"http://127.0.0.1:{settings.http_port}", secret)
        _until(lambda: _answers(api), log)
        _until(lambda: (tmp_path / "files" / "acl").exists(), log)
        added = [sys.executable, "-m", "keepwell", "gateway", "add", "gw-new"]
        subprocess.run(
            added, cwd=ROOT, check=True, env={**os.environ, **settings.environment()}, capture_output=True
        )
        _until(lambda: "gw-new" in (tmp_path / "files" / "password").read_text("utf-8"), log)
    finally:
        process.terminate()
        assert process.wait(30) in {0, -signal.SIGTERM}, log.read_text("utf-8")


def _answers(api: ApiClient) -> bool:
    try:
        return api.get("/api/v1/tickets")["items"] == []
    except NoAnswerError:
        return False


def _until(ask: Callable[[], T], log: Path) -> T:
    deadline_s = time.monotonic() + 90
    while not (answer := ask()):
        assert time.monotonic() < deadline_s, log.read_text("utf-8")
        time.sleep(0.1)
    return answer


@pytest.mark.slow
def test_a_second_tickets_process_on_another_machine_stands_by(tmp_path: Path) -> None:
    """Two machines, one PostgreSQL: one works; killed, or cut off by a crash of the server, the work goes on; never two at once."""
    with running_postgres() as server, ExitStack() as stack:
        name = server.create()
        first, second = (_Clerk(tmp_path / key, server.url(name), stack) for key in "ab")
        database = open_service(server.url(name), 0)
        stack.callback(database.close)
        first.start()
        _until(lambda: _kept_us(database), first.log)
        second.start()
        _until(lambda: "standing by" in second.log.read_text("utf-8"), second.log)
        with pytest.raises(subprocess.CalledProcessError):
            first.refused()
        first.kill()
        killed_us = _kept_us(database)
        _until(lambda: _kept_us(database) > killed_us, second.log)
        server.stop(immediate=True)
        server.start()
        back_us = time.time_ns() // 1000
        _until(lambda: _answered(database) > back_us, second.log)


class _Clerk:
    """`keepwell run tickets` on a machine of its own."""

    def __init__(self, data: Path, url: str, stack: ExitStack) -> None:
        settings = Settings(data=data, service_url=url, broker="mqtt://k:p@127.0.0.1:1")
        self._environment = {**os.environ, **settings.environment()}
        self._stack = stack
        self.log = data.with_suffix(".log")
        self.log.touch()

    def start(self) -> None:
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=out, stderr=out
            )
        self._stack.callback(self.kill)

    def refused(self) -> None:
        """Another one in the same data directory."""
        subprocess.run(
            self._command, cwd=ROOT, env=self._environment, check=True, capture_output=True, timeout=60
        )

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    _command = (sys.executable, "-m", "keepwell", "run", "tickets")


def _kept_us(database: ServiceDatabase) -> int:
    """When the clerk wrote down last that it is there."""
    with database.reading() as connection:
        return clerk.kept_us(connection)


def _answered(database: ServiceDatabase) -> int:
    """The same, 0 while the server is not there."""
    try:
        return _kept_us(database)
    except BUSY:
        return 0
