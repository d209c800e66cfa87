"""The service is killed again and again during a replay: the end equals an undisturbed run."""

from __future__ import annotations

import random
import threading
from collections import Counter
from typing import Any

import pytest

from keepwell.processes import STAGES
from tests.stories.installation import Facts, RealInstallation
from tests.stories.telemetry import Day
from tests.stories.telling import Gateways, assert_kept_once

KILLS = 20
EVERYTHING = "everything"


def _kill(installation: RealInstallation, victim: str) -> None:
    if victim == EVERYTHING:
        installation.kill_everything()
        installation.up()
    else:
        installation.kill(victim)


def _victims(rng: random.Random) -> list[str]:
    """Each stage at least twice, everything three times, ingest and detect most, in any order."""
    victims = [*STAGES * 2, *[EVERYTHING] * 3, *rng.choices(["ingest", "store", "detect"], k=KILLS - 13)]
    rng.shuffle(victims)
    return victims


def differing(found: Counter[Any], expected: Counter[Any]) -> list[tuple[str, Any]]:
    """What is only here, and what only there."""
    return [("more", one) for one in found - expected] + [("missing", one) for one in expected - found]


@pytest.mark.slow
def test_twenty_kills_during_a_replay_change_nothing(
    with_broker: RealInstallation, the_day: Day, undisturbed: Facts
) -> None:
    """kill -9 at 20 random moments: nothing acknowledged is lost, nothing doubled, and the findings are the same."""
    rng = random.Random(20)
    gateways = Gateways(with_broker)
    size = -(-len(the_day.messages) // KILLS)
    for n, victim in enumerate(_victims(rng)):
        for stage in STAGES if victim == EVERYTHING else [victim]:
            with_broker.until(lambda s=stage: with_broker.pids(s), f"running: {stage}")  # type: ignore[misc]
        killer = threading.Timer(rng.uniform(0.0, 0.4), _kill, (with_broker, victim))
        killer.start()
        gateways.say(the_day.messages[n * size : (n + 1) * size])
        killer.join()
    gateways.leave()
    with_broker.settle()
    assert_kept_once(with_broker, the_day)
    facts = with_broker.facts()
    assert differing(facts.findings, undisturbed.findings) == []
    assert differing(facts.tickets, undisturbed.tickets) == []
