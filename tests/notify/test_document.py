"""The receiver in docs/webhooks.md is run as it stands there, and does what the page says."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.policy import PURPOSES
from notify.webhooks import signing
from notify.webhooks.addresses import Allowed
from notify.webhooks.messages import PING, TYPES
from notify.webhooks.posting import Poster
from notify.webhooks.retries import WAITS_S
from store.signing_secrets import new_signing_secret
from tests.ports import free_port
from tickets.hooks import PRESETS

PAGE = (Path(__file__).parents[2] / "docs/webhooks.md").read_text("utf-8")
SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
BODY = b'{"type":"ping","timestamp":"2026-11-21T08:00:00Z","data":{"webhook":"1"}}'


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The page's program, listening; its address, and where it prints."""
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    port = free_port()
    said = tmp_path / "said"
    with said.open("w") as out:
        program = code.replace("9000", str(port))
        assert program != code
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen([sys.executable, "-c", program], stdout=out, stderr=out, env=environment)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}/", said
    finally:
        process.terminate()
        process.wait(10)


def test_the_receiver_of_the_page(receiver: tuple[str, Path]) -> None:
    """It takes what is signed now, once; it refuses what is forged, altered or old."""
    url, said = receiver
    post, now_us = Poster(Allowed.read("127.0.0.1")), time.time_ns() // 1000
    good = signing.headers([new_signing_secret(), SECRET], "msg_1", BODY, now_us)
    assert [post(url, good, BODY).status for _ in range(2)] == [204, 204]
    assert said.read_text().count("ping {'webhook': '1'}") == 1
    forged = signing.headers([new_signing_secret()], "msg_2", BODY, now_us)
    old = signing.headers([SECRET], "msg_3", BODY, now_us - 301_000_000)
    assert [post(url, headers, body).status for headers, body in ((forged, BODY), (old, BODY), (good, BODY + b" "), ({}, BODY))] == [400] * 4  # fmt: skip
    assert said.read_text().count("ping {") == 1


def test_the_page_names_what_there_is() -> None:
    """Every type, preset and purpose, and the schedule of retries."""
    for name in (*TYPES, PING, *PRESETS, *(set(PURPOSES) - {"hook"})):
        assert f"`{name}`" in PAGE, name
    words = {5: "5 s", 300: "5 min", 1800: "30 min"} | {s: f"{s // 3600} h" for s in WAITS_S if s >= 3600}
    written = re.sub(r"\s+", " ", PAGE)
    *first, last = (words[s] for s in WAITS_S)
    assert f"{', '.join(first)} and {last}" in written


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the page's receiver does not listen")
