"""What all tests may ask for: real brokers, and service databases of each engine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.postgres import PostgresServer
from store.service import Place
from tests.brokers import RealBroker, make_mosquitto, make_nats
from tests.places import ENGINES, Places, running_postgres

WAITING = {"stories", "replays", "publishers", "page"}
"""Folders whose tests mostly wait: for processes to start, for brokers to deliver again, for a browser, for silence."""
BESIDE = 6
"""So many of the other files take about half as long as one that waits: two workers of three wait, and no core is idle."""
BEGAN = "KEEPWELL_TESTS_BEGAN_US"


def pytest_configure(config: pytest.Config) -> None:
    """All workers of a run take it to have begun at the same moment, so that they can share what depends on it."""
    os.environ.setdefault(BEGAN, str(time.time_ns() // 1000))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--browser`: all tests of the page, which want a machine of their own. `--pictures`: they keep what they see below docs/pages."""
    parser.addoption("--browser", action="store_true", help="also the tests of the page that try every view")
    parser.addoption("--pictures", action="store_true", help="keep pictures of the page below docs/pages")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that wait come first, each with some that reckon, so that no long story is left alone at the end of a run."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    waiting = [path for path in files if path.parent.name in WAITING]
    others = [path for path in files if path.parent.name not in WAITING]
    others.sort(key=lambda path: not any(item.get_closest_marker("slow") for item in files[path]))
    order: list[Path] = []
    for n, path in enumerate(waiting):
        order += [path, *others[n * BESIDE : (n + 1) * BESIDE]]
    order += others[len(waiting) * BESIDE :]
    items[:] = [item for path in order for item in files[path]]


def _running(broker: RealBroker) -> Iterator[RealBroker]:
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


@pytest.fixture
def nats_broker(tmp_path: Path) -> Iterator[RealBroker]:
    """The NATS server as the embedded broker configures it; unacknowledged messages come again after 2 s."""
    folder = tmp_path / "nats"
    folder.mkdir()
    yield from _running(make_nats(folder))


@pytest.fixture
def mosquitto_broker(tmp_path: Path) -> Iterator[RealBroker]:
    """Mosquitto with our sample configuration."""
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    yield from _running(make_mosquitto(folder))


@pytest.fixture(params=["nats", "mosquitto"])
def any_broker(request: pytest.FixtureRequest) -> RealBroker:
    """Each of the brokers in turn."""
    broker: RealBroker = request.getfixturevalue(f"{request.param}_broker")
    return broker


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; nobody stops it but at the end."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=ENGINES)
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    """New service databases, of each engine in turn."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    found = Places(tmp_path, server)
    yield found
    found.drop()


@pytest.fixture
def place(places: Places) -> Place:
    """An empty service database, of each engine in turn."""
    return places.ready()
