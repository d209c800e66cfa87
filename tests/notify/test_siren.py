"""The lamp on site: right at real brokers for whoever connects when, and only for whose it is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from detect.nouns import Kind, Severity
from ingest.broker_url import BrokerUrl
from keepwell.broker_rights import API
from keepwell.publishing import BrokerPublisher
from notify.siren import AGAIN_US, LOOK_US, Siren, said_of, topic_of, wanted
from registry.nouns import Gateway, RegistrySnapshot, Zone
from store import events
from store.repositories import alarms
from store.repositories.records import By
from store.repositories.ticket_rows import alarm_row
from store.service import ServiceDatabase, open_service
from store.tables.tickets import alarms as table
from tests.brokers import GATEWAY, SECOND_GATEWAY, RealBroker
from tickets.alarming.nouns import Alarm, Shelf, Shelving
from tickets.alarms import acknowledge

T0 = 1_795_248_000_000_000
ALARM = Alarm(
    "0" * 36, "zone:z1:too_high", Kind.TOO_HIGH, "zone:z1", "z1", Severity.CRITICAL, True, False, None, T0, None, None, 1
)  # fmt: skip
PLACES = RegistrySnapshot(
    sequence=0,
    zones=(Zone(key="z1", site="s1"), Zone(key="z2", site="s2")),
    gateways=(Gateway(key=GATEWAY, site="s1"), Gateway(key=SECOND_GATEWAY, site="s2"), Gateway(key="loose")),
)


class Lamp:
    """A gateway that follows its own topic, and tries others' too."""

    def __init__(self, url: BrokerUrl, *topics: str) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.granted: list[bool] = []
        self._client = Client(CallbackAPIVersion.VERSION2, f"lamp-{time.time_ns()}", protocol=MQTTv311)
        self._client.username_pw_set(url.user, url.password)
        self._client.on_message = lambda _c, _d, m: self.heard.append((m.topic, json.loads(m.payload)))
        self._client.on_connect = lambda client, *_: client.subscribe([(topic, 1) for topic in topics])
        self._client.on_subscribe = lambda _c, _d, _m, reasons, _p: self.granted.extend(
            not r.is_failure for r in reasons
        )
        self._client.connect(url.host, url.port)
        self._client.loop_start()

    def __enter__(self) -> Lamp:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def wait(self, count: int, within_s: float = 10) -> list[tuple[str, Any]]:
        """What it heard, once that is so much."""
        until = time.monotonic() + within_s
        while len(self.heard) < count and time.monotonic() < until:
            time.sleep(0.02)
        return self.heard


def keep(database: ServiceDatabase, alarm: Alarm) -> None:
    """An alarm, with an event as desk would record it."""
    with database.writing() as connection:
        row = alarm_row(alarm)
        if not connection.execute(table.update().where(table.c.id == alarm.id).values(row)).rowcount:
            connection.execute(table.insert(), [row])
        events.append(
            connection,
            principal="system",
            act="raised",
            subject=f"alarm:{alarm.cause}",
            reason="",
            old=None,
            new=None,
            time_us=T0,
        )


def test_what_it_says() -> None:
    """On while somebody must look, acknowledged while it stands and was seen, off otherwise; with words for a display."""
    assert said_of([])["state"] == "off"
    on = said_of([ALARM, replace(ALARM, active_since_us=T0 - 5, acked=True)])
    assert (on["state"], on["count"], on["since_us"]) == ("on", 1, T0)
    assert said_of([replace(ALARM, acked=True)])["state"] == "acknowledged"
    assert set(on["texts"]) == {"en", "zh"}  # type: ignore[arg-type]


def test_only_the_site_of_the_goods() -> None:
    """Another site's lamp stays dark, and a gateway without a site has none."""
    assert {gate: said["state"] for gate, said in wanted([ALARM], PLACES).items()} == {
        GATEWAY: "on",
        SECOND_GATEWAY: "off",
    }


def test_nothing_is_said_twice_and_a_broker_that_was_away_is_told(tmp_path: Path) -> None:
    """Idempotent over steps and restarts; what could not be published is published later."""
    database = open_service(tmp_path / "service.sqlite", T0)
    said: list[tuple[str, bytes]] = []
    away = {"now": True}

    @contextmanager
    def publishing() -> Iterator[Callable[[str, bytes], None]]:
        if away["now"]:
            raise ConnectionError("no broker")
        yield lambda topic, payload: said.append((topic, payload))

    keep(database, ALARM)
    siren = Siren(database, lambda _: PLACES, publishing)
    assert siren.step(T0) == 0
    away["now"] = False
    assert [siren.step(T0 + number * LOOK_US) for number in range(1, 4)] == [1, 0, 0]
    assert siren.step(T0 + AGAIN_US + 5 * LOOK_US) == 1  # once more, for a broker that lost it
    assert Siren(database, lambda _: PLACES, publishing).step(T0) == 1
    shelf = Shelf(Shelving.TIMED, "person:a", "door", T0, T0 + AGAIN_US)
    for number, minor in enumerate((
        replace(ALARM, severity=Severity.WARNING), replace(ALARM, kind=Kind.DRIFT), replace(ALARM, kind=Kind.PREDICTED_BREACH),
        replace(ALARM, shelf=shelf), replace(ALARM, suppressed_by="defrost:z1"), replace(ALARM, out_of_service="x"),
    )):  # fmt: skip
        keep(database, ALARM)
        siren.step(T0 + 2 * AGAIN_US + number * 4 * LOOK_US)
        assert json.loads(said[-1][1])["state"] == "on"
        keep(database, minor)
        siren.step(T0 + 2 * AGAIN_US + (number * 4 + 2) * LOOK_US)
        assert json.loads(said[-1][1])["state"] == "off"
    database.close()


@pytest.mark.parametrize("restart", [False, True])
def test_at_real_brokers(any_broker: RealBroker, tmp_path: Path, restart: bool) -> None:
    """The lamp hears it as it happens; one that connects later, also after a restart of the broker, hears the last word;
    the lamp of another gateway can neither hear nor set it."""
    reader = any_broker.url
    own = replace(reader, user=API) if any_broker.name == "nats" else reader
    publisher = BrokerPublisher(own, "siren-test")
    database = open_service(tmp_path / "service.sqlite", T0)
    siren = Siren(database, lambda _: PLACES, partial(publisher.connected, retain=True))
    with Lamp(any_broker.gateway_url, topic_of(GATEWAY)) as lamp:
        lamp.wait(0)
        keep(database, ALARM)
        assert siren.step(T0) == 1
        assert [said["state"] for _, said in lamp.wait(1)] == ["on"]
        with database.writing() as connection:
            alarms.acknowledge(
                connection, ALARM.id, None, lambda one: acknowledge(one, "person:a"), By("person:a", T0)
            )
        assert siren.step(T0 + LOOK_US) == 1
        assert [said["state"] for _, said in lamp.wait(2)] == ["on", "acknowledged"]
    if restart:
        any_broker.restart()
    with Lamp(any_broker.gateway_url, topic_of(GATEWAY)) as lamp:
        assert [said["state"] for _, said in lamp.wait(1)] == ["acknowledged"]
        keep(database, replace(ALARM, active=False, acked=True))
        assert siren.step(T0 + 2 * LOOK_US) == 1
        assert [said["state"] for _, said in lamp.wait(2)] == ["acknowledged", "off"]
    database.close()


def test_nobody_else_sets_or_hears_it(mosquitto_broker: RealBroker) -> None:
    """The gateway of another site can neither switch the lamp on nor follow it."""
    foreign = replace(mosquitto_broker.gateway_url, user=SECOND_GATEWAY)
    with Lamp(mosquitto_broker.gateway_url, topic_of(GATEWAY)) as lamp:
        for url, payload in ((foreign, b'{"state":"lie"}'), (mosquitto_broker.url, b'{"state":"off"}')):
            with BrokerPublisher(url, "somebody").connected(retain=True) as publish:
                publish(topic_of(GATEWAY), payload)
        assert [said["state"] for _, said in lamp.wait(1)] == ["off"]
    with Lamp(foreign, topic_of(GATEWAY)) as other:
        assert other.wait(1, 0.5) == []
