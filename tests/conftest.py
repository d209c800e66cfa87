"""What all tests may ask for: real brokers, and service databases of each engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.postgres import PostgresServer
from store.service import Place
from tests.brokers import RealBroker, make_mosquitto, make_nats
from tests.places import ENGINES, Places, running_postgres


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--pictures`: tests of the page keep what they see below docs/pages."""
    parser.addoption("--pictures", action="store_true", help="keep pictures of the page below docs/pages")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What mostly waits comes first, so that no long story is left alone at the end of a run."""
    items.sort(key=lambda item: item.path.parent.name not in {"stories", "replays", "page"})


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
