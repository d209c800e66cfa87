"""The broker is killed, stands still, or is full during a replay: the end equals an undisturbed run."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.brokers import RealBroker
from tests.stories.conftest import Begin
from tests.stories.installation import Facts, RealInstallation
from tests.stories.telemetry import KNOWN_SINCE_US, Day, Message, registry_toml
from tests.stories.telling import Gateways, assert_kept_once, tell

KILLS = 4
FREEZE_S = 60.0 if os.environ.get("KEEPWELL_FULL") == "1" else 24.0
"""Longer than ingest believes in a broker from which nothing comes, so that it gives up and comes back."""
FULL = 8 * 1024 * 1024


def _assert_as_undisturbed(installation: RealInstallation, day: Day, undisturbed: Facts) -> None:
    installation.settle()
    assert_kept_once(installation, day)
    facts = installation.facts()
    assert facts.findings == undisturbed.findings
    assert facts.tickets == undisturbed.tickets


def test_embedded_broker_killed(begin: Begin, the_day: Day, undisturbed: Facts) -> None:
    """kill -9 of the embedded broker: it is started again, and nothing that it acknowledged is lost or doubled."""
    installation = begin(None)
    rng, gateways = random.Random(4), Gateways(installation)
    size = -(-len(the_day.messages) // KILLS)
    for n in range(KILLS):
        installation.until(lambda: installation.pids("broker"), "a broker")
        killer = threading.Timer(rng.uniform(0.0, 0.5), installation.kill, ("broker",))
        killer.start()
        gateways.say(the_day.messages[n * size : (n + 1) * size])
        killer.join()
    gateways.leave()
    _assert_as_undisturbed(installation, the_day, undisturbed)
    assert installation.log.read_text().count("broker died") == KILLS


@pytest.mark.parametrize("kind", ["embedded", "mosquitto"])
def test_frozen_broker(
    kind: str, begin: Begin, the_day: Day, undisturbed: Facts, request: pytest.FixtureRequest
) -> None:
    """The broker stands still amid a replay, its connections open: afterwards everything goes on."""
    broker: RealBroker | None = None if kind == "embedded" else request.getfixturevalue("mosquitto_broker")
    installation = begin(broker)
    freeze, thaw = _hands_on(installation, broker)
    telling = threading.Thread(target=tell, args=(installation, the_day.messages))
    telling.start()
    time.sleep(0.3)  # amid the replay
    freeze()
    time.sleep(FREEZE_S)
    thaw()
    telling.join(120)
    assert not telling.is_alive()
    _assert_as_undisturbed(installation, the_day, undisturbed)
    log = installation.log.read_text()
    assert "lost" in log, "ingest gave the broker up"
    assert log.count("connected") >= 2, "and came back"


def _hands_on(
    installation: RealInstallation, broker: RealBroker | None
) -> tuple[Callable[[], None], Callable[[], None]]:
    """How to freeze and thaw it."""
    if broker is not None:
        return broker.freeze, broker.thaw
    return lambda: installation.freeze("broker"), lambda: installation.thaw("broker")


def test_full_broker(tmp_path: Path) -> None:
    """Ingest stands still until the broker's store is full: gateways wait, it is drained, and nothing is lost."""
    installation = RealInstallation(tmp_path)
    installation.settings = replace(installation.settings, mqtt_store_bytes=FULL)
    installation.prepare(registry_toml(), KNOWN_SINCE_US)
    messages = [_bulky(n) for n in range(250)]
    try:
        installation.start()
        installation.freeze("ingest")
        telling = threading.Thread(target=tell, args=(installation, messages))
        telling.start()
        installation.until(lambda: "broker full" in installation.log.read_text(), "full")
        installation.thaw("ingest")
        telling.join(120)
        assert not telling.is_alive()
        installation.until(lambda: "broker drained" in installation.log.read_text(), "drained")
        installation.settle()
        assert installation.ledger()["kept"] == sum(message.values for message in messages)
    finally:
        installation.clean_up()


def _bulky(n: int) -> Message:
    """A message of some 40 kB: a logger that comes home after a week."""
    rows = [
        {"device": f"logger-{n}", "time": KNOWN_SINCE_US + k * 60_000_000, "temperature": k / 10, "note": 1.0}
        for k in range(500)
    ]
    return Message(json.dumps(rows).encode(), 2 * len(rows))
