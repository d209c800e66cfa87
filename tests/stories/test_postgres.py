"""The service database in PostgreSQL: the server crashes, stages are killed beside it, and the end is the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.postgres import PostgresServer
from keepwell.client import NoAnswerError
from store import events
from store.service import open_service
from tests.places import running_postgres
from tests.stories.installation import Facts, RealInstallation
from tests.stories.telemetry import KNOWN_SINCE_US, Day, registry_toml
from tests.stories.telling import Gateways, assert_kept_once
from tests.stories.test_kills import differing

AWAY_S = 3.0
"""So long the server stays away: the stages find it gone, more than once."""


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server that the story may stop."""
    with running_postgres() as running:
        yield running


@pytest.fixture
def installation(tmp_path: Path, server: PostgresServer) -> Iterator[RealInstallation]:
    """An installation that keeps its service database there, started."""
    made = RealInstallation(tmp_path, service_url=server.url(server.create()))
    made.prepare(registry_toml(), KNOWN_SINCE_US)
    made.start()
    yield made
    made.clean_up()


@pytest.mark.slow
def test_crashes_of_the_server_and_kills_beside_it_change_nothing(
    installation: RealInstallation, server: PostgresServer, the_day: Day, undisturbed: Facts
) -> None:
    """Four times the server crashes during a replay, detection or everything is killed meanwhile: ingest goes on, the findings are the same."""
    gateways, messages = Gateways(installation), the_day.messages
    size = len(messages) // 5 + 1
    parts = [messages[at : at + size] for at in range(0, len(messages), size)]
    for n, part in enumerate(parts):
        before = installation.journal_position()
        if n:
            server.stop(immediate=True)
        gateways.say(part)
        if n:
            assert installation.journal_position() > before, (
                "ingest stood still with the service database away"
            )
            if n % 2:
                installation.kill("detect")
            time.sleep(AWAY_S)
            assert _refused(installation)
            server.start()
        installation.until(installation.api.ready, "ready again")
    installation.kill_everything()
    installation.up()
    gateways.leave()
    installation.settle()
    assert_kept_once(installation, the_day)
    facts = installation.facts()
    assert differing(facts.findings, undisturbed.findings) == []
    assert differing(facts.tickets, undisturbed.tickets) == []
    _verify(installation)


def _refused(installation: RealInstallation) -> bool:
    """Whether the API says that it is busy, instead of an error of its own."""
    try:
        installation.api.get("/api/v1/tickets")
    except NoAnswerError:
        return True
    return False


def _verify(installation: RealInstallation) -> None:
    """The chain is whole, and no number is missing."""
    database = open_service(installation.settings.service, time.time_ns() // 1000)
    with database.reading() as connection:
        assert events.verify(connection).broken is None
        numbers = [one.sequence for one in events.since(connection, 0, 1_000_000)]
    database.close()
    assert numbers == list(range(1, len(numbers) + 1))
