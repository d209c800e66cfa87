"""Gateways come, are misspelt and are put out at a running service, with its own broker and with Mosquitto."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import httpx
import psutil
import pytest

from ingest.broker_url import BrokerUrl
from keepwell.broker_server import answers_mqtt
from keepwell.processes import built
from keepwell.settings import Settings
from store.repositories.credentials import CredentialRepository
from store.repositories.records import By
from store.service import open_service
from tests.brokers import MOSQUITTO_PATH, ROOT, RawPublisher, missing
from tests.ports import free_port
from tests.stories.installation import RealInstallation

MINUTE_S = 60.0
OUT_WITHIN_S = 5.0
OWN = "keepwell", "a-password-of-this-story"


class Service(NamedTuple):
    """A running installation, a client for its API, and where its gateways publish."""

    installation: RealInstallation
    http: httpx.Client
    mqtt_port: int

    def issue(self, gateway: str) -> str:
        """A new secret."""
        answer = self.http.post(f"/gateways/{gateway}/credential")
        assert answer.status_code == 201, answer.text
        return str(answer.json()["secret"])

    def url(self, gateway: str, secret: str) -> BrokerUrl:
        """The broker's address for a gateway."""
        return BrokerUrl("127.0.0.1", self.mqtt_port, gateway, secret)

    def joined(self, gateway: str, secret: str, within_s: float = OUT_WITHIN_S) -> RawPublisher:
        """A connection of the gateway, as soon as the broker knows it."""
        url = self.url(gateway, secret)
        self.installation.until(lambda: answers_mqtt(url), f"{gateway} let in", within_s)
        return RawPublisher(url)

    def sighting(self, gateway: str, state: str) -> dict[str, Any]:
        """What is told of a gateway, once it is in this state."""

        def look() -> dict[str, Any] | None:
            rows = self.http.get("/gateways/sightings", params={"state": state}).json()["items"]
            return next((row for row in rows if row["gateway"] == gateway), None)

        found = self.installation.until(look, f"{gateway} sighted as {state}", MINUTE_S)
        assert found is not None
        return found


def serve(installation: RealInstallation, mqtt_port: int) -> Service:
    """Start it with a key of its own."""
    installation.settings.data.mkdir(parents=True, exist_ok=True)
    key = built("first_key")(installation.settings)
    installation._use(key)
    installation.start()
    http = httpx.Client(
        base_url=f"http://127.0.0.1:{installation.settings.http_port}/api/v1",
        headers={"Authorization": f"Bearer {key}"},
        timeout=20,
    )
    return Service(installation, http, mqtt_port)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """With the embedded broker."""
    installation = RealInstallation(tmp_path_factory.mktemp("embedded"))
    try:
        yield serve(installation, installation.settings.mqtt_port)
    finally:
        installation.clean_up()


@pytest.fixture(scope="module")
def with_mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """With Mosquitto as the compose file starts it, which takes up the files that Keepwell writes."""
    if shutil.which("mosquitto", path=MOSQUITTO_PATH) is None:
        missing("mosquitto is not installed")
    folder, port = tmp_path_factory.mktemp("mosquitto"), free_port()
    config = folder / "mosquitto.conf"
    text = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text("utf-8")
    text = text.replace("listener 1883", f"listener {port} 127.0.0.1").replace("/mosquitto/data", str(folder))
    config.write_text(text + ("user root\n" if os.getuid() == 0 else ""), "utf-8")
    shutil.copy(ROOT / "deploy/mosquitto/acl", folder)
    environment = {
        "PATH": MOSQUITTO_PATH, "KEEPWELL_MQTT_USER": OWN[0], "KEEPWELL_MQTT_PASSWORD": OWN[1],
        "KEEPWELL_GATEWAYS": str(folder / "data" / "mosquitto"),
    }  # fmt: skip
    broker = subprocess.Popen(["sh", str(ROOT / "deploy/broker/start.sh"), str(config)], env=environment)
    installation = RealInstallation(folder)
    installation.settings = Settings(
        data=folder / "data", http_port=free_port(), broker=f"mqtt://{OWN[0]}:{OWN[1]}@127.0.0.1:{port}"
    )
    try:
        yield serve(installation, port)
    finally:
        installation.clean_up()
        broker.terminate()
        broker.wait(15)


@pytest.fixture(params=["embedded", "with_mosquitto"])
def service(request: pytest.FixtureRequest) -> Service:
    """Each in turn."""
    made: Service = request.getfixturevalue(request.param)
    return made


def issued(service: Service, gateways: list[str]) -> dict[str, str]:
    """Secrets for many gateways in one transaction."""
    database = open_service(service.installation.settings.service, time.time_ns() // 1_000)
    with database.writing() as connection:
        credentials = CredentialRepository(connection)
        found = {one: credentials.issue(one, By("story", time.time_ns() // 1_000))[1] for one in gateways}
    database.close()
    return found


def keepwell(service: Service, *words: str) -> str:
    """What a command says, run beside the service on its data."""
    command = [sys.executable, "-m", "keepwell", "gateway", *words]
    environment = {**os.environ, **service.installation.settings.environment()}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def test_a_revoked_gateway_is_out_within_five_seconds(service: Service) -> None:
    """Amid its publishing it is cut off and does not get in again; the gateway beside it notices nothing."""
    goes = service.joined("dock-1", service.issue("dock-1"))
    stays = service.joined("dock-2", service.issue("dock-2"))
    goes.publish("keepwell/v1/dock-1/telemetry", b'{"temperature": 4.8}')
    goes.settle()
    assert service.http.delete("/gateways/dock-1/credential").json()["revoked"]
    began_s = time.monotonic()
    with pytest.raises(ConnectionError):
        goes.read_to_the_end(within_s=OUT_WITHIN_S)
    assert time.monotonic() - began_s < OUT_WITHIN_S
    stays.publish("keepwell/v1/dock-2/telemetry", b'{"temperature": 4.8}')
    stays.settle()
    back = service.joined("dock-1", service.issue("dock-1"))
    back.publish("keepwell/v1/dock-1/telemetry", b'{"temperature": 4.9}')
    back.settle()
    assert service.sighting("dock-1", "seen")["credential"] == "in_force"
    for one in (goes, stays, back):
        one.close()


def test_three_gateways_are_added_while_a_hundred_are_connected(service: Service) -> None:
    """By HTTP and from the command line: each gets in within 5 s, and not one of the hundred is dropped."""
    secrets = issued(service, [f"h-{n}" for n in range(100)])
    with ExitStack() as closing:
        service.joined("h-99", secrets["h-99"]).close()
        crowd = {
            name: closing.enter_context(RawPublisher(service.url(name, secret)))
            for name, secret in secrets.items()
        }
        fresh = {"new-1": service.issue("new-1"), "new-2": service.issue("new-2")}
        file = service.installation.settings.data / "new-3.json"
        keepwell(service, "add", "new-3", "--json", str(file))
        fresh["new-3"] = json.loads(file.read_text("utf-8"))["secret"]
        file.unlink()
        for name, secret in fresh.items():
            closing.enter_context(service.joined(name, secret))
        for name, client in crowd.items():
            client.publish(f"keepwell/v1/{name}/telemetry", b'{"temperature": 4.8}')
        for client in crowd.values():
            client.settle()
            assert client.acknowledged == 1
    listed = keepwell(service, "list")
    assert all(name in listed for name in (*secrets, *fresh))


def test_a_misspelt_gateway_is_seen_within_a_minute(embedded: Service) -> None:
    """A name misspelt at the log-in, and one misspelt in a topic: both are named, with the gateway that is meant."""
    secret = embedded.issue("harbour-7")
    embedded.joined("harbour-7", secret).close()
    with pytest.raises(ConnectionRefusedError):
        RawPublisher(embedded.url("harbor-7", secret))
    misspelt = embedded.sighting("harbor-7", "refused")
    assert misspelt["maybe"][0] == "harbour-7"
    assert "harbour-7" in misspelt["advice"]
    assert "harbor-7" in embedded.sighting("harbour-7", "never_seen")["maybe"]

    with embedded.joined("harbour-7", secret) as gateway:
        gateway.publish("keepwell/v1/habour-7/telemetry", b'{"temperature": 4.8}')
        gateway.settle()
        assert gateway.acknowledged == 1  # as if all were well

        def refused() -> bool:
            topics = [r["topic"] for r in embedded.sighting("harbour-7", "never_seen")["refusals"]]
            return "keepwell/v1/habour-7/telemetry" in topics

        embedded.installation.until(refused, "the refused publish seen", MINUTE_S)
        advice = embedded.sighting("harbour-7", "never_seen")["advice"]
        assert "keepwell/v1/habour-7/telemetry" in advice
    text = embedded.installation.api.text("/metrics")
    assert 'keepwell_gateways{state="refused"}' in text


def test_an_unknown_gateway_at_another_broker_is_seen_within_a_minute(with_mosquitto: Service) -> None:
    """Where others give out credentials, what comes under a name that is not registered is named."""
    with_mosquitto.issue("pier-3")
    with RawPublisher(
        with_mosquitto.url(*OWN)
    ) as somebody:  # may speak for all, as at brokers without our rights
        somebody.publish("keepwell/v1/peer-3/telemetry", b'{"temperature": 4.8}')
        somebody.settle()
    seen = with_mosquitto.sighting("peer-3", "unknown")
    assert seen["maybe"] == ["pier-3"]
    assert seen["messages_24h"] == 1
    assert with_mosquitto.sighting("pier-3", "never_seen")["maybe"] == ["peer-3"]


def test_secrets_are_nowhere(service: Service) -> None:
    """Neither a gateway's secret nor Keepwell's own passwords stand in a log, an event, a command line or the data."""
    secret = service.issue("silent-1")
    service.joined("silent-1", secret).close()
    with pytest.raises(ConnectionRefusedError):
        RawPublisher(service.url("silent-2", secret))
    time.sleep(1.5)
    installation = service.installation
    for file in installation.settings.data.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file
    own = installation.settings.data / "broker" / "secrets.json"
    passwords = [*json.loads(own.read_text("utf-8")).values()] if own.exists() else [OWN[1]]
    log = installation.log.read_text("utf-8", "replace")
    lines = "\n".join(" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"]))
    events = "".join(json.dumps(event) for event in installation.api.all("/api/v1/events"))
    for hidden in (secret, *passwords):
        assert hidden not in log
        assert hidden not in lines
        assert hidden not in events
