"""Who gets in at the embedded broker: as the database says, also when it is lost, and who comes without a name."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from ingest.broker_url import BrokerUrl
from keepwell.broker import EmbeddedBroker
from keepwell.broker_config import Profile
from keepwell.embedding import broker_settings
from keepwell.gatekeeping import Gatekeeper
from keepwell.processes import built
from keepwell.settings import Settings
from registry.nouns import Gateway
from store import events, refusals
from store.refusals import Refused
from store.repositories.credentials import CredentialRepository
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import open_service
from tests.brokers import RawPublisher
from tests.ports import free_port

NOW = 1_800_000_000_000_000


class House:
    """A broker and its gatekeeper over a data directory, without the stages."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.keeper = Gatekeeper(settings, built("gateways")(settings))
        folder = broker_settings(settings)
        self.broker = EmbeddedBroker(folder, lambda: NOW, rights=self.keeper.rights())
        self.keeper.guard(folder.log_file)
        self.broker.start()

    def tend(self, seconds: float = 0.0) -> None:
        """Once, and again for a while."""
        end_s = time.monotonic() + seconds
        while True:
            self.keeper.tend(self.broker)
            if time.monotonic() >= end_s:
                return
            time.sleep(0.1)

    def url(self, user: str | None = None, secret: str | None = None) -> BrokerUrl:
        """The broker's address for somebody."""
        return BrokerUrl("127.0.0.1", self.settings.mqtt_port, user, secret)

    def lets_in(self, user: str | None = None, secret: str | None = None) -> bool:
        """Whether somebody gets in."""
        try:
            RawPublisher(self.url(user, secret)).close()
        except ConnectionError:
            return False
        return True

    def stop(self) -> None:
        """End both."""
        self.keeper.close()
        self.broker.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation of its own."""
    return Settings(data=tmp_path / "data", mqtt_port=free_port(), profile=Profile.PROCESS)


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """With nobody registered yet."""
    made = House(settings)
    yield made
    made.stop()


def act(settings: Settings, deed: str, *gateways: str) -> dict[str, str]:
    """Issue or revoke credentials as another process would; returns the secrets."""
    database = open_service(settings.service, NOW)
    secrets: dict[str, str] = {}
    with database.writing() as connection:
        credentials = CredentialRepository(connection)
        for gateway in gateways:
            answer: Any = getattr(credentials, deed)(gateway, By("test", NOW))
            if deed == "issue":
                secrets[gateway] = answer[1]
    database.close()
    return secrets


def test_the_first_credential_ends_anonymity(house: House) -> None:
    """On loopback everybody gets in until somebody has a credential; revoking it does not open the door again."""
    assert house.lets_in()
    stranger = RawPublisher(house.url())
    secret = act(house.settings, "issue", "gw-1")["gw-1"]
    house.tend()
    assert house.lets_in("gw-1", secret)
    assert not house.lets_in()
    with pytest.raises(ConnectionError):
        stranger.read_to_the_end()
    act(house.settings, "revoke", "gw-1")
    house.tend()
    assert not house.lets_in("gw-1", secret)
    assert not house.lets_in()


def test_anonymous_beside_credentials_speaks_for_nobody_who_has_one(settings: Settings) -> None:
    """With the setting the nameless stay, for gateways without a credential, now or ever, and read nothing."""
    house = House(
        Settings(
            data=settings.data, mqtt_port=settings.mqtt_port, mqtt_anonymous=True, profile=Profile.PROCESS
        )
    )
    try:
        act(settings, "issue", "gw-1", "gw-2")
        act(settings, "revoke", "gw-2")
        house.tend()
        with RawPublisher(house.url()) as nameless:
            for gateway, leaf in product(("gw-1", "gw-2", "free"), ("telemetry", "status")):
                nameless.publish(f"keepwell/v1/{gateway}/{leaf}", b"{}")
            nameless.settle()
        house.tend(1.5)
        refused = {(one.user, one.topic) for one in refusals.read(settings.refusals)}
        wanted = {
            f"keepwell/v1/{gateway}/{leaf}"
            for gateway in ("gw-1", "gw-2")
            for leaf in ("telemetry", "status")
        }
        assert refused == {("keepwell-anonymous", topic) for topic in wanted}
    finally:
        house.stop()


def test_plain_passwords_of_before_are_hashed_and_their_file_is_gone(settings: Settings) -> None:
    """Gateways get in as they did, nobody has to be visited, and no file holds a password any more."""
    folder = settings.data / "broker"
    folder.mkdir(parents=True)
    (folder / "gateways.json").write_text(
        json.dumps({"old-1": "password-of-old-1", "old-2": "password-of-old-2"})
    )
    house = House(settings)
    try:
        assert house.lets_in("old-1", "password-of-old-1")
        assert house.lets_in("old-2", "password-of-old-2")
        assert not house.lets_in()
        for file in settings.data.rglob("*"):
            assert not file.is_file() or b"password-of" not in file.read_bytes(), file
    finally:
        house.stop()


def test_a_lost_service_database_lets_nobody_down(house: House) -> None:
    """The file is replaced by an empty one while all runs, and once more at a start: who got in still does."""
    secrets = act(house.settings, "issue", "gw-1", "gw-2")
    house.tend()
    lose(house.settings)
    open_service(house.settings.service, NOW).close()
    house.tend()
    assert house.lets_in("gw-1", secrets["gw-1"])
    house.stop()

    lose(house.settings)
    again = House(house.settings)
    try:
        assert again.lets_in("gw-2", secrets["gw-2"])
        assert not again.lets_in()
        database = open_service(house.settings.service, NOW)
        with database.reading() as connection:
            told = [(e.subject, e.act, e.reason) for e in events.since(connection, 0)]
        database.close()
        assert ("credential:gw-2", "issued", "the service database was lost") in told
    finally:
        again.stop()


def lose(settings: Settings) -> None:
    """As a disk would."""
    for file in settings.data.glob("service.sqlite*"):
        file.rename(settings.data / f"lost-{time.monotonic_ns()}-{file.name}")


def test_a_gateway_that_is_no_longer_registered_is_out(house: House) -> None:
    """Whoever removes a gateway from the registry need not think of its credential."""
    secret = act(house.settings, "issue", "gw-1")["gw-1"]
    house.tend()
    with RawPublisher(house.url("gw-1", secret)) as gateway:
        database = open_service(house.settings.service, NOW)
        with database.writing() as connection:
            RegistryRepository(connection).remove(Gateway, "gw-1", By("test", NOW))
        database.close()
        house.tend()
        with pytest.raises(ConnectionError):
            gateway.read_to_the_end()
    assert not house.lets_in("gw-1", secret)


def test_two_hundred_gateways_reconnect_at_once(house: House) -> None:
    """After a power cut in the hall all come within seconds, and a reload amid it costs none of them its connection."""
    secrets = act(house.settings, "issue", *(f"h-{n}" for n in range(200)))
    house.tend()
    began_s = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        crowd = list(pool.map(lambda one: RawPublisher(house.url(*one)), secrets.items()))
    assert time.monotonic() - began_s < 10
    act(house.settings, "issue", "fresh")
    began_s = time.monotonic()
    house.tend()
    assert time.monotonic() - began_s < 5
    for name, client in zip(secrets, crowd, strict=True):
        client.publish(f"keepwell/v1/{name}/telemetry", b"{}")
        client.settle()
        client.close()


def test_what_the_broker_refuses_is_written_down(house: House) -> None:
    """Log-ins, publishes and subscriptions that are refused: by whom, where, how often, whatever name was given."""
    secret = act(house.settings, "issue", "gw-1")["gw-1"]
    house.tend()
    hostile = 'x" - Publish Violation - Subject "y\n[1] 2026/01/01 00:00:00 [ERR] 1.2.3.4:5 - mid:1 - authentication error - User "forged"'
    for user in ("gw-l", "gw-l", hostile):
        assert not house.lets_in(user, "wrong")
    with RawPublisher(house.url("gw-1", secret)) as gateway:
        for _ in range(3):
            gateway.publish("keepwell/v1/gw.2/a//b/telemetry", b"{}")
        gateway.settle()
        house.tend(1.5)
    found = {(one.what, one.user, one.topic): one for one in refusals.read(house.settings.refusals)}
    assert found[Refused.LOG_IN, "gw-l", ""].n == 2
    assert found[Refused.PUBLISH, "gw-1", "keepwell/v1/gw.2/a//b/telemetry"].n == 3
    assert {one.address for one in found.values()} == {"127.0.0.1"}
    assert {user for _, user, _ in found} == {"gw-l", "gw-1", hostile.replace("\n", "?")[:64]}
