"""What the stories begin with: an installation with its own broker or Mosquitto, and the outcome of a run without trouble."""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.brokers import RealBroker
from tests.stories.installation import Facts, RealInstallation
from tests.stories.telemetry import KNOWN_SINCE_US, Day, day, registry_toml
from tests.stories.telling import tell

KINDS = {"too_high", "too_low", "sentinel", "shared_identity", "silent_device", "silent_gateway", "unwatched"}
Begin = Callable[[RealBroker | None], RealInstallation]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Makes an installation whose registry knows the goods of the stories, and starts it."""
    made: list[RealInstallation] = []

    def start(broker: RealBroker | None = None) -> RealInstallation:
        made.append(RealInstallation(tmp_path, broker))
        made[-1].prepare(registry_toml(), KNOWN_SINCE_US)
        made[-1].start()
        return made[-1]

    yield start
    for installation in made:
        installation.clean_up()


@pytest.fixture(params=["embedded", "mosquitto"])
def with_broker(request: pytest.FixtureRequest, begin: Begin) -> RealInstallation:
    """An installation with each of the brokers in turn."""
    return begin(None if request.param == "embedded" else request.getfixturevalue("mosquitto_broker"))


@pytest.fixture(scope="session")
def the_day() -> Day:
    """The day that the stories are about."""
    return day()


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, the_day: Day) -> Facts:
    """What was found and raised where nothing was killed; told once, whichever worker of a run asks first."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    kept = shared / "undisturbed.pickle"
    with (shared / "undisturbed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(_told(tmp_path_factory.mktemp("undisturbed"), the_day)))
    facts: Facts = pickle.loads(kept.read_bytes())
    return facts


def _told(folder: Path, the_day: Day) -> Facts:
    installation = RealInstallation(folder)
    try:
        installation.prepare(registry_toml(), KNOWN_SINCE_US)
        installation.start()
        tell(installation, the_day.messages)
        installation.settle()
        facts = installation.facts()
    finally:
        installation.clean_up()
    assert {kind for _, _, kind, *_ in facts.findings} == KINDS, (
        "a day on which too little happens shows nothing"
    )
    assert len(facts.tickets) >= 8
    return facts
