"""The commands that serve: `up`, the whole installation, and `run`, one stage of it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from keepwell.broker_config import is_loopback
from keepwell.console import (
    LANG,
    Broker,
    BrokerCa,
    Data,
    Durability,
    HttpHost,
    HttpPort,
    Mqtt5,
    MqttClientCa,
    MqttHost,
    MqttPlain,
    MqttPort,
    MqttTlsCert,
    MqttTlsKey,
    complain,
    language,
    say,
    settings_of,
)
from keepwell.gatekeeping import Gatekeeper
from keepwell.processes import STAGES, Installation, built, run_stage
from keepwell.settings import BadSettingError, Settings
from texts import render

_FOLLOW_S = 0.5
"""How often a stage that runs by itself looks who gets in at the broker."""


def up(
    data: Data = None, http_host: HttpHost = None, http_port: HttpPort = None, mqtt_host: MqttHost = None,
    mqtt_port: MqttPort = None, broker: Broker = None, broker_ca: BrokerCa = None, mqtt5: Mqtt5 = None,
    profile: Durability = None, mqtt_tls_cert: MqttTlsCert = None, mqtt_tls_key: MqttTlsKey = None,
    mqtt_client_ca: MqttClientCa = None, mqtt_plain: MqttPlain = None,
) -> None:  # fmt: skip
    """Run the service: the embedded broker (or another one by URL) and every stage, until Ctrl-C."""
    settings = settings_of(
        data=data, http_host=http_host, http_port=http_port, mqtt_host=mqtt_host, mqtt_port=mqtt_port, broker=broker,
        broker_ca=broker_ca, mqtt5=mqtt5, profile=profile, mqtt_tls_cert=mqtt_tls_cert, mqtt_tls_key=mqtt_tls_key,
        mqtt_client_ca=mqtt_client_ca, mqtt_plain=mqtt_plain,
    )  # fmt: skip
    stop = threading.Event()
    _stop_on_signals(stop)
    installation = Installation(settings)
    try:
        installation.start()
        _greet(installation)
        while not stop.wait(0.5):
            installation.tend(lambda text: complain.print(text, markup=False))
    finally:
        installation.stop()


def _stop_on_signals(stop: threading.Event) -> None:

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())


def _greet(installation: Installation) -> None:
    settings = installation.settings
    if not (settings.broker or settings.mqtt_tls_cert or is_loopback(settings.mqtt_host)):
        warning = render(
            "gateway.cli.plain", {"host": settings.mqtt_host}, language(os.environ.get("KEEPWELL_LANG", LANG))
        )
        complain.print(warning, style="yellow", markup=False)
    say.print(f"API      http://{settings.http_host}:{settings.http_port}/api/v1", markup=False)
    if not settings.broker:
        say.print(
            f"MQTT     {installation.broker_address()}  (topic keepwell/v1/GATEWAY/telemetry)", markup=False
        )
    _greet_with_key(settings)


def _greet_with_key(settings: Settings) -> None:
    """The first key, once; and, until somebody has an account, the link by which one becomes the first user."""
    secret = built("first_key")(settings)
    if secret:
        say.print(f"API key  {secret}  (role admin; shown once, keep it)", markup=False)
    link = built("first_user")(settings)
    if link:
        said = render("user.cli.set_up", {}, language(os.environ.get("KEEPWELL_LANG", LANG)))
        say.print(f"Set up   {link}  ({said})", markup=False, highlight=False)


@contextmanager
def _gatekeeping(settings: Settings) -> Iterator[None]:
    """What `keepwell up` does beside its stages, where each runs by itself: another broker's files follow who gets in."""
    gatekeeper, stop = Gatekeeper(settings, built("gateways")(settings)), threading.Event()

    def follow() -> None:
        while not stop.wait(_FOLLOW_S):
            gatekeeper.tend(None)

    follower = threading.Thread(target=follow, name="gatekeeping", daemon=True)
    follower.start()
    try:
        yield
    finally:
        stop.set()
        follower.join()
        gatekeeper.close()


def run(
    stage: Annotated[str, typer.Argument(help=f"One of: {', '.join(STAGES)}.")], data: Data = None,
    broker: Broker = None, broker_ca: BrokerCa = None, mqtt5: Mqtt5 = None, http_host: HttpHost = None,
    http_port: HttpPort = None,
) -> None:  # fmt: skip
    """Run one stage by itself; `api` prints the first API key, and keeps the files of another broker up to date."""
    if stage not in STAGES:
        raise BadSettingError(f"there is no stage {stage}: expected one of {', '.join(STAGES)}")
    settings = settings_of(
        data=data, broker=broker, broker_ca=broker_ca, mqtt5=mqtt5, http_host=http_host, http_port=http_port
    )
    if stage in {"ingest", "api"} and not settings.broker:
        raise BadSettingError(f"keepwell run {stage} needs --broker URL (only `keepwell up` brings its own)")
    if stage != "api":
        run_stage(stage, settings)
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    _greet_with_key(settings)
    with _gatekeeping(settings):
        run_stage(stage, settings)
