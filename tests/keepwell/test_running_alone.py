"""A stage in a container of its own, without `keepwell up`: nothing that the whole service does is left undone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from keepwell.client import ApiClient, NoAnswerError
from keepwell.demo import free_port
from keepwell.settings import Settings
from tests.places import Places

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
